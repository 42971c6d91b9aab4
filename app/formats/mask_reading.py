"""What reading one sample's mask files brings together: stamps, problems and reasons not to edit."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType

from app.faces.mask import MaskLayers
from app.faces.sample import Loaded, Modality, Problem
from app.formats.files import shown


@dataclass(slots=True)
class MaskReading:
    """What reading one sample's masks brings together."""

    stamps: dict[str, str | None] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    locks: list[str] = field(default_factory=list)

    def tell(self, path: str, message: str) -> None:
        self.problems.append(Problem(Modality.MASK, path, f"{shown(path)}: {message}"))

    def lock(self, path: str, message: str) -> None:
        self.tell(path, message)
        self.locks.append(f"{shown(path.rpartition('/')[2])}: {message}")

    def loaded(self, layers: MaskLayers | None) -> Loaded[MaskLayers]:
        why = None
        if self.locks:
            more = f" (and {len(self.locks) - 1} more)" if len(self.locks) > 1 else ""
            why = f"this mask is shown but not edited: {self.locks[0]}{more}"
        return Loaded(layers, MappingProxyType(self.stamps), tuple(self.problems), why)

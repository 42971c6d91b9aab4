"""A store of made-up samples: everything a catalog asks about names, and nothing on any disk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

from app.faces.sample import Modality, SampleId
from app.faces.store import SampleStore

_ALL = frozenset(Modality)


@dataclass(frozen=True)
class Face:
    """What the names of one sample's files tell."""

    modalities: frozenset[Modality] = _ALL
    classes: int | None = 0b11
    split: str | None = None


@dataclass
class NamedFaces:
    """A store that answers from a table of faces, in the order given."""

    faces: Mapping[str, Face] = field(default_factory=dict)
    root: Path = Path()

    def listing(self) -> bytes:
        return b""

    @property
    def sample_ids(self) -> Sequence[SampleId]:
        return [SampleId(sample) for sample in self.faces]

    @property
    def splits(self) -> Mapping[str, Sequence[SampleId]]:
        names = sorted({face.split for face in self.faces.values() if face.split})
        return MappingProxyType(
            {name: [SampleId(s) for s, face in self.faces.items() if face.split == name] for name in names}
        )

    def has(self, sample: SampleId, modality: Modality) -> bool:
        return modality in self.faces[sample].modalities

    def class_bits(self, sample: SampleId) -> int | None:
        return self.faces[sample].classes


def store_of(faces: Mapping[str, Face] | int, **others: Any) -> SampleStore:
    """A store of these faces, or of so many that are all alike."""
    table = {str(k): Face() for k in range(faces)} if isinstance(faces, int) else faces
    return cast("SampleStore", NamedFaces(table, **others))

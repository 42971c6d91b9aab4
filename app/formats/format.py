"""What a layout must be able to say and do: the protocol of the built-in formats and of plug-ins."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol, runtime_checkable

from app.faces.classes import OFFICIAL_SCHEME, ClassScheme
from app.faces.sample import Modality
from app.faces.store import SampleStore

UNNAMED = replace(OFFICIAL_SCHEME)
"""The scheme that layouts are given where nobody named one: the official order, known by identity. A layout whose
masks tell another one takes that."""


@dataclass(frozen=True, slots=True)
class Detection:
    """How well a folder fits a layout (0: not at all, 1: as released), and why.

    ``reasons`` speak for it, ``refusals`` against it or name what would not be shown.
    """

    layout: str
    title: str
    confidence: float
    reasons: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()


class Format(Protocol):
    """One layout of dataset files."""

    @property
    def name(self) -> str:
        """The layout's name on the command line, e.g. ``celebamask-hq``."""
        ...

    @property
    def title(self) -> str:
        """Its name for people."""
        ...

    @property
    def summary(self) -> str:
        """One line for the list of formats."""
        ...

    @property
    def reads(self) -> frozenset[Modality]:
        """What it shows."""
        ...

    @property
    def writes(self) -> frozenset[Modality]:
        """What it saves in place."""
        ...

    def detect(self, folder: Path) -> Detection:
        """Whether the folder is such a dataset, judged by names only."""
        ...

    def open(self, folder: Path, scheme: ClassScheme) -> SampleStore:
        """The dataset, index maps in that scheme (see ``UNNAMED``). Raises LayoutError when it cannot be opened."""
        ...


@runtime_checkable
class ReopeningFormat(Format, Protocol):
    """A layout that can take over what an earlier opening listed. Those that cannot list anew each time."""

    def reopen(self, folder: Path, scheme: ClassScheme, listing: bytes) -> SampleStore:
        """As ``open``. ``listing`` is what ``SampleStore.listing`` gave, or any bytes at all: it is used only where it
        is whole and still true."""
        ...

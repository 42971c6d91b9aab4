"""What changed, told once: the values that travel from the document to everybody who shows it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from app.faces.sample import Modality, SampleId
from app.imaging.raster import Rect


@dataclass(frozen=True, slots=True)
class Change:
    """One modality of one sample has a new value.

    ``region`` limits a mask change to a rectangle; ``in_progress`` is True while a stroke is under the hand;
    ``origin`` is who asked, so that an editor can ignore its own echo.
    """

    sample: SampleId
    modality: Modality
    region: Rect | None = None
    in_progress: bool = False
    origin: object | None = None
    retraced: bool = False
    """A step was taken back or done again: the user should see where, ``region`` is no larger than what it changed."""


class SaveState(Enum):
    """What became of a save."""

    STARTED = "started"
    SAVED = "saved"
    CONFLICT = "conflict"
    FAILED = "failed"
    UNLOGGED = "unlogged"
    """The edit log or the review marks cannot be written: they are in memory only. The sample is ``""``."""


@dataclass(frozen=True, slots=True)
class SaveEvent:
    """Told on the document's thread. ``message`` says what, where, what now when it did not work; ``notes`` inform.

    ``modalities`` are those that were saved; ``why`` is the reason alone, for who takes the edits back.
    """

    sample: SampleId
    state: SaveState
    message: str = ""
    notes: tuple[str, ...] = ()
    modalities: frozenset[Modality] = frozenset()
    why: str = ""

"""The value that evidence is made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from app.faces.finding import Region
from app.faces.sample import Modality


class Strength(Enum):
    """How far evidence goes: the score of a finding that rests on it alone."""

    STRONG = 0.9
    MEDIUM = 0.6
    WEAK = 0.25


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something that speaks for the attribute being so, or not (``value``).

    ``text`` says what it is, to stand beside the attribute, ``detail`` with which figures. ``captions`` (from 0) or
    ``face_class`` say where; ``measure`` is the figure behind it (pixels, a share, a difference), where there is one.
    """

    attribute: str
    value: bool
    strength: Strength
    text: str
    modality: Modality
    captions: tuple[int, ...] = ()
    face_class: str | None = None
    region: Region | None = None
    measure: float | None = None
    detail: str = ""

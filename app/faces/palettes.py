"""Palettes: the nineteen colours in which classes are shown. They are looks only; no file's values depend on them."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.faces.classes import CLASSES, RGB


@dataclass(frozen=True, slots=True)
class Palette:
    """A colour per class: ``colours[class_id]``, 8-bit (R, G, B). ``name`` is a word, ``title`` is for people."""

    name: str
    title: str
    colours: tuple[RGB, ...] = field(hash=False)  # looked up per repaint: nineteen colours take too long to hash

    def __post_init__(self) -> None:
        if len(self.colours) != len(CLASSES):
            raise ValueError(f"palette {self.name} has {len(self.colours)} colours for {len(CLASSES)} classes")


NATIVE = Palette("native", "Native", tuple(c.colour for c in CLASSES))
SAFE = Palette("safe", "Colour-blind-safe", tuple(c.safe_colour for c in CLASSES))
PALETTES: tuple[Palette, ...] = (NATIVE, SAFE)

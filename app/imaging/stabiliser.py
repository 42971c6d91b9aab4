"""A steadier hand: the brush hangs on a string, and what trembles less than the string is long leaves no trace.

A string needs no clock: the same way of the pointer gives the same line however often the mouse reports, which an
average over the last few events does not.
"""

from __future__ import annotations

import math

from app.imaging.footprint import Point

STRONGEST = 10


_SCREEN_PX_PER_STEP = 4


def string_length(strength: int, grain: float) -> float:
    """Mask pixels of string at a strength of 0…10; ``grain``: mask pixels across one of the screen.

    A hand trembles on the screen, not on the mask.
    """
    return max(0, min(STRONGEST, strength)) * _SCREEN_PX_PER_STEP * grain


class Stabiliser:
    """Follows a pointer on a string of ``length`` mask pixels."""

    def __init__(self, start: Point, length: float) -> None:
        self.length = length
        self.point = start
        """Where the brush is."""

    def pulled(self, pointer: Point) -> Point:
        """Where the brush is now that the pointer is here."""
        x, y = self.point
        across, down = pointer[0] - x, pointer[1] - y
        away = math.hypot(across, down)
        if away > self.length:
            part = (away - self.length) / away
            self.point = x + across * part, y + down * part
        return self.point

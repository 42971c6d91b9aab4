"""Strokes on a sketch, with all of them taken back and done again: no window is needed for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.formats.sketch_files import Grey
from app.imaging.cv import cv2
from app.imaging.raster import Rect

PAPER, INK = 254, 0
_MOST_STROKES = 1000
_FRACTION_BITS = 4
"""Whole pixels would make thin strokes stumble: OpenCV draws with sixteenths of one."""

Point = tuple[float, float]
"""x and y in pixels of the sketch; whole numbers are pixel centres."""


@dataclass(frozen=True, slots=True, eq=False)
class _Stroke:
    """What a stroke changed."""

    at: Rect
    before: Grey
    after: Grey


class Touching:
    """``pixels`` (H, W), as they are stored, are drawn on in place."""

    def __init__(self, pixels: Grey, *, is_inverted: bool) -> None:
        self.pixels = pixels
        self.is_inverted = is_inverted
        self._done: list[_Stroke] = []
        self._undone: list[_Stroke] = []
        self._before: Grey | None = None
        self._last: Point | None = None
        self._value, self._width_px = INK, 1

    @property
    def is_drawing(self) -> bool:
        """Whether a stroke is under the hand."""
        return self._before is not None

    @property
    def can_undo(self) -> bool:
        """Whether there is a stroke to take back."""
        return bool(self._done) and not self.is_drawing

    @property
    def can_redo(self) -> bool:
        """Whether there is a stroke to do again."""
        return bool(self._undone) and not self.is_drawing

    def begin(self, at: Point, *, width_px: int, erases: bool, on_from_last: bool = False) -> None:
        """A stroke begins, with a dab; ``on_from_last`` with a straight line from where the last one ended."""
        self._before = self.pixels.copy()
        self._value = INK if erases is self.is_inverted else PAPER
        self._width_px = max(1, width_px)
        self._line(self._last if on_from_last and self._last is not None else at, at)

    def move(self, to: Point) -> None:
        """On to there."""
        if self.is_drawing:
            self._line(self._last or to, to)

    def end(self) -> bool:
        """The stroke is done; False where it changed nothing."""
        before, self._before = self._before, None
        if before is None:
            return False
        rows, columns = np.nonzero(before != self.pixels)
        if not rows.size:
            return False
        left, top = int(columns.min()), int(rows.min())
        at = Rect(left, top, int(columns.max()) - left + 1, int(rows.max()) - top + 1)
        self._done.append(_Stroke(at, before[at.slices].copy(), self.pixels[at.slices].copy()))
        del self._done[:-_MOST_STROKES]
        self._undone.clear()
        return True

    def cancel(self) -> None:
        """The stroke under the hand never was."""
        if self._before is not None:
            self.pixels[:] = self._before
            self._before = None

    def undo(self) -> bool:
        """The newest stroke is gone; False where there is none."""
        if not self.can_undo:
            return False
        stroke = self._done.pop()
        self.pixels[stroke.at.slices] = stroke.before
        self._undone.append(stroke)
        return True

    def redo(self) -> bool:
        """The stroke that was taken back last is there again; False where there is none."""
        if not self.can_redo:
            return False
        stroke = self._undone.pop()
        self.pixels[stroke.at.slices] = stroke.after
        self._done.append(stroke)
        return True

    def _line(self, start: Point, end: Point) -> None:
        one, two = ([round(number * (1 << _FRACTION_BITS)) for number in point] for point in (start, end))
        cv2.line(self.pixels, one, two, self._value, self._width_px, cv2.LINE_AA, _FRACTION_BITS)
        self._last = end

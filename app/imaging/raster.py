"""Rectangles of mask pixels: what a stroke touched, what must be repainted."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt


class Rect(NamedTuple):
    """``width`` × ``height`` pixels with the top left pixel (x, y). Empty when a side is not positive."""

    x: int
    y: int
    width: int
    height: int

    @property
    def is_empty(self) -> bool:
        """Whether it holds no pixel."""
        return self.width <= 0 or self.height <= 0

    @property
    def slices(self) -> tuple[slice, slice]:
        """Rows and columns, to index an (H, W) array. The rectangle must lie inside it."""
        return slice(self.y, self.y + self.height), slice(self.x, self.x + self.width)

    def is_within(self, shape: tuple[int, int]) -> bool:
        """Whether it lies inside a picture of shape (H, W)."""
        x, y, width, height = self
        return x >= 0 and y >= 0 and x + width <= shape[1] and y + height <= shape[0]

    def clipped(self, shape: tuple[int, int]) -> Rect:
        """The part inside a picture of shape (H, W)."""
        left, top = max(self.x, 0), max(self.y, 0)
        right, bottom = min(self.x + self.width, shape[1]), min(self.y + self.height, shape[0])
        return Rect(left, top, right - left, bottom - top)

    def united(self, other: Rect | None) -> Rect:
        """The smallest rectangle around both; an empty one or None adds nothing."""
        if other is None:
            return self
        # Spelt out rather than with min and max: every mouse move unites a few.
        x0, y0, width0, height0 = self
        x1, y1, width1, height1 = other
        if width1 <= 0 or height1 <= 0:
            return self
        if width0 <= 0 or height0 <= 0:
            return other
        right0, right1, bottom0, bottom1 = x0 + width0, x1 + width1, y0 + height0, y1 + height1
        left, top = x0 if x0 < x1 else x1, y0 if y0 < y1 else y1
        right, bottom = right0 if right0 > right1 else right1, bottom0 if bottom0 > bottom1 else bottom1
        return Rect(left, top, right - left, bottom - top)

    @classmethod
    def whole(cls, shape: tuple[int, int]) -> Rect:
        """All of a picture of shape (H, W)."""
        return cls(0, 0, shape[1], shape[0])

    @classmethod
    def around(cls, covered: npt.NDArray[np.bool_]) -> Rect:
        """The smallest rectangle around what ``covered`` (H, W) covers; empty where that is nothing."""
        rows = np.flatnonzero(covered.any(axis=1))
        if not len(rows):
            return cls(0, 0, 0, 0)
        top, bottom = int(rows[0]), int(rows[-1])
        columns = np.flatnonzero(covered[top : bottom + 1].any(axis=0))
        left = int(columns[0])
        return cls(left, top, int(columns[-1]) + 1 - left, bottom + 1 - top)

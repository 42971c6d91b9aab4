"""Rectangles of mask pixels: what a stroke touched, what must be repainted."""

from __future__ import annotations

from typing import NamedTuple


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

    def clipped(self, shape: tuple[int, int]) -> Rect:
        """The part inside a picture of shape (H, W)."""
        left, top = max(self.x, 0), max(self.y, 0)
        right, bottom = min(self.x + self.width, shape[1]), min(self.y + self.height, shape[0])
        return Rect(left, top, right - left, bottom - top)

    def united(self, other: Rect | None) -> Rect:
        """The smallest rectangle around both; an empty one or None adds nothing."""
        if other is None or other.is_empty:
            return self
        if self.is_empty:
            return other
        left, top = min(self.x, other.x), min(self.y, other.y)
        right = max(self.x + self.width, other.x + other.width)
        bottom = max(self.y + self.height, other.y + other.height)
        return Rect(left, top, right - left, bottom - top)

    @classmethod
    def whole(cls, shape: tuple[int, int]) -> Rect:
        """All of a picture of shape (H, W)."""
        return cls(0, 0, shape[1], shape[0])

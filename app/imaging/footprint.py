"""The brush's footprint: one function decides which pixels a brush covers, for the cursor, the preview and the paint.

Label Studio's cursor and stroke disagreed for four years because two scalings lived in its code. Here the cursor draws
the outline of the very array that paints.
"""

from __future__ import annotations

import math
from enum import Enum
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from app.imaging.raster import Rect

Coverage = npt.NDArray[np.bool_]
Point = tuple[float, float]
"""(x, y) in mask pixels; pixel (0, 0) covers 0 ≤ x < 1, 0 ≤ y < 1."""


class BrushShape(Enum):
    """The shape of the footprint."""

    ROUND = "round"
    SQUARE = "square"
    DIAMOND = "diamond"


@lru_cache(maxsize=256)
def footprint(size: int, shape: BrushShape = BrushShape.ROUND) -> Coverage:
    """The read-only bool (size, size) array of pixels that a brush ``size`` pixels across covers, size ≥ 1.

    Odd sizes are centred on a pixel, even ones on a corner between pixels.
    """
    if size < 1:
        raise ValueError(f"a brush is at least 1 pixel across, not {size}")
    offset = np.arange(size) - (size - 1) / 2
    x, y = np.abs(offset[None, :]), np.abs(offset[:, None])
    covered: Coverage
    if shape is BrushShape.ROUND:
        covered = x * x + y * y <= size * size / 4
    elif shape is BrushShape.DIAMOND:
        covered = x + y <= size / 2
    else:
        covered = np.ones((size, size), np.bool_)
    covered.setflags(write=False)
    return covered


def placed(point: Point, size: int) -> tuple[int, int]:
    """The pixel (x, y) where the footprint's top left corner lies when the brush is held at ``point``."""
    return math.floor(point[0] - size / 2 + 0.5), math.floor(point[1] - size / 2 + 0.5)


def footprint_centre(point: Point, size: int) -> Point:
    """The middle of the footprint of a brush held at ``point``, which lies on whole pixels, other than the point."""
    x, y = placed(point, size)
    return x + size / 2, y + size / 2


def tapered(start: Point, end: Point, size: int, end_size: int) -> list[tuple[Point, Point, int]]:
    """The way from ``start`` to ``end`` in pieces of one size each, as that goes from ``size`` to ``end_size``."""
    count = abs(end_size - size)
    if count < 2:
        return [(start, end, end_size)]
    step = 1 if end_size > size else -1
    (x, y), across, down = start, (end[0] - start[0]) / count, (end[1] - start[1]) / count
    points = [start, *((x + across * k, y + down * k) for k in range(1, count)), end]
    return [(points[k], points[k + 1], size + step * (k + 1)) for k in range(count)]


def swept(start: Point, end: Point, size: int, shape: BrushShape, picture: tuple[int, int]) -> tuple[Rect, Coverage]:
    """All pixels that a footprint covers on its way from ``start`` to ``end``, clipped to a picture (H, W).

    The array is read-only: short ways of small brushes are remembered, since a hand makes the same few over and over.
    """
    x0, y0 = placed(start, size)
    x1, y1 = placed(end, size)
    dx, dy = x1 - x0, y1 - y0
    width, height = abs(dx) + size, abs(dy) + size
    track = _remembered_track if width * height <= _REMEMBERED_PIXELS else _track
    covered = track(dx, dy, size, shape)
    box = Rect(x0 if dx > 0 else x1, y0 if dy > 0 else y1, width, height)
    if box.is_within(picture):
        return box, covered
    inside = box.clipped(picture)
    if inside.is_empty:
        return inside, np.zeros((0, 0), np.bool_)
    return inside, covered[Rect(inside.x - box.x, inside.y - box.y, inside.width, inside.height).slices]


_REMEMBERED_PIXELS = 128 * 128


def _track(dx: int, dy: int, size: int, shape: BrushShape) -> Coverage:
    """What a footprint covers while it moves by (dx, dy), set down every pixel, in the smallest array around that.

    Halves round up, to the right and downwards, so that a way looks the same wherever it begins.
    """
    count = max(abs(dx), abs(dy))
    if count == 0:
        return footprint(size, shape)
    height, width = abs(dy) + size, abs(dx) + size
    stamp = _stamp(size, shape, width)
    bits = 0
    for k in range(count + 1):
        x, y = (2 * dx * k + count) // (2 * count) - min(dx, 0), (2 * dy * k + count) // (2 * count) - min(dy, 0)
        bits |= stamp << (y * width + x)
    packed = np.frombuffer(bits.to_bytes((height * width + 7) // 8, "little"), np.uint8)
    covered = np.unpackbits(packed, bitorder="little", count=height * width).view(np.bool_)
    covered.setflags(write=False)
    return covered.reshape(height, width)


@lru_cache(maxsize=256)
def _stamp(size: int, shape: BrushShape, width: int) -> int:
    """The footprint as one long integer: bit y · width + x is set where it covers (x, y).

    Shifting and joining integers sets a footprint down twice as quickly as slices of arrays do.
    """
    rows = np.zeros((size, width), np.bool_)
    rows[:, :size] = footprint(size, shape)
    return int.from_bytes(np.packbits(rows.ravel(), bitorder="little").tobytes(), "little")


_remembered_track = lru_cache(maxsize=2048)(_track)


@lru_cache(maxsize=64)
def outline(size: int, shape: BrushShape = BrushShape.ROUND) -> tuple[tuple[int, int, int, int], ...]:
    """The footprint's pixel outline as segments (x0, y0, x1, y1) on pixel corners, relative to its top left corner."""
    covered = np.pad(footprint(size, shape), 1)
    segments: list[tuple[int, int, int, int]] = []
    rows, columns = np.nonzero(covered[1:, :] != covered[:-1, :])
    segments += [(int(c) - 1, int(r), int(c), int(r)) for r, c in zip(rows, columns, strict=True)]
    rows, columns = np.nonzero(covered[:, 1:] != covered[:, :-1])
    segments += [(int(c), int(r) - 1, int(c), int(r)) for r, c in zip(rows, columns, strict=True)]
    return tuple(segments)

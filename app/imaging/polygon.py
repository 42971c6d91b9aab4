"""The pixels inside a line drawn by hand, a rectangle or an ellipse: those whose middles lie in it.

That is the rule of ``regions.filled`` and of the brush's ``footprint``, so a polygon read from a file, the same one
drawn with the lasso and a disk of the brush agree to the pixel, and two polygons that share an edge share no pixel and
leave none between them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from app.faces.mask import Binary
from app.imaging.fill import Pixel
from app.imaging.footprint import Point
from app.imaging.raster import Rect
from app.imaging.regions import filled

Area = tuple[Rect, Binary]
"""A rectangle inside the picture and which of its pixels are meant: bool (height, width)."""

EMPTY: Area = (Rect(0, 0, 0, 0), np.zeros((0, 0), np.bool_))


def enclosed(points: Sequence[Point], picture: tuple[int, int]) -> Area:
    """What the closed line through ``points`` goes around, clipped to a picture (H, W).

    A part gone around twice is inside, unless it was gone around once each way: a hand that overshoots the start of its
    own lasso, or crosses its line, cuts no hole (winding numbers, not even and odd).
    """
    if len(points) < 3:
        return EMPTY
    ring = np.asarray(points, np.float64)
    # A middle can lie inside only from the first one right of the leftmost point on.
    (left, top), (right, bottom) = np.floor(ring.min(axis=0)), np.ceil(ring.max(axis=0))
    box = Rect(int(left), int(top), int(right - left), int(bottom - top)).clipped(picture)
    if box.is_empty:
        return EMPTY
    # On the whole picture: moved to the box, coordinates would round otherwise than those of a neighbour.
    return box, filled([ring], picture, by_winding=True)[box.slices]


def spanned(start: Point, end: Point, *, square: bool = False, centred: bool = False) -> Rect:
    """The pixels between the one at ``start`` and the one at ``end``, both included, wherever the two lie.

    ``square``: the longer side both ways. ``centred``: the pixel at ``start`` is the middle one.
    """
    x0, y0, x1, y1 = math.floor(start[0]), math.floor(start[1]), math.floor(end[0]), math.floor(end[1])
    across, down = x1 - x0, y1 - y0
    if square:
        side = max(abs(across), abs(down))
        x1, y1 = x0 + (side if across >= 0 else -side), y0 + (side if down >= 0 else -side)
    if centred:
        x0, y0 = 2 * x0 - x1, 2 * y0 - y1
    return Rect(min(x0, x1), min(y0, y1), abs(x1 - x0) + 1, abs(y1 - y0) + 1)


def rectangle(box: Rect, picture: tuple[int, int]) -> Area:
    """All pixels of ``box`` that lie in a picture (H, W)."""
    inside = box.clipped(picture)
    return (inside, np.ones((inside.height, inside.width), np.bool_)) if not inside.is_empty else EMPTY


def ellipse(box: Rect, picture: tuple[int, int]) -> Area:
    """The pixels of the ellipse that fills ``box``, clipped to a picture (H, W); in a square, the round footprint."""
    inside = box.clipped(picture)
    if inside.is_empty:
        return EMPTY
    x = 2 * (np.arange(inside.x, inside.x + inside.width) - box.x) + 1 - box.width
    y = 2 * (np.arange(inside.y, inside.y + inside.height) - box.y) + 1 - box.height
    # In whole numbers, so that the four quarters are mirror images: (x / width)² + (y / height)² ≤ 1.
    across, down = box.width * box.width, box.height * box.height
    return inside, (x * x * down)[None, :] + (y * y * across)[:, None] <= across * down


def pixel_at(point: Point, picture: tuple[int, int]) -> Pixel | None:
    """The pixel of a picture (H, W) that ``point`` lies on; None beside it."""
    x, y = math.floor(point[0]), math.floor(point[1])
    return (x, y) if 0 <= x < picture[1] and 0 <= y < picture[0] else None

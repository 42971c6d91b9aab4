"""What a bucket fills: the region of one value around a pixel, and the holes that a class encloses.

Pixels that only touch at a corner are two regions, as in ``regions.outlines``: a bucket does not leak through the
corner between two classes, and a line of one class drawn with steps holds.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from app.faces.mask import Binary
from app.imaging.cv import cv2
from app.imaging.raster import Rect

Pixel = tuple[int, int]
"""(x, y), inside the picture."""

_SAME = 0
_FLAGS = 4 | cv2.FLOODFILL_MASK_ONLY | 1 << 8


def connected_region(values: npt.NDArray[np.uint8] | Binary, pixel: Pixel) -> tuple[Rect, Binary]:
    """The connected pixels of (H, W) with the very value at ``pixel``: their bounding box, and a bool of its size."""
    height, width = values.shape
    found = np.zeros((height + 2, width + 2), np.uint8)
    picture = np.ascontiguousarray(values).view(np.uint8)
    *_, box = cv2.floodFill(picture, found, pixel, 1, _SAME, _SAME, _FLAGS)
    region = Rect(*box)
    # The flood's own picture has a rim of one pixel.
    return region, found[1:-1, 1:-1][region.slices].astype(np.bool_)


def hole_at(covered: Binary, pixel: Pixel) -> tuple[Rect, Binary] | None:
    """The hole of (H, W) bool that ``pixel`` lies in, as ``connected_region`` tells it.

    None where the pixel is covered, or where its surroundings reach the picture's edge: what the edge cuts open is no
    hole.
    """
    x, y = pixel
    if covered[y, x]:
        return None
    region, hole = connected_region(covered, pixel)
    return (region, hole) if _is_clear_of_edge(region, covered.shape) else None


def holes(covered: Binary, largest: int | None = None) -> Binary:
    """A new (H, W) bool: the pixels of all holes in ``covered`` of at most ``largest`` pixels (None: any size)."""
    _, labels, statistics, _ = cv2.connectedComponentsWithStats((~covered).view(np.uint8), connectivity=4)
    left, top, width, height, area = statistics.T
    is_hole = (left > 0) & (top > 0) & (left + width < covered.shape[1]) & (top + height < covered.shape[0])
    if largest is not None:
        is_hole &= area <= largest
    is_hole[0] = False  # the covered pixels
    found: Binary = is_hole[labels]
    return found


def _is_clear_of_edge(region: Rect, shape: tuple[int, ...]) -> bool:
    x, y, width, height = region
    return x > 0 and y > 0 and x + width < shape[1] and y + height < shape[0]

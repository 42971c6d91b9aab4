"""The part of a mask around one class: most classes cover a hundredth of the picture, and operators are as quick as
the window they look through is small."""

from __future__ import annotations

import math

import numpy as np

from app.imaging.cv import cv2
from app.imaging.footprint import Coverage

Window = tuple[slice, slice]


def window_around(plane: Coverage, reach_px: float) -> Window | None:
    """Rows and columns of the pixels of a plane (H, W) and of all within ``reach_px`` of them; None without any."""
    x, y, width, height = cv2.boundingRect(plane.view(np.uint8))
    if not width:
        return None
    reach = math.ceil(reach_px)
    return slice(max(0, y - reach), y + height + reach), slice(max(0, x - reach), x + width + reach)


def distance_to(plane: Coverage) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """(H, W) float32: how far each pixel's middle is from that of the nearest pixel of the plane, exactly.

    Infinite where the plane is empty. Beyond the picture's edge there is nothing.
    """
    if not plane.any():
        return np.full(plane.shape, np.inf, np.float32)
    return cv2.distanceTransform((~plane).view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)  # type: ignore[return-value]

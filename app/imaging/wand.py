"""The magic wand: pixels whose colour is like the one under the pointer, by distance in CIE Lab.

Lab because equal distances in it look about equally different (ΔE*ab, CIE 1976): in R G B a tolerance that stays on
skin in light leaks in shadow. What depends on the photo (``lab_colours``), on the press (``colour_distances``) and on
the tolerance (``alike``) are three steps, so that dragging the tolerance repeats the last one only.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from app.faces.mask import Binary
from app.imaging.cv import cv2
from app.imaging.fill import Pixel, connected_region
from app.imaging.raster import Rect

Lab = npt.NDArray[np.float32]
"""(H, W, 3): lightness 0…100, a and b about −128…127."""
Distances = npt.NDArray[np.float32]
"""(H, W): ΔE*ab to the colour at one pixel; 2 is just seen, 100 is black to white."""


def lab_colours(rgb: npt.NDArray[np.uint8], smoothing: float = 0.0) -> Lab:
    """The (H, W, 3) sRGB picture in CIE Lab, blurred beforehand by a Gaussian of ``smoothing`` pixels (0: not)."""
    blurred = cv2.GaussianBlur(rgb, (0, 0), smoothing) if smoothing > 0 else rgb
    return np.asarray(cv2.cvtColor(blurred.astype(np.float32) / np.float32(255), cv2.COLOR_RGB2LAB), np.float32)


def colour_distances(colours: Lab, pixel: Pixel) -> Distances:
    """How far every pixel's colour is from the one at ``pixel``."""
    x, y = pixel
    apart = colours - colours[y, x]
    squares = apart[..., 0] ** 2 + apart[..., 1] ** 2 + apart[..., 2] ** 2
    distances: Distances = np.sqrt(squares)
    return distances


def alike(distances: Distances, pixel: Pixel, tolerance: float, *, contiguous: bool = True) -> tuple[Rect, Binary]:
    """The pixels at most ``tolerance`` away, all of them or those connected with ``pixel``: bounding box and bool."""
    near = distances <= np.float32(tolerance)
    if contiguous:
        return connected_region(near, pixel)
    box = Rect(*cv2.boundingRect(near.view(np.uint8)))
    return box, near[box.slices]


def box_around(pixel: Pixel, side: int, picture: tuple[int, int]) -> Rect:
    """The square of ``side`` pixels around ``pixel``, as much of it as lies in a picture (H, W)."""
    x, y = pixel
    return Rect(x - side // 2, y - side // 2, side, side).clipped(picture)

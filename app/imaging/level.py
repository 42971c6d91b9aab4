"""Level tracing: the area inside the line of equal lightness that runs through a pixel.

As in 3D Slicer's Level tracing, moving the pointer to an edge of the photo outlines what the edge goes around. Slicer
follows the brighter side of its line; features of a face (brows, pupils, nostrils) are dark, so here both sides are
tried, and the one that closes within the window is taken.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from app.faces.mask import Binary
from app.imaging.fill import Pixel, connected_region, holes
from app.imaging.raster import Rect
from app.imaging.wand import box_around, lab_colours

Lightness = npt.NDArray[np.float32]
"""(H, W): 0…100."""

WINDOW = 96
"""Side of the square around the pointer that is looked at: a feature of an aligned face at 512², and no more."""


def traced(lightness: Lightness, pixel: Pixel, window: int = WINDOW) -> tuple[Rect, Binary]:
    """The area whose edge runs through ``pixel``: its bounding box, and a bool of its size without holes.

    It consists of the connected pixels at least as bright as the pixel, or of those at least as dark: the side that
    does not reach the window's edge inside the picture; if neither or both do, the smaller one.
    """
    box = box_around(pixel, window, lightness.shape)
    seen = lightness[box.slices]
    at = pixel[0] - box.x, pixel[1] - box.y
    level = seen[at[1], at[0]]
    sides = (connected_region(seen >= level, at), connected_region(seen <= level, at))
    region, covered = min(sides, key=lambda side: (_is_cut(side[0], box, lightness.shape), int(side[1].sum())))
    covered |= holes(covered)
    return Rect(box.x + region.x, box.y + region.y, region.width, region.height), covered


def lightness_of(rgb: npt.NDArray[np.uint8], smoothing: float = 1.0) -> Lightness:
    """CIE lightness of the (H, W, 3) sRGB picture, blurred: a line of equal lightness in noise is a curl."""
    return np.ascontiguousarray(lab_colours(rgb, smoothing)[..., 0])


def _is_cut(region: Rect, box: Rect, picture: tuple[int, ...]) -> bool:
    """Whether the window cuts the region off; the edge of the picture itself does not."""
    left, top = region.x == 0 and box.x > 0, region.y == 0 and box.y > 0
    right = region.x + region.width == box.width and box.x + box.width < picture[1]
    bottom = region.y + region.height == box.height and box.y + box.height < picture[0]
    return left or top or right or bottom

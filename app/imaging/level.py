"""Level tracing: the area inside the line of one level (lightness or redness) that runs through a pixel.

As in 3D Slicer's Level tracing, moving the pointer to an edge of the photo outlines what the edge goes around. Slicer
follows the brighter side of its line; features of a face (brows, pupils, nostrils) are dark, so here both sides are
tried. Lips, mouth and eyes stand out from skin by redness rather than by lightness.
"""

from __future__ import annotations

from enum import Enum

import numpy as np
import numpy.typing as npt

from app.faces.mask import Binary
from app.imaging.fill import Pixel, connected_region, holes
from app.imaging.raster import Rect
from app.imaging.wand import box_around, lab_colours

Levels = npt.NDArray[np.float32]
"""(H, W): what lines of one level are drawn of."""

WINDOW = 96
"""Side of the square around the pointer that is looked at first: a feature of an aligned face at 512², and no more."""


class Channel(Enum):
    """What of a photo makes the levels."""

    LIGHTNESS = "lightness"
    REDNESS = "redness"


def levels_of(rgb: npt.NDArray[np.uint8], channel: Channel = Channel.LIGHTNESS, smoothing: float = 1.0) -> Levels:
    """L or a (CIE Lab) of the (H, W, 3) sRGB picture, blurred: a line of one level in noise is a curl."""
    return np.ascontiguousarray(lab_colours(rgb, smoothing)[..., 0 if channel is Channel.LIGHTNESS else 1])


def traced(levels: Levels, pixel: Pixel, window: int = WINDOW) -> tuple[Rect, Binary] | None:
    """The area whose edge runs through ``pixel``: its bounding box, and a bool of its size without holes.

    It consists of the connected pixels at least as high as the pixel, or of those at least as low: of the sides that
    close within the window around the pixel the smaller one. If none does, a window twice as wide is tried; then None.
    """
    for side in (window, 2 * window):
        box = box_around(pixel, side, levels.shape)
        seen = levels[box.slices]
        at = pixel[0] - box.x, pixel[1] - box.y
        level = seen[at[1], at[0]]
        both = (connected_region(seen >= level, at), connected_region(seen <= level, at))
        closed = [area for area in both if not _is_cut(area[0], box, levels.shape)]
        if closed:
            region, covered = min(closed, key=lambda area: int(area[1].sum()))
            return Rect(box.x + region.x, box.y + region.y, *region[2:]), covered | holes(covered)
    return None


def _is_cut(region: Rect, box: Rect, picture: tuple[int, ...]) -> bool:
    """Whether the window cuts the region off; the edge of the picture itself does not."""
    left, top = region.x == 0 and box.x > 0, region.y == 0 and box.y > 0
    right = region.x + region.width == box.width and box.x + box.width < picture[1]
    bottom = region.y + region.height == box.height and box.y + box.height < picture[0]
    return left or top or right or bottom

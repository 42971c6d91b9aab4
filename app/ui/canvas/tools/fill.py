"""The bucket: fills the region under the pointer, all of a class, or holes."""

from __future__ import annotations

from enum import Enum

import numpy as np

from app.faces.classes import CLASSES
from app.faces.mask import MaskLayers, flatten
from app.imaging.cv import cv2
from app.imaging.fill import Pixel, connected_region, hole_at, holes
from app.imaging.polygon import Area
from app.imaging.raster import Rect
from app.ui.canvas.tools.pointing import PointingTool
from app.ui.canvas.tools.tool import Hand, Option


class Extent(Enum):
    """How far a click reaches."""

    REGION = "region"
    CLASS = "class"
    HOLES = "holes"


EXTENT = Option(
    "fill.extent",
    "Fill",
    Extent.REGION.value,
    choices=(
        (Extent.REGION.value, "The region"),
        (Extent.CLASS.value, "All of the class"),
        (Extent.HOLES.value, "A hole of the class held"),
    ),
    hint="What a click fills: connected pixels whose topmost class is the same, all such pixels, or a hole that the "
    "class held goes around. Shift fills all pixels of that class, or all holes",
)
LARGEST_HOLE = Option("fill.largest_hole", "Holes up to", 300, low=1, high=20_000, suffix=" px")


class FillTool(PointingTool):
    """Paints the class held on what is under the pointer, seen before the click; the right button erases there."""

    name = "fill"
    options = (EXTENT, LARGEST_HOLE)
    combines_with_keys = False

    def hold(self, hand: Hand) -> None:
        self._erases = hand.erase

    def found(self, pixel: Pixel, hand: Hand) -> Area | str:
        mask = self.mask()
        if mask is None:
            return "This sample has no mask"
        extent = Extent(self.option(EXTENT))
        if extent is Extent.HOLES:
            return self._holes(mask, None if hand.shift else pixel)
        topmost = flatten(mask.bits, self.session.paint_order, self.session.open_eyes)
        if extent is Extent.REGION and not hand.shift:
            return connected_region(topmost, pixel)
        return _boxed(topmost == topmost[pixel[1], pixel[0]])

    def _holes(self, mask: MaskLayers, pixel: Pixel | None) -> Area | str:
        """The hole at a pixel; without one, all holes."""
        held, largest = CLASSES[self.session.face_class], self.number(LARGEST_HOLE)
        if not held.bit:
            return "The background has no holes; choose the class that goes around them"
        covered = (mask.bits & np.uint32(held.bit)) != 0
        if pixel is None:
            found = holes(covered, largest)
            return _boxed(found) if found.any() else f"{held.title} has no hole of at most {largest:,} pixels"
        hole = hole_at(covered, pixel)
        if hole is None:
            return f"This is no hole in {held.title}"
        size = int(hole[1].sum())
        return hole if size <= largest else f"This hole has {size:,} pixels; the tool fills up to {largest:,}"


def _boxed(covered: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Area:
    box = Rect(*cv2.boundingRect(covered.view(np.uint8)))
    return box, covered[box.slices]

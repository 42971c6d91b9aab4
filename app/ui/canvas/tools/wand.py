"""The magic wand: press on a colour, drag to the right for more of it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt

from app.imaging.fill import Pixel
from app.imaging.footprint import Point
from app.imaging.polygon import Area
from app.imaging.raster import Rect
from app.imaging.wand import Distances, Lab, alike, box_around, colour_distances, lab_colours
from app.ui.canvas.tools.combining import COMBINE, CombiningTool
from app.ui.canvas.tools.tool import PLAIN, Hand, Option
from app.ui.session import Session

TOLERANCE = Option(
    "wand.tolerance",
    "Tolerance",
    8,
    hint="How different a colour may be (ΔE in CIE Lab; 2 is just seen). Press and drag to the right for more",
)
CONNECTED = Option("wand.connected", "Connected", True, hint="Only what is connected with the pixel pressed")
NEARBY = Option("wand.nearby", "Nearby", False, hint="Only in the square of 160 × 160 pixels around the pixel pressed")
SMOOTHING = Option(
    "wand.smoothing", "Smoothing", 1, high=5, suffix=" px", hint="How far colours are blurred before they are compared"
)
NEARBY_SIDE = 160
_DRAG_PX_PER_STEP = 4


class WandTool(CombiningTool):
    """Adds, cuts or keeps the pixels whose colour in the photo is like that of the pixel pressed."""

    name = "wand"
    pointer = Qt.CursorShape.CrossCursor
    options = (TOLERANCE, CONNECTED, NEARBY, SMOOTHING, COMBINE)

    def __init__(self, session: Session, refuse: Callable[[str], None]) -> None:
        super().__init__(session, refuse)
        self._start: Point | None = None
        self._tolerance_before = 0
        self._box = Rect(0, 0, 0, 0)
        self._seed: Pixel = (0, 0)
        self._distances: Distances | None = None
        self._colours: tuple[npt.NDArray[np.uint8], int, Lab] | None = None

    @property
    def is_active(self) -> bool:
        return self._start is not None

    def press(self, point: Point, hand: Hand = PLAIN) -> None:
        mask, pixel = self.mask(), self.pixel(point)
        if mask is None or pixel is None or self._start is not None or not self.begin(hand):
            return
        colours = self._lab(mask.shape)
        if colours is None:
            self.refuse("This sample has no photo; the wand goes by its colours")
            return
        self._box = box_around(pixel, NEARBY_SIDE, mask.shape) if self.option(NEARBY) else Rect.whole(mask.shape)
        self._seed = pixel[0] - self._box.x, pixel[1] - self._box.y
        self._distances = colour_distances(colours[self._box.slices], self._seed)
        self._start, self._tolerance_before = point, self.number(TOLERANCE)
        self.redraw()

    def move(self, point: Point | None, hand: Hand = PLAIN) -> None:  # noqa: ARG002
        if self._start is None or point is None:
            return
        steps = round((point[0] - self._start[0]) / (self.grain * _DRAG_PX_PER_STEP))
        wanted = max(TOLERANCE.low, min(TOLERANCE.high, self._tolerance_before + steps))
        self.session.set_option(TOLERANCE.key, wanted)  # which draws the area anew

    def release(self) -> None:
        area = self._area()
        self._let_go()
        if area is not None:
            self.finish(area)

    def cancel(self) -> None:
        if self._start is not None:
            self._let_go()
            self.session.set_option(TOLERANCE.key, self._tolerance_before)
        self.preview.clear()

    def forget(self) -> None:
        super().forget()
        self._colours = None

    def redraw(self) -> None:
        area = self._area()
        if area is not None and self._start is not None:
            self.show(area)
            self.preview.show_paths([], [self._start])

    def _let_go(self) -> None:
        self._start = self._distances = None

    def _area(self) -> Area | None:
        if self._distances is None:
            return None
        connected = bool(self.option(CONNECTED))
        (x, y, width, height), covered = alike(
            self._distances, self._seed, self.number(TOLERANCE), contiguous=connected
        )
        return Rect(self._box.x + x, self._box.y + y, width, height), covered

    def _lab(self, shape: tuple[int, int]) -> Lab | None:
        photo, smoothing = self.session.photo.rgb(shape), self.number(SMOOTHING)
        if photo is None:
            return None
        if self._colours is None or self._colours[0] is not photo or self._colours[1] != smoothing:
            self._colours = photo, smoothing, lab_colours(photo, smoothing)
        return self._colours[2]

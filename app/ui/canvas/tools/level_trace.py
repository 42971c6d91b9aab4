"""Level trace: the line of equal lightness through the pixel under the pointer, followed while it moves."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt

from app.imaging.fill import Pixel
from app.imaging.footprint import Point
from app.imaging.level import WINDOW, Lightness, lightness_of, traced
from app.imaging.polygon import Area
from app.ui.canvas.tools.combining import COMBINE, CombiningTool
from app.ui.canvas.tools.tool import PLAIN, Hand, Option
from app.ui.session import Session

REACH = Option(
    "level.window",
    "Window",
    WINDOW,
    low=16,
    high=512,
    suffix=" px",
    hint="Side of the square around the pointer that is looked at",
)
SMOOTHING = Option(
    "level.smoothing", "Smoothing", 1, high=5, suffix=" px", hint="How far the photo is blurred before it is traced"
)


class LevelTraceTool(CombiningTool):
    """Outlines what an edge of the photo goes around while the pointer rests on the edge; a click takes it."""

    name = "level"
    pointer = Qt.CursorShape.CrossCursor
    options = (REACH, SMOOTHING, COMBINE)

    def __init__(self, session: Session, refuse: Callable[[str], None]) -> None:
        super().__init__(session, refuse)
        self._at: tuple[Pixel, Hand] | None = None
        self._lightness: tuple[npt.NDArray[np.uint8], int, Lightness] | None = None

    def hover(self, point: Point | None, hand: Hand = PLAIN) -> None:
        pixel = self.pixel(point)
        at = None if pixel is None else (pixel, hand)
        if at != self._at:
            self._at = at
            self.redraw()

    def press(self, point: Point, hand: Hand = PLAIN) -> None:
        pixel = self.pixel(point)
        if pixel is None or not self.begin(hand):
            return
        area = self._traced(pixel)
        if area is None:
            self.refuse("This sample has no photo; level trace follows its edges")
        else:
            self.finish(area, "level trace")
        self._at = None

    def cancel(self) -> None:
        self._at = None
        self.preview.clear()

    def forget(self) -> None:
        super().forget()
        self._lightness = None

    def redraw(self) -> None:
        area = None
        if self._at is not None:
            self.hold(self._at[1])
            area = self._traced(self._at[0])
        if area is None:
            self.preview.clear()
        else:
            self.show(area)

    def _traced(self, pixel: Pixel) -> Area | None:
        mask = self.mask()
        photo = None if mask is None else self.session.photo.rgb(mask.shape)
        if photo is None:
            return None
        smoothing = self.number(SMOOTHING)
        if self._lightness is None or self._lightness[0] is not photo or self._lightness[1] != smoothing:
            self._lightness = photo, smoothing, lightness_of(photo, smoothing)
        return traced(self._lightness[2], pixel, self.number(REACH))

"""Level trace: the line of one level through the pixel under the pointer, followed while it moves."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt

from app.imaging.fill import Pixel
from app.imaging.footprint import Point
from app.imaging.level import WINDOW, Channel, Levels, levels_of, traced
from app.ui.canvas.tools.combining import COMBINE, CombiningTool
from app.ui.canvas.tools.tool import PLAIN, Hand, Option
from app.ui.session import Session

CHANNEL = Option(
    "level.channel",
    "Lines of",
    Channel.LIGHTNESS.value,
    choices=((Channel.LIGHTNESS.value, "Lightness"), (Channel.REDNESS.value, "Redness")),
    hint="Lips and eyes often stand out from skin by redness",
)
REACH = Option(
    "level.window",
    "Window",
    WINDOW,
    low=16,
    high=512,
    suffix=" px",
    hint="Side of the square around the pointer that is looked at; twice that, where no line closes within",
)
SMOOTHING = Option(
    "level.smoothing", "Smoothing", 1, high=5, suffix=" px", hint="How far the photo is blurred before it is traced"
)


class LevelTraceTool(CombiningTool):
    """Outlines what an edge of the photo goes around while the pointer rests on the edge; a click takes it."""

    name = "level"
    pointer = Qt.CursorShape.CrossCursor
    options = (CHANNEL, REACH, SMOOTHING, COMBINE)

    def __init__(self, session: Session, refuse: Callable[[str], None]) -> None:
        super().__init__(session, refuse)
        self._at: tuple[Pixel, Hand] | None = None
        self._levels: tuple[npt.NDArray[np.uint8], Channel, int, Levels] | None = None

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
        levels = self._wanted_levels()
        area = None if levels is None else traced(levels, pixel, self.number(REACH))
        if area is not None:
            self.finish(area, "level trace")
        elif levels is None:
            self.refuse("This sample has no photo; level trace follows its edges")
        else:
            self.refuse("No line closes around this pixel near by; point at an edge, or widen the window")
        self._at = None

    def cancel(self) -> None:
        self._at = None
        self.preview.clear()

    def forget(self) -> None:
        super().forget()
        self._levels = None

    def redraw(self) -> None:
        area = None
        levels = None if self._at is None else self._wanted_levels()
        if self._at is not None and levels is not None:
            self.hold(self._at[1])
            area = traced(levels, self._at[0], self.number(REACH))
        if area is None:
            self.preview.clear()
        else:
            self.show(area)

    def _wanted_levels(self) -> Levels | None:
        mask = self.mask()
        photo = None if mask is None else self.session.photo.rgb(mask.shape)
        if photo is None:
            return None
        channel, smoothing = Channel(self.option(CHANNEL)), self.number(SMOOTHING)
        kept = self._levels
        if kept is None or kept[0] is not photo or kept[1:3] != (channel, smoothing):
            self._levels = kept = photo, channel, smoothing, levels_of(photo, channel, smoothing)
        return kept[3]

"""Level trace: the line of one level through the pixel under the pointer, followed while it moves."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from app.imaging.fill import Pixel
from app.imaging.level import WINDOW, Channel, Levels, levels_of, traced
from app.imaging.polygon import Area
from app.ui.canvas.tools.combining import COMBINE
from app.ui.canvas.tools.pointing import PointingTool
from app.ui.canvas.tools.tool import Hand, Option
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


class LevelTraceTool(PointingTool):
    """Outlines what an edge of the photo goes around while the pointer rests on the edge; a click takes it."""

    name = "level"
    step = "level trace"
    options = (CHANNEL, REACH, SMOOTHING, COMBINE)

    def __init__(self, session: Session, refuse: Callable[[str], None]) -> None:
        super().__init__(session, refuse)
        self._levels: tuple[npt.NDArray[np.uint8], Channel, int, Levels] | None = None

    def found(self, pixel: Pixel, hand: Hand) -> Area | str:  # noqa: ARG002
        levels = self._wanted_levels()
        if levels is None:
            return "This sample has no photo; level trace follows its edges"
        area = traced(levels, pixel, self.number(REACH))
        return area or "No line closes around this pixel near by; point at an edge, or widen the window"

    def forget(self) -> None:
        super().forget()
        self._levels = None

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

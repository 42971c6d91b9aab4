"""What tools share that take the area under the pointer: shown while the pointer rests there, taken by a click."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt

from app.imaging.fill import Pixel
from app.imaging.footprint import Point
from app.imaging.polygon import Area
from app.ui.canvas.tools.combining import CombiningTool
from app.ui.canvas.tools.tool import PLAIN, Hand
from app.ui.session import Session


class PointingTool(CombiningTool):
    """Subclasses say what area belongs to a pixel (``found``)."""

    pointer = Qt.CursorShape.CrossCursor
    step = ""
    """The verb of its steps where that is not its name."""

    def __init__(self, session: Session, refuse: Callable[[str], None]) -> None:
        super().__init__(session, refuse)
        self._at: tuple[Pixel, Hand] | None = None

    def found(self, pixel: Pixel, hand: Hand) -> Area | str:
        """The area that a click on a pixel takes, or why there is none."""
        raise NotImplementedError

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
        found = self.found(pixel, hand)
        if isinstance(found, str):
            self.refuse(found)
        else:
            self.finish(found, self.step)
        self._at = None

    def cancel(self) -> None:
        self._at = None
        self.preview.clear()

    def redraw(self) -> None:
        found: Area | str = ""
        if self._at is not None:
            self.hold(self._at[1])
            found = self.found(*self._at)
        if isinstance(found, str):
            self.preview.clear()
        else:
            self.show(found)

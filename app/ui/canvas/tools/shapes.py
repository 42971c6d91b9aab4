"""Rectangle and ellipse, from corner to corner or from the middle."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import Qt

from app.imaging.footprint import Point
from app.imaging.polygon import Area, ellipse, rectangle, spanned
from app.imaging.raster import Rect
from app.ui.canvas.tools.combining import CombiningTool
from app.ui.canvas.tools.lasso import DRAG_PX
from app.ui.canvas.tools.tool import PLAIN, Hand
from app.ui.session import Session


class RectangleTool(CombiningTool):
    """Adds, cuts or keeps the pixels between the one pressed and the one released, both included.

    Shift makes the sides equal, Alt (or Ctrl, where the desktop keeps Alt for moving windows) the pixel pressed the
    middle one, at any time during the drag. A click without a drag does nothing.
    """

    name = "rectangle"
    pointer = Qt.CursorShape.CrossCursor
    combines_with_keys = False

    def __init__(self, session: Session, refuse: Callable[[str], None]) -> None:
        super().__init__(session, refuse)
        self._start: Point | None = None
        self._end: Point | None = None
        self._hand = PLAIN

    @staticmethod
    def shape(box: Rect, picture: tuple[int, int]) -> Area:
        """The pixels of the shape that fills a box, within a picture (H, W)."""
        return rectangle(box, picture)

    @property
    def is_active(self) -> bool:
        return self._start is not None

    def press(self, point: Point, hand: Hand = PLAIN) -> None:
        if self._start is None and self.begin(hand):
            self._start, self._end = point, None

    def move(self, point: Point | None, hand: Hand = PLAIN) -> None:
        if self._start is None or point is None:
            return
        if self._end is None and math.dist(point, self._start) <= DRAG_PX * self.grain:
            return
        self._end, self._hand = point, hand
        self.redraw()

    def release(self) -> None:
        area = self._area()
        self.cancel()
        if area is not None and not area[0].is_empty:
            self.finish(area)

    def cancel(self) -> None:
        self._start = self._end = None
        self.preview.clear()

    def redraw(self) -> None:
        area = self._area()
        if area is not None:
            self.show(area)
            x, y, width, height = self._box()
            corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
            self.preview.show_paths([[(float(x), float(y)) for x, y in corners]], closed=True, dashed=True)

    def _box(self) -> Rect:
        assert self._start is not None
        assert self._end is not None
        return spanned(self._start, self._end, square=self._hand.shift, centred=self._hand.alt or self._hand.ctrl)

    def _area(self) -> Area | None:
        mask = self.mask()
        if mask is None or self._start is None or self._end is None:
            return None
        return self.shape(self._box(), mask.shape)


class EllipseTool(RectangleTool):
    """The same with the ellipse that fills the rectangle."""

    name = "ellipse"

    @staticmethod
    def shape(box: Rect, picture: tuple[int, int]) -> Area:
        return ellipse(box, picture)

"""Lasso and polygon in one: dragging draws freehand, clicking sets corners, and one line may have both."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import Qt

from app.imaging.footprint import Point
from app.imaging.polygon import EMPTY, Area, enclosed
from app.ui.canvas.tools.combining import CombiningTool
from app.ui.canvas.tools.tool import PLAIN, Hand
from app.ui.session import Session

CLOSING_PX = 6
"""How near to its start, on the screen, a click closes the line."""
DRAG_PX = 3


class LassoTool(CombiningTool):
    """Adds, cuts or keeps what the line goes around.

    A line that is drawn in one go closes when the button is let go (with Ctrl held it stays open, to go on with
    clicks); one that was begun by a click closes by a click on its start, a double click or Enter. Backspace takes back
    the last corner, or the last part drawn freehand; Shift leads a side across, down or halfway between.
    """

    name = "lasso"
    pointer = Qt.CursorShape.CrossCursor

    def __init__(self, session: Session, refuse: Callable[[str], None]) -> None:
        super().__init__(session, refuse)
        self._points: list[Point] = []
        self._steps: list[int] = []
        """How many points there were before each press."""
        self._tail: Point | None = None
        self._is_down = self._is_drawing = self._stays_open = False

    @property
    def is_active(self) -> bool:
        return self._is_down

    @property
    def is_pending(self) -> bool:
        return bool(self._points)

    def press(self, point: Point, hand: Hand = PLAIN) -> None:
        if self._points and (hand.is_double or self._is_at_start(point)):
            self._close()
            return
        point = self._directed(point, hand)
        if not self._points and not self.begin(hand):
            return
        self._steps.append(len(self._points))
        self._points.append(point)
        self._is_down, self._is_drawing, self._tail = True, False, None
        self.redraw()

    def move(self, point: Point | None, hand: Hand = PLAIN) -> None:
        if not self._is_down or point is None:
            return
        self._stays_open = hand.ctrl
        if not self._is_drawing:
            self._is_drawing = math.dist(point, self._points[-1]) > DRAG_PX * self.grain
        if self._is_drawing and point != self._points[-1]:
            self._points.append(point)
            self.redraw()

    def hover(self, point: Point | None, hand: Hand = PLAIN) -> None:
        if not self._points:
            return
        if point is None:
            self._tail = None
        else:
            self._tail = self._points[0] if self._is_at_start(point) else self._directed(point, hand)
        self.redraw()

    def release(self) -> None:
        if not self._is_down:
            return
        self._is_down = False
        in_one_go = self._steps == [0] and not self._stays_open
        if self._is_drawing and (in_one_go or self._is_at_start(self._points[-1])):
            self._close()

    def accept(self) -> bool:
        was_pending = self.is_pending
        if was_pending:
            self._close()
        return was_pending

    def step_back(self) -> bool:
        if not self._points:
            return False
        del self._points[self._steps.pop() :]
        self._is_down = False
        if self._points:
            self.redraw()
        else:
            self.cancel()
        return True

    def cancel(self) -> None:
        self._points, self._steps, self._tail = [], [], None
        self._is_down = self._is_drawing = self._stays_open = False
        self.preview.clear()

    def redraw(self) -> None:
        if not self._points:
            return
        line = self._points if self._tail is None else [*self._points, self._tail]
        self.show(self._area(line))
        corners = [self._points[at] for at in self._steps]
        self.preview.show_paths([line], corners)

    def _is_at_start(self, point: Point) -> bool:
        return len(self._points) > 2 and math.dist(point, self._points[0]) <= CLOSING_PX * self.grain

    def _directed(self, point: Point, hand: Hand) -> Point:
        """The point; with Shift the one nearest to it that lies in one of eight directions from the last corner."""
        if not (self._points and hand.shift):
            return point
        (x, y), (to_x, to_y) = self._points[-1], point
        angle = round(math.atan2(to_y - y, to_x - x) / (math.pi / 4)) * math.pi / 4
        across, down = round(math.cos(angle)), round(math.sin(angle))
        reach = ((to_x - x) * across + (to_y - y) * down) / (across * across + down * down)
        return x + reach * across, y + reach * down

    def _close(self) -> None:
        area = self._area(self._points)
        self.cancel()
        if not area[0].is_empty:
            self.finish(area)

    def _area(self, line: list[Point]) -> Area:
        mask = self.mask()
        return enclosed(line, mask.shape) if mask is not None else EMPTY

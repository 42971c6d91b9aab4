"""How often each value occurs in the photo, with two bounds to drag."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPalette, QPolygonF
from PySide6.QtWidgets import QWidget

from app.ui.messages import tooltip

_MARGIN = 6
_HEIGHT = 88
_FOOT = 9


class Histogram(QWidget):
    """256 bars; ``moved`` tells the bounds (both included) while the hand drags one."""

    moved = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Histogram of the photo"))
        self.setToolTip(tooltip(self.tr("Drag a bound, or press where it should be; the fields below do the same")))
        self.setCursor(Qt.CursorShape.SizeHorCursor)
        self._counts: npt.NDArray[np.int64] | None = None
        self._low, self._high, self._inverted = 0, 255, False
        self._drags_high: bool | None = None

    def sizeHint(self) -> QSize:
        return QSize(256 + 2 * _MARGIN, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def show_counts(self, counts: npt.NDArray[np.int64] | None) -> None:
        """(256,) how many pixels have each value; None: there is no photo."""
        self._counts = counts
        self.update()

    def show_bounds(self, low: int, high: int, *, inverted: bool) -> None:
        """Mark the values that are in the range."""
        self._low, self._high, self._inverted = low, high, inverted
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        colours = self.palette()
        field = QRectF(_MARGIN, 2, self.width() - 2 * _MARGIN, self.height() - _FOOT - 4)
        painter.fillRect(field, colours.color(QPalette.ColorRole.Base))
        painter.setPen(colours.color(QPalette.ColorRole.Mid))
        painter.drawRect(field.adjusted(-0.5, -0.5, 0.5, 0.5))
        if self._counts is not None:
            self._paint_bars(painter, field)
        mark = QColor(colours.color(QPalette.ColorRole.Accent))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for x in (self._x(self._low), self._x(self._high + 1)):
            painter.setPen(mark)
            painter.drawLine(QPointF(x, field.top()), QPointF(x, field.bottom()))
            painter.setBrush(mark)
            foot = field.bottom() + 2
            painter.drawPolygon(QPolygonF([QPointF(x, foot), QPointF(x - 5, foot + 7), QPointF(x + 5, foot + 7)]))

    def _paint_bars(self, painter: QPainter, field: QRectF) -> None:
        assert self._counts is not None
        heights = np.sqrt(self._counts)  # few pixels matter as well as many: a square root shows both
        tallest = float(heights.max()) or 1.0
        inside = self.palette().color(QPalette.ColorRole.Accent)
        outside = self.palette().color(QPalette.ColorRole.Mid)
        for value, height in enumerate((heights * field.height() / tallest).tolist()):
            is_in = (self._low <= value <= self._high) != self._inverted
            left, right = self._x(value), self._x(value + 1)
            painter.fillRect(QRectF(left, field.bottom() - height, right - left, height), inside if is_in else outside)

    def _x(self, value: int) -> float:
        return _MARGIN + value * (self.width() - 2 * _MARGIN) / 256

    def _value(self, x: float) -> int:
        return max(0, min(255, int((x - _MARGIN) * 256 / (self.width() - 2 * _MARGIN))))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            value = self._value(event.position().x())
            self._drags_high = abs(value - self._high) < abs(value - self._low)
            self._drag(value)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drags_high is not None:
            self._drag(self._value(event.position().x()))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._drags_high = None

    def _drag(self, value: int) -> None:
        if self._drags_high:
            self.moved.emit(min(self._low, value), value)
        else:
            self.moved.emit(value, max(self._high, value))

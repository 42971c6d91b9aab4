"""Fingers on the canvas: one paints as the mouse does, two move and zoom the picture.

Qt hands touches and gestures to ``event()`` or a filter, and a canvas with either in Python pays for it at every
mouse move. Both kinds go on to the parent where nobody takes them, so the filter is on a widget around the canvas that
is no window: no mouse event reaches it, and no request to repaint.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import QEventPoint, QMouseEvent, QNativeGestureEvent, QTouchEvent
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from app.ui.canvas.photo import PhotoCanvas

_NONE, _LEFT = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton
_TOUCHES = (QEvent.Type.TouchBegin, QEvent.Type.TouchUpdate, QEvent.Type.TouchEnd, QEvent.Type.TouchCancel)


class Touch(QObject):
    """Follows the fingers on one canvas; ``around``: a widget that it lies in."""

    def __init__(self, canvas: PhotoCanvas, around: QWidget) -> None:
        super().__init__(around)
        self._canvas = canvas
        self._paints = False
        """Whether one finger is down that paints."""
        self._middle: QPointF | None = None
        """Where the middle of two fingers was, while two are down."""
        self._apart = 1.0
        self._zoom = 1.0
        """The zoom that the fingers ask for; what is shown is the nearest that can be drawn."""
        around.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        around.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002
        if isinstance(event, QTouchEvent) and event.type() in _TOUCHES:
            if event.type() == QEvent.Type.TouchBegin and not self._is_on_canvas(event.points()[0].globalPosition()):
                return False
            self._touch(event)
            event.accept()
            return True
        if isinstance(event, QNativeGestureEvent) and self._is_on_canvas(event.globalPosition()):
            return self._gesture(event)
        return False

    def _is_on_canvas(self, place: QPointF) -> bool:
        return self._canvas.rect().contains(self._on_canvas(place).toPoint())

    def _on_canvas(self, place: QPointF) -> QPointF:
        return self._canvas.mapFromGlobal(place)

    def _touch(self, event: QTouchEvent) -> None:
        down = [point for point in event.points() if point.state() != QEventPoint.State.Released]
        if event.type() == QEvent.Type.TouchCancel:
            self._stop()
        elif len(down) >= 2:
            self._navigate(*(self._on_canvas(point.globalPosition()) for point in down[:2]))
        elif self._middle is None:
            self._paint(event)
        if not down:
            self._middle = None

    def _paint(self, event: QTouchEvent) -> None:
        """One finger, and there has been no second one since it came."""
        point = event.points()[0]
        state = point.state()
        if state == QEventPoint.State.Pressed:
            self._paints = True
            self._canvas.setFocus(Qt.FocusReason.MouseFocusReason)
            self._mouse(QEvent.Type.MouseButtonPress, point, event)
        elif self._paints and state == QEventPoint.State.Released:
            self._paints = False
            self._mouse(QEvent.Type.MouseButtonRelease, point, event)
        elif self._paints:
            self._mouse(QEvent.Type.MouseMove, point, event)

    def _mouse(self, kind: QEvent.Type, point: QEventPoint, event: QTouchEvent) -> None:
        canvas = self._canvas
        button = _NONE if kind == QEvent.Type.MouseMove else _LEFT
        held = _NONE if kind == QEvent.Type.MouseButtonRelease else _LEFT
        place = self._on_canvas(point.globalPosition())
        mouse = QMouseEvent(kind, place, point.globalPosition(), button, held, event.modifiers())
        handle = {
            QEvent.Type.MouseButtonPress: canvas.mousePressEvent,
            QEvent.Type.MouseMove: canvas.mouseMoveEvent,
            QEvent.Type.MouseButtonRelease: canvas.mouseReleaseEvent,
        }[kind]
        handle(mouse)

    def _navigate(self, one: QPointF, other: QPointF) -> None:
        """Two fingers: what lies between them stays between them."""
        viewport, ratio = self._canvas.viewport, self._canvas.devicePixelRatioF()
        middle, apart = (one + other) / 2, max(1.0, math.dist(one.toTuple(), other.toTuple()))
        if self._middle is None:
            self._stop()  # what the first finger painted until the second one came was not meant
            self._zoom, self._apart = viewport.zoom, apart
            self._middle = middle
            return
        moved = (middle - self._middle) * ratio
        whole = QPointF(round(moved.x()), round(moved.y()))
        self._middle += whole / ratio
        if not whole.isNull():
            viewport.pan(whole)
        self._zoom_to(self._zoom * apart / self._apart, middle)
        self._apart = apart

    def _zoom_to(self, zoom: float, at: QPointF) -> None:
        self._zoom = zoom
        ratio = self._canvas.devicePixelRatioF()
        self._canvas.viewport.set_zoom(zoom, at * ratio, view=self._canvas.device_size())

    def _stop(self) -> None:
        if self._paints:
            self._paints = False
            self._canvas.cancel()

    def _gesture(self, event: QNativeGestureEvent) -> bool:
        """Two fingers on a touchpad, where the system tells what they mean."""
        kind = event.gestureType()
        if kind == Qt.NativeGestureType.BeginNativeGesture:
            self._zoom = self._canvas.viewport.zoom
        elif kind == Qt.NativeGestureType.ZoomNativeGesture:
            self._zoom_to(self._zoom * (1 + event.value()), self._on_canvas(event.globalPosition()))
        elif kind == Qt.NativeGestureType.PanNativeGesture:
            self._canvas.viewport.pan(event.delta() * self._canvas.devicePixelRatioF())
        else:
            return False
        return True

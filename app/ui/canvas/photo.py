"""The hand on the main canvas: the pointer and the keys become what the tool in hand does; its footprint is shown.

Mouse moves are the hot path: one event may cost a few dozen microseconds (``tests/benchmarks/bench_brush.py``), so it
collects one rectangle and asks for one repaint.
"""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPointingDevice,
    QResizeEvent,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from app.imaging.footprint import Point
from app.imaging.raster import Rect
from app.ui.canvas import decorations
from app.ui.canvas.hovered_pixel import HoveredPixel
from app.ui.canvas.labels import SizeBubble
from app.ui.canvas.line_preview import LinePreview
from app.ui.canvas.mask_canvas import MaskCanvas
from app.ui.canvas.placed_cursor import PlacedCursor
from app.ui.canvas.tools import BUILT_IN, BrushTool, PickTool
from app.ui.canvas.tools.tool import PLAIN, Hand
from app.ui.canvas.viewport import Placement, Viewport
from app.ui.session import Session

DRAG_FROM_PX = 3
_NONE = Qt.KeyboardModifier.NoModifier
_ALT, _SHIFT = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier
_CTRL = Qt.KeyboardModifier.ControlModifier
_MODIFIER_KEYS = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt)
_ARROWS: dict[int, tuple[int, int]] = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_LEFT, _RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
_EITHER = _LEFT | _RIGHT
_MERGES_MOVES = Qt.ApplicationAttribute.AA_CompressHighFrequencyEvents


class PhotoCanvas(MaskCanvas):
    """Shows one sample's photo under its mask and lets the session's tool work on it."""

    refused = Signal(str)
    """A wish that could not be granted, and why."""
    pending_changed = Signal()
    """Something unfinished is there now, or is no more."""
    context_menu_requested = Signal(QPoint)
    """Right click without a drag; global position."""

    def __init__(self, session: Session, viewport: Viewport | None = None, parent: QWidget | None = None) -> None:
        super().__init__(session, viewport or Viewport(), parent)
        self.setObjectName("photoCanvas")
        self.setAccessibleName(self.tr("Photo with mask"))
        self._tools = {tool.name: tool(session, self.refused.emit) for tool in BUILT_IN}
        self._pick = self._tools[PickTool.name]
        self._tool = self._tools.get(session.tool, self._tools[BrushTool.name])
        self._used = {self._tool}
        """The tools that may remember something of the sample on screen."""
        self._cursor = PlacedCursor(self.dirty, session.brush_size, session.brush_shape)
        self._pen = PLAIN
        """How a pen is held, while one of its events is handled; a mouse has neither pressure nor another end."""
        self._line = LinePreview(session)
        self._previewed: Rect | None = None
        """The device pixels that the tool's preview was drawn on."""
        self._was_pending = False
        for tool in self._tools.values():
            tool.preview.changed = self._on_preview_changed
        self._bubble = SizeBubble(self)
        self._hover: Point | None = None
        self._pixel = HoveredPixel(session, self.viewport, self._pointed, self)
        self._width, self._height = self.width(), self.height()
        self._right_from: QPointF | None = None
        self._size_from: tuple[QPointF, int] | None = None
        self.decorate(decorations.BUILT_IN)
        self._update_pointer()
        session.tool_changed.connect(self._on_tool_changed)
        session.sample_changed.connect(self._on_sample_changed)
        session.brush_size_changed.connect(self._on_brush_changed)
        session.brush_shape_changed.connect(self._on_brush_changed)

    def paint_over(self, painter: QPainter, place: Placement) -> None:  # noqa: ARG002
        if not self._has_mask:
            return
        for decoration in self._shown_decorations:
            decoration.paint(painter, self._exposed_device())
        if self._line.region is not None:
            self._line.paint(painter, self.mask_place())
        if self._previewed is not None:
            self._tool.preview.paint(painter, self.mask_place(), self._exposed_device())
        self._cursor.paint(painter)

    # The pointer

    def tool_pointer(self) -> Qt.CursorShape:
        return self._tool.pointer if self._has_mask else Qt.CursorShape.ArrowCursor

    def _place_cursor(self) -> None:
        """Move the footprint's outline to where the pointer is, or take it away."""
        hover, tool = self._hover, self._tool
        pans = self._space_held or self._pan_from is not None
        if hover is not None and tool.shows_footprint and self._has_mask and not pans:
            self._cursor.show(hover, tool, self.mask_place())
        else:
            self._cursor.hide()

    def _hover_at(self, position: QPointF) -> Point:
        """The pointer is here now: move the footprint, tell the pixel. Returns the mask point."""
        self._hover = point = self.mask_place().point(position)
        self._place_cursor()
        if self._tool.is_active:
            self._pixel.tell_soon()
        else:
            self._pixel.tell()
        return point

    def _pointed(self) -> tuple[Point, tuple[int, ...]] | None:
        bits = self.picture.bits if self.picture else None
        return None if self._hover is None or bits is None or not self._has_mask else (self._hover, bits.shape)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._in_event = True
        self._move(event)
        self._in_event = False
        self.flush()

    def _move(self, event: QMouseEvent) -> None:
        position, buttons = event.position(), event.buttons()
        if self._size_from is not None:
            self._drag_size(position, buttons)
            return
        point = self._hover_at(position)
        if self._tool.is_active:
            if buttons == _LEFT or buttons & _EITHER:
                x, y = position.x(), position.y()
                is_inside = 0 <= x < self._width and 0 <= y < self._height
                hand = self._pen
                if self._tool.minds_keys and (modifiers := event.modifiers()) != _NONE:
                    hand = _hand(modifiers, hand)
                self._tool.move(point if is_inside else None, hand)
                if self._tool.brush_at is not None:
                    self._place_cursor()
            else:
                self._tool.release()  # the button came up where no event reached us
                self._place_cursor()
        elif self.is_panning:
            super().mouseMoveEvent(event)
        elif self._right_from is not None:
            self._drag_right(position, point, buttons)
        else:
            self._hover_tool(point, event.modifiers())

    def _hover_tool(self, point: Point | None, modifiers: Qt.KeyboardModifier) -> None:
        """The pointer is over the picture with no button down: the tool shows what a press would do."""
        self._show_line(point if modifiers & _SHIFT else None)
        self._tool.grain = self._grain()
        self._tool.hover(point, self._pen if modifiers == _NONE else _hand(modifiers, self._pen))

    def _grain(self) -> float:
        return self.devicePixelRatioF() / self.mask_place().across

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._in_event = True
        self._press(event)
        self._in_event = False
        self.flush()
        # Every point of the hand's way counts, so no two moves may be merged into one while something is drawn.
        QCoreApplication.setAttribute(_MERGES_MOVES, not self._tool.is_active)

    def _press(self, event: QMouseEvent) -> None:
        if self._tool.is_active or self.is_panning or self._right_from or self._size_from:
            return
        button, modifiers = event.button(), event.modifiers()
        point = self._hover_at(event.position())
        if button == _RIGHT and modifiers & _ALT:
            self._size_from = (event.position(), self.session.brush_size)
        elif button == _RIGHT:
            self._right_from = event.position()
        elif button == _LEFT and not self.pans_with_left:
            self._show_line(None)
            self._tool.grain = self._grain()
            if self.view is not None:
                picks = modifiers & _ALT and self._tool.shows_footprint
                tool = self._pick if picks else self._tool
                is_double = event.type() == QEvent.Type.MouseButtonDblClick
                tool.press(point, _hand(modifiers, self._pen, is_double=is_double))
        else:
            super().mousePressEvent(event)
            self._place_cursor()

    def _drag_right(self, position: QPointF, point: Point, buttons: Qt.MouseButton) -> None:
        assert self._right_from is not None
        if not buttons & _RIGHT:
            self._right_from = None
        elif (position - self._right_from).manhattanLength() > DRAG_FROM_PX:
            start, self._right_from = self._right_from, None
            self._tool.grain = self._grain()
            if self._tool.erases_with_right and self.view is not None:
                self._tool.press(self.mask_point(start), Hand(erase=True))
                QCoreApplication.setAttribute(_MERGES_MOVES, not self._tool.is_active)
                self._tool.move(point)

    def _drag_size(self, position: QPointF, buttons: Qt.MouseButton) -> None:
        assert self._size_from is not None
        start, size = self._size_from
        if buttons & _RIGHT:
            self.session.brush_size = max(1, round(size * math.exp((position.x() - start.x()) / 100)))
            self._bubble.show_size(self.session.brush_size, start)
        else:
            self._size_from = None

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._in_event = True
        self._release(event)
        self._in_event = False
        self.flush()
        QCoreApplication.setAttribute(_MERGES_MOVES, True)

    def _release(self, event: QMouseEvent) -> None:
        button = event.button()
        if self._size_from is not None and button == _RIGHT:
            self._size_from = None
            self._hover_at(event.position())
        elif self._right_from is not None and button == _RIGHT:
            self._right_from = None
            self.context_menu_requested.emit(event.globalPosition().toPoint())
        elif self._tool.is_active and not event.buttons() & _EITHER:
            self._tool.release()
            self._place_cursor()
        else:
            super().mouseReleaseEvent(event)
            self._place_cursor()

    def tabletEvent(self, event: QTabletEvent) -> None:
        # Handled as what the mouse would do there; left alone, Qt would send that itself, without the pressure.
        handlers = {
            QEvent.Type.TabletPress: (QEvent.Type.MouseButtonPress, self.mousePressEvent),
            QEvent.Type.TabletMove: (QEvent.Type.MouseMove, self.mouseMoveEvent),
            QEvent.Type.TabletRelease: (QEvent.Type.MouseButtonRelease, self.mouseReleaseEvent),
        }
        kind, handle = handlers[event.type()]
        if kind == QEvent.Type.MouseButtonPress:
            self.setFocus(Qt.FocusReason.MouseFocusReason)
        place = event.position(), event.globalPosition()
        self._pen = Hand(erase=event.pointerType() == QPointingDevice.PointerType.Eraser, pressure=event.pressure())
        handle(QMouseEvent(kind, *place, event.button(), event.buttons(), event.modifiers()))
        self._pen = PLAIN
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        # The mouse asks by its release, because its press may begin a drag; this is the keyboard's menu key.
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            self.context_menu_requested.emit(event.globalPos())
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & _SHIFT:
            delta = event.angleDelta()  # some systems turn a shifted wheel sideways
            notches = self.wheel_notches(delta.y() or delta.x())
            if notches:
                self.session.scale_brush(notches)
                self._bubble.show_size(self.session.brush_size, event.position())
            event.accept()
        elif self._tool.is_active:
            event.accept()
        else:
            super().wheelEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        if self._tool.is_active:
            self._tool.move(None)
        self._hover = None
        self._place_cursor()
        self._hover_tool(None, _NONE)
        self._pixel.tell()
        self.flush()
        super().leaveEvent(event)

    def _show_line(self, end: Point | None) -> None:
        """Preview the straight line from the last stroke's end to a point; None: no preview."""
        if end is None and self._line.region is None:
            return
        if self._line.region is not None:
            self.dirty(self._device_rect(self._line.region))
            self._line.hide()
        start, bits = self._tool.line_start, self._mask_bits()
        if end is None or start is None or bits is None or self._tool.is_active or not self._has_mask:
            return
        erases = self.session.erasing or self.session.tool == "eraser"
        self._line.show(start, end, (bits.shape[0], bits.shape[1]), erases=erases)
        if self._line.region is not None:
            self.dirty(self._device_rect(self._line.region))

    # Cancelling, and keys held

    def cancel(self) -> bool:
        """Take back what is being drawn. Returns whether there was anything."""
        tool = self._tool
        is_drawing = tool.is_active or tool.is_pending
        was_active = is_drawing or self._right_from is not None or self._size_from is not None
        for tool in self._tools.values():
            tool.cancel()
        self._right_from = self._size_from = None
        QCoreApplication.setAttribute(_MERGES_MOVES, True)
        return was_active

    @property
    def is_pending(self) -> bool:
        """Whether something is begun that outlasts the button: a polygon, a proposal to be accepted."""
        return self._tool.is_pending

    def step_back(self) -> bool:
        """Take back the last part of what is unfinished, as Backspace does. Returns whether there was any."""
        took_back = self._tool.is_pending and self._tool.step_back()
        self.flush()
        return took_back

    def accept(self) -> bool:
        """Finish what is unfinished, as Enter does. Returns whether there was anything."""
        accepted = self._tool.accept()
        self.flush()
        return accepted

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if (
            (key == Qt.Key.Key_Escape and self.cancel())
            or (key in _ENTER and self._tool.accept())
            or (key == Qt.Key.Key_Backspace and self._tool.step_back())
            or (key in _ARROWS and self._nudge(key, event.modifiers()))
        ):
            self.flush()
            return
        if key in _MODIFIER_KEYS and not self._tool.is_active:
            self._hover_tool(self._hover, event.modifiers())
        super().keyPressEvent(event)
        self._place_cursor()
        self.flush()

    def _nudge(self, key: int, modifiers: Qt.KeyboardModifier) -> bool:
        """An arrow key moves what the tool holds by a pixel, with Shift by ten."""
        if modifiers & ~(_SHIFT | Qt.KeyboardModifier.KeypadModifier):
            return False
        across, down = _ARROWS[key]
        step = 10 if modifiers & _SHIFT else 1
        return self._tool.nudge(across * step, down * step)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() in _MODIFIER_KEYS and not self._tool.is_active:
            self._hover_tool(self._hover, event.modifiers())
        super().keyReleaseEvent(event)
        self._place_cursor()
        self.flush()

    def _let_go(self) -> None:
        """The window is lost under the hand: what is being drawn is taken back; a polygon half done stays."""
        if not self._tool.is_pending or self._tool.is_active:
            self.cancel()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if event.reason() == Qt.FocusReason.ActiveWindowFocusReason:
            self._let_go()
        super().focusOutEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow():
            self._let_go()
        super().changeEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._let_go()
        super().hideEvent(event)

    # Previews

    def _on_preview_changed(self) -> None:
        before = self._previewed
        preview = self._tool.preview
        self._previewed = None if preview.is_empty or not self._has_mask else preview.extent(self.mask_place())
        for rect in (before, self._previewed):
            self.dirty(rect)
        if not self._in_event:
            self.flush()
        if self._was_pending != self._tool.is_pending:
            self._was_pending = not self._was_pending
            self.pending_changed.emit()

    # The session changed

    def _on_tool_changed(self, name: str) -> None:
        self.cancel()
        self._show_line(None)
        self._tool = self._tools.get(name, self._tool)
        self._used.add(self._tool)
        self._on_preview_changed()
        self._place_cursor()
        self._update_pointer()
        self.flush()

    def _on_sample_changed(self) -> None:
        for tool in self._used:
            tool.forget()
        self._used = {self._tool}
        self.session.photo.is_awaited = self.view is None
        self._right_from = self._size_from = None
        self._line.hide()
        self._look_for_mask()
        self._place_cursor()
        self._update_pointer()
        self.update()

    def _on_brush_changed(self) -> None:
        self._cursor.size, self._cursor.shape = self.session.brush_size, self.session.brush_shape
        self._show_line(None)
        self._place_cursor()
        self.flush()

    def _on_viewport_changed(self) -> None:
        super()._on_viewport_changed()
        self._cursor.corner = None
        self._on_preview_changed()
        self._tell_decorations()
        if self._hover is not None and self.underMouse() and not self.is_panning:
            self._hover_at(QPointF(self.mapFromGlobal(self.cursor().pos())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._width, self._height = event.size().toTuple()
        self.viewport.set_view(self.device_size())
        super().resizeEvent(event)


def _hand(modifiers: Qt.KeyboardModifier, pen: Hand, *, is_double: bool = False) -> Hand:
    shift, ctrl, alt = bool(modifiers & _SHIFT), bool(modifiers & _CTRL), bool(modifiers & _ALT)
    return replace(pen, shift=shift, ctrl=ctrl, alt=alt, is_double=is_double)

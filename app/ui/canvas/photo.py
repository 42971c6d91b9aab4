"""The main canvas: photo and overlay, the tools, the footprint under the pointer."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHideEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from app.document.changes import Change
from app.faces.classes import CLASSES
from app.faces.mask import Bits
from app.faces.sample import Modality
from app.imaging.footprint import Point, swept
from app.imaging.overlay import fill_table, premultiplied
from app.imaging.raster import Rect
from app.ui.canvas.cursor import FootprintCursor, corner_pixel
from app.ui.canvas.overlay_view import OverlayView
from app.ui.canvas.tools import BUILT_IN, PickTool, Tool
from app.ui.canvas.tools.brush import NO_MASK
from app.ui.canvas.viewport import Placement, Viewport
from app.ui.session import Session

if TYPE_CHECKING:
    from app.ui.background import SampleView

DRAG_FROM_PX = 3
BUBBLE_MS = 900
_ALT, _SHIFT = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier
_LEFT, _RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton


class PhotoCanvas(OverlayView):
    """Shows one sample's photo under its mask and lets the session's tool work on it."""

    refused = Signal(str)
    """A wish that could not be granted, and why."""
    context_menu_requested = Signal(QPoint)
    """Right click without a drag; global position."""

    def __init__(self, session: Session, viewport: Viewport | None = None, parent: QWidget | None = None) -> None:
        super().__init__(session, viewport or Viewport(), parent)
        self.setObjectName("photoCanvas")
        self.setAccessibleName(self.tr("Photo with mask"))
        self._view: SampleView | None = None
        self._tools = {tool.name: tool(session, self.refused.emit) for tool in BUILT_IN}
        self._pick = self._tools[PickTool.name]
        self._cursor = FootprintCursor()
        self._hover: Point | None = None
        self._hover_pixel: tuple[int, int] | None = None
        self._right_from: QPointF | None = None
        self._size_from: tuple[QPointF, int] | None = None
        self._line: tuple[Rect, QImage] | None = None
        self._shift_held = False
        self._in_event = False
        self._badge = self._make_badge()
        self._bubble = QLabel(self)
        self._bubble.setStyleSheet("background: rgba(0, 0, 0, 170); color: white; padding: 2px 6px; border-radius: 4px")
        self._bubble.hide()
        self._bubble_timer = QTimer(self)
        self._bubble_timer.setSingleShot(True)
        self._bubble_timer.setInterval(BUBBLE_MS)
        self._bubble_timer.timeout.connect(self._bubble.hide)
        self._update_pointer()
        session.tool_changed.connect(self._on_tool_changed)
        session.sample_changed.connect(self._on_sample_changed)
        session.brush_size_changed.connect(self._on_brush_changed)
        session.brush_shape_changed.connect(self._on_brush_changed)
        session.view_changed.connect(self._on_view_changed)

    def _make_badge(self) -> QPushButton:
        badge = QPushButton(self)
        badge.setObjectName("hiddenBadge")
        badge.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        badge.setCursor(Qt.CursorShape.ArrowCursor)
        badge.setToolTip(self.tr("Show all classes"))
        badge.setStyleSheet(
            "QPushButton { background: rgba(0, 0, 0, 170); color: white; border: none; padding: 3px 8px;"
            " border-radius: 4px } QPushButton:hover, QPushButton:focus { background: rgba(0, 0, 0, 230) }"
        )
        badge.move(8, 8)
        badge.hide()
        badge.clicked.connect(self.session.show_all)
        return badge

    # What is shown

    @property
    def view(self) -> SampleView | None:
        """The sample on the canvas; None while there is none, or while another one is being read."""
        return self._view if self._view and self._view.sample == self.session.sample else None

    def show_view(self, view: SampleView) -> None:
        """Show a sample that is ready, with the document's mask; zoom and centre stay."""
        self._view = view
        self.picture = view.picture
        if view.picture is not None:
            self.viewport.set_picture(view.picture.photo_size)
        self._recolour()
        self._tell_what_is_missing()
        self.refresh()

    def show_message(self, text: str) -> None:
        """Show a sentence instead of a sample."""
        self._view = self.picture = None
        self.placeholder.show_message(text)
        self.place_placeholder()
        self._update_pointer()
        self.refresh()

    def apply_changes(self, changes: tuple[Change, ...]) -> None:
        """The document changed: recolour what that touches."""
        view, picture = self.view, self.picture
        if view is None or picture is None:
            return
        for change in changes:
            if change.sample != view.sample or change.modality is not Modality.MASK:
                continue
            if change.region is None or self._mask_bits() is not picture.bits:
                self._recolour()
                self._tell_what_is_missing()
                self.refresh()
            else:
                picture.patch(change.region)
                self.dirty(self.device_rect(change.region))
        if not self._in_event:
            self.flush()

    def _mask_bits(self) -> Bits | None:
        document, view = self.session.document, self._view
        mask = document.mask(view.sample) if document and view else None
        return None if mask is None else mask.bits

    def _recolour(self) -> None:
        """Compose the picture anew, should its mask or its colours be others than those wanted."""
        picture = self.picture
        if self._view is None or picture is None:
            return
        bits, table = self._mask_bits(), fill_table(self.session.fill_style())
        if bits is None:
            picture.clear()
        elif picture.bits is not bits or picture.table is not table or self._view.is_stale:
            picture.recolour(bits, table)
        self._view.is_stale = False

    def _tell_what_is_missing(self) -> None:
        view = self._view
        if view is None:
            return
        if view.picture is None:
            reasons = [p.message for p in view.problems if p.modality is Modality.PHOTO]
            self.placeholder.show_message(reasons[0] if reasons else self.tr("This sample has no photo"))
        elif self._mask_bits() is None:
            self.placeholder.show_message(self.tr(NO_MASK), *self.placeholder_actions.get("mask", ("", "")))
        else:
            self.placeholder.show_message("")
        self.place_placeholder()
        self._update_badge()
        self._update_pointer()

    def _update_badge(self) -> None:
        session = self.session
        text = ""
        if not session.overlay_on:
            text = self.tr("Mask hidden")
        elif session.solo is not None:
            text = self.tr("Only {0} is shown").format(CLASSES[session.solo].title)
        elif session.hidden_count:
            count = session.hidden_count
            text = self.tr("1 class hidden") if count == 1 else self.tr("{0} classes hidden").format(count)
        self._badge.setText(text)
        self._badge.setAccessibleName(text)
        self._badge.adjustSize()
        self._badge.setVisible(bool(text) and not session.bare and self.view is not None)

    def paint_over(self, painter: QPainter, device: QRect, place: Placement) -> None:
        if not self._has_mask:
            return
        super().paint_over(painter, device, place)
        if self._line is not None:
            region, image = self._line
            left, top = self.corner((region.x, region.y))
            right, bottom = self.corner((region.x + region.width, region.y + region.height))
            painter.drawImage(QRect(left, top, right - left, bottom - top), image)
        if self._hover is not None and self._shows_footprint:
            size = self.session.brush_size
            corner = self.corner(corner_pixel(self._hover, size))
            self._cursor.paint(painter, corner, size, self.session.brush_shape, self.mask_scale())

    # The pointer

    @property
    def _tool(self) -> Tool:
        return self._tools.get(self.session.tool, self._pick)

    @property
    def _shows_footprint(self) -> bool:
        return self._tool.shows_footprint and not self.is_panning and not self._space_held and self._has_mask

    @property
    def _has_mask(self) -> bool:
        return self.view is not None and self.picture is not None and self.picture.bits is not None

    def tool_pointer(self) -> Qt.CursorShape:
        return self._tool.pointer if self._has_mask else Qt.CursorShape.ArrowCursor

    def _footprint_rect(self) -> Rect | None:
        if self._hover is None or not self._shows_footprint:
            return None
        size = self.session.brush_size
        return FootprintCursor.extent(self.corner(corner_pixel(self._hover, size)), size, self.mask_scale())

    def _hover_at(self, position: QPointF) -> Point:
        """The pointer is here now: move the footprint, tell the pixel. Returns the mask point."""
        point = self.mask_point(position)
        self.dirty(self._footprint_rect())
        self._hover = point
        self.dirty(self._footprint_rect())
        pixel = (math.floor(point[0]), math.floor(point[1]))
        if pixel != self._hover_pixel:
            self._tell_pixel(pixel)
        return point

    def _tell_pixel(self, pixel: tuple[int, int]) -> None:
        bits = self.picture.bits if self._has_mask and self.picture else None
        if bits is not None and 0 <= pixel[0] < bits.shape[1] and 0 <= pixel[1] < bits.shape[0]:
            self._hover_pixel = pixel
            self.session.pixel_hovered.emit(*pixel)
            self.viewport.point_at(QPointF((pixel[0] + 0.5) / bits.shape[1], (pixel[1] + 0.5) / bits.shape[0]))
        elif self._hover_pixel is not None:
            self._hover_pixel = None
            self.session.pixel_left.emit()
            self.viewport.point_at(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._in_event = True
        self._press(event)
        self._in_event = False
        self.flush()

    def _press(self, event: QMouseEvent) -> None:
        if self._tool.is_active or self.is_panning or self._right_from or self._size_from:
            return
        button, modifiers = event.button(), event.modifiers()
        point = self._hover_at(event.position())
        if button == _RIGHT and modifiers & _ALT:
            self._size_from = (event.position(), self.session.brush_size)
        elif button == _RIGHT:
            self._right_from = event.position()
        elif button == _LEFT and not self.pans_with_left and self.view is not None:
            tool = self._pick if modifiers & _ALT else self._tool
            tool.press(point, line=bool(modifiers & _SHIFT))
            self._show_line(None)
        else:
            self.dirty(self._footprint_rect())
            super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._in_event = True
        self._move(event)
        self._in_event = False
        self.flush()

    def _move(self, event: QMouseEvent) -> None:
        position, buttons = event.position(), event.buttons()
        if self._size_from is not None:
            start, size = self._size_from
            if buttons & _RIGHT:
                self.session.brush_size = max(1, round(size * math.exp((position.x() - start.x()) / 100)))
                self._show_bubble(start)
            else:
                self._size_from = None
            return
        point = self._hover_at(position)
        if self.is_panning:
            super().mouseMoveEvent(event)
            return
        tool = self._tool
        if tool.is_active:
            if buttons & (_LEFT | _RIGHT):
                tool.move(point if self.rect().contains(position.toPoint()) else None)
            else:
                tool.release()  # the release happened where no event reached us
            return
        if self._right_from is not None:
            self._drag_right(position, point, buttons)
            return
        self._show_line(point if event.modifiers() & _SHIFT else None)

    def _drag_right(self, position: QPointF, point: Point, buttons: Qt.MouseButton) -> None:
        assert self._right_from is not None
        if not buttons & _RIGHT:
            self._right_from = None
        elif (position - self._right_from).manhattanLength() > DRAG_FROM_PX:
            start, self._right_from = self._right_from, None
            if self._tool.shows_footprint and self.view is not None:
                self._tool.press(self.mask_point(start), erase=True)
                self._tool.move(point)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._in_event = True
        self._release(event)
        self._in_event = False
        self.flush()

    def _release(self, event: QMouseEvent) -> None:
        if self._size_from is not None and event.button() == _RIGHT:
            self._size_from = None
            self._hover_at(event.position())
        elif self._right_from is not None and event.button() == _RIGHT:
            self._right_from = None
            self.context_menu_requested.emit(event.globalPosition().toPoint())
        elif self._tool.is_active and event.button() in (_LEFT, _RIGHT):
            self._tool.release()
        else:
            super().mouseReleaseEvent(event)
            self.dirty(self._footprint_rect())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        # The mouse asks by its release, because its press may begin a drag; this is the keyboard's menu key.
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            self.context_menu_requested.emit(event.globalPos())
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & _SHIFT:
            delta = event.angleDelta()
            notches = (delta.y() or delta.x()) / 120
            if notches:
                self.session.scale_brush(notches)
                self._show_bubble(event.position())
            event.accept()
            return
        if self._tool.is_active:
            event.accept()
            return
        super().wheelEvent(event)
        if self._hover is not None:
            self._hover_at(event.position())

    def leaveEvent(self, event: QEvent) -> None:
        if self._tool.is_active:
            self._tool.move(None)
        self.dirty(self._footprint_rect())
        self._hover = None
        self._show_line(None)
        if self._hover_pixel is not None:
            self._tell_pixel((-1, -1))
        self.flush()
        super().leaveEvent(event)

    # Straight lines and brush sizes

    def _show_line(self, end: Point | None) -> None:
        """Preview the straight line from the last stroke's end to a point; None: no preview."""
        start = self._tool.line_start
        if self._line is not None:
            self.dirty(self.device_rect(self._line[0]))
            self._line = None
        if end is None or start is None or self._tool.is_active or not self._has_mask:
            return
        bits = self._mask_bits()
        if bits is None:
            return
        region, covered = swept(start, end, self.session.brush_size, self.session.brush_shape, bits.shape)
        if region.is_empty:
            return
        held = CLASSES[self.session.face_class]
        colour = held.safe_colour if self.session.palette == "safe" else held.colour
        if self.session.erasing or self.session.tool == "eraser" or not held.bit:
            colour = (220, 220, 220)
        words = np.where(covered, np.uint32(premultiplied(colour, 0.6)), np.uint32(0))
        height, width = words.shape
        image = QImage(words.data, width, height, words.strides[0], QImage.Format.Format_ARGB32_Premultiplied)
        self._line = (region, image.copy())
        self.dirty(self.device_rect(region))

    def _show_bubble(self, position: QPointF) -> None:
        self._bubble.setText(self.tr("{0} px").format(self.session.brush_size))
        self._bubble.adjustSize()
        self._bubble.move((position + QPointF(18, 18)).toPoint())
        self._bubble.show()
        self._bubble_timer.start()

    # Cancelling

    def cancel(self) -> bool:
        """Take back what is being drawn. Returns whether there was anything."""
        was_active = self._tool.is_active or self._right_from is not None or self._size_from is not None
        for tool in self._tools.values():
            tool.cancel()
        self._right_from = self._size_from = None
        return was_active

    def holds_key(self, event: QKeyEvent) -> bool:
        is_escape = event.key() == Qt.Key.Key_Escape and self._tool.is_active
        return is_escape or super().holds_key(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.cancel():
            return
        if event.key() == Qt.Key.Key_Shift and self._hover is not None:
            self._show_line(self._hover)
            self.flush()
        super().keyPressEvent(event)
        self._redraw_footprint()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Shift:
            self._show_line(None)
            self.flush()
        super().keyReleaseEvent(event)
        self._redraw_footprint()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        if event.reason() == Qt.FocusReason.ActiveWindowFocusReason:
            self.cancel()
        super().focusOutEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow():
            self.cancel()
        super().changeEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self.cancel()
        super().hideEvent(event)

    # The session changed

    def _on_tool_changed(self) -> None:
        self.cancel()
        self._line = None
        self._update_pointer()
        self.update()

    def _on_sample_changed(self) -> None:
        for tool in self._tools.values():
            tool.forget()
        self._right_from = self._size_from = self._line = None
        self._update_pointer()

    def _on_brush_changed(self) -> None:
        self._line = None
        self.update()

    def _on_view_changed(self) -> None:
        self._recolour()
        self._update_badge()
        self.update()

    def _redraw_footprint(self) -> None:
        self._update_pointer()
        if self._hover is not None:
            self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.viewport.set_view(self.device_size())
        super().resizeEvent(event)

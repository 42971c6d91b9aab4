"""The sketch that is there and the one that is to be, beside or over each other at one zoom; one can draw on it."""

from __future__ import annotations

from enum import Enum

import numpy as np
from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QCursor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from app.faces.sample import Photo
from app.formats.sketch_files import Grey
from app.ui.canvas.view import SURROUND
from app.ui.canvas.viewport import NEAREST_FROM, Placement, Viewport, stepped
from app.ui.sketching.pictures import difference, grey_image, over_photo, wiped
from app.ui.sketching.touching import Touching

LARGEST_BRUSH_PX = 60
_STEP = 1.2
"""As the brush of the masks grows."""
_NOTCH = 120
_REACH_PX = 8
_WIPE_STEP = 0.02
_APART_PX = 4
_CHIP, _CHIP_TEXT = QColor(0, 0, 0, 150), QColor("#e4e4e4")
_CHIP_APART_PX = 6
_LEFT, _MIDDLE, _RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton


class Seen(Enum):
    """What is to be seen."""

    NEW = "new"
    OLD = "old"
    BOTH = "both"
    WIPE = "wipe"
    DIFFERENCE = "difference"


class Hand(Enum):
    """What the mouse does."""

    NONE = "none"
    BRUSH = "brush"
    ERASER = "eraser"


_DRAWN_ON = {Seen.NEW, Seen.BOTH}


class Comparison(QWidget):
    """``new`` is touched in place. ``touched`` is told after every stroke, also after one taken back or done again."""

    touched = Signal()
    brush_changed = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("sketchComparison")
        self.setAccessibleName(self.tr("The sketch as it would be"))
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumSize(280, 240)
        self.viewport = Viewport(self)
        self.viewport.changed.connect(self.update)
        self.old: Grey | None = None
        self.photo: Photo | None = None
        """Shown faintly beneath the new sketch, where it is given."""
        self.wipe_at = 0.5
        self._why_none = ""
        self._touching: Touching | None = None
        self._is_inverted = False
        self._brush_px = 4
        self._seen = Seen.NEW
        self._hand = Hand.NONE
        self._pan_from: QPointF | None = None
        self._is_wiping = self._space_held = False
        self._notches = 0
        self._image: QImage | None = None

    def sizeHint(self) -> QSize:
        return QSize(560, 560)

    # What is shown

    @property
    def new(self) -> Grey | None:
        """The sketch as it would be, (H, W) as it would be stored."""
        return None if self._touching is None else self._touching.pixels

    @property
    def seen(self) -> Seen:
        """What is to be seen."""
        return self._seen

    @seen.setter
    def seen(self, seen: Seen) -> None:
        self._seen = seen
        self._changed()

    @property
    def hand(self) -> Hand:
        """What the mouse does. Taken up, the new sketch is seen, alone or beside the other."""
        return self._hand

    @hand.setter
    def hand(self, hand: Hand) -> None:
        self._hand = hand
        if hand is not Hand.NONE and self._seen not in _DRAWN_ON:
            self._seen = Seen.NEW
        self._show_pointer()
        self._changed()

    @property
    def brush_px(self) -> int:
        """How wide brush and eraser are, in pixels of the sketch."""
        return self._brush_px

    @brush_px.setter
    def brush_px(self, width: int) -> None:
        width = min(max(width, 1), LARGEST_BRUSH_PX)
        if width != self._brush_px:
            self._brush_px = width
            self.brush_changed.emit(width)
            self.update()

    def scale_brush(self, steps: int) -> None:
        """Wider (narrower: negative) by steps of a fifth, at least by a pixel."""
        wanted = round(self._brush_px * _STEP**steps)
        self.brush_px = wanted if wanted != self._brush_px else wanted + (1 if steps > 0 else -1)

    def show_sketches(self, old: Grey | None, new: Grey | None, *, is_inverted: bool) -> None:
        """Compare these, (H, W) as they are stored; nothing is drawn on yet. Zoom and place stay."""
        self.old, self._is_inverted, self._why_none = old, is_inverted, ""
        self._touching = None if new is None else Touching(new.copy(), is_inverted=is_inverted)
        shown = new if new is not None else old
        before, size = self.viewport.picture, QSize() if shown is None else QSize(shown.shape[1], shown.shape[0])
        if not self.viewport.fitting and not before.isEmpty() and not size.isEmpty() and size != before:
            self.viewport.show_at(self.viewport.zoom * before.width() / size.width(), self.viewport.centre)
        self.viewport.set_picture(size)
        self._changed()

    def show_none(self, why: str) -> None:
        """There is no new sketch, and these words in its place. Zoom and place stay."""
        self._touching, self._why_none = None, why
        self._changed()

    def show_photo(self, photo: Photo | None) -> None:
        """The photo lies beneath the new sketch, or does not."""
        self.photo = photo
        self._changed()

    def image(self) -> QImage | None:
        """What is to be seen, pixel by pixel; of two side by side the new one."""
        if self._image is None:
            self._image = self._composed()
        return self._image

    def _changed(self) -> None:
        self._image = None
        self._show_size()
        self.update()

    def _composed(self) -> QImage | None:
        new, old = self.new, self.old
        if self._seen is Seen.OLD and old is not None:
            return grey_image(old)
        if new is None:
            return None
        if old is None or self._seen in _DRAWN_ON:
            return grey_image(new) if self.photo is None else over_photo(self.photo, new, is_inverted=self._is_inverted)
        if self._seen is Seen.WIPE:
            return wiped(old, new, self.wipe_at)
        return difference(old, new, is_inverted=self._is_inverted)

    # Strokes taken back

    @property
    def is_touched(self) -> bool:
        """Whether the new one was drawn on."""
        return self._touching is not None and (self._touching.can_undo or self._touching.is_drawing)

    @property
    def can_redo(self) -> bool:
        """Whether there is a stroke to do again."""
        return self._touching is not None and self._touching.can_redo

    def undo(self) -> None:
        """The newest stroke is gone."""
        if self._touching is not None and self._touching.undo():
            self._changed()
            self.touched.emit()

    def redo(self) -> None:
        """The stroke that was taken back last is there again."""
        if self._touching is not None and self._touching.redo():
            self._changed()
            self.touched.emit()

    def cancel_stroke(self) -> bool:
        """The stroke under the hand never was; False where there is none."""
        if self._touching is None or not self._touching.is_drawing:
            return False
        self._touching.cancel()
        self._changed()
        return True

    # Where things are, in device pixels

    def _panes(self) -> list[QRect]:
        """One place for a picture, or two: the old one's, then the new one's, also while there is none."""
        ratio = self.devicePixelRatioF()
        width, height = round(self.width() * ratio), round(self.height() * ratio)
        if self._seen is not Seen.BOTH or self.old is None:
            return [QRect(0, 0, width, height)]
        half = (width - _APART_PX) // 2
        return [QRect(0, 0, half, height), QRect(width - half, 0, half, height)]

    def _pane_at(self, position: QPointF) -> QRect:
        panes, x = self._panes(), position.x() * self.devicePixelRatioF()
        return panes[-1] if x >= panes[-1].left() else panes[0]

    def _placement(self, pane: QRect, picture: QSize) -> Placement:
        place = self.viewport.placement(pane.size(), picture)
        return place._replace(x=place.x + pane.x(), y=place.y + pane.y())

    def _show_size(self) -> None:
        self.viewport.set_view(self._panes()[-1].size())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_size()

    # Drawing

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), SURROUND)
        image, panes = self.image(), self._panes()
        ratio = self.devicePixelRatioF()
        if image is None:
            painter.setPen(_CHIP_TEXT)
            room = QRectF(panes[-1].topLeft() / ratio, panes[-1].size() / ratio).adjusted(12, 12, -12, -12)
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(room, flags, self._why_none or self.tr("Drawing…"))
        painter.scale(1 / ratio, 1 / ratio)
        if len(panes) == 2:
            assert self.old is not None
            self._paint(painter, panes[0], grey_image(self.old))
            _label(painter, panes[0], self.tr("The one there now"))
        if image is None:
            return
        place = self._paint(painter, panes[-1], image)
        if len(panes) == 2:
            _label(painter, panes[1], self.tr("New"))
        if self._seen is Seen.WIPE and self.old is not None:
            _label(painter, panes[0], self.tr("The one there now"))
            _label(painter, panes[0], self.tr("New"), at_right=True)
            x = place.x + self.wipe_at * image.width() * place.scale
            painter.setPen(QPen(self.palette().color(self.palette().ColorRole.Highlight), 2 * ratio))
            painter.drawLine(QPointF(x, 0), QPointF(x, self.height() * ratio))
        elif self._hand is not Hand.NONE and self.underMouse() and self._pan_from is None:
            at = QPointF(self.mapFromGlobal(QCursor.pos())) * ratio
            reach = self._brush_px / 2 * place.scale
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for colour, wider in ((QColor(255, 255, 255), 1.0), (QColor(0, 0, 0), 0.0)):
                painter.setPen(QPen(colour, 1))
                painter.drawEllipse(at, reach + wider, reach + wider)

    def _paint(self, painter: QPainter, pane: QRect, image: QImage) -> Placement:
        place = self._placement(pane, image.size())
        painter.setClipRect(pane)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, place.scale < NEAREST_FROM)
        covered = place.device_rect(image.size())
        if place.scale < 0.5:  # the painter would skip pixels, and lines with them
            image = image.scaled(covered.size(), mode=Qt.TransformationMode.SmoothTransformation)
        painter.drawImage(covered, image)
        painter.setClipping(False)
        return place

    # The mouse

    def wheelEvent(self, event: QWheelEvent) -> None:
        delta = event.angleDelta()
        self._notches += delta.y() or delta.x()
        steps = int(self._notches / _NOTCH)
        self._notches -= steps * _NOTCH
        if steps and event.modifiers() & Qt.KeyboardModifier.ShiftModifier and self._hand is not Hand.NONE:
            self.scale_brush(steps)
        elif steps:
            pane, ratio = self._pane_at(event.position()), self.devicePixelRatioF()
            at = event.position() * ratio - QPointF(pane.topLeft())
            fit = self.viewport.fit_zoom(pane.size())
            here = fit if self.viewport.fitting else self.viewport.zoom
            self.viewport.set_zoom(stepped(here, steps), at, view=pane.size())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        position, button = event.position(), event.button()
        if self._touching is not None and self._touching.is_drawing:
            return
        draws = self._hand is not Hand.NONE and button in (_LEFT, _RIGHT) and not self._space_held
        if draws and self._touching is not None and self._is_in_new(position):
            erases = (self._hand is Hand.ERASER) is not (button == _RIGHT)
            straight = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            at = self._pixel(position)
            self._touching.begin(at, width_px=self._brush_px, erases=erases, on_from_last=straight)
            self._changed()
        elif button == _LEFT and self._seen is Seen.WIPE and self._wipes_at(position):
            self._is_wiping = True
            self._wipe_to(self._share(position))
        elif button in (_LEFT, _MIDDLE):
            self._pan_from = position
            self._show_pointer()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        position = event.position()
        if self._touching is not None and self._touching.is_drawing:
            self._touching.move(self._pixel(position))
            self._changed()
        elif self._is_wiping:
            self._wipe_to(self._share(position))
        elif self._pan_from is not None:
            moved = (position - self._pan_from) * self.devicePixelRatioF()
            self._pan_from = position
            self.viewport.pan(moved)
        else:
            self._show_pointer(position)
            if self._hand is not Hand.NONE:
                self.update()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._is_wiping = False
        if self._pan_from is not None:
            self._pan_from = None
            self._show_pointer()
        if self._touching is not None and self._touching.is_drawing:
            self._touching.end()
            self.touched.emit()

    def leaveEvent(self, _event: object) -> None:
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Space:
            self._space_held = True
            self._show_pointer()
        elif self._seen is Seen.WIPE and key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._wipe_to(self.wipe_at + (_WIPE_STEP if key == Qt.Key.Key_Right else -_WIPE_STEP))
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space_held = False
            self._show_pointer()
        super().keyReleaseEvent(event)

    def _is_in_new(self, position: QPointF) -> bool:
        return self._pane_at(position) == self._panes()[-1]

    def _pixel(self, position: QPointF) -> tuple[float, float]:
        """Where that is in pixels of the new sketch."""
        assert self.new is not None
        place = self._placement(self._panes()[-1], QSize(self.new.shape[1], self.new.shape[0]))
        at = position * self.devicePixelRatioF()
        return (at.x() - place.x) / place.scale - 0.5, (at.y() - place.y) / place.scale - 0.5

    def _share(self, position: QPointF) -> float:
        """How far to the right that is, 0…1 of the picture's width."""
        return (self._pixel(position)[0] + 0.5) / self.new.shape[1] if self.new is not None else 0.5

    def _wipes_at(self, position: QPointF) -> bool:
        """Anywhere while the whole picture is seen, else at the line: the rest of the picture is moved."""
        if self.new is None or self.old is None:
            return False
        place = self._placement(self._panes()[-1], QSize(self.new.shape[1], self.new.shape[0]))
        off = abs(self._share(position) - self.wipe_at) * self.new.shape[1] * place.scale
        return self.viewport.fitting or off < _REACH_PX * self.devicePixelRatioF()

    def _wipe_to(self, share: float) -> None:
        self.wipe_at = float(np.clip(share, 0, 1))
        self._changed()

    def _show_pointer(self, position: QPointF | None = None) -> None:
        if self._pan_from is not None:
            shape = Qt.CursorShape.ClosedHandCursor
        elif self._hand is not Hand.NONE and not self._space_held:
            shape = Qt.CursorShape.CrossCursor
        elif position is not None and self._seen is Seen.WIPE and self._wipes_at(position):
            shape = Qt.CursorShape.SplitHCursor
        else:
            shape = Qt.CursorShape.ArrowCursor if self.viewport.fitting else Qt.CursorShape.OpenHandCursor
        self.setCursor(shape)


def _label(painter: QPainter, pane: QRect, words: str, *, at_right: bool = False) -> None:
    """The words in an upper corner of the pane."""
    box = painter.fontMetrics().boundingRect(words).adjusted(-6, -2, 6, 2)
    left = pane.right() - box.width() - _CHIP_APART_PX if at_right else pane.left() + _CHIP_APART_PX
    box.moveTo(left, pane.top() + _CHIP_APART_PX)
    painter.fillRect(box, _CHIP)
    painter.setPen(_CHIP_TEXT)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

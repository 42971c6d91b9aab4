"""The sketch that is there and the one that is to be, laid over each other; the new one can be drawn on."""

from __future__ import annotations

from enum import Enum

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QCursor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.faces.sample import Photo
from app.formats.sketch_files import Grey
from app.imaging.cv import cv2

_KEPT_STROKES = 50
_REACH_PX = 8
_PAPER, _INK = 254, 0


class Seen(Enum):
    """What is to be seen."""

    NEW = "new"
    OLD = "old"
    WIPE = "wipe"
    DIFFERENCE = "difference"


class Hand(Enum):
    """What the mouse does."""

    NONE = "none"
    BRUSH = "brush"
    ERASER = "eraser"


class Comparison(QWidget):
    """``new`` is touched in place. ``touched`` is told after every stroke and every stroke taken back."""

    touched = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("sketchComparison")
        self.setAccessibleName(self.tr("The sketch as it would be"))
        self.setMouseTracking(True)
        self.setMinimumSize(280, 280)
        self.old: Grey | None = None
        self.new: Grey | None = None
        self.is_inverted = False
        self.photo: Photo | None = None
        """Shown faintly beneath the new sketch, where it is given."""
        self.brush_px = 4
        self.wipe_at = 0.5
        self._seen = Seen.NEW
        self._hand = Hand.NONE
        self._before: list[Grey] = []
        self._last: tuple[float, float] | None = None
        self._is_wiping = False
        self._image: QImage | None = None

    def sizeHint(self) -> QSize:
        return QSize(520, 520)

    @property
    def seen(self) -> Seen:
        """What is to be seen; drawing always shows the new one."""
        return self._seen

    @seen.setter
    def seen(self, seen: Seen) -> None:
        self._seen = seen
        self._changed()

    @property
    def hand(self) -> Hand:
        """What the mouse does."""
        return self._hand

    @hand.setter
    def hand(self, hand: Hand) -> None:
        self._hand = hand
        self.setCursor(Qt.CursorShape.CrossCursor if hand is not Hand.NONE else Qt.CursorShape.ArrowCursor)
        if hand is not Hand.NONE and self._seen is not Seen.NEW:
            self._seen = Seen.NEW
        self._changed()

    @property
    def is_touched(self) -> bool:
        """Whether the new one was drawn on."""
        return bool(self._before)

    def show_sketches(self, old: Grey | None, new: Grey | None, *, is_inverted: bool) -> None:
        """Compare these, (H, W) as they are stored; nothing is drawn on yet."""
        self.old, self.is_inverted = old, is_inverted
        self.new = None if new is None else new.copy()
        self._before.clear()
        self._last = None
        self._changed()

    def take_back(self) -> bool:
        """The newest stroke is gone; False where there is none."""
        if not self._before or self._last is not None:
            return False
        self.new = self._before.pop()
        self._changed()
        self.touched.emit()
        return True

    def show_photo(self, photo: Photo | None) -> None:
        """The photo lies beneath the new sketch, or does not."""
        self.photo = photo
        self._changed()

    def _changed(self) -> None:
        self._image = None
        self.update()

    # Drawing

    def _place(self) -> QRectF:
        shown = self.new if self.new is not None else self.old
        if shown is None:
            return QRectF()
        height, width = shown.shape
        scale = min(self.width() / width, self.height() / height)
        size = (width * scale, height * scale)
        return QRectF((self.width() - size[0]) / 2, (self.height() - size[1]) / 2, *size)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        place = self._place()
        if place.isEmpty():
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.tr("Drawing…"))
            return
        if self._image is None:
            self._image = self._composed()
        painter.drawImage(place, self._image)
        if self._seen is Seen.WIPE and self.old is not None:
            x = place.x() + self.wipe_at * place.width()
            painter.setPen(QPen(self.palette().color(self.palette().ColorRole.Highlight), 2))
            painter.drawLine(QPointF(x, place.top()), QPointF(x, place.bottom()))
        elif self._hand is not Hand.NONE and self.underMouse():
            reach = self.brush_px / 2 * place.width() / self._image.width()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            for colour, wider in ((QColor(255, 255, 255), 1.0), (QColor(0, 0, 0), 0.0)):
                painter.setPen(QPen(colour, 1))
                painter.drawEllipse(QPointF(self.mapFromGlobal(QCursor.pos())), reach + wider, reach + wider)

    def _composed(self) -> QImage:
        new, old = self.new, self.old
        if new is None:
            assert old is not None
            return _grey_image(old)
        if old is None or self._seen is Seen.NEW:
            return _grey_image(new) if self.photo is None else _over(self.photo, new, is_inverted=self.is_inverted)
        if old.shape != new.shape:
            old = np.asarray(cv2.resize(old, new.shape[::-1], interpolation=cv2.INTER_AREA), np.uint8)
        if self._seen is Seen.OLD:
            return _grey_image(old)
        if self._seen is Seen.WIPE:
            at = round(self.wipe_at * new.shape[1])
            return _grey_image(np.hstack((old[:, :at], new[:, at:])))
        return _difference(old, new, is_inverted=self.is_inverted)

    # The hand

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton or self.new is None:
            return
        if self._hand is not Hand.NONE:
            self._before.append(self.new.copy())
            del self._before[:-_KEPT_STROKES]
            self._last = self._pixel(event)
            self._draw_to(self._last)
        elif self._seen is Seen.WIPE:
            self._is_wiping = True
            self._wipe_to(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._last is not None:
            self._draw_to(self._pixel(event))
        elif self._is_wiping:
            self._wipe_to(event)
        elif self._seen is Seen.WIPE and self._hand is Hand.NONE:
            place = self._place()
            near = abs(event.position().x() - place.x() - self.wipe_at * place.width()) < _REACH_PX
            self.setCursor(Qt.CursorShape.SplitHCursor if near else Qt.CursorShape.ArrowCursor)
        elif self._hand is not Hand.NONE:
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        self._is_wiping = False
        if self._last is not None:
            self._last = None
            self.touched.emit()

    def _pixel(self, event: QMouseEvent) -> tuple[float, float]:
        """Where the pointer is, in pixels of the new sketch."""
        assert self.new is not None
        place, at = self._place(), event.position()
        scale = self.new.shape[1] / place.width()
        return (at.x() - place.x()) * scale - 0.5, (at.y() - place.y()) * scale - 0.5

    def _draw_to(self, to: tuple[float, float]) -> None:
        assert self.new is not None
        assert self._last is not None
        is_ink = self._hand is Hand.BRUSH
        value = _INK if is_ink is not self.is_inverted else _PAPER
        # Whole pixels would make thin strokes stumble: OpenCV draws with sixteenths of one.
        points = [tuple(round(number * 16) for number in point) for point in (self._last, to)]
        cv2.line(self.new, points[0], points[1], value, max(1, self.brush_px), cv2.LINE_AA, 4)
        self._last = to
        self._changed()

    def _wipe_to(self, event: QMouseEvent) -> None:
        place = self._place()
        self.wipe_at = min(max((event.position().x() - place.x()) / place.width(), 0.0), 1.0)
        self._changed()


def _grey_image(pixels: Grey) -> QImage:
    pixels = np.ascontiguousarray(pixels)
    height, width = pixels.shape
    return QImage(pixels.data, width, height, pixels.strides[0], QImage.Format.Format_Grayscale8).copy()


def _over(photo: Photo, sketch: Grey, *, is_inverted: bool) -> QImage:
    """The lines over the photo, which is half as strong as it is."""
    height, width = sketch.shape
    beneath = cv2.resize(photo, (width, height), interpolation=cv2.INTER_AREA)
    paper = cv2.addWeighted(beneath, 0.5, beneath, 0, 127)
    lines = cv2.merge([cv2.bitwise_not(sketch) if is_inverted else sketch] * 3)
    return _colour_image(np.asarray(cv2.multiply(paper, lines, scale=1 / 255), np.uint8))


def _difference(old: Grey, new: Grey, *, is_inverted: bool) -> QImage:
    """Lines of both are black, those only in the old one orange, those only in the new one blue."""
    one, two = (cv2.bitwise_not(pixels) if is_inverted else pixels for pixels in (old, new))
    ink_old, ink_new = (1 - np.asarray(pixels, np.float32)[..., None] / 255 for pixels in (one, two))
    orange, blue = np.array((230, 120, 0), np.float32), np.array((0, 100, 220), np.float32)
    both = np.minimum(ink_old, ink_new)
    shown = 255 - both * 255 - (ink_old - both) * (255 - orange) - (ink_new - both) * (255 - blue)
    return _colour_image(shown.clip(0, 255).astype(np.uint8))


def _colour_image(rgb: Photo) -> QImage:
    rgb = np.ascontiguousarray(rgb)
    height, width = rgb.shape[:2]
    return QImage(rgb.data, width, height, rgb.strides[0], QImage.Format.Format_RGB888).copy()

"""Rulers at the edges of the canvas, in mask pixels, and upon them how far the class held reaches."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.faces.classes import CLASSES
from app.imaging.raster import Rect
from app.ui.canvas.aids import RULERS
from app.ui.canvas.decorations.decoration import Decoration

if TYPE_CHECKING:
    from app.ui.canvas.mask_canvas import MaskCanvas
    from app.ui.session import Session

THICK = 18
_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
_LEAST_PX = 44
"""Between two numbers."""
_PAPER, _INK, _TICK = QColor(30, 30, 30), QColor("#e0e0e0"), QColor("#9a9a9a")


def inset(session: Session) -> int:
    """Widget units at the upper and the left edge that the rulers take."""
    return THICK if RULERS in session.aids else 0


def step_of(scale: float) -> int:
    """Mask pixels between two numbers, at ``scale`` widget units per mask pixel."""
    return next((step for step in _STEPS if step * scale >= _LEAST_PX), _STEPS[-1])


class Ruler(QWidget):
    """One ruler: ``is_upright`` at the left edge, else at the upper one. The mouse goes through it."""

    def __init__(self, canvas: MaskCanvas, *, is_upright: bool) -> None:
        super().__init__(canvas)
        self.setObjectName("rulerDown" if is_upright else "rulerAcross")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._canvas = canvas
        self._is_upright = is_upright
        self._pointer: int | None = None
        self.extent: tuple[int, int, QColor] | None = None
        """From which mask pixel to which the class held reaches (the second excluded), and its colour."""
        self.hide()

    def place(self) -> None:
        """Along its edge."""
        canvas = self._canvas
        if self._is_upright:
            self.setGeometry(0, THICK, THICK, canvas.height() - THICK)
        else:
            self.setGeometry(0, 0, canvas.width(), THICK)

    def point(self, pixel: int | None) -> None:
        """Mark the mask pixel under the pointer, None: none."""
        if pixel != self._pointer:
            before, self._pointer = self._pointer, pixel
            for at in (before, pixel):
                if at is not None:
                    self.update(self._mark(at).adjusted(-1, -1, 1, 1))

    def _along(self) -> tuple[float, float]:
        """Where mask pixel 0 begins, and widget units per mask pixel."""
        place = self._canvas.mask_place()
        if self._is_upright:
            return place.y / place.ratio - THICK, place.down / place.ratio
        return place.x / place.ratio, place.across / place.ratio

    def _span(self, first: float, last: float, top: int, thick: int) -> QRect:
        """From one place along the ruler to another, ``top`` from its outer edge."""
        start, length = math.floor(first), max(1, math.ceil(last) - math.floor(first))
        return QRect(top, start, thick, length) if self._is_upright else QRect(start, top, length, thick)

    def _mark(self, pixel: int) -> QRect:
        origin, scale = self._along()
        return self._span(origin + pixel * scale, origin + (pixel + 1) * scale, 0, THICK)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), _PAPER)
        picture = self._canvas.picture
        if picture is None or picture.bits is None:
            painter.end()
            return
        origin, scale = self._along()
        if self.extent is not None:
            first, last, colour = self.extent
            painter.fillRect(self._span(origin + first * scale, origin + last * scale, THICK - 5, 5), colour)
        if self._pointer is not None:
            painter.fillRect(self._mark(self._pointer), QColor(255, 255, 255, 130))
        self._paint_ticks(painter, origin, scale, picture.bits.shape[0 if self._is_upright else 1])
        painter.end()

    def _paint_ticks(self, painter: QPainter, origin: float, scale: float, pixels: int) -> None:
        length = self.height() if self._is_upright else self.width()
        step = step_of(scale)
        small = step // 5 or 1
        font = painter.font()
        font.setPixelSize(9)
        painter.setFont(font)
        first = max(0, int(-origin / scale) // step * step)
        last = min(pixels, int((length - origin) / scale) + 1)
        for pixel in range(first, last + 1, small):
            at = round(origin + pixel * scale)
            is_numbered = pixel % step == 0
            painter.setPen(QPen(_TICK, 1))
            reach = 7 if is_numbered else 3
            if self._is_upright:
                painter.drawLine(THICK - reach, at, THICK - 1, at)
            else:
                painter.drawLine(at, THICK - reach, at, THICK - 1)
            if is_numbered:
                self._paint_number(painter, at, pixel)

    def _paint_number(self, painter: QPainter, at: int, pixel: int) -> None:
        painter.setPen(_INK)
        if not self._is_upright:
            painter.drawText(at + 2, 9, str(pixel))
            return
        painter.save()
        painter.translate(QPoint(9, at + 2))
        painter.rotate(90)
        painter.drawText(0, 0, str(pixel))
        painter.restore()


class Rulers(Decoration):
    """Two rulers, the pixel under the pointer on them, and the extent of the class held with its size in words.

    They draw nothing on the canvas itself.
    """

    def __init__(self, canvas: MaskCanvas) -> None:
        super().__init__(canvas)
        self._session = canvas.session
        self.across, self.down = Ruler(canvas, is_upright=False), Ruler(canvas, is_upright=True)
        self._session.aids_changed.connect(self._on_aids_changed)
        self._session.face_class_changed.connect(self._measure)
        canvas.resized.connect(self.view_changed)

    def _on_aids_changed(self) -> None:
        on, session = RULERS in self._session.aids, self._session
        if on == self.is_on:
            return
        self.turn(on=on)
        for ruler in (self.across, self.down):
            ruler.setVisible(on)
            ruler.lower()
        if on:
            session.pixel_hovered.connect(self._on_hovered)
            session.pixel_left.connect(self._on_left)
        else:
            session.pixel_hovered.disconnect(self._on_hovered)
            session.pixel_left.disconnect(self._on_left)
        self.view_changed()

    def view_changed(self) -> None:
        if self.is_on:
            self.across.place()
            self.down.place()
            self._measure()

    def mask_changed(self, region: Rect) -> None:  # noqa: ARG002
        self._measure()

    def _on_hovered(self, x: int, y: int) -> None:
        self.across.point(x)
        self.down.point(y)

    def _on_left(self) -> None:
        self.across.point(None)
        self.down.point(None)

    def _measure(self) -> None:
        if not self.is_on:
            return
        held = CLASSES[self._session.face_class]
        picture = self.canvas.picture
        bits = None if picture is None else picture.bits
        self.across.extent = self.down.extent = None
        if bits is not None and held.bit:
            colour = QColor(*self._session.colour_of(held))
            across = np.flatnonzero(np.bitwise_or.reduce(bits, axis=0) & np.uint32(held.bit))
            down = np.flatnonzero(np.bitwise_or.reduce(bits, axis=1) & np.uint32(held.bit))
            if len(down):
                self.across.extent = int(across[0]), int(across[-1]) + 1, colour
                self.down.extent = int(down[0]), int(down[-1]) + 1, colour
        self.across.update()
        self.down.update()

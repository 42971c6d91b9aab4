"""The box that lights up where a step was taken back or done again, and goes by itself."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QTimer
from PySide6.QtGui import QColor, QPainter

from app.imaging.raster import Rect
from app.ui.canvas.decorations.decoration import Decoration
from app.ui.canvas.viewport import MaskPlace

if TYPE_CHECKING:
    from app.ui.canvas.mask_canvas import MaskCanvas

LASTS_S = 0.9
_FRAME_MS = 40
_REACH = 10
"""How far off the box begins, in widget units: it closes in upon what changed, which leads the eye there."""
_DARK, _LIGHT = QColor(0, 0, 0), QColor(255, 255, 255)


class Flash(Decoration):
    """``show_box`` lights one up; the picture moves there first when it cannot be seen."""

    def __init__(self, canvas: MaskCanvas) -> None:
        super().__init__(canvas)
        self.box: Rect | None = None
        """In mask pixels, while it is lit."""
        self._began = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(_FRAME_MS)
        self._timer.timeout.connect(self._next)
        canvas.session.sample_changed.connect(lambda _: self._end())

    def show_box(self, box: Rect) -> None:
        """These mask pixels changed."""
        picture = self.canvas.picture
        if box.is_empty or picture is None or picture.bits is None:
            return
        self._reveal(box, picture.bits.shape)
        self.box, self._began = box, time.monotonic()
        self.turn(on=True)
        self._timer.start()
        self.canvas.update()

    def _reveal(self, box: Rect, shape: tuple[int, int]) -> None:
        """The middle of the box is on screen; zoom stays."""
        viewport, size = self.canvas.viewport, self.canvas.device_size()
        x, y = box.x + box.width / 2, box.y + box.height / 2
        left, top = self.canvas.mask_place().corner(x, y)
        if not viewport.fitting and not QRect(0, 0, size.width(), size.height()).contains(left, top):
            viewport.show_at(viewport.zoom, QPointF(x / shape[1], y / shape[0]))

    def _next(self) -> None:
        if time.monotonic() - self._began >= LASTS_S:
            self._end()
        elif self.box is not None:
            self.canvas.update_device(_around(self.canvas.mask_place(), self.box))

    def _end(self) -> None:
        if self.box is not None:
            self._timer.stop()
            self.box = None
            self.turn(on=False)
            self.canvas.update()

    def paint(self, painter: QPainter, exposed: QRect) -> None:  # noqa: ARG002
        if self.box is None:
            return
        place = self.canvas.mask_place()
        past = min(1.0, (time.monotonic() - self._began) / LASTS_S)
        left, top = place.corner(self.box.x, self.box.y)
        right, bottom = place.corner(self.box.x + self.box.width, self.box.y + self.box.height)
        off = round((_REACH * max(0.0, 1 - 3 * past) + 2) * place.ratio)
        # Lit for two thirds of its time, then it fades.
        strength = min(1.0, 3 * (1 - past))
        width = max(1, round(place.ratio))
        painter.save()
        painter.setOpacity(strength)
        for colour, outset in ((_DARK, off + width), (_LIGHT, off), (_DARK, off - width)):
            frame = QRect(left - outset, top - outset, right - left + 2 * outset, bottom - top + 2 * outset)
            for side in _sides(frame, width):
                painter.fillRect(side, colour)
        painter.restore()


def _sides(frame: QRect, width: int) -> tuple[QRect, ...]:
    """The four edges of a frame, ``width`` device pixels wide: filled, for a pen would need one of each kind."""
    x, y, across, down = frame.x(), frame.y(), frame.width(), frame.height()
    return (
        QRect(x, y, across, width),
        QRect(x, y + down - width, across, width),
        QRect(x, y + width, width, down - 2 * width),
        QRect(x + across - width, y + width, width, down - 2 * width),
    )


def _around(place: MaskPlace, box: Rect) -> Rect:
    return place.dirty(box, round((_REACH + 6) * place.ratio))

"""The pixels that flattening loses, hatched in the colour of the class that is lost there."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPixmap

from app.faces.classes import CLASSES, PaintOrder
from app.faces.mask import SET_COUNT, Bits, flatten_table
from app.imaging.overlay import Colours, premultiplied
from app.ui.canvas.decorations.decoration import Decoration

if TYPE_CHECKING:
    from app.imaging.raster import Rect
    from app.ui.canvas.photo import PhotoCanvas

LOST_PIXELS = "lost_pixels"
_STRIPE_PX = 4
_ALPHA = 0.95


@lru_cache(maxsize=4)
def lost_table(paint_order: PaintOrder, pair: tuple[int, int] | None, safe: bool) -> Colours:
    """Class set → colour of the class that is lost first below the topmost, 0 where none is.

    With ``pair`` (official ids seen, lost) only where just that class hides just that one.
    """
    top = flatten_table(paint_order)
    sets = np.arange(SET_COUNT, dtype=np.uint32)
    table = np.zeros(SET_COUNT, np.uint32)
    for class_id in paint_order if pair is None else pair[1:]:
        face_class = CLASSES[class_id]
        is_lost = (sets & np.uint32(face_class.bit) != 0) & (top != class_id)
        if pair is not None:
            is_lost &= top == pair[0]
        table[is_lost] = premultiplied(face_class.safe_colour if safe else face_class.colour, _ALPHA)
    table.setflags(write=False)
    return table


class LostPixels(Decoration):
    """Hatches where more than one class is, or where one of a chosen pair hides the other."""

    def __init__(self, canvas: PhotoCanvas) -> None:
        super().__init__(canvas)
        self._session = canvas.session
        self._image: QImage | None = None
        self._words: Colours | None = None
        self._stripes: QPixmap | None = None
        self._drawn: tuple[object, ...] = ()
        self._session.aids_changed.connect(self._on_aids_changed)
        self._session.view_changed.connect(self.view_changed)

    def _on_aids_changed(self) -> None:
        self.turn(on=LOST_PIXELS in self._session.aids)
        self.view_changed()

    def view_changed(self) -> None:
        key = self._key()
        if self.is_on and key != self._drawn:
            self._drawn = key
            self._draw_all()
            self.canvas.update()

    def mask_changed(self, region: Rect) -> None:
        bits = self._bits()
        if bits is None or self._words is None or bits.shape != self._words.shape:
            return
        self._words[region.slices] = self._table()[bits[region.slices]]
        self._wrap()
        self.canvas.update_device(self.canvas.mask_place().dirty(region, 1))

    def _key(self) -> tuple[object, ...]:
        session, bits = self._session, self._bits()
        return session.sample, id(bits), session.paint_order, session.marked_pair, session.palette

    def _bits(self) -> Bits | None:
        picture = self.canvas.picture
        return None if picture is None else picture.bits

    def _table(self) -> Colours:
        session = self._session
        return lost_table(session.paint_order, session.marked_pair, session.palette == "safe")

    def _draw_all(self) -> None:
        bits = self._bits()
        self._words = None if bits is None else self._table()[bits]
        self._wrap()

    def _wrap(self) -> None:
        words = self._words
        self._image = None
        if words is not None and words.any():
            height, width = words.shape
            self._image = QImage(words.data, width, height, words.strides[0], QImage.Format.Format_ARGB32_Premultiplied)

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        if self._image is None or not self.canvas.shows_overlay:
            return
        place = self.canvas.mask_place()
        (left, top), (right, bottom) = place.corner(0, 0), place.corner(self._image.width(), self._image.height())
        whole = QRect(left, top, right - left, bottom - top)
        part = whole & exposed
        if part.isEmpty():
            return
        layer = QImage(part.size(), QImage.Format.Format_ARGB32_Premultiplied)
        layer.fill(0)
        brush = QPainter(layer)
        brush.translate(-part.topLeft())
        brush.drawImage(whole, self._image)
        brush.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationIn)
        brush.setBrushOrigin(QPoint(0, 0))
        brush.fillRect(part, QBrush(self._hatch()))
        brush.end()
        painter.drawImage(part.topLeft(), layer)

    def _hatch(self) -> QPixmap:
        """Diagonal stripes to cut the colours with, the same wherever a repaint begins."""
        if self._stripes is None:
            width = round(_STRIPE_PX * self.canvas.devicePixelRatioF())
            side = 2 * width
            image = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
            image.fill(0)
            for y in range(side):
                for x in range(side):
                    if (x + y) % side < width:
                        image.setPixelColor(x, y, QColor(255, 255, 255))
            self._stripes = QPixmap.fromImage(image)
        return self._stripes

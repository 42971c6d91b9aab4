"""The pixels that flattening loses, hatched in the colour of the class that is lost there."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter

from app.faces.classes import CLASSES, PaintOrder
from app.faces.mask import SET_COUNT, flatten_table
from app.faces.palettes import Palette
from app.imaging.overlay import Colours, premultiplied
from app.ui.canvas.aids import LOST_PIXELS
from app.ui.canvas.decorations.decoration import Decoration

if TYPE_CHECKING:
    from app.ui.canvas.mask_canvas import MaskCanvas

_STRIPE_PX = 4
_ALPHA = 0.95


@lru_cache(maxsize=4)
def lost_table(paint_order: PaintOrder, pair: tuple[int, int] | None, palette: Palette) -> Colours:
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
        table[is_lost] = premultiplied(palette.colours[class_id], _ALPHA)
    table.setflags(write=False)
    return table


class LostPixels(Decoration):
    """Hatches where more than one class is, or where one of a chosen pair hides the other: as the mask is now."""

    def __init__(self, canvas: MaskCanvas) -> None:
        super().__init__(canvas)
        self._session = canvas.session
        self._drawn: tuple[object, ...] = ()
        self._session.aids_changed.connect(self._on_aids_changed)
        self._session.view_changed.connect(self._on_view_changed)

    def _on_aids_changed(self) -> None:
        self.turn(on=LOST_PIXELS in self._session.aids)
        self._on_view_changed()

    def _on_view_changed(self) -> None:
        key = self._session.paint_order, self._session.marked_pair, self._session.class_palette
        if self.is_on and key != self._drawn:
            self._drawn = key
            self.canvas.update()

    def _table(self) -> Colours:
        session = self._session
        return lost_table(session.paint_order, session.marked_pair, session.class_palette)

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        canvas, picture = self.canvas, self.canvas.picture
        bits = None if picture is None else picture.bits
        part = exposed & canvas.projection().covered
        if bits is None or part.isEmpty() or not canvas.shows_overlay:
            return
        place, width = canvas.mask_place(), round(_STRIPE_PX * canvas.devicePixelRatioF())
        across = np.arange(part.left(), part.right() + 1)
        down = np.arange(part.top(), part.bottom() + 1)
        columns = np.clip(((across - place.x + 0.5) / place.across).astype(np.intp), 0, bits.shape[1] - 1)
        rows = np.clip(((down - place.y + 0.5) / place.down).astype(np.intp), 0, bits.shape[0] - 1)
        small = self._table()[bits[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]]
        if not small.any():
            return
        layer = np.take(np.take(small, columns - columns[0], axis=1), rows - rows[0], axis=0)
        # The stripes hang on the view's corner, so that they meet wherever a repaint begins.
        layer[(across + down[:, None]) % (2 * width) >= width] = 0
        image = QImage(
            layer.data, part.width(), part.height(), layer.strides[0], QImage.Format.Format_ARGB32_Premultiplied
        )
        painter.drawImage(part.topLeft(), image)

"""What a straight line from the last stroke to the pointer would cover, before it is painted."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter

from app.faces.classes import CLASSES, RGB
from app.imaging.footprint import Point, swept
from app.imaging.overlay import premultiplied
from app.imaging.raster import Rect
from app.ui.canvas.viewport import MaskPlace
from app.ui.session import Session

_ALPHA = 0.6
_ERASING: RGB = (220, 220, 220)


class LinePreview:
    """The footprint swept along the line, in the colour that it would paint; nothing until ``show``."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._image: QImage | None = None
        self.region: Rect | None = None
        """The mask pixels covered; None while nothing is shown."""

    def show(self, start: Point, end: Point, mask: tuple[int, int], *, erases: bool) -> None:
        """Show the line between two mask points on a mask of shape (H, W)."""
        session = self._session
        region, covered = swept(start, end, session.brush_size, session.brush_shape, mask)
        if region.is_empty:
            self.hide()
            return
        held = CLASSES[session.face_class]
        colour = session.colour_of(held)
        if erases or not held.bit:
            colour = _ERASING
        words = np.where(covered, np.uint32(premultiplied(colour, _ALPHA)), np.uint32(0))
        wrapped = QImage(
            words.data, region.width, region.height, words.strides[0], QImage.Format.Format_ARGB32_Premultiplied
        )
        self._image, self.region = wrapped.copy(), region

    def hide(self) -> None:
        """Show nothing."""
        self._image = self.region = None

    def paint(self, painter: QPainter, place: MaskPlace) -> None:
        """Draw it; one unit is one device pixel."""
        if self._image is None or self.region is None:
            return
        x, y, width, height = self.region
        (left, top), (right, bottom) = place.corner(x, y), place.corner(x + width, y + height)
        painter.drawImage(QRect(left, top, right - left, bottom - top), self._image)

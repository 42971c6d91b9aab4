"""A picture under its mask: outlines and pixel grid over the composed picture, and mask coordinates."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLine, QPoint, QPointF, QRect, QSize
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.faces.mask import Bits
from app.imaging.footprint import Point
from app.imaging.overlay import outline_table, outlines
from app.imaging.raster import Rect
from app.ui.canvas.layers import ComposedPicture
from app.ui.canvas.view import PictureView
from app.ui.canvas.viewport import GRID_FROM, MaskPlace, Placement, Viewport, logical
from app.ui.session import Session

_GRID_MIN_PX = 4
_GRID = QColor(128, 128, 128, 110)


class OverlayView(PictureView):
    """Shows ``picture``, if there is one, with its overlay in the session's style."""

    picture: ComposedPicture | None = None
    pending: Rect | None = None
    _mask_place: MaskPlace | None = None
    _has_lines: bool | None = None

    def __init__(self, session: Session, viewport: Viewport, parent: QWidget | None = None) -> None:
        super().__init__(session, viewport, parent)
        session.view_changed.connect(self._forget_lines)

    @property
    def shows_overlay(self) -> bool:
        """Whether the mask is seen, or the bare photo."""
        return self.session.overlay_on and not self.session.bare

    def picture_size(self) -> QSize:
        return self.picture.size if self.picture else QSize()

    def picture_image(self, level: int) -> QImage | None:
        return self.picture.image(bare=not self.shows_overlay, level=level) if self.picture else None

    # Coordinates

    def mask_place(self) -> MaskPlace:
        """Where the mask's pixels lie in the view."""
        if self._mask_place is None or self._placement is None:
            ratio = self.picture.ratio if self.picture else (1.0, 1.0)
            self._mask_place = MaskPlace.of(self.placement(), ratio, self.devicePixelRatioF())
        return self._mask_place

    def mask_point(self, position: QPointF) -> Point:
        """The mask point (x, y) under a position in the widget."""
        return self.mask_place().point(position)

    def refresh(self) -> None:
        self._mask_place = self._has_lines = None
        super().refresh()

    # Repainting: one rectangle around everything since the last paint, because Qt clips to one faster than to many

    def dirty(self, rect: Rect | None) -> None:
        """These device pixels are to be repainted at the next ``flush``."""
        if rect is not None:
            self.pending = rect.united(self.pending)

    def flush(self) -> None:
        """Ask for what is dirty to be repainted soon."""
        pending = self.pending
        if pending is None or pending.is_empty:
            return
        if self.placement().is_seamless:
            self.update(logical(pending, self.mask_place().ratio))
        else:
            self.update()

    def paint_unscaled(self, painter: QPainter, at: QPoint, exposed: QRect) -> None:
        if self.picture is not None and self._level == 0 and self.shows_overlay:
            self.picture.draw(painter, at, exposed)
        else:
            super().paint_unscaled(painter, at, exposed)

    def paintEvent(self, event: QPaintEvent) -> None:
        self.pending = None
        super().paintEvent(event)

    def has_lines(self) -> bool:
        """Whether there are outlines or a grid to draw; remembered, since every repaint under the brush asks."""
        if self._has_lines is None:
            has_outlines = self.shows_overlay and self.session.overlay_style != "fill"
            self._has_lines = has_outlines or self.viewport.zoom >= GRID_FROM
        return self._has_lines

    def _forget_lines(self) -> None:
        self._has_lines = None

    def paint_over(self, painter: QPainter, device: QRect, place: Placement) -> None:
        if self.picture is None or self.picture.bits is None:
            return
        if self.shows_overlay and self.session.overlay_style != "fill":
            self._paint_outlines(painter, device, place, self.picture.bits)
        if self.viewport.zoom >= GRID_FROM and self.mask_place().across >= _GRID_MIN_PX:
            self._paint_grid(painter, device, place, self.picture.bits.shape)

    def outline_width(self) -> int:
        """Device pixels on either side of a border."""
        return max(1, round(self.devicePixelRatioF()))

    def _paint_outlines(self, painter: QPainter, device: QRect, place: Placement, bits: Bits) -> None:
        width = self.outline_width()
        inside = device.adjusted(-1, -1, 1, 1).intersected(place.device_rect(self.picture_size()))
        if inside.isEmpty():
            return
        across, down = self.mask_place()[:2]
        columns = np.arange(inside.left() - width, inside.right() + width + 1)
        rows = np.arange(inside.top() - width, inside.bottom() + width + 1)
        columns = np.clip(((columns - place.x + 0.5) / across).astype(np.intp), 0, bits.shape[1] - 1)
        rows = np.clip(((rows - place.y + 0.5) / down).astype(np.intp), 0, bits.shape[0] - 1)
        lines = outlines(bits, outline_table(self.session.outline_style()), rows, columns, width)
        height, breadth = lines.shape
        image = QImage(lines.data, breadth, height, lines.strides[0], QImage.Format.Format_ARGB32_Premultiplied)
        painter.drawImage(inside.topLeft(), image)

    def _paint_grid(self, painter: QPainter, device: QRect, place: Placement, shape: tuple[int, ...]) -> None:
        height, width = shape
        where = self.mask_place()
        across, down = where[:2]
        left = max(0, int((device.left() - place.x) / across) - 1)
        right = min(width, int((device.right() - place.x) / across) + 2)
        top = max(0, int((device.top() - place.y) / down) - 1)
        bottom = min(height, int((device.bottom() - place.y) / down) + 2)
        (x0, y0), (x1, y1) = where.corner(left, top), where.corner(right, bottom)
        lines = [QLine(x, y0, x, y1 - 1) for x in (where.corner(k, 0)[0] for k in range(left, right + 1))]
        lines += [QLine(x0, y, x1 - 1, y) for y in (where.corner(0, k)[1] for k in range(top, bottom + 1))]
        painter.setPen(QPen(_GRID, 0))
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        painter.drawLines(lines)

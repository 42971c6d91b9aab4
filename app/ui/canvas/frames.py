"""How a view draws a picture, as values and functions: so that any thread can draw it ahead, pixel by pixel the same.

A *framing* is everything but the picture that decides what a view shows of it. A *frame* is a picture drawn for one
framing; while both are as they were, painting the view is copying the frame.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import NamedTuple

import numpy as np
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QTransform

from app.faces.mask import Bits
from app.imaging.hatching import hatched
from app.imaging.overlay import OverlayStyle, outline_table, outlines, top_table
from app.ui.canvas.layers import ComposedPicture
from app.ui.canvas.viewport import GRID_FROM, NEAREST_FROM, MaskPlace, Placement, Sight, halvings

_ORIGIN = QPoint(0, 0)
_GRID_MIN_PX = 4
_GRID = QColor(128, 128, 128, 110)


class Role(Enum):
    """The views of a sample."""

    PHOTO = "photo"
    SKETCH = "sketch"
    REFERENCE = "reference"


class Projection(NamedTuple):
    """Where a picture lies in a view, and what has to be drawn with which transform to get it there."""

    place: Placement
    covered: QRect
    """The device pixels that the picture covers."""
    level: int
    """How often the picture is halved first."""
    transform: QTransform
    is_smooth: bool


@dataclass(frozen=True, slots=True)
class Framing:
    """``size`` is the view's width and height in device pixels, ``ratio`` those per widget unit.

    ``bare``: the photo without its mask. ``lines`` are the colours of the outlines, None while there are none;
    ``line_px`` is their width in widget units. ``is_hatched``: classes are filled with lines too.
    """

    sight: Sight
    size: tuple[int, int]
    ratio: float = 1.0
    bare: bool = True
    lines: OverlayStyle | None = None
    has_grid: bool = False
    line_px: int = 1
    is_hatched: bool = False

    def projection(self, picture: QSize) -> Projection:
        """Where a picture of this size lies, and how it is drawn."""
        view = QSize(*self.size)
        place = self.sight.placement(view, picture)
        level = halvings(place.scale)
        scale = place.scale * (1 << level)
        is_smooth = self.sight.zoom_of(view) < NEAREST_FROM and scale != 1.0
        transform = QTransform(scale, 0, 0, scale, place.x, place.y)
        return Projection(place, place.device_rect(picture), level, transform, is_smooth)

    def over(self, photo: QSize) -> Framing:
        """The same for a sample whose photo has this size."""
        size = (photo.width(), photo.height())
        if size == self.sight.picture:
            return self
        return replace(self, sight=self.sight._replace(picture=size))


class Frame(NamedTuple):
    """A picture as a view shows it; ``at`` is its top left corner in the view, in device pixels."""

    framing: Framing
    revision: int
    at: QPoint
    image: QImage


def draw_frame(picture: ComposedPicture, framing: Framing) -> Frame:
    """Draw what a view shows of a picture. Any thread, as long as it is the only one that uses the picture."""
    projection = framing.projection(picture.size)
    seen = projection.covered.intersected(QRect(_ORIGIN, QSize(*framing.size)))
    image = QImage(seen.size(), QImage.Format.Format_RGB32)
    if not seen.isEmpty():
        painter = QPainter(image)
        shift = QTransform.fromTranslate(-seen.left(), -seen.top())
        painter.setWorldTransform(projection.transform * shift)
        if projection.place.scale == 1 and not framing.bare:
            picture.draw_new(painter)
        else:
            draw_picture(painter, picture.image(bare=framing.bare, level=projection.level), projection)
        painter.setWorldTransform(shift)
        draw_lines(painter, seen, picture, framing, projection)
        painter.end()
    return Frame(framing, picture.revision, seen.topLeft(), image)


def draw_picture(painter: QPainter, image: QImage, projection: Projection) -> None:
    """Draw a picture (halved as the projection says); the painter's unit is one pixel of it."""
    if projection.is_smooth:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(_ORIGIN, image)


def draw_lines(
    painter: QPainter, device: QRect, picture: ComposedPicture, framing: Framing, projection: Projection
) -> None:
    """Draw outlines and pixel grid where ``device`` is; the painter's unit is one device pixel of the view."""
    if picture.bits is None:
        return
    where = MaskPlace.of(projection.place, picture.ratio, framing.ratio)
    if framing.lines is not None:
        _draw_outlines(painter, device.intersected(projection.covered), picture.bits, where, framing)
    if framing.has_grid and where.across >= _GRID_MIN_PX:
        _draw_grid(painter, device, picture.bits.shape, where)


def outline_width(ratio: float, line_px: int = 1) -> int:
    """Device pixels on either side of a border."""
    return max(1, round(ratio * line_px))


def shows_grid(zoom: float) -> bool:
    """Whether mask pixels are large enough for a grid between them."""
    return zoom >= GRID_FROM


def _draw_outlines(painter: QPainter, inside: QRect, bits: Bits, where: MaskPlace, framing: Framing) -> None:
    if inside.isEmpty():
        return
    assert framing.lines is not None
    width = outline_width(framing.ratio, framing.line_px)
    columns = np.arange(inside.left() - width, inside.right() + width + 1)
    rows = np.arange(inside.top() - width, inside.bottom() + width + 1)
    columns = np.clip(((columns - where.x + 0.5) / where.across).astype(np.intp), 0, bits.shape[1] - 1)
    rows = np.clip(((rows - where.y + 0.5) / where.down).astype(np.intp), 0, bits.shape[0] - 1)
    hatch = None
    if framing.is_hatched:
        inner, corner = slice(width, -width), (inside.left() - int(where.x), inside.top() - int(where.y))
        tops = top_table(framing.lines)
        hatch = hatched(bits, tops, rows[inner], columns[inner], corner, outline_width(framing.ratio))
    lines = outlines(bits, outline_table(framing.lines), rows, columns, width, hatch=hatch)
    height, breadth = lines.shape
    image = QImage(lines.data, breadth, height, lines.strides[0], QImage.Format.Format_ARGB32_Premultiplied)
    painter.drawImage(inside.topLeft(), image)


def _draw_grid(painter: QPainter, device: QRect, shape: tuple[int, ...], where: MaskPlace) -> None:
    height, width = shape
    left = max(0, int((device.left() - where.x) / where.across) - 1)
    right = min(width, int((device.right() - where.x) / where.across) + 2)
    top = max(0, int((device.top() - where.y) / where.down) - 1)
    bottom = min(height, int((device.bottom() - where.y) / where.down) + 2)
    (x0, y0), (x1, y1) = where.corner(left, top), where.corner(right, bottom)
    # Rectangles one pixel wide: the same pixels as translucent lines, in a quarter of the time.
    lines = [QRect(x, y0, 1, y1 - y0) for x in (where.corner(k, 0)[0] for k in range(left, right + 1))]
    lines += [QRect(x0, y, x1 - x0, 1) for y in (where.corner(0, k)[1] for k in range(top, bottom + 1))]
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_GRID)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
    painter.drawRects(lines)
    painter.setBrush(Qt.BrushStyle.NoBrush)

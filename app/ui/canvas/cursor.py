"""The brush on screen: the outline of the very pixels that the footprint covers, in two tones, at any zoom."""

from __future__ import annotations

import math
from functools import lru_cache

from PySide6.QtCore import QLine, QPoint, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygon

from app.imaging.footprint import BrushShape, footprint, outline
from app.imaging.raster import Rect

Corner = tuple[int, int]
Phase = tuple[float, float]
WHOLE: Phase = (0.0, 0.0)
TINY_PX = 10
_REACH = 16
_LARGEST_PICTURE = 400 * 400
_TONES = (QColor(255, 255, 255), QColor(0, 0, 0))


@lru_cache(maxsize=64)
def loops(size: int, shape: BrushShape) -> tuple[tuple[Corner, ...], ...]:
    """The footprint's outline as closed loops of corner points, covered pixels on the right hand of the way.

    Only where the outline turns is there a corner. ``outline`` gives unit segments; each is directed by which of its
    two sides is covered.
    """
    covered = footprint(size, shape)

    def is_covered(x: int, y: int) -> bool:
        return 0 <= x < size and 0 <= y < size and bool(covered[y, x])

    following: dict[Corner, list[Corner]] = {}
    for x0, y0, x1, y1 in outline(size, shape):
        forwards = is_covered(x0, y0) if y0 == y1 else is_covered(x0 - 1, y0)
        start, end = ((x0, y0), (x1, y1)) if forwards else ((x1, y1), (x0, y0))
        following.setdefault(start, []).append(end)
    found: list[tuple[Corner, ...]] = []
    while following:
        start = at = next(iter(following))
        way = [start]
        while True:
            ends = following[at]
            end = ends.pop()
            if not ends:
                del following[at]
            if end == start:
                break
            way.append(end)
            at = end
        found.append(tuple(_turns(way)))
    return tuple(found)


def _turns(way: list[Corner]) -> list[Corner]:
    def is_turn(k: int) -> bool:
        before, here, after = way[k - 1], way[k], way[(k + 1) % len(way)]
        return (before[0] == here[0]) != (here[0] == after[0])

    return [way[k] for k in range(len(way)) if is_turn(k)]


@lru_cache(maxsize=32)
def rings(
    size: int, shape: BrushShape, across: float, down: float, phase: Phase = WHOLE
) -> tuple[tuple[QPolygon, ...], ...]:
    """Two sets of polygons in device pixels from the footprint's corner: just outside it, and one pixel further out.

    Drawn with a one-pixel pen they leave every device pixel of the footprint free. ``phase`` is how far the corner of
    the mask pixel lies behind the corner of the device pixel, for scales at which mask pixels are not all of one size.
    """
    columns, rows = (
        [math.ceil(part + k * scale - 0.5) for k in range(size + 1)]
        for part, scale in zip(phase, (across, down), strict=True)
    )
    return tuple(tuple(_ring(loop, columns, rows, out) for loop in loops(size, shape)) for out in (1, 2))


def _ring(loop: tuple[Corner, ...], columns: list[int], rows: list[int], out: int) -> QPolygon:
    points = []
    for k, (x, y) in enumerate(loop):
        before, after = loop[k - 1], loop[(k + 1) % len(loop)]
        # The covered side is on the right hand of the way, so outside is on the left: (dx, dy) → (dy, −dx).
        outside_x = _sign(y - before[1]) + _sign(after[1] - y)
        outside_y = -_sign(x - before[0]) - _sign(after[0] - x)
        shift_x = -out if outside_x < 0 else out - 1
        shift_y = -out if outside_y < 0 else out - 1
        points.append(QPoint(columns[x] + shift_x, rows[y] + shift_y))
    return QPolygon(points)


def _sign(value: int) -> int:
    return (value > 0) - (value < 0)


Kind = tuple[int, BrushShape, float, float, Phase]
"""A brush at some scale: its size and shape, device pixels per mask pixel across and down, phase as in ``rings``."""


@lru_cache(maxsize=32)
def _picture(kind: Kind, width: int, height: int, reach: int) -> QImage:
    """The drawing of a brush ``width`` × ``height`` device pixels large, and as much around it as it reaches."""
    image = QImage(QSize(width + 2 * reach, height + 2 * reach), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    painter.translate(reach, reach)
    _draw(painter, kind, width, height)
    painter.end()
    return image


def _draw(painter: QPainter, kind: Kind, width: int, height: int) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, ring_set in zip(_TONES, rings(*kind), strict=True):
        painter.setPen(QPen(colour, 0))
        for ring in ring_set:
            painter.drawPolygon(ring)
    if width < TINY_PX:
        _draw_crosshair(painter, width // 2, height // 2)


def _draw_crosshair(painter: QPainter, x: int, y: int) -> None:
    near, far = TINY_PX // 2 + 3, TINY_PX // 2 + 8
    for colour, shift in ((_TONES[1], 1), (_TONES[0], 0)):
        painter.setPen(QPen(colour, 0))
        for sign in (-1, 1):
            painter.drawLine(QLine(x + shift, y + sign * near, x + shift, y + sign * far))
            painter.drawLine(QLine(x + sign * near, y + shift, x + sign * far, y + shift))


class FootprintCursor:
    """The brush held over the mask. Coordinates are device pixels of the view.

    Up to a few hundred pixels it is kept as a picture, which is drawn in a few microseconds; larger ones are drawn as
    lines, whose cost grows with the side only.
    """

    def __init__(self) -> None:
        self.kind: Kind | None = None
        self._image: QImage | None = None
        self.reach = 0
        """Device pixels by which the drawing goes beyond the footprint."""
        self.width = self.height = 0

    def hold(self, kind: Kind) -> None:
        """Take this brush."""
        self.kind = kind
        size, _, across, down, _ = kind
        self.width, self.height = math.ceil(size * across), math.ceil(size * down)
        self.reach = _REACH if self.width < TINY_PX else 3
        is_small = self.width * self.height <= _LARGEST_PICTURE
        self._image = _picture(kind, self.width, self.height, self.reach) if is_small else None

    def extent(self, corner: Corner, before: Corner) -> Rect:
        """The device pixels that ``paint`` may touch here, and where it was before."""
        (x0, y0), (x1, y1), reach = corner, before, self.reach
        left, top = x0 if x0 < x1 else x1, y0 if y0 < y1 else y1
        width, height = abs(x1 - x0) + self.width + 2 * reach, abs(y1 - y0) + self.height + 2 * reach
        return Rect(left - reach, top - reach, width, height)

    def paint(self, painter: QPainter, corner: Corner) -> None:
        """Draw it with the footprint's top left corner at a device pixel; a tiny one gets a crosshair around it."""
        if self._image is not None:
            painter.drawImage(QPoint(corner[0] - self.reach, corner[1] - self.reach), self._image)
            return
        assert self.kind is not None
        painter.translate(*corner)
        _draw(painter, self.kind, self.width, self.height)
        painter.translate(-corner[0], -corner[1])

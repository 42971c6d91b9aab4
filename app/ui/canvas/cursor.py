"""The brush on screen: the outline of the very pixels that the footprint covers, in two tones, at any zoom."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QLine, QPoint, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygon

from app.imaging.footprint import BrushShape, Point, outline, placed
from app.imaging.raster import Rect

Corner = tuple[int, int]
TINY_PX = 10
_REACH = 14


def loops(size: int, shape: BrushShape) -> tuple[tuple[Corner, ...], ...]:
    """The footprint's outline as closed loops of corner points, covered pixels on the right hand of the way.

    Only where the outline turns is there a corner. ``outline`` gives unit segments; each is directed by which of its
    two sides is covered.
    """
    return _loops(size, shape)


@lru_cache(maxsize=64)
def _loops(size: int, shape: BrushShape) -> tuple[tuple[Corner, ...], ...]:
    from app.imaging.footprint import footprint

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


@lru_cache(maxsize=16)
def rings(size: int, shape: BrushShape, scale_x: float, scale_y: float) -> tuple[tuple[QPolygon, ...], ...]:
    """Two sets of polygons in device pixels from the footprint's corner: just outside it, and one pixel further out.

    Drawn with a one-pixel pen they leave every device pixel of the footprint free.
    """
    return tuple(tuple(_ring(loop, scale_x, scale_y, out) for loop in loops(size, shape)) for out in (1, 2))


def _ring(loop: tuple[Corner, ...], scale_x: float, scale_y: float, out: int) -> QPolygon:
    points = []
    for k, (x, y) in enumerate(loop):
        before, after = loop[k - 1], loop[(k + 1) % len(loop)]
        # The covered side is on the right hand of the way, so outside is on the left: (dx, dy) → (dy, −dx).
        outside_x = _sign(y - before[1]) + _sign(after[1] - y)
        outside_y = -_sign(x - before[0]) - _sign(after[0] - x)
        shift_x = -out if outside_x < 0 else out - 1
        shift_y = -out if outside_y < 0 else out - 1
        points.append(QPoint(round(x * scale_x) + shift_x, round(y * scale_y) + shift_y))
    return QPolygon(points)


def _sign(value: int) -> int:
    return (value > 0) - (value < 0)


class FootprintCursor:
    """The brush held at a point of the mask. Coordinates are device pixels of the view."""

    def __init__(self) -> None:
        self._pens = [QPen(QColor(255, 255, 255)), QPen(QColor(0, 0, 0))]
        for pen in self._pens:
            pen.setCosmetic(True)
            pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)

    def paint(
        self, painter: QPainter, corner: Corner, size: int, shape: BrushShape, scale: tuple[float, float]
    ) -> None:
        """Draw it with the footprint's top left corner at a device pixel; a tiny one gets a crosshair around it."""
        painter.translate(*corner)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        ring_sets = rings(size, shape, *scale)
        is_tiny = size * scale[0] < TINY_PX
        for pen, ring_set in zip(self._pens, ring_sets, strict=True):
            painter.setPen(pen)
            for ring in ring_set:
                painter.drawPolygon(ring)
        if is_tiny:
            self._paint_crosshair(painter, round(size * scale[0] / 2), round(size * scale[1] / 2))
        painter.translate(-corner[0], -corner[1])

    def _paint_crosshair(self, painter: QPainter, x: int, y: int) -> None:
        for pen, shift in ((self._pens[1], 1), (self._pens[0], 0)):
            painter.setPen(pen)
            near, far = TINY_PX // 2 + 3, TINY_PX // 2 + 8
            for sign in (-1, 1):
                painter.drawLine(QLine(x + shift, y + sign * near, x + shift, y + sign * far))
                painter.drawLine(QLine(x + sign * near, y + shift, x + sign * far, y + shift))

    @staticmethod
    def extent(corner: Corner, size: int, scale: tuple[float, float]) -> Rect:
        """The device pixels that ``paint`` may touch."""
        reach = _REACH if size * scale[0] < TINY_PX else 3
        width, height = round(size * scale[0]), round(size * scale[1])
        return Rect(corner[0] - reach, corner[1] - reach, width + 2 * reach + 1, height + 2 * reach + 1)


def corner_pixel(point: Point, size: int) -> Corner:
    """The mask pixel of the footprint's top left corner, from the function that places the paint."""
    return placed(point, size)

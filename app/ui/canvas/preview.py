"""What a tool shows before it is done: areas in the colour they would get, outlines, lines and handles.

Everything is in mask pixels; the canvas draws it over the picture at any zoom. Nothing here touches the mask.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLine, QPoint, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygon

from app.faces.classes import RGB
from app.imaging.footprint import Coverage, Point
from app.imaging.overlay import premultiplied
from app.imaging.raster import Rect
from app.ui.canvas.viewport import MaskPlace

FILL_ALPHA = 0.3
_HANDLE_PX = 3
_REACH = _HANDLE_PX + 3
_DARK, _LIGHT = QColor(0, 0, 0), QColor(255, 255, 255)


@dataclass(frozen=True, slots=True, eq=False)
class _Area:
    region: Rect
    image: QImage


@dataclass(frozen=True, slots=True, eq=False)
class _Path:
    points: tuple[Point, ...]
    is_closed: bool
    is_dashed: bool


@dataclass(slots=True)
class _Shown:
    areas: list[_Area] = field(default_factory=list)
    edges: list[npt.NDArray[np.int64]] = field(default_factory=list)
    paths: list[_Path] = field(default_factory=list)
    handles: list[Point] = field(default_factory=list)


class Preview:
    """One tool's preview. ``changed`` is set by the canvas: it is told that all is to be drawn anew."""

    def __init__(self) -> None:
        self._shown = _Shown()
        self.changed: Callable[[], None] = lambda: None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is shown."""
        shown = self._shown
        return not (shown.areas or shown.edges or shown.paths or shown.handles)

    def clear(self) -> None:
        """Show nothing."""
        if not self.is_empty:
            self._shown = _Shown()
            self.changed()

    def show_area(self, region: Rect, covered: Coverage, colour: RGB, *, alpha: float = FILL_ALPHA) -> None:
        """Show only this area (bool, region's height × width): filled in a colour (R, G, B), outlined in two tones."""
        self._shown = _Shown()
        self.add_area(region, covered, colour, alpha=alpha)

    def add_area(self, region: Rect, covered: Coverage, colour: RGB, *, alpha: float = FILL_ALPHA) -> None:
        """Show this area as well."""
        self.add_fill(region, covered, colour, alpha=alpha)
        self.add_outline(region, covered)

    def add_fill(self, region: Rect, covered: Coverage, colour: RGB, *, alpha: float = FILL_ALPHA) -> None:
        """Show this area as well, without an outline."""
        if not region.is_empty:
            words = np.where(covered, np.uint32(premultiplied(colour, alpha)), np.uint32(0))
            size = (region.width, region.height, words.strides[0])
            wrapped = QImage(words.data, *size, QImage.Format.Format_ARGB32_Premultiplied)
            self._shown.areas.append(_Area(region, wrapped.copy()))
        self.changed()

    def add_outline(self, region: Rect, covered: Coverage) -> None:
        """Show the edges between the covered pixels and the others as well."""
        if not region.is_empty:
            self._shown.edges.append(edges_of(covered) + np.array([region.x, region.y, region.x, region.y]))
        self.changed()

    def show_paths(
        self,
        paths: Sequence[Sequence[Point]],
        handles: Sequence[Point] = (),
        *,
        closed: bool = False,
        dashed: bool = False,
    ) -> None:
        """Show these lines (mask points) and square handles instead of those before; areas stay as they are."""
        self._shown.paths = [_Path(tuple(path), closed, dashed) for path in paths if len(path)]
        self._shown.handles = list(handles)
        self.changed()

    def add_path(self, path: Sequence[Point], *, closed: bool = False, dashed: bool = False) -> None:
        """Show this line as well."""
        self._shown.paths.append(_Path(tuple(path), closed, dashed))
        self.changed()

    def extent(self, place: MaskPlace) -> Rect:
        """The device pixels that ``paint`` may touch; empty while nothing is shown."""
        shown, found = self._shown, Rect(0, 0, 0, 0)
        for area in shown.areas:
            found = place.dirty(area.region, 2).united(found)
        for edges in shown.edges:
            if len(edges):
                left, top = int(edges[:, (0, 2)].min()), int(edges[:, (1, 3)].min())
                right, bottom = int(edges[:, (0, 2)].max()), int(edges[:, (1, 3)].max())
                found = place.dirty(Rect(left, top, right - left, bottom - top), 3).united(found)
        points = [*shown.handles, *(point for path in shown.paths for point in path.points)]
        if points:
            xs, ys = [x for x, _ in points], [y for _, y in points]
            (left, top), (right, bottom) = _device(place, min(xs), min(ys)), _device(place, max(xs), max(ys))
            lines = Rect(left - _REACH, top - _REACH, right - left + 2 * _REACH + 1, bottom - top + 2 * _REACH + 1)
            found = lines.united(found)
        return found

    def paint(self, painter: QPainter, place: MaskPlace, exposed: QRect | None = None) -> None:
        """Draw it, at least where ``exposed`` is; one unit is one device pixel of the view."""
        for area in self._shown.areas:
            x, y, width, height = area.region
            (left, top), (right, bottom) = place.corner(x, y), place.corner(x + width, y + height)
            painter.drawImage(QRect(left, top, right - left, bottom - top), area.image)
        for edges in self._shown.edges:
            paint_edges(painter, place, edges, exposed)
        for path in self._shown.paths:
            self._paint_path(painter, place, path)
        for point in self._shown.handles:
            x, y = _device(place, *point)
            painter.setPen(QPen(_DARK, 0))
            painter.setBrush(_LIGHT)
            painter.drawRect(QRect(x - _HANDLE_PX, y - _HANDLE_PX, 2 * _HANDLE_PX, 2 * _HANDLE_PX))

    @staticmethod
    def _paint_path(painter: QPainter, place: MaskPlace, path: _Path) -> None:
        polygon = QPolygon([QPoint(*_device(place, x, y)) for x, y in path.points])
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for pen in (QPen(_DARK, 3), QPen(_LIGHT, 1)):
            if path.is_dashed and pen.color() == _LIGHT:
                pen.setStyle(Qt.PenStyle.DashLine)
            painter.setPen(pen)
            if path.is_closed:
                painter.drawPolygon(polygon)
            else:
                painter.drawPolyline(polygon)


def _device(place: MaskPlace, x: float, y: float) -> tuple[int, int]:
    return round(x * place.across) + place.x, round(y * place.down) + place.y


def paint_edges(
    painter: QPainter, place: MaskPlace, edges: npt.NDArray[np.int64], exposed: QRect | None = None
) -> None:
    """Draw edges in two tones; with ``exposed`` (device pixels) only those that are seen there."""
    scale = np.array([place.across, place.down, place.across, place.down])
    corners = np.ceil(edges * scale - 0.5).astype(np.int64) + np.array([place.x, place.y, place.x, place.y])
    if exposed is not None:
        near = exposed.adjusted(-3, -3, 3, 3)
        is_beside = (corners[:, 2] < near.left()) | (corners[:, 0] > near.right())
        corners = corners[~(is_beside | (corners[:, 3] < near.top()) | (corners[:, 1] > near.bottom()))]
    lines = [QLine(*line) for line in corners.tolist()]
    for pen in (QPen(_DARK, 3), QPen(_LIGHT, 1)):
        pen.setCapStyle(Qt.PenCapStyle.SquareCap)
        painter.setPen(pen)
        painter.drawLines(lines)


def edges_of(covered: Coverage) -> npt.NDArray[np.int64]:
    """(n, 4) x0, y0, x1, y1: the straight pieces of the border between covered pixels and others, on pixel corners."""
    padded = np.pad(covered, 1)
    level = _runs(padded[1:, :] != padded[:-1, :])
    upright = _runs((padded[:, 1:] != padded[:, :-1]).T)
    # Rows of the first are edges above the row of the same number; both count from the padding.
    horizontal = np.stack([level[:, 1] - 1, level[:, 0], level[:, 2] - 1, level[:, 0]], axis=1)
    vertical = np.stack([upright[:, 0], upright[:, 1] - 1, upright[:, 0], upright[:, 2] - 1], axis=1)
    return np.concatenate((horizontal, vertical))


def _runs(marks: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """(n, 3): row, first column and the column behind the last of every run of marks along the rows."""
    steps = np.diff(np.pad(marks, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    rows, starts = np.nonzero(steps == 1)
    _, ends = np.nonzero(steps == -1)
    return np.stack([rows, starts, ends], axis=1).astype(np.int64)

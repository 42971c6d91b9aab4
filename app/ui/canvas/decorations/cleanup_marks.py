"""What a clean-up would change: the old outline dashed, the new one solid, pixels gained and lost filled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLine, QPointF, QRect, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from app.faces.classes import CLASSES, RGB
from app.imaging.overlay import premultiplied
from app.imaging.raster import Rect
from app.ui.canvas.decorations.decoration import Decoration

if TYPE_CHECKING:
    from app.faces.mask import Bits
    from app.imaging.footprint import Coverage
    from app.ui.canvas.mask_canvas import MaskCanvas
    from app.ui.canvas.viewport import MaskPlace

_WHITE: RGB = (255, 255, 255)
_LOST_ALPHA, _GAINED_ALPHA = 0.6, 0.85
_RANGE_ALPHAS = (0.5, 0.1)
_PULSE_MS = 500
_REACH_MS = 900
_DASH_PX = 4
_DARK, _LIGHT, _SHADE = QColor(0, 0, 0), QColor(255, 255, 255), QColor(0, 0, 0, 110)
_Edges = npt.NDArray[np.int64]
_NO_EDGES: _Edges = np.empty((0, 4), np.int64)


class CleanupMarks(Decoration):
    """Shows one proposal until it is told to show another or nothing, or the mask it is about is no more."""

    def __init__(self, canvas: MaskCanvas) -> None:
        super().__init__(canvas)
        self._fills: tuple[Rect, QImage] | None = None
        self._old = self._new = _NO_EDGES
        self._range: tuple[Rect, tuple[QImage, ...]] | None = None
        self._beat = 0
        self._pulse = QTimer(self)
        self._pulse.setInterval(_PULSE_MS)
        self._pulse.timeout.connect(self._on_pulse)
        self._bits: Bits | None = None
        self._reach: float | None = None
        self._reach_timer = QTimer(self)
        self._reach_timer.setSingleShot(True)
        self._reach_timer.setInterval(_REACH_MS)
        self._reach_timer.timeout.connect(self._hide_reach)

    def show_change(self, before: Bits, after: Bits, region: Rect, classes: tuple[int, ...]) -> None:
        """Of two masks (H, W) that differ within ``region``, what that is for some classes (official ids).

        Of the outlines only what moves: the rest can be seen in the picture.
        """
        shape = before.shape[0], before.shape[1]
        wide = Rect(region.x - 1, region.y - 1, region.width + 2, region.height + 2).clipped(shape)
        old, new = before[wide.slices], after[wide.slices]
        words = np.zeros(old.shape, np.uint32)
        olds, news = [_NO_EDGES], [_NO_EDGES]
        for class_id in sorted(classes):
            bit = np.uint32(CLASSES[class_id].bit)
            was, will = (old & bit) != 0, (new & bit) != 0
            words[was & ~will & (words == 0)] = premultiplied(_WHITE, _LOST_ALPHA)
            words[will & ~was] = premultiplied(self.canvas.session.colour_of(CLASSES[class_id]), _GAINED_ALPHA)
            olds.append(_edges_of_one(was, will, wide))
            news.append(_edges_of_one(will, was, wide))
        self._old, self._new = np.concatenate(olds), np.concatenate(news)
        self._fills = wide, _image(words)
        picture = self.canvas.picture
        self._bits = None if picture is None else picture.bits
        self.turn(on=True)
        self.canvas.update()

    def pulse(self, inside: Coverage | None) -> None:
        """Let the pixels (H, W) of a photo range come and go; None: no more."""
        self._range = None
        self._pulse.stop()
        if inside is not None:
            images = [np.where(inside, np.uint32(premultiplied(_WHITE, a)), np.uint32(0)) for a in _RANGE_ALPHAS]
            self._range = Rect.whole((inside.shape[0], inside.shape[1])), tuple(_image(words) for words in images)
            self._pulse.start()
            self.turn(on=True)
        self.canvas.update()

    def show_reach(self, radius: float) -> None:
        """Show for a moment how far that many mask pixels reach, in the middle of the view."""
        self._reach = radius
        self._reach_timer.start()
        self.turn(on=True)
        self.canvas.update()

    def _hide_reach(self) -> None:
        self._reach = None
        self.turn(on=self._fills is not None or self._range is not None)
        self.canvas.update()

    def clear(self) -> None:
        """Show no proposal and no range."""
        self._fills = self._range = self._bits = None
        self._old = self._new = _NO_EDGES
        self._pulse.stop()
        if self.is_on:
            self.turn(on=self._reach is not None)
            self.canvas.update()

    @property
    def shows_change(self) -> bool:
        """Whether a proposal is shown."""
        return self._fills is not None

    def _on_pulse(self) -> None:
        self._beat ^= 1
        self.canvas.update()

    def view_changed(self) -> None:
        picture = self.canvas.picture
        if self._bits is not None and (picture is None or picture.bits is not self._bits):
            self.clear()

    def mask_changed(self, region: Rect) -> None:  # noqa: ARG002
        self.clear()

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        place = self.canvas.mask_place()
        if self.canvas.session.bare:
            return
        if self._range is not None:
            region, images = self._range
            _draw(painter, place, region, images[self._beat])
        if self._fills is not None:
            _draw(painter, place, *self._fills)
            # Qt begins its dashes anew at every edge, which at 1× is shorter than a dash.
            length = max(1, round(_DASH_PX / place.across))
            dashes = self._old[self._old[:, :2].sum(axis=1) // length % 2 == 0]
            _draw_lines(painter, _lines(place, self._old, exposed), (QPen(_DARK, 1),))
            _draw_lines(painter, _lines(place, dashes, exposed), (QPen(_LIGHT, 1),))
            _draw_lines(painter, _lines(place, self._new, exposed), (QPen(_SHADE, 3), QPen(_LIGHT, 1)))
        if self._reach is not None:
            self._paint_reach(painter, place, self._reach)

    def _paint_reach(self, painter: QPainter, place: MaskPlace, radius: float) -> None:
        size = self.canvas.device_size()
        middle = QPointF(size.width() / 2, size.height() / 2)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(_SHADE)
        for pen in (QPen(_DARK, 3), QPen(_LIGHT, 1)):
            painter.setPen(pen)
            painter.drawEllipse(middle, radius * place.across, radius * place.down)
            painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.restore()


def _lines(place: MaskPlace, edges: _Edges, exposed: QRect) -> list[QLine]:
    """Edges on the screen, as far as they are seen there."""
    scale = np.array([place.across, place.down, place.across, place.down])
    corners = np.ceil(edges * scale - 0.5).astype(np.int64) + np.array([place.x, place.y, place.x, place.y])
    near = exposed.adjusted(-3, -3, 3, 3)
    is_beside = (corners[:, 2] < near.left()) | (corners[:, 0] > near.right())
    is_beyond = (corners[:, 3] < near.top()) | (corners[:, 1] > near.bottom())
    return [QLine(*line) for line in corners[~(is_beside | is_beyond)].tolist()]


def _draw_lines(painter: QPainter, lines: list[QLine], pens: tuple[QPen, ...]) -> None:
    for pen in pens:
        painter.setPen(pen)
        painter.drawLines(lines)


def _image(words: npt.NDArray[np.uint32]) -> QImage:
    height, width = words.shape
    wrapped = QImage(words.data, width, height, words.strides[0], QImage.Format.Format_ARGB32_Premultiplied)
    return wrapped.copy()


def _draw(painter: QPainter, place: MaskPlace, region: Rect, image: QImage) -> None:
    x, y, width, height = region
    (left, top), (right, bottom) = place.corner(x, y), place.corner(x + width, y + height)
    painter.drawImage(QRect(left, top, right - left, bottom - top), image)


def _edges_of_one(covered: Coverage, other: Coverage, region: Rect) -> _Edges:
    """(n, 4) x0, y0, x1, y1: the edges of an area within a region of the mask that the other area has not."""
    level = (covered[1:] != covered[:-1]) & ~(other[1:] != other[:-1])
    upright = (covered[:, 1:] != covered[:, :-1]) & ~(other[:, 1:] != other[:, :-1])
    rows, columns = np.nonzero(level)
    across = np.stack([columns, rows + 1, columns + 1, rows + 1], axis=1)
    rows, columns = np.nonzero(upright)
    down = np.stack([columns + 1, rows, columns + 1, rows + 1], axis=1)
    return np.concatenate((across, down)) + np.array([region.x, region.y, region.x, region.y])

"""What a clean-up would change: the old outline dashed, the new one solid, pixels gained and lost filled."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLine, QRect, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from app.faces.classes import CLASSES, RGB
from app.imaging.overlay import premultiplied
from app.imaging.raster import Rect
from app.ui.canvas.decorations.decoration import Decoration
from app.ui.canvas.preview import edges_of, paint_edges

if TYPE_CHECKING:
    from app.faces.mask import Bits
    from app.imaging.footprint import Coverage
    from app.ui.canvas.photo import PhotoCanvas
    from app.ui.canvas.viewport import MaskPlace

_WHITE: RGB = (255, 255, 255)
_LOST_ALPHA, _GAINED_ALPHA = 0.6, 0.85
_RANGE_ALPHAS = (0.5, 0.1)
_PULSE_MS = 500
_DARK, _LIGHT = QColor(0, 0, 0), QColor(255, 255, 255)
_Edges = npt.NDArray[np.int64]
_NO_EDGES: _Edges = np.empty((0, 4), np.int64)


class CleanupMarks(Decoration):
    """Shows one proposal until it is told to show another or nothing, or the mask it is about is no more."""

    def __init__(self, canvas: PhotoCanvas) -> None:
        super().__init__(canvas)
        self._fills: tuple[Rect, QImage] | None = None
        self._old = self._new = _NO_EDGES
        self._range: tuple[Rect, tuple[QImage, ...]] | None = None
        self._beat = 0
        self._pulse = QTimer(self)
        self._pulse.setInterval(_PULSE_MS)
        self._pulse.timeout.connect(self._on_pulse)
        self._bits: Bits | None = None

    def show_change(self, before: Bits, after: Bits, region: Rect, classes: tuple[int, ...]) -> None:
        """Of two masks (H, W) that differ within ``region`` in these classes (official ids)."""
        wide = Rect(region.x - 1, region.y - 1, region.width + 2, region.height + 2)
        wide = wide.clipped((before.shape[0], before.shape[1]))
        old, new = before[wide.slices], after[wide.slices]
        words = np.zeros(old.shape, np.uint32)
        olds, news = [_NO_EDGES], [_NO_EDGES]
        for class_id in sorted(classes):
            bit = np.uint32(CLASSES[class_id].bit)
            was, will = (old & bit) != 0, (new & bit) != 0
            words[was & ~will & (words == 0)] = premultiplied(_WHITE, _LOST_ALPHA)
            words[will & ~was] = premultiplied(self.canvas.session.colour_of(CLASSES[class_id]), _GAINED_ALPHA)
            olds.append(_edges_inside(was, wide))
            news.append(_edges_inside(will, wide))
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

    def clear(self) -> None:
        """Show nothing."""
        self._fills = self._range = self._bits = None
        self._old = self._new = _NO_EDGES
        self._pulse.stop()
        if self.is_on:
            self.turn(on=False)
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
        if self._range is not None:
            region, images = self._range
            _draw(painter, place, region, images[self._beat])
        if self._fills is not None:
            _draw(painter, place, *self._fills)
            self._paint_old(painter, place)
            paint_edges(painter, place, self._new, exposed)

    def _paint_old(self, painter: QPainter, place: MaskPlace) -> None:
        scale = np.array([place.across, place.down, place.across, place.down])
        corners = np.ceil(self._old * scale - 0.5).astype(np.int64) + np.array([place.x, place.y, place.x, place.y])
        lines = [QLine(*line) for line in corners.tolist()]
        dashes = QPen(_LIGHT, 1, Qt.PenStyle.CustomDashLine)
        dashes.setDashPattern([3, 3])
        for pen in (QPen(_DARK, 1), dashes):
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


def _edges_inside(covered: Coverage, region: Rect) -> _Edges:
    """The edges within a region of the mask, not those along its sides: the class may go on there."""
    edges = edges_of(covered)
    height, width = covered.shape
    is_level, is_upright = edges[:, 1] == edges[:, 3], edges[:, 0] == edges[:, 2]
    along = (is_level & np.isin(edges[:, 1], (0, height))) | (is_upright & np.isin(edges[:, 0], (0, width)))
    return edges[~along] + np.array([region.x, region.y, region.x, region.y])

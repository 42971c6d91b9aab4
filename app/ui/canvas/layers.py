"""The picture that the canvas shows: photo and overlay composed once, then patched where the mask changes.

Painting the screen is one opaque blit of the composed picture; a brush event recolours and recomposes its rectangle
only. May be made on any thread, as long as one thread at a time uses it.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter

from app.faces.mask import Bits
from app.imaging.overlay import Colours, compose_overlay
from app.imaging.raster import Rect


def image_of(rgb: npt.NDArray[np.uint8]) -> QImage:
    """A QImage of its own memory (RGB32) from an (H, W, 3) uint8 R G B array."""
    rgb = np.ascontiguousarray(rgb)
    height, width = rgb.shape[:2]
    wrapped = QImage(rgb.data, width, height, rgb.strides[0], QImage.Format.Format_RGB888)
    return wrapped.convertToFormat(QImage.Format.Format_RGB32)


class ComposedPicture:
    """Photo plus overlay at the photo's resolution (the mask's, should that be finer).

    ``bits`` is the array composed last; it is read, never written; ``ratio`` is picture pixels per mask pixel, across
    and down. Mask pixels are drawn as crisp squares: by Qt where
    the picture is a whole multiple of the mask, else by index tables, because Qt's scaling is exact only for those.
    """

    def __init__(self, photo: QImage, mask: Bits | None, table: Colours | None) -> None:
        self.photo_size = photo.size()
        size = photo.size() if mask is None else photo.size().expandedTo(QSize(mask.shape[1], mask.shape[0]))
        if size != photo.size():
            smooth = Qt.TransformationMode.SmoothTransformation
            photo = photo.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
        self.photo = photo
        self.size = photo.size()
        self.bits: Bits | None = None
        self.table: Colours | None = None
        self.ratio = (1.0, 1.0)
        self._composed = photo
        self._colours: Colours | None = None
        self._halves: dict[bool, list[QImage]] = {True: [], False: []}
        if mask is not None and table is not None:
            self.recolour(mask, table)

    @property
    def nbytes(self) -> int:
        """Memory held, roughly."""
        return 2 * self.photo.sizeInBytes() + (0 if self.bits is None else 2 * self.bits.nbytes)

    def image(self, *, bare: bool, level: int = 0) -> QImage:
        """The composed picture or the bare photo, halved ``level`` times."""
        full = self.photo if bare else self._composed
        if level == 0:
            return full
        halves = self._halves[bare]
        while len(halves) < level:
            larger = halves[-1] if halves else full
            smaller = QImage(max(1, larger.width() // 2), max(1, larger.height() // 2), QImage.Format.Format_RGB32)
            _halve(larger, smaller, smaller.rect())
            halves.append(smaller)
        return halves[level - 1]

    def recolour(self, mask: Bits, table: Colours) -> None:
        """Compose all of it anew: another mask, or other colours."""
        if self._composed is self.photo:
            self._composed = self.photo.copy()
        if self._colours is None or self._colours.shape != mask.shape:
            self._make_overlay(mask.shape)
        self.bits, self.table = mask, table
        self.ratio = self.size.width() / mask.shape[1], self.size.height() / mask.shape[0]
        self._whole_ratio = None if self._rows is not None else (int(self.ratio[0]), int(self.ratio[1]))
        self._halves[False] = []
        self._patch(Rect.whole(mask.shape))

    def clear(self) -> None:
        """There is no mask (any more): the picture is the photo."""
        self.bits = self.table = None
        self._composed = self.photo
        self._halves[False] = []

    def patch(self, region: Rect) -> None:
        """Recolour a rectangle of mask pixels, which lies inside the mask, from ``bits``, which changed there."""
        if self.bits is not None:
            self._patch(region)

    def _make_overlay(self, shape: tuple[int, ...]) -> None:
        self._colours = np.zeros(shape, np.uint32)
        height, width = self.size.height(), self.size.width()
        self._rows = self._columns = None
        if height % shape[0] or width % shape[1]:
            self._rows = (2 * np.arange(height) + 1) * shape[0] // (2 * height)
            self._columns = (2 * np.arange(width) + 1) * shape[1] // (2 * width)
            self._wide = np.zeros((height, width), np.uint32)
        self._overlay = _wrapped(self._wide if self._rows is not None else self._colours)

    def _patch(self, region: Rect) -> None:
        assert self.bits is not None
        assert self.table is not None
        assert self._colours is not None
        slices = region.slices
        compose_overlay(self.bits[slices], self.table, self._colours[slices])
        if self._whole_ratio is not None:
            (across, down), (x, y, width, height) = self._whole_ratio, region
            source, target = QRect(x, y, width, height), QRect(x * across, y * down, width * across, height * down)
        else:
            source = target = self._widen(region)
        painter = QPainter(self._composed)
        painter.drawImage(target, self.photo, target)  # opaque: this replaces
        painter.drawImage(target, self._overlay, source)
        painter.end()
        if self._halves[False]:
            self._patch_halves(target)

    def _widen(self, region: Rect) -> QRect:
        """Spread the colours of a region over the picture pixels that it covers, wholly or in part."""
        assert self._colours is not None
        assert self._rows is not None
        assert self._columns is not None
        (across, down), (x, y, width, height) = self.ratio, region
        left, top = math.floor(x * across), math.floor(y * down)
        right = min(self.size.width(), math.ceil((x + width) * across))
        bottom = min(self.size.height(), math.ceil((y + height) * down))
        rows, columns = self._rows[top:bottom], self._columns[left:right]
        self._wide[top:bottom, left:right] = self._colours[rows[:, None], columns[None, :]]
        return QRect(left, top, right - left, bottom - top)

    def _patch_halves(self, target: QRect) -> None:
        larger = self._composed
        for smaller in self._halves[False]:
            left, top = target.x() // 2, target.y() // 2
            right, bottom = target.right() // 2 + 1, target.bottom() // 2 + 1
            target = QRect(left, top, right - left, bottom - top).intersected(smaller.rect())
            _halve(larger, smaller, target)
            larger = smaller


def _wrapped(colours: Colours) -> QImage:
    height, width = colours.shape
    return QImage(colours.data, width, height, colours.strides[0], QImage.Format.Format_ARGB32_Premultiplied)


def _halve(larger: QImage, smaller: QImage, target: QRect) -> None:
    """Average two by two pixels into ``target`` of the smaller picture."""
    painter = QPainter(smaller)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    doubled = QRectF(target.x() * 2, target.y() * 2, target.width() * 2, target.height() * 2)
    painter.drawImage(QRectF(target), larger, doubled)
    painter.end()

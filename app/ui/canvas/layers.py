"""The picture that the canvas shows: photo and overlay composed once, then patched where the mask changes.

Painting the screen is one opaque blit of the composed picture; a brush event recolours and recomposes its rectangle
only. May be made on any thread, as long as one thread at a time uses it.
"""

from __future__ import annotations

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

    ``bits`` is the array composed last; it is read, never written. Mask pixels are drawn as crisp squares: by Qt where
    the picture is a whole multiple of the mask, else by index tables, because Qt's scaling is exact only for those.
    """

    def __init__(self, photo: QImage, mask: Bits | None, table: Colours | None) -> None:
        self.photo_size = photo.size()
        size = photo.size() if mask is None else photo.size().expandedTo(QSize(mask.shape[1], mask.shape[0]))
        if size != photo.size():
            smooth = Qt.TransformationMode.SmoothTransformation
            photo = photo.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)
        self.photo = photo
        self.bits = mask
        self.table = table
        self._composed = photo
        self._halves: dict[bool, list[QImage]] = {True: [], False: []}
        if mask is not None and table is not None:
            self._composed = photo.copy()
            self.recolour(mask, table)

    @property
    def size(self) -> QSize:
        """Width and height in picture pixels."""
        return self.photo.size()

    @property
    def ratio(self) -> tuple[float, float]:
        """Picture pixels per mask pixel, across and down."""
        if self.bits is None:
            return 1.0, 1.0
        return self.size.width() / self.bits.shape[1], self.size.height() / self.bits.shape[0]

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
        if self.bits is None or mask.shape != self.bits.shape or self._composed is self.photo:
            self._composed = self.photo.copy()
        if not hasattr(self, "_colours") or self._colours.shape != mask.shape:
            self._make_overlay(mask.shape)
        self.bits, self.table = mask, table
        self._halves[False] = []
        self._patch(Rect.whole(mask.shape))

    def clear(self) -> None:
        """There is no mask (any more): the picture is the photo."""
        self.bits = self.table = None
        self._composed = self.photo
        self._halves[False] = []

    def patch(self, region: Rect) -> None:
        """Recolour a rectangle of mask pixels from ``bits``, which changed there."""
        if self.bits is None or self.table is None:
            return
        region = region.clipped(self.bits.shape)
        if not region.is_empty:
            self._patch(region)

    def _make_overlay(self, shape: tuple[int, int]) -> None:
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
        rows, columns = region.slices
        compose_overlay(self.bits[rows, columns], self.table, self._colours[rows, columns])
        target, source = self._picture_rect(region), QRect(*region)
        if self._rows is not None and self._columns is not None:
            source = target
            down, across = slice(target.y(), target.bottom() + 1), slice(target.x(), target.right() + 1)
            self._wide[down, across] = self._colours[self._rows[down, None], self._columns[None, across]]
        painter = QPainter(self._composed)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.drawImage(target, self.photo, target)
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        painter.drawImage(target, self._overlay, source)
        painter.end()
        larger = self._composed
        for smaller in self._halves[False]:
            left, top = target.x() // 2, target.y() // 2
            right, bottom = target.right() // 2 + 1, target.bottom() // 2 + 1
            target = QRect(left, top, right - left, bottom - top).intersected(smaller.rect())
            _halve(larger, smaller, target)
            larger = smaller

    def _picture_rect(self, region: Rect) -> QRect:
        """The picture pixels that a rectangle of mask pixels covers, each wholly or in part."""
        assert self.bits is not None
        (height, width), size = self.bits.shape, self.size
        left, top = region.x * size.width() // width, region.y * size.height() // height
        right = -(-(region.x + region.width) * size.width() // width)
        bottom = -(-(region.y + region.height) * size.height() // height)
        return QRect(left, top, right - left, bottom - top)


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

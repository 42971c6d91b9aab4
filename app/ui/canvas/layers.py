"""The picture that the canvas shows: photo and overlay composed once, then patched where the mask changes.

Painting the screen is one opaque blit of the composed picture; a brush event recolours and recomposes its rectangle
only. Composing waits until the picture is asked for. May be made on any thread, as long as one thread at a time uses
it.
"""

from __future__ import annotations

import copy
import math
import threading
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter

from app.faces.mask import Bits
from app.formats.pictures import read_picture
from app.imaging.adjustment import NEUTRAL, Adjustment, adjusted
from app.imaging.overlay import (
    Colours,
    OverlayStyle,
    SpreadTable,
    changed_region,
    fill_table,
    spread_overlay,
    spread_table,
)
from app.imaging.raster import Rect

_PREMULTIPLIED = QImage.Format.Format_ARGB32_Premultiplied
_ORIGIN = QPoint(0, 0)
_BAND = 128
"""Mask rows composed at a time: what is in between stays in the processor's cache, which halves the time."""


class _Spare(threading.local):
    """The last picture that this thread was done with: fresh memory costs as much time as composing."""

    image: QImage | None = None


_spare = _Spare()


def forget_spare() -> None:
    """This thread composes nothing in the next second."""
    _spare.image = None


def image_of(rgb: npt.NDArray[np.uint8]) -> QImage:
    """A QImage of its own memory (RGB32) from an (H, W, 3) uint8 R G B array."""
    rgb = np.ascontiguousarray(rgb)
    height, width = rgb.shape[:2]
    wrapped = QImage(rgb.data, width, height, rgb.strides[0], QImage.Format.Format_RGB888)
    return wrapped.convertToFormat(QImage.Format.Format_RGB32)


def adjusted_image(photo: QImage, adjustment: Adjustment) -> QImage:
    """A QImage of its own memory (RGB32): the photo (RGB32) as the adjustment shows it."""
    height, width = photo.height(), photo.width()
    words = np.frombuffer(photo.constBits(), np.uint8).reshape(height, photo.bytesPerLine() // 4, 4)[:, :width]
    shown = adjusted(words, adjustment)
    return QImage(shown.data, width, height, shown.strides[0], QImage.Format.Format_RGB32).copy()


@dataclass(frozen=True, slots=True)
class EncodedPhoto:
    """The bytes of a photo's file, a fortieth of its pixels. They were decoded once without an error."""

    data: bytes

    def decoded(self) -> QImage:
        """The photo. Any thread."""
        return image_of(read_picture(self.data)[0])


class ComposedPicture:
    """Photo plus overlay at the photo's resolution (the mask's, should that be finer).

    With its ``encoded`` form the photo's pixels need not be there while nobody looks at them. ``bits`` is the array
    composed last; it is read, never written; ``ratio`` is picture pixels per mask pixel, across and down. Mask pixels
    are drawn as crisp squares.
    """

    def __init__(
        self,
        photo: QImage,
        mask: Bits | None,
        style: OverlayStyle | None,
        encoded: EncodedPhoto | None = None,
        adjustment: Adjustment = NEUTRAL,
    ) -> None:
        self.photo_size = photo.size()
        self.size = photo.size() if mask is None else photo.size().expandedTo(QSize(mask.shape[1], mask.shape[0]))
        self._encoded = encoded
        self._photo: QImage | None = self._fitted(photo)
        self.adjustment = adjustment
        self._shown: QImage | None = None
        """The photo as it is shown, while that is not as it is."""
        self.bits: Bits | None = None
        self.style: OverlayStyle | None = None
        self.ratio = (1.0, 1.0)
        self._whole: tuple[int, int, SpreadTable] | None = None
        """Where the ratio is whole: across, down, and the table to spread the overlay with."""
        self._touched: Rect | None = None
        """Mask pixels that changed since they were composed."""
        self.revision = 0
        """Counts the changes of what the picture shows."""
        self._composed: QImage | None = None
        self._halves: dict[bool, list[QImage]] = {True: [], False: []}
        if mask is not None and style is not None:
            self.recolour(mask, style)

    @property
    def nbytes(self) -> int:
        """Memory held by the pictures."""
        images = (self._photo, self._shown, self._composed, *self._halves[True], *self._halves[False])
        encoded = len(self._encoded.data) if self._encoded else 0
        return encoded + sum(image.sizeInBytes() for image in images if image is not None)

    def slim(self) -> None:
        """Keep only what cannot be made again in a millisecond or two."""
        if self._composed is not None:
            _spare.image, self._composed = self._composed, None
        self._shown = None
        self._halves = {True: [], False: []}

    @property
    def photo(self) -> QImage:
        """The bare photo; decoded again where it was dropped."""
        if self._photo is None:
            self._photo = self.decoded()
        return self._photo

    @property
    def shown(self) -> QImage:
        """The photo as its adjustment shows it."""
        if self.adjustment is NEUTRAL:
            return self.photo
        if self._shown is None:
            self._shown = adjusted_image(self.photo, self.adjustment)
        return self._shown

    def adjust(self, adjustment: Adjustment) -> None:
        """Show the photo in this way from now on."""
        if adjustment is self.adjustment or adjustment == self.adjustment:
            return
        self.revision += 1
        self.adjustment = NEUTRAL if adjustment.is_neutral else adjustment
        self._shown = self._composed = None
        self._halves = {True: [], False: []}

    def drop_photo(self) -> None:
        """Keep of the photo only what it can be decoded from, and nothing that is made of it."""
        if self._encoded is not None:
            self._photo = self._shown = self._composed = None
            self._halves = {True: [], False: []}

    @property
    def lacks_photo(self) -> bool:
        """Whether the photo would have to be decoded to show anything new."""
        return self._photo is None

    def decoded(self) -> QImage:
        """The photo that was dropped, for ``take_photo``. Any thread, whoever uses the picture meanwhile."""
        assert self._encoded is not None
        return self._fitted(self._encoded.decoded())

    def take_photo(self, photo: QImage) -> None:
        """What ``decoded`` gave is there again."""
        if self._photo is None and photo.size() == self.size:
            self._photo = photo

    def _fitted(self, photo: QImage) -> QImage:
        if self.size == photo.size():
            return photo
        smooth = Qt.TransformationMode.SmoothTransformation
        return photo.scaled(self.size, Qt.AspectRatioMode.IgnoreAspectRatio, smooth)

    def sibling(self) -> ComposedPicture:
        """Another picture of the same photo, without a mask; another thread may have it."""
        picture = copy.copy(self)
        picture._photo = None if self._photo is None else QImage(self._photo)
        picture._shown = None if self._shown is None else QImage(self._shown)
        picture._halves = {True: [], False: []}
        picture.clear()
        picture.ratio, picture._whole, picture.revision = (1.0, 1.0), None, 0
        return picture

    def image(self, *, bare: bool, level: int = 0) -> QImage:
        """The composed picture or the bare photo, halved ``level`` times."""
        full = self.shown if bare else self._up_to_date()
        if level == 0:
            return full
        halves = self._halves[bare]
        while len(halves) < level:
            larger = halves[-1] if halves else full
            smaller = QImage(max(1, larger.width() // 2), max(1, larger.height() // 2), QImage.Format.Format_RGB32)
            _halve(larger, smaller, smaller.rect())
            halves.append(smaller)
        return halves[level - 1]

    def restyle(self, style: OverlayStyle) -> Rect:
        """Compose anew what these colours change; returns that region of the mask, which may be empty."""
        assert self.bits is not None
        assert self.style is not None
        region = changed_region(self.bits, self.style, style)
        self.style = style
        if self._whole is not None:
            self._whole = (*self._whole[:2], spread_table(style, self._whole[0]))
        if not region.is_empty:
            self.revision += 1
            if self._composed is not None:
                self._patch_in_bands(region)
        return region

    def recolour(self, mask: Bits, style: OverlayStyle) -> None:
        """The mask or its colours are others: all of it is to be composed anew."""
        self.revision += 1
        self.bits, self.style, self._touched = mask, style, None
        (height, width), size = mask.shape, self.size
        if size.width() < width or size.height() < height:  # a mask of another size than the one, or none, before
            size = self._grow(size.expandedTo(QSize(width, height)))
        self.ratio = size.width() / width, size.height() / height
        self._whole = None
        if size.width() % width == 0 and size.height() % height == 0:
            across, down = size.width() // width, size.height() // height
            self._whole = across, down, spread_table(style, across)
        self._halves[False] = []
        self._composed = None

    def _grow(self, size: QSize) -> QSize:
        self.size = size
        self._photo = None if self._photo is None else self._fitted(self._photo)
        self._shown = None
        self._halves[True] = []
        return size

    def clear(self) -> None:
        """There is no mask (any more): the picture is the photo."""
        self.revision += 1
        self.bits = self.style = self._touched = self._composed = None
        self._halves[False] = []

    def patch(self, region: Rect) -> None:
        """Recolour a rectangle of mask pixels, which lies inside the mask, from ``bits``, which changed there."""
        self.revision += 1
        region, self._touched = region.united(self._touched), None
        if self.bits is not None and self._composed is not None:
            self._patch(region)

    def touch(self, region: Rect) -> None:
        """The same later, when the picture is asked for: a hand often moves more than once between two paintings."""
        self.revision += 1
        self._touched = region.united(self._touched)

    def draw(self, painter: QPainter, at: QPoint, exposed: QRect) -> None:
        """Draw what of the picture, placed unscaled at ``at``, lies in the small rectangle ``exposed``.

        While pixels are touched, that is under the brush, they come straight from photo and mask: this takes two thirds
        of the time of composing them first.
        """
        if self._touched is None or self._whole is None:
            painter.drawImage(at, self.image(bare=False))
            return
        across, down, _ = self._whole
        at_x, at_y = at.x(), at.y()
        box: tuple[int, int, int, int] = exposed.getRect()  # type: ignore[assignment]  # "object", say the stubs
        x, y, width, height = box
        left, top = max(0, x - at_x) // across, max(0, y - at_y) // down
        right = -(-min(self.size.width(), x + width - at_x) // across)
        bottom = -(-min(self.size.height(), y + height - at_y) // down)
        if left < right and top < bottom:
            self._draw_part(painter, Rect(left, top, right - left, bottom - top), at_x, at_y)

    def draw_new(self, painter: QPainter) -> None:
        """Draw all of it unscaled with its corner at the painter's origin, straight from photo and mask."""
        if self.bits is None:
            painter.drawImage(_ORIGIN, self.shown)
            return
        height, width = self.bits.shape
        for top in range(0, height, _BAND):
            self._draw_part(painter, Rect(0, top, width, min(_BAND, height - top)))

    def _up_to_date(self) -> QImage:
        """The composed picture."""
        if self.bits is None:
            return self.shown
        if self._composed is None:
            spare, _spare.image = _spare.image, None
            fits = spare is not None and spare.size() == self.size
            self._composed = spare if spare and fits else QImage(self.size, QImage.Format.Format_RGB32)
            self._touched = None
            self._patch_in_bands(Rect.whole((self.bits.shape[0], self.bits.shape[1])))
        elif self._touched is not None:
            region, self._touched = self._touched, None
            self._patch(region)
        return self._composed

    def _patch_in_bands(self, region: Rect) -> None:
        x, y, width, height = region
        for top in range(y, y + height, _BAND):
            self._patch(Rect(x, top, width, min(_BAND, y + height - top)))

    def _patch(self, region: Rect) -> None:
        assert self._composed is not None
        painter = QPainter(self._composed)
        target = self._draw_part(painter, region)
        painter.end()
        if self._halves[False]:
            self._patch_halves(QRect(*target))

    def _draw_part(self, painter: QPainter, region: Rect, at_x: int = 0, at_y: int = 0) -> Rect:
        """Draw photo and overlay of a region of the mask; returns the picture pixels that these are.

        In plain numbers: making and adding QPoints takes a tenth of a brush event.
        """
        bits, whole = self.bits, self._whole
        assert bits is not None
        if whole is not None:
            across, down, table = whole
            x, y, width, height = region
            colours = spread_overlay(bits[y : y + height, x : x + width], table, across, down)
            x, y = x * across, y * down
        else:
            target = self._covered_by(region)
            colours = self._colours_of(bits, target)
            x, y, _, _ = target
        rows, columns = colours.shape
        overlay = QImage(colours.data, columns, rows, 4 * columns, _PREMULTIPLIED)
        painter.drawImage(at_x + x, at_y + y, self.shown, x, y, columns, rows)  # opaque: this replaces
        painter.drawImage(at_x + x, at_y + y, overlay)
        return Rect(x, y, columns, rows)

    def _covered_by(self, region: Rect) -> Rect:
        """The picture pixels that a region of the mask covers, wholly or in part."""
        (across, down), (x, y, width, height) = self.ratio, region
        left, top = math.floor(x * across), math.floor(y * down)
        right = min(self.size.width(), math.ceil((x + width) * across))
        bottom = min(self.size.height(), math.ceil((y + height) * down))
        return Rect(left, top, right - left, bottom - top)

    def _colours_of(self, bits: Bits, target: Rect) -> Colours:
        """The colours of picture pixels: each that of the mask pixel under its centre."""
        assert self.style is not None
        (mask_height, mask_width), (width, height) = bits.shape, self.size.toTuple()
        rows = (2 * np.arange(target.y, target.y + target.height) + 1) * mask_height // (2 * height)
        columns = (2 * np.arange(target.x, target.x + target.width) + 1) * mask_width // (2 * width)
        colours: Colours = fill_table(self.style)[bits[rows[:, None], columns[None, :]]]
        return colours

    def _patch_halves(self, target: QRect) -> None:
        assert self._composed is not None
        larger = self._composed
        for smaller in self._halves[False]:
            left, top = target.x() // 2, target.y() // 2
            right, bottom = target.right() // 2 + 1, target.bottom() // 2 + 1
            target = QRect(left, top, right - left, bottom - top).intersected(smaller.rect())
            _halve(larger, smaller, target)
            larger = smaller


def _halve(larger: QImage, smaller: QImage, target: QRect) -> None:
    """Average two by two pixels into ``target`` of the smaller picture."""
    painter = QPainter(smaller)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    doubled = QRectF(target.x() * 2, target.y() * 2, target.width() * 2, target.height() * 2)
    painter.drawImage(QRectF(target), larger, doubled)
    painter.end()

"""One thumbnail: photo, mask over it, mask alone or sketch. Values in, a value out, on any thread.

Photos and sketches come from the pack of thumbnails, masks from the mask cache, as far as they are there; until then
they are decoded from the dataset's files.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Literal

import numpy as np
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter

from app.catalog.mask_cache import MaskCache
from app.catalog.stamps import settled_stamp, stamp_of
from app.catalog.thumbnails import SIDES, ThumbnailPack
from app.faces.errors import FaceDataError
from app.faces.mask import Bits
from app.faces.sample import Loaded, Modality, Photo, SampleId
from app.faces.store import SampleStore
from app.imaging.overlay import Colours, OverlayStyle
from app.imaging.resampling import sampled
from app.imaging.small_overlay import small_fill, small_outlines
from app.imaging.thumbnails import decoded, photo_thumbnail
from app.ui.canvas.layers import image_of

_INDEXED = ("photo", 128)
"""What indexing puts into the pack; whatever else is looked at is put there then."""


class Kind(Enum):
    """What a thumbnail shows. The values are kept in settings."""

    PHOTO = "photo"
    BOTH = "both"
    MASK = "mask"
    SKETCH = "sketch"


@dataclass(frozen=True, slots=True)
class Look:
    """How a thumbnail is to look: two thumbnails of one look and one state of the files are the same picture.

    ``side`` in device pixels: the picture fits into side × side. ``fill`` and ``outline`` are None where no mask is
    shown, or not that way.
    """

    kind: Kind
    side: int
    fill: OverlayStyle | None = None
    outline: OverlayStyle | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Thumbnail:
    """What came of it: a picture, or none. ``problem`` says what is wrong with the files, or with some of them.

    It is empty where the sample just has no such file.
    """

    image: QImage | None
    problem: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """Where thumbnails come from. The packs are there once a catalog is."""

    store: SampleStore
    pack: ThumbnailPack | None = None
    masks: MaskCache | None = None

    def thumbnail(self, sample: SampleId, look: Look, live: Bits | None = None) -> Thumbnail:
        """The thumbnail of a sample; ``live`` is shown instead of the mask on disk.

        What files hold raises nothing: it becomes the thumbnail's problem.
        """
        try:
            return self._thumbnail(sample, look, live)
        except (FaceDataError, OSError) as error:
            return Thumbnail(None, str(error) or type(error).__name__)

    def _thumbnail(self, sample: SampleId, look: Look, live: Bits | None) -> Thumbnail:
        if look.kind is Kind.SKETCH:
            return self._picture(sample, Modality.SKETCH, "sketch", look.side, self.store.read_sketch)
        if look.kind is Kind.MASK:
            return self._mask_alone(sample, look, live)
        base = self._picture(sample, Modality.PHOTO, "photo", look.side, self.store.read_photo)
        if base.image is None or (look.fill is None and look.outline is None):
            return base
        fine, problem = self._bits(sample, 2 * base.image.height(), 2 * base.image.width(), live)
        if fine is not None:
            lay_over(base.image, fine, look)
        return Thumbnail(base.image, problem)

    def _mask_alone(self, sample: SampleId, look: Look, live: Bits | None) -> Thumbnail:
        fine, problem = self._bits(sample, 2 * look.side, 2 * look.side, live, keep_aspect=True)
        if fine is None:
            return Thumbnail(None, problem)
        return Thumbnail(_wrapped(_overlays(fine, look)[0]).copy(), problem)

    def _picture(
        self,
        sample: SampleId,
        modality: Modality,
        kind: Literal["photo", "sketch"],
        side: int,
        read: Callable[[SampleId], Loaded[Photo]],
    ) -> Thumbnail:
        files = self.store.files(sample, modality)
        if not files:
            return Thumbnail(None)
        kept_side = next((kept for kept in SIDES if kept >= side), side)
        image: QImage | None = None
        if self.pack is not None and kept_side in SIDES:
            stamp = stamp_of(self.store.root, files)
            jpeg = self.pack.get(sample, kind, kept_side, stamp) if stamp is not None else None
            image = _decoded(jpeg) if jpeg is not None else None
        if image is None:
            try:
                stamp = settled_stamp(self.store.root, files)
                jpeg = photo_thumbnail(self.store.picture_bytes(sample, modality), kept_side)
                image = _decoded(jpeg)
                if self.pack is not None and stamp is not None and kept_side in SIDES and (kind, kept_side) != _INDEXED:
                    self.pack.put(sample, kind, kept_side, stamp, jpeg)
            except FaceDataError:
                image = None
            if image is None:
                # The store knows more kinds of files, and its messages name them.
                loaded = read(sample)
                if loaded.value is None:
                    return Thumbnail(None, _told(loaded))
                image = image_of(loaded.value)
        return Thumbnail(fitting(image, side))

    def _bits(
        self, sample: SampleId, height: int, width: int, live: Bits | None, *, keep_aspect: bool = False
    ) -> tuple[Bits | None, str]:
        """The mask sampled to a size (or into it), and what is wrong with its files."""
        sets, grid, problem = None, live, ""
        if live is None:
            files = self.store.files(sample, Modality.MASK)
            if not files:
                return None, ""
            stamp = stamp_of(self.store.root, files) if self.masks is not None else None
            kept = self.masks.get_indexed(sample, stamp) if self.masks is not None and stamp is not None else None
            if kept is not None:
                sets, grid = kept.sets, kept.index
            else:
                loaded = self.store.read_mask(sample)
                problem = _told(loaded)
                if loaded.value is None:
                    return None, problem
                grid = loaded.value.bits
        assert grid is not None
        if keep_aspect:
            size = _fitted(grid.shape[1], grid.shape[0], max(height, width))
            height, width = size.height() & ~1 or 2, size.width() & ~1 or 2
        small = sampled(grid, (height, width))
        bits: Bits = small if sets is None else np.take(sets, small)
        return bits, problem


def lay_over(picture: QImage, fine: Bits, look: Look) -> None:
    """Draw a mask over a picture of half its size."""
    painter = QPainter(picture)
    for colours in _overlays(fine, look):
        painter.drawImage(0, 0, _wrapped(colours))
    painter.end()


def _overlays(fine: Bits, look: Look) -> list[Colours]:
    """What to draw, lowest first, at half the size of ``fine``."""
    drawn = [] if look.fill is None else [small_fill(fine, look.fill)]
    if look.outline is not None:
        coarse = np.ascontiguousarray(fine[::2, ::2])
        drawn.append(small_outlines(coarse, look.outline, max(1, look.side // 192)))
    return drawn


def _wrapped(colours: Colours) -> QImage:
    """The array as a picture that shares its memory."""
    height, width = colours.shape
    return QImage(colours.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied)


def _told(loaded: Loaded) -> str:
    return loaded.problems[0].message if loaded.problems else ""


def _fitted(width: int, height: int, side: int) -> QSize:
    return QSize(width, height).scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio).expandedTo(QSize(1, 1))


def fitting(image: QImage, side: int) -> QImage:
    """The picture at the size to be shown, of a kind that is drawn without converting."""
    size = _fitted(image.width(), image.height(), side)
    if size != image.size():
        image = image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
    return image.convertToFormat(QImage.Format.Format_RGB32)


def _decoded(jpeg: bytes) -> QImage | None:
    """A thumbnail as it was kept; None where it is no picture. Qt's own decoder takes four times as long."""
    pixels = decoded(jpeg)
    if pixels is None:
        return None
    height, width = pixels.shape[:2]
    return QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_RGB32).copy()


def drawn_area(image: QImage, square: QRect) -> QRect:
    """Where a picture lies in its square: in the middle, its sides in proportion."""
    size = _fitted(image.width(), image.height(), square.width())
    corner = square.topLeft()
    return QRect(
        corner.x() + (square.width() - size.width()) // 2, corner.y() + (square.height() - size.height()) // 2,
        size.width(), size.height(),
    )  # fmt: skip

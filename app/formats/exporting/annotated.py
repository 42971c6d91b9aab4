"""A photo and its mask as annotation tools want them: of one size, the classes as objects that may overlap.

The released masks are 512² and their photos 1024², but an annotation file counts in pixels of its photo. Masks are
enlarged by nearest neighbour, from which the mask's own pixels come back exactly, or photos are made as small.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from app.faces.attributes import ATTRIBUTE_NAMES, Attributes
from app.faces.classes import FaceClass
from app.faces.errors import DamagedFileError, ExportError, FaceDataError
from app.faces.mask import Binary
from app.faces.sample import Loaded, Modality, Pose, SampleId
from app.formats.exporting.folder import Folder
from app.formats.exporting.masks import Tally, fitted, layers_of, mask_of
from app.formats.exporting.options import ExportOptions, option
from app.formats.exporting.photos import KINDS, PictureFile, photo_file, picture_file, quality_option
from app.formats.exporting.protocol import ExportItem, LeftOut, Source, Written, in_groups
from app.formats.exporting.values import texts_of, value_of
from app.imaging.resampling import sampled
from app.imaging.set_index import IndexedMask

T = TypeVar("T")

MASKS_TO_PHOTOS, PHOTOS_TO_MASKS = FITS = ("masks to photos", "photos to masks")


def fit_option() -> str:
    """The field ``fit: str``."""
    return option(  # type: ignore[no-any-return]
        MASKS_TO_PHOTOS,
        "which is brought to the size of the other: masks to photos by nearest neighbour (no pixel of theirs is lost),"
        " or photos to masks (encoded anew)",
        title="Sizes",
        choices=FITS,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotatedOptions(ExportOptions):
    """What these formats ask."""

    fit: str = fit_option()
    size: int | None = option(None, "longer side in pixels of photos and masks, instead", least=16, most=4096)
    quality: int = quality_option()


def tolerance_option(default: float) -> float:
    """The field ``tolerance: float`` of a format that writes outlines."""
    return option(  # type: ignore[no-any-return]
        default,
        "how far in pixels outlines may run from the edges of the mask's pixels: 0 keeps every pixel and makes long"
        " lists of corners",
        least=0,
        most=20,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Annotated:
    """One sample as it is written. ``photo`` and ``mask`` are of the ``shape`` (H, W); None: not there, or not wanted.

    ``own`` is the mask as the dataset has it, ``suffix`` that of the photo's file, also where that is not written.
    """

    item: ExportItem
    shape: tuple[int, int]
    photo: PictureFile | None
    mask: IndexedMask | None
    own: IndexedMask | None
    suffix: str = ".jpg"
    attributes: Attributes | None = None
    pose: Pose | None = None
    captions: tuple[str, ...] = ()

    @property
    def own_shape(self) -> tuple[int, int] | None:
        """(H, W) of the dataset's mask."""
        return None if self.own is None else (self.own.index.shape[0], self.own.index.shape[1])

    def layers(self) -> Iterator[tuple[FaceClass, Binary]]:
        """Each class that covers a pixel, and where."""
        return layers_of(self.mask) if self.mask is not None else iter(())

    def masks_resized(self) -> dict[str, int]:
        """For the report: whether this size lost pixels."""
        is_smaller = self.own_shape is not None and (
            self.shape[0] < self.own_shape[0] or self.shape[1] < self.own_shape[1]
        )
        return {"masks made smaller, which loses pixels": int(is_smaller)}


class Wishes(Protocol):
    """What the writer asks of a format's options, whatever else they are."""

    @property
    def include(self) -> frozenset[Modality]:
        """The modalities to export."""
        ...

    @property
    def fit(self) -> str:
        """One of ``FITS``."""
        ...

    @property
    def size(self) -> int | None:
        """The longer side of photos and masks."""
        ...

    @property
    def quality(self) -> int:
        """Of JPEGs."""
        ...


WriteSample = Callable[[Annotated, Folder, Tally], Any]
"""Writes one sample's files; what it gives is its row for the end of the export."""
WriteEnd = Callable[[Sequence[Any], Folder], None]
"""Writes what needs the rows of all samples, in order."""


class AnnotatedWriter:
    """Brings samples into shape for ``write_sample`` and hands all rows to ``write_end``."""

    def __init__(
        self,
        source: Source,
        items: Sequence[ExportItem],
        options: Wishes,
        holds: frozenset[Modality],
        write_sample: WriteSample,
        write_end: WriteEnd,
        *,
        kind: str = KINDS[0],
    ) -> None:
        """Raises ExportError where nothing that the format holds is to be exported."""
        self._wanted = options.include & holds
        if not self._wanted:
            names = ", ".join(sorted(modality.value for modality in holds))
            raise ExportError(f"this format holds {names}, and nothing of that is to be exported; include some")
        self._source = source
        self._items = items
        self._write_sample = write_sample
        self._write_end = write_end
        self._options = options
        self._kind = kind

    def parts(self) -> Sequence[Sequence[ExportItem]]:
        """Sixteen samples each."""
        return in_groups(self._items)

    def write(self, items: Sequence[ExportItem], folder: Folder) -> Written:
        """See ``Writer``."""
        rows: list[Any] = []
        left_out: list[LeftOut] = []
        tally = Tally()
        for item in items:
            try:
                sample, told = self._sample(item)
            except FaceDataError as error:
                left_out.append(LeftOut(item.sample, None, str(error)))
                continue
            rows.append(self._write_sample(sample, folder, tally))
            left_out += told
            tally.add(sample.masks_resized())
        return Written(rows=tuple(rows), left_out=tuple(left_out), counts=tally.counts, samples_counted=tally.samples)

    def finish(self, written: Sequence[Written], folder: Folder) -> Written:
        """See ``Writer``."""
        self._write_end([row for part in written for row in part.rows], folder)
        return Written()

    def _sample(self, item: ExportItem) -> tuple[Annotated, list[LeftOut]]:
        """Raises FaceDataError where photo or mask cannot be read: half a sample would train on nothing."""
        store = self._source.store
        told: list[LeftOut] = []
        own: IndexedMask | None = None
        if Modality.MASK in self._wanted and store.has(item.sample, Modality.MASK):
            with suppress(FileNotFoundError):
                own, told = mask_of(self._source, item.sample)
        own_shape = None if own is None else (own.index.shape[0], own.index.shape[1])
        photo = self._photo(item, own_shape) if Modality.PHOTO in self._wanted else None
        shape, suffix = (photo.shape, photo.suffix) if photo else self._described(item, own_shape)
        mask = own
        if own is not None and own_shape != shape:
            mask = IndexedMask(own.sets, sampled(own.index, shape), own.exclusive)
        attributes = self._value(item, Modality.ATTRIBUTES, store.read_attributes, told)
        pose = self._value(item, Modality.POSE, store.read_pose, told)
        captions = texts_of(store, item.sample, told) if Modality.CAPTIONS in self._wanted else None
        return Annotated(item, shape, photo, mask, own, suffix, attributes, pose, captions or ()), told

    def _described(self, item: ExportItem, own_shape: tuple[int, int] | None) -> tuple[tuple[int, int], str]:
        """Size and suffix of a photo that is not written: the annotations must fit the one that the user has."""
        try:
            file = picture_file(self._source.store.picture_bytes(item.sample, Modality.PHOTO))
            shape, suffix = file.shape, file.suffix
        except (FaceDataError, FileNotFoundError):
            if own_shape is None:
                raise DamagedFileError("it has no photo that tells a size") from None
            shape, suffix = own_shape, ".jpg"
        if own_shape is not None and self._options.fit == PHOTOS_TO_MASKS:
            shape = own_shape
        return fitted(shape, self._options.size), suffix

    def _photo(self, item: ExportItem, own_shape: tuple[int, int] | None) -> PictureFile:
        options = self._options
        size = options.size
        if size is None and options.fit == PHOTOS_TO_MASKS and own_shape is not None:
            size = max(own_shape)
        try:
            return photo_file(self._source.store, item.sample, size=size, kind=self._kind, quality=options.quality)
        except FileNotFoundError:
            raise DamagedFileError("it has no photo") from None
        except FaceDataError as error:
            raise DamagedFileError(f"its photo: {error}") from None

    def _value(
        self, item: ExportItem, modality: Modality, read: Callable[[SampleId], Loaded[T]], told: list[LeftOut]
    ) -> T | None:
        is_wanted = modality in self._wanted
        return value_of(self._source.store, item.sample, modality, read, told) if is_wanted else None


def attribute_values(attributes: Attributes) -> dict[str, int]:
    """As the released table has them: 1, -1, and 0 for what is unknown."""
    return {name: {True: 1, False: -1}.get(value, 0) for name, value in attributes.items()}  # type: ignore[arg-type]


def attribute_names(rows: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """CelebA's forty, then others that some row of a mapping ``attributes`` has."""
    return tuple(dict.fromkeys([*ATTRIBUTE_NAMES, *(name for row in rows for name in row["attributes"])]))


def hex_colour(face_class: FaceClass) -> str:
    """``#cc0000``."""
    return "#{:02x}{:02x}{:02x}".format(*face_class.colour)

"""A whole sample as containers take it: encoded pictures and plain values, whatever the dataset keeps them in.

Parquet shards, tar shards and folders with a table differ in how they pack a sample, not in what they pack. The masks
are one picture per class by default, because an index map cannot hold layers that overlap.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar

import numpy as np

from app.faces.attributes import Attributes
from app.faces.errors import ExportError, FaceDataError
from app.faces.mask import Binary
from app.faces.sample import Loaded, Modality, Pose, SampleId
from app.faces.store import SampleStore
from app.formats.exporting.masks import Flattening, Tally, layers_of, mask_of, resized
from app.formats.exporting.options import MaskOptions, option
from app.formats.exporting.photos import PictureFile, kind_option, photo_file, picture_file, quality_option
from app.formats.exporting.protocol import ExportItem, LeftOut, Source
from app.formats.exporting.values import texts_of, value_of
from app.formats.png_writing import grey_png
from app.imaging.set_index import IndexedMask

T = TypeVar("T")

HOLDS = frozenset(Modality)
MASKS = ("classes", "index", "both")
BACKGROUND = "background"
NO_COLUMN = "attributes that the first sample does not have, not written"
"""What ``without_column`` counts, in the words of the report."""
LOSSES: Mapping[Modality, str] = MappingProxyType(
    {
        Modality.CAPTIONS: "line endings, blank last lines and byte order marks; texts and blanks in them come back",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordOptions(MaskOptions):
    """What containers of whole samples ask."""

    masks: str = option(
        "classes",
        "classes: one picture per class, overlaps kept; index: one flattened map of class ids; both",
        choices=MASKS,
    )
    photo_kind: str = kind_option()
    quality: int = quality_option()


@dataclass(frozen=True, slots=True, eq=False)
class SampleRecord:
    """One sample, packed. What it lacks, or what is not exported, is None.

    ``classes`` are 8-bit grey PNG files (0 and 255) by class name; a mask without any covered pixel is one white
    ``background``, so that its size is kept. ``index_map`` is an 8-bit grey PNG file of ids.
    """

    item: ExportItem
    photo: PictureFile | None = None
    classes: Mapping[str, bytes] | None = None
    index_map: bytes | None = None
    sketch: PictureFile | None = None
    captions: tuple[str, ...] | None = None
    attributes: Attributes | None = None
    pose: Pose | None = None
    celeba_file: str | None = None


class SampleRecords:
    """Packs the samples of an export, and knows which modalities any of them has."""

    def __init__(self, source: Source, items: Sequence[ExportItem], options: RecordOptions) -> None:
        """Raises ExportError for a paint order that is none, or where nothing at all is to be exported."""
        self._source = source
        self._store = source.store
        self._options = options
        self.modalities = frozenset(
            modality for modality in options.include if any(self._store.has(item.sample, modality) for item in items)
        )
        if not options.include:
            raise ExportError("no modality is to be exported; include photos, masks or whatever is needed")
        self.has_classes = Modality.MASK in self.modalities and options.masks != "index"
        self.flattening = (
            Flattening.of_options(options, self._store)
            if Modality.MASK in self.modalities and options.masks != "classes"
            else None
        )
        self.attribute_names = attribute_names(self._store, items) if Modality.ATTRIBUTES in self.modalities else ()
        self.has_celeba_files = any(self._store.celeba_file(item.sample) is not None for item in items)

    def packed(self, items: Sequence[ExportItem], left_out: list[LeftOut], tally: Tally) -> Iterator[SampleRecord]:
        """The samples one after the other; what of them cannot be read goes to ``left_out``.

        A sample whose photo cannot be read is left out whole.
        """
        for item in items:
            try:
                photo = self._photo(item.sample)
            except (FaceDataError, FileNotFoundError) as error:
                left_out.append(LeftOut(item.sample, None, f"its photo: {error}"))
                continue
            if photo is not None:
                tally.add({"photos encoded anew": int(not photo.is_copy)})
            mask, told = self._mask(item.sample)
            left_out += told
            attributes = self._value(item.sample, Modality.ATTRIBUTES, self._store.read_attributes, left_out)
            tally.add({NO_COLUMN: without_column(attributes, self.attribute_names)})
            has_captions = Modality.CAPTIONS in self.modalities
            record = SampleRecord(
                item,
                photo=photo,
                sketch=self._sketch(item.sample, left_out),
                captions=texts_of(self._store, item.sample, left_out) if has_captions else None,
                attributes=attributes,
                pose=self._value(item.sample, Modality.POSE, self._store.read_pose, left_out),
                celeba_file=self._store.celeba_file(item.sample),
            )
            yield record if mask is None else self._with_mask(record, mask, tally)

    def facts(self, record: SampleRecord) -> dict[str, Any]:
        """What of a sample is no picture, as JSON: the same keys for all samples, null for what one of them lacks.

        Angles that are no number are null, and so are unknown attributes.
        """
        facts: dict[str, Any] = {"image_id": record.item.name}
        if Modality.CAPTIONS in self.modalities:
            facts["captions"] = None if record.captions is None else list(record.captions)
        if Modality.ATTRIBUTES in self.modalities:
            values = record.attributes
            facts["attributes"] = None if values is None else {name: values.get(name) for name in self.attribute_names}
        if Modality.POSE in self.modalities:
            facts["pose"] = None if record.pose is None else pose_json(record.pose)
        if self.has_celeba_files:
            facts["celeba_file"] = record.celeba_file
        return facts

    @property
    def mask_columns(self) -> dict[str, object]:
        """What there is of masks, for a dataset card: ``class_masks``, ``mask`` or both."""
        return {name: {} for name, has in (("class_masks", self.has_classes), ("mask", self.flattening)) if has}

    def _has(self, sample: SampleId, modality: Modality) -> bool:
        return modality in self.modalities and self._store.has(sample, modality)

    def _photo(self, sample: SampleId) -> PictureFile | None:
        if Modality.PHOTO not in self._options.include:
            return None
        chosen = self._options
        return photo_file(self._store, sample, size=chosen.size, kind=chosen.photo_kind, quality=chosen.quality)

    def _sketch(self, sample: SampleId, left_out: list[LeftOut]) -> PictureFile | None:
        if not self._has(sample, Modality.SKETCH):
            return None
        try:
            return picture_file(self._store.picture_bytes(sample, Modality.SKETCH), size=self._options.size)
        except (FaceDataError, FileNotFoundError) as error:
            left_out.append(LeftOut(sample, Modality.SKETCH, str(error)))
            return None

    def _mask(self, sample: SampleId) -> tuple[IndexedMask | None, list[LeftOut]]:
        if not self._has(sample, Modality.MASK):
            return None, []
        try:
            return mask_of(self._source, sample)
        except (FaceDataError, FileNotFoundError) as error:
            return None, [LeftOut(sample, Modality.MASK, str(error))]

    def _with_mask(self, record: SampleRecord, mask: IndexedMask, tally: Tally) -> SampleRecord:
        classes, index_map = None, None
        if self.has_classes:
            sized = resized(mask, self._options.size)
            classes = {each.name: _white(covered) for each, covered in layers_of(sized)}
            if not classes:
                classes = {BACKGROUND: _white(np.ones(sized.index.shape, np.bool_))}
        if self.flattening is not None:
            flat = self.flattening.of(mask)
            index_map = grey_png(flat.index_map)
            if not self.has_classes:
                tally.add(flat.counts)
        return dataclasses.replace(record, classes=classes, index_map=index_map)

    def _value(
        self,
        sample: SampleId,
        modality: Modality,
        read: Callable[[SampleId], Loaded[T]],
        left_out: list[LeftOut],
    ) -> T | None:
        return value_of(self._store, sample, modality, read, left_out) if modality in self.modalities else None


def pose_json(pose: Pose) -> dict[str, float | None]:
    """The angles by name."""
    angles = {"yaw": pose.yaw, "pitch": pose.pitch, "roll": pose.roll}
    return {name: angle if math.isfinite(angle) else None for name, angle in angles.items()}


def attribute_names(store: SampleStore, items: Sequence[ExportItem]) -> tuple[str, ...]:
    """The columns of the first sample that has attributes; those of a table are the same for all.

    ``without_column`` counts what other samples have beyond them.
    """
    for item in items:
        if store.has(item.sample, Modality.ATTRIBUTES):
            attributes = store.read_attributes(item.sample).value
            if attributes is not None:
                return attributes.names
    return ()


def without_column(attributes: Attributes | None, columns: Sequence[str]) -> int:
    """How many attributes with a value are none of the columns."""
    if attributes is None or attributes.names == columns:
        return 0
    return sum(value is not None and name not in columns for name, value in attributes.items())


def _white(covered: Binary) -> bytes:
    return grey_png(covered.astype(np.uint8) * np.uint8(255))

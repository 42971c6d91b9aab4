"""Masks on their way out: flattened under a class table and paint order, in any size, and what that loses.

Everything is worked out on the few class sets of a mask; pixels are looked up once, by their set.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from app.faces.classes import (
    CLASS_BY_NAME,
    CLASSES,
    LAYER_CLASSES,
    SCHEME_BY_NAME,
    ClassScheme,
    FaceClass,
    PaintOrder,
)
from app.faces.errors import DamagedFileError, ExportError
from app.faces.mask import Binary, IndexMap, flatten_table
from app.faces.sample import Modality, SampleId
from app.faces.store import SampleStore
from app.formats.exporting.class_tables import ClassTable
from app.formats.exporting.options import MaskOptions
from app.formats.exporting.protocol import LeftOut, Source
from app.formats.files import shown
from app.imaging.cv import cv2
from app.imaging.resampling import sampled
from app.imaging.set_index import ClassSets, IndexedMask, SetIndex

_BYTE = 1 << 8
_EXACT_COUNT = 1 << 24
"""OpenCV counts in 32-bit floats, which are exact up to here."""


def fitted(shape: tuple[int, int], size: int | None) -> tuple[int, int]:
    """(H, W) with the longer side ``size`` and the proportions kept; the shape itself for None."""
    longer = max(shape)
    if size is None or longer == size:
        return shape
    height, width = (max(1, round(side * size / longer)) for side in shape)
    return height, width


def resized(mask: IndexedMask, size: int | None) -> IndexedMask:
    """The mask with its longer side ``size``: nearest neighbour, by the middle of each new pixel."""
    shape = (mask.index.shape[0], mask.index.shape[1])
    if fitted(shape, size) == shape:
        return mask
    return IndexedMask(mask.sets, sampled(mask.index, fitted(shape, size)), mask.exclusive)


def present(mask: IndexedMask) -> int:
    """The bit set of the classes that cover a pixel."""
    return int(np.bitwise_or.reduce(mask.sets[counts_of(mask) > 0], initial=0))


def layers_of(mask: IndexedMask) -> Iterator[tuple[FaceClass, Binary]]:
    """Each class that covers a pixel, in id order, with its bool (H, W): layers may overlap, background is none."""
    covering = present(mask)
    for face_class in LAYER_CLASSES:
        if covering & face_class.bit:
            chosen = (mask.sets & np.uint32(face_class.bit)) != 0
            yield face_class, looked_up(chosen.astype(np.uint8), mask.index).view(np.bool_)


def looked_up(values: IndexMap, index: SetIndex) -> IndexMap:
    """(H, W) uint8: ``values`` (k,) uint8, one for each class set, at each pixel's set."""
    if index.dtype == np.uint8 and index.size:
        table = np.zeros(_BYTE, np.uint8)
        table[: len(values)] = values
        return cv2.LUT(index, table).astype(np.uint8, copy=False)
    return np.take(values, index)


def counts_of(mask: IndexedMask) -> npt.NDArray[np.int64]:
    """(k,): how many pixels have each class set."""
    count = len(mask.sets)
    if mask.index.dtype == np.uint8 and 0 < mask.index.size <= _EXACT_COUNT:
        return cv2.calcHist([mask.index], [0], None, [_BYTE], [0, _BYTE]).ravel()[:count].astype(np.int64)
    return np.bincount(mask.index.ravel(), minlength=count)


@dataclass(frozen=True, slots=True, eq=False)
class Flattened:
    """An index map (H, W) uint8 of a class table's values, and what is not in it.

    ``hidden``: pixels of a class under another (over, under) that is written there instead; ``left_out``: pixels of
    classes that the table has no value for. Both count the mask's own pixels, before any change of size.
    """

    index_map: IndexMap
    hidden: Mapping[tuple[FaceClass, FaceClass], int]
    left_out: Mapping[FaceClass, int]
    table: str

    @property
    def counts(self) -> dict[str, int]:
        """The losses in the words of the report, for ``Tally.add``."""
        words = {
            f"pixels of {under.title.lower()} under {over.title.lower()}, lost by flattening": count
            for (over, under), count in self.hidden.items()
        }
        for face_class, count in self.left_out.items():
            words[
                f"pixels of {face_class.title.lower()}, which {self.table} has no class for, written as background"
            ] = count
        return words


class Flattening:
    """How an export flattens its masks; made once, used for every sample."""

    def __init__(self, table: ClassTable, paint_order: PaintOrder, size: int | None = None) -> None:
        """``size``: the longer side of the index maps in pixels; None leaves each as large as it is."""
        self.table = table
        self.paint_order = paint_order
        self.size = size
        self._values = table.values
        self._on_top = flatten_table(paint_order)
        is_written = self._values != table.background
        # A layer hidden by another of the same value is not lost: both lips are "lip".
        self._loses = is_written & (self._values[:, None] != self._values)
        self._left_out = 1 + np.flatnonzero(~is_written[1:])

    @classmethod
    def of_options(cls, options: MaskOptions, store: SampleStore, table: ClassTable | None = None) -> Flattening:
        """What the options ask for; ``table`` takes the place of the scheme's ids where a format reduces the classes.

        Raises ExportError for an unknown scheme or a paint order that is none.
        """
        scheme = scheme_of(options.scheme)
        order = paint_order_of(options.paint_order, scheme, store.paint_order)
        return cls(table or ClassTable.of_scheme(scheme), order, options.size)

    def of(self, mask: IndexedMask) -> Flattened:
        """The mask as an index map, with the counts of what flattening loses."""
        on_top = self._on_top[mask.sets]
        index_map = looked_up(self._values[on_top], mask.index)
        shape = (index_map.shape[0], index_map.shape[1])
        if fitted(shape, self.size) != shape:
            index_map = sampled(index_map, fitted(shape, self.size))
        hidden, left_out = self._losses(mask, on_top)
        return Flattened(index_map, hidden, left_out, self.table.name)

    def _losses(
        self, mask: IndexedMask, on_top: IndexMap
    ) -> tuple[dict[tuple[FaceClass, FaceClass], int], dict[FaceClass, int]]:
        if not len(self._left_out) and not np.any(mask.sets & (mask.sets - np.uint32(1))):
            return {}, {}
        seen = _pairs(mask.sets, on_top, counts_of(mask))
        lost = np.where(self._loses, seen, 0)
        hidden = {(CLASSES[o], CLASSES[u]): int(lost[o, u]) for o, u in np.argwhere(lost).tolist()}
        areas = seen.sum(axis=0)
        return hidden, {CLASSES[u]: int(areas[u]) for u in self._left_out.tolist() if areas[u]}


def _pairs(sets: ClassSets, on_top: IndexMap, counts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """(19, 19): pixels where the row's class is on top and the column's class is anywhere, itself included."""
    members = np.zeros((len(sets), len(CLASSES)), np.int64)
    members[:, 1:] = (sets[:, None] >> np.arange(len(LAYER_CLASSES), dtype=np.uint32)) & np.uint32(1)
    members *= counts[:, None]
    pairs = np.zeros((len(CLASSES), len(CLASSES)), np.int64)
    np.add.at(pairs, on_top, members)
    return pairs


@dataclass(slots=True)
class Tally:
    """Figures of the samples of one part, as ``Written.counts`` and ``Written.samples_counted`` want them."""

    counts: Counter[str] = field(default_factory=Counter)
    samples: Counter[str] = field(default_factory=Counter)

    def add(self, counts: Mapping[str, int]) -> None:
        """Count one sample's figures; those of 0 are not worth telling."""
        for what, count in counts.items():
            if count:
                self.counts[what] += count
                self.samples[what] += 1


def mask_of(source: Source, sample: SampleId) -> tuple[IndexedMask, list[LeftOut]]:
    """The sample's mask, and what of its files could not be read or had to be guessed.

    Raises FileNotFoundError where it has none, DamagedFileError where nothing of it can be read.
    """
    loaded = source.mask(sample)
    told = [LeftOut(sample, Modality.MASK, problem.message) for problem in loaded.problems]
    if loaded.value is None and told:
        raise DamagedFileError("; ".join(each.why for each in told))
    if loaded.value is None:
        raise FileNotFoundError("it has no mask")
    return loaded.value, told


def scheme_of(name: str) -> ClassScheme:
    """The scheme of that name. Raises ExportError naming those there are."""
    if name not in SCHEME_BY_NAME:
        raise ExportError(f"there is no scheme {shown(name)}; there are {', '.join(SCHEME_BY_NAME)}")
    return SCHEME_BY_NAME[name]


def paint_order_of(text: str, scheme: ClassScheme, dataset: PaintOrder) -> PaintOrder:
    """ "scheme", "dataset", or all eighteen class names from the bottom to the top, by commas or spaces.

    Raises ExportError saying which names are missing, repeated or unknown.
    """
    if text == "scheme":
        return scheme.paint_order
    if text == "dataset":
        return dataset
    names = text.replace(",", " ").split()
    known = {c.name for c in LAYER_CLASSES}
    if unknown := [name for name in names if name not in known]:
        raise ExportError(
            f"the paint order has {shown(', '.join(unknown))}: it is scheme, dataset or the names of the classes"
            " from the bottom to the top"
        )
    if missing := [c.name for c in LAYER_CLASSES if c.name not in names]:
        raise ExportError(f"the paint order lacks {', '.join(missing)}; name every class, from the bottom to the top")
    if len(names) > len(known):
        twice = next(name for name in names if names.count(name) > 1)
        raise ExportError(f"the paint order has {twice} twice; name every class once, from the bottom to the top")
    return tuple(CLASS_BY_NAME[name].id for name in names)

"""What a mask says about a sample once its pixels were read: the figures that searching and sorting work on.

All of them come from one pass: every pixel is replaced by the number of its class set (a picture has a few dozen), two
histograms over rows and columns are taken, and the eighteen classes are sums over the sets that hold them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from app.faces.classes import ALL_BITS, LAYER_CLASSES, OFFICIAL_PAINT_ORDER, PaintOrder
from app.faces.mask import MaskLayers, flatten_table
from app.imaging.set_index import ClassSets, SetIndex, indexed

LAYERS = len(LAYER_CLASSES)
_LARGEST_SIDE = np.iinfo(np.uint16).max
_BITS = np.array([c.bit for c in LAYER_CLASSES], np.uint32)

FIGURES: Mapping[str, tuple[tuple[int, ...], np.dtype[Any]]] = MappingProxyType(
    {
        "size": ((2,), np.dtype("<u4")),
        "areas": ((LAYERS,), np.dtype("<u4")),
        "seen": ((LAYERS + 1,), np.dtype("<u4")),
        "boxes": ((LAYERS, 4), np.dtype("<u2")),
        "centroids": ((LAYERS, 2), np.dtype("<f4")),
    }
)
"""The arrays of ``Contents`` by name: shape and dtype, as they are kept."""


@dataclass(frozen=True, slots=True, eq=False)
class Contents:
    """The figures of one mask. Classes stand at ``official id − 1``, except in ``seen``.

    ``present`` is the bit set of classes with a pixel; ``size`` (2,) uint32 is height and width. ``areas`` (18,) uint32
    counts the pixels of the layers as they are stored; ``seen`` (19,) uint32, by official id with the background at 0,
    what is on top after flattening in the dataset's paint order. ``boxes`` (18, 4) uint16 are x, y, width, height of
    the layers, zeros where a class is absent; ``centroids`` (18, 2) float32 are x, y in 0…1 of the picture, NaN where
    it is absent. ``problem`` says why a mask could not be read; its figures are zeros.
    """

    present: int
    size: npt.NDArray[np.uint32]
    areas: npt.NDArray[np.uint32]
    seen: npt.NDArray[np.uint32]
    boxes: npt.NDArray[np.uint16]
    centroids: npt.NDArray[np.float32]
    problem: str | None = None

    @classmethod
    def unreadable(cls, problem: str) -> Contents:
        """What is known about a mask that cannot be read: why."""
        figures = {name: np.zeros(shape, dtype) for name, (shape, dtype) in FIGURES.items()}
        figures["centroids"][:] = np.nan
        return cls(0, problem=problem, **figures)


def contents_of(mask: MaskLayers, paint_order: PaintOrder = OFFICIAL_PAINT_ORDER) -> Contents:
    """The figures of a mask, counted in one pass over its pixels."""
    return contents_of_sets(*indexed(mask.bits), paint_order)


def contents_of_sets(sets: ClassSets, index: SetIndex, paint_order: PaintOrder = OFFICIAL_PAINT_ORDER) -> Contents:
    """The figures of a mask given as its class sets and an index into them, as the mask cache keeps it.

    Sets may be listed that no pixel has.
    """
    height, width = index.shape
    count = len(sets)
    if not index.size:
        return Contents.unreadable("the mask has no pixels")
    wide = index.astype(np.intp)
    rows = np.bincount((wide + np.arange(0, height * count, count)[:, None]).ravel(), minlength=height * count)
    columns = np.bincount((wide + np.arange(0, width * count, count)).ravel(), minlength=width * count)
    per_row, per_column = rows.reshape(height, count), columns.reshape(width, count)
    pixels = per_row.sum(axis=0)
    holds = (sets[:, None] & _BITS) != 0
    areas = pixels @ holds
    flat = np.take(flatten_table(paint_order), sets)
    by_row, by_column = per_row @ holds, per_column @ holds
    boxes = np.zeros((LAYERS, 4), np.uint16)
    centroids = np.full((LAYERS, 2), np.nan, np.float32)
    for axis, profile in enumerate((by_column, by_row)):
        length = len(profile)
        is_there = profile > 0
        first = is_there.argmax(axis=0)
        last = length - 1 - is_there[::-1].argmax(axis=0)
        found = np.where(areas > 0, [first, last - first + 1], 0)
        boxes[:, [axis, axis + 2]] = np.minimum(found, _LARGEST_SIDE).T
        middles = (np.arange(length) + 0.5) / length
        np.divide(middles @ profile, areas, out=centroids[:, axis], where=areas > 0, casting="same_kind")
    return Contents(
        present=int(np.bitwise_or.reduce(sets[pixels > 0], initial=0)) & ALL_BITS,
        size=np.array([height, width], np.uint32),
        areas=areas.astype(np.uint32),
        seen=np.bincount(flat, weights=pixels, minlength=LAYERS + 1).astype(np.uint32),
        boxes=boxes,
        centroids=centroids,
    )

"""Masks as sets of classes per pixel, and the one way to flatten them.

The released masks are one binary picture per class, and the classes overlap (skin runs under eyes, brows and hair),
so an index map cannot hold them. Here a pixel is a bit set; what the eye, an index-map file or a statistic sees is
``flatten(bits, table)``, a table look-up. Paint order, hidden classes and solo are only tables; changing them touches
no pixel.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from app.faces.classes import (
    ALL_BITS,
    CLASS_BY_NAME,
    LAYER_CLASSES,
    OFFICIAL_PAINT_ORDER,
    OFFICIAL_SCHEME,
    ClassScheme,
    PaintOrder,
    bits_of,
)
from app.faces.errors import InvalidEditError

Bits = npt.NDArray[np.uint32]
Binary = npt.NDArray[np.bool_]
IndexMap = npt.NDArray[np.uint8]

SET_COUNT = ALL_BITS + 1
"""How many sets of the 18 classes there are: the length of every look-up table over bits."""


def paint_table(
    values: Mapping[int, int], paint_order: PaintOrder, dtype: npt.DTypeLike, empty: int = 0
) -> npt.NDArray:  # type: ignore[type-arg]
    """A (2**18,) table: class set → the value of its topmost class that has one, else ``empty``.

    ``values`` maps official class ids to table values; classes without an entry are looked through (hidden).
    Built in the paint order from the bottom up, by comparing against a reshaped view: 18 vectorised writes.
    """
    table = np.full(SET_COUNT, empty, dtype=dtype)
    for class_id in paint_order:
        if class_id in values:
            bit = 1 << (class_id - 1)
            table.reshape(-1, 2, bit)[:, 1, :] = values[class_id]
    return table


@lru_cache(maxsize=32)
def flatten_table(paint_order: PaintOrder = OFFICIAL_PAINT_ORDER, visible: int = ALL_BITS) -> IndexMap:
    """The read-only (2**18,) uint8 table from class set to the official id of the topmost visible class (0: none)."""
    ids = {c.id: c.id for c in LAYER_CLASSES if visible & c.bit}
    table: IndexMap = paint_table(ids, paint_order, np.uint8)
    table.setflags(write=False)
    return table


def flatten(bits: Bits, paint_order: PaintOrder = OFFICIAL_PAINT_ORDER, visible: int = ALL_BITS) -> IndexMap:
    """What is on top: an array shaped like ``bits`` of official class ids, 0 where no visible class is."""
    flat: IndexMap = np.take(flatten_table(paint_order, visible), bits)
    return flat


@dataclass(frozen=True, slots=True, eq=False)
class MaskLayers:
    """All layers of one sample: ``bits`` (H, W) uint32, bit *k−1* set where class *k* (1…18) covers the pixel.

    ``exclusive`` layers come from index maps and keep at most one bit per pixel. The array belongs to the value: only
    the document's strokes and edits write it, everybody else reads.
    """

    bits: Bits
    exclusive: bool = False

    def __post_init__(self) -> None:
        if self.bits.dtype != np.uint32 or self.bits.ndim != 2:
            raise ValueError(f"mask bits must be uint32 (H, W), not {self.bits.dtype} {self.bits.shape}")

    @property
    def shape(self) -> tuple[int, int]:
        """(H, W)."""
        return self.bits.shape[0], self.bits.shape[1]

    @classmethod
    def empty(cls, shape: tuple[int, int], *, exclusive: bool = False) -> MaskLayers:
        """Layers of the shape (H, W) with no class anywhere."""
        return cls(np.zeros(shape, np.uint32), exclusive)

    @classmethod
    def from_binaries(cls, layers: Mapping[str, Binary], shape: tuple[int, int] | None = None) -> MaskLayers:
        """Overlapping layers from binary pictures keyed by class name; a ``background`` entry is ignored.

        Raises InvalidEditError when the pictures differ in size or there is none and no ``shape``.
        """
        for name, layer in layers.items():
            shape = shape or (layer.shape[0], layer.shape[1])
            if layer.shape != shape:
                raise InvalidEditError(
                    f"layer {name} is {layer.shape[1]}×{layer.shape[0]}, the others {shape[1]}×{shape[0]}"
                )
        if shape is None:
            raise InvalidEditError("no layer and no size given: cannot tell how large the mask is")
        bits = np.zeros(shape, np.uint32)
        for name, layer in layers.items():
            bits |= layer.astype(np.uint32) * np.uint32(CLASS_BY_NAME[name].bit)
        return cls(bits)

    @classmethod
    def from_index_map(cls, index_map: IndexMap, scheme: ClassScheme = OFFICIAL_SCHEME) -> MaskLayers:
        """Exclusive layers from an index map of ids under ``scheme``. Raises InvalidEditError on a foreign value."""
        foreign = foreign_values(index_map, scheme)
        if foreign:
            raise InvalidEditError(f"values {list(foreign)} are no class of the scheme {scheme.name}")
        table = np.zeros(256, np.uint32)
        for value, name in enumerate(scheme.order):
            table[value] = CLASS_BY_NAME[name].bit
        return cls(np.take(table, index_map), exclusive=True)

    def to_index_map(self, scheme: ClassScheme = OFFICIAL_SCHEME, paint_order: PaintOrder | None = None) -> IndexMap:
        """The flattening as ids of ``scheme`` (H, W) uint8. A class the scheme lacks becomes its background."""
        background = scheme.value_of("background") or 0
        ids = np.full(len(LAYER_CLASSES) + 1, background, np.uint8)
        for value, name in enumerate(scheme.order):
            ids[CLASS_BY_NAME[name].id] = value
        index_map: IndexMap = np.take(ids, flatten(self.bits, paint_order or scheme.paint_order))
        return index_map

    def layer(self, class_name: str) -> Binary:
        """A new bool (H, W) array: where the class is. For background: where no class is."""
        bit = CLASS_BY_NAME[class_name].bit
        covered: Binary = (self.bits & np.uint32(bit)) != 0 if bit else self.bits == 0
        return covered

    def areas(self) -> dict[str, int]:
        """Pixels of each of the 19 classes as layers (overlap counts twice); background is what none covers."""
        counts = np.bincount(self.bits.ravel(), minlength=1)
        sets = np.flatnonzero(counts)
        counts = counts[sets]
        areas = {"background": int(counts[sets == 0].sum())}
        areas.update({c.name: int(counts[(sets & c.bit) != 0].sum()) for c in LAYER_CLASSES})
        return areas

    def flattened_areas(self, paint_order: PaintOrder = OFFICIAL_PAINT_ORDER) -> dict[str, int]:
        """Pixels of each of the 19 classes as seen after flattening; they add up to the picture."""
        counts = np.bincount(flatten(self.bits, paint_order).ravel(), minlength=len(LAYER_CLASSES) + 1)
        return {name: int(counts[c.id]) for name, c in CLASS_BY_NAME.items()}

    @property
    def present(self) -> int:
        """The bit set of classes with at least one pixel."""
        return int(np.bitwise_or.reduce(self.bits, axis=None)) if self.bits.size else 0

    def copy(self) -> MaskLayers:
        """The same layers in an array of their own."""
        return MaskLayers(self.bits.copy(), self.exclusive)

    def equals(self, other: MaskLayers) -> bool:
        """Whether every pixel has the same class set."""
        return self.shape == other.shape and bool(np.array_equal(self.bits, other.bits))


def foreign_values(index_map: IndexMap, scheme: ClassScheme) -> tuple[int, ...]:
    """The values in an index map that name no class of the scheme, ascending."""
    values = np.flatnonzero(np.bincount(index_map.ravel(), minlength=1))
    return tuple(int(v) for v in values if v >= len(scheme.order))


def over(face_class_id: int, paint_order: PaintOrder = OFFICIAL_PAINT_ORDER) -> int:
    """The bit set of the classes painted *over* a class: what hides it where both are."""
    if face_class_id == 0:
        return ALL_BITS
    above = paint_order[paint_order.index(face_class_id) + 1 :]
    return bits_of(*(LAYER_CLASSES[i - 1].name for i in above))

"""One connected piece of a class, and what a person does with it: move it, call it something else, swap sides.

Every function here makes the bits that are *wanted*; what may become of them (locks, editable area, range, exclusive
data) is the gate's business (``compose.admitted``). In overlapping masks a piece is a piece of the class's layer, also
where other classes lie over it; what it leaves shows what was beneath. Exclusive masks know nothing beneath, so what
a piece leaves goes to the class that borders it most.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.faces.classes import ALL_BITS, CLASSES, LAYER_CLASSES, FaceClass, PaintOrder
from app.faces.mask import Binary, Bits, flatten_table
from app.imaging.cv import cv2
from app.imaging.footprint import Coverage
from app.imaging.raster import Rect

PAIRS: tuple[tuple[FaceClass, FaceClass], ...] = tuple(
    (c, c.partner) for c in LAYER_CLASSES if c.partner is not None and c.id < c.partner.id
)
"""The classes that come as left and right: eyes, brows, ears."""

_EIGHT_WAYS = 8
_RING = np.ones((3, 3), np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class Component:
    """A connected piece of ``face_class`` (official id; 0: where no class is): ``covered`` bool in ``region``."""

    face_class: int
    region: Rect
    covered: Coverage

    @property
    def area(self) -> int:
        """Pixels."""
        return int(np.count_nonzero(self.covered))

    def spread(self, shape: tuple[int, int], dx: int = 0, dy: int = 0) -> Coverage:
        """(H, W) bool: where it is, moved by (dx, dy) pixels; what that takes out of the picture is cut off."""
        whole = np.zeros(shape, np.bool_)
        wanted = Rect(self.region.x + dx, self.region.y + dy, self.region.width, self.region.height)
        inside = wanted.clipped(shape)
        if not inside.is_empty:
            left, top = inside.x - wanted.x, inside.y - wanted.y
            whole[inside.slices] = self.covered[top : top + inside.height, left : left + inside.width]
        return whole


def topmost_at(bits: Bits, x: int, y: int, paint_order: PaintOrder, visible: int = ALL_BITS) -> int | None:
    """The official id of the class seen at a pixel, 0 where none is; None outside the picture."""
    if not (0 <= y < bits.shape[0] and 0 <= x < bits.shape[1]):
        return None
    return int(flatten_table(paint_order, visible)[bits[y, x]])


def component_at(bits: Bits, x: int, y: int, face_class: int) -> Component | None:
    """The piece of a class's layer that pixel (x, y) belongs to; None where the class is not.

    Pixels that touch at a corner hang together.
    """
    layer = _layer(bits, face_class)
    if not (0 <= y < bits.shape[0] and 0 <= x < bits.shape[1]) or not layer[y, x]:
        return None
    found = np.zeros((bits.shape[0] + 2, bits.shape[1] + 2), np.uint8)
    flags = _EIGHT_WAYS | cv2.FLOODFILL_MASK_ONLY | (1 << 8)
    *_, (left, top, width, height) = cv2.floodFill(layer, found, (x, y), 1, flags=flags)
    region = Rect(left, top, width, height)
    return Component(face_class, region, found[1:-1, 1:-1][region.slices].astype(np.bool_))


def moved(bits: Bits, piece: Component, dx: int, dy: int, *, exclusive: bool = False) -> Bits:
    """New bits (H, W) with the piece (dx, dy) pixels further; where it was shows what was beneath."""
    there = piece.spread((bits.shape[0], bits.shape[1]), dx, dy)
    return _put(_lifted(bits, piece, exclusive=exclusive), there, piece.face_class, exclusive=exclusive)


def relabelled(bits: Bits, piece: Component, face_class: int, *, exclusive: bool = False) -> Bits:
    """New bits (H, W) with the piece belonging to another class (0: to none of its own any more)."""
    here = piece.spread((bits.shape[0], bits.shape[1]))
    without = bits & ~np.where(here, np.uint32(CLASSES[piece.face_class].bit), np.uint32(0))
    return _put(without, here, face_class, exclusive=exclusive)


def swapped(bits: Bits, pairs: Iterable[tuple[FaceClass, FaceClass]] = PAIRS) -> Bits:
    """New bits (H, W) in which the two classes of each pair have changed places."""
    wanted = bits.copy()
    for one, other in pairs:
        both = np.uint32(one.bit | other.bit)
        differ = (((bits >> np.uint32(one.id - 1)) ^ (bits >> np.uint32(other.id - 1))) & np.uint32(1)).astype(np.bool_)
        wanted ^= np.where(differ, both, np.uint32(0))
    return wanted


def replaced(bits: Bits, face_class: int, covered: Binary, *, exclusive: bool = False) -> Bits:
    """New bits (H, W) in which a class covers exactly ``covered`` (H, W); the other layers stay where they can."""
    bit = np.uint32(CLASSES[face_class].bit)
    return _put(bits & ~bit, covered, face_class, exclusive=exclusive)


def _layer(bits: Bits, face_class: int) -> npt.NDArray[np.uint8]:
    bit = CLASSES[face_class].bit
    covered: Binary = (bits & np.uint32(bit)) != 0 if bit else bits == 0
    return covered.view(np.uint8)


def _lifted(bits: Bits, piece: Component, *, exclusive: bool) -> Bits:
    """The bits as if the piece were not there."""
    here = piece.spread((bits.shape[0], bits.shape[1]))
    left = bits & ~np.where(here, np.uint32(CLASSES[piece.face_class].bit), np.uint32(0))
    if exclusive:
        around = cv2.dilate(here.view(np.uint8), _RING).view(np.bool_) & ~here
        left[here] = _commonest(bits[around])
    return left


def _commonest(sets: npt.NDArray[np.uint32]) -> np.uint32:
    values, counts = np.unique(sets, return_counts=True)
    return np.uint32(values[int(np.argmax(counts))]) if values.size else np.uint32(0)


def _put(bits: Bits, covered: Binary, face_class: int, *, exclusive: bool) -> Bits:
    bit = np.uint32(CLASSES[face_class].bit)
    if exclusive:
        return np.where(covered, bit, bits)
    return np.where(covered, bits | bit, bits)

"""What flattening loses: where classes overlap, only the topmost of them reaches an index map.

The loss depends on the paint order and on nothing else, so it can be counted for any order without touching the mask.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.faces.classes import ALL_BITS, CLASSES, LAYER_CLASSES, OFFICIAL_PAINT_ORDER, PaintOrder
from app.faces.mask import Binary, Bits, flatten_table

_BITS = np.array([face_class.bit for face_class in CLASSES], np.uint32)


@dataclass(frozen=True, slots=True)
class Loss:
    """On ``pixels`` pixels the class ``seen`` lies on top and the class ``lost`` (official ids) is somewhere below."""

    seen: int
    lost: int
    pixels: int


@dataclass(frozen=True, slots=True)
class Overlaps:
    """``losses`` has the pairs with a pixel, the largest first; ``pixels`` have more than one class, ``covered`` any.

    A pixel with three classes counts in two pairs, and once in ``pixels``.
    """

    losses: tuple[Loss, ...]
    pixels: int
    covered: int


def overlaps(bits: Bits, paint_order: PaintOrder = OFFICIAL_PAINT_ORDER) -> Overlaps:
    """What flattening ``bits`` (H, W) in this order loses."""
    counts = np.bincount(bits.ravel())
    sets = np.flatnonzero(counts).astype(np.uint32)
    counts = counts[sets]
    top = flatten_table(paint_order)[sets]
    losses = []
    for face_class in LAYER_CLASSES:
        is_lost = (sets & np.uint32(face_class.bit) != 0) & (top != face_class.id)
        pixels = np.bincount(top[is_lost], weights=counts[is_lost])
        losses += [Loss(int(seen), face_class.id, int(pixels[seen])) for seen in np.flatnonzero(pixels)]
    losses.sort(key=lambda loss: (-loss.pixels, loss.seen, loss.lost))
    return Overlaps(tuple(losses), int(counts[is_pile(sets)].sum()), int(counts[sets != 0].sum()))


def is_pile(bits: Bits) -> Binary:
    """Where more than one class is; any shape."""
    several: Binary = bits & (bits - 1) != 0  # of no class at all 0 - 1 wraps around, and nothing remains either
    return several


def loses(bits: Bits, lost: int = ALL_BITS, *, seen: int | None = None, paint_order: PaintOrder) -> Binary:
    """Where flattening loses a class of the bit set ``lost``; with ``seen`` (official id) only where that one hides it.

    Works on any part of a mask.
    """
    top = flatten_table(paint_order)[bits]
    found: Binary = bits & ~_BITS[top] & np.uint32(lost) != 0
    return found if seen is None else found & (top == seen)


def restacked(bits: Bits, one: PaintOrder, other: PaintOrder) -> Binary:
    """Where two paint orders show different classes; any shape."""
    differs: Binary = flatten_table(one)[bits] != flatten_table(other)[bits]
    return differs

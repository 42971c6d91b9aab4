"""The gate: the only code that writes mask bits.

What a stroke, an edit or an import may do to a pixel is a look-up table from the class set before to the class set
after, made once per operation. So every rule (what happens to other classes, locks, hidden classes, exclusive data,
the background) is one line here, holds for every tool, and costs the same. A locked class's bit is the same on both
sides of every table.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from app.faces.classes import ALL_BITS, CLASSES, OFFICIAL_PAINT_ORDER, PaintOrder
from app.faces.mask import SET_COUNT, Bits, over, paint_table
from app.imaging.footprint import Coverage


class Others(Enum):
    """What painting a class does to the other classes at the pixel."""

    SHOW = "show it"
    """Set the class, clear the unlocked classes painted over it, leave those beneath: the default."""
    OVERWRITE_ALL = "overwrite all"
    OVERWRITE_VISIBLE = "overwrite visible"
    BEHIND = "draw behind"
    """Set the class only where no visible class is."""
    OVERLAP = "allow overlap"


class Erase(Enum):
    """What erasing takes away."""

    TOPMOST = "topmost visible class"
    THIS_CLASS = "this class"
    ALL = "all unlocked classes"


@dataclass(frozen=True, slots=True)
class Operation:
    """Paint ``face_class`` (official id; 0 clears to background), or erase when ``erase`` is set.

    ``locked`` and ``visible`` are bit sets. ``background_locked`` forbids new bits where there are none. ``exclusive``
    layers keep at most one bit per pixel whatever ``others`` says.
    """

    face_class: int
    erase: Erase | None = None
    others: Others = Others.SHOW
    locked: int = 0
    background_locked: bool = False
    visible: int = ALL_BITS
    exclusive: bool = False
    paint_order: PaintOrder = OFFICIAL_PAINT_ORDER

    @property
    def label(self) -> str:
        """The verb for menus: ``brush l_brow``, ``erase``."""
        name = CLASSES[self.face_class].name
        if self.erase is None:
            return f"brush {name}"
        return f"erase {name}" if self.erase is Erase.THIS_CLASS else "erase"


@lru_cache(maxsize=64)
def transition(operation: Operation) -> npt.NDArray[np.uint32]:
    """The read-only (2**18,) uint32 table: class set before → class set after the operation covered the pixel."""
    before = np.arange(SET_COUNT, dtype=np.uint32)
    after = _erased(before, operation) if operation.erase else _painted(before, operation)
    if operation.background_locked:
        after = np.where(before == 0, before, after)
    table = np.ascontiguousarray(after, np.uint32)
    table.setflags(write=False)
    return table


def _painted(before: Bits, operation: Operation) -> Bits:
    bit = CLASSES[operation.face_class].bit
    locked = operation.locked
    if bit == 0:
        return before & np.uint32(locked)
    if bit & locked:
        return before
    if operation.others is Others.BEHIND:
        hidden_under = (before if operation.exclusive else before & np.uint32(operation.visible)) != 0
        return np.where(hidden_under, before, before | np.uint32(bit))
    if operation.exclusive:
        kept = before & np.uint32(locked)
        if operation.others is Others.OVERWRITE_VISIBLE:
            kept |= before & np.uint32(~operation.visible & ALL_BITS & ~bit)
        return np.where(kept != 0, before, np.uint32(bit))
    cleared = {
        Others.SHOW: over(operation.face_class, operation.paint_order),
        Others.OVERWRITE_ALL: ALL_BITS,
        Others.OVERWRITE_VISIBLE: operation.visible,
        Others.OVERLAP: 0,
    }[operation.others]
    return (before & np.uint32(~(cleared & ~locked) & ALL_BITS)) | np.uint32(bit)


def _erased(before: Bits, operation: Operation) -> Bits:
    unlocked = ALL_BITS & ~operation.locked
    if operation.erase is Erase.ALL:
        return before & np.uint32(operation.locked)
    if operation.erase is Erase.THIS_CLASS:
        return before & np.uint32(~(CLASSES[operation.face_class].bit & unlocked) & ALL_BITS)
    visible = {c.id: c.bit for c in CLASSES if c.bit & operation.visible}
    topmost = paint_table(visible, operation.paint_order, np.uint32)
    return before & ~(topmost & np.uint32(unlocked))


@lru_cache(maxsize=64)
def is_idempotent(operation: Operation) -> bool:
    """Whether covering a pixel twice does the same as covering it once (erasing the topmost class does not)."""
    table = transition(operation)
    return bool(np.array_equal(np.take(table, table), table))


def apply(bits: Bits, covered: Coverage, operation: Operation) -> None:
    """Change ``bits`` (h, w) uint32 in place where ``covered`` (h, w) bool says so. Works on views."""
    apply_table(bits, covered, transition(operation))


def apply_table(bits: Bits, covered: Coverage, table: npt.NDArray[np.uint32]) -> None:
    """The same with the operation's ``transition`` at hand: finding it costs a stroke as much as using it."""
    np.copyto(bits, table.take(bits, mode="clip"), where=covered)  # class sets never go beyond the table

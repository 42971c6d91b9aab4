"""The gate: the only code that writes mask bits.

What a stroke, an edit or an import may do to a pixel is a look-up table from the class set before to the class set
after, made once per operation. So every rule (what happens to other classes, locks, hidden classes, exclusive data,
the background) is one line here, holds for every tool, and costs the same. A locked class's bit is the same on both
sides of every table.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from enum import Enum
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from app.faces.classes import ALL_BITS, CLASSES, LAYER_CLASSES, OFFICIAL_PAINT_ORDER, PaintOrder
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
    STARTED = "class first touched"
    """One class where it is the topmost visible one: a stroke that leaves it digs no hole into what lies around."""
    THIS_CLASS = "this class"
    ALL = "all unlocked classes"


class Area(Enum):
    """Where a mask may be changed at all, judged by the classes that are at the pixel."""

    EVERYWHERE = "everywhere"
    INSIDE = "inside a class"
    OUTSIDE = "outside a class"
    INSIDE_VISIBLE = "inside visible classes"
    OUTSIDE_VISIBLE = "outside visible classes"
    BACKGROUND = "only background"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a change may do, whoever asks for it: a stroke, a clean-up, an assistant, a paste, an import.

    ``locked`` and ``visible`` are bit sets. ``background_locked`` forbids new bits where there are none. ``exclusive``
    layers keep at most one bit per pixel whatever ``others`` says. ``area_class`` is the official id that the areas
    inside and outside a class are about (0: where no class is).
    """

    others: Others = Others.SHOW
    locked: int = 0
    background_locked: bool = False
    visible: int = ALL_BITS
    exclusive: bool = False
    paint_order: PaintOrder = OFFICIAL_PAINT_ORDER
    area: Area = Area.EVERYWHERE
    area_class: int = 0

    def painting(self, face_class: int) -> Operation:
        """Painting a class (official id; 0 clears to background) under these rules."""
        return self._doing(face_class, None)

    def erasing(self, face_class: int, erase: Erase = Erase.THIS_CLASS) -> Operation:
        """Erasing under these rules."""
        return self._doing(face_class, erase)

    def _doing(self, face_class: int, erase: Erase | None) -> Operation:
        values = {field.name: getattr(self, field.name) for field in fields(Rules)}
        return Operation(face_class, erase, **values)


@dataclass(frozen=True, slots=True)
class Operation(Rules):
    """Paint ``face_class`` (official id; 0 clears to background), or erase when ``erase`` is set."""

    face_class: int
    erase: Erase | None = None

    @property
    def label(self) -> str:
        """The verb for menus: ``brush l_brow``, ``erase``."""
        name = CLASSES[self.face_class].name
        if self.erase is None:
            return f"brush {name}"
        return f"erase {name}" if self.erase in (Erase.THIS_CLASS, Erase.STARTED) else "erase"


@lru_cache(maxsize=64)
def transition(operation: Operation) -> npt.NDArray[np.uint32]:
    """The read-only (2**18,) uint32 table: class set before → class set after the operation covered the pixel."""
    before = np.arange(SET_COUNT, dtype=np.uint32)
    after = _erased(before, operation) if operation.erase else _painted(before, operation)
    if operation.background_locked:
        after = np.where(before == 0, before, after)
    if operation.area is not Area.EVERYWHERE:
        after = np.where(_editable(before, operation), after, before)
    table = np.ascontiguousarray(after, np.uint32)
    table.setflags(write=False)
    return table


@lru_cache(maxsize=64)
def editable_sets(rules: Rules) -> npt.NDArray[np.bool_]:
    """The read-only (2**18,) bool table: whether pixels with a class set lie in the area that may be changed."""
    table = np.ascontiguousarray(_editable(np.arange(SET_COUNT, dtype=np.uint32), rules))
    table.setflags(write=False)
    return table


def _editable(sets: Bits, rules: Rules) -> npt.NDArray[np.bool_]:
    """Whether class sets (any shape) lie in the area."""
    editable: npt.NDArray[np.bool_]
    if rules.area in (Area.INSIDE, Area.OUTSIDE):
        bit = CLASSES[rules.area_class].bit
        inside: npt.NDArray[np.bool_] = (sets & np.uint32(bit)) != 0 if bit else sets == 0
        editable = inside if rules.area is Area.INSIDE else ~inside
    elif rules.area is Area.EVERYWHERE:
        editable = np.ones(sets.shape, np.bool_)
    else:
        seen = ALL_BITS if rules.area is Area.BACKGROUND else rules.visible
        editable = ((sets & np.uint32(seen)) != 0) == (rules.area is Area.INSIDE_VISIBLE)
    return editable


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
    after = _taken_away(before, operation)
    if operation.area is Area.INSIDE:  # what is erased there goes to the class that one works within
        after = after | np.uint32(CLASSES[operation.area_class].bit)
    return after


def _taken_away(before: Bits, operation: Operation) -> Bits:
    unlocked = ALL_BITS & ~operation.locked
    if operation.erase is Erase.ALL:
        return before & np.uint32(operation.locked)
    if operation.erase is Erase.THIS_CLASS:
        return before & np.uint32(~(CLASSES[operation.face_class].bit & unlocked) & ALL_BITS)
    visible = {c.id: c.bit for c in CLASSES if c.bit & operation.visible}
    topmost = paint_table(visible, operation.paint_order, np.uint32)
    if operation.erase is Erase.STARTED:
        topmost &= np.uint32(CLASSES[operation.face_class].bit)
    return before & ~(topmost & np.uint32(unlocked))


@lru_cache(maxsize=64)
def is_idempotent(operation: Operation) -> bool:
    """Whether covering a pixel twice does the same as covering it once (erasing the topmost class does not)."""
    table = transition(operation)
    return bool(np.array_equal(np.take(table, table), table))


def apply(bits: Bits, covered: Coverage, operation: Operation, within: Coverage | None = None) -> None:
    """Change ``bits`` (h, w) uint32 in place where ``covered`` (h, w) bool says so. Works on views.

    ``within`` (h, w) bool restricts that further: the pixels in the range of the photo's values that is set.
    """
    apply_table(bits, covered if within is None else covered & within, transition(operation))


def apply_table(bits: Bits, covered: Coverage, table: npt.NDArray[np.uint32]) -> None:
    """The same with the operation's ``transition`` at hand: finding it costs a stroke as much as using it."""
    np.copyto(bits, table.take(bits, mode="clip"), where=covered)  # class sets never go beyond the table


@dataclass(frozen=True, slots=True, eq=False)
class Touch:
    """Pixels (bool, like the mask) that a class is painted on or, with ``erase``, taken from: a part of a change."""

    face_class: int
    covered: Coverage
    erase: Erase | None = None


def touched(bits: Bits, touches: Iterable[Touch], rules: Rules, within: Coverage | None = None) -> Bits:
    """A new array: ``bits`` (H, W) after all touches, one upon the other, as far as the rules allow.

    What may be changed is judged by ``bits`` as they were before the first touch.
    """
    after = bits.copy()
    if rules.area is not Area.EVERYWHERE:
        editable = editable_sets(rules)[bits]
        within = editable if within is None else within & editable
    background_locked = rules.background_locked
    if background_locked:
        covered = bits != 0
        within = covered if within is None else within & covered
    free = replace(rules, area=Area.EVERYWHERE, background_locked=False)
    for touch in touches:
        operation = (
            free.painting(touch.face_class) if touch.erase is None else free.erasing(touch.face_class, touch.erase)
        )
        hands_over = touch.erase is not None and rules.area is Area.INSIDE
        earlier = after.copy() if hands_over else after
        apply(after, touch.covered, operation, within)
        if hands_over:  # only what was taken away now: an earlier touch may have given the pixel to another class
            np.bitwise_or(after, np.uint32(CLASSES[rules.area_class].bit), out=after, where=after != earlier)
    return after


def admitted(before: Bits, wanted: Bits, rules: Rules, within: Coverage | None = None) -> Bits:
    """A new array: of the change from ``before`` to ``wanted`` (both (H, W) uint32) what the rules allow.

    For changes that are no painting of classes (two classes swapped, a mask pasted, another program's file): ``others``
    says nothing here. Locked bits stay as they were; in exclusive layers a pixel with a locked class stays as it was,
    and one that would get several classes gets the topmost of them.
    """
    locked = np.uint32(rules.locked)
    after = (wanted & ~locked & np.uint32(ALL_BITS)) | (before & locked)
    if rules.exclusive:
        topmost = paint_table({c.id: c.bit for c in LAYER_CLASSES}, rules.paint_order, np.uint32)
        after = np.where((before & locked) != 0, before, topmost[after])
    editable = editable_sets(replace(rules, others=Others.SHOW))[before]
    if rules.background_locked:
        editable = editable & (before != 0)
    if within is not None:
        editable = editable & within
    return np.where(editable, after, before)

"""The gate against every combination of rules: nothing outside the editable pixels changes, and no locked bit ever.

The combinations are generated, and what is editable is worked out here a second time, pixel by pixel and in the words
of the interface, so that a mistake in the gate's tables cannot hide in this file. Every way through the gate takes the
whole matrix; a new one joins by being listed in ``WAYS``.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from app.faces.classes import ALL_BITS, CLASSES, LAYER_CLASSES, OFFICIAL_PAINT_ORDER, bits_of
from app.faces.mask import Binary, Bits
from app.imaging.compose import Area, Erase, Others, Rules, Touch, admitted, apply, editable_sets, touched
from app.imaging.footprint import Coverage

SKIN, HAIR, BROW = (bits_of(name) for name in ("skin", "hair", "l_brow"))
BROW_ID, SKIN_ID, HAIR_ID, NOSE_ID = 6, 1, 13, 2
SHAPE = (24, 30)

Way = Callable[[Bits, Coverage, Rules, Coverage | None], Bits]


def _applied(face_class: int, erase: Erase | None) -> Way:
    def way(bits: Bits, covered: Coverage, rules: Rules, within: Coverage | None) -> Bits:
        after = bits.copy()
        operation = rules.painting(face_class) if erase is None else rules.erasing(face_class, erase)
        apply(after, covered, operation, within)
        return after

    return way


def _touched(*parts: tuple[int, Erase | None]) -> Way:
    """Several classes at once, each on a part of what is covered; the parts overlap."""

    def way(bits: Bits, covered: Coverage, rules: Rules, within: Coverage | None) -> Bits:
        columns = np.arange(SHAPE[1])
        touches = [Touch(c, covered & (columns % (i + 2) != 0), erase) for i, (c, erase) in enumerate(parts)]
        return touched(bits, touches, rules, within)

    return way


def _admitted(seed: int) -> Way:
    """Any bits at all, as from another program's file."""

    def way(bits: Bits, covered: Coverage, rules: Rules, within: Coverage | None) -> Bits:
        wanted = np.random.default_rng(seed).integers(0, ALL_BITS + 1, SHAPE, np.uint32)
        return admitted(bits, np.where(covered, wanted, bits), rules, within)

    return way


WAYS: dict[str, Way] = {
    "paint brow": _applied(BROW_ID, None),
    "paint skin": _applied(SKIN_ID, None),
    "paint background": _applied(0, None),
    "erase topmost": _applied(BROW_ID, Erase.TOPMOST),
    "erase brow": _applied(BROW_ID, Erase.THIS_CLASS),
    "erase touched first": _applied(HAIR_ID, Erase.STARTED),
    "erase all": _applied(BROW_ID, Erase.ALL),
    "paint two, erase one": _touched((BROW_ID, None), (HAIR_ID, Erase.THIS_CLASS), (NOSE_ID, None)),
    "erase, then paint": _touched((BROW_ID, Erase.THIS_CLASS), (SKIN_ID, None), (HAIR_ID, Erase.TOPMOST)),
    "anything": _admitted(5),
}
AREAS = [
    (area, area_class)
    for area in Area
    for area_class in ((SKIN_ID, HAIR_ID, 0) if area in (Area.INSIDE, Area.OUTSIDE) else (0,))
]
LOCKS = (0, HAIR | BROW, SKIN)


def every_rule(area: Area, area_class: int) -> Iterator[Rules]:
    for others, locked, background_locked, visible, exclusive in itertools.product(
        Others, LOCKS, (False, True), (ALL_BITS, ALL_BITS & ~(HAIR | BROW)), (False, True)
    ):
        yield Rules(
            others=others, locked=locked, background_locked=background_locked, visible=visible, exclusive=exclusive,
            area=area, area_class=area_class,
        )  # fmt: skip


def picture(*, exclusive: bool) -> Bits:
    """Every class alone, nothing, and many piles; in index maps one class or none."""
    random = np.random.default_rng(3)
    if exclusive:
        sets = np.array([0, *(c.bit for c in LAYER_CLASSES)], np.uint32)
        return random.choice(sets, SHAPE)
    few = np.array([SKIN, HAIR, BROW, SKIN | BROW, SKIN | HAIR, SKIN | BROW | HAIR, 0], np.uint32)
    return np.where(
        random.random(SHAPE) < 0.5, random.choice(few, SHAPE), random.integers(0, ALL_BITS + 1, SHAPE, np.uint32)
    )


PICTURES = {exclusive: picture(exclusive=exclusive) for exclusive in (False, True)}
COVERED: Coverage = np.random.default_rng(1).random(SHAPE) < 0.7
WITHIN: Coverage = np.random.default_rng(2).random(SHAPE) < 0.6


def is_editable(pixel: int, rules: Rules) -> bool:
    """The strip's sentence, read for one pixel."""
    if rules.background_locked and pixel == 0:
        return False
    bit = CLASSES[rules.area_class].bit
    is_there = bool(pixel & bit) if bit else pixel == 0
    return {
        Area.EVERYWHERE: True,
        Area.INSIDE: is_there,
        Area.OUTSIDE: not is_there,
        Area.INSIDE_VISIBLE: bool(pixel & rules.visible),
        Area.OUTSIDE_VISIBLE: not pixel & rules.visible,
        Area.BACKGROUND: pixel == 0,
    }[rules.area]


def editable(bits: Bits, rules: Rules) -> Binary:
    return np.array([[is_editable(int(pixel), rules) for pixel in row] for row in bits])


@functools.cache
def editable_in_picture(rules: Rules) -> Binary:
    return editable(PICTURES[rules.exclusive], rules)


@pytest.mark.parametrize(("area", "area_class"), AREAS, ids=lambda value: getattr(value, "value", str(value)))
def test_no_way_through_the_gate_goes_round_the_rules(area: Area, area_class: int) -> None:
    for rules in every_rule(area, area_class):
        before = PICTURES[rules.exclusive]
        # The sentence says nothing of locks on classes and of what happens to others.
        may_change = editable_in_picture(replace(rules, others=Others.SHOW, locked=0)) & COVERED
        for within in (None, WITHIN):
            allowed = may_change if within is None else may_change & within
            for name, way in WAYS.items():
                after = way(before, COVERED, rules, within)
                changed = after ^ before
                told = (name, rules, "range" if within is not None else "no range")
                assert not changed[~allowed].any(), told
                assert not (changed & np.uint32(rules.locked)).any(), told
                assert not (after & ~np.uint32(ALL_BITS)).any(), told
                if rules.exclusive:
                    assert (np.bitwise_count(after) <= 1).all(), told


@pytest.mark.parametrize("name", WAYS)
def test_every_way_changes_something_where_it_may(name: str) -> None:
    for exclusive, before in PICTURES.items():
        after = WAYS[name](before, COVERED, Rules(exclusive=exclusive), None)
        assert (after != before).any()


def test_the_table_of_what_is_editable_says_what_the_words_say() -> None:
    for area, area_class in AREAS:
        rules = Rules(area=area, area_class=area_class, visible=ALL_BITS & ~HAIR, background_locked=False)
        bits = PICTURES[False]
        assert np.array_equal(editable_sets(rules)[bits], editable(bits, rules)), area


# What painting leaves at one pixel, as the table of the rules has it

LAYERED = [
    (Others.SHOW, SKIN | HAIR, SKIN | BROW),
    (Others.OVERWRITE_ALL, SKIN | HAIR, BROW),
    (Others.OVERWRITE_VISIBLE, SKIN | HAIR, BROW),
    (Others.BEHIND, SKIN | HAIR, SKIN | HAIR),
    (Others.BEHIND, 0, BROW),
    (Others.OVERLAP, SKIN | HAIR, SKIN | HAIR | BROW),
]
INDEXED = [
    (Others.SHOW, HAIR, BROW),
    (Others.OVERWRITE_ALL, HAIR, BROW),
    (Others.OVERWRITE_VISIBLE, HAIR, BROW),
    (Others.BEHIND, HAIR, HAIR),
    (Others.BEHIND, 0, BROW),
]


def one(pixel: int, rules: Rules, face_class: int, erase: Erase | None = None) -> int:
    """What one covered pixel becomes."""
    bits = np.array([[pixel]], np.uint32)
    apply(
        bits,
        np.ones((1, 1), np.bool_),
        rules.painting(face_class) if erase is None else rules.erasing(face_class, erase),
    )
    return int(bits[0, 0])


@pytest.mark.parametrize(("others", "before", "after"), LAYERED)
def test_painting_layers(others: Others, before: int, after: int) -> None:
    assert one(before, Rules(others=others), BROW_ID) == after


@pytest.mark.parametrize(("others", "before", "after"), INDEXED)
def test_painting_an_index_map(others: Others, before: int, after: int) -> None:
    assert one(before, Rules(others=others, exclusive=True), BROW_ID) == after


def test_overwriting_what_is_visible_leaves_the_hidden() -> None:
    hidden = Rules(others=Others.OVERWRITE_VISIBLE, visible=ALL_BITS & ~HAIR)
    assert one(SKIN | HAIR, hidden, BROW_ID) == HAIR | BROW
    assert one(HAIR, Rules(others=Others.OVERWRITE_VISIBLE, visible=ALL_BITS & ~HAIR, exclusive=True), BROW_ID) == HAIR


def test_what_is_erased_within_a_class_goes_to_it() -> None:
    inside = Rules(area=Area.INSIDE, area_class=SKIN_ID)
    assert one(SKIN | BROW, inside, BROW_ID, Erase.THIS_CLASS) == SKIN
    assert one(SKIN, inside, SKIN_ID, Erase.TOPMOST) == SKIN
    assert one(SKIN | HAIR | BROW, inside, BROW_ID, Erase.ALL) == SKIN
    assert one(BROW, inside, BROW_ID, Erase.THIS_CLASS) == BROW


def test_paint_orders_turn_what_show_it_clears() -> None:
    upside_down = tuple(reversed(OFFICIAL_PAINT_ORDER))
    assert one(SKIN | HAIR, Rules(paint_order=upside_down), BROW_ID) == HAIR | BROW

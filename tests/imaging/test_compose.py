"""Every operation through the gate: what it does, and what it never does."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.faces.classes import ALL_BITS, CLASSES, bits_of
from app.faces.mask import over
from app.imaging.compose import Erase, Operation, Others, apply, is_idempotent, transition

SKIN, HAIR, BROW, HAT = (bits_of(n) for n in ("skin", "hair", "l_brow", "hat"))
BROW_ID, SKIN_ID = 6, 1

OPERATIONS = [
    Operation(
        face_class,
        erase,
        others=others,
        locked=locked,
        background_locked=background_locked,
        visible=visible,
        exclusive=exclusive,
    )
    for face_class, erase, others, locked, background_locked, visible, exclusive in itertools.product(
        [0, SKIN_ID, BROW_ID],
        [None, *Erase],
        list(Others),
        [0, HAIR, BROW | HAIR],
        [False, True],
        [ALL_BITS, ALL_BITS & ~HAIR],
        [False, True],
    )
]
SETS = st.lists(st.integers(0, ALL_BITS), min_size=1, max_size=30)


def after(operation: Operation, before: int) -> int:
    return int(transition(operation)[before])


def test_show_it_clears_what_is_painted_over_and_keeps_what_lies_beneath() -> None:
    assert after(Operation(BROW_ID), SKIN | HAIR) == SKIN | BROW


def test_painting_background_clears_all_but_locked() -> None:
    assert after(Operation(0, locked=HAIR), SKIN | HAIR) == HAIR


def test_erasing_shows_the_class_beneath() -> None:
    assert after(Operation(BROW_ID, Erase.TOPMOST), SKIN | HAIR) == SKIN


def test_a_locked_topmost_class_shields_what_is_beneath() -> None:
    assert after(Operation(BROW_ID, Erase.TOPMOST, locked=HAIR), SKIN | HAIR) == SKIN | HAIR


def test_a_hidden_class_is_not_the_topmost() -> None:
    assert after(Operation(BROW_ID, Erase.TOPMOST, visible=ALL_BITS & ~HAIR), SKIN | HAIR) == HAIR


def test_draw_behind_paints_only_where_nothing_shows() -> None:
    behind = Operation(SKIN_ID, others=Others.BEHIND)
    assert after(behind, HAIR) == HAIR
    assert after(behind, 0) == SKIN


def test_locked_background_accepts_no_new_class() -> None:
    assert after(Operation(SKIN_ID, background_locked=True), 0) == 0


@pytest.mark.parametrize("exclusive", [False, True])
def test_every_operation_leaves_locked_bits_alone(exclusive: bool) -> None:
    before = np.arange(ALL_BITS + 1, dtype=np.uint32)
    if exclusive:
        before = np.array([0, *(c.bit for c in CLASSES[1:])], np.uint32)
    for operation in OPERATIONS:
        if operation.exclusive != exclusive:
            continue
        result = transition(operation)[before]
        assert not ((result ^ before) & np.uint32(operation.locked)).any(), operation
        if exclusive:
            assert (np.bitwise_count(result) <= 1).all(), operation


@given(SETS, st.sampled_from(OPERATIONS))
def test_nothing_outside_the_covered_pixels_changes(sets: list[int], operation: Operation) -> None:
    bits = np.array([sets, sets], np.uint32)
    covered = np.zeros(bits.shape, np.bool_)
    covered[0, ::2] = True
    before = bits.copy()
    apply(bits, covered, operation)
    assert np.array_equal(bits[~covered], before[~covered])
    assert np.array_equal(bits[covered], transition(operation)[before[covered]])


def test_only_erasing_the_topmost_class_needs_a_memory_of_touched_pixels() -> None:
    assert not is_idempotent(Operation(1, Erase.TOPMOST))
    assert all(is_idempotent(Operation(c, others=o)) for c in range(19) for o in Others)


def test_over_is_everything_later_in_the_paint_order() -> None:
    assert over(17) == bits_of("cloth")
    assert over(18) == 0
    assert over(0) == ALL_BITS


def test_erasing_what_was_touched_first_leaves_what_lies_around() -> None:
    operation = Operation(BROW_ID, Erase.STARTED)
    assert after(operation, SKIN | BROW) == SKIN
    assert after(operation, SKIN) == SKIN
    assert after(operation, SKIN | BROW | HAIR) == SKIN | BROW | HAIR
    assert after(Operation(BROW_ID, Erase.STARTED, visible=ALL_BITS & ~HAIR), SKIN | BROW | HAIR) == SKIN | HAIR
    assert after(Operation(0, Erase.STARTED), SKIN | BROW) == SKIN | BROW

"""Crumbs go to what surrounds them; the largest island stays; holes are filled as far as they are told to."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from app.imaging.cleanup import OPERATOR_BY_NAME, clean
from app.imaging.cleanup.islands import holes_of, islands_of
from app.imaging.compose import Rules
from tests.imaging.cleanup.drawn import HAIR, L_BROW, SKIN, drawn, same

EXCLUSIVE = Rules(exclusive=True)
SPECKS = OPERATOR_BY_NAME["islands.remove_specks"]
LARGEST = OPERATOR_BY_NAME["islands.keep_largest"]
SPLIT = OPERATOR_BY_NAME["islands.split"]
HOLES = OPERATOR_BY_NAME["holes.fill"]
PLANES = arrays.arrays(np.bool_, st.tuples(st.integers(1, 12), st.integers(1, 12)))


def test_a_speck_becomes_what_most_of_its_border_ring_is() -> None:
    bits = drawn("""
        hhhhh....
        hhhhh....
        hhsssssss
        sssssshss
        sssssssss
    """)
    assert same(
        clean(SPECKS, bits, [HAIR], EXCLUSIVE),
        """
        hhhhh....
        hhhhh....
        hhsssssss
        sssssssss
        sssssssss
        """,
    )


def test_a_speck_in_the_background_becomes_background_even_beside_a_class() -> None:
    bits = drawn("""
        hhh......
        hhh......
        hhhss.h..
        hhhss....
    """)
    assert same(
        clean(SPECKS, bits, [HAIR], EXCLUSIVE),
        """
        hhh......
        hhh......
        hhhss....
        hhhss....
        """,
    )


def test_a_speck_with_a_class_beneath_shows_that_class() -> None:
    bits = drawn("""
        hhhssss
        hhhsSss
        hhhssss
    """)
    assert same(
        clean(SPECKS, bits, [HAIR], Rules()),
        """
        hhhssss
        hhhssss
        hhhssss
        """,
    )


def test_a_locked_ring_does_not_take_the_speck() -> None:
    bits = drawn("""
        hhh.......
        hhh.sssss.
        hhh.ssh.s.
        hhh.sssss.
        hhh.......
    """)
    rules = Rules(exclusive=True, locked=1 << (SKIN - 1))
    after = clean(SPECKS, bits, [HAIR], rules)
    assert after[2, 6] == 0
    after[2, 6] = bits[2, 6]
    assert np.array_equal(after, bits)


def test_freed_pixels_can_be_background() -> None:
    bits = drawn("hhhhsshss")
    assert same(clean(SPECKS, bits, [HAIR], EXCLUSIVE, given={"freed": "background"}), "hhhhss.ss")


def test_the_limits_of_size_are_those_told() -> None:
    bits = drawn("hhhhhhsshhhshh")
    assert same(clean(SPECKS, bits, [HAIR], EXCLUSIVE, given={"area": 3}), "hhhhhhsshhhsss")
    assert same(clean(SPECKS, bits, [HAIR], EXCLUSIVE, given={"area": 4}), "hhhhhhssssssss")
    assert same(clean(SPECKS, bits, [HAIR], EXCLUSIVE, given={"area": 4, "share": 40}), "hhhhhhsshhhsss")


def test_a_class_of_specks_alone_keeps_its_largest_ones() -> None:
    assert same(clean(SPECKS, drawn("hhssh"), [HAIR], EXCLUSIVE, given={"share": 50}), "hhsss")
    assert same(clean(SPECKS, drawn("hssh"), [HAIR], EXCLUSIVE, given={"share": 99}), "hssh")


def test_corners_join_islands() -> None:
    bits = drawn("""
        h..
        .hh
        ...
    """)
    assert np.array_equal(clean(SPECKS, bits, [HAIR], EXCLUSIVE, given={"share": 100, "area": 3}), bits)


def test_only_the_largest_island_is_kept() -> None:
    bits = drawn("hhsshhhsh")
    assert same(clean(LARGEST, bits, [HAIR], EXCLUSIVE), "sssshhhss")
    assert same(clean(LARGEST, bits, [HAIR], EXCLUSIVE, given={"count": 2}), "hhsshhhss")


def test_the_smaller_islands_go_to_the_other_side_of_the_pair() -> None:
    bits = drawn("bbb.ssbb")
    assert same(clean(SPLIT, bits, [L_BROW], EXCLUSIVE), "bbb.ssrr")
    assert same(clean(SPLIT, bits, [L_BROW], EXCLUSIVE, given={"to": HAIR}), "bbb.sshh")


def test_a_class_without_another_side_is_not_split_unless_told_to_what() -> None:
    bits = drawn("hhh.h")
    assert np.array_equal(clean(SPLIT, bits, [HAIR], EXCLUSIVE), bits)


HOLED = """
    hhhhhhhh
    hh.hhssh
    hhhhhssh
    hhhhhhh.
    hhhhhhhh
"""


def test_bare_holes_are_filled_and_bays_are_not() -> None:
    after = clean(HOLES, drawn(HOLED), [HAIR], EXCLUSIVE)
    assert same(after, HOLED.replace("hh.hh", "hhhhh"))


def test_other_classes_in_holes_are_taken_on_request_only_up_to_the_limit() -> None:
    all_small = clean(HOLES, drawn(HOLED), [HAIR], EXCLUSIVE, given={"what": "all", "area": 3})
    assert same(all_small, HOLED.replace("hh.hh", "hhhhh"))
    everything = clean(HOLES, drawn(HOLED), [HAIR], EXCLUSIVE, given={"what": "all", "area": 4})
    assert same(everything, HOLED.replace("hh.hhss", "hhhhhhh").replace("hhhhhss", "hhhhhhh"))


def _flood(free: np.ndarray, start: tuple[int, int], seen: np.ndarray) -> list[tuple[int, int]]:
    found, queue = [], [start]
    seen[start] = True
    while queue:
        y, x = queue.pop()
        found.append((y, x))
        for at in ((y - 1, x), (y + 1, x), (y, x - 1), (y, x + 1)):
            if 0 <= at[0] < free.shape[0] and 0 <= at[1] < free.shape[1] and free[at] and not seen[at]:
                seen[at] = True
                queue.append(at)
    return found


@settings(deadline=None)
@given(PLANES, st.integers(1, 20))
def test_holes_are_what_a_flood_from_outside_cannot_reach(plane: np.ndarray, largest: int) -> None:
    expected, seen = np.zeros_like(plane), np.zeros_like(plane)
    height, width = plane.shape
    for start in zip(*np.nonzero(~plane), strict=True):
        if not seen[start]:
            part = _flood(~plane, start, seen)
            is_open = any(y in (0, height - 1) or x in (0, width - 1) for y, x in part)
            if not is_open and len(part) <= largest:
                expected[tuple(zip(*part, strict=True))] = True
    assert np.array_equal(holes_of(plane, largest), expected)


@settings(deadline=None)
@given(PLANES)
def test_islands_add_up_to_the_plane(plane: np.ndarray) -> None:
    islands = islands_of(plane)
    assert np.array_equal(islands.where(np.ones(len(islands.areas), np.bool_)), plane)
    assert islands.areas.sum() == plane.sum()

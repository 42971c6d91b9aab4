"""Margins are distances between the middles of pixels, in half steps, towards a class, and on one side."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from app.imaging.cleanup import OPERATOR_BY_NAME, clean
from app.imaging.cleanup.margin import near
from app.imaging.compose import Rules
from tests.imaging.cleanup.drawn import HAIR, SKIN, drawn, same

EXCLUSIVE = Rules(exclusive=True)
GROW, SHRINK, HOLLOW = (OPERATOR_BY_NAME[f"margin.{name}"] for name in ("grow", "shrink", "hollow"))
PLANES = arrays.arrays(np.bool_, st.tuples(st.integers(1, 14), st.integers(1, 14)))
SIDES = ("up", "down", "left", "right")
DOT = """
    .......
    .......
    .......
    ...h...
    .......
    .......
    .......
"""


@pytest.mark.parametrize(("distance", "pixels"), [(1, 5), (1.5, 9), (2, 13), (2.5, 21), (3, 29)])
def test_every_half_step_reaches_further(distance: float, pixels: int) -> None:
    after = clean(GROW, drawn(DOT), [HAIR], EXCLUSIVE, given={"distance": distance})
    assert np.count_nonzero(after) == pixels


def test_growing_towards_a_class_takes_only_that_one() -> None:
    bits = drawn("""
        ..hh..
        sshhss
    """)
    after = clean(GROW, bits, [HAIR], EXCLUSIVE, given={"distance": 1, "towards": SKIN})
    assert same(
        after,
        """
        ..hh..
        shhhhs
        """,
    )
    after = clean(GROW, bits, [HAIR], EXCLUSIVE, given={"distance": 1, "towards": 0})
    assert same(
        after,
        """
        .hhhh.
        sshhss
        """,
    )


def test_growing_on_one_side_only() -> None:
    counts = {}
    for side in SIDES:
        after = clean(GROW, drawn(DOT), [HAIR], EXCLUSIVE, given={"distance": 2, "side": side})
        rows, columns = np.nonzero(after)
        counts[side] = (rows - 3).min(), (rows - 3).max(), (columns - 3).min(), (columns - 3).max()
    assert counts == {"up": (-2, 0, -1, 1), "down": (0, 2, -1, 1), "left": (-1, 1, -2, 0), "right": (-1, 1, 0, 2)}


def test_shrinking_takes_the_border_and_not_what_the_picture_cuts_off() -> None:
    bits = drawn("""
        sshhhh
        sshhhh
        sshhhh
        ssssss
    """)
    assert same(
        clean(SHRINK, bits, [HAIR], EXCLUSIVE, given={"distance": 1}),
        """
        ssshhh
        ssshhh
        ssssss
        ssssss
        """,
    )


def test_shrinking_away_from_one_class_and_on_one_side() -> None:
    bits = drawn("sshhhh..")
    assert same(clean(SHRINK, bits, [HAIR], EXCLUSIVE, given={"distance": 1, "towards": SKIN}), "ssshhh..")
    assert same(clean(SHRINK, bits, [HAIR], EXCLUSIVE, given={"distance": 1, "towards": 0}), "sshhh...")
    assert same(clean(SHRINK, bits, [HAIR], EXCLUSIVE, given={"distance": 1, "side": "left"}), "ssshhh..")
    assert same(clean(SHRINK, bits, [HAIR], EXCLUSIVE, given={"distance": 1, "side": "right"}), "sshhh...")


@pytest.mark.parametrize(
    ("border", "row"), [("outer", "..hh...hh.."), ("inner", "hh.......hh"), ("middle", ".hh.....hh.")]
)
def test_a_shell_lies_on_the_side_of_the_border_that_is_asked_for(border: str, row: str) -> None:
    bits = drawn("\n".join(["." * 13] * 3 + ["..." + "h" * 7 + "..."] * 7 + ["." * 13] * 3))
    after = clean(HOLLOW, bits, [HAIR], EXCLUSIVE, given={"thickness": 2, "border": border, "freed": "background"})
    middle = "".join("h" if value else "." for value in after[6, 1:-1])
    assert middle == row


def test_what_a_shell_leaves_goes_to_the_class_around() -> None:
    bits = drawn("\n".join(["s" * 9] * 2 + ["ss" + "h" * 5 + "ss"] * 5 + ["s" * 9] * 2))
    after = clean(HOLLOW, bits, [HAIR], EXCLUSIVE, given={"thickness": 1})
    assert same(after[4:5], "sshssshss")


@settings(deadline=None)
@given(PLANES, st.sampled_from([1, 1.5, 2, 3.5]))
def test_the_sides_together_are_all_around(plane: np.ndarray, distance: float) -> None:
    together = np.logical_or.reduce([near(plane, distance, side) for side in SIDES])
    around = near(plane, distance)
    assert not (together & plane).any()
    assert not (together & ~around).any()
    one = np.zeros_like(plane)
    one[tuple(np.array(plane.shape) // 2)] = True
    alone = np.logical_or.reduce([near(one, distance, side) for side in SIDES])
    assert np.array_equal(alone, near(one, distance))

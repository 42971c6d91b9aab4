"""Smoothing takes away jags and crumbs and leaves straight borders, big shapes and other classes as they are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from app.faces.mask import flatten
from app.imaging.cleanup import OPERATOR_BY_NAME, clean
from app.imaging.cleanup.smoothing import closed, dilated, eroded, gaussian, median, opened
from app.imaging.compose import Others, Rules
from tests.imaging.cleanup.drawn import HAIR, NOSE, SKIN, drawn, same

EXCLUSIVE = Rules(exclusive=True)
ONE = ("smooth.median", "smooth.open", "smooth.close", "smooth.gaussian")
JOINT = OPERATOR_BY_NAME["smooth.joint"]
PLANES = arrays.arrays(np.bool_, st.tuples(st.integers(1, 14), st.integers(1, 14)))
HALVES = """
    sssshhhh
    sssshhhh
    sssshhhh
    sssshhhh
    sssshhhh
    sssshhhh
"""
SPIKE = """
    sssshhhh
    sssshhhh
    sshhhhhh
    sssshhhh
    sssshhhh
    sssshhhh
"""


@pytest.mark.parametrize("name", [*ONE, "smooth.joint"])
@pytest.mark.parametrize("targets", [[HAIR], [SKIN], [SKIN, HAIR]])
def test_a_straight_border_stays(name: str, targets: list[int]) -> None:
    bits = drawn(HALVES)
    assert np.array_equal(clean(OPERATOR_BY_NAME[name], bits, targets, EXCLUSIVE), bits)


@pytest.mark.parametrize(("name", "values"), [("smooth.median", {"radius": 2}), ("smooth.open", {"radius": 1.5})])
def test_a_spike_goes_back_to_the_class_around(name: str, values: dict[str, float]) -> None:
    assert same(clean(OPERATOR_BY_NAME[name], drawn(SPIKE), [HAIR], EXCLUSIVE, given=values), HALVES)


def test_a_spike_can_become_background() -> None:
    after = clean(
        OPERATOR_BY_NAME["smooth.open"], drawn(SPIKE), [HAIR], EXCLUSIVE, given={"radius": 1.5, "freed": "background"}
    )
    assert same(after, SPIKE.replace(" sshhhh", " ss..hh"))


def test_the_nearest_class_inherits_but_not_a_locked_one() -> None:
    rules = Rules(exclusive=True, locked=1 << (SKIN - 1))
    after = clean(OPERATOR_BY_NAME["smooth.open"], drawn(SPIKE), [HAIR], rules, given={"radius": 1.5})
    assert same(after, SPIKE.replace(" sshhhh", " ss..hh"))


def test_closing_fills_a_slit_and_takes_nothing_away() -> None:
    bits = drawn("""
        hhhhhh
        hhh.hh
        hhh.hh
        hhhhhh
    """)
    after = clean(OPERATOR_BY_NAME["smooth.close"], bits, [HAIR], EXCLUSIVE, given={"radius": 1})
    assert (after == drawn("h")[0, 0]).all()


def test_joint_moves_the_border_without_slit_or_overlap() -> None:
    assert same(clean(JOINT, drawn(SPIKE), [HAIR], EXCLUSIVE), HALVES)
    assert same(clean(JOINT, drawn(SPIKE), [SKIN], EXCLUSIVE), HALVES)


def test_joint_leaves_borders_of_other_classes_alone() -> None:
    bits = drawn(SPIKE)
    assert np.array_equal(clean(JOINT, bits, [NOSE], EXCLUSIVE), bits)


def test_joint_never_moves_a_locked_class() -> None:
    bits = drawn(SPIKE)
    for locked in (SKIN, HAIR):
        rules = Rules(exclusive=True, locked=1 << (locked - 1))
        assert np.array_equal(clean(JOINT, bits, [SKIN, HAIR], rules), bits)


def test_joint_shows_the_class_beneath_where_layers_overlap() -> None:
    bits = drawn(SPIKE.replace("h", "S"))
    assert same(clean(JOINT, bits, [HAIR], Rules()), HALVES.replace("h", "S"))


@pytest.mark.parametrize("others", list(Others))
def test_smoothing_layers_together_is_smoothing_each_alone_with_the_upper_one_on_top(others: Others) -> None:
    rng = np.random.default_rng(3)
    bits = rng.choice(np.array([0, 1, 1 << 12, 1 | 1 << 12], np.uint32), size=(24, 24))
    operator = OPERATOR_BY_NAME["smooth.median"]
    together = clean(
        operator, bits, [SKIN, HAIR], Rules(others=Others.OVERLAP), given={"radius": 3, "freed": "background"}
    )
    hair = median((bits & (1 << 12)) != 0, 3)
    skin = median((bits & 1) != 0, 3)
    assert np.array_equal(together, skin * np.uint32(1) | hair * np.uint32(1 << 12))
    seen = clean(operator, bits, [SKIN, HAIR], Rules(others=others), given={"radius": 3, "freed": "background"})
    if others is not Others.BEHIND:
        expected = np.where(hair, HAIR, np.where(skin, SKIN, 0))
        assert np.array_equal(flatten(seen), expected)


@settings(deadline=None)
@given(PLANES, st.sampled_from([1, 1.5, 2, 3]))
def test_opening_is_inside_and_closing_around_and_doing_it_again_does_nothing(plane: np.ndarray, radius: float) -> None:
    inside, around = opened(plane, radius), closed(plane, radius)
    assert not (inside & ~plane).any()
    assert not (plane & ~around).any()
    assert np.array_equal(opened(inside, radius), inside)
    assert np.array_equal(closed(around, radius), around)


@settings(deadline=None)
@given(PLANES, st.sampled_from([1, 1.5, 2, 2.5, 3]))
def test_dilation_reaches_exactly_as_far_as_it_says(plane: np.ndarray, radius: float) -> None:
    rows, columns = np.indices(plane.shape)
    expected = np.zeros_like(plane)
    for y, x in np.argwhere(plane):
        expected |= (rows - y) ** 2 + (columns - x) ** 2 <= radius * radius
    assert np.array_equal(dilated(plane, radius), expected)
    assert np.array_equal(eroded(~plane, radius), ~expected)


@settings(deadline=None)
@given(PLANES, st.integers(1, 4))
def test_the_median_is_what_most_pixels_around_say(plane: np.ndarray, radius: int) -> None:
    padded = np.pad(plane, radius, mode="edge").astype(np.int64)
    side = 2 * radius + 1
    windows = np.lib.stride_tricks.sliding_window_view(padded, (side, side))
    assert np.array_equal(median(plane, radius), windows.sum(axis=(2, 3)) > side * side // 2)


def test_a_gaussian_leaves_a_plane_of_one_kind_alone() -> None:
    for value in (False, True):
        plane = np.full((9, 9), value)
        assert np.array_equal(gaussian(plane, 2.0), plane)

"""Scribbles grown until they meet."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.assist.watershed import between, grown

SHAPE = (60, 80)


def two_sides() -> np.ndarray:
    photo = np.full((*SHAPE, 3), (200, 150, 130), np.uint8)
    photo[:, 37:] = (60, 40, 30)
    return photo


def everywhere() -> np.ndarray:
    return np.ones(SHAPE, np.bool_)


def test_two_scribbles_meet_at_the_edge_between_them() -> None:
    seeds = np.zeros(SHAPE, np.int32)
    seeds[10:50, 5] = 1
    seeds[30, 70:75] = 2
    labels = grown(two_sides(), seeds, everywhere())
    assert (labels[:, :36] == 1).all()
    assert (labels[:, 38:] == 2).all()


def test_no_pixel_is_left_between_them_and_none_outside_the_room() -> None:
    seeds = np.zeros(SHAPE, np.int32)
    seeds[20, 20], seeds[40, 60], seeds[45, 10] = 1, 2, 3
    room = between(seeds, 5)
    labels = grown(two_sides(), seeds, room)
    assert (labels[room] > 0).all()
    assert not labels[~room].any()


def test_the_room_is_the_hull_and_what_is_near() -> None:
    seeds = np.zeros(SHAPE, np.int32)
    seeds[10, 10], seeds[10, 30], seeds[30, 10] = 1, 1, 2
    hull = between(seeds, 0)
    assert hull[15, 15]
    assert not hull[30, 30]
    assert not hull[10, 31]
    near = between(seeds, 4)
    assert near[10, 34]
    assert not near[10, 35]
    assert not between(np.zeros(SHAPE, np.int32), 9).any()


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 59), st.integers(0, 79), st.integers(1, 19)), min_size=1, max_size=6),
    st.integers(0, 2**31),
    st.sampled_from([0.0, 1.5]),
)
def test_every_seed_keeps_its_own_pixels(places: list[tuple[int, int, int]], noise: int, blur: float) -> None:
    photo = np.random.default_rng(noise).integers(0, 255, (*SHAPE, 3), dtype=np.uint8)
    seeds = np.zeros(SHAPE, np.int32)
    for row, column, label in places:
        seeds[row, column] = label
    labels = grown(photo, seeds, everywhere(), blur=blur)
    assert np.array_equal(labels[seeds != 0], seeds[seeds != 0])
    assert set(np.unique(labels)) == set(np.unique(seeds[seeds != 0]))


def test_nothing_grows_from_nothing_and_shapes_have_to_fit() -> None:
    assert not grown(two_sides(), np.zeros(SHAPE, np.int32), everywhere()).any()
    with pytest.raises(ValueError, match="differ"):
        grown(two_sides(), np.zeros((3, 3), np.int32), everywhere())

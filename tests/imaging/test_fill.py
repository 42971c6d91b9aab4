"""Regions and holes, against a flood written out pixel by pixel."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from app.imaging.fill import connected_region, hole_at, holes
from app.imaging.raster import Rect

SHAPES = st.tuples(st.integers(1, 9), st.integers(1, 9))
VALUES = SHAPES.flatmap(lambda shape: arrays(np.uint8, shape, elements=st.integers(0, 2)))
AREAS = SHAPES.flatmap(lambda shape: arrays(np.bool_, shape))


def flooded(values: np.ndarray, pixel: tuple[int, int]) -> np.ndarray:
    """The region of the pixel's value, by its four neighbours."""
    height, width = values.shape
    found = np.zeros(values.shape, bool)
    waiting = [pixel]
    while waiting:
        x, y = waiting.pop()
        if 0 <= x < width and 0 <= y < height and not found[y, x] and values[y, x] == values[pixel[1], pixel[0]]:
            found[y, x] = True
            waiting += [(x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)]
    return found


def edge(found: np.ndarray) -> bool:
    return bool(found[0].any() or found[-1].any() or found[:, 0].any() or found[:, -1].any())


@given(VALUES, st.data())
def test_a_region_is_what_can_be_reached_over_sides(values: np.ndarray, data: st.DataObject) -> None:
    pixel = data.draw(st.integers(0, values.shape[1] - 1)), data.draw(st.integers(0, values.shape[0] - 1))
    before = values.copy()
    region, covered = connected_region(values, pixel)
    wanted = flooded(values, pixel)
    rows, columns = np.flatnonzero(wanted.any(axis=1)), np.flatnonzero(wanted.any(axis=0))
    assert region == Rect(columns[0], rows[0], columns[-1] - columns[0] + 1, rows[-1] - rows[0] + 1)
    assert np.array_equal(covered, wanted[region.slices])
    assert covered.dtype == np.bool_
    assert np.array_equal(values, before)


@given(AREAS, st.none() | st.integers(0, 4))
def test_holes_are_the_enclosed_regions_up_to_a_size(covered: np.ndarray, largest: int | None) -> None:
    wanted = np.zeros(covered.shape, bool)
    for y, x in np.argwhere(~covered):
        found = flooded(covered, (int(x), int(y)))
        hole = hole_at(covered, (int(x), int(y)))
        assert (hole is None) == edge(found)
        if not edge(found) and (largest is None or found.sum() <= largest):
            wanted |= found
    assert np.array_equal(holes(covered, largest), wanted)


def test_a_covered_pixel_is_in_no_hole() -> None:
    assert hole_at(np.ones((5, 5), bool), (2, 2)) is None


def test_a_picture_of_one_class_is_one_region() -> None:
    region, covered = connected_region(np.zeros((512, 512), np.uint8), (0, 511))
    assert region == Rect(0, 0, 512, 512)
    assert covered.all()


def test_a_corner_is_no_way_through() -> None:
    stairs = np.eye(6, dtype=bool)
    assert connected_region(stairs, (0, 5))[1].sum() == 15
    ring = np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]], bool)
    assert holes(np.pad(ring, 1)).sum() == 1

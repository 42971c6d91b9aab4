"""The footprint is exact at every size and leaves no gaps on the way."""

from __future__ import annotations

from fractions import Fraction
from math import floor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.imaging.footprint import BrushShape, footprint, outline, placed, swept

PICTURE = (64, 64)
HALF = Fraction(1, 2)


@pytest.mark.parametrize("shape", list(BrushShape))
@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 20, 41])
def test_footprint_reaches_all_four_sides_and_is_symmetric(size: int, shape: BrushShape) -> None:
    covered = footprint(size, shape)
    assert covered.shape == (size, size)
    assert covered.any(axis=0).all()
    assert covered.any(axis=1).all()
    assert np.array_equal(covered, covered[::-1])
    assert np.array_equal(covered, covered.T)


def test_one_pixel_brush_covers_the_pixel_under_the_point() -> None:
    rect, covered = swept((10.9, 20.1), (10.9, 20.1), 1, BrushShape.ROUND, PICTURE)
    assert rect == (10, 20, 1, 1)
    assert covered.tolist() == [[True]]


def test_even_brush_is_centred_on_the_nearest_corner() -> None:
    assert placed((10.4, 10.6), 2) == (9, 10)


@given(
    st.tuples(st.floats(-20, 84), st.floats(-20, 84)),
    st.tuples(st.floats(-20, 84), st.floats(-20, 84)),
    st.integers(1, 30),
    st.sampled_from(list(BrushShape)),
)
def test_sweep_is_the_union_of_footprints_at_every_pixel_of_the_way(
    start: tuple[float, float], end: tuple[float, float], size: int, shape: BrushShape
) -> None:
    rect, covered = swept(start, end, size, shape, PICTURE)
    got = np.zeros(PICTURE, np.bool_)
    if not rect.is_empty:
        got[rect.slices] = covered
    exact = np.zeros(PICTURE, np.bool_)
    (x0, y0), (x1, y1) = placed(start, size), placed(end, size)
    steps = max(abs(x1 - x0), abs(y1 - y0), 1)
    for k in range(steps + 1):
        x, y = floor(x0 + Fraction((x1 - x0) * k, steps) + HALF), floor(y0 + Fraction((y1 - y0) * k, steps) + HALF)
        for row, column in np.argwhere(footprint(size, shape)):
            if 0 <= y + row < PICTURE[0] and 0 <= x + column < PICTURE[1]:
                exact[y + row, x + column] = True
    assert np.array_equal(got, exact)


@pytest.mark.parametrize("size", [1, 2, 7, 20])
def test_outline_encloses_exactly_the_footprint(size: int) -> None:
    covered = np.pad(footprint(size), 1)
    edges = int((covered[1:] != covered[:-1]).sum() + (covered[:, 1:] != covered[:, :-1]).sum())
    segments = outline(size)
    assert len(segments) == edges == len(set(segments))
    assert all(abs(x1 - x0) + abs(y1 - y0) == 1 for x0, y0, x1, y1 in segments)


@given(
    st.tuples(st.integers(-20, 84), st.integers(-20, 84)), st.integers(-20, 20), st.integers(-20, 20), st.integers(1, 9)
)
def test_there_and_back_cover_the_same(start: tuple[int, int], dx: int, dy: int, size: int) -> None:
    end = start[0] + dx, start[1] + dy
    there, covered = swept(start, end, size, BrushShape.ROUND, PICTURE)
    back, covered_back = swept(end, start, size, BrushShape.ROUND, PICTURE)
    assert there == back
    assert np.array_equal(covered, covered_back)

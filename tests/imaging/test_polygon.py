"""Drawn areas: pixels are inside by their middles, neighbours fit, and everything is clipped to the picture."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from app.imaging.footprint import BrushShape, footprint
from app.imaging.polygon import ellipse, enclosed, pixel_at, rectangle, spanned
from app.imaging.raster import Rect
from app.imaging.regions import filled, outlines

PICTURE = (24, 32)
COORDINATES = st.floats(-10, 44, allow_nan=False, width=32)
POINTS = st.tuples(COORDINATES, COORDINATES)


def whole(area: tuple[Rect, np.ndarray], picture: tuple[int, int] = PICTURE) -> np.ndarray:
    """The area on its picture; the rectangle must lie inside it."""
    region, covered = area
    on_picture = np.zeros(picture, bool)
    if not region.is_empty:
        assert region.is_within(picture)
        assert covered.shape == (region.height, region.width)
        on_picture[region.slices] = covered
    return on_picture


def winding(points: list[tuple[float, float]], x: float, y: float) -> int:
    """How often the closed line goes around (x, y), edge by edge from the definition."""
    around = 0
    for (x0, y0), (x1, y1) in zip(points, points[1:] + points[:1], strict=True):
        if (y0 <= y) != (y1 <= y) and x0 + (y - y0) * (x1 - x0) / (y1 - y0) <= x:
            around += 1 if y1 > y0 else -1
    return around


@given(st.lists(POINTS, min_size=3, max_size=9))
def test_a_line_encloses_the_pixels_it_winds_around(points) -> None:
    # Middles that an edge runs through, up to rounding, may fall either way; the next test holds them together.
    height, width = PICTURE
    inside = whole(enclosed(points, PICTURE))
    for y in range(height):
        for x in range(width):
            nearest = (
                min(
                    abs(px + (y + 0.5 - py) * (qx - px) / (qy - py) - x - 0.5)
                    for (px, py), (qx, qy) in zip(points, points[1:] + points[:1], strict=True)
                    if (py <= y + 0.5) != (qy <= y + 0.5)
                )
                if winding_row(points, y + 0.5)
                else math.inf
            )
            if nearest > 1e-3:
                assert inside[y, x] == (winding(points, x + 0.5, y + 0.5) != 0)


def winding_row(points: list[tuple[float, float]], y: float) -> bool:
    """Whether any edge crosses the height y."""
    return any((p[1] <= y) != (q[1] <= y) for p, q in zip(points, points[1:] + points[:1], strict=True))


@given(arrays(np.bool_, (9, 11)))
def test_exact_outlines_enclose_the_area_they_were_made_of(covered) -> None:
    drawn = np.zeros(covered.shape, bool)
    for ring in outlines(covered):
        drawn |= whole(enclosed([(x, y) for x, y in ring.tolist()], covered.shape), covered.shape)
    assert np.array_equal(drawn, covered)


LATTICE = st.tuples(st.integers(0, 64), st.integers(0, 48)).map(lambda at: (at[0] / 2, at[1] / 2))


@given(st.tuples(LATTICE, LATTICE, LATTICE), LATTICE | POINTS)
@settings(max_examples=300)
def test_triangles_that_share_an_edge_leave_no_pixel_and_share_none(corners, apex) -> None:
    a, b, c = corners
    parts = [whole(enclosed([p, q, apex], PICTURE)).astype(int) for p, q in ((a, b), (b, c), (c, a))]
    inside = whole(enclosed([a, b, c], PICTURE))
    if winding([a, b, c], *apex):  # a fan around a point inside
        assert np.array_equal(sum(parts), inside.astype(int))


def test_a_simple_polygon_is_what_files_hold() -> None:
    points = [(3.2, 2.7), (20.5, 5.5), (15.0, 19.9), (6.5, 12.5)]
    assert np.array_equal(whole(enclosed(points, PICTURE)), filled([np.array(points)], PICTURE))


def test_a_line_crossed_by_its_own_end_cuts_no_hole() -> None:
    square = [(4.0, 4.0), (20.0, 4.0), (20.0, 20.0), (4.0, 20.0)]
    assert np.array_equal(whole(enclosed(square + square, PICTURE)), whole(enclosed(square, PICTURE)))
    assert whole(enclosed(square, PICTURE)).sum() == 256


def test_two_points_enclose_nothing() -> None:
    assert enclosed([(1.0, 1.0), (9.0, 9.0)], PICTURE)[0].is_empty
    assert enclosed([(-9.0, -9.0), (-1.0, -9.0), (-1.0, -1.0)], PICTURE)[0].is_empty


@given(POINTS, POINTS, st.booleans(), st.booleans())
def test_a_spanned_box_holds_both_its_pixels(start, end, square, centred) -> None:
    box = spanned(start, end, square=square, centred=centred)
    first, last = (math.floor(start[0]), math.floor(start[1])), (math.floor(end[0]), math.floor(end[1]))
    assert box.x <= first[0] < box.x + box.width
    assert box.y <= first[1] < box.y + box.height
    assert square or (box.x <= last[0] < box.x + box.width and box.y <= last[1] < box.y + box.height)
    assert (
        not square
        or box.width == box.height == max(abs(last[0] - first[0]), abs(last[1] - first[1])) * (1 + centred) + 1
    )
    assert not centred or (2 * first[0] == 2 * box.x + box.width - 1 and 2 * first[1] == 2 * box.y + box.height - 1)


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 8, 12, 19])
def test_an_ellipse_in_a_square_is_the_round_footprint(size: int) -> None:
    region, covered = ellipse(Rect(2, 3, size, size), PICTURE)
    assert region == Rect(2, 3, size, size)
    assert np.array_equal(covered, footprint(size, BrushShape.ROUND))


@given(st.integers(-20, 30), st.integers(-20, 30), st.integers(1, 40), st.integers(1, 40))
def test_shapes_are_cut_off_at_the_edge_of_the_picture(x, y, width, height) -> None:
    box, roomy = Rect(x, y, width, height), (120, 120)
    for shape in (rectangle, ellipse):
        uncut = whole(shape(Rect(x + 30, y + 30, width, height), roomy), roomy)
        cut = uncut[30 : 30 + PICTURE[0], 30 : 30 + PICTURE[1]]
        assert np.array_equal(whole(shape(box, PICTURE)), cut)


def test_a_box_reaches_all_four_sides_of_its_ellipse() -> None:
    _, covered = ellipse(Rect(0, 0, 30, 7), PICTURE)
    assert covered.any(axis=0).all()
    assert covered.any(axis=1).all()
    assert np.array_equal(covered, covered[::-1])
    assert np.array_equal(covered, covered[:, ::-1])


def test_points_beside_the_picture_are_on_no_pixel() -> None:
    assert pixel_at((31.99, 23.99), PICTURE) == (31, 23)
    assert pixel_at((32.0, 5.0), PICTURE) is None
    assert pixel_at((-0.01, 5.0), PICTURE) is None

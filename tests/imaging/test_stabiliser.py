"""The brush on a string trembles less than the hand and goes where the hand goes."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.imaging.stabiliser import STRONGEST, Stabiliser, string_length

POINTS = st.lists(st.tuples(st.floats(0, 512), st.floats(0, 512)), min_size=1, max_size=30)


@given(POINTS, st.floats(0, 60))
def test_the_brush_is_never_further_away_than_the_string_is_long(points, length) -> None:
    string = Stabiliser(points[0], length)
    for point in points:
        assert math.dist(string.pulled(point), point) <= length + 1e-9


@given(POINTS)
def test_without_a_string_the_brush_is_where_the_hand_is(points) -> None:
    string = Stabiliser(points[0], string_length(0, 0.5))
    for point in points:
        assert string.pulled(point) == pytest.approx(point)


def test_trembling_within_the_string_moves_nothing() -> None:
    string = Stabiliser((100.0, 100.0), 5)
    assert {string.pulled((100 + k % 3, 100 - k % 4)) for k in range(50)} == {(100.0, 100.0)}


def test_a_trembling_line_comes_out_straighter() -> None:
    string = Stabiliser((0.0, 50.0), 12)
    way = [string.pulled((x, 50 + 3 * (-1) ** x)) for x in range(200)]
    assert max(abs(y - 50) for _, y in way) < 1
    assert way[-1][0] == pytest.approx(187.4, abs=0.5)


def test_the_line_does_not_depend_on_how_often_the_mouse_reports() -> None:
    often, rarely = Stabiliser((0.0, 0.0), 8), Stabiliser((0.0, 0.0), 8)
    for k in range(1, 101):
        often.pulled((k, 0.0))
    rarely.pulled((100.0, 0.0))
    assert often.point == pytest.approx(rarely.point)


@pytest.mark.parametrize("grain", [0.01, 0.5, 4])
def test_strengths_grow_from_nothing_and_end_at_ten(grain) -> None:
    lengths = [string_length(strength, grain) for strength in range(STRONGEST + 1)]
    assert lengths[0] == 0
    assert lengths == sorted(set(lengths))
    assert string_length(99, grain) == lengths[-1]

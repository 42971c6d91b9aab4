"""Initials lie inside what is seen of their class."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.faces.classes import ALL_BITS, CLASS_BY_NAME, CLASSES, bits_of
from app.imaging.initials import LEAST_PIXELS, PIECES_AT_MOST, InitialPlace, initial_places
from app.imaging.overlay import OverlayStyle, top_table

TOPS = top_table(OverlayStyle())
SKIN, NOSE = CLASS_BY_NAME["skin"].id, CLASS_BY_NAME["nose"].id


def test_the_middle_of_a_square_is_its_middle_pixel() -> None:
    bits = np.zeros((40, 50), np.uint32)
    bits[10:21, 20:31] = bits_of("nose")
    assert initial_places(bits, TOPS) == [InitialPlace(NOSE, 25.5, 15.5, initial_places(bits, TOPS)[0].radius)]
    assert 5 < initial_places(bits, TOPS)[0].radius < 7


def test_what_is_hidden_beneath_gets_none() -> None:
    bits = np.full((40, 50), bits_of("skin", "hair"), np.uint32)
    assert [place.class_id for place in initial_places(bits, TOPS)] == [CLASS_BY_NAME["hair"].id]
    without = top_table(OverlayStyle(visible=ALL_BITS & ~bits_of("hair")))
    assert [place.class_id for place in initial_places(bits, without)] == [SKIN]


def test_only_the_larger_pieces_get_one() -> None:
    bits = np.zeros((100, 100), np.uint32)
    for at, side in enumerate((8, 7, 6, 5, 4, 3)):
        bits[at * 12 : at * 12 + side, 3 : 3 + side] = bits_of("skin")
    bits[90, 90 : 90 + LEAST_PIXELS - 1] = bits_of("nose")
    places = initial_places(bits, TOPS)
    assert [place.class_id for place in places] == [SKIN] * PIECES_AT_MOST
    assert [int(place.y) // 12 for place in places] == [0, 1, 2, 3]


@given(st.integers(0, 2**32 - 1))
def test_every_place_is_a_pixel_of_its_class(seed) -> None:
    rng = np.random.default_rng(seed)
    small = rng.choice(np.array([0, 1, 2, 3, 1 << 12, (1 << 12) | 1], np.uint32), (6, 7))
    bits = small.repeat(5, axis=0).repeat(5, axis=1)
    for place in initial_places(bits, TOPS):
        assert TOPS[bits[int(place.y), int(place.x)]] == CLASSES[place.class_id].bit

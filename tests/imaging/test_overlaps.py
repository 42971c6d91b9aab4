"""What flattening loses, against a count that looks at every pixel."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from app.faces.classes import ALL_BITS, CLASS_BY_NAME, LAYER_CLASSES, OFFICIAL_PAINT_ORDER, SCHEMES, bits_of
from app.faces.mask import flatten
from app.imaging.overlaps import Loss, is_pile, loses, overlaps, restacked

SMALL = arrays.arrays(np.uint32, (4, 5), elements=st.integers(0, ALL_BITS))
ORDERS = st.sampled_from([scheme.paint_order for scheme in SCHEMES if len(scheme.order) == 19])
NECK, NECKLACE = CLASS_BY_NAME["neck"].id, CLASS_BY_NAME["neck_l"].id


@given(SMALL, ORDERS)
def test_every_pair_is_counted_as_the_eye_would(bits, order) -> None:
    expected: dict[tuple[int, int], int] = {}
    for pixel in bits.ravel():
        pile = [class_id for class_id in reversed(order) if int(pixel) >> (class_id - 1) & 1]
        for hidden in pile[1:]:
            expected[pile[0], hidden] = expected.get((pile[0], hidden), 0) + 1
    found = overlaps(bits, order)
    assert {(loss.seen, loss.lost): loss.pixels for loss in found.losses} == expected
    assert [loss.pixels for loss in found.losses] == sorted(expected.values(), reverse=True)
    assert found.pixels == sum(int(pixel).bit_count() > 1 for pixel in bits.ravel())
    assert found.covered == np.count_nonzero(bits)


@given(SMALL, ORDERS)
def test_the_pixels_of_a_pair_are_as_many_as_counted(bits, order) -> None:
    for loss in overlaps(bits, order).losses:
        where = loses(bits, 1 << (loss.lost - 1), seen=loss.seen, paint_order=order)
        assert np.count_nonzero(where) == loss.pixels
    assert np.array_equal(loses(bits, paint_order=order), is_pile(bits))


@given(SMALL, ORDERS, ORDERS)
def test_restacked_is_where_the_flattenings_differ(bits, one, other) -> None:
    assert np.array_equal(restacked(bits, one, other), flatten(bits, one) != flatten(bits, other))
    assert not (restacked(bits, one, other) & ~is_pile(bits)).any()


def test_a_necklace_is_lost_under_the_neck_in_the_official_order_and_seen_in_another() -> None:
    bits = np.zeros((10, 10), np.uint32)
    bits[2:9, 2:9] = bits_of("neck")
    bits[3:5, 2:9] |= bits_of("neck_l")
    assert overlaps(bits).losses == (Loss(NECK, NECKLACE, 14),)
    above = (*(c for c in OFFICIAL_PAINT_ORDER if c != NECKLACE), NECKLACE)
    assert overlaps(bits, above).losses == (Loss(NECKLACE, NECK, 14),)
    assert np.count_nonzero(restacked(bits, OFFICIAL_PAINT_ORDER, above)) == 14


def test_index_maps_lose_nothing() -> None:
    bits = np.array([[0, *(c.bit for c in LAYER_CLASSES)]], np.uint32)
    assert overlaps(bits).losses == ()
    assert overlaps(bits).covered == 18
    assert not is_pile(bits).any()


@pytest.mark.parametrize("shape", [(0, 0), (3, 0)])
def test_an_empty_mask_loses_nothing(shape) -> None:
    assert overlaps(np.zeros(shape, np.uint32)).losses == ()

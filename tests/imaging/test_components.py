"""A piece of a class is found, moved, renamed and swapped without touching anything else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from app.faces.classes import ALL_BITS, CLASS_BY_NAME, CLASSES, LAYER_CLASSES, OFFICIAL_PAINT_ORDER, bits_of
from app.faces.mask import Bits
from app.imaging.components import PAIRS, component_at, moved, relabelled, replaced, swapped, topmost_at

SKIN, BROW, OTHER_BROW, HAIR, EYE = (bits_of(n) for n in ("skin", "l_brow", "r_brow", "hair", "l_eye"))
BROW_ID, SKIN_ID, HAIR_ID = 6, 1, 13
SETS = arrays.arrays(np.uint32, (9, 11), elements=st.integers(0, ALL_BITS))
INDEX = arrays.arrays(np.uint32, (9, 11), elements=st.sampled_from([0, *(c.bit for c in LAYER_CLASSES)]))


@pytest.fixture
def face() -> Bits:
    """Skin everywhere, a brow of two pieces: one of 2 × 3 pixels, one touching corners with a third pixel."""
    bits = np.full((12, 12), SKIN, np.uint32)
    bits[1:3, 1:4] |= BROW
    bits[7, 7] |= BROW
    bits[8, 8] |= BROW
    return bits


def test_pairs_are_the_eyes_the_brows_and_the_ears() -> None:
    assert [(a.name, b.name) for a, b in PAIRS] == [("l_eye", "r_eye"), ("l_brow", "r_brow"), ("l_ear", "r_ear")]


def test_the_piece_under_a_pixel_is_the_connected_one(face: Bits) -> None:
    piece = component_at(face, 2, 2, BROW_ID)
    assert piece is not None
    assert (tuple(piece.region), piece.area) == ((1, 1, 3, 2), 6)
    corner = component_at(face, 8, 8, BROW_ID)
    assert corner is not None
    assert (tuple(corner.region), corner.area) == ((7, 7, 2, 2), 2)


@pytest.mark.parametrize("place", [(5, 5), (-1, 2), (2, 12), (99, 0)])
def test_there_is_no_piece_where_the_class_is_not(face: Bits, place: tuple[int, int]) -> None:
    assert component_at(face, *place, BROW_ID) is None


def test_a_piece_goes_on_under_what_lies_over_it(face: Bits) -> None:
    face[:, 2] |= HAIR
    piece = component_at(face, 1, 1, BROW_ID)
    assert piece is not None
    assert piece.area == 6


def test_a_hole_without_any_class_is_a_piece_of_the_background(face: Bits) -> None:
    face[4:6, 4:6] = 0
    hole = component_at(face, 4, 4, 0)
    assert hole is not None
    assert hole.area == 4
    filled = relabelled(face, hole, HAIR_ID)
    assert (filled[4:6, 4:6] == HAIR).all()
    assert np.array_equal(np.delete(filled, [4, 5], 0), np.delete(face, [4, 5], 0))


def test_the_class_seen_at_a_pixel(face: Bits) -> None:
    assert topmost_at(face, 2, 2, OFFICIAL_PAINT_ORDER) == BROW_ID
    assert topmost_at(face, 2, 2, OFFICIAL_PAINT_ORDER, ALL_BITS & ~BROW) == SKIN_ID
    assert topmost_at(face, 2, 12, OFFICIAL_PAINT_ORDER) is None


def test_a_moved_piece_leaves_what_was_beneath(face: Bits) -> None:
    piece = component_at(face, 1, 1, BROW_ID)
    assert piece is not None
    after = moved(face, piece, 4, 3)
    assert (after[1:3, 1:4] == SKIN).all()
    assert (after[4:6, 5:8] == SKIN | BROW).all()
    assert np.count_nonzero(after != face) == 12


def test_a_moved_piece_leaves_its_surroundings_in_an_index_map() -> None:
    bits = np.full((8, 8), SKIN, np.uint32)
    bits[0] = HAIR
    bits[1:3, 1:4] = BROW
    piece = component_at(bits, 1, 1, BROW_ID)
    assert piece is not None
    after = moved(bits, piece, 2, 4, exclusive=True)
    assert (after[1:3, 1:4] == SKIN).all()
    assert (after[5:7, 3:6] == BROW).all()


def test_what_is_moved_out_of_the_picture_is_cut_off(face: Bits) -> None:
    piece = component_at(face, 1, 1, BROW_ID)
    assert piece is not None
    after = moved(face, piece, -2, -2)
    assert np.count_nonzero(after & BROW) == 2 + 2
    assert not (moved(face, piece, 500, 0)[:5] & BROW).any()


def test_a_renamed_piece_keeps_its_place(face: Bits) -> None:
    piece = component_at(face, 1, 1, BROW_ID)
    assert piece is not None
    after = relabelled(face, piece, 7)
    assert (after[1:3, 1:4] == SKIN | OTHER_BROW).all()
    assert (after[7, 7], after[8, 8]) == (SKIN | BROW, SKIN | BROW)
    assert np.array_equal(relabelled(face, piece, 0)[1:3, 1:4], np.full((2, 3), SKIN))


@settings(deadline=None)
@given(SETS)
def test_swapping_twice_is_no_swap(bits: Bits) -> None:
    assert np.array_equal(swapped(swapped(bits)), bits)


@settings(deadline=None)
@given(SETS)
def test_swapping_exchanges_the_layers_of_a_pair_and_no_other(bits: Bits) -> None:
    after = swapped(bits, PAIRS[:1])
    for face_class in CLASSES[1:]:
        partner = face_class.partner if face_class.name in ("l_eye", "r_eye") else None
        source = (partner or face_class).bit
        assert np.array_equal((after & face_class.bit) != 0, (bits & source) != 0)


@settings(deadline=None)
@given(INDEX, st.integers(1, 18), st.integers(-12, 12), st.integers(-12, 12), st.data())
def test_index_maps_keep_one_class_per_pixel(
    bits: Bits, face_class: int, dx: int, dy: int, data: st.DataObject
) -> None:
    y, x = data.draw(st.integers(0, 8)), data.draw(st.integers(0, 10))
    held = topmost_at(bits, x, y, OFFICIAL_PAINT_ORDER)
    assert held is not None
    piece = component_at(bits, x, y, held)
    assert piece is not None
    before = bits.copy()
    wishes = [
        relabelled(bits, piece, face_class, exclusive=True),
        replaced(bits, face_class, bits == 0, exclusive=True),
        swapped(bits),
    ]
    if held:
        wishes.append(moved(bits, piece, dx, dy, exclusive=True))
    for after in wishes:
        assert after.dtype == np.uint32
        assert (np.bitwise_count(after) <= 1).all()
    assert np.array_equal(bits, before)


@settings(deadline=None)
@given(SETS, st.data())
def test_a_replaced_layer_is_where_it_was_told(bits: Bits, data: st.DataObject) -> None:
    covered = data.draw(arrays.arrays(np.bool_, bits.shape))
    after = replaced(bits, CLASS_BY_NAME["l_eye"].id, covered)
    assert np.array_equal((after & EYE) != 0, covered)
    assert np.array_equal(after & ~np.uint32(EYE), bits & ~np.uint32(EYE))

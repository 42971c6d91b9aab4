"""Layers overlap, flattening is a table, and schemes are only names for classes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from app.faces.classes import ALL_BITS, CLASSES, OFFICIAL_PAINT_ORDER, SCHEMES, ClassScheme, bits_of, names_of
from app.faces.errors import InvalidEditError
from app.faces.mask import MaskLayers, flatten, foreign_values, paint_table

BITS = hnp.arrays(np.uint32, hnp.array_shapes(min_dims=2, max_dims=2, max_side=8), elements=st.integers(0, ALL_BITS))
ORDERS = st.permutations(range(1, 19)).map(tuple)


def painted(bits: np.ndarray, order: tuple[int, ...], visible: int) -> np.ndarray:
    """g_mask.py's way: paint class after class over the picture."""
    flat = np.zeros(bits.shape, np.uint8)
    for class_id in order:
        if visible >> (class_id - 1) & 1:
            flat[(bits >> (class_id - 1) & 1) == 1] = class_id
    return flat


@given(BITS, ORDERS, st.integers(0, ALL_BITS))
def test_flattening_is_painting_class_after_class(bits: np.ndarray, order: tuple[int, ...], visible: int) -> None:
    assert np.array_equal(flatten(bits, order, visible), painted(bits, order, visible))


@given(BITS)
def test_binaries_hold_everything(bits: np.ndarray) -> None:
    layers = MaskLayers(bits)
    again = MaskLayers.from_binaries({c.name: layers.layer(c.name) for c in CLASSES}, bits.shape)
    assert again.equals(layers)


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda s: s.name)
def test_every_scheme_names_all_nineteen_classes(scheme: ClassScheme) -> None:
    assert sorted(scheme.order) == sorted(c.name for c in CLASSES)
    assert sorted(scheme.paint_order) == list(OFFICIAL_PAINT_ORDER)


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda s: s.name)
@given(index_map=hnp.arrays(np.uint8, (5, 7), elements=st.integers(0, 18)))
def test_index_maps_come_back_under_every_scheme(scheme: ClassScheme, index_map: np.ndarray) -> None:
    layers = MaskLayers.from_index_map(index_map, scheme)
    assert layers.exclusive
    assert np.array_equal(layers.to_index_map(scheme), index_map)


def test_foreign_values_are_named_not_guessed() -> None:
    index_map = np.array([[0, 18, 19, 255]], np.uint8)
    assert foreign_values(index_map, SCHEMES[0]) == (19, 255)
    with pytest.raises(InvalidEditError, match="19, 255"):
        MaskLayers.from_index_map(index_map)


@given(BITS)
def test_areas_count_layers_and_flattened_areas_add_up_to_the_picture(bits: np.ndarray) -> None:
    layers = MaskLayers(bits)
    assert layers.areas() == {c.name: int(layers.layer(c.name).sum()) for c in CLASSES}
    assert sum(layers.flattened_areas().values()) == bits.size
    assert layers.present == bits_of(*(name for name, area in layers.areas().items() if area and name != "background"))


def test_layers_of_different_sizes_are_refused_by_name() -> None:
    with pytest.raises(InvalidEditError, match=r"hair is 3×2, the others 2×2"):
        MaskLayers.from_binaries({"skin": np.ones((2, 2), bool), "hair": np.ones((2, 3), bool)})


def test_a_paint_table_looks_through_classes_without_a_value() -> None:
    table = paint_table({1: 10}, OFFICIAL_PAINT_ORDER, np.uint8, empty=5)
    assert table[bits_of("skin", "hair")] == 10
    assert table[bits_of("hair")] == 5


def test_pairs_mirror_each_other() -> None:
    for face_class in CLASSES:
        if face_class.partner:
            assert face_class.partner.partner is face_class
    assert names_of(bits_of("skin", "cloth")) == ("skin", "cloth")
    assert len({c.safe_colour for c in CLASSES}) == len({c.colour for c in CLASSES}) == 19

"""The figures of a mask equal what counting layer by layer finds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from app.catalog.contents import Contents, contents_of, contents_of_sets
from app.faces.classes import ALL_BITS, CLASS_BY_NAME, LAYER_CLASSES, OFFICIAL_PAINT_ORDER, SCHEMES, PaintOrder
from app.faces.mask import Bits, MaskLayers
from app.formats import open_store
from app.imaging.set_index import decode_indexed, encode

ORDERS = tuple(scheme.paint_order for scheme in SCHEMES)


def plain_contents(mask: MaskLayers, paint_order: PaintOrder) -> Contents:
    """One class after the other."""
    height, width = mask.shape
    areas, boxes = np.zeros(18, np.uint32), np.zeros((18, 4), np.uint16)
    centroids = np.full((18, 2), np.nan, np.float32)
    for face_class in LAYER_CLASSES:
        at = face_class.id - 1
        ys, xs = np.nonzero(mask.layer(face_class.name))
        areas[at] = len(ys)
        if len(ys):
            boxes[at] = xs.min(), ys.min(), xs.max() - xs.min() + 1, ys.max() - ys.min() + 1
            centroids[at] = (xs.mean() + 0.5) / width, (ys.mean() + 0.5) / height
    flattened = mask.flattened_areas(paint_order)
    seen = np.zeros(19, np.uint32)
    for name, pixels in flattened.items():
        seen[CLASS_BY_NAME[name].id] = pixels
    return Contents(mask.present, np.array([height, width], np.uint32), areas, seen, boxes, centroids)


def assert_equal(found: Contents, expected: Contents) -> None:
    assert found.present == expected.present
    for name in ("size", "areas", "seen", "boxes"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name), name)
    np.testing.assert_allclose(found.centroids, expected.centroids, rtol=1e-6)
    assert found.problem is None


@given(
    arrays(np.uint32, array_shapes(min_dims=2, max_dims=2, max_side=12), elements=st.integers(0, ALL_BITS)),
    st.sampled_from(ORDERS),
)
def test_one_pass_counts_what_eighteen_do(bits: Bits, paint_order: PaintOrder) -> None:
    mask = MaskLayers(bits)
    expected = plain_contents(mask, paint_order)
    assert_equal(contents_of(mask, paint_order), expected)
    assert_equal(contents_of_sets(*decode_indexed(encode(bits)), paint_order), expected)


def test_sets_that_no_pixel_has_count_for_nothing() -> None:
    index = np.array([[1, 1, 3]], np.uint8)
    found = contents_of_sets(np.array([0b1000, 0b1, 0b100, 0], np.uint32), index)
    assert_equal(found, plain_contents(MaskLayers(np.array([[1, 1, 0]], np.uint32)), OFFICIAL_PAINT_ORDER))


def test_more_sets_than_a_byte_counts() -> None:
    bits = np.arange(900, dtype=np.uint32).reshape(30, 30)
    assert_equal(contents_of(MaskLayers(bits)), plain_contents(MaskLayers(bits), OFFICIAL_PAINT_ORDER))


def test_a_mask_without_pixels_is_told() -> None:
    found = contents_of(MaskLayers(np.zeros((0, 5), np.uint32)))
    assert found.problem == "the mask has no pixels"
    assert found.present == 0
    assert not found.areas.any()


@pytest.mark.parametrize("folder", ["CelebAMask-HQ", "Multi-Modal-CelebA-HQ"])
def test_real_masks(real_data: Path, folder: str) -> None:
    store = open_store(real_data / folder)
    for sample in store.sample_ids:
        mask = store.read_mask(sample).value
        if mask is not None:
            found = contents_of(mask, store.paint_order)
            assert_equal(found, plain_contents(mask, store.paint_order))

"""Overlay tables against the definition, and outlines against a pixel-by-pixel count."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.faces.classes import ALL_BITS, CLASSES, OFFICIAL_PAINT_ORDER, SCHEME_BY_NAME, bits_of
from app.faces.palettes import NATIVE, SAFE
from app.imaging.overlay import (
    BACKGROUND_DIM,
    OverlayStyle,
    changed_region,
    fill_table,
    outline_table,
    outlines,
    premultiplied,
    spread_overlay,
    spread_table,
    top_table,
)
from app.imaging.raster import Rect

ORDERS = [OFFICIAL_PAINT_ORDER, SCHEME_BY_NAME["farl"].paint_order]


def expected(style: OverlayStyle, classes: int) -> int:
    """The topmost visible class's colour, by walking down the pile."""
    for class_id in reversed(style.paint_order):
        face_class = CLASSES[class_id]
        if face_class.bit & classes & style.visible:
            share = style.shares[class_id] if style.shares else 1
            return premultiplied(style.palette.colours[class_id], 1.0 if style.alone else style.opacity * share)
    if style.alone:
        return premultiplied(style.palette.colours[0], 1.0)
    return 0 if style.background_visible else premultiplied((0, 0, 0), BACKGROUND_DIM)


@given(
    st.sampled_from(ORDERS),
    st.integers(0, ALL_BITS),
    st.sampled_from([0.0, 0.3, 0.5, 1.0]),
    st.sampled_from([NATIVE, SAFE]),
    st.booleans(),
    st.sampled_from([(), tuple(k / 18 for k in range(19))]),
    st.booleans(),
    st.lists(st.integers(0, ALL_BITS), min_size=1, max_size=8),
)
def test_every_set_has_the_colour_of_its_topmost_visible_class(
    order, visible, opacity, palette, background, shares, alone, sets
) -> None:
    style = OverlayStyle(visible, opacity, palette, background, order, shares, alone)
    table = fill_table(style)
    assert [int(table[s]) for s in sets] == [expected(style, s) for s in sets]


def test_the_topmost_class_has_a_table_of_its_own() -> None:
    style = OverlayStyle(visible=ALL_BITS & ~bits_of("hair"))
    tops = top_table(style)
    assert int(tops[bits_of("skin", "hair", "nose")]) == bits_of("nose")
    assert [int(tops[0]), int(tops[bits_of("hair")])] == [0, 0]


def test_a_share_for_each_class_or_for_none() -> None:
    with pytest.raises(ValueError, match="18 shares of the opacity for 19 classes"):
        OverlayStyle(shares=(1.0,) * 18)


def test_colours_are_premultiplied() -> None:
    assert premultiplied((204, 0, 102), 0.5) == 0x80660033
    assert premultiplied((255, 255, 255), 1.0) == 0xFFFFFFFF
    assert premultiplied((255, 255, 255), 0.0) == 0


def test_tables_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="read-only"):
        fill_table(OverlayStyle())[0] = 1


def test_showing_a_class_changes_no_pixel_outside_the_changed_region() -> None:
    bits = np.zeros((9, 12), np.uint32)
    bits[2:8, 1:11] = bits_of("skin")
    bits[3:5, 4:7] |= bits_of("nose")
    shown, hidden = OverlayStyle(), OverlayStyle(visible=ALL_BITS & ~bits_of("nose"))
    assert changed_region(bits, shown, hidden) == changed_region(bits, hidden, shown) == Rect(4, 3, 3, 2)
    differs = fill_table(shown)[bits] != fill_table(hidden)[bits]
    assert differs[3:5, 4:7].all()
    assert differs.sum() == 6
    assert changed_region(bits, shown, OverlayStyle(visible=ALL_BITS & ~bits_of("hat"))).is_empty
    assert changed_region(bits, hidden, OverlayStyle(opacity=0.4)) == Rect.whole((9, 12))


@pytest.mark.parametrize(("across", "down"), [(1, 1), (2, 2), (2, 1), (1, 3), (4, 4)])
def test_spreading_repeats_each_colour(across, down) -> None:
    bits = np.random.default_rng(0).integers(0, ALL_BITS, (5, 7)).astype(np.uint32)
    style = OverlayStyle()
    expected = np.kron(fill_table(style)[bits], np.ones((down, across), np.uint32))
    assert np.array_equal(spread_overlay(bits[:, 1:], spread_table(style, across), across, down), expected[:, across:])


def outlines_by_counting(colours: np.ndarray, width: int) -> np.ndarray:
    """What ``outlines`` says, one pixel at a time; ``colours`` are those of the screen with its margin."""
    height, breadth = colours.shape
    found = np.zeros((height - 2 * width, breadth - 2 * width), np.uint32)
    for y, x in itertools.product(range(width, height - width), range(width, breadth - width)):
        around = [colours[y + d, x] for d in range(-width, width + 1)]
        around += [colours[y, x + d] for d in range(-width, width + 1)]
        if any(c != colours[y, x] for c in around):
            found[y - width, x - width] = colours[y, x]
    return found


@given(st.integers(0, 2**32 - 1), st.integers(1, 3), st.sampled_from([0.4, 1.0, 2.0, 3.7]), st.integers(0, 5))
def test_outlines_equal_a_count_of_neighbours(seed, width, scale, offset) -> None:
    rng = np.random.default_rng(seed)
    bits = rng.choice(np.array([0, 1, 2, 3], np.uint32), (9, 11))
    rows = np.clip(((np.arange(-width, 14 + width) + offset) / scale).astype(np.intp), 0, 8)
    columns = np.clip(((np.arange(-width, 17 + width) + offset) / scale).astype(np.intp), 0, 10)
    table = outline_table(OverlayStyle())
    found = outlines(bits, table, rows, columns, width)
    assert np.array_equal(found, outlines_by_counting(table[bits[rows[:, None], columns[None, :]]], width))


def test_the_edge_of_the_picture_is_no_border() -> None:
    bits = np.full((4, 4), bits_of("hair"), np.uint32)
    index = np.clip(np.arange(-1, 9) // 2, 0, 3)
    assert not outlines(bits, outline_table(OverlayStyle()), index, index).any()

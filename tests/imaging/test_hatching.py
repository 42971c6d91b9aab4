"""Patterns tell classes apart, stay on the picture and are the same however the screen is cut up."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from app.faces.classes import CLASS_BY_NAME, LAYER_CLASSES, bits_of
from app.imaging.hatching import PERIOD_PX, hatched
from app.imaging.overlay import OverlayStyle, outline_table, outlines, top_table

TOPS = top_table(OverlayStyle())
SIDE = 2 * PERIOD_PX


def pattern(name: str, thickness: int = 1) -> np.ndarray:
    index = np.zeros(SIDE, np.intp)
    return hatched(np.array([[CLASS_BY_NAME[name].bit]], np.uint32), TOPS, index, index, (0, 0), thickness)


def test_every_class_has_a_pattern_of_its_own() -> None:
    patterns = {c.name: pattern(c.name) for c in LAYER_CLASSES}
    for one, other in itertools.combinations(patterns, 2):
        assert not np.array_equal(patterns[one], patterns[other]), (one, other)
    assert all(0.02 < drawn.mean() < 0.5 for drawn in patterns.values())


@pytest.mark.parametrize("name", ["l_eye", "l_brow", "l_ear"])
def test_the_sides_of_a_pair_mirror_each_other(name) -> None:
    partner = CLASS_BY_NAME[name].mirror
    assert np.array_equal(np.roll(pattern(name)[:, ::-1], 1, axis=1), pattern(partner))


def test_background_has_no_lines() -> None:
    assert not pattern("background").any()


def test_parts_of_a_screen_meet_without_a_seam() -> None:
    bits = np.random.default_rng(0).choice(np.array([0, 1, 2, 5, 1 << 12], np.uint32), (9, 11))
    rows, columns = np.arange(36) // 4, np.arange(44) // 4
    whole = hatched(bits, TOPS, rows, columns, (5, 3))
    for top, left in ((0, 0), (7, 13), (20, 30)):
        part = hatched(bits, TOPS, rows[top:], columns[left:], (5 + left, 3 + top))
        assert np.array_equal(part, whole[top:, left:])


def test_thicker_lines_are_further_apart() -> None:
    assert np.array_equal(pattern("nose", 2)[:12, :12], pattern("nose")[:6, :6].repeat(2, axis=0).repeat(2, axis=1))


def test_hatched_pixels_have_their_classs_colour() -> None:
    bits = np.full((4, 4), bits_of("hair"), np.uint32)
    index, hatch = np.clip(np.arange(-1, 5), 0, 3), np.eye(4, dtype=np.bool_)
    table = outline_table(OverlayStyle())
    drawn = outlines(bits, table, index, index, hatch=hatch)
    assert np.array_equal(drawn, np.where(hatch, table[bits_of("hair")], 0))

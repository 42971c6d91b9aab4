"""The wand takes what looks alike, nothing that is told otherwise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.imaging.raster import Rect
from app.imaging.wand import alike, box_around, colour_distances, lab_colours


def patches(*colours: tuple[int, int, int], side: int = 8) -> np.ndarray:
    """Squares of one colour in a row."""
    return np.concatenate([np.full((side, side, 3), colour, np.uint8) for colour in colours], axis=1)


def test_distances_are_those_of_cie_lab() -> None:
    colours = lab_colours(patches((255, 255, 255), (0, 0, 0), (255, 0, 0)))
    assert colours[0, 0] == pytest.approx([100, 0, 0], abs=0.05)
    assert colours[0, 20] == pytest.approx([53.24, 80.09, 67.20], abs=0.3)  # sRGB red under D65
    distances = colour_distances(colours, (0, 0))
    assert distances[0, 0] == 0
    assert distances[0, 8] == pytest.approx(100, abs=0.1)


def test_the_tolerance_decides_and_contiguity_keeps_to_one_place() -> None:
    picture = patches((120, 120, 120), (126, 126, 126), (10, 200, 10), (120, 120, 120))
    distances = colour_distances(lab_colours(picture), (3, 3))
    assert alike(distances, (3, 3), 0)[0] == Rect(0, 0, 8, 8)
    assert alike(distances, (3, 3), 5)[0] == Rect(0, 0, 16, 8)
    everywhere, covered = alike(distances, (3, 3), 5, contiguous=False)
    assert everywhere == Rect(0, 0, 32, 8)
    assert covered.sum() == 3 * 64
    assert not covered[:, 16:24].any()


@given(st.integers(0, 2**32 - 1), st.floats(0, 60), st.floats(0, 60), st.booleans())
def test_a_higher_tolerance_takes_no_less(seed: int, one: float, other: float, contiguous: bool) -> None:
    picture = np.random.default_rng(seed).integers(0, 255, (12, 14, 3), np.uint8)
    distances = colour_distances(lab_colours(picture, 0.8), (5, 6))
    low, high = sorted((one, other))
    smaller, larger = (np.zeros((12, 14), bool) for _ in range(2))
    for tolerance, target in ((low, smaller), (high, larger)):
        region, covered = alike(distances, (5, 6), tolerance, contiguous=contiguous)
        target[region.slices] = covered
    assert smaller[6, 5]
    assert not (smaller & ~larger).any()


def test_smoothing_lets_the_wand_pass_grain() -> None:
    grain = np.random.default_rng(1).normal(0, 12, (64, 64, 1))
    picture = np.clip(np.full((64, 64, 3), 128) + grain, 0, 255).astype(np.uint8)
    sharp, soft = (alike(colour_distances(lab_colours(picture, s), (32, 32)), (32, 32), 4)[1].sum() for s in (0, 3))
    assert soft > 2 * sharp


def test_the_box_stays_in_the_picture() -> None:
    assert box_around((80, 200), 160, (512, 512)) == Rect(0, 120, 160, 160)
    assert box_around((500, 0), 160, (512, 512)) == Rect(420, 0, 92, 80)

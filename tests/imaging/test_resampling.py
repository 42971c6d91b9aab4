"""Masks in another size keep values that are there, and come back where they were only enlarged."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.imaging.resampling import reduced, sampled


def test_sampling_keeps_values_and_their_places() -> None:
    grid = np.arange(36).reshape(6, 6)
    assert sampled(grid, (2, 3)).tolist() == [[7, 9, 11], [25, 27, 29]]
    assert np.array_equal(sampled(grid, (6, 6)), grid)


@pytest.mark.parametrize("shape", [(1, 1), (512, 512), (13, 700), (3000, 2)])
def test_any_mask_gives_any_size(shape: tuple[int, int]) -> None:
    assert sampled(np.zeros(shape, np.uint8), (128, 64)).shape == (128, 64)


@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 20), st.integers(0, 20))
def test_what_was_enlarged_comes_back(height: int, width: int, taller: int, wider: int) -> None:
    small = np.arange(height * width, dtype=np.uint32).reshape(height, width)
    grown = sampled(small, (height + taller, width + wider))
    assert np.array_equal(reduced(grown, (height, width)), small)


def test_what_holds_more_than_the_smaller_size_is_not_reduced() -> None:
    assert reduced(np.arange(16).reshape(4, 4), (2, 2)) is None
    assert reduced(np.zeros((4, 4)), (5, 4)) is None

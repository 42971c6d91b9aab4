"""The photocopy filter does what GIMP's and GEGL's do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.generation.sketch.photocopy import (
    GEGL_DEFAULTS,
    GIMP_DEFAULTS,
    PhotocopyOptions,
    Ramps,
    _recursive_blur,
    copied_from,
    photocopy,
)


def face(seed: int = 0, size: int = 96) -> np.ndarray:
    """Something with light, dark, edges and noise."""
    rows, columns = np.mgrid[0:size, 0:size] / size
    light = 120 + 90 * np.sin(5 * rows) * np.cos(7 * columns) - 110 * (np.hypot(rows - 0.5, columns - 0.4) < 0.2)
    noise = np.random.default_rng(seed).normal(0, 6, (size, size, 3))
    return np.clip(light[..., None] + noise, 0, 255).astype(np.uint8)


def by_the_book(fine: float, coarse: float, down: float, up: float) -> float:
    """One pixel, written as the plug-in is described."""
    ratio = fine / coarse
    if ratio < 0.75:
        return 0.0 if down == 0 else fine * (down - min(down, 0.75 - ratio)) / down
    share = 1.0 if up == 0 else min(up, ratio - 0.75) / up
    return share + fine - share * fine


def test_every_pixel_follows_the_book() -> None:
    fine = np.array([[0.1, 0.2, 0.3, 0.5, 0.6, 0.9]], np.float32)
    coarse = np.array([[0.5, 0.4, 0.5, 0.5, 0.5, 0.5]], np.float32)
    # Ratios 0.2 0.5 0.6 under the threshold, 1.0 1.2 1.8 over it; half of each lies up to the second.
    found = copied_from(fine, coarse, PhotocopyOptions(black=0.5, white=0.5))
    expected = [by_the_book(a, b, 0.25, 0.45) for a, b in zip(fine[0].tolist(), coarse[0].tolist(), strict=True)]
    assert found[0] == pytest.approx(expected, abs=2e-3)


def test_black_does_nothing_in_gegl_but_at_zero() -> None:
    options = [replace(GEGL_DEFAULTS, black=black) for black in (0.2, 0.9, 0.0)]
    little, much, none = (photocopy(face(), option) for option in options)
    assert np.array_equal(little, much)
    assert not np.array_equal(little, none)


@pytest.mark.parametrize("name", ["black", "white"])
def test_both_sliders_work_with_gimps_ramps(name: str) -> None:
    low, high = (photocopy(face(), replace(GIMP_DEFAULTS, **{name: share})) for share in (0.1, 0.8))
    darker, lighter = (high, low) if name == "black" else (low, high)
    assert darker.mean() < lighter.mean()


@pytest.mark.parametrize("options", [GIMP_DEFAULTS, GEGL_DEFAULTS])
@pytest.mark.parametrize("level", [0, 1, 128, 255])
def test_a_flat_picture_has_no_toner_on_it(options: PhotocopyOptions, level: int) -> None:
    found = photocopy(np.full((40, 30, 3), level, np.uint8), options)
    assert found.shape == (40, 30)
    assert len(np.unique(found)) == 1


def test_gegls_blur_keeps_light_and_spreads_a_little_wider_than_a_gaussian() -> None:
    point = np.zeros((121, 121), np.float32)
    point[60, 60] = 1
    spread = _recursive_blur(point, 5.0)
    assert spread.sum() == pytest.approx(1, abs=1e-3)
    offsets = np.arange(121) - 60
    assert np.sqrt((spread.sum(axis=0) * offsets**2).sum()) == pytest.approx(5.0, rel=0.12)
    assert np.allclose(spread, spread[::-1], atol=1e-6)
    assert np.allclose(spread, spread.T, atol=1e-6)


@settings(max_examples=25, deadline=None)
@given(
    radius=st.floats(0, 50), sharpness=st.floats(0, 1), black=st.floats(0, 1), white=st.floats(0, 1),
    ramps=st.sampled_from(Ramps), seed=st.integers(0, 9),
)  # fmt: skip
def test_any_sliders_give_a_picture(
    radius: float, sharpness: float, black: float, white: float, ramps: Ramps, seed: int
) -> None:
    found = photocopy(face(seed, 48), PhotocopyOptions(radius, sharpness, black, white, ramps))
    assert found.shape == (48, 48)
    assert found.dtype == np.uint8

"""Adjusted photos against the curve's definition; the photo itself stays as it is."""

from __future__ import annotations

import numpy as np
import pytest

from app.imaging.adjustment import NEUTRAL, Adjustment, adjusted, curve
from app.imaging.intensity import Channel, channel_of

PHOTO = np.random.default_rng(0).integers(0, 256, (5, 7, 4)).astype(np.uint8)


def test_a_neutral_adjustment_changes_nothing() -> None:
    assert curve(NEUTRAL).tolist() == list(range(256))
    assert np.array_equal(adjusted(PHOTO, NEUTRAL)[..., :3], PHOTO[..., :3])
    assert Adjustment().is_neutral
    assert not Adjustment(gamma=1.1).is_neutral


@pytest.mark.parametrize(
    ("adjustment", "values"),
    [
        (Adjustment(brightness=0.2), {0: 51, 100: 151, 255: 255}),
        (Adjustment(brightness=-1), {0: 0, 255: 0}),
        (Adjustment(contrast=-1), {0: 128, 255: 128}),
        (Adjustment(contrast=0.25), {0: 0, 127: 126, 128: 128, 191: 254, 255: 255}),
        (Adjustment(gamma=2.0), {0: 0, 64: 128, 255: 255}),
        (Adjustment(gamma=0.5), {128: 64}),
    ],
)
def test_curves(adjustment, values) -> None:
    shown = curve(adjustment)
    assert {value: int(shown[value]) for value in values} == pytest.approx(values, abs=1)


@pytest.mark.parametrize("channel", list(Channel))
def test_a_channel_is_the_one_that_ranges_look_at_in_grey(channel) -> None:
    rgb = np.ascontiguousarray(PHOTO[..., 2::-1])
    shown = adjusted(PHOTO, Adjustment(brightness=0.1, channel=channel))
    assert np.array_equal(shown[..., 0], curve(Adjustment(brightness=0.1))[channel_of(rgb, channel)])
    assert (shown[..., :3] == shown[..., :1]).all()
    assert (shown[..., 3] == 255).all()


def test_the_photo_stays_as_it_is() -> None:
    before = PHOTO.copy()
    adjusted(PHOTO, Adjustment(0.5, 0.5, 2.0, Channel.RED))
    assert np.array_equal(PHOTO, before)

"""Looks are a value: what may be set, what is kept, and what of a kept text is believed."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.faces.classes import CLASSES
from app.imaging.adjustment import NEUTRAL, Adjustment
from app.imaging.intensity import Channel
from app.ui.looks import INITIALS, Looks, looks_from, looks_text

TONES = st.integers(-100, 100).map(lambda value: value / 100)
LOOKS = st.builds(
    Looks,
    line_px=st.integers(1, 3),
    shares=st.one_of(st.just(()), st.tuples(*[st.integers(0, 100).map(lambda value: value / 100)] * 19)),
    has_initials=st.booleans(),
    brightness=TONES,
    contrast=TONES,
    gamma=st.sampled_from([0.2, 1.0, 5.0]),
    channel=st.sampled_from(["", *(channel.value for channel in Channel)]),
)


@given(LOOKS)
def test_what_is_kept_comes_back(looks: Looks) -> None:
    assert looks_from(looks_text(looks)) == looks


def test_nothing_is_kept_of_what_is_as_it_was() -> None:
    assert looks_text(Looks()) == "{}"


@pytest.mark.parametrize(
    "kept",
    [
        {"line_px": 4}, {"line_px": True}, {"line_px": 1.0}, {"shares": [1.0] * 18}, {"shares": [2.0] * 19},
        {"shares": 3}, {"has_initials": 1}, {"brightness": 1.5}, {"contrast": "0.5"}, {"gamma": 0},
        {"gamma": float("nan")}, {"channel": "ultraviolet"}, {"channel": ["red"]}, {"later": 1},
    ],
)  # fmt: skip
def test_what_is_out_of_range_is_passed_over(kept) -> None:
    assert looks_from(json.dumps({**kept, "contrast": kept.get("contrast", 0.25)})) in (Looks(contrast=0.25), Looks())


@pytest.mark.parametrize("text", ["", "{", "[]", "3", "[" * 100_000])
def test_a_damaged_text_is_none(text) -> None:
    assert looks_from(text) == Looks()


def test_a_class_gets_its_own_share_of_the_opacity() -> None:
    looks = Looks().with_share(13, 0.3)
    assert (looks.share(13), looks.share(1)) == (0.3, 1.0)
    assert looks.with_share(1, 7.0) == looks
    assert looks.with_share(2, -1).share(2) == 0
    assert looks.with_share(13, 1.0) == Looks()


def test_outlines_become_wider_and_narrow_again() -> None:
    looks, widths = Looks(), []
    for _ in range(4):
        looks = looks.with_next_width()
        widths.append(looks.line_px)
    assert widths == [2, 3, 1, 2]


def test_the_photo_is_shown_as_it_is_again_and_nothing_else_changes() -> None:
    looks = Looks(line_px=2, has_initials=True, brightness=0.5, contrast=-0.2, gamma=2.0, channel="red")
    assert not looks.shows_photo_as_it_is
    assert looks.adjustment == Adjustment(0.5, -0.2, 2.0, Channel.RED)
    assert looks.with_plain_photo() == Looks(line_px=2, has_initials=True)
    assert looks.with_plain_photo().adjustment is NEUTRAL


def test_every_class_but_the_background_has_initials_of_its_own() -> None:
    assert len(INITIALS) == len(set(INITIALS)) == len(CLASSES)
    assert [text for text in INITIALS if not text] == [INITIALS[0]]

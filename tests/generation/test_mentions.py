"""The words of captions that speak of a class."""

from __future__ import annotations

import time

import pytest

from app.faces.classes import LAYER_CLASSES
from app.generation.mentions import mentions, spans_about

CAPTIONS = (
    "This woman has wavy brown hair, arched eyebrows, and high cheekbones.",
    "She wears earrings, and lipstick. She has Brown Hair and a pointy nose.",
    "She has wavy brown hair, and wears heavy makeup.",
    "The person is young and has bangs.",
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("hair", (("wavy brown hair", 2), ("bangs", 1), ("brown hair", 1))),
        ("l_brow", (("arched eyebrows", 1),)),
        ("ear_r", (("earrings", 1),)),
        ("nose", (("pointy nose", 1),)),
        ("l_lip", (("heavy makeup", 1), ("lipstick", 1))),
        ("hat", ()),
        ("background", ()),
    ],
)
def test_a_class_is_found_with_what_is_said_of_it(name, expected) -> None:
    assert mentions(CAPTIONS, name) == expected


def test_a_word_counts_once_per_caption() -> None:
    assert mentions(["hair and hair"], "hair") == (("hair", 1),)


def test_parts_of_words_are_not_the_word() -> None:
    assert mentions(["a chair, a nosegay, years of tears"], "hair") == ()
    assert mentions(["years of tears"], "l_ear") == ()


def test_every_class_with_a_layer_has_words() -> None:
    for face_class in LAYER_CLASSES:
        assert isinstance(mentions([], face_class.name), tuple)
    assert mentions(["hatred"], "hat") == ()


@pytest.mark.parametrize(
    ("caption", "name", "said"),
    [
        ("She has brown, wavy hair.", "hair", "brown, wavy hair"),
        ("She wears no glasses.", "eye_g", "no glasses"),
        ("She is smiling with her mouth slightly open.", "mouth", "smiling with her mouth slightly open"),
        ("This man is bald.", "hair", "bald"),
        ("He wears a tie.", "cloth", "tie"),
        ("He wears a Bright red sweater.", "cloth", "bright red sweater"),
        ("He has bags under his eyes.", "l_eye", "bags under his eyes"),
    ],
)
def test_what_is_understood_is_found_whatever_its_words(caption: str, name: str, said: str) -> None:
    assert mentions([caption], name) == ((said, 1),)


def test_spans_are_in_order_and_do_not_overlap() -> None:
    caption = "She has wavy brown hair, bangs, and a hair ribbon."
    spans = spans_about(caption, "hair")
    assert [caption[start:end] for start, end in spans] == ["wavy brown hair", "bangs", "hair"]


def test_a_line_of_megabytes_without_a_blank_is_looked_through_in_no_time() -> None:
    begun = time.monotonic()
    assert mentions(["a-" * 100_000 + ", red shirt"], "cloth") == (("red shirt", 1),)
    assert time.monotonic() - begun < 10

"""A caption said anew says what is still so, near to the old words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.generation.grammar import load_grammar
from app.generation.lexicon import shipped_lexicon
from app.generation.reading import read_caption
from app.generation.rewriting import rewrite, still_so
from app.generation.writing import tokens_of, write
from tests.generation.sentence_rules import mistakes_of
from tests.generation.test_writing import Vector, attribute_vectors


@pytest.mark.parametrize(
    ("old", "labels", "new"),
    [
        (
            "She has blond hair and is wearing earrings.",
            {"Male": False, "Blond_Hair": False, "Brown_Hair": True, "Wearing_Earrings": True},
            "She has brown hair and is wearing earrings.",
        ),
        (
            "The man in this photo is young and smiling, and has brown hair.",
            {"Male": False, "Young": True, "Smiling": True, "Brown_Hair": True},
            "The woman in this photo is young and smiling, and has brown hair.",
        ),
        (
            "He has pointy nose, and bags under eyes.",
            {"Male": True, "Pointy_Nose": False, "Bags_Under_Eyes": True},
            "He has bags under eyes.",
        ),
        ("She wears no glasses.", {"Male": False, "Eyeglasses": True}, "She wears glasses."),
    ],
)
def test_the_nearest_is_the_old_line_put_right(old: str, labels: Vector, new: str) -> None:
    assert rewrite(old, labels)[0].text == new


def test_other_wordings_only_fill_up() -> None:
    labels: Vector = {"Male": False, "Gray_Hair": True, "Pointy_Nose": True}
    for old, released in (
        ("She has black hair and a pointy nose.", False),
        ("She has black hair, and big nose.", True),
    ):
        texts = [caption.text for caption in rewrite(old, labels | {"Big_Nose": True}, count=3)]
        assert [" a " not in text for text in texts] == [released] * 3, texts


@given(attribute_vectors, attribute_vectors, st.integers(0, 9))
def test_suggestions_are_sentences_that_differ_and_contradict_nothing(then: Vector, now: Vector, line: int) -> None:
    captions = write(then, "1").texts
    found = rewrite(captions[line], now, besides=captions, grammars=[load_grammar("clean")])
    assert len({tokens_of(text) for text in (*captions, *(one.text for one in found))}) == 10 + len(found)
    for caption in found:
        assert mistakes_of(caption.text) == []
        assert all(now[name] in {value, None} for name, value in caption.claims.items())
        assert read_caption(caption.text).values == dict(caption.claims)


def test_without_a_change_of_labels_everything_is_still_said() -> None:
    old = "This young woman has wavy brown hair, rosy cheeks, and bangs."
    claims = read_caption(old).values
    found = rewrite(old, dict(claims))
    assert len(found) == 3
    for caption in found:
        assert {**claims} == {"Male": False, **caption.claims}
        assert caption.text != old


def test_what_nothing_is_known_about_still_holds() -> None:
    lexicon = shipped_lexicon("clean")
    assert still_so({"Bangs": True}, {}, lexicon) == {"Male": None, "Bangs": True}
    assert still_so({"Bangs": True, "Male": True}, {"Bangs": False}, lexicon) == {"Male": True}

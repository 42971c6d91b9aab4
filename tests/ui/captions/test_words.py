"""Which words of a caption mean something, and what is held against which line."""

from __future__ import annotations

import pytest

from app.faces.attributes import ATTRIBUTE_NAMES, Attributes
from app.faces.captions import Captions
from app.faces.classes import bits_of
from app.faces.mask import MaskLayers
from app.faces.sample import SampleId
from app.generation.lexicon import Fact
from app.generation.reading import read_caption
from app.generation.spelling import Misspelt
from app.inspection.case import Case
from app.inspection.check import inspect
from app.inspection.checks import BUILT_IN
from app.ui.captions.contradictions import contradictions
from app.ui.captions.words import Word, word_at, words_of


def found(text: str, wrong: tuple[Fact, ...] = ()) -> dict[str, Word]:
    return {text[word.start : word.end]: word for word in words_of(text, read_caption(text), wrong)}


def test_words_that_state_something_carry_their_fact_and_their_classes() -> None:
    words = found("She wears glasses, but no hat.")
    assert words["glasses"].fact == Fact("Eyeglasses", True)
    assert words["glasses"].bits == bits_of("eye_g")
    hat = next(word for text, word in words.items() if "hat" in text)
    assert (hat.fact, hat.bits) == (Fact("Wearing_Hat", False), bits_of("hat"))
    assert (words["She"].fact, words["She"].bits) == (Fact("Male", False), 0)


def test_nouns_of_other_peoples_captions_speak_of_classes_and_state_nothing() -> None:
    words = found("A green dress flatters the neck.")
    assert {text: (word.bits, word.fact) for text, word in words.items()} == {
        "dress": (bits_of("cloth"), None),
        "neck": (bits_of("neck"), None),
    }


def test_only_the_contradicted_fact_is_wrong() -> None:
    words = found("She has black hair and a pointy nose.", (Fact("Black_Hair", True), Fact("Pointy_Nose", False)))
    assert [text for text, word in words.items() if word.is_wrong] == ["black hair"]


def test_of_words_within_words_the_shortest_is_meant() -> None:
    text = "She has brown, wavy hair."
    words = words_of(text, read_caption(text))
    word = word_at(words, text.index("wavy") + 1)
    assert word is not None
    assert word.fact == Fact("Wavy_Hair", True)
    assert word_at(words, text.index("has")) is None


def test_misspelt_words_are_marked_and_state_nothing() -> None:
    text = "She is smilling."
    words = words_of(text, read_caption(text), (), [Misspelt(7, 15, "smilling")])
    assert words[-1] == Word(7, 15, is_misspelt=True)


def held(lines: list[str], labels: dict[str, bool], mask: MaskLayers | None = None):
    attributes = Attributes(ATTRIBUTE_NAMES, tuple(labels.get(name) for name in ATTRIBUTE_NAMES))
    case = Case(SampleId("1"), captions=Captions.from_texts(lines), attributes=attributes, mask=mask)
    return contradictions(inspect(case, BUILT_IN), case.reading, attributes)


def test_a_label_against_a_line_is_told_of_that_line_alone() -> None:
    found = held(["She has black hair.", "She is young."], {"Black_Hair": False, "Young": True})
    assert found.lines == (0,)
    assert found.facts(0) == {Fact("Black_Hair", True)}


def test_a_mask_against_a_line_is_told() -> None:
    found = held(["She wears glasses."], {"Eyeglasses": True}, MaskLayers.empty((64, 64)))
    assert found.facts(0) == {Fact("Eyeglasses", True)}


@pytest.mark.parametrize(("label", "wrong"), [(True, (1,)), (False, (0,)), (None, (0, 1))])
def test_of_two_captions_the_one_that_the_labels_bear_out_is_right(label: bool | None, wrong: tuple[int, ...]) -> None:
    labels = {} if label is None else {"Smiling": label}
    assert held(["She is smiling.", "She is not smiling."], labels).lines == wrong


def test_captions_of_another_sample_are_red_where_the_labels_deny_them() -> None:
    labels = {"Black_Hair": False, "Eyeglasses": False, "Smiling": False, "Young": True}
    found = held(["He has black hair.", "He wears glasses and is smiling.", "He is young."], labels)
    assert (found.lines, found.facts(2)) == ((0, 1), frozenset())

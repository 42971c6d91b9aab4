"""Captions from attributes: ten different sentences that say nothing the attributes do not."""

from __future__ import annotations

import random
import re

from hypothesis import given
from hypothesis import strategies as st

from app.faces.attributes import ATTRIBUTE_NAMES
from app.generation.grammar import facts_to_tell, grammar_rules, write_captions
from app.generation.lexicon import HAIR_COLOURS, HAIR_TEXTURES, PHRASES

attribute_vectors = st.lists(st.sampled_from((True, False, None)), min_size=40, max_size=40).map(
    lambda values: dict(zip(ATTRIBUTE_NAMES, values, strict=True))
)


def tokens(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", text.lower()))


@given(attribute_vectors, st.integers(0, 30_000))
def test_ten_different_single_sentences_whatever_the_attributes(
    attributes: dict[str, bool | None], sample: int
) -> None:
    captions = write_captions(attributes, str(sample))
    assert len({tokens(text) for text in captions}) == 10
    for text in captions:
        assert re.fullmatch(r"[A-Z][a-z', -]*\.", text), text
        assert not re.search(r"\ba [aeiou]|\ban [^aeiou]|,,|  |\b(\w+) \1\b|\+", text), text


@given(attribute_vectors)
def test_no_word_about_what_is_not_so(attributes: dict[str, bool | None]) -> None:
    said = " ".join(write_captions(attributes, "1"))
    for name in ("Eyeglasses", "Wearing_Hat", "Wearing_Necklace", "Wearing_Earrings"):
        words = [phrase.text.removeprefix("a ") for phrase in PHRASES[name]]
        if not attributes[name]:
            assert not any(re.search(rf"\b{word}\b", said) for word in words), (name, said)
    pronoun = "she" if not attributes["Male"] else "he"
    other = "he" if pronoun == "she" else "she"
    assert not re.search(rf"\b{other}\b", said.lower())


def test_the_same_sample_always_gets_the_same_captions() -> None:
    attributes = dict.fromkeys(ATTRIBUTE_NAMES, True)
    assert write_captions(attributes, "17", seed=3) == write_captions(attributes, "17", seed=3)
    assert write_captions(attributes, "17", seed=3) != write_captions(attributes, "18", seed=3)
    assert write_captions(attributes, "17", seed=3) != write_captions(attributes, "17", seed=4)


def test_a_bald_person_has_no_hair_to_tell_of() -> None:
    attributes = {"Male": True, "Bald": True, "Bangs": True, "Black_Hair": True, "Wavy_Hair": True}
    assert facts_to_tell(attributes, random.Random(0)) == ("Bald",)


def test_only_one_of_two_hair_colours_is_told() -> None:
    attributes = {"Blond_Hair": True, "Gray_Hair": True}
    assert len(facts_to_tell(attributes, random.Random(0))) == 1


def test_every_attribute_has_words() -> None:
    spoken = {*PHRASES, *HAIR_COLOURS, *HAIR_TEXTURES, "Male", "No_Beard"}
    assert set(ATTRIBUTE_NAMES) - spoken == {"Blurry"}


def test_every_symbol_of_the_rules_is_defined() -> None:
    rules = grammar_rules()
    terminals = {"IS", "HAS", "WEARS", "ADJ", "PRO", "Sex"}
    for alternatives in rules.values():
        for rule in alternatives:
            assert rule.weight > 0
            capitals = {symbol for symbol in rule.symbols if symbol[0].isupper()}
            assert capitals <= terminals | set(rules)

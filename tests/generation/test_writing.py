"""Captions from attributes: ten different sentences, in English, that say nothing the attributes do not."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.faces.attributes import ATTRIBUTE_NAMES
from app.generation.grammar import load_grammar
from app.generation.grammar_file import WORDINGS, Wording
from app.generation.lexicon import Fact, shipped_lexicon
from app.generation.planner import CaptionOptions, Telling, facts_to_tell
from app.generation.realise import ListStyle, either, sentence
from app.generation.writing import tokens_of, write, write_captions
from tests.generation.face_vectors import KINDS, Vector, realistic
from tests.generation.sentence_rules import mistakes_of

PLAIN = CaptionOptions()
EVERYTHING = CaptionOptions(negatives=0.15, blurry=True)
attribute_vectors = st.lists(st.sampled_from((True, False, None)), min_size=40, max_size=40).map(
    lambda values: dict(zip(ATTRIBUTE_NAMES, values, strict=True))
)


def facts_of(attributes: Vector, options: CaptionOptions = PLAIN, wording: Wording = "clean") -> Telling:
    return facts_to_tell(attributes, shipped_lexicon(wording), lambda facts: facts[0], options)


def contradicts(claims: dict[str, bool], attributes: Vector) -> list[str]:
    return [name for name, value in claims.items() if attributes.get(name) is not value]


@pytest.mark.parametrize("wording", WORDINGS)
@pytest.mark.parametrize("options", [CaptionOptions(), EVERYTHING], ids=["plain", "with negatives"])
@pytest.mark.parametrize("kind", KINDS)
def test_ten_unique_sentences_without_a_mistake_that_say_what_is_so(
    kind: str, options: CaptionOptions, wording: Wording
) -> None:
    rng = random.Random(f"{kind} {wording}")
    grammar = load_grammar(wording)
    bare = ("a or an", "a missing article", "a stiff denial") if wording == "released" else ()
    for number in range(150):
        attributes = KINDS[kind](rng)
        written = write(attributes, str(number), grammar=grammar, options=options)
        assert len({tokens_of(text) for text in written.texts}) == 10
        for caption in written.captions:
            assert mistakes_of(caption.text, besides=bare) == [], caption.text
            assert contradicts(dict(caption.claims), attributes) == [], caption.text


@given(attribute_vectors, st.integers(0, 30_000))
def test_whatever_the_attributes(attributes: Vector, sample: int) -> None:
    written = write(attributes, str(sample), options=EVERYTHING)
    assert len({tokens_of(text) for text in written.texts}) == 10
    assert [mistakes_of(text) for text in written.texts] == [[]] * 10
    assert [contradicts(dict(caption.claims), attributes) for caption in written.captions] == [[]] * 10


@pytest.mark.parametrize("wording", WORDINGS)
def test_ten_captions_tell_every_fact(wording: Wording) -> None:
    rng = random.Random(5)
    for number in range(200):
        attributes = realistic(rng)
        written = write(attributes, str(number), grammar=load_grammar(wording))
        said = {Fact(name, value) for caption in written.captions for name, value in caption.claims.items()}
        facts = set(facts_of(attributes, wording=wording).facts)
        silent = {conflict.silent for conflict in written.conflicts} | {c.told for c in written.conflicts}
        if wording == "clean":
            assert facts - silent <= said


@given(attribute_vectors)
def test_of_a_person_of_unknown_sex_no_word_tells_it(attributes: Vector) -> None:
    written = write(attributes | {"Male": None}, "1", options=EVERYTHING)
    assert not re.search(r"\b(he|she|his|her|man|woman)\b", " ".join(written.texts).lower())
    assert all("Male" not in caption.claims for caption in written.captions)


def test_without_anything_known_captions_present_a_person() -> None:
    texts = write_captions({}, "1")
    assert len(set(texts)) == 10
    assert all("person" in text for text in texts)


def test_the_same_sample_always_gets_the_same_captions() -> None:
    attributes = dict.fromkeys(ATTRIBUTE_NAMES, True)
    assert write_captions(attributes, "17", seed=3) == write_captions(attributes, "17", seed=3)
    assert write_captions(attributes, "17", seed=3) != write_captions(attributes, "18", seed=3)
    assert write_captions(attributes, "17", seed=3) != write_captions(attributes, "17", seed=4)


def test_new_captions_differ_from_those_that_are_there() -> None:
    attributes: Vector = {"Male": False, "Smiling": True}
    there = write_captions(attributes, "17")
    more = write(attributes, "17", besides=there, count=5).texts
    assert len({tokens_of(text) for text in (*there, *more)}) == 15


def test_a_bald_person_has_no_hair_to_tell_of_and_the_labels_are_reported() -> None:
    told = facts_of({"Male": True, "Bald": True, "Bangs": True, "Black_Hair": True, "No_Beard": None})
    assert told.facts == (Fact("Bald", True),)
    assert [str(conflict) for conflict in told.conflicts] == ["Bald with Bangs", "Bald with Black_Hair"]


def test_only_one_of_two_hair_colours_is_told() -> None:
    told = facts_of({"Male": False, "Blond_Hair": True, "Gray_Hair": True})
    assert [str(fact) for fact in told.facts] == ["Blond_Hair"]
    assert [str(conflict) for conflict in told.conflicts] == ["Blond_Hair with Gray_Hair"]


def test_a_goatee_silences_the_beard_whatever_its_label() -> None:
    for no_beard, conflicts in ((True, ["Goatee with No_Beard"]), (False, [])):
        told = facts_of({"Male": True, "Goatee": True, "No_Beard": no_beard})
        assert told.facts == (Fact("Goatee", True),)
        assert [str(conflict) for conflict in told.conflicts] == conflicts


def test_a_woman_is_not_said_to_have_no_beard() -> None:
    assert facts_of({"Male": False, "No_Beard": True}) == Telling(False, (), (), False, ())
    assert [str(c) for c in facts_of({"Male": False, "No_Beard": False}).conflicts] == ["-Male with -No_Beard"]


def test_judgements_can_be_left_out() -> None:
    attributes: Vector = {"Male": True, "Attractive": True, "Chubby": True, "Smiling": True}
    texts = " ".join(write(attributes, "1", options=CaptionOptions(judgements=False)).texts)
    assert not re.search("attractive|good-looking|chubby", texts.lower())
    assert "smil" in texts


def test_negatives_are_said_only_on_demand_and_only_of_labels_that_are_no() -> None:
    attributes: Vector = dict.fromkeys(ATTRIBUTE_NAMES, False) | {"Bald": None, "Eyeglasses": None}
    assert not re.search(r"\b(no|not|older)\b", " ".join(write_captions(attributes, "1")))
    said = " ".join(write(attributes, "1", options=CaptionOptions(negatives=1.0)).texts)
    assert "not wearing heavy makeup or a hat" in said
    assert "glasses" not in said


@pytest.mark.parametrize(
    ("attributes", "some"),
    [
        ({"Eyeglasses": False}, {"She is not wearing glasses.", "This is a woman without glasses."}),
        ({"Wearing_Hat": False, "Bangs": True},
         {"A woman without a hat has bangs.", "She has bangs and is not wearing a hat."}),
        ({"Wearing_Hat": False, "Wearing_Earrings": True}, {"She wears earrings but no hat."}),
        ({"Wearing_Hat": False, "Eyeglasses": False}, {"She is not wearing glasses or a hat."}),
        ({"Bangs": False, "Young": False}, {"She is older and has no bangs."}),
        ({"Smiling": False, "Young": True}, {"She is young and not smiling."}),
    ],
    ids=["alone", "without", "but", "or", "has", "is"],
)  # fmt: skip
def test_what_is_denied_stands_where_people_would_say_it(attributes: Vector, some: set[str]) -> None:
    options, known = CaptionOptions(negatives=1.0), {"Male": False, **attributes}
    texts = {text for seed in range(40) for text in write(known, "1", seed=seed, options=options).texts}
    assert some <= texts
    assert not [text for text in texts if re.search(r"wearing no|but not|\bno .* (?:and|but) no\b", text)]


def test_no_beard_is_denied_together_with_what_else_there_is_not() -> None:
    known: Vector = {"Male": True, "No_Beard": True, "Bangs": False, "Big_Nose": True}
    texts = {t for seed in range(40) for t in write(known, "1", seed=seed, options=CaptionOptions(negatives=1)).texts}
    assert "He has a big nose but no beard or bangs." in texts
    assert "He has no beard or bangs." in texts


def test_young_comes_before_bald_behind_the_verb_and_after_it_before_the_noun() -> None:
    known: Vector = {"Male": True, "Young": True, "Bald": True, "Eyeglasses": True}
    texts = " ".join(text for seed in range(40) for text in write(known, "1", seed=seed).texts)
    assert "young and bald" in texts
    assert "bald young man" in texts
    assert not re.search("bald and young|young bald", texts)


def test_a_blurry_photo_is_called_so_only_on_demand() -> None:
    attributes: Vector = {"Male": True, "Blurry": True}
    assert "blurry" not in " ".join(write_captions(attributes, "1"))
    assert "blurry photo" in " ".join(write(attributes, "1", options=CaptionOptions(blurry=True)).texts)


def test_released_captions_keep_to_the_released_vocabulary() -> None:
    rng = random.Random(1)
    vocabulary = set(
        "and has is she hair this person big young the he nose wearing wears eyebrows lipstick mouth slightly open high"
        " cheekbones woman attractive eyes heavy makeup smiling arched lips wavy pointy bags under man earrings brown"
        " black straight oval face bushy bangs blond necklace necktie narrow rosy cheeks beard receding hairline"
        " sideburns goatee chubby double chin mustache pale skin no eyeglasses hat gray bald".split()
    )
    grammar = load_grammar("released")
    for number in range(300):
        for caption in write(realistic(rng), str(number), grammar=grammar).captions:
            if set(caption.claims) - {"Male"}:
                assert set(tokens_of(caption.text)) <= vocabulary


def test_lists_and_sentences() -> None:
    clean, released = ListStyle(but=" but "), ListStyle(two=", and ")
    assert [clean.listed("abc"[:n]) for n in (1, 2, 3)] == ["a", "a and b", "a, b, and c"]
    assert released.listed("ab") == "a, and b"
    assert clean.contrasted(["a", "b"], ["no c"]) == "a and b but no c"
    assert clean.contrasted([], ["no c", "no d"]) == "no c or d"
    assert clean.contrasted(["a", "no b"], ["no c", "no d"]) == "a but no b, c, or d"
    assert clean.contrasted(["a", "no b"], []) == "a and no b"
    assert clean.contrasted(["a"], ["not b"]) == "a but not b"
    assert [either("abc"[:n]) for n in (1, 2, 3)] == ["a", "a or b", "a, b, or c"]
    assert (
        sentence(["a", "older man", "is", "x and y", "+", "has", "z", "+", "w"])
        == "An older man is x and y, and has z and w."
    )
    assert (
        sentence(["this is", "a", "one-eyed", ",", "old", ",and", "a", "honest man"])
        == "This is a one-eyed, old, and an honest man."
    )

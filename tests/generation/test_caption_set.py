"""Ten captions read together: coverage, contradictions between them, captions that loaders cannot tell apart."""

from __future__ import annotations

from app.generation.caption_set import SetClash, read_captions
from app.generation.lexicon import Fact


def test_the_table_tells_what_every_caption_says_of_an_attribute() -> None:
    coverage = read_captions(("She is young.", "He has no bangs.", "A person")).coverage()
    assert len(coverage) == 40
    assert coverage["Young"] == (True, None, None)
    assert coverage["Bangs"] == (None, False, None)
    assert coverage["Male"] == (False, True, None)
    assert coverage["Bald"] == (None, None, None)


def test_facts_know_their_captions_and_words() -> None:
    captions = read_captions(("She has bangs and bangs.", "A fringe.", "No fringe."))
    assert captions.captions_that_say("Bangs", True) == (0, 1)
    assert captions.captions_that_say("Bangs", False) == (2,)
    assert captions.words_for(Fact("Bangs", True)) == ("bangs", "bangs", "fringe")


def test_clashes_between_captions_name_both_sides() -> None:
    captions = read_captions(("She has black hair.", "She has blond hair.", "She has blond hair, and bangs."))
    assert captions.clashes == (SetClash(Fact("Black_Hair", True), (0,), Fact("Blond_Hair", True), (1, 2)),)


def test_a_caption_that_contradicts_itself_is_on_both_sides() -> None:
    captions = read_captions(("She is bald and has gray hair.", "She is young."))
    assert captions.clashes == (SetClash(Fact("Bald", True), (0,), Fact("Gray_Hair", True), (0,)),)


def test_captions_with_the_same_words_repeat_each_other() -> None:
    texts = ("She is young.", "He is old.", "she is, young", "", "", "He is old.")
    assert read_captions(texts).repeats == ((0, 2), (1, 5))


def test_no_captions_are_read_as_nothing() -> None:
    captions = read_captions(())
    assert captions.said == {}
    assert captions.clashes == captions.repeats == ()

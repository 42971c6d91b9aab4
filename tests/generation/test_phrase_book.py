"""The reader's words are the writers' own; other people's are checked line by line."""

from __future__ import annotations

import pytest

from app.faces.errors import GrammarError
from app.generation.grammar import shipped_grammar
from app.generation.grammar_file import WORDINGS, parse_sections
from app.generation.lexicon import THEIR, Fact
from app.generation.phrase_book import SECTIONS, PhraseBook, shipped_phrase_book, shipped_synonyms
from app.generation.reading import Reader, read_caption

PHRASES = [(phrase.stated, phrase.facts) for wording in WORDINGS for phrase in shipped_grammar(wording).lexicon.phrases]


@pytest.mark.parametrize(("text", "facts"), PHRASES, ids=[text for text, _ in PHRASES])
@pytest.mark.parametrize("their", ["his", "her", "the"])
def test_every_phrase_of_every_wording_is_read_as_its_facts(text: str, facts: tuple[Fact, ...], their: str) -> None:
    reading = read_caption(text.replace(THEIR, their))
    assert {claim.fact for claim in reading.claims if claim.attribute != "Male"} == set(facts)
    assert reading.residue == ()


def test_every_synonym_is_read_as_its_fact() -> None:
    for line in shipped_synonyms()["synonyms"]:
        fact, text = line.text.split(maxsplit=1)
        claims = read_caption(text.replace(THEIR, "the")).claims
        assert {str(claim.fact) for claim in claims} == {fact}, line


def test_excluding_facts_exclude_each_other_both_ways() -> None:
    rivals = shipped_phrase_book().rivals
    assert Fact("Gray_Hair", True) in rivals[Fact("Bald", True)]
    for fact, others in rivals.items():
        assert fact not in others
        assert all(fact in rivals[other] for other in others)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[synonyms]\nBangs fringe\nBang fringe\n",
            "mine.txt, line 3: there is no attribute 'Bang'; did you mean Bangs?",
        ),
        ("[synonyms]\nBangs -\n", "mine.txt, line 2: a fact and words for it stand here, such as: Bangs  fringe"),
        ("[sex]\nYoung boy\n", "mine.txt, line 2: Male or -Male stands here, and words that tell it"),
        ("[synonym]\n", "mine.txt, line 1: there is no section 'synonym'; did you mean synonyms?"),
    ],
)
def test_a_wrong_line_is_pointed_at(text: str, message: str) -> None:
    with pytest.raises(GrammarError) as error:
        PhraseBook.of((), parse_sections(text, "mine.txt", SECTIONS))
    assert str(error.value) == message


def test_a_reader_can_do_without_synonyms() -> None:
    reader = Reader(PhraseBook.of((shipped_grammar("released"),), {}))
    assert reader.read("She has wavy hair.").values == {"Male": False, "Wavy_Hair": True}
    assert len(reader.read("She is beautiful").residue) == 1

"""Captions come back as claims with their words; what nobody understands is residue, never an error."""

from __future__ import annotations

import random
import re
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.generation.grammar import load_grammar
from app.generation.grammar_file import WORDINGS, Wording
from app.generation.reading import Reading, read_caption
from app.generation.writing import write
from tests.generation.face_vectors import KINDS


def said(text: str) -> list[tuple[str, str]]:
    """What is claimed (a minus: denied), each with its words; without the sex."""
    claims = [claim for claim in read_caption(text).claims if claim.attribute != "Male"]
    return [(str(claim.fact), text[claim.start : claim.end]) for claim in claims]


def facts(text: str) -> set[str]:
    return {fact for fact, _ in said(text)}


def strange(text: str) -> list[str]:
    return [text[start:end] for start, end in read_caption(text).residue]


def test_every_claim_knows_its_words() -> None:
    text = "She is young, and attractive and has wavy hair, mouth slightly open, and bags under eyes."
    assert said(text) == [
        ("Young", "young"),
        ("Attractive", "attractive"),
        ("Wavy_Hair", "wavy hair"),
        ("Mouth_Slightly_Open", "mouth slightly open"),
        ("Bags_Under_Eyes", "bags under eyes"),
    ]
    assert read_caption(text).values["Male"] is False
    assert strange(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He has no beard.", {"No_Beard"}),
        ("He has a beard.", {"-No_Beard"}),
        ("A man without a beard", {"No_Beard"}),
        ("no mustache or beard", {"-Mustache", "No_Beard"}),
        ("no beard or mustache", {"No_Beard", "-Mustache"}),
        ("no earrings, hat, or necklace and a double chin",
         {"-Wearing_Earrings", "-Wearing_Hat", "-Wearing_Necklace", "Double_Chin"}),
        ("There is not any eyeglasses on his face", {"-Eyeglasses"}),
        ("This lady has no eyeglasses, and no smile", {"-Eyeglasses", "-Smiling"}),
        ("She isn't smiling and wears lipstick", {"-Smiling", "Wearing_Lipstick"}),
        ("She does not wear her hat", {"-Wearing_Hat"}),
        ("He is not bald, has bangs", {"-Bald", "Bangs"}),
        ("He is no longer young", {"-Young"}),
        ("No smile. Bangs", {"-Smiling", "Bangs"}),
        ("no visible bangs", {"-Bangs"}),
        ("A man without a hat or glasses is smiling", {"-Wearing_Hat", "-Eyeglasses", "Smiling"}),
        ("He is not wearing glasses, heavy makeup, or a hat",
         {"-Eyeglasses", "-Heavy_Makeup", "-Wearing_Hat"}),
        ("She has earrings but no beard or bangs, and is young", {"Wearing_Earrings", "No_Beard", "-Bangs", "Young"}),
    ],
)  # fmt: skip
def test_a_denial_holds_for_its_fact_and_along_a_list_with_or(text: str, expected: set[str]) -> None:
    assert facts(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("brown, wavy hair", {"Brown_Hair", "Wavy_Hair"}),
        ("long brown and wavy hair", {"Brown_Hair", "Wavy_Hair"}),
        ("Her hair is black and straight, and her mouth is slightly open",
         {"Black_Hair", "Straight_Hair", "Mouth_Slightly_Open"}),
        ("his hair isn't wavy", {"-Wavy_Hair"}),
        ("His hair is not black but brown.", {"-Black_Hair", "Brown_Hair"}),
        ("a big and pointy nose", {"Big_Nose", "Pointy_Nose"}),
        ("The woman's hair is wavy", {"Wavy_Hair"}),
        ("Her hair, which is brown and wavy, is long.", {"Brown_Hair", "Wavy_Hair"}),
        ("His nose is big.", {"Big_Nose"}),
    ],
)  # fmt: skip
def test_qualities_may_stand_apart_from_their_part(text: str, expected: set[str]) -> None:
    assert facts(text) == expected


@pytest.mark.parametrize(
    ("text", "residue", "expected"),
    [
        ("brown eyes", ["brown"], set()),
        ("a black coat", ["black", "coat"], set()),
        ("a big hat", ["big"], {"Wearing_Hat"}),
        ("red hair", ["red"], set()),
        ("a straight nose and brown hair", ["straight"], {"Brown_Hair"}),
    ],
)
def test_a_quality_of_something_else_states_nothing(text: str, residue: list[str], expected: set[str]) -> None:
    assert strange(text) == residue
    assert facts(text) == expected


def test_the_colour_of_a_coat_is_not_the_hairs() -> None:
    text = "A woman in a black coat and brown hair"
    assert said(text) == [("Brown_Hair", "brown hair")]
    assert strange(text) == ["black", "coat"]


@pytest.mark.parametrize(
    "spelling", ["5 o'clock shadow", "5 o’clock shadow", "5_o_Clock_Shadow", "a five-o'clock shadow"]
)
def test_spellings_of_one_phrase_are_one(spelling: str) -> None:
    assert facts(f"He has {spelling}.") == {"5_o_Clock_Shadow"}


def test_idioms_state_nothing() -> None:
    assert facts("a 30 years old man") == set()
    assert facts("an old man") == {"-Young"}


@pytest.mark.parametrize("wording", WORDINGS)
def test_what_was_written_is_read_and_a_dropped_letter_mostly_shows(wording: Wording) -> None:
    rng = random.Random(3)
    grammar = load_grammar(wording)
    slips: list[bool] = []
    for number in range(60):
        for caption in write(KINDS["realistic"](rng), str(number), grammar=grammar).captions:
            reading = read_caption(caption.text)
            assert reading.values == dict(caption.claims)
            assert (reading.residue, reading.clashes, reading.slips, reading.sentences) == ((), (), (), 1)
            word = rng.choice(list(re.finditer(r"\w{4,}", caption.text)))
            at = rng.randrange(word.start() + 1, word.end())
            slips.append(bool(read_caption(caption.text[:at] + caption.text[at + 1 :]).residue))
    assert sum(slips) >= 0.95 * len(slips)


def test_foreign_captions_degrade_to_residue() -> None:
    text = "A photograph of İstanbul at night, painted by Turner; 東京 & naïve t-shirts."
    reading = read_caption(text)
    assert reading.claims == ()
    assert "İstanbul" in strange(text)
    assert "東京" in strange(text)
    assert reading.sentences == 1


def test_a_hyphenated_stranger_is_one_word() -> None:
    assert strange("an olive-skinned, snub-nosed man") == ["olive-skinned", "snub-nosed"]


def test_clashes_are_pairs_of_claims() -> None:
    text = "She is bald and has gray hair, and blond hair; he is smiling, not smiling."
    clashes = [(str(a.fact), str(b.fact)) for a, b in read_caption(text).clashes]
    assert clashes == [
        ("Bald", "Gray_Hair"),
        ("Bald", "Blond_Hair"),
        ("Gray_Hair", "Blond_Hair"),
        ("-Male", "Male"),
        ("Smiling", "-Smiling"),
    ]


@pytest.mark.parametrize(
    ("text", "slips"),
    [
        ("She.", [("says nothing", "She")]),
        ("He has . She is young.", [("has a verb with nothing behind it", "He has")]),
        ("He has  and is wearing hat.", [("has a verb with nothing behind it", "He has")]),
        ("She and is wearing lipstick has blond hair.", [("has an “and” that joins nothing", "She and is")]),
        ("She wears lipstick has blond hair.", [("lacks an “and” between its verbs", "She wears lipstick has")]),
        ("A woman with brown hair wears glasses.", []),
        ("A woman who has brown hair is smiling.", []),
        ("What a smile she has!", []),
        ("She is attractive, has bangs, and wears lipstick.", []),
    ],
)
def test_sentences_that_are_not_whole_are_told(text: str, slips: list[tuple[str, str]]) -> None:
    assert [(what, text[start:end]) for what, start, end in read_caption(text).slips] == slips


@pytest.mark.parametrize(
    ("text", "count"),
    [("", 0), ("...", 0), ("She is young", 1), ("He.She.", 2), ("3.5 hats, two of them big. Yes!", 2)],
)
def test_sentences_are_counted(text: str, count: int) -> None:
    assert read_caption(text).sentences == count


def require_spans_within(text: str) -> Reading:
    reading = read_caption(text)
    for span in (*reading.claims, *reading.residue, *reading.slips):
        start, end = span[-2:]
        assert 0 <= start < end <= len(text)
        assert not text[start:end][0].isspace()
    return reading


KNOWN = (
    "no not without or nor and , . wavy brown big open slightly hair mouth nose is isn't but very she he beard hat"
    " bangs bags under his eyes strange"
).split()


@given(st.lists(st.sampled_from(KNOWN) | st.text(max_size=8), max_size=14), st.sampled_from([" ", "  ", "\n", "-", ""]))
def test_any_text_is_read_and_every_span_lies_in_it(words: list[str], between: str) -> None:
    require_spans_within(between.join(words))


@pytest.mark.parametrize("text", ["She is brown. Hair is nice", "big she nose", "big . nose", "big, she has a nose"])
def test_a_quality_reaches_neither_over_a_sentence_nor_over_a_person(text: str) -> None:
    assert not facts(text) & {"Brown_Hair", "Big_Nose"}


@given(st.lists(st.sampled_from(KNOWN), max_size=14))
def test_any_row_of_known_words_is_read(words: list[str]) -> None:
    text = " ".join(words)
    require_spans_within(text)
    unread = strange(text)
    assert unread.count("strange") == words.count("strange")
    assert set(unread) <= {"strange", "wavy", "brown", "big", "open", "bags"}  # a part of a phrase is not understood


def test_the_released_captions_are_read_completely(real_data: Path) -> None:
    lines = 0
    unread: list[str] = []
    with tarfile.open(real_data / "celeba-caption-30k.tar.gz") as archive:
        for number, member in enumerate(archive):
            opened = archive.extractfile(member)
            if opened is None or number % 10:
                continue
            for line in opened.read().decode().split("\n"):
                lines += 1
                unread += [line[start:end] for start, end in read_caption(line).residue]
    assert lines >= 29_000
    assert unread == []


@pytest.mark.parametrize("piece", ["no hat, ", "hair is ", "brown, ", "She and ", "x-", "She has . "])
def test_a_caption_without_end_is_read_in_its_length(piece: str) -> None:
    assert len(read_caption(piece * 20_000)) == len(Reading._fields)


def test_nothing_is_read_from_nothing() -> None:
    assert read_caption("") == Reading()

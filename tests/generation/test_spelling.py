"""Spelling finds slips and no words of captions; CLIP's tokens are counted as CLIP does."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from app.faces.attributes import ATTRIBUTE_NAMES
from app.generation.clip_tokens import CONTEXT, clip_tokens
from app.generation.spelling import Speller, _dictionary
from app.generation.writing import write_captions


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("He has a mustach and wavey hair.", ["mustach", "wavey"]),
        ("She’s smiling; the woman's eyes aren't open. It is 5 o'clock.", []),
        ("This is Zbigniew in a DSLR photo, 2nd try.", []),
        ("Thsi man. Thier hair.", ["Thsi", "Thier"]),
        ("", []),
    ],
)
def test_slips_are_found_and_names_are_left_alone(text: str, words: list[str]) -> None:
    found = Speller().misspelt(text)
    assert [slip.word for slip in found] == words
    assert [text[slip.start : slip.end] for slip in found] == words


@pytest.mark.parametrize(
    ("word", "meant"),
    [("glases", "glasses"), ("Mustach", "Mustache"), ("stubbel", "stubble"), ("hiar", "hair"), ("recieve", "receive")],
)
def test_what_captions_say_is_suggested_first(word: str, meant: str) -> None:
    assert Speller().suggestions(word)[0] == meant


def test_nothing_is_suggested_for_noise_and_that_is_quick() -> None:
    assert Speller().suggestions("qqqqqqqqqqqqqqqqqqqqqqqq") == ()
    assert Speller().suggestions("hat" * 30_000) == ()
    assert len(Speller().misspelt("hatt " * 30_000)) == 30_000


def test_words_one_adds_are_known_and_suggested() -> None:
    assert [slip.word for slip in Speller().misspelt("He wears a kippax.")] == ["kippax"]
    assert Speller(also=["Kippax"]).misspelt("He wears a kippax.") == ()
    assert Speller(also=["kippax"]).suggestions("kipax")[0] == "kippax"


def test_generated_captions_have_no_slips() -> None:
    everything = dict.fromkeys(ATTRIBUTE_NAMES, True)
    captions = [*write_captions(everything, "1"), *write_captions(dict.fromkeys(ATTRIBUTE_NAMES, False), "2")]
    assert not [slip for caption in captions for slip in Speller().misspelt(caption)]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("a photo of a cat", 5),
        ("", 0),
        ("He's 25, isn't he? Ünïcödé 日本語 naïve — &amp; <|endoftext|>", 26),
        ("  5 o'clock shadow\t..!!", 6),
        ("antidisestablishmentarianism zzzzqqq", 9),
    ],
)
def test_tokens_are_those_of_the_published_tokenizer(text: str, tokens: int) -> None:
    assert clip_tokens(text) == tokens + 2
    assert CONTEXT == 77


def test_texts_that_are_no_captions_are_counted_in_no_time() -> None:
    letters = "".join(chr(97 + at * at % 26) for at in range(100_000))
    begun = time.monotonic()
    assert clip_tokens(letters) == clip_tokens(letters[:5_000]) > CONTEXT
    assert clip_tokens(" " * 100_000 + "a cat \ud800") == 5
    assert time.monotonic() - begun < 5


def test_no_released_caption_is_longer_than_clip_reads(real_data: Path) -> None:
    texts = [
        text
        for file in (real_data / "Multi-Modal-CelebA-HQ" / "text" / "celeba-caption").glob("*.txt")
        for text in file.read_text().split("\n")
    ]
    assert texts
    assert max(map(clip_tokens, texts)) <= CONTEXT


def test_the_dictionary_is_all_that_its_library_knows() -> None:
    from spellchecker import SpellChecker

    known = SpellChecker(language="en", distance=1).word_frequency.dictionary
    assert len(known) > 100_000
    assert all(_dictionary().get(word) == uses for word, uses in known.items())

"""Replacing words: the right ones, at the right places, in time, and so that the sentence stays right."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.faces.errors import InvalidEditError
from app.generation.rewording import TIME_LIMIT_S, How, Replacement
from app.generation.writing import write_captions

MAN = {"Male": True, "Smiling": True, "Big_Nose": True, "Eyeglasses": True, "Goatee": True, "Bags_Under_Eyes": True}


@pytest.mark.parametrize(
    ("find", "by", "text", "expected"),
    [
        ("he", "she", "He has a beard.", "She has a beard."),
        (
            "man",
            "woman",
            "This man wears his hat; it suits him. The hat is his.",
            "This woman wears her hat; it suits her. The hat is hers.",
        ),
        ("she", "he", "She has her mouth open.", "He has his mouth open."),
        ("her", "him", "A picture of her. We see her, and her hair.", "A picture of him. We see him, and his hair."),
        ("he", "she", "The MAN himself, the man's hair, he's old.", "The WOMAN herself, the woman's hair, she's old."),
        ("he", "they", "He has brown hair and wears glasses.", "They have brown hair and wear glasses."),
        ("he", "they", "A man who wears a hat. He's young.", "A person who wears a hat. They're young."),
        ("they", "she", "They have dark hair and wear their hats.", "She has dark hair and wears her hats."),
        ("she", "they", "Her hair is wavy; she isn't smiling.", "Their hair is wavy; they aren't smiling."),
        ("he", "she", "There is nobody.", "There is nobody."),
        ("man", "person", "The man wears his hat.", "The person wears their hat."),
        ("person", "woman", "This Person is a person with her hat.", "This Woman is a woman with her hat."),
        ("he", "she", "He’s here.", "She’s here."),
    ],
)
def test_one_person_becomes_another_with_all_that_agrees(find: str, by: str, text: str, expected: str) -> None:
    assert Replacement(find, by, How.GRAMMAR).of(text).text == expected


@pytest.mark.parametrize(
    ("find", "by", "text", "expected"),
    [
        ("man", "elderly man", "A man. A woman.", "An elderly man. A woman."),
        ("attractive", "", "She is an attractive woman.", "She is a woman."),
        ("young", "", "This is a young attractive woman.", "This is an attractive woman."),
        ("Attractive", "", "Attractive people smile.", "People smile."),
        ("eyeglasses", "glasses", "He wears Eyeglasses.", "He wears Glasses."),
        ("big nose", "large nose", "A big  nose, an oval face.", "A large nose, an oval face."),
        ("hat", "cap", "What a hat, that.", "What a cap, that."),
        ("the", "", "The the cat.", "Cat."),
        ("very", "", "Very very young. Very old.", "Young. Old."),
        ("the", "", "x the the.", "x."),
        ("the", "", "x the the the y", "x y"),
        ("big", "", "a big big ox", "an ox"),
        ("a", "old", "a a cat", "old old cat"),
    ],
)
def test_articles_capitals_and_blanks_follow(find: str, by: str, text: str, expected: str) -> None:
    assert Replacement(find, by, How.GRAMMAR).of(text).text == expected


def test_a_person_is_not_exchanged_word_by_word_unless_asked() -> None:
    assert Replacement("he", "she", How.WORD).of("the he, he-man, He").text == "the she, she-man, He"
    assert Replacement("he", "she", How.WORD, match_case=False).of("the He").text == "the she"
    assert Replacement("he", "she").of("the he").text == "tshe she"
    assert Replacement(".", "!").of("a.b").text == "a!b"
    assert Replacement(r"a (\w+) (?P<what>hat)", r"\g<what> \1", How.PATTERN).of("a red hat").text == "hat red"
    assert Replacement(r"(a)|b", r"<\1>", How.PATTERN).of("ab").text == "<a><>"
    assert Replacement("$", "!", How.PATTERN).of("a").text == "a!"
    assert Replacement("(?x) h e  # the man", "she", How.PATTERN).of("he is").text == "she is"


@pytest.mark.parametrize(
    ("find", "by", "how", "message"),
    [
        ("", "x", How.PLAIN, "nothing to look for"),
        (" ", "x", How.WORD, "nothing to look for"),
        ("a(", "x", How.PATTERN, r"the pattern cannot be understood: missing \) at position 2"),
        ("a{1s<}", "x", How.PATTERN, "the pattern cannot be understood"),
        ("(a)", r"\2", How.PATTERN, "what is put in its place cannot be understood"),
        ("(a)", r"\g<b>", How.PATTERN, "what is put in its place cannot be understood"),
        ("(?:a{9999}b){9999}", "x", How.PATTERN, "the pattern repeats something more than 100,000 times"),
        (r"\w{1000000000000}", "x", How.PATTERN, "the pattern repeats something more than 100,000 times"),
        ("(?:(?R)|a)*b", "x", How.PATTERN, "the pattern calls itself"),
        (r"(?P<a>x(?&a)?)", "x", How.PATTERN, "the pattern calls itself"),
        ("a", "b\nc", How.PLAIN, "a caption is one line"),
    ],
)
def test_what_cannot_be_looked_for_is_refused(find: str, by: str, how: How, message: str) -> None:
    with pytest.raises(InvalidEditError, match=message):
        Replacement(find, by, how)


def test_a_pattern_that_would_take_forever_is_stopped() -> None:
    begun = time.monotonic()
    with pytest.raises(InvalidEditError, match="the pattern takes longer than"):
        Replacement("(a|aa|a?)+[bc]", "x", How.PATTERN).of("a" * 60 + ".")
    assert time.monotonic() - begun < 20 * TIME_LIMIT_S
    with pytest.raises(InvalidEditError, match="longer than 100,000"):
        Replacement("b*", "x" * 1000, How.PATTERN).of("a" * 200)
    assert Replacement("ab", "x").of("ab" * 100_000).text == "x" * 100_000


def test_a_line_of_megabytes_takes_seconds_and_not_hours() -> None:
    begun = time.monotonic()
    assert Replacement("he", "she", How.GRAMMAR).of("a he is " * 20_000).text == "a she is " * 20_000
    assert Replacement("hat", "eye", How.GRAMMAR).of("a hat " * 20_000).text == "an eye " * 20_000
    assert time.monotonic() - begun < 10


@given(
    st.text(max_size=40) | st.lists(st.sampled_from(["the ", "The ", "a ", "an", "he", " ", ". ", "."])).map("".join),
    st.sampled_from("he she a an man the  ' .".split(" ")),
    st.sampled_from(["she", "", "an elder", "they"]),
    st.sampled_from(How),
)
def test_spans_tell_where_the_texts_differ(text: str, find: str, by: str, how: How) -> None:
    if not find.strip() or (how is How.PATTERN and find == "."):
        return
    found = Replacement(find, by, how).of(text)
    pieces, at = [], 0
    for start, end, new_start, new_end in found.spans:
        assert at <= start <= end
        pieces += [text[at:start], found.text[new_start:new_end]]
        at = end
    assert "".join((*pieces, text[at:])) == found.text


def test_captions_of_a_man_become_a_womans_and_back() -> None:
    for sample in map(str, range(30)):
        for caption in write_captions(MAN, sample):
            there = Replacement("he", "she", How.GRAMMAR).of(caption).text
            words = there.lower().replace(".", " ").replace(",", " ").split()
            assert not {"he", "his", "him", "man"} & set(words), there
            assert Replacement("she", "he", How.GRAMMAR).of(there).text == caption

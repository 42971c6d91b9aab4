"""Words that are no words: an English dictionary of 160,000 beside the grammar's own vocabulary, without a network.

The dictionary is pyspellchecker's (MIT). Reading it takes some tenths of a second, once: ask first on a thread that
nobody waits for. What looks like a name, an abbreviation or a number is left alone.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Collection
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from app.generation.lexicon import all_phrases
from app.generation.persons import WORD, ends_sentence, in_case_of
from app.generation.word_table import WordTable

_ENTRY = re.compile(rb'"([^"]+)": *([0-9]+)')
_LETTERS = "abcdefghijklmnopqrstuvwxyz'"
_FAR = 2
_MOST = 5
_LONGEST = 60
"""Letters of a word that something is suggested for: what is one letter off takes memory by the square of them."""


class Misspelt(NamedTuple):
    """``text[start:end]`` is no word that is known."""

    start: int
    end: int
    word: str


class Speller:
    """Knows English, what captions are made of, and the words that it is told (``also``, in small letters)."""

    def __init__(self, also: Collection[str] = ()) -> None:
        self._also = frozenset(word.casefold() for word in also)

    def misspelt(self, text: str) -> tuple[Misspelt, ...]:
        """The words that are unknown, in order."""
        found = []
        last = 0
        for match in WORD.finditer(text):
            begins = not last or ends_sentence(text, last, match.start())
            last = match.end()
            if not self._is_fine(match[0], begins=begins):
                found.append(Misspelt(match.start(), match.end(), match[0]))
        return tuple(found)

    def suggestions(self, word: str, most: int = _MOST) -> tuple[str, ...]:
        """Words that may have been meant, likeliest first: those of captions before those of the dictionary."""
        plain = _plain(word)
        if len(plain) > _LONGEST:
            return ()
        dictionary = _dictionary()
        near = ((_distance(plain, candidate), candidate) for candidate in _vocabulary() | self._also)
        ours = sorted((far, candidate) for far, candidate in near if far <= _FAR)
        theirs = [(-(dictionary.get(candidate) or 0), candidate) for candidate in _one_letter_off(plain)]
        ranked = [candidate for uses, candidate in sorted(theirs) if uses]
        close = [candidate for far, candidate in ours if far == 1]
        both = dict.fromkeys((*close, *ranked, *(candidate for _, candidate in ours)))
        return tuple(in_case_of(word, candidate) for candidate in list(both)[:most])

    def _is_fine(self, word: str, *, begins: bool) -> bool:
        if len(word) == 1 or any(letter.isdigit() for letter in word) or (word.isupper() and len(word) > 1):
            return True
        if word[0].isupper() and not begins:
            return True  # a name
        plain = _plain(word)
        stems = {plain, plain.removesuffix("'s"), plain.removesuffix("'")}
        known = _dictionary()
        return any(stem in self._also or stem in _vocabulary() or stem in known for stem in stems)


def _plain(word: str) -> str:
    return word.casefold().replace("’", "'")


@cache
def _dictionary() -> WordTable:
    """How often English uses each of its words.

    They are taken from the library's file one by one: as its own dict they take forty megabytes, and half of that
    stays with the process for ever. It is one JSON object of small words and numbers, without an escape.
    """
    text = gzip.decompress(files("spellchecker").joinpath("resources", "en.json.gz").read_bytes())
    return WordTable((match[1].decode(), int(match[2])) for match in _ENTRY.finditer(text))


def _one_letter_off(word: str) -> set[str]:
    """What becomes the word when one letter is left out, swapped with the next, exchanged or added."""
    parts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    shorter = {head + tail[1:] for head, tail in parts if tail}
    swapped = {head + tail[1] + tail[0] + tail[2:] for head, tail in parts if len(tail) > 1}
    exchanged = {head + letter + tail[1:] for head, tail in parts if tail for letter in _LETTERS}
    longer = {head + letter + tail for head, tail in parts for letter in _LETTERS}
    return (shorter | swapped | exchanged | longer) - {word} if len(word) > 1 else set()


@cache
def _vocabulary() -> frozenset[str]:
    return frozenset(word.lower() for phrase in all_phrases() for word in WORD.findall(phrase.text))


def _distance(one: str, other: str) -> int:
    """Letters to add, leave out, exchange or swap with the next; anything above ``_FAR`` is ``_FAR`` + 1."""
    if abs(len(one) - len(other)) > _FAR:
        return _FAR + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        last, before, row = before, row, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
    return min(row[-1], _FAR + 1)

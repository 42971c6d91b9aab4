"""Texts as words, cut as the caption index cuts them: to look for them there, and to show where they were found."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from app.catalog.captions import phrase
from app.catalog.query.syntax import Words

_WORD = re.compile(r"(?:[^\W_][\u0300-\u036f]*)+")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: ``folded`` without case and accents, at characters ``start`` up to ``end``."""

    folded: str
    start: int
    end: int


def words_in(text: str) -> list[Word]:
    """The words of a text: runs of letters and digits, with their accents."""
    return [Word(_folded(found.group()), *found.span()) for found in _WORD.finditer(text)]


def match_of(words: tuple[Words, ...]) -> str:
    """The match expression for a caption that has all of the words."""
    return " AND ".join(phrase(each.text, is_prefix=each.prefix) for each in words)


def spans_of(words: Words, text: str) -> list[tuple[int, int]]:
    """Where in ``text`` the words stand one after the other, from character to character."""
    *wanted, last = (word.folded for word in words_in(words.text))
    there = words_in(text)
    found = []
    for at in range(len(there) - len(wanted)):
        final = there[at + len(wanted)]
        ends = final.folded.startswith(last) if words.prefix else final.folded == last
        if ends and all(word.folded == each for word, each in zip(there[at:], wanted, strict=False)):
            found.append((there[at].start, final.end))
    return found


def _folded(word: str) -> str:
    if word.isascii():
        return word.lower()
    bare = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    return bare.casefold()

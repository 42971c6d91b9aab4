"""The words of a caption that mean something, and how each is to be marked. No Qt: what is marked can be tested alone.

A word that is contradicted is one whose fact is among those that the checks hold against its line.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.faces.attribute_places import attribute_bits
from app.faces.classes import bits_of
from app.generation.lexicon import Fact
from app.generation.mentions import nouns_in
from app.generation.reading import Reading

if TYPE_CHECKING:
    from app.generation.spelling import Misspelt


@dataclass(frozen=True, slots=True)
class Word:
    """Characters ``start`` to ``end`` of a caption.

    ``fact`` is what they state, None where they only name a part of the face; ``bits`` are the classes they speak of.
    ``is_misspelt``: it is no word.
    """

    start: int
    end: int
    bits: int = 0
    fact: Fact | None = None
    is_wrong: bool = False
    is_misspelt: bool = False


def words_of(
    text: str, reading: Reading, wrong: Collection[Fact] = (), misspelt: Iterable[Misspelt] = ()
) -> tuple[Word, ...]:
    """What there is to mark in a caption, in the order of the text. ``wrong`` are the facts that are contradicted."""
    words = [
        Word(claim.start, claim.end, attribute_bits(claim.attribute), claim.fact, claim.fact in wrong)
        for claim in reading.claims
    ]
    stated = [(word.start, word.end) for word in words]
    words += [
        Word(start, end, bits_of(*classes))
        for start, end, classes in nouns_in(text)
        if not any(first <= start < last for first, last in stated)
    ]
    words += [Word(start, end, is_misspelt=True) for start, end, _ in misspelt]
    return tuple(sorted(words, key=lambda word: (word.start, word.end)))


def word_at(words: Collection[Word], position: int) -> Word | None:
    """The word that the character ``position`` belongs to, the shortest where several do: "brown, wavy hair"."""
    found = [word for word in words if word.start <= position < word.end]
    return min(found, key=lambda word: word.end - word.start, default=None)

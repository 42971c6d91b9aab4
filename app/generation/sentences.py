"""Where sentences end, and which are not whole, judged by the kinds of their words alone.

The released captions have sentences that break off ("He has ."), say nothing ("She.") or lack a word between their
verbs ("She wears necklace has bangs"): 4,303 of 567,198.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Slip(NamedTuple):
    """A sentence that is not whole; ``what`` says how, in words that follow "the sentence"."""

    what: str
    start: int
    end: int


# The kinds of words in a row, one letter each: V a verb that makes a sentence, C a claim, & "and", r "who" or "that",
# w any other known word, x an unknown one, "," and ".".
_SLIPS = tuple(
    (what, re.compile(pattern))
    for what, pattern in (
        ("says nothing", r"(?:^|(?<=\.))w{1,2}(?=\.|$)"),
        ("has a verb with nothing behind it", r"(?:^|(?<=[.&,]))w*V,*(?=[.&]|$)"),
        ("has an “and” that joins nothing", r"(?:^|(?<=\.))w+&V"),
        ("lacks an “and” between its verbs", r"(?:^|(?<=\.)|(?<=C[,&]))w*Vw*C(?:[,&]*C)*V"),
    )
)


class Row(NamedTuple):
    """The kinds of a caption's words in a row, the place of each, and the places of those that nobody knows."""

    kinds: list[str]
    places: list[int]
    residue: list[int]

    def add(self, kind: str, place: int) -> None:
        """The next word, or the first of a phrase."""
        self.kinds.append(kind)
        self.places.append(place)


def ends_sentence(text: str, end: int) -> bool:
    """Whether a full stop that ends here ends a sentence; one before a digit or a small letter does not."""
    return end >= len(text) or not (text[end].islower() or text[end].isdecimal())


def sentences_of(row: Row, words: list[str], starts: list[int]) -> tuple[tuple[Slip, ...], int]:
    """What is wrong with the sentences, and how many there are."""
    kinds = "".join(row.kinds)
    slips: list[Slip] = []
    for what, pattern in _SLIPS:
        for match in pattern.finditer(kinds):
            first, last = row.places[match.start()], row.places[max(match.end() - 1, match.start())]
            slips.append(Slip(what, starts[first], starts[last] + len(words[last])))
    return tuple(slips), sum(1 for sentence in kinds.split(".") if sentence.strip(","))

"""Captions turned back into claims: which words state which attribute, which deny it, and which nobody understands.

Longest match over the phrase book, one pass over the words. Three things go beyond phrases: a denial holds for the next
fact (and along a list that goes on with *or*), qualities may stand apart from their part ("brown, wavy hair", "her hair
is brown"), and a sentence that breaks off ("She and wears lipstick has blond hair") is told from one that is whole.
Captions of other people are read as far as they use known words; the rest is residue, never an error.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from app.generation.lexicon import Fact
from app.generation.phrase_book import Branch, Meaning, PhraseBook, shipped_phrase_book
from app.generation.sentences import Row, Slip, ends_sentence, sentences_of

_TOKEN = re.compile(r"[^\W_]+|[.!?…]+|[,;:]")
_CONTINUING = frozenset({"or", "nor"})
_REACH = 6
"""How many words a quality may stand before its part."""
_LIST = 40
"""How many words of a list are looked at for its *or*."""


class Claim(NamedTuple):
    """Characters ``start`` to ``end`` of the caption say that the attribute is so (``value``) or not."""

    attribute: str
    value: bool
    start: int
    end: int

    @property
    def fact(self) -> Fact:
        """What is claimed, wherever."""
        return Fact(self.attribute, self.value)


class Span(NamedTuple):
    """Characters ``start`` to ``end`` of a caption."""

    start: int
    end: int


class Clash(NamedTuple):
    """Two claims that cannot both be so: one attribute said and denied, or two that exclude each other."""

    first: Claim
    second: Claim


class Reading(NamedTuple):
    """What one caption says. ``residue`` are the words outside the phrase book, ``sentences`` how many it has."""

    claims: tuple[Claim, ...] = ()
    residue: tuple[Span, ...] = ()
    clashes: tuple[Clash, ...] = ()
    slips: tuple[Slip, ...] = ()
    sentences: int = 0

    @property
    def values(self) -> dict[str, bool]:
        """Attribute → what is said of it; where it is said and denied, the last word counts."""
        return {claim.attribute: claim.value for claim in self.claims}


class Reader:
    """Reads captions with a phrase book. Holds nothing else; any thread may use it."""

    def __init__(self, book: PhraseBook) -> None:
        self._book = book
        self._turning = book.linking | book.denying
        self._kinds = dict.fromkeys(book.passing | book.denying, "w")
        self._kinds |= dict.fromkeys(book.finite, "V") | dict.fromkeys(("who", "that", "which"), "r")
        self._kinds |= {"and": "&"} | dict.fromkeys(",;:", ",")

    def read(self, text: str) -> Reading:
        """The reading of one caption."""
        words, starts = _tokens(text)
        first, kinds_of, book, turning = self._book.phrases.then, self._kinds, self._book, self._turning
        qualities, quality_words = book.qualities, book.quality_words
        claims: list[Claim] = []
        row = Row([], [], [])
        add_kind, add_place = row.kinds.append, row.places.append
        is_denied = False
        count = len(words)
        place = 0
        while place < count:
            word = words[place]
            branch = first.get(word)
            stop, meaning = _longest(branch, words, place) if branch is not None else (0, None)
            if meaning is not None:
                start, end = starts[place], starts[stop - 1] + len(words[stop - 1])
                is_person = not meaning.facts or meaning.facts[0].attribute == "Male"
                is_flipped = is_denied and not meaning.denies and not is_person
                for attribute, value in meaning.facts:
                    claims.append(Claim(attribute, value != is_flipped, start, end))
                for offset, sex in meaning.sexes:
                    at = place + offset
                    claims.append(Claim(*sex, starts[at], starts[at] + len(words[at])))
                add_kind("w" if is_person else "C")
                add_place(place)
                if is_denied or meaning.denies:
                    is_denied = word in book.between if is_person else self._goes_on(words, stop)
            elif word in quality_words and (stop := self._before_part(words, starts, place, is_denied, claims, row)):
                is_denied = is_denied and self._goes_on(words, stop)
            else:
                stop = place + 1
                kind = kinds_of.get(word) or ("x" if word[0] not in ".!?…" else "")
                if kind == "x":
                    row.residue.append(place)
                elif not kind:
                    kind = "." if ends_sentence(text, starts[place] + len(word)) else ","
                if word in book.denying:
                    is_denied = True
                elif is_denied and kind != "x" and word not in book.between and word not in _CONTINUING:
                    is_denied = kind == "," and self._goes_on(words, place)
                add_kind(kind)
                add_place(place)
            if stop < count and words[stop - 1] in qualities and (words[stop] in turning or _which(words, stop)):
                stop = self._after_part(words, starts, stop, claims, row)
            place = stop
        return Reading(
            tuple(claims),
            _spans(text, words, starts, row.residue) if row.residue else (),
            self._clashes(claims),
            *sentences_of(row, words, starts),
        )

    def excludes(self, first: Fact, second: Fact) -> bool:
        """Whether the two cannot both be so: an attribute and its opposite, or two that the grammars set apart."""
        opposite = first.attribute == second.attribute and first.value != second.value
        return opposite or second in self._book.rivals.get(first, ())

    def _goes_on(self, words: list[str], stop: int) -> bool:
        """Whether a denial holds beyond a list's item: *no hat or tie*, *no hat, tie, or earrings*."""
        if stop >= len(words) or (words[stop] != "," and words[stop] not in _CONTINUING):
            return False
        for word in words[stop : stop + _LIST]:
            if word in _CONTINUING:
                return True
            if word in {"and", "but"} or word[0] in ".!?…" or self._kinds.get(word) == "V":
                break
        return False

    def _quality(self, words: list[str], place: int, part: str) -> tuple[int, Fact] | None:
        """The longest quality of the part that begins here, and how many words it has."""
        known = self._book.qualities[part]
        for stop in (place + 2, place + 1):
            fact = known.get(tuple(words[place:stop]))
            if fact is not None and stop <= len(words):
                return stop - place, fact
        return None

    def _before_part(
        self, words: list[str], starts: list[int], place: int, is_denied: bool, claims: list[Claim], row: Row
    ) -> int:
        """Read qualities that stand before their part with something between; 0 where there is no such part."""
        known = self._kinds
        is_strange = False
        for at in range(place + 1, min(place + 1 + _REACH, len(words))):
            word = words[at]
            if word in self._book.qualities:
                break
            if word in {"and", "or", ","}:
                if is_strange:  # "a black coat and brown hair": the first colour is the coat's
                    return 0
            elif word not in self._book.quality_words:
                if word in known or word in self._book.phrases.then or word[0] in ".!?…":
                    return 0
                is_strange = True
        else:
            return 0
        if self._quality(words, place, word) is None:
            return 0
        end = starts[at] + len(word)
        while place < at:
            quality = self._quality(words, place, word)
            if quality is not None:
                claims.append(Claim(quality[1].attribute, quality[1].value != is_denied, starts[place], end))
                row.add("C", place)
                place += quality[0]
                continue
            kind = known.get(words[place], "x")
            row.add(kind, place)
            if kind == "x":
                row.residue.append(place)
            place += 1
        return at + 1

    def _after_part(self, words: list[str], starts: list[int], stop: int, claims: list[Claim], row: Row) -> int:
        """Read qualities that are said of the part before ``stop``; where reading goes on (``stop`` if there are none).

        "his hair is not black but wavy and brown".
        """
        part = words[stop - 1]
        is_denied = False
        seen: list[tuple[str, int]] = []
        at = stop
        while at < len(words):
            word = words[at]
            if quality := self._quality(words, at, part):
                length, fact = quality
                end = starts[at + length - 1] + len(words[at + length - 1])
                claims.append(Claim(fact.attribute, fact.value != is_denied, starts[at], end))
                for kind, where in (*seen, ("C", at)):
                    row.add(kind, where)
                seen.clear()
                at += length
                stop = at
                continue
            if word in self._book.denying:
                is_denied = True
            elif word == "but":
                is_denied = False
            elif word not in self._book.linking and word not in {"and", ",", "or", "t"}:
                break
            seen.append((self._kinds.get(word, "w"), at))
            at += 1
        return stop

    def _clashes(self, claims: list[Claim]) -> tuple[Clash, ...]:
        """Pairs of claims that cannot both be so, each pair of facts once."""
        by_fact: dict[Fact, Claim] = {}
        clashes: list[Clash] = []
        rivals = self._book.rivals
        for claim in claims:
            fact = Fact(claim[0], claim[1])
            if fact in by_fact:
                continue
            opposite = by_fact.get(Fact(claim[0], not claim[1]))
            if opposite is not None:
                clashes.append(Clash(opposite, claim))
            if fact in rivals:
                clashes += [Clash(by_fact[other], claim) for other in by_fact if other in rivals[fact]]
            by_fact[fact] = claim
        return tuple(clashes)


@cache
def shipped_reader() -> Reader:
    """The reader of the shipped wordings and synonyms."""
    return Reader(shipped_phrase_book())


def read_caption(text: str) -> Reading:
    """What a caption claims, with the shipped words."""
    return shipped_reader().read(text)


def _tokens(text: str) -> tuple[list[str], list[int]]:
    """Words in lower case and marks, and where each starts in the text."""
    low = text.lower()
    if len(low) != len(text):  # a few letters grow when they are made small; places are those of the text
        low = "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)
    words: list[str] = []
    starts: list[int] = []
    for match in _TOKEN.finditer(low):
        words.append(match[0])
        starts.append(match.start())
    return words, starts


def _longest(branch: Branch, words: list[str], place: int) -> tuple[int, Meaning | None]:
    """The place behind the longest phrase that begins here, and what it means (None: there is none)."""
    stop, meaning = place + 1, branch.meaning
    then = branch.then
    for at in range(place + 1, len(words)) if then else ():
        following = then.get(words[at])
        if following is None:
            break
        if following.meaning is not None:
            stop, meaning = at + 1, following.meaning
        then = following.then
    return stop, meaning


def _which(words: list[str], place: int) -> bool:
    """Whether a clause about what stands before begins here: ", which is wavy"."""
    return words[place] == "," and words[place + 1 : place + 2] in (["which"], ["that"])


def _spans(text: str, words: list[str], starts: list[int], places: list[int]) -> tuple[Span, ...]:
    """Where the words stand; what hyphens or apostrophes join is one."""
    spans: list[Span] = []
    for place in places:
        start, end = starts[place], starts[place] + len(words[place])
        if spans and text[spans[-1].end : start] in {"-", "'", "’", "_"}:
            spans[-1] = Span(spans[-1].start, end)
        else:
            spans.append(Span(start, end))
    return tuple(spans)

"""Replacing words in a caption: as characters, as whole words, by a pattern, or so that the sentence stays right.

A replacement tells where it changed something, in the old text and in the new one, for whoever shows the difference.
Patterns come from people and may take forever on a harmless line: every search has a time limit. What takes memory
rather than time, repetitions by the million and patterns that call themselves, is refused.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property
from itertools import zip_longest
from typing import NamedTuple

import regex

from app.faces.errors import InvalidEditError
from app.generation.persons import WORD, PersonChange, Swap, ends_sentence, in_case_of, person_change
from app.generation.realise import takes_an

TIME_LIMIT_S = 0.25
"""For one caption. A usual pattern takes microseconds."""
_LONGEST = 100_000
"""Characters of a caption after replacing, if it was not longer before: a pattern can multiply them."""
_MOST_COPIES = 100_000
"""Of what a pattern repeats: ``a{9}`` is compiled as nine of them, and ``(a{9}){9}`` as eighty-one."""
_COUNT = re.compile(r"\{([0-9]+)")
_CALL = re.compile(r"\(\?(?:R|&|P>|[+-]?[0-9])")
_ARTICLE = re.compile(r"(?<![\w'’])(an?)\s+$", re.IGNORECASE)
_NEAR = 100
"""Characters behind a change in which the next word is looked for."""


class How(Enum):
    """What counts as found, and what is put in its place."""

    PLAIN = "plain"
    """The very characters, wherever they stand."""
    WORD = "word"
    """The same, where no letter or digit stands right before or behind."""
    PATTERN = "pattern"
    """A regular expression; in the replacement ``\\1`` and ``\\g<name>`` are its groups."""
    GRAMMAR = "grammar"
    """Whole words whatever their case, and what agrees with them: *a* and *an*, capitals, and a person's pronouns."""


class Span(NamedTuple):
    """``before[start:end]`` became ``after[new_start:new_end]``."""

    start: int
    end: int
    new_start: int
    new_end: int


class Reworded(NamedTuple):
    """The new text and where it differs. Nothing was found where ``spans`` is empty."""

    text: str
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Replacement:
    """What to look for and what to say instead. ``match_case`` is for all but ``GRAMMAR``."""

    find: str
    by: str
    how: How = How.PLAIN
    match_case: bool = True

    def __post_init__(self) -> None:
        """Raises InvalidEditError where nothing is looked for, or the pattern or its replacement is none."""
        if not self.find.strip() and (self.how in {How.WORD, How.GRAMMAR} or not self.find):
            raise InvalidEditError("there is nothing to look for; type what is to be found")
        if any(mark in self.by for mark in "\r\n"):
            raise InvalidEditError("a caption is one line: a line break would make one caption into two")
        if self.how is How.PATTERN:
            pattern = self._pattern
            try:
                regex.compile(f"|{pattern.pattern}", pattern.flags).sub(self.by, "", count=1)
            except (regex.error, IndexError, KeyError) as error:
                raise InvalidEditError(f"what is put in its place cannot be understood: {error}") from None

    @cached_property
    def person(self) -> PersonChange | None:
        """Who is exchanged for whom, with ``GRAMMAR``."""
        return person_change(self.find, self.by) if self.how is How.GRAMMAR else None

    @property
    def label(self) -> str:
        """In the Undo menu: ``Replace “he” by “she”``."""
        return f"Replace “{_short(self.find)}” by “{_short(self.by)}”" if self.by else f"Remove “{_short(self.find)}”"

    @property
    def in_any_case(self) -> Replacement | None:
        """The same with capitals and small letters alike; None where they are, or where a search may take long."""
        is_told = self.match_case and self.how in {How.PLAIN, How.WORD}
        return replace(self, match_case=False) if is_told else None

    def finds(self, text: str) -> bool:
        """Whether there is anything to be replaced."""
        return self._pattern.search(text) is not None

    def of(self, text: str) -> Reworded:
        """The text with everything replaced. Raises InvalidEditError where a pattern takes too long or grows wild."""
        if self.person is not None:
            return _swapped(text, _with_articles(text, self.person.swaps(text)))
        if self.how is How.GRAMMAR:
            return _swapped(text, _with_articles(text, self._words(text)))
        return _swapped(text, self._matches(text))

    def _matches(self, text: str) -> Iterable[Swap]:
        by: Callable[[regex.Match[str]], str] = lambda _match: self.by  # noqa: E731
        if self.how is How.PATTERN:
            by = lambda match: match.expand(self.by)  # noqa: E731
        swaps, length, longest = [], len(text), max(len(text), _LONGEST)
        try:
            # Words and characters are found in one go, however busy the machine is.
            limit = TIME_LIMIT_S if self.how is How.PATTERN else None
            for match in self._pattern.finditer(text, timeout=limit):
                swaps.append(Swap(match.start(), match.end(), by(match)))
                length += len(swaps[-1].by) - len(match[0])
                if length > longest:
                    raise InvalidEditError(f"the replacement makes a caption longer than {_LONGEST:,} characters")
        except TimeoutError:
            raise InvalidEditError(
                f"the pattern takes longer than {TIME_LIMIT_S:g} s on one caption; write it without nested repetitions"
            ) from None
        return swaps

    def _words(self, text: str) -> list[Swap]:
        swaps: list[Swap] = []
        first = len(text) - len(text.lstrip())
        for match in self._pattern.finditer(text):
            start, end = match.span()
            if not self.by:
                start, end = _with_blank(text, start, end)
                while swaps and start <= swaps[-1].end:  # words that go one after the other go as one
                    touches, start = start == swaps[-1].end, swaps.pop().start
                    start -= not touches and text[start - 1 : start] == " "
            swaps.append(
                Swap(start, end, in_case_of(match[0], self.by) if start <= first or match[0][:1].isupper() else self.by)
            )
        return swaps

    @cached_property
    def _pattern(self) -> regex.Pattern[str]:
        flags = regex.VERSION0 | (0 if self.match_case and self.how is not How.GRAMMAR else regex.IGNORECASE)
        if self.how is How.PATTERN:
            if math.prod(max(int(count[:9]), 1) for count in _COUNT.findall(self.find)) > _MOST_COPIES:
                raise InvalidEditError(f"the pattern repeats something more than {_MOST_COPIES:,} times; ask for fewer")
            if _CALL.search(self.find):
                raise InvalidEditError("the pattern calls itself or a part of itself; write it without (?R) and (?1)")
            try:
                return regex.compile(self.find, flags)
            except (regex.error, ValueError) as error:  # which "${1s<}" raises
                raise InvalidEditError(f"the pattern cannot be understood: {error}") from None
        words = r"\s+".join(map(regex.escape, self.find.split())) if self.how is How.GRAMMAR else None
        plain = words or regex.escape(self.find)
        return regex.compile(plain if self.how is How.PLAIN else rf"(?<!\w){plain}(?!\w)", flags)


def _swapped(text: str, swaps: Iterable[Swap]) -> Reworded:
    """Swaps that change nothing are left out."""
    pieces, spans, at, length = [], [], 0, 0
    for start, end, by in swaps:
        if text[start:end] == by:
            continue
        pieces += [text[at:start], by]
        length += start - at
        spans.append(Span(start, end, length, length + len(by)))
        length += len(by)
        at = end
    return Reworded("".join((*pieces, text[at:])), tuple(spans))


def _with_articles(text: str, swaps: Iterable[Swap]) -> list[Swap]:
    """The swaps, and *a* or *an* right before what changed; a capital where a sentence lost its first words."""
    swaps = list(swaps)
    found: list[Swap] = []
    at, lost = 0, -1
    for swap, following_swap in zip_longest(swaps, swaps[1:]):
        following = swap.by + text[swap.end : swap.end + _NEAR]
        word = WORD.search(following)
        article = _ARTICLE.search(text, at, swap.start)
        if article is not None and word is not None and not following[: word.start()].strip():
            wanted = in_case_of(article[1][:1], "an" if takes_an(following[word.start() :]) else "a")
            found.append(Swap(article.start(1), article.end(1), wanted))
        found.append(swap)
        at = swap.end
        begins = swap.start == lost or _begins_sentence(text, swap.start)
        if not swap.by and begins and word is not None and not word.start():
            lost = at
            if following_swap is None or following_swap.start > at:
                found.append(Swap(at, at + 1, text[at].upper()))
                at += 1
    return found


def _begins_sentence(text: str, place: int) -> bool:
    before = place - 1
    while before >= 0 and text[before].isspace():
        before -= 1
    return before < 0 or ends_sentence(text, before, place)


def _with_blank(text: str, start: int, end: int) -> tuple[int, int]:
    """Without the word one of the blanks around it is too many."""
    if text[end : end + 1] == " " and (not start or text[start - 1] == " "):
        return start, end + 1
    if start and text[start - 1] == " " and (end == len(text) or not text[end].isalnum()):
        return start - 1, end
    return start, end


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"

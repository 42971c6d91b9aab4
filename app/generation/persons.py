"""Speaking of another person: *he* becomes *she* and everything that agrees with it, in foreign captions too.

*Her* is *his* before a noun and *him* elsewhere; *they* takes its verbs along (*they have … and wear …*). It is
looked up word by word, without grammar, and meant for a list that somebody reads before it is applied.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

Person = Literal["he", "she", "they"]
Form = Literal["subject", "object", "before noun", "alone", "reflexive"]

_FORMS: tuple[Form, ...] = ("subject", "object", "before noun", "alone", "reflexive")
_PRONOUNS: dict[Person, dict[Form, str]] = {
    "he": dict(zip(_FORMS, ("he", "him", "his", "his", "himself"), strict=True)),
    "she": dict(zip(_FORMS, ("she", "her", "her", "hers", "herself"), strict=True)),
    "they": dict(zip(_FORMS, ("they", "them", "their", "theirs", "themselves"), strict=True)),
}
_NOUNS: tuple[tuple[str, str, str], ...] = (
    ("man", "woman", "person"),
    ("men", "women", "people"),
    ("boy", "girl", "child"),
    ("boys", "girls", "children"),
    ("gentleman", "lady", "person"),
    ("gentlemen", "ladies", "people"),
    ("male", "female", "person"),
    ("males", "females", "people"),
    ("guy", "lady", "person"),
    ("guys", "ladies", "people"),
)
"""For him, for her, for them; where a word of one stands for several, the first row counts."""

_PERSONS: tuple[Person, ...] = ("he", "she", "they")
_VERBS = {
    "is": "are", "was": "were", "has": "have", "does": "do", "wears": "wear", "looks": "look", "appears": "appear",
    "seems": "seem", "smiles": "smile", "shows": "show", "sports": "sport", "keeps": "keep", "stands": "stand",
    "sits": "sit", "frowns": "frown", "laughs": "laugh", "isn't": "aren't", "hasn't": "haven't", "doesn't": "don't",
    "wasn't": "weren't",
}  # fmt: skip
_SINGULAR = {plural: singular for singular, plural in _VERBS.items()}
_NOT_A_NOUN = frozenset(
    "a an and are as at but by for from has have he her him his in is it of on or she that the their them they this"
    " to was wears were when while who with without".split()
)
_OTHER_SUBJECTS = frozenset("who which that it to this there".split())
WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)?")


_SPEAKS_OF = {
    person: re.compile(
        rf"\b(?:{'|'.join({*_PRONOUNS[person].values(), *(row[at] for row in _NOUNS)})})\b", re.IGNORECASE
    )
    for at, person in enumerate(_PERSONS)
}


class Swap(NamedTuple):
    """``text[start:end]`` becomes ``by``."""

    start: int
    end: int
    by: str


@dataclass(frozen=True, slots=True)
class PersonChange:
    """Who is spoken of, and who is to be."""

    before: Person
    after: Person

    def swaps(self, text: str) -> list[Swap]:
        """Every word that changes, in order; none where the text does not speak of ``before``."""
        if not _SPEAKS_OF[self.before].search(text):
            return []
        words = list(WORD.finditer(text))
        lower = [word[0].lower().replace("’", "'") for word in words]
        swaps = []
        turns_verbs = False
        for at, word in enumerate(words):
            if at and ends_sentence(text, words[at - 1].end(), word.start()):
                turns_verbs = False
            said, ending = lower[at], ""
            by = self._word(said, _follows(text, words, lower, at))
            if by is None and "'" in said:
                said, _, ending = said.partition("'")
                by = self._word(said, follows=True)
            if by is not None:
                is_subject = said == _PRONOUNS[self.before]["subject"]
                turns_verbs = turns_verbs or is_subject
                by += self._ending(ending, is_subject=is_subject)
                said = lower[at]
            elif turns_verbs and (not at or lower[at - 1] not in _OTHER_SUBJECTS):
                by = self._verb(lower[at])
            if by is not None and by != said:
                by = by.replace("'", "’") if "’" in word[0] else by
                swaps.append(Swap(word.start(), word.end(), in_case_of(word[0], by)))
        return swaps

    def _word(self, said: str, follows: bool) -> str | None:
        before, after = _PRONOUNS[self.before], _PRONOUNS[self.after]
        forms = [form for form in _FORMS if before[form] == said]
        if forms:
            wanted: Form = "before noun" if follows else "object" if "object" in forms else "alone"
            return after[wanted if wanted in forms else forms[0]]
        old, new = _PERSONS.index(self.before), _PERSONS.index(self.after)
        if self.before != "they":
            return next((row[new] for row in _NOUNS if row[old] == said), None)
        return None  # "person" and "people" say nothing of whether it is he or she

    def _ending(self, ending: str, *, is_subject: bool) -> str:
        """Of *he's*, *they've*, *man's*: a verb behind *he*, *she* and *they*, the genitive behind a noun."""
        if is_subject and self.after == "they" and ending == "s":
            ending = "re"
        elif is_subject and self.before == "they" and ending in {"re", "ve"}:
            ending = "s"
        return f"'{ending}" if ending else ""

    def _verb(self, said: str) -> str | None:
        if (self.before == "they") == (self.after == "they"):
            return None
        return (_SINGULAR if self.before == "they" else _VERBS).get(said)


def person_change(find: str, by: str) -> PersonChange | None:
    """``he`` → ``she``, ``his`` → ``her``, ``men`` → ``women``; None where the words name no two persons.

    *Person* and *people* are no reason to change a pronoun: of them there is none to be found, only to be put.
    """
    before, after = _person(find), _person(by)
    if before == "they" and find.strip().lower() not in _PRONOUNS["they"].values():
        return None
    if before is None or after is None or before == after:
        return None
    return PersonChange(before, after)


def ends_sentence(text: str, start: int, end: int) -> bool:
    """Whether a sentence ends in what stands between two words."""
    return any(mark in text[start:end] for mark in ".!?")


def in_case_of(old: str, new: str) -> str:
    """``new`` with the capitals of ``old``: *He* → *She*, *MAN* → *WOMAN*."""
    if len(old) > 1 and old.isupper():
        return new.upper()
    return new[:1].upper() + new[1:] if old[:1].isupper() else new


def _person(word: str) -> Person | None:
    word = word.strip().lower()
    for person in _PERSONS:
        if word in _PRONOUNS[person].values():
            return person
    for row in _NOUNS:
        if word in row:
            return _PERSONS[row.index(word)]
    return None


def _follows(text: str, words: Sequence[re.Match[str]], lower: Sequence[str], at: int) -> bool:
    """Whether a noun, or what belongs to one, stands right behind: then *her* is *his*, else *him*."""
    if at + 1 >= len(words):
        return False
    between = text[words[at].end() : words[at + 1].start()]
    return not between.strip() and lower[at + 1] not in _NOT_A_NOUN

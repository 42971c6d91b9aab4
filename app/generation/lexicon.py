"""The words for the forty attributes, and what must not be said together, read from ``resources/grammar``.

Who writes captions and who reads them take their phrases from here; the files' own comments describe their lines.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal, NamedTuple, get_args

from app.faces.attributes import ATTRIBUTE_NAMES
from app.faces.classes import CLASS_BY_NAME
from app.generation.chance import Draw
from app.generation.grammar_file import WORDINGS, Line, Sections, Wording, shipped_sections

Slot = Literal["adjective", "close", "is", "has", "wears", "bare", "picture"]
SLOTS: tuple[Slot, ...] = get_args(Slot)
Place = Literal["any", "last", "but"]
_PLACES: tuple[Place, ...] = get_args(Place)
_MOST_PIXELS = 512 * 512
THEIR = "{their}"
_ARTICLE = re.compile(r"(?:an?|the) ")
_OF_WORDS = re.compile(r"[^\W_]+(?:(?:[,'’][- ]?|[- ])[^\W_]+)*")


class Fact(NamedTuple):
    """An attribute and whether it is so."""

    attribute: str
    value: bool

    def __str__(self) -> str:
        return self.attribute if self.value else f"-{self.attribute}"


@dataclass(frozen=True, slots=True)
class Phrase:
    """One way to say one fact, or several at once; ``weight`` against the other ways to say the same.

    ``text`` may hold ``{their}``, which is *his*, *her* or *the*. ``place`` is where it stands in its list: at the end,
    or behind *but* at the very end. With the slot ``bare`` the text is what is not worn: *a hat*.
    """

    facts: tuple[Fact, ...]
    weight: float
    slot: Slot
    text: str
    place: Place
    line: Line

    @property
    def stated(self) -> str:
        """The words that say it by themselves: for what is not worn *no hat*."""
        return f"no {_ARTICLE.sub('', self.text, count=1)}" if self.slot == "bare" else self.text


@dataclass(frozen=True, slots=True)
class People:
    """What a person is called, by sex; ``pronoun`` is empty where there is none."""

    noun: str
    pronoun: str
    possessive: str


@dataclass(frozen=True, slots=True)
class ConflictRule:
    """Facts that do not go together.

    ``against``: with ``fact``, ``others`` cannot be so. ``covers``: with it, nothing is said of them. ``one``: of
    ``others`` only one can be so, and ``fact`` is None.
    """

    kind: Literal["against", "covers", "one"]
    fact: Fact | None
    others: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class MaskRule:
    """What a mask says of an attribute: yes from ``pixels`` of 512 × 512 on, ``absent`` (False or None) without any."""

    attribute: str
    face_class: str
    pixels: int
    absent: bool | None


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All words of a wording, and its rules about facts."""

    people: Mapping[bool | None, People]
    words: tuple[Phrase, ...]
    negatives: tuple[Phrase, ...]
    unsaid: frozenset[str]
    judgements: frozenset[str]
    conflicts: tuple[ConflictRule, ...]
    masks: tuple[MaskRule, ...]
    alone: Mapping[Fact, Draw[Phrase]]
    """The ways to say one fact, in the order of the file."""
    joint: tuple[tuple[frozenset[Fact], Draw[Phrase]], ...]
    """The ways to say several facts at once, the most first."""

    @property
    def phrases(self) -> tuple[Phrase, ...]:
        """Every phrase, those for negatives last."""
        return self.words + self.negatives


@cache
def shipped_lexicon(wording: Wording) -> Lexicon:
    """The lexicon of a shipped wording."""
    return read_lexicon(shipped_sections(wording))


def all_phrases() -> tuple[Phrase, ...]:
    """The phrases of all shipped wordings, for whoever reads captions."""
    return tuple(phrase for wording in WORDINGS for phrase in shipped_lexicon(wording).phrases)


def read_lexicon(sections: Sections) -> Lexicon:
    """The lexicon that the sections hold. Raises GrammarError with the line."""
    words = tuple(_phrase(line) for line in sections["words"])
    negatives = tuple(_phrase(line) for line in sections.get("negatives", ()))
    ways: defaultdict[frozenset[Fact], list[tuple[float, Phrase]]] = defaultdict(list)
    for phrase in words + negatives:
        ways[frozenset(phrase.facts)].append((phrase.weight, phrase))
    joint = sorted((facts for facts in ways if len(facts) > 1), key=len, reverse=True)
    lexicon = Lexicon(
        people=_people(sections["people"]),
        words=words,
        negatives=negatives,
        unsaid=_names(sections.get("unsaid", ())),
        judgements=_names(sections.get("judgements", ())),
        conflicts=tuple(_conflict(line) for line in sections.get("conflicts", ())),
        masks=tuple(_mask_rule(line) for line in sections.get("masks", ())),
        alone={next(iter(facts)): Draw.of(pairs) for facts, pairs in ways.items() if len(facts) == 1},
        joint=tuple((facts, Draw.of(ways[facts])) for facts in joint),
    )
    _require_coverage(lexicon, sections)
    _require_distinct(lexicon)
    return lexicon


def _people(lines: tuple[Line, ...]) -> dict[bool | None, People]:
    sexes: dict[str, bool | None] = {"Male": True, "-Male": False, "unknown": None}
    found: dict[bool | None, People] = {}
    for line in lines:
        words = line.text.split()
        if len(words) != 4:
            raise line.error("a sex, a noun, a pronoun and a possessive stand here, such as: Male  man  he  his")
        sex = sexes[line.one_of(words[0], sexes, "sex")]
        if sex in found:
            raise line.error(f"the persons of {words[0]} are named already")
        found[sex] = People(*("" if word == "-" else word for word in words[1:]))
        if not found[sex].noun or not found[sex].possessive:
            raise line.error('only the pronoun may be missing ("-")')
        if sex is not None and not found[sex].pronoun:
            raise line.error("a known sex has a pronoun")
    for name, sex in sexes.items():
        if sex not in found:
            raise lines[0].error(f"[people] has no line for {name}")
    return found


def _fact(line: Line, word: str) -> Fact:
    name = line.one_of(word.removeprefix("-"), ATTRIBUTE_NAMES, "attribute")
    return Fact(name, not word.startswith("-"))


def _names(lines: tuple[Line, ...]) -> frozenset[str]:
    return frozenset(line.one_of(word, ATTRIBUTE_NAMES, "attribute") for line in lines for word in line.text.split())


def _phrase(line: Line) -> Phrase:
    words = line.text.split()
    if len(words) < 4:
        raise line.error("an attribute, a weight, a slot and words stand here, such as: Bangs  80  has  bangs")
    facts = tuple(_fact(line, word) for word in words[0].split("+"))
    if len({fact.attribute for fact in facts}) < len(facts):
        raise line.error("an attribute is joined with itself")
    if any(fact.attribute == "Male" for fact in facts):
        raise line.error("the sex is said by the words of [people]")
    slot_name, _, place_name = words[2].partition(".")
    slot = next(slot for slot in SLOTS if slot == line.one_of(slot_name, SLOTS, "slot"))
    place = next(place for place in _PLACES if place == line.one_of(place_name or "any", _PLACES, "place in a list"))
    if place != "any" and slot in {"close", "bare", "picture"}:
        raise line.error(f"a phrase of the slot {slot} has no place in a list")
    text = " ".join(words[3:])
    if not _OF_WORDS.fullmatch(text.replace(THEIR, "their")):
        raise line.error(f"{text!r} is not words alone; only a comma, a hyphen, an apostrophe and {THEIR} may be there")
    return Phrase(facts, line.weight(words[1]), slot, text, place, line)


def _conflict(line: Line) -> ConflictRule:
    words = line.text.split()
    if words[:2] == ["one", "of"] and len(words) > 3:
        return ConflictRule("one", None, tuple(_fact(line, word) for word in words[2:]))
    if len(words) < 3:
        raise line.error("a conflict reads: Goatee against No_Beard")
    kind: Literal["against", "covers"] = "against" if words[1] == "against" else "covers"
    line.one_of(words[1], ("against", "covers"), "kind of conflict")
    return ConflictRule(kind, _fact(line, words[0]), tuple(_fact(line, word) for word in words[2:]))


def _mask_rule(line: Line) -> MaskRule:
    words = line.text.split()
    pixels = line.whole(words[2], most=_MOST_PIXELS) if len(words) == 4 else None
    if pixels is None or words[3] not in {"no", "unknown"}:
        raise line.error("an attribute, a class, pixels and no or unknown stand here: Wearing_Hat  hat  400  no")
    name = line.one_of(words[0], ATTRIBUTE_NAMES, "attribute")
    face_class = line.one_of(words[1], [name for name in CLASS_BY_NAME if name != "background"], "class")
    return MaskRule(name, face_class, pixels, False if words[3] == "no" else None)


def _require_coverage(lexicon: Lexicon, sections: Sections) -> None:
    alone = {phrase.facts[0] for phrase in lexicon.words if len(phrase.facts) == 1}
    first = sections["words"][0]
    for name in ATTRIBUTE_NAMES:
        if name != "Male" and name not in lexicon.unsaid and Fact(name, True) not in alone:
            raise first.error(f"[words] has none for {name}; give it some, or name it in [unsaid]")
    for phrase in lexicon.words:
        for fact in phrase.facts:
            if fact not in alone:
                raise phrase.line.error(f"there are no words for {fact} alone; it cannot be joined with others only")
            if fact.attribute in lexicon.unsaid:
                raise phrase.line.error(f"{fact.attribute} has words here and is in [unsaid] too")
    for phrase in lexicon.negatives:
        if len(phrase.facts) > 1 or phrase.facts[0].value:
            raise phrase.line.error("a negative is of one attribute that is not so, such as -Bangs")
    worn = [phrase for phrase in lexicon.words if phrase.slot == "bare"]
    if worn:
        raise worn[0].line.error("the slot bare is for what is not worn; it stands in [negatives]")
    blurry = [one for one in lexicon.phrases if (one.slot == "picture") != (one.facts[0] == ("Blurry", True))]
    if blurry:
        raise blurry[0].line.error("the slot picture is for Blurry, and Blurry for the slot picture")


def _require_distinct(lexicon: Lexicon) -> None:
    """The same words never state different facts: no reader could tell them apart."""
    by_words: dict[str, Phrase] = {}
    kinds: defaultdict[frozenset[Fact], set[str]] = defaultdict(set)
    for phrase in lexicon.phrases:
        text = " ".join(re.findall(r"\w+", phrase.stated.lower()))
        other = by_words.setdefault(text, phrase)
        facts = frozenset(phrase.facts)
        if frozenset(other.facts) != facts:
            raise phrase.line.error(f"{phrase.text!r} says something else already in line {other.line.number}")
        if text in kinds[facts]:
            raise phrase.line.error(f"{phrase.text!r} is there already; add the weights")
        kinds[facts].add(text)

"""Ten different sentences about a face from its forty attributes.

Everything follows from (seed, sample id, grammar version): no caption depends on other samples or on the order in
which they are written, so one sample can be written again, and a difference between two runs is a difference of data.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.generation.grammar import FRAME, START, Grammar, Have, shipped_grammar
from app.generation.lexicon import THEIR, Phrase
from app.generation.planner import BLURRY, CaptionOptions, Conflict, Planner, facts_to_tell
from app.generation.realise import sentence

GRAMMAR_VERSION = "2"
_PATIENCE = 8
"""Captions drawn twice before every second one only presents the person: few facts do not make ten sentences."""
_LIMIT = 400
_IS, _HAS, _WEARS = int(Have.IS), int(Have.HAS), int(Have.WEARS)
_ADJ, _SEX, _BLURRY = int(Have.ADJ), int(Have.SEX), int(Have.BLURRY)
_ORDER = {"last": 3, "but": 4}
_TOKEN = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class WrittenCaption:
    """A sentence and what it says: attribute → whether it is so, the sex among them where a word gives it away."""

    text: str
    claims: Mapping[str, bool]


@dataclass(frozen=True, slots=True)
class Written:
    """The captions of one sample, and the labels that contradicted each other on the way."""

    captions: tuple[WrittenCaption, ...]
    conflicts: tuple[Conflict, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """The sentences."""
        return tuple(caption.text for caption in self.captions)


def tokens_of(text: str) -> tuple[str, ...]:
    """The words as the AttnGAN family of loaders sees them: two captions are the same when these are."""
    return tuple(_TOKEN.findall(text.lower()))


def write_captions(
    attributes: Mapping[str, bool | None], sample: str, *, seed: int = 0, count: int = 10
) -> tuple[str, ...]:
    """``count`` different single sentences about a sample, always the same for the same arguments."""
    return write(attributes, sample, seed=seed, count=count).texts


def write(
    attributes: Mapping[str, bool | None],
    sample: str,
    *,
    grammar: Grammar | None = None,
    options: CaptionOptions | None = None,
    seed: int = 0,
    count: int = 10,
    besides: Iterable[str] = (),
) -> Written:
    """``count`` captions that differ from each other and from those in ``besides`` in their words.

    Unknown attributes are not mentioned; of a person whose sex is unknown no word tells it. There are fewer than
    ``count`` only when a person's own grammar cannot say so many different things.
    """
    grammar = grammar or shipped_grammar()
    options = options or CaptionOptions()
    digest = hashlib.sha256(f"{seed}|{sample}|{GRAMMAR_VERSION}".encode()).digest()
    rng = random.Random(int.from_bytes(digest[:8], "big"))
    telling = facts_to_tell(attributes, grammar.lexicon, rng.choice, options)
    planner = Planner(telling, grammar, rng, options)
    taken = {tokens_of(text) for text in besides}
    found: list[WrittenCaption] = []
    repeats = 0
    while len(found) < count and repeats < _LIMIT:
        is_bare = repeats > _PATIENCE and (repeats + len(found)) % 2 == 0
        speech = _Speech(grammar, rng, telling.sex, telling.is_blurry, () if is_bare else planner.phrases())
        speech.say(FRAME if is_bare else START)
        text = sentence(speech.tokens)
        key = tokens_of(text)
        if key in taken:
            repeats += 1
            continue
        taken.add(key)
        planner.told(speech.told)
        found.append(WrittenCaption(text, speech.claims()))
    return Written(tuple(found), telling.conflicts)


class _Speech:
    """One sentence in the making: what there still is to say, and the words so far."""

    __slots__ = (
        "_adjectives",
        "_grammar",
        "_has",
        "_have",
        "_is",
        "_is_blurry_told",
        "_is_sex_told",
        "_people",
        "_rng",
        "_sex",
        "_wears",
        "tokens",
        "told",
    )  # fmt: skip

    def __init__(
        self, grammar: Grammar, rng: random.Random, sex: bool | None, is_blurry: bool, phrases: Sequence[Phrase]
    ) -> None:
        self._grammar = grammar
        self._rng = rng
        self._sex = sex
        self._people = grammar.lexicon.people[sex]
        self._adjectives: list[Phrase] = []
        self._is: list[Phrase] = []
        self._has: list[Phrase] = []
        self._wears: list[Phrase] = []
        by_slot = {
            "adjective": self._adjectives, "close": self._adjectives, "is": self._is, "has": self._has,
            "wears": self._wears,
        }  # fmt: skip
        for phrase in phrases:
            by_slot[phrase.slot].append(phrase)
        self._have = (
            (_SEX if sex is not None else 0) | (_BLURRY if is_blurry else 0)
            | (_HAS if self._has else 0) | (_WEARS if self._wears else 0)
        )  # fmt: skip
        self._look_at_adjectives()
        self.told: list[Phrase] = []
        self.tokens: list[str] = []
        self._is_sex_told = False
        self._is_blurry_told = False

    def claims(self) -> dict[str, bool]:
        """What the words so far say."""
        claims = {fact.attribute: fact.value for phrase in self.told for fact in phrase.facts}
        if self._is_sex_told and self._sex is not None:
            claims["Male"] = self._sex
        if self._is_blurry_told:
            claims["Blurry"] = True
        return claims

    def say(self, symbol: str) -> None:
        """The symbol's words are said."""
        grammar = self._grammar
        rules = grammar.rules
        for part in grammar.draw(symbol, self._have).pick(self._rng):
            if part in rules:
                self.say(part)
            elif part.isupper():
                self._fill(part)
            else:
                self.tokens.append(part)

    def _fill(self, symbol: str) -> None:
        match symbol:
            case "HAS":
                self._list(self._has)
                self._have &= ~_HAS
            case "HE":
                self._is_sex_told = True
                self.tokens.append(self._people.pronoun)
            case "MAN":
                self._is_sex_told = True
                self.tokens.append(self._people.noun)
            case "WEARS":
                self._list(self._wears)
                self._have &= ~_WEARS
            case "IS":
                self._list(self._adjectives + self._is)
                self._have &= ~(_IS | _ADJ)
            case "ADJ":
                self._before_noun(1)
            case "ADJS":
                self._before_noun(2)
            case _:
                self._is_blurry_told = True
                self.tokens.append(self._grammar.lexicon.alone[BLURRY].pick(self._rng).text)

    def _list(self, phrases: list[Phrase]) -> None:
        self.told += phrases
        style = self._grammar.style
        if len(phrases) == 1:
            self.tokens.append(self._worded(phrases[0]))
            return
        said: list[str] = []
        denied: list[str] = []
        for phrase in sorted(phrases, key=_order):
            (denied if phrase.place == "but" else said).append(self._worded(phrase))
        self.tokens.append(style.contrasted(said, denied))

    def _worded(self, phrase: Phrase) -> str:
        if THEIR not in phrase.text:
            return phrase.text
        self._is_sex_told = True
        return phrase.text.replace(THEIR, self._people.possessive)

    def _before_noun(self, most: int) -> None:
        taken = sorted(self._adjectives[:most], key=_nearness)
        if not taken:
            return
        self._adjectives = self._adjectives[most:]
        self._look_at_adjectives()
        self.told += taken
        between = " " if taken[-1].slot == "close" else self._grammar.style.more
        self.tokens.append(between.join(phrase.text for phrase in taken))

    def _look_at_adjectives(self) -> None:
        self._have &= ~(_IS | _ADJ)
        if self._adjectives:
            self._have |= _IS | _ADJ
        elif self._is:
            self._have |= _IS


def _order(phrase: Phrase) -> int:
    """Of a list: *young* comes before the other adjectives, and what is marked so at the end."""
    return _ORDER.get(phrase.place) or (0 if phrase.slot == "close" else 1 if phrase.slot != "is" else 2)


def _nearness(phrase: Phrase) -> int:
    """Before a noun: *smiling* first, *young* right before the noun."""
    return 2 if phrase.slot == "close" else 0 if phrase.place == "last" else 1

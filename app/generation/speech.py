"""One sentence in the making: the plan's phrases go into the places that the rules leave for them."""

from __future__ import annotations

import random
from collections.abc import Sequence

from app.generation.grammar import Grammar, Have
from app.generation.lexicon import THEIR, Phrase
from app.generation.planner import BLURRY
from app.generation.realise import either

# IntFlag arithmetic costs a microsecond, and a caption does it a dozen times.
_IS, _HAS, _WEARS = int(Have.IS), int(Have.HAS), int(Have.WEARS)
_ADJ, _SEX, _BLURRY, _BARE = int(Have.ADJ), int(Have.SEX), int(Have.BLURRY), int(Have.BARE)
_ORDER = {"last": 3, "but": 4}


class Speech:
    """What there still is to say, and the words so far: ``tokens`` for ``sentence``, and the phrases ``told``."""

    __slots__ = (
        "_adjectives",
        "_bare",
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
        self._bare: list[Phrase] = []
        by_slot = {
            "adjective": self._adjectives, "close": self._adjectives, "is": self._is, "has": self._has,
            "wears": self._wears, "bare": self._bare,
        }  # fmt: skip
        for phrase in phrases:
            by_slot[phrase.slot].append(phrase)
        self._have = (
            (_SEX if sex is not None else 0) | (_BLURRY if is_blurry else 0)
            | (_HAS if self._has else 0) | (_WEARS if self._wears else _WEARS | _BARE if self._bare else 0)
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
                self._list(self._wears + self._bare)
                self._have &= ~(_WEARS | _BARE)
            case "BARE":
                self.told += self._bare
                self.tokens.append(either([phrase.text for phrase in sorted(self._bare, key=_order)]))
                self._have &= ~(_WEARS | _BARE)
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
        if len(phrases) == 1:
            self.tokens.append(self._worded(phrases[0]))
            return
        said: list[str] = []
        denied: list[str] = []
        for phrase in sorted(phrases, key=_order):
            (denied if phrase.place == "but" or phrase.slot == "bare" else said).append(self._worded(phrase))
        self.tokens.append(self._grammar.style.contrasted(said, denied))

    def _worded(self, phrase: Phrase) -> str:
        if THEIR not in phrase.text:
            return phrase.stated
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


def _order(phrase: Phrase) -> tuple[int, int]:
    """Of a list: *young and bald* come before the other adjectives, the other way round than before a noun.

    What belongs at the end comes in the order of the file.
    """
    if phrase.slot == "bare":
        return _ORDER["but"], phrase.line.number
    if phrase.place != "any":
        return _ORDER[phrase.place], phrase.line.number
    return (0, -phrase.line.number) if phrase.slot == "close" else (1 if phrase.slot != "is" else 2, 0)


def _nearness(phrase: Phrase) -> tuple[int, int]:
    """Before a noun: *smiling* first, *young* right before the noun, the others in the order of the file."""
    return 2 if phrase.slot == "close" else 0 if phrase.place == "last" else 1, phrase.line.number

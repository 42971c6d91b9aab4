"""What a caption tells: the facts of a sample that do not contradict each other, and a few of them at a time.

Facts that were told least come first, so that ten captions cover them all. Facts that belong together are said
together: *wavy brown hair*.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from app.faces.attributes import ATTRIBUTE_NAMES
from app.generation.chance import Draw
from app.generation.grammar import Grammar
from app.generation.lexicon import ConflictRule, Fact, Lexicon, Phrase, Slot

_SPREAD = 1.6
"""How far chance may go against "told least comes first", in tellings."""
BLURRY = Fact("Blurry", True)
VERBS: Mapping[Slot, str] = {
    "adjective": "is", "close": "is", "is": "is", "has": "has", "wears": "wears", "bare": "wears",
    "picture": "picture",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CaptionOptions:
    """What captions may say.

    ``judgements``: also what says more of the labeller than of the face; ``negatives``: with this chance each, in every
    caption, what is labelled no; ``blurry``: that the photo is blurry.
    """

    judgements: bool = True
    negatives: float = 0.0
    blurry: bool = False


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two labels of a sample that cannot both be right; ``told`` is what captions go by, ``silent`` is not said."""

    told: Fact
    silent: Fact

    def __str__(self) -> str:
        return f"{self.told} with {self.silent}"


@dataclass(frozen=True, slots=True)
class Telling:
    """What may be told of a sample: ``facts`` and, where negatives are asked for, ``negatives``."""

    sex: bool | None
    facts: tuple[Fact, ...]
    negatives: tuple[Fact, ...]
    is_blurry: bool
    conflicts: tuple[Conflict, ...]


def facts_to_tell(
    attributes: Mapping[str, bool | None],
    lexicon: Lexicon,
    choose: Callable[[Sequence[Fact]], Fact],
    options: CaptionOptions,
) -> Telling:
    """The facts of a sample; where labels contradict each other, one side is silent.

    ``choose`` picks one of several that cannot be so at once. Unknown attributes give no facts.
    """
    held = {Fact(name, value) for name in ATTRIBUTE_NAMES if (value := attributes.get(name)) is not None}
    conflicts: list[Conflict] = []
    for rule in lexicon.conflicts:
        _apply(rule, held, choose, conflicts)
    unwanted = frozenset() if options.judgements else lexicon.judgements
    denied = dict.fromkeys(phrase.facts[0] for phrase in lexicon.negatives)
    sayable = [fact for fact in lexicon.alone if fact in held and fact.attribute not in unwanted]
    return Telling(
        sex=attributes.get("Male"),
        facts=tuple(fact for fact in sayable if fact not in denied and fact != BLURRY),
        negatives=tuple(fact for fact in sayable if fact in denied) if options.negatives else (),
        is_blurry=options.blurry and BLURRY in sayable,
        conflicts=tuple(conflicts),
    )


def _apply(
    rule: ConflictRule, held: set[Fact], choose: Callable[[Sequence[Fact]], Fact], conflicts: list[Conflict]
) -> None:
    present = [fact for fact in rule.others if fact in held]
    if rule.kind == "one":
        if len(present) < 2:
            return
        told = choose(present)
        present.remove(told)
    elif rule.fact is None or rule.fact not in held:
        return
    else:
        told = rule.fact
    held.difference_update(present)
    if rule.kind != "covers":
        conflicts += [Conflict(told, fact) for fact in present]


class Planner:
    """Draws the phrases of one sample's captions, remembering how often each fact was told."""

    def __init__(self, telling: Telling, grammar: Grammar, rng: random.Random, options: CaptionOptions) -> None:
        lexicon = grammar.lexicon
        held = frozenset(telling.facts)
        self._rng = rng
        self._facts = telling.facts
        self._told = dict.fromkeys(telling.facts, 0)
        self._alone = lexicon.alone
        self._joint = [(joint, ways) for joint, ways in lexicon.joint if joint <= held]
        self._negatives = telling.negatives
        self._chance = options.negatives
        self._amounts = grammar.amounts
        self._by_verb: dict[str, list[Fact]] = {}
        if grammar.amounts.verbs:
            for fact in telling.facts:
                self._by_verb.setdefault(VERBS[lexicon.alone[fact].choices[0].slot], []).append(fact)
        self._verbs = Draw.of(pair for pair in grammar.amounts.verbs if all(verb in self._by_verb for verb in pair[1]))

    def phrases(self) -> list[Phrase]:
        """The phrases of the next caption; those that are not ``told`` count as untold."""
        rng = self._rng
        phrases = self.wordings(self._some())
        if self._chance:
            for fact in self._negatives:
                if rng.random() < self._chance:
                    phrases.append(self._alone[fact].pick(rng))
        return phrases

    def told(self, phrases: Collection[Phrase]) -> None:
        """These were said."""
        for phrase in phrases:
            for fact in phrase.facts:
                if fact in self._told:
                    self._told[fact] += 1

    def wordings(self, facts: Sequence[Fact]) -> list[Phrase]:
        """A phrase for each fact, one for those that are said together."""
        phrases: list[Phrase] = []
        said: set[Fact] = set()
        for joint, ways in self._joint:
            if said.isdisjoint(joint) and joint.issubset(facts):
                said.update(joint)
                phrases.append(ways.pick(self._rng))
        return phrases + [self._alone[fact].pick(self._rng) for fact in facts if fact not in said]

    def _some(self) -> list[Fact]:
        amounts = self._amounts
        if amounts.facts is not None:
            return self._least_told(self._facts, amounts.facts.pick(self._rng))
        facts: list[Fact] = []
        for verb in self._verbs.pick(self._rng) if self._verbs.choices else ():
            facts += self._least_told(self._by_verb[verb], amounts.each[verb].pick(self._rng))
        return facts

    def _least_told(self, facts: Sequence[Fact], count: int) -> list[Fact]:
        chance, told = self._rng.random, self._told
        order = sorted([(told[fact] + chance() * _SPREAD, place) for place, fact in enumerate(facts)])
        return [facts[place] for _, place in order[:count]]

"""Ten different sentences about a face from its forty attributes: a small weighted grammar, conditioned on facts.

An attribute-conditioned probabilistic grammar: a *plan* draws some facts (least used first, so that ten captions
cover them all), rules whose guards the plan does not meet have no weight, the rest is weighted chance. Everything
follows from (dataset seed, sample id), so one sample can be written again without the others.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from app.generation.lexicon import (
    BEARD_PHRASES,
    BEARDED,
    CLEAN_SHAVEN,
    FACIAL_HAIR,
    HAIR_COLOURS,
    HAIR_TEXTURES,
    PHRASES,
    RULES,
    Phrase,
)
from app.generation.realise import listed, sentence

GRAMMAR_VERSION = "1"
_FACTS_PER_CAPTION = ((10, 1), (22, 2), (26, 3), (20, 4), (12, 5), (6, 6), (4, 7))
_PATIENCE = 60
_LIMIT = 400


@dataclass(frozen=True, slots=True)
class Rule:
    """One right side: its weight, its symbols, and the guard's terms."""

    weight: float
    symbols: tuple[str, ...]
    guard: tuple[str, ...]


@dataclass(slots=True)
class Plan:
    """The phrases one sentence will use, by slot; ``adjectives`` stand before the noun."""

    is_: list[Phrase] = field(default_factory=list)
    has: list[str] = field(default_factory=list)
    wears: list[str] = field(default_factory=list)
    adjectives: list[str] = field(default_factory=list)

    def meets(self, rule: Rule) -> bool:
        """Whether the rule's guard holds."""
        truth = {"I": bool(self.is_), "H": bool(self.has), "W": bool(self.wears)}
        truth["IW"] = truth["I"] or truth["W"]
        truth["any"] = truth["IW"] or truth["H"]
        return all(truth[term.lstrip("!")] != term.startswith("!") for term in rule.guard)


def write_captions(
    attributes: Mapping[str, bool | None], sample: str, *, seed: int = 0, count: int = 10
) -> tuple[str, ...]:
    """``count`` different single sentences about a sample, always the same for the same arguments.

    Different means: as the tokens training code sees (lower-case words). Unknown attributes are not mentioned.
    """
    digest = hashlib.sha256(f"{seed}|{sample}|{GRAMMAR_VERSION}".encode()).digest()
    return _Writer(attributes, random.Random(int.from_bytes(digest[:8], "big"))).captions(count)


def facts_to_tell(attributes: Mapping[str, bool | None], rng: random.Random) -> tuple[str, ...]:
    """The attributes a caption may mention; where labels contradict each other, one side is silent."""
    told = {name for name, value in attributes.items() if value}
    male = "Male" in told
    if not male:
        told -= set(FACIAL_HAIR)
    if "Bald" in told:
        told -= {"Bangs", "Receding_Hairline", *HAIR_COLOURS, *HAIR_TEXTURES}
    for rivals in (HAIR_COLOURS, HAIR_TEXTURES):
        present = [name for name in rivals if name in told]
        if len(present) > 1:
            told -= set(present) - {rng.choice(present)}
    facts = [name for name in (*PHRASES, *HAIR_COLOURS, *HAIR_TEXTURES) if name in told]
    if male and "No_Beard" in told and not told & set(FACIAL_HAIR):
        facts.append(CLEAN_SHAVEN)
    if male and attributes.get("No_Beard") is False and not told & {"Goatee", "5_o_Clock_Shadow"}:
        facts.append(BEARDED)
    return tuple(facts)


class _Writer:
    """Writes one sample's captions, remembering which facts were used."""

    def __init__(self, attributes: Mapping[str, bool | None], rng: random.Random) -> None:
        self._rng = rng
        self._male = bool(attributes.get("Male"))
        self._uses = dict.fromkeys(facts_to_tell(attributes, rng), 0)

    def captions(self, count: int) -> tuple[str, ...]:
        found: dict[tuple[str, ...], str] = {}
        for attempt in range(_LIMIT):
            if len(found) == count:
                break
            # Few facts do not make ten sentences: after a while every second one only presents the person.
            bare = attempt > _PATIENCE and attempt % 2 == 0
            text = self._sentence(Plan(), "Frame") if bare else self._sentence(self._plan(), "S")
            found.setdefault(tuple(re.findall(r"\w+", text.lower())), text)
        return tuple(found.values())

    def _plan(self) -> Plan:
        rng = self._rng
        wanted = rng.choices([n for _, n in _FACTS_PER_CAPTION], [w for w, _ in _FACTS_PER_CAPTION])[0]
        order = sorted(self._uses, key=lambda fact: self._uses[fact] + rng.random() * 1.6)
        chosen = order[:wanted]
        plan = Plan()
        for fact in chosen:
            self._uses[fact] += 1
        for phrase in self._phrases(chosen):
            text = phrase.text.replace("{poss}", "his" if self._male else "her")
            if phrase.slot in ("adjective", "is"):
                plan.is_.append(Phrase(1, phrase.slot, text))
            else:
                (plan.has if phrase.slot == "has" else plan.wears).append(text)
        return plan

    def _phrases(self, facts: Sequence[str]) -> list[Phrase]:
        """A phrase for each fact; what belongs together is fused: *wavy brown hair*, *a big, pointy nose*."""
        phrases: list[Phrase] = []
        hair = [fact for fact in facts if fact in HAIR_COLOURS or fact in HAIR_TEXTURES]
        if len(hair) == 2:
            texture, colour = sorted(hair, key=lambda fact: fact in HAIR_COLOURS)
            phrases.append(Phrase(1, "has", f"{HAIR_TEXTURES[texture]} {HAIR_COLOURS[colour]} hair"))
        else:
            phrases += [Phrase(1, "has", f"{HAIR_COLOURS.get(fact) or HAIR_TEXTURES[fact]} hair") for fact in hair]
        fused = {"Big_Nose": "a big, pointy nose", "Bushy_Eyebrows": "thick, arched eyebrows"}
        partner = {"Big_Nose": "Pointy_Nose", "Bushy_Eyebrows": "Arched_Eyebrows"}
        silent = {partner[fact] for fact in facts if fact in partner and partner[fact] in facts}
        for fact in facts:
            if fact in hair or fact in silent:
                continue
            if partner.get(fact) in silent:
                phrases.append(Phrase(1, "has", fused[fact]))
            else:
                options = PHRASES.get(fact) or BEARD_PHRASES[fact]
                phrases.append(self._rng.choices(options, [option.weight for option in options])[0])
        return phrases

    def _sentence(self, plan: Plan, start: str) -> str:
        rng = self._rng
        rule = self._choose(start, plan)
        attributive = [phrase for phrase in plan.is_ if phrase.slot == "adjective"]
        symbols = list(rule.symbols)
        if "Nom" in symbols:
            self._before_noun(plan, attributive)
            # What could not stand before the noun would need a second relative clause; it waits for another caption.
            plan.is_ = []
        elif (
            symbols == ["Subject", "VP"]
            and attributive
            and (len(plan.is_) > 1 or plan.has or plan.wears)
            and rng.random() < 0.22
        ):
            self._before_noun(plan, attributive[:1])
            symbols[0:1] = ["Det", "ADJ", "Sex" if rng.random() < 0.55 else "person"]
        return sentence([word for symbol in symbols for word in self._expand(symbol, plan)])

    @staticmethod
    def _before_noun(plan: Plan, phrases: Sequence[Phrase]) -> None:
        taken = phrases[:2]
        plan.adjectives = [phrase.text for phrase in taken]
        plan.is_ = [phrase for phrase in plan.is_ if phrase not in taken]

    def _choose(self, symbol: str, plan: Plan) -> Rule:
        rules = [rule for rule in grammar_rules()[symbol] if plan.meets(rule)]
        return self._rng.choices(rules, [rule.weight for rule in rules])[0]

    def _expand(self, symbol: str, plan: Plan) -> list[str]:
        match symbol:
            case "IS":
                return [listed([phrase.text for phrase in plan.is_])]
            case "HAS":
                return [listed(plan.has)]
            case "WEARS":
                return [listed(plan.wears)]
            case "ADJ":
                return [", ".join(plan.adjectives)] if plan.adjectives else []
            case "PRO":
                return ["he" if self._male else "she"]
            case "Sex":
                return ["man" if self._male else "woman"]
        if symbol not in grammar_rules():
            return [symbol]
        return [word for part in self._choose(symbol, plan).symbols for word in self._expand(part, plan)]


@cache
def grammar_rules() -> dict[str, tuple[Rule, ...]]:
    """The rules of the lexicon, parsed: symbol → alternatives."""
    rules: dict[str, tuple[Rule, ...]] = {}
    for block in re.split(r"\n(?=\S)", RULES.strip()):
        left, right = re.split(r"\s*->\s*", block, maxsplit=1)
        alternatives = []
        for alternative in right.split("|"):
            weight, *symbols = alternative.split()
            guard = tuple(symbols.pop()[1:].split("&")) if symbols and symbols[-1].startswith("?") else ()
            alternatives.append(Rule(float(weight), tuple(symbols), guard))
        rules[left.strip()] = tuple(alternatives)
    return rules

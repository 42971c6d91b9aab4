"""How sentences are built: weighted rules with guards, read from text and proved to come to an end.

The rules say nothing of faces. A symbol has alternatives; those whose guard the plan does not meet have no weight, the
rest is weighted chance. What a rule says is said from left to right, and phrases that were said are gone for what
stands further right; so every way through the rules can be walked once when they are read, and a grammar that could
get stuck, or say *has* with nothing to follow, is refused with the line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntFlag
from functools import cache
from pathlib import Path

from app.generation.chance import Draw
from app.generation.grammar_file import Line, Sections, Wording, sections_of
from app.generation.lexicon import Lexicon, read_lexicon
from app.generation.realise import ListStyle

START, FRAME = "S", "Frame"
FILLED = ("IS", "HAS", "WEARS", "BARE", "ADJ", "ADJS", "MAN", "HE", "BLURRY")
"""The symbols that the plan fills."""
_MOST_TOKENS = 60
_MOST_SYMBOLS = 150
_MOST_ALTERNATIVES = 2_000
"""All ways through the rules are walked before they are used."""


class Have(IntFlag):
    """What a plan still has to say, and what is known of the person. ``BARE``: of what is worn only what is not."""

    IS = 1
    HAS = 2
    WEARS = 4
    ADJ = 8
    SEX = 16
    BLURRY = 32
    BARE = 64


_ALL = tuple(
    Have(bits)
    for bits in range(128)
    if not (bits & Have.ADJ and not bits & Have.IS) and not (bits & Have.BARE and not bits & Have.WEARS)
)
_GONE = {"IS": Have.IS | Have.ADJ, "HAS": Have.HAS, "WEARS": Have.WEARS | Have.BARE, "BARE": Have.WEARS | Have.BARE}
"""What is not there any more when a symbol was said."""
_GUARDS = {have.name.lower(): have for have in Have if have.name}


@dataclass(frozen=True, slots=True)
class Alternative:
    """One right side: its weight, its symbols, and the guard: of each tuple one must hold; a minus means *not*."""

    weight: float
    symbols: tuple[str, ...]
    guard: tuple[tuple[int, ...], ...]
    line: Line

    def holds(self, have: Have) -> bool:
        """Whether a plan that has this may use it."""
        return all(any((have & abs(term) != 0) == (term > 0) for term in terms) for terms in self.guard)


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much one caption tells: so many ``facts`` in all, or some ``verbs`` and a number of facts for ``each``.

    Either ``facts`` is None, or ``verbs`` (weight, the verbs) and ``each`` are empty.
    """

    facts: Draw[int] | None
    verbs: tuple[tuple[float, tuple[str, ...]], ...]
    each: Mapping[str, Draw[int]]


@dataclass(frozen=True, slots=True, eq=False)
class Grammar:
    """Words, rules and amounts of one wording, checked. Shared by all captions written with it."""

    wording: Wording
    lexicon: Lexicon
    rules: Mapping[str, tuple[Alternative, ...]]
    amounts: Amounts
    style: ListStyle
    _draws: dict[tuple[str, int], Draw[tuple[str, ...]]] = field(default_factory=dict)

    def draw(self, symbol: str, have: int) -> Draw[tuple[str, ...]]:
        """The alternatives of a symbol for a plan that has this."""
        key = (symbol, have)
        draw = self._draws.get(key)
        if draw is None:
            fitting = [one for one in self.rules[symbol] if one.holds(Have(have))]
            draw = self._draws[key] = Draw.of((one.weight, one.symbols) for one in fitting)
        return draw


@cache
def shipped_grammar(wording: Wording = "clean") -> Grammar:
    """The grammar of a shipped wording."""
    return read_grammar(sections_of(wording), wording)


def load_grammar(wording: Wording = "clean", file: Path | None = None) -> Grammar:
    """The shipped grammar, or a person's own with the shipped sections where it has none.

    Raises GrammarError, which names the line, or OSError.
    """
    return shipped_grammar(wording) if file is None else read_grammar(sections_of(wording, file), wording)


def read_grammar(sections: Sections, wording: Wording) -> Grammar:
    """The grammar that the sections hold. Raises GrammarError with the line."""
    rules = _rules(sections["rules"])
    _require_end(rules)
    _require_ways(rules)
    return Grammar(wording, read_lexicon(sections), rules, _amounts(sections["amounts"]), _style(sections["lists"]))


def _rules(lines: Sequence[Line]) -> dict[str, tuple[Alternative, ...]]:
    heads: dict[str, Line] = {}
    rules: dict[str, list[Alternative]] = {}
    current: list[Alternative] | None = None
    for line in lines:
        if line.is_indented:
            if current is None:
                raise line.error("an alternative stands below a symbol; there is none above it")
            current.append(_alternative(line))
            continue
        symbol = line.text.strip()
        if not symbol.isidentifier() or not symbol[0].isupper():
            raise line.error(f"{symbol!r} is no symbol; a symbol is one word with a capital, its alternatives indented")
        if symbol in rules or symbol in FILLED:
            where = f"in line {heads[symbol].number}" if symbol in heads else "of itself, from the plan"
            raise line.error(f"the symbol {symbol} has its meaning already {where}")
        heads[symbol] = line
        current = rules[symbol] = []
    if len(rules) > _MOST_SYMBOLS:
        raise lines[0].error(f"[rules] has {len(rules)} symbols; {_MOST_SYMBOLS} are enough for any sentence")
    every = [one for alternatives in rules.values() for one in alternatives]
    if len(every) > _MOST_ALTERNATIVES:
        line = every[_MOST_ALTERNATIVES].line
        raise line.error(f"[rules] has {len(every):,} alternatives; {_MOST_ALTERNATIVES:,} are enough; take some out")
    for needed in (START, FRAME):
        if needed not in rules:
            raise lines[0].error(f"[rules] has no symbol {needed}, with which every caption begins")
    for symbol, alternatives in rules.items():
        if not alternatives:
            raise heads[symbol].error(f"the symbol {symbol} has no alternatives; indent them below it")
        for one in alternatives:
            for part in one.symbols:
                if part[0].isupper():
                    one.line.one_of(part, (*rules, *FILLED), "symbol")
    return {symbol: tuple(alternatives) for symbol, alternatives in rules.items()}


def _alternative(line: Line) -> Alternative:
    said, mark, guard = line.text.partition("?")
    weight, *symbols = said.split() or [""]
    for symbol in symbols:
        if not (symbol in {",", ",and", "+"} or all(c.isalnum() or c in "'’-_" for c in symbol)):
            raise line.error(f"{symbol!r} is no word; a caption is one sentence, and its full stop comes of itself")
    if mark and not guard.split():
        raise line.error('"?" says when the alternative is for; name a condition behind it, such as: is !wears')
    return Alternative(line.weight(weight), tuple(symbols), tuple(_terms(line, word) for word in guard.split()), line)


def _terms(line: Line, word: str) -> tuple[int, ...]:
    terms = []
    for name in word.split("|"):
        have = _GUARDS[line.one_of(name.removeprefix("!"), _GUARDS, "condition")]
        terms.append(-int(have) if name.startswith("!") else int(have))
    return tuple(terms)


def _amounts(lines: Sequence[Line]) -> Amounts:
    facts: list[tuple[float, int]] = []
    verbs: list[tuple[float, tuple[str, ...]]] = []
    each: dict[str, list[tuple[float, int]]] = {"is": [], "has": [], "wears": []}
    for line in lines:
        words = line.text.split()
        if len(words) != 3:
            raise line.error("a kind, what it is and a weight stand here, such as: facts  3  26")
        kind, what, weight = line.one_of(words[0], ("facts", "verbs", *each), "kind of amount"), words[1], words[2]
        if kind == "verbs":
            chosen = tuple(line.one_of(verb, each, "verb") for verb in what.split("+"))
            verbs.append((line.weight(weight), chosen))
            continue
        number = line.whole(what, most=40)
        if not number:
            raise line.error(f"{what} is no number of facts from 1 to 40")
        (facts if kind == "facts" else each[kind]).append((line.weight(weight), number))
    if bool(facts) == bool(verbs):
        raise lines[0].error("[amounts] gives either the facts of a caption or its verbs, one of them")
    for verb, numbers in each.items():
        if verbs and not numbers:
            raise lines[0].error(f"[amounts] does not say how many facts {verb} tells")
    numbers_of = {verb: Draw.of(numbers) for verb, numbers in each.items() if numbers}
    return Amounts(Draw.of(facts) if facts else None, tuple(verbs), numbers_of)


def _style(lines: Sequence[Line]) -> ListStyle:
    found: dict[str, str] = {}
    for line in lines:
        name, quoted = (*line.text.split(maxsplit=1), "")[:2]
        if line.one_of(name, ("two", "more", "last", "but"), "place in a list") in found:
            raise line.error(f"what joins the {name} of a list is said already")
        if len(quoted) < 3 or quoted[0] != '"' or quoted[-1] != '"':
            raise line.error('what joins a list stands in quotes, such as: two  " and "')
        found[name] = quoted[1:-1]
    return ListStyle(**found)


def _require_end(rules: Mapping[str, tuple[Alternative, ...]]) -> None:
    """No symbol leads back to itself. Raises GrammarError with the line that closes the circle."""
    done: set[str] = set()
    way: list[str] = []

    def walk(symbol: str) -> None:
        way.append(symbol)
        for one in rules[symbol]:
            for part in one.symbols:
                if part in way:
                    circle = " → ".join([*way[way.index(part) :], part])
                    raise one.line.error(f"the rules would go on without end: {circle}")
                if part in rules and part not in done:
                    walk(part)
        done.add(way.pop())

    walk(START)
    walk(FRAME)
    for symbol, alternatives in rules.items():
        if symbol not in done:
            raise alternatives[0].line.error(f"the symbol {symbol} is used nowhere; take it out or use it")


def _require_ways(rules: Mapping[str, tuple[Alternative, ...]]) -> None:
    """Whatever a plan has, every way through the rules can be said. Raises GrammarError with the line that cannot.

    Walks all ways at once: for a symbol and what the plan has, the states in which it may leave the plan.
    """
    known: dict[tuple[str, Have], frozenset[tuple[Have, int]]] = {}

    def after(symbol: str, have: Have) -> frozenset[tuple[Have, int]]:
        key = (symbol, have)
        if key not in known:
            fitting = [one for one in rules[symbol] if one.holds(have)]
            if not fitting:
                line = rules[symbol][0].line
                raise line.error(f"{symbol} has no alternative for a caption with {_told(have)}; add one")
            known[key] = frozenset(end for one in fitting for end in ends(one, have))
        return known[key]

    def ends(one: Alternative, have: Have) -> set[tuple[Have, int]]:
        states = {(have, 0)}
        for part in one.symbols:
            if part in {",", ",and", "+"} and any(length == 0 for _, length in states):
                raise one.line.error(f"nothing is there for {part!r} to lean on")
            states = {
                (rest, length + more)
                for before, length in states
                for rest, more in (after(part, before) if part in rules else filled(one, part, before))
            }
            if any(length > _MOST_TOKENS for _, length in states):
                raise one.line.error("this makes sentences without measure; say less in one")
        return states

    def filled(one: Alternative, part: str, have: Have) -> set[tuple[Have, int]]:
        if part not in FILLED:
            return {(have, 1)}
        needed = Have.SEX if part == "HE" else Have[part] if part in Have.__members__ else Have(0)
        if needed and not have & needed:
            name = "sex" if part == "HE" else part.lower()
            raise one.line.error(f"{part} is said where a caption has {_told(have)}; guard it with: ? {name}")
        if part in _GONE:
            return {(have & ~_GONE[part], 1)}
        if part in {"ADJ", "ADJS"} and have & Have.ADJ:
            return {(have & ~Have.ADJ & ~Have.IS, 1), (have & ~Have.ADJ, 1), (have, 1)}
        return {(have, 1)}

    for have in _ALL:
        for symbol, held in ((START, have), (FRAME, have & (Have.SEX | Have.BLURRY))):
            if any(length == 0 for _, length in after(symbol, held)):
                raise rules[symbol][0].line.error(f"of a caption with {_told(held)} {symbol} may say nothing at all")


def _told(have: Have) -> str:
    names = [name for name, one in _GUARDS.items() if have & one]
    return " ".join(names) or "nothing to tell"

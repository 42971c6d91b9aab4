"""Which words of a caption mean what: the lexicons turned round, with other people's words for the same facts.

Everything the wordings say is read from their own lexicons and rules, so that no phrase is written down twice; what
only other captions say comes from ``resources/grammar/reading.txt``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from app.faces.attributes import ATTRIBUTE_NAMES
from app.generation.grammar import Grammar, shipped_grammar
from app.generation.grammar_file import WORDINGS, Line, Sections, parse_sections
from app.generation.lexicon import THEIR, Fact, Lexicon
from app.paths import resource

SECTIONS = ("synonyms", "nothing", "sex", "denying", "between", "parts", "linking", "finite", "passing")
_WORD = re.compile(r"[^\W_]+")
_ARTICLES = frozenset({"a", "an", "the"})
_NO_POSSESSIVE = ("the", "their", "")


class Meaning(NamedTuple):
    """What a phrase states; nothing, where it only looks as if.

    ``sexes``: words at these places that tell the sex; ``denies``: it begins with a denial.
    """

    facts: tuple[Fact, ...]
    sexes: tuple[tuple[int, Fact], ...] = ()
    denies: bool = False


@dataclass(slots=True)
class Branch:
    """A node of the tree of phrases: what the words up to here mean, and the words that may follow."""

    meaning: Meaning | None
    then: dict[str, Branch]


@dataclass(frozen=True, slots=True, eq=False)
class PhraseBook:
    """All that a reader knows. Words are in lower case; hyphens, apostrophes and underscores divide them.

    ``qualities``: for a part of the face, what it can be: ``{"hair": {("brown",): Fact("Brown_Hair", True)}}``;
    ``quality_words`` are the words that begin one. ``rivals``: the facts that cannot be so together with a fact.
    """

    phrases: Branch
    qualities: Mapping[str, Mapping[tuple[str, ...], Fact]]
    quality_words: frozenset[str]
    denying: frozenset[str]
    between: frozenset[str]
    linking: frozenset[str]
    finite: frozenset[str]
    passing: frozenset[str]
    rivals: Mapping[Fact, frozenset[Fact]]

    @classmethod
    def of(cls, grammars: Iterable[Grammar], synonyms: Sections) -> PhraseBook:
        """The book of some grammars and of a file of synonyms. Raises GrammarError with the line."""
        grammars = tuple(grammars)
        lists = {name: _words(synonyms.get(name, ())) for name in SECTIONS[3:]}
        entries: dict[tuple[str, ...], Meaning] = {}
        sexes = _sexes(grammars, synonyms)
        for words, facts in _said(grammars, synonyms):
            for spelling in _spellings(words):
                told = tuple((place, sexes[word]) for place, word in enumerate(spelling) if word in sexes)
                entries[spelling] = Meaning(facts, told, spelling[0] in lists["denying"])
        for word, fact in sexes.items():
            entries.setdefault((word,), Meaning((fact,)))
        qualities = _qualities(entries, lists["parts"])
        literals = {word for grammar in grammars for word in _literals(grammar)}
        return cls(
            phrases=_tree(entries),
            qualities=qualities,
            quality_words=frozenset(quality[0] for known in qualities.values() for quality in known),
            denying=lists["denying"],
            between=lists["between"],
            linking=lists["linking"],
            finite=lists["finite"],
            passing=frozenset(literals).union(*(lists[name] for name in SECTIONS[4:])),
            rivals=_rivals(grammar.lexicon for grammar in grammars),
        )


@cache
def shipped_phrase_book() -> PhraseBook:
    """The book of the shipped wordings."""
    return PhraseBook.of((shipped_grammar(wording) for wording in WORDINGS), shipped_synonyms())


@cache
def shipped_synonyms() -> Sections:
    """The sections of ``reading.txt``."""
    name = "reading.txt"
    return parse_sections(resource("grammar", name).read_text(encoding="utf-8"), name, SECTIONS)


@cache
def words_said(grammar: Grammar) -> frozenset[str]:
    """Every word that captions of a grammar may hold, articles among them."""
    phrases = (words_of(phrase.text) for phrase in grammar.lexicon.phrases)
    people = (words_of(f"{one.noun} {one.pronoun} {one.possessive}") for one in grammar.lexicon.people.values())
    return frozenset(_literals(grammar)).union(*phrases, *people)


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text as the reader sees them: ``5 O'Clock`` → 5, o, clock."""
    return tuple(_WORD.findall(text.lower()))


def _said(grammars: Iterable[Grammar], synonyms: Sections) -> Iterator[tuple[str, tuple[Fact, ...]]]:
    for line in synonyms.get("nothing", ()):
        yield line.text, ()
    for line in synonyms.get("synonyms", ()):
        name, _, text = line.text.strip().partition(" ")
        if not words_of(text):
            raise line.error("a fact and words for it stand here, such as: Bangs  fringe")
        yield text, (_fact(line, name),)
    for grammar in grammars:
        for phrase in grammar.lexicon.phrases:
            yield phrase.stated, phrase.facts
            if phrase.slot == "bare":
                yield phrase.text, tuple(Fact(fact.attribute, not fact.value) for fact in phrase.facts)


def _fact(line: Line, word: str) -> Fact:
    return Fact(line.one_of(word.removeprefix("-"), ATTRIBUTE_NAMES, "attribute"), not word.startswith("-"))


def _words(lines: Iterable[Line]) -> frozenset[str]:
    """Single words; of one with an apostrophe (*isn't*) the part that is no word elsewhere (*isn*)."""
    return frozenset(words_of(word)[0] for line in lines for word in line.text.split())


def _spellings(text: str) -> Iterator[tuple[str, ...]]:
    """A phrase without its article, with every possessive that may stand in it."""
    for possessive in ("his", "her", *_NO_POSSESSIVE) if THEIR in text else ("",):
        words = words_of(text.replace(THEIR, possessive))
        yield words[1:] if words[0] in _ARTICLES and len(words) > 1 else words


def _sexes(grammars: Iterable[Grammar], synonyms: Sections) -> dict[str, Fact]:
    """Every word that tells the sex."""
    sexes: dict[str, Fact] = {}
    for line in synonyms.get("sex", ()):
        name, *words = line.text.split()
        fact = _fact(line, name)
        if fact.attribute != "Male":
            raise line.error("Male or -Male stands here, and words that tell it")
        sexes |= dict.fromkeys(words, fact)
    for grammar in grammars:
        for sex, people in grammar.lexicon.people.items():
            if sex is not None:
                own = words_of(f"{people.noun} {people.pronoun} {people.possessive}")
                sexes |= dict.fromkeys(own, Fact("Male", sex))
    return sexes


def _literals(grammar: Grammar) -> Iterator[str]:
    """The words that the rules themselves say, and what the person of unknown sex is called."""
    for alternatives in grammar.rules.values():
        for alternative in alternatives:
            for symbol in alternative.symbols:
                if not symbol[0].isupper():
                    yield from words_of(symbol)
    people = grammar.lexicon.people[None]
    yield from words_of(f"{people.noun} {people.pronoun} {people.possessive}")


def _qualities(
    entries: Mapping[tuple[str, ...], Meaning], parts: frozenset[str]
) -> dict[str, dict[tuple[str, ...], Fact]]:
    """What can be said of the parts: the other words of every phrase of one fact that ends with one of them.

    ``brown hair`` and ``wavy hair`` give ``hair`` the qualities *brown* and *wavy*, so that "brown, wavy hair" and "her
    hair is brown" are understood without being written down.
    """
    found: dict[str, dict[tuple[str, ...], Fact]] = {part: {} for part in parts}
    for words, meaning in entries.items():
        if words[-1] in parts and 1 < len(words) < 4 and len(meaning.facts) == 1 and not meaning.sexes:
            found[words[-1]][words[:-1]] = meaning.facts[0]
    return found


def _tree(entries: Mapping[tuple[str, ...], Meaning]) -> Branch:
    root = Branch(None, {})
    for words, meaning in entries.items():
        branch = root
        for word in words:
            branch = branch.then.setdefault(word, Branch(None, {}))
        branch.meaning = meaning
    return root


def _rivals(lexicons: Iterable[Lexicon]) -> dict[Fact, frozenset[Fact]]:
    """For each fact those that cannot be so with it, both ways."""
    rivals: defaultdict[Fact, set[Fact]] = defaultdict(set)
    for lexicon in lexicons:
        for rule in lexicon.conflicts:
            pairs: list[tuple[Fact, Fact]] = []
            if rule.kind == "one":
                pairs = [(a, b) for a in rule.others for b in rule.others if a != b]
            elif rule.kind == "against" and rule.fact is not None:
                pairs = [(rule.fact, other) for other in rule.others]
            for one, other in pairs:
                rivals[one].add(other)
                rivals[other].add(one)
    return {fact: frozenset(others) for fact, others in rivals.items()}

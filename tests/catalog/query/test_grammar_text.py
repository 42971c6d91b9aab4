"""The written description is true: its examples are searches, and so is whatever its grammar can make."""

from __future__ import annotations

import random
import re

import pytest

from app.catalog.query import parse
from app.paths import resource

TEXT = resource("search-language.txt").read_text(encoding="utf-8")
MANUAL, GRAMMAR = TEXT.split("\nGRAMMAR\n")
SAVED = {"doubtful": "tag:x"}


class AnyName(dict[str, str]):
    """Saved searches under whatever name."""

    def get(self, key: str, default: object = None) -> str:  # type: ignore[override]
        return "class:hat"


LEAVES = {
    "class": ("hat", '"left eye"', "Eyeglasses"),
    "word": ("woman", "o'clock", "x,y", "café"),
    "plain name": ("17", "to_do", "a.b"),
    "quotation": ('"wavy hair"', '"say \\"hi\\""'),
    "number": ("12",),
}


def rules() -> dict[str, list[str]]:
    """Name → the signs of its right side."""
    bare = re.sub(r"\(\*.*?\*\)", "", GRAMMAR, flags=re.DOTALL)
    # A semicolon ends a rule; none stands in a literal.
    found = {}
    for rule in filter(str.strip, bare.split(";")):
        name, _, right = rule.partition("=")
        found[name.strip()] = re.findall(r'"[^"]*"|[a-z][a-z ]*[a-z]|[a-z]|[][{}(),|]', right)
    return found


RULES = rules()
SPACED = {"query", "alternatives", "requirements", "factor"}
"""The rules whose parts stand apart."""


def options(signs: list[str]) -> list[list[object]]:
    """The alternatives up to a closing sign, which is taken: each a list of signs and of (bracket, options)."""
    found: list[list[object]] = [[]]
    while signs:
        sign = signs.pop(0)
        if sign in "])}":
            break
        if sign == "|":
            found.append([])
        elif sign in "[({":
            found[-1].append((sign, options(signs)))
        elif sign != ",":
            found[-1].append(sign)
    return found


class Writer:
    """Writes random sentences of the grammar, short ones when it is deep in."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.depth = 0

    def rule(self, name: str) -> str:
        if not RULES[name]:
            return self.random.choice(LEAVES[name])
        self.depth += 1
        chosen = self.written(options(list(RULES[name])), name)
        self.depth -= 1
        return chosen

    def written(self, among: list[list[object]], name: str) -> str:
        chosen = among[-1] if name == "factor" and self.depth > 12 else self.random.choice(among)
        parts: list[str] = []
        for sign in chosen:
            if isinstance(sign, tuple):
                bracket, inner = sign
                most = {"(": 1, "[": 1, "{": 0 if self.depth > 8 else 2}[bracket]
                for _ in range(1 if bracket == "(" else self.random.randint(0, most)):
                    again = self.written(inner, name)
                    parts.append(again if again.startswith(",") or bracket != "{" else f" {again}")
            elif isinstance(sign, str):
                parts.append(sign.strip('"') if sign.startswith('"') else self.rule(sign))
        if name == "sorting" and parts[-1] in ("asc", "desc"):
            parts.insert(-1, " ")
        if name not in SPACED:
            return "".join(parts)
        return re.sub(r"(^|[\s(-])- +", r"\1-", " ".join(filter(None, parts)))


@pytest.mark.parametrize("seed", range(100))
def test_every_sentence_of_the_grammar_is_a_search(seed: int) -> None:
    sentence = f"{Writer(seed).rule('query')} {Writer(seed + 1).rule('sorting')}"
    query = parse(sentence, AnyName())
    assert parse(str(query), AnyName()) == query


def test_every_name_in_the_grammar_is_a_rule() -> None:
    used = {sign for signs in RULES.values() for sign in signs if sign[0].isalpha()}
    assert used - RULES.keys() == set()
    assert {name for name, signs in RULES.items() if not signs} == set(LEAVES)


def examples() -> list[str]:
    lines = (re.fullmatch(r"  (\S.*?)  +\S.*", line) for line in MANUAL.splitlines())
    return [line[1] for line in lines if line is not None]


@pytest.mark.parametrize("example", examples())
def test_every_example_of_the_manual_is_a_search(example: str) -> None:
    parse(example, SAVED)


def test_there_are_examples() -> None:
    assert len(examples()) > 25
    assert max(map(len, TEXT.splitlines())) <= 120

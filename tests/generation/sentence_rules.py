"""What is wrong with a sentence, as far as patterns tell: English that a person would stumble over."""

from __future__ import annotations

import re

_PLURALS = "big lips|full lips|bangs|sideburns|eyeglasses|glasses|earrings|lipstick|heavy makeup|rosy cheeks|light"
_SINGULARS = "big nose|large nose|oval face|goatee|mustache|necklace|necktie|hat|double chin|receding hairline|fringe"
_RULES = {
    "no single sentence": r"\A(?![A-Z][^.!?]*\.\Z)",
    "a doubled word": r"\b(\w+) \1\b",
    "a or an": r"\ba [aeiou]|\ban [^aeiou]",
    "punctuation": r" ,|,,|, and and|[(]|  |,\.|\s\Z",
    "a verb with nothing": r"\b(has|wears|wearing|with|is) (has|wears|is|and|but|who|,|\.)",
    "a list with nothing": r"\b(and|but)(?:,|\.| and\b| but\b| who\b| with\b)",
    "a leak": r"[{}_?+|]|\b[A-Z]{2,}\b",
    "agreement": r"\b(?:[Hh]e|[Ss]he) (?!is\b|has\b|wears\b|appears\b)",
    "two relative clauses": r"\bwho\b.*\bwho\b",
    "an article before a plural": rf"\ban? (?:{_PLURALS}|\w+ hair)\b",
    "a missing article": rf"\b(?:has|with|wearing|wears|and) (?:{_SINGULARS})\b",
    "a missing verb": r"\A(?!.*\b(?:is|has|wears|shows|appears)\b)",
    "a stiff denial": r"\bwearing no\b|\bbut not\b|\bno \w+(?: \w+)? (?:and|but) no\b",
    "long": r"\A(?:\S+ ){44}",
}


def mistakes_of(sentence: str, *, besides: tuple[str, ...] = ()) -> list[str]:
    return [name for name, pattern in _RULES.items() if name not in besides and re.search(pattern, sentence)]

"""From words to a written sentence: lists, commas, *a* or *an*, a capital and a full stop."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_JOINING = ("and", "but", "or")
_VOWEL = re.compile(r"(?!one\b|uni|eu|us[eu])[aeiou]|hon|hour|heir", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ListStyle:
    """What joins the items of a list: of two, between more, before the last of more, and before what is denied."""

    two: str = " and "
    more: str = ", "
    last: str = ", and "
    but: str = ", and "

    def listed(self, items: Sequence[str]) -> str:
        """``a`` · ``a and b`` · ``a, b, and c``."""
        if len(items) < 3:
            return self.two.join(items)
        return self.more.join(items[:-1]) + self.last + items[-1]

    def contrasted(self, items: Sequence[str], denied: Sequence[str]) -> str:
        """``a and b but no c``; several denials are one: ``no c or d``."""
        no = [item.removeprefix("no ") for item in (*items, *denied) if denied and item.startswith("no ")]
        if no:
            items = [item for item in items if not item.startswith("no ")]
            denied = [*(item for item in denied if not item.startswith("no ")), f"no {either(no)}"]
        return self.but.join(self.listed(part) for part in (items, denied) if part)


def either(items: Sequence[str]) -> str:
    """``a`` · ``a or b`` · ``a, b, or c``: what a denial before it denies of all of them."""
    return " or ".join(items) if len(items) < 3 else f"{', '.join(items[:-1])}, or {items[-1]}"


def takes_an(word: str) -> bool:
    """Whether the word is spoken with a vowel first: *an hour*, *a uniform*."""
    return _VOWEL.match(word) is not None


def sentence(tokens: Sequence[str]) -> str:
    """One sentence of words and phrases.

    ``,`` and ``,and`` lean on what is before them. ``+`` between verb phrases is *and*, with a comma where the left one
    ends in a list of any kind. ``a`` is *an* before a vowel.
    """
    parts: list[str] = []
    for word in tokens:
        if word == ",":
            parts[-1] += ","
        elif word == ",and":
            parts[-1] += ","
            parts.append("and")
        elif word == "+":
            if any(f" {word} " in parts[-1] for word in _JOINING):
                parts[-1] += ","
            parts.append("and")
        else:
            if parts and parts[-1] == "a" and takes_an(word):
                parts[-1] = "an"
            parts.append(word)
    text = " ".join(parts)
    return f"{text[:1].upper()}{text[1:]}."

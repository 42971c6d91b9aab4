"""From words to a written sentence: lists, commas, *a* or *an*, a capital and a full stop."""

from __future__ import annotations

import re
from collections.abc import Sequence


def listed(items: Sequence[str]) -> str:
    """``a`` · ``a and b`` · ``a, b, and c``."""
    if len(items) < 3:
        return " and ".join(items)
    return ", ".join(items[:-1]) + ", and " + items[-1]


def sentence(words: Sequence[str]) -> str:
    """One sentence. ``+`` between verb phrases is *and*, with a comma where the left one is itself a list."""
    text = " ".join(words)
    while " + " in text:
        left, right = text.split(" + ", 1)
        phrase = re.split(r"\b(?:has|is|wears)\b", left)[-1]
        text = left + (", and " if " and " in phrase else " and ") + right
    text = text.replace(" ,and ", ", and ").replace(" ,", ",")
    text = re.sub(r"\ba (?=[aeiou])", "an ", re.sub(r"\s+", " ", text)).strip()
    return text[0].upper() + text[1:] + "."

"""How findings name things: captions by their numbers, facts in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.faces.attributes import attribute_title
from app.inspection.case import Case


def caption_numbers(captions: Sequence[int]) -> str:
    """``caption 3`` · ``captions 2 and 4`` · ``captions 1, 2, and 5``; given from 0, told from 1."""
    return ("caption " if len(captions) == 1 else "captions ") + listed(str(index + 1) for index in captions)


def listed(items: Iterable[str]) -> str:
    """``a`` · ``a and b`` · ``a, b, and c``."""
    items = list(items)
    if len(items) < 3:
        return " and ".join(items)
    return ", ".join(items[:-1]) + ", and " + items[-1]


def told_by(case: Case, what: str, *captions: Sequence[int]) -> str:
    """A finding's subject: what it is about, and the words of the captions that say so, wherever they stand.

    Who let a contradiction stand has read these words; with other words it is another one.
    """
    texts = {case.reading.texts[index] for indices in captions for index in indices}
    return "\n".join((what, *sorted(texts)))


def fact_in_words(attribute: str, value: bool) -> str:
    """``black hair``, ``not smiling``; the sex is *a man* or *a woman*, No_Beard *no beard* or *a beard*."""
    if attribute == "Male":
        return "a man" if value else "a woman"
    if attribute == "No_Beard":
        return "no beard" if value else "a beard"
    title = attribute_title(attribute)
    title = title if title[0].isdigit() else title[0].lower() + title[1:]
    return title if value else f"not {title}" if _is_adjective(attribute) else f"no {title.removeprefix('wearing ')}"


def _is_adjective(attribute: str) -> bool:
    return attribute in {"Attractive", "Bald", "Blurry", "Chubby", "Smiling", "Young"}

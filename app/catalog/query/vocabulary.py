"""The words of the search language, and what somebody who mistyped one may have meant.

Names are compared by their letters and digits alone: ``Wearing_Hat``, ``wearing hat`` and ``WEARINGHAT`` are one name.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from app.faces.classes import CLASSES, FaceClass
from app.faces.review import ReviewState
from app.faces.sample import Modality

KEYWORDS = ("and", "or", "not")
STATES = tuple(state.value for state in ReviewState)
ATTRIBUTE_VALUES = ("yes", "no", "unknown")
ANGLES = ("yaw", "pitch", "roll")
THINGS = (*(modality.value for modality in Modality), "split", "note", "tags", "findings")
COUNTED = ("captions", "classes", "attributes", "tags", "findings")
NOTHING = "none"
"""``split:none``: samples that belong to no split."""

FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "caption": "words of a caption",
        "attr": "an attribute the sample has",
        "class": "a class in the mask",
        "split": "a part of the dataset",
        "state": "where it stands in the review",
        "tag": "a tag you gave it",
        "note": "words of your note",
        "has": "something the sample has",
        "missing": "something the sample lacks",
        "edited": "yes: you changed it",
        "unsaved": "yes: edits are not in its files",
        "finding": "what a check found",
        "id": "sample ids and ranges",
        "celeba": "numbers in the original CelebA",
        "sort": "the order of the hits",
    }
)
FLAG_FIELDS = ("edited", "unsaved")
ID_FIELDS = ("id", "celeba")
EXAMPLES: Mapping[str, str] = MappingProxyType(
    {
        "caption": "caption:glasses",
        "attr": "attr:Smiling",
        "class": "class:hat",
        "split": "split:test",
        "state": "state:rejected",
        "tag": "tag:unclear",
        "note": "note:ear",
        "has": "has:sketch",
        "missing": "missing:sketch",
        "edited": "edited:yes",
        "unsaved": "unsaved:yes",
        "finding": "finding:caption-repeats",
        "id": "id:17,100-200",
        "celeba": "celeba:119614",
        "sort": "sort:area(hair) desc",
        "area": "area(hair)>30%",
        "seen": "seen(hat)<50px",
        "count": "count(captions)!=10",
        "yaw": "yaw>20",
        "pitch": "pitch<-10",
        "roll": "roll>5",
        "similar": "sort:similar(17)",
    }
)
CLASS_MEASURES: Mapping[str, str] = MappingProxyType(
    {
        "area": "how much of the mask a class covers, in % or px",
        "seen": "how much of a class is on top when flattened, in % or px",
    }
)
MEASURES: Mapping[str, str] = MappingProxyType(
    {**CLASS_MEASURES, "count": "how many there are", **dict.fromkeys(ANGLES, "the head's angle in degrees")}
)
SORT_KEYS: Mapping[str, str] = MappingProxyType(
    {
        "id": "by number",
        "celeba": "by number in the original CelebA",
        "split": "in the order of the splits",
        "state": "none, rejected, pending, accepted",
        **MEASURES,
        "similar": "most like a sample first, by where its classes lie",
    }
)


def folded(name: str) -> str:
    """The letters and digits of a name, without case: what two spellings of one name have in common."""
    return "".join(character for character in name.casefold() if character.isalnum())


_CLASS_BY_FOLDED: Mapping[str, FaceClass] = MappingProxyType(
    {folded(name): face_class for face_class in CLASSES for name in (face_class.title, face_class.name)}
)


def class_named(name: str) -> FaceClass | None:
    """The class with that name or title, however it is spelt: ``l_brow``, ``Left eyebrow``, ``lefteyebrow``."""
    return _CLASS_BY_FOLDED.get(folded(name))


def classes_like(name: str) -> list[str]:
    """Names of classes that ``name`` may have meant, the likeliest first."""
    found = closest(name, [word for face_class in CLASSES for word in (face_class.name, face_class.title)], n=4)
    return list(dict.fromkeys(_CLASS_BY_FOLDED[folded(word)].name for word in found))[:3]


def closest(name: str, known: Iterable[str], *, n: int = 3) -> list[str]:
    """What ``name`` may have meant among ``known``: names that contain it, else names spelt nearly so."""
    by_folded = {folded(word): word for word in known}
    wanted = folded(name)[:64]
    if not wanted:
        return []
    inside = [word for key, word in by_folded.items() if len(wanted) >= 3 and wanted in key]
    near = [by_folded[key] for key in difflib.get_close_matches(wanted, by_folded, n=n, cutoff=0.6)]
    return list(dict.fromkeys([*near, *inside] if near else inside))[:n]


def is_number_of(one: str, other: str) -> bool:
    """Whether two words are the same, or ``one`` is the plural of ``other``."""
    return one in (other, f"{other}s", f"{other}es")


def either(words: Iterable[str]) -> str:
    """``a``, ``a or b``, ``a, b or c``."""
    listed = list(words)
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} or {listed[-1]}" if listed else ""

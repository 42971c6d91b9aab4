"""Which words of a caption speak of a class of the mask, and what is said of a class.

What the reader understands goes by its attribute. Other people's captions also name parts that no attribute is about
("a red scarf"): those are looked up by their nouns, with the words right before them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType

from app.faces.attribute_places import ATTRIBUTE_CLASSES
from app.generation.reading import Claim, Span, read_caption

_NOUNS: Mapping[str, str] = MappingProxyType(
    {
        "skin": "skin complexion freckles wrinkles cheek cheeks cheekbones chin face forehead",
        "nose": "nose nostrils",
        "eye_g": "eyeglasses glasses sunglasses spectacles",
        "l_eye": "eye eyes",
        "r_eye": "eye eyes",
        "l_brow": "eyebrow eyebrows brow brows",
        "r_brow": "eyebrow eyebrows brow brows",
        "l_ear": "ear ears",
        "r_ear": "ear ears",
        "mouth": "mouth teeth tongue smile",
        "u_lip": "lip lips lipstick mouth",
        "l_lip": "lip lips lipstick mouth",
        "hair": "hair hairline bangs fringe bald sideburns ponytail",
        "hat": "hat cap beanie helmet",
        "ear_r": "earring earrings",
        "neck_l": "necklace necklaces",
        "neck": "neck",
        "cloth": "shirt dress jacket suit necktie tie collar clothes clothing sweater",
    }
)
_EMPTY = frozenset(
    "a an the and or with has have had is are his her their its this that he she they who wears wearing in on of man"
    " woman person".split()
)

_CLASSES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        noun: tuple(name for name, others in _NOUNS.items() if noun in others.split())
        for noun in " ".join(_NOUNS.values()).split()
    }
)
_WORD = re.compile(r"[^\W\d_]+")


def nouns_in(caption: str) -> tuple[tuple[int, int, tuple[str, ...]], ...]:
    """The nouns that speak of classes: start and end in characters, and the classes' names."""
    words = ((match, _CLASSES.get(match[0].lower())) for match in _WORD.finditer(caption))
    return tuple((match.start(), match.end(), classes) for match, classes in words if classes)


def mentions(captions: Iterable[str], class_name: str) -> tuple[tuple[str, int], ...]:
    """What the captions say of a class, and in how many of them: ``(("wavy hair", 3), ("bangs", 1))``.

    The most frequent first; classes that nothing is ever said of (background) give nothing.
    """
    found: Counter[str] = Counter()
    for caption in captions:
        found.update({_worded(caption, span) for span in spans_about(caption, class_name)})
    return tuple(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def spans_about(caption: str, class_name: str) -> list[Span]:
    """The words of a caption that speak of a class, in their order; they do not overlap."""
    claims = read_caption(caption).claims
    spans = _joined(claim for claim in claims if class_name in ATTRIBUTE_CLASSES.get(claim.attribute, ()))
    read = [(claim.start, claim.end) for claim in claims if claim.attribute != "Male"]
    for match in _noun_pattern(class_name).finditer(caption) if class_name in _NOUNS else ():
        if all(match.end(2) <= start or end <= match.start(2) for start, end in read):
            spans.append(Span(match.end(2) - len(_phrase(match[1], match[2])), match.end(2)))
    return sorted(spans)


def _joined(claims: Iterable[Claim]) -> list[Span]:
    """The places of the claims, those that overlap as one."""
    spans: list[Span] = []
    for claim in sorted(claims, key=lambda claim: claim.start):
        if spans and claim.start < spans[-1].end:
            spans[-1] = Span(spans[-1].start, max(claim.end, spans[-1].end))
        else:
            spans.append(Span(claim.start, claim.end))
    return spans


def _worded(caption: str, span: Span) -> str:
    return " ".join(caption[span.start : span.end].lower().split())


@cache
def _noun_pattern(class_name: str) -> re.Pattern[str]:
    nouns = "|".join(_NOUNS[class_name].split())
    return re.compile(rf"\b((?:[\w'’-]{{1,40}},? ){{0,3}})({nouns})\b", re.IGNORECASE)


def _phrase(before: str, noun: str) -> str:
    """The noun with the words before it that belong to it: those after the last that only joins."""
    kept: list[str] = []
    for word in reversed(before.lower().split()):
        if word.strip(",") in _EMPTY or word.endswith(","):
            break
        kept.append(word)
    return " ".join([*reversed(kept), noun.lower()])

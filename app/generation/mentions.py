"""Which words of a caption speak of a class of the mask: a look-up of nouns, no understanding.

The captions call the parts of a face by few words, and what is said of one stands right before it ("wavy brown hair").
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType

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


def mentions(captions: Iterable[str], class_name: str) -> tuple[tuple[str, int], ...]:
    """What the captions say of a class, and in how many of them: ``(("wavy hair", 3), ("bangs", 1))``.

    The most frequent first; classes that nothing is ever said of (background) give nothing.
    """
    nouns = _NOUNS.get(class_name)
    if nouns is None:
        return ()
    found: Counter[str] = Counter()
    pattern = re.compile(rf"\b((?:[\w'’-]+,? ){{0,3}})({'|'.join(nouns.split())})\b", re.IGNORECASE)
    for caption in captions:
        found.update({_phrase(match[1], match[2]) for match in pattern.finditer(caption)})
    return tuple(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _phrase(before: str, noun: str) -> str:
    """The noun with the words before it that belong to it: those after the last that only joins."""
    kept: list[str] = []
    for word in reversed(before.lower().split()):
        if word.strip(",") in _EMPTY or word.endswith(","):
            break
        kept.append(word)
    return " ".join([*reversed(kept), noun.lower()])

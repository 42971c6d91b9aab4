"""What a mask decides of attributes: somebody whose glasses are painted wears glasses, whatever the label says.

A class that is painted decides for yes. One that is not decides for no where it could not be hidden (glasses, hats);
an earring may lie under hair, so that there nothing is said instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from app.faces.attributes import attribute_title
from app.faces.classes import CLASS_BY_NAME
from app.faces.mask import MaskLayers
from app.generation.lexicon import MaskRule

_REFERENCE = 512 * 512
_PAINTED = {
    "eye_g": "eyeglasses",
    "ear_r": "earrings",
    "neck_l": "a necklace",
    "hat": "a hat",
    "mouth": "an open mouth",
}
"""What is seen where the class is painted."""


@dataclass(frozen=True, slots=True)
class MaskVerdict:
    """A label that a mask does not bear out: ``pixels`` of the class are covered, so the attribute is ``value``."""

    attribute: str
    face_class: str
    pixels: int
    label: bool | None
    value: bool | None

    def __str__(self) -> str:
        said = {True: "yes", False: "no", None: "unknown"}[self.label]
        shown = shown_in_mask(self.face_class, self.pixels)
        return f"{attribute_title(self.attribute)}: the attribute says {said}, {shown}"


def shown_in_mask(face_class: str, pixels: int) -> str:
    """``the mask shows a hat`` · ``the mask shows no hat``: for the classes that rules and evidence ask for."""
    painted = _PAINTED[face_class]
    return f"the mask shows {painted}" if pixels else f"the mask shows no {re.sub('^an? ', '', painted)}"


def needs_pixels(rules: tuple[MaskRule, ...], class_bits: int | None) -> bool:
    """Whether only the mask's pixels can tell; ``class_bits`` are the classes that have files, None where none do."""
    return class_bits is None or any(class_bits & CLASS_BY_NAME[rule.face_class].bit for rule in rules)


def decided_by_mask(
    attributes: Mapping[str, bool | None], mask: MaskLayers | None, rules: tuple[MaskRule, ...]
) -> tuple[dict[str, bool | None], list[MaskVerdict]]:
    """The attributes as the mask has it, and where that is not what the labels say. None: nothing is painted.

    A class of a few pixels, fewer than its rule asks for, decides nothing.
    """
    decided = dict(attributes)
    verdicts: list[MaskVerdict] = []
    areas = {} if mask is None else mask.areas()
    scale = 1.0 if mask is None else _REFERENCE / (mask.shape[0] * mask.shape[1])
    for rule in rules:
        label = attributes.get(rule.attribute)
        pixels = areas.get(rule.face_class, 0)
        if pixels and pixels * scale < rule.pixels:
            continue
        value = True if pixels else rule.absent
        if value is label or (value is None and not label):
            continue
        decided[rule.attribute] = value
        if label is not None:
            verdicts.append(MaskVerdict(rule.attribute, rule.face_class, pixels, label, value))
    return decided, verdicts

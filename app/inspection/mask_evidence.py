"""What a mask says of attributes: glasses, hats, earrings and necklaces are painted, and so are open mouths and hair.

The first four go by the rules of the lexicon, the same that decide what captions say. The others were set on 24 real
masks and their labels: every open mouth had at least 215 of 262,144 pixels, of the closed ones two of eleven more than
that; a head under a hat shows no hair without being bald; a fringe covers 0.4 of the forehead box, but other hair up to
0.3, so that between 0.05 and 0.38 nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from app.faces.sample import Modality
from app.generation.lexicon import shipped_lexicon
from app.generation.mask_facts import shown_in_mask
from app.inspection.case import REFERENCE_SIDE, Case
from app.inspection.testimony import Evidence, Strength

_OPEN_MOUTH = 150
_LITTLE_HAIR, _MUCH_HAIR = 0.01, 0.10
_NO_BANGS, _BANGS = 0.05, 0.38
_FOREHEAD = 0.35
"""The height of the forehead box as a share of the width of the brows."""


def worn(case: Case) -> Iterator[Evidence]:
    """Eyeglasses, hat, earrings and necklace: painted means worn; what might be hidden may be there."""
    for rule in shipped_lexicon("clean").masks:
        pixels = case.areas[rule.face_class]
        if pixels and pixels * case.scale < rule.pixels:
            continue  # a few stray pixels say nothing
        yield Evidence(
            rule.attribute,
            pixels > 0,
            Strength.STRONG if pixels or rule.absent is False else Strength.WEAK,
            shown_in_mask(rule.face_class, pixels),
            Modality.MASK,
            face_class=rule.face_class,
            region=case.box(rule.face_class),
            measure=pixels,
            detail=_pixels(pixels),
        )


def open_mouth(case: Case) -> Iterator[Evidence]:
    """The inner mouth between two lips."""
    pixels = case.areas["mouth"]
    if not (case.areas["u_lip"] and case.areas["l_lip"]) or 0 < pixels * case.scale < _OPEN_MOUTH:
        return
    yield Evidence(
        "Mouth_Slightly_Open",
        pixels > 0,
        Strength.MEDIUM,
        shown_in_mask("mouth", pixels),
        Modality.MASK,
        face_class="mouth",
        region=case.box("mouth"),
        measure=pixels,
        detail=_pixels(pixels),
    )


def bald(case: Case) -> Iterator[Evidence]:
    """Hardly any hair, or plenty; under a hat nobody can tell."""
    if case.areas["hat"] or not case.areas["skin"]:
        return
    share = case.areas["hair"] * case.scale / REFERENCE_SIDE**2
    if _LITTLE_HAIR <= share < _MUCH_HAIR:
        return
    is_bald = share < _LITTLE_HAIR
    yield Evidence(
        "Bald",
        is_bald,
        Strength.STRONG,
        f"the mask shows {'hardly any' if is_bald else 'much'} hair",
        Modality.MASK,
        face_class="hair",
        region=case.box("hair"),
        measure=share,
        detail=f"{100 * share:.1f} % of the picture",
    )


def bangs(case: Case) -> Iterator[Evidence]:
    """Hair in the box above the brows, as wide as they are."""
    left, right = case.box("l_brow"), case.box("r_brow")
    if case.mask is None or left is None or right is None or case.areas["hat"]:
        return
    from_x, to_x = min(left[0], right[0]), max(left[0] + left[2], right[0] + right[2])
    to_y = min(left[1], right[1])
    from_y = max(0, to_y - round(_FOREHEAD * (to_x - from_x)))
    forehead = case.mask.layer("hair")[from_y:to_y, from_x:to_x]
    if not forehead.size:
        return
    share = float(np.mean(forehead))
    if _NO_BANGS < share < _BANGS:
        return
    yield Evidence(
        "Bangs",
        share >= _BANGS,
        Strength.WEAK,
        "the mask shows hair over the forehead" if share >= _BANGS else "the mask shows a bare forehead",
        Modality.MASK,
        face_class="hair",
        region=(from_x, from_y, to_x - from_x, to_y - from_y),
        measure=share,
        detail=f"{100 * share:.0f} % of the forehead",
    )


def _pixels(count: int) -> str:
    return f"{count:,} px" if count else ""


MASK_EVIDENCE: tuple[Callable[[Case], Iterator[Evidence]], ...] = (worn, open_mouth, bald, bangs)
"""Everything that is asked of a mask. Each is given a case with one."""

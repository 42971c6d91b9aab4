"""What the photo says of attributes where the mask shows where to look: hair by its colour, lipstick by its red.

Colours deceive: light, shadow and the labellers' own idea of blond. So all of it is weak, and said only far from the
border: on 24 real photos black hair had a lightness of 2…26, blond of 35…79, and lips without lipstick were up to 16
redder than the skin, those with it 9 to 42.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from app.faces.classes import bits_of
from app.faces.sample import Modality
from app.imaging.cv import cv2
from app.inspection.case import Case
from app.inspection.testimony import Evidence, Strength

_ENOUGH_HAIR, _ENOUGH_LIPS = 2000, 200
_BLACK_BELOW, _NOT_BLACK_ABOVE = 12.0, 45.0
_NOT_BLOND_BELOW, _NOT_BROWN_BELOW, _NOT_BROWN_ABOVE = 18.0, 4.0, 75.0
_GRAYEST, _NOT_GRAY_ABOVE = 6.0, 20.0
_RED, _NOT_RED = 20.0, 3.0
_FEATURES = bits_of("nose", "eye_g", "l_eye", "r_eye", "l_brow", "r_brow", "mouth", "u_lip", "l_lip", "hair", "hat")


def hair_colour(case: Case) -> Iterator[Evidence]:
    """The median colour of the hair."""
    colour = _median(case, np.uint32(bits_of("hair")), np.uint32(bits_of("hat")), _ENOUGH_HAIR)
    if colour is None:
        return
    lightness, a, b = colour
    chroma = float(np.hypot(a, b))
    verdicts = {
        "Black_Hair": True if lightness < _BLACK_BELOW and chroma < 12 else _never(lightness > _NOT_BLACK_ABOVE),
        "Blond_Hair": _never(lightness < _NOT_BLOND_BELOW),
        "Brown_Hair": _never(lightness < _NOT_BROWN_BELOW or lightness > _NOT_BROWN_ABOVE),
        "Gray_Hair": True if lightness > 40 and chroma < _GRAYEST else _never(chroma > _NOT_GRAY_ABOVE),
    }
    for attribute, value in verdicts.items():
        if value is not None:
            yield Evidence(
                attribute,
                value,
                Strength.WEAK,
                f"the hair is {_colour_in_words(lightness, chroma, a, b)}",
                Modality.PHOTO,
                face_class="hair",
                region=case.box("hair"),
                measure=round(lightness if attribute != "Gray_Hair" else chroma, 1),
                detail=f"median L {lightness:.0f}, a {a:.0f}, b {b:.0f}",
            )


def lipstick(case: Case) -> Iterator[Evidence]:
    """How much redder the lips are than the skin."""
    lips = _median(case, np.uint32(bits_of("u_lip", "l_lip")), np.uint32(bits_of("mouth")), _ENOUGH_LIPS)
    skin = _median(case, np.uint32(bits_of("skin")), np.uint32(_FEATURES), _ENOUGH_LIPS)
    if lips is None or skin is None:
        return
    redder = lips[1] - skin[1]
    if _NOT_RED < redder < _RED:
        return
    yield Evidence(
        "Wearing_Lipstick",
        redder >= _RED,
        Strength.WEAK,
        f"the lips are {'much' if redder >= _RED else 'hardly' if redder >= 0 else 'not'} redder than the skin",
        Modality.PHOTO,
        face_class="l_lip",
        region=case.box("l_lip"),
        measure=round(redder, 1),
        detail=f"a* of the lips − a* of the skin = {redder:.0f}".replace("= -", "= −"),
    )


def _colour_in_words(lightness: float, chroma: float, a: float, b: float) -> str:
    """What somebody would call hair of this colour; never a word that the verdicts deny."""
    if lightness < _BLACK_BELOW and chroma < 12:
        return "black"
    if chroma < _GRAYEST:
        return "dark gray" if lightness <= 40 else "gray" if lightness <= _NOT_BROWN_ABOVE else "white"
    if lightness > _NOT_BROWN_ABOVE:
        return "very light"
    hue = "reddish brown" if a > b else "brown"
    if lightness < _NOT_BLOND_BELOW:
        return f"very dark {hue}"
    return f"dark {hue}" if lightness < 32 else hue if lightness <= _NOT_BLACK_ABOVE else f"light {hue}"


def _never(is_so: bool) -> bool | None:
    """No where that is so, else nothing: the absence of evidence is none."""
    return False if is_so else None


def _median(case: Case, wanted: np.uint32, unwanted: np.uint32, enough: int) -> tuple[float, float, float] | None:
    """The median CIE L (0…100), a, b of the pixels with a wanted class and no unwanted one; None where too few."""
    photo = case.photo_under_mask
    if photo is None or case.mask is None:
        return None
    chosen = ((case.mask.bits & wanted) != 0) & ((case.mask.bits & unwanted) == 0)
    if np.count_nonzero(chosen) * case.scale < enough:
        return None
    pixels = photo[chosen][:, np.newaxis].astype(np.float32) / np.float32(255)
    lab = cv2.cvtColor(pixels, cv2.COLOR_RGB2LAB)[:, 0].T
    lightness, a, b = (float(value) for value in np.median(np.ascontiguousarray(lab), axis=1))
    return lightness, a, b


PHOTO_EVIDENCE: tuple[Callable[[Case], Iterator[Evidence]], ...] = (hair_colour, lipstick)
"""Everything that is asked of a photo and its mask. Each is given a case with both."""

"""Which of the classes a stranger's name means: files of other tools call them ``Left eyebrow`` or ``glasses``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from app.faces.classes import CLASS_BY_NAME, CLASSES, FaceClass

_BETWEEN = re.compile(r"[\s_\-]+")
_ALIASES = {
    "background": "bg",
    "skin": "face_skin,facial_skin",
    "eye_g": "glasses,eye_glasses,eyeglass,eye_glass,spectacles,sunglasses",
    "l_eye": "left_eye,eye_left",
    "r_eye": "right_eye,eye_right",
    "l_brow": "left_brow,left_eye_brow,l_eyebrow,eyebrow_left,brow_left",
    "r_brow": "right_brow,right_eye_brow,r_eyebrow,eyebrow_right,brow_right",
    "l_ear": "left_ear,ear_left",
    "r_ear": "right_ear,ear_right",
    "mouth": "inner_mouth,mouth_interior",
    "u_lip": "upper_lip,lip_upper,ulip,top_lip",
    "l_lip": "lower_lip,lip_lower,llip,bottom_lip",
    "ear_r": "earring,earrings,ear_ring,ear_rings",
    "neck_l": "necklace",
    "cloth": "clothes,clothing,cloths",
}


def _plain(text: str) -> str:
    return _BETWEEN.sub("_", text.strip().casefold())


_CLASSES: Mapping[str, FaceClass] = MappingProxyType(
    {
        **{alias: CLASS_BY_NAME[name] for name, aliases in _ALIASES.items() for alias in aliases.split(",")},
        **{_plain(each.title): each for each in CLASSES},
        **{each.name: each for each in CLASSES},
    }
)


def class_named(text: str) -> FaceClass | None:
    """The class, background included, or None. Case, blanks and hyphens make no difference."""
    return _CLASSES.get(_plain(text))

"""Presets: repairs of face masks that people ask for by what they mean, not by the operators behind them."""

from __future__ import annotations

import numpy as np

from app.faces.classes import CLASS_BY_NAME, bits_of
from app.imaging.cleanup.islands import holes_of
from app.imaging.cleanup.operator import Amount, Operator, Plan, Subject, Values
from app.imaging.cleanup.window import window_around
from app.imaging.compose import Erase, Others, Touch

SKIN, NECK, NECKLACE = (CLASS_BY_NAME[name].id for name in ("skin", "neck", "neck_l"))
ON_SKIN = bits_of("nose", "eye_g", "l_eye", "r_eye", "l_brow", "r_brow", "mouth", "u_lip", "l_lip")
"""What lies on the face's skin: the official masks draw skin beneath it (their skin layers are amodal)."""


def _amodal_skin(subject: Subject, values: Values) -> Plan:
    """Skin reaches under what lies on it, and the slits between skin and features are skin too."""
    if SKIN not in subject.targets:
        return Plan([])
    skin = subject.plane(SKIN)
    on_skin = (subject.bits & np.uint32(ON_SKIN)) != 0
    window = window_around(skin | on_skin, 1)
    if window is None:
        return Plan([])
    wanted = skin | on_skin
    holes = np.zeros_like(wanted)
    holes[window] = holes_of(wanted[window], values.whole("area"))
    return Plan([Touch(SKIN, wanted | (holes & (subject.bits == 0)))], others=Others.OVERLAP)


def _neck_without_necklace(subject: Subject, _values: Values) -> Plan:
    if NECK not in subject.targets:
        return Plan([])
    both = subject.plane(NECK) & subject.plane(NECKLACE)
    return Plan([Touch(NECK, both, Erase.THIS_CLASS)])


FAMILY = "Presets"
OPERATORS: tuple[Operator, ...] = (
    Operator(
        "preset.amodal_skin",
        "Skin under eyes, brows, nose and mouth",
        FAMILY,
        "Skin reaches under everything that lies on it, glasses too; slits between are filled. Nothing else changes.",
        (Amount("area", "Slits up to", 60, 1, 5000),),
        _amodal_skin,
        layers_only=True,
        has_targets=False,
    ),
    Operator(
        "preset.neck_without_necklace",
        "Neck minus necklace",
        FAMILY,
        "The neck is gone where the necklace is.",
        (),
        _neck_without_necklace,
        layers_only=True,
        has_targets=False,
    ),
)

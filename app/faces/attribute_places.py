"""Where in a face an attribute is to be seen: the classes of the mask that its words speak of."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from app.faces.classes import bits_of

_EYES, _BROWS, _LIPS = ("l_eye", "r_eye"), ("l_brow", "r_brow"), ("u_lip", "l_lip")

ATTRIBUTE_CLASSES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "5_o_Clock_Shadow": ("skin",),
        "Arched_Eyebrows": _BROWS,
        "Bags_Under_Eyes": _EYES,
        "Bald": ("hair",),
        "Bangs": ("hair",),
        "Big_Lips": _LIPS,
        "Big_Nose": ("nose",),
        "Black_Hair": ("hair",),
        "Blond_Hair": ("hair",),
        "Brown_Hair": ("hair",),
        "Bushy_Eyebrows": _BROWS,
        "Double_Chin": ("skin",),
        "Eyeglasses": ("eye_g",),
        "Goatee": ("skin",),
        "Gray_Hair": ("hair",),
        "Heavy_Makeup": ("skin", *_LIPS),
        "High_Cheekbones": ("skin",),
        "Mouth_Slightly_Open": ("mouth",),
        "Mustache": ("skin",),
        "Narrow_Eyes": _EYES,
        "No_Beard": ("skin",),
        "Oval_Face": ("skin",),
        "Pale_Skin": ("skin",),
        "Pointy_Nose": ("nose",),
        "Receding_Hairline": ("hair",),
        "Rosy_Cheeks": ("skin",),
        "Sideburns": ("hair",),
        "Smiling": ("mouth", *_LIPS),
        "Straight_Hair": ("hair",),
        "Wavy_Hair": ("hair",),
        "Wearing_Earrings": ("ear_r",),
        "Wearing_Hat": ("hat",),
        "Wearing_Lipstick": _LIPS,
        "Wearing_Necklace": ("neck_l",),
        "Wearing_Necktie": ("cloth",),
    }
)
"""What is said of the whole person or photo (Attractive, Blurry, Chubby, Male, Young) has no place."""


def attribute_bits(attribute: str) -> int:
    """Bit set of the classes where the attribute is to be seen; 0: nowhere in particular."""
    return bits_of(*ATTRIBUTE_CLASSES.get(attribute, ()))

"""Words for the forty attributes, and what must not be said together. Data only; ``grammar`` makes sentences of it.

Each attribute has phrases in one of four slots: ``adjective`` (before or after the noun), ``is``, ``has`` and
``wears``. ``{poss}`` becomes *his* or *her*. Sources of the choices: reference note on caption generation, A4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Slot = Literal["adjective", "is", "has", "wears"]


@dataclass(frozen=True, slots=True)
class Phrase:
    """One way to say a fact; ``weight`` against its alternatives."""

    weight: float
    slot: Slot
    text: str


def _has(*options: tuple[float, str]) -> tuple[Phrase, ...]:
    return tuple(Phrase(weight, "has", text) for weight, text in options)


def _wears(*options: tuple[float, str]) -> tuple[Phrase, ...]:
    return tuple(Phrase(weight, "wears", text) for weight, text in options)


def _adjective(*options: tuple[float, str]) -> tuple[Phrase, ...]:
    return tuple(Phrase(weight, "adjective", text) for weight, text in options)


PHRASES: Mapping[str, tuple[Phrase, ...]] = MappingProxyType(
    {
        "5_o_Clock_Shadow": _has((0.7, "a five o'clock shadow"), (0.3, "light stubble")),
        "Arched_Eyebrows": _has((0.8, "arched eyebrows"), (0.2, "arched brows")),
        "Attractive": _adjective((0.8, "attractive"), (0.2, "good-looking")),
        "Bags_Under_Eyes": _has((0.5, "bags under {poss} eyes"), (0.5, "bags under the eyes")),
        "Bald": _adjective((1.0, "bald")),
        "Bangs": _has((0.8, "bangs"), (0.2, "a fringe")),
        "Big_Lips": _has((0.6, "big lips"), (0.4, "full lips")),
        "Big_Nose": _has((0.7, "a big nose"), (0.3, "a large nose")),
        "Bushy_Eyebrows": _has((0.75, "bushy eyebrows"), (0.25, "thick eyebrows")),
        "Chubby": (Phrase(0.8, "adjective", "chubby"), Phrase(0.2, "has", "a chubby face")),
        "Double_Chin": _has((1.0, "a double chin")),
        "Eyeglasses": _wears((0.55, "eyeglasses"), (0.45, "glasses")),
        "Goatee": _has((1.0, "a goatee")),
        "Heavy_Makeup": _wears((1.0, "heavy makeup")),
        "High_Cheekbones": _has((1.0, "high cheekbones")),
        "Mouth_Slightly_Open": _has((0.6, "a slightly open mouth"), (0.4, "{poss} mouth slightly open")),
        "Mustache": _has((1.0, "a mustache")),
        "Narrow_Eyes": _has((1.0, "narrow eyes")),
        "Oval_Face": _has((1.0, "an oval face")),
        "Pale_Skin": _has((0.8, "pale skin"), (0.2, "a pale complexion")),
        "Pointy_Nose": _has((0.7, "a pointy nose"), (0.3, "a pointed nose")),
        "Receding_Hairline": _has((1.0, "a receding hairline")),
        "Rosy_Cheeks": _has((1.0, "rosy cheeks")),
        "Sideburns": _has((1.0, "sideburns")),
        "Smiling": (Phrase(0.8, "adjective", "smiling"), Phrase(0.2, "has", "a smile")),
        "Wearing_Earrings": _wears((1.0, "earrings")),
        "Wearing_Hat": _wears((1.0, "a hat")),
        "Wearing_Lipstick": _wears((1.0, "lipstick")),
        "Wearing_Necklace": _wears((1.0, "a necklace")),
        "Wearing_Necktie": _wears((0.6, "a necktie"), (0.4, "a tie")),
        "Young": _adjective((1.0, "young")),
    }
)
HAIR_COLOURS: Mapping[str, str] = MappingProxyType(
    {"Black_Hair": "black", "Blond_Hair": "blond", "Brown_Hair": "brown", "Gray_Hair": "gray"}
)
HAIR_TEXTURES: Mapping[str, str] = MappingProxyType({"Straight_Hair": "straight", "Wavy_Hair": "wavy"})
FACIAL_HAIR = ("5_o_Clock_Shadow", "Goatee", "Mustache", "Sideburns")

CLEAN_SHAVEN, BEARDED = "+No_Beard", "-No_Beard"
"""Two facts of one attribute: only No_Beard is also worth a phrase when it is false."""
BEARD_PHRASES: Mapping[str, tuple[Phrase, ...]] = MappingProxyType(
    {
        CLEAN_SHAVEN: (Phrase(0.65, "has", "no beard"), Phrase(0.35, "adjective", "clean-shaven")),
        BEARDED: (Phrase(1.0, "has", "a beard"),),
    }
)

RULES = """
S       -> 62 Subject VP | 16 Present Nom Post ?any | 4 with HAS , Subject VPx ?H&IW | 14 Titled in Pic VP ?any
Subject -> 46 PRO | 30 Det Sex | 24 Det person
Det     -> 50 this | 50 the
VP      -> 55 is IS , has HAS ,and WEARING ?I&H&W | 45 has HAS , is IS ,and WEARING ?I&H&W
         | 70 is IS + has HAS ?I&H&!W | 30 has HAS + is IS ?I&H&!W
         | 70 is IS + WEARING ?I&W&!H | 30 WEARING + is IS ?I&W&!H
         | 70 has HAS + WEARING ?H&W&!I | 30 WEARING + has HAS ?H&W&!I
         | 1 is IS ?I&!H&!W | 1 has HAS ?H&!I&!W | 1 WEARING ?W&!I&!H | 1 NEUTRAL ?!any
VPx     -> 1 is IS ?I&!W | 1 WEARING ?W&!I | 1 is IS + WEARING ?I&W
WEARING -> 50 wears WEARS | 50 is wearing WEARS
Post    -> 1 with HAS ?H&!W | 55 with HAS who WEARING ?H&W | 45 with HAS , wearing WEARS ?H&W
         | 60 who WEARING ?W&!H | 40 wearing WEARS ?W&!H | 1 ?!H&!W
Present -> 60 this is | 25 here is | 15 this photo shows
Titled  -> 55 the Sex | 45 the person
Pic     -> 20 this photo | 15 this picture | 10 this image | 5 this portrait | 20 the photo | 15 the picture
         | 10 the image | 5 the portrait
Nom     -> 55 a ADJ Sex | 45 a ADJ person
NEUTRAL -> 30 is shown in Pic | 25 is the subject of Pic | 25 is seen in Pic | 20 appears in Pic
Frame   -> 50 Subject NEUTRAL | 50 Present Nom
"""
"""weight, symbols, ?guard. Upper-case words and defined names are replaced, the rest is said. In guards I, H, W mean
that there are IS, HAS, WEARS phrases, ``any`` one of them, IW the first or the last; ``!`` is not, ``&`` and.
``+`` joins two verb phrases with *and*; ``,and`` is a comma and *and*."""

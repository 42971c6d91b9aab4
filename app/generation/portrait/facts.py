"""What is true of a drawn person in the words of the forty attributes: read off the parameters, never guessed."""

from __future__ import annotations

from app.faces.attributes import ATTRIBUTE_NAMES, Attributes
from app.generation.portrait.people import Beard, Earring, Glasses, Hairstyle, Hat, Necklace, Person

_STRAIGHT = (Hairstyle.LONG, Hairstyle.BOB, Hairstyle.PONYTAIL)
_WAVY = (Hairstyle.WAVY, Hairstyle.CURLY)


def attributes_of(person: Person) -> Attributes:
    """All forty, each yes or no."""
    build, hair, skin, outfit = person.build, person.hair, person.skin, person.outfit
    bald = hair.style is Hairstyle.BALD
    true = {
        "5_o_Clock_Shadow": hair.beard is Beard.STUBBLE,
        "Arched_Eyebrows": hair.brow_arch > 0.7,
        "Attractive": person.years < 40 and build.asymmetry < 0.95,
        "Bags_Under_Eyes": skin.eye_bags > 0.4,
        "Bald": bald,
        "Bangs": hair.bangs,
        "Big_Lips": build.lips > 1.2,
        "Big_Nose": build.nose_width > 1.12,
        "Blurry": False,
        "Bushy_Eyebrows": hair.brow_weight > 1.15,
        "Chubby": build.chubby > 0.5,
        "Double_Chin": build.chubby > 0.75,
        "Eyeglasses": outfit.glasses is not Glasses.NONE,
        "Goatee": hair.beard is Beard.GOATEE,
        "Heavy_Makeup": skin.eye_shadow is not None,
        "High_Cheekbones": build.cheekbones > 0.65,
        "Male": person.male,
        "Mouth_Slightly_Open": person.open_mouth > 0.1,
        "Mustache": hair.beard in (Beard.MUSTACHE, Beard.GOATEE, Beard.SHORT, Beard.FULL),
        "Narrow_Eyes": build.eye_opening < 0.84,
        "No_Beard": hair.beard in (Beard.NONE, Beard.MUSTACHE),
        "Oval_Face": build.pointed > 0.5 and build.jaw < 0.4,
        "Pale_Skin": skin.tone[1] > 0.75,
        "Pointy_Nose": build.nose_width < 0.96,
        "Receding_Hairline": hair.style is Hairstyle.RECEDING,
        "Rosy_Cheeks": skin.blush > 0.5,
        "Sideburns": hair.sideburns,
        "Smiling": build.smile >= 0.45,
        "Straight_Hair": hair.style in _STRAIGHT,
        "Wavy_Hair": hair.style in _WAVY,
        "Wearing_Earrings": outfit.earring is not Earring.NONE,
        "Wearing_Hat": outfit.hat is not Hat.NONE,
        "Wearing_Lipstick": skin.lipstick,
        "Wearing_Necklace": outfit.necklace is not Necklace.NONE,
        "Wearing_Necktie": outfit.tie,
        "Young": person.years < 40,
    }
    colours = dict.fromkeys(("Black_Hair", "Blond_Hair", "Brown_Hair", "Gray_Hair"), False)
    if hair.colour_attribute is not None and not bald:
        colours[hair.colour_attribute] = True
    true |= colours
    return Attributes(ATTRIBUTE_NAMES, tuple(true[name] for name in ATTRIBUTE_NAMES))

"""Who is drawn: everything that is random about a person, decided before the first stroke."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from app.faces.sample import Pose

Colour = tuple[float, float, float]


class Hairstyle(Enum):
    """How the hair is cut and combed."""

    BALD = "bald"
    CROPPED = "cropped"
    SHORT = "short"
    SWEPT = "swept"
    RECEDING = "receding"
    BOB = "bob"
    LONG = "long"
    WAVY = "wavy"
    CURLY = "curly"
    AFRO = "afro"
    BUN = "bun"
    PONYTAIL = "ponytail"


class Beard(Enum):
    """Hair on the lower face."""

    NONE = "none"
    STUBBLE = "stubble"
    MUSTACHE = "mustache"
    GOATEE = "goatee"
    SHORT = "short"
    FULL = "full"


class Hat(Enum):
    """What is on the head."""

    NONE = "none"
    BEANIE = "beanie"
    FEDORA = "fedora"
    CAP = "cap"
    STRAW = "straw"
    BERET = "beret"


class Glasses(Enum):
    """The shape of the lenses."""

    NONE = "none"
    ROUND = "round"
    SQUARE = "square"
    CAT_EYE = "cat-eye"
    SUN = "sun"


class Garment(Enum):
    """The cut of the clothes at the neck."""

    TEE = "tee"
    V_NECK = "v-neck"
    SHIRT = "shirt"
    SUIT = "suit"
    TURTLENECK = "turtleneck"
    HOODIE = "hoodie"
    STRAPS = "straps"
    BLOUSE = "blouse"


class Pattern(Enum):
    """What is woven into the clothes."""

    PLAIN = "plain"
    STRIPED = "striped"
    CHECKED = "checked"


class Earring(Enum):
    """What hangs from the ears."""

    NONE = "none"
    STUD = "stud"
    HOOP = "hoop"
    DROP = "drop"


class Necklace(Enum):
    """What lies around the neck."""

    NONE = "none"
    CHAIN = "chain"
    PEARLS = "pearls"
    PENDANT = "pendant"


@dataclass(frozen=True, slots=True)
class Build:
    """The face's shape: numbers around 0 (none) … 1 (much), except the two factors around 1."""

    jaw: float
    pointed: float
    chubby: float
    cheekbones: float
    brow_ridge: float
    nose_width: float
    nose_length: float
    lips: float
    smile: float
    eye_opening: float
    eye_tilt: float
    asymmetry: float


@dataclass(frozen=True, slots=True)
class Hair:
    """Style, colour and the numbers that make two people with one style differ.

    ``colour_attribute`` is the attribute that names the colour; ginger has none.
    """

    style: Hairstyle
    colour: Colour
    colour_attribute: str | None
    gray: float
    bangs: bool
    parting: float
    length: float
    wave: float
    volume: float
    brow_weight: float
    brow_arch: float
    sideburns: bool
    beard: Beard


@dataclass(frozen=True, slots=True)
class Skin:
    """Colour of the skin in even light, and what time and makeup did to it."""

    tone: Colour
    blush: float
    freckles: float
    age: float
    lip_colour: Colour
    lipstick: bool
    eye_shadow: Colour | None
    eye_bags: float


@dataclass(frozen=True, slots=True)
class Outfit:
    """What is worn, with its colours."""

    garment: Garment
    pattern: Pattern
    cloth: Colour
    accent: Colour
    hat: Hat
    hat_colour: Colour
    glasses: Glasses
    earring: Earring
    necklace: Necklace
    metal: Colour
    tie: bool


@dataclass(frozen=True, slots=True)
class Light:
    """The key light's direction (towards the light: x right, y down, z viewer), and the colours in the room."""

    direction: tuple[float, float, float]
    key: Colour
    fill: Colour
    backdrop: tuple[Colour, Colour]


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person as they sit for the portrait."""

    seed: int
    male: bool
    years: float
    pose: Pose
    scale: float
    open_mouth: float
    eye_colour: Colour
    build: Build
    hair: Hair
    skin: Skin
    outfit: Outfit
    light: Light

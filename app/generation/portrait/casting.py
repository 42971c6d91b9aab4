"""Chooses the people: briefs say what is settled, seeded chance decides everything they leave open."""

from __future__ import annotations

import numpy as np

from app.faces.sample import Pose
from app.generation.portrait.briefs import BRIEFS, Brief
from app.generation.portrait.people import (
    Build,
    Colour,
    Garment,
    Hair,
    Hat,
    Light,
    Outfit,
    Pattern,
    Person,
    Skin,
)  # fmt: skip

SKIN_TONES: dict[str, Colour] = {
    "porcelain": (0.93, 0.78, 0.71),
    "fair": (0.89, 0.71, 0.61),
    "rose": (0.88, 0.67, 0.58),
    "beige": (0.84, 0.65, 0.52),
    "olive": (0.77, 0.59, 0.44),
    "tan": (0.71, 0.50, 0.36),
    "bronze": (0.60, 0.41, 0.29),
    "brown": (0.50, 0.33, 0.23),
    "umber": (0.41, 0.265, 0.185),
    "ebony": (0.33, 0.21, 0.155),
}
HAIR_COLOURS: dict[str, Colour] = {
    "black": (0.115, 0.098, 0.096),
    "espresso": (0.15, 0.10, 0.075),
    "brown": (0.29, 0.18, 0.11),
    "chestnut": (0.38, 0.21, 0.12),
    "auburn": (0.47, 0.20, 0.10),
    "ginger": (0.64, 0.31, 0.13),
    "honey": (0.67, 0.45, 0.26),
    "blond": (0.82, 0.61, 0.38),
    "platinum": (0.88, 0.76, 0.60),
    "gray": (0.62, 0.62, 0.63),
    "white": (0.80, 0.80, 0.80),
}
_COLOUR_ATTRIBUTES = {
    "black": "Black_Hair",
    "espresso": "Black_Hair",
    "brown": "Brown_Hair",
    "chestnut": "Brown_Hair",
    "auburn": "Brown_Hair",
    "honey": "Blond_Hair",
    "blond": "Blond_Hair",
    "platinum": "Blond_Hair",
    "gray": "Gray_Hair",
    "white": "Gray_Hair",
}
_EYES: dict[str, Colour] = {
    "brown": (0.33, 0.19, 0.10),
    "dark": (0.20, 0.12, 0.075),
    "hazel": (0.44, 0.33, 0.15),
    "green": (0.32, 0.44, 0.27),
    "blue": (0.30, 0.48, 0.62),
    "gray": (0.45, 0.51, 0.55),
}
_BACKDROPS: tuple[tuple[Colour, Colour], ...] = (
    ((0.50, 0.60, 0.62), (0.24, 0.31, 0.36)),
    ((0.80, 0.71, 0.58), (0.48, 0.38, 0.30)),
    ((0.36, 0.40, 0.56), (0.17, 0.18, 0.29)),
    ((0.56, 0.65, 0.50), (0.26, 0.34, 0.26)),
    ((0.82, 0.68, 0.66), (0.50, 0.37, 0.40)),
    ((0.86, 0.84, 0.79), (0.60, 0.58, 0.56)),
    ((0.70, 0.44, 0.34), (0.30, 0.16, 0.15)),
    ((0.30, 0.50, 0.54), (0.09, 0.20, 0.25)),
    ((0.66, 0.77, 0.84), (0.38, 0.48, 0.60)),
    ((0.45, 0.33, 0.42), (0.18, 0.12, 0.20)),
)
_CLOTHS: tuple[Colour, ...] = (
    (0.23, 0.30, 0.42), (0.52, 0.20, 0.20), (0.24, 0.36, 0.30), (0.72, 0.66, 0.57), (0.30, 0.22, 0.34),
    (0.63, 0.42, 0.20), (0.18, 0.19, 0.22), (0.42, 0.52, 0.60), (0.62, 0.36, 0.40), (0.80, 0.80, 0.78),
)  # fmt: skip
_GOLD: Colour = (0.80, 0.60, 0.26)
_SILVER: Colour = (0.70, 0.72, 0.75)


def cast_people(count: int, seed: int) -> tuple[Person, ...]:
    """``count`` people; the briefs are used in order and again, chance is drawn anew for each."""
    return tuple(make_person(BRIEFS[k % len(BRIEFS)], seed=seed * 100_003 + k) for k in range(count))


def make_person(brief: Brief, *, seed: int) -> Person:
    """A person after a brief; the seed settles what the brief leaves open."""
    rng = np.random.default_rng(seed)
    age = float(np.clip((brief.years - 22) / 45, 0, 1))
    pose = Pose(
        round(brief.yaw + float(rng.normal(0, 1.2)), 5),
        round(brief.pitch + float(rng.normal(0, 0.8)), 5),
        round(brief.roll + float(rng.normal(0, 0.6)), 5),
    )
    return Person(
        seed=seed,
        male=brief.male,
        years=brief.years,
        pose=pose,
        scale=float(rng.uniform(0.96, 1.09)),
        open_mouth=brief.open_mouth,
        eye_colour=_varied(rng, _EYES[brief.eyes], 0.1),
        build=_build(brief, rng),
        hair=_hair(brief, rng, age),
        skin=_skin(brief, rng, age),
        outfit=_outfit(brief, rng),
        light=_light(rng),
    )


def _build(brief: Brief, rng: np.random.Generator) -> Build:
    male = brief.male
    return Build(
        jaw=float(rng.uniform(0.35, 0.95) if male else rng.uniform(-0.25, 0.2)),
        pointed=float(rng.uniform(0, 0.35) if male else rng.uniform(0.3, 1.0)),
        chubby=brief.chubby,
        cheekbones=float(rng.uniform(0.1, 1.0)),
        brow_ridge=float(rng.uniform(0.5, 1.0) if male else rng.uniform(0, 0.25)),
        nose_width=float(rng.uniform(0.98, 1.2) if male else rng.uniform(0.8, 0.98))
        * (1.1 if brief.skin in ("brown", "umber", "ebony") else 1.0),
        nose_length=float(rng.uniform(0.95, 1.25) if male else rng.uniform(0.62, 0.95)),
        lips=float(rng.uniform(0.65, 0.95) if male else rng.uniform(0.95, 1.3))
        * (1.18 if brief.skin in ("brown", "umber", "ebony") else 1.0),
        smile=brief.smile,
        eye_opening=float(rng.uniform(0.82, 1.0) if male else rng.uniform(0.98, 1.16)) * (1 - 0.12 * brief.smile),
        eye_tilt=float(rng.uniform(-0.5, 1.3)),
        asymmetry=float(rng.uniform(0.6, 1.2)),
    )


def _hair(brief: Brief, rng: np.random.Generator, age: float) -> Hair:
    gray = {"gray": 0.75, "white": 0.85}.get(brief.hair, max(0.0, 0.5 * (age - 0.4)))
    return Hair(
        style=brief.style,
        colour=_varied(rng, HAIR_COLOURS[brief.hair], 0.06),
        colour_attribute=_COLOUR_ATTRIBUTES.get(brief.hair),
        gray=float(gray),
        bangs=brief.bangs,
        parting=float(rng.uniform(0.1, 0.42) * rng.choice((-1, 1))),
        length=float(rng.uniform(0.92, 1.08)),
        wave=float(rng.uniform(0.8, 1.2)),
        volume=float(rng.uniform(0.85, 1.15)),
        brow_weight=float(rng.uniform(0.95, 1.3) if brief.male else rng.uniform(0.62, 0.88)),
        brow_arch=float(rng.uniform(0.0, 0.4) if brief.male else rng.uniform(0.3, 1.1)),
        sideburns=brief.sideburns,
        beard=brief.beard,
    )


def _skin(brief: Brief, rng: np.random.Generator, age: float) -> Skin:
    tone = _varied(rng, SKIN_TONES[brief.skin], 0.025)
    rose = np.array((0.94, 0.68, 0.66)) if brief.male else np.array((0.92, 0.58, 0.58))
    lip = np.asarray(tone) * rose
    if brief.lipstick:
        lip = np.asarray(((0.72, 0.13, 0.17), (0.62, 0.16, 0.27), (0.78, 0.27, 0.27))[int(rng.integers(3))])
        lip = lip * (0.65 + 0.4 * tone[0])
    shadow: Colour | None = None
    if brief.makeup:
        shades = ((0.42, 0.27, 0.33), (0.34, 0.26, 0.22), (0.28, 0.32, 0.38))
        base = np.asarray(shades[int(rng.integers(3))]) * 0.6 + np.asarray(tone) * 0.35
        shadow = (float(base[0]), float(base[1]), float(base[2]))
    return Skin(
        tone=tone,
        blush=float(rng.uniform(0.1, 0.4) if brief.male else rng.uniform(0.25, 0.7)),
        freckles=brief.freckles,
        age=age,
        lip_colour=(float(lip[0]), float(lip[1]), float(lip[2])),
        lipstick=brief.lipstick,
        eye_shadow=shadow,
        eye_bags=float(np.clip(rng.uniform(-0.1, 0.3) + 0.5 * age, 0, 1)),
    )


def _outfit(brief: Brief, rng: np.random.Generator) -> Outfit:
    cloths = rng.permutation(len(_CLOTHS))
    cloth = _CLOTHS[cloths[0]]
    if brief.garment is Garment.SUIT:
        cloth = ((0.15, 0.17, 0.23), (0.22, 0.22, 0.24), (0.28, 0.24, 0.21))[int(rng.integers(3))]
    vivid = ((0.55, 0.13, 0.17), (0.16, 0.30, 0.52), (0.13, 0.40, 0.36), (0.48, 0.20, 0.42), (0.70, 0.45, 0.12))
    accent = vivid[int(rng.integers(len(vivid)))]
    hat_colour: Colour = _CLOTHS[cloths[1]]
    if brief.hat is Hat.STRAW:
        hat_colour = (0.84, 0.70, 0.46)
    elif brief.hat is Hat.FEDORA:
        hat_colour = ((0.36, 0.27, 0.20), (0.27, 0.28, 0.30))[int(rng.integers(2))]
    return Outfit(
        garment=brief.garment,
        pattern=_pattern(brief.garment, rng),
        cloth=_varied(rng, cloth, 0.05),
        accent=accent,
        hat=brief.hat,
        hat_colour=hat_colour,
        glasses=brief.glasses,
        earring=brief.earring,
        necklace=brief.necklace,
        metal=_GOLD if rng.random() < 0.6 else _SILVER,
        tie=brief.tie,
    )


def _pattern(garment: Garment, rng: np.random.Generator) -> Pattern:
    usual = {
        Garment.TEE: (0.3, 0.7, 0.0),
        Garment.SHIRT: (0.35, 0.15, 0.5),
        Garment.BLOUSE: (0.5, 0.5, 0.0),
        Garment.V_NECK: (0.6, 0.4, 0.0),
    }
    kinds = (Pattern.PLAIN, Pattern.STRIPED, Pattern.CHECKED)
    return kinds[int(rng.choice(3, p=usual.get(garment, (1.0, 0.0, 0.0))))]


def _light(rng: np.random.Generator) -> Light:
    side = float(rng.choice((-1, 1)) * rng.uniform(0.3, 0.72))
    direction = np.array((side, -rng.uniform(0.3, 0.62), rng.uniform(0.62, 0.85)))
    direction /= np.linalg.norm(direction)
    warm = float(rng.uniform(-0.04, 0.08))
    fills: tuple[Colour, ...] = ((0.91, 0.96, 1.04), (1.03, 0.96, 0.92), (0.94, 0.99, 1.0), (1.01, 0.93, 0.98))
    return Light(
        direction=(float(direction[0]), float(direction[1]), float(direction[2])),
        key=(1.04 + warm, 1.0, 0.95 - warm),
        fill=fills[int(rng.integers(len(fills)))],
        backdrop=_BACKDROPS[int(rng.integers(len(_BACKDROPS)))],
    )


def _varied(rng: np.random.Generator, colour: Colour, spread: float) -> Colour:
    r, g, b = (float(np.clip(c * f, 0, 1)) for c, f in zip(colour, rng.normal(1, spread / 2, 3), strict=True))
    return r, g, b

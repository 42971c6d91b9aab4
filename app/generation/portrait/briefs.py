"""The twenty-four sitters of the demo: what is settled about each, so that together they differ in every respect."""

from __future__ import annotations

from dataclasses import dataclass

from app.generation.portrait.people import Beard, Earring, Garment, Glasses, Hairstyle, Hat, Necklace


@dataclass(frozen=True, slots=True)
class Brief:
    """What is settled about one sitter before chance decides the rest. ``yaw`` … in degrees, the rest as in Person."""

    male: bool
    years: float
    skin: str
    hair: str
    style: Hairstyle
    eyes: str
    garment: Garment
    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    smile: float = 0.35
    open_mouth: float = 0.0
    bangs: bool = False
    beard: Beard = Beard.NONE
    sideburns: bool = False
    hat: Hat = Hat.NONE
    glasses: Glasses = Glasses.NONE
    earring: Earring = Earring.NONE
    necklace: Necklace = Necklace.NONE
    tie: bool = False
    lipstick: bool = False
    makeup: bool = False
    freckles: float = 0.0
    chubby: float = 0.0


S, G, B, E, N = Hairstyle, Garment, Beard, Earring, Necklace
BRIEFS: tuple[Brief, ...] = (
    Brief(False, 27, "fair", "chestnut", S.WAVY, "green", G.V_NECK, yaw=14, pitch=2, roll=-3, smile=0.6,
          earring=E.DROP, necklace=N.PENDANT, lipstick=True, freckles=0.5),
    Brief(True, 34, "umber", "black", S.CROPPED, "dark", G.SUIT, yaw=-12, smile=0.75, open_mouth=0.55,
          beard=B.SHORT, sideburns=True, tie=True),
    Brief(False, 68, "porcelain", "white", S.BOB, "blue", G.TURTLENECK, yaw=-8, pitch=-3, smile=0.5,
          glasses=Glasses.ROUND, necklace=N.PEARLS),
    Brief(True, 45, "olive", "espresso", S.RECEDING, "brown", G.SHIRT, yaw=18, pitch=3, roll=2, smile=0.2,
          beard=B.STUBBLE, glasses=Glasses.SQUARE),
    Brief(False, 22, "ebony", "black", S.AFRO, "dark", G.STRAPS, yaw=-15, roll=4, smile=0.55, earring=E.HOOP,
          lipstick=True, makeup=True),
    Brief(True, 29, "rose", "ginger", S.SWEPT, "blue", G.TEE, yaw=6, pitch=4, smile=0.1, beard=B.FULL,
          sideburns=True, freckles=0.9),
    Brief(False, 31, "beige", "black", S.BOB, "dark", G.BLOUSE, yaw=-4, roll=-2, smile=0.3, bangs=True,
          earring=E.STUD, lipstick=True),
    Brief(True, 71, "fair", "gray", S.BALD, "gray", G.SHIRT, yaw=-20, pitch=-2, smile=0.65, beard=B.MUSTACHE,
          chubby=0.7),
    Brief(False, 24, "tan", "espresso", S.LONG, "hazel", G.TEE, yaw=10, pitch=5, smile=0.9, open_mouth=0.75,
          hat=Hat.STRAW, earring=E.STUD),
    Brief(True, 24, "bronze", "black", S.CURLY, "brown", G.HOODIE, yaw=-17, pitch=-5, roll=-4, smile=0.25),
    Brief(False, 40, "brown", "black", S.BUN, "dark", G.BLOUSE, yaw=20, pitch=1, smile=0.4, earring=E.DROP,
          necklace=N.CHAIN, makeup=True, lipstick=True),
    Brief(True, 38, "beige", "brown", S.SHORT, "hazel", G.TURTLENECK, yaw=0, smile=0.15, hat=Hat.BEANIE,
          beard=B.SHORT),
    Brief(False, 19, "porcelain", "platinum", S.LONG, "blue", G.STRAPS, yaw=-10, pitch=-4, roll=5, smile=0.2,
          bangs=True, necklace=N.CHAIN),
    Brief(True, 58, "tan", "gray", S.SWEPT, "dark", G.SUIT, yaw=11, smile=0.3, tie=True, glasses=Glasses.SQUARE),
    Brief(False, 35, "olive", "auburn", S.CURLY, "green", G.V_NECK, yaw=-21, pitch=2, smile=0.8, open_mouth=0.6,
          earring=E.HOOP),
    Brief(True, 31, "ebony", "black", S.BALD, "dark", G.TEE, yaw=8, pitch=-3, smile=0.35, beard=B.GOATEE,
          earring=E.STUD),
    Brief(False, 29, "rose", "honey", S.PONYTAIL, "gray", G.HOODIE, yaw=22, roll=-3, smile=0.55, freckles=0.7),
    Brief(True, 50, "fair", "brown", S.RECEDING, "blue", G.SUIT, yaw=-9, pitch=4, smile=0.05, hat=Hat.FEDORA,
          beard=B.MUSTACHE),
    Brief(False, 52, "bronze", "black", S.WAVY, "brown", G.BLOUSE, yaw=5, smile=0.45, glasses=Glasses.CAT_EYE,
          lipstick=True, necklace=N.PEARLS, chubby=0.8),
    Brief(True, 21, "beige", "blond", S.SHORT, "green", G.TEE, yaw=-14, pitch=1, roll=3, smile=0.7,
          open_mouth=0.5, bangs=True),
    Brief(False, 33, "fair", "auburn", S.LONG, "hazel", G.TURTLENECK, yaw=16, smile=0.3, hat=Hat.BERET,
          lipstick=True, makeup=True),
    Brief(True, 27, "brown", "black", S.SHORT, "dark", G.HOODIE, yaw=-6, pitch=-4, smile=0.45, hat=Hat.CAP,
          beard=B.STUBBLE),
    Brief(False, 44, "umber", "espresso", S.BUN, "brown", G.V_NECK, yaw=-18, pitch=3, smile=0.6, open_mouth=0.3,
          glasses=Glasses.ROUND, earring=E.HOOP),
    Brief(True, 36, "olive", "black", S.WAVY, "brown", G.SHIRT, yaw=13, roll=-2, smile=0.2, beard=B.FULL,
          glasses=Glasses.SUN),
)  # fmt: skip
del S, G, B, E, N

"""Attribute vectors of the kinds that captions must cope with, drawn from a seed."""

from __future__ import annotations

import random
from collections.abc import Callable

from app.faces.attributes import ATTRIBUTE_NAMES

Vector = dict[str, bool | None]
# Per cent of CelebA's faces, rounded.
_SHARES = dict(
    zip(
        ATTRIBUTE_NAMES,
        (
            *(11, 27, 51, 20, 2, 15, 24, 23, 24, 15, 5, 20, 14, 6, 5, 7, 6, 4, 39, 45, 42, 48, 4, 12, 83, 28, 4, 28, 8),
            *(7, 6, 48, 21, 32, 19, 5, 47, 12, 7, 77),
        ),
        strict=True,
    )
)
_OF_MEN = ("5_o_Clock_Shadow", "Goatee", "Mustache", "Sideburns", "Bald", "Wearing_Necktie")


def realistic(rng: random.Random) -> Vector:
    vector: Vector = {name: rng.random() * 100 < share for name, share in _SHARES.items()}
    for name in ("Wearing_Lipstick", "Heavy_Makeup") if vector["Male"] else _OF_MEN:
        vector[name] = vector[name] and rng.random() < 0.01
    if not vector["Male"]:
        vector["No_Beard"] = rng.random() < 0.998
    return vector


def uniform(rng: random.Random) -> Vector:
    return {name: rng.random() < 0.5 for name in ATTRIBUTE_NAMES}


def sparse(rng: random.Random) -> Vector:
    vector: Vector = dict.fromkeys(ATTRIBUTE_NAMES, False)
    vector |= {"Male": rng.random() < 0.5, "No_Beard": rng.random() < 0.8}
    return vector | dict.fromkeys(rng.sample(ATTRIBUTE_NAMES, rng.randint(0, 2)), True)


def dense(rng: random.Random) -> Vector:
    return {name: rng.random() < 0.95 for name in ATTRIBUTE_NAMES}


def partly_unknown(rng: random.Random) -> Vector:
    return {name: rng.choice((True, False, None)) for name in ATTRIBUTE_NAMES}


KINDS: dict[str, Callable[[random.Random], Vector]] = {
    "realistic": realistic, "uniform": uniform, "sparse": sparse, "dense": dense, "partly unknown": partly_unknown,
}  # fmt: skip

"""Small masks as drawings: one letter a pixel, rows on lines."""

from __future__ import annotations

import numpy as np

from app.faces.classes import CLASS_BY_NAME, bits_of
from app.faces.mask import Bits

LETTERS = {
    ".": 0,
    "s": bits_of("skin"),
    "n": bits_of("nose"),
    "e": bits_of("l_eye"),
    "b": bits_of("l_brow"),
    "r": bits_of("r_brow"),
    "h": bits_of("hair"),
    "k": bits_of("neck"),
    "S": bits_of("skin", "hair"),
    "E": bits_of("skin", "l_eye"),
    "N": bits_of("skin", "nose"),
    "K": bits_of("neck", "neck_l"),
}
SKIN, NOSE, L_BROW, R_BROW, HAIR, NECK = (
    CLASS_BY_NAME[name].id for name in ("skin", "nose", "l_brow", "r_brow", "hair", "neck")
)


def drawn(text: str) -> Bits:
    """The bits of a drawing."""
    rows = [[LETTERS[letter] for letter in row.strip()] for row in text.strip().splitlines()]
    return np.array(rows, np.uint32)


def drawing(bits: Bits) -> str:
    """The drawing of bits."""
    letter_of = {value: letter for letter, value in LETTERS.items()}
    return "\n".join("".join(letter_of.get(int(value), "?") for value in row) for row in bits)


def same(bits: Bits, text: str) -> bool:
    """Whether the bits are as drawn; pytest shows both drawings when they are not."""
    wanted = "\n".join(row.strip() for row in text.strip().splitlines())
    assert drawing(bits) == wanted
    return True

"""Hatching: a pattern of lines per class, for eyes or screens that cannot tell the colours apart.

The lines are a few screen pixels apart at any zoom and lie still on the picture while it is moved. The right side of a
pair has the left one's pattern mirrored.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from app.faces.classes import CLASS_BY_NAME
from app.faces.mask import Bits
from app.imaging.overlay import Colours

PERIOD_PX = 12
"""Every pattern repeats after so many pixels, across and down."""

_PATTERNS: Mapping[str, tuple[str, int]] = {
    "skin": ("o", 6), "nose": ("|", 6), "eye_g": ("x", 6), "l_eye": ("/", 4), "r_eye": ("\\", 4),
    "l_brow": ("/", 6), "r_brow": ("\\", 6), "l_ear": ("/", 12), "r_ear": ("\\", 12), "mouth": ("+", 6),
    "u_lip": ("-", 4), "l_lip": ("|", 4), "hair": ("|", 12), "hat": ("x", 12), "ear_r": (".", 3),
    "neck_l": ("+", 4), "neck": ("-", 6), "cloth": ("+", 12),
}  # fmt: skip
"""The strokes of each class's pattern, and how many pixels they are apart."""


def _tile() -> npt.NDArray[np.uint32]:
    """The bits of the classes with a line at each place of the period, (PERIOD_PX, PERIOD_PX)."""
    y, x = np.mgrid[:PERIOD_PX, :PERIOD_PX]
    tile = np.zeros((PERIOD_PX, PERIOD_PX), np.uint32)
    for name, (stroke, apart) in _PATTERNS.items():
        level, upright = y % apart == 0, x % apart == 0
        rising, falling = (x + y) % apart == 0, (x - y) % apart == 0
        lines = {
            "-": level, "|": upright, "+": level | upright,
            "/": rising, "\\": falling, "x": rising | falling,
            ".": level & ((x + apart * (y // apart % 2) // 2) % apart == 0),
            "o": (y % apart < 2) & ((x + apart * (y // apart % 2) // 2) % apart < 2),
        }  # fmt: skip
        tile[lines[stroke]] |= np.uint32(CLASS_BY_NAME[name].bit)
    tile.setflags(write=False)
    return tile


_TILE = _tile()


def hatched(
    bits: Bits,
    tops: Colours,
    rows: npt.NDArray[np.intp],
    columns: npt.NDArray[np.intp],
    corner: tuple[int, int],
    thickness: int = 1,
) -> npt.NDArray[np.bool_]:
    """Where the lines run in one part of a screen, (len(rows), len(columns)).

    ``rows`` and ``columns`` name the mask row and column under each screen row and column, ``tops`` is the
    ``top_table`` of what is visible; ``corner`` is the part's left and top as seen from the picture's corner,
    ``thickness`` that of a line, both in screen pixels.
    """
    top, left = int(rows[0]), int(columns[0])
    small = tops[bits[top : int(rows[-1]) + 1, left : int(columns[-1]) + 1]]
    seen = np.take(np.take(small, columns - left, axis=1), rows - top, axis=0)
    x = (np.arange(len(columns)) + corner[0]) // thickness % PERIOD_PX
    y = (np.arange(len(rows)) + corner[1]) // thickness % PERIOD_PX
    seen &= np.take(np.take(_TILE, x, axis=1), y, axis=0)
    drawn: npt.NDArray[np.bool_] = seen != 0
    return drawn

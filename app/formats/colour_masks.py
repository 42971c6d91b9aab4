"""Masks stored as colours: which palette they are in, and the index map they stand for.

Colour masks are pictures of index maps: made for looking at, then used as data, sometimes saved as JPEG. A colour gives
the *position* in its palette; which class that is remains a question of the class order, for the same palette is laid
over any of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.faces.classes import CLASSES
from app.faces.mask import IndexMap

EXACT = 0.9995
"""Share of the pixels that have a colour of the palette itself: resizing without care leaves fewer."""
NEAR = 0.90
_NEAR_ENOUGH = 60
"""Distance in RGB of a colour that JPEG bent: half of that between the two nearest colours of most palettes."""

_OFFICIAL = [c.colour for c in CLASSES]
_WHITE = (255, 255, 255)
# zllrunning/face-parsing.PyTorch test.py; written through OpenCV, which takes R for B.
_ZLLRUNNING = [
    (0, 0, 0), (255, 85, 0), (255, 170, 0), (255, 0, 85), (255, 0, 170), (0, 255, 0), (85, 255, 0), (170, 255, 0),
    (0, 255, 85), (0, 255, 170), (0, 0, 255), (85, 0, 255), (170, 0, 255), (0, 85, 255), (0, 170, 255), (255, 255, 0),
    (255, 255, 85), (255, 255, 170), (255, 0, 255),
]  # fmt: skip
Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Palette:
    """Colours (19, 3) by position, and a name for messages."""

    title: str
    colours: npt.NDArray[np.int64]

    @property
    def codes(self) -> npt.NDArray[np.int64]:
        """The colours as one number each."""
        return _codes(self.colours)


def _palettes() -> tuple[Palette, ...]:
    made = []
    for title, colours, brow in (
        ("g_color.py", _OFFICIAL, None),
        ("MaskGAN demo", _OFFICIAL, (51, 255, 255)),
        ("face-parsing.PyTorch", [colour[::-1] for colour in _ZLLRUNNING], None),
        ("face-parsing.PyTorch, red and blue exchanged", _ZLLRUNNING, None),
    ):
        table = np.array(colours, np.int64)
        if brow:
            table[7] = brow
        made.append(Palette(title, table))
        white = table.copy()
        white[0] = _WHITE
        made.append(Palette(f"{title}, white background", white))
    return tuple(made)


def _codes(colours: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    codes: npt.NDArray[np.int64] = colours[..., 0] << 16 | colours[..., 1] << 8 | colours[..., 2]
    return codes


PALETTES = _palettes()


@dataclass(frozen=True, slots=True, eq=False)
class ColourMask:
    """The positions (H, W) that colours stand for, the palette, and how many pixels had to be guessed."""

    index_map: IndexMap
    palette: Palette
    guessed: int

    def __str__(self) -> str:
        text = f"it is stored in colours ({self.palette.title})"
        if self.guessed:
            text += f", {self.guessed:,} pixels of which are only near one of them (JPEG or resizing)"
        return text


def decode_colours(picture: Pixels) -> ColourMask | None:
    """What an (H, W, 3) R G B picture of an index map stands for; None where it is a picture of anything else."""
    codes, where, counts = np.unique(_codes(picture.astype(np.int64)).ravel(), return_inverse=True, return_counts=True)
    if len(codes) > 60_000:
        return None
    pixels = int(counts.sum())
    exact = [int(counts[np.isin(codes, palette.codes)].sum()) for palette in PALETTES]
    best = int(np.argmax(exact))
    colours = np.stack([codes >> 16, codes >> 8 & 255, codes & 255], axis=1)
    if exact[best] < EXACT * pixels:
        # JPEG leaves hardly a pixel untouched: the palette that is nearest on the whole is the one.
        spread = [float((_distances(colours, palette).min(axis=1) * counts).sum()) for palette in PALETTES]
        best = int(np.argmin(spread))
    distances = _distances(colours, PALETTES[best])
    nearest = distances.min(axis=1)
    if int(counts[nearest <= _NEAR_ENOUGH].sum()) < NEAR * pixels or len(set(distances.argmin(axis=1).tolist())) < 2:
        return None
    positions = distances.argmin(axis=1).astype(np.uint8)
    index_map: IndexMap = positions[where].reshape(picture.shape[:2])
    return ColourMask(index_map, PALETTES[best], int(counts[nearest > 0].sum()))


def _distances(colours: npt.NDArray[np.int64], palette: Palette) -> npt.NDArray[np.float64]:
    off = (colours[:, None, :] - palette.colours[None, :, :]).astype(np.float64)
    distances: npt.NDArray[np.float64] = np.sqrt((off * off).sum(axis=2))
    return distances

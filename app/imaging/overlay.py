"""What a mask looks like over its photo: colour tables, and outlines at screen resolution.

Hidden classes, solo, opacity, palette and paint order are all one (2**18,) table from class set to colour, so showing
or hiding a class touches no mask pixel and costs one look-up per pixel. Colours are premultiplied 32-bit words
``0xAARRGGBB``: the layout that Qt (``ARGB32_Premultiplied``), cairo and others blend without converting.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from app.faces.classes import ALL_BITS, CLASSES, LAYER_CLASSES, OFFICIAL_PAINT_ORDER, RGB, PaintOrder
from app.faces.mask import SET_COUNT, Bits
from app.faces.palettes import NATIVE, Palette
from app.imaging.raster import Rect

Colours = npt.NDArray[np.uint32]
"""Premultiplied 0xAARRGGBB, any shape."""

BACKGROUND_DIM = 0.62
"""How dark the uncovered photo becomes while the background's eye is shut."""


@dataclass(frozen=True, slots=True)
class OverlayStyle:
    """How classes are coloured: ``visible`` is a bit set, ``opacity`` 0…1.

    ``shares`` has a factor 0…1 of the opacity for every class id, none meaning 1 for all. Without
    ``background_visible`` the photo is dimmed where no visible class is. ``alone``: the mask without the photo, so that
    everything is opaque.
    """

    visible: int = ALL_BITS
    opacity: float = 0.5
    palette: Palette = NATIVE
    background_visible: bool = True
    paint_order: PaintOrder = OFFICIAL_PAINT_ORDER
    shares: tuple[float, ...] = ()
    alone: bool = False

    def __post_init__(self) -> None:
        if len(self.shares) not in (0, len(CLASSES)):
            raise ValueError(f"{len(self.shares)} shares of the opacity for {len(CLASSES)} classes")

    def alpha(self, class_id: int) -> float:
        """How much of the photo the class's fill hides, 0…1."""
        if self.alone:
            return 1.0
        return self.opacity * self.shares[class_id] if self.shares else self.opacity


def premultiplied(colour: RGB, alpha: float) -> int:
    """The word 0xAARRGGBB of an (R, G, B) colour at ``alpha`` 0…1, channels rounded to nearest."""
    a = round(alpha * 255)
    red, green, blue = ((channel * a + 127) // 255 for channel in colour)
    return a << 24 | red << 16 | green << 8 | blue


@lru_cache(maxsize=6)
def fill_table(style: OverlayStyle) -> Colours:
    """The read-only table from class set to the fill colour of its topmost visible class."""
    return _table(style, _fills(style), _empty(style), np.uint32)


@lru_cache(maxsize=6)
def outline_table(style: OverlayStyle) -> Colours:
    """The same for outlines: stronger than the fill, since a thin line must be seen at the same setting."""
    lines = {c.id: premultiplied(style.palette.colours[c.id], style.alpha(c.id) ** 0.5) for c in LAYER_CLASSES}
    return _table(style, lines, 0, np.uint32)


SpreadTable = Colours | npt.NDArray[np.uint64]


def spread_table(style: OverlayStyle, across: int) -> SpreadTable:
    """The table for ``spread_overlay``; whoever spreads one style often keeps it, as finding it takes its time."""
    return _pair_table(style) if across == 2 else fill_table(style)


@lru_cache(maxsize=4)
def _pair_table(style: OverlayStyle) -> npt.NDArray[np.uint64]:
    """The fill colours twice per entry: one look-up gives two neighbouring pixels."""
    doubled = {class_id: colour << 32 | colour for class_id, colour in _fills(style).items()}
    return _table(style, doubled, _empty(style) << 32 | _empty(style), np.uint64)


@lru_cache(maxsize=2)
def top_table(style: OverlayStyle) -> npt.NDArray[np.uint32]:
    """The read-only table from class set to the bit of its topmost visible class."""
    return _table(style, {c.id: c.bit for c in LAYER_CLASSES}, 0, np.uint32)


def _fills(style: OverlayStyle) -> dict[int, int]:
    return {c.id: premultiplied(style.palette.colours[c.id], style.alpha(c.id)) for c in LAYER_CLASSES}


def _empty(style: OverlayStyle) -> int:
    """The colour where no visible class is."""
    if style.alone:
        return premultiplied(style.palette.colours[0], 1.0)
    return 0 if style.background_visible else premultiplied((0, 0, 0), BACKGROUND_DIM)


Word = TypeVar("Word", np.uint32, np.uint64)


def _table(style: OverlayStyle, entries: Mapping[int, int], empty: int, word: type[Word]) -> npt.NDArray[Word]:
    """The table of the entry of the topmost visible class, written from the bottom of the pile to the top.

    In id order a class's sets are one run once all lower ids are done (doubling, 0.2 ms); any other order takes strided
    writes over the whole table (1 ms).
    """
    seen = {c.id: entries[c.id] for c in LAYER_CLASSES if style.visible & c.bit}
    table = np.full(SET_COUNT, empty, word)
    in_id_order = style.paint_order == OFFICIAL_PAINT_ORDER
    for class_id in style.paint_order:
        bit = 1 << (class_id - 1)
        if in_id_order:
            table[bit : 2 * bit] = seen.get(class_id, table[:bit])
        elif class_id in seen:
            table.reshape(-1, 2, bit)[:, 1, :] = seen[class_id]
    table.setflags(write=False)
    return table


def spread_overlay(bits: Bits, table: SpreadTable, across: int, down: int) -> Colours:
    """The fill colours of ``bits`` (h, w), each pixel ``across`` × ``down`` large: a new array (h·down, w·across).

    ``table`` is the ``spread_table`` for ``across``. For a photo twice the mask's size, the usual case, this takes half
    the time of letting Qt scale the overlay.
    """
    colours: Colours = table.take(bits, mode="clip").view(np.uint32)
    if across > 2:
        colours = colours.repeat(across, axis=1)
    return colours.repeat(down, axis=0) if down > 1 else colours


def changed_region(bits: Bits, before: OverlayStyle, after: OverlayStyle) -> Rect:
    """The rectangle outside which ``bits`` (H, W) look the same in both styles; empty where nothing changes.

    Showing or hiding a class changes no pixel but its own, and most classes are small.
    """
    if replace(before, visible=after.visible) != after:
        return Rect.whole((bits.shape[0], bits.shape[1]))
    classes = np.uint32(before.visible ^ after.visible)
    rows = np.flatnonzero(np.bitwise_or.reduce(bits, axis=1) & classes)
    columns = np.flatnonzero(np.bitwise_or.reduce(bits, axis=0) & classes)
    if not len(rows):
        return Rect(0, 0, 0, 0)
    left, top = int(columns[0]), int(rows[0])
    return Rect(left, top, int(columns[-1]) + 1 - left, int(rows[-1]) + 1 - top)


def outlines(
    bits: Bits,
    table: Colours,
    rows: npt.NDArray[np.intp],
    columns: npt.NDArray[np.intp],
    width: int = 1,
    *,
    hatch: npt.NDArray[np.bool_] | None = None,
) -> Colours:
    """Outlines of what is visible, for one part of a screen: an array (len(rows) − 2·width, len(columns) − 2·width).

    ``rows`` and ``columns`` name the mask row and column under each screen row and column, with ``width`` more on every
    side, so that neighbouring parts of the screen meet without a seam. A screen pixel belongs to an outline when a
    pixel at most ``width`` away, straight up, down, left or right, has another colour; it takes its own class's
    colour, so that a border shows both neighbours and stays ``width`` screen pixels wide each at any zoom. So do the
    screen pixels that ``hatch``, of the result's shape, names.
    """
    top, left = int(rows[0]), int(columns[0])
    part = bits[top : int(rows[-1]) + 1, left : int(columns[-1]) + 1]
    small = table[part]
    wide = np.take(small, columns - left, axis=1)
    inner = slice(width, -width)
    across = np.zeros((wide.shape[0], len(columns) - 2 * width), np.bool_)
    for step in range(1, width + 1):
        across |= wide[:, inner] != wide[:, width - step : -width - step]
        across |= wide[:, inner] != wide[:, width + step : wide.shape[1] - width + step]
    inside = wide[:, inner]
    at = rows - top
    own = np.take(inside, at[inner], axis=0)
    edge = np.take(across, at[inner], axis=0)
    for step in range(1, width + 1):
        # Screen rows of one mask row are alike, so only the rows at a change of mask row are compared.
        for neighbour in (at[width - step : -width - step], at[width + step : len(at) - width + step]):
            changed = np.flatnonzero(neighbour != at[inner])
            edge[changed] |= inside[at[inner][changed]] != inside[neighbour[changed]]
    if hatch is not None:
        edge |= hatch
    own[~edge] = 0
    return own

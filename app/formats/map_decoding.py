"""From a mask file to the values of an index map, whatever it was saved as: grey, palette, three channels, colours.

What can only be shown is told apart from what can be rewritten: an index map in grey, palette or three equal channels
is edited in place, one that had to be understood by its colours is not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.faces.errors import DamagedFileError
from app.faces.mask import IndexMap
from app.formats.colour_masks import ColourMask, decode_colours
from app.formats.pictures import read_picture
from app.formats.png import GREY_ALPHA, PALETTE, RGB, RGBA, SIGNATURE, Png, read_png
from app.formats.png_pixels import read_samples

_CLASSES = 19
_SOFT_SHARE = 0.25
_SOFT_ROWS = 4
"""Every fourth row is looked at for soft borders."""


@dataclass(frozen=True, slots=True, eq=False)
class DecodedMap:
    """The values (H, W), why the file must not be rewritten, and what is odd about the values."""

    values: IndexMap
    locked: str | None = None
    notice: str | None = None


def decode_map(data: bytes) -> DecodedMap:
    """The index map in a file's bytes. Raises DamagedFileError or UnsafeFileError; messages do not name the file."""
    if not data.startswith(SIGNATURE):
        return _decode_jpeg(data)
    png = read_png(data)
    try:
        values, locked = read_index_map(png)
    except _ColoursError:
        mask = decode_colours(read_samples(png)[..., :3])
        if mask is None:
            raise
        return _coloured(mask)
    if png.kind.colour_type == PALETTE and int(values.max()) >= _CLASSES and (mask := _by_palette(png, values)):
        return _coloured(mask)
    return DecodedMap(values, locked, _soft(values))


class _ColoursError(DamagedFileError):
    """The channels of the file differ."""


def read_index_map(png: Png) -> tuple[IndexMap, str | None]:
    """The values (H, W) of an index map in L, P or RGB with equal channels, and why it must not be rewritten."""
    if png.kind.depth in (2, 4, 16):
        raise DamagedFileError(f"it is {png.kind}; index maps have 8 bits")
    samples = read_samples(png)
    values: IndexMap = np.ascontiguousarray(samples[..., 0])
    if png.kind.colour_type == GREY_ALPHA:
        return values, png.locked or "it has an alpha channel"
    if png.kind.colour_type in (RGB, RGBA):
        if not all(np.array_equal(values, samples[..., channel]) for channel in (1, 2)):
            raise _ColoursError("it is a picture in colours, not an index map; convert it first")
        if png.kind.colour_type == RGBA:
            return values, png.locked or "it has an alpha channel"
    return values, png.locked


def _decode_jpeg(data: bytes) -> DecodedMap:
    picture, _ = read_picture(data)
    mask = decode_colours(picture)
    if mask is None:
        raise DamagedFileError(
            "it is a JPEG, which does not keep the values of an index map; find the PNG it was made of"
        )
    return _coloured(mask)


def _by_palette(png: Png, values: IndexMap) -> ColourMask | None:
    """A palette file whose indexes were handed out by a program: its colours tell."""
    table = np.zeros((256, 3), np.uint8)
    palette = np.frombuffer(png.chunk(b"PLTE") or b"", np.uint8).reshape(-1, 3)
    table[: len(palette)] = palette
    return decode_colours(table[values])


def _coloured(mask: ColourMask) -> DecodedMap:
    return DecodedMap(mask.index_map, f"{mask}; make a working copy or export index masks to edit it")


def _soft(values: IndexMap) -> str | None:
    """A notice where borders have the values between those on either side, as a resize with smoothing leaves them."""
    rows = values[::_SOFT_ROWS].astype(np.int16)
    if rows.shape[1] < 4:
        return None
    left, middle, right = rows[:, :-2], rows[:, 1:-1], rows[:, 2:]
    borders = np.abs(left - right) > 1
    between = borders & (np.minimum(left, right) < middle) & (middle < np.maximum(left, right))
    count, all_borders = int(between.sum()), int(borders.sum())
    if count < 8 or count < _SOFT_SHARE * all_borders:
        return None
    return (
        f"its borders are smoothed: about {_SOFT_ROWS * count:,} pixels have values between those of their neighbours"
        " and count as classes that are not there; resize masks without smoothing (nearest)"
    )

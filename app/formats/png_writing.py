"""New PNG files of masks, many a second.

Index maps are written as the differences between rows, black and white and coloured masks as they are; hardly packed,
both are as small as what OpenCV writes and take a quarter of its time or less. The kind is always stated by the caller,
because it is data: ``convert('L')`` of a palette file gives grey values, and ``convert('P') == 225`` is true for 8-bit
RGB white alone.
"""

from __future__ import annotations

import struct

import numpy as np
import numpy.typing as npt

from app.faces.mask import Binary, IndexMap
from app.formats.png import GREY, PALETTE, RGB, SIGNATURE, chunk
from app.imaging.cv import cv2
from app.imaging.inflate import deflate

Colours = npt.NDArray[np.uint8]
"""(N, 3) uint8, R G B: the colour of value 0 … N - 1."""

Plane = npt.NDArray[np.uint8]

_NONE, _UP = 0, 2
_BYTE = 1 << 8


def grey_png(values: IndexMap) -> bytes:
    """An 8-bit grey file (Pillow: mode L) of (H, W) values."""
    return _file(GREY, values.shape, _differences(values), _UP)


def palette_png(values: IndexMap, colours: Colours) -> bytes:
    """An 8-bit palette file (mode P) of (H, W) values below ``len(colours)``, at most 256."""
    palette = chunk(b"PLTE", np.ascontiguousarray(colours, np.uint8).tobytes())
    return _file(PALETTE, values.shape, _differences(values), _UP, palette)


def binary_png(covered: Binary) -> bytes:
    """An 8-bit RGB file with white where (H, W) is true and black elsewhere: the kind of the released class files."""
    plane = covered.astype(np.uint8) * np.uint8(255)
    return _file(RGB, covered.shape, cv2.merge([plane] * 3).reshape(len(plane), -1).astype(np.uint8, copy=False), _NONE)


def coloured_png(values: IndexMap, colours: Colours) -> bytes:
    """An 8-bit RGB file that shows (H, W) values in their colours."""
    table = np.zeros((1, _BYTE, 3), np.uint8)
    table[0, : len(colours)] = colours
    picture = cv2.LUT(cv2.merge([values] * 3), table).astype(np.uint8, copy=False)
    return _file(RGB, values.shape, picture.reshape(len(values), -1), _NONE)


def _differences(plane: Plane) -> Plane:
    changes = np.empty_like(plane, order="C")
    changes[0] = plane[0]
    np.subtract(plane[1:], plane[:-1], out=changes[1:])
    return changes


def _file(colour_type: int, shape: tuple[int, ...], content: Plane, row_filter: int, palette: bytes = b"") -> bytes:
    rows = np.empty((len(content), 1 + content.shape[1]), np.uint8)
    rows[:, 0] = row_filter
    rows[:, 1:] = content
    header = struct.pack(">IIBBBBB", shape[1], shape[0], 8, colour_type, 0, 0, 0)
    stream = deflate(rows.data.cast("B"))
    return b"".join([SIGNATURE, chunk(b"IHDR", header), palette, chunk(b"IDAT", stream), chunk(b"IEND", b"")])

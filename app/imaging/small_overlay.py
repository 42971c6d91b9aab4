"""A mask at the size of a thumbnail: the colours of ``overlay``, for far fewer pixels than the mask has."""

from __future__ import annotations

import numpy as np

from app.faces.mask import Bits
from app.imaging.cv import cv2
from app.imaging.overlay import Colours, OverlayStyle, fill_table, outline_table, outlines


def small_fill(bits: Bits, style: OverlayStyle) -> Colours:
    """The fill colours of (2·h, 2·w) bits at (h, w): each the mean of four, so that edges are smooth."""
    colours = fill_table(style).take(bits, mode="clip")
    height, width = colours.shape
    # Premultiplied colours may be averaged channel by channel.
    small = cv2.resize(
        colours.view(np.uint8).reshape(height, width, 4), (width // 2, height // 2), interpolation=cv2.INTER_AREA
    )
    return np.ascontiguousarray(small).view(np.uint32).reshape(height // 2, width // 2)


def small_outlines(bits: Bits, style: OverlayStyle, width: int) -> Colours:
    """Outlines of (h, w) bits, ``width`` pixels to each side of a border: an array (h, w)."""
    rows, columns = (np.arange(-width, size + width).clip(0, size - 1) for size in bits.shape)
    return outlines(bits, outline_table(style), rows, columns, width)

"""The photo's values as a restriction: only pixels whose lightness, colour or likeness to skin lies in a range.

The channels are those that tell the parts of a face from each other. All run from 0 to 255; L, a and b are OpenCV's
8-bit CIE Lab (L · 255 / 100, a + 128, b + 128).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
import numpy.typing as npt

from app.faces.sample import Photo
from app.imaging.cv import cv2
from app.imaging.footprint import Coverage

Channel8 = npt.NDArray[np.uint8]

_SKIN_CR, _SKIN_CB = 150.0, 108.0
_SKIN_WIDTH = 14.0
"""Skin of any tone gathers around one chroma: the centre and width of the box 133 ≤ Cr ≤ 173, 77 ≤ Cb ≤ 127 that
Chai & Ngan (1999, doi 10.1109/76.767122) measured."""


class Channel(Enum):
    """What of the photo is looked at."""

    LIGHTNESS = "lightness"
    GREEN_RED = "green to red"
    BLUE_YELLOW = "blue to yellow"
    RED = "red"
    GREEN = "green"
    BLUE = "blue"
    SKIN = "likeness to skin"


@dataclass(frozen=True, slots=True)
class PhotoRange:
    """Values ``low`` … ``high`` (0…255, both included) of a channel; ``inverted``: those outside of them."""

    channel: Channel = Channel.LIGHTNESS
    low: int = 0
    high: int = 255
    inverted: bool = False


def channel_of(rgb: Photo, channel: Channel) -> Channel8:
    """One channel (H, W) uint8 of a photo (H, W, 3) uint8 R G B."""
    if channel in (Channel.RED, Channel.GREEN, Channel.BLUE):
        plane: Channel8 = rgb[..., (Channel.RED, Channel.GREEN, Channel.BLUE).index(channel)]
    elif channel is Channel.SKIN:
        chroma = cv2.cvtColor(rgb, cv2.COLOR_RGB2YCrCb)[..., 1:].astype(np.float32)
        distance = ((chroma - (_SKIN_CR, _SKIN_CB)) ** 2).sum(axis=2)
        plane = np.rint(255 * np.exp(-distance / (2 * _SKIN_WIDTH**2))).astype(np.uint8)
    else:
        at = (Channel.LIGHTNESS, Channel.GREEN_RED, Channel.BLUE_YELLOW).index(channel)
        plane = cv2.cvtColor(rgb, cv2.COLOR_RGB2Lab)[..., at].astype(np.uint8, copy=False)
    return plane


def in_range(rgb: Photo, photo_range: PhotoRange) -> Coverage:
    """(H, W) bool: the pixels of a photo (H, W, 3) uint8 R G B whose value is in the range."""
    plane = channel_of(rgb, photo_range.channel)
    inside: Coverage = (plane >= photo_range.low) & (plane <= photo_range.high)
    return ~inside if photo_range.inverted else inside

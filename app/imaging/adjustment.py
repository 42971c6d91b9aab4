"""How a photo is shown: brighter, with more contrast, or one of its channels. The photo itself stays as it is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from app.imaging.cv import cv2
from app.imaging.intensity import Channel, channel_of

BGRA = npt.NDArray[np.uint8]
"""(H, W, 4), 8-bit B G R A: the bytes of 0xAARRGGBB words on the machines we run on."""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """``brightness`` and ``contrast`` −1…1, 0 changing nothing; ``gamma`` above 1 lifts the shadows.

    ``channel`` is taken first and shown in grey; None is the photo in its colours. Values v 0…1 become
    (v − ½)·c + ½ + brightness, where c goes from 0 (all the same) over 1 to 5, and then that to the power of 1 / gamma.
    """

    brightness: float = 0.0
    contrast: float = 0.0
    gamma: float = 1.0
    channel: Channel | None = None

    @property
    def is_neutral(self) -> bool:
        """Whether the photo is shown as it is."""
        return self == NEUTRAL


NEUTRAL = Adjustment()


@lru_cache(maxsize=4)
def curve(adjustment: Adjustment) -> npt.NDArray[np.uint8]:
    """What each of the 256 values of a channel becomes."""
    contrast = adjustment.contrast
    steepness = 1 + contrast if contrast < 0 else 1 + 4 * contrast
    value = (np.arange(256) / 255 - 0.5) * steepness + 0.5 + adjustment.brightness
    shown: npt.NDArray[np.uint8] = np.rint(255 * value.clip(0, 1) ** (1 / adjustment.gamma)).astype(np.uint8)
    shown.setflags(write=False)
    return shown


def adjusted(photo: BGRA, adjustment: Adjustment) -> BGRA:
    """A new array: the photo as the adjustment shows it, opaque."""
    table = curve(adjustment)
    if adjustment.channel is None:
        tables = np.stack([table, table, table, np.full(256, 255, np.uint8)], axis=-1)[None]
        return np.asarray(cv2.LUT(photo, tables), np.uint8)
    rgb = np.asarray(cv2.cvtColor(photo, cv2.COLOR_BGRA2RGB), np.uint8)
    grey = cv2.LUT(np.ascontiguousarray(channel_of(rgb, adjustment.channel)), table)
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2BGRA), np.uint8)

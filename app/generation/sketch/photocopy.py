"""The photocopy filter: what is darker than its surroundings becomes toner, all else runs to paper.

Photoshop's filter of this name was the first stage of the released sketches; how it works was never published. This one
behaves like the filter of GIMP and GEGL, whose behaviour was described from the source and re-implemented:

    a, b = the luminance, blurred a little (sharpness) and a lot (mask radius);  d = a / b;  T = 0.75
    d < T: toner, a · (1 − min(1, (T − d) / down));  d ≥ T: paper, m + a − m·a with m = min(1, (d − T) / up)

``down`` and ``up`` are ramps by the shares ``black`` and ``white`` of all pixels. GIMP takes both from the histogram.
GEGL 0.4 fills only the lower half of it, a slip of porting: there ``black`` does nothing except at 0. Against Debian's
gegl 0.4.42 the arithmetic on its own two blurs is the same to the last digit, and the whole filter, with the recursive
blur it uses, differs by less than 0.1/255 away from the border (reference measurements, fourteen faces).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
import numpy.typing as npt

from app.faces.sample import Photo
from app.generation.sketch.drawing import Drawing
from app.imaging.cv import cv2

Field = npt.NDArray[np.float32]

THRESHOLD = 0.75
_BINS_PER_UNIT = 1000
_LUMINANCE = np.array([0.22248840, 0.71690369, 0.06060791], np.float32)
"""R, G, B of sRGB adapted to D50, as babl has them."""
_LARGEST_RATIO = 2.0


class Ramps(Enum):
    """Whose arithmetic it is."""

    GIMP = "gimp"
    GEGL = "gegl"


@dataclass(frozen=True, slots=True)
class PhotocopyOptions:
    """``mask_radius_px`` 0…50 is what counts as surroundings, in pixels of the photo; the others go from 0 to 1."""

    mask_radius_px: float = 8.0
    sharpness: float = 0.8
    black: float = 0.2
    white: float = 0.2
    ramps: Ramps = Ramps.GIMP


GIMP_DEFAULTS = PhotocopyOptions()
GEGL_DEFAULTS = PhotocopyOptions(10.0, 0.5, 0.2, 0.2, Ramps.GEGL)


def photocopy(photo: Photo, options: PhotocopyOptions = GIMP_DEFAULTS) -> Drawing:
    """The photo (H, W, 3), or a grey picture (H, W), as a copier would give it: (H, W) grey."""
    is_gegl = options.ramps is Ramps.GEGL
    light = _linear_light(photo) if is_gegl else _grey(photo)
    blur = _recursive_blur if is_gegl else _gaussian_blur
    fine = blur(light, _sigma(max(1.0, 10 * (1 - options.sharpness))))
    coarse = blur(light, _sigma(abs(options.mask_radius_px)))
    copied = copied_from(fine, coarse, options)
    coded = _gamma_coded(copied) if is_gegl else np.clip(copied, 0, 1)
    sketch: Drawing = np.rint(coded * 255).astype(np.uint8)
    return sketch


def copied_from(fine: Field, coarse: Field, options: PhotocopyOptions) -> Field:
    """The filter's arithmetic on its two blurs (H, W), 0…1."""
    ratio: Field = np.asarray(fine / np.maximum(coarse, 1e-6), np.float32)
    down, up = _ramps(ratio, options)
    with np.errstate(divide="ignore", invalid="ignore"):
        toner = fine * (down - np.minimum(down, THRESHOLD - ratio)) / down if down else np.zeros_like(fine)
        white = np.minimum(up, ratio - THRESHOLD) / up if up else np.ones_like(fine)
    result: Field = np.where(ratio < THRESHOLD, toner, white + fine - white * fine)
    if options.ramps is Ramps.GIMP:
        result = np.where(coarse > 2 / 255, result, np.float32(0))
    return result


def _ramps(ratio: Field, options: PhotocopyOptions) -> tuple[float, float]:
    """How far below and above the threshold it takes to full toner and to full paper."""
    under = ratio[(ratio >= 0) & (ratio < THRESHOLD)]
    over = ratio[(ratio >= THRESHOLD) & (ratio < _LARGEST_RATIO)]
    if options.ramps is Ramps.GEGL:
        down = 0.0 if options.black == 0 or not under.size else 1.0
        if options.white == 0 or not under.size:
            return down, 1.0
        return down, THRESHOLD - _quantile(under, options.white, THRESHOLD)
    down = 1.0 if options.black == 0 or not under.size else THRESHOLD - _quantile(under, options.black, THRESHOLD)
    up = 0.0 if options.white == 1 or not over.size else _quantile(over, 1 - options.white, THRESHOLD + 1) - THRESHOLD
    return down, up


def _quantile(values: Field, share: float, otherwise: float) -> float:
    """The first bin of a thousandth by which more than ``share`` of the values are counted."""
    counts = np.bincount((values * _BINS_PER_UNIT).astype(np.int64), minlength=1)
    beyond = np.flatnonzero(np.cumsum(counts) > share * values.size)
    return float(beyond[0]) / _BINS_PER_UNIT if beyond.size else otherwise


def _sigma(radius_px: float) -> float:
    """The blur whose edge, ``radius_px`` + 1 away, weighs a 255th of its middle."""
    return (radius_px + 1) / float(np.sqrt(2 * np.log(255)))


def _grey(photo: Photo) -> Field:
    grey = photo if photo.ndim == 2 else cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY)
    return grey.astype(np.float32) / np.float32(255)


def _linear_light(photo: Photo) -> Field:
    coded = np.arange(256, dtype=np.float64) / 255
    table = np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4).astype(np.float32)
    light: Field = table[photo]
    return light if photo.ndim == 2 else light @ _LUMINANCE


def _gamma_coded(light: Field) -> Field:
    light = np.clip(light, 0, 1)
    coded: Field = np.where(light <= 0.0031308, light * 12.92, 1.055 * np.power(light, 1 / 2.4) - 0.055)
    return coded


def _gaussian_blur(light: Field, sigma_px: float) -> Field:
    side = 2 * int(np.ceil(4 * sigma_px)) + 1
    return np.asarray(cv2.GaussianBlur(light, (side, side), sigma_px, borderType=cv2.BORDER_REPLICATE), np.float32)


def _recursive_blur(light: Field, sigma_px: float) -> Field:
    """Young and van Vliet's recursion of 1995, which GEGL uses: no true Gaussian, it spreads 6 to 10 % wider."""
    reach = int(np.ceil(6 * sigma_px))
    padded = np.pad(light, reach, mode="edge").astype(np.float64)
    for _ in range(2):
        _recursion(padded, sigma_px)
        _recursion(padded[::-1], sigma_px)
        padded = np.ascontiguousarray(padded.T)
    return padded[reach:-reach, reach:-reach].astype(np.float32)


def _recursion(rows: npt.NDArray[np.float64], sigma_px: float) -> None:
    """Forth over the rows, in place."""
    q = 0.98711 * sigma_px - 0.96330 if sigma_px >= 2.5 else 3.97156 - 4.14554 * np.sqrt(1 - 0.26891 * sigma_px)
    b0 = 1.57825 + 2.44413 * q + 1.4281 * q**2 + 0.422205 * q**3
    b1 = (2.44413 * q + 2.85619 * q**2 + 1.26661 * q**3) / b0
    b2 = -(1.4281 * q**2 + 1.26661 * q**3) / b0
    b3 = 0.422205 * q**3 / b0
    rows[3:] *= 1 - (b1 + b2 + b3)
    for at in range(3, len(rows)):
        rows[at] += b1 * rows[at - 1] + b2 * rows[at - 2] + b3 * rows[at - 3]

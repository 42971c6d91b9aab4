"""Where a photo has lines: how strongly each pixel looks like a part of one, and which pixels are on its crest.

Real sketches of the released dataset run along steps of grey, on neither side of them (measured on two pairs: the
offset to the steepest place has the median 0). So a line's strength begins as the gradient across it, averaged along
it. What stands out from its surroundings is drawn rather than what is one of many, and light places rather than dark
ones: the two factors that do that, as all numbers here, were fitted on twenty of 39 real pairs and measured on the
others (``tests/benchmarks/measure_sketches.py``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.imaging.cv import cv2

Field = npt.NDArray[np.float32]
Plane = npt.NDArray[np.uint8]

TENSOR_PX = 2.5
"""The neighbourhood (σ) that decides which way a line runs."""

FLOW_STEPS_PX = (1.0, 2.0, 4.0)
"""Averaging along the flow, three points at a time: together about a Gaussian with σ = 3 px that follows the curve."""

NEAR_PX, FAR_PX = 3, 8
"""Half the side of the two boxes whose means, each taken twice, say how a place stands out."""

LIGHTNESS = 0.8
"""How much stronger lines count in white surroundings than in black ones, as the exponent of e."""

FLOOR = 0.002
"""Gradients below this are noise."""


@dataclass(frozen=True, slots=True, eq=False)
class Ridges:
    """``strength`` (H, W) in grey per pixel (black to white is 1), and ``crest`` (H, W) 0/1: the thin lines of it."""

    strength: Field
    crest: Plane


def ridges(grey: Field, *, smoothing_px: float, gain: Field | None = None) -> Ridges:
    """The lines of a picture (H, W) with values 0…1; ``gain`` (H, W) multiplies their strength where it is given."""
    smooth = blurred(grey, smoothing_px)
    across_x, across_y, steep = _across(smooth)
    grid_x, grid_y = _grid(grey.shape[0], grey.shape[1])
    for step in FLOW_STEPS_PX:
        x, y = -across_y * step, across_x * step
        steep = 0.5 * steep + 0.25 * (_sampled(steep, grid_x + x, grid_y + y) + _sampled(steep, grid_x - x, grid_y - y))
    crest = steep >= _sampled(steep, grid_x + across_x, grid_y + across_y)
    crest &= steep > _sampled(steep, grid_x - across_x, grid_y - across_y)
    strength = steep * _prominence(steep) * np.exp(LIGHTNESS * (cv2.blur(smooth, (33, 33)) - 0.5))
    if gain is not None:
        strength = strength * gain
    return Ridges(strength.astype(np.float32, copy=False), crest.view(np.uint8))


def blurred(picture: Field, sigma_px: float) -> Field:
    """A Gaussian blur out to three σ, mirrored at the border; the picture itself for σ = 0."""
    if sigma_px <= 0:
        return picture
    side = 2 * int(np.ceil(3 * sigma_px)) + 1
    return np.asarray(cv2.GaussianBlur(picture, (side, side), sigma_px, borderType=cv2.BORDER_REFLECT_101), np.float32)


def _across(smooth: Field) -> tuple[Field, Field, Field]:
    """The unit vector (x, y) across the lines at each pixel, and the size of the gradient along it."""
    dx = np.asarray(cv2.Scharr(smooth, cv2.CV_32F, 1, 0, scale=1 / 32), np.float32)
    dy = np.asarray(cv2.Scharr(smooth, cv2.CV_32F, 0, 1, scale=1 / 32), np.float32)
    xx, xy, yy = (blurred(product, TENSOR_PX) for product in (dx * dx, dx * dy, dy * dy))
    angle = 0.5 * cv2.phase(xx - yy, 2 * xy)
    x, y = cv2.polarToCart(np.ones_like(angle), angle)
    return np.asarray(x, np.float32), np.asarray(y, np.float32), np.asarray(np.abs(dx * x + dy * y), np.float32)


def _prominence(steep: Field) -> Field:
    """How a place stands out from its surroundings: 1 where it does not."""
    near, far = (cv2.blur(cv2.blur(steep, (2 * k + 1,) * 2), (2 * k + 1,) * 2) + FLOOR for k in (NEAR_PX, FAR_PX))
    ratio: Field = near / far
    return ratio


def _sampled(picture: Field, x: Field, y: Field) -> Field:
    return np.asarray(cv2.remap(picture, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101), np.float32)


def _grid(height: int, width: int) -> tuple[Field, Field]:
    """The coordinates of every pixel, x and y."""
    x = np.broadcast_to(np.arange(width, dtype=np.float32), (height, width))
    y = np.broadcast_to(np.arange(height, dtype=np.float32)[:, None], (height, width))
    return x, y

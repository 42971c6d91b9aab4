"""Paper to paint on: soft anti-aliased shapes given in the units of the thing painted, not in pixels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from app.imaging.cv import cv2

Floats = npt.NDArray[Any]
"""Points, colours and pictures as floats: float32 where they are large, whatever NumPy makes of them elsewhere."""
Colour = tuple[float, float, float]
"""R, G, B in 0…1, as the eye sees them (gamma coded)."""

_SUBPIXEL_BITS = 4


def spline(points: npt.ArrayLike, *, closed: bool = False, per_segment: int = 12) -> Floats:
    """A Catmull–Rom curve through ``points`` (n, d): (about n × per_segment, d)."""
    p = np.asarray(points, np.float32)
    count = len(p)
    segments = count if closed else count - 1
    steps = np.arange(segments * per_segment + (not closed)) / per_segment
    at = np.minimum(steps.astype(int), segments - 1)
    f = (steps - at)[:, None].astype(np.float32)

    def neighbour(offset: int) -> Floats:
        index = (at + offset) % count if closed else np.clip(at + offset, 0, count - 1)
        points: Floats = p[index]
        return points

    a, b, c, d = (neighbour(k) for k in (-1, 0, 1, 2))
    curve: Floats = 0.5 * (2 * b + (c - a) * f + (2 * a - 5 * b + 4 * c - d) * f**2 + (3 * b - a - 3 * c + d) * f**3)
    return curve


def ellipse(centre: tuple[float, float], radii: tuple[float, float], *, turned: float = 0.0, count: int = 40) -> Floats:
    """The outline (count, 2) of an ellipse, ``turned`` in radians."""
    t = np.linspace(0, 2 * np.pi, count, endpoint=False)
    x, y = radii[0] * np.cos(t), radii[1] * np.sin(t)
    c, s = np.cos(turned), np.sin(turned)
    return np.stack([centre[0] + x * c - y * s, centre[1] + x * s + y * c], axis=1).astype(np.float32)


def smoothstep(low: float, high: float, value: Floats) -> Floats:
    """0 below ``low``, 1 above ``high``, smooth between."""
    t = np.clip((value - low) / (high - low), 0, 1)
    result: Floats = (t * t * (3 - 2 * t)).astype(np.float32)
    return result


def blurred(image: Floats, sigma: float) -> Floats:
    """Gaussian blur; a wide one is computed on a smaller picture, which nobody can tell."""
    factor = int(min(8, max(1, sigma // 3)))
    if factor == 1:
        return cv2.GaussianBlur(image, (0, 0), sigma)
    height, width = image.shape[:2]
    small = cv2.resize(image, (max(2, width // factor), max(2, height // factor)), interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), sigma / factor)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)


def noise(rng: np.random.Generator, shape: tuple[int, int], grain: float) -> Floats:
    """Smooth noise (H, W) of about unit variance whose blobs are ``grain`` pixels wide (a pair gives (x, y))."""
    height, width = shape
    rows, columns = max(2, round(height / grain)), max(2, round(width / grain))
    coarse = rng.standard_normal((rows, columns), dtype=np.float32)
    return cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)


@dataclass(slots=True, eq=False)
class Sheet:
    """An RGB float picture (H, W, 3) painted with shapes whose points ``to_pixels`` maps from (n, 2) to pixels."""

    image: Floats
    to_pixels: Callable[[Floats], Floats]
    pixels_per_unit: float

    @property
    def shape(self) -> tuple[int, int]:
        """(H, W)."""
        return self.image.shape[0], self.image.shape[1]

    def area(self, outline: Floats, *, blur: float = 0.0) -> tuple[tuple[slice, slice], Floats] | None:
        """The window an outline touches and its coverage 0…1 there; ``blur`` in units. None if off the sheet."""
        return covered(self.to_pixels(outline), self.shape, blur * self.pixels_per_unit)

    def fill(
        self, outline: Floats, colour: Colour | Floats | float, *, strength: float = 1.0, blur: float = 0.0
    ) -> None:
        """Paint the outline's inside."""
        found = self.area(outline, blur=blur)
        if found is not None:
            window, alpha = found
            blend(self.image, window, colour, alpha * strength)

    def shade(self, outline: Floats, factor: Colour, *, strength: float = 1.0, blur: float = 0.0) -> None:
        """Multiply the outline's inside by ``factor`` (below 1 darkens, above 1 lightens)."""
        found = self.area(outline, blur=blur)
        if found is not None:
            window, alpha = found
            tint = 1 + (np.asarray(factor, np.float32) - 1) * (alpha * strength)[..., None]
            self.image[window] *= tint

    def line(
        self, curve: Floats, colour: Colour, *, width: float | Floats, strength: float = 1.0, blur: float = 0.0
    ) -> None:
        """Paint a stroke along an open curve; ``width`` in units, one for all or one per point."""
        self.fill(ribbon(curve, width), colour, strength=strength, blur=blur)


def ribbon(curve: Floats, width: float | Floats) -> Floats:
    """The outline of a stroke of the given width (in the curve's units) along an open curve (n, 2)."""
    tangent = np.gradient(curve, axis=0)
    length = np.maximum(np.linalg.norm(tangent, axis=1, keepdims=True), 1e-9)
    normal = np.stack([-tangent[:, 1], tangent[:, 0]], axis=1) / length
    half = np.broadcast_to(np.asarray(width, np.float32) / 2, len(curve))[:, None]
    outline: Floats = np.concatenate([curve + normal * half, (curve - normal * half)[::-1]]).astype(np.float32)
    return outline


def covered(pixels: Floats, shape: tuple[int, int], blur_px: float = 0.0) -> tuple[tuple[slice, slice], Floats] | None:
    """The window that a polygon in pixels touches, and its anti-aliased coverage there (float 0…1)."""
    margin = int(3 * blur_px) + 3
    low = np.floor(pixels.min(axis=0)).astype(int) - margin
    high = np.ceil(pixels.max(axis=0)).astype(int) + margin
    x0, y0 = max(int(low[0]), 0), max(int(low[1]), 0)
    x1, y1 = min(int(high[0]), shape[1]), min(int(high[1]), shape[0])
    if x1 <= x0 or y1 <= y0:
        return None
    mask = np.zeros((y1 - y0, x1 - x0), np.uint8)
    points = np.round((pixels - (x0, y0)) * (1 << _SUBPIXEL_BITS)).astype(np.int32)
    cv2.fillPoly(mask, [points.reshape(-1, 1, 2)], 255, cv2.LINE_AA, _SUBPIXEL_BITS)
    alpha = mask.astype(np.float32) * (1 / 255)
    if blur_px > 0.3:
        alpha = blurred(alpha, blur_px)
    return (slice(y0, y1), slice(x0, x1)), alpha


def blend(image: Floats, window: tuple[slice, slice], colour: Colour | Floats | float, alpha: Floats) -> None:
    """Lay a colour (or a picture of the window's size) over a window of the image."""
    part = image[window]
    part += (np.asarray(colour, np.float32) - part) * (alpha[..., None] if image.ndim == 3 else alpha)


def coverage(pixels: Floats, shape: tuple[int, int], blur_px: float = 0.0) -> Floats:
    """A polygon's coverage on a whole picture (H, W), 0…1."""
    full = np.zeros(shape, np.float32)
    found = covered(pixels, shape, blur_px)
    if found is not None:
        full[found[0]] = found[1]
    return full

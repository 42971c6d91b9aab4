"""The safe palette keeps the classes apart for colour-blind eyes better than the native one."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from app.faces.classes import LAYER_CLASSES

# Viénot, Brettel & Mollon 1999: dichromat simulation in linear RGB (protanopia, deuteranopia).
DICHROMATS = {
    "normal": np.eye(3),
    "protanopia": np.array([[0.11238, 0.88762, 0.0], [0.11238, 0.88762, 0.0], [0.00401, -0.00401, 1.0]]),
    "deuteranopia": np.array([[0.29275, 0.70725, 0.0], [0.29275, 0.70725, 0.0], [-0.02234, 0.02234, 1.0]]),
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def lab(colour: tuple[int, int, int], vision: str) -> np.ndarray:
    srgb = np.array(colour) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    xyz = TO_XYZ @ np.clip(DICHROMATS[vision] @ linear, 0, 1) / np.array([0.9505, 1.0, 1.089])
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def closest_pair(palette: str, vision: str) -> float:
    seen = [lab(getattr(c, palette), vision) for c in LAYER_CLASSES]
    return min(float(np.linalg.norm(a - b)) for a, b in itertools.combinations(seen, 2))


@pytest.mark.parametrize("vision", DICHROMATS)
def test_no_two_safe_colours_look_alike(vision: str) -> None:
    assert closest_pair("safe_colour", vision) >= 18
    assert closest_pair("colour", vision) < 18

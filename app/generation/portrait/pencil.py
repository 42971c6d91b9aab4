"""A pencil drawing of the same person: contours of the shapes, lines where tones break, a little hatching."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from app.generation.portrait.sheet import Floats, blurred, noise, smoothstep
from app.imaging.cv import cv2

_OUTLINED = ("skin", "hair", "hat", "cloth", "neck", "l_ear", "r_ear", "eye_g", "ear_r", "neck_l", "u_lip", "l_lip",
             "mouth", "l_eye", "r_eye")  # fmt: skip
_HATCHED = ("hair", "hat", "cloth", "l_brow", "r_brow")


def draw_sketch(photo: Floats, layers: dict[str, Floats], rng: np.random.Generator, size: int) -> npt.NDArray[np.uint8]:
    """Dark lines on light paper, (size, size) grey, from the painted picture and the coverage of its classes."""

    def small(picture: Floats) -> Floats:
        return cv2.resize(picture, (size, size), interpolation=cv2.INTER_AREA)

    grey = small(cv2.cvtColor(photo.astype(np.float32), cv2.COLOR_RGB2GRAY))
    shapes = {name: small(layer) for name, layer in layers.items()}
    person = np.maximum.reduce(list(shapes.values()))
    contours = np.maximum.reduce([_contour(shapes[name]) for name in _OUTLINED if name in shapes])
    contours = np.maximum(contours, _nose_line(shapes["nose"]))
    pressure = np.clip(0.72 + 0.3 * noise(rng, (size, size), 20), 0.3, 1)
    lines = np.maximum(contours * pressure, _tone_lines(grey) * blurred(person, 2))
    shade = np.zeros_like(grey)
    for name in _HATCHED:
        if name in shapes:
            shade = np.maximum(shade, shapes[name] * smoothstep(0.62, 0.1, blurred(grey, 2.5)))
    skin = shapes["skin"] > 0.5
    flesh = np.maximum(shapes["skin"], shapes["neck"]) * (1 - shade)
    # Shadows on skin are judged against its own tone: a dark face is not a face in the dark.
    relative = blurred(grey, 3) / max(float(np.percentile(grey[skin], 80)), 0.05)
    shade = np.maximum(shade, flesh * smoothstep(0.8, 0.35, relative) * 0.8)
    drawn = (0.975 - 0.3 * _strokes(rng, size) * shade) * (1 - 0.86 * np.clip(lines, 0, 1))
    grey8: npt.NDArray[np.uint8] = np.round(np.clip(drawn, 0, 1) * 255).astype(np.uint8)
    return grey8


def _contour(layer: Floats) -> Floats:
    soft = cv2.GaussianBlur(layer, (0, 0), 1.0)
    edge = np.hypot(cv2.Sobel(soft, cv2.CV_32F, 1, 0), cv2.Sobel(soft, cv2.CV_32F, 0, 1)) / 8
    contour: Floats = np.clip(edge * 4.2, 0, 0.85)
    return contour


def _nose_line(nose: Floats) -> Floats:
    """The contour of the lower nose; the bridge is left to the shading."""
    rows = np.flatnonzero(nose.max(axis=1) > 0.5)
    if not len(rows):
        return np.zeros_like(nose)
    ys = np.arange(nose.shape[0], dtype=np.float32)[:, None]
    low = smoothstep(rows[0] + 0.6 * (rows[-1] - rows[0]), rows[0] + 0.85 * (rows[-1] - rows[0]), ys)
    return _contour(nose) * low * 0.8


def _tone_lines(grey: Floats) -> Floats:
    """Where a tone is darker than its surroundings: differences of Gaussians, thresholded softly (XDoG)."""
    light = np.log(grey + 0.06)
    fine = cv2.GaussianBlur(light, (0, 0), 0.8)
    wide = cv2.GaussianBlur(light, (0, 0), 2.4)
    wider = cv2.GaussianBlur(light, (0, 0), 6.0)
    return np.maximum(smoothstep(0.05, 0.3, wide - fine), 0.75 * smoothstep(0.1, 0.5, wider - fine))


def _strokes(rng: np.random.Generator, size: int) -> Floats:
    """Slanted pencil strokes, 0…1."""
    grain = noise(rng, (size, size), 1.6)
    brush = np.ascontiguousarray(np.eye(17, dtype=np.float32)[::-1]) / 17
    strokes: Floats = np.clip(0.45 + 3 * cv2.filter2D(grain, -1, brush), 0, 1)
    return strokes

"""A pencil drawing of the same person: contours of the shapes, lines where tones break, a little hatching."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from app.generation.portrait.sheet import Floats, blurred, noise, smoothstep
from app.imaging.cv import cv2

_CONTOURS = ("skin", "hair", "hat", "cloth", "neck", "l_ear", "r_ear", "eye_g", "ear_r", "neck_l", "u_lip", "l_lip",
             "mouth", "l_eye", "r_eye")  # fmt: skip


def draw_sketch(photo: Floats, layers: dict[str, Floats], rng: np.random.Generator, size: int) -> npt.NDArray[np.uint8]:
    """Dark lines on light paper, (size, size) grey, from the painted picture and the coverage of its classes."""
    grey = cv2.cvtColor(photo.astype(np.float32), cv2.COLOR_RGB2GRAY)
    grey = cv2.resize(grey, (size, size), interpolation=cv2.INTER_AREA)
    person = np.zeros((size, size), np.float32)
    lines = np.zeros((size, size), np.float32)
    for name in _CONTOURS:
        if name not in layers:
            continue
        layer = cv2.resize(layers[name], (size, size), interpolation=cv2.INTER_AREA)
        person = np.maximum(person, layer)
        smooth = cv2.GaussianBlur(layer, (0, 0), 1.1)
        edge = np.hypot(cv2.Sobel(smooth, cv2.CV_32F, 1, 0), cv2.Sobel(smooth, cv2.CV_32F, 0, 1)) / 8
        lines = np.maximum(lines, np.clip(edge * 4.2, 0, 0.85))
    detail = _tone_lines(grey)
    pressure = 0.75 + 0.25 * noise(rng, (size, size), 24)
    lines = np.maximum(lines * pressure, detail * blurred(np.maximum(person, 0), 2))
    hatching = _hatching(grey, rng) * person
    paper = 0.975 + 0.012 * noise(rng, (size, size), 1.3)
    tooth = 1 + 0.16 * noise(rng, (size, size), 1.2)
    drawn = paper * (1 - np.clip(lines * tooth, 0, 1) * 0.86) * (1 - hatching * 0.22)
    grey8: npt.NDArray[np.uint8] = np.round(np.clip(drawn, 0, 1) * 255).astype(np.uint8)
    return grey8


def _tone_lines(grey: Floats) -> Floats:
    """Where a tone is darker than its surroundings: a difference of Gaussians, thresholded softly (XDoG)."""
    light = np.log(grey + 0.08)
    fine = cv2.GaussianBlur(light, (0, 0), 0.9)
    wide = cv2.GaussianBlur(light, (0, 0), 2.4)
    return smoothstep(0.035, 0.22, wide - fine)


def _hatching(grey: Floats, rng: np.random.Generator) -> Floats:
    size = grey.shape[0]
    strokes = noise(rng, (size, size), 1.6)
    brush = np.eye(15, dtype=np.float32)[::-1] / 15
    strokes = cv2.filter2D(strokes, -1, np.ascontiguousarray(brush)) * 3
    dark = smoothstep(0.42, 0.12, blurred(grey, 3))
    hatched: Floats = np.clip(0.5 + strokes, 0, 1) * dark
    return hatched

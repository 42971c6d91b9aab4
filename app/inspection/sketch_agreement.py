"""Whether a sketch belongs to its photo: how many of its lines lie on the photo's, beyond what chance puts there.

Of the 39 real pairs at hand every right one has 0.70 or more and every one of the 1,482 wrong ones 0.33 or less, so the
score alone tells a swapped file. Where it is low, the sketch is tried mirrored, shifted and turned, so that the finding
can say what happened to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

import numpy as np
import numpy.typing as npt

from app.faces.sample import Photo
from app.generation.sketch.flow import ridges
from app.generation.sketch.linemap import looked_at
from app.generation.sketch.thinning import thinned
from app.imaging.cv import cv2

Plane = npt.NDArray[np.uint8]
Field = npt.NDArray[np.float32]

SUSPICIOUS = 0.5
"""A lower score means another photo, or the right one in another place."""

NEAR_PX = 3.0
"""How far from the photo's line a sketch's line may run, in pixels of a photo whose longer side has 512."""
_STRONG = 0.02
_SMOOTHING_PX = 1.4
_COMPARED_PX = 256
_FARTHEST = 1 / 4
"""Shifts are looked for up to this part of the picture."""
_LEAST_SHIFT_PX = 4
_CLEARLY_BETTER = 0.12
_LEAST_INK, _LIGHT = 0.002, 128


class SketchState(Enum):
    """What a sketch is to its photo."""

    AGREES = "agrees"
    SHIFTED = "shifted"
    MIRRORED = "mirrored"
    UPSIDE_DOWN = "upside-down"
    FOREIGN = "foreign"
    """It is the sketch of another photo, or of nothing the photo shows."""
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class SketchAgreement:
    """What was found. ``score`` is 1 where all lines agree and 0 where they agree by chance, as the sketch lies there.

    ``shift`` (x, y) moves the sketch to where it belongs, in parts of its width and height; it is (0, 0) unless the
    state is SHIFTED. ``straightened`` is the score with the state put right. ``ink`` is the share of dark pixels.
    """

    state: SketchState
    score: float
    straightened: float
    shift: tuple[float, float]
    ink: float
    is_inverted: bool

    @property
    def is_suspicious(self) -> bool:
        """Whether somebody should look at it."""
        return self.state is not SketchState.AGREES or self.is_inverted


def sketch_agreement(photo: Photo, sketch: Photo) -> SketchAgreement:
    """Compare a sketch (H, W[, 3]) with a photo (H, W, 3) of any size; they are laid over each other by extent."""
    lines, ink, is_inverted = _lines_of(sketch, photo.shape)
    if ink < _LEAST_INK or not lines.any():
        return SketchAgreement(SketchState.EMPTY, 0.0, 0.0, (0.0, 0.0), ink, is_inverted)
    near = _near_lines(photo)
    score = _score(near, lines)
    state, straightened, shift = SketchState.AGREES, score, (0, 0)
    best_shift = _Shifts(near)
    for other, turned in _attempts(lines) if score + _CLEARLY_BETTER < 1 else ():
        place = best_shift(turned)
        found = _score(near, _moved(turned, place))
        if found <= straightened + _CLEARLY_BETTER or found < SUSPICIOUS:
            continue
        if other is SketchState.SHIFTED and max(map(abs, place)) * 2 < _LEAST_SHIFT_PX:
            continue
        state, straightened = other, found
        shift = place if other is SketchState.SHIFTED else (0, 0)
        break
    if state is SketchState.AGREES and score < SUSPICIOUS:
        state = SketchState.FOREIGN
    height, width = lines.shape
    return SketchAgreement(state, score, straightened, (shift[0] / width, shift[1] / height), ink, is_inverted)


def _lines_of(sketch: Photo, shape: tuple[int, ...]) -> tuple[Plane, float, bool]:
    """The sketch's centre lines (0/1) at the compared size, its share of ink, and whether it is light on dark."""
    height, width = _compared(shape)
    grey = sketch if sketch.ndim == 2 else cv2.cvtColor(sketch, cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, (width, height), interpolation=cv2.INTER_AREA)
    is_inverted = float(np.median(small)) < _LIGHT
    if is_inverted:
        small = cv2.bitwise_not(small)
    dark = (small < _LIGHT).astype(np.uint8)
    return thinned(dark), float(dark.mean()), is_inverted


def _near_lines(photo: Photo) -> Field:
    """1 where a line of the photo is near, at the compared size; what is left is what chance would find."""
    found = ridges(looked_at(photo), smoothing_px=_SMOOTHING_PX)
    apart = ((found.strength <= _STRONG) | (found.crest == 0)).astype(np.uint8)
    near = (cv2.distanceTransform(apart, cv2.DIST_L2, 5) <= NEAR_PX).astype(np.float32)
    height, width = _compared(photo.shape)
    return np.asarray(cv2.resize(near, (width, height), interpolation=cv2.INTER_NEAREST), np.float32)


def _compared(shape: tuple[int, ...]) -> tuple[int, int]:
    scale = _COMPARED_PX / max(shape[:2])
    return max(8, round(shape[0] * scale)), max(8, round(shape[1] * scale))


def _score(near: Field, lines: Plane) -> float:
    """The share of the line's pixels that have a line near, chance taken off."""
    chance = float(near.mean())
    if chance >= 1 or not lines.any():
        return 0.0
    return max(0.0, (float(near[lines > 0].mean()) - chance) / (1 - chance))


def _attempts(lines: Plane) -> Iterator[tuple[SketchState, Plane]]:
    yield SketchState.SHIFTED, lines
    yield SketchState.MIRRORED, lines[:, ::-1]
    yield SketchState.UPSIDE_DOWN, lines[::-1, ::-1]
    yield SketchState.UPSIDE_DOWN, lines[::-1]


class _Shifts:
    """Where (x, y) lines have to go to lie on as many near places as possible: a correlation by Fourier."""

    def __init__(self, near: Field) -> None:
        height, width = near.shape
        self._up, self._left = int(height * _FARTHEST), int(width * _FARTHEST)
        # No shift that is looked for wraps around.
        self._padded = (height + self._up, width + self._left)
        self._near = np.fft.rfft2(near - near.mean(), self._padded)

    def __call__(self, lines: Plane) -> tuple[int, int]:
        found = np.fft.irfft2(self._near * np.fft.rfft2(lines, self._padded).conj(), self._padded)
        up, left = self._up, self._left
        around = np.roll(found, (up, left), (0, 1))[: 2 * up + 1, : 2 * left + 1]
        row, column = divmod(int(around.argmax()), around.shape[1])
        return column - left, row - up


def _moved(lines: Plane, shift: tuple[int, int]) -> Plane:
    """The lines shifted by (x, y); what leaves the picture is gone."""
    matrix = np.array([[1, 0, shift[0]], [0, 1, shift[1]]], np.float32)
    height, width = lines.shape
    moved = cv2.warpAffine(np.ascontiguousarray(lines), matrix, (width, height), flags=cv2.INTER_NEAREST)
    return np.asarray(moved, np.uint8)

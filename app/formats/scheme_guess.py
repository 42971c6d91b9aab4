"""Which class order an index map follows, guessed from anatomy.

Eight orders of the same nineteen classes circulate, and nothing in a file names the one it follows: palettes are
applied to any of them. But faces are faces: hair lies on top, the left eye to the right of the right one, the nose
above the mouth, skin covers the middle. How likely each region of some maps is as each class gives every order a score;
among the candidates are the eight with left and right swapped, and "none of these".
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
import numpy.typing as npt

from app.faces.classes import CLASS_BY_NAME, CLASSES, SCHEMES, ClassScheme
from app.faces.mask import IndexMap

SURE = 0.95
"""From this confidence on a guess is used for editing; below it the masks are shown and nothing is saved."""
MAPS = 24
FEWEST = 6
_CLEAR = 0.99
"""So many maps are looked at however clear the first ones are; then only until it is as clear as that."""
_SIDE = 128
"""Pixels of the grid that is looked at: enough for an eye, a hundredth of the pixels."""
_TAIL = 0.1
"""How much of what is seen follows no rule: faces turned away, regions labelled wrongly."""
_WORST = -3.0
"""What one region of one map may say against a class: a map full of errors does not outweigh the others."""
_TRUST = 0.5
"""The regions of a face are not independent of each other; their evidence counts half."""
_NONE = 0.75
"""How much of the best conceivable order's score "none of these" begins with: an order half right fits half."""
_EXCHANGED = -8.0
"""The log of how likely it is beforehand that a known order has two given classes exchanged."""


@dataclass(frozen=True, slots=True)
class _Anatomy:
    """A class as it lies in an aligned face: how often it is there, the share of the picture and how far that varies
    (log), centre x and y from 0 to 1, and how far these vary."""

    presence: float
    area: float
    area_varies: float
    x: float
    y: float
    x_varies: float
    y_varies: float


# Presence and area: Dataset Ninja's counts over all 30,000 samples, areas reduced to what is visible after flattening.
# Positions: means over aligned faces, with room for other crops.
_ANATOMY = {
    "background": _Anatomy(0.995, 0.30, 0.6, 0.47, 0.45, 0.12, 0.10),
    "skin": _Anatomy(1.0, 0.25, 0.35, 0.51, 0.57, 0.06, 0.06),
    "nose": _Anatomy(0.999, 0.019, 0.40, 0.50, 0.575, 0.04, 0.04),
    "eye_g": _Anatomy(0.052, 0.05, 0.60, 0.50, 0.49, 0.05, 0.05),
    "l_eye": _Anatomy(0.975, 0.0022, 0.45, 0.62, 0.48, 0.04, 0.04),
    "r_eye": _Anatomy(0.975, 0.0022, 0.45, 0.38, 0.48, 0.04, 0.04),
    "l_brow": _Anatomy(0.968, 0.0042, 0.50, 0.635, 0.41, 0.05, 0.04),
    "r_brow": _Anatomy(0.966, 0.0042, 0.50, 0.365, 0.41, 0.05, 0.04),
    "l_ear": _Anatomy(0.529, 0.010, 0.80, 0.81, 0.55, 0.07, 0.06),
    "r_ear": _Anatomy(0.478, 0.009, 0.90, 0.20, 0.55, 0.07, 0.06),
    "mouth": _Anatomy(0.589, 0.0045, 0.80, 0.50, 0.735, 0.04, 0.04),
    "u_lip": _Anatomy(0.996, 0.0042, 0.45, 0.50, 0.715, 0.04, 0.04),
    "l_lip": _Anatomy(0.997, 0.0066, 0.40, 0.50, 0.765, 0.04, 0.04),
    "hair": _Anatomy(0.977, 0.25, 0.90, 0.51, 0.36, 0.12, 0.15),
    "hat": _Anatomy(0.043, 0.19, 0.80, 0.51, 0.20, 0.12, 0.10),
    "ear_r": _Anatomy(0.266, 0.004, 1.20, 0.50, 0.69, 0.25, 0.09),
    "neck_l": _Anatomy(0.059, 0.006, 0.90, 0.52, 0.93, 0.12, 0.04),
    "neck": _Anatomy(0.972, 0.04, 0.60, 0.53, 0.91, 0.11, 0.05),
    "cloth": _Anatomy(0.587, 0.045, 1.00, 0.52, 0.94, 0.18, 0.04),
}
_AREA_RANGE = math.log(10_000)
_OFFICIAL = tuple(_ANATOMY[c.name] for c in CLASSES)
_Scores = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Guess:
    """The order that fits best, how sure that is (0…1, "none of these" counted in), and how many maps were looked at.

    ``doubt`` says in words what speaks against it most, where it is not sure.
    """

    scheme: ClassScheme
    confidence: float
    maps: int
    doubt: str = "there is nothing to tell it by"

    @property
    def is_sure(self) -> bool:
        """Whether edits may rely on it."""
        return self.confidence >= SURE

    def __str__(self) -> str:
        return f"{self.scheme.name}, {min(99, math.floor(100 * self.confidence))} %"


def swapped(scheme: ClassScheme) -> ClassScheme:
    """The same order with left and right exchanged, as where the viewer's sides were meant."""
    order = tuple(CLASS_BY_NAME[name].mirror or name for name in scheme.order)
    return replace(scheme, name=f"{scheme.name}{SWAPPED}", title=f"{scheme.title}, left and right swapped", order=order)


SWAPPED = "-swapped"
CANDIDATES = (*SCHEMES, *map(swapped, SCHEMES))
_PLACES = np.array([[CLASS_BY_NAME[name].id for name in scheme.order] for scheme in CANDIDATES])


def guess_scheme(maps: Iterable[IndexMap]) -> Guess:
    """The order of some maps (H, W) of one dataset, looked at one after the other until it is clear, at most ``MAPS``.

    Values above 18 are passed over. Without a map the official order is returned with confidence 0.
    """
    evidence: list[_Scores] = []
    guess = Guess(SCHEMES[0], 0.0, 0)
    for index_map in islice(maps, MAPS):
        evidence.append(_TRUST * _evidence(index_map))
        if len(evidence) >= FEWEST:
            guess = _best(evidence)
            if guess.confidence > _CLEAR:
                return guess
    return _best(evidence) if evidence else guess


def _best(evidence: list[_Scores]) -> Guess:
    total: _Scores = np.sum(evidence, axis=0)
    scores = _scores(total)
    best = int(np.argmax(scores))
    places = _PLACES[best]
    # What any order could reach at best, value by value, and what this one could by exchanging two classes.
    none = _NONE * total.max(axis=1).sum()
    ordered = total[:, places]
    kept = np.diag(ordered)
    gains = np.triu(ordered + ordered.T - kept[:, None] - kept[None, :], 1)
    is_seen = np.array([any(each[value].any() for each in evidence) for value in range(len(CLASSES))])
    gains[~(is_seen[:, None] | is_seen[None, :]) | (gains == 0)] = -np.inf
    rivals = np.concatenate([scores, [none], (gains + scores[best] + _EXCHANGED).ravel()])
    shares = np.exp(rivals - rivals.max())
    alike = sum(int(np.argmax(_scores(each))) == best for each in evidence)
    confidence = float(shares[best] / shares.sum()) * alike / len(evidence)
    return Guess(CANDIDATES[best], confidence, len(evidence), _doubt(best, gains, alike, len(evidence)))


def _scores(total: _Scores) -> _Scores:
    """One score for each candidate."""
    scores: _Scores = total[np.arange(len(CLASSES)), _PLACES].sum(axis=1)
    return scores


def _doubt(best: int, gains: _Scores, alike: int, count: int) -> str:
    if 2 * alike < 2 * count - 1:
        return f"only {alike} of {count} masks say so by themselves"
    value, other = np.unravel_index(int(np.argmax(gains)), gains.shape)
    if gains[value, other] > 0:
        order = CANDIDATES[best].order
        return f"{value} looks like {order[other]} rather than {order[value]}, {other} the other way round"
    return "the regions lie where no known order has them"


def _evidence(index_map: IndexMap) -> _Scores:
    """(value, official class): how much likelier the regions of one map are as the class than as anything."""
    height, width = index_map.shape
    small = index_map[:: max(1, height // _SIDE), :: max(1, width // _SIDE)]
    rows, columns = small.shape
    flat = small.ravel()
    pixels = np.bincount(flat, minlength=256)[: len(CLASSES)]
    x = np.bincount(flat, np.tile(np.arange(columns), rows), 256)[: len(CLASSES)]
    y = np.bincount(flat, np.repeat(np.arange(rows), columns), 256)[: len(CLASSES)]
    scores = np.zeros((len(CLASSES), len(CLASSES)))
    for value, count in enumerate(pixels.tolist()):
        for number, usual in enumerate(_OFFICIAL):
            # A rare class that is absent says next to nothing, a nose that is absent a lot.
            if not count:
                scores[value, number] = max(_WORST, math.log(2 * (1 - usual.presence) + 1e-3))
                continue
            area = math.log(count / flat.size)
            ratio = (
                math.log(2 * usual.presence)
                + _ratio(area, math.log(usual.area), usual.area_varies, 1 / _AREA_RANGE)
                + _ratio((x[value] / count + 0.5) / columns, usual.x, usual.x_varies, 1.0)
                + _ratio((y[value] / count + 0.5) / rows, usual.y, usual.y_varies, 1.0)
            )
            scores[value, number] = max(_WORST, ratio)
    return scores


def _ratio(found: float, usual: float, varies: float, anything: float) -> float:
    """How much likelier a figure is than under a flat density of ``anything`` (log)."""
    off = (found - usual) / varies
    normal = math.exp(-off * off / 2) / (varies * math.sqrt(2 * math.pi))
    return math.log((1 - _TAIL) * normal / anything + _TAIL)

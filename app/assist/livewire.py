"""A line that runs along edges by itself: the live wire ("intelligent scissors"), between pixels.

The wire lives on the corners between pixels, not on the pixels as ``cv2.segmentation.IntelligentScissorsMB`` is usually
fed: a class border lies between two pixels, so an area closed along it shares that border exactly, with no slit and no
overlap. OpenCV finds the cheapest ways over the corners (8 neighbours); every diagonal step is then laid around the
pixel that it would cut, on the side where the stronger edge is.

Ways are found in two parts: ``Wire(terrain, seed)`` takes some 50 ms on 512² and belongs into a worker; ``Wire.to``
takes some 0.1 ms and follows the mouse.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from app.faces.mask import IndexMap
from app.faces.sample import Photo
from app.imaging.cv import cv2
from app.imaging.footprint import Point
from app.imaging.raster import Rect

Corner = tuple[int, int]
"""(x, y) of a corner between pixels: (0, 0) is the top left one of a picture, (W, H) the bottom right one."""
Path = npt.NDArray[np.int32]
"""(n, 2) x, y of corners, each one step to the right, left, up or down from the one before."""

WINDOW = 640
"""A wire reaches half as far from its seed in each direction; a larger map would take longer than a hand waits."""
_STEP_COST = 0.3
"""What a step along the best of edges costs, of 1 for one where there is none: how long a detour an edge is worth."""
_GRAIN = 0.05
"""How uneven the cost is where there is no edge: over even ground ways with one turn cost the same as ways with many,
and the wire would lead around a corner instead of straight on."""
_OFF_RIDGE = 0.7
"""How much of its strength an edge has beside its ridge."""
_BESIDE_BORDER, _BESIDE_SIDE = 0.5, 5
"""How much of its strength an edge in the photo has so near to a class border: neighbours are to share that border, and
not to have a slit between them where it lies a pixel beside the edge."""
_BLUR = 1.3
"""In mask pixels: skin has grain, and JPEG has blocks."""
_COLOUR_WEIGHT = 2.0
"""Lips and skin differ in a and b by less than light and shadow do in lightness, and are the better edge."""
_TYPICAL_EDGE = 97
"""Percentile of the contrasts in a photo from which on an edge is as good as any in the photo."""
_LEAST_EDGE = 24.0
"""Contrast (sum of the differences of two pixels, L a b of 255) that is no edge at full strength, however flat the
photo."""
_LOCAL_SIDE = 33
_LOCAL_SHARE = 0.7
"""How much counts that an edge stands out among what is around it, and not in the whole photo: else the wire leaves
the border of a lip for that of the teeth."""
_LOCAL_FACTOR, _LOCAL_FLOOR = 2.0, 4.0
_RIDGE_SCALE = 8
_RIDGE_LOW, _RIDGE_HIGH = 4 * _RIDGE_SCALE, 10 * _RIDGE_SCALE


@dataclass(frozen=True, slots=True, eq=False)
class Terrain:
    """What wires follow in one picture: ``strength`` (H + 1, W + 1) float32 in 0…1 at every corner.

    ``across`` (H + 1, W) and ``down`` (H, W + 1) float32 are the strengths of the single edges between pixels: of the
    one from corner (x, y) to the right, and of the one from there downwards.
    """

    strength: npt.NDArray[np.float32]
    across: npt.NDArray[np.float32]
    down: npt.NDArray[np.float32]

    @property
    def shape(self) -> tuple[int, int]:
        """(H, W) of the picture."""
        return self.down.shape[0], self.across.shape[1]


def terrain(photo: Photo | None, classes: IndexMap | None) -> Terrain:
    """The edges of a photo and the borders in an index map of classes, either of which may be missing.

    Both have the same (H, W). Raises ValueError when both are missing. Some 15 ms on 512².
    """
    seen = photo if photo is not None else classes
    if seen is None:
        raise ValueError("a wire needs a photo or a mask to follow")
    height, width = seen.shape[:2]
    strength = np.zeros((height + 1, width + 1), np.float32)
    across, down = np.zeros((height + 1, width), np.float32), np.zeros((height, width + 1), np.float32)
    if photo is not None:
        _add_photo(photo, strength, across, down)
    if classes is not None:
        _add_borders(classes, strength, across, down)
    return Terrain(strength, across, down)


def _add_photo(
    photo: Photo, strength: npt.NDArray[np.float32], across: npt.NDArray[np.float32], down: npt.NDArray[np.float32]
) -> None:
    lab = cv2.cvtColor(photo, cv2.COLOR_RGB2Lab).astype(np.float32)
    lab[..., 1:] *= np.float32(_COLOUR_WEIGHT)
    lab = cv2.copyMakeBorder(lab, 1, 1, 1, 1, cv2.BORDER_REPLICATE).astype(np.float32)
    lab = cv2.GaussianBlur(lab, (0, 0), _BLUR).astype(np.float32)
    across += cv2.absdiff(lab[:-1, 1:-1], lab[1:, 1:-1]).max(axis=2) / np.float32(1024)
    down += cv2.absdiff(lab[1:-1, :-1], lab[1:-1, 1:]).max(axis=2) / np.float32(1024)
    falling, rising = lab[1:, 1:] - lab[:-1, :-1], lab[:-1, 1:] - lab[1:, :-1]
    dx, dy = falling + rising, falling - rising
    contrast = cv2.magnitude(dx, dy)
    # Of lightness and the two colours the one that changes most tells where the edge runs.
    first, second, third = cv2.split(contrast)
    strongest = cv2.max(cv2.max(first, second), third)
    across_edge, along_edge = (
        (np.where(strongest == first, of[..., 0], np.where(strongest == second, of[..., 1], of[..., 2])) * _RIDGE_SCALE)
        for of in (dx, dy)
    )
    is_ridge = cv2.Canny(
        across_edge.astype(np.int16), along_edge.astype(np.int16), _RIDGE_LOW, _RIDGE_HIGH, L2gradient=True
    )
    enough = max(float(np.percentile(strongest, _TYPICAL_EDGE)), _LEAST_EDGE)
    around = cv2.sqrt(cv2.boxFilter(strongest * strongest, -1, (_LOCAL_SIDE, _LOCAL_SIDE)).clip(0))
    in_photo = np.minimum(strongest / np.float32(enough), 1)
    nearby = np.minimum(strongest / (np.float32(_LOCAL_FACTOR) * around + np.float32(_LOCAL_FLOOR)), 1)
    seen = nearby * np.float32(_LOCAL_SHARE) + in_photo * np.float32(1 - _LOCAL_SHARE)
    np.maximum(strength, np.where(is_ridge != 0, seen, seen * np.float32(_OFF_RIDGE)), out=strength)


def _add_borders(
    classes: IndexMap, strength: npt.NDArray[np.float32], across: npt.NDArray[np.float32], down: npt.NDArray[np.float32]
) -> None:
    padded = cv2.copyMakeBorder(classes, 1, 1, 1, 1, cv2.BORDER_REPLICATE)
    vertical, horizontal = padded[:-1] != padded[1:], padded[:, :-1] != padded[:, 1:]
    # A border outdoes the contrast of any photo: where a wire may run either way round a pixel, it takes the border.
    across += vertical[:, 1:-1]
    down += horizontal[1:-1]
    is_border = vertical[:, :-1] | vertical[:, 1:] | horizontal[:-1] | horizontal[1:]
    is_near = cv2.dilate(is_border.view(np.uint8), np.ones((_BESIDE_SIDE, _BESIDE_SIDE), np.uint8)) != 0
    strength[is_near] *= np.float32(_BESIDE_BORDER)
    strength[is_border] = 1


def nearest_corner(point: Point, shape: tuple[int, int]) -> Corner:
    """The corner nearest to a point of a mask (H, W)."""
    return min(max(round(point[0]), 0), shape[1]), min(max(round(point[1]), 0), shape[0])


def snapped(over: Terrain, point: Point, radius: int) -> Corner:
    """The corner with the strongest edge within ``radius`` of a point; the nearer of two that are much alike."""
    height, width = over.shape
    x, y = nearest_corner(point, over.shape)
    left, top = max(x - radius, 0), max(y - radius, 0)
    near = over.strength[top : min(y + radius, height) + 1, left : min(x + radius, width) + 1]
    rows, columns = np.ogrid[top : top + near.shape[0], left : left + near.shape[1]]
    inside = min(max(point[0], 0.0), float(width)), min(max(point[1], 0.0), float(height))
    distance = np.hypot(columns - inside[0], rows - inside[1])
    worth = np.where(distance <= radius + 0.5, near - 0.5 * distance / (radius + 1), -np.inf)
    row, column = np.unravel_index(int(worth.argmax()), worth.shape)
    return left + int(column), top + int(row)


class Wire:
    """The cheapest ways from one corner, the seed, to all others within its reach. Read-only once made."""

    def __init__(self, over: Terrain, seed: Corner) -> None:
        self.seed = seed
        self._over = over
        height, width = over.strength.shape
        around = Rect(seed[0] - WINDOW // 2, seed[1] - WINDOW // 2, WINDOW + 1, WINDOW + 1)
        self._reach = around.clipped((height, width))
        strength = over.strength[self._reach.slices]
        even = 1 - strength
        cost = _STEP_COST + (1 - _STEP_COST) * even - _GRAIN * even * _grain()[: even.shape[0], : even.shape[1]]
        # All costs go in by the one channel that is weighed by the length of a step (√2 for diagonal ones).
        self._map = cv2.segmentation.IntelligentScissorsMB()
        self._map.setWeights(0.0, 0.0, 1.0)
        nothing = np.zeros(cost.shape, np.uint8)
        self._map.applyImageFeatures(nothing, np.zeros((*cost.shape, 2), np.float32), cost.astype(np.float32))
        self._map.buildMap((seed[0] - self._reach.x, seed[1] - self._reach.y))

    def to(self, corner: Corner) -> Path:
        """The way from the seed to a corner, both included; straight on from the end of the wire's reach."""
        x0, y0, width, height = self._reach
        x = min(max(corner[0], x0), x0 + width - 1)
        y = min(max(corner[1], y0), y0 + height - 1)
        # OpenCV 5 returns (n, 2), OpenCV 4 (n, 1, 2).
        way = self._map.getContour((x - x0, y - y0)).reshape(-1, 2).astype(np.int32)
        path = _around_pixels(way + np.array([x0, y0], np.int32), self._over)
        return path if (x, y) == corner else np.concatenate((path, straight((x, y), corner)[1:]))


@lru_cache(maxsize=1)
def _grain() -> npt.NDArray[np.float32]:
    """(WINDOW + 1, WINDOW + 1) in 0…1, always the same."""
    return np.random.default_rng(0).random((WINDOW + 1, WINDOW + 1), np.float32)


def straight(start: Corner, end: Corner) -> Path:
    """The stairs nearest to the straight line between two corners, both included."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    count = abs(dx) + abs(dy)
    along = np.arange(count + 1)
    # The n-th of all steps goes sideways where the line has gone further sideways than the stairs.
    sideways = (2 * along * abs(dx) + count) // (2 * max(count, 1))
    x, y = start[0] + np.sign(dx) * sideways, start[1] + np.sign(dy) * (along - sideways)
    return np.stack((x, y), axis=1).astype(np.int32)


def _around_pixels(way: npt.NDArray[np.int32], over: Terrain) -> Path:
    """The way without diagonal steps: each goes around the pixel that it cuts, where the edges are stronger."""
    start, end = way[:-1], way[1:]
    is_diagonal = (start != end).all(axis=1)
    if not is_diagonal.any():
        return way
    (x0, y0), (x1, y1) = start[is_diagonal].T, end[is_diagonal].T
    x, y = np.minimum(x0, x1), np.minimum(y0, y1)
    first_sideways = over.across[y0, x] + over.down[y, x1]
    first_vertical = over.down[y, x0] + over.across[y1, x]
    is_sideways = first_sideways >= first_vertical
    between = np.stack((np.where(is_sideways, x1, x0), np.where(is_sideways, y0, y1)), axis=1)
    return np.insert(way, np.flatnonzero(is_diagonal) + 1, between, axis=0).astype(np.int32)

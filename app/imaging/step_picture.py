"""What a step of history changed, as a small picture: those pixels in their class's colour over the dimmed photo."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from app.faces.classes import LAYER_CLASSES
from app.faces.mask import Bits
from app.imaging.cv import cv2
from app.imaging.raster import Rect

LEAST_EXTENT = 48
"""Mask pixels across that are seen at least, so that one knows where on the face it is."""
_DIMMED, _LIFTED = 0.6, 20

Picture = npt.NDArray[np.uint8]


def step_picture(
    pieces: Iterable[tuple[Rect, Bits]],
    shape: tuple[int, int],
    colours: npt.NDArray[np.uint8],
    side: int,
    photo: Picture | None = None,
) -> Picture:
    """A picture (side, side, 3) of where ``pieces`` (rectangles and changed bits) lie in a mask of ``shape`` (H, W).

    ``colours`` are (19, 3) by class id; ``photo`` is the photo of the same extent, of any size, (h, w, 3), in the same
    order of channels. Where several classes changed, the colour is that of the one that changed most in all: the
    brush's, rather than those that made way for it.
    """
    pieces = [(rect, bits) for rect, bits in pieces if bits.any()]
    window = _window([_tight(rect, bits) for rect, bits in pieces], shape)
    changed = np.zeros((window.height, window.width), np.uint32)
    for rect, bits in pieces:
        placed = Rect(rect.x - window.x, rect.y - window.y, rect.width, rect.height)
        seen = placed.clipped(changed.shape)
        if not seen.is_empty:
            changed[seen.slices] = bits[seen.y - placed.y :, seen.x - placed.x :][: seen.height, : seen.width]
    ids = _leading_class(changed)
    share = _resized(((ids > 0) * np.float32(255)).astype(np.float32), side)[..., None] / 255
    painted = _resized(colours[ids].astype(np.float32) * (ids > 0)[..., None], side)
    # Thin lines must be seen: half a pixel's worth of a class is shown as all of it.
    strength = np.minimum(1, share * 2)
    ground = _ground(photo, window, shape, side)
    mixed = ground * (1 - strength) + painted / np.maximum(share, 1e-3) * strength
    return np.ascontiguousarray(mixed.clip(0, 255).astype(np.uint8))


def _leading_class(changed: Bits) -> npt.NDArray[np.uint8]:
    # Of two that changed in the same pixels the one beneath was painted: what lay over it made way.
    layers = [(int(layer.sum()), -c.id, layer) for c in LAYER_CLASSES if (layer := (changed & c.bit) != 0).any()]
    ids = np.zeros(changed.shape, np.uint8)
    for _, negative_id, layer in sorted(layers, key=lambda found: found[:2]):
        ids[layer] = -negative_id
    return ids


def _tight(rect: Rect, bits: Bits) -> Rect:
    around = Rect.around(bits != 0)
    return Rect(rect.x + around.x, rect.y + around.y, around.width, around.height)


def _window(extents: list[Rect], shape: tuple[int, int]) -> Rect:
    """A square around all of them with some room, which may reach beyond the mask."""
    extent = Rect(0, 0, 0, 0)
    for rect in extents:
        extent = rect.united(extent)
    if extent.is_empty:
        extent = Rect.whole(shape)
    side = min(max(LEAST_EXTENT, round(1.5 * max(extent.width, extent.height))), max(shape))
    corner = []
    for start, length, whole in ((extent.x, extent.width, shape[1]), (extent.y, extent.height, shape[0])):
        middle = start + length // 2 - side // 2
        corner.append(min(max(0, middle), whole - side) if side <= whole else (whole - side) // 2)
    return Rect(corner[0], corner[1], side, side)


def _resized(pixels: npt.NDArray[np.float32], side: int) -> npt.NDArray[np.float32]:
    how = cv2.INTER_AREA if pixels.shape[0] > side else cv2.INTER_NEAREST
    return cv2.resize(pixels, (side, side), interpolation=how).astype(np.float32, copy=False)


def _ground(photo: Picture | None, window: Rect, shape: tuple[int, int], side: int) -> npt.NDArray[np.float32]:
    if photo is None:
        return np.full((side, side, 3), 128, np.float32)
    across, down = photo.shape[1] / shape[1], photo.shape[0] / shape[0]
    scale = np.array(
        [[side / (window.width * across), 0, -window.x * side / window.width],
         [0, side / (window.height * down), -window.y * side / window.height]],
    )  # fmt: skip
    seen = cv2.warpAffine(photo[..., :3], scale, (side, side), flags=cv2.INTER_LINEAR)
    grey = seen.astype(np.float32).mean(axis=2, keepdims=True)
    return np.repeat(grey * _DIMMED + _LIFTED, 3, axis=2)

"""Scribbles grown until they meet, along the edges of the photo: the marker-controlled watershed (Meyer, 1992)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from app.faces.mask import Binary
from app.faces.sample import Photo
from app.imaging.cv import cv2
from app.imaging.raster import Rect

Labels = npt.NDArray[np.int32]
"""(H, W): 0 where nothing is known, else the number of what a pixel belongs to."""

_RIDGE = -1
_BESIDE = ((0, 1), (0, -1), (1, 0), (-1, 0))


def between(seeds: Labels, reach: int) -> Binary:
    """(H, W) bool: the pixels between all seeds (their convex hull), and those up to ``reach`` pixels beyond."""
    room: npt.NDArray[np.uint8] = np.zeros(seeds.shape, np.uint8)
    points = cv2.findNonZero((seeds != 0).astype(np.uint8))
    if points is not None:
        cv2.fillConvexPoly(room, cv2.convexHull(points), 1)
        if reach > 0:
            disk = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
            room = cv2.dilate(room, disk).astype(np.uint8)
    covered: Binary = room != 0
    return covered


def grown(photo: Photo, seeds: Labels, room: Binary, *, blur: float = 0.0) -> Labels:
    """Every pixel of ``room`` with the number of the seed that reaches it first; 0 outside of it.

    A seed climbs the differences of colour in the photo (H, W, 3), after a blur of so many pixels. Seeds outside the
    room do not grow; the ways may lead around through what lies beside it. Between two that meet there is no gap. Some
    10 ms on 512². Raises ValueError where shapes differ.
    """
    if not photo.shape[:2] == seeds.shape == room.shape:
        raise ValueError(f"photo {photo.shape}, seeds {seeds.shape} and room {room.shape} differ")
    around = Rect.around(room)
    labels = np.zeros(seeds.shape, np.int32)
    inside = room[around.slices]
    found = np.where(inside, seeds[around.slices], 0).astype(np.int32)
    if not found.any():
        return labels
    picture = np.ascontiguousarray(photo[around.slices])
    if blur > 0:
        picture = cv2.GaussianBlur(picture, (0, 0), blur).astype(np.uint8)
    # OpenCV draws a ridge around the picture, which must not be one of our pixels.
    padded = cv2.copyMakeBorder(found, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0).astype(np.int32)
    cv2.watershed(cv2.copyMakeBorder(picture, 1, 1, 1, 1, cv2.BORDER_REPLICATE), padded)
    found = padded[1:-1, 1:-1]
    _settle(found, picture)
    labels[around.slices] = np.where(inside, found, 0)
    return labels


def _settle(found: Labels, picture: Photo) -> None:
    """Give each pixel of a ridge, in place, to the one beside it whose colour is nearest."""
    colours = picture.astype(np.int32)
    while True:
        rows, columns = np.nonzero(found == _RIDGE)
        if not len(rows):
            return
        best = np.full(len(rows), np.iinfo(np.int32).max, np.int64)
        chosen = np.zeros(len(rows), np.int32)
        for down, right in _BESIDE:
            y, x = rows + down, columns + right
            is_inside = (y >= 0) & (y < found.shape[0]) & (x >= 0) & (x < found.shape[1])
            y, x = np.where(is_inside, y, rows), np.where(is_inside, x, columns)
            difference = ((colours[y, x] - colours[rows, columns]) ** 2).sum(axis=1)
            is_better = (found[y, x] > 0) & (difference < best)
            best[is_better], chosen[is_better] = difference[is_better], found[y, x][is_better]
        if not chosen.any():
            return
        found[rows[chosen > 0], columns[chosen > 0]] = chosen[chosen > 0]

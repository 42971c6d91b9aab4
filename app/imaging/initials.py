"""Where the initials of classes go: in the middle of what is seen of each, where they hide least of its border."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from app.faces.classes import LAYER_CLASSES
from app.faces.mask import Bits
from app.imaging.cv import cv2
from app.imaging.overlay import Colours

LEAST_PIXELS = 12
"""Smaller pieces get none."""
PIECES_AT_MOST = 4
"""So many pieces of a class get one, the largest first."""


class InitialPlace(NamedTuple):
    """The middle of a piece in mask pixels, and how far it is from there to the piece's border."""

    class_id: int
    x: float
    y: float
    radius: float


def initial_places(bits: Bits, tops: Colours) -> list[InitialPlace]:
    """The middles of the larger pieces of every class in (H, W) bits, by class id; ``tops`` is the ``top_table``.

    The middle of a piece is its pixel that is furthest from the border.
    """
    seen = tops[bits]
    places = []
    for face_class in LAYER_CLASSES:
        is_here = seen == face_class.bit
        rows, columns = np.flatnonzero(is_here.any(axis=1)), np.flatnonzero(is_here.any(axis=0))
        if not len(rows):
            continue
        top, left = int(rows[0]), int(columns[0])
        # With a margin, so that the edge of the picture is a border too.
        part = np.pad(is_here[top : int(rows[-1]) + 1, left : int(columns[-1]) + 1], 1).view(np.uint8)
        count, pieces, about, _ = cv2.connectedComponentsWithStats(part, connectivity=8)
        distance = cv2.distanceTransform(part, cv2.DIST_L2, 3)
        areas = about[1:count, cv2.CC_STAT_AREA]
        for piece in 1 + np.argsort(-areas, kind="stable")[:PIECES_AT_MOST]:
            if about[piece, cv2.CC_STAT_AREA] < LEAST_PIXELS:
                break
            x, y, width, height = (int(value) for value in about[piece, :4])
            inside = distance[y : y + height, x : x + width] * (pieces[y : y + height, x : x + width] == piece)
            at = divmod(int(inside.argmax()), width)
            place = left + x + at[1] - 0.5, top + y + at[0] - 0.5
            places.append(InitialPlace(face_class.id, *place, float(inside[at])))
    return places

"""Lines one pixel wide, of those places that are strong enough.

OpenCV's own thinning is in its contributed modules, which the wheel does not have; a table over the eight neighbours
does the same (Zhang and Suen, 1984).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from app.imaging.cv import cv2

Plane = npt.NDArray[np.uint8]

CODE = np.array([[128, 1, 2], [64, 0, 4], [32, 16, 8]], np.float32)
"""The neighbours' bits, clockwise from above."""


def connected_to(strong: Plane, weak: Plane) -> Plane:
    """The pixels of ``weak`` (0/1) whose connected piece has a pixel of ``strong``."""
    count, labels = cv2.connectedComponents(weak, connectivity=8)
    keep = np.zeros(count, np.uint8)
    keep[labels[strong > 0]] = 1
    keep[0] = 0
    kept: Plane = keep[labels]
    return kept


def thinned(plane: Plane) -> Plane:
    """A new plane (0/1) in which every line is one pixel wide, connected as before; the border is empty."""
    thin = (plane > 0).astype(np.uint8)
    thin[[0, -1]] = 0
    thin[:, [0, -1]] = 0
    while True:
        changed = False
        for table in _REMOVED:
            codes = cv2.filter2D(thin, cv2.CV_8U, CODE, borderType=cv2.BORDER_CONSTANT)
            gone = np.asarray(cv2.LUT(codes, table), np.uint8) & thin
            if cv2.countNonZero(gone):
                thin ^= gone
                changed = True
        if not changed:
            return thin


def _tables() -> tuple[Plane, Plane]:
    """For each code of neighbours whether the pixel goes: in the first and in the second half of a round."""
    first, second = np.zeros(256, np.uint8), np.zeros(256, np.uint8)
    for code in range(256):
        around = [code >> k & 1 for k in range(8)]
        rises = sum(not around[k] and around[(k + 1) % 8] for k in range(8))
        if not 2 <= sum(around) <= 6 or rises != 1:
            continue
        up, right, down, left = around[0], around[2], around[4], around[6]
        first[code] = not (up and right and down) and not (right and down and left)
        second[code] = not (up and right and left) and not (up and down and left)
    return first, second


_REMOVED = _tables()

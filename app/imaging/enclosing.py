"""What a stroke leaves enclosed: the specks between its windings that nobody means to leave."""

from __future__ import annotations

import numpy as np

from app.faces.mask import Binary
from app.imaging.cv import cv2
from app.imaging.fill import holes


def holes_beside(covered: Binary, touching: Binary, largest: int) -> Binary:
    """A new (H, W) bool: the holes of ``covered`` of at most ``largest`` pixels that share a side with ``touching``."""
    found = holes(covered, largest)
    if not found.any():
        return found
    _, labels = cv2.connectedComponents(found.view(np.uint8), connectivity=4)
    beside = cv2.dilate(touching.view(np.uint8), cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3)))
    touched = np.zeros(int(labels.max()) + 1, np.bool_)
    touched[labels[beside > 0]] = True
    touched[0] = False
    near: Binary = touched[labels]
    return near

"""Who gets the pixels that a class gave up where nothing lies beneath: those around, not the background by default.

An index map has nothing beneath its classes: without heirs, each speck taken away and each border smoothed would leave
holes and slits of background in the face.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from app.faces.classes import CLASSES
from app.faces.mask import Bits, IndexMap, flatten
from app.imaging.cleanup.operator import Heirs, OneOf, Subject, Values
from app.imaging.cv import cv2
from app.imaging.footprint import Coverage

FREED = OneOf(
    "freed",
    "Freed pixels",
    (("neighbours", "Class around"), ("background", "Background")),
    "neighbours",
)
"""What becomes of pixels that lose their class where nothing lies beneath."""


def heirs_of(subject: Subject, values: Values) -> Heirs | None:
    """The nearest class around, unless freed pixels are to be background."""
    return nearest_heirs(subject) if values.word("freed") == "neighbours" else None


def nearest_heirs(subject: Subject) -> Heirs:
    """Freed pixels go to the class (or background) seen nearest to them: never to a locked class, and not back to the
    one that gave them up, whose body is nearest of all."""

    def heirs(after: Bits, freed: Coverage) -> IndexMap:
        seen = flatten(after, subject.rules.paint_order)
        barred = np.array([subject.is_locked(c.id) for c in CLASSES])
        usable = ~freed & ~barred[seen]
        found: IndexMap = np.zeros(after.shape, np.uint8)
        for class_id in subject.targets:
            lost = freed & subject.plane(class_id)
            if lost.any():
                _fill_nearest(found, lost, usable & (seen != class_id), seen)
        return found

    return heirs


def _fill_nearest(heirs: IndexMap, lost: Coverage, usable: Coverage, seen: IndexMap) -> None:
    """Write into the heirs, for the lost pixels, the class seen at the nearest usable pixel."""
    reach = _reach(usable, cv2.boundingRect(lost.view(np.uint8)))
    if reach is None:
        return
    part = usable[reach]
    _, labels = cv2.distanceTransformWithLabels(
        (~part).view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    class_of: npt.NDArray[np.uint8] = np.zeros(int(labels.max()) + 1, np.uint8)
    class_of[labels[part]] = seen[reach][part]
    np.copyto(heirs[reach], class_of[labels], where=lost[reach])


def _reach(usable: Coverage, box: Sequence[int]) -> tuple[slice, slice] | None:
    """The box with its surroundings, as wide as is needed to have usable pixels in it; None if there is none at all."""
    x, y, width, height = box
    margin = 8
    while True:
        rows = slice(max(0, y - margin), y + height + margin)
        columns = slice(max(0, x - margin), x + width + margin)
        if usable[rows, columns].any():
            # The nearest one may lie further off in one direction than the first one found in another.
            wide = 2 * (margin + max(width, height))
            return slice(max(0, y - wide), y + height + wide), slice(max(0, x - wide), x + width + wide)
        if margin > max(usable.shape):
            return None
        margin *= 4

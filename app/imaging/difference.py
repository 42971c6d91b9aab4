"""Where two versions of one mask differ, and what each class gained and lost between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from app.faces.classes import LAYER_CLASSES
from app.faces.mask import Bits
from app.imaging.raster import Rect


@dataclass(frozen=True, slots=True)
class Difference:
    """``pixels`` have another class set, all of them in ``region`` (empty where there are none).

    ``gained`` and ``lost`` count pixels by official id, for classes that have any; 0 is the background, which a pixel
    gains with its last class.
    """

    pixels: int
    region: Rect
    gained: Mapping[int, int]
    lost: Mapping[int, int]

    @property
    def classes(self) -> tuple[int, ...]:
        """The official ids of the classes with another shape, those that changed most first."""
        moved = {c: self.gained.get(c, 0) + self.lost.get(c, 0) for c in {*self.gained, *self.lost}}
        return tuple(sorted(moved, key=lambda class_id: (-moved[class_id], class_id == 0, class_id)))


def difference(before: Bits, after: Bits) -> Difference:
    """What changed between two masks (H, W). Raises ValueError when they differ in size."""
    if before.shape != after.shape:
        raise ValueError(f"masks of {before.shape} and {after.shape} pixels cannot be compared")
    changed = before != after
    old, new = before[changed], after[changed]
    return Difference(len(old), Rect.around(changed), _counts(old, new), _counts(new, old))


def _counts(without: Bits, having: Bits) -> Mapping[int, int]:
    """Pixels by class that ``having`` has and ``without`` has not."""
    fresh = having & ~without
    counts = {c.id: int(np.count_nonzero(fresh & np.uint32(c.bit))) for c in LAYER_CLASSES}
    counts[0] = int(np.count_nonzero(having == 0))  # the two differ, so the other has a class there
    return {class_id: count for class_id, count in counts.items() if count}

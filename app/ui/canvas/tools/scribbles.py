"""Lines drawn to tell a machine what is known: not painted, only marked, and taken back one by one."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from app.imaging.footprint import BrushShape, Coverage, Point, swept
from app.imaging.raster import Rect
from app.ui.canvas.tools.tool import Option

PEN = Option("scribble.size", "Pen", 5, low=1, high=64, suffix=" px", hint="How thick a scribble is")


@dataclass(slots=True)
class Scribble:
    """One line of a pen ``size`` mask pixels thick that says ``label``."""

    label: int
    size: int
    points: list[Point] = field(default_factory=list)

    def cover(self, onto: Coverage) -> None:
        """Set what the pen covered in (H, W) bool."""
        shape = onto.shape[0], onto.shape[1]
        for start, end in zip(self.points[:1] + self.points, self.points, strict=False):
            region, covered = swept(start, end, self.size, BrushShape.ROUND, shape)
            if not region.is_empty:
                onto[region.slices] |= covered


def labelled_seeds(scribbles: list[Scribble], shape: tuple[int, int]) -> npt.NDArray[np.int32]:
    """(H, W): the label of the last scribble over each pixel, 0 where none is."""
    seeds = np.zeros(shape, np.int32)
    for scribble in scribbles:
        covered = np.zeros(shape, np.bool_)
        scribble.cover(covered)
        seeds[covered] = scribble.label
    return seeds


def cut(covered: Coverage) -> tuple[Rect, Coverage]:
    """The smallest rectangle around what is covered, and its part of it."""
    region = Rect.around(covered)
    return region, covered[region.slices]

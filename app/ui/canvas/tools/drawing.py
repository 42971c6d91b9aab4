"""What the hand draws between press and release, put into a stroke: plainly, or with all the help there is.

The plain way is the hot one: a mouse move of the brush ends here, and costs what sweeping and covering cost.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from app.document.stroke import Stroke
from app.faces.classes import CLASSES
from app.faces.mask import MaskLayers
from app.imaging.compose import Operation
from app.imaging.enclosing import holes_beside
from app.imaging.face_axis import FaceAxis
from app.imaging.fill import holes
from app.imaging.footprint import BrushShape, Coverage, Point, footprint_centre, swept, tapered
from app.imaging.raster import Rect
from app.imaging.regions import cropped
from app.imaging.stabiliser import Stabiliser
from app.ui.canvas.tools.tool import Hand

_RING_RADII = 1.8
"""The ring around a stroke's start, in radii of the brush: napari's."""
_RING_SCREEN_PX = 10
_RING_POINTS = 32


class Drawing:
    """Footprints from point to point."""

    is_helped = False
    has_lines = False
    """Whether ``lines`` change while it is drawn."""
    brush: tuple[Point, int] | None = None
    """Where the brush is and its size, while the pointer alone does not tell."""

    def __init__(self, stroke: Stroke, mask: MaskLayers, size: int, shape: BrushShape) -> None:
        self.stroke = stroke
        self.last: Point | None = None
        """Where the brush is; None while the pointer is outside the view."""
        self._picture = mask.shape
        # The brush stays as it was at the press: a stroke is one thing.
        self._size, self._shape = size, shape

    def begin(self, start: Point, point: Point, hand: Hand) -> None:  # noqa: ARG002
        """The first footprint, or the first line."""
        self.last = start
        self._lay(start, point, self._size)
        self.last = point

    def draw(self, point: Point, hand: Hand) -> None:  # noqa: ARG002
        """The pointer is here now."""
        region, covered = swept(self.last or point, point, self._size, self._shape, self._picture)
        self.last = point
        if region.width > 0 and region.height > 0:
            self.stroke.cover(region, covered)

    def lift(self) -> None:
        """The pointer left the view: no line leads to where it comes back."""
        self.last = None

    def finish(self) -> None:
        """What is still to be covered when the button comes up."""

    def lines(self) -> list[tuple[list[Point], bool, bool]]:
        """What is to be shown of it: lines, whether each is closed, whether dashed."""
        return []

    def _lay(self, start: Point, end: Point, size: int) -> None:
        region, covered = swept(start, end, size, self._shape, self._picture)
        if not region.is_empty:
            self.stroke.cover(region, covered)


@dataclass(frozen=True, slots=True)
class Help:
    """How a drawing is helped. Lengths are mask pixels."""

    string: float = 0.0
    """How far the pointer may go before the brush follows."""
    has_pressure: bool = False
    """Whether the pressure sets the size."""
    axis: FaceAxis | None = None
    """What everything is mirrored about."""
    closes: bool = False
    """Whether what the stroke encloses is filled."""
    holes: int = 0
    """Up to how many pixels large holes beside the stroke are filled."""

    @property
    def is_any(self) -> bool:
        """Whether there is any."""
        return bool(self.string or self.has_pressure or self.axis or self.closes or self.holes)


class HelpedDrawing(Drawing):
    """The same on a string, by pressure, on both sides of the face, and with holes filled at its end."""

    is_helped = True

    def __init__(
        self, stroke: Stroke, mask: MaskLayers, size: int, shape: BrushShape, *, given: Help, grain: float
    ) -> None:
        super().__init__(stroke, mask, size, shape)
        self._help = given
        self._bits = mask.bits
        self._string: Stabiliser | None = None
        self._pressed = size
        self.pointer: Point | None = None
        self.start: Point | None = None
        self.ring_radius = max(_RING_RADII * size / 2, _RING_SCREEN_PX * grain)
        self._has_left_ring = False
        self.has_lines = given.closes or given.string > 0
        sides = 2 if given.axis else 1
        keeps = given.closes or given.holes
        self._covered = [np.zeros(mask.shape, np.bool_) for _ in range(sides)] if keeps else []

    @property
    def is_closing(self) -> bool:
        """Whether letting go now would close the line."""
        if not self._help.closes or not self._has_left_ring or self.pointer is None or self.start is None:
            return False
        return math.dist(self.pointer, self.start) <= self.ring_radius

    def lines(self) -> list[tuple[list[Point], bool, bool]]:
        shown: list[tuple[list[Point], bool, bool]] = []
        if self._help.closes and self.start is not None:
            (x, y), radius = self.start, self.ring_radius
            turns = [2 * math.pi * k / _RING_POINTS for k in range(_RING_POINTS)]
            ring = [(x + radius * math.cos(turn), y + radius * math.sin(turn)) for turn in turns]
            shown.append((ring, True, not self.is_closing))
        if self._string is not None and self.last is not None and self.pointer is not None:
            shown.append(([self.last, self.pointer], False, False))
        return shown

    def begin(self, start: Point, point: Point, hand: Hand) -> None:
        self.start = start
        self._pressed = self._size_of(hand)
        self._lay(start, point, self._pressed)
        self._hold(point)

    def draw(self, point: Point, hand: Hand) -> None:
        if self.last is None:
            self._hold(point)
        self.pointer = point
        if self._help.closes and self.start is not None:
            self._has_left_ring |= math.dist(point, self.start) > self.ring_radius
        there = point if self._string is None else self._string.pulled(point)
        size = self._size_of(hand)
        assert self.last is not None
        for start, end, part_size in tapered(self.last, there, self._pressed, size):
            self._lay(start, end, part_size)
        self.last, self._pressed = there, size
        self._tell_brush()

    def lift(self) -> None:
        super().lift()
        self.pointer = self._string = self.brush = None

    def finish(self) -> None:
        if self._string is not None and self.last is not None and self.pointer is not None:
            self._lay(self.last, self.pointer, self._pressed)  # what is under the pointer is painted
            self.last = self.pointer
        if self._help.closes:
            if self.is_closing and self.last is not None and self.start is not None:
                self._lay(self.last, self.start, self._pressed)
                self.last = self.start
            for side, covered in enumerate(self._covered):
                self._fill(holes(covered), side)
        if self._help.holes:
            for side, covered in enumerate(self._covered):
                self._fill(holes_beside(self._layer(side), covered, self._help.holes), side)

    def _hold(self, point: Point) -> None:
        self.last = self.pointer = point
        self._string = Stabiliser(point, self._help.string) if self._help.string else None
        self._tell_brush()

    def _tell_brush(self) -> None:
        is_elsewhere = self._string is not None or self._help.has_pressure
        self.brush = (self.last, self._pressed) if is_elsewhere and self.last is not None else None

    def _size_of(self, hand: Hand) -> int:
        return max(1, round(self._size * hand.pressure)) if self._help.has_pressure else self._size

    def _lay(self, start: Point, end: Point, size: int) -> None:
        self._cover(*swept(start, end, size, self._shape, self._picture), 0)
        axis = self._help.axis
        if axis is not None:
            # The middles of the footprints are mirrored, not the pointer: so the two sides match to the pixel.
            start, end = (axis.mirrored(footprint_centre(point, size)) for point in (start, end))
            self._cover(*swept(start, end, size, self._shape, self._picture), 1)

    def _cover(self, region: Rect, covered: Coverage, side: int) -> None:
        if not region.is_empty:
            self.stroke.cover(region, covered, second=side == 1)
            if self._covered:
                self._covered[side][region.slices] |= covered

    def _fill(self, found: Coverage, side: int) -> None:
        crop = cropped(found)
        self._cover(Rect(crop.x, crop.y, crop.width, crop.height), crop.covered, side)

    def _layer(self, side: int) -> Coverage:
        """What a hole must be enclosed by: the class painted, or what was erased."""
        operation = self.stroke.operation if side == 0 else self.stroke.second
        bit = CLASSES[operation.face_class].bit
        if operation.erase is not None or not bit:
            return self._covered[side]
        layer: Coverage = (self._bits & np.uint32(bit)) != 0
        return layer


def mirrored(operation: Operation) -> Operation:
    """What is done on the other side: the same, to the other class of a pair."""
    partner = CLASSES[operation.face_class].partner
    return operation if partner is None else replace(operation, face_class=partner.id)

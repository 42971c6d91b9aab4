"""The live wire: click along something, and the line between the clicks finds its edge by itself."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import Qt

from app.assist.livewire import Corner, Path, Terrain, Wire, nearest_corner, snapped, terrain
from app.faces.classes import PaintOrder
from app.faces.mask import Bits, flatten
from app.faces.sample import Photo
from app.imaging.footprint import Point
from app.imaging.polygon import EMPTY, Area, enclosed
from app.jobs import Progress
from app.ui.canvas.tools.answers import Answers
from app.ui.canvas.tools.combining import COMBINE, CombiningTool
from app.ui.canvas.tools.lasso import CLOSING_PX, DRAG_PX
from app.ui.canvas.tools.tool import PLAIN, Hand, Option
from app.ui.session import Session

SNAP = Option(
    "livewire.snap",
    "Snap",
    4,
    high=20,
    suffix=" px",
    hint="How far a click is drawn to an edge. Ctrl sets it where it is, with a straight line to it",
)
BORDERS = Option(
    "livewire.borders", "Class borders", True, hint="Follow the borders of the classes that are shown, too"
)
PHOTO = Option("livewire.photo", "Photo", True, hint="Follow the edges in the photo")
SNAP_SCREEN_PX = 12
"""Nor further than so far on the screen: who zooms in wants to be exact."""
Leg = list[Point]
"""From one corner of the line to the next, both included."""


@dataclass(frozen=True, slots=True, eq=False)
class _Ground:
    """What the wires of a picture are laid over: arrays that nobody writes."""

    photo: Photo | None
    bits: Bits | None
    paint_order: PaintOrder
    visible: int
    terrain: Terrain | None = None

    def is_like(self, other: _Ground) -> bool:
        """Whether there is nothing new to be followed."""
        if self.photo is not other.photo or (self.bits is None) != (other.bits is None):
            return False
        if self.bits is None or other.bits is None:
            return True
        rules = (self.paint_order, self.visible) == (other.paint_order, other.visible)
        return rules and np.array_equal(self.bits, other.bits)

    def surveyed(self) -> _Ground:
        """The same with its terrain."""
        if self.terrain is not None:
            return self
        classes = None if self.bits is None else flatten(self.bits, self.paint_order, self.visible)
        return replace(self, terrain=terrain(self.photo, classes))


@dataclass(frozen=True, slots=True, eq=False)
class _Laid:
    ground: _Ground
    legs: dict[int, Leg]
    wire: Wire | None


def _laid(ground: _Ground, ways: dict[int, tuple[Corner, Corner]], seed: Corner | None, progress: Progress) -> _Laid:
    """The legs that were asked for, and a wire from the last corner: 50 ms for each on 512²."""
    ground = ground.surveyed()
    assert ground.terrain is not None
    legs: dict[int, Leg] = {}
    for done, (number, (start, end)) in enumerate(ways.items()):
        progress.report(done, len(ways) + 1)
        legs[number] = _points(Wire(ground.terrain, start).to(end))
    progress.report(len(ways), len(ways) + 1)
    return _Laid(ground, legs, None if seed is None else Wire(ground.terrain, seed))


def _points(path: Path) -> Leg:
    return [(float(x), float(y)) for x, y in path.tolist()]


class LiveWireTool(CombiningTool):
    """Adds, cuts or keeps what a line along edges goes around.

    A click sets a corner; the line to it follows the edges of the photo and the borders of classes, or with Ctrl is
    straight, and freehand while Ctrl is held and the mouse dragged. It closes like the lasso. A way that is not found
    yet, because the hand was quicker, is filled in when it is.
    """

    name = "livewire"
    pointer = Qt.CursorShape.CrossCursor
    options = (SNAP, PHOTO, BORDERS, COMBINE)

    def __init__(self, session: Session, refuse: Callable[[str], None]) -> None:
        super().__init__(session, refuse)
        self._answers = Answers()
        self._corners: list[Corner] = []
        self._legs: list[Leg | None] = []
        """The ways between the corners; None: not found yet."""
        self._ground: _Ground | None = None
        self._wire: Wire | None = None
        self._is_down = self._closes = False
        self._trail: Leg = []
        """What is drawn freehand with the button down."""
        self._tail: Leg = []
        self._is_shown_closed = False

    @property
    def is_active(self) -> bool:
        return self._is_down

    @property
    def is_pending(self) -> bool:
        return bool(self._corners)

    @property
    def is_waiting(self) -> bool:
        """Whether a way is still looked for."""
        return self._answers.is_waiting

    def press(self, point: Point, hand: Hand = PLAIN) -> None:
        if self._closes:
            return
        if self._corners and (hand.is_double or self._is_at_start(point)):
            self._close(hand)
            return
        if not self._corners and not self._begin_line(hand):
            return
        corner = self._corner(point, hand)
        self._is_down, self._trail = True, []
        if self._corners:
            if corner == self._corners[-1]:
                return
            self._legs.append(self._way(corner, hand))
        self._corners.append(corner)
        self._ask()
        self.redraw()

    def move(self, point: Point | None, hand: Hand = PLAIN) -> None:
        if not self._is_down or point is None or not hand.ctrl:
            return
        if not self._trail:
            start = (float(self._corners[-1][0]), float(self._corners[-1][1]))
            if math.dist(start, point) <= DRAG_PX * self.grain:
                return
            self._trail = [start]
        self._trail.append(point)
        self._show_line()

    def release(self) -> None:
        trail, self._trail, self._is_down = self._trail, [], False
        mask = self.mask()
        if len(trail) > 1 and mask is not None:
            end = nearest_corner(trail[-1], mask.shape)
            self._legs.append([*trail, (float(end[0]), float(end[1]))])
            self._corners.append(end)
            self._ask()
            self.redraw()

    def hover(self, point: Point | None, hand: Hand = PLAIN) -> None:
        if self._closes:
            return
        if not self._corners:
            self._show_snap(point, hand)
            return
        is_at_start = point is not None and self._is_at_start(point)
        if point is None:
            self._tail = []
        else:
            end = self._corners[0] if is_at_start else self._corner(point, hand)
            self._tail = self._way(end, hand) or [self._point(-1), self._as_point(end)]
        if is_at_start != self._is_shown_closed:
            self._is_shown_closed = is_at_start
            self._show_area(self._tail if is_at_start else [])
        self._show_line()

    def accept(self) -> bool:
        was_pending = self.is_pending
        if was_pending and not self._closes:
            self._close(PLAIN)
        return was_pending

    def step_back(self) -> bool:
        if not self._corners:
            return False
        self._is_down, self._trail, self._tail = False, [], []
        if self._closes:
            self._closes = False
            self._legs.pop()
        else:
            self._corners.pop()
            del self._legs[max(0, len(self._corners) - 1) :]
        if not self._corners:
            self.cancel()
            return True
        self._ask()
        self.redraw()
        return True

    def cancel(self) -> None:
        self._answers.drop()
        self._corners, self._legs, self._tail, self._trail = [], [], [], []
        self._wire = None
        self._is_down = self._closes = self._is_shown_closed = False
        self.preview.clear()

    def forget(self) -> None:
        super().forget()
        self._ground = None

    def redraw(self) -> None:
        if self._corners:
            self._is_shown_closed = False
            self._show_area([])
            self._show_line()

    def _on_wish_changed(self) -> None:
        super()._on_wish_changed()
        if self.session.tool != self.name or not self._corners:
            return
        if not self._follows():  # both were unticked half way: what is still looked for is straight now
            self._answers.drop()
            ends = [*self._corners[1:], self._corners[0]]
            for number, leg in enumerate(self._legs):
                self._legs[number] = leg or [self._point(number), self._as_point(ends[number])]
            if self._closes:
                self._finish()
        else:
            self._ask()  # other things may be followed now

    def _begin_line(self, hand: Hand) -> bool:
        if not self._follows():
            self.refuse("There is nothing to follow: tick Photo or Class borders, or open a sample with a photo")
            return False
        return self.begin(hand)

    def _follows(self) -> bool:
        """Whether there is anything that a wire could follow."""
        mask = self.mask()
        if mask is None:
            return False
        return bool(self.option(BORDERS) or (self.option(PHOTO) and self.session.photo.rgb(mask.shape) is not None))

    def _corner(self, point: Point, hand: Hand) -> Corner:
        mask, radius = self.mask(), min(self.number(SNAP), math.ceil(SNAP_SCREEN_PX * self.grain))
        shape = mask.shape if mask is not None else (1, 1)
        over = self._ground.terrain if self._ground is not None else None
        if hand.ctrl or radius == 0 or over is None or over.shape != shape:
            return nearest_corner(point, shape)
        return snapped(over, point, radius)

    def _way(self, end: Corner, hand: Hand) -> Leg | None:
        """From the last corner: straight with Ctrl, else along the wire; None while that is not there yet."""
        if hand.ctrl or not self._follows():
            return [self._point(-1), self._as_point(end)]
        if self._wire is None or self._wire.seed != self._corners[-1]:
            return None
        return _points(self._wire.to(end))

    def _close(self, hand: Hand) -> None:
        self._is_down, self._trail, self._tail = False, [], []
        self._legs.append(self._way(self._corners[0], hand))
        self._closes = True
        if None in self._legs:
            self._ask()
            self.redraw()
        else:
            self._finish()

    def _finish(self) -> None:
        area = self._area([])
        self.cancel()
        if not area[0].is_empty:
            self.finish(area, "live wire")

    # Asking

    def _ground_now(self) -> _Ground | None:
        """What is to be followed at this moment; the same value as before if that has not changed."""
        mask = self.mask()
        if mask is None:
            return None
        photo = self.session.photo.rgb(mask.shape) if self.option(PHOTO) else None
        bits = mask.bits if self.option(BORDERS) else None
        now = _Ground(photo, bits, self.session.paint_order, self.session.open_eyes)
        if self._ground is not None and self._ground.is_like(now):
            return self._ground
        return replace(now, bits=None if bits is None else bits.copy())

    def _ask(self) -> None:
        """Let the ways be found that are missing, and a wire be laid from the last corner."""
        ground = self._ground_now()
        if ground is None or not self._follows():
            return
        ends = [*self._corners[1:], self._corners[0]] if self._corners else []
        ways = {n: (self._corners[n], ends[n]) for n, leg in enumerate(self._legs) if leg is None}
        seed = self._corners[-1] if self._corners and not self._closes else None
        is_there = seed is None or (self._wire is not None and self._wire.seed == seed)
        if is_there and not ways and ground.terrain is not None and ground is self._ground:
            self._answers.drop()  # what was asked for a corner that was taken back
            return
        self._answers.ask(lambda progress: _laid(ground, ways, seed, progress), self._take, self.refuse)

    def _take(self, laid: _Laid) -> None:
        self._ground, self._wire = laid.ground, laid.wire
        for number, leg in laid.legs.items():
            self._legs[number] = leg
        if self._closes and None not in self._legs:
            self._finish()
        elif self._corners:
            self.redraw()

    # Showing

    def _show_snap(self, point: Point | None, hand: Hand) -> None:
        """Where a click would be drawn to, before there is a line."""
        if point is None or self.pixel(point) is None:
            self.preview.clear()
            return
        if self._ground is None and not self._answers.is_waiting:
            self._ask()
        self.preview.show_paths([], [self._as_point(self._corner(point, hand))])

    def _show_area(self, closing: Leg) -> None:
        self.preview.clear()
        self.show(self._area(closing))

    def _show_line(self) -> None:
        found = [leg for leg in self._legs if leg is not None]
        line = [leg for leg in (*found, self._tail, self._trail) if leg]
        self.preview.show_paths(line, [self._as_point(corner) for corner in self._corners])
        for number, leg in enumerate(self._legs):
            if leg is None:
                end = self._corners[(number + 1) % len(self._corners)]
                self.preview.add_path([self._point(number), self._as_point(end)], dashed=True)

    def _area(self, closing: Leg) -> Area:
        mask = self.mask()
        if mask is None:
            return EMPTY
        legs = [
            leg or [self._point(number), self._point((number + 1) % len(self._corners))]
            for number, leg in enumerate(self._legs)
        ]
        return enclosed([point for leg in (*legs, closing) for point in leg], mask.shape)

    def _is_at_start(self, point: Point) -> bool:
        return len(self._corners) > 2 and math.dist(point, self._corners[0]) <= CLOSING_PX * self.grain

    def _point(self, number: int) -> Point:
        return self._as_point(self._corners[number])

    @staticmethod
    def _as_point(corner: Corner) -> Point:
        return float(corner[0]), float(corner[1])

"""What an area that was drawn does to the class held: it is added, cut out, or all that remains of it."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

import numpy as np

from app.faces.classes import CLASSES
from app.imaging.compose import Erase, Operation
from app.imaging.fill import Pixel
from app.imaging.footprint import Point
from app.imaging.polygon import Area, pixel_at
from app.imaging.raster import Rect
from app.ui.canvas.tools.area_tool import AreaTool
from app.ui.canvas.tools.tool import PLAIN, Hand, Option
from app.ui.session import Session


class Combine(Enum):
    """The class held becomes itself and the area, itself without the area, or what it has in common with it."""

    ADD = "add"
    CUT = "cut"
    INTERSECT = "intersect"


COMBINE = Option(
    "area.combine",
    "Area",
    Combine.ADD.value,
    choices=(
        (Combine.ADD.value, "Add to the class"),
        (Combine.CUT.value, "Cut from the class"),
        (Combine.INTERSECT.value, "Crop the class to it"),
    ),
    hint="What the area does to the class held (cropped: what lies outside goes). Shift adds, Alt cuts, both crop",
)
_VERBS = {Combine.ADD: "Painting", Combine.CUT: "Cutting", Combine.INTERSECT: "Cropping"}
NOTHING_CHANGES = "Nothing here changes: it is as wanted already, or the restrictions keep it"


class CombiningTool(AreaTool):
    """Proposes and commits areas by the option ``COMBINE``; subclasses find the areas.

    Shift and Alt, held at the press, overrule the option for tools that ``combines_with_keys``. The right button erases
    as the eraser does.
    """

    options: tuple[Option, ...] = (COMBINE,)
    erases_with_right = True
    combines_with_keys = True

    def __init__(self, session: Session, refuse: Callable[[str], None]) -> None:
        super().__init__(session, refuse)
        self._combine = Combine.ADD
        self._erases = False
        session.face_class_changed.connect(self._on_wish_changed)
        session.rules_changed.connect(self._on_wish_changed)
        session.option_changed.connect(self._on_wish_changed)

    @classmethod
    def verb_now(cls, session: Session) -> str:
        if COMBINE not in cls.options:
            return cls.verb
        return _VERBS[Combine(session.option(COMBINE.key, COMBINE.default))]

    def redraw(self) -> None:
        """Propose again: the class, the rules or an option changed."""

    def _on_wish_changed(self) -> None:
        if self.session.tool == self.name:
            self.redraw()

    def operation(self, *, erase: bool) -> Operation:
        if erase or self._combine is Combine.ADD:
            return super().operation(erase=erase)
        return self.session.rules().erasing(self.session.face_class, Erase.THIS_CLASS)

    def hold(self, hand: Hand) -> None:
        """Know from the hand what the area to come is for."""
        self._erases = hand.erase
        if hand.erase:
            self._combine = Combine.ADD
        elif self.combines_with_keys and (hand.shift or hand.alt):
            cuts = Combine.INTERSECT if hand.shift else Combine.CUT
            self._combine = cuts if hand.alt else Combine.ADD
        else:
            self._combine = Combine(self.option(COMBINE))

    def begin(self, hand: Hand = PLAIN) -> bool:
        """``hold``, and whether an area may be drawn at all; otherwise the reason is told."""
        self.hold(hand)
        reason = self.obstacle(erase=self._erases or self._combine is not Combine.ADD) or self._uncuttable()
        if reason:
            self.refuse(reason)
        return reason is None

    def show(self, area: Area) -> None:
        """Show what committing the area would change."""
        region, covered = self._combined(area)
        self.propose(covered, region, erase=self._erases)

    def finish(self, area: Area, verb: str = "") -> None:
        """Commit the area; says so if that changes nothing."""
        region, covered = self._combined(area)
        if region.is_empty or not self.effect(covered, region, self.operation(erase=self._erases)).any():
            self.preview.clear()
            self.refuse(NOTHING_CHANGES)
            return
        verb = verb or self.name
        if self._combine is Combine.INTERSECT:
            verb = f"{verb} crop"
        self.commit(covered, region, erase=self._erases, verb=verb)

    def pixel(self, point: Point | None) -> Pixel | None:
        """The pixel of the mask on screen under a point."""
        mask = self.mask()
        return None if mask is None or point is None else pixel_at(point, mask.shape)

    def _combined(self, area: Area) -> Area:
        mask = self.mask()
        if self._combine is not Combine.INTERSECT or mask is None:
            return area
        region, covered = area
        lost = (mask.bits & np.uint32(CLASSES[self.session.face_class].bit)) != 0
        if not region.is_empty:
            lost[region.slices] &= ~covered
        return Rect.whole(mask.shape), lost

    def _uncuttable(self) -> str | None:
        if self._erases or self._combine is Combine.ADD:
            return None
        held = CLASSES[self.session.face_class]
        if not held.bit:
            return "Nothing can be cut out of the background; choose a class, or add to the background"
        return f"{held.title} is locked; unlock it to cut from it" if held.bit & self.session.locked else None

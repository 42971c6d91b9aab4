"""The smoothing brush: borders under the footprint become even, whatever its size; the rest stays as it is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Qt

from app.document.edits import MaskEdit
from app.faces.classes import CLASSES, LAYER_CLASSES
from app.faces.errors import FaceDataError
from app.faces.mask import Bits, flatten
from app.imaging.cleanup import OPERATOR_BY_NAME, clean
from app.imaging.footprint import Coverage, Point, swept
from app.imaging.raster import Rect
from app.ui.canvas.tools.area_tool import ERASING
from app.ui.canvas.tools.tool import PLAIN, Hand, Option, Tool
from app.ui.session import Session

ALL, HELD = "all", "held"
_REACH = 4
"""How many times its strength an operator looks around a pixel."""
_SHOWN_ALPHA = 0.85


class SmoothTool(Tool):
    """Shows while it is pressed what the borders become; letting go does it, as one step.

    All classes are smoothed jointly, as they are seen; the class held alone by the median.
    """

    name = "smooth"
    pointer = Qt.CursorShape.BlankCursor
    shows_footprint = True
    verb = ""
    says = "Smooths the borders under the brush"
    strength = Option("smooth.strength", "Strength", 3, low=1, high=12, suffix=" px", hint="How far a border may move")
    classes = Option(
        "smooth.classes", "Classes", ALL, choices=((ALL, "All classes"), (HELD, "Class held")),
        hint="All classes keep their borders in common; the class held is smoothed by itself",
    )  # fmt: skip
    options = (strength, classes)

    def __init__(self, session: Session, refuse: Callable[[str], None]) -> None:
        super().__init__(session, refuse)
        self._bits: Bits | None = None
        """The mask as it was when the button went down; None while it is up."""
        self._covered: Coverage = np.zeros((0, 0), np.bool_)
        self._box: Rect | None = None
        self._last: Point | None = None

    @property
    def is_active(self) -> bool:
        return self._bits is not None

    def press(self, point: Point, hand: Hand = PLAIN) -> None:  # noqa: ARG002
        document, sample = self.session.document, self.session.sample
        if self.is_active or document is None or sample is None:
            return
        is_alone = self.option(self.classes) == HELD
        if reason := self.obstacle(erase=not is_alone):
            self.refuse(reason)
            return
        if is_alone and not self.session.face_class:
            self.refuse("The background cannot be smoothed by itself; choose a class, or smooth all classes")
            return
        mask = document.mask(sample)
        assert mask is not None
        self._bits = mask.bits
        self._covered = np.zeros(mask.shape, np.bool_)
        self._box = self._last = None
        self.move(point)

    def move(self, point: Point | None, hand: Hand = PLAIN) -> None:  # noqa: ARG002
        if self._bits is None or point is None:
            self._last = None
            return
        session, shape = self.session, (self._bits.shape[0], self._bits.shape[1])
        region, covered = swept(self._last or point, point, session.brush_size, session.brush_shape, shape)
        self._last = point
        if region.is_empty:
            return
        self._covered[region.slices] |= covered
        self._box = region.united(self._box)
        self._show()

    def release(self) -> None:
        document, sample, box = self.session.document, self.session.sample, self._box
        if self._bits is not None and document is not None and sample is not None and box is not None:
            after = self._bits.copy()
            after[box.slices] = self._smoothed(self._bits, box)
            title = CLASSES[self.session.face_class].name if self.option(self.classes) == HELD else "borders"
            edit = MaskEdit.between(sample, self._bits, after, f"Smooth {title}")
            self.cancel()
            try:
                if edit is not None:
                    document.do(edit)
            except FaceDataError as error:
                self.refuse(str(error))
        self.cancel()

    def cancel(self) -> None:
        self._bits = self._box = self._last = None
        self.preview.clear()

    def _smoothed(self, bits: Bits, box: Rect) -> Bits:
        """The part of the mask in ``box`` as it would be."""
        strength = self.number(self.strength)
        reach = strength * _REACH + 2
        wide = Rect(box.x - reach, box.y - reach, box.width + 2 * reach, box.height + 2 * reach)
        wide = wide.clipped((bits.shape[0], bits.shape[1]))
        within, session = self._covered[wide.slices], self.session
        in_range = session.within()
        if in_range is not None:
            within = within & in_range[wide.slices]
        is_alone = self.option(self.classes) == HELD
        operator = OPERATOR_BY_NAME["smooth.median" if is_alone else "smooth.joint"]
        targets = [session.face_class] if is_alone else [c.id for c in LAYER_CLASSES]
        given = {"radius" if is_alone else "sigma": strength}
        part = np.ascontiguousarray(bits[wide.slices])
        after = clean(operator, part, targets, session.rules(), given=given, within=within)
        return after[box.y - wide.y : box.y - wide.y + box.height, box.x - wide.x : box.x - wide.x + box.width]

    def _show(self) -> None:
        """What would be seen at the pixels that change, in the colours of their classes."""
        bits, box = self._bits, self._box
        assert bits is not None
        assert box is not None
        after = self._smoothed(bits, box)
        changed = after != bits[box.slices]
        self.preview.clear()
        if not changed.any():
            return
        seen = flatten(after, self.session.paint_order)
        for class_id in np.unique(seen[changed]).tolist():
            colour = self.session.colour_of(CLASSES[class_id]) if class_id else ERASING
            self.preview.add_fill(box, changed & (seen == class_id), colour, alpha=_SHOWN_ALPHA)

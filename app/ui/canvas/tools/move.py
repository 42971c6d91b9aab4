"""Moving a piece: drag it, or click it and nudge it with the arrow keys."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt

from app.faces.classes import CLASSES
from app.faces.mask import Bits, MaskLayers
from app.imaging.components import Component, moved
from app.imaging.footprint import Point
from app.imaging.raster import Rect
from app.ui.canvas.tools.piece_tool import PieceTool
from app.ui.canvas.tools.tool import PLAIN, Hand
from app.ui.mask_change import mask_on_screen


class MoveTool(PieceTool):
    """Holds a piece and the mask as it was when the piece was taken up.

    Every place is worked out from that mask, so a piece that is nudged over other classes takes nothing of them along.
    """

    name = "move"
    pointer = Qt.CursorShape.SizeAllCursor
    verb = ""
    says = "Drag a piece of a class; arrow keys nudge it"
    _piece: Component | None = None
    _base: Bits
    _left: Bits
    _rules: object = None
    _from: Point | None = None
    _at = (0, 0)
    """Where the piece is in the mask: pixels from where it was taken up."""
    _to = (0, 0)
    """Where the hand holds it."""
    _series: object = None

    @property
    def is_active(self) -> bool:
        return self._from is not None

    @property
    def is_pending(self) -> bool:
        return self._piece is not None

    def press(self, point: Point, hand: Hand = PLAIN) -> None:  # noqa: ARG002
        mask = mask_on_screen(self.session)
        piece = self.piece_at(point)
        self.cancel()
        if mask is None or piece is None or not piece.face_class:
            return
        if reason := self.against(piece.face_class):
            self.refuse(reason)
            return
        self._piece, self._base, self._series = piece, mask.bits.copy(), object()
        self._at = self._to = (0, 0)
        self._from = point
        self._note()
        self._show_held()

    def move(self, point: Point | None, hand: Hand = PLAIN) -> None:  # noqa: ARG002
        mask = mask_on_screen(self.session)
        if point is None or self._from is None or self._piece is None or mask is None:
            return
        to = round(point[0] - self._from[0]), round(point[1] - self._from[1])
        if to != self._to:
            self._to = to
            wanted = moved(self._base, self._piece, *to, exclusive=mask.exclusive)
            self.show(self._base, wanted, self._piece.face_class)
            self._add_outline()

    def release(self) -> None:
        self._from = None
        if self._piece is None or self._to == self._at:
            return
        mask = mask_on_screen(self.session)
        if mask is not None and np.array_equal(mask.bits, self._left):
            self._settle()
        else:  # undone under the hand, say: moving the piece would do again what was undone
            self.cancel()

    def nudge(self, dx: int, dy: int) -> bool:
        if self._piece is None or self._from is not None:
            return False
        if not self._goes_on():
            self.cancel()
            return False
        self._to = self._at[0] + dx, self._at[1] + dy
        self._settle()
        return True

    def cancel(self) -> None:
        self._piece = self._from = None
        self.preview.clear()

    def _settle(self) -> None:
        """The mask has the piece where the hand holds it."""
        piece, base, to = self._piece, self._base, self._to
        assert piece is not None

        def wanted(mask: MaskLayers) -> Bits:
            return moved(base, piece, *to, exclusive=mask.exclusive)

        name = CLASSES[piece.face_class].name
        if self.change(wanted, f"Move {name}", since=base, origin=self._series):
            self._at = to
            self._note()
        else:
            self._to = self._at
        self._show_held()

    def _note(self) -> None:
        """Remember the mask and the rules as they are: with others the next step would not go on from this one."""
        mask = mask_on_screen(self.session)
        assert mask is not None
        self._left, self._rules = mask.bits.copy(), (self.session.rules(), self.session.photo_range)

    def _goes_on(self) -> bool:
        """Whether mask and rules are as this tool left them; after undo the piece is where it was taken up."""
        mask = mask_on_screen(self.session)
        if mask is None or self._rules != (self.session.rules(), self.session.photo_range):
            return False
        if np.array_equal(mask.bits, self._left):
            return True
        if not np.array_equal(mask.bits, self._base):
            return False
        self._at, self._series = (0, 0), object()
        self._note()
        return True

    def _show_held(self) -> None:
        self.preview.clear()
        self._add_outline()

    def _add_outline(self) -> None:
        mask, piece = mask_on_screen(self.session), self._piece
        if mask is None or piece is None:
            return
        whole = piece.spread(mask.shape, *self._to)
        region = Rect.around(whole)
        self.preview.add_outline(region, whole[region.slices])

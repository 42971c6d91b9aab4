"""Calling a piece something else: one click turns a mislabelled piece into the class in hand."""

from __future__ import annotations

from PySide6.QtCore import Qt

from app.faces.classes import CLASSES
from app.faces.mask import Bits, MaskLayers
from app.imaging.components import Component, relabelled
from app.imaging.footprint import Point
from app.imaging.raster import Rect
from app.ui.canvas.tools.piece_tool import PieceTool
from app.ui.canvas.tools.tool import PLAIN, Hand
from app.ui.mask_change import mask_on_screen


class RelabelTool(PieceTool):
    """The piece under the pointer becomes the class in hand; with Shift all pieces of its class do.

    Over no class that is the gap under the pointer, which is filled.
    """

    name = "relabel"
    pointer = Qt.CursorShape.CrossCursor
    verb = "A click makes the piece"
    _shown: tuple[Bits, Component, int] | None = None

    def press(self, point: Point, hand: Hand = PLAIN) -> None:
        self.preview.clear()
        self._shown = None
        piece, held = self._piece(point, hand), self.session.face_class
        if piece is None or piece.face_class == held:
            return
        if reason := self.against(piece.face_class, held):
            self.refuse(reason)
            return
        self.session.reveal(held)
        was, becomes = CLASSES[piece.face_class].name, CLASSES[held].name

        def wanted(mask: MaskLayers) -> Bits:
            return relabelled(mask.bits, piece, held, exclusive=mask.exclusive)

        self.change(wanted, f"Relabel {was} as {becomes}")

    def hover(self, point: Point | None, hand: Hand = PLAIN) -> None:
        mask, held = mask_on_screen(self.session), self.session.face_class
        if point is not None and self._shows(point, hand):
            return
        piece = self._piece(point, hand) if point is not None else None
        if mask is None or piece is None or piece.face_class == held or self.against(piece.face_class, held):
            self._shown = None
            self.preview.clear()
            return
        self._shown = mask.bits, piece, held
        self.show(mask.bits, relabelled(mask.bits, piece, held, exclusive=mask.exclusive), held)

    def cancel(self) -> None:
        self._shown = None
        self.preview.clear()

    def _piece(self, point: Point, hand: Hand) -> Component | None:
        piece, mask = self.piece_at(point), mask_on_screen(self.session)
        if piece is None or mask is None or not hand.shift:
            return piece
        layer = mask.layer(CLASSES[piece.face_class].name)
        region = Rect.around(layer)
        return Component(piece.face_class, region, layer[region.slices])

    def _shows(self, point: Point, hand: Hand) -> bool:
        """Whether the piece under the point is the one that is shown: the pointer moves within it most of the time."""
        mask = mask_on_screen(self.session)
        if self._shown is None or mask is None or self.preview.is_empty or hand.shift:
            return False
        bits, piece, held = self._shown
        here = self.piece_at(point)
        return (
            bits is mask.bits and held == self.session.face_class and here is not None
            and (here.face_class, here.region, here.area) == (piece.face_class, piece.region, piece.area)
        )  # fmt: skip

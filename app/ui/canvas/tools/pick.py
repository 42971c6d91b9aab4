"""Picking the class under the pointer."""

from __future__ import annotations

from PySide6.QtCore import Qt

from app.faces.mask import flatten_table
from app.imaging.footprint import Point
from app.ui.canvas.tools.tool import PLAIN, Hand, Tool


class PickTool(Tool):
    """Takes the topmost visible class under the pointer into the hand (background where there is none)."""

    name = "pick"
    pointer = Qt.CursorShape.CrossCursor
    verb = ""
    says = "Click a class in the picture to take it up"
    changes_mask = False

    def press(self, point: Point, hand: Hand = PLAIN) -> None:  # noqa: ARG002
        document, sample = self.session.document, self.session.sample
        mask = document.mask(sample) if document and sample else None
        if mask is None:
            return
        x, y = int(point[0] // 1), int(point[1] // 1)
        if 0 <= y < mask.shape[0] and 0 <= x < mask.shape[1]:
            table = flatten_table(self.session.paint_order, self.session.open_eyes)
            self.session.face_class = int(table[mask.bits[y, x]])

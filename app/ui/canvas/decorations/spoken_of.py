"""What the caption's word under the pointer speaks of: its classes as they are, everything else in the shade.

A class that is not painted anywhere leaves the picture alone and is named on a card instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from app.faces.classes import CLASS_BY_NAME, names_of
from app.imaging.raster import Rect
from app.ui.canvas.decorations.card import Card, Line
from app.ui.canvas.decorations.decoration import Decoration
from app.ui.canvas.preview import Preview

if TYPE_CHECKING:
    from app.faces.mask import Bits
    from app.ui.canvas.mask_canvas import MaskCanvas

_ALPHA = 0.55


class SpokenOf(Decoration):
    """On while the session says that something is spoken of."""

    def __init__(self, canvas: MaskCanvas) -> None:
        super().__init__(canvas)
        self._session = canvas.session
        self.shade = Preview()
        self.card = Card(canvas, name="spokenOfCard")
        self._session.spoken_of_changed.connect(self._on_spoken_of)

    def _on_spoken_of(self, bits: int) -> None:
        self.turn(on=bool(bits))
        self.view_changed()

    def view_changed(self) -> None:
        self.shade.clear()
        picture = self.canvas.picture
        mask = picture.bits if picture is not None else None
        spoken = self._session.spoken_of
        self.card.say(self._missing(mask, spoken) if spoken and mask is not None else ())
        self.card.move(8, self.canvas.height() - 8 - self.card.height())
        if spoken and mask is not None:
            covered = (mask & np.uint32(spoken)) != 0
            if np.any(covered):
                whole = Rect.whole((mask.shape[0], mask.shape[1]))
                self.shade.add_fill(whole, ~covered, (0, 0, 0), alpha=_ALPHA)
                self.shade.add_outline(whole, covered)
        self.canvas.update()

    def mask_changed(self, region: Rect) -> None:  # noqa: ARG002
        self.view_changed()

    def _missing(self, mask: Bits, spoken: int) -> list[Line]:
        """One line for every class that is nowhere."""
        painted = int(np.bitwise_or.reduce(mask, axis=None))
        absent = [CLASS_BY_NAME[name] for name in names_of(spoken & ~painted)]
        text = self.tr("{name}: nowhere in this mask")
        return [Line(text.format(name=c.title), "", self._session.colour_of(c)) for c in absent]

    def paint(self, painter: QPainter, exposed: QRect) -> None:  # noqa: ARG002
        self.shade.paint(painter, self.canvas.mask_place())

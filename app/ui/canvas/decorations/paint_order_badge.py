"""Says, as long as it is so, that the mask is seen in another paint order than the dataset's; a click ends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.ui.canvas.decorations.decoration import Decoration
from app.ui.canvas.decorations.rulers import inset
from app.ui.canvas.labels import ChipButton
from app.ui.messages import tooltip
from app.ui.paint_orders import title_of

if TYPE_CHECKING:
    from app.ui.canvas.mask_canvas import MaskCanvas


BADGE_TOP = 38
"""Below the words of the wipe and the badge of hidden classes, which come and go on their own."""


class PaintOrderBadge(Decoration):
    """A badge at the right, near the upper edge. It draws nothing on the canvas itself."""

    def __init__(self, canvas: MaskCanvas) -> None:
        super().__init__(canvas)
        self._session = canvas.session
        self.button = ChipButton(canvas, name="paintOrderBadge")
        self.button.setToolTip(
            tooltip(
                self.tr(
                    "Only a view: files and exports keep the dataset's order. Painting shows what you see here."
                    " Click to go back."
                )
            )
        )
        self.button.clicked.connect(self._go_back)
        self._session.view_changed.connect(self._refresh)
        self._session.aids_changed.connect(self._place)
        canvas.resized.connect(self._place)

    def _go_back(self) -> None:
        self._session.shown_order = None

    def _refresh(self) -> None:
        order = self._session.shown_order
        text = "" if order is None else self.tr("Seen in the order: {name}  ✕").format(name=title_of(order))
        self.button.say(text)
        self._place()

    def _place(self) -> None:
        self.button.move(self.canvas.width() - self.button.width() - 8, BADGE_TOP + inset(self._session))

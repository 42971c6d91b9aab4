"""What every decoration is: something drawn over the main canvas, or a small widget laid upon it, that only informs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect
from PySide6.QtGui import QPainter

from app.imaging.raster import Rect

if TYPE_CHECKING:
    from app.ui.canvas.mask_canvas import MaskCanvas


class Decoration(QObject):
    """Draws nothing; decorations override what they need. ``turn`` switches one on or off.

    The canvas asks only those that are on, so a decoration that is off costs nothing, not even under the brush.
    """

    def __init__(self, canvas: MaskCanvas) -> None:
        super().__init__(canvas)
        self.canvas = canvas
        self._is_on = False

    @property
    def is_on(self) -> bool:
        """Whether it is drawn."""
        return self._is_on

    def turn(self, *, on: bool) -> None:
        """Draw it from now on, or not any more."""
        if on != self._is_on:
            self._is_on = on
            self.canvas.note_decorations()
            if on:
                self.view_changed()

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        """Draw it where ``exposed`` is; one unit is one device pixel from the view's top left corner."""

    def view_changed(self) -> None:
        """Another sample is shown, the mask was replaced, or zoom and centre are others."""

    def mask_changed(self, region: Rect) -> None:
        """An edit or a stroke that ended changed these mask pixels."""

    def before_changed(self) -> None:
        """What the mask is compared with is another one."""

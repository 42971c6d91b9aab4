"""A line to type in, with an edge that can be seen in both themes.

Fusion draws the edge of a field in a darker shade of the window, which on a dark window is no edge at all; a style
sheet would show one, but gives each field a palette of its own that later themes do not reach (Qt 6.11).
"""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QLineEdit


class Field(QLineEdit):
    """A ``QLineEdit``; it has Fusion's own edge while it has the focus."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 2, 2)

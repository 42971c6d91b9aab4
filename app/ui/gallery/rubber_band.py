"""A rectangle drawn over cells with the mouse, and the rows it picks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QPainter, QPalette, QPen

from app.ui.gallery.layout import CellLayout
from app.ui.gallery.selection import Rows


@dataclass(slots=True, eq=False)
class RubberBand:
    """From ``start`` to ``end`` in the content's coordinates, so that it grows while the view scrolls.

    ``before`` is what was picked when it began; with ``adds`` that stays picked.
    """

    start: QPoint
    end: QPoint
    before: Rows
    adds: bool

    @property
    def rect(self) -> QRect:
        """The rectangle, whichever way it was drawn."""
        return QRect(self.start, self.end).normalized()

    def paint(self, painter: QPainter, offset: QPoint, palette: QPalette) -> None:
        """Draw it where the content is scrolled by ``offset``."""
        colour = QColor(palette.color(QPalette.ColorRole.Highlight))
        painter.setPen(QPen(colour, 1))
        colour.setAlpha(48)
        painter.setBrush(colour)
        painter.drawRect(self.rect.translated(-offset))

    def rows(self, layout: CellLayout) -> Rows:
        """Which rows are picked now."""
        picked = self.before.copy() if self.adds else np.zeros_like(self.before)
        block = layout.block(self.rect)
        if block is not None:
            lines, columns = block
            at = np.add.outer(
                np.arange(lines.start, lines.stop) * layout.columns, np.arange(columns.start, columns.stop)
            )
            picked[at[at < layout.count]] = True
        return picked

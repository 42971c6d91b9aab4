"""A small card upon the canvas that says something in a few lines, each with a class's colour beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from app.faces.classes import RGB

_PAPER, _INK, _QUIET = QColor(24, 24, 24, 225), QColor("#f0f0f0"), QColor("#b8bcc2")
_RIM = QColor(255, 255, 255, 60)
_MARGIN, _SWATCH, _GAP = 8, 10, 6


class Line(NamedTuple):
    """``colour`` is the square at its beginning, None: there is none; ``figure`` stands at the right."""

    text: str
    figure: str = ""
    colour: RGB | None = None
    is_quiet: bool = False


class Card(QWidget):
    """Shows lines; hidden while there is none. The mouse goes through it."""

    def __init__(self, parent: QWidget, *, name: str) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._lines: tuple[Line, ...] = ()
        self.hide()

    @property
    def lines(self) -> tuple[Line, ...]:
        """What it says."""
        return self._lines

    def say(self, lines: Sequence[Line]) -> None:
        """Show these lines, at most as wide as the parent; none hides the card."""
        if tuple(lines) == self._lines:
            return
        self._lines = tuple(lines)
        self.setAccessibleName("\n".join(f"{line.text} {line.figure}".rstrip() for line in lines))
        self.resize(self.sizeHint())
        self.setVisible(bool(lines))
        self.update()

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        widths = [
            self._indent(line) + _width(metrics, line.text) + _width(metrics, line.figure) for line in self._lines
        ]
        parent = self.parentWidget()
        most = (parent.width() if parent is not None else 400) - 16
        width = min(max(widths, default=0) + 3 * _GAP + 2 * _MARGIN, most)
        return QSize(width, len(self._lines) * self._line_height() + 2 * _MARGIN - 4)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(_RIM)
        painter.setBrush(_PAPER)
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 5, 5)
        metrics, height = self.fontMetrics(), self._line_height()
        top = _MARGIN - 2
        for line in self._lines:
            row = QRect(_MARGIN, top, self.width() - 2 * _MARGIN, height)
            if line.colour is not None:
                square = QRect(_MARGIN, top + (height - _SWATCH) // 2, _SWATCH, _SWATCH)
                painter.fillRect(square, QColor(*line.colour))
                painter.setPen(_RIM)
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRect(square.adjusted(0, 0, -1, -1))
            painter.setPen(_QUIET if line.is_quiet else _INK)
            row.setLeft(_MARGIN + self._indent(line))
            room = row.width() - (_width(metrics, line.figure) + _GAP if line.figure else 0)
            text = metrics.elidedText(line.text, Qt.TextElideMode.ElideRight, room)
            painter.drawText(row, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
            painter.drawText(row, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, line.figure)
            top += height
        painter.end()

    @staticmethod
    def _indent(line: Line) -> int:
        return 0 if line.colour is None else _SWATCH + _GAP

    def _line_height(self) -> int:
        return self.fontMetrics().height() + 3


def _width(metrics: QFontMetrics, text: str) -> int:
    return metrics.horizontalAdvance(text)

"""Boxes to tick and to choose by, with an edge that can be seen in both themes; see ``app.ui.field`` for why."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QRadioButton, QStyle, QStyleOptionButton


class TickBox(QCheckBox):
    """A ``QCheckBox``."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        _draw_edge(self, option, QStyle.SubElement.SE_CheckBoxIndicator, 2)


class RadioBox(QRadioButton):
    """A ``QRadioButton``."""

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        _draw_edge(self, option, QStyle.SubElement.SE_RadioButtonIndicator, None)


def _draw_edge(
    button: QAbstractButton, option: QStyleOptionButton, element: QStyle.SubElement, corner: int | None
) -> None:
    """``corner`` is the radius of the edge in pixels; None: a circle."""
    place = QRectF(button.style().subElementRect(element, option, button)).adjusted(0.5, 0.5, -0.5, -0.5)
    painter = QPainter(button)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(button.palette().color(QPalette.ColorRole.Mid))
    radius = place.width() / 2 if corner is None else corner
    painter.drawRoundedRect(place, radius, radius)

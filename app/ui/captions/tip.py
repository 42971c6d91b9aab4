"""Tooltips of a line that do not lie on it: Qt puts them under the pointer, over the very words they speak of."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

_GAP = 3
_QTS_OWN = "qtooltip_label"
"""The object name of the one label that Qt shows all tooltips in (Qt 6.11)."""


def show_tip(widget: QWidget, text: str, x: int) -> None:
    """The text, ready for ``setToolTip``, above the widget at ``x`` (from its left edge), or below where there is no
    room; empty: none."""
    QToolTip.showText(widget.mapToGlobal(QPoint(x, 0)), text, widget)
    tip = next((each for each in QApplication.topLevelWidgets() if each.objectName() == _QTS_OWN), None)
    if not text or tip is None or not tip.isVisible():
        return
    line = QRect(widget.mapToGlobal(QPoint(0, 0)), widget.size())
    top = line.top() - tip.height() - _GAP
    if top < widget.screen().availableGeometry().top():
        top = line.bottom() + _GAP
    tip.move(tip.x(), top)

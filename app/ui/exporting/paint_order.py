"""Which class lies on top where classes overlap: the scheme's order, the dataset's, or one's own by dragging."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from app.faces.classes import CLASSES, LAYER_CLASSES, OFFICIAL_PAINT_ORDER
from app.ui.messages import tooltip
from app.ui.paint_order_list import PaintOrderList

_OWN = "own"


class PaintOrderControl(QWidget):
    """Its value is what ``MaskOptions.paint_order`` takes; the list shows the topmost class first."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.choice = QComboBox()
        self.choice.setAccessibleName(self.tr("Paint order"))
        self.choice.addItem(self.tr("The scheme's own"), "scheme")
        self.choice.addItem(self.tr("The dataset's"), "dataset")
        self.choice.addItem(self.tr("My own order"), _OWN)
        self.list = PaintOrderList()
        self.list.setMinimumHeight(180)
        self.list.setAccessibleName(self.tr("Classes, the topmost first"))
        self.list.setToolTip(tooltip(self.tr("The topmost class first: drag, or Alt+Up and Alt+Down")))
        self.list.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.choice)
        column.addWidget(self.list)
        self.setFocusProxy(self.choice)
        self.list.fill([CLASSES[class_id].name for class_id in OFFICIAL_PAINT_ORDER])
        self.choice.activated.connect(self._on_chosen)
        self.list.moved.connect(self.edited)

    def value(self) -> Any:
        chosen = self.choice.currentData()
        if chosen != _OWN:
            return chosen
        return " ".join(self.list.names())

    def show_value(self, value: Any) -> None:
        names = str(value).replace(",", " ").split()
        is_own = sorted(names) == sorted(face_class.name for face_class in LAYER_CLASSES)
        if is_own:
            self.list.fill(names)
        with QSignalBlocker(self.choice):
            self.choice.setCurrentIndex(max(0, self.choice.findData(_OWN if is_own else value)))
        self.list.setVisible(is_own)

    def _on_chosen(self) -> None:
        self.list.setVisible(self.choice.currentData() == _OWN)
        self.edited.emit()

"""Which class lies on top where classes overlap: the scheme's order, the dataset's, or one's own by dragging."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.faces.classes import CLASS_BY_NAME, CLASSES, LAYER_CLASSES, OFFICIAL_PAINT_ORDER
from app.ui.messages import tooltip

_NAME = Qt.ItemDataRole.UserRole
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
        self.list = _Layers()
        self.list.setAccessibleName(self.tr("Classes, the topmost first"))
        self.list.setToolTip(tooltip(self.tr("The topmost class first: drag, or Alt+Up and Alt+Down")))
        self.list.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.choice)
        column.addWidget(self.list)
        self.setFocusProxy(self.choice)
        self._fill([CLASSES[class_id].name for class_id in OFFICIAL_PAINT_ORDER])
        self.choice.activated.connect(self._on_chosen)
        self.list.moved.connect(self.edited)

    def value(self) -> Any:
        chosen = self.choice.currentData()
        if chosen != _OWN:
            return chosen
        names = [self.list.item(row).data(_NAME) for row in range(self.list.count())]
        return " ".join(reversed(names))

    def show_value(self, value: Any) -> None:
        names = str(value).replace(",", " ").split()
        is_own = sorted(names) == sorted(face_class.name for face_class in LAYER_CLASSES)
        if is_own:
            self._fill(names)
        with QSignalBlocker(self.choice):
            self.choice.setCurrentIndex(max(0, self.choice.findData(_OWN if is_own else value)))
        self.list.setVisible(is_own)

    def _on_chosen(self) -> None:
        self.list.setVisible(self.choice.currentData() == _OWN)
        self.edited.emit()

    def _fill(self, names: list[str]) -> None:
        """``names`` from the bottom to the top."""
        self.list.clear()
        for name in reversed(names):
            face_class = CLASS_BY_NAME[name]
            swatch = QPixmap(12, 12)
            swatch.fill("#{:02x}{:02x}{:02x}".format(*face_class.colour))
            line = QListWidgetItem(QIcon(swatch), face_class.title)
            line.setData(_NAME, name)
            self.list.addItem(line)


class _Layers(QListWidget):
    """A list whose lines move by the mouse and by Alt with the arrows."""

    moved = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setUniformItemSizes(True)
        self.setMinimumHeight(180)
        self.model().rowsMoved.connect(self.moved)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is None or event.modifiers() != Qt.KeyboardModifier.AltModifier:
            super().keyPressEvent(event)
            return
        row = self.currentRow()
        if 0 <= row + step < self.count():
            line = self.takeItem(row)
            self.insertItem(row + step, line)
            self.setCurrentRow(row + step)
            self.moved.emit()

"""The classes as a pile that can be put in another order, by the mouse or the keys."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QListWidget, QListWidgetItem

from app.faces.classes import CLASS_BY_NAME
from app.faces.palettes import NATIVE, Palette

_NAME = Qt.ItemDataRole.UserRole


class PaintOrderList(QListWidget):
    """The topmost class first; lines move by the mouse and by Alt with the arrows."""

    moved = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setUniformItemSizes(True)
        self.model().rowsMoved.connect(self.moved)

    def names(self) -> list[str]:
        """The class names from the bottom to the top."""
        return [self.item(row).data(_NAME) for row in reversed(range(self.count()))]

    def fill(self, names: Iterable[str], palette: Palette = NATIVE) -> None:
        """Show these classes, given from the bottom to the top, in these colours."""
        self.clear()
        for name in reversed(tuple(names)):
            face_class = CLASS_BY_NAME[name]
            swatch = QPixmap(12, 12)
            swatch.fill("#{:02x}{:02x}{:02x}".format(*palette.colours[face_class.id]))
            line = QListWidgetItem(QIcon(swatch), face_class.title)
            line.setData(_NAME, name)
            self.addItem(line)

    @staticmethod
    def _step(event: QKeyEvent) -> int | None:
        """The lines to move by, for the keys that move."""
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier != Qt.KeyboardModifier.AltModifier:
            return None
        return {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._step(event):
            event.accept()  # the window goes to another caption with these keys
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = self._step(event)
        if step is None:
            super().keyPressEvent(event)
            return
        row = self.currentRow()
        if 0 <= row + step < self.count():
            line = self.takeItem(row)
            self.insertItem(row + step, line)
            self.setCurrentRow(row + step)
            self.moved.emit()

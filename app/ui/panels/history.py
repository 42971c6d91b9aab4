"""The steps of the sample on screen; a click goes there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.ui.messages import tooltip

if TYPE_CHECKING:
    from app.ui.session import Session


class HistoryPanel(QWidget):
    """Oldest step first; steps that were undone are dimmed and can be gone back to."""

    def __init__(self, session: Session, attempt: Callable[[Callable[[], object]], bool]) -> None:
        super().__init__()
        self._attempt = attempt
        self._session = session
        self.list = QListWidget()
        self.list.setObjectName("historyList")
        self.list.setAccessibleName(self.tr("History of this sample"))
        self.list.setUniformItemSizes(True)
        self.list.setFrameShape(QListWidget.Shape.NoFrame)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.addWidget(self.list)
        self.list.itemClicked.connect(self._go_to)
        self.list.itemActivated.connect(self._go_to)

    def sizeHint(self) -> QSize:
        return QSize(260, 160)

    def refresh(self) -> None:
        """Show the steps as they are now; none while the sample is still being read elsewhere."""
        document, sample = self._session.document, self._session.sample
        self.list.clear()
        if document is None or sample is None or not document.is_open(sample):
            return
        steps = document.history(sample)
        dim = self.palette().color(QPalette.ColorRole.PlaceholderText)
        self._add(self.tr("As it was opened"), 0, done=True, dim=dim)
        current = 0
        for number, step in enumerate(steps, 1):
            clock = datetime.fromtimestamp(step.time).strftime("%H:%M")
            line = self._add(f"{clock}  {step.label}", number, done=step.is_done, dim=dim)
            line.setToolTip(tooltip(step.label))
            if step.is_done:
                current = number
        self.list.setCurrentRow(current)
        self.list.scrollToItem(self.list.item(current))

    def _add(self, text: str, number: int, *, done: bool, dim: QColor) -> QListWidgetItem:
        line = QListWidgetItem(text)
        line.setData(Qt.ItemDataRole.UserRole, number)
        if not done:
            line.setForeground(dim)
        self.list.addItem(line)
        return line

    def _go_to(self, line: QListWidgetItem) -> None:
        document, sample = self._session.document, self._session.sample
        if document is None or sample is None:
            return
        wanted = line.data(Qt.ItemDataRole.UserRole)
        done = sum(step.is_done for step in document.history(sample))
        turn = document.undo if wanted < done else document.redo
        for _ in range(abs(wanted - done)):
            if not self._attempt(lambda: turn(sample)):
                break

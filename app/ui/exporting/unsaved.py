"""Edits that the files do not have are not exported: said before, with the offer to save them first."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.ui.exporting.boxes import TickBox
from app.ui.exporting.wish import Wish
from app.ui.messages import Label


class UnsavedBox(QWidget):
    """There only while it has something to say."""

    def __init__(self) -> None:
        super().__init__()
        self.text = Label(name="exportUnsaved")
        self.text.setWordWrap(True)
        self.save_first = TickBox("")
        self.save_first.setObjectName("exportSaveFirst")
        self.save_first.setChecked(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.text)
        column.addWidget(self.save_first)
        self.hide()

    @property
    def saves_first(self) -> bool:
        """Whether what can be saved is, before the export begins."""
        return self.save_first.isChecked()

    def show_wish(self, wish: Wish) -> None:
        """What of the samples of this export is not in the files."""
        mine = len(wish.unsaved())
        earlier = wish.waiting() - mine
        lines = []
        if mine == 1:
            lines.append(self.tr("1 sample has edits that are not in the files, which are what is exported."))
        elif mine:
            text = self.tr("{count} samples have edits that are not in the files, which are what is exported.")
            lines.append(text.format(count=f"{mine:,}"))
        if earlier > 0:
            text = self.tr("Samples with edits of an earlier session, neither restored nor discarded: {count}.")
            lines.append(text.format(count=f"{earlier:,}"))
        self.save_first.setText(self.tr("Save them first"))
        self.save_first.setVisible(mine > 0)
        self.text.setText(" ".join(lines))
        self.setVisible(bool(lines))

"""Getting the data: where the datasets are kept, to be read, searched and copied.

Nothing is fetched here and no link opens by itself: its address is on the screen first, and asked about once more.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.ui import messages
from app.ui.field import Field
from app.workbench.sources import Source, facts_of, sources


class GettingDataDialog(QDialog):
    """A list of places; beside it all that is known of the chosen one, as plain text."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("gettingDataDialog")
        self.setWindowTitle(self.tr("Getting the data"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.filter = Field()
        self.filter.setObjectName("gettingDataFilter")
        self.filter.setPlaceholderText(self.tr("Find a place or what it holds"))
        self.filter.setAccessibleName(self.tr("Find a place or what it holds"))
        self.filter.setClearButtonEnabled(True)
        self.places = QListWidget()
        self.places.setObjectName("gettingDataPlaces")
        self.places.setAccessibleName(self.tr("Places"))
        self.places.setWordWrap(True)
        self._sources = sources()
        for each in self._sources:
            self.places.addItem(QListWidgetItem(each.title))
        self.text = QPlainTextEdit()
        self.text.setObjectName("gettingDataText")
        self.text.setAccessibleName(self.tr("What is known of this place"))
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.open_button = QPushButton(self.tr("Open page…"))
        self.open_button.setObjectName("gettingDataOpen")
        self.copy_button = QPushButton(self.tr("Copy citation"))
        self.copy_button.setObjectName("gettingDataCopy")
        # Enter in the field is for the list, not for a browser.
        self.open_button.setAutoDefault(False)
        self.copy_button.setAutoDefault(False)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self._build(buttons)
        self.filter.textChanged.connect(self._on_filter_changed)
        self.places.currentRowChanged.connect(self._on_place_changed)
        self.open_button.clicked.connect(self._on_open_clicked)
        self.copy_button.clicked.connect(self._on_copy_clicked)
        buttons.rejected.connect(self.reject)
        self.places.setCurrentRow(0)

    def _build(self, buttons: QDialogButtonBox) -> None:
        left = QWidget()
        left_column = QVBoxLayout(left)
        left_column.setContentsMargins(0, 0, 0, 0)
        left_column.addWidget(self.filter)
        left_column.addWidget(self.places)
        right = QWidget()
        right_column = QVBoxLayout(right)
        right_column.setContentsMargins(0, 0, 0, 0)
        right_column.addWidget(self.text)
        line = QHBoxLayout()
        line.addWidget(self.open_button)
        line.addWidget(self.copy_button)
        line.addStretch(1)
        right_column.addLayout(line)
        split = QSplitter()
        split.setChildrenCollapsible(False)
        split.addWidget(left)
        split.addWidget(right)
        split.setStretchFactor(1, 1)
        split.setSizes([300, 520])
        column = QVBoxLayout(self)
        column.addWidget(split, 1)
        column.addWidget(buttons)
        self.resize(840, 520)

    @property
    def chosen(self) -> Source | None:
        """The place whose facts are shown; None while nothing fits what is looked for."""
        row = self.places.currentRow()
        return self._sources[row] if row >= 0 else None

    def _on_filter_changed(self, text: str) -> None:
        words = text.casefold().split()
        shown = []
        for row, each in enumerate(self._sources):
            told = _text_of(each).casefold()
            fits = all(word in told for word in words)
            self.places.item(row).setHidden(not fits)
            if fits:
                shown.append(row)
        if self.places.currentRow() not in shown:
            self.places.setCurrentRow(shown[0] if shown else -1)

    def _on_place_changed(self, _row: int) -> None:
        chosen = self.chosen
        self.text.setPlainText(_text_of(chosen) if chosen is not None else self.tr("No place fits."))
        self.open_button.setEnabled(chosen is not None)
        self.copy_button.setEnabled(chosen is not None)

    def _on_open_clicked(self) -> None:
        if (chosen := self.chosen) is None:
            return
        go, stay = self.tr("Open in browser"), self.tr("Cancel")
        text = self.tr("This page opens in your browser:\n{url}").format(url=chosen.url)
        if messages.ask(self, self.tr("Open page"), text, [go, stay], escape=stay) == go:
            QDesktopServices.openUrl(QUrl(chosen.url))

    def _on_copy_clicked(self) -> None:
        if (chosen := self.chosen) is not None:
            QGuiApplication.clipboard().setText(chosen.citation)


def _text_of(each: Source) -> str:
    facts = "\n\n".join(f"{what[0].upper()}{what[1:]}: {text}" for what, text in facts_of(each))
    terms = each.terms.replace("\n  ", " ")
    return f"{each.title}\n\n{facts}\n\nTerms:\n{terms}\n\nCite:\n{each.citation}"

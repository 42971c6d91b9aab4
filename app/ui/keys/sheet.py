"""The sheet of keys: all actions with their keys, narrowed while one types; behind it, how to search."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QPlainTextEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.paths import resource
from app.ui.action_set import ActionSet, shown_keys, translated
from app.ui.actions import TABLE
from app.ui.field import Field
from app.ui.keys.gestures import gestures
from app.ui.keys.presets import PRESET_BY_NAME
from app.ui.menu_titles import CONTEXT

_ROOM = 24
"""Pixels for the frames of the tabs."""


class KeysDialog(QDialog):
    """What each key does; type to find one."""

    def __init__(self, parent: QWidget, actions: ActionSet) -> None:
        super().__init__(parent)
        self.setObjectName("keysDialog")
        self.setWindowTitle(self.tr("Keys"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.filter = Field()
        self.filter.setObjectName("keysFilter")
        self.filter.setPlaceholderText(self.tr("Find a key or what it does"))
        self.filter.setAccessibleName(self.tr("Find a key or what it does"))
        self.filter.setClearButtonEnabled(True)
        lines: list[tuple[str, ...]] = [
            (
                QCoreApplication.translate(CONTEXT, row.menu.replace("/", " ▸ ")),
                translated(row),
                shown_keys(actions[row.id]),
            )
            for row in TABLE
        ]
        told = gestures(PRESET_BY_NAME[actions.keymap.preset].zooms_with)
        lines += [tuple(QCoreApplication.translate(CONTEXT, text) for text in line) for line in told]
        self._lines = [" ".join(line).casefold() for line in lines]
        self.table = QTableWidget(len(lines), 3)
        self.table.setObjectName("keysTable")
        self.table.setAccessibleName(self.tr("Keys"))
        self.table.setHorizontalHeaderLabels([self.tr("Menu"), self.tr("What it does"), self.tr("Keys")])
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        for row, line in enumerate(lines):
            for place, text in enumerate(line):
                self.table.setItem(row, place, QTableWidgetItem(text))
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setHighlightSections(False)
        self.table.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)
        keys = QWidget()
        column = QVBoxLayout(keys)
        column.addWidget(self.filter)
        column.addWidget(self.table)
        self.change = QPushButton(self.tr("Change keys…"))
        self.change.setObjectName("changeKeys")
        self.change.setAutoDefault(False)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.change)
        column.addLayout(foot)
        self.language = QPlainTextEdit(resource("search-language.txt").read_text(encoding="utf-8"))
        self.language.setObjectName("searchLanguage")
        self.language.setAccessibleName(self.tr("How to search"))
        self.language.setReadOnly(True)
        self.language.setTabChangesFocus(True)
        self.language.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.language.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.tabs = QTabWidget()
        self.tabs.setObjectName("helpTabs")
        self.tabs.setAccessibleName(self.tr("Help"))
        self.tabs.addTab(keys, self.tr("Keys"))
        self.tabs.addTab(self.language, self.tr("How to search"))
        whole = QVBoxLayout(self)
        whole.addWidget(self.tabs)
        self.filter.textChanged.connect(self._narrow)
        self.change.clicked.connect(lambda: self._change(actions))
        self.filter.setFocus()
        self.resize(max(800, self._width_of_language(whole)), 640)

    def _width_of_language(self, column: QVBoxLayout) -> int:
        """What the longest line of the help needs, as far as the screen has it."""
        lines = self.language.toPlainText().splitlines()
        text = max(map(self.language.fontMetrics().horizontalAdvance, lines))
        bar = self.language.verticalScrollBar().sizeHint().width()
        margins = column.contentsMargins()
        around = 2 * round(self.language.document().documentMargin()) + 4 * self.language.frameWidth() + bar
        whole = text + around + margins.left() + margins.right() + _ROOM
        return min(whole, self.screen().availableGeometry().width())

    def show_language(self) -> None:
        """How to search, first."""
        self.tabs.setCurrentWidget(self.language)
        self.language.setFocus()

    def _change(self, actions: ActionSet) -> None:
        """The editor in place of the sheet, which shows the keys as they were."""
        actions["file.keys"].trigger()
        self.accept()

    def _narrow(self, typed: str) -> None:
        words = typed.casefold().split()
        for row in range(self.table.rowCount()):
            line = self._lines[row]
            self.table.setRowHidden(row, not all(word in line for word in words))

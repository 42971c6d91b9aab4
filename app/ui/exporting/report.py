"""What an export left out and why, to read and to copy: the text of its ``report.txt``."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPlainTextEdit, QVBoxLayout, QWidget


class ReportDialog(QDialog):
    """Stays open beside the window; ``open_folder`` shows the export in the system's file manager."""

    def __init__(self, parent: QWidget, text: str, open_folder: Callable[[], None]) -> None:
        super().__init__(parent)
        self.setObjectName("exportReport")
        self.setWindowTitle(self.tr("Report of the export"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.text = QPlainTextEdit(text)
        self.text.setObjectName("exportReportText")
        self.text.setAccessibleName(self.tr("Report of the export"))
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        opener = buttons.addButton(self.tr("Open folder"), QDialogButtonBox.ButtonRole.ActionRole)
        opener.clicked.connect(open_folder)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addWidget(self.text)
        column.addWidget(buttons)
        self.resize(720, 420)

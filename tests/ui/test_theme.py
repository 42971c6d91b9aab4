"""The theme reaches widgets that were on the screen before it was chosen."""

from __future__ import annotations

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow
from pytestqt.qtbot import QtBot

from app.ui.theme import Theme, palette


def test_a_theme_chosen_later_reaches_widgets_already_shown(qtbot: QtBot, qapp: QApplication) -> None:
    theme = Theme(qapp, "light")
    window = QMainWindow()
    field = QLineEdit(window)
    window.menuBar().addMenu("File")
    window.statusBar().showMessage("17")
    qtbot.addWidget(window)
    window.show()
    for scheme in ("dark", "light", "dark"):
        theme.choose(scheme)
        for widget in (window, field, window.menuBar(), window.statusBar()):
            for role in (QPalette.ColorRole.Base, QPalette.ColorRole.Window, QPalette.ColorRole.Text):
                assert widget.palette().color(role) == palette(scheme).color(role), (scheme, widget, role)
    theme.choose("light")

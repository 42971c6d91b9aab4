"""The theme reaches widgets that were on the screen before it was chosen; what is off, on or empty can be seen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QGroupBox,
    QLineEdit,
    QMainWindow,
    QPushButton,
    QRadioButton,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.ui.theme import OUTLINE, PRESSED, Theme, palette


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


def luminance(colour: QColor) -> float:
    """Relative, as WCAG 2.1 has it."""
    parts = (value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4 for value in colour.getRgbF()[:3])
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))


def contrast(one: QColor, other: QColor) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def colours(widget: QWidget) -> set[str]:
    """Every colour of the widget as it is drawn."""
    picture = widget.grab().toImage()
    return {picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(picture.height())}


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[str]:
    chosen: str = request.param
    theme = Theme(qapp, chosen)
    yield chosen
    theme.choose("light")


def test_the_outline_of_what_is_empty_stands_out(scheme: str) -> None:
    for role in (QPalette.ColorRole.Window, QPalette.ColorRole.Base, QPalette.ColorRole.AlternateBase):
        assert contrast(QColor(OUTLINE[scheme]), palette(scheme).color(role)) >= 3, (scheme, role)


@pytest.mark.parametrize("kind", [QCheckBox, QRadioButton, QGroupBox])
def test_an_empty_box_has_the_outline(
    scheme: str, kind: type[QCheckBox | QRadioButton | QGroupBox], qtbot: QtBot
) -> None:
    box = kind()
    qtbot.addWidget(box)
    if isinstance(box, QGroupBox):
        box.setCheckable(True)
        box.setChecked(False)
    window = palette(scheme).color(QPalette.ColorRole.Window)
    assert any(contrast(QColor(colour), window) >= 3 for colour in colours(box))


@pytest.mark.parametrize("kind", [QToolButton, QPushButton])
def test_a_button_that_is_on_looks_it_and_takes_no_more_room(
    scheme: str, kind: type[QAbstractButton], qtbot: QtBot
) -> None:
    button = kind()
    button.setText("Wipe")
    button.setCheckable(True)
    qtbot.addWidget(button)
    size, off = button.sizeHint(), colours(button)
    button.setChecked(True)
    on = colours(button)
    assert button.sizeHint() == size
    assert on - off
    assert contrast(QColor(PRESSED[scheme]), palette(scheme).color(QPalette.ColorRole.ButtonText)) >= 4.5

"""The window's own colours: Fusion with a light and a dark palette of ours.

Asking the platform for a dark scheme does nothing on plain X11 and offscreen, so both palettes are written down here
and the platform is only *read*, for the choice "system". Class colours are data and never come from here.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

_ROLE = QPalette.ColorRole

LIGHT: dict[QPalette.ColorRole, str] = {
    _ROLE.Window: "#f1f1f2",
    _ROLE.WindowText: "#202326",
    _ROLE.Base: "#ffffff",
    _ROLE.AlternateBase: "#f6f6f7",
    _ROLE.Text: "#202326",
    _ROLE.PlaceholderText: "#70757c",
    _ROLE.Button: "#f7f7f8",
    _ROLE.ButtonText: "#202326",
    _ROLE.BrightText: "#b3261e",
    _ROLE.Light: "#ffffff",
    _ROLE.Midlight: "#e6e6e9",
    _ROLE.Mid: "#c6c8cc",
    _ROLE.Dark: "#9a9da3",
    _ROLE.Shadow: "#5a5d62",
    _ROLE.Highlight: "#2f6fb7",
    _ROLE.HighlightedText: "#ffffff",
    _ROLE.Accent: "#2f6fb7",
    _ROLE.Link: "#1f5fa8",
    _ROLE.LinkVisited: "#6a4a9c",
    _ROLE.ToolTipBase: "#ffffff",
    _ROLE.ToolTipText: "#202326",
}
DARK: dict[QPalette.ColorRole, str] = {
    _ROLE.Window: "#2b2c2e",
    _ROLE.WindowText: "#dcdde0",
    _ROLE.Base: "#212224",
    _ROLE.AlternateBase: "#262729",
    _ROLE.Text: "#dcdde0",
    _ROLE.PlaceholderText: "#8f9399",
    _ROLE.Button: "#37393c",
    _ROLE.ButtonText: "#dcdde0",
    _ROLE.BrightText: "#ff8a80",
    _ROLE.Light: "#4a4c50",
    _ROLE.Midlight: "#3b3d40",
    _ROLE.Mid: "#54575c",
    _ROLE.Dark: "#1b1c1e",
    _ROLE.Shadow: "#101112",
    _ROLE.Highlight: "#3d7cc4",
    _ROLE.HighlightedText: "#ffffff",
    _ROLE.Accent: "#6aa5e8",
    _ROLE.Link: "#7db4f0",
    _ROLE.LinkVisited: "#b39ddb",
    _ROLE.ToolTipBase: "#37393c",
    _ROLE.ToolTipText: "#e6e7e9",
}
_DIMMED = {"light": "#a3a6ab", "dark": "#6c7076"}
_DIMMED_ROLES = (_ROLE.WindowText, _ROLE.Text, _ROLE.ButtonText, _ROLE.HighlightedText, _ROLE.PlaceholderText)

# Fusion draws a box round every status bar item and a bevel under tool bars; both are noise here.
_STYLE = """
QStatusBar::item { border: 0; }
QToolBar { border: 0; border-bottom: 1px solid palette(mid); spacing: 4px; padding: 3px 6px; }
QMainWindow::separator { width: 5px; height: 5px; background: palette(window); }
QDockWidget::title { padding: 5px 8px; background: palette(window); }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QToolTip {
    padding: 3px; border: 1px solid palette(mid);
    color: palette(tool-tip-text); background: palette(tool-tip-base);
}
"""
# Fusion derives outlines from the window's colour by darkening it: on a dark window an empty box cannot be seen, and a
# button that is on cannot be told from one that is off.
_OUTLINES = """
QCheckBox::indicator:unchecked, QGroupBox::indicator:unchecked, QAbstractItemView::indicator:unchecked {
    width: 12px; height: 12px; border: 1px solid @outline; border-radius: 2px; background: palette(base);
}
QRadioButton::indicator:unchecked {
    width: 12px; height: 12px; border: 1px solid @outline; border-radius: 7px; background: palette(base);
}
QCheckBox::indicator:unchecked:disabled, QGroupBox::indicator:unchecked:disabled,
QAbstractItemView::indicator:unchecked:disabled, QRadioButton::indicator:unchecked:disabled {
    border-color: @dimmed;
}
QCheckBox::indicator:unchecked:hover, QGroupBox::indicator:unchecked:hover, QRadioButton::indicator:unchecked:hover {
    border-color: palette(accent);
}
QToolButton:checked, QPushButton:checked {
    background-color: @pressed;
}
"""
OUTLINE = {"light": "#7f838a", "dark": "#8f9399"}
"""Round what is empty: at least 3 : 1 against window and base (WCAG 2.1, 1.4.11)."""
PRESSED = {"light": "#cfe0f3", "dark": "#2f4f74"}
"""Behind a button that is on."""


def palette(scheme: str) -> QPalette:
    """The palette of ``light`` or ``dark``, all roles of all three groups set."""
    made = QPalette()
    for role, colour in (DARK if scheme == "dark" else LIGHT).items():
        made.setColor(role, QColor(colour))
    for role in _DIMMED_ROLES:
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(_DIMMED[scheme]))
    for role in (_ROLE.Highlight, _ROLE.Accent):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor("#5a5d62" if scheme == "dark" else "#c6c8cc"))
    return made


class Theme(QObject):
    """Keeps the application in the chosen theme; ``changed`` says that colours differ now.

    The style itself is Fusion by the application's own arguments: ``setStyle`` would return a style object, and making
    its Python class costs 10 ms of the first picture.
    """

    changed = Signal()

    def __init__(self, application: QApplication, choice: str = "system") -> None:
        super().__init__(application)
        self._application = application
        self._choice = choice
        self._shown = ""
        self._apply()
        application.styleHints().colorSchemeChanged.connect(self._on_system_changed)

    @property
    def choice(self) -> str:
        """``light``, ``dark`` or ``system``."""
        return self._choice

    @property
    def shown(self) -> str:
        """``light`` or ``dark``: what is on the screen now."""
        return self._shown

    def choose(self, choice: str) -> None:
        """Show this theme from now on."""
        self._choice = choice
        self._apply()

    def _on_system_changed(self) -> None:
        self._apply()

    def _apply(self) -> None:
        dark = self._application.styleHints().colorScheme() == Qt.ColorScheme.Dark
        wanted = self._choice if self._choice != "system" else "dark" if dark else "light"
        if wanted == self._shown:
            return
        self._shown = wanted
        colours, sheet = palette(wanted), _STYLE + _outlines(wanted)
        if (self._application.styleSheet(), self._application.palette()) == (sheet, colours):
            return  # the window before this one showed it
        # A style sheet gives the widgets it touched a palette of their own, which a new one does not reach (Qt 6.11):
        # without the sheet all take it, then the sheet is put back.
        self._application.setStyleSheet("")
        self._application.setPalette(colours)
        self._application.setStyleSheet(sheet)
        self.changed.emit()


def _outlines(scheme: str) -> str:
    colours = {"outline": OUTLINE[scheme], "dimmed": _DIMMED[scheme], "pressed": PRESSED[scheme]}
    sheet = _OUTLINES
    for name, colour in colours.items():
        sheet = sheet.replace(f"@{name}", colour)
    return sheet


def is_palette_change(event: QEvent) -> bool:
    """Whether a widget should take its tinted pictures anew."""
    return event.type() in (QEvent.Type.PaletteChange, QEvent.Type.ApplicationPaletteChange)

"""How the window talks: labels that never read markup, banners that do not block, and the few dialogs there are.

Qt interprets markup in labels, tool tips and message boxes by itself, and a file's text must never become markup: so
every label here is plain, tool tips go through ``tooltip`` and boxes through ``ask``. The functions at the end are
looked up in this module when called, so tests replace them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.ui.theme import is_palette_change

_AS_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;", "\n": "<br>"})
"""As ``html.escape``, whose module lists two thousand names of letters."""


class Label(QLabel):
    """A label whose text is text, whatever a file put into it."""

    def __init__(self, text: str = "", parent: QWidget | None = None, *, name: str = "", muted: bool = False) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)
        if name:
            self.setObjectName(name)
        if muted:
            self.setForegroundRole(QPalette.ColorRole.PlaceholderText)


def tooltip(text: str) -> str:
    """Text for ``setToolTip`` that cannot be taken for markup."""
    return f"<qt>{text.translate(_AS_TEXT)}</qt>"


def sentence(text: str) -> str:
    """A reason as a sentence of its own: a capital first (file names keep their letter), a full stop last."""
    text = text.strip()
    first, _, rest = text.partition(" ")
    if first.rstrip(",;:").replace("-", "").isalpha() and first.islower():
        text = f"{first.capitalize()} {rest}".rstrip()
    return text if not text or text[-1] in ".!?" else f"{text}."


def not_edited(reason: str) -> str:
    """Why something is only shown, as a sentence; many a reason says so itself."""
    if "not edited" in reason:
        return sentence(reason)
    return QCoreApplication.translate("messages", "Shown, not edited: {reason}.").format(reason=reason.rstrip("."))


@dataclass(frozen=True, slots=True)
class Choice:
    """A button of a banner: its text, and what it does before the banner goes."""

    text: str
    do: Callable[[], None]
    keeps_banner: bool = False


_KINDS = {"info": ("info", "#2f6fb7"), "warning": ("triangle-alert", "#a86a00"), "error": ("circle-alert", "#b3261e")}
_KINDS_DARK = {"info": "#6aa5e8", "warning": "#e0a94a", "error": "#ff8a80"}


class Banner(QFrame):
    """One message under the menu bar: what, where, what now."""

    def __init__(self, kind: str, text: str, choices: Sequence[Choice], close: Callable[[], None] | None) -> None:
        super().__init__()
        self._kind = kind
        self.setObjectName("banner")
        self.setAutoFillBackground(True)
        self.setAccessibleName(text)
        self._mark = Label()
        self.text = Label(text, name="bannerText")
        self.text.setWordWrap(True)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 8, 4)
        row.setSpacing(8)
        row.addWidget(self._mark)
        row.addWidget(self.text, 1)
        self.buttons: list[QPushButton] = []
        for choice in choices:
            button = QPushButton(choice.text)
            # A click leaves the keys where they are: with the picture, or with the text being written.
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.clicked.connect(lambda _=False, c=choice: self._choose(c, close))
            self.buttons.append(button)
            row.addWidget(button)
        self.dismiss = QToolButton()
        self.dismiss.setAutoRaise(True)
        self.dismiss.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.dismiss.setAccessibleName(self.tr("Dismiss this message"))
        self.dismiss.setToolTip(tooltip(self.tr("Dismiss this message")))
        row.addWidget(self.dismiss)
        # Only now: a widget without a parent would be shown as a window, which takes the keys away.
        self.dismiss.setVisible(close is not None)
        if close is not None:
            self.dismiss.clicked.connect(close)
        self._tint()

    def _choose(self, choice: Choice, close: Callable[[], None] | None) -> None:
        if close is not None and not choice.keeps_banner:
            close()
        choice.do()

    def changeEvent(self, event: QEvent) -> None:
        if is_palette_change(event):
            self._tint()
        super().changeEvent(event)

    def _tint(self) -> None:
        base = QGuiApplication.palette().color(QPalette.ColorRole.Base)
        name, light = _KINDS[self._kind]
        mark = QColor(_KINDS_DARK[self._kind] if base.lightness() < 128 else light)
        share = 0.14
        ground = QColor.fromRgbF(
            base.redF() * (1 - share) + mark.redF() * share,
            base.greenF() * (1 - share) + mark.greenF() * share,
            base.blueF() * (1 - share) + mark.blueF() * share,
        )
        own = self.palette()
        if own.color(QPalette.ColorRole.Window) != ground:
            own.setColor(QPalette.ColorRole.Window, ground)
            self.setPalette(own)
        from app.ui import icons

        self._mark.setPixmap(icons.pixmap(name, mark, scale=self.devicePixelRatioF()))
        self.dismiss.setIcon(icons.icon("x"))
        self.dismiss.setIconSize(QSize(14, 14))


class Banners(QWidget):
    """The messages that wait for the user, newest last. One per key; a lasting one stays until ``solve``."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: dict[str, Banner] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(1)
        self.hide()

    def show_message(
        self, key: str, text: str, *, kind: str = "info", choices: Sequence[Choice] = (), lasting: bool = False
    ) -> Banner:
        """Show a message in place of an earlier one of the same key. ``kind``: info, warning or error.

        A lasting one has no button to dismiss it: it goes when its trouble does.
        """
        self.solve(key)
        close = None if lasting else lambda: self.solve(key)
        banner = Banner(kind, text, choices, close)
        self._shown[key] = banner
        self._column.addWidget(banner)
        self.show()
        return banner

    def solve(self, key: str) -> None:
        """The message has no reason to be there any more."""
        banner = self._shown.pop(key, None)
        if banner is not None:
            focused = QApplication.focusWidget()
            if focused is not None and banner.isAncestorOf(focused):
                # Hiding it would hand the focus to the next field, and letters would be typed there.
                focused.clearFocus()
            self._column.removeWidget(banner)
            banner.hide()
            banner.deleteLater()
        self.setVisible(bool(self._shown))

    def solve_all(self, prefix: str = "") -> None:
        """All messages whose key starts with ``prefix`` go."""
        for key in [key for key in self._shown if key.startswith(prefix)]:
            self.solve(key)

    def texts(self) -> dict[str, str]:
        """What is being said, by key."""
        return {key: banner.text.text() for key, banner in self._shown.items()}

    def banner(self, key: str) -> Banner | None:
        """The message with that key, if it is shown."""
        return self._shown.get(key)


def ask(parent: QWidget, title: str, text: str, answers: Sequence[str], *, escape: str) -> str:
    """The answer the user chose; ``escape`` when the box was closed. The first answer is the default."""
    from PySide6.QtWidgets import QMessageBox

    box = QMessageBox(parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setWindowTitle(title)
    box.setText(text)
    box.setIcon(QMessageBox.Icon.NoIcon)
    buttons = {answer: box.addButton(answer, QMessageBox.ButtonRole.ActionRole) for answer in answers}
    box.setDefaultButton(buttons[answers[0]])
    box.setEscapeButton(buttons[escape])
    box.exec()
    clicked = box.clickedButton()
    return next((answer for answer, button in buttons.items() if button is clicked), escape)


def tell(parent: QWidget, title: str, text: str) -> None:
    """A box with a text and one button."""
    answer = parent.tr("Close")
    ask(parent, title, text, [answer], escape=answer)


def ask_text(parent: QWidget, title: str, label: str) -> str | None:
    """A line that the user typed, or None."""
    from PySide6.QtWidgets import QInputDialog

    typed, given = QInputDialog.getText(parent, title, label)
    return typed if given else None


def choose_new_file(parent: QWidget, title: str, name: str) -> Path | None:
    """Where the user wants a file to be written, or None; Qt asks before one is replaced."""
    from PySide6.QtWidgets import QFileDialog

    chosen, _kind = QFileDialog.getSaveFileName(parent, title, name)
    return Path(chosen) if chosen else None


def choose_file(parent: QWidget, title: str) -> Path | None:
    """The file the user picked to be read, or None."""
    from PySide6.QtWidgets import QFileDialog

    chosen, _kind = QFileDialog.getOpenFileName(parent, title)
    return Path(chosen) if chosen else None


def choose_folder(parent: QWidget, title: str, start: Path | None = None) -> Path | None:
    """The folder the user picked, or None."""
    from PySide6.QtWidgets import QFileDialog

    chosen = QFileDialog.getExistingDirectory(parent, title, str(start) if start else "")
    return Path(chosen) if chosen else None

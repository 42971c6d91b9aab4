"""Keys that Qt's shortcuts alone cannot get right.

Letters and digits are text while a text editor has the focus. Digits choose classes by the *place* of the key, since
Shift+digit gives other characters on AZERTY and QWERTZ. Holding the back-tick shows the bare photo, so its release
counts too.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

_KEY_EVENTS = frozenset({QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress, QEvent.Type.KeyRelease})
_EDITORS = (QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox)
_MODIFIERS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier
_MAC_DIGITS = {29: 0, 18: 1, 19: 2, 20: 3, 21: 4, 23: 5, 22: 6, 26: 7, 28: 8, 25: 9}


def digit_by_place(event: QKeyEvent) -> int | None:
    """The digit printed on the key of the top row that was pressed, whatever the layout types; None for others."""
    if event.modifiers() & Qt.KeyboardModifier.KeypadModifier:
        return None
    if sys.platform == "darwin":
        return _MAC_DIGITS.get(event.nativeVirtualKey()) if event.nativeScanCode() else None
    first = 2 if sys.platform == "win32" else 10
    place = event.nativeScanCode() - first
    return (place + 1) % 10 if 0 <= place <= 9 else None


def is_typing(widget: QWidget | None) -> bool:
    """Whether keys are text for this widget (also when it is read-only: letters there must do nothing)."""
    return isinstance(widget, _EDITORS)


def _has_own_digits(widget: QWidget) -> bool:
    """Whether digits mean something else than classes to this widget: in the gallery they go to an id."""
    return bool(widget.property("ownDigits"))


def _window_of(widget: QWidget) -> QWidget:
    """The window whose keys count here: for a floating panel, the one it floats over."""
    window = widget.window()
    parent = window.parentWidget()
    return parent.window() if window.windowType() == Qt.WindowType.Tool and parent is not None else window


class Keyboard(QObject):
    """The application's one key filter. It answers for one window; dialogs keep their keys."""

    def __init__(self, window: QWidget, *, choose_class: Callable[[int], None], hold: Callable[[bool], None]) -> None:
        super().__init__(window)
        self._window = window
        self._choose_class = choose_class
        self._hold = hold
        self._held = False
        application = QCoreApplication.instance()
        if application is not None:
            application.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind not in _KEY_EVENTS:
            if kind == QEvent.Type.WindowDeactivate and self._held and watched is self._window:
                self._release()
            return False
        if not isinstance(event, QKeyEvent) or not isinstance(watched, QWidget):
            return False
        if _window_of(watched) is not self._window or watched is not (QApplication.focusWidget() or self._window):
            return False
        if kind == QEvent.Type.ShortcutOverride:
            return self._claim(watched, event)
        if is_typing(watched):
            return False
        if event.key() != Qt.Key.Key_QuoteLeft and _has_own_digits(watched):
            return False
        return self._press_or_release(event)

    def _claim(self, widget: QWidget, event: QKeyEvent) -> bool:
        """Accepted here means: no shortcut fires, the key goes to the widget."""
        if event.modifiers() & _MODIFIERS:
            return False
        if is_typing(widget):
            text = event.text()
            if text and text.isprintable():
                event.accept()
                return True
            return False
        if event.key() == Qt.Key.Key_QuoteLeft or (digit_by_place(event) is not None and not _has_own_digits(widget)):
            event.accept()
            return True
        return False

    def _press_or_release(self, event: QKeyEvent) -> bool:
        if event.modifiers() & _MODIFIERS:
            return False
        pressed = event.type() == QEvent.Type.KeyPress
        if event.key() == Qt.Key.Key_QuoteLeft:
            if not event.isAutoRepeat():
                if pressed:
                    self._held = True
                    self._hold(True)
                else:
                    self._release()
            return True
        digit = digit_by_place(event)
        if digit is None:
            return False
        shifted = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if pressed and not event.isAutoRepeat() and (digit or not shifted):
            self._choose_class(digit + 9 if shifted else digit)
        return True

    def _release(self) -> None:
        self._held = False
        self._hold(False)

"""Keys that Qt's shortcuts alone cannot get right.

Letters and digits are text while a text editor has the focus. Digits go by the *place* of the key, since Shift+digit
gives other characters on AZERTY and QWERTZ. Some actions hold while their key is held (the bare photo), so its release
counts too. Which keys these are is read from the keys in force, so all of them can be changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget
from shiboken6 import isValid

from app.ui.action_set import ActionSet
from app.ui.keys.pressed import digit_by_place, texts_of

_KEY_EVENTS = frozenset({QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress, QEvent.Type.KeyRelease})
_EDITORS = (QLineEdit, QPlainTextEdit, QTextEdit, QAbstractSpinBox)
_MODIFIERS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier


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
    """The one filter of keys. It answers for one window; dialogs keep their keys.

    It filters the window and whatever has the focus: on the application, each event of each widget would come through
    Python, 15,000 of them while a window is built.
    """

    def __init__(self, window: QWidget, actions: ActionSet, holds: Mapping[str, Callable[[bool], None]]) -> None:
        """``holds``: the actions that last while their key is held, and what is told at its press and release."""
        super().__init__(window)
        self._window = window
        self._actions = actions
        self._holds = dict(holds)
        self._held: tuple[str, int, int] | None = None
        """The action that is held, the key and its place."""
        window.installEventFilter(self)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._follow)
            self._follow(None, QApplication.focusWidget())

    def _follow(self, old: QWidget | None, new: QWidget | None) -> None:
        if old is not None and old is not self._window and isValid(old):
            old.removeEventFilter(self)
        if new is not None:
            new.installEventFilter(self)

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
        if kind == QEvent.Type.KeyRelease:
            return self._let_go(event)
        if is_typing(watched):
            return kind == QEvent.Type.ShortcutOverride and self._keep_text(event)
        action_id = self._wanted(watched, event)
        if action_id is None:
            return False
        if kind == QEvent.Type.ShortcutOverride:
            # Accepted here means: no shortcut fires, the key comes back as a press.
            event.accept()
        elif action_id and not event.isAutoRepeat():
            self._press(action_id, event)
        return True

    def _keep_text(self, event: QKeyEvent) -> bool:
        text = event.text()
        if event.modifiers() & _MODIFIERS or not text or not text.isprintable():
            return False
        event.accept()
        return True

    def _wanted(self, widget: QWidget, event: QKeyEvent) -> str | None:
        """The action that this press means, where that is decided here and not by Qt; empty: it means none."""
        digit = digit_by_place(event)
        if digit is not None and (event.modifiers() & _MODIFIERS or not _has_own_digits(widget)):
            # Also where none has it: what the layout types there may be another digit, which Qt would take it for.
            return self._actions.with_key(texts_of(event)[0]) or ""
        if event.modifiers() & _MODIFIERS or digit is not None:
            return None
        owners = (self._actions.with_key(text) for text in texts_of(event))
        return next((owner for owner in owners if owner in self._holds), None)

    def _press(self, action_id: str, event: QKeyEvent) -> None:
        if action_id not in self._holds:
            self._actions[action_id].trigger()
            return
        self._release()
        self._held = action_id, event.key(), event.nativeScanCode()
        self._holds[action_id](True)

    def _let_go(self, event: QKeyEvent) -> bool:
        """A key was released; with Shift let go before it, it is known by its place alone."""
        if self._held is None or event.isAutoRepeat():
            return self._held is not None
        _, key, place = self._held
        if event.key() != key and (not place or event.nativeScanCode() != place):
            return False
        self._release()
        return True

    def _release(self) -> None:
        if self._held is not None:
            action_id = self._held[0]
            self._held = None
            self._holds[action_id](False)

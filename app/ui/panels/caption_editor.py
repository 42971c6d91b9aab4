"""One caption as a line one types in.

A ``QLineEdit``, because its text is exact (a ``QPlainTextEdit`` turns no-break spaces into spaces and U+2028 into a
line break). It refuses line breaks from wherever they come, and leaves undo to the document.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QKeySequence, QValidator

from app.ui.field import Field

PAUSE_MS = 400
_BY_KEY = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)


class _OneLine(QValidator):
    """Invalid, so that Qt takes the input back, as soon as there are more line breaks than the file's own line had."""

    refused = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.breaks = 0

    def validate(self, text: str, position: int) -> object:
        if _breaks(text) > self.breaks:
            self.refused.emit()
            return QValidator.State.Invalid, text, position
        return QValidator.State.Acceptable, text, position


class CaptionEditor(Field):
    """Shows one line; ``settled`` asks for its text to be taken: after a pause, on Enter, on leaving."""

    settled = Signal()
    finished = Signal()
    """Enter: go on to the next."""
    escaped = Signal()
    entered = Signal()
    """It has the focus now."""
    newline_refused = Signal()

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number
        self.setObjectName(f"caption{number}")
        self.setAccessibleName(self.tr("Caption {number}").format(number=number))
        self.is_pending = False
        self._one_line = _OneLine(self)
        self._one_line.refused.connect(self.newline_refused)
        self.setValidator(self._one_line)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.settled)
        self.textEdited.connect(self._on_edited)

    def show_text(self, text: str) -> None:
        """The document's text; the cursor stays where it is as far as the text reaches."""
        self.forget_pending()
        if text == self.text():
            return
        position = self.cursorPosition() if self.hasFocus() else 0
        self._one_line.breaks = _breaks(text)
        self.setText(text)
        self.setCursorPosition(min(position, len(text)))

    def forget_pending(self) -> None:
        """What was typed was taken, or is not wanted."""
        self._pause.stop()
        self.is_pending = False

    def _on_edited(self) -> None:
        self.is_pending = True
        self._pause.start()

    def event(self, event: QEvent) -> bool:
        # A line edit claims Ctrl+Z for its own undo (the document's history is the only one here) and, on X11,
        # Ctrl+D for deleting a character.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and _is_of_window(event):
            event.ignore()
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if _is_of_window(event):
            event.accept()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self.newline_refused.emit()
            else:
                self.settled.emit()
                self.finished.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.settled.emit()
            self.escaped.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in _BY_KEY:
            # Qt selects all, and the next letter would replace the caption. A sentence is mended, not typed anew.
            self.deselect()
            self.end(False)
        self.entered.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.settled.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.createStandardContextMenu()
        for action in menu.actions():
            if action.objectName() in ("edit-undo", "edit-redo"):
                menu.removeAction(action)
        menu.exec(event.globalPos())
        menu.deleteLater()


def _is_of_window(event: QKeyEvent) -> bool:
    """Whether the key is one of the window's actions, not of the field."""
    duplicates = event.key() == Qt.Key.Key_D and event.modifiers() == Qt.KeyboardModifier.ControlModifier
    return duplicates or event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo)


def _breaks(text: str) -> int:
    return text.count("\n") + text.count("\r")

"""The search line: completion while one types, the offending word underlined, earlier searches on an empty line.

What was typed is told after a short pause, so that hits follow the hand without a search per letter. The line knows
nothing of the language: what may follow comes from ``complete``, what is wrong is told to it through ``show_error``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent, QPalette, QTextCharFormat
from PySide6.QtWidgets import QApplication, QWidget

from app.ui.field import Field
from app.ui.search.completions import Completions, Line

TYPING_PAUSE_MS = 60


class Completion(Protocol):
    """What may stand at the cursor: ``text`` would replace the characters from ``start`` to ``end``."""

    @property
    def text(self) -> str: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def detail(self) -> str: ...


Complete = Callable[[str, int], Sequence[Completion]]


class SearchField(Field):
    """``searchField``. Enter searches at once and goes to the hits, Esc empties the line and then leaves it."""

    query_changed = Signal(str)
    """What is searched for now: after a pause, at Enter and when the line was emptied."""
    committed = Signal(str)
    """Enter: the search is meant, it may be remembered."""
    left = Signal()
    """Esc on an empty line: back to the picture."""
    hits_wanted = Signal()
    """Enter or the arrow down: on to what was found."""

    def __init__(self, complete: Complete, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("searchField")
        self.setAccessibleName(self.tr("Search"))
        self.setPlaceholderText(self.tr("Search: smiling, class:hat, attr:Young …"))
        self.setClearButtonEnabled(True)
        self._complete = complete
        self._history: Sequence[str] = ()
        self._error: tuple[int, int] | None = None
        self._told = ""
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TYPING_PAUSE_MS)
        self._pause.timeout.connect(self._tell)
        self.completions = Completions(self)
        self.completions.chosen.connect(self._take)
        # Before anything else sees a key: Tab, for one, never comes as far as ``keyPressEvent``.
        self.installEventFilter(self)
        self.textEdited.connect(self._on_edited)
        self.textChanged.connect(self._on_changed)
        self.returnPressed.connect(self._on_return)

    def show_history(self, searches: Sequence[str]) -> None:
        """Earlier searches, the last one first; they are offered while the line is empty."""
        self._history = searches

    def show_query(self, text: str) -> None:
        """The line says this now (a facet or a saved search wrote it); it is told at once."""
        self.setText(text)
        self._tell()

    def show_error(self, start: int, end: int) -> None:
        """Underline the characters from ``start`` to ``end``."""
        self._error = (start, max(end, start + 1))
        self._underline()

    def clear_error(self) -> None:
        """Nothing is wrong any more."""
        if self._error is not None:
            self._error = None
            self._underline()

    def is_typing_in(self, start: int, end: int) -> bool:
        """Whether the cursor is in these characters, or right behind them, while somebody types."""
        return self.hasFocus() and self.isModified() and start <= self.cursorPosition() <= end + 1

    def flush(self) -> None:
        """What was typed is told now, without the pause."""
        if self._pause.isActive():
            self._tell()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            if self.text():
                self.show_query("")
            else:
                self.left.emit()
            event.accept()
        elif key == Qt.Key.Key_Down and not event.modifiers():
            if self.text():
                self.flush()
                self.hits_wanted.emit()
            else:
                self._offer_history()
            event.accept()
        elif key == Qt.Key.Key_Space and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            self._offer()
            event.accept()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.completions.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        return self.completions.filter_key(event) or super().eventFilter(watched, event)

    def _on_edited(self) -> None:
        self._offer()

    def _on_changed(self, text: str) -> None:
        if not text and self._told:
            self._tell()
        else:
            self._pause.start()

    def _on_return(self) -> None:
        self.completions.hide()
        self._tell()
        self.committed.emit(self.text())
        if self._error is None:
            self.hits_wanted.emit()

    def _tell(self) -> None:
        self._pause.stop()
        if self.text() != self._told:
            self._told = self.text()
            self.query_changed.emit(self._told)

    def _offer(self) -> None:
        """Show what may stand at the cursor; nothing when the only thing is there already."""
        text, cursor = self.text(), self.cursorPosition()
        lines = [
            Line(c.text, c.detail, c.start, c.end)
            for c in (self._complete(text, cursor) if text else ())
            if text[c.start : c.end] != c.text
        ]
        self.completions.show_lines(lines)

    def _offer_history(self) -> None:
        self.completions.show_lines([Line(search, "", 0, 0) for search in self._history])

    def _take(self, line: Line) -> None:
        text = self.text()
        self.setText(text[: line.start] + line.text + text[line.end :])
        self.setCursorPosition(line.start + len(line.text))
        self.setModified(True)
        if not text:
            self._tell()
        elif line.text.endswith((":", "(")):
            self._offer()

    def _underline(self) -> None:
        """Through the input method's formats: the one way in which a QLineEdit shows a part of its text otherwise."""
        attributes = []
        if self._error is not None:
            start, end = self._error
            wave = QTextCharFormat()
            wave.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
            wave.setUnderlineColor(self.palette().color(QPalette.ColorRole.BrightText))
            kind = QInputMethodEvent.AttributeType.TextFormat
            attributes.append(QInputMethodEvent.Attribute(kind, start - self.cursorPosition(), end - start, wave))
        QApplication.sendEvent(self, QInputMethodEvent("", attributes))

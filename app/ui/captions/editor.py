"""One caption as a line one types in, with marks under the words that mean something.

A ``QLineEdit``, because its text is exact (a ``QPlainTextEdit`` turns no-break spaces into spaces and U+2028 into a
line break). It refuses line breaks from wherever they come, and leaves undo to the document. The marks are drawn over
the text: formats of the field's own would have to be sent as input of an input method, and end any real one.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QValidator,
)

from app.ui.captions.marks import Layout, paint_marks
from app.ui.captions.tip import show_tip
from app.ui.captions.words import Word, word_at
from app.ui.field import Field
from app.ui.messages import tooltip

PAUSE_MS = 400
_EDGE, _ABOVE_AND_BELOW = 4, 4
"""Pixels between text and frame."""
_VERTICAL = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
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
    """Line breaks were typed or pasted: there is no room for them in one caption."""
    pressed = Signal()
    """The mouse goes down in the text."""
    word_hovered = Signal(object)
    """The ``Word`` under the pointer, None: there is none."""
    word_clicked = Signal(object)
    menu_opening = Signal(object, object)
    """Its menu (a ``QMenu``) is about to be seen, for the ``Word`` under the pointer or None."""
    lines_copied = Signal()
    """Copy was asked for and no letters are selected."""
    extended = Signal(int)
    """The selection of lines is to reach so many lines further."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number
        self.setObjectName(f"caption{number}")
        self.setAccessibleName(self.tr("Caption {number}").format(number=number))
        self.is_pending = False
        self.told = ""
        """What is said of the word under the pointer."""
        self.words: tuple[Word, ...] = ()
        self._hovered: Word | None = None
        self._lit = 0
        self._layout = Layout()
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

    def mark(self, words: tuple[Word, ...]) -> None:
        """These are the words that mean something."""
        if words != self.words:
            self.words = words
            self._hover(None)
            self.update()

    def light(self, bits: int) -> None:
        """Words that speak of these classes are lit; 0: none."""
        was, self._lit = self._lit, bits
        if was != self._lit and any(word.bits & (was | bits) for word in self.words):
            self.update()

    @property
    def word(self) -> Word | None:
        """The word that the cursor is in or right behind."""
        place = self.cursorPosition()
        return word_at(self.words, place) or word_at(self.words, place - 1)

    def left_of(self, position: int) -> int:
        """Where the character begins, from the widget's left edge, scrolled as the text is."""
        return self.edges((position,))[0]

    def edges(self, positions: Sequence[int]) -> list[int]:
        """Where these characters begin, as ``left_of``."""
        layout = self._layout.of(self.displayText(), self.font())
        # Qt's cursor rectangle is nine pixels wider than the cursor, five of them at its left.
        origin = self.cursorRect().x() + 5 - layout.x(self.cursorPosition())
        return [round(origin + layout.x(position)) for position in positions]

    def word_under(self, place: QPoint) -> Word | None:
        """The word at a place of the widget."""
        found = [word for word in self.words if self.left_of(word.start) <= place.x() < self.left_of(word.end)]
        return min(found, key=lambda word: word.end - word.start, default=None)

    @property
    def is_cut(self) -> bool:
        """Whether the line's end is not in sight."""
        return self.left_of(len(self.displayText())) > self.width() - _EDGE

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
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._show_tip(event.pos())
            return True
        return super().event(event)

    def _show_tip(self, place: QPoint) -> None:
        """What the panel says of the word under the pointer, and the whole of a line that does not fit."""
        whole = self.displayText() if self.is_cut else ""
        told = "\n\n".join(text for text in (self.told, whole) if text)
        show_tip(self, tooltip(told) if told else "", place.x())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._layout.forget()

    def sizeHint(self) -> QSize:
        """Lower than Qt's: every pixel of ten lines is taken from the picture."""
        return QSize(super().sizeHint().width(), self.fontMetrics().height() + _ABOVE_AND_BELOW)

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if _is_of_window(event):
            event.accept()
        elif event.matches(QKeySequence.StandardKey.Copy) and not self.hasSelectedText():
            self.lines_copied.emit()
        elif event.key() in _VERTICAL and event.modifiers() == Qt.KeyboardModifier.ShiftModifier:
            self.extended.emit(_VERTICAL[Qt.Key(event.key())])
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

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        is_cut = not self.hasFocus() and self.is_cut
        if self.words or is_cut:
            painter = QPainter(self)
            painter.setClipRect(self.rect().adjusted(3, 1, -3, -1))
            paint_marks(painter, self, self._lit, self._hovered)
            if is_cut:
                self._paint_end(painter)

    def _paint_end(self, painter: QPainter) -> None:
        """Three dots say that the line goes on; with the cursor in it one goes there oneself."""
        dots = "…"
        width = self.fontMetrics().horizontalAdvance(dots) + 6
        painter.setClipping(False)  # letters reach up to the frame
        place = self.rect().adjusted(self.width() - width - 2, 2, -1, -2)
        painter.fillRect(place, self.palette().color(QPalette.ColorRole.Base))
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, dots)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        if not event.buttons():
            self._hover(self.word_under(event.position().toPoint()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.pressed.emit()
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        word = self.word_under(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and word is not None and not self.hasSelectedText():
            self.word_clicked.emit(word)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._hover(None)

    def _hover(self, word: Word | None) -> None:
        if word != self._hovered:
            self._hovered = word
            self.update()
            self.word_hovered.emit(word)

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
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        self.menu_opening.emit(menu, self.word if by_key else self.word_under(event.pos()))
        menu.exec(event.globalPos())
        menu.deleteLater()


def _is_of_window(event: QKeyEvent) -> bool:
    """Whether the key is one of the window's actions, not of the field."""
    duplicates = event.key() == Qt.Key.Key_D and event.modifiers() == Qt.KeyboardModifier.ControlModifier
    return duplicates or event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo)


def _breaks(text: str) -> int:
    return text.count("\n") + text.count("\r")

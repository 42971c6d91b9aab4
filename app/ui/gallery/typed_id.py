"""An id that is typed while the gallery has the keys: found while it grows, chosen when nothing more comes."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPalette

_PAUSE_MS = 900
_SHIFT, _KEYPAD = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.KeypadModifier


class TypedId(QObject):
    """``find`` tells the row of the sample that what was typed means, if there is one."""

    changed = Signal()
    ended = Signal()
    """Nothing was typed for a while."""

    def __init__(self, find: Callable[[str], int | None], parent: QObject) -> None:
        super().__init__(parent)
        self._find = find
        self.text = ""
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self.ended)

    @property
    def row(self) -> int | None:
        """The row of the sample that is meant."""
        return self._find(self.text) if self.text else None

    def takes(self, event: QKeyEvent) -> bool:
        """Whether a key belongs to the id: a digit begins one; once one was begun, letters belong to it."""
        if event.modifiers() & ~(_SHIFT | _KEYPAD):
            return False
        if event.key() == Qt.Key.Key_Backspace:
            return bool(self.text)
        text = event.text()
        return text.isdigit() or bool(self.text and text and text.isprintable() and not text.isspace())

    def type(self, event: QKeyEvent) -> None:
        """A key that it takes was pressed."""
        self.text = self.text[:-1] if event.key() == Qt.Key.Key_Backspace else self.text + event.text()
        if self.text:
            self._pause.start()
        else:
            self._pause.stop()
        self.changed.emit()

    def forget(self) -> None:
        """Nothing is being typed."""
        if self.text:
            self.text = ""
            self._pause.stop()
            self.changed.emit()

    def paint(self, painter: QPainter, view: QRect, palette: QPalette, metrics: QFontMetrics) -> None:
        """Draw what is being typed in the view's corner."""
        found = self.row is not None
        text = (self.tr("Go to {id}") if found else self.tr("No sample {id} here")).format(id=self.text)
        height, width = metrics.height() + 10, metrics.horizontalAdvance(text) + 20
        chip = QRect(view.left() + 8, view.bottom() - height - 8, width, height)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(palette.color(QPalette.ColorRole.Mid))
        painter.setBrush(palette.color(QPalette.ColorRole.ToolTipBase))
        painter.drawRoundedRect(chip, 5, 5)
        role = QPalette.ColorRole.ToolTipText if found else QPalette.ColorRole.BrightText
        painter.setPen(palette.color(role))
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)

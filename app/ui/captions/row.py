"""One caption in the panel: its number, which tells what is the matter with the line, the line, how long it is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.ui.captions.editor import CaptionEditor
from app.ui.captions.marks import red
from app.ui.captions.tip import show_tip
from app.ui.messages import Label, tooltip

_WIDE_FROM = 900
"""A line as wide as this has room for how long it is."""


class LineNumber(QWidget):
    """The number of a line. A click selects the line, a bar beside it says that something contradicts it.

    The line that commands act on has its number on a ground of its own, wherever the focus is.
    """

    clicked = Signal(Qt.KeyboardModifier)
    menu_requested = Signal()

    def __init__(self, number: int) -> None:
        super().__init__()
        self.setObjectName(f"captionNumber{number}")
        self._text = str(number)
        self.is_current = False
        self.is_selected = False
        self.is_wrong = False
        self.is_stale = False
        self._why = self._length = ""
        self.setFixedWidth(self.fontMetrics().horizontalAdvance("00") + 16)
        self.setCursor(Qt.CursorShape.ArrowCursor)

    def show_state(self, *, selected: bool, wrong: bool, stale: bool, why: str) -> None:
        """Selected for copying; contradicted; contradicted since an edit of mask or attributes."""
        self.is_selected, self.is_wrong, self.is_stale = selected, wrong, stale
        self._why = why
        self.setAccessibleName(f"{self._text} {why}".rstrip())
        self._tell()
        self.update()

    def show_current(self, current: bool) -> None:
        """Commands act on this line."""
        if current != self.is_current:
            self.is_current = current
            self._tell()
            self.update()

    def say_length(self, text: str) -> None:
        """How long the line is."""
        self._length = text
        self._tell()

    def _tell(self) -> None:
        current = self.tr("Commands act on this line.") if self.is_current else ""
        self.setToolTip(tooltip("\n".join(part for part in (self._why, self._length, current) if part)))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            show_tip(self, self.toolTip(), event.pos().x())
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002
        painter = QPainter(self)
        palette = self.palette()
        role = QPalette.ColorRole.PlaceholderText
        if self.is_current and not self.is_selected:
            ground = palette.color(QPalette.ColorRole.Highlight)
            ground.setAlphaF(0.35)
            painter.fillRect(self.rect(), ground)
            role = QPalette.ColorRole.Text
        if self.is_selected:
            painter.fillRect(self.rect(), palette.color(QPalette.ColorRole.Highlight))
            role = QPalette.ColorRole.HighlightedText
        if self.is_wrong:
            painter.fillRect(QRect(1, 3, 3, self.height() - 6), red(palette))
        painter.setPen(red(palette) if self.is_wrong and not self.is_selected else palette.color(role))
        painter.drawText(self.rect().adjusted(0, 0, -4, 0), _RIGHT, self._text)
        if self.is_stale:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(red(palette), 1.5))
            side = 7
            painter.drawArc(QRect(6, (self.height() - side) // 2, side, side), 60 * 16, 300 * 16)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.clicked.emit(event.modifiers())

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        event.accept()
        self.menu_requested.emit()


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class Row(QWidget):
    """Number, line, and how long it is: in words where there is room, else only when it is too long."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.editor = CaptionEditor(number)
        self.number = LineNumber(number)
        self.length = Label(muted=True)
        self.length.setAlignment(_RIGHT)
        self._tokens: Callable[[str], int] | None = None
        self._is_cut = False
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        line.addWidget(self.number)
        line.addWidget(self.editor, 1)
        line.addWidget(self.length)
        self.editor.textChanged.connect(self._count)
        self._count("")

    def count_tokens(self, tokens: Callable[[str], int]) -> None:
        """Tell of tokens as well from now on."""
        self._tokens = tokens
        self._count(self.editor.text())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        is_wide = self.width() >= _WIDE_FROM
        self.length.setVisible(is_wide or self._is_cut)
        widest = self.tr("{words} words, {tokens} tokens").format(words=100, tokens=100)
        self.length.setMinimumWidth(self.fontMetrics().horizontalAdvance(widest) + 8 if is_wide else 0)

    def _count(self, text: str) -> None:
        words = len(text.split())
        short = self.tr("{words} words").format(words=words)
        told = self.tr("{characters} characters, {words} words").format(characters=len(text), words=words)
        self._is_cut = False
        if self._tokens is not None:
            from app.generation.clip_tokens import CONTEXT

            tokens = self._tokens(text)
            self._is_cut = tokens > CONTEXT
            short = self.tr("{words} words, {tokens} tokens").format(words=words, tokens=tokens)
            told += self.tr(", {tokens} tokens of {most} that CLIP reads").format(tokens=tokens, most=CONTEXT)
            if self._is_cut:
                short = self.tr("{count} tokens too long").format(count=tokens - CONTEXT)
                told += self.tr("; the end is cut off")
        self.length.setText(short)
        self.length.setToolTip(tooltip(told))
        self.number.say_length(told)
        is_cut = self._is_cut
        self.length.setForegroundRole(QPalette.ColorRole.WindowText if is_cut else QPalette.ColorRole.PlaceholderText)
        font = self.length.font()
        if font.bold() != is_cut:
            font.setBold(is_cut)
            self.length.setFont(font)
        self._make_room()

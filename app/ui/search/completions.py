"""The list under a line of text: what may come next. It never takes the focus, so typing goes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

_Index = QModelIndex | QPersistentModelIndex
_DETAIL = Qt.ItemDataRole.UserRole + 1
_LARGEST = 10
_LEAST_WIDTH = 260


@dataclass(frozen=True, slots=True)
class Line:
    """One offer: ``text`` would replace the characters from ``start`` to ``end`` of the line of text."""

    text: str
    detail: str
    start: int
    end: int


class _Lines(QStyledItemDelegate):
    """The text at the left, the quiet detail at the right end."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        super().paint(painter, option, index)
        detail = index.data(_DETAIL)
        if not detail:
            return
        selected = option.state & QStyle.StateFlag.State_Selected
        role = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.PlaceholderText
        painter.save()
        painter.setPen(option.palette.color(role))
        taken = option.fontMetrics.horizontalAdvance(str(index.data())) + 20
        room = option.rect.adjusted(taken, 0, -8, 0)
        shown = option.fontMetrics.elidedText(detail, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(100, option.fontMetrics.height() + 6)


class Completions(QListWidget):
    """Shown below its line; arrows move in it, Tab takes the marked (or first) offer, Enter only a marked one."""

    chosen = Signal(object)
    """A ``Line``."""

    def __init__(self, line_edit: QLineEdit) -> None:
        super().__init__(line_edit)
        # A tool tip's kind of window: above all others, without the focus, and keys stay with the line.
        self.setWindowFlags(Qt.WindowType.ToolTip | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setObjectName("searchCompletions")
        self.setAccessibleName(self.tr("What may come next"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(_Lines(self))
        self._line_edit = line_edit
        self._lines: Sequence[Line] = ()
        self.gap = 1
        """Pixels between the line and the list: what stands there can be read while one types."""
        self.itemEntered.connect(self.setCurrentItem)
        self.itemClicked.connect(lambda item: self._choose(self.row(item)))
        self.hide()

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Offer these; nothing to offer closes the list. No line is marked, so that Enter means the search."""
        self._lines = lines
        self.clear()
        for line in lines:
            item = QListWidgetItem(line.text)
            item.setData(_DETAIL, line.detail)
            item.setData(
                Qt.ItemDataRole.AccessibleTextRole, f"{line.text}, {line.detail}" if line.detail else line.text
            )
            self.addItem(item)
        self.setCurrentRow(-1)
        if not lines or not self._line_edit.isVisible():
            self.hide()
            return
        rows = min(len(lines), _LARGEST)
        frame = 2 * self.frameWidth()
        width = max(self._line_edit.width(), _LEAST_WIDTH)
        self.resize(width, rows * self.sizeHintForRow(0) + frame)
        below = self._line_edit.mapToGlobal(QPoint(0, self._line_edit.height() + self.gap))
        screen = self._line_edit.screen().availableGeometry()
        self.move(min(below.x(), screen.right() - width), below.y())
        self.show()

    def filter_key(self, event: QEvent) -> bool:
        """Whether a key pressed in the line was for the list."""
        kind = event.type()
        if not self.isVisible() or not isinstance(event, QKeyEvent):
            if kind == QEvent.Type.Hide:
                self.hide()
            return False
        key = Qt.Key(event.key())
        if kind == QEvent.Type.ShortcutOverride:
            event.setAccepted(key in (Qt.Key.Key_Escape, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown))
            return event.isAccepted()
        if kind != QEvent.Type.KeyPress:
            return False
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: _LARGEST, Qt.Key.Key_PageUp: -_LARGEST}
        if key in steps:
            last = self.count() - 1
            self.setCurrentRow(max(-1, min(last, self.currentRow() + steps[key])))
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentRow() >= 0:
            self._choose(self.currentRow())
            return True
        if key in (Qt.Key.Key_Tab,):
            self._choose(max(self.currentRow(), 0))
            return True
        if key == Qt.Key.Key_Escape:
            self.hide()
            return True
        return False

    def _choose(self, row: int) -> None:
        line = self._lines[row]
        self.hide()
        self.chosen.emit(line)

"""A line to type in and a list that shrinks: the command palette, the class finder and the recent datasets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, QSize, Qt
from PySide6.QtGui import QIcon, QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QFrame,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.ui.field import Field

_Index = QModelIndex | QPersistentModelIndex
_DETAIL = Qt.ItemDataRole.UserRole + 1
_DO = Qt.ItemDataRole.UserRole + 2
WIDTH = 520


@dataclass(frozen=True, slots=True)
class Item:
    """One line: what it says, a quiet detail at the right end, and what choosing it does."""

    text: str
    detail: str
    do: Callable[[], None]
    icon: QIcon | None = None
    enabled: bool = True


def rank(typed: str, text: str) -> int | None:
    """How well ``text`` answers what was typed: lower is better, None is no match.

    Letters may be skipped, but the first must begin a word: else "dark" would find "Edit: Start an empty mask".
    """
    wanted, given = typed.casefold().strip(), text.casefold()
    if not wanted:
        return 0
    if given.startswith(wanted):
        return 0
    if f" {wanted}" in given:
        return 1
    if wanted in given:
        return 2
    letters = wanted.replace(" ", "")
    starts = [
        place for place, letter in enumerate(given) if letter == letters[0] and not given[place - 1 : place].isalnum()
    ]
    return 3 if any(_holds(given[start:], letters) for start in starts) else None


def _holds(text: str, letters: str) -> bool:
    """Whether the letters are in the text in this order."""
    rest = iter(text)
    return all(letter in rest for letter in letters)


class _Lines(QStyledItemDelegate):
    """Text on the left, the detail dimmed on the right."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        super().paint(painter, option, index)
        detail = index.data(_DETAIL)
        if detail:
            selected = option.state & QStyle.StateFlag.State_Selected
            role = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.PlaceholderText
            painter.save()
            painter.setPen(option.palette.color(role))
            painter.drawText(
                option.rect.adjusted(8, 0, -10, 0),
                Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
                detail,
            )
            painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(100, option.fontMetrics.height() + 10)


class Chooser(QFrame):
    """Opens over the top of the window; Enter does the marked line, Esc or a click elsewhere closes it."""

    def __init__(self, window: QWidget, placeholder: str, items: Sequence[Item]) -> None:
        super().__init__(window, Qt.WindowType.Popup)
        self.setObjectName("chooser")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAccessibleName(placeholder)
        self._items = items
        self.line = Field()
        self.line.setObjectName("chooserLine")
        self.line.setPlaceholderText(placeholder)
        self.line.setAccessibleName(placeholder)
        self.line.setClearButtonEnabled(True)
        self.list = QListWidget()
        self.list.setObjectName("chooserList")
        self.list.setAccessibleName(placeholder)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setItemDelegate(_Lines(self.list))
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(8)
        column.addWidget(self.line)
        column.addWidget(self.list)
        self.line.installEventFilter(self)
        self.line.textChanged.connect(self._fill)
        self.line.returnPressed.connect(self._choose_current)
        self.list.itemClicked.connect(self._choose)
        self._fill("")
        self.resize(WIDTH, 380)

    def open(self) -> None:
        """Show it at the top middle of its window."""
        window = self.parentWidget()
        if window is not None:
            self.move(window.mapToGlobal(QPoint((window.width() - self.width()) // 2, 56)))
        self.show()
        self.line.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 10, Qt.Key.Key_PageUp: -10}
            step = steps.get(Qt.Key(event.key()))
            if step is not None and self.list.count():
                row = self.list.currentRow() + step
                wraps = abs(step) == 1
                self.list.setCurrentRow(row % self.list.count() if wraps else min(max(row, 0), self.list.count() - 1))
                return True
        return super().eventFilter(watched, event)

    def _fill(self, typed: str) -> None:
        ranked = [(found, place, item) for place, item in enumerate(self._items)
                  if (found := rank(typed, item.text)) is not None]  # fmt: skip
        self.list.clear()
        for _found, _place, item in sorted(ranked, key=lambda line: line[:2]):
            line = QListWidgetItem(item.text)
            line.setData(_DETAIL, item.detail)
            line.setData(_DO, item.do)
            if item.icon is not None:
                line.setIcon(item.icon)
            if not item.enabled:
                line.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(line)
        for row in range(self.list.count()):
            if self.list.item(row).flags() & Qt.ItemFlag.ItemIsEnabled:
                self.list.setCurrentRow(row)
                break

    def _choose_current(self) -> None:
        current = self.list.currentItem()
        if current is not None:
            self._choose(current)

    def _choose(self, line: QListWidgetItem) -> None:
        if not line.flags() & Qt.ItemFlag.ItemIsEnabled:
            return
        do = line.data(_DO)
        self.close()
        do()

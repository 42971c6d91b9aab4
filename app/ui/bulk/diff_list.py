"""Captions before and after, one under the other with what differs marked, each with a tick."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QMouseEvent, QPainter, QPalette
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionButton, QStyleOptionViewItem, QWidget

from app.ui.captions.marks import amber, is_dark
from app.ui.messages import tooltip
from app.workbench.replacing import LineDiff

_Index = QModelIndex | QPersistentModelIndex
_WIDEST_NAME, _AFTER_NAME = 78, 10
_TICK = 26
_LEAD = 24
"""Characters before the first difference that are shown of a long line."""
_GONE, _NEW = QColor(220, 60, 50), QColor(40, 160, 70)


class DiffModel(QAbstractListModel):
    """The lines and which are ticked; those with trouble are not, until somebody does."""

    ticks_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.lines: Sequence[LineDiff] = ()
        self.longest_name = ""
        self._ticked: set[int] = set()

    def show_lines(self, lines: Sequence[LineDiff]) -> None:
        """These instead of what was there."""
        self.beginResetModel()
        self.lines = lines
        self.longest_name = max((_name(line) for line in lines), key=len, default="")
        self._ticked = {row for row, line in enumerate(lines) if line.trouble is None}
        self.endResetModel()
        self.ticks_changed.emit()

    def ticked(self) -> list[LineDiff]:
        """The lines that are to change."""
        return [self.lines[row] for row in sorted(self._ticked)]

    def tick(self, rows: Iterable[int], *, on: bool) -> None:
        """These rows are to change, or are not."""
        before = len(self._ticked)
        self._ticked = self._ticked.union(rows) if on else self._ticked.difference(rows)
        if len(self._ticked) != before:
            self.dataChanged.emit(self.index(0), self.index(len(self.lines) - 1))
            self.ticks_changed.emit()

    def tick_all(self, *, on: bool) -> None:
        """All of them, or none."""
        self.tick(range(len(self.lines)), on=on)

    def is_ticked(self, row: int) -> bool:
        """Whether the line is to change."""
        return row in self._ticked

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.lines)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        line = self.lines[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return _name(line)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            ticked = self.tr("ticked") if self.is_ticked(index.row()) else self.tr("not ticked")
            return f"{_name(line)}, {ticked}: {line.after}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip("\n".join(part for part in (line.before, line.after, line.trouble) if part))
        return None


def _name(line: LineDiff) -> str:
    return f"{line.sample} · {line.index + 1}"


class _Row(QStyledItemDelegate):
    def __init__(self, model: DiffModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(200, 2 * option.fontMetrics.height() + 8)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        colours = QGuiApplication.palette()
        line, rect = self._model.lines[index.row()], option.rect
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            ground = colours.color(QPalette.ColorRole.Highlight)
            ground.setAlphaF(0.2)
            painter.fillRect(rect, ground)
        self._paint_tick(painter, option, ticked=self._model.is_ticked(index.row()))
        widest = option.fontMetrics.horizontalAdvance(self._model.longest_name) + 2
        name = QRect(rect.left() + _TICK, rect.top() + 3, min(widest, _WIDEST_NAME), option.fontMetrics.height())
        painter.setPen(colours.color(QPalette.ColorRole.PlaceholderText))
        painter.drawText(name, Qt.AlignmentFlag.AlignLeft, option.fontMetrics.elidedText(
            str(index.data()), Qt.TextElideMode.ElideLeft, name.width()))  # fmt: skip
        left = name.right() + 1 + _AFTER_NAME
        place = QRect(left, name.top(), rect.right() - left - 4, name.height())
        below = place.translated(0, name.height() + 1)
        if line.trouble is not None:
            # Its end is the number of another caption, which must be read more than the words about to change.
            width = min(option.fontMetrics.horizontalAdvance(line.trouble) + 2, below.width())
            painter.setPen(amber(colours))
            told = option.fontMetrics.elidedText(line.trouble, Qt.TextElideMode.ElideMiddle, width)
            painter.drawText(below, Qt.AlignmentFlag.AlignRight, told)
            below.setRight(below.right() - width - 12)
        begin = max(0, min((span.start for span in line.spans), default=0) - _LEAD)
        is_long = option.fontMetrics.horizontalAdvance(line.before) > place.width()
        begin = begin if is_long else 0
        old = [(span.start, span.end) for span in line.spans]
        new = [(span.new_start, span.new_end) for span in line.spans]
        muted = colours.color(QPalette.ColorRole.PlaceholderText)
        _paint_text(painter, place, line.before, old, begin, muted, _GONE)
        _paint_text(painter, below, line.after, new, begin, colours.color(QPalette.ColorRole.Text), _NEW)
        painter.restore()

    def _paint_tick(self, painter: QPainter, option: QStyleOptionViewItem, *, ticked: bool) -> None:
        widget = option.widget
        box = QStyleOptionButton()
        box.rect = QRect(option.rect.left() + 5, option.rect.top() + 3, 16, 16)
        state = QStyle.StateFlag.State_On if ticked else QStyle.StateFlag.State_Off
        box.state = QStyle.StateFlag.State_Enabled | state
        widget.style().drawPrimitive(QStyle.PrimitiveElement.PE_IndicatorCheckBox, box, painter, widget)
        painter.setPen(QGuiApplication.palette().color(QPalette.ColorRole.Mid))
        painter.drawRect(box.rect.adjusted(0, 0, -1, -1))


def _paint_text(
    painter: QPainter,
    place: QRect,
    text: str,
    spans: Sequence[tuple[int, int]],
    begin: int,
    pen: QColor,
    ground: QColor,
) -> None:
    """The text from character ``begin`` on, the spans on a ground of their own."""
    painter.save()
    painter.setClipRect(place)
    metrics = painter.fontMetrics()
    shown = ("…" if begin else "") + text[begin:]
    shift = 1 - begin if begin else 0
    dark = is_dark(QGuiApplication.palette())
    mark = QColor(ground.red(), ground.green(), ground.blue(), 110 if dark else 70)
    for start, end in spans:
        left = metrics.horizontalAdvance(shown[: start + shift])
        right = metrics.horizontalAdvance(shown[: end + shift])
        painter.fillRect(QRect(place.left() + left - 1, place.top(), max(right - left, 1) + 2, place.height()), mark)
    painter.setPen(pen)
    cut = metrics.elidedText(shown, Qt.TextElideMode.ElideRight, place.width())
    painter.drawText(place, Qt.AlignmentFlag.AlignLeft, cut)
    painter.restore()


class DiffList(QListView):
    """Space ticks what is selected, a click on a box that line."""

    def __init__(self) -> None:
        super().__init__()
        self.lines = DiffModel()
        self.setObjectName("replaceLines")
        self.setAccessibleName(self.tr("What would change"))
        self.setModel(self.lines)
        self.setItemDelegate(_Row(self.lines, self))
        self.setUniformItemSizes(True)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        rows = [index.row() for index in self.selectedIndexes()]
        if event.key() == Qt.Key.Key_Space and rows:
            self.lines.tick(rows, on=not self.lines.is_ticked(self.currentIndex().row()))
        else:
            super().keyPressEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick):
            assert isinstance(event, QMouseEvent)
            index = self.indexAt(event.position().toPoint())
            if index.isValid() and event.position().x() < _TICK and event.button() == Qt.MouseButton.LeftButton:
                self.lines.tick([index.row()], on=not self.lines.is_ticked(index.row()))
                return True
        return super().viewportEvent(event)

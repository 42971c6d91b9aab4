"""The forty attributes in groups, each yes, no or unknown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QMouseEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.faces.attributes import ATTRIBUTE_GROUPS, attribute_title
from app.ui.field import Field
from app.ui.messages import Label, not_edited, sentence, tooltip

if TYPE_CHECKING:
    from app.faces.attributes import Attributes

_Index = QModelIndex | QPersistentModelIndex
ROW_HEIGHT = 22
_BUTTON = 34
_ANSWERS: tuple[bool | None, ...] = (True, False, None)


class AttributesModel(QAbstractListModel):
    """Group titles and attributes in one list, narrowed by what was typed. Values come from the document."""

    def __init__(self) -> None:
        super().__init__()
        self._values: Attributes | None = None
        self._typed = ""
        self._rows: list[tuple[str, str | None]] = []

    def show_values(self, values: Attributes | None) -> None:
        """These are the answers now."""
        known = self._values.names if self._values is not None else None
        self._values = values
        if (values.names if values is not None else None) != known:
            self._arrange()
        elif self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    def narrow(self, typed: str) -> None:
        """List only attributes whose words hold what was typed; ``yes``, ``no`` and ``unknown`` ask for answers."""
        self._typed = typed.casefold().strip()
        self._arrange()

    def name_at(self, row: int) -> str | None:
        """The attribute in a row, None for a group's title."""
        return self._rows[row][1] if 0 <= row < len(self._rows) else None

    def value_at(self, row: int) -> bool | None:
        """The answer in a row."""
        name = self.name_at(row)
        return self._values[name] if name is not None and self._values is not None else None

    def row_of(self, name: str) -> int | None:
        """Where an attribute is listed now, or None."""
        return next((row for row, (_group, listed) in enumerate(self._rows) if listed == name), None)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: _Index) -> Qt.ItemFlag:
        if self.name_at(index.row()) is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        group, name = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return group if name is None else attribute_title(name)
        if role == Qt.ItemDataRole.AccessibleTextRole and name is not None:
            return f"{attribute_title(name)}: {self.answer_text(self.value_at(index.row()))}"
        if role == Qt.ItemDataRole.ToolTipRole and name is not None:
            return tooltip(f"{name}: {self.answer_text(self.value_at(index.row()))}")
        return None

    def answer_text(self, value: bool | None) -> str:
        """An answer in words."""
        return self.tr("unknown") if value is None else self.tr("yes") if value else self.tr("no")

    def _arrange(self) -> None:
        self.beginResetModel()
        self._rows = []
        names = self._values.names if self._values is not None else ()
        grouped = {name for group in ATTRIBUTE_GROUPS.values() for name in group}
        groups = dict(ATTRIBUTE_GROUPS) | {"Other": tuple(name for name in names if name not in grouped)}
        for group, members in groups.items():
            listed = [name for name in members if name in names and self._is_wanted(name)]
            if listed:
                self._rows.append((self.tr(group), None))
                self._rows += [(group, name) for name in listed]
        self.endResetModel()

    def _is_wanted(self, name: str) -> bool:
        assert self._values is not None
        if self._typed in map(self.answer_text, _ANSWERS):
            return self._typed == self.answer_text(self._values[name])
        return self._typed in attribute_title(name).casefold() or self._typed in name.casefold()


class _Row(QStyledItemDelegate):
    """The title at the left, the three answers at the right, the one given filled."""

    def __init__(self, model: AttributesModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model

    def sizeHint(self, _option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(160, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        colours = QGuiApplication.palette()
        painter.save()
        rect = option.rect
        if self._model.name_at(index.row()) is None:
            painter.setPen(colours.color(QPalette.ColorRole.PlaceholderText))
            font = painter.font()
            font.setBold(True)
            painter.setFont(font)
            painter.drawText(rect.adjusted(4, 2, 0, 0), Qt.AlignmentFlag.AlignVCenter, index.data())
            painter.restore()
            return
        if option.state & QStyle.StateFlag.State_Selected:
            ground = colours.color(QPalette.ColorRole.Highlight)
            ground.setAlphaF(0.25)
            painter.fillRect(rect, ground)
        enabled = bool(option.state & QStyle.StateFlag.State_Enabled)
        group = QPalette.ColorGroup.Active if enabled else QPalette.ColorGroup.Disabled
        painter.setPen(colours.color(group, QPalette.ColorRole.Text))
        left = rect.adjusted(8, 0, -3 * _BUTTON - 8, 0)
        title = option.fontMetrics.elidedText(index.data(), Qt.TextElideMode.ElideRight, left.width())
        painter.drawText(left, Qt.AlignmentFlag.AlignVCenter, title)
        given = self._model.value_at(index.row())
        for answer, place in zip(_ANSWERS, answer_rects(rect), strict=True):
            text = {True: self.tr("Yes"), False: self.tr("No"), None: "?"}[answer]
            inner = place.adjusted(1, 2, -1, -2)
            if answer == given:
                # Of forty answers some thirty are no: only yes is loud, so that what is there stands out.
                fill = QPalette.ColorRole.Highlight if answer else QPalette.ColorRole.Mid
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colours.color(group, fill))
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.drawRoundedRect(inner, 3, 3)
                pen = QPalette.ColorRole.HighlightedText if answer else QPalette.ColorRole.Text
                painter.setPen(colours.color(group, pen))
            else:
                painter.setPen(colours.color(group, QPalette.ColorRole.PlaceholderText))
            painter.drawText(inner, Qt.AlignmentFlag.AlignCenter, text)
        painter.restore()


def answer_rects(row: QRect) -> tuple[QRect, QRect, QRect]:
    """Where yes, no and unknown are in a row's rectangle."""
    right = row.right() - 3
    first = right - 3 * _BUTTON
    return tuple(QRect(first + n * _BUTTON, row.top(), _BUTTON, row.height()) for n in range(3))  # type: ignore[return-value]


class _List(QListView):
    """Keys and clicks that give answers."""

    answered = Signal(str, object)

    def __init__(self, model: AttributesModel) -> None:
        super().__init__()
        self._attributes = model
        self.setModel(model)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.currentIndex().row()
        name = self._attributes.name_at(row)
        answers = {
            Qt.Key.Key_Plus: True,
            Qt.Key.Key_Minus: False,
            Qt.Key.Key_Backspace: None,
            Qt.Key.Key_Delete: None,
        }
        key = Qt.Key(event.key())
        if name is not None and key == Qt.Key.Key_Space:
            given = self._attributes.value_at(row)
            self.answered.emit(name, _ANSWERS[(_ANSWERS.index(given) + 1) % 3])
        elif name is not None and key in answers:
            self.answered.emit(name, answers[key])
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        position = event.position().toPoint()
        index = self.indexAt(position)
        name = self._attributes.name_at(index.row())
        if event.button() != Qt.MouseButton.LeftButton or name is None:
            return
        for answer, place in zip(_ANSWERS, answer_rects(self.visualRect(index)), strict=True):
            if place.contains(position):
                self.answered.emit(name, answer)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        # A double click is two answers, not something of its own.
        super().mousePressEvent(event)


class AttributesPanel(QWidget):
    """Shows and gives the answers; ``answer(name, value)`` carries an answer to the document."""

    def __init__(self, answer: Callable[[str, bool | None], None]) -> None:
        super().__init__()
        self.model = AttributesModel()
        self.filter = Field()
        self.filter.setObjectName("attributesFilter")
        self.filter.setPlaceholderText(self.tr("Filter, or yes, no, unknown"))
        self.filter.setAccessibleName(self.tr("Filter attributes"))
        self.filter.setClearButtonEnabled(True)
        self.list = _List(self.model)
        self.list.setObjectName("attributesList")
        self.list.setAccessibleName(self.tr("Attributes"))
        self.list.setItemDelegate(_Row(self.model, self.list))
        self.list.setUniformItemSizes(True)
        self.list.setFrameShape(QListView.Shape.NoFrame)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.notice = Label(name="attributesNotice", muted=True)
        self.notice.setWordWrap(True)
        self.notice.setMargin(4)
        self.notice.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.setSpacing(4)
        column.addWidget(self.filter)
        column.addWidget(self.notice)
        column.addWidget(self.list, 1)
        column.addStretch(0)
        self.filter.textChanged.connect(self.model.narrow)
        self.list.answered.connect(answer)

    def sizeHint(self) -> QSize:
        return QSize(260, 200)

    def show_attributes(self, values: Attributes | None, read_only: str | None) -> None:
        """These answers; ``read_only`` says why they cannot be changed. None: the sample has no attributes."""
        self.model.show_values(values)
        self.filter.setVisible(values is not None)
        self.list.setVisible(values is not None)
        self.list.setEnabled(read_only is None)
        if values is None:
            self.notice.setText(sentence(read_only or self.tr("this dataset has no attribute table")))
        else:
            self.notice.setText(not_edited(read_only or ""))
        self.notice.setVisible(values is None or read_only is not None)

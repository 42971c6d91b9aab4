"""The forty attributes in groups, each yes, no or unknown, with what mask, photo and captions say of it.

Evidence stands beside the attribute, or below it in a narrow panel. It comes a moment after the answers and never by
itself changes one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QCursor,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPalette,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.faces.attributes import ATTRIBUTE_GROUPS, attribute_title
from app.inspection.testimony import Evidence, Strength
from app.ui.captions.marks import amber
from app.ui.field import Field
from app.ui.messages import Label, not_edited, sentence, tooltip

if TYPE_CHECKING:
    from app.faces.attributes import Attributes

_Index = QModelIndex | QPersistentModelIndex
ROW_HEIGHT = 22
EVIDENCE_HEIGHT = 16
"""The line below an attribute in a panel too narrow for evidence beside it."""
_BESIDE_FROM = 400
_TITLE = 148
_BUTTON = 34
_ANSWERS: tuple[bool | None, ...] = (True, False, None)


class AttributesModel(QAbstractListModel):
    """Group titles and attributes in one list, narrowed by what was typed. Values come from the document."""

    def __init__(self) -> None:
        super().__init__()
        self._values: Attributes | None = None
        self._evidence: Mapping[str, tuple[Evidence, ...]] = {}
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

    def show_evidence(self, evidence: Mapping[str, tuple[Evidence, ...]]) -> None:
        """This speaks for the attributes being so or not."""
        if evidence != self._evidence:
            self._evidence = evidence
            self.layoutChanged.emit()

    def evidence_at(self, row: int) -> tuple[Evidence, ...]:
        """What is known of the attribute in a row; what contradicts the answer comes first."""
        name = self.name_at(row)
        found = self._evidence.get(name, ()) if name is not None else ()
        return tuple(sorted(found, key=lambda evidence: not self._contradicts(row, evidence)))

    def is_contradicted(self, row: int) -> bool:
        """Whether evidence that does not easily deceive speaks against the answer."""
        return any(self._contradicts(row, evidence) for evidence in self.evidence_at(row))

    def evidence_text(self, row: int) -> str:
        """All of it in a line, empty where there is none."""
        return " · ".join(evidence.text for evidence in self.evidence_at(row))

    def _contradicts(self, row: int, evidence: Evidence) -> bool:
        given = self.value_at(row)
        return given is not None and evidence.value is not given and evidence.strength is not Strength.WEAK

    def name_at(self, row: int) -> str | None:
        """The attribute in a row, None for a group's title."""
        return self._rows[row][1] if 0 <= row < len(self._rows) else None

    def value_at(self, row: int) -> bool | None:
        """The answer in a row."""
        name = self.name_at(row)
        return self._values[name] if name is not None and self._values is not None else None

    def is_answered(self, row: int) -> bool:
        """Whether one of the three answers is given; unknown is one."""
        return self.name_at(row) is not None

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
            said = self.evidence_text(index.row())
            answer = f"{attribute_title(name)}: {self.answer_text(self.value_at(index.row()))}"
            return f"{answer}; {said}" if said else answer
        if role == Qt.ItemDataRole.ToolTipRole and name is not None:
            return tooltip("\n".join(self._told(index.row(), name)))
        return None

    def _told(self, row: int, name: str) -> list[str]:
        """The answer, and every piece of evidence with what it speaks for."""
        lines = [f"{name}: {self.answer_text(self.value_at(row))}"]
        for evidence in self.evidence_at(row):
            text = self.tr("{answer}: {evidence}")
            if self._contradicts(row, evidence):
                text = self.tr("{answer}, against the label: {evidence}")
            elif evidence.strength is Strength.WEAK:
                text = self.tr("{answer}, perhaps: {evidence}")
            lines.append(text.format(answer=self.answer_text(evidence.value), evidence=evidence.text))
        return lines

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

    def sizeHint(self, _option: QStyleOptionViewItem, index: _Index) -> QSize:
        below = self._model.evidence_at(index.row()) and not self._is_wide()
        return QSize(160, ROW_HEIGHT + EVIDENCE_HEIGHT if below else ROW_HEIGHT)

    def _is_wide(self) -> bool:
        view = self.parent()
        return isinstance(view, QListView) and view.viewport().width() >= _BESIDE_FROM

    def _paint_evidence(self, painter: QPainter, option: QStyleOptionViewItem, row: int, enabled: bool) -> None:
        text = self._model.evidence_text(row)
        if not text:
            return
        rect = option.rect
        if self._is_wide():
            place = rect.adjusted(8 + _TITLE, 0, -3 * _BUTTON - 12, 0)
        else:
            place = QRect(rect.left() + 16, rect.top() + ROW_HEIGHT - 3, rect.width() - 20, EVIDENCE_HEIGHT)
        painter.save()
        font = painter.font()
        font.setPointSizeF(font.pointSizeF() * 0.9)
        painter.setFont(font)
        if enabled and self._model.is_contradicted(row):
            painter.setPen(amber(QGuiApplication.palette()))
        else:
            painter.setPen(QGuiApplication.palette().color(QPalette.ColorRole.PlaceholderText))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, shown)
        painter.restore()

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
        left = QRect(rect.left() + 8, rect.top(), rect.width() - 3 * _BUTTON - 16, ROW_HEIGHT)
        if self._is_wide():
            left.setWidth(_TITLE - 8)
        title = option.fontMetrics.elidedText(index.data(), Qt.TextElideMode.ElideRight, left.width())
        painter.drawText(left, Qt.AlignmentFlag.AlignVCenter, title)
        self._paint_evidence(painter, option, index.row(), enabled)
        given, is_answered = self._model.value_at(index.row()), self._model.is_answered(index.row())
        for answer, place in zip(_ANSWERS, answer_rects(rect), strict=True):
            text = {True: self.tr("Yes"), False: self.tr("No"), None: "?"}[answer]
            inner = place.adjusted(1, 2, -1, -2)
            if is_answered and answer is given:
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
    return tuple(QRect(first + n * _BUTTON, row.top(), _BUTTON, ROW_HEIGHT) for n in range(3))  # type: ignore[return-value]


class AttributesList(QListView):
    """Keys and clicks that give answers."""

    answered = Signal(str, object)
    menu_requested = Signal(str, QPoint)
    """For an attribute, at a place on the screen."""

    def __init__(self, model: AttributesModel) -> None:
        super().__init__()
        self._attributes = model
        self.setModel(model)
        self.setAccessibleName(self.tr("Attributes"))
        self.setItemDelegate(_Row(model, self))
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_evidence(self, evidence: Mapping[str, tuple[Evidence, ...]]) -> None:
        """Rows may become higher or lower; the one under the pointer stays there."""
        pointer = self.viewport().mapFromGlobal(QCursor.pos())
        held = self.indexAt(pointer) if self.viewport().rect().contains(pointer) else QModelIndex()
        before = self.visualRect(held).top() if held.isValid() else 0
        self._attributes.show_evidence(evidence)
        if held.isValid():
            moved = self.visualRect(held).top() - before
            self.verticalScrollBar().setValue(self.verticalScrollBar().value() + moved)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if (event.oldSize().width() >= _BESIDE_FROM) != (event.size().width() >= _BESIDE_FROM):
            self.scheduleDelayedItemsLayout()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        name = self._attributes.name_at(index.row())
        if name is not None:
            place = self.viewport().mapToGlobal(self.visualRect(index).center()) if by_key else event.globalPos()
            self.menu_requested.emit(name, place)

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

    seen = Signal()
    """It was out of sight and is not any more."""
    menu_requested = Signal(str, QPoint)
    """For an attribute, at a place on the screen."""

    def __init__(self, answer: Callable[[str, bool | None], None]) -> None:
        super().__init__()
        self.model = AttributesModel()
        self.filter = Field()
        self.filter.setObjectName("attributesFilter")
        self.filter.setPlaceholderText(self.tr("Filter, or yes, no, unknown"))
        self.filter.setAccessibleName(self.tr("Filter attributes"))
        self.filter.setClearButtonEnabled(True)
        self.list = AttributesList(self.model)
        self.list.setObjectName("attributesList")
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
        self.list.menu_requested.connect(self.menu_requested)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.seen.emit()

    def sizeHint(self) -> QSize:
        return QSize(260, 200)

    def show_evidence(self, evidence: Mapping[str, tuple[Evidence, ...]]) -> None:
        """What mask, photo and captions say, by attribute."""
        self.list.show_evidence(evidence)

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

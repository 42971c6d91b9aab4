"""Which caption says which attribute: a table of the forty against the lines, to see at a glance what nobody tells.

A filled square says it is so, an empty one that it is not; red squares are contradicted. The column "is" has what the
attributes say. A line below the table says all that. A click goes to the words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPainter, QPalette
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.faces.attributes import ATTRIBUTE_GROUPS, attribute_title
from app.generation.lexicon import Fact
from app.ui.captions.contradictions import Contradictions
from app.ui.captions.marks import red
from app.ui.messages import Label, tooltip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.inspection.case import Case

_Index = QModelIndex | QPersistentModelIndex
NAME, LABEL, FIRST = 0, 1, 2
"""The columns: an attribute's name, its label, and the captions from the first."""
_CELL, _ROW, _SQUARE = 16, 18, 8
_VALUE, _WRONG = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
_ATTRIBUTES = tuple(name for names in ATTRIBUTE_GROUPS.values() for name in names)


class CoverageModel(QAbstractTableModel):
    """Rows are attributes in their groups, columns the label and the captions."""

    def __init__(self) -> None:
        super().__init__()
        self._case: Case | None = None
        self._held = Contradictions()
        self._said: dict[str, tuple[bool | None, ...]] = {}
        self._shows_all = False
        self.names: tuple[str, ...] = ()

    def show_case(self, case: Case | None, held: Contradictions) -> None:
        """This sample now; None: nothing."""
        self.beginResetModel()
        self._case, self._held = case, held
        self._said = case.reading.coverage() if case is not None else {}
        self._choose()
        self.endResetModel()

    def show_all(self, shown: bool) -> None:
        """Also the attributes that nobody says anything of."""
        self.beginResetModel()
        self._shows_all = shown
        self._choose()
        self.endResetModel()

    def _choose(self) -> None:
        if self._case is None:
            self.names = ()
        elif self._shows_all:
            self.names = _ATTRIBUTES
        else:
            self.names = tuple(name for name in _ATTRIBUTES if self.label(name) or any(self._is_said(name)))

    def _is_said(self, name: str) -> list[bool]:
        return [value is not None for value in self._said.get(name, ())]

    def label(self, name: str) -> bool | None:
        """What the attributes say of one."""
        labels = self._case.attributes if self._case is not None else None
        return labels.get(name) if labels is not None else None

    def is_untold(self, name: str) -> bool:
        """Whether the label says yes and no caption does."""
        return self.label(name) is True and True not in self._said.get(name, ())

    @property
    def untold(self) -> int:
        """How many attributes are yes and never said."""
        return sum(self.is_untold(name) for name in _ATTRIBUTES)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else len(self.names)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        captions = len(self._case.reading.texts) if self._case is not None else 0
        return 0 if parent.isValid() else FIRST + captions

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        name, column = self.names[index.row()], index.column()
        if column == NAME:
            return self._name(name, role)
        value = self.label(name) if column == LABEL else self._said[name][column - FIRST]
        if role == _VALUE:
            return value
        is_wrong = column != LABEL and value is not None and Fact(name, value) in self._held.facts(column - FIRST)
        if role == _WRONG:
            return is_wrong
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            text = self._sentence(name, column, value)
            return tooltip(text) if role == Qt.ItemDataRole.ToolTipRole else text
        return None

    def _sentence(self, name: str, column: int, value: bool | None) -> str:
        title = attribute_title(name)
        if column == LABEL:
            says = {True: self.tr("{name}: yes"), False: self.tr("{name}: no"), None: self.tr("{name}: unknown")}
            return says[value].format(name=title)
        says = {
            True: self.tr("Caption {number} says: {name}"),
            False: self.tr("Caption {number} denies: {name}"),
            None: self.tr("Caption {number} says nothing of: {name}"),
        }
        return says[value].format(number=column - LABEL, name=title)

    def _name(self, name: str, role: int) -> object:
        if role == Qt.ItemDataRole.DisplayRole:
            return attribute_title(name)
        if role == Qt.ItemDataRole.FontRole and self.is_untold(name):
            font = QFont()
            font.setBold(True)
            return font
        if role == Qt.ItemDataRole.ToolTipRole:
            untold = self.tr("{name}: yes, and no caption says so").format(name=attribute_title(name))
            return tooltip(untold if self.is_untold(name) else attribute_title(name))
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return {NAME: self.tr("Attribute"), LABEL: self.tr("is")}.get(section, str(section - LABEL))
        if role == Qt.ItemDataRole.ToolTipRole and section != NAME:
            text = self.tr("What the attribute says") if section == LABEL else self.tr("Caption {number}")
            return tooltip(text.format(number=section - LABEL))
        return None


class _Head(QHeaderView):
    """The captions' numbers, small enough for their columns."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setMinimumSectionSize(_CELL)
        self.setDefaultSectionSize(_CELL)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        text = self.model().headerData(section, Qt.Orientation.Horizontal)
        font = painter.font()
        font.setPointSizeF(font.pointSizeF() * 0.85)
        painter.setFont(font)
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        side = Qt.AlignmentFlag.AlignLeft if section == NAME else Qt.AlignmentFlag.AlignHCenter
        painter.drawText(rect.adjusted(3 * (section == NAME), 0, 0, 0), side | Qt.AlignmentFlag.AlignVCenter, text)


class _Cell(QStyledItemDelegate):
    """A square: filled for yes, empty for no, a dot where nothing is said."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        if index.column() == NAME:
            super().paint(painter, option, index)
            return
        palette = option.palette
        rect: QRect = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, palette.color(QPalette.ColorRole.Highlight))
        value = index.data(_VALUE)
        ink = red(palette) if index.data(_WRONG) else palette.color(QPalette.ColorRole.Text)
        if index.column() == LABEL:
            ink = palette.color(QPalette.ColorRole.Accent)
        square = QRect(0, 0, _SQUARE, _SQUARE)
        square.moveCenter(rect.center())
        if value is True:
            painter.fillRect(square, ink)
        elif value is False:
            painter.setPen(ink)
            painter.drawRect(square.adjusted(0, 0, -1, -1))
        else:
            dot = QColor(palette.color(QPalette.ColorRole.Mid))
            painter.fillRect(QRect(rect.center().x(), rect.center().y(), 2, 2), dot)

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:  # noqa: ARG002
        return QSize(_CELL, _ROW)


class CoveragePanel(QWidget):
    """The table, and how many attributes are told."""

    cell_chosen = Signal(int, str)
    """A caption (from 0) and an attribute."""

    def __init__(self) -> None:
        super().__init__()
        self.model = CoverageModel()
        self._waiting: tuple[Case | None, Contradictions] | None = None
        self.summary = Label(name="coverageSummary", muted=True)
        self.summary.setWordWrap(True)
        self.all = QCheckBox(self.tr("All 40"))
        self.all.setObjectName("coverageAll")
        self.all.setToolTip(tooltip(self.tr("Also attributes that are not yes and that no caption speaks of")))
        self.table = QTableView()
        self.table.setObjectName("coverageTable")
        self.table.setAccessibleName(self.tr("Which caption says which attribute"))
        self.table.setModel(self.model)
        self.table.setItemDelegate(_Cell(self.table))
        self.table.setShowGrid(False)
        self.table.setFrameShape(QTableView.Shape.NoFrame)
        self.table.setTabKeyNavigation(False)
        self.table.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.table.setCornerButtonEnabled(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.table.verticalHeader().setMinimumSectionSize(_ROW)
        self.table.verticalHeader().setDefaultSectionSize(_ROW)
        self.table.setHorizontalHeader(_Head(self.table))
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.setSpacing(4)
        top = QHBoxLayout()
        top.addWidget(self.summary, 1)
        top.addWidget(self.all)
        column.addLayout(top)
        column.addWidget(self.table, 1)
        self.legend = Label(
            self.tr("■ says yes   □ says no   · says nothing   red: contradicted   “is”: what the attribute says"),
            name="coverageLegend",
            muted=True,
        )
        self.legend.setWordWrap(True)
        column.addWidget(self.legend)
        self.all.toggled.connect(self.model.show_all)
        self.table.clicked.connect(self._choose)
        self.table.activated.connect(self._choose)

    def sizeHint(self) -> QSize:
        return QSize(260, 200)

    def show_case(self, case: Case | None, held: Contradictions) -> None:
        """This sample now; None: nothing. Out of sight it waits."""
        self._waiting = case, held
        if self.isVisible():
            self._show()

    def showEvent(self, event: object) -> None:
        super().showEvent(event)  # type: ignore[arg-type]
        self._show()

    def _show(self) -> None:
        if self._waiting is None:
            return
        case, held = self._waiting
        self._waiting = None
        self.model.show_case(case, held)
        if self.model.columnCount():
            self.table.horizontalHeader().setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        captions: Sequence[str] = case.reading.texts if case is not None else ()
        if case is None or not captions:
            self.summary.setText(self.tr("This sample has no captions."))
        elif case.attributes is None:
            self.summary.setText(self.tr("This sample has no attributes to compare with."))
        elif self.model.untold == 1:
            self.summary.setText(self.tr("1 attribute is yes and no caption says so: the bold one."))
        elif self.model.untold:
            text = self.tr("{count} attributes are yes and no caption says so: the bold ones.")
            self.summary.setText(text.format(count=self.model.untold))
        else:
            self.summary.setText(self.tr("Every attribute that is yes is said."))

    def _choose(self, index: QModelIndex) -> None:
        if index.column() >= FIRST:
            self.cell_chosen.emit(index.column() - FIRST, self.model.names[index.row()])

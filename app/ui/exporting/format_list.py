"""The formats there are to export to, each with a line on who reads it; those that lack a package say how to get it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from app.formats.exporting.protocol import ExportFormat
from app.formats.exporting.registry import export_formats
from app.ui.messages import sentence, tooltip
from app.workbench.exporting.extras import missing_packages

_FORMAT = Qt.ItemDataRole.UserRole
_LINE = Qt.ItemDataRole.UserRole + 1
_PAD = 4

_Index = QModelIndex | QPersistentModelIndex


class FormatList(QListWidget):
    """``chosen`` is the format; ``format_chosen`` tells when it is another one."""

    format_chosen = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("exportFormat")
        self.setAccessibleName(self.tr("Format"))
        self.setItemDelegate(_TwoLines(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        for each in export_formats():
            line = QListWidgetItem(each.title)
            missing = missing_packages(each.extra) if each.extra else ()
            told = sentence(each.summary)
            if missing:
                told = f"pip install 'facewright[{each.extra}]'"
                line.setFlags(Qt.ItemFlag.NoItemFlags)
            line.setData(_FORMAT, each)
            line.setData(_LINE, told)
            line.setData(Qt.ItemDataRole.AccessibleTextRole, f"{each.title}: {told}")
            line.setToolTip(tooltip(self.tr("Needs: {command}").format(command=told) if missing else told))
            self.addItem(line)
        self.setCurrentRow(0)
        self.currentRowChanged.connect(lambda _row: self.format_chosen.emit())

    @property
    def chosen(self) -> ExportFormat:
        """The format that is chosen."""
        line = self.currentItem()
        found: ExportFormat = line.data(_FORMAT)
        return found

    def choose(self, name: str) -> bool:
        """Choose the format of that name; False where there is none or it lacks a package."""
        for row in range(self.count()):
            line = self.item(row)
            if line.data(_FORMAT).name == name and line.flags() & Qt.ItemFlag.ItemIsEnabled:
                self.setCurrentRow(row)
                return True
        return False

    def sizeHint(self) -> QSize:
        return QSize(260, 320)


class _TwoLines(QStyledItemDelegate):
    """The title, and below it in muted letters who reads the format."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        style = option.widget.style()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, option.widget)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        enabled = bool(option.state & QStyle.StateFlag.State_Enabled)
        group = QPalette.ColorGroup.Active if enabled else QPalette.ColorGroup.Disabled
        ink = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Text
        quiet = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.PlaceholderText
        metrics = option.fontMetrics
        inside: QRect = option.rect.adjusted(_PAD + 2, _PAD, -_PAD, -_PAD)
        painter.save()
        for number, (text, role) in enumerate(((index.data(), ink), (index.data(_LINE), quiet))):
            place = QRect(inside.left(), inside.top() + number * metrics.height(), inside.width(), metrics.height())
            painter.setPen(option.palette.color(group, role))
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft, metrics.elidedText(
                text, Qt.TextElideMode.ElideRight, place.width()
            ))  # fmt: skip
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(120, 2 * option.fontMetrics.height() + 2 * _PAD)

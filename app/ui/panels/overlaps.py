"""What flattening loses: the pixels of every pair of classes, under any paint order, which is put together here.

The order is a view: files and exports keep the dataset's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPalette, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QSizePolicy,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.faces.classes import CLASS_BY_NAME, CLASSES, PaintOrder
from app.faces.palettes import Palette
from app.imaging.overlaps import Loss, Overlaps, overlaps
from app.ui.canvas.aids import LOST_PIXELS
from app.ui.messages import Label, tooltip
from app.ui.paint_order_list import PaintOrderList
from app.ui.paint_orders import NAMED, completed

if TYPE_CHECKING:
    from app.faces.mask import MaskLayers
    from app.ui.session import Session

_Index = QModelIndex | QPersistentModelIndex
_SEEN, _LOST, _PIXELS = range(3)
_SWATCH = 10
_BOTH_FROM = 380
"""Units of height from which pairs and order are both to be seen."""
_NOTHING = Overlaps((), 0, 0)


class PairsModel(QAbstractTableModel):
    """A row per pair that loses pixels, the largest loss first: what is seen, what is lost below it, how much."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.losses: tuple[Loss, ...] = ()

    def show_losses(self, losses: tuple[Loss, ...]) -> None:
        """These are the pairs now."""
        if losses != self.losses:
            self.beginResetModel()
            self.losses = losses
            self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self.losses)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else 3

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section == _PIXELS else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.DisplayRole:
            return (self.tr("Seen"), self.tr("Lost below it"), self.tr("Pixels"))[section]
        return None

    def colour(self, index: _Index) -> QColor | None:
        """The colour of the class that a cell names."""
        if index.column() == _PIXELS:
            return None
        loss = self.losses[index.row()]
        face_class = CLASSES[loss.seen if index.column() == _SEEN else loss.lost]
        return QColor(*self._session.colour_of(face_class))

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        loss, column = self.losses[index.row()], index.column()
        seen, lost = CLASSES[loss.seen].title, CLASSES[loss.lost].title
        if role == Qt.ItemDataRole.DisplayRole:
            return (seen, lost, f"{loss.pixels:,}")[column]
        if role == Qt.ItemDataRole.TextAlignmentRole and column == _PIXELS:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            text = self.tr("{seen} hides {pixels} pixels of {lost}").format(
                seen=seen, lost=lost, pixels=f"{loss.pixels:,}"
            )
            return tooltip(text) if role == Qt.ItemDataRole.ToolTipRole else text
        return None


class _Cell(QStyledItemDelegate):
    """A class's colour before its name."""

    def __init__(self, model: PairsModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model

    def initStyleOption(self, option: QStyleOptionViewItem, index: _Index) -> None:
        super().initStyleOption(option, index)
        if self._model.colour(index) is not None:
            option.features |= QStyleOptionViewItem.ViewItemFeature.HasDecoration
            option.decorationSize = QSize(_SWATCH, _SWATCH)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        super().paint(painter, option, index)
        colour = self._model.colour(index)
        if colour is not None:
            top = option.rect.top() + (option.rect.height() - _SWATCH) // 2
            square = QRect(option.rect.left() + 4, top, _SWATCH, _SWATCH)
            painter.fillRect(square, colour)
            painter.setPen(option.palette.color(QPalette.ColorRole.Dark))
            painter.drawRect(square.adjusted(0, 0, -1, -1))


class OverlapsPanel(QWidget):
    """The pairs, the order that they depend on, and whether the pixels are marked on the picture."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._found = _NOTHING
        self._is_filling = False
        self._palette: Palette | None = None
        self._clicked_pair: tuple[int, int] | None = None
        self.total = Label(name="overlapsTotal")
        self.total.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.model = PairsModel(session)
        self.table = QTableView()
        self.table.setObjectName("overlapsTable")
        self.table.setAccessibleName(self.tr("Pairs of classes that overlap"))
        self.table.setModel(self.model)
        self.table.setItemDelegate(_Cell(self.model, self.table))
        self.table.setFrameShape(QTableView.Shape.NoFrame)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        self.table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setMinimumSectionSize(17)
        self.table.verticalHeader().setDefaultSectionSize(20)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(_SEEN, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(_LOST, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(_PIXELS, QHeaderView.ResizeMode.ResizeToContents)
        header.setHighlightSections(False)
        self.mark = QCheckBox(self.tr("Mark"))
        self.mark.setObjectName("overlapsMark")
        self.mark.setAccessibleName(self.tr("Mark on the picture what is lost"))
        self.mark.setToolTip(tooltip(self.tr("Hatch what is lost, in its own colour; of the chosen pair or of all")))
        self.mark.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.choice = QComboBox()
        self.choice.setObjectName("paintOrderChoice")
        self.choice.setAccessibleName(self.tr("Paint order"))
        self.choice.setToolTip(tooltip(self.tr("A paint order to look in. Files and exports keep the dataset's.")))
        self.choice.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.choice.setMinimumContentsLength(8)
        self.back = QPushButton(self.tr("Back"))
        self.back.setObjectName("paintOrderBack")
        self.back.setToolTip(tooltip(self.tr("Back to the dataset's paint order")))
        self.back.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.sort = QPushButton(self.tr("Sort"))
        self.sort.setObjectName("paintOrderSort")
        self.sort.setCheckable(True)
        self.sort.setToolTip(tooltip(self.tr("Show the classes to put them in another order")))
        self.sort.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.list = PaintOrderList()
        self.list.setObjectName("paintOrderList")
        self.list.setAccessibleName(self.tr("Classes, the topmost first"))
        self.list.setToolTip(tooltip(self.tr("The topmost class first: drag, or Alt+Up and Alt+Down")))
        self.list.setFrameShape(PaintOrderList.Shape.NoFrame)
        self._lay_out()
        self.table.selectionModel().selectionChanged.connect(self._on_pair_chosen)
        self.table.clicked.connect(self._on_clicked)
        self.mark.toggled.connect(self._on_marked)
        self.choice.activated.connect(self._on_order_chosen)
        self.sort.toggled.connect(self._share_room)
        self.back.clicked.connect(self._on_back)
        self.list.moved.connect(self._on_moved)
        session.view_changed.connect(self._on_view_changed)
        session.aids_changed.connect(self._show_aids)
        session.document_changed.connect(self._show_order)
        self._show_order()
        self._show_aids()

    def _lay_out(self) -> None:
        first = QHBoxLayout()
        first.addWidget(self.total, 1)
        first.addWidget(self.mark)
        second = QHBoxLayout()
        second.setSpacing(4)
        second.addWidget(self.choice, 1)
        second.addWidget(self.sort)
        second.addWidget(self.back)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.setSpacing(3)
        column.addLayout(first)
        column.addLayout(second)
        column.addWidget(self.table, 3)
        column.addWidget(self.list, 2)

    def _share_room(self) -> None:
        """Where there is no room for both, the order takes the place of the pairs while it is being changed."""
        is_tall = self.height() >= _BOTH_FROM
        self.sort.setVisible(not is_tall)
        self.list.setVisible(is_tall or self.sort.isChecked())
        self.table.setVisible(is_tall or not self.sort.isChecked())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._share_room()
        super().resizeEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(260, 320)

    def showEvent(self, event: QShowEvent) -> None:
        self.refresh()
        super().showEvent(event)

    # What is lost

    def refresh(self) -> None:
        """Count anew, if anybody looks; called when an edit has settled or another sample is shown."""
        if not self.isVisible():
            return
        mask = self._mask()
        found = _NOTHING if mask is None else overlaps(mask.bits, self._session.paint_order)
        self._found = found
        pairs, chosen = {(loss.seen, loss.lost) for loss in found.losses}, self._session.marked_pair
        if chosen is not None and chosen not in pairs:
            chosen = chosen[::-1] if chosen[::-1] in pairs else None
        self._is_filling = True
        self.model.show_losses(found.losses)
        self._select(chosen)
        self._is_filling = False
        self._session.marked_pair = chosen
        short, text = self._sentences(mask)
        self.total.setText(short)
        self.total.setToolTip(tooltip(text))

    def _mask(self) -> MaskLayers | None:
        document, sample = self._session.document, self._session.sample
        if document is None or sample is None or not document.is_open(sample):
            return None
        return document.mask(sample)

    def _sentences(self, mask: MaskLayers | None) -> tuple[str, str]:
        """What is lost in all, short and long."""
        found = self._found
        if mask is None:
            return self.tr("No mask"), self.tr("This sample has no mask.")
        if not found.pixels:
            return self.tr("Nothing is lost"), self.tr("No two classes overlap here: flattening loses nothing.")
        pixels, share = f"{found.pixels:,}", f"{100 * found.pixels / found.covered:.1f}"
        short = self.tr("{pixels} px lose a class").format(pixels=pixels)
        text = self.tr("Flattening loses a class on {pixels} pixels, {share} % of the covered.")
        return short, text.format(pixels=pixels, share=share)

    def _select(self, pair: tuple[int, int] | None) -> None:
        self.table.clearSelection()
        rows = [row for row, loss in enumerate(self.model.losses) if (loss.seen, loss.lost) == pair]
        if rows:
            self.table.selectRow(rows[0])

    def _on_pair_chosen(self) -> None:
        if self._is_filling:
            return
        rows = self.table.selectionModel().selectedRows()
        loss = self.model.losses[rows[0].row()] if rows else None
        self._session.marked_pair = None if loss is None else (loss.seen, loss.lost)
        if loss is not None:
            self.mark.setChecked(True)
        self._clicked_pair = None

    def _on_clicked(self, index: QModelIndex) -> None:
        """A second click on the chosen pair marks all of them again."""
        loss = self.model.losses[index.row()]
        pair = loss.seen, loss.lost
        if self._clicked_pair == pair:
            self.table.clearSelection()
        else:
            self._clicked_pair = pair

    def _on_marked(self, on: bool) -> None:
        aids = self._session.aids
        self._session.aids = aids | {LOST_PIXELS} if on else aids - {LOST_PIXELS}

    def _show_aids(self) -> None:
        with QSignalBlocker(self.mark):
            self.mark.setChecked(LOST_PIXELS in self._session.aids)

    # The order

    def _on_view_changed(self) -> None:
        self._show_order()
        self.refresh()

    def _own(self) -> PaintOrder:
        """The dataset's order, with the classes at the bottom that it does not name."""
        document = self._session.document
        return completed(document.store.paint_order) if document is not None else NAMED[0][1]

    def _show_order(self) -> None:
        shown = self._session.shown_order
        order = completed(self._session.paint_order)
        names = [CLASSES[class_id].name for class_id in order]
        palette = self._session.class_palette
        if names != self.list.names() or palette is not self._palette:
            row, self._palette = self.list.currentRow(), palette
            self.list.fill(names, palette)
            self.list.setCurrentRow(row)
        self.choice.clear()
        self.choice.addItem(self.tr("The dataset's"), None)
        for title, named in NAMED:
            self.choice.addItem(title, named)
        place = next((k + 1 for k, (_, named) in enumerate(NAMED) if named == shown), 0)
        if shown is not None and not place:
            self.choice.addItem(self.tr("My own"), shown)
            place = self.choice.count() - 1
        self.choice.setCurrentIndex(place)
        self.back.setEnabled(shown is not None)

    def _on_order_chosen(self) -> None:
        order = self.choice.currentData()
        self._look_in(None if order is None else tuple(order))

    def _on_back(self) -> None:
        self._session.shown_order = None

    def _on_moved(self) -> None:
        self._look_in(tuple(CLASS_BY_NAME[name].id for name in self.list.names()))

    def _look_in(self, order: PaintOrder | None) -> None:
        self._session.shown_order = None if order == self._own() else order

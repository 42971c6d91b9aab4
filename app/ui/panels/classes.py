"""The nineteen classes: which one is held, which are seen, which are locked, how much of the picture each covers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QSlider,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.faces.classes import CLASSES
from app.ui import icons
from app.ui.messages import Label, tooltip

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.ui.session import Session

_Index = QModelIndex | QPersistentModelIndex
ID, SWATCH, NAME, KEY, EYE, LOCK, AREA = range(7)
ROW_HEIGHT = 20
LEAST_ROW_HEIGHT = 17


class ClassesModel(QAbstractTableModel):
    """A row per class, read from the session; ``areas`` come from the panel after an edit has settled."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._areas: Mapping[str, int] = {}
        self._pixels = 0

    def show_areas(self, areas: Mapping[str, int], pixels: int) -> None:
        """Pixels per class name, of ``pixels`` in the whole picture."""
        self._areas, self._pixels = areas, pixels
        self.dataChanged.emit(self.index(0, AREA), self.index(len(CLASSES) - 1, AREA))

    def refresh(self) -> None:
        """The session changed: eyes, locks or colours."""
        self.dataChanged.emit(self.index(0, 0), self.index(len(CLASSES) - 1, AREA))

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(CLASSES)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else 7

    def is_open(self, class_id: int) -> bool:
        """Whether the class's eye is open."""
        face_class = CLASSES[class_id]
        return bool(self._session.visible & face_class.bit) if face_class.bit else self._session.background_visible

    def is_locked(self, class_id: int) -> bool:
        """Whether the class is locked."""
        face_class = CLASSES[class_id]
        return bool(self._session.locked & face_class.bit) if face_class.bit else self._session.background_locked

    def colour(self, class_id: int) -> QColor:
        """The class's colour in the palette in use."""
        face_class = CLASSES[class_id]
        return QColor(*(face_class.safe_colour if self._session.palette == "safe" else face_class.colour))

    def area_text(self, class_id: int) -> str:
        """The share of the picture: ``12.3 %``, ``<0.1 %`` for a few pixels, nothing where the class is not."""
        area = self._areas.get(CLASSES[class_id].name, 0)
        if not area or not self._pixels:
            return ""
        share = 100 * area / self._pixels
        return "<0.1 %" if share < 0.05 else f"{share:.1f} %"

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        face_class = CLASSES[index.row()]
        column = index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(face_class.id, column)
        if role == Qt.ItemDataRole.TextAlignmentRole and column in (ID, KEY, AREA):
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ForegroundRole and column in (ID, KEY):
            return QGuiApplication.palette().color(QPalette.ColorRole.PlaceholderText)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(self._hint(face_class.id, column))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._hint(face_class.id, column)
        return None

    def _text(self, class_id: int, column: int) -> str | None:
        face_class = CLASSES[class_id]
        if column == ID:
            return str(class_id)
        if column == KEY:
            # The key of a class below 10 is its id.
            return f"⇧{class_id - 9}" if class_id >= 10 else None
        if column == NAME:
            return face_class.title
        if column == AREA:
            return self.area_text(class_id)
        return None

    def _hint(self, class_id: int, column: int) -> str:
        face_class = CLASSES[class_id]
        if column == EYE:
            state = self.tr("shown") if self.is_open(class_id) else self.tr("hidden")
            return self.tr("{title} is {state}. Click to change, Alt+click to show it alone.").format(
                title=face_class.title, state=state
            )
        if column == LOCK:
            state = self.tr("locked: no stroke changes it") if self.is_locked(class_id) else self.tr("not locked")
            return self.tr("{title} is {state}.").format(title=face_class.title, state=state)
        area = self._areas.get(face_class.name, 0)
        key = str(class_id) if class_id < 10 else f"Shift+{class_id - 9}"
        return self.tr("{title} · {name} · id {id} · key {key} · {area} pixels").format(
            title=face_class.title, name=face_class.name, id=class_id, key=key, area=f"{area:,}"
        )


class _Row(QStyledItemDelegate):
    """Paints swatches, eyes and locks; the rest is the style's own."""

    def __init__(self, model: ClassesModel, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self._session = session

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        super().paint(painter, option, index)
        row, column = index.row(), index.column()
        if column == SWATCH:
            self._paint_swatch(painter, option.rect, row)
        elif column == EYE:
            alone = self._session.solo == row
            is_open = self._model.is_open(row) if self._session.solo is None else alone
            self._paint_icon(painter, option, "eye" if is_open else "eye-off", quiet=not is_open)
        elif column == LOCK:
            locked = self._model.is_locked(row)
            self._paint_icon(painter, option, "lock" if locked else "lock-open", quiet=not locked)

    def _paint_swatch(self, painter: QPainter, rect: QRect, row: int) -> None:
        side = 12
        square = QRect(0, 0, side, side)
        square.moveCenter(rect.center())
        painter.fillRect(square, self._model.colour(row))
        painter.setPen(QGuiApplication.palette().color(QPalette.ColorRole.Dark))
        painter.drawRect(square.adjusted(0, 0, -1, -1))

    @staticmethod
    def _paint_icon(painter: QPainter, option: QStyleOptionViewItem, name: str, *, quiet: bool) -> None:
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        role = QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Text
        group = QPalette.ColorGroup.Disabled if quiet and not selected else QPalette.ColorGroup.Active
        colour = QGuiApplication.palette().color(group, role)
        colour.setAlphaF(0.5 if quiet and selected else 1.0)
        picture = icons.pixmap(name, colour, size=14, scale=painter.device().devicePixelRatioF())
        place = QRect(0, 0, 14, 14)
        place.moveCenter(option.rect.center())
        painter.drawPixmap(place, picture)


class ClassesPanel(QWidget):
    """Chooses the class held, opens eyes, locks classes, and says how the overlay looks."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.model = ClassesModel(session)
        self.table = QTableView()
        self.table.setObjectName("classesTable")
        self.table.setAccessibleName(self.tr("Classes"))
        self.table.setModel(self.model)
        self.table.setItemDelegate(_Row(self.model, session, self.table))
        self.table.setFrameShape(QTableView.Shape.NoFrame)
        self.table.setShowGrid(False)
        self.table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.table.setTabKeyNavigation(False)
        self.table.setWordWrap(False)
        self.table.verticalHeader().hide()
        # The smallest size first: it bounds the other.
        self.table.verticalHeader().setMinimumSectionSize(LEAST_ROW_HEIGHT)
        self.table.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
        self.table.horizontalHeader().hide()
        header = self.table.horizontalHeader()
        header.setMinimumSectionSize(16)
        for place, width in ((ID, 24), (SWATCH, 18), (KEY, 24), (EYE, 22), (LOCK, 22), (AREA, 54)):
            header.setSectionResizeMode(place, QHeaderView.ResizeMode.Fixed)
            self.table.setColumnWidth(place, width)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.setMinimumHeight(LEAST_ROW_HEIGHT * 6)
        self.table.viewport().installEventFilter(self)

        self.opacity = QSlider(Qt.Orientation.Horizontal)
        self.opacity.setObjectName("overlayOpacity")
        self.opacity.setAccessibleName(self.tr("Opacity of the overlay"))
        self.opacity.setToolTip(tooltip(self.tr("Opacity of the overlay")))
        self.opacity.setRange(0, 100)
        self.opacity.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._percent = Label(muted=True)
        self._percent.setMinimumWidth(self.fontMetrics().horizontalAdvance("100 %"))
        self.style_box = _choice(
            "overlayStyle",
            self.tr("How classes are drawn"),
            [(self.tr("Fill"), "fill"), (self.tr("Outline"), "outline"), (self.tr("Both"), "both")],
        )
        self.palette_box = _choice(
            "overlayPalette",
            self.tr("Class colours"),
            [(self.tr("Native colours"), "native"), (self.tr("Colour-blind-safe"), "safe")],
        )
        first = QHBoxLayout()
        first.addWidget(Label(self.tr("Opacity")))
        first.addWidget(self.opacity, 1)
        first.addWidget(self._percent)
        second = QHBoxLayout()
        second.addWidget(self.style_box)
        second.addWidget(self.palette_box, 1)
        self._below = below = QVBoxLayout()
        below.setContentsMargins(4, 4, 4, 0)
        below.setSpacing(4)
        below.addLayout(first)
        below.addLayout(second)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 0, 4, 4)
        column.setSpacing(0)
        column.addWidget(self.table, 1)
        column.addLayout(below)
        self._connect()
        self._show_session()
        self._show_class(session.face_class)

    def _connect(self) -> None:
        self.table.clicked.connect(self._on_clicked)
        self.table.doubleClicked.connect(self._on_double_clicked)
        self.table.selectionModel().currentRowChanged.connect(self._on_row_changed)
        self.opacity.valueChanged.connect(self._on_opacity)
        self.style_box.activated.connect(self._on_style)
        self.palette_box.activated.connect(self._on_palette)
        self._session.face_class_changed.connect(self._show_class)
        self._session.view_changed.connect(self._show_session)
        self._session.rules_changed.connect(self.model.refresh)

    def sizeHint(self) -> QSize:
        return QSize(260, len(CLASSES) * ROW_HEIGHT + self._below.sizeHint().height() + 8)

    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        if event.type() in (QEvent.Type.Show, QEvent.Type.FontChange, QEvent.Type.StyleChange):
            # Nineteen rows need no more; what is left over is for the panel below.
            self.setMaximumHeight(self.sizeHint().height())
        return handled

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self.table.viewport():
            # In a low window the rows move together rather than out of sight.
            height = self.table.viewport().height() // len(CLASSES)
            self.table.verticalHeader().setDefaultSectionSize(max(LEAST_ROW_HEIGHT, min(height, ROW_HEIGHT)))
        return super().eventFilter(watched, event)

    def toggle_eye(self, class_id: int) -> None:
        """Open or close one eye."""
        face_class = CLASSES[class_id]
        if face_class.bit:
            self._session.visible ^= face_class.bit
        else:
            self._session.background_visible = not self._session.background_visible

    def toggle_lock(self, class_id: int) -> None:
        """Lock or unlock one class."""
        face_class = CLASSES[class_id]
        if face_class.bit:
            self._session.locked ^= face_class.bit
        else:
            self._session.background_locked = not self._session.background_locked

    def _on_clicked(self, index: QModelIndex) -> None:
        alt = bool(QApplication.keyboardModifiers() & Qt.KeyboardModifier.AltModifier)
        if index.column() == EYE and alt:
            self._session.toggle_solo(index.row())
        elif index.column() == EYE:
            self.toggle_eye(index.row())
        elif index.column() == LOCK:
            self.toggle_lock(index.row())
        else:
            self._session.face_class = index.row()
        self._show_class(self._session.face_class)

    def _on_double_clicked(self, index: QModelIndex) -> None:
        # The second click of a quick pair on an eye or a lock counts like the first: nothing is swallowed.
        if index.column() in (EYE, LOCK):
            self._on_clicked(index)
        else:
            self._session.toggle_solo(index.row())

    def _on_row_changed(self, current: QModelIndex) -> None:
        if current.isValid() and QApplication.mouseButtons() == Qt.MouseButton.NoButton:
            self._session.face_class = current.row()

    def _on_opacity(self, value: int) -> None:
        self._session.opacity = value / 100

    def _on_style(self) -> None:
        self._session.overlay_style = self.style_box.currentData()

    def _on_palette(self) -> None:
        self._session.palette = self.palette_box.currentData()

    def _show_class(self, class_id: int) -> None:
        if self.table.currentIndex().row() != class_id or not self.table.selectionModel().hasSelection():
            self.table.selectRow(class_id)

    def _show_session(self) -> None:
        self.model.refresh()
        self.opacity.blockSignals(True)
        self.opacity.setValue(round(self._session.opacity * 100))
        self.opacity.blockSignals(False)
        self._percent.setText(f"{round(self._session.opacity * 100)} %")
        self.style_box.setCurrentIndex(self.style_box.findData(self._session.overlay_style))
        self.palette_box.setCurrentIndex(self.palette_box.findData(self._session.palette))


def _choice(name: str, title: str, entries: list[tuple[str, str]]) -> QComboBox:
    box = QComboBox()
    box.setObjectName(name)
    box.setAccessibleName(title)
    box.setToolTip(tooltip(title))
    box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    for text, value in entries:
        box.addItem(text, value)
    return box

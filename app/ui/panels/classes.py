"""The nineteen classes: which one is held, which are seen, which are locked, how much of the picture each covers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QObject, QSize, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QSlider,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.faces.classes import CLASSES
from app.ui.messages import Label, tooltip
from app.ui.panels.class_rows import AREA, EYE, ID, KEY, LOCK, NAME, SWATCH, ClassesModel, ClassRow

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.faces.palettes import Palette
    from app.ui.session import Session

KEY_WIDTH = 24
ROW_HEIGHT = 20
LEAST_ROW_HEIGHT = 17
WIDE_SWATCH = 26
"""The width of the column of swatches while these have the initials in them."""
SHARE_STEP = 0.1
_IMPORT = ""
"""What the list of palettes holds for its last entry, which is none."""


class ClassesPanel(QWidget):
    """Chooses the class held, opens eyes, locks classes, and says how the overlay looks."""

    palette_wanted = Signal()
    """A file of class colours is to be taken."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._palettes: Mapping[str, Palette] | None = None
        self.model = ClassesModel(session)
        self.table = QTableView()
        self.table.setObjectName("classesTable")
        self.table.setAccessibleName(self.tr("Classes"))
        self.table.setModel(self.model)
        self.table.setItemDelegate(ClassRow(self.model, session, self.table))
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
        for place, width in ((ID, 24), (SWATCH, 18), (KEY, KEY_WIDTH), (EYE, 22), (LOCK, 22), (AREA, 54)):
            header.setSectionResizeMode(place, QHeaderView.ResizeMode.Fixed)
            self.table.setColumnWidth(place, width)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.setMinimumHeight(LEAST_ROW_HEIGHT * 6)
        self.table.viewport().installEventFilter(self)

        self.opacity, self._percent = self._percentage(
            "overlayOpacity", self.tr("Opacity of the overlay (Alt+wheel on the picture)")
        )
        self.share, self._share_percent = self._percentage(
            "classOpacity", self.tr("How much of that the class held has (Alt+wheel on its row)")
        )
        self._share_name = Label()
        # As wide as the longest title: the sliders stay where they are when another class is held.
        self._share_name.setMinimumWidth(max(Label(c.title).sizeHint().width() for c in CLASSES))
        self.style_box = _choice(
            "overlayStyle",
            self.tr("How classes are drawn"),
            [
                (self.tr("Fill"), "fill"), (self.tr("Outline"), "outline"), (self.tr("Both"), "both"),
                (self.tr("Hatch"), "hatch"),
            ],
        )  # fmt: skip
        self.line_button = _button("outlineWidth", self.tr("Next width of outlines, in screen pixels"))
        self.initials = _button("classInitials", self.tr("Initials of the classes on the picture"))
        self.initials.setText(self.tr("Aa"))
        self.initials.setCheckable(True)
        self.palette_box = _choice("overlayPalette", self.tr("Class colours"), [])
        self.palette_box.setMinimumContentsLength(6)
        self.palette_box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        names = QVBoxLayout()
        sliders = QVBoxLayout()
        percents = QVBoxLayout()
        for column, *rows in (
            (names, Label(self.tr("Opacity")), self._share_name),
            (sliders, self.opacity, self.share),
            (percents, self._percent, self._share_percent),
        ):
            column.setSpacing(4)
            for widget in rows:
                column.addWidget(widget)
        first = QHBoxLayout()
        first.addLayout(names)
        first.addLayout(sliders, 1)
        first.addLayout(percents)
        second = QHBoxLayout()
        second.setSpacing(4)
        for control in (self.style_box, self.line_button, self.initials):
            second.addWidget(control)
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
        self.share.valueChanged.connect(self._on_share)
        self.style_box.activated.connect(self._on_style)
        self.line_button.clicked.connect(self._on_line_width)
        self.initials.toggled.connect(self._on_initials)
        self.palette_box.activated.connect(self._on_palette)
        self._session.face_class_changed.connect(self._show_class)
        self._session.face_class_changed.connect(self._show_share)
        self._session.view_changed.connect(self._show_session)
        self._session.rules_changed.connect(self.model.refresh)

    def show_keys(self, keys: Mapping[int, str]) -> None:
        """The key of each class id that has one; the longest is seen whole."""
        self.model.show_keys(keys)
        metrics = self.table.fontMetrics()
        texts = (str(self.model.index(row, KEY).data() or "") for row in range(self.model.rowCount()))
        self.table.setColumnWidth(KEY, max(KEY_WIDTH, 8 + max(map(metrics.horizontalAdvance, texts))))

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
        elif isinstance(event, QWheelEvent) and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            # Some systems turn a wheel with Alt sideways.
            delta, row = event.angleDelta(), self.table.rowAt(int(event.position().y()))
            turned = delta.y() or delta.x()
            if row >= 0 and turned:
                self.change_share(row, SHARE_STEP if turned > 0 else -SHARE_STEP)
            return True
        return super().eventFilter(watched, event)

    def change_share(self, class_id: int, by: float) -> None:
        """Give one class more or less of the overlay's opacity."""
        looks = self._session.looks
        if CLASSES[class_id].bit:
            self._session.looks = looks.with_share(class_id, looks.share(class_id) + by)

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

    def _on_share(self, value: int) -> None:
        session = self._session
        session.looks = session.looks.with_share(session.face_class, value / 100)

    def _on_line_width(self) -> None:
        self._session.looks = self._session.looks.with_next_width()

    def _on_initials(self, shown: bool) -> None:
        self._session.looks = replace(self._session.looks, has_initials=shown)

    def _on_style(self) -> None:
        self._session.overlay_style = self.style_box.currentData()

    def _on_palette(self) -> None:
        chosen = self.palette_box.currentData()
        if chosen == _IMPORT:
            self._show_palettes()
            self.palette_wanted.emit()
        else:
            self._session.palette = chosen

    def _show_class(self, class_id: int) -> None:
        if self.table.currentIndex().row() != class_id or not self.table.selectionModel().hasSelection():
            self.table.selectRow(class_id)

    def _show_session(self) -> None:
        self.model.refresh()
        session = self._session
        _show_percentage(self.opacity, self._percent, session.opacity)
        self._show_share()
        self.style_box.setCurrentIndex(self.style_box.findData(session.overlay_style))
        self.line_button.setText(self.tr("{0} px").format(session.looks.line_px))
        self.line_button.setEnabled(session.overlay_style != "fill")
        self.initials.blockSignals(True)
        self.initials.setChecked(session.looks.has_initials)
        self.initials.blockSignals(False)
        self.table.setColumnWidth(SWATCH, WIDE_SWATCH if session.looks.has_initials else 18)
        self._show_palettes()

    def _show_share(self) -> None:
        face_class = CLASSES[self._session.face_class]
        _show_percentage(self.share, self._share_percent, self._session.looks.share(face_class.id))
        self.share.setEnabled(bool(face_class.bit))
        self._share_name.setText(face_class.title)
        self._share_name.setEnabled(bool(face_class.bit))

    def _show_palettes(self) -> None:
        session, box = self._session, self.palette_box
        if self._palettes is not session.palettes:
            self._palettes = session.palettes
            box.clear()
            for palette in session.palettes.values():
                box.addItem(self.tr(palette.title), palette.name)
            box.insertSeparator(box.count())
            box.addItem(self.tr("From a file…"), _IMPORT)
        box.setCurrentIndex(box.findData(session.class_palette.name))

    def _percentage(self, name: str, title: str) -> tuple[QSlider, Label]:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setObjectName(name)
        slider.setAccessibleName(title)
        slider.setToolTip(tooltip(title))
        slider.setRange(0, 100)
        slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        percent = Label(muted=True)
        percent.setMinimumWidth(self.fontMetrics().horizontalAdvance("100 %"))
        return slider, percent


def _show_percentage(slider: QSlider, label: Label, value: float) -> None:
    slider.blockSignals(True)
    slider.setValue(round(100 * value))
    slider.blockSignals(False)
    label.setText(f"{round(100 * value)} %")


def _choice(name: str, title: str, entries: list[tuple[str, str]]) -> QComboBox:
    box = QComboBox()
    box.setObjectName(name)
    box.setAccessibleName(title)
    box.setToolTip(tooltip(title))
    box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    for text, value in entries:
        box.addItem(text, value)
    return box


def _button(name: str, title: str) -> QToolButton:
    button = QToolButton()
    button.setObjectName(name)
    button.setAutoRaise(True)
    button.setAccessibleName(title)
    button.setToolTip(tooltip(title))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button

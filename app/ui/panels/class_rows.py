"""The rows of the list of classes: what each shows, and how swatches, eyes and locks are painted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPalette, qGray
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.faces.classes import CLASSES
from app.ui import icons
from app.ui.looks import INITIALS
from app.ui.messages import tooltip

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.ui.session import Session

_Index = QModelIndex | QPersistentModelIndex
ID, SWATCH, NAME, KEY, EYE, LOCK, AREA = range(7)


class ClassesModel(QAbstractTableModel):
    """A row per class, read from the session; ``areas`` come from the panel after an edit has settled."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._areas: Mapping[str, int] = {}
        self._pixels = 0
        self._keys: Mapping[int, str] = {}

    def show_keys(self, keys: Mapping[int, str]) -> None:
        """The key of each class id that has one."""
        self._keys = keys
        self.dataChanged.emit(self.index(0, KEY), self.index(len(CLASSES) - 1, KEY))

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
        return QColor(*self._session.colour_of(CLASSES[class_id]))

    def initials(self, class_id: int) -> str:
        """What stands for the class on the picture; nothing while it does not."""
        return INITIALS[class_id] if self._session.looks.has_initials else ""

    def share(self, class_id: int) -> float:
        """The class's factor of the overlay's opacity."""
        return self._session.looks.share(class_id)

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
            key = self._keys.get(class_id, "")
            # A key that is the id is said already.
            return None if key == str(class_id) else key.replace("Ctrl+", "⌃").replace("Shift+", "⇧")
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
        key = self._keys.get(class_id) or self.tr("none")
        text = self.tr("{title} · {name} · id {id} · key {key} · {area} pixels").format(
            title=face_class.title, name=face_class.name, id=class_id, key=key, area=f"{area:,}"
        )
        if (share := self.share(class_id)) == 1 or not face_class.bit:
            return text
        return self.tr("{text} · {share} % of the overlay's opacity").format(text=text, share=round(100 * share))


class ClassRow(QStyledItemDelegate):
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
        side, initials = 12, self._model.initials(row)
        square = QRect(0, 0, rect.width() - 4 if initials else side, side + 2 * bool(initials))
        square.moveCenter(rect.center())
        colour, share = self._model.colour(row), self._model.share(row)
        if share < 1:
            # As much of the square as the class has of the overlay's opacity.
            painter.fillRect(square, QGuiApplication.palette().color(QPalette.ColorRole.Base))
            height = round(square.height() * share)
            painter.fillRect(square.left(), square.bottom() + 1 - height, square.width(), height, colour)
        else:
            painter.fillRect(square, colour)
        painter.setPen(QGuiApplication.palette().color(QPalette.ColorRole.Dark))
        painter.drawRect(square.adjusted(0, 0, -1, -1))
        if initials:
            font = painter.font()
            font.setPixelSize(10)
            font.setBold(True)
            painter.setFont(font)
            ground = colour if share > 0.5 else QGuiApplication.palette().color(QPalette.ColorRole.Base)
            painter.setPen(Qt.GlobalColor.white if qGray(ground.rgb()) < 140 else Qt.GlobalColor.black)
            painter.drawText(square, Qt.AlignmentFlag.AlignCenter, initials)

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

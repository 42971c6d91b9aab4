"""How a line of the history panel looks: a small picture, what was done, and when."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPalette
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.faces.palettes import Palette
from app.faces.sample import Modality
from app.ui import icons
from app.ui.history.lines import LINE, Kind, Line
from app.ui.history.pictures import StepPictures, Wanted

SIDE = 34
"""Of the pictures, in device-independent pixels."""
_MARGIN = 4
_INDENT = 18
_ICONS = {
    Modality.CAPTIONS: "type",
    Modality.ATTRIBUTES: "list-filter",
    Modality.MASK: "brush",
    Modality.SKETCH: "pencil",
}
_Index = QModelIndex | QPersistentModelIndex


def row_height(text_height: int) -> int:
    """Of every line: two lines of text beside the picture."""
    return max(SIDE, 2 * text_height) + 2 * _MARGIN


class LineDelegate(QStyledItemDelegate):
    """``palette`` tells in which colours classes are shown now."""

    def __init__(self, parent: QWidget, pictures: StepPictures, palette: Callable[[], Palette]) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self._palette = palette

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        line = index.data(LINE)
        if not isinstance(line, Line):
            return
        widget: QWidget = option.widget
        rect: QRect = option.rect
        style = widget.style() if widget is not None else QApplication.style()
        style.drawPrimitive(QStyle.PrimitiveElement.PE_PanelItemViewItem, option, painter, widget)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        colours: QPalette = option.palette
        text = colours.color(QPalette.ColorRole.HighlightedText if selected else QPalette.ColorRole.Text)
        muted = text if selected else colours.color(QPalette.ColorRole.PlaceholderText)
        left = rect.left() + _MARGIN + (_INDENT if line.kind is Kind.BRANCH else 0)
        place = QRect(left, rect.top() + (rect.height() - SIDE) // 2, SIDE, SIDE)
        painter.save()
        if line.kind is Kind.BRANCH:
            self._icon(painter, "corner-down-right", muted, QRect(rect.left() + _MARGIN, place.top(), 14, SIDE))
        if not line.is_done:
            painter.setOpacity(0.55)
        self._picture(painter, line, place, muted, widget.devicePixelRatioF() if widget is not None else 1.0)
        painter.setOpacity(1)
        room = QRect(place.right() + 8, rect.top() + _MARGIN, rect.right() - place.right() - 12, rect.height())
        self._text(painter, option, line, room, text if line.is_done else muted, muted)
        painter.restore()

    def _picture(self, painter: QPainter, line: Line, place: QRect, muted: QColor, ratio: float) -> None:
        if line.has_picture:
            wanted = Wanted(line.sample, line.step, round(SIDE * ratio), self._palette())
            image = self._pictures.picture(wanted)
            if image is not None:
                painter.drawImage(place, image)
                return
        name = {Kind.OPENED: "image", Kind.MARK: "tag"}.get(line.kind) or _ICONS.get(line.modality or Modality.MASK, "")
        self._icon(painter, name or "pencil", muted, place)

    def _icon(self, painter: QPainter, name: str, colour: QColor, place: QRect) -> None:
        size = min(16, place.width())
        device = painter.device()
        picture = icons.pixmap(name, colour, size=size, scale=device.devicePixelRatioF() if device else 1.0)
        painter.drawPixmap(
            place.left() + (place.width() - size) // 2, place.top() + (place.height() - size) // 2, picture
        )

    def _text(
        self, painter: QPainter, option: QStyleOptionViewItem, line: Line, room: QRect, text: QColor, muted: QColor
    ) -> None:
        font = option.font
        font.setBold(line.is_current)
        painter.setFont(font)
        metrics = painter.fontMetrics()
        lines = 2 if line.detail else 1
        top = room.top() + (room.height() - 2 * _MARGIN - lines * metrics.height()) // 2
        place = QRect(room.left(), top, room.width(), metrics.height())
        flags = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)
        painter.setPen(text)
        painter.drawText(place, flags, metrics.elidedText(line.label, Qt.TextElideMode.ElideRight, place.width()))
        if line.detail:
            font.setBold(False)
            painter.setFont(font)
            painter.setPen(muted)
            place.translate(0, metrics.height())
            painter.drawText(place, flags, metrics.elidedText(line.detail, Qt.TextElideMode.ElideRight, place.width()))

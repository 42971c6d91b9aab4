"""The attributes' rows as they are drawn, and what keys and clicks in them mean: answers, and what evidence points at.

Every piece of evidence is a place of its own: it is lit under the pointer, and a click goes to what it speaks of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QCursor,
    QFont,
    QFontMetrics,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.ui.captions.marks import amber
from app.ui.panels.attributes_model import ANSWERS, AttributesModel

if TYPE_CHECKING:
    from app.inspection.testimony import Evidence

_Index = QModelIndex | QPersistentModelIndex
ROW_HEIGHT = 22
EVIDENCE_HEIGHT = 16
"""The line below an attribute in a panel too narrow for evidence beside it."""
BESIDE_FROM = 400
_TITLE = 148
_BUTTON = 34
_BETWEEN = " · "
_IN_ROW = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft


class _Row(QStyledItemDelegate):
    """The title at the left, the three answers at the right, the one given filled."""

    def __init__(self, model: AttributesModel, view: QListView) -> None:
        super().__init__(view)
        self._model = model
        self._view = view
        self.pointed: tuple[int, Evidence] | None = None
        """The row and the piece of evidence under the pointer, where it leads somewhere."""
        self.is_read_only = False

    def sizeHint(self, _option: QStyleOptionViewItem, index: _Index) -> QSize:
        below = self._model.evidence_at(index.row()) and not self._is_wide()
        return QSize(160, ROW_HEIGHT + EVIDENCE_HEIGHT if below else ROW_HEIGHT)

    def _is_wide(self) -> bool:
        return self._view.viewport().width() >= BESIDE_FROM

    def evidence_places(self, rect: QRect, row: int) -> Iterator[tuple[QRect, str, Evidence]]:
        """Where in a row's rectangle each piece of evidence is, and its text; what does not fit is not there."""
        if self._is_wide():
            place = rect.adjusted(8 + _TITLE, 0, -3 * _BUTTON - 12, 0)
        else:
            place = QRect(rect.left() + 16, rect.top() + ROW_HEIGHT - 3, rect.width() - 20, EVIDENCE_HEIGHT)
        metrics = QFontMetrics(self._evidence_font())
        between = metrics.horizontalAdvance(_BETWEEN)
        left = place.left()
        for evidence in self._model.evidence_at(row):
            room = place.right() + 1 - left
            text = metrics.elidedText(evidence.text, Qt.TextElideMode.ElideRight, room)
            width = metrics.horizontalAdvance(text)
            if room < between or not text:
                return
            yield QRect(left, place.top(), width, place.height()), text, evidence
            left += width + between

    def _evidence_font(self) -> QFont:
        font = QFont(self._view.font())
        font.setPointSizeF(font.pointSizeF() * 0.9)
        return font

    def _paint_evidence(self, painter: QPainter, option: QStyleOptionViewItem, row: int) -> None:
        palette = QGuiApplication.palette()
        muted = palette.color(QPalette.ColorRole.PlaceholderText)
        painter.save()
        font = self._evidence_font()
        right = None
        for place, text, evidence in self.evidence_places(option.rect, row):
            font.setUnderline(False)
            painter.setFont(font)
            if right is not None:
                painter.setPen(muted)
                painter.drawText(QRect(right, place.top(), place.left() - right, place.height()), _IN_ROW, _BETWEEN)
            font.setUnderline((row, evidence) == self.pointed)
            painter.setFont(font)
            painter.setPen(amber(palette) if self._model.contradicts(row, evidence) else muted)
            painter.drawText(place, _IN_ROW, text)
            right = place.right() + 1
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
        enabled = not self.is_read_only
        group = QPalette.ColorGroup.Active if enabled else QPalette.ColorGroup.Disabled
        painter.setPen(colours.color(group, QPalette.ColorRole.Text))
        left = QRect(rect.left() + 8, rect.top(), rect.width() - 3 * _BUTTON - 16, ROW_HEIGHT)
        if self._is_wide():
            left.setWidth(_TITLE - 8)
        title = option.fontMetrics.elidedText(index.data(), Qt.TextElideMode.ElideRight, left.width())
        painter.drawText(left, Qt.AlignmentFlag.AlignVCenter, title)
        self._paint_evidence(painter, option, index.row())
        given, is_answered = self._model.value_at(index.row()), self._model.is_answered(index.row())
        for answer, place in zip(ANSWERS, answer_rects(rect), strict=True):
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
    evidence_hovered = Signal(object)
    """The ``Evidence`` under the pointer that leads somewhere, or None."""
    evidence_chosen = Signal(object)
    """Somebody wants to see what this ``Evidence`` speaks of."""

    def __init__(self, model: AttributesModel) -> None:
        super().__init__()
        self._attributes = model
        self.setModel(model)
        self.setAccessibleName(self.tr("Attributes"))
        self._row = _Row(model, self)
        self.setItemDelegate(self._row)
        self.viewport().setMouseTracking(True)
        self._pressed: tuple[int, Evidence] | None = None
        self._turn = 0
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def show_read_only(self, read_only: bool) -> None:
        """Answers are shown and not taken; what evidence points at can be gone to all the same."""
        self._row.is_read_only = read_only
        self.viewport().update()

    def _answer(self, name: str, value: bool | None) -> None:
        if not self._row.is_read_only:
            self.answered.emit(name, value)

    def show_evidence(self, evidence: Mapping[str, tuple[Evidence, ...]]) -> None:
        """Rows may become higher or lower; the one under the pointer stays there."""
        pointer = self.viewport().mapFromGlobal(QCursor.pos())
        held = self.indexAt(pointer) if self.viewport().rect().contains(pointer) else QModelIndex()
        before = self.visualRect(held).top() if held.isValid() else 0
        self._attributes.show_evidence(evidence)
        self._point(None)
        if held.isValid():
            moved = self.visualRect(held).top() - before
            self.verticalScrollBar().setValue(self.verticalScrollBar().value() + moved)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if (event.oldSize().width() >= BESIDE_FROM) != (event.size().width() >= BESIDE_FROM):
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
            self._answer(name, ANSWERS[(ANSWERS.index(given) + 1) % 3])
        elif name is not None and key in answers:
            self._answer(name, answers[key])
        elif name is not None and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._show_next(row)
        else:
            super().keyPressEvent(event)

    def _show_next(self, row: int) -> None:
        """What the row's evidence speaks of, one piece after the other."""
        leading = [evidence for evidence in self._attributes.evidence_at(row) if _leads(evidence)]
        if leading:
            self.evidence_chosen.emit(leading[self._turn % len(leading)])
            self._turn += 1

    def currentChanged(self, current: _Index, previous: _Index) -> None:
        super().currentChanged(current, previous)
        self._turn = 0

    def _evidence_under(self, position: QPoint) -> tuple[int, Evidence] | None:
        index = self.indexAt(position)
        if not index.isValid():
            return None
        places = self._row.evidence_places(self.visualRect(index), index.row())
        found = (evidence for place, _, evidence in places if place.contains(position) and _leads(evidence))
        return next(((index.row(), evidence) for evidence in found), None)

    def _point(self, pointed: tuple[int, Evidence] | None) -> None:
        if pointed == self._row.pointed:
            return
        self._row.pointed = pointed
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if pointed else Qt.CursorShape.ArrowCursor)
        self.viewport().update()
        self.evidence_hovered.emit(pointed[1] if pointed is not None else None)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._point(self._evidence_under(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._point(None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        self._pressed = self._evidence_under(event.position().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        position = event.position().toPoint()
        index = self.indexAt(position)
        name = self._attributes.name_at(index.row())
        if event.button() != Qt.MouseButton.LeftButton or name is None:
            return
        for answer, place in zip(ANSWERS, answer_rects(self.visualRect(index)), strict=True):
            if place.contains(position):
                self._answer(name, answer)
                return
        under = self._evidence_under(position)
        if under is not None and under == self._pressed:
            self.evidence_chosen.emit(under[1])

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        # A double click is two clicks, not something of its own.
        self.mousePressEvent(event)


def _leads(evidence: Evidence) -> bool:
    """Whether it says where it is seen."""
    return evidence.face_class is not None or bool(evidence.captions)

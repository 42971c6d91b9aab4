"""The grid of samples: cells by arithmetic, pictures only of what is on screen, everything by mouse and by key."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QRegion,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QApplication, QStyle, QToolTip, QWidget

from app.faces.sample import SampleId
from app.ui.gallery.delegate import Cell, CellPainter
from app.ui.gallery.layout import CellLayout
from app.ui.gallery.model import GalleryModel
from app.ui.gallery.pictures import Kind
from app.ui.gallery.rubber_band import RubberBand
from app.ui.gallery.selection import GallerySelection
from app.ui.gallery.thumbnails import Thumbnails
from app.ui.messages import tooltip
from app.ui.session import Session

SMALLEST, LARGEST, STEP = 64, 256, 16
"""Sides of pictures in device-independent pixels, and what one notch of Ctrl+wheel changes."""
MARGIN = 6
GAP = 2
_LINES_AHEAD = 2
_TYPING_MS = 900
_AUTOSCROLL_MS = 25

_Index = QModelIndex | QPersistentModelIndex
_KEYS = Qt.Key
_SHIFT, _CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
_MOVES = frozenset(
    {_KEYS.Key_Left, _KEYS.Key_Right, _KEYS.Key_Up, _KEYS.Key_Down, _KEYS.Key_Home, _KEYS.Key_End,
     _KEYS.Key_PageUp, _KEYS.Key_PageDown}
)  # fmt: skip
_NO_UPDATE = QItemSelectionModel.SelectionFlag.NoUpdate


class GalleryView(QAbstractItemView):
    """Shows a ``GalleryModel``; the session's sample is framed and kept in sight.

    A click or an arrow key *chooses* a sample (``sample_chosen``) and picks it alone; Ctrl, Shift and the rubber band
    pick without choosing. What is picked is kept by id in ``picks``, whatever is listed.
    """

    sample_chosen = Signal(str)
    """The user wants to see this sample."""
    selection_changed = Signal()
    """Other samples are picked now, or other ones of them are listed."""
    menu_requested = Signal(QPoint)
    """A menu for the picked samples is wanted, at this place of the screen."""
    side_changed = Signal(int)
    kind_changed = Signal(object)

    def __init__(
        self,
        session: Session,
        model: GalleryModel,
        picks: GallerySelection | None = None,
        thumbnails: Thumbnails | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("galleryView")
        self.setAccessibleName(self.tr("Samples"))
        self.session = session
        self.samples = model
        self.picks = picks or GallerySelection(model)
        self.thumbnails = thumbnails or Thumbnails(session, self)
        self._side, self._kind = 128, Kind.PHOTO
        self._layout = CellLayout(0, 1, self.size())
        self._cells = CellPainter(self, self._side, self._kind)
        self._visible: dict[SampleId, int] = {}
        self._asked_for: tuple[range, int] | None = None
        self._scrolled = 0
        self._hovered: int | None = None
        self._anchor: int | None = None
        self._pressed: QPoint | None = None
        self._band: RubberBand | None = None
        self._typed = ""
        self._empty_text = self.tr("No samples")
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._autoscroll = QTimer(self)
        self._autoscroll.setInterval(_AUTOSCROLL_MS)
        self.setFrameShape(QAbstractItemView.Shape.NoFrame)
        self.setAutoScroll(False)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # Digits go to an id here, not to a class (see ``keyboard``).
        self.setProperty("ownDigits", True)
        self.setModel(model)
        self.setSelectionModel(self.picks)
        self.picks.selectionChanged.connect(self._on_picks_changed)
        self._typing.timeout.connect(self._end_typing)
        self._autoscroll.timeout.connect(self._scroll_on)
        self.thumbnails.arrived.connect(self._on_arrived)
        self.thumbnails.look_changed.connect(self._ask_again)
        session.sample_changed.connect(self._on_sample_changed)
        self._take_look()

    # What is shown and how

    @property
    def side(self) -> int:
        """The side of a picture in device-independent pixels; less is shown where the view is narrower."""
        return self._side

    @side.setter
    def side(self, side: int) -> None:
        side = max(SMALLEST, min(LARGEST, side))
        if side != self._side:
            self._side = side
            self._take_look()
            self.side_changed.emit(side)

    @property
    def kind(self) -> Kind:
        """What the pictures show."""
        return self._kind

    @kind.setter
    def kind(self, kind: Kind) -> None:
        if kind is not self._kind:
            self._kind = kind
            self._take_look()
            self.kind_changed.emit(kind)

    def set_empty_text(self, text: str) -> None:
        """What to say where there is nothing to list."""
        self._empty_text = text
        self.viewport().update()

    def picked(self) -> tuple[SampleId, ...]:
        """The picked samples: those listed in their order, then the others."""
        return self.picks.picked()

    def summary(self) -> str:
        """How many samples are picked, when that is worth saying: "12 selected, 3 not in this list"."""
        count, elsewhere = self.picks.count, len(self.picks.elsewhere)
        if count < 2 and not elsewhere:
            return ""
        if not elsewhere:
            return self.tr("{count} selected").format(count=f"{count:,}")
        return self.tr("{count} selected, {elsewhere} not in this list").format(
            count=f"{count:,}", elsewhere=f"{elsewhere:,}"
        )

    def choose(self, row: int) -> None:
        """The sample in a row becomes the one to see, and the only one picked."""
        self._anchor = row
        self._set_current(row)
        if self.picks.picked() != (self.samples.sample_at(row),):
            self.picks.pick([self.samples.sample_at(row)])
        self._reveal(row)
        self.sample_chosen.emit(self.samples.sample_at(row))

    def close_threads(self) -> None:
        """End the threads that make thumbnails; before the program ends."""
        self.thumbnails.close()

    # Layout

    def _make_layout(self) -> CellLayout:
        # The scroll bar's width is left free even while there is none: its coming must not change what makes it come.
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent, None, self)
        width = self.width() - 2 * self.frameWidth() - bar
        cell = self._cells.size
        columns = max(1, (width - 2 * MARGIN + GAP) // (cell.width() + GAP))
        left = max(0, (width - columns * (cell.width() + GAP) + GAP) // 2)
        return CellLayout(len(self.samples.ids), columns, cell, left, MARGIN, GAP)

    def _fitting_side(self) -> int:
        """The side to draw: a cell is never wider than the view."""
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent, None, self)
        cell_extra = self._cells.size.width() - self._cells.side
        return max(24, min(self._side, self.width() - bar - 2 * MARGIN - cell_extra))

    def _take_look(self) -> None:
        """Cells and pictures as size, kind, theme, font and screen want them; what was seen stays in sight."""
        row, at = self._in_sight()
        self._cells = CellPainter(self, self._cells.side, self._kind)
        side = self._fitting_side()
        if side != self._cells.side:
            self._cells = CellPainter(self, side, self._kind)
        self.thumbnails.show_as(self._kind, round(side * self.devicePixelRatioF()))
        self._lay_out()
        if row is not None:
            self._scroll_to(self._layout.rect(row).center() - at)
        self._asked_for = None
        self.viewport().update()

    def _in_sight(self) -> tuple[int | None, QPoint]:
        """A row that is to stay where it is, and where that is: the current one if it is seen, else the first seen."""
        if not self._layout.count or self._layout.count != len(self.samples.ids):
            return None, QPoint()
        seen = self._layout.span(self.viewport().rect().translated(self._offset))
        current = self.currentIndex().row()
        row = current if current in seen else seen.start
        return min(row, self._layout.count - 1), self._layout.rect(row).center() - self._offset

    def _lay_out(self) -> None:
        self._layout = layout = self._make_layout()
        view = self.viewport().size()
        step = max(20, min(60, layout.pitch.height() // 3))
        for bar, content, shown in (
            (self.verticalScrollBar(), layout.content.height(), view.height()),
            (self.horizontalScrollBar(), layout.content.width(), view.width()),
        ):
            bar.setSingleStep(step)
            bar.setPageStep(shown)
            bar.setRange(0, max(0, content - shown))

    @property
    def _offset(self) -> QPoint:
        return QPoint(self.horizontalOffset(), self.verticalOffset())

    def _scroll_to(self, corner: QPoint) -> None:
        self.horizontalScrollBar().setValue(corner.x())
        self.verticalScrollBar().setValue(corner.y())

    def _reveal(self, row: int, *, centre: bool = False) -> None:
        """Bring a row into sight, with as little movement as it takes; into the middle if it was far away."""
        cell, view = self._layout.rect(row), self.viewport().rect().translated(self._offset)
        if view.contains(cell) and not centre:
            return
        is_far = not view.adjusted(-view.width(), -view.height(), view.width(), view.height()).contains(cell)
        if centre or is_far:
            self._scroll_to(cell.center() - view.center() + self._offset)
            return
        move = QPoint(0, 0)
        for low, high, view_low, view_high, set_move in (
            (cell.left() - MARGIN, cell.right() + MARGIN, view.left(), view.right(), move.setX),
            (cell.top() - MARGIN, cell.bottom() + MARGIN, view.top(), view.bottom(), move.setY),
        ):
            set_move(low - view_low if low < view_low else max(0, high - view_high))
        self._scroll_to(self._offset + move)

    # What Qt asks of an item view

    def horizontalOffset(self) -> int:
        return self.horizontalScrollBar().value()

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def visualRect(self, index: _Index) -> QRect:
        if not index.isValid() or index.row() >= self._layout.count:
            return QRect()
        return self._layout.rect(index.row()).translated(-self._offset)

    def indexAt(self, point: QPoint) -> QModelIndex:
        row = self._layout.row_at(point + self._offset)
        return QModelIndex() if row is None else self.samples.index(row)

    def isIndexHidden(self, index: _Index) -> bool:  # noqa: ARG002
        return False

    def scrollTo(
        self, index: _Index, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        if index.isValid() and index.row() < self._layout.count:
            self._reveal(index.row(), centre=hint == QAbstractItemView.ScrollHint.PositionAtCenter)

    def moveCursor(
        self,
        action: QAbstractItemView.CursorAction,
        modifiers: Qt.KeyboardModifier,  # noqa: ARG002
    ) -> QModelIndex:
        moves = {
            "MoveUp": _KEYS.Key_Up, "MoveDown": _KEYS.Key_Down, "MoveLeft": _KEYS.Key_Left,
            "MoveRight": _KEYS.Key_Right, "MoveHome": _KEYS.Key_Home, "MoveEnd": _KEYS.Key_End,
            "MovePageUp": _KEYS.Key_PageUp, "MovePageDown": _KEYS.Key_PageDown,
            "MoveNext": _KEYS.Key_Right, "MovePrevious": _KEYS.Key_Left,
        }  # fmt: skip
        row = self._row_after(moves[action.name])
        return QModelIndex() if row is None else self.samples.index(row)

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        chosen = QItemSelection()
        block = self._layout.block(rect.normalized().translated(self._offset))
        for line in block[0] if block else ():
            columns = block[1] if block else range(0)
            first = line * self._layout.columns + columns.start
            last = min(line * self._layout.columns + columns.stop, self._layout.count) - 1
            if first <= last:
                chosen.select(self.samples.index(first), self.samples.index(last))
        self.picks.select(chosen, command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:  # noqa: ARG002
        return QRegion(self.viewport().rect())

    def updateGeometries(self) -> None:
        super().updateGeometries()
        self._lay_out()

    def reset(self) -> None:
        """The model lists other samples. (Qt's own would empty the selection, which has just been looked up anew.)"""
        self._hovered = self._anchor = self._pressed = self._band = None
        self._asked_for = None
        self._visible = {}
        self._lay_out()
        row = self.samples.row_of(self.session.sample) if self.session.sample is not None else None
        if row is None:
            self._scroll_to(QPoint(0, 0))
        else:
            self._set_current(row)
            self._reveal(row)
        self.viewport().update()
        self.selection_changed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._take_look()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._take_look()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self._scrolled = dx + dy
        if self._band is not None or self._typed:
            self.viewport().update()
        else:
            self.viewport().scroll(dx, dy)

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        layout, region, offset = self._layout, event.region(), self._offset
        is_whole = region.rectCount() == 1
        if not layout.count:
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            place = self.viewport().rect().adjusted(12, 12, -12, -12)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._empty_text)
            return
        focus_row = self.currentIndex().row() if self.hasFocus() else -1
        for row in layout.span(event.rect().translated(offset)):
            rect = layout.rect(row).translated(-offset)
            if is_whole or region.intersects(rect):
                self._cells.paint(painter, rect, self._cell(row, focus_row))
        if self._band is not None:
            self._paint_band(painter, self._band.rect.translated(-offset))
        if self._typed:
            self._paint_typed(painter)
        painter.end()
        self._ask()

    def _cell(self, row: int, focus_row: int) -> Cell:
        sample = self.samples.sample_at(row)
        return Cell(
            sample,
            self.samples.badges(sample),
            self.thumbnails.get(sample),
            is_picked=bool(self.picks.rows[row]),
            is_current=sample == self.session.sample,
            is_hovered=row == self._hovered,
            has_focus=row == focus_row,
        )

    def _paint_band(self, painter: QPainter, rect: QRect) -> None:
        colour = QColor(self.palette().color(QPalette.ColorRole.Highlight))
        painter.setPen(QPen(colour, 1))
        colour.setAlpha(48)
        painter.setBrush(colour)
        painter.drawRect(rect)

    def _paint_typed(self, painter: QPainter) -> None:
        """What is being typed, in a corner."""
        found = self.samples.find(self._typed) is not None
        text = (self.tr("Go to {id}") if found else self.tr("No sample {id} here")).format(id=self._typed)
        height, view = self.fontMetrics().height() + 10, self.viewport().rect()
        width = self.fontMetrics().horizontalAdvance(text) + 20
        chip = QRect(view.left() + 8, view.bottom() - height - 8, width, height)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
        painter.setBrush(self.palette().color(QPalette.ColorRole.ToolTipBase))
        painter.drawRoundedRect(chip, 5, 5)
        role = QPalette.ColorRole.ToolTipText if found else QPalette.ColorRole.BrightText
        painter.setPen(self.palette().color(role))
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)

    # Thumbnails

    def _ask(self) -> None:
        """Ask for the pictures on screen, and for those that scrolling on would bring."""
        layout = self._layout
        seen = layout.span(self.viewport().rect().translated(self._offset))
        ahead = self._ahead(seen)
        if self._asked_for == (seen, ahead.start):
            return
        self._asked_for = (seen, ahead.start)
        self._visible = {self.samples.sample_at(row): row for row in seen}
        self.thumbnails.want([*self._visible, *(self.samples.sample_at(row) for row in ahead)])

    def _ahead(self, seen: range) -> range:
        """The rows beyond the edge that scrolling goes to; none after a jump, which may go anywhere next."""
        reach = _LINES_AHEAD * self._layout.columns if self._layout.lines > 1 else max(1, len(seen) // 2)
        if not self._scrolled or abs(self._scrolled) > self.viewport().height():
            return range(0)
        if self._scrolled < 0:
            return range(seen.stop, min(seen.stop + reach, self._layout.count))
        return range(max(0, seen.start - reach), seen.start)

    def _ask_again(self) -> None:
        self._asked_for = None
        if self.isVisible() and self._layout.count == len(self.samples.ids):
            self._ask()

    def _on_arrived(self, samples: Sequence[SampleId]) -> None:
        offset = self._offset
        for sample in samples:
            row = self._visible.get(sample)
            if row is not None and row < self._layout.count:
                self.viewport().update(self._layout.rect(row).translated(-offset))

    # The session and what is picked

    def _on_sample_changed(self, sample: SampleId | None) -> None:
        row = self.samples.row_of(sample) if sample is not None else None
        self.viewport().update()
        if sample is None or row is None:
            return
        if self.currentIndex().row() != row:
            self._set_current(row)
            self._anchor = row
        if self.picks.count < 2 and self.picks.picked() != (sample,):
            self.picks.pick([sample])
        self._reveal(row)

    def _on_picks_changed(self) -> None:
        self.viewport().update()
        self.selection_changed.emit()

    def _set_current(self, row: int) -> None:
        if self.currentIndex().row() != row:
            self.picks.setCurrentIndex(self.samples.index(row), _NO_UPDATE)
            self.viewport().update()

    # The mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        row = self._layout.row_at(at + self._offset)
        self._end_typing()
        if event.button() == Qt.MouseButton.RightButton:
            if row is not None and not self.picks.rows[row]:
                self._set_current(row)
                self.picks.pick([self.samples.sample_at(row)])
            return
        if event.button() != Qt.MouseButton.LeftButton:
            return
        modifiers = event.modifiers()
        self._pressed = at + self._offset
        if row is None:
            if not modifiers & (_CTRL | _SHIFT):
                self.picks.pick([])
        elif modifiers & _SHIFT:
            self._extend(row, adds=bool(modifiers & _CTRL))
        elif modifiers & _CTRL:
            self._toggle(row)
        else:
            self.choose(row)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        if not event.buttons() & Qt.MouseButton.LeftButton or self._pressed is None:
            self._hover(self._layout.row_at(at + self._offset))
            return
        if self._band is None:
            if (at + self._offset - self._pressed).manhattanLength() < QApplication.startDragDistance():
                return
            adds = bool(event.modifiers() & (_CTRL | _SHIFT))
            self._band = RubberBand(self._pressed, self._pressed, self.picks.rows.copy(), adds)
            self._hover(None)
        self._stretch(at)
        if not self.viewport().rect().contains(at):
            self._autoscroll.start()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._end_band()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid():
            self.activated.emit(index)

    def _stretch(self, at: QPoint) -> None:
        assert self._band is not None
        self._band.end = at + self._offset
        rows = self._band.rows(self._layout)
        self.viewport().update()
        if not (rows == self.picks.rows).all() or (self.picks.elsewhere and not self._band.adds):
            self.picks.pick_rows(rows, keep_elsewhere=self._band.adds)

    def _scroll_on(self) -> None:
        """The band is held beyond an edge: the further, the faster."""
        at = self.viewport().mapFromGlobal(self.cursor().pos())
        view = self.viewport().rect()
        if self._band is None or view.contains(at):
            self._autoscroll.stop()
            return
        move = at - QPoint(min(max(at.x(), view.left()), view.right()), min(max(at.y(), view.top()), view.bottom()))
        self._scroll_to(self._offset + move)
        self._stretch(at)

    def _end_band(self) -> None:
        self._pressed = None
        self._autoscroll.stop()
        if self._band is not None:
            self._band = None
            self.viewport().update()

    def _hover(self, row: int | None) -> None:
        if row == self._hovered:
            return
        for changed in (row, self._hovered):
            if changed is not None and changed < self._layout.count:
                self.viewport().update(self._layout.rect(changed).translated(-self._offset))
        self._hovered = row

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & _CTRL:
            notches = event.angleDelta().y()
            if notches:
                self.side = (self.side // STEP + (1 if notches > 0 else -1)) * STEP
            event.accept()
            return
        super().wheelEvent(event)
        self._hover(self._layout.row_at(event.position().toPoint() + self._offset))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        place = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard and self.currentIndex().isValid():
            place = self.viewport().mapToGlobal(self.visualRect(self.currentIndex()).center())
        self.menu_requested.emit(place)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._hover(None)
        elif event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._show_tip(event)
            return True
        elif event.type() == QEvent.Type.DevicePixelRatioChange:
            self._take_look()
        return super().viewportEvent(event)

    def _show_tip(self, event: QHelpEvent) -> None:
        index = self.indexAt(event.pos())
        if not index.isValid():
            QToolTip.hideText()
            return
        thumbnail = self.thumbnails.get(self.samples.sample_at(index.row()))
        lines = [self.samples.description(index.row())]
        if thumbnail is not None and thumbnail.image is None:
            missing = {
                Kind.MASK: self.tr("It has no mask."), Kind.SKETCH: self.tr("It has no sketch."),
            }.get(self._kind, self.tr("It has no photo."))  # fmt: skip
            lines.append(thumbnail.problem or missing)
        QToolTip.showText(event.globalPos(), tooltip("\n".join(lines)), self.viewport())

    # The keyboard

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._is_ours(event):
            event.accept()
            return True
        return super().event(event)

    def _is_ours(self, event: QKeyEvent) -> bool:
        """Keys that mean something here, though they are shortcuts elsewhere."""
        if event.matches(QKeySequence.StandardKey.SelectAll):
            return True
        if event.modifiers() & ~(_SHIFT | _CTRL | Qt.KeyboardModifier.KeypadModifier):
            return False
        if event.key() in _MOVES or event.key() == _KEYS.Key_Space:
            return True
        if event.key() in (_KEYS.Key_Return, _KEYS.Key_Enter):
            return not event.modifiers() & _CTRL
        return self._is_typed(event)

    def _is_typed(self, event: QKeyEvent) -> bool:
        """A digit begins an id; once one was begun, letters belong to it."""
        if event.modifiers() & ~(_SHIFT | Qt.KeyboardModifier.KeypadModifier):
            return False
        if event.key() == _KEYS.Key_Backspace:
            return bool(self._typed)
        text = event.text()
        return text.isdigit() or bool(self._typed and text and text.isprintable() and not text.isspace())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, modifiers = event.key(), event.modifiers()
        if event.matches(QKeySequence.StandardKey.SelectAll):
            self.selectAll()
        elif self._is_typed(event):
            self._type(event)
        elif key in _MOVES:
            self._end_typing()
            self._move(_KEYS(key), modifiers)
        elif key in (_KEYS.Key_Return, _KEYS.Key_Enter):
            self._typed_choice()
            if self.currentIndex().isValid():
                self.choose(self.currentIndex().row())
                self.activated.emit(self.currentIndex())
        elif key == _KEYS.Key_Space:
            if self.currentIndex().isValid():
                self._toggle(self.currentIndex().row())
        elif key == _KEYS.Key_Escape and (self._band or self._typed or self.picks.count > 1):
            self._step_back()
        else:
            event.ignore()

    def selectAll(self) -> None:
        every = self.picks.rows.copy()
        every[:] = True
        self.picks.pick_rows(every, keep_elsewhere=True)

    def _step_back(self) -> None:
        """Escape, one thing at a time: the band, the typed id, the many picked."""
        if self._band is not None:
            before, keep = self._band.before, self._band.adds
            self._end_band()
            self.picks.pick_rows(before, keep_elsewhere=keep)
        elif self._typed:
            self._typed = ""
            self._typing.stop()
            self.viewport().update()
        else:
            self.picks.pick([] if self.session.sample is None else [self.session.sample])

    def _move(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
        row = self._row_after(key)
        if row is None:
            return
        if modifiers & _SHIFT:
            self._extend(row, adds=bool(modifiers & _CTRL))
        elif modifiers & _CTRL:
            self._set_current(row)
            self._reveal(row)
        elif row != self.currentIndex().row() or self.samples.sample_at(row) != self.session.sample:
            self.choose(row)

    def _row_after(self, key: Qt.Key) -> int | None:
        """The row that a key goes to from the current one."""
        layout, last = self._layout, self._layout.count - 1
        if last < 0:
            return None
        here = self.currentIndex().row()
        if here < 0:
            return last if key == _KEYS.Key_End else 0
        page = max(1, self.viewport().height() // layout.pitch.height()) * layout.columns
        if layout.lines == 1:
            page = max(1, self.viewport().width() // layout.pitch.width())
        line = layout.columns if layout.lines > 1 else 1
        by = {
            _KEYS.Key_Left: -1, _KEYS.Key_Right: 1, _KEYS.Key_Up: -line, _KEYS.Key_Down: line,
            _KEYS.Key_PageUp: -page, _KEYS.Key_PageDown: page,
        }  # fmt: skip
        if key in (_KEYS.Key_Home, _KEYS.Key_End):
            return 0 if key == _KEYS.Key_Home else last
        row = here + by[key]
        if 0 <= row <= last:
            return row
        if key == _KEYS.Key_Up:
            return here
        if key == _KEYS.Key_Down:
            return last if here // layout.columns < last // layout.columns else here
        if key == _KEYS.Key_PageUp:
            return here % layout.columns
        return max(0, min(last, row))

    def _extend(self, row: int, *, adds: bool) -> None:
        """Pick everything from the anchor to a row."""
        if self._anchor is None or self._anchor >= self._layout.count:
            self._anchor = max(0, self.currentIndex().row())
        rows = self.picks.rows.copy()
        if not adds:
            rows[:] = False
        first, last = sorted((self._anchor, row))
        rows[first : last + 1] = True
        self._set_current(row)
        self.picks.pick_rows(rows, keep_elsewhere=adds)
        self._reveal(row)

    def _toggle(self, row: int) -> None:
        rows = self.picks.rows.copy()
        rows[row] ^= True
        self._anchor = row
        self._set_current(row)
        self.picks.pick_rows(rows, keep_elsewhere=True)

    def _type(self, event: QKeyEvent) -> None:
        self._typed = self._typed[:-1] if event.key() == _KEYS.Key_Backspace else self._typed + event.text()
        self._typing.start()
        row = self.samples.find(self._typed) if self._typed else None
        if row is not None:
            self._set_current(row)
            self._reveal(row)
        self.viewport().update()

    def _typed_choice(self) -> None:
        """The id was typed: its sample is chosen."""
        typed, self._typed = self._typed, ""
        self._typing.stop()
        row = self.samples.find(typed) if typed else None
        if row is not None:
            self.choose(row)

    def _end_typing(self) -> None:
        if self._typed:
            self._typed_choice()
            self.viewport().update()

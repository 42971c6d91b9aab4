"""The grid of samples under the hand: choosing, picking, drawing a band, typing an id, all by mouse or by key."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QApplication, QToolTip, QWidget

from app.faces.sample import SampleId
from app.ui.gallery.cells import LARGEST, SMALLEST, CellsView
from app.ui.gallery.model import GalleryModel
from app.ui.gallery.pictures import Kind
from app.ui.gallery.rubber_band import RubberBand
from app.ui.gallery.selection import GallerySelection
from app.ui.gallery.thumbnails import Thumbnails
from app.ui.gallery.typed_id import TypedId
from app.ui.messages import tooltip
from app.ui.session import Session

__all__ = ["LARGEST", "SMALLEST", "STEP", "GalleryView"]

STEP = 16
"""What one notch of Ctrl+wheel changes the side by."""
_NOTCH = 120
"""A notch of the wheel, in Qt's eighths of a degree."""
_AUTOSCROLL_MS = 25

_KEYS = Qt.Key
_SHIFT, _CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
_MOVES = frozenset(
    {_KEYS.Key_Left, _KEYS.Key_Right, _KEYS.Key_Up, _KEYS.Key_Down, _KEYS.Key_Home, _KEYS.Key_End,
     _KEYS.Key_PageUp, _KEYS.Key_PageDown}
)  # fmt: skip


class GalleryView(CellsView):
    """Shows a ``GalleryModel``; the session's sample is framed and kept in sight.

    A click or an arrow key *chooses* a sample (``sample_chosen``) and picks it alone; Ctrl, Shift and the rubber band
    pick without choosing. What is picked is kept by id in ``picks``, whatever is listed.
    """

    sample_chosen = Signal(str)
    """The user wants to see this sample."""
    menu_requested = Signal(QPoint)
    """A menu for the picked samples is wanted, at this place of the screen."""

    def __init__(
        self,
        session: Session,
        model: GalleryModel,
        picks: GallerySelection | None = None,
        thumbnails: Thumbnails | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(session, model, picks, thumbnails, parent)
        self.setObjectName("galleryView")
        self.setAccessibleName(self.tr("Samples"))
        # Digits go to an id here, not to a class (see ``keyboard``).
        self.setProperty("ownDigits", True)
        self._anchor: int | None = None
        self._pressed: QPoint | None = None
        self._band: RubberBand | None = None
        self._turned = 0
        self._typed = TypedId(self.samples.find, self)
        self._autoscroll = QTimer(self)
        self._autoscroll.setInterval(_AUTOSCROLL_MS)
        self._typed.changed.connect(self._on_typed)
        self._typed.ended.connect(self._choose_typed)
        self._autoscroll.timeout.connect(self._scroll_on)
        session.sample_changed.connect(self._on_sample_changed)

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

    def reset(self) -> None:
        self._anchor = self._pressed = self._band = None
        super().reset()

    # The session

    def currentChanged(
        self, current: QModelIndex | QPersistentModelIndex, previous: QModelIndex | QPersistentModelIndex
    ) -> None:
        super().currentChanged(current, previous)
        # Qt tells screen readers about the cells of its own views only (6.11), so the view says which one is reached.
        self.setAccessibleDescription(current.data(Qt.ItemDataRole.AccessibleTextRole) or "")

    def reveal(self, sample: SampleId) -> None:
        """Scroll to the sample, if it is listed."""
        row = self.samples.row_of(sample)
        if row is not None:
            self._reveal(row)

    def _on_sample_changed(self, sample: SampleId | None) -> None:
        self.viewport().update()
        if sample is None:
            return
        row = self.samples.row_of(sample)
        if row is not None and self.currentIndex().row() != row:
            self._set_current(row)
            self._anchor = row
        if self.picks.count < 2 and self.picks.picked() != (sample,):
            self.picks.pick([sample])
        if row is not None:
            self._reveal(row)

    # The mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        row = self._layout.row_at(at + self._offset)
        self._typed.forget()
        if event.button() == Qt.MouseButton.RightButton:
            if row is not None and not self.picks.rows[row]:
                self.choose(row)
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
            was_band = self._band is not None
            self._end_band()
            if was_band:
                self._show_the_only_one()

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

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & _CTRL:
            # A touch pad sends many small turns.
            self._turned += event.angleDelta().y()
            notches = int(self._turned / _NOTCH)
            self._turned -= notches * _NOTCH
            self.side = (self.side // STEP + notches) * STEP
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
        if thumbnail is not None and thumbnail.problem:
            lines.append(thumbnail.problem)
        elif thumbnail is not None and thumbnail.image is None:
            lines.append({
                Kind.MASK: self.tr("It has no mask."), Kind.SKETCH: self.tr("It has no sketch."),
            }.get(self._kind, self.tr("It has no photo.")))  # fmt: skip
        text = "\n".join(lines)
        if text == self.samples.sample_at(index.row()) and self._cells.shows_whole(text):
            QToolTip.hideText()
        else:
            QToolTip.showText(event.globalPos(), tooltip(text), self.viewport())

    # What lies over the cells

    def _has_something_over_it(self) -> bool:
        return self._band is not None or bool(self._typed.text)

    def _paint_over(self, painter: QPainter) -> None:
        if self._band is not None:
            self._band.paint(painter, self._offset, self.palette())
        if self._typed.text:
            self._typed.paint(painter, self.viewport().rect(), self.palette(), self.fontMetrics())

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
        return self._typed.takes(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, modifiers = event.key(), event.modifiers()
        if event.matches(QKeySequence.StandardKey.SelectAll):
            self.selectAll()
        elif self._typed.takes(event):
            self._typed.type(event)
        elif key in _MOVES:
            self._typed.forget()
            self._move(_KEYS(key), modifiers)
        elif key in (_KEYS.Key_Return, _KEYS.Key_Enter):
            self._typed.forget()
            if self.currentIndex().isValid():
                self.choose(self.currentIndex().row())
                self.activated.emit(self.currentIndex())
        elif key == _KEYS.Key_Space:
            if self.currentIndex().isValid():
                self._toggle(self.currentIndex().row())
        elif key == _KEYS.Key_Escape and (self._band or self._typed.text or self.picks.count > 1):
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
        elif self._typed.text:
            self._typed.forget()
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
        return self._layout.row_after(key, self.currentIndex().row(), self.viewport().size())

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
        self._show_the_only_one()

    def _show_the_only_one(self) -> None:
        """A sample picked alone is the one on screen: what is decided next is for the one that is highlighted."""
        picked = self.picks.picked()
        if len(picked) == 1 and picked[0] != self.session.sample:
            self.sample_chosen.emit(picked[0])

    def _on_typed(self) -> None:
        row = self._typed.row
        if row is not None:
            self._set_current(row)
            self._reveal(row)
        self.viewport().update()

    def _choose_typed(self) -> None:
        """Nothing more is typed: that sample is chosen."""
        row = self._typed.row
        self._typed.forget()
        if row is not None:
            self.choose(row)

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

"""Thirty thousand cells in a scrolled view: where they are, how they are painted, which pictures are asked for.

Only arithmetic depends on their number. What the mouse and the keys do with them is the ``view``'s.
"""

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
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QPalette, QRegion, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QStyle, QWidget

from app.faces.sample import SampleId
from app.ui.gallery.delegate import PADDING, Cell, CellPainter
from app.ui.gallery.layout import CellLayout
from app.ui.gallery.model import GalleryModel
from app.ui.gallery.pictures import Kind
from app.ui.gallery.selection import GallerySelection
from app.ui.gallery.thumbnails import Thumbnails
from app.ui.session import Session

SMALLEST, LARGEST = 64, 256
"""Sides of pictures in device-independent pixels."""
MARGIN = 6
GAP = 2
_LINES_AHEAD = 2

_Index = QModelIndex | QPersistentModelIndex
_NO_UPDATE = QItemSelectionModel.SelectionFlag.NoUpdate


class CellsView(QAbstractItemView):
    """Shows a ``GalleryModel``. The session's sample is framed; what is picked in ``picks`` is tinted."""

    selection_changed = Signal()
    """Other samples are picked now, or other ones of them are listed."""
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
        self.session = session
        self.samples = model
        self.picks = picks or GallerySelection(model)
        self.thumbnails = thumbnails or Thumbnails(session)
        self.thumbnails.setParent(self)
        self._side, self._kind = 128, Kind.PHOTO
        self._layout = CellLayout(0, 1, self.size())
        self._cells = CellPainter(self, self._side, self._kind)
        self._visible: dict[SampleId, int] = {}
        self._asked_for: tuple[range, int] | None = None
        self._scrolled = 0
        self._hovered: int | None = None
        self._empty_text = self.tr("No samples")
        self.setFrameShape(QAbstractItemView.Shape.NoFrame)
        self.setAutoScroll(False)
        self.viewport().setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setModel(model)
        self.setSelectionModel(self.picks)
        self.picks.selectionChanged.connect(self._on_picks_changed)
        self.thumbnails.arrived.connect(self._on_arrived)
        self.thumbnails.look_changed.connect(self._ask_again)
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

    @property
    def seen(self) -> Sequence[SampleId]:
        """The samples whose cells are on screen, as they were last painted."""
        return tuple(self._visible)

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
        self._bring_back(row, at)
        self._asked_for = None
        self.viewport().update()

    def _in_sight(self) -> tuple[int | None, QPoint]:
        """A row that is to stay where it is, and where that is: the current one if it is seen, else the first seen."""
        if not self._layout.count or self._layout.count != len(self.samples.ids):
            return None, QPoint()
        # The viewport may have its new size already; the bars still know the one that was laid out for.
        size = QSize(self.horizontalScrollBar().pageStep(), self.verticalScrollBar().pageStep())
        seen = self._layout.span(QRect(self._offset, size))
        current = self.currentIndex().row()
        row = current if current in seen else seen.start
        return min(row, self._layout.count - 1), self._layout.rect(row).center() - self._offset

    def _bring_back(self, row: int | None, at: QPoint) -> None:
        """Scroll to where the row is again where it was; the current one is seen whole."""
        if row is None:
            return
        self._scroll_to(self._layout.rect(row).center() - at)
        if row == self.currentIndex().row():
            self._reveal(row)

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

    def _set_current(self, row: int) -> None:
        if self.currentIndex().row() != row:
            self.picks.setCurrentIndex(self.samples.index(row), _NO_UPDATE)
            self.viewport().update()

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
        # Of a new size Qt tells here first, while the layout is still the one that says what was in sight.
        row, at = self._in_sight()
        super().updateGeometries()
        self._lay_out()
        self._bring_back(row, at)

    def reset(self) -> None:
        """The model lists other samples. (Qt's own would empty the selection, which has just been looked up anew.)"""
        self._hovered = None
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

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        row = self.currentIndex().row()
        if 0 <= row < self._layout.count:
            self._reveal(row)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._asked_for = None
        self.thumbnails.drop_unseen()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._take_look()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self._scrolled = dx + dy
        if self._has_something_over_it():
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
                label = is_whole or region.intersects(rect.adjusted(0, self._cells.side + PADDING + 4, 0, 0))
                self._cells.paint(painter, rect, self._cell(row, focus_row), label=label)
        if self._has_something_over_it():
            self._paint_over(painter)
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

    def _hover(self, row: int | None) -> None:
        if row == self._hovered:
            return
        for changed in (row, self._hovered):
            if changed is not None and changed < self._layout.count:
                self.viewport().update(self._layout.rect(changed).translated(-self._offset))
        self._hovered = row

    def _has_something_over_it(self) -> bool:
        """Whether something is painted over the cells that does not scroll with them."""
        return False

    def _paint_over(self, painter: QPainter) -> None:
        """Paint that."""

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
                around = self._cells.square(self._layout.rect(row).translated(-offset))
                self.viewport().update(around.adjusted(-3, -3, 3, 3))

    def _on_picks_changed(self) -> None:
        self.viewport().update()
        self.selection_changed.emit()

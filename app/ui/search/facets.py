"""What the hits are made of: classes, attributes, splits, states, tags, each with its count, each a filter by click.

The panel counts nothing and filters nothing: it shows groups that it is given and says which line was meant. A filter
is a term of the search language, so whatever is clicked here can be read, changed and saved in the search line.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent, QMouseEvent, QPainter, QPalette
from PySide6.QtWidgets import QListView, QMenu, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.ui import icons
from app.ui.messages import tooltip

_Index = QModelIndex | QPersistentModelIndex
ROW_HEIGHT = 20
_MARK = 14


@dataclass(frozen=True, slots=True)
class Facet:
    """One line: the search term it stands for, its title, and how many hits it would leave."""

    term: str
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class FacetGroup:
    """Lines of one kind; ``name`` is stable, it remembers whether the group is folded."""

    name: str
    title: str
    facets: Sequence[Facet]


class FacetsModel(QAbstractListModel):
    """Groups and their lines as one list; a folded group shows its title only."""

    def __init__(self) -> None:
        super().__init__()
        self._groups: Sequence[FacetGroup] = ()
        self._folded: set[str] = set()
        self._active: Mapping[str, bool] = {}
        self._hits = 0
        self._rows: list[tuple[FacetGroup, Facet | None]] = []

    @property
    def folded(self) -> Collection[str]:
        """The names of the groups that are folded."""
        return frozenset(self._folded)

    def fold(self, names: Collection[str]) -> None:
        """These groups are folded, the others are not."""
        self._folded = set(names)
        self._arrange()

    def show_groups(self, groups: Sequence[FacetGroup], hits: int) -> None:
        """The counts among ``hits`` samples. Lines keep their places while the same ones are shown."""
        self._groups, self._hits = groups, hits
        self._arrange()

    def show_active(self, active: Mapping[str, bool]) -> None:
        """Which terms are in the search: True where it asks for them, False where it leaves them out."""
        if active != self._active:
            self._active = dict(active)
            self._arrange()

    def facet_at(self, row: int) -> Facet | None:
        """The line in a row; None for a group's title."""
        return self._rows[row][1] if 0 <= row < len(self._rows) else None

    def group_at(self, row: int) -> FacetGroup | None:
        """The group that a row belongs to."""
        return self._rows[row][0] if 0 <= row < len(self._rows) else None

    def row_of(self, term: str) -> int | None:
        """Where a term is listed now."""
        return next(
            (row for row, (_, facet) in enumerate(self._rows) if facet is not None and facet.term == term), None
        )

    def row_of_group(self, name: str) -> int | None:
        """Where a group's title is."""
        return next(
            (row for row, (group, facet) in enumerate(self._rows) if facet is None and group.name == name), None
        )

    def is_active(self, term: str) -> bool | None:
        """True: asked for, False: left out, None: neither."""
        return self._active.get(term)

    def share(self, facet: Facet) -> float:
        """Of the hits, 0 to 1."""
        return facet.count / self._hits if self._hits else 0.0

    def toggle_fold(self, name: str) -> None:
        """Fold the group, or unfold it."""
        self._folded ^= {name}
        self._arrange()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        group, facet = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return group.title if facet is None else facet.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(group, facet)
        if role == Qt.ItemDataRole.ToolTipRole and facet is not None:
            text = self.tr(
                "{term}: {count} of the samples found. Click (Space) shows only these, Alt+click (-) leaves them out,"
                " Ctrl+click (+) adds them to others of this kind."
            )
            return tooltip(text.format(term=facet.term, count=f"{facet.count:,}"))
        return None

    def _spoken(self, group: FacetGroup, facet: Facet | None) -> str:
        if facet is None:
            is_folded = group.name in self._folded
            return (self.tr("{title}, folded") if is_folded else self.tr("{title}, unfolded")).format(title=group.title)
        state = {True: self.tr(", asked for"), False: self.tr(", left out"), None: ""}[self.is_active(facet.term)]
        return self.tr("{title}: {count} samples{state}").format(title=facet.title, count=facet.count, state=state)

    def _arrange(self) -> None:
        rows: list[tuple[FacetGroup, Facet | None]] = []
        for group in self._groups:
            rows.append((group, None))
            rows += [
                (group, facet)
                for facet in group.facets
                # What is searched for stays in sight, so that it can be taken back where it was clicked.
                if group.name not in self._folded or facet.term in self._active
            ]
        names = [(group.name, facet.term if facet else None) for group, facet in rows]
        if names == [(group.name, facet.term if facet else None) for group, facet in self._rows]:
            self._rows = rows
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()


class _Row(QStyledItemDelegate):
    """A mark, the title, the count, and a quiet bar for the share of the hits."""

    def __init__(self, model: FacetsModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, _index: _Index) -> QSize:
        return QSize(120, max(ROW_HEIGHT, option.fontMetrics.height() + 3))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        colours = QGuiApplication.palette()
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected and option.state & QStyle.StateFlag.State_HasFocus:
            ground = colours.color(QPalette.ColorRole.Highlight)
            ground.setAlphaF(0.25)
            painter.fillRect(option.rect, ground)
        facet = self._model.facet_at(index.row())
        if facet is None:
            self._paint_title(painter, option.rect, index)
        else:
            self._paint_facet(painter, option, facet)
        painter.restore()

    def _paint_title(self, painter: QPainter, rect: QRect, index: _Index) -> None:
        colours = QGuiApplication.palette()
        group = self._model.group_at(index.row())
        is_folded = group is not None and group.name in self._model.folded
        quiet = colours.color(QPalette.ColorRole.PlaceholderText)
        name = "chevron-right" if is_folded else "chevron-down"
        picture = icons.pixmap(name, quiet, size=12, scale=painter.device().devicePixelRatioF())
        painter.drawPixmap(rect.left() + 2, rect.center().y() - 5, picture)
        font = painter.font()
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(quiet)
        painter.drawText(rect.adjusted(18, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, index.data())

    def _paint_facet(self, painter: QPainter, option: QStyleOptionViewItem, facet: Facet) -> None:
        colours = QGuiApplication.palette()
        rect = option.rect
        active = self._model.is_active(facet.term)
        left = rect.left() + 4 + _MARK
        room = rect.right() - 4 - left
        bar = colours.color(QPalette.ColorRole.Highlight)
        bar.setAlphaF(0.16)
        painter.fillRect(QRect(left, rect.top() + 2, round(room * self._model.share(facet)), rect.height() - 4), bar)
        if active is not None:
            tint = colours.color(QPalette.ColorRole.Accent if active else QPalette.ColorRole.BrightText)
            name = "check" if active else "x"
            picture = icons.pixmap(name, tint, size=12, scale=painter.device().devicePixelRatioF())
            painter.drawPixmap(rect.left() + 3, rect.center().y() - 5, picture)
        empty = not facet.count and active is None
        quiet = colours.color(QPalette.ColorRole.PlaceholderText)
        count = f"{facet.count:,}"
        taken = option.fontMetrics.horizontalAdvance(count) + 8
        painter.setPen(quiet)
        inner = rect.adjusted(left - rect.left() + 3, 0, -6, 0)
        painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, count)
        painter.setPen(quiet if empty else colours.color(QPalette.ColorRole.Text))
        font = painter.font()
        font.setStrikeOut(active is False)
        painter.setFont(font)
        inner.setRight(inner.right() - taken)
        title = option.fontMetrics.elidedText(facet.title, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter, title)


class FacetsView(QListView):
    """``facetsView``. A click asks for it, Alt+click excludes, Ctrl+click adds; Space, - and + do the same.

    So does a menu at the right button: some window managers keep Alt+click for themselves.
    """

    toggled = Signal(str, str)
    """A term, and how it was meant: ``ask`` for it, ``exclude`` its samples, or ``either`` it or its like."""
    folded_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.facets = FacetsModel()
        self.setModel(self.facets)
        self.setObjectName("facetsView")
        self.setAccessibleName(self.tr("Filter what was found"))
        self.setItemDelegate(_Row(self.facets, self))
        self.setUniformItemSizes(True)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._before: tuple[str, str | None] | None = None
        self.facets.modelAboutToBeReset.connect(self._remember)
        self.facets.modelReset.connect(self._go_back)

    def sizeHint(self) -> QSize:
        return QSize(170, 240)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.currentIndex().row()
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._use(row, _meant(event.modifiers()))
        elif key in (Qt.Key.Key_Minus, Qt.Key.Key_Delete):
            self._use(row, "exclude")
        elif key == Qt.Key.Key_Plus:
            self._use(row, "either")
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._fold(row, fold=key == Qt.Key.Key_Left)
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid():
            self.setCurrentIndex(index)
            self._use(index.row(), _meant(event.modifiers()))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index, place = self.indexAt(event.pos()), event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            index = self.currentIndex()
            place = self.viewport().mapToGlobal(self.visualRect(index).bottomLeft())
        facet = self.facets.facet_at(index.row())
        if facet is None:
            return
        self.setCurrentIndex(index)
        menu = QMenu(self)
        menu.setObjectName("facetMenu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        active = self.facets.is_active(facet.term)
        for meant, title, holds in (
            ("ask", self.tr("Only these"), active is True),
            ("exclude", self.tr("Leave these out"), active is False),
            ("either", self.tr("These too"), False),
        ):
            action = menu.addAction(title)
            action.setCheckable(holds)
            action.setChecked(holds)
            action.triggered.connect(lambda _=False, term=facet.term, how=meant: self.toggled.emit(term, how))
        menu.popup(place)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        # A double click is two clicks, not something of its own.
        super().mousePressEvent(event)

    def _remember(self) -> None:
        group, facet = self.facets.group_at(self.currentIndex().row()), self.facets.facet_at(self.currentIndex().row())
        self._before = (group.name, facet.term if facet else None) if group is not None else None

    def _go_back(self) -> None:
        """The marked line stays the marked one while others come and go; its group's title stands in for it."""
        if self._before is not None:
            name, term = self._before
            row = self.facets.row_of(term) if term is not None else None
            row = self.facets.row_of_group(name) if row is None else row
            self.setCurrentIndex(self.facets.index(row) if row is not None else QModelIndex())

    def _use(self, row: int, meant: str) -> None:
        facet, group = self.facets.facet_at(row), self.facets.group_at(row)
        if facet is not None:
            self.toggled.emit(facet.term, meant)
        elif group is not None:
            self.facets.toggle_fold(group.name)
            self.folded_changed.emit()

    def _fold(self, row: int, *, fold: bool) -> None:
        group = self.facets.group_at(row)
        if group is None or (group.name in self.facets.folded) == fold:
            return
        self.facets.toggle_fold(group.name)
        self.folded_changed.emit()


def _meant(modifiers: Qt.KeyboardModifier) -> str:
    if modifiers & Qt.KeyboardModifier.AltModifier:
        return "exclude"
    return "either" if modifiers & Qt.KeyboardModifier.ControlModifier else "ask"

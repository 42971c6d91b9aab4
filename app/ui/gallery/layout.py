"""Where cells are, by arithmetic alone: 30,000 of them cost as much as three.

``QListView`` keeps a rectangle per item and lays them out one by one, which takes hundreds of milliseconds; cells of
one size need a division.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPoint, QRect, QSize, Qt

_KEYS = Qt.Key


@dataclass(frozen=True, slots=True)
class CellLayout:
    """``count`` cells of one size in lines of ``columns``. Coordinates are those of the content, before scrolling.

    ``left`` and ``top`` are where the first cell begins; ``gap`` lies between cells.
    """

    count: int
    columns: int
    cell: QSize
    left: int = 0
    top: int = 0
    gap: int = 0

    @property
    def lines(self) -> int:
        """How many lines there are."""
        return -(-self.count // self.columns)

    @property
    def pitch(self) -> QSize:
        """From one cell to the next, across and down."""
        return QSize(self.cell.width() + self.gap, self.cell.height() + self.gap)

    @property
    def content(self) -> QSize:
        """Everything, with the same margin on all sides."""
        if not self.count:
            return QSize(0, 0)
        across = min(self.columns, self.count)
        return QSize(
            2 * self.left + across * self.pitch.width() - self.gap,
            2 * self.top + self.lines * self.pitch.height() - self.gap,
        )

    def rect(self, row: int) -> QRect:
        """The cell of a row."""
        line, column = divmod(row, self.columns)
        corner = QPoint(self.left + column * self.pitch.width(), self.top + line * self.pitch.height())
        return QRect(corner, self.cell)

    def row_at(self, point: QPoint) -> int | None:
        """The row whose cell is there; None between the cells and beyond the last."""
        if point.x() < self.left or point.y() < self.top:
            return None
        column, line = (point.x() - self.left) // self.pitch.width(), (point.y() - self.top) // self.pitch.height()
        row = line * self.columns + column
        if column >= self.columns or row >= self.count or not self.rect(row).contains(point):
            return None
        return row

    def row_after(self, key: Qt.Key, here: int, view: QSize) -> int | None:
        """The row that an arrow key, Home, End or a page key goes to from a row (−1: from none) in a view so large."""
        last = self.count - 1
        if last < 0:
            return None
        if here < 0:
            return last if key == _KEYS.Key_End else 0
        if key in (_KEYS.Key_Home, _KEYS.Key_End):
            return 0 if key == _KEYS.Key_Home else last
        page = max(1, view.height() // self.pitch.height()) * self.columns
        if self.lines == 1:
            page = max(1, view.width() // self.pitch.width())
        line = self.columns if self.lines > 1 else 1
        by = {
            _KEYS.Key_Left: -1, _KEYS.Key_Right: 1, _KEYS.Key_Up: -line, _KEYS.Key_Down: line,
            _KEYS.Key_PageUp: -page, _KEYS.Key_PageDown: page,
        }  # fmt: skip
        row = here + by[key]
        if 0 <= row <= last:
            return row
        if key == _KEYS.Key_Up:
            return here
        if key == _KEYS.Key_Down:
            return last if here // self.columns < last // self.columns else here
        if key == _KEYS.Key_PageUp:
            return here % self.columns
        return max(0, min(last, row))

    def span(self, area: QRect) -> range:
        """The rows from the first to the last whose cells a rectangle touches, with all that lie between in order."""
        block = self.block(area)
        if block is None:
            return range(0)
        lines, columns = block
        if self.columns == 1 or len(lines) > 1:
            return range(lines.start * self.columns, min(lines.stop * self.columns, self.count))
        first = lines.start * self.columns
        return range(min(first + columns.start, self.count), min(first + columns.stop, self.count))

    def block(self, area: QRect) -> tuple[range, range] | None:
        """The lines and the columns whose cells a rectangle touches; None where there is no cell."""
        lines = _touched(area.top() - self.top, area.bottom() - self.top, self.pitch.height(), self.cell.height())
        columns = _touched(area.left() - self.left, area.right() - self.left, self.pitch.width(), self.cell.width())
        lines = range(lines.start, min(lines.stop, self.lines))
        columns = range(columns.start, min(columns.stop, self.columns))
        return (lines, columns) if lines and columns else None


def _touched(first: int, last: int, pitch: int, size: int) -> range:
    """The intervals [k·pitch, k·pitch + size) that [first, last] touches, from 0 on."""
    start = first // pitch
    if first - start * pitch >= size:
        start += 1
    return range(max(0, start), max(0, last // pitch + 1))

"""The same samples in one row, under the picture: what comes next, and what was before."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QStyle, QWidget

from app.ui.gallery.cells import GAP, LARGEST, MARGIN
from app.ui.gallery.delegate import cell_size
from app.ui.gallery.layout import CellLayout
from app.ui.gallery.model import GalleryModel
from app.ui.gallery.selection import GallerySelection
from app.ui.gallery.thumbnails import Thumbnails
from app.ui.gallery.view import GalleryView
from app.ui.session import Session

_BYTES_KEPT = 12_000_000
_HEIGHT_SIDE = 72
"""The side of the pictures it asks for room for."""


class Filmstrip(GalleryView):
    """One line of cells as high as the view; the current sample is kept in the middle."""

    def __init__(
        self,
        session: Session,
        model: GalleryModel,
        picks: GallerySelection | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(session, model, picks, Thumbnails(session, threads=1, bytes_kept=_BYTES_KEPT), parent)
        self.setObjectName("filmstripView")
        self.setAccessibleName(self.tr("Filmstrip"))
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self._take_look()

    def sizeHint(self) -> QSize:
        return QSize(600, self._height_of(_HEIGHT_SIDE))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self._height_of(40))

    def _height_of(self, side: int) -> int:
        return cell_size(side, self.fontMetrics().height()).height() + self._bar + 2

    @property
    def _bar(self) -> int:
        return self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent, None, self)

    def _make_layout(self) -> CellLayout:
        count = len(self.samples.ids)
        cell = self._cells.size
        free = self.viewport().width() - count * (cell.width() + GAP) + GAP
        return CellLayout(count, max(1, count), cell, max(MARGIN, free // 2), 1, GAP)

    def _fitting_side(self) -> int:
        extra = cell_size(0, self.fontMetrics().height()).height()
        return max(24, min(LARGEST, self.height() - self._bar - extra - 2))

    def _reveal(self, row: int, *, centre: bool = False) -> None:  # noqa: ARG002
        self._scroll_to(QPoint(self._layout.rect(row).center().x() - self.viewport().width() // 2, 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        row = self.currentIndex().row()
        if 0 <= row < self._layout.count:
            self._reveal(row)

    def wheelEvent(self, event: QWheelEvent) -> None:
        turned = event.pixelDelta() if not event.pixelDelta().isNull() else event.angleDelta()
        along = turned.x() if abs(turned.x()) > abs(turned.y()) else turned.y()
        self._scroll_to(self._offset - QPoint(along, 0))
        self._hover(self._layout.row_at(event.position().toPoint() + self._offset))
        event.accept()

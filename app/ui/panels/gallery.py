"""The samples found, as pictures, with the search line above them and the facets beside them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QSlider, QSplitter, QToolButton, QVBoxLayout, QWidget

from app.ui.action_set import ActionSet
from app.ui.gallery.model import GalleryModel
from app.ui.gallery.pictures import Kind
from app.ui.gallery.view import LARGEST, SMALLEST, STEP, GalleryView
from app.ui.messages import Label, tooltip
from app.ui.search.bar import Entry, SearchBar
from app.ui.search.facets import FacetsView
from app.ui.search.field import Complete
from app.ui.session import Session

BESIDE_FROM = 420
"""Narrower than this, the facets stand above the pictures instead of beside them."""
_FACETS_WIDTH = 190


class GalleryPanel(QWidget):
    """Puts the parts together; what they mean to each other is told in ``search.listing`` and ``browsing``."""

    def __init__(
        self,
        session: Session,
        actions: ActionSet,
        complete: Complete,
        saved: Callable[[], list[Entry]],
        orders: Callable[[], list[Entry]],
    ) -> None:
        super().__init__()
        self.model = GalleryModel()
        self.view = GalleryView(session, self.model)
        self.bar = SearchBar(complete, saved, orders)
        self.facets = FacetsView()
        self.selected = Label(name="selectedCount")
        self.selected.hide()
        self.facets_button = QToolButton()
        self.facets_button.setObjectName("facetsButton")
        self.facets_button.setDefaultAction(actions["view.facets"])
        self.facets_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self.facets_button.setAutoRaise(True)
        self.facets_button.setIconSize(QSize(16, 16))
        self.facets_button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.kind_box = QComboBox()
        self.kind_box.setObjectName("thumbnailKind")
        self.kind_box.setAccessibleName(self.tr("What the thumbnails show"))
        self.kind_box.setToolTip(tooltip(self.tr("What the thumbnails show")))
        self.kind_box.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        for kind, title in (
            (Kind.PHOTO, self.tr("Photo")), (Kind.BOTH, self.tr("Photo with mask")),
            (Kind.MASK, self.tr("Mask")), (Kind.SKETCH, self.tr("Sketch")),
        ):  # fmt: skip
            self.kind_box.addItem(title, kind)
        self.size_slider = QSlider(Qt.Orientation.Horizontal)
        self.size_slider.setObjectName("thumbnailSize")
        self.size_slider.setAccessibleName(self.tr("Size of the thumbnails"))
        self.size_slider.setToolTip(tooltip(self.tr("Size of the thumbnails: Ctrl+wheel on them")))
        self.size_slider.setRange(SMALLEST, LARGEST)
        self.size_slider.setSingleStep(STEP)
        self.size_slider.setPageStep(2 * STEP)
        self.size_slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.size_slider.setMinimumWidth(48)
        self._arrange()
        self._connect()
        self._show_look()

    def _arrange(self) -> None:
        counts = QHBoxLayout()
        counts.setSpacing(2)
        counts.addWidget(self.bar.count, 1)
        counts.addWidget(self.facets_button)
        look = QHBoxLayout()
        look.setSpacing(4)
        look.addWidget(self.kind_box)
        look.addWidget(self.size_slider, 1)
        self.splitter = QSplitter(Qt.Orientation.Vertical)
        self.splitter.setObjectName("gallerySplitter")
        self.splitter.addWidget(self.facets)
        self.splitter.addWidget(self.view)
        self.splitter.setStretchFactor(0, 0)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setCollapsible(1, False)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.setSpacing(3)
        column.addWidget(self.bar)
        column.addLayout(counts)
        # The count, or what is wrong with the search, stays in sight above what may come next.
        self.bar.field.completions.gap = column.spacing() + counts.sizeHint().height()
        column.addWidget(self.selected)
        column.addWidget(self.splitter, 1)
        column.addLayout(look)
        for before, after in (
            (self.bar.field, self.bar.saved), (self.bar.saved, self.bar.sort), (self.bar.sort, self.facets_button),
            (self.facets_button, self.facets), (self.facets, self.view), (self.view, self.kind_box),
            (self.kind_box, self.size_slider),
        ):  # fmt: skip
            self.setTabOrder(before, after)

    def _connect(self) -> None:
        self.kind_box.activated.connect(lambda: setattr(self.view, "kind", self.kind_box.currentData()))
        self.size_slider.valueChanged.connect(lambda side: setattr(self.view, "side", side))
        self.view.kind_changed.connect(lambda _: self._show_look())
        self.view.side_changed.connect(lambda _: self._show_look())
        self.view.selection_changed.connect(self._show_selected)
        self.bar.field.hits_wanted.connect(self.view.setFocus)

    def sizeHint(self) -> QSize:
        return QSize(190, 400)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_facets()

    def show_facets(self, shown: bool) -> None:
        """The facets are there, or out of the way."""
        self.facets.setVisible(shown)
        self._place_facets()

    def _place_facets(self) -> None:
        """Beside the pictures where there is room, else above them."""
        beside = self.width() >= BESIDE_FROM
        wanted = Qt.Orientation.Horizontal if beside else Qt.Orientation.Vertical
        if self.splitter.orientation() != wanted:
            self.splitter.setOrientation(wanted)
            whole = self.splitter.width() if beside else self.splitter.height()
            first = _FACETS_WIDTH if beside else whole * 2 // 5
            self.splitter.setSizes([first, whole - first])

    def _show_look(self) -> None:
        self.kind_box.setCurrentIndex(self.kind_box.findData(self.view.kind))
        self.size_slider.blockSignals(True)
        self.size_slider.setValue(self.view.side)
        self.size_slider.blockSignals(False)

    def _show_selected(self) -> None:
        # One sample picked is the one on screen, listed or not: nothing to say about it.
        text = self.view.summary() if self.view.picks.count > 1 else ""
        self.selected.setText(text)
        self.selected.setVisible(bool(text))

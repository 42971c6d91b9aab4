"""Which samples are exported: all, those listed, those selected in the gallery, or those on the export list."""

from __future__ import annotations

from enum import Enum

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QVBoxLayout, QWidget

from app.faces.sample import SampleId
from app.ui.browsing import Browsing
from app.ui.exporting.boxes import RadioBox
from app.ui.exporting.export_list import ExportList


class Which(Enum):
    """The four selections."""

    ALL = "all"
    LISTED = "listed"
    PICKED = "picked"
    LIST = "list"


class SelectionBox(QWidget):
    """One button per selection, each with its live count."""

    edited = Signal()
    """Other samples are chosen, by the user or because the gallery changed."""

    def __init__(self, browsing: Browsing, export_list: ExportList) -> None:
        super().__init__()
        self._browsing = browsing
        self._list = export_list
        self._group = QButtonGroup(self)
        self.buttons: dict[Which, RadioBox] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for which in Which:
            button = RadioBox()
            button.setObjectName(f"exportWhich.{which.value}")
            button.clicked.connect(self.edited)
            self._group.addButton(button)
            self.buttons[which] = button
            column.addWidget(button)
        self.buttons[Which.ALL].setChecked(True)
        # Methods, not lambdas: the gallery outlives this box, and only a method's connection ends with its object.
        browsing.hits_changed.connect(self._on_listed)
        browsing.view.selection_changed.connect(self._on_picked)
        export_list.changed.connect(self._on_list)
        self.refresh()

    @property
    def which(self) -> Which:
        """The one that is chosen."""
        return next(which for which, button in self.buttons.items() if button.isChecked())

    def choose(self, which: Which) -> None:
        """Choose this one, as the user would."""
        self.buttons[which].setChecked(True)
        self.edited.emit()

    def choose_likely(self) -> None:
        """What was probably meant: several selected samples, else a search, else everything."""
        if len(self._of(Which.PICKED)) > 1:
            self.choose(Which.PICKED)
        else:
            self.choose(Which.LISTED if self._browsing.query.strip() and self._browsing.hits else Which.ALL)

    def ids(self) -> tuple[SampleId, ...] | None:
        """The samples chosen; None: all there are."""
        return None if self.which is Which.ALL else self._of(self.which)

    def count(self) -> int:
        """How many are chosen."""
        return len(self._of(self.which))

    def refresh(self) -> None:
        """The counts are those of now."""
        texts = {
            Which.ALL: self.tr("All samples ({count})"),
            Which.LISTED: self.tr("Listed by the search ({count})"),
            Which.PICKED: self.tr("Selected in the gallery ({count})"),
            Which.LIST: self.tr("The export list ({count})"),
        }
        for which, button in self.buttons.items():
            count = len(self._of(which))
            button.setText(texts[which].format(count=f"{count:,}"))
            button.setEnabled(count > 0 or button.isChecked())

    def _of(self, which: Which) -> tuple[SampleId, ...]:
        document = self._browsing.listing.document
        if document is None:
            return ()
        match which:
            case Which.ALL:
                return tuple(document.store.sample_ids)
            case Which.LISTED:
                return tuple(self._browsing.hits)
            case Which.PICKED:
                return tuple(self._browsing.view.picked())
        return self._list.ids()

    def _on_listed(self) -> None:
        self._on_changed(Which.LISTED)

    def _on_picked(self) -> None:
        self._on_changed(Which.PICKED)

    def _on_list(self) -> None:
        self._on_changed(Which.LIST)

    def _on_changed(self, which: Which) -> None:
        self.refresh()
        if self.which is which:
            self.edited.emit()

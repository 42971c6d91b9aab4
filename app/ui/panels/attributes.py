"""The forty attributes in groups, each yes, no or unknown, with what mask, photo and captions say of it.

Evidence stands beside the attribute, or below it in a narrow panel. It comes a moment after the answers and never by
itself changes one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.ui.field import Field
from app.ui.messages import Label, not_edited, sentence
from app.ui.panels.attributes_list import AttributesList
from app.ui.panels.attributes_model import AttributesModel

if TYPE_CHECKING:
    from app.faces.attributes import Attributes
    from app.inspection.testimony import Evidence


class AttributesPanel(QWidget):
    """Shows and gives the answers; ``answer(name, value)`` carries an answer to the document."""

    seen = Signal()
    """It was out of sight and is not any more."""
    menu_requested = Signal(str, QPoint)
    """For an attribute, at a place on the screen."""
    evidence_hovered = Signal(object)
    """The ``Evidence`` under the pointer, or None."""
    evidence_chosen = Signal(object)
    """Somebody wants to see what this ``Evidence`` speaks of."""

    def __init__(self, answer: Callable[[str, bool | None], None]) -> None:
        super().__init__()
        self.model = AttributesModel()
        self.filter = Field()
        self.filter.setObjectName("attributesFilter")
        self.filter.setPlaceholderText(self.tr("Filter, or yes, no, unknown"))
        self.filter.setAccessibleName(self.tr("Filter attributes"))
        self.filter.setClearButtonEnabled(True)
        self.list = AttributesList(self.model)
        self.list.setObjectName("attributesList")
        self.notice = Label(name="attributesNotice", muted=True)
        self.notice.setWordWrap(True)
        self.notice.setMargin(4)
        self.notice.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.setSpacing(4)
        column.addWidget(self.filter)
        column.addWidget(self.notice)
        column.addWidget(self.list, 1)
        column.addStretch(0)
        self.filter.textChanged.connect(self.model.narrow)
        self.list.answered.connect(answer)
        self.list.menu_requested.connect(self.menu_requested)
        self.list.evidence_hovered.connect(self.evidence_hovered)
        self.list.evidence_chosen.connect(self.evidence_chosen)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.seen.emit()

    def sizeHint(self) -> QSize:
        return QSize(260, 200)

    def show_evidence(self, evidence: Mapping[str, tuple[Evidence, ...]]) -> None:
        """What mask, photo and captions say, by attribute."""
        self.list.show_evidence(evidence)

    def show_row(self, name: str) -> None:
        """The attribute is in sight, and marked; what was filtered away comes back for it."""
        if self.model.row_of(name) is None:
            self.filter.clear()
        if (row := self.model.row_of(name)) is not None:
            index = self.model.index(row)
            self.list.setCurrentIndex(index)
            self.list.scrollTo(index, AttributesList.ScrollHint.PositionAtCenter)

    def show_attributes(self, values: Attributes | None, read_only: str | None) -> None:
        """These answers; ``read_only`` says why they cannot be changed. None: the sample has no attributes."""
        self.model.show_values(values)
        self.filter.setVisible(values is not None)
        self.list.setVisible(values is not None)
        self.list.show_read_only(read_only is not None)
        if values is None:
            self.notice.setText(sentence(read_only or self.tr("this dataset has no attribute table")))
        else:
            self.notice.setText(not_edited(read_only or ""))
        self.notice.setVisible(values is None or read_only is not None)

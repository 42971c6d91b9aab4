"""The list of samples: ids by name, a mark where something is unsaved, a field to go to one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QListView, QVBoxLayout, QWidget

from app.ui.field import Field
from app.ui.messages import Label, tooltip

if TYPE_CHECKING:
    from app.document.document import Document
    from app.faces.sample import SampleId
    from app.ui.session import Session

_Index = QModelIndex | QPersistentModelIndex


class SamplesModel(QAbstractListModel):
    """The ids of the open dataset in their order; answers from memory, opens no file."""

    def __init__(self) -> None:
        super().__init__()
        self._ids: Sequence[SampleId] = ()
        self._row_of: dict[SampleId, int] = {}
        self._unsaved: frozenset[SampleId] = frozenset()
        self._bold = QFont()
        self._bold.setBold(True)

    def show_samples(self, ids: Sequence[SampleId]) -> None:
        """List these."""
        self.beginResetModel()
        self._ids = ids
        self._row_of = {sample: row for row, sample in enumerate(ids)}
        self._unsaved = frozenset()
        self.endResetModel()

    def mark_unsaved(self, samples: frozenset[SampleId]) -> None:
        """These have edits that the files do not have yet."""
        changed, self._unsaved = self._unsaved ^ samples, samples
        for sample in changed:
            row = self._row_of.get(sample)
            if row is not None:
                self.dataChanged.emit(self.index(row), self.index(row))

    def row_of(self, sample: SampleId) -> int | None:
        """Where a sample stands, or None."""
        return self._row_of.get(sample)

    def sample_at(self, row: int) -> SampleId:
        """The sample in a row."""
        return self._ids[row]

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._ids)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        sample = self._ids[index.row()]
        unsaved = sample in self._unsaved
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{sample}  ●" if unsaved else sample
        if role == Qt.ItemDataRole.FontRole and unsaved:
            return self._bold
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(self.tr("{sample}: not saved yet").format(sample=sample) if unsaved else sample)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.tr("Sample {sample}, not saved").format(sample=sample) if unsaved else sample
        return None


class SamplesPanel(QWidget):
    """Shows and chooses the session's sample."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.goto_field = Field()
        self.goto_field.setObjectName("gotoField")
        self.goto_field.setPlaceholderText(self.tr("Go to id"))
        self.goto_field.setAccessibleName(self.tr("Go to sample id"))
        self.goto_field.setToolTip(tooltip(self.tr("Type an id and press Enter")))
        self.goto_field.setClearButtonEnabled(True)
        self._answer = Label(name="gotoAnswer", muted=True)
        self._answer.setWordWrap(True)
        self._answer.hide()
        self.model = SamplesModel()
        self.view = QListView()
        self.view.setObjectName("samplesView")
        self.view.setAccessibleName(self.tr("Samples"))
        self.view.setModel(self.model)
        self.view.setUniformItemSizes(True)
        # One pass over 30,000 rows of one height takes milliseconds; in batches, scrollTo would miss rows not laid out.
        self.view.setLayoutMode(QListView.LayoutMode.SinglePass)
        self.view.setFrameShape(QListView.Shape.NoFrame)
        self.view.setGridSize(QSize(0, self.fontMetrics().height() + 6))
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.setSpacing(4)
        column.addWidget(self.goto_field)
        column.addWidget(self._answer)
        column.addWidget(self.view, 1)
        self.goto_field.returnPressed.connect(self._goto)
        self.goto_field.textEdited.connect(self._answer.hide)
        self.view.selectionModel().currentChanged.connect(self._on_current_changed)
        session.document_changed.connect(self._on_document_changed)
        session.sample_changed.connect(self._on_sample_changed)

    def sizeHint(self) -> QSize:
        return QSize(132, 400)

    def refresh_unsaved(self, document: Document) -> None:
        """Mark what is unsaved now."""
        self.model.mark_unsaved(frozenset(document.unsaved()))

    def ask_for_id(self) -> None:
        """Put the cursor into the field."""
        self.goto_field.setFocus()
        self.goto_field.selectAll()

    def _goto(self) -> None:
        from app.faces.sample import SampleId

        typed = self.goto_field.text().strip()
        found = next(
            (SampleId(s) for s in (typed, typed.lstrip("0") or "0") if self.model.row_of(SampleId(s)) is not None), None
        )
        if found is None:
            ids = self._session.order
            text = self.tr("There is no sample {typed}.").format(typed=typed)
            if ids:
                text += " " + self.tr("The ids run from {first} to {last}.").format(first=ids[0], last=ids[-1])
            self._answer.setText(text)
            self._answer.setForegroundRole(QPalette.ColorRole.BrightText)
            self._answer.show()
            self.goto_field.selectAll()
            return
        self._answer.hide()
        self.goto_field.clear()
        self._session.goto(found)
        self.view.setFocus()

    def _on_current_changed(self, current: QModelIndex) -> None:
        if current.isValid():
            self._session.goto(self.model.sample_at(current.row()))

    def _on_document_changed(self, document: Document | None) -> None:
        self.model.show_samples(document.store.sample_ids if document is not None else ())
        self._answer.hide()

    def _on_sample_changed(self, sample: SampleId | None) -> None:
        row = self.model.row_of(sample) if sample is not None else None
        if row is None:
            self.view.clearSelection()
        elif self.view.currentIndex().row() != row:
            self.view.setCurrentIndex(self.model.index(row))
            self.view.scrollTo(self.model.index(row))

"""Attributes of many samples at once: those that were answered here are set, the others stay as they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFormLayout, QListView, QVBoxLayout

from app.faces.attributes import ATTRIBUTE_NAMES, Attributes, attribute_title
from app.ui.bulk.dialog import BulkDialog
from app.ui.bulk.form import add_row
from app.ui.bulk.words import left_alone, samples_in_words
from app.ui.field import Field
from app.ui.panels.attributes_list import AttributesList
from app.ui.panels.attributes_model import AttributesModel
from app.workbench.setting_attributes import AttributePlan, plan_attributes, set_attributes

if TYPE_CHECKING:
    from app.jobs import Progress
    from app.ui.bulk.desk import BulkDesk
    from app.ui.bulk.running import Work
    from app.workbench.saving import OnDocument

_MISSING = object()


class _Wishes(AttributesModel):
    """What each attribute is to be; most are nothing."""

    def __init__(self, wanted: Mapping[str, bool | None]) -> None:
        super().__init__()
        self.wanted = dict(wanted)
        self.show_values(Attributes.unknown(ATTRIBUTE_NAMES))

    def answer(self, name: str, value: bool | None) -> None:
        """It is to be this; the same answer once more takes the wish back."""
        if self.wanted.get(name, _MISSING) is value:
            del self.wanted[name]
        else:
            self.wanted[name] = value
        self.dataChanged.emit(self.index(0), self.index(self.rowCount() - 1))

    def is_answered(self, row: int) -> bool:
        return self.name_at(row) in self.wanted

    def value_at(self, row: int) -> bool | None:
        name = self.name_at(row)
        return None if name is None else self.wanted.get(name)


class AttributesDialog(BulkDialog):
    """``attributesDialog``. ``wanted`` are answers to begin with."""

    def __init__(self, desk: BulkDesk, wanted: Mapping[str, bool | None]) -> None:
        super().__init__(desk, desk.tr("Set attributes of many samples"), None)
        self.setObjectName("attributesDialog")
        self._plan: AttributePlan | None = None
        self.model = _Wishes(wanted)
        self.filter = Field()
        self.filter.setObjectName("attributesDialogFilter")
        self.filter.setPlaceholderText(self.tr("Filter"))
        self.filter.setAccessibleName(self.tr("Filter attributes"))
        self.filter.setClearButtonEnabled(True)
        self.list = AttributesList(self.model)
        self.list.setObjectName("attributesDialogList")
        self.filter.textChanged.connect(self.model.narrow)
        self.list.answered.connect(self._on_answered)
        form = QFormLayout()
        add_row(form, self.tr("&In"), self.scope)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(self.filter)
        column.addWidget(self.list, 1)
        self.add_foot(column)
        self.resize_within_screen(520, 640)
        for name in list(wanted)[:1]:
            index = self.model.index(self.model.row_of(name) or 0)
            self.list.setCurrentIndex(index)
            self.list.scrollTo(index, QListView.ScrollHint.PositionAtCenter)
        self.ask()
        self.show_state()

    def _on_answered(self, name: str, value: bool | None) -> None:
        self.model.answer(name, value)
        self.ask()

    def question(self) -> Work | None:
        wanted, document, ids = tuple(self.model.wanted.items()), self.document, self.scope.ids()
        if not wanted:
            return None

        def look(progress: Progress, on_document: OnDocument) -> AttributePlan:
            return plan_attributes(document, wanted, ids=ids, progress=progress, on_document=on_document)

        return look

    def show_answer(self, answer: object) -> None:
        self._plan = answer if isinstance(answer, AttributePlan) else None
        if self._plan is None:
            self.note.setText(self.tr("Answer what is to be set; the rest stays as it is."))
        else:
            same = len(self._plan.unchanged)
            kept = self.tr("{samples} say so already.").format(samples=samples_in_words(same)) if same else ""
            self.note.setText(f"{kept} {left_alone(self._plan.skipped)}".strip())
        self.show_state()

    def show_state(self) -> None:
        plan = self._plan
        samples = samples_in_words(len(plan.changes) if plan is not None else 0)
        if plan is not None and len(plan.wanted) == 1:
            [(name, value)] = plan.wanted
            text = self.tr("Set {attribute} to {answer} in {samples}").format(
                attribute=attribute_title(name), answer=self.model.answer_text(value), samples=samples
            )
        else:
            count = len(plan.wanted) if plan is not None else 0
            text = self.tr("Set {count} attributes in {samples}").format(count=count, samples=samples)
        self.start.setText(text)
        self.allow_start(is_possible=plan is not None and bool(plan.changes))

    def begin(self) -> None:
        if self._plan is None:
            return
        plan, document, save = self._plan, self.document, self.desk.saves
        self.desk.carry_out(
            plan.label,
            lambda progress, on_document: set_attributes(
                document, plan, save=save, progress=progress, on_document=on_document
            ),
        )
        self.accept()

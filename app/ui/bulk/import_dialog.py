"""Captions from another file: what it is, whom it speaks of, and what would become of the samples, before it does."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QFormLayout, QHBoxLayout, QPushButton, QSpinBox, QVBoxLayout

from app.faces.captions import CAPTIONS_PER_SAMPLE
from app.formats.caption_sources import CaptionSource, read_caption_source
from app.ui import messages
from app.ui.bulk.dialog import BulkDialog
from app.ui.bulk.form import add_row, told_text
from app.ui.bulk.scope import Scope
from app.ui.bulk.words import captions_in_words, samples_in_words
from app.ui.field import Field
from app.workbench.importing_captions import ImportPlan, Mode, carry_out_import, named, plan_import

if TYPE_CHECKING:
    from app.jobs import Progress
    from app.ui.bulk.desk import BulkDesk
    from app.ui.bulk.running import Work
    from app.workbench.saving import OnDocument

_NAMED = 500
"""Lines of each kind: so many does somebody look through."""
_SHOWN = 20
"""Samples that are shown as they would be."""
_MOST = 1_000


@dataclass(frozen=True, slots=True, eq=False)
class _Looked:
    source: CaptionSource
    plan: ImportPlan


class ImportDialog(BulkDialog):
    """``importDialog``. Nothing is guessed: what matches no sample is named and left out."""

    def __init__(self, desk: BulkDesk) -> None:
        super().__init__(desk, desk.tr("Import captions"), Scope.ALL)
        self.setObjectName("importDialog")
        self._looked: _Looked | None = None
        self.path = Field()
        self.path.setPlaceholderText(self.tr(".csv, .tsv, .jsonl, .json (COCO, CelebA-Dialog), .txt, or a folder"))
        self.id_column, self.caption_column = Field(), Field()
        self.id_column.setPlaceholderText(self.tr("by its name"))
        self.caption_column.setPlaceholderText(self.tr("by its name"))
        self.mode = QComboBox()
        self.mode.addItem(self.tr("Stay: only samples without captions get some"), Mode.MISSING)
        self.mode.addItem(self.tr("Stay, and those of the file come behind them"), Mode.APPEND)
        self.mode.addItem(self.tr("Go: the sample has those of the file"), Mode.REPLACE)
        self.most = QSpinBox()
        self.most.setRange(1, _MOST)
        self.most.setValue(CAPTIONS_PER_SAMPLE)
        self.text = told_text("importReport", self.tr("What would be imported"))
        for name, widget in (
            ("importPath", self.path), ("importIdColumn", self.id_column), ("importMode", self.mode),
            ("importCaptionColumn", self.caption_column), ("importMost", self.most),
        ):  # fmt: skip
            widget.setObjectName(name)
        self._arrange()
        for field in (self.path, self.id_column, self.caption_column):
            field.textChanged.connect(self.ask)
        self.mode.activated.connect(self.ask)
        self.most.valueChanged.connect(self.ask)
        self.show_state()

    def _arrange(self) -> None:
        file = QHBoxLayout()
        file.addWidget(self.path, 1)
        for text, choose in ((self.tr("File…"), self._choose_file), (self.tr("Folder…"), self._choose_folder)):
            button = QPushButton(text)
            button.setAutoDefault(False)
            button.clicked.connect(choose)
            file.addWidget(button)
        columns = QHBoxLayout()
        columns.addWidget(self.id_column)
        columns.addWidget(self.caption_column)
        self.caption_column.setAccessibleName(self.tr("Column of the caption"))
        most = QHBoxLayout()
        most.addWidget(self.most)
        most.addStretch(1)
        form = QFormLayout()
        add_row(form, self.tr("&From"), file, self.path)
        add_row(form, self.tr("&Columns of sample and caption"), columns, self.id_column)
        add_row(form, self.tr("&Into"), self.scope)
        add_row(form, self.tr("Captions that are &there"), self.mode)
        add_row(form, self.tr("At &most of a sample"), most, self.most)
        column = QVBoxLayout(self)
        column.addLayout(form)
        column.addWidget(self.text, 1)
        self.add_foot(column)
        self.resize_within_screen(760, 600)
        self.path.setFocus()

    def _choose_file(self) -> None:
        file = messages.choose_file(self, self.tr("The file with captions"))
        if file is not None:
            self.path.setText(str(file))

    def _choose_folder(self) -> None:
        folder = messages.choose_folder(self, self.tr("The folder of text files"))
        if folder is not None:
            self.path.setText(str(folder))

    def question(self) -> Work | None:
        text = self.path.text().strip()
        if not text:
            return None
        file, document, ids = Path(text).expanduser(), self.document, self.scope.ids()
        mode, most = self.mode.currentData(), self.most.value()
        id_column, caption_column = self.id_column.text() or None, self.caption_column.text() or None

        def look(progress: Progress, on_document: OnDocument) -> _Looked:
            source = read_caption_source(file, id_column=id_column, caption_column=caption_column)
            plan = plan_import(
                document, source, named(file), ids=ids, mode=mode, most=most, progress=progress, on_document=on_document
            )
            return _Looked(source, plan)

        return look

    def show_answer(self, answer: object) -> None:
        self._looked = answer if isinstance(answer, _Looked) else None
        self.text.setPlainText("\n".join(self._told(self._looked)) if self._looked is not None else "")
        self.show_state()

    def _told(self, looked: _Looked) -> Iterator[str]:
        source, plan = looked.source, looked.plan
        lines = sum(map(len, source.captions.values()))
        yield self.tr("Recognised: {kind}, {captions} of {samples}.").format(
            kind=source.kind, captions=captions_in_words(lines), samples=samples_in_words(len(source.captions))
        )
        yield self.tr("{samples} would get captions.").format(samples=samples_in_words(len(plan.captions)))
        for text, found in (
            (self.tr("Keep the captions they have"), plan.kept),
            (self.tr("Would stay as they are"), plan.unchanged),
            (self.tr("In the dataset, not in the file"), plan.absent),
            (self.tr("In the file, not in the dataset"), plan.unmatched),
            (self.tr("With several entries, which are joined"), plan.repeated),
            (self.tr("With captions said twice, taken once"), plan.duplicates),
            (self.tr("With more captions than are taken"), plan.too_many),
            (self.tr("Would have fewer than ten captions"), plan.too_few),
        ):
            if found:
                yield f"{text}: {samples_in_words(len(found))} ({_names(found)})"
        for sample, why in list(plan.skipped.items())[:_NAMED]:
            yield self.tr("Left as it is: sample {sample}: {why}").format(sample=sample, why=why)
        for problem in plan.problems[:_NAMED]:
            yield self.tr("Passed over: {problem}").format(problem=problem)
        if len(plan.problems) > _NAMED:
            yield self.tr("Passed over: {count} entries more").format(count=f"{len(plan.problems) - _NAMED:,}")
        if len(plan.skipped) > _NAMED:
            yield self.tr("Left as they are: {count} samples more").format(count=f"{len(plan.skipped) - _NAMED:,}")
        for sample, captions in islice(plan.captions.items(), _SHOWN):
            yield ""
            yield self.tr("Sample {sample} would say:").format(sample=sample)
            yield from (f"   {number:>2}  {text}" for number, text in enumerate(captions.texts, 1))
        if len(plan.captions) > _SHOWN:
            yield ""
            yield self.tr("… and {samples} more.").format(samples=samples_in_words(len(plan.captions) - _SHOWN))

    def show_state(self) -> None:
        plan = self._looked.plan if self._looked is not None else None
        samples = len(plan.captions) if plan is not None else 0
        text = self.tr("Import captions into {samples}")
        self.start.setText(text.format(samples=samples_in_words(samples)))
        self.allow_start(is_possible=bool(samples))

    def begin(self) -> None:
        if self._looked is None:
            return
        plan, document, save = self._looked.plan, self.document, self.desk.saves
        self.desk.carry_out(
            plan.label,
            lambda progress, on_document: carry_out_import(
                document, plan, save=save, progress=progress, on_document=on_document
            ),
        )
        self.accept()


def _names(found: Collection[str]) -> str:
    return ", ".join(list(found)[:_NAMED]) + (", …" if len(found) > _NAMED else "")

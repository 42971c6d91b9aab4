"""Captions from attributes for many samples, with those of one sample to read before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QFormLayout, QHBoxLayout, QPushButton, QSpinBox, QToolButton, QVBoxLayout

from app.faces.errors import FaceDataError
from app.faces.sample import Modality, SampleId
from app.generation.grammar_file import WORDINGS, Wording
from app.generation.own_grammar import open_grammar
from app.generation.planner import CaptionOptions
from app.ui import messages
from app.ui.bulk.dialog import BulkDialog
from app.ui.bulk.form import add_row, told_text
from app.ui.bulk.scope import Scope
from app.ui.bulk.words import samples_in_words, told
from app.ui.exporting.boxes import TickBox
from app.ui.icons import icon
from app.ui.messages import Label, sentence, tooltip
from app.workbench.bulk import BulkReport, captions_of
from app.workbench.captioning import LABEL, CaptionReport, CaptionRequest, Which, generate_captions, samples_lacking

if TYPE_CHECKING:
    from app.document.document import Document
    from app.faces.captions import Captions
    from app.generation.grammar import Grammar
    from app.jobs import Progress
    from app.ui.bulk.desk import BulkDesk
    from app.ui.bulk.running import Work
    from app.workbench.saving import OnDocument

_OWN = "own"
_MOST_COUNTED = 5_000
"""Samples whose captions are read to say on the button how many lack some: a second or two."""
_FIGURE_SPACE = "\u2007"
"""As wide as a figure: numbers stand below each other in any font."""


@dataclass(frozen=True, slots=True)
class _Wish:
    """What the dialog says, as values that a thread may have."""

    wording: Wording
    file: Path | None
    options: CaptionOptions
    which: Which
    seed: int
    masks: bool

    def request(self) -> CaptionRequest:
        """Reads the grammar. Raises GrammarError, OSError."""
        grammar: Grammar = open_grammar(self.wording, self.file)
        return CaptionRequest(grammar, self.options, self.which, self.seed, self.masks)


@dataclass(frozen=True, slots=True, eq=False)
class _Trial:
    """What one sample would say."""

    sample: SampleId
    before: Captions | None
    report: CaptionReport
    lacking: tuple[Sequence[SampleId], int] | None = None
    """The samples that were counted, and how many of them lack captions; None: they are too many to be read."""


class GenerateDialog(BulkDialog):
    """``generateDialog``. The captions shown are those that would be written: they follow from sample and seed."""

    def __init__(self, desk: BulkDesk, scope: Scope | None = None) -> None:
        super().__init__(desk, desk.tr("Generate captions"), scope)
        self.setObjectName("generateDialog")
        self._own = desk.workspace.writing.own_grammar.file
        self._at: SampleId | None = None
        self._lacking: tuple[Sequence[SampleId], int] | None = None
        unsubscribe = self.document.subscribe(self._on_changed)
        self.finished.connect(lambda _result: unsubscribe())
        self.which = QComboBox()
        self.which.addItem(self.tr("Only what is missing: samples without captions, blank lines"), Which.MISSING)
        self.which.addItem(self.tr("All ten; those that are there are replaced"), Which.ALL)
        self.wording = QComboBox()
        titles = {
            "clean": self.tr("Clean: articles and commas of good English"),
            "released": self.tr("Released: the words of the released captions"),
        }
        for wording in WORDINGS:
            self.wording.addItem(titles[wording], wording)
        self.wording.addItem("", _OWN)
        self._name_own()
        if self._own is not None:
            self.wording.setCurrentIndex(self.wording.findData(_OWN))
        self.judgements = TickBox(self.tr("Judgements, such as attractive and chubby"))
        self.judgements.setChecked(True)
        self.masks = TickBox(self.tr("Masks decide about glasses, hats, earrings and necklaces"))
        self.masks.setChecked(True)
        self.blurry = TickBox(self.tr("Say that a photo is blurry"))
        self.negatives = QSpinBox()
        self.negatives.setRange(0, 100)
        self.negatives.setSuffix(" %")
        self.negatives.setToolTip(tooltip(self.tr("How often what an attribute denies is said")))
        self.seed = QSpinBox()
        self.seed.setRange(0, 999_999)
        self.seed.setToolTip(tooltip(self.tr("Other captions for another number")))
        self.reseed = QPushButton(self.tr("&Other captions"))
        self.reseed.setAutoDefault(False)
        self.reseed.setToolTip(tooltip(self.tr("The next seed")))
        self.previous, self.next = QToolButton(), QToolButton()
        for button, picture, title in (
            (self.previous, "chevron-left", self.tr("Show what the previous sample would say")),
            (self.next, "chevron-right", self.tr("Show what the next sample would say")),
        ):
            button.setIcon(icon(picture))
            button.setAutoRaise(True)
            button.setToolTip(tooltip(title))
            button.setAccessibleName(title)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.place = Label(name="generatePlace", muted=True)
        self.text = told_text("generatePreview", self.tr("What one sample would say"))
        for name, widget in (
            ("generateWhich", self.which), ("generateWording", self.wording), ("generateJudgements", self.judgements),
            ("generateMasks", self.masks), ("generateBlurry", self.blurry), ("generateNegatives", self.negatives),
            ("generateSeed", self.seed), ("generateReseed", self.reseed), ("generatePrevious", self.previous),
            ("generateNext", self.next),
        ):  # fmt: skip
            widget.setObjectName(name)
        self._arrange()
        self._connect()
        self.ask()
        self.show_state()

    def _arrange(self) -> None:
        form = QFormLayout()
        add_row(form, self.tr("&For"), self.scope)
        add_row(form, self.tr("&Which"), self.which)
        add_row(form, self.tr("W&ording"), self.wording)
        for box in (self.judgements, self.masks, self.blurry):
            form.addRow("", box)
        numbers = QHBoxLayout()
        numbers.addWidget(self.negatives)
        numbers.addWidget(Label(self.tr("no glasses, not smiling"), muted=True))
        numbers.addStretch(1)
        add_row(form, self.tr("&Negatives"), numbers, self.negatives)
        seeds = QHBoxLayout()
        seeds.addWidget(self.seed)
        seeds.addWidget(self.reseed)
        seeds.addStretch(1)
        add_row(form, self.tr("&Seed"), seeds, self.seed)
        column = QVBoxLayout(self)
        column.addLayout(form)
        steps = QHBoxLayout()
        steps.addWidget(self.previous)
        steps.addWidget(self.next)
        steps.addWidget(self.place, 1)
        column.addLayout(steps)
        column.addWidget(self.text, 1)
        self.add_foot(column)
        self.resize_within_screen(760, 620)

    def _connect(self) -> None:
        self.which.activated.connect(self.ask)
        self.wording.activated.connect(self._on_wording)
        for box in (self.judgements, self.masks, self.blurry):
            box.clicked.connect(self.ask)
        self.negatives.valueChanged.connect(self.ask)
        self.seed.valueChanged.connect(self.ask)
        self.reseed.clicked.connect(lambda: self.seed.setValue(self.seed.value() + 1))
        self.previous.clicked.connect(lambda: self._step(-1))
        self.next.clicked.connect(lambda: self._step(1))
        self.desk.workspace.session.sample_changed.connect(self._on_sample)

    def _name_own(self) -> None:
        text = self.tr("A grammar of your own…")
        if self._own is not None:
            text = self.tr("Your own: {name}").format(name=self._own.name)
        self.wording.setItemText(self.wording.findData(_OWN), text)

    def _on_sample(self) -> None:
        self._at = None
        self.ask()

    def _step(self, by: int) -> None:
        """What the sample so much further in the scope would say, round and round."""
        ids = self.scope.ids()
        sample = self._sample(ids)
        if sample is not None:
            self._at = ids[(ids.index(sample) + by) % len(ids)]
            self.ask_now()

    def _sample(self, ids: Sequence[SampleId]) -> SampleId | None:
        """The sample to look at: the one stepped to, else the one on screen, else the first."""
        wanted = (self._at, self.desk.workspace.session.sample)
        return next((sample for sample in wanted if sample is not None and sample in ids), ids[0] if ids else None)

    def _on_wording(self) -> None:
        if self.wording.currentData() == _OWN:
            file = messages.choose_file(self, self.tr("A grammar of your own (facewright grammar > mine.txt)"))
            if file is None and self._own is None:
                self.wording.setCurrentIndex(0)
            self._own = file or self._own
            self._name_own()
        self.ask()

    def _wish(self) -> _Wish:
        wording = self.wording.currentData()
        is_own = wording == _OWN
        return _Wish(
            WORDINGS[0] if is_own else wording,
            self._own if is_own else None,
            CaptionOptions(
                judgements=self.judgements.isChecked(),
                negatives=self.negatives.value() / 100,
                blurry=self.blurry.isChecked(),
            ),
            self.which.currentData(),
            self.seed.value(),
            self.masks.isChecked(),
        )

    def question(self) -> Work | None:
        ids = self.scope.ids()
        sample = self._sample(ids)
        self._show_place(ids, sample)
        if sample is None:
            return None
        document, wish = self.document, self._wish()
        known = self._lacking if self._lacking is not None and self._lacking[0] == ids else None
        counts = wish.which is Which.MISSING and len(ids) <= _MOST_COUNTED

        def look(progress: Progress, on_document: OnDocument) -> _Trial:
            request = wish.request()
            trial = on_document(lambda: _tried(document, request, sample))
            if not counts or known is not None:
                return replace(trial, lacking=known)
            lacking = samples_lacking(document, ids, progress=progress, on_document=on_document)
            return replace(trial, lacking=(ids, len(lacking)))

        return look

    def _show_place(self, ids: Sequence[SampleId], sample: SampleId | None) -> None:
        for button in (self.previous, self.next):
            button.setEnabled(len(ids) > 1)
        text = ""
        if sample is not None:
            at = f"{ids.index(sample) + 1:,}"
            text = self.tr("Sample {sample} · {at} of {count}").format(sample=sample, at=at, count=f"{len(ids):,}")
        self.place.setText(text)

    def show_answer(self, answer: object) -> None:
        self.text.setPlainText(self._told(answer) if isinstance(answer, _Trial) else "")
        self._is_possible = isinstance(answer, _Trial)
        self._lacking = answer.lacking if isinstance(answer, _Trial) else None
        self.show_state()

    def _on_changed(self, _changes: object) -> None:
        self._lacking = None

    _is_possible = False
    """Whether the grammar can be used; what one sample lacks says nothing of the others."""

    def _told(self, trial: _Trial) -> str:
        report, sample = trial.report, trial.sample
        lines = [self.tr("Sample {sample} would say (+ new, − gone):").format(sample=sample)]
        if sample in report.skipped:
            return self.tr("Sample {sample} would be left as it is: {why}").format(
                sample=sample, why=sentence(report.skipped[sample])
            )
        changes = {change.index: change for change in report.written.get(sample, ())}
        if not changes:
            text = self.tr("Sample {sample} has all its captions; they stay.")
            if self.which.currentData() is Which.ALL:
                text = self.tr("Sample {sample} would say the same as now.")
            lines = [text.format(sample=sample)]
        texts = trial.before.texts if trial.before is not None else ()
        for index in range(max([len(texts), *(at + 1 for at in changes)])):
            change, number = changes.get(index), f"{index + 1:>2}".replace(" ", _FIGURE_SPACE)
            if change is None:
                lines.append(f"{_FIGURE_SPACE}  {number}  {texts[index]}")
                continue
            if change.before is not None:
                lines.append(f"−  {number}  {change.before}")
            if change.after is not None:
                lines.append(f"+  {number}  {change.after}")
        told = [
            self.tr("Attributes that contradict each other: {what}").format(what=w)
            for w in report.conflicts.get(sample, ())
        ]
        told += [self.tr("The mask is believed: {what}").format(what=v) for v in report.verdicts.get(sample, ())]
        return "\n".join((*lines, "", *told)).rstrip()

    def show_state(self) -> None:
        ids = self.scope.ids()
        count = len(ids)
        if self.which.currentData() is Which.ALL:
            text = self.tr("Replace all captions of {samples}")
        elif self._lacking is not None and self._lacking[0] == ids:
            count = self._lacking[1]
            text = self.tr("Write what is missing in {samples}") if count else self.tr("Nothing is missing")
        else:
            text = self.tr("Write what is missing among {samples}")
        self.start.setText(text.format(samples=samples_in_words(count)))
        why = self.document.store.read_only(Modality.CAPTIONS)
        if why is not None:
            self.note.setText(sentence(why))
        self.allow_start(is_possible=bool(count) and self._is_possible and why is None)

    def begin(self) -> None:
        document, wish, ids, save = self.document, self._wish(), self.scope.ids(), self.desk.saves

        def write(progress: Progress, on_document: OnDocument) -> BulkReport:
            request = wish.request()
            report = generate_captions(
                document, request, ids=ids, save=save, progress=progress, on_document=on_document
            )
            return BulkReport(list(report.written), [], report.skipped, _noted(report))

        if wish.file is not None:
            self.desk.workspace.writing.own_grammar.use(wish.file)
        self.desk.carry_out(LABEL, write)
        self.accept()


def _noted(report: CaptionReport) -> dict[SampleId, str]:
    """What there is to look at in samples that were written for."""
    noted = dict.fromkeys(report.short, told("fewer than ten different captions"))
    for sample, verdicts in report.verdicts.items():
        noted[sample] = ", ".join(map(str, verdicts))
    for sample, conflicts in report.conflicts.items():
        noted[sample] = told("attributes contradict each other: {what}").format(what=", ".join(conflicts))
    return {sample: what for sample, what in noted.items() if sample in report.written}


def _tried(document: Document, request: CaptionRequest, sample: SampleId) -> _Trial:
    """Where the document lives: one sample takes a few milliseconds."""
    try:
        before = captions_of(document, sample)
    except FaceDataError:
        before = None
    return _Trial(sample, before, generate_captions(document, request, ids=[sample], dry_run=True))

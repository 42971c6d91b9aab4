"""Find and replace in the captions of many samples: every line that would change is listed before it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from app.generation.rewording import How, Replacement
from app.ui.bulk.dialog import BulkDialog
from app.ui.bulk.diff_list import DiffList
from app.ui.bulk.running import Work
from app.ui.bulk.scope import Scope
from app.ui.bulk.words import captions_in_words, left_alone, samples_in_words
from app.ui.exporting.boxes import RadioBox, TickBox
from app.ui.field import Field
from app.ui.messages import tooltip
from app.workbench.replacing import ReplacePreview, preview_replacement, replace_lines

if TYPE_CHECKING:
    from app.ui.bulk.desk import BulkDesk


class ReplaceDialog(BulkDialog):
    """``replaceDialog``. Lines that would end up blank or twice in a sample are listed and not ticked."""

    def __init__(self, desk: BulkDesk, scope: Scope | None = None) -> None:
        super().__init__(desk, desk.tr("Replace in captions"), scope)
        self.setObjectName("replaceDialog")
        self._preview: ReplacePreview | None = None
        self.find_field, self.by_field = Field(), Field()
        for field, name in ((self.find_field, "replaceFind"), (self.by_field, "replaceBy")):
            field.setObjectName(name)
            field.textChanged.connect(self.ask)
        self.hows: dict[How, RadioBox] = {}
        self._group = QButtonGroup(self)
        self.match_case = TickBox(self.tr("Match case"))
        self.match_case.setObjectName("replaceMatchCase")
        self.match_case.setChecked(True)
        self.match_case.clicked.connect(self.ask)
        self.list = DiffList()
        self.list.lines.ticks_changed.connect(self.show_state)
        self._arrange()
        self.show_state()

    def _arrange(self) -> None:
        texts = {
            How.PLAIN: (self.tr("Plain characters"), self.tr("These very characters, wherever they stand")),
            How.WORD: (self.tr("Whole words"), self.tr("Not inside of other words")),
            How.PATTERN: (self.tr("Pattern"), self.tr("A regular expression; \\1 is its first group")),
            How.GRAMMAR: (
                self.tr("Grammar: words and what agrees"),
                self.tr("Words in any case, with a and an, capitals and a person's pronouns: he → she"),
            ),
        }  # fmt: skip
        hows = QHBoxLayout()
        hows.setSpacing(14)
        for how, (text, told) in texts.items():
            button = self.hows[how] = RadioBox(text)
            button.setObjectName(f"replaceHow.{how.value}")
            button.setToolTip(tooltip(told))
            button.clicked.connect(self._on_how)
            self._group.addButton(button)
            hows.addWidget(button)
        self.hows[How.WORD].setChecked(True)
        hows.addWidget(self.match_case)
        hows.addStretch(1)
        grid = QGridLayout()
        for row, (text, field) in enumerate(
            ((self.tr("&Find"), self.find_field), (self.tr("&Replace by"), self.by_field))
        ):
            label = QLabel(text)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setBuddy(field)
            grid.addWidget(label, row, 0)
            grid.addWidget(field, row, 1)
        where = QLabel(self.tr("&In"))
        where.setTextFormat(Qt.TextFormat.PlainText)
        where.setBuddy(self.scope)
        grid.addLayout(hows, 2, 1)
        grid.addWidget(where, 3, 0)
        grid.addWidget(self.scope, 3, 1)
        ticks = QHBoxLayout()
        for text, on in ((self.tr("Tick all"), True), (self.tr("Tick none"), False)):
            ticker = QPushButton(text)
            ticker.setAutoDefault(False)
            ticker.clicked.connect(lambda _=False, on=on: self.list.lines.tick_all(on=on))
            ticks.addWidget(ticker)
        self.more = QPushButton()
        self.more.setObjectName("replaceOtherCase")
        self.more.setAutoDefault(False)
        self.more.setToolTip(tooltip(self.tr("Find them, too: capitals and small letters count as the same")))
        self.more.clicked.connect(self._take_any_case)
        self.more.hide()
        ticks.addWidget(self.more)
        ticks.addStretch(1)
        column = QVBoxLayout(self)
        column.addLayout(grid)
        column.addWidget(self.list, 1)
        column.addLayout(ticks)
        self.add_foot(column)
        self.resize_within_screen(860, 620)
        self.find_field.setFocus()

    @property
    def how(self) -> How:
        """What counts as found."""
        return next(how for how, button in self.hows.items() if button.isChecked())

    def _on_how(self) -> None:
        self.match_case.setEnabled(self.how is not How.GRAMMAR)
        self.ask()

    def _take_any_case(self) -> None:
        self.match_case.setChecked(False)
        self.ask_now()

    def question(self) -> Work | None:
        if not self.find_field.text():
            return None
        replacement = Replacement(self.find_field.text(), self.by_field.text(), self.how, self.match_case.isChecked())
        document, ids = self.document, self.scope.ids()
        return lambda progress, on_document: preview_replacement(
            document, replacement, ids=ids, progress=progress, on_document=on_document
        )

    def show_answer(self, answer: object) -> None:
        self._preview = answer if isinstance(answer, ReplacePreview) else None
        self.list.lines.show_lines(self._preview.lines if self._preview is not None else ())
        more = self._preview.other_case if self._preview is not None else 0
        self.more.setText(self.tr("{count} more in other case").format(count=f"{more:,}"))
        self.more.setVisible(bool(more))
        if self._preview is not None:
            self.note.setText(self._told(self._preview))

    def _told(self, preview: ReplacePreview) -> str:
        if not preview.lines and not preview.skipped:
            return self.tr("Nothing of that is said in {samples}.").format(samples=samples_in_words(preview.looked_at))
        odd = sum(line.trouble is not None for line in preview.lines)
        unticked = self.tr("{captions} would be blank or say what another says, and are not ticked.")
        parts = [unticked.format(captions=captions_in_words(odd))] if odd else []
        return " ".join((*parts, left_alone(preview.skipped)))

    def show_state(self) -> None:
        lines = self.list.lines.ticked()
        samples = len({line.sample for line in lines})
        text = self.tr("Replace in {captions} of {samples}")
        self.start.setText(text.format(captions=captions_in_words(len(lines)), samples=samples_in_words(samples)))
        self.allow_start(is_possible=bool(lines))

    def begin(self) -> None:
        lines, preview, document = self.list.lines.ticked(), self._preview, self.document
        if not lines or preview is None:
            return
        label, save = preview.replacement.label, self.desk.saves
        self.desk.carry_out(
            label,
            lambda progress, on_document: replace_lines(
                document, lines, label, save=save, progress=progress, on_document=on_document
            ),
        )
        self.accept()

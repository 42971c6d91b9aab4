"""The export dialog: which samples, in which format, how, where to, and what that would be before it is done.

It stays open beside the window, follows the gallery, and asks ``Foresight`` anew after every change.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSignalBlocker, Qt, QTimer
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.faces.errors import ExportError
from app.formats.exporting.options import ExportOptions
from app.ui.exporting.about import FormatAbout
from app.ui.exporting.boxes import TickBox
from app.ui.exporting.foresight import Foreseen, Foresight, Question
from app.ui.exporting.form import OptionsForm
from app.ui.exporting.format_list import FormatList
from app.ui.exporting.preview_pane import PreviewPane
from app.ui.exporting.remembered import Remembered
from app.ui.exporting.running import Running
from app.ui.exporting.selection import SelectionBox
from app.ui.exporting.target import TargetBox
from app.ui.exporting.unsaved import UnsavedBox
from app.ui.exporting.wish import Wish
from app.ui.icons import pixmap
from app.ui.messages import Label, sentence
from app.workbench.exporting import ExportRequest
from app.workbench.splitting import SplitOptions

if TYPE_CHECKING:
    from app.ui.exporting.export_list import ExportList
    from app.ui.main_window import MainWindow
    from app.ui.workspace import Workspace

_ASK_AFTER_MS = 250
_SPLITS_OF = {
    "original": ("mode",),
    "official": ("mode", "mapping"),
    "new": ("mode", "ratios", "seed", "stratify", "duplicates", "identities", "mapping"),
    "none": ("mode",),
    "file": ("mode", "file"),
}


class ExportDialog(QDialog):
    """``exportDialog``. The dataset it was opened for is the one that is exported; it closes with it."""

    def __init__(
        self,
        window: MainWindow,
        workspace: Workspace,
        export_list: ExportList,
        running: Running,
        foresight: Foresight,
    ) -> None:
        super().__init__(window)
        document = workspace.document
        assert document is not None
        self.setObjectName("exportDialog")
        self.setWindowTitle(self.tr("Export"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._document = document
        self._workspace = workspace
        self._running = running
        self._remembered = Remembered(window.state)
        self._answer: Foreseen | None = None
        self._foresight = foresight
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_ASK_AFTER_MS)
        self.selection = SelectionBox(workspace.browsing, export_list)
        self.formats = FormatList()
        self.about = FormatAbout()
        self.splits: OptionsForm[SplitOptions] = OptionsForm(SplitOptions, prefix="exportSplit")
        self.form: OptionsForm[Any] = OptionsForm(ExportOptions, prefix="exportOption")
        self.renumber = TickBox(self.tr("Number the samples 0, 1, 2 …"))
        self.renumber.setObjectName("exportRenumber")
        self.preview = PreviewPane()
        self.target = TargetBox(self._remembered.home or document.store.root.parent)
        self.unsaved = UnsavedBox()
        self.problem = Label(name="exportProblem")
        self.problem.setWordWrap(True)
        self._mark = Label()
        self._arrange()
        self.formats.choose(self._remembered.format)
        self._take_format()
        self.selection.choose_likely()
        self._connect()
        self._on_edited()

    # Building

    def _arrange(self) -> None:
        left = QVBoxLayout()
        left.addWidget(_heading(self.tr("What")))
        left.addWidget(self.selection)
        left.addWidget(_heading(self.tr("Format")))
        left.addWidget(self.formats, 1)
        self._page = QWidget()
        page = QVBoxLayout(self._page)
        page.setContentsMargins(0, 0, 10, 0)
        page.addWidget(self.about)
        page.addWidget(_heading(self.tr("Options")))
        page.addWidget(self.form)
        page.addWidget(_heading(self.tr("Splits and names")))
        page.addWidget(self.splits)
        page.addWidget(self.renumber)
        told = Label(self.tr("A table in the export, renamed.csv, tells which sample each number was."), muted=True)
        told.setWordWrap(True)
        page.addWidget(told)
        page.addStretch(1)
        self._page_column = page
        scroll = QScrollArea()
        scroll.setObjectName("exportOptions")
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._page)
        right = QVBoxLayout()
        right.addWidget(_heading(self.tr("Preview")))
        right.addWidget(self.preview, 1)
        columns = QHBoxLayout()
        columns.setSpacing(16)
        columns.addLayout(left, 5)
        columns.addWidget(scroll, 8)
        columns.addLayout(right, 6)
        self.buttons = QDialogButtonBox()
        self.start = self.buttons.addButton(self.tr("Export"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.start.setObjectName("exportStart")
        self.start.setDefault(True)
        self.buttons.addButton(QDialogButtonBox.StandardButton.Close)
        foot = QHBoxLayout()
        notes = QVBoxLayout()
        notes.addWidget(self.unsaved)
        trouble = QHBoxLayout()
        trouble.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        trouble.addWidget(self.problem, 1)
        notes.addLayout(trouble)
        foot.addLayout(notes, 1)
        foot.addWidget(self.buttons, 0, Qt.AlignmentFlag.AlignBottom)
        whole = QVBoxLayout(self)
        whole.addLayout(columns, 1)
        whole.addWidget(self.target)
        whole.addLayout(foot)
        room = self.screen().availableSize()
        self.resize(min(1140, room.width() - 40), min(720, room.height() - 60))

    def _connect(self) -> None:
        self._timer.timeout.connect(self._ask)
        self._foresight.foreseen.connect(self._on_foreseen)
        self._foresight.measured.connect(self._on_measured)
        self.formats.format_chosen.connect(self._on_format)
        self.selection.edited.connect(self._on_edited)
        self.splits.edited.connect(self._on_edited)
        self.renumber.clicked.connect(self._on_edited)
        self.target.edited.connect(self._on_edited)
        self.buttons.accepted.connect(self._begin)
        self.buttons.rejected.connect(self.reject)
        self._running.changed.connect(self._show_state)
        self._workspace.bridge.save_event.connect(self._show_state)
        self.finished.connect(lambda _: self._foresight.drop())

    def _take_format(self) -> None:
        """The form of the format that is chosen, with the options it was used with last."""
        chosen = self.formats.chosen
        kept = self._remembered.of(chosen.name)
        form: OptionsForm[Any] = OptionsForm(chosen.options, prefix="exportOption", held=chosen.holds)
        form.show_values(_dictionary(kept.get("options")))
        form.edited.connect(self._on_edited)
        self._page_column.replaceWidget(self.form, form)
        self.form.hide()
        self.form.deleteLater()
        self.form = form
        self.splits.show_values(_dictionary(kept.get("splits")))
        with QSignalBlocker(self.renumber):
            self.renumber.setChecked(kept.get("renumber") is True)
        self.about.show_format(chosen)
        self.target.suggest(f"{self._document.store.root.name}-{chosen.name}")

    # Asking

    def _on_format(self) -> None:
        self._take_format()
        self._on_edited()

    def _on_edited(self) -> None:
        """Something is another: what was known of the export is stale until the next answer."""
        self._answer = None
        self.splits.show_only(_SPLITS_OF.get(self.splits.values()["mode"], ("mode",)))
        self._timer.start()
        self._show_state()

    def request(self) -> ExportRequest:
        """What the dialog says. Raises ExportError for what is no value of an option."""
        target = self.target.folder
        return ExportRequest(
            store=self._document.store,
            format=self.formats.chosen.name,
            target=target or self._document.store.root.parent / "export",
            ids=self.selection.ids(),
            options=self.form.options(),
            splits=self.splits.options(),
            renumber=self.renumber.isChecked(),
            overwrite=self.target.overwrite.isChecked(),
        )

    def _ask(self) -> None:
        try:
            question = Question(self.request(), self.target.folder is not None, self._workspace.session.sample)
        except ExportError as error:
            self._on_foreseen(Foreseen(None, str(error)))
            return
        self._foresight.ask(question)

    def _on_foreseen(self, answer: Foreseen) -> None:
        if self._timer.isActive():
            return  # it answers what was asked before the last change
        self._answer = answer
        self.about.show_plan(answer.plan)
        self.preview.show_foreseen(answer)
        self.target.show_before(answer)
        self._show_state()

    def _on_measured(self, estimate: Any) -> None:
        if self._answer is not None:
            self.preview.show_size(estimate, self._answer.free)

    def _show_state(self, _event: object = None) -> None:
        """Whether it can begin, and what stands against it."""
        with suppress(ExportError):
            self.unsaved.show_wish(self._wish())
        answer = self._answer
        problem = ""
        if self._running.is_running:
            problem = self.tr("Another export is under way; its end is told in the window.")
        elif self.target.folder is None:
            problem = self.tr("Name a folder to export to.")
        elif answer is not None:
            problem = sentence(answer.problem) or self.target.problem
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        self._mark.setPixmap(pixmap("triangle-alert", self.palette().color(self.foregroundRole())))
        self._mark.setVisible(bool(problem))
        self.start.setEnabled(answer is not None and not problem)

    def _wish(self) -> Wish:
        return Wish(self.request(), self._document, self.target.resumes, self.unsaved.saves_first)

    # Ending

    def _begin(self) -> None:
        if not self.start.isEnabled():
            return
        wish = self._wish()
        told = {
            "options": self.form.values(),
            "splits": self.splits.values(),
            "renumber": wish.request.renumber,
        }
        self._remembered.keep(wish.request.format, self.target.home, told)
        self.accept()
        self._running.begin(wish)


def _heading(text: str) -> Label:
    label = Label(text)
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    label.setContentsMargins(0, 4, 0, 0)
    return label


def _dictionary(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}

"""Edits of many samples from the window: their dialogs, the one under way in the status bar, its end in a banner.

Made with the workspace; the dialogs and what they use are imported when one is opened.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QMenu, QToolButton

from app.faces.errors import InvalidEditError
from app.ui.bulk.running import Running
from app.ui.bulk.turning import Turning
from app.ui.bulk.words import left_alone, named_in_words, samples_in_words, worth_a_look
from app.ui.icons import icon
from app.ui.messages import Choice, sentence, tooltip

if TYPE_CHECKING:
    from app.document.bulk import Direction
    from app.document.changes import Change
    from app.document.document import Document
    from app.faces.sample import SampleId
    from app.jobs import Progress
    from app.ui.bulk.dialog import BulkDialog
    from app.ui.bulk.scope import Scope
    from app.ui.main_window import MainWindow
    from app.ui.workspace import Workspace
    from app.workbench.bulk import BulkReport
    from app.workbench.saving import OnDocument

    BulkWork = Callable[[Progress, OnDocument], BulkReport]

BANNER = "dataset.bulk"
_MOST_SHOWN = 500
"""Samples that a banner's button lists."""
_ASKED = 50
"""Samples of a step: one that was not edited since is looked for among so many, to take it back from all."""


class BulkDesk(QObject):
    """One per workspace."""

    def __init__(self, window: MainWindow, workspace: Workspace) -> None:
        super().__init__(window)
        self.window = window
        self.workspace = workspace
        self.running = Running(workspace.session, self)
        self.running.turns.coming.connect(workspace.captions.flush)
        self.turning = Turning(self, BANNER)
        self.dialog: BulkDialog | None = None
        self._label = ""
        self._unlisten: Callable[[], None] | None = None
        self.button = QToolButton()
        self.button.setObjectName("bulkProgress")
        self.button.setAutoRaise(True)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setToolTip(tooltip(self.tr("Stop here; what was done stays, as one step that can be taken back")))
        self.button.clicked.connect(self.running.stop)
        self.button.hide()
        window.statusBar().addPermanentWidget(self.button)
        self.running.changed.connect(self._show_button)
        self.running.progressed.connect(self._show_progress)

    @property
    def saves(self) -> bool:
        """Whether what is done goes into the files at once, as all edits do; else they are unsaved edits."""
        return self.window.settings.autosave == "automatic"

    # The dialogs

    def replace(self, scope: Scope | None = None) -> None:
        """Find and replace in captions."""
        from app.ui.bulk.replace_dialog import ReplaceDialog

        self._open(ReplaceDialog(self, scope))

    def generate(self, scope: Scope | None = None) -> None:
        """Captions from attributes."""
        from app.ui.bulk.generate_dialog import GenerateDialog

        self._open(GenerateDialog(self, scope))

    def generate_here(self) -> None:
        """Captions from attributes for the sample on screen."""
        from app.ui.bulk.scope import Scope

        self.generate(Scope.SAMPLE)

    def import_captions(self) -> None:
        """Captions from another file."""
        from app.ui.bulk.import_dialog import ImportDialog

        self._open(ImportDialog(self))

    def set_attributes(self, name: str | None = None, value: bool | None = None) -> None:
        """Attributes of many samples; ``name`` is to be ``value`` to begin with."""
        from app.ui.bulk.attributes_dialog import AttributesDialog

        self._open(AttributesDialog(self, {} if name is None else {name: value}))

    def show_attribute_menu(self, name: str, place: QPoint) -> None:
        """An attribute of many samples, from a row of the panel."""
        from app.faces.attributes import attribute_title

        menu = QMenu(self.window)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for value, text in (
            (True, self.tr("Set {attribute} to yes in many samples…")),
            (False, self.tr("Set {attribute} to no in many samples…")),
        ):
            action = menu.addAction(text.format(attribute=attribute_title(name)))
            action.triggered.connect(lambda _=False, value=value: self.set_attributes(name, value))
        menu.addSeparator()
        menu.addAction(self.window.actions_["bulk.attributes"])
        menu.popup(place)

    def _open(self, dialog: BulkDialog) -> None:
        """One at a time."""
        if self.dialog is not None:
            self.dialog.reject()
        self.dialog = dialog
        dialog.finished.connect(self._on_dialog_finished)
        dialog.show()

    def _on_dialog_finished(self) -> None:
        if self.sender() is self.dialog:
            self.dialog = None

    def close(self) -> None:
        """The dataset is being closed: what is under way stops, and is waited for."""
        if self.dialog is not None:
            self.dialog.reject()
        self.running.stop_and_wait()
        self._forget_offer()

    # Doing

    def carry_out(self, label: str, work: BulkWork, *, undo: Callable[[BulkReport], BulkWork] | None = None) -> None:
        """Do it beside the window. ``label`` is what the Undo menu calls it.

        Work that is no step of the history says by ``undo`` how it is taken back, given its report. Raises
        InvalidEditError while something else is under way.
        """
        document = self.workspace.document
        assert document is not None

        def way_back(report: BulkReport | None) -> Choice | None:
            from app.workbench.bulk import newest_edited

            if report is not None and undo is not None and report.changed:
                back = self.tr("Undo {label}").format(label=label)
                return Choice(self.tr("Undo for all"), lambda: self._begin(back, undo(report), lambda _: None))
            if report is not None:
                return self._way(document, label, report.changed, "undo") if report.changed else None
            newest = newest_edited(document) if document is self.workspace.document else None
            is_step = newest is not None and document.undo_label(newest) == label
            return self._way(document, label, [newest], "undo") if newest is not None and is_step else None

        self._begin(label, work, way_back)

    def _begin(self, label: str, work: BulkWork, way_back: Callable[[BulkReport | None], Choice | None]) -> None:
        """``way_back`` offers to take it back: what the report tells, or (None) what was done until it was stopped."""
        self.workspace.captions.flush()
        self._label = label
        self._forget_offer()
        self.window.banners.solve(BANNER)
        began = self.running.begin(
            work,
            lambda report: self._tell(label, report, way_back(report)),
            lambda reason: self._tell_stopped(label, reason, way_back(None)),
        )
        if not began:
            raise InvalidEditError(self.tr("another change of many samples is under way; wait for its end"))

    def _tell(self, label: str, report: BulkReport, way_back: Choice | None) -> None:
        if report.is_stopped:
            done = self.tr("Stopped, done in {samples}: {label}.")
        elif report.changed:
            done = self.tr("Done in {samples}: {label}.")
        elif report.skipped:
            done = self.tr("{label}: nothing was changed.")
        else:
            done = self.tr("{label}: there was nothing to do, all is so already.")
        text = done.format(samples=named_in_words(report.changed), label=label)
        choices = [way_back] if way_back is not None else []
        if shown := (*report.skipped, *report.noted):
            query = f"id:{','.join(map(_quoted, shown[:_MOST_SHOWN]))}"
            title = self.tr("Show {samples}").format(samples=samples_in_words(len(shown)))
            choices.append(Choice(title, lambda: self._show_samples(query), keeps_banner=True))
        self.window.banners.show_message(
            BANNER,
            " ".join(filter(None, (text, worth_a_look(report.noted), left_alone(report.skipped)))),
            kind="warning" if report.skipped or report.noted else "info",
            choices=choices,
        )

    def _show_samples(self, query: str) -> None:
        self.workspace.docks.bring("gallery")
        self.workspace.browsing.show_query(query)

    def _tell_stopped(self, label: str, reason: str | None, way_back: Choice | None) -> None:
        if reason is not None:
            text = self.tr("{label} did not come to its end: {reason}").format(label=label, reason=sentence(reason))
        elif way_back is not None:
            text = self.tr("Stopped: {label}. What was done until then is one step.").format(label=label)
        else:
            text = self.tr("Stopped: {label}. Nothing was changed.").format(label=label)
        kind = "warning" if reason is not None else "info"
        self.window.banners.show_message(BANNER, text, kind=kind, choices=[way_back] if way_back is not None else [])

    # Taking back and doing again

    def _way(self, document: Document, label: str, samples: Sequence[SampleId], direction: Direction) -> Choice:
        """The banner's button, for a step of the samples; the banner goes when the step is turned in another way."""
        text = self.tr("Undo for all") if direction == "undo" else self.tr("Redo for all")
        asked = tuple(samples[:_ASKED])
        next_label = document.undo_label if direction == "undo" else document.redo_label

        def turn() -> None:
            if document is self.workspace.document:
                # Any of them will do, unless it was edited since.
                still = next((sample for sample in asked if next_label(sample) == label), asked[0])
                self.turn(document, label, still, direction)

        def listen(changes: tuple[Change, ...]) -> None:
            turned = {change.sample for change in changes if change.retraced}.intersection(asked)
            if any(next_label(sample) != label for sample in turned) and not self.running.is_running:
                self._forget_offer()
                self.window.banners.solve(BANNER)

        self._forget_offer()
        self._unlisten = document.subscribe(listen)
        return Choice(text, turn)

    def _forget_offer(self) -> None:
        if self._unlisten is not None:
            self._unlisten()
            self._unlisten = None

    def turn(self, document: Document, label: str, sample: SampleId, direction: Direction) -> None:
        """The step is taken back from all its samples, or done again, unless ``sample`` was edited since."""
        from app.workbench.bulk import turn

        if document is not self.workspace.document:
            return
        next_label = document.undo_label if direction == "undo" else document.redo_label
        if next_label(sample) != label:
            text = self.tr("Sample {sample} was edited since: take it back from the history of another one.")
            self.window.banners.show_message(BANNER, text.format(sample=sample), kind="warning")
            return
        save = self.saves
        title = self.tr("Undo {label}") if direction == "undo" else self.tr("Redo {label}")
        back: Direction = "redo" if direction == "undo" else "undo"

        def way_back(_report: BulkReport | None) -> Choice | None:
            is_open = document is self.workspace.document
            is_turned = is_open and (document.redo_label if back == "redo" else document.undo_label)(sample) == label
            return self._way(document, label, [sample], back) if is_turned else None

        self._begin(
            title.format(label=label),
            lambda progress, on_document: turn(
                document, sample, direction, save=save, progress=progress, on_document=on_document
            ),
            way_back,
        )

    # Showing

    def _show_button(self) -> None:
        self.button.setIcon(icon("x"))
        self.button.setVisible(self.running.is_running)
        self._show_progress(0, 0, "")

    def _show_progress(self, done: int, total: int, pace: str) -> None:
        text = self._label
        if total:
            text = self.tr("{label}: {done} of {total}").format(label=text, done=f"{done:,}", total=f"{total:,}")
        self.button.setText(f"{text} · {pace}" if pace else text)
        self.button.setAccessibleName(self.tr("{text}. Press to stop it.").format(text=self.button.text()))


def _quoted(sample: SampleId) -> str:
    """The id as a search takes it."""
    return sample if sample.isalnum() else f'"{sample}"'

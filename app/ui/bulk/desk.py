"""Edits of many samples from the window: their dialogs, the one under way in the status bar, its end in a banner.

Made with the workspace; the dialogs and what they use are imported when one is opened.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt
from PySide6.QtWidgets import QMenu, QToolButton

from app.faces.errors import InvalidEditError
from app.ui.bulk.running import Running
from app.ui.bulk.words import left_alone, samples_in_words
from app.ui.icons import icon
from app.ui.messages import Choice, sentence, tooltip

if TYPE_CHECKING:
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


class BulkDesk(QObject):
    """One per workspace."""

    def __init__(self, window: MainWindow, workspace: Workspace) -> None:
        super().__init__(window)
        self.window = window
        self.workspace = workspace
        self.running = Running(workspace.session, self)
        self.dialog: BulkDialog | None = None
        self._label = ""
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

    # Doing

    def carry_out(self, label: str, work: BulkWork, *, undo: Callable[[BulkReport], BulkWork] | None = None) -> None:
        """Do it beside the window. ``label`` is what the Undo menu calls it.

        Work that is no step of the history says by ``undo`` how it is taken back, given its report. Raises
        InvalidEditError while something else is under way.
        """
        document = self.workspace.document
        assert document is not None
        self.workspace.captions.flush()
        self._label = label
        self.window.banners.solve(BANNER)
        began = self.running.begin(
            work,
            lambda report: self._tell(document, label, report, undo),
            lambda reason: self._tell_stopped(document, label, reason),
        )
        if not began:
            raise InvalidEditError(self.tr("another change of many samples is under way; wait for its end"))

    def _tell(
        self,
        document: Document,
        label: str,
        report: BulkReport,
        undo_work: Callable[[BulkReport], BulkWork] | None,
    ) -> None:
        changed = report.changed
        text = self.tr("Done in {samples}: {label}.").format(samples=samples_in_words(len(changed)), label=label)
        undo = self._undo(document, label, changed[0]) if changed else None
        if undo_work is not None and changed:
            back = self.tr("Undo {label}").format(label=label)
            undo = Choice(self.tr("Undo for all"), lambda: self.carry_out(back, undo_work(report)))
        self.window.banners.show_message(
            BANNER,
            f"{text} {left_alone(report.skipped)}".strip(),
            kind="warning" if report.skipped else "info",
            choices=[undo] if undo is not None else [],
        )

    def _tell_stopped(self, document: Document, label: str, reason: str | None) -> None:
        from app.workbench.bulk import newest_edited

        sample = newest_edited(document) if document is self.workspace.document else None
        done = sample is not None and document.undo_label(sample) == label
        if reason is not None:
            text = self.tr("{label} did not come to its end: {reason}").format(label=label, reason=sentence(reason))
        elif done:
            text = self.tr("Stopped: {label}. What was done until then is one step.").format(label=label)
        else:
            text = self.tr("Stopped: {label}. Nothing was changed.").format(label=label)
        undo = self._undo(document, label, sample) if done and sample is not None else None
        kind = "warning" if reason is not None else "info"
        self.window.banners.show_message(BANNER, text, kind=kind, choices=[undo] if undo is not None else [])

    # Taking back

    def _undo(self, document: Document, label: str, sample: SampleId) -> Choice:
        return Choice(self.tr("Undo for all"), lambda: self.take_back(document, label, sample))

    def take_back(self, document: Document, label: str, sample: SampleId) -> None:
        """The step is taken back from all its samples, unless ``sample`` was edited since."""
        from app.workbench.bulk import take_back

        if document is not self.workspace.document:
            return
        if document.undo_label(sample) != label:
            text = self.tr("Sample {sample} was edited since: take it back from the history of another one.")
            self.window.banners.show_message(BANNER, text.format(sample=sample), kind="warning")
            return
        save = self.saves
        self.carry_out(
            self.tr("Undo {label}").format(label=label),
            lambda progress, on_document: take_back(
                document, sample, save=save, progress=progress, on_document=on_document
            ),
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

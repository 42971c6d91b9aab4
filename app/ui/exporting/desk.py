"""Everything about exports that belongs to the window: dialog, list, the one under way, working copies.

Made with the workspace; what writes exports is only imported when it is needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.faces.errors import ExportError
from app.faces.sample import Modality, SampleId
from app.formats.exporting.folder import safe_name
from app.ui import messages
from app.ui.exporting.export_list import ExportList
from app.ui.exporting.running import BANNER, Running, open_folder
from app.ui.exporting.wish import Wish
from app.ui.messages import Choice, sentence
from app.workbench.read_only import is_solved_by_copy, read_only_reasons, without_offer

if TYPE_CHECKING:
    from app.document.document import Document
    from app.ui.exporting.dialog import ExportDialog
    from app.ui.exporting.foresight import Foresight
    from app.ui.exporting.selection import Which
    from app.ui.main_window import MainWindow
    from app.ui.workspace import Workspace
    from app.workbench.exporting import ExportReport

_END_S = 5.0
_READ_ONLY = "dataset.read_only"


class ExportDesk(QObject):
    """One per workspace."""

    def __init__(self, window: MainWindow, workspace: Workspace) -> None:
        super().__init__(window)
        self._window = window
        self._workspace = workspace
        self.list = ExportList(window, workspace.browsing)
        self.running = Running(window)
        self.dialog: ExportDialog | None = None
        self._foresight: Foresight | None = None
        self.list.changed.connect(window.refresh_actions)
        self.running.changed.connect(self._show_bar)
        window.theme.changed.connect(self.list.refresh)

    def open(self, document: Document) -> None:
        """A dataset was opened: how long its list is, and what of it cannot be edited."""
        self.list.attach(document)
        self._tell_read_only(document)

    def close(self) -> None:
        """No dataset any more; an export of it goes on."""
        if self.dialog is not None:
            self.dialog.reject()
        self.list.attach(None)

    def may_leave(self) -> bool:
        """Whether the window may be closed."""
        return self.running.may_leave()

    def leave(self) -> None:
        """The program ends."""
        if self._foresight is not None:
            self._foresight.drop()
            self._foresight.wait(_END_S)
        self.running.leave()

    # The dialog

    def export(self, which: Which | None = None) -> None:
        """Open the dialog, or bring it forward."""
        from app.ui.exporting.dialog import ExportDialog
        from app.ui.exporting.foresight import Foresight

        # It outlives the dialog: its thread may not have ended when the dialog is gone.
        self._foresight = self._foresight or Foresight(self)
        if self.dialog is None:
            self.dialog = ExportDialog(self._window, self._workspace, self.list, self.running, self._foresight)
            self.dialog.finished.connect(self._on_dialog_finished)
        if which is not None:
            self.dialog.selection.choose(which)
        self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()

    def _on_dialog_finished(self) -> None:
        self.dialog = None

    def _show_bar(self) -> None:
        """The status bar is there while an export is, dataset or not."""
        self._workspace.status.is_needed = self.running.is_running
        self._workspace.status.refresh()

    # Working copies

    def _tell_read_only(self, document: Document) -> None:
        """Before the first edit: what cannot be edited here and why, and where it could be."""
        reasons = read_only_reasons(document.store)
        if not reasons:
            return
        names = {
            Modality.MASK: self.tr("masks"),
            Modality.CAPTIONS: self.tr("captions"),
            Modality.ATTRIBUTES: self.tr("attributes"),
            Modality.SKETCH: self.tr("sketches"),
        }
        told = []
        for why, modalities in reasons.items():
            what = ", ".join(names[modality] for modality in modalities)
            told.append(sentence(f"{what[:1].upper()}{what[1:]}: {without_offer(why)}"))
        text = self.tr("Some of this dataset is shown, not edited. {reasons}").format(reasons=" ".join(told))
        choices = []
        if is_solved_by_copy(reasons):
            copy = Choice(
                self.tr("Make a working copy…"),
                lambda: self._window.actions_.run("file.working_copy"),
                keeps_banner=True,
            )
            choices = [copy]
        self._window.banners.show_message(_READ_ONLY, text, choices=choices)

    def make_working_copy(self) -> None:
        """Ask where, export everything there in the tree that is edited in place, and open it on the same sample.

        Raises ExportError while another export is under way.
        """
        from app.workbench.exporting.working_copy import make_working_copy, place_for_copy, working_copy

        document, sample = self._workspace.document, self._workspace.session.sample
        if document is None:
            return
        if self.running.is_running:
            raise ExportError(self.tr("an export is under way; wait for its end or stop it in the status bar"))
        root = document.store.root
        home = messages.choose_folder(self._window, self.tr("Make the working copy in"), root.parent)
        if home is None:
            return
        target = place_for_copy(home, root.stem if root.is_file() else root.name)
        self.running.begin(
            Wish(
                working_copy(document.store, target),
                document,
                save_first=True,
                make=lambda request, progress, resume: make_working_copy(request, progress, resume=resume),
                made=lambda report: self._open_copy(document, report, sample),
            )
        )

    def _open_copy(self, document: Document, report: ExportReport, sample: SampleId | None) -> None:
        """The copy is whole: go there, unless another dataset was opened meanwhile."""
        place = None if sample is None else safe_name(sample)
        text = self.tr("This is the working copy, in {folder}. The original is as it was.")
        choices = [Choice(self.tr("Open folder"), lambda: open_folder(report.folder), keeps_banner=True)]
        if self._workspace.document is document:
            self._window.open_folder(report.folder, place)
        else:
            text = self.tr("The working copy is made, in {folder}.")
            choices.append(Choice(self.tr("Open it"), lambda: self._window.open_folder(report.folder, place)))
        if report.left_out:
            gone = self.tr("Not everything could be copied; report.txt in it says what.")
            text = f"{text} {gone}"
        self._window.banners.show_message(
            BANNER,
            text.format(folder=report.folder.name),
            kind="warning" if report.left_out else "info",
            choices=choices,
        )

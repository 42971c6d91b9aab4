"""What saving and recovering have to say: banners that stay until their trouble is solved."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject

from app.document.changes import SaveEvent, SaveState
from app.document.elsewhere import DELETIONS
from app.faces.sample import Modality
from app.ui import messages
from app.ui.dialogs.problems import problem_text
from app.ui.messages import Choice, sentence

if TYPE_CHECKING:
    from app.document.document import Document
    from app.document.elsewhere import Elsewhere
    from app.faces.sample import SampleId
    from app.ui.main_window import MainWindow
    from app.ui.workspace import Workspace

_NAMED = 3


class SaveNotices(QObject):
    """Speaks through the window's banners; the answers go to the document."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._workspace = workspace
        self._failed: dict[SampleId, str] = {}
        self._conflicts: dict[SampleId, str] = {}
        window = workspace.parent()
        self._window: MainWindow = window  # type: ignore[assignment]

    def tell_opening(self, document: Document) -> None:
        """What opening found wrong, and what a session that ended badly left unsaved."""
        problems = document.store.problems
        if problems:
            text = problem_text(problems[0])
            if len(problems) > 1:
                text = self.tr("{first} {count} more in the list.").format(first=text, count=len(problems) - 1)
            show = Choice(self.tr("Show problems"), self._workspace.status.tell_problems)
            self._window.banners.show_message("dataset.problems", text, kind="warning", choices=[show])
        for number, notice in enumerate(document.notices):
            self._window.banners.show_message(f"dataset.notice.{number}", sentence(notice), kind="warning")
        recovered = document.recovered()
        if not recovered:
            return
        last = datetime.fromtimestamp(max(r.last_time for r in recovered)).strftime("%H:%M")
        samples = [r.sample for r in recovered]
        if len(samples) == 1:
            text = self.tr("Sample {sample} has unsaved edits from {time}.").format(sample=samples[0], time=last)
        else:
            text = self.tr("{count} samples ({named}) have unsaved edits; the last is from {time}.").format(
                count=len(samples), named=_named(samples), time=last
            )
        changed = [r.sample for r in recovered if r.conflict]
        if changed:
            text += " " + self.tr("The files of {named} were changed since then.").format(named=_named(changed))
        self._window.banners.show_message(
            "dataset.recovered",
            text,
            kind="warning",
            lasting=True,
            choices=[
                Choice(self.tr("Restore"), lambda: self._restore(document, samples)),
                Choice(self.tr("Discard"), lambda: self._discard(document, samples)),
                Choice(self.tr("Show"), lambda: self._workspace.session.goto(samples[0]), keeps_banner=True),
            ],
        )

    def show(self, event: SaveEvent) -> None:
        """What became of a save. Ten samples that failed are one message, not ten."""
        sample = event.sample
        if event.state is SaveState.UNLOGGED:
            self._window.banners.show_message("dataset.unlogged", sentence(event.message), kind="error")
            return
        if event.state is SaveState.STARTED:
            return
        self._failed.pop(sample, None)
        self._conflicts.pop(sample, None)
        if event.state is SaveState.FAILED:
            self._failed[sample] = event.message
        elif event.state is SaveState.CONFLICT:
            self._conflicts[sample] = event.message
        elif event.notes and event.modalities == {Modality.MASK}:
            # Masks are saved while they are painted: a banner would move the picture under the brush.
            self._workspace.strip.tell(sentence("; ".join(event.notes)), is_refusal=False)
        elif event.notes:
            self._window.banners.show_message("dataset.notes", f"{sample}: " + "\n".join(event.notes))
        self._show_failed()
        self._show_conflict()

    def settle(self, unsaved: Collection[SampleId]) -> None:
        """Only these have something to save: what undo took back needs no save, and no message about one."""
        stale = (self._failed.keys() | self._conflicts.keys()) - set(unsaved)
        for sample in stale:
            self._failed.pop(sample, None)
            self._conflicts.pop(sample, None)
        if stale:
            self._show_failed()
            self._show_conflict()

    def forget(self) -> None:
        """The dataset is closed."""
        self._failed.clear()
        self._conflicts.clear()

    def _show_failed(self) -> None:
        banners = self._window.banners
        if not self._failed:
            banners.solve("dataset.failed")
            return
        samples = list(self._failed)
        reason = sentence(self._failed[samples[-1]])
        if len(samples) == 1:
            text = self.tr("Sample {sample} is not saved: {reason}").format(sample=samples[0], reason=reason)
        else:
            text = self.tr("{count} samples ({named}) are not saved: {reason}").format(
                count=len(samples), named=_named(samples), reason=reason
            )
        again = Choice(self.tr("Try again"), lambda: self._save(samples), keeps_banner=True)
        choices = [again, self._elsewhere_choice(samples), self._show_choice(samples[0])]
        banners.show_message("dataset.failed", text, kind="error", choices=choices, lasting=True)

    def _show_conflict(self) -> None:
        """One conflict after the other: each is a decision of its own."""
        banners = self._window.banners
        if not self._conflicts:
            banners.solve("dataset.conflict")
            return
        sample, reason = next(iter(self._conflicts.items()))
        text = self.tr("Sample {sample} is not saved: {reason}").format(sample=sample, reason=sentence(reason))
        if len(self._conflicts) > 1:
            text += " " + self.tr("{count} more wait for an answer.").format(count=len(self._conflicts) - 1)
        choices = [
            Choice(self.tr("Keep mine"), lambda: self._resolve(sample, "mine"), keeps_banner=True),
            Choice(self.tr("Take theirs"), lambda: self._resolve(sample, "theirs"), keeps_banner=True),
            self._elsewhere_choice([sample]),
            self._show_choice(sample),
        ]
        banners.show_message("dataset.conflict", text, kind="error", choices=choices, lasting=True)

    def _show_choice(self, sample: SampleId) -> Choice:
        return Choice(self.tr("Show"), lambda: self._workspace.session.goto(sample), keeps_banner=True)

    def _elsewhere_choice(self, samples: list[SampleId]) -> Choice:
        return Choice(self.tr("Save elsewhere…"), lambda: self._save_elsewhere(samples), keeps_banner=True)

    def _save_elsewhere(self, samples: list[SampleId]) -> None:
        """Into a folder that the user picks; the dataset and what is unsaved in it stay as they are."""
        document = self._workspace.document
        if document is None:
            return
        folder = messages.choose_folder(self._window, self.tr("Save elsewhere: an empty folder outside the dataset"))
        reports: list[Elsewhere] = []
        if folder is None or not self._workspace.attempt(
            lambda: reports.append(document.save_elsewhere(samples, folder))
        ):
            return
        report = reports[0]
        lines = [
            self.tr("Saved in {folder} (files: {count}). To bring it in later, copy it over the dataset.").format(
                count=len(report.written), folder=folder
            )
        ]
        if report.deletions:
            lines.append(
                self.tr("Then delete the files that {list} names ({count}).").format(
                    count=len(report.deletions), list=DELETIONS
                )
            )
        lines += [
            self.tr("Sample {sample} is not there: {reason}").format(sample=sample, reason=sentence(reason))
            for sample, reason in list(report.skipped.items())[:_NAMED]
        ]
        kind = "warning" if report.skipped else "info"
        self._window.banners.show_message("dataset.elsewhere", "\n".join(lines), kind=kind)

    def _save(self, samples: list[SampleId]) -> None:
        if self._workspace.document is not None:
            self._workspace.document.save(samples)

    def _resolve(self, sample: SampleId, keep: Literal["mine", "theirs"]) -> None:
        document = self._workspace.document
        if document is None:
            return
        if not self._workspace.attempt(lambda: document.reloading.resolve(sample, keep)):
            return
        self._conflicts.pop(sample, None)
        self._show_conflict()
        if keep == "mine":
            document.save([sample])
            return
        self._workspace.loader.forget(sample)
        if self._workspace.session.sample == sample:
            self._workspace.loader.request(sample)

    def _restore(self, document: Document, samples: list[SampleId]) -> None:
        self._window.banners.solve("dataset.recovered")
        for sample in samples:
            self._workspace.attempt(partial(document.restore_edits, sample))

    def _discard(self, document: Document, samples: list[SampleId]) -> None:
        self._window.banners.solve("dataset.recovered")
        for sample in samples:
            self._workspace.attempt(partial(document.discard_edits, sample))


def _named(samples: list[SampleId]) -> str:
    """The first few of them."""
    return ", ".join(samples[:_NAMED]) + (" …" if len(samples) > _NAMED else "")

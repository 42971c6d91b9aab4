"""The export under way: one at a time, beside the window, with its pace in the status bar and its end in a banner."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QToolButton

from app.ui import messages
from app.ui.exporting.pace import Pace, shown_bytes
from app.ui.exporting.report import ReportDialog
from app.ui.exporting.wish import Wish
from app.ui.icons import icon
from app.ui.job import Job
from app.ui.messages import Choice, sentence, tooltip

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow
    from app.workbench.exporting import ExportReport

BANNER = "export"
_SHOWN_EVERY_MS = 250
_SAVED_AFTER_MS = 50
_END_S = 10.0
_NAMED = 2


class Running(QObject):
    """Runs one export; ``changed`` tells that one began or ended."""

    changed = Signal()

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._wish: Wish | None = None
        self._job: Job | None = None
        self._removes = False
        self._is_leaving = False
        self._pace = Pace()
        self._done, self._total, self._note = 0, 0, ""
        self._clock = QTimer(self)
        self._clock.setInterval(_SHOWN_EVERY_MS)
        self._clock.timeout.connect(self._show_progress)
        self._saving = QTimer(self)
        self._saving.setInterval(_SAVED_AFTER_MS)
        self._saving.timeout.connect(self._go_on_when_saved)
        self.button = QToolButton()
        self.button.setObjectName("exportProgress")
        self.button.setAutoRaise(True)
        self.button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.button.setToolTip(tooltip(self.tr("Stop the export…")))
        self.button.clicked.connect(self.ask_to_stop)
        self.button.hide()
        window.statusBar().addPermanentWidget(self.button)

    @property
    def is_running(self) -> bool:
        """Whether an export is under way."""
        return self._wish is not None

    def begin(self, wish: Wish) -> None:
        """Export. Nothing happens while another one is under way."""
        if self._wish is not None:
            return
        self._wish, self._removes = wish, False
        self._pace, self._done, self._total, self._note = Pace(), 0, 0, ""
        self._window.banners.solve(BANNER)
        self.button.setIcon(icon("x"))
        self._say(self.tr("Export: saving edits …") if wish.save_first else self.tr("Export …"))
        self.button.show()
        self.changed.emit()
        if wish.save_first and (unsaved := wish.unsaved()):
            wish.document.save(unsaved)
            self._saving.start()
        else:
            self._start(wish)

    def _go_on_when_saved(self) -> None:
        wish = self._wish
        if wish is None or wish.document.saving():
            return
        self._saving.stop()
        if not self._is_open(wish):
            self._end()
            return
        left = len(wish.unsaved())
        if not left:
            self._start(wish)
            return
        self._end()
        text = self.tr("Nothing was exported: {count} samples could not be saved; the messages say why.")
        anyway = dataclasses.replace(wish, save_first=False)
        choice = Choice(self.tr("Export what the files have"), lambda: self.begin(anyway))
        self._window.banners.show_message(BANNER, text.format(count=left), kind="warning", choices=[choice])

    def _start(self, wish: Wish) -> None:
        from app.workbench.exporting import unsaved_note

        notes = (*wish.request.notes, *unsaved_note(wish.waiting()))
        request = dataclasses.replace(wish.request, notes=notes)
        # Without a parent, and connected to methods: it goes, with the dataset it holds, as soon as it has ended.
        job = Job(lambda progress: wish.make(request, progress, wish.resume))
        job.progressed.connect(self._on_progress)
        job.finished.connect(self._on_made)
        job.failed.connect(self._on_failed)
        job.stopped.connect(self._on_stopped)
        self._job = job
        self._clock.start()
        job.start()

    # Showing

    def _on_progress(self, done: int, total: int, note: str) -> None:
        self._pace.note(done)
        self._done, self._total, self._note = done, total, note

    def _show_progress(self) -> None:
        """A few times a second, whatever comes: a line that flickers cannot be read."""
        done, total, note = self._done, self._total, self._note
        if total <= 1 or (not done and note):
            self._say(self.tr("Export: {note} …").format(note=note) if note else self.tr("Export …"))
            return
        text = self.tr("Export {done} of {total}").format(done=f"{done:,}", total=f"{total:,}")
        pace = self._pace.text(total - done)
        self._say(f"{text} · {pace}" if pace else text)

    def _say(self, text: str) -> None:
        self.button.setText(text)
        self.button.setAccessibleName(self.tr("{text}. Press to stop it.").format(text=text))

    # Stopping

    def ask_to_stop(self) -> None:
        """What is written is kept or removed, or it goes on."""
        wish = self._wish
        if wish is None:
            return
        keep, remove, on = self.tr("Stop, keep what is written"), self.tr("Stop and remove"), self.tr("Go on")
        answer = messages.ask(self._window, self.tr("Stop the export?"), self._fate(), [on, keep, remove], escape=on)
        if answer != on and self._wish is wish:
            self._stop(removes=answer == remove)

    def _fate(self) -> str:
        text = self.tr("What is written is kept beside the folder, and the same export goes on from there later.")
        if self._total > 1:
            done = self.tr("{done} of {total} samples are written.")
            return done.format(done=f"{self._done:,}", total=f"{self._total:,}") + " " + text
        return text

    def _stop(self, *, removes: bool) -> None:
        self._removes = removes
        self._saving.stop()
        if self._job is None:
            self._end()
        else:
            self._clock.stop()
            self._say(self.tr("Export: stopping …"))
            self._job.cancel()

    def may_leave(self) -> bool:
        """Whether the window may be closed, which ends an export under way; asks what becomes of that."""
        wish = self._wish
        if wish is None:
            return True
        stay, keep, remove = self.tr("Stay"), self.tr("Quit, keep what is written"), self.tr("Quit and remove")
        title = self.tr("An export is under way")
        answer = messages.ask(self._window, title, self._fate(), [stay, keep, remove], escape=stay)
        if answer == stay:
            return False
        self._removes = answer == remove
        return True

    def leave(self) -> None:
        """The program ends: what is written stays for the next time, unless the user wanted it away."""
        wish, job = self._wish, self._job
        if wish is None or self._is_leaving:
            return
        self._is_leaving = True
        self._saving.stop()
        if job is not None:
            job.cancel()
            job.wait(_END_S)
        if self._removes:
            from app.workbench.exporting import discard_partial

            discard_partial(wish.request.target)

    # Ending

    def _end(self) -> Wish:
        """Nothing is under way any more; what was."""
        wish, job = self._wish, self._job
        assert wish is not None
        if job is not None:
            job.wait(1)  # it has told its end: its thread is gone in a moment
        self._wish = self._job = None
        self._clock.stop()
        self.button.hide()
        self.changed.emit()
        return wish

    def _on_made(self, report: ExportReport) -> None:
        wish = self._end()
        if wish.made is not None:
            wish.made(report)
        else:
            self.tell(report)

    def tell(self, report: ExportReport) -> None:
        """The banner of an export that is whole."""
        samples = self.tr("1 sample is") if report.samples == 1 else self.tr("{count} samples are")
        text = self.tr("{samples} exported as {format}: {files} files, {size}, in {folder}.").format(
            samples=samples.format(count=f"{report.samples:,}"),
            format=report.title,
            files=f"{report.files:,}",
            size=shown_bytes(report.size),
            folder=report.folder.name,
        )
        gone = [
            self.tr("{what}: {count} not written").format(what=w, count=f"{c:,}") for w, c in report.not_held.items()
        ]
        gone += [f"{len(group.samples):,} × {group.why}" for group in report.left_out]
        if gone:
            more = self.tr("; and more in the report") if len(gone) > _NAMED else ""
            text += " " + sentence("; ".join(gone[:_NAMED]) + more)

        def show_folder() -> None:
            open_folder(report.folder)

        def show_report() -> None:
            ReportDialog(self._window, "\n".join(report.lines()), show_folder).show()

        choices = [
            Choice(self.tr("Open folder"), show_folder, keeps_banner=True),
            Choice(self.tr("Report"), show_report, keeps_banner=True),
        ]
        kind = "info" if report.is_complete else "warning"
        self._window.banners.show_message(BANNER, text, kind=kind, choices=choices)

    def _on_failed(self, reason: str) -> None:
        wish = self._end()
        text = self.tr("The export to {folder} was not made: {reason}").format(
            folder=wish.request.target.name, reason=sentence(reason)
        )
        self._offer(wish, text, "error", self.tr("Try again"))

    def _on_stopped(self) -> None:
        if self._is_leaving:
            return
        done, total = self._done, self._total
        wish = self._end()
        if self._removes:
            self._discard(wish.request.target)
            return
        text = self.tr("The export to {folder} was stopped.").format(folder=wish.request.target.name)
        if _has_partial(wish.request.target):
            kept = self.tr("What is written ({done} of {total} samples) is kept.")
            text += " " + kept.format(done=f"{done:,}", total=f"{total:,}")
        self._offer(wish, text, "info", self.tr("Go on"))

    def _offer(self, wish: Wish, text: str, kind: str, again: str) -> None:
        # What an export before this one had left is given up by now; what is there is this one's.
        anew = dataclasses.replace(wish, resume=True)
        choices = [Choice(again, lambda: self.begin(anew))] if self._is_open(wish) else []
        target = wish.request.target
        if _has_partial(target):
            choices.append(Choice(self.tr("Remove what is written"), lambda: self._discard(target)))
        self._window.banners.show_message(BANNER, text, kind=kind, choices=choices)

    def _is_open(self, wish: Wish) -> bool:
        """Whether the dataset is still the one in the window."""
        return self._window.workspace is not None and self._window.workspace.document is wish.document

    def _discard(self, target: Path) -> None:
        """Removing thirty thousand files takes a while: beside the window."""
        from app.workbench.exporting import discard_partial

        job = Job(lambda _progress: discard_partial(target), self)
        banners = self._window.banners
        text = self.tr("The export to {folder} was stopped, and what it had written is removed.")
        job.finished.connect(lambda _: banners.show_message(BANNER, text.format(folder=target.name)))
        job.failed.connect(lambda reason: banners.show_message(BANNER, sentence(reason), kind="warning"))
        job.start()


def open_folder(folder: Path) -> None:
    """The system's file manager shows it."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def _has_partial(target: Path) -> bool:
    from app.workbench.exporting import partial_folder

    return (partial_folder(target) / "journal.jsonl").exists()

"""The demo dataset from the window: drawn beside the start page, with progress, and opened when it is whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.jobs import Progress
from app.paths import data_folder
from app.ui.job import Job
from app.ui.start_page import StartPage

FOLDER_NAME = "demo"


def demo_folder() -> Path:
    """Where the demo dataset lies unless the user names another place."""
    return data_folder() / FOLDER_NAME


class DemoMaking(QObject):
    """Makes one demo dataset at a time."""

    made = Signal(Path)

    def __init__(self, page: StartPage) -> None:
        super().__init__(page)
        self._page = page
        self._job: Job | None = None
        page.cancel_requested.connect(self.cancel)

    def make(self, folder: Path) -> None:
        """Make it there; ``made`` follows, at once where it is there already."""
        if self._job is not None:
            return
        self._page.show_busy(self.tr("Drawing the demo dataset …"), cancellable=True)
        self._job = Job(_maker(folder), self)
        self._job.progressed.connect(self._page.show_progress)
        self._job.finished.connect(lambda _: self._end(lambda: self.made.emit(folder)))
        self._job.stopped.connect(lambda: self._end(lambda: None))
        self._job.failed.connect(lambda reason: self._end(lambda: self._page.show_refusal(folder, reason)))
        self._job.start()

    def cancel(self) -> None:
        """It is no longer wanted."""
        if self._job is not None:
            self._job.cancel()

    def wait(self, timeout_s: float) -> None:
        """Give a cancelled one the time to tidy up."""
        if self._job is not None:
            self._job.wait(timeout_s)

    def _end(self, then: Callable[[], None]) -> None:
        self._job = None
        self._page.show_idle()
        then()


def _maker(folder: Path) -> Callable[[Progress], object]:
    def make(progress: Progress) -> object:
        from app.workbench.demo import make_demo

        return make_demo(folder, progress=progress)

    return make

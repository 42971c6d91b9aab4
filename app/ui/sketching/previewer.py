"""Draws beside the window: always what was asked last, never two at once."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from app.jobs import Progress
from app.ui.job import Job

Work = Callable[[Progress], object]


class Previewer(QObject):
    """``ask`` and be told by exactly one of the signals, unless something else was asked meanwhile."""

    drawn = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._job: Job | None = None
        self._next: Work | None = None

    @property
    def is_busy(self) -> bool:
        """Whether something is being drawn."""
        return self._job is not None

    def ask(self, work: Work) -> None:
        """The result of this; whatever was asked before is dropped."""
        if self._job is not None:
            self._job.cancel()
            self._next = work
            return
        # Without a parent, and connected to methods: a job that is still at it when the window goes tells nobody.
        job = Job(work)
        job.finished.connect(self._on_finished)
        job.failed.connect(self._on_failed)
        job.stopped.connect(self._on_stopped)
        self._job = job
        job.start()

    def leave(self) -> None:
        """Nothing is wanted any more."""
        self._next = None
        if self._job is not None:
            self._job.cancel()
            self._job.wait(10)

    def _on_finished(self, result: object) -> None:
        self._end(result)

    def _on_failed(self, why: str) -> None:
        self._end(None, why)

    def _on_stopped(self) -> None:
        self._end(None)

    def _end(self, result: object, why: str = "") -> None:
        job, self._job = self._job, None
        assert job is not None
        job.close()
        if self._next is not None:
            work, self._next = self._next, None
            self.ask(work)
        elif why and not job.cancelled.is_set():
            self.failed.emit(why)
        elif result is not None and not job.cancelled.is_set():
            self.drawn.emit(result)

"""The one long work on many samples under way: its progress for whoever shows it, its end, and how it is stopped."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from app.ui.bulk.turns import Turns
from app.ui.exporting.pace import Pace
from app.ui.job import Job

if TYPE_CHECKING:
    from app.jobs import Progress
    from app.ui.session import Session
    from app.workbench.saving import OnDocument

Work = Callable[["Progress", "OnDocument"], object]
_POLL_S = 0.005
_END_S = 10.0


class Running(QObject):
    """Runs one function ``(progress, on_document)`` at a time on a thread of its own."""

    changed = Signal()
    """Something begins, or has ended."""
    progressed = Signal(int, int, str)
    """Done, total, and the pace in words."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self.turns = Turns(session, self)
        self._job: Job | None = None
        self._then: Callable[[Any], None] | None = None
        self._failed: Callable[[str | None], None] | None = None
        self._pace = Pace()

    @property
    def is_running(self) -> bool:
        """Whether something is under way."""
        return self._job is not None

    def begin(self, work: Work, then: Callable[[Any], None], failed: Callable[[str | None], None]) -> bool:
        """``then`` gets what ``work`` returns, ``failed`` the reason, None when it was stopped.

        False while something else is under way; then nothing happens.
        """
        if self._job is not None:
            return False
        turns = self.turns
        job = Job(lambda progress: work(progress, turns))
        job.progressed.connect(self._on_progressed)
        job.finished.connect(self._on_finished)
        job.failed.connect(self._on_failed)
        job.stopped.connect(self._on_stopped)
        self._job, self._then, self._failed, self._pace = job, then, failed, Pace()
        self.changed.emit()
        job.start()
        return True

    def stop(self) -> None:
        """What was done stays done, as one step; what was not is not begun."""
        if self._job is not None:
            self._job.cancel()

    def stop_and_wait(self) -> None:
        """Stop, and return when it has ended: the dataset is being closed."""
        job = self._job
        if job is None:
            return
        job.cancel()
        end = time.monotonic() + _END_S
        while job.is_alive and time.monotonic() < end:
            self.turns.take_all()
            job.wait(_POLL_S)
        job.close()
        self._job = self._then = self._failed = None
        self.changed.emit()

    def _on_progressed(self, done: int, total: int, _note: str) -> None:
        if self.sender() is self._job:
            self._pace.note(done)
            self.progressed.emit(done, total, self._pace.text(total - done))

    def _on_finished(self, result: object) -> None:
        if self.sender() is self._job and self._then is not None:
            self._end(self._then, result)

    def _on_failed(self, reason: str) -> None:
        if self.sender() is self._job and self._failed is not None:
            self._end(self._failed, reason)

    def _on_stopped(self) -> None:
        if self.sender() is self._job and self._failed is not None:
            self._end(self._failed, None)

    def _end(self, tell: Callable[..., None], what: object) -> None:
        job, self._job = self._job, None
        self._then = self._failed = None
        if job is not None:
            job.close()
        self.changed.emit()
        tell(what)

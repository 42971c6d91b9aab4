"""Works out beside the window what a clean-up would do: always for the last wish, never for two at once."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from app.ui.cleanup.wish import Proposal, Wish, proposal_for
from app.ui.job import Job

BUSY_AFTER_MS = 200


class Proposer(QObject):
    """``ask`` and be told by exactly one of the signals, unless something else was asked meanwhile."""

    proposed = Signal(object)
    """A ``Proposal`` for the last wish."""
    refused = Signal(str)
    """The last wish cannot be granted, and why."""
    busy_changed = Signal(bool)
    """It takes long enough to say so, or it does not any more."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._job: Job | None = None
        self._next: Wish | None = None
        self._is_busy = False
        self._busy_timer = QTimer(self)
        self._busy_timer.setSingleShot(True)
        self._busy_timer.setInterval(BUSY_AFTER_MS)
        self._busy_timer.timeout.connect(lambda: self._tell_busy(True))

    def ask(self, wish: Wish) -> None:
        """What would this do? Whatever was asked before is dropped."""
        if self._job is not None:
            self._job.cancel()
            self._next = wish
            return
        job = Job(partial(proposal_for, wish), self)
        job.finished.connect(lambda proposal: self._end(job, proposal))
        job.failed.connect(lambda reason: self._end(job, None, reason))
        job.stopped.connect(lambda: self._end(job, None))
        self._job = job
        self._busy_timer.start()
        job.start()

    def drop(self) -> None:
        """Nothing is wanted any more."""
        self._next = None
        if self._job is not None:
            self._job.cancel()
        self._busy_timer.stop()
        self._tell_busy(False)

    def leave(self) -> None:
        """The program ends."""
        self.drop()
        if self._job is not None:
            self._job.wait(5)

    def _end(self, job: Job, proposal: Proposal | None, reason: str = "") -> None:
        was_wanted = not job.cancelled.is_set()
        self._job = None
        job.close()
        if self._next is not None:
            wish, self._next = self._next, None
            self.ask(wish)
            return
        self._busy_timer.stop()
        self._tell_busy(False)
        if was_wanted and proposal is not None:
            self.proposed.emit(proposal)
        elif was_wanted and reason:
            self.refused.emit(reason)

    def _tell_busy(self, is_busy: bool) -> None:
        if is_busy != self._is_busy:
            self._is_busy = is_busy
            self.busy_changed.emit(is_busy)

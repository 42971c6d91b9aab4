"""Questions that take longer than a mouse move may: asked on a thread of their own, the last answer alone is taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject

from app.jobs import Progress
from app.ui.job import Job

T = TypeVar("T")


class Answers(QObject):
    """One tool's questions. A question sees only values: copies, or arrays that nobody writes any more."""

    def __init__(self) -> None:
        super().__init__()
        self._job: Job | None = None
        self._running: set[Job] = set()
        """Those that were dropped, too: a thread must not be the last to hold its job."""

    @property
    def is_waiting(self) -> bool:
        """Whether an answer is still to come."""
        return self._job is not None

    def ask(self, question: Callable[[Progress], T], take: Callable[[T], None], refuse: Callable[[str], None]) -> None:
        """Give ``take`` the answer, or ``refuse`` the reason why there is none; whatever was asked before is dropped.

        Both are called on this thread, later. What was asked before ends on its own thread, at its next report.
        """
        self.drop()
        job = Job(question)

        def end() -> bool:
            self._running.discard(job)
            job.close()  # its signals know it through these functions: else it stays, with all that was asked
            is_wanted, self._job = job is self._job, None if job is self._job else self._job
            return is_wanted

        job.finished.connect(lambda answer: take(answer) if end() else None)
        job.failed.connect(lambda reason: refuse(reason) if end() else None)
        job.stopped.connect(lambda: end())  # noqa: PLW0108 - a slot without a value
        self._job = job
        self._running.add(job)
        job.start()

    def drop(self) -> None:
        """No answer is wanted any more."""
        job, self._job = self._job, None
        if job is not None:
            job.cancel()

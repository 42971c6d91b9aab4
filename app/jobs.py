"""Long work as a plain function: it gets values, returns values and reports progress.

``progress.report`` is also where a job learns that it was cancelled; cancelling is not an error. A job that may be
paused asks a ``Gate`` before each step.
"""

from __future__ import annotations

import threading
from typing import Protocol


class Cancelled(Exception):  # noqa: N818 - not an error: the user's wish
    """Raised out of ``Progress.report`` when the user no longer wants the result."""


class Progress(Protocol):
    """What a job tells its caller while it runs."""

    def report(self, done: int, total: int, note: str = "") -> None:
        """``done`` of ``total`` steps are finished. Raises Cancelled when the job should stop."""
        ...


class Silent:
    """A progress that nobody watches and nobody cancels."""

    def report(self, done: int, total: int, note: str = "") -> None:
        """Nothing happens."""


class Gate:
    """Where a job waits while its user has paused it. The job's threads call ``enter``, any other thread the rest."""

    def __init__(self) -> None:
        self._open = threading.Event()
        self._open.set()
        self._cancelled = False

    @property
    def is_paused(self) -> bool:
        """Whether whoever enters waits."""
        return not self._open.is_set()

    @property
    def is_cancelled(self) -> bool:
        """Whether whoever enters is sent home."""
        return self._cancelled

    def pause(self) -> None:
        """Nobody enters until ``resume`` or ``cancel``."""
        if not self._cancelled:
            self._open.clear()

    def resume(self) -> None:
        """Those who wait go on."""
        self._open.set()

    def cancel(self) -> None:
        """Those who wait or come later raise Cancelled."""
        self._cancelled = True
        self._open.set()

    def enter(self) -> None:
        """Wait while it is paused. Raises Cancelled."""
        self._open.wait()
        if self._cancelled:
            raise Cancelled

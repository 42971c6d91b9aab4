"""Long work as a plain function: it gets values, returns values and reports progress.

``progress.report`` is also where a job learns that it was cancelled; cancelling is not an error.
"""

from __future__ import annotations

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

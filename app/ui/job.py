"""Long work beside the window: a plain function in a thread, its progress and end as signals."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from app.faces.errors import FaceDataError
from app.jobs import Cancelled, Progress


class _Reporter:
    """The progress that the function gets. At most some thirty reports a second reach the window."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._last = 0.0

    def report(self, done: int, total: int, note: str = "") -> None:
        if self._job.cancelled.is_set():
            raise Cancelled
        now = time.monotonic()
        if now - self._last > 0.03 or done >= total:
            self._last = now
            self._job.progressed.emit(done, total, note)


class Job(QObject):
    """Runs ``function(progress)`` once. Exactly one of ``finished``, ``failed`` and ``stopped`` follows, on the thread
    that made the job. An error that is no ``FaceDataError`` or ``OSError`` also goes to ``threading.excepthook``.
    """

    progressed = Signal(int, int, str)
    finished = Signal(object)
    failed = Signal(str)
    stopped = Signal()

    def __init__(self, function: Callable[[Progress], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._function = function
        self.cancelled = threading.Event()
        self._thread = threading.Thread(target=self._run, name="facewright-job", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    @property
    def is_alive(self) -> bool:
        """Whether the function has begun and not returned."""
        return self._thread.is_alive()

    def cancel(self) -> None:
        """The result is no longer wanted; ``stopped`` follows at the function's next report."""
        self.cancelled.set()

    def wait(self, timeout_s: float) -> None:
        """Return when the function did, or after the time."""
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def close(self) -> None:
        """Its end was told: it leaves memory, with all that its function holds, once its thread is gone too."""
        self.wait(1)
        self.deleteLater()

    def _run(self) -> None:
        try:
            result = self._function(_Reporter(self))
        except Cancelled:
            self.stopped.emit()
        except (FaceDataError, OSError) as error:
            self.failed.emit(str(error))
        except Exception as error:
            self.failed.emit(f"{type(error).__name__}; the log has the details")
            raise
        else:
            self.finished.emit(result)

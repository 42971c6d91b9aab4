"""The one thread that writes: jobs run in order, urgent ones (the edit log) before the rest.

A job is a plain function; its result, or the exception it ended with, is handed to ``done`` on the document's thread.
Results wait in a queue until somebody takes them: the window's event loop through ``post``, a script through ``wait``.
"""

from __future__ import annotations

import atexit
import queue
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")
Job = Callable[[], Any]
Done = Callable[[Any, Exception | None], None]
Post = Callable[[Callable[[], None]], None]


class Writer:
    """Made on the document's thread; starts its thread with the first job."""

    def __init__(self, post: Post | None = None) -> None:
        self._post = post
        self._wake = threading.Condition()
        self._urgent: deque[tuple[Job, Done]] = deque()
        self._jobs: deque[tuple[Job, Done]] = deque()
        self._results: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._open_jobs = 0
        atexit.register(_finish, weakref.ref(self))

    def submit(self, job: Job, done: Done, *, urgent: bool = False) -> None:
        """``job`` runs soon on the writer thread, then ``done(result, error)`` on this one."""
        with self._wake:
            if self._closed:
                raise RuntimeError("the document is closed")
            (self._urgent if urgent else self._jobs).append((job, done))
            self._open_jobs += 1
            self._wake.notify()
        if self._thread is None:
            # A daemon, so that a script that forgets to close still ends; atexit lets it finish what it has.
            self._thread = threading.Thread(target=self._work, name="facewright-writer", daemon=True)
            self._thread.start()

    def run(self, job: Callable[[], T]) -> T:
        """``job`` runs on the writer thread after what waits there; its result, or the exception it ended with."""
        ended: list[tuple[T, Exception | None]] = []
        self.submit(job, lambda result, error: ended.append((result, error)))
        self.wait()
        result, error = ended[0]
        if error is not None:
            raise error
        return result

    @property
    def is_idle(self) -> bool:
        """Whether every job is done and its result was taken."""
        return self._open_jobs == 0

    def pump(self) -> None:
        """Take the results that are there."""
        while True:
            try:
                result = self._results.get_nowait()
            except queue.Empty:
                return
            self._take(result)

    def wait(self, timeout_s: float | None = None) -> bool:
        """Take results until there is nothing under way; False when the time was up first."""
        until = None if timeout_s is None else time.monotonic() + timeout_s
        while not self.is_idle:
            left = None if until is None else max(until - time.monotonic(), 0.0)
            try:
                result = self._results.get(timeout=left)
            except queue.Empty:
                return False
            self._take(result)
        return True

    def close(self) -> None:
        """No more jobs; those that were submitted are done first."""
        with self._wake:
            self._closed = True
            self._wake.notify()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def _take(self, result: Callable[[], None]) -> None:
        self._open_jobs -= 1
        result()

    def _work(self) -> None:
        while True:
            with self._wake:
                while not (self._urgent or self._jobs):
                    if self._closed:
                        return
                    self._wake.wait()
                job, done = (self._urgent or self._jobs).popleft()
            result, failure = None, None
            try:
                result = job()
            except Exception as error:
                failure = error
            self._deliver(done, result, failure)

    def _deliver(self, done: Done, result: Any, failure: Exception | None) -> None:
        self._results.put(lambda: done(result, failure))
        if self._post is not None:
            self._post(self.pump)


def _finish(reference: weakref.ref[Writer]) -> None:
    writer = reference()
    if writer is not None:
        writer.close()

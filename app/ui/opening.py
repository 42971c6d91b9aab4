"""Opening a dataset beside the window: a thread makes the document and its catalog, or finds the reasons why not.

Listing 400,000 names takes most of a second, on a network disk many; meanwhile the window is painted and answers. The
thread touches no class of Qt but the signals of its job.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.document.writer import Post
from app.faces.errors import FaceDataError
from app.formats.registry import BUILT_IN
from app.jobs import Progress
from app.ui.faults import LOG
from app.ui.job import Job
from app.workbench.open import Opened, open_with_catalog

if TYPE_CHECKING:
    from app.ui.main_window import Wanted


class Opening(QObject):
    """Opens one dataset at a time; a second wish takes the place of the first, whose result is put away."""

    opened = Signal(object, object)
    """The ``Wanted`` and what ``take`` is to be called on. Nobody has it before, and nobody else then."""
    refused = Signal(object, str)
    """The ``Wanted``, and why it cannot be opened, a reason per line."""
    broke = Signal(object)
    """The ``Wanted``: a fault of ours, which the net for faults has."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._attempt: Attempt | None = None
        self._job: Job | None = None

    @property
    def is_under_way(self) -> bool:
        """Whether something is being opened."""
        return self._attempt is not None

    def start(self, wanted: Wanted) -> None:
        """Begin; exactly one signal follows, unless the wish is dropped."""
        self.drop()
        attempt = Attempt(wanted)
        job = Job(attempt.run, self)
        job.finished.connect(lambda refusal: self._on_finished(attempt, refusal))
        job.failed.connect(lambda _: self._on_failed(attempt))
        self._attempt, self._job = attempt, job
        job.start()

    def drop(self) -> None:
        """What is being opened is no longer wanted."""
        if self._attempt is not None:
            self._attempt.drop()
            self._attempt = None

    def wait(self, timeout_s: float) -> None:
        """Give what was dropped the time to be put away."""
        if self._job is not None:
            self._job.wait(timeout_s)

    def _on_finished(self, attempt: Attempt, refusal: str | None) -> None:
        if self._end(attempt):
            if refusal is None:
                self.opened.emit(attempt.wanted, attempt)
            else:
                self.refused.emit(attempt.wanted, refusal)

    def _on_failed(self, attempt: Attempt) -> None:
        if self._end(attempt):
            self.broke.emit(attempt.wanted)

    def _end(self, attempt: Attempt) -> bool:
        """Whether this is what is wanted still."""
        if attempt is not self._attempt:
            return False
        self._attempt = self._job = None
        return True


class Attempt:
    """One opening, and what it brought until somebody takes it. ``wanted`` is what for."""

    def __init__(self, wanted: Wanted) -> None:
        self.wanted = wanted
        self._lock = threading.Lock()
        self._held: list[Callable[[], None]] = []
        self._post: Post | None = None
        self._opened: Opened | None = None
        self._is_dropped = False

    def run(self, _: Progress) -> str | None:
        """On the job's thread: None when it is open, else why not."""
        wanted = self.wanted
        try:
            opened = open_with_catalog(wanted.folder, layout=wanted.layout, scheme=wanted.scheme, post=self.post)
        except FaceDataError as error:
            LOG.info("not opened: %s", type(error).__name__)
            return _a_line_per_layout(str(error))
        except OSError as error:
            LOG.info("not opened: errno %s", error.errno)
            return error.strerror or type(error).__name__
        with self._lock:
            if not self._is_dropped:
                self._opened = opened
                store = opened.document.store
                LOG.info("opened: layout %s, %d samples", store.layout, len(store.sample_ids))
                return None
        opened.close()
        return None

    def take(self, post: Post) -> Opened:
        """What was opened belongs to this thread from now on; results for it come by ``post``."""
        with self._lock:
            opened, self._opened = self._opened, None
            assert opened is not None
            self._post = post
            held, self._held = self._held, []
        for function in held:
            post(function)
        return opened

    def drop(self) -> None:
        """It is not wanted: put away what there is or will be."""
        with self._lock:
            self._is_dropped = True
            opened, self._opened = self._opened, None
        if opened is not None:
            opened.close()

    def post(self, function: Callable[[], None]) -> None:
        """Run ``function`` on the document's thread; while nobody has taken the document, later.

        The document waits for results while it is made: were they taken on another thread, it would wait for ever.
        """
        with self._lock:
            if self._post is None:
                self._held.append(function)
                return
        self._post(function)


def _a_line_per_layout(text: str) -> str:
    """Why each layout does not fit, below each other; semicolons inside of a reason stay."""
    for layout in BUILT_IN:
        for mark in (";", "."):
            text = text.replace(f"{mark} {layout.title}: ", f".\n{layout.title}: ")
    return text

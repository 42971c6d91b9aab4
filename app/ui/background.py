"""Samples decoded, composed and drawn ahead of the user, on threads of their own.

Two threads work through what is wanted: the sample asked for, its neighbours in the direction of travel and one behind,
and, once the user stays, more of both. What nobody wants any more is dropped. Everything that paints or touches the
document happens on the main thread; a thread only makes values.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QImage

from app.catalog.mask_cache import MaskCache
from app.document.document import Document
from app.faces.errors import FaceDataError
from app.faces.mask import Bits
from app.faces.sample import Loaded, Modality, SampleId, Sketch
from app.ui.canvas.layers import ComposedPicture, forget_spare
from app.ui.memory import give_back
from app.ui.sample_view import Look, SampleView, draw_ahead, meet_qt, read_sample
from app.ui.session import Session

_log = logging.getLogger(__name__)

THREADS = 2
NEAR = (1, 2, -1)
"""Places in the order to be ready at once; positive is the direction of travel."""
FAR = (3, -2, 4, 5, -3)
"""And those to add when the user stays."""
FAR_AFTER_MS = 400
SAMPLES_KEPT = 1 + len(NEAR) + len(FAR)
BYTES_KEPT = 96_000_000
"""Photos, masks and what the views show of them: nine samples at 1024² in a view of 1024 × 900 take 55 MB, and 85 MB
where the photos cannot be decoded again."""
_STROKE_POLL_S = 0.05
_IDLE_S = 1.0


@dataclass(eq=False)
class _Job:
    """One sample to be read, drawn anew from what is there (``redrawn``), or to get its photo back (``bare``)."""

    document: Document
    sample: SampleId
    look: Look
    changes: int
    """How often its mask had changed when the job was given."""
    live: Bits | None = None
    masks: MaskCache | None = None
    drawn: Loaded[Sketch] | None = None
    """The sketch, where the document has another than the file."""
    redrawn: SampleView | None = None
    drawn_from: ComposedPicture | None = None
    revision: int = 0
    bare: tuple[ComposedPicture, ...] = ()
    """Pictures on screen of which the photo was dropped: decode that, and nothing else."""
    photos: tuple[QImage, ...] = ()
    is_void: bool = False
    """What it read is no longer what is on disk."""

    def run(self) -> SampleView | None:
        """The sample as it is to be shown; None where it is shown already."""
        if self.bare:
            self.photos = tuple(picture.decoded() for picture in self.bare)
            return None
        if self.redrawn is not None:
            draw_ahead(self.redrawn, self.look)
            return self.redrawn
        return read_sample(self.document.store, self.sample, self.look, self.live, self.masks, self.drawn)


class SampleLoader(QObject):
    """Keeps the sample shown and its neighbours ready. Lives on the main thread; ``close`` ends its threads."""

    loaded = Signal(object)
    """A ``SampleView`` that was requested is ready; prefetched neighbours arrive silently."""
    failed = Signal(str, str)
    """The sample, and why it could not be shown."""
    _finished = Signal(object, object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._document: Document | None = None
        self._look: Look | None = None
        self._views: dict[SampleId, SampleView] = {}
        self._requested: SampleId | None = None
        self._direction = 1
        self._wanted: tuple[SampleId, ...] = ()
        """In order of importance, the one requested first."""
        self._changes: dict[SampleId, int] = {}
        self._failed: set[SampleId] = set()
        self._jobs: list[_Job] = []
        self._running: list[_Job] = []
        self.masks: MaskCache | None = None
        """Where decoded masks are kept; set by whoever opens the dataset's catalog."""
        self._is_closed = False
        self._wake = threading.Condition()
        self._threads: list[threading.Thread] = []
        self._before: SampleId | None = None
        self._near_timer = QTimer(self)
        self._near_timer.setSingleShot(True)
        self._near_timer.setInterval(0)
        self._near_timer.timeout.connect(lambda: self._want_near(self._before))
        self._far_timer = QTimer(self)
        self._far_timer.setSingleShot(True)
        self._far_timer.setInterval(FAR_AFTER_MS)
        self._far_timer.timeout.connect(lambda: self._want((*NEAR, *FAR)))
        self._finished.connect(self._on_finished, Qt.ConnectionType.QueuedConnection)
        session.document_changed.connect(self._on_document_changed)
        session.order_changed.connect(self._on_order_changed)
        self._on_document_changed(session.document)

    @property
    def look(self) -> Look:
        """How samples are shown at the moment; what is drawn ahead follows."""
        if self._look is None:
            self._look = Look(self._session.fill_style(), adjustment=self._session.looks.adjustment)
        return self._look

    @look.setter
    def look(self, look: Look) -> None:
        if look is not self._look:
            self._look = look
            self._plan()

    def view(self, sample: SampleId) -> SampleView | None:
        """The sample, if it is ready."""
        return self._views.get(sample)

    def forget(self, sample: SampleId) -> None:
        """Drop what is kept of a sample, so that it is read anew."""
        self._views.pop(sample, None)
        for job in self._running:
            job.is_void = job.is_void or job.sample == sample

    def note_change(self, sample: SampleId) -> None:
        """The mask of a sample that may not be on screen changed: compose it anew before it is shown."""
        view = self._views.get(sample)
        if view is not None:
            view.is_stale = True
        self._changes[sample] = self._changes.get(sample, 0) + 1
        self._plan()

    def request(self, sample: SampleId) -> None:
        """Make a sample ready and emit ``loaded``, at once if it is ready; then fetch its neighbours ahead."""
        before, self._requested = self._requested, sample
        self._failed.discard(sample)
        self._far_timer.start()
        view = self._views.get(sample)
        if view is not None:
            self.loaded.emit(view)
            self._before = before
            self._near_timer.start()  # the picture first
        else:
            self._want_near(before)

    def _want_near(self, before: SampleId | None) -> None:
        """The user came from ``before``: what lies further on that way is wanted most."""
        sample, place = self._requested, self._session.place
        self._near_timer.stop()
        if before is not None and sample is not None and before != sample:
            start, end = place(before), place(sample)
            if start is not None and end is not None:
                self._direction = 1 if end > start else -1
        self._want(NEAR)

    def close(self) -> None:
        """End the threads; nothing is emitted any more."""
        with self._wake:
            self._is_closed = True
            self._jobs = []
            self._wake.notify_all()
        for thread in self._threads:
            thread.join()
        self._threads = []

    def _on_document_changed(self, document: Document | None) -> None:
        with self._wake:
            self._document = document
            self._jobs = []
        self._views.clear()
        self._changes.clear()
        self._failed.clear()
        self._requested = self._look = self.masks = None
        self._wanted = ()

    def _on_order_changed(self) -> None:
        self._want(NEAR)
        self._far_timer.start()

    # What is wanted

    def _want(self, offsets: tuple[int, ...]) -> None:
        """These places around the sample requested are wanted; of the others only what is in reach is kept."""
        sample, session = self._requested, self._session
        if sample is None:
            return
        near = session.neighbours(sample, [self._direction * by for by in offsets])
        in_reach = session.neighbours(sample, [sign * by for by in (*NEAR, *FAR) for sign in (1, -1)])
        for other in self._views.keys() - {sample, *in_reach}:
            del self._views[other]
        if sample in self._views:  # what was on screen before is there no more
            for other, view in self._views.items():
                if other != sample:
                    view.thin()
        self._wanted = (sample, *near)
        self._plan()

    def _plan(self) -> None:
        """Give the threads what is wanted and not there."""
        document, look = self._document, self.look
        if document is None or self._is_closed:
            return
        jobs = [job for sample in self._wanted if (job := self._job(document, sample, look)) is not None]
        if jobs and jobs[0].bare:
            # A hand needs longer to zoom or to paint than to go on: what it may go on to comes first.
            jobs.insert(min(len(NEAR), len(jobs) - 1), jobs.pop(0))
        with self._wake:
            self._jobs = jobs
            if jobs:
                self._start_threads(look)
                self._wake.notify_all()

    def _job(self, document: Document, sample: SampleId, look: Look) -> _Job | None:
        view, changes = self._views.get(sample), self._changes.get(sample, 0)
        if sample in self._failed or any((job.document, job.sample) == (document, sample) for job in self._running):
            return None  # its result comes first; what is still missing then is planned anew
        mask = document.mask(sample) if document.is_open(sample) else None
        live = mask.bits if mask is not None else None
        if view is None:
            # What was edited once is read from its files: the edits are theirs.
            masks = None if document.has_history(sample) else self.masks
            is_drawn = document.is_unsaved(sample, Modality.SKETCH)
            drawn = Loaded(document.sketch(sample)) if is_drawn else None
            return _Job(document, sample, look, changes, live, masks, drawn)
        if sample == self._requested:
            bare = tuple(picture for picture in view.pictures if picture.lacks_photo)
            return _Job(document, sample, look, changes, bare=bare) if bare else None
        if view.is_drawn(look):
            return None
        return _Job(
            document, sample, look, changes, redrawn=view.redrawn(look, live), drawn_from=view.picture,
            revision=_revision(view),
        )  # fmt: skip

    def _start_threads(self, look: Look) -> None:
        if not self._threads:
            meet_qt(look)
        while len(self._threads) < THREADS:
            thread = threading.Thread(target=self._work, name=f"sample-loader-{len(self._threads)}", daemon=True)
            self._threads.append(thread)
            thread.start()

    # On the threads

    def _work(self) -> None:
        while (job := self._next_job(_IDLE_S)) or not self._is_closed:
            if job is None:
                forget_spare()
                give_back()
                job = self._next_job(None)
                if job is None:
                    return
            self._do(job)
            del job  # with the photo it may have decoded: the next one can be long in coming

    def _do(self, job: _Job) -> None:
        result: SampleView | Exception | None
        try:
            result = job.run()
        except (FaceDataError, OSError) as error:
            result = error
        except Exception as error:  # the thread must live on, and the user must hear of it
            _log.exception("reading sample %s failed", job.sample)
            result = error
        self._finished.emit(job, result)

    def _next_job(self, patience_s: float | None) -> _Job | None:
        """What is to be done next; None when nothing came for so long, or nothing will."""
        with self._wake:
            while not self._is_closed:
                if self._jobs and not self._is_painting():
                    job = self._jobs.pop(0)
                    self._running.append(job)
                    return job
                if not self._wake.wait(_STROKE_POLL_S if self._jobs else patience_s) and not self._jobs:
                    return None
        return None

    def _is_painting(self) -> bool:
        """Whether a stroke is under the hand: nothing may make it wait."""
        return self._document is not None and self._document.stroke is not None

    # Back on the main thread

    def _on_finished(self, job: _Job, result: SampleView | Exception | None) -> None:
        with self._wake:
            self._running.remove(job)
        if self._is_closed or job.document is not self._document or job.sample not in self._wanted:
            return
        if job.is_void:
            self._plan()
            return
        if isinstance(result, Exception):
            self._failed.add(job.sample)
            if job.sample == self._requested:
                self.failed.emit(job.sample, str(result) or type(result).__name__)
            return
        if result is None:
            if job.sample == self._requested:
                for picture, photo in zip(job.bare, job.photos, strict=True):
                    picture.take_photo(photo)
            self._plan()
            return
        result.is_stale = self._changes.get(job.sample, 0) != job.changes
        if job.redrawn is not None:
            self._take_redrawn(job, result)
        elif job.sample not in self._views:
            assert result.loaded is not None
            job.document.admit(result.loaded)
            self._views[job.sample] = result
            if job.sample == self._requested:
                self.loaded.emit(result)
        if job.sample != self._requested and (view := self._views.get(job.sample)) is not None:
            view.thin()
        self._bound()
        self._plan()

    def _take_redrawn(self, job: _Job, drawn: SampleView) -> None:
        view = self._views.get(job.sample)
        is_as_it_was = view is not None and view.picture is job.drawn_from and _revision(view) == job.revision
        if view is not None and is_as_it_was and job.sample != self._requested and not drawn.is_stale:
            view.picture, view.sketch, view.frames = drawn.picture, drawn.sketch, drawn.frames
            view.look, view.is_stale = drawn.look, False

    def _bound(self) -> None:
        """Drop the least important samples while there are too many; nothing more is fetched then."""
        count = kept = 0
        for sample in (*self._wanted, *(self._views.keys() - set(self._wanted))):
            view = self._views.get(sample)
            if view is None:
                continue
            count, kept = count + 1, kept + view.nbytes
            if sample != self._requested and count > SAMPLES_KEPT:
                del self._views[sample]
            elif sample != self._requested and kept > BYTES_KEPT:
                del self._views[sample]
                self._wanted = tuple(s for s in self._wanted if s in self._views or s == self._requested)


def _revision(view: SampleView) -> int:
    return view.picture.revision if view.picture else 0

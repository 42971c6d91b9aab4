"""Samples decoded and composed ahead of the user, on threads of their own.

Two threads read what is wanted: the sample asked for, then its neighbours in the current order. Results that nobody
wants any more are dropped. Everything that paints or touches the document happens on the main thread; a thread only
makes values.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage

from app.document.document import Document
from app.document.loading import LoadedSample, load_sample
from app.faces.errors import FaceDataError
from app.faces.mask import Bits
from app.faces.sample import Problem, SampleId
from app.faces.store import SampleStore
from app.imaging.overlay import OverlayStyle
from app.ui.canvas.layers import ComposedPicture, image_of
from app.ui.session import Session

_log = logging.getLogger(__name__)

THREADS = 2
SAMPLES_KEPT = 9
BYTES_KEPT = SAMPLES_KEPT * 10_500_000
"""Photo, composed picture, mask and its first state of nine samples at 1024²."""


@dataclass(eq=False)
class SampleView:
    """One sample as the canvases show it. ``before`` is the mask as it was read, untouched by strokes."""

    sample: SampleId
    picture: ComposedPicture | None = None
    sketch: QImage | None = None
    before: Bits | None = None
    loaded: LoadedSample | None = None
    problems: tuple[Problem, ...] = ()
    nbytes: int = 0
    is_stale: bool = False
    """The mask changed while the sample was not on screen: compose it anew before it is shown."""

    @property
    def photo(self) -> QImage | None:
        """The photo alone."""
        return self.picture.photo if self.picture else None


def read_sample(store: SampleStore, sample: SampleId, style: OverlayStyle, live: Bits | None = None) -> SampleView:
    """Everything to show one sample, decoded and composed. Any thread; raises FaceDataError and OSError.

    ``live`` is the document's mask of a sample that is open already; it is shown instead of the one on disk.
    """
    photo, sketch = store.read_photo(sample), store.read_sketch(sample)
    loaded = load_sample(store, sample)
    view = SampleView(sample, loaded=loaded, problems=photo.problems + sketch.problems)
    mask = loaded.mask.value
    if mask is not None:
        view.before = mask.bits.copy()
    if photo.value is not None:
        bits = live if live is not None else mask.bits if mask is not None else None
        view.picture = ComposedPicture(image_of(photo.value), bits, style)
    if sketch.value is not None:
        view.sketch = image_of(sketch.value)
    view.nbytes = (
        (view.picture.nbytes if view.picture else 0)
        + (view.sketch.sizeInBytes() if view.sketch else 0)
        + (view.before.nbytes if view.before is not None else 0)
    )
    return view


def _meet_qt(style: OverlayStyle) -> None:
    """Compose a tiny picture, so that this thread is the first to use every Qt class that the readers use.

    PySide6 makes Python's half of a class at its first use, and two threads that do so at once can wait for each other
    for ever: 3 of 55 starts with 6.8.3.
    """
    photo = image_of(np.zeros((2, 2, 3), np.uint8))
    ComposedPicture(photo, np.zeros((1, 1), np.uint32), style).image(bare=False, level=1)


class SampleLoader(QObject):
    """Keeps the sample shown and its neighbours ready. Lives on the main thread; ``close`` ends its threads."""

    loaded = Signal(object)
    """A ``SampleView`` that was requested is ready; prefetched neighbours arrive silently."""
    failed = Signal(str, str)
    """The sample, and why it could not be shown."""
    _finished = Signal(object, object, object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._document: Document | None = None
        self._views: OrderedDict[SampleId, SampleView] = OrderedDict()
        self._requested: SampleId | None = None
        self._wanted: list[SampleId] = []
        self._changed: set[SampleId] = set()
        self._live: dict[SampleId, Bits] = {}
        self._reading: set[tuple[int, SampleId]] = set()
        self._style: OverlayStyle | None = None
        self._is_closed = False
        self._wake = threading.Condition()
        self._threads: list[threading.Thread] = []
        self._finished.connect(self._on_finished, Qt.ConnectionType.QueuedConnection)
        session.document_changed.connect(self._on_document_changed)
        self._on_document_changed(session.document)

    def view(self, sample: SampleId) -> SampleView | None:
        """The sample, if it is ready."""
        return self._views.get(sample)

    def forget(self, sample: SampleId) -> None:
        """Drop what is kept of a sample, so that it is read anew."""
        self._views.pop(sample, None)

    def note_change(self, sample: SampleId) -> None:
        """The mask of a sample that may not be on screen changed: compose it anew before it is shown."""
        view = self._views.get(sample)
        if view is not None:
            view.is_stale = True
        self._changed.add(sample)

    def request(self, sample: SampleId) -> None:
        """Make a sample ready and emit ``loaded``, at once if it is ready; then fetch its neighbours ahead."""
        self._requested = sample
        view = self._views.get(sample)
        if view is not None:
            self._views.move_to_end(sample)
            self.loaded.emit(view)
        near = (sample, *self._session.neighbours(sample))
        with self._wake:
            self._style = self._session.fill_style()
            self._wanted = [s for s in near if s not in self._views]
            self._live = self._live_masks()
            self._changed.intersection_update(self._wanted)
            if self._wanted:
                self._start_threads()
                self._wake.notify_all()

    def close(self) -> None:
        """End the threads; nothing is emitted any more."""
        with self._wake:
            self._is_closed = True
            self._wanted = []
            self._wake.notify_all()
        for thread in self._threads:
            thread.join()
        self._threads = []

    def _on_document_changed(self, document: Document | None) -> None:
        with self._wake:
            self._document = document
            self._wanted = []
        self._views.clear()
        self._requested = None

    def _start_threads(self) -> None:
        if not self._threads:
            _meet_qt(self._session.fill_style())
        while len(self._threads) < THREADS:
            thread = threading.Thread(target=self._work, name=f"sample-loader-{len(self._threads)}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _work(self) -> None:
        while True:
            with self._wake:
                while not (todo := self._unread()) and not self._is_closed:
                    self._wake.wait()
                if not todo:
                    return
                sample, document, style = todo[0], self._document, self._style
                assert document is not None
                assert style is not None
                live = self._live.get(sample)
                self._reading.add((id(document), sample))
            result: SampleView | Exception
            try:
                result = read_sample(document.store, sample, style, live)
            except (FaceDataError, OSError) as error:
                result = error
            except Exception as error:  # the thread must live on, and the user must hear of it
                _log.exception("reading sample %s failed", sample)
                result = error
            with self._wake:
                self._reading.discard((id(document), sample))
                if document is self._document and sample in self._wanted:
                    self._wanted.remove(sample)
            self._finished.emit(document, sample, result)

    def _live_masks(self) -> dict[SampleId, Bits]:
        document = self._document
        if document is None:
            return {}
        masks = {s: document.mask(s) for s in self._wanted if document.is_open(s)}
        return {s: mask.bits for s, mask in masks.items() if mask is not None}

    def _unread(self) -> list[SampleId]:
        return [s for s in self._wanted if (id(self._document), s) not in self._reading]

    def _on_finished(self, document: Document, sample: SampleId, result: SampleView | Exception) -> None:
        if self._is_closed or document is not self._document:
            return
        requested = self._requested
        if sample != requested and (requested is None or sample not in self._session.neighbours(requested)):
            return
        if isinstance(result, Exception):
            if sample == requested:
                self.failed.emit(sample, str(result) or type(result).__name__)
            return
        if result.loaded is not None:
            document.admit(result.loaded)
        result.is_stale = sample in self._changed
        self._keep(result)
        if sample == requested:
            self.loaded.emit(result)

    def _keep(self, view: SampleView) -> None:
        self._views[view.sample] = view
        if self._requested is not None and self._requested in self._views:
            self._views.move_to_end(self._requested)
        while sum(v.nbytes for v in self._views.values()) > BYTES_KEPT and len(self._views) > 1:
            self._views.popitem(last=False)

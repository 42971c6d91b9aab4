"""Thumbnails made as they come into view, on threads of their own, and the few hundred of them that are kept.

All 30,000 decoded would be 2 GB, so only what was on screen lately stays. A picture that is out of date (another size,
other eyes, an edited mask) is shown until its successor is there: nothing flickers.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal

from app.catalog.mask_cache import MaskCache
from app.catalog.thumbnails import ThumbnailPack
from app.document.document import Document
from app.faces.mask import Bits
from app.faces.sample import SampleId
from app.ui.canvas.layers import image_of
from app.ui.gallery.pictures import Kind, Look, Source, Thumbnail, fitting, lay_over
from app.ui.session import Session

_log = logging.getLogger(__name__)

THREADS = 2
KEPT = 600
BYTES_KEPT = 20_000_000
"""Three screens full of them at 128 pixels; what is on screen stays in any case."""
_FRAME_S = 0.016
"""What is made within a frame is shown at once: a repaint per picture costs more than the pictures."""

_Key = tuple[SampleId, Kind]


@dataclass(frozen=True, slots=True, eq=False)
class _Wish:
    sample: SampleId
    look: Look
    version: int
    live: Bits | None


@dataclass(frozen=True, slots=True, eq=False)
class _Kept:
    thumbnail: Thumbnail
    look: Look
    version: int
    nbytes: int


class Thumbnails(QObject):
    """The thumbnails of one view. Lives on the main thread; ``close`` ends its threads, which start when needed."""

    arrived = Signal(object)
    """Ids of samples whose thumbnails are there now: a list."""
    look_changed = Signal()
    """Every picture is out of date."""
    _made_some = Signal()

    def __init__(
        self, session: Session, parent: QObject | None = None, *, threads: int = THREADS, bytes_kept: int = BYTES_KEPT
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._look = Look(Kind.PHOTO, 128)
        self._kept: OrderedDict[_Key, _Kept] = OrderedDict()
        self._wanted: dict[SampleId, None] = {}
        self._bytes = 0
        self._bytes_kept = bytes_kept
        self._versions: dict[SampleId, int] = {}
        self._version_of_all = 0
        self._thread_count = threads
        self._threads: list[threading.Thread] = []
        self._wake = threading.Condition()
        self._wishes: deque[_Wish] = deque()
        self._made: list[tuple[_Wish, Thumbnail]] = []
        self._made_since = 0.0
        self._told = False
        self._in_work: set[tuple[SampleId, Look, int]] = set()
        self._source: Source | None = None
        self._is_closed = False
        self._made_some.connect(self._take, Qt.ConnectionType.QueuedConnection)
        session.document_changed.connect(self._on_document_changed)
        session.view_changed.connect(self._on_view_changed)
        self._on_document_changed(session.document)

    # How they look

    @property
    def look(self) -> Look:
        """How thumbnails are made now."""
        return self._look

    def use_packs(self, pack: ThumbnailPack | None, masks: MaskCache | None) -> None:
        """Take thumbnails and masks from these as far as they have them; until then files are decoded."""
        document = self._session.document
        with self._wake:
            self._source = Source(document.store, pack, masks) if document is not None else None
            self._forget_wishes()
        self.look_changed.emit()

    def show_as(self, kind: Kind, side: int) -> None:
        """Make thumbnails of this kind that fit into ``side`` device pixels from now on."""
        self._change_look(replace(self._look, kind=kind, side=side))

    def _on_view_changed(self) -> None:
        if self._look.kind in (Kind.BOTH, Kind.MASK):
            self._change_look(self._look)

    def _change_look(self, look: Look) -> None:
        look = replace(look, fill=None, outline=None)
        session = self._session
        style, shown = session.outline_style(), session.overlay_style
        if look.kind is Kind.MASK:
            look = replace(look, fill=replace(style, opacity=1.0, shares=(), background_visible=True))
        elif look.kind is Kind.BOTH and session.overlay_on:
            # Hatching is too fine for thumbnails, which have the outlines then.
            fill, outline = shown in ("fill", "both"), shown != "fill"
            look = replace(look, fill=style if fill else None, outline=style if outline else None)
        if look != self._look:
            self._look = look
            self.look_changed.emit()

    # What is there

    def get(self, sample: SampleId) -> Thumbnail | None:
        """The thumbnail to be shown now: the right one, else one that is out of date, else None."""
        kept = self._kept.get((sample, self._look.kind))
        return None if kept is None else kept.thumbnail

    def want(self, samples: Iterable[SampleId]) -> None:
        """Make the thumbnails of these in this order, as far as they are not there; what else was wanted is not."""
        document, look = self._session.document, self._look
        if document is None or self._source is None or self._is_closed:
            return
        wishes = []
        self._wanted = dict.fromkeys(samples)
        for sample in self._wanted:
            kept = self._kept.get((sample, look.kind))
            if kept is not None:
                self._kept.move_to_end((sample, look.kind))
            if self._is_right(kept, sample):
                continue
            version = self._version(sample)
            if (sample, look, version) not in self._in_work:
                wishes.append(_Wish(sample, look, version, self._live(document, sample)))
        with self._wake:
            self._wishes = deque(wishes)
            if self._made and not self._told:
                # Who made the last one thought that others were to come.
                self._told = True
                self._made_some.emit()
            if wishes:
                self._start_threads()
                self._wake.notify_all()

    def has_all(self, samples: Iterable[SampleId]) -> bool:
        """Whether the thumbnails of all these are there and up to date."""
        return all(self._is_right(self._kept.get((s, self._look.kind)), s) for s in samples)

    def drop_unseen(self) -> None:
        """Keep only what was wanted last: while nobody looks, the rest of what was scrolled past is not needed."""
        for key in [key for key in self._kept if key[0] not in self._wanted or key[1] is not self._look.kind]:
            self._bytes -= self._kept.pop(key).nbytes

    def forget_all(self) -> None:
        """Nothing is kept any more."""
        self._kept.clear()
        self._bytes = 0

    def note_changes(self, samples: Iterable[SampleId] | None) -> None:
        """The files or the masks of these samples (None: of any) are not what they were: their pictures are made anew.

        Until they are, the old ones are shown.
        """
        if samples is None:
            self._version_of_all += 1
        for sample in samples or ():
            self._versions[sample] = self._versions.get(sample, 0) + 1
        self.look_changed.emit()

    def close(self) -> None:
        """End the threads; nothing arrives any more."""
        with self._wake:
            self._is_closed = True
            self._wishes.clear()
            self._wake.notify_all()
        for thread in self._threads:
            thread.join()
        self._threads = []

    def _is_right(self, kept: _Kept | None, sample: SampleId) -> bool:
        return kept is not None and kept.look == self._look and kept.version == self._version(sample)

    def _version(self, sample: SampleId) -> int:
        """Higher after every change of the sample, or of all."""
        return self._versions.get(sample, 0) + self._version_of_all

    def _live(self, document: Document, sample: SampleId) -> Bits | None:
        if self._look.kind not in (Kind.BOTH, Kind.MASK) or not document.is_open(sample):
            return None
        mask = document.mask(sample)
        return None if mask is None else mask.bits

    def _on_document_changed(self, document: Document | None) -> None:
        with self._wake:
            self._source = Source(document.store) if document is not None else None
            self._forget_wishes()
        self.forget_all()
        self._versions.clear()
        self._change_look(self._look)

    def _forget_wishes(self) -> None:
        self._wishes.clear()
        self._made.clear()
        self._in_work.clear()

    # The threads

    def _start_threads(self) -> None:
        if not self._threads:
            _meet_qt(self._session)
        while len(self._threads) < self._thread_count:
            thread = threading.Thread(target=self._work, name=f"thumbnails-{len(self._threads)}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _work(self) -> None:
        while True:
            with self._wake:
                while not self._wishes and not self._is_closed:
                    self._wake.wait()
                if self._is_closed:
                    return
                wish, source = self._wishes.popleft(), self._source
                assert source is not None
                self._in_work.add((wish.sample, wish.look, wish.version))
            try:
                thumbnail = source.thumbnail(wish.sample, wish.look, wish.live)
            except Exception as error:  # the thread must live on, and the picture say that there is none
                _log.exception("the thumbnail of sample %s failed", wish.sample)
                thumbnail = Thumbnail(None, str(error) or type(error).__name__)
            with self._wake:
                if source is not self._source or self._is_closed:
                    continue
                now = time.monotonic()
                if not self._made:
                    self._made_since = now
                self._made.append((wish, thumbnail))
                tell = not self._told and (not self._wishes or now - self._made_since > _FRAME_S)
                self._told = self._told or tell
            if tell:
                self._made_some.emit()

    def _take(self) -> None:
        """What the threads have made is there from now on."""
        with self._wake:
            made, self._made, self._told = self._made, [], False
            self._in_work.difference_update((wish.sample, wish.look, wish.version) for wish, _ in made)
        arrived = []
        for wish, thumbnail in made:
            key = (wish.sample, wish.look.kind)
            old = self._kept.get(key)
            if self._is_right(old, wish.sample):
                continue  # begun before the one that is right, and ended after it
            self._kept.pop(key, None)
            nbytes = 200 if thumbnail.image is None else thumbnail.image.sizeInBytes()
            self._kept[key] = _Kept(thumbnail, wish.look, wish.version, nbytes)
            self._bytes += nbytes - (old.nbytes if old is not None else 0)
            arrived.append(wish.sample)
        while self._bytes > self._bytes_kept or len(self._kept) > KEPT:
            sample, kind = next(iter(self._kept))
            if kind is self._look.kind and sample in self._wanted:
                break  # a large screen shows more than that: they are all needed
            self._bytes -= self._kept.pop((sample, kind)).nbytes
        if arrived:
            self.arrived.emit(arrived)


def _meet_qt(session: Session) -> None:
    """Make a tiny picture of every kind, so that this thread is the first to use every Qt class the others use.

    PySide6 makes Python's half of a class at its first use, and two threads that do so at once can wait for each other
    for ever (see ``background``).
    """
    style = session.outline_style()
    picture = fitting(image_of(np.zeros((4, 4, 3), np.uint8)), 2)
    lay_over(picture, np.zeros((4, 4), np.uint32), Look(Kind.BOTH, 2, style, style))

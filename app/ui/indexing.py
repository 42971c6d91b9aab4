"""The index beside the window: read in the background, told in the status bar, paused and begun anew on request.

What is read becomes visible through ``news``: at once when it is done, and every second while it goes on.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.catalog.mask_cache import MaskCache
from app.catalog.thumbnails import ThumbnailPack
from app.workbench.indexing import BackgroundIndexing, IndexProgress, IndexState

if TYPE_CHECKING:
    from app.catalog.places import CatalogPlaces
    from app.faces.sample import SampleId
    from app.faces.store import SampleStore

NEWS_EVERY_MS = 1000
_AGAIN_AFTER_MS = 400


class Indexing(QObject):
    """One per window; ``open`` and ``close`` with the dataset."""

    changed = Signal()
    """How far it is."""
    news = Signal()
    """More is known: the catalog has something to pull."""
    packs_changed = Signal()
    """Other files hold thumbnails and masks now."""
    _told = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work: BackgroundIndexing | None = None
        self._store: SampleStore | None = None
        self._places: CatalogPlaces | None = None
        self.masks: MaskCache | None = None
        self.thumbnails: ThumbnailPack | None = None
        self.progress = IndexProgress()
        self._changed: dict[SampleId, None] = {}
        self._told.connect(self._on_told, Qt.ConnectionType.QueuedConnection)
        self._news = _single_shot(self, NEWS_EVERY_MS)
        self._news.timeout.connect(self.news)
        self._again = _single_shot(self, _AGAIN_AFTER_MS)
        self._again.timeout.connect(self._on_again)

    def open(self, store: SampleStore, places: CatalogPlaces, *, first: Sequence[SampleId], begin: bool) -> None:
        """Index this dataset, now (``begin``) or when it is asked for; those ``first`` before the others."""
        self._store, self._places = store, places
        self.masks, self.thumbnails = MaskCache(places.masks), ThumbnailPack(places.thumbnails)
        self.packs_changed.emit()
        work = self._work = BackgroundIndexing(
            store, places, on_progress=lambda progress: self._told.emit(self._work, progress)
        )
        self.progress = work.progress
        if begin:
            work.start(first)
        self.changed.emit()

    def close(self) -> None:
        """No dataset any more; what was read is kept."""
        self._news.stop()
        self._again.stop()
        self._changed.clear()
        work, self._work = self._work, None
        if work is not None:
            work.close()
        self._let_packs_go()
        self._store = self._places = None
        self.progress = IndexProgress()
        self.changed.emit()

    def _let_packs_go(self) -> None:
        masks, thumbnails = self.masks, self.thumbnails
        self.masks = self.thumbnails = None
        self.packs_changed.emit()
        for pack in (masks, thumbnails):
            if pack is not None:
                pack.close()

    # What the user may want

    @property
    def is_running(self) -> bool:
        """Whether something is being read, or was paused while it was."""
        return self.progress.state in (IndexState.RUNNING, IndexState.PAUSED)

    @property
    def is_paused(self) -> bool:
        """Whether it waits."""
        return self.progress.state is IndexState.PAUSED

    def flip_pause(self) -> None:
        """Pause, or go on."""
        if self._work is not None:
            self._work.resume() if self.is_paused else self._work.pause()

    def start(self, first: Sequence[SampleId]) -> None:
        """Read whatever is not known or not true any more."""
        if self._work is not None:
            self._work.resume()
            self._work.start(first)

    def rebuild(self, first: Sequence[SampleId]) -> None:
        """Throw away all that was read, and read it again."""
        store, places = self._store, self._places
        if store is None or places is None:
            return
        self.close()
        for file in (places.catalog, places.masks, places.thumbnails):
            for name in (file.name, f"{file.name}-wal", f"{file.name}-shm"):
                with contextlib.suppress(OSError):
                    file.with_name(name).unlink()
        self.open(store, places, first=first, begin=True)

    def again(self, samples: Iterable[SampleId] | None) -> None:
        """The files of these samples are not what they were (None: of any); they are read again soon."""
        if self._work is None:
            return
        if samples is None:
            self._work.again(None)
        else:
            self._changed.update(dict.fromkeys(samples))
            self._again.start()

    def _on_again(self) -> None:
        changed, self._changed = tuple(self._changed), {}
        if self._work is not None and changed:
            self._work.again(changed)

    # What is told

    def text(self) -> str:
        """``Reading captions: 12,340 of 30,000 · 3 min left``; empty when nothing is going on."""
        progress = self.progress
        if not self.is_running:
            return ""
        parts = {
            "tables": self.tr("Reading tables"),
            "captions": self.tr("Indexing captions"),
            "thumbnails": self.tr("Making thumbnails"),
            "contents": self.tr("Indexing masks"),
        }
        what = parts.get(progress.part, self.tr("Indexing"))
        text = what
        if progress.total > 1:
            text = self.tr("{what}: {done} of {total}").format(
                what=what, done=f"{progress.done:,}", total=f"{progress.total:,}"
            )
        if self.is_paused:
            return self.tr("{text} · paused").format(text=text)
        rest = _time(self, progress.remaining_s)
        return f"{text} · {rest}" if rest else text

    def details(self) -> str:
        """The same with the rate, and what could not be read."""
        progress = self.progress
        lines = [self.text()]
        if progress.rate >= 1:
            lines.append(self.tr("{rate} samples a second").format(rate=f"{progress.rate:,.0f}"))
        if progress.problems:
            lines.append(self.tr("{count} could not be read as they should").format(count=f"{progress.problems:,}"))
        lines.append(self.tr("Search works meanwhile. Click to go on.") if self.is_paused else self.tr(
            "Search works meanwhile. Click to pause."
        ))  # fmt: skip
        return "\n".join(lines)

    def _on_told(self, work: BackgroundIndexing | None, progress: IndexProgress) -> None:
        if work is not self._work or work is None:
            return
        before, self.progress = self.progress, progress
        if progress.state is IndexState.RUNNING and progress.done:
            if not self._news.isActive():
                self._news.start()
        elif before.state is not progress.state:
            self._news.stop()
            self.news.emit()
        self.changed.emit()


def _time(parent: QObject, seconds: float | None) -> str:
    if seconds is None or seconds < 2:
        return ""
    if seconds < 90:
        return parent.tr("{count} s left").format(count=round(seconds))
    if seconds < 5400:
        return parent.tr("{count} min left").format(count=round(seconds / 60))
    return parent.tr("{count} h left").format(count=round(seconds / 3600))


def _single_shot(parent: QObject, pause_ms: int) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(pause_ms)
    return timer

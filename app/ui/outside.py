"""What other programs do to the dataset while it is open: taken in, shown everywhere, told calmly.

A watch notices files that come, go or change. Names are listed anew beside the window; what is open is read anew by
the document, which never gives up unsaved edits; list, thumbnails and index follow.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication

from app.catalog.catalog import Catalog
from app.document.reloading import OutsideChange
from app.ui.job import Job
from app.ui.messages import Banners, Choice, sentence
from app.workbench.watch import DatasetWatch, WatchedChange

if TYPE_CHECKING:
    from app.catalog.places import CatalogPlaces
    from app.document.document import Document
    from app.faces.sample import SampleId
    from app.faces.store import SampleStore
    from app.ui.background import SampleLoader
    from app.ui.session import Session

_OURS_FOR_S = 5.0
"""A file that we saved is noticed like any other; for so long after a save it is not told as somebody else's."""
_RETRY_MS = 1000
_LIST_AGAIN_MS = 2000
_NAMED = 3
_CONFLICT = "dataset.outside.conflict"


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What differs now: samples to be looked at anew (None: any), and whether samples came or went.

    ``drawn_anew`` are those whose pictures may be others (None: any): a row of a table is in no picture.
    """

    samples: tuple[SampleId, ...] | None
    drawn_anew: tuple[SampleId, ...] | None
    listing_changed: bool


class Outside(QObject):
    """One per window; ``open`` and ``close`` with the dataset."""

    coming = Signal()
    """Values are about to be read anew: what was typed and not taken yet is to be taken first."""
    taken_in = Signal(object)
    """A ``TakenIn``: list, thumbnails and index are to follow."""
    _noticed = Signal(object, object)

    def __init__(self, session: Session, loader: SampleLoader, banners: Banners, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._loader = loader
        self._banners = banners
        self._document: Document | None = None
        self._places: CatalogPlaces | None = None
        self._watch: DatasetWatch | None = None
        self._job: Job | None = None
        self._waiting = WatchedChange()
        self._saved: dict[SampleId, float] = {}
        self._conflicting: set[SampleId] = set()
        self._is_unlisted = False
        self._listing_again = QTimer(self)
        self._listing_again.setSingleShot(True)
        self._listing_again.setInterval(_LIST_AGAIN_MS)
        self._listing_again.timeout.connect(self._go_on)
        self._noticed.connect(self._on_noticed, Qt.ConnectionType.QueuedConnection)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.applicationStateChanged.connect(self._on_state)

    @property
    def watch(self) -> DatasetWatch | None:
        """Who notices; None while no dataset is open."""
        return self._watch

    def open(self, document: Document, places: CatalogPlaces) -> None:
        """Watch this dataset."""
        self._document, self._places = document, places
        self._watch = watch = DatasetWatch(document.store, lambda change: self._noticed.emit(document, change))
        if watch.notice is not None:
            self._banners.show_message("dataset.watch", sentence(watch.notice))

    def close(self) -> None:
        """No dataset any more."""
        watch, self._watch = self._watch, None
        self._document = self._places = None
        self._waiting = WatchedChange()
        self._is_unlisted = False
        self._listing_again.stop()
        self._saved.clear()
        self._conflicting.clear()
        if watch is not None:
            watch.close()
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def note_save(self, sample: SampleId, *, is_done: bool = False) -> None:
        """We write this sample's files, or have written them: then no version is left to be decided for."""
        self._saved[sample] = time.monotonic()
        if is_done and sample in self._conflicting:
            self._conflicting.discard(sample)
            if not self._conflicting:
                self._banners.solve(_CONFLICT)

    # Taking in

    def _on_noticed(self, document: Document, change: WatchedChange) -> None:
        if document is not self._document:
            return
        self._wait_for(change)
        self._go_on()

    def _wait_for(self, change: WatchedChange) -> None:
        before = self._waiting
        self._waiting = WatchedChange(
            tuple(dict.fromkeys((*before.samples, *change.samples))),
            before.listing_changed or change.listing_changed,
            before.tables_changed or change.tables_changed,
            before.too_many or change.too_many,
        )

    def _go_on(self) -> None:
        """Take in what waits; what needs the names listed anew does that first, beside the window."""
        document, places = self._document, self._places
        if document is None or places is None or self._job is not None or not self._waiting:
            return
        if document.stroke is not None or document.saving():
            QTimer.singleShot(_RETRY_MS, self, self._go_on)
            return
        change, self._waiting = self._waiting, WatchedChange()
        if not (change.listing_changed or change.tables_changed):
            self._take(document, change, None)
            return
        job = self._job = Job(lambda _: _listed_anew(document.store, places), self)
        job.finished.connect(lambda fresh: self._on_listed(job, document, change, fresh))
        job.failed.connect(lambda reason: self._on_not_listed(job, change, reason))
        job.start()

    def _on_listed(self, job: Job, document: Document, change: WatchedChange, fresh: SampleStore) -> None:
        job.close()
        if job is not self._job:
            return
        self._job = None
        if self._is_unlisted:
            self._is_unlisted = False
            self._banners.solve("dataset.unlisted")
        self._take(document, change, fresh)
        self._go_on()

    def _on_not_listed(self, job: Job, change: WatchedChange, reason: str) -> None:
        """A folder that is being put in place, or is gone: what changed waits until it can be listed again."""
        job.close()
        if job is not self._job:
            return
        self._job = None
        self._wait_for(change)
        self._listing_again.start()
        if not self._is_unlisted:
            self._is_unlisted = True
            text = self.tr("The dataset cannot be listed at the moment: {reason} What is open stays open.")
            self._banners.show_message("dataset.unlisted", text.format(reason=sentence(reason)), kind="warning")

    def _take(self, document: Document, change: WatchedChange, fresh: SampleStore | None) -> None:
        self.coming.emit()
        before, tables = document.store.sample_ids, document.store.tables
        shown, order = self._session.sample, self._session.order
        if fresh is not None:
            document.store.adopt(fresh)
        after = document.store.sample_ids
        added: frozenset[SampleId] = frozenset()
        removed = added
        if after is not before and tuple(after) != tuple(before):
            added, removed = frozenset(after) - frozenset(before), frozenset(before) - frozenset(after)
        change = replace(change, tables_changed=change.tables_changed or document.store.tables != tables)
        is_any = change.too_many or change.tables_changed
        looked = (*before, *added) if is_any else (*change.samples, *removed)
        kept = set(document.unsaved())
        outcome = document.reloading.take_outside(looked)
        if shown is not None and shown in removed:
            self._leave(shown, order, removed, is_kept=shown in kept)
        self._forget_old_saves()
        self._read_anew([s for s in looked if s not in self._saved or s in outcome.reloaded], removed)
        drawn_anew = None if change.too_many else (*change.samples, *removed)
        listing_changed = bool(added or removed or fresh is not None)
        self.taken_in.emit(TakenIn(None if is_any else tuple(looked), drawn_anew, listing_changed))
        self._tell(change, outcome, added, removed)

    def _read_anew(self, samples: Iterable[SampleId], removed: frozenset[SampleId]) -> None:
        """Pictures decoded before are of no use; the sample on screen is read at once."""
        shown = self._session.sample
        is_shown = False
        for sample in samples:
            self._loader.forget(sample)
            is_shown = is_shown or sample == shown
        if is_shown and shown is not None and shown not in removed:
            self._loader.request(shown)

    def _forget_old_saves(self) -> None:
        now = time.monotonic()
        self._saved = {sample: at for sample, at in self._saved.items() if now - at < _OURS_FOR_S}

    def _leave(
        self, shown: SampleId, order: Iterable[SampleId], removed: frozenset[SampleId], *, is_kept: bool
    ) -> None:
        """The sample on screen is gone: on to the nearest one that is there, and say what became of the edits."""
        listed = list(order)
        place = listed.index(shown) if shown in listed else 0
        near = [*listed[place:], *reversed(listed[:place])]
        there = next((sample for sample in near if sample not in removed), None)
        text = self.tr("Sample {sample} was removed by another program.").format(sample=shown)
        if is_kept:
            text += " " + self.tr("Your edits of it are kept in the edit log.")
        self._banners.show_message("dataset.gone", text, kind="warning")
        self._session.sample = there

    # Telling

    def _tell(
        self,
        change: WatchedChange,
        outcome: OutsideChange,
        added: frozenset[SampleId],
        removed: frozenset[SampleId],
    ) -> None:
        others = [s for s in change.samples if s not in self._saved and s not in added and s not in removed]
        parts = []
        if added:
            parts.append(_counted(self.tr("added 1 sample"), self.tr("added {count} samples"), len(added)))
        if removed:
            parts.append(_counted(self.tr("removed 1 sample"), self.tr("removed {count} samples"), len(removed)))
        if change.too_many:
            parts.append(self.tr("changed many files"))
        elif others:
            parts.append(_counted(self.tr("changed 1 sample"), self.tr("changed {count} samples"), len(others)))
        if change.tables_changed and not self._saved:
            parts.append(self.tr("changed attributes or poses"))
        if parts:
            text = self.tr("Another program {did}. The window shows what is there now.").format(did=", ".join(parts))
            self._banners.show_message("dataset.outside", text)
        if outcome.conflicting:
            self._tell_conflict(outcome.conflicting)

    def _tell_conflict(self, samples: tuple[SampleId, ...]) -> None:
        self._conflicting.update(samples)
        named = ", ".join(samples[:_NAMED]) + (" …" if len(samples) > _NAMED else "")
        text = self.tr(
            "Another program changed files of {samples} that you have unsaved edits of. Your edits are kept; saving"
            " asks which version counts."
        ).format(samples=named)
        show = Choice(self.tr("Show"), lambda: self._session.goto(samples[0]), keeps_banner=True)
        self._banners.show_message(_CONFLICT, text, kind="warning", choices=[show])

    def _on_state(self, state: Qt.ApplicationState) -> None:
        """Somebody comes back to the window: marks may have been made elsewhere meanwhile."""
        if state == Qt.ApplicationState.ApplicationActive and self._document is not None:
            self._document.marks.look()


def _listed_anew(store: SampleStore, places: CatalogPlaces) -> SampleStore:
    """The store's folder listed again, and the catalog knowing its samples."""
    fresh = store.rescanned()
    with Catalog.open(places) as catalog:
        catalog.take_names(fresh)
    return fresh


def _counted(one: str, several: str, count: int) -> str:
    return one if count == 1 else several.format(count=f"{count:,}")

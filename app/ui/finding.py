"""What the checks find in the open dataset: looked for beside the window when somebody asks, and where to go next.

Only files are looked at: of a sample with unsaved edits nothing is known until they are saved, and what was found in a
sample before it changed counts no more. Nobody is told that nothing is wrong before all were looked at.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from app.faces.sample import SampleId
from app.ui.job import Job
from app.ui.messages import Banners, Choice

if TYPE_CHECKING:
    from app.document.changes import Change
    from app.document.document import Document
    from app.jobs import Progress
    from app.ui.search.listing import Listing
    from app.ui.session import Session
    from app.workbench.findings import Looked

BANNER = "dataset.findings"
FEW = 300
"""So many are looked at without asking: that takes seconds."""
_AGAIN_MS = 700
_MIRROR_MS = 150
"""A bulk edit tells of its samples one by one, and the catalog is told of all samples every time."""
_TELL_S = 1.0


class Findings(QObject):
    """One per window; ``open`` and ``close`` with the dataset. Nobody looks before somebody asks."""

    changed = Signal()
    """Other samples have findings, or more were looked at."""
    told = Signal(str)
    """What is wrong with the sample that was gone to, in a line."""
    _told = Signal(object, object)

    def __init__(self, session: Session, listing: Listing, banners: Banners, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._listing = listing
        self._banners = banners
        self._document: Document | None = None
        self._looked: dict[SampleId, Looked] = {}
        self._kept: Mapping[SampleId, Looked] = {}
        self._changed_meanwhile: set[SampleId] = set()
        self._job: Job | None = None
        self._is_wanted = self._is_whole = False
        self._goes_by = 0
        self._said_at = 0.0
        self._again = QTimer(self)
        self._again.setSingleShot(True)
        self._again.setInterval(_AGAIN_MS)
        self._again.timeout.connect(self._go_on)
        self._mirror_soon = QTimer(self)
        self._mirror_soon.setSingleShot(True)
        self._mirror_soon.setInterval(_MIRROR_MS)
        self._mirror_soon.timeout.connect(self._mirror)
        self._told.connect(self._on_told, Qt.ConnectionType.QueuedConnection)

    # Opening and closing

    def open(self, document: Document) -> None:
        """What is wrong with this dataset may be asked."""
        self._document = document
        document.marks.subscribe(lambda _: self._mirror())

    def close(self) -> None:
        """No dataset any more; what was found is kept."""
        self._stop()
        self._document = None
        self._looked, self._kept = {}, {}
        self._is_wanted = self._is_whole = False

    # What the user may want

    @property
    def is_looking(self) -> bool:
        """Whether somebody looks now."""
        return self._job is not None

    def want(self) -> None:
        """A search asks what was found: look at a few, or at many once it is agreed to."""
        if self._document is not None and not self._is_wanted:
            from app.workbench.findings import kept_findings

            self._is_wanted = True
            assert self._listing.catalog is not None
            self._kept = kept_findings(self._listing.catalog)
            self._is_whole = len(self._document.store.sample_ids) <= FEW
            self._go_on()

    def look_at_all(self) -> None:
        """Look at every sample that was not looked at as it is now."""
        self.want()
        self._is_whole = True
        self._go_on()
        if self._document is not None and not self.is_looking:
            self._say_what_there_is()

    def go(self, by: int) -> None:
        """On to the next sample (``by`` 1, or −1: back) that has something wrong with it, once that is known."""
        document = self._document
        if document is None:
            return
        self.want()
        order, here = self._session.order, self._session.sample
        place = self._session.place(here) if here is not None else None
        begin = -1 if place is None and by > 0 else 0 if place is None else place
        for step in range(1, len(order) + 1):
            sample = order[(begin + by * step) % len(order)]
            if sample != here and self._is_wrong(document, sample):
                self._goes_by = 0
                self._session.goto(sample)
                self.told.emit(self._what_is_wrong(document, sample))
                return
        if self.is_looking:
            self._goes_by = by
        elif self._unknown(document):
            self._goes_by = by
            self._offer(document)
        else:
            self._say_what_there_is()

    def _is_wrong(self, document: Document, sample: SampleId) -> bool:
        from app.workbench.findings import has_trouble

        looked = self._looked.get(sample)
        return looked is not None and has_trouble(looked, document.marks.review(sample).dismissed)

    def _what_is_wrong(self, document: Document, sample: SampleId) -> str:
        from app.workbench.findings import troubles

        dismissed = document.marks.review(sample).dismissed
        what = "; ".join(check.title for check in troubles(self._looked[sample], dismissed))
        return self.tr("Sample {sample}: {what}").format(sample=sample, what=what)

    # What changes

    def note_changes(self, changes: Iterable[Change]) -> None:
        """Edited samples are not what was looked at."""
        self.forget({change.sample for change in changes if not change.in_progress})

    def forget(self, samples: Collection[SampleId] | None) -> None:
        """The values of these samples (None: of any) may be others: what was found in them counts no more."""
        if self._document is None or not self._is_wanted:
            return
        gone = tuple(self._looked) if samples is None else tuple(sample for sample in samples if sample in self._looked)
        self._changed_meanwhile.update(self._document.store.sample_ids if samples is None else samples)
        if samples is None:  # what still holds need not be looked for again
            self._kept = dict(self._looked)
        for sample in gone:
            del self._looked[sample]
        if gone and not self._mirror_soon.isActive():
            self._mirror_soon.start()
        self._again.start()

    # Looking

    def _unknown(self, document: Document) -> tuple[SampleId, ...]:
        """The samples that can be looked at and were not."""
        unsaved = set(document.unsaved())
        return tuple(s for s in document.store.sample_ids if s not in self._looked and s not in unsaved)

    def _go_on(self) -> None:
        document = self._document
        if document is None or not self._is_wanted or self._job is not None:
            return
        samples = self._unknown(document)
        only_known = not self._is_whole and len(samples) > FEW
        if only_known:
            samples = tuple(sample for sample in samples if sample in self._kept)
        if not samples:
            if only_known:
                self._offer(document)
            return
        self._changed_meanwhile.clear()
        known, store = dict(self._kept), document.store

        def look(progress: Progress) -> None:
            from app.workbench.children import NICEST
            from app.workbench.findings import look_through

            found: dict[SampleId, Looked] = {}
            told_at = time.monotonic()

            def tell(sample: SampleId, one: Looked) -> None:
                nonlocal found, told_at
                found[sample] = one
                if time.monotonic() - told_at > _TELL_S:
                    self._told.emit(job, found)
                    found, told_at = {}, time.monotonic()

            look_through(store, samples, known, only_known=only_known, nice=NICEST, progress=progress, tell=tell)
            self._told.emit(job, found)

        job = self._job = Job(look, self)
        job.progressed.connect(lambda done, total, _: self._say_progress(done, total))
        for end in (job.finished, job.failed):
            end.connect(lambda _: self._on_ended(job, samples, is_whole=not only_known))
        job.stopped.connect(lambda: self._on_ended(job, (), is_whole=False))
        self._said_at = time.monotonic()
        job.start()

    def _stop(self) -> None:
        job, self._job = self._job, None
        self._again.stop()
        self._goes_by = 0
        if job is not None:
            job.cancel()
            self._keep()
        self._banners.solve(BANNER)

    def _on_told(self, job: Job, found: Mapping[SampleId, Looked]) -> None:
        if job is not self._job or self._document is None:
            return
        passed_over = self._changed_meanwhile.union(self._document.unsaved())
        self._looked.update({sample: one for sample, one in found.items() if sample not in passed_over})
        self._mirror()
        if self._goes_by and any(self._is_wrong(self._document, sample) for sample in found):
            self.go(self._goes_by)

    def _on_ended(self, job: Job, samples: Collection[SampleId], *, is_whole: bool) -> None:
        job.close()
        if job is not self._job or self._document is None:
            return
        self._job = None
        self._banners.solve(BANNER)
        self._keep()
        self._kept = {}
        rest = set(self._unknown(self._document))
        if not is_whole and samples and rest:
            self._offer(self._document)
        elif rest - set(samples) or rest & self._changed_meanwhile:
            self._again.start()
        elif self._goes_by:
            self._goes_by = 0
            self._say_what_there_is()

    def _keep(self) -> None:
        if self._listing.catalog is not None and self._looked:
            from app.workbench.findings import keep_findings

            keep_findings(self._listing.catalog, self._looked)

    def _mirror(self) -> None:
        """The catalog knows what was found and not let stand."""
        self._mirror_soon.stop()
        catalog, document = self._listing.catalog, self._document
        if catalog is None or document is None or not self._is_wanted:
            return
        from app.workbench.findings import check_names, standing

        found = standing(self._looked, lambda sample: document.marks.review(sample).dismissed)
        catalog.mirror_findings(found, check_names())
        self._listing.changed()
        self.changed.emit()

    # What is said

    def _offer(self, document: Document) -> None:
        count = len(self._unknown(document))
        text = self.tr("{count} samples were not looked at yet: what is wrong with them is not known.")
        again = Choice(self.tr("Look at all samples now"), self.look_at_all)
        self._banners.show_message(BANNER, text.format(count=f"{count:,}"), choices=[again])

    def _say_progress(self, done: int, total: int) -> None:
        now = time.monotonic()
        if self._job is not None and now - self._said_at > _TELL_S:
            self._said_at = now
            text = self.tr("Looking for contradictions: {done} of {total} samples.")
            text = text.format(done=f"{done:,}", total=f"{total:,}")
            self._banners.show_message(BANNER, text, choices=[Choice(self.tr("Stop"), self._stop)], lasting=True)

    def _say_what_there_is(self) -> None:
        assert self._document is not None
        document = self._document
        wrong = [sample for sample in self._session.order if self._is_wrong(document, sample)]
        if not wrong:
            text = self.tr("Nothing is wrong in the samples listed.")
            if unknown := len(self._unknown(document)):
                text += " " + self.tr("{count} could not be looked at.").format(count=f"{unknown:,}")
            if unsaved := len(document.unsaved()):
                text += " " + self.tr("{count} with unsaved edits count once they are saved.").format(count=unsaved)
            self._banners.show_message(BANNER, text)
        elif wrong == [self._session.sample]:
            text = self.tr("Of the samples listed, this one alone has something wrong with it.")
            self._banners.show_message(BANNER, text)
        else:
            find = Choice(self.tr("List them"), lambda: self._listing.show_query("has:findings"))
            text = self.tr("{count} samples have something wrong with them.").format(count=f"{len(wrong):,}")
            self._banners.show_message(BANNER, text, choices=[find])

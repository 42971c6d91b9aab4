"""Which samples are listed: the search over the catalog, its hits as the window's order, facets and badges.

The document owns the marks and edits, the catalog only mirrors them; what is mirrored, indexed or changed by other
programs runs the search anew by itself. Then the list may move under the hand, with one exception: the sample on screen
keeps its place until it is left, so that "next" goes where the eye expects it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal

from app.catalog.catalog import Catalog
from app.catalog.columns import Rows
from app.catalog.places import CatalogPlaces
from app.catalog.query import Hits, active_terms, parse, search, toggle_term
from app.catalog.query.syntax import Caption
from app.faces.errors import QueryError
from app.faces.sample import SampleId
from app.faces.store import SampleStore
from app.ui.gallery.model import Badges
from app.ui.messages import sentence
from app.ui.search.groups import facet_groups

if TYPE_CHECKING:
    from app.document.document import Document
    from app.ui.panels.gallery import GalleryPanel
    from app.ui.session import Session

LIVE_AFTER_MS = 120
"""What changed by itself runs the search anew after this pause; a burst of changes runs it once."""
_FACETS_AFTER_MS = 30


class Listing(QObject):
    """Joins session, document, catalog and gallery panel. ``catalog`` is None while no dataset is open."""

    hits_changed = Signal()
    """Other samples are listed, or in another order."""
    findings_wanted = Signal()
    """The search asks what checks found, and not all samples were looked at."""
    renewed = Signal()
    """The catalog was deleted or broke and had to be begun anew: what was indexed is to be indexed again."""

    def __init__(self, session: Session, panel: GalleryPanel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._panel = panel
        self.catalog: Catalog | None = None
        self.text = ""
        """What is searched for; the last text that could be understood."""
        self.unknown = 0
        """How many samples could not be judged, since they are not indexed yet."""
        self._hint = ""
        self._asks_findings = False
        self._rows: Rows | None = None
        self._kept: SampleId | None = None
        self._unsaved: frozenset[SampleId] = frozenset()
        self._renewals = 0
        self._live = _single_shot(self, LIVE_AFTER_MS, self._search_again)
        self._facets = _single_shot(self, _FACETS_AFTER_MS, self._count_facets)
        panel.model.use_badges(self._badges)
        panel.bar.field.query_changed.connect(self.search_for)
        panel.facets.toggled.connect(self._toggle)
        session.sample_changed.connect(self._on_sample_changed)

    # Opening and closing

    @property
    def document(self) -> Document | None:
        """The open dataset."""
        return self._session.document

    def open(self, document: Document, catalog: Catalog | None = None) -> None:
        """List the samples of this dataset; the catalog has whatever is known of them by now."""
        if catalog is None:
            catalog = Catalog.open(CatalogPlaces.of(document.store.root))
            catalog.take_names(document.store)
        self.catalog = catalog
        self._renewals = catalog.renewals
        catalog.mirror_reviews(document.marks.reviews())
        self.mirror_edits(document)
        self.search_for("")
        self.list_all()

    def close(self) -> None:
        """No dataset any more."""
        self._live.stop()
        self._facets.stop()
        if self.catalog is not None:
            self.catalog.close()
            self.catalog = None
        self.text, self.unknown, self._rows, self._kept = "", 0, None, None
        self._unsaved = frozenset()
        self._panel.bar.field.setText("")
        self._panel.bar.field.flush()
        self._panel.bar.clear_problem()
        self._panel.model.show(())
        self._panel.facets.facets.show_groups((), 0)

    @property
    def store(self) -> SampleStore | None:
        """The files of the open dataset."""
        return self.document.store if self.document is not None else None

    # Searching

    @property
    def hits(self) -> Sequence[SampleId]:
        """The samples listed, in order."""
        return self._panel.model.ids

    def search_for(self, text: str) -> None:
        """List the samples that this holds for; what cannot be understood is underlined and changes nothing."""
        if self.catalog is None:
            return
        self._kept = None
        try:
            ids, rows, unknown = self._found(text)
        except QueryError as error:
            self._panel.bar.show_problem(sentence(str(error)), error.start, error.end)
            return
        self.text = text
        self._panel.bar.clear_problem()
        self._show(ids, rows, unknown)

    def list_all(self) -> None:
        """The search is for nothing, or its result is to be made anew: list what there is."""
        self._show(*self._found(self.text))

    def show_query(self, text: str) -> None:
        """Search for this, and say so in the search line."""
        self._panel.bar.field.show_query(text)

    def changed(self) -> None:
        """Something that a search may be about is not what it was; the search runs anew soon."""
        if self.catalog is not None:
            self._live.start()

    def _found(self, text: str) -> tuple[Sequence[SampleId], Rows | None, int]:
        """The ids, their rows in the catalog (None: all), and how many could not be judged."""
        assert self.catalog is not None
        assert self.document is not None
        if not text.strip():
            return self.document.store.sample_ids, None, 0
        hits = search(self.catalog, parse(text))
        self._asks_findings = hits.query.asks_findings
        if self._asks_findings and hits.unknown:
            self.findings_wanted.emit()
        self._hint = "" if hits.total else _hint(hits)
        return hits.ids, hits.rows, hits.unknown

    def _search_again(self) -> None:
        """The same search over what is known now. The sample on screen keeps its place."""
        if self.catalog is None:
            return
        try:
            ids, rows, unknown = self._found(self.text)
        except QueryError:
            # A saved search or a sample that it names is gone: what is listed stays.
            return
        here, before = self._session.sample, self.hits
        if self.text.strip() and here is not None and here in before and here not in set(ids):
            ids = _with(here, before, ids)
            self._kept = here
        self._show(ids, rows, unknown)

    def _show(self, ids: Sequence[SampleId], rows: Rows | None, unknown: int) -> None:
        self.unknown, self._rows = unknown, rows
        self._look_for_renewal()
        is_all = rows is None
        if self.hits is not ids and (len(ids) != len(self.hits) or tuple(ids) != tuple(self.hits)):
            self._session.order = None if is_all else ids
            self._panel.model.show(ids)
            self.hits_changed.emit()
        elif is_all:
            self._session.order = None
        self._say()
        self._panel.facets.facets.show_active(active_terms(self.text))
        self._facets.start()

    def _on_sample_changed(self, sample: SampleId | None) -> None:
        """The one that was kept in its place is left: it goes where the search says, out of the list."""
        if self._kept is not None and sample != self._kept:
            self._kept = None
            self._live.start()

    def _say(self) -> None:
        """The count above the list, and what to do where the list is empty."""
        assert self.document is not None
        whole, found = len(self.document.store.sample_ids), len(self.hits)
        bar, view = self._panel.bar, self._panel.view
        what = self.tr("{count} not looked at yet") if self._asks_findings else self.tr("{count} not indexed yet")
        waits = what.format(count=f"{self.unknown:,}") if self.unknown else ""
        if not self.text.strip():
            bar.show_count(self.tr("1 sample") if whole == 1 else self.tr("{count} samples").format(count=f"{whole:,}"))
            view.set_empty_text(self.tr("This dataset has no samples."))
            return
        count = self.tr("{found} of {whole}").format(found=f"{found:,}", whole=f"{whole:,}")
        bar.show_count(f"{count} · {waits}" if waits else count)
        text = self.tr("No sample matches. Clear the search (Esc in the search line) or change it.")
        if self._hint:
            text += " " + self._hint
        if waits:
            text += " " + self.tr("{waits}: more may come.").format(waits=waits)
        view.set_empty_text(text)

    # Facets

    def _toggle(self, term: str, meant: str) -> None:
        typed = self._panel.bar.field.text()
        self.show_query(toggle_term(typed, term, exclude=meant == "exclude", either=meant == "either"))

    def count_facets(self) -> None:
        """The facets came into sight, or their counts may differ."""
        self._facets.start()

    def _count_facets(self) -> None:
        catalog = self.catalog
        if catalog is None or self._panel.facets.isHidden():
            return
        mask = np.zeros(len(catalog.columns), np.bool_)
        mask[slice(None) if self._rows is None else self._rows[self._rows < len(mask)]] = True
        self._panel.facets.facets.show_groups(facet_groups(catalog.columns, mask), int(np.count_nonzero(mask)))

    # What is mirrored

    def mirror_marks(self, samples: Sequence[SampleId]) -> None:
        """These samples have other marks now."""
        if self.catalog is None or self.document is None:
            return
        for sample in samples:
            self.catalog.mirror_review(sample, self.document.marks.review(sample))
        self._panel.model.refresh(samples)
        self.changed()

    def mirror_edits(self, document: Document) -> None:
        """Samples were edited or saved."""
        if self.catalog is None:
            return
        unsaved = frozenset(document.unsaved())
        if unsaved != self._unsaved:
            told, self._unsaved = unsaved ^ self._unsaved, unsaved
            self.catalog.mirror_unsaved(unsaved)
            self.catalog.mirror_edited(document.edited())
            self._panel.model.refresh(told)
            if self.text.strip():
                self.changed()

    def pull(self, *, is_asked: bool = False) -> None:
        """Take over what was indexed meanwhile. ``is_asked``: the catalog was thrown away on purpose."""
        if self.catalog is not None:
            if self.catalog.pull():
                self.changed()
            if is_asked:
                self._renewals = self.catalog.renewals
            self._look_for_renewal()

    def _look_for_renewal(self) -> None:
        if self.catalog is not None and self.catalog.renewals != self._renewals:
            self._renewals = self.catalog.renewals
            self.renewed.emit()

    def relist(self) -> None:
        """Samples came or went."""
        if self.catalog is not None:
            self.catalog.pull()
            self._search_again()

    def _badges(self, sample: SampleId) -> Badges:
        document = self.document
        if document is None:
            return Badges()
        review = document.marks.review(sample)
        return Badges(review.state, review.tags, review.note, (), sample in self._unsaved)


def _hint(hits: Hits) -> str:
    """What might help a search that found nothing."""
    notes = [sentence(note) for note in hits.notes]
    whole = [words for node in hits.query.nodes() if isinstance(node, Caption) for words in node.words]
    if len(whole) == 1 and not whole[0].prefix and " " not in whole[0].text:
        told = QCoreApplication.translate("Listing", "Words count whole: {word}* also finds words that begin so.")
        notes.append(told.format(word=whole[0].text))
    return " ".join(notes)


def _with(sample: SampleId, before: Sequence[SampleId], ids: Sequence[SampleId]) -> tuple[SampleId, ...]:
    """``ids`` with ``sample`` before the first of those that stood behind it ``before``."""
    listed = {other: place for place, other in enumerate(ids)}
    after = before[before.index(sample) + 1 :]
    place = next((listed[other] for other in after if other in listed), len(ids))
    return (*ids[:place], sample, *ids[place:])


def _single_shot(parent: QObject, pause_ms: int, do: object) -> QTimer:
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(pause_ms)
    timer.timeout.connect(do)
    return timer

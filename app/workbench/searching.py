"""Searching a dataset without a window: what the search needs to know is read first, and nothing more."""

from __future__ import annotations

from contextlib import closing, nullcontext

from app.catalog.catalog import Catalog
from app.catalog.places import CatalogPlaces
from app.catalog.query import Hits, Query, needs_of, parse, search
from app.document.document import Document
from app.faces.errors import SaveError
from app.faces.review import Review
from app.faces.sample import SampleId
from app.faces.store import SampleStore
from app.jobs import Progress
from app.workbench.index import IndexProblem, build_index


def find(store: SampleStore, text: str, *, document: Document | None = None, progress: Progress | None = None) -> Hits:
    """The samples that a search finds in the dataset's files as they are now. Raises QueryError.

    ``document`` is asked for review marks and edits; without one they are read for the moment.
    """
    query = parse(text)
    with Catalog.open(CatalogPlaces.of(store.root)) as catalog:
        catalog.take_names(store)
        catalog.read_masks_in(store.scheme)
        prepare(catalog, store, query, document=document, progress=progress)
        return search(catalog, query)


def prepare(
    catalog: Catalog,
    store: SampleStore,
    query: Query,
    *,
    document: Document | None = None,
    progress: Progress | None = None,
) -> list[IndexProblem]:
    """The catalog, which has the store's names, knows all that the search asks for; tells what could not be read.

    Where the disk of the cache is full it is known in memory. Raises Cancelled through ``progress`` and
    DatasetBusyError.
    """
    problems: list[IndexProblem] = []
    parts = needs_of(query, catalog.columns)
    if parts:
        into = None if catalog.is_kept else catalog
        try:
            report = build_index(store, catalog.places, parts=tuple(parts), progress=progress, into=into)
        except SaveError as error:
            if not catalog.is_kept:
                raise
            catalog.go_on_in_memory(str(error.__cause__ or error))
            report = build_index(store, catalog.places, parts=tuple(parts), progress=progress, into=catalog)
        problems = report.problems
        catalog.pull()
    if query.asks_findings:
        from app.workbench.findings import check_names, keep_findings, kept_findings, look_through, standing

        looked = look_through(store, store.sample_ids, kept_findings(catalog), progress=progress)
        keep_findings(catalog, looked)
        with nullcontext(document) if document is not None else closing(Document(store)) as marked:
            reviews = marked.marks.reviews()
        none = Review()
        found = standing(looked, lambda sample: reviews.get(sample, none).dismissed)
        catalog.mirror_findings(found, check_names())
    if query.asks_marks and document is not None:
        _mirror(catalog, document)
    elif query.asks_marks:
        with closing(Document(store)) as opened:
            _mirror(catalog, opened)
    return problems


def _mirror(catalog: Catalog, document: Document) -> None:
    catalog.mirror_reviews(document.marks.reviews())
    catalog.mirror_edited(document.edited())
    on_offer: set[SampleId] = {offer.sample for offer in document.recovered()}
    catalog.mirror_unsaved({*document.unsaved(), *on_offer})

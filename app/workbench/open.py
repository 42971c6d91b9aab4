"""Opening a dataset for work: the layout is recognised, the document made over it, and its catalog found.

With a catalog an unchanged dataset is not even listed: the catalog keeps what the store found the last time.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.catalog.catalog import LISTING, Catalog
from app.catalog.places import CatalogPlaces
from app.document.document import Document
from app.document.settings import DocumentSettings
from app.document.writer import Post
from app.formats import open_store


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """A document, and the catalog that knows the names of all its samples."""

    document: Document
    catalog: Catalog

    def close(self) -> None:
        """Neither is wanted any more."""
        self.document.close()
        self.catalog.close()


def open_document(
    folder: Path | str,
    *,
    layout: str | None = None,
    scheme: str | None = None,
    post: Post | None = None,
    settings: DocumentSettings | None = None,
) -> Document:
    """The dataset in ``folder`` as a document; a save that was interrupted is finished first.

    ``layout`` and ``scheme`` override what detection finds. ``post`` is told in ``Document``. Looking changes nothing
    in the folder. Raises LayoutError with the reasons of every layout that does not fit.
    """
    return Document(open_store(Path(folder), layout=layout, scheme=scheme), post=post, settings=settings)


def open_with_catalog(
    folder: Path | str,
    *,
    layout: str | None = None,
    scheme: str | None = None,
    post: Post | None = None,
    settings: DocumentSettings | None = None,
) -> Opened:
    """As ``open_document``, and the catalog in the user's cache. Any thread may do this and hand both to another.

    ``post`` must keep what it is given until the document belongs to the thread that runs it.
    """
    root = Path(folder)
    if not root.exists():
        open_store(root, layout=layout, scheme=scheme)  # says what is wrong with it
    catalog = Catalog.open(CatalogPlaces.of(root))
    try:
        store = open_store(root, layout=layout, scheme=scheme, listing=catalog.kept(LISTING))
        catalog.take_names(store)
        catalog.read_masks_in(store.scheme)
        return Opened(Document(store, post=post, settings=settings), catalog)
    except BaseException:
        catalog.close()
        raise

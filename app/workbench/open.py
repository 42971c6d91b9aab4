"""Opening a dataset for work: the layout is recognised, the document made over it."""

from __future__ import annotations

from pathlib import Path

from app.document.document import Document
from app.document.settings import DocumentSettings
from app.document.writer import Post
from app.formats import open_store


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

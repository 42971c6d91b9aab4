"""Edits of many samples into their files, with the reasons of those that could not be written."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar

from app.document.changes import SaveEvent, SaveState
from app.document.document import Document
from app.faces.errors import FaceDataError
from app.faces.sample import SampleId

SAVED_AT_ONCE = 32
"""Samples in memory before they are saved: a mask of 512 × 512 pixels takes a megabyte."""
ROWS_SAVED_AT_ONCE = 2_000
"""Rows of a table, which is written whole for however many of them: a tenth of a second for 30,000 samples."""

_POLL_S = 0.01
_T = TypeVar("_T")


class OnDocument(Protocol):
    """Where the document may be touched: what is handed over runs there, and the caller waits for what it returns."""

    def __call__(self, work: Callable[[], _T], /) -> _T:
        """Raises what ``work`` raises."""
        ...


def here(work: Callable[[], _T]) -> _T:
    """The document belongs to the thread that asks."""
    return work()


def save_samples(
    document: Document, samples: Iterable[SampleId], on_document: OnDocument = here
) -> dict[SampleId, str]:
    """The samples are in their files when this returns, but for those it names; the edits of these are kept."""
    offered = "; its edits are kept and offered when the dataset is opened" if document.is_logged else ""
    return {event.sample: f"{event.message}{offered}" for event in _failures(document, samples, on_document)}


def save_or_take_back(
    document: Document, samples: Iterable[SampleId], on_document: OnDocument = here
) -> dict[SampleId, str]:
    """The samples are in their files, but for those it names. Who works without a window cannot decide on what is
    unsaved, and could not edit these samples any more: their edits are taken back. A window keeps them."""
    if on_document is not here:
        return save_samples(document, samples, on_document)
    failed: dict[SampleId, str] = {}
    for event in _failures(document, samples, here):
        failed[event.sample] = f"{event.why}; nothing of it was changed"
        try:
            document.go_to_edit(event.sample)
        except FaceDataError as error:
            failed[event.sample] = f"{event.why}; its edits are kept, for they cannot be taken back: {error}"
    return failed


def _failures(document: Document, samples: Iterable[SampleId], on_document: OnDocument) -> list[SaveEvent]:
    events: list[SaveEvent] = []
    unsubscribe = on_document(lambda: document.subscribe_saves(events.append))
    try:
        on_document(lambda: document.save(samples))
        if on_document is here:
            document.wait()
        while on_document(lambda: _is_saving(document)):
            time.sleep(_POLL_S)
    finally:
        on_document(unsubscribe)
    return [event for event in events if event.state in {SaveState.CONFLICT, SaveState.FAILED}]


def _is_saving(document: Document) -> bool:
    document.pump()
    return document.saving()

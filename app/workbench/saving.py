"""Edits of many samples into their files, with the reasons of those that could not be written."""

from __future__ import annotations

from collections.abc import Iterable

from app.document.changes import SaveEvent, SaveState
from app.document.document import Document
from app.faces.sample import SampleId

SAVED_AT_ONCE = 32
"""Samples in memory before they are saved: a mask of 512 × 512 pixels takes a megabyte."""


def save_samples(document: Document, samples: Iterable[SampleId]) -> dict[SampleId, str]:
    """The samples are in their files when this returns, but for those it names; the edits of these are kept."""
    events: list[SaveEvent] = []
    unsubscribe = document.subscribe_saves(events.append)
    try:
        document.save(samples)
        document.wait()
    finally:
        unsubscribe()
    return {
        event.sample: f"{event.message}; its edits are kept and offered when the dataset is opened"
        for event in events
        if event.state in {SaveState.CONFLICT, SaveState.FAILED}
    }

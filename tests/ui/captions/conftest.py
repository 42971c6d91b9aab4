"""A sample whose captions are held against attributes, mask and spelling, in one window for all tests of a module."""

from __future__ import annotations

import pytest

from app.document.edits import ReplaceCaptions
from app.document.mark_lines import MarkSamples
from app.faces.captions import Captions
from tests.window_desk import Desk

LINES = (
    "She has brown hair.",
    "She has black hair and a pointy nose.",  # the label says no black hair
    "She wears a hat.",  # the label says so, the mask has none
    "This young woman has bangs.",
    "She is smilling.",
    "She has a big nose.",
    "She has an oval face.",
    "She has rosy cheeks.",
    "She has high cheekbones and no tie.",
    "She is young.",
)


@pytest.fixture
def desk(shared_desk: Desk) -> Desk:
    """The window at sample 17, with these captions."""
    writing = shared_desk.workspace.writing
    writing.offers.put_away()
    shared_desk.workspace.docks["coverage"].hide()
    shared_desk.workspace.do(ReplaceCaptions(shared_desk.session.sample, Captions.from_texts(LINES)))
    sample = shared_desk.session.sample
    if dismissed := shared_desk.document.marks.review(sample).dismissed:
        shared_desk.workspace.do(MarkSamples((sample,), recall=dismissed))
    writing.on_shown()
    return shared_desk

"""How a mask was: what its files hold, and what it was before the first edit that is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from app.document.document import Document
from app.document.edits import EditCaption, NewMask
from app.faces.sample import SampleId
from app.imaging.compose import Operation
from app.imaging.raster import Rect
from tests.document.plain_store import BY_HAND, HAIR, SKIN, PlainStore

ONE = SampleId("0")
SQUARE = Rect(4, 4, 10, 10)


def paint(document: Document, face_class: int = HAIR) -> None:
    stroke = document.begin_stroke(ONE, Operation(face_class))
    stroke.cover(SQUARE, np.ones((SQUARE.height, SQUARE.width), np.bool_))
    stroke.commit()


def bits(document: Document) -> np.ndarray:
    mask = document.mask(ONE)
    assert mask is not None
    return mask.bits


def test_an_unedited_mask_is_what_it_always_was(document: Document) -> None:
    assert document.saved_mask(ONE) is document.mask(ONE)
    assert document.first_mask(ONE) is document.mask(ONE)


def test_the_saved_mask_stays_while_the_other_is_painted_and_follows_a_save(document: Document) -> None:
    original = bits(document).copy()
    paint(document)
    assert np.array_equal(document.saved_mask(ONE).bits, original)
    painted = bits(document).copy()
    assert not np.array_equal(painted, original)
    document.save()
    document.wait(10)
    assert np.array_equal(document.saved_mask(ONE).bits, painted)
    paint(document, SKIN)
    assert np.array_equal(document.saved_mask(ONE).bits, painted)


def test_the_first_mask_outlives_saves_undo_and_restarts(document: Document, store: PlainStore) -> None:
    original = bits(document).copy()
    paint(document)
    document.do(EditCaption(ONE, 0, "Another line."))
    document.save()
    document.wait(10)
    paint(document, SKIN)
    now = bits(document).copy()
    assert np.array_equal(document.first_mask(ONE).bits, original)
    assert np.array_equal(bits(document), now)
    document.undo(ONE)
    assert np.array_equal(document.first_mask(ONE).bits, original)
    document.redo(ONE)
    document.save()
    document.wait(10)
    document.close()
    again = Document(PlainStore(store.root), settings=BY_HAND)
    assert np.array_equal(again.first_mask(ONE).bits, original)
    assert np.array_equal(again.mask(ONE).bits, now)
    again.close()


def test_a_stroke_in_progress_is_not_part_of_what_was(document: Document) -> None:
    original = bits(document).copy()
    paint(document)
    stroke = document.begin_stroke(ONE, Operation(SKIN))
    stroke.cover(SQUARE, np.ones((SQUARE.height, SQUARE.width), np.bool_))
    assert np.array_equal(document.first_mask(ONE).bits, original)
    stroke.cancel()


def test_a_mask_that_was_made_here_was_none(dataset: Path) -> None:
    for layer in (dataset / "masks").glob("0_*.layer"):
        layer.unlink()
    document = Document(PlainStore(dataset), settings=BY_HAND)
    document.do(NewMask(ONE, (16, 16)))
    assert document.saved_mask(ONE) is None
    assert document.first_mask(ONE) is None
    document.close()

"""Strokes: painted under the hand, one step when committed, nothing at all when cancelled."""

from __future__ import annotations

import numpy as np
import pytest

from app.document.changes import Change
from app.document.document import Document
from app.document.edits import EditCaption, NewMask, PaintLayer
from app.document.stroke import TILE
from app.faces.errors import InvalidEditError
from app.faces.sample import Modality, SampleId
from app.imaging.compose import Erase, Operation
from app.imaging.raster import Rect
from tests.document.plain_store import HAIR, SHAPE, SKIN, PlainStore

ONE = SampleId("1")
BLOCK = np.ones((10, 10), bool)
PAINT_HAIR = Operation(HAIR)


def bits(document: Document) -> np.ndarray:
    mask = document.mask(ONE)
    assert mask is not None
    return mask.bits


def test_a_stroke_is_one_step_and_one_settled_change(document: Document) -> None:
    before = bits(document).copy()
    told: list[tuple[Change, ...]] = []
    document.subscribe(told.append)
    stroke = document.begin_stroke(ONE, PAINT_HAIR)
    assert document.stroke is stroke
    assert stroke.cover(Rect(60, 60, 10, 10), BLOCK) == Rect(60, 60, 10, 10)
    assert stroke.cover(Rect(-4, 90, 10, 10), BLOCK) == Rect(0, 90, 6, 6)
    assert stroke.cover(Rect(500, 0, 10, 10), BLOCK) is None
    stroke.commit()
    assert document.stroke is None
    after = bits(document).copy()
    expected = before.copy()
    expected[60:70, 60:70] |= 1 << (HAIR - 1)
    expected[90:96, 0:6] |= 1 << (HAIR - 1)
    assert np.array_equal(after, expected)
    assert [[(c.region, c.in_progress) for c in changes] for changes in told] == [
        [(Rect(60, 60, 10, 10), True)],
        [(Rect(0, 90, 6, 6), True)],
        [(Rect(0, 0, 128, 96), False)],
    ]
    assert document.undo_label(ONE) == "Brush hair"
    document.undo(ONE)
    assert np.array_equal(bits(document), before)
    document.redo(ONE)
    assert np.array_equal(bits(document), after)


def test_cancelled_stroke_leaves_nothing(document: Document) -> None:
    before = bits(document).copy()
    told: list[tuple[Change, ...]] = []
    stroke = document.begin_stroke(ONE, PAINT_HAIR)
    stroke.cover(Rect(60, 60, 10, 10), BLOCK)
    document.subscribe(told.append)
    stroke.cancel()
    assert np.array_equal(bits(document), before)
    assert document.history(ONE) == ()
    assert document.unsaved() == ()
    assert told == [(Change(ONE, Modality.MASK, Rect(60, 60, 10, 10)),)]


def test_a_stroke_that_changes_no_pixel_is_no_step(document: Document) -> None:
    stroke = document.begin_stroke(ONE, PAINT_HAIR)
    stroke.cover(Rect(30, 8, 10, 10), BLOCK)
    stroke.commit()
    assert document.history(ONE) == ()
    assert not document.is_unsaved(ONE)


def test_each_pixel_changes_once_in_a_stroke(document: Document) -> None:
    top = Operation(0, Erase.TOPMOST)
    once = bits(document).copy()
    both = (once & 1 != 0) & (once & (1 << (HAIR - 1)) != 0)
    assert both.any()
    stroke = document.begin_stroke(ONE, top)
    whole = Rect.whole(SHAPE)
    for _ in range(3):
        stroke.cover(whole, np.ones(SHAPE, bool))
    stroke.commit()
    assert np.array_equal(bits(document) != 0, both)
    assert document.undo_label(ONE) == "Erase"


def test_only_touched_tiles_are_copied(document: Document) -> None:
    stroke = document.begin_stroke(ONE, PAINT_HAIR)
    stroke.cover(Rect(TILE - 1, 3, 2, 2), np.ones((2, 2), bool))
    assert sorted(stroke._tiles) == [(0, 0), (TILE, 0)]
    stroke.commit()


def test_undo_while_painting_cancels_the_stroke_and_keeps_the_step_before(document: Document) -> None:
    document.do(EditCaption(ONE, 0, "x"))
    document.begin_stroke(ONE, PAINT_HAIR).cover(Rect(60, 60, 10, 10), BLOCK)
    document.undo(ONE)
    assert document.stroke is None
    assert document.undo_label(ONE) == "Edit caption 1"
    document.begin_stroke(ONE, PAINT_HAIR).cover(Rect(60, 60, 10, 10), BLOCK)
    document.redo(ONE)
    assert document.undo_label(ONE) == "Edit caption 1"


def test_a_caption_can_be_typed_while_painting_but_the_mask_has_one_hand(document: Document) -> None:
    before = bits(document).copy()
    stroke = document.begin_stroke(ONE, PAINT_HAIR)
    stroke.cover(Rect(60, 60, 10, 10), BLOCK)
    document.do(EditCaption(ONE, 0, "x"))
    with pytest.raises(InvalidEditError, match="a stroke is in progress"):
        document.do(PaintLayer(ONE, "skin", np.zeros(SHAPE, bool)))
    with pytest.raises(InvalidEditError, match="another stroke"):
        document.begin_stroke(ONE, PAINT_HAIR)
    stroke.commit()
    assert [step.label for step in document.history(ONE)] == ["Edit caption 1", "Brush hair"]
    document.undo(ONE)
    assert np.array_equal(bits(document), before)


def test_a_stroke_that_is_over_does_nothing_more(document: Document) -> None:
    stroke = document.begin_stroke(ONE, PAINT_HAIR, label="assistant")
    stroke.cover(Rect(60, 60, 10, 10), BLOCK)
    stroke.commit()
    after = bits(document).copy()
    stroke.cancel()
    stroke.commit()
    with pytest.raises(InvalidEditError, match="over"):
        stroke.cover(Rect(0, 0, 10, 10), BLOCK)
    assert np.array_equal(bits(document), after)
    assert [step.label for step in document.history(ONE)] == ["Assistant"]


def test_without_a_mask_there_is_nothing_to_paint_on_until_one_is_started(
    document: Document, store: PlainStore
) -> None:
    for file in store.root.glob("masks/1_*"):
        file.unlink()
    with pytest.raises(InvalidEditError, match="has no mask; start a new mask first"):
        document.begin_stroke(ONE, PAINT_HAIR)
    document.do(NewMask(ONE, SHAPE, exclusive=True))
    stroke = document.begin_stroke(ONE, PAINT_HAIR)
    stroke.cover(Rect(0, 0, 10, 10), BLOCK)
    stroke.commit()
    stroke = document.begin_stroke(ONE, Operation(SKIN))
    stroke.cover(Rect(0, 0, 10, 5), BLOCK[:5])
    stroke.commit()
    assert np.unique(bits(document)[:10, :10]).tolist() == [1, 1 << (HAIR - 1)]
    document.undo(ONE)
    document.undo(ONE)
    document.undo(ONE)
    assert document.mask(ONE) is None

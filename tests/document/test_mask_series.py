"""A piece nudged along is one step: mask edits of one origin merge, and what merges is exact both ways."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from app.document.deltas import MaskDelta
from app.document.document import Document
from app.document.edits import MaskEdit
from app.faces.mask import Bits, MaskLayers
from app.faces.sample import SampleId
from tests.document.plain_store import BY_HAND, SHAPE, PlainStore

ONE = SampleId("1")
IN_ONE_GO = replace(BY_HAND, merge_within_s=60)
PLACES = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 15), st.integers(1, 5)), min_size=2, max_size=8)


def bits_of(document: Document) -> Bits:
    mask = document.mask(ONE)
    assert mask is not None
    return mask.bits


def square(x: int, y: int) -> Bits:
    bits = np.zeros(SHAPE, np.uint32)
    bits[y : y + 8, x : x + 8] = 5
    return bits


def put(document: Document, wanted: Bits, origin: object) -> None:
    edit = MaskEdit.between(ONE, bits_of(document), wanted, "Move skin")
    assert edit is not None
    document.do(replace(edit, origin=origin))


@settings(deadline=None)
@given(PLACES)
def test_differences_one_after_the_other_are_one_difference(places: list[tuple[int, int, int]]) -> None:
    bits = np.zeros((16, 12), np.uint32)
    start, whole = bits, None
    for x, y, value in places:
        before, bits = bits, bits.copy()
        bits[y, x] ^= np.uint32(value)
        delta = MaskDelta.between(MaskLayers(before), bits)
        assert delta is not None
        start, whole = (before, delta) if whole is None else (start, whole.followed_by(delta))
    if whole is None:
        assert np.array_equal(bits, start)
        return
    mask = whole.apply(MaskLayers(start.copy()))
    assert np.array_equal(mask.bits, bits)
    back = whole.revert(mask)
    assert back is not None
    assert np.array_equal(back.bits, start)


def test_a_series_is_one_step_that_is_kept(dataset: Path) -> None:
    document = Document(PlainStore(dataset), settings=IN_ONE_GO)
    before, hand = bits_of(document).copy(), object()
    for x in (10, 12, 30):
        put(document, square(x, 20), hand)
    assert [step.label for step in document.history(ONE)] == ["Move skin"]
    document.close()
    again = Document(PlainStore(dataset), settings=IN_ONE_GO)
    again.restore_edits(ONE)
    assert np.array_equal(bits_of(again), square(30, 20))
    again.undo(ONE)
    assert np.array_equal(bits_of(again), before)
    again.close()


def test_another_hand_is_another_step(dataset: Path) -> None:
    document = Document(PlainStore(dataset), settings=IN_ONE_GO)
    put(document, square(10, 20), object())
    put(document, square(12, 20), object())
    put(document, square(14, 20), None)
    put(document, square(16, 20), None)
    assert len(document.history(ONE)) == 4
    document.undo(ONE)
    assert np.array_equal(bits_of(document), square(14, 20))


def test_a_series_that_comes_back_is_no_step(dataset: Path) -> None:
    document = Document(PlainStore(dataset), settings=IN_ONE_GO)
    before, hand = bits_of(document).copy(), object()
    put(document, square(10, 20), hand)
    put(document, before, hand)
    assert document.history(ONE) == ()
    assert np.array_equal(bits_of(document), before)

"""What is picked is kept by sample, equals Qt's selection, and is quick however many ranges it has."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex

from app.faces.sample import SampleId
from app.ui.gallery.model import GalleryModel
from app.ui.gallery.selection import GallerySelection

FLAG = QItemSelectionModel.SelectionFlag
IDS = tuple(SampleId(str(number)) for number in range(300))


def made(ids: tuple[SampleId, ...] = IDS) -> tuple[GalleryModel, GallerySelection]:
    model = GalleryModel()
    model.show(ids)
    return model, GallerySelection(model)


def qt_rows(picks: GallerySelection) -> set[int]:
    return {index.row() for index in picks.selectedIndexes()}


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("select"), st.integers(0, 299), st.integers(0, 299), st.sampled_from(
            [FLAG.Select, FLAG.Deselect, FLAG.Toggle, FLAG.ClearAndSelect, FLAG.Clear])),
        st.tuples(st.just("pick"), st.sets(st.sampled_from(IDS), max_size=300)),
        st.tuples(st.just("show"), st.integers(1, 7), st.integers(0, 6)),
        st.tuples(st.just("every"), st.integers(1, 3)),
    ),
    max_size=12,
)  # fmt: skip


@given(STEPS)
def test_picks_follow_every_command_and_survive_every_filter(steps: list[tuple]) -> None:
    model, picks = made()
    picked: set[SampleId] = set()
    for name, *rest in steps:
        listed = list(model.ids)
        if name == "select":
            first, last = sorted((rest[0] % len(listed), rest[1] % len(listed)))
            command, these = rest[2], set(listed[first : last + 1])
            if command & FLAG.Clear:
                picked = set()
            if command & FLAG.Toggle:
                picked = (picked - these) | (these - picked)
            elif command & FLAG.Deselect:
                picked = picked - these
            elif command & FLAG.Select:
                picked = picked | these
            picks.select(QItemSelection(model.index(first), model.index(last)), command)
        elif name == "pick":
            picked = set(rest[0])
            picks.pick(picked)
        elif name == "every":
            picked = set(IDS[:: rest[0]])
            picks.pick(picked)
        else:
            model.show([s for s in IDS if int(s) % rest[0] == rest[1] % rest[0]])
        assert set(picks.picked()) == picked
        assert len(picks.picked()) == picks.count == len(picked)
        assert picks.elsewhere == picked - set(model.ids)
        assert {model.sample_at(row) for row in qt_rows(picks)} == picked & set(model.ids)
    model.show(IDS)
    assert picks.picked() == tuple(s for s in IDS if s in picked)


def test_the_picked_are_told_in_the_lists_order() -> None:
    model, picks = made()
    picks.pick([IDS[9], IDS[3]])
    model.show(tuple(reversed(IDS)))
    assert picks.picked() == (IDS[9], IDS[3])


def test_one_row_by_its_index_is_enough() -> None:
    model, picks = made()
    picks.select(model.index(4), FLAG.ClearAndSelect)
    picks.setCurrentIndex(model.index(6), FLAG.Select)
    assert picks.picked() == (IDS[4], IDS[6])
    assert picks.currentIndex().row() == 6


def test_clearing_drops_what_is_not_listed_too() -> None:
    model, picks = made()
    picks.pick(IDS[:10])
    model.show(IDS[20:])
    assert picks.count == 10
    picks.clearSelection()
    assert picks.count == 0


def test_the_current_row_stays_when_many_ranges_change(qtbot) -> None:
    model, picks = made()
    picks.setCurrentIndex(model.index(7), FLAG.NoUpdate)
    with qtbot.waitSignal(picks.selectionChanged):
        picks.pick(IDS[::2])
    assert picks.currentIndex().row() == 7
    assert qt_rows(picks) == set(range(0, 300, 2))


def test_every_change_of_what_is_picked_is_told(qtbot) -> None:
    model, picks = made()
    told = []
    picks.selectionChanged.connect(lambda *_: told.append(picks.picked()))
    picks.pick(IDS[:1])
    picks.pick(IDS[:2])
    model.show(IDS[1:])
    picks.pick([IDS[1]])
    assert told[-1] == (IDS[1],)
    picks.pick([])
    assert told[-1] == ()


@pytest.mark.parametrize("step", [1, 2])
def test_thirty_thousand_are_picked_filtered_and_brought_back_in_an_instant(step: int) -> None:
    ids = tuple(SampleId(str(number)) for number in range(30_000))
    model, picks = made(ids)
    start = time.process_time()
    picks.pick(ids[::step])
    model.show(ids[:12_000])
    model.show(ids)
    picks.select(model.index(5), FLAG.Toggle)
    # A tenth of a second is the aim; ten times that still tells a quadratic selection, which takes minutes.
    assert time.process_time() - start < 1.0
    assert picks.count == len(ids[::step]) + (1 if step == 2 else -1)
    assert not picks.currentIndex().isValid()
    picks.setCurrentIndex(QModelIndex(), FLAG.NoUpdate)

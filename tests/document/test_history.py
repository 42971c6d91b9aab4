"""History as a tree: every step stays reachable, whatever is done after it, across saves and restarts."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from app.document.bulk import BulkEdit
from app.document.changes import Change
from app.document.deltas import MaskDelta
from app.document.document import Document
from app.document.edits import EditCaption, NewMask, SetAttribute
from app.document.mark_lines import MarkSamples
from app.document.settings import DocumentSettings
from app.faces.errors import DamagedFileError, InvalidEditError, SaveError
from app.faces.review import ReviewState
from app.faces.sample import Modality, SampleId
from app.imaging.compose import Erase, Operation
from app.imaging.footprint import BrushShape, footprint
from app.imaging.raster import Rect
from tests.document.plain_store import BY_HAND, HAIR, MEMORY_DISK, NAMES, SHAPE, SKIN, PlainStore, make_dataset

ONE, TWO = SampleId("0"), SampleId("1")
State = tuple[bytes, bytes, object]


def state(document: Document, sample: SampleId = ONE) -> State:
    mask, captions = document.mask(sample), document.captions(sample)
    assert mask is not None
    assert captions is not None
    return mask.bits.tobytes(), captions.to_bytes(), document.attributes(sample)


def paint(document: Document, x: int, y: int, side: int = 9, sample: SampleId = ONE, face_class: int = HAIR) -> None:
    stroke = document.begin_stroke(sample, Operation(face_class))
    stroke.cover(Rect(x, y, side, side), np.ones((side, side), bool))
    stroke.commit()


def labels(document: Document, sample: SampleId = ONE) -> list[str]:
    return [step.label for step in document.history(sample)]


class Trees(RuleBasedStateMachine):
    """``known`` is the state right after each step that was ever made; each of them must be reached again."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(dir=MEMORY_DISK))
        self.root = make_dataset(self.folder / "faces", 1)
        self.document = self.opened()
        self.known: dict[int, State] = {0: state(self.document)}

    def opened(self) -> Document:
        return Document(PlainStore(self.root), settings=DocumentSettings(merge_within_s=0, history_bytes=3000))

    def note(self) -> None:
        head = self.document.past.place(ONE).head
        self.known.setdefault(head, state(self.document))

    @rule(x=st.integers(-5, 125), y=st.integers(-5, 95), erase=st.sampled_from([None, *Erase]))
    def paint(self, x: int, y: int, erase: Erase | None) -> None:
        stroke = self.document.begin_stroke(ONE, Operation(SKIN, erase))
        stroke.cover(Rect(x, y, 9, 9), np.ones((9, 9), bool))
        stroke.commit()
        self.note()

    @rule(index=st.integers(0, 2), text=st.text("ab ", max_size=3))
    def type(self, index: int, text: str) -> None:
        self.document.do(EditCaption(ONE, index, text))
        self.note()

    @rule(name=st.sampled_from(NAMES), value=st.sampled_from([True, False, None]))
    def answer(self, name: str, value: bool | None) -> None:
        self.document.do(SetAttribute(ONE, name, value))
        self.note()

    @rule()
    def undo(self) -> None:
        self.document.undo(ONE)

    @rule()
    def redo(self) -> None:
        self.document.redo(ONE)

    @rule(data=st.data())
    def go_to(self, data: st.DataObject) -> None:
        step = data.draw(st.sampled_from(sorted(self.known)))
        self.document.go_to(ONE, step)
        assert self.document.past.place(ONE).head == step

    @rule()
    def save(self) -> None:
        self.document.save()
        assert self.document.wait(20)
        assert state(Document(PlainStore(self.root))) == state(self.document)

    @precondition(lambda self: self.document.unsaved() == ())
    @rule()
    def restart(self) -> None:
        self.document.close()
        self.document = self.opened()

    @invariant()
    def the_values_are_those_of_the_step_and_no_step_is_lost(self) -> None:
        place = self.document.past.place(ONE)
        assert state(self.document) == self.known[place.head]
        shown = {step.id for step in self.document.history(ONE)}
        branches = self.document.past.branches(ONE)
        assert place.steps == len(self.known) - 1 == len(shown) + sum(branch.steps for branch in branches)
        assert shown <= self.known.keys()
        for branch in branches:
            assert branch.tip in self.known
            assert branch.after in (0, *self.known)
            assert branch.tip not in shown

    def teardown(self) -> None:
        self.document.close()
        shutil.rmtree(self.folder)


TestTrees = Trees.TestCase
TestTrees.settings = settings(
    max_examples=int(os.environ.get("FACEWRIGHT_SESSIONS", "20")), stateful_step_count=25, deadline=None
)


def test_what_was_undone_before_a_new_edit_is_a_branch_that_can_be_gone_to(document: Document) -> None:
    paint(document, 0, 0)
    paint(document, 40, 40)
    paint(document, 60, 50)
    lost = state(document)
    document.undo(ONE)
    document.undo(ONE)
    document.do(EditCaption(ONE, 0, "Something else."))
    assert labels(document) == ["Brush hair", "Edit caption 1"]
    [branch] = document.past.branches(ONE)
    assert (branch.label, branch.steps, branch.modality) == ("Brush hair", 2, Modality.MASK)
    assert branch.after == document.history(ONE)[0].id
    document.go_to(ONE, branch.tip)
    assert state(document) == lost
    assert labels(document) == ["Brush hair", "Brush hair", "Brush hair"]
    [other] = document.past.branches(ONE)
    assert (other.label, other.steps) == ("Edit caption 1", 1)
    assert document.redo_label(ONE) is None
    document.undo(ONE)
    assert document.redo_label(ONE) == "Brush hair"


def test_branches_are_there_after_a_restart(document: Document, store: PlainStore) -> None:
    paint(document, 0, 0)
    lost = state(document)
    document.undo(ONE)
    paint(document, 60, 55)
    document.save()
    document.wait(10)
    document.close()
    again = Document(PlainStore(store.root), settings=BY_HAND)
    [branch] = again.past.branches(ONE)
    assert branch.after == 0
    again.go_to(ONE, branch.tip)
    assert state(again) == lost
    again.close()


def test_going_somewhere_is_one_notification_with_a_box_around_all_steps(document: Document) -> None:
    paint(document, 0, 0)
    paint(document, 0, 60, side=5, face_class=SKIN)
    document.do(EditCaption(ONE, 0, "New."))
    told: list[tuple[Change, ...]] = []
    document.subscribe(told.append)
    document.go_to(ONE, 0)
    [changes] = told
    assert [(change.modality, change.region, change.retraced) for change in changes] == [
        (Modality.CAPTIONS, None, True),
        (Modality.MASK, Rect(0, 0, 9, 65), True),
    ]


def test_only_steps_that_are_retraced_are_told_so(document: Document) -> None:
    told: list[Change] = []
    document.subscribe(told.extend)
    paint(document, 0, 0)
    document.undo(ONE)
    assert [change.retraced for change in told if not change.in_progress] == [False, True]


def test_a_step_that_is_not_there_is_refused_and_changes_nothing(document: Document) -> None:
    paint(document, 0, 0)
    before = state(document)
    with pytest.raises(InvalidEditError, match="no such step"):
        document.go_to(ONE, 12345)
    assert state(document) == before


def test_going_somewhere_cancels_a_stroke_first(document: Document) -> None:
    before = state(document)
    stroke = document.begin_stroke(ONE, Operation(HAIR))
    stroke.cover(Rect(0, 0, 9, 9), np.ones((9, 9), bool))
    document.go_to(ONE, 0)
    assert state(document) == before
    assert stroke.is_over


def test_marks_of_the_sample_alone_come_along_and_those_of_many_stay(document: Document) -> None:
    paint(document, 0, 0)
    document.do(MarkSamples((ONE,), state=ReviewState.ACCEPTED))
    document.do(MarkSamples((ONE, TWO), add_tags=("x",)))
    paint(document, 40, 40)
    whole = state(document)
    document.go_to(ONE, 0)
    assert document.marks.review(ONE).state is ReviewState.NONE
    assert document.marks.review(ONE).tags == document.marks.review(TWO).tags == ("x",)
    steps = {step.label: step.id for step in document.history(ONE)}
    reachable = {*steps.values(), *(branch.tip for branch in document.past.branches(ONE))}
    document.go_to(ONE, max(reachable))
    assert state(document) == whole


def test_the_newest_steps_of_all_samples_are_told_newest_first(document: Document) -> None:
    paint(document, 0, 0)
    paint(document, 0, 0, sample=TWO)
    document.do(EditCaption(TWO, 0, "New."))
    document.undo(TWO)
    document.wait(10)
    found = document.past.newest(10)
    assert [(step.sample, step.label, step.is_done) for step in found] == [
        (TWO, "Edit caption 1", False),
        (TWO, "Brush hair", True),
        (ONE, "Brush hair", True),
    ]
    assert [step.parent for step in found] == [found[1].id, 0, 0]
    assert [step.id for step in document.past.newest(1)] == [found[0].id]


def test_a_step_of_many_samples_is_told_once_with_their_number(document: Document) -> None:
    paint(document, 0, 0)
    document.do(BulkEdit(tuple(EditCaption(sample, 0, "New.") for sample in document.store.sample_ids), "Replace"))
    document.do(EditCaption(TWO, 1, "More."))
    document.wait(10)
    count = len(document.store.sample_ids)
    told = [(step.label, step.samples) for step in document.past.newest(10)]
    assert told == [("Edit caption 2", 1), ("Replace", count), ("Brush hair", 1)]
    assert [step.label for step in document.past.newest(2)] == ["Edit caption 2", "Replace"]


def test_what_an_earlier_session_left_unsaved_is_done_only_once_it_is_restored(
    document: Document, store: PlainStore
) -> None:
    paint(document, 0, 0)
    document.save()
    document.wait(10)
    paint(document, 40, 40)
    document.close()
    again = Document(PlainStore(store.root), settings=BY_HAND)
    assert [step.is_done for step in again.past.newest(5)] == [False, True]
    again.restore_edits(ONE)
    again.wait(10)
    assert [step.is_done for step in again.past.newest(5)] == [True, True]
    again.close()


def test_a_dataset_that_was_never_edited_has_no_newest_steps(document: Document, dataset: Path) -> None:
    assert document.past.newest(10) == ()
    assert not (dataset / ".facewright").exists()


def test_what_a_step_changed_can_be_asked_from_another_thread(document: Document, store: PlainStore) -> None:
    paint(document, 10, 40)
    step = document.history(ONE)[0].id
    document.wait(10)
    document.close()
    again = Document(PlainStore(store.root), settings=BY_HAND)
    questions = [again.past.delta_of(ONE, step), again.past.delta_of(ONE, 5)]
    answers: list[object] = []

    def ask() -> None:
        for question in questions:
            try:
                answers.append(question())
            except DamagedFileError as error:
                answers.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert isinstance(answers[0], MaskDelta)
    assert answers[0].extent == Rect(10, 40, 9, 9)
    assert isinstance(answers[1], DamagedFileError)
    again.close()


def test_who_asks_after_the_end_gets_no_answer_and_opens_nothing(document: Document) -> None:
    paint(document, 0, 0)
    question = document.past.delta_of(TWO, 5)
    document.wait(10)
    document.close()
    with pytest.raises(SaveError, match="closed meanwhile"):
        question()
    assert document.past.newest(10) == ()


def test_the_extent_of_a_new_mask_that_is_empty_is_empty(document: Document) -> None:
    assert MaskDelta(SHAPE, (), creates=True).extent.is_empty
    assert NewMask(ONE, SHAPE).modality is Modality.MASK


@pytest.mark.parametrize("erase", [None, Erase.TOPMOST])
def test_a_stroke_of_2500_pixels_takes_at_most_four_kilobytes_in_the_log(erase: Erase | None) -> None:
    """The same pixels as one dab and as a long thin line, over the classes of a busy mask."""
    from app.document.stroke import Stroke
    from app.faces.mask import MaskLayers

    rng = np.random.default_rng(1)
    small = rng.integers(0, 1 << 18, (32, 32)).astype(np.uint32)
    bits = np.kron(small, np.ones((16, 16), np.uint32)).astype(np.uint32)
    kept: list[MaskDelta] = []

    class Easel:
        def tell(self, *changes: Change) -> None: ...

        def finish_stroke(self, stroke: Stroke, delta: MaskDelta | None, label: str) -> None:
            assert delta is not None
            kept.append(delta)

    for size, points in ((56, [(256, 256)]), (6, [(40 + i, 60 + i // 3) for i in range(410)])):
        stroke = Stroke(Easel(), ONE, MaskLayers(bits.copy()), Operation(HAIR, erase), "Brush hair")
        for x, y in points:
            dab = footprint(size, BrushShape.ROUND)
            stroke.cover(Rect(x, y, dab.shape[1], dab.shape[0]), dab)
        stroke.commit()
    changed = [sum(int(np.count_nonzero(xor)) for _, xor in delta.pieces) for delta in kept]
    assert all(count >= 1800 for count in changed), changed
    assert [len(delta.to_payload()) <= 4096 for delta in kept] == [True, True]

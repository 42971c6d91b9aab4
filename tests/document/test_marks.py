"""Review marks: every one goes forth and back, in one order with the edits, and is in the file soon after."""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.document.document import Document
from app.document.edits import EditCaption, SetAttribute
from app.document.mark_lines import MarkSamples
from app.document.settings import DocumentSettings
from app.faces.errors import FaceDataError, InvalidEditError
from app.faces.review import Review, ReviewState
from app.faces.sample import SampleId
from tests.document.plain_store import BY_HAND, MEMORY_DISK, PlainStore, make_dataset

ZERO, ONE, TWO = SampleId("0"), SampleId("1"), SampleId("2")
ALL = (ZERO, ONE, TWO)
ACCEPTED, REJECTED, PENDING = ReviewState.ACCEPTED, ReviewState.REJECTED, ReviewState.PENDING

EXAMPLES = [
    (MarkSamples((ONE,), ACCEPTED), "Accept"),
    (MarkSamples(ALL, ACCEPTED), "Accept 3 samples"),
    (MarkSamples((ONE,), REJECTED), "Reject"),
    (MarkSamples(ALL, REJECTED), "Reject 3 samples"),
    (MarkSamples((ONE,), PENDING), "Mark as pending"),
    (MarkSamples(ALL, PENDING), "Mark 3 samples as pending"),
    (MarkSamples((ONE,), add_tags=("blurred",)), "Tag blurred"),
    (MarkSamples(ALL, add_tags=("blurred", "dark")), "Tag 3 samples blurred, dark"),
    (MarkSamples((ONE,), note="Left ear?"), "Edit note"),
    (MarkSamples(ALL, note="Left ear?"), "Edit the note of 3 samples"),
    (MarkSamples((ONE,), REJECTED, add_tags=("dark",), note="x"), "Reject, tag dark, edit note"),
    (MarkSamples(ALL, REJECTED, add_tags=("dark",)), "Reject 3 samples, tag dark"),
    (MarkSamples((ONE,), dismiss=("0a1b",)), "Dismiss finding"),
    (MarkSamples((ONE,), dismiss=("0a1b", "0a1c")), "Dismiss 2 findings"),
]
AFTERWARDS = [
    (MarkSamples((ONE,), ReviewState.NONE), "Clear the review state"),
    (MarkSamples(ALL, ReviewState.NONE), "Clear the review state of 3 samples"),
    (MarkSamples((ONE,), remove_tags=("old",)), "Remove tag old"),
    (MarkSamples(ALL, remove_tags=("old", "older")), "Remove tags old, older from 3 samples"),
    (MarkSamples((ONE,), note=""), "Remove note"),
    (MarkSamples((ONE,), recall=("f1",)), "Recall finding"),
]
MARKED = MarkSamples(ALL, PENDING, add_tags=("old", "older"), note="first", dismiss=("f1", "f2"))


def opened(dataset: Path, settings: DocumentSettings = BY_HAND) -> Document:
    return Document(PlainStore(dataset), settings=settings)


def lines(dataset: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (dataset / ".facewright/review.jsonl").read_text().splitlines()]


def labels(document: Document, sample: SampleId = ONE) -> list[tuple[str, bool]]:
    return [(step.label, step.is_done) for step in document.history(sample)]


@pytest.mark.parametrize(("edit", "label"), EXAMPLES + AFTERWARDS, ids=lambda e: e if isinstance(e, str) else "")
def test_a_mark_undoes_and_redoes_exactly_also_after_a_restart(
    document: Document, dataset: Path, edit: MarkSamples, label: str
) -> None:
    if (edit, label) in AFTERWARDS:
        document.do(MARKED)
    before = document.marks.reviews()
    told: list[set[SampleId]] = []
    document.marks.subscribe(lambda samples: told.append(set(samples)))
    step = document.do(edit)
    after = document.marks.reviews()
    assert after != before
    assert document.undo_label(ONE) == label
    assert document.history(ONE)[-1].id == step
    assert document.undo_scope(ONE) == tuple(edit.samples)
    document.undo(ONE)
    assert document.marks.reviews() == before
    assert document.redo_label(ONE) == label
    document.wait()
    with_undone = opened(dataset)
    assert with_undone.marks.reviews() == before
    assert with_undone.redo_label(ONE) == label
    document.redo(ONE)
    assert document.marks.reviews() == after
    assert document.redo_label(ONE) is None
    document.undo(ONE)
    document.redo(ONE)
    document.wait()
    assert opened(dataset).marks.reviews() == after
    assert told == [set(edit.samples)] * 5
    assert document.unsaved() == ()


def test_a_mark_opens_no_sample_and_changes_no_value(document: Document) -> None:
    document.do(MarkSamples(ALL, ACCEPTED, add_tags=["b", " a "], note="two\nlines"))
    assert not any(map(document.is_open, ALL))
    assert document.marks.review(ONE) == Review(ACCEPTED, ("a", "b"), "two\nlines")


def test_one_action_is_one_plain_line(document: Document, dataset: Path) -> None:
    document.do(MarkSamples(ALL, ACCEPTED, add_tags=["good"]))
    document.undo(ONE)
    document.wait()
    made, undone = lines(dataset)
    assert (made["samples"], made["set"]) == (["0", "1", "2"], {"state": "accepted", "add_tags": ["good"]})
    assert abs(float(str(made["at"])) - time.time()) < 60
    assert undone == {"id": undone["id"], "at": undone["at"], "by": made["by"], "undoes": made["id"]}
    assert float(str(undone["at"])) > float(str(made["at"]))


def test_only_samples_that_change_are_part_of_the_step(document: Document) -> None:
    document.do(MarkSamples((ONE,), ACCEPTED))
    document.do(MarkSamples(ALL, ACCEPTED))
    assert document.undo_label(ZERO) == "Accept 2 samples"
    assert document.undo_label(ONE) == "Accept"
    assert document.do(MarkSamples(ALL, ACCEPTED)) is None


def test_marks_and_edits_are_undone_and_redone_in_the_order_they_were_made(document: Document) -> None:
    document.do(EditCaption(ONE, 0, "x"))
    document.do(MarkSamples(ALL, ACCEPTED))
    document.do(SetAttribute(ONE, "Male", True))
    document.do(MarkSamples((ONE,), add_tags=["t"]))
    order = ["Edit caption 1", "Accept 3 samples", "Set Male to yes", "Tag t"]
    assert labels(document) == [(label, True) for label in order]
    for undone in range(1, 5):
        document.undo(ONE)
        assert labels(document) == [(label, number < 4 - undone) for number, label in enumerate(order)]
    assert document.undo_label(ONE) is None
    assert document.marks.reviews() == {}
    for label in order:
        assert document.redo_label(ONE) == label
        document.redo(ONE)
    assert labels(document) == [(label, True) for label in order]


def test_nothing_older_is_redone_after_something_new(document: Document) -> None:
    document.do(MarkSamples((ONE,), ACCEPTED))
    document.undo(ONE)
    document.do(MarkSamples((ONE,), REJECTED))
    assert document.redo_label(ONE) is None
    document.undo(ONE)
    assert labels(document) == [("Reject", False)]
    document.undo(ONE)
    document.redo(ONE)
    assert document.marks.review(ONE).state is REJECTED
    document.do(EditCaption(ONE, 0, "x"))
    document.undo(ONE)
    document.undo(ONE)
    document.do(EditCaption(ONE, 0, "y"))
    assert document.redo_label(ONE) is None
    assert labels(document) == [("Edit caption 1", True)]


def test_a_bulk_mark_undone_from_one_sample_leaves_newer_marks_of_the_others(document: Document) -> None:
    step = document.do(MarkSamples(ALL, ACCEPTED))
    document.do(MarkSamples((ZERO,), add_tags=["later"]))
    document.undo(ONE)
    assert document.marks.reviews() == {ZERO: Review(tags=("later",))}
    document.redo(ONE)
    assert document.marks.review(ZERO) == Review(ACCEPTED, ("later",))
    assert step is not None
    document.marks.take_back(step)
    document.marks.take_back(step)
    assert document.marks.reviews() == {ZERO: Review(tags=("later",))}
    with pytest.raises(InvalidEditError, match="marks no samples"):
        document.marks.take_back(1)


def test_findings_are_dismissed_and_recalled_beside_the_other_marks(document: Document) -> None:
    document.do(MarkSamples((ONE,), ACCEPTED, dismiss=("b", "a")))
    document.do(MarkSamples((ONE,), dismiss=("c",)))
    assert document.marks.review(ONE) == Review(ACCEPTED, dismissed=("a", "b", "c"))
    document.do(MarkSamples((ONE,), recall=("b",)))
    assert document.marks.review(ONE).dismissed == ("a", "c")
    document.undo(ONE)
    document.undo(ONE)
    assert document.marks.review(ONE).dismissed == ("a", "b")


def test_typing_in_one_note_is_one_step(dataset: Path) -> None:
    document = opened(dataset, DocumentSettings())
    panel = object()
    document.do(MarkSamples((ONE,), note="first", origin="script"))
    for text in ("L", "Left", "Left ear"):
        document.do(MarkSamples((ONE,), note=text, origin=panel))
    assert labels(document) == [("Edit note", True), ("Edit note", True)]
    document.undo(ONE)
    assert document.marks.review(ONE).note == "first"
    document.redo(ONE)
    assert document.marks.review(ONE).note == "Left ear"
    document.do(MarkSamples((ONE,), note="x", origin=panel))
    document.do(MarkSamples((ONE,), note="Left ear", origin=panel))
    assert [done for _, done in labels(document)] == [True, True, False]
    document.close()
    assert opened(dataset).marks.review(ONE).note == "Left ear"


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (MarkSamples((ONE, SampleId("77")), ACCEPTED), "there is no sample 77"),
        (MarkSamples((ONE,), add_tags=["two\nlines"]), "is no tag"),
        (MarkSamples((ONE,), add_tags=[" "]), "is no tag"),
        (MarkSamples((ONE,), remove_tags=["x" * 65]), "is no tag"),
        (MarkSamples((ONE,), add_tags=[str(n) for n in range(101)]), "more than 100 tags"),
        (MarkSamples((ONE,), note="x" * 20_001), "the note has 20,001 letters"),
        (MarkSamples((ONE,), dismiss=("",)), "a finding has a key"),
        (MarkSamples((ONE,), recall=("a b",)), "a finding has a key"),
        (MarkSamples((ONE,), dismiss=tuple(map(str, range(101)))), "100 at once are the most"),
    ],
)
def test_a_senseless_mark_is_refused_and_changes_nothing(document: Document, edit: MarkSamples, message: str) -> None:
    with pytest.raises(FaceDataError, match=message):
        document.do(edit)
    assert document.marks.reviews() == {}
    assert not document.work.exists


def test_the_pace_counts_decisions_that_stayed(document: Document) -> None:
    start = time.time()
    document.do(MarkSamples(ALL, ACCEPTED))
    document.do(MarkSamples((ONE,), REJECTED))
    document.do(MarkSamples((ONE,), add_tags=["t"]))
    document.undo(ONE)
    document.undo(ONE)
    (when,) = document.marks.times()
    assert start <= when <= time.time()


def test_marking_thirty_thousand_is_one_quick_step(tmp_path: Path) -> None:
    store = PlainStore(make_dataset(tmp_path / "faces"))
    ids = [SampleId(str(number)) for number in range(30_000)]
    known = set(ids)
    store.__class__ = type("Wide", (PlainStore,), {"__contains__": lambda self, sample: sample in known})
    document = Document(store, settings=BY_HAND)
    start = time.process_time()
    document.do(MarkSamples(ids, ACCEPTED, add_tags=["all"]))
    assert document.undo_label(ONE) == "Accept 30 000 samples, tag all"
    document.undo(ONE)
    document.redo(ONE)
    assert len(document.marks.reviews()) == 30_000
    assert time.process_time() - start < 1.0
    document.close()


STEP = st.one_of(
    st.tuples(st.just("type"), st.integers(0, 5)),
    st.tuples(st.just("mark"), st.sampled_from(list(ReviewState))),
    st.tuples(st.just("bulk"), st.sampled_from("ab")),
    st.tuples(st.sampled_from(["undo", "redo"]), st.none()),
    st.tuples(st.just("go"), st.integers(0, 8)),
)


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(STEP, max_size=20))
def test_history_is_one_line_of_edits_and_marks_that_a_click_walks_along(steps: list[tuple[str, Any]]) -> None:
    """The model is a list of states; ``go`` does what a click in the history panel does."""
    with tempfile.TemporaryDirectory(dir=MEMORY_DISK) as folder:
        document = opened(make_dataset(Path(folder) / "faces"))
        states, at = [state(document)], 0
        for what, value in steps:
            if what == "go":
                for _ in range(abs(value - at)):
                    document.undo(ONE) if value < at else document.redo(ONE)
                at = min(value, len(states) - 1)
            elif what in {"undo", "redo"}:
                document.undo(ONE) if what == "undo" else document.redo(ONE)
                at = max(at - 1, 0) if what == "undo" else min(at + 1, len(states) - 1)
            else:
                if what == "type":
                    document.do(EditCaption(ONE, 0, str(value)))
                elif what == "mark":
                    document.do(MarkSamples((ONE,), value))
                else:
                    document.do(MarkSamples(ALL, add_tags=[value]))
                if state(document) != states[at]:
                    states[at + 1 :] = [state(document)]
                    at += 1
            assert state(document) == states[at]
            assert [step.is_done for step in document.history(ONE)] == [n < at for n in range(len(states) - 1)]
            assert [step.is_current for step in document.history(ONE)] == [n == at - 1 for n in range(len(states) - 1)]
            assert (document.undo_label(ONE) is None, document.redo_label(ONE) is None) == (
                at == 0,
                at == len(states) - 1,
            )
        document.close()


def state(document: Document) -> tuple[object, Review]:
    captions = document.captions(ONE)
    return captions and captions.to_bytes(), document.marks.review(ONE)

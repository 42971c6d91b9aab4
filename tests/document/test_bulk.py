"""A bulk edit is one step of all its samples: made whole or not at all, taken back together, in later sessions too."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from app.document.bulk import BulkEdit
from app.document.changes import Change
from app.document.document import Document
from app.document.edits import EditCaption, PaintLayer, SetAttributes
from app.faces.errors import InvalidEditError, SampleNotFoundError
from app.faces.sample import Modality, SampleId
from app.imaging.compose import Operation
from tests.document.plain_store import BY_HAND, SHAPE, PlainStore

Opening = Callable[[], Document]


def ids(document: Document) -> list[SampleId]:
    return list(document.store.sample_ids)


def firsts(document: Document) -> list[str]:
    return [document.captions(sample).texts[0] for sample in ids(document)]  # type: ignore[union-attr]


def renamed(document: Document, text: str = "She smiles.") -> BulkEdit:
    return BulkEdit(tuple(EditCaption(sample, 0, text) for sample in ids(document)), "Replace in all")


def test_it_is_done_undone_and_redone_as_one_step_told_at_once(document: Document) -> None:
    before, told = firsts(document), list[tuple[Change, ...]]()
    document.subscribe(told.append)
    everyone = tuple(ids(document))
    document.do(renamed(document))
    assert firsts(document) == ["She smiles."] * len(everyone)
    assert {document.undo_label(sample) for sample in everyone} == {"Replace in all"}
    last = everyone[-1]
    assert set(document.undo_scope(last)) == set(everyone)
    assert document.undo_scope(last)[0] == last
    assert document.undo(last) == {}
    assert firsts(document) == before
    assert set(document.redo_scope(everyone[0])) == set(everyone)
    assert document.redo(everyone[0]) == {}
    assert firsts(document) == ["She smiles."] * len(everyone)
    assert [{change.sample for change in group} for group in told] == [set(everyone)] * 3
    assert not document.unsaved() or set(document.unsaved()) == set(everyone)


def test_nothing_is_done_when_one_edit_cannot_be(document: Document) -> None:
    before, one = firsts(document), ids(document)[0]
    with pytest.raises(InvalidEditError, match="there is no caption 99"):
        document.do(BulkEdit((*renamed(document).edits[1:], EditCaption(one, 98, "no")), "Replace"))
    with pytest.raises(SampleNotFoundError):
        document.do(BulkEdit((*renamed(document).edits, EditCaption(SampleId("no"), 0, "no")), "Replace"))
    with pytest.raises(InvalidEditError, match="one edit of each sample"):
        document.do(BulkEdit((EditCaption(one, 0, "a"), EditCaption(one, 1, "b")), "Replace"))
    assert firsts(document) == before
    assert document.unsaved() == ()
    assert document.do(BulkEdit((EditCaption(one, 0, before[0]),), "Nothing")) is None


def test_a_sample_edited_since_keeps_its_text_and_is_named(document: Document) -> None:
    one, two, *_ = ids(document)
    document.do(renamed(document))
    document.do(EditCaption(two, 0, "He smiles."))
    assert two not in document.undo_scope(one)
    assert document.undo(one) == {two: f"sample {two} was edited since; it is left as it is"}
    assert document.captions(two).texts[0] == "He smiles."  # type: ignore[union-attr]
    document.undo(two)
    assert document.undo_scope(two) == (two,)
    assert document.undo(two) == {}
    assert document.unsaved() == ()


def test_typing_afterwards_is_a_step_of_its_own(document: Document) -> None:
    one = ids(document)[0]
    document.do(renamed(document))
    document.do(EditCaption(one, 0, "She smiles. "))
    document.undo(one)
    assert document.captions(one).texts[0] == "She smiles."  # type: ignore[union-attr]
    assert document.undo_label(one) == "Replace in all"


def test_the_next_session_takes_it_back_from_all(dataset: Path) -> None:
    with closing(Document(PlainStore(dataset), settings=BY_HAND)) as document:
        before = firsts(document)
        document.do(renamed(document))
        document.save()
        document.wait()
        assert document.unsaved() == ()
    with closing(Document(PlainStore(dataset), settings=BY_HAND)) as document:
        one, *others = ids(document)
        assert set(document.undo_scope(one)) == {one, *others}
        assert not any(document.is_open(sample) for sample in others)
        assert document.undo(one) == {}
        assert firsts(document) == before
        document.save()
        document.wait()
    with closing(Document(PlainStore(dataset), settings=BY_HAND)) as document:
        assert set(document.redo_scope(one)) == {one, *others}
        document.redo(others[0])
        assert firsts(document) == ["She smiles."] * (1 + len(others))


def test_a_sample_whose_files_others_changed_is_left_and_named(dataset: Path) -> None:
    with closing(Document(PlainStore(dataset), settings=BY_HAND)) as document:
        one, two, *_ = ids(document)
        document.do(renamed(document))
        document.save()
        document.wait()
    (dataset / "text" / f"{two}.txt").write_text("Something else.\n")
    with closing(Document(PlainStore(dataset), settings=BY_HAND)) as document:
        left = document.undo(one)
        assert left == {two: f"sample {two} has files that were changed since by another program; it is left as it is"}
        assert document.captions(two).texts == ("Something else.",)  # type: ignore[union-attr]


def test_samples_are_edited_one_after_the_other_and_saved_in_between(document: Document) -> None:
    before, everyone = firsts(document), ids(document)
    bulk = document.bulks.begin("Set Smiling to no")
    for sample in everyone:
        bulk.do(EditCaption(sample, 0, "One by one."))
        document.save()
        document.wait()
    assert bulk.samples == everyone
    assert document.unsaved() == ()
    document.undo(everyone[0])
    assert firsts(document) == before


def test_a_sample_edited_while_a_bulk_edit_goes_on_is_left_alone(document: Document) -> None:
    one, two, *_ = ids(document)
    bulk = document.bulks.begin("Replace")
    bulk.do(EditCaption(one, 0, "a"))
    document.do(EditCaption(two, 0, "typed"))
    with pytest.raises(InvalidEditError, match=f"sample {two} was edited meanwhile"):
        bulk.do(EditCaption(two, 0, "a"))
    with pytest.raises(InvalidEditError, match="edited meanwhile"):
        bulk.do(EditCaption(one, 1, "twice"))
    assert document.captions(two).texts[0] == "typed"  # type: ignore[union-attr]


def test_a_mask_under_the_brush_is_left_alone(document: Document) -> None:
    one = ids(document)[0]
    document.begin_stroke(one, Operation(1))
    with pytest.raises(InvalidEditError, match="a stroke is in progress"):
        document.do(BulkEdit((PaintLayer(one, "skin", np.zeros(SHAPE, np.bool_)),), "Empty skin"))


def test_masks_leave_memory_and_are_read_again_when_asked_for(document: Document) -> None:
    one, two, *_ = ids(document)
    pixels = {sample: PlainStore(document.store.root).read_mask(sample).value.bits.copy() for sample in (one, two)}  # type: ignore[union-attr]
    shown = document.mask(one)
    document.do(renamed(document))
    assert document.mask(one) is shown
    assert document._open[two].values[Modality.MASK].kept is None
    assert (document.mask(two).bits == pixels[two]).all()  # type: ignore[union-attr]
    assert (document.saved_mask(two).bits == pixels[two]).all()  # type: ignore[union-attr]
    covered = (pixels[two] & 1).astype(bool)
    covered[: SHAPE[0] // 2] = True
    document.do(PaintLayer(two, "skin", covered))
    document.undo(two)
    assert (document.mask(two).bits == pixels[two]).all()  # type: ignore[union-attr]


def test_attributes_of_one_table_are_set_and_saved_together(document: Document) -> None:
    everyone = ids(document)
    before = [document.attributes(sample) for sample in everyone]
    edits = [SetAttributes(sample, (("Smiling", False), ("Young", None))) for sample in everyone]
    document.do(BulkEdit(tuple(edits), "Set Smiling to no and Young to unknown"))
    document.save()
    document.wait()
    saved = [PlainStore(document.store.root).read_attributes(sample).value for sample in everyone]
    assert [(row["Smiling"], row["Young"]) for row in saved if row is not None] == [(False, None)] * len(everyone)
    document.undo(everyone[0])
    assert [document.attributes(sample) for sample in everyone] == before


def test_a_log_of_before_is_read_and_finds_steps_by_their_id(document: Document, dataset: Path) -> None:
    document.do(renamed(document))
    document.save()
    document.close()
    log = next(dataset.rglob("edits.sqlite"))
    with closing(sqlite3.connect(log)) as db:
        db.execute("DROP INDEX steps_by_id")
        db.commit()
    with closing(Document(PlainStore(dataset), settings=BY_HAND)) as later:
        assert len(later.undo_scope(ids(later)[0])) == len(ids(later))
        assert not [notice for notice in later.notices if "edit log" in notice]
    assert {path.name for path in dataset.rglob("edits*")} <= {"edits.sqlite", "edits.sqlite-journal"}

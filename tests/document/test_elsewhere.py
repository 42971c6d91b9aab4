"""Saving elsewhere: dataset and overlay together hold the edits; neither the dataset nor a file there is changed."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.document import disk
from app.document.document import Document
from app.document.edits import EditCaption, PaintLayer, SetAttribute
from app.document.elsewhere import DELETIONS
from app.faces.errors import ConflictError, InvalidEditError, ReadOnlyError, SaveError
from app.faces.sample import SampleId
from app.faces.store import SavePlan, ValueChange
from tests.document.plain_store import SHAPE, PlainStore, tree

ZERO, ONE, TWO = SampleId("0"), SampleId("1"), SampleId("2")
NOTHING = np.zeros(SHAPE, bool)
CORNER = np.zeros(SHAPE, bool)
CORNER[:10, :10] = True


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    chosen = tmp_path / "chosen"
    chosen.mkdir()
    return chosen


def edit(document: Document) -> None:
    """A file changed, one made, one deleted, and a table with words of two samples."""
    document.do(EditCaption(ONE, 0, "x"))
    document.do(PaintLayer(ONE, "hat", CORNER))
    document.do(PaintLayer(ONE, "skin", NOTHING))
    document.do(SetAttribute(ONE, "Smiling", False))
    document.do(SetAttribute(ZERO, "Male", True))


def apply(overlay: Path, dataset: Path) -> None:
    """What a person does with it later."""
    for line in (overlay / DELETIONS).read_text().splitlines() if (overlay / DELETIONS).exists() else ():
        (dataset / line).unlink()
    shutil.copytree(overlay, dataset, dirs_exist_ok=True, ignore=shutil.ignore_patterns(DELETIONS))


def test_the_overlay_is_what_a_save_would_write(document: Document, dataset: Path, folder: Path) -> None:
    before = tree(dataset)
    edit(document)
    report = document.save_elsewhere((ZERO, ONE, TWO), folder)
    assert report.written == ["attributes.tsv", "masks/1_hat.layer", "text/1.txt"]
    assert (report.deletions, report.skipped) == (["masks/1_skin.layer"], {})
    assert sorted(tree(folder)) == [*report.written[:1], DELETIONS, *report.written[1:]]
    assert tree(dataset) == before
    assert document.unsaved() == (ZERO, ONE) or document.unsaved() == (ONE, ZERO)
    document.save()
    document.wait()
    saved = tree(dataset)
    for path, data in before.items():
        (dataset / path).write_bytes(data)
    (dataset / "masks/1_hat.layer").unlink()
    apply(folder, dataset)
    assert tree(dataset) == saved


def test_after_a_conflict_the_overlay_holds_mine_over_theirs(document: Document, dataset: Path, folder: Path) -> None:
    edit(document)
    (dataset / "text/1.txt").write_bytes(b"theirs\n")
    for file in dataset.glob("masks/1_*"):
        file.unlink()
    document.save_elsewhere([ONE], folder)
    mine = document.mask(ONE)
    assert mine is not None
    apply(folder, dataset)
    fresh = PlainStore(dataset)
    theirs = fresh.read_mask(ONE).value
    assert theirs is not None
    assert mine.equals(theirs)
    assert fresh.read_captions(ONE).value == document.captions(ONE)
    assert document.unsaved()


def test_a_file_that_is_there_is_never_replaced(document: Document, folder: Path) -> None:
    edit(document)
    document.save_elsewhere([ONE], folder)
    first = tree(folder)
    document.save_elsewhere([ONE], folder)
    document.do(EditCaption(ONE, 0, "y"))
    with pytest.raises(ConflictError, match=r"text/1\.txt is there already and differs; nothing was written"):
        document.save_elsewhere([ONE], folder)
    assert tree(folder) == first


def test_the_folder_lies_outside_the_dataset(document: Document, dataset: Path, folder: Path, tmp_path: Path) -> None:
    edit(document)
    before = tree(dataset)
    (folder / "text").symlink_to(dataset / "text")
    for wrong, why in ((dataset / "text", "in the dataset"), (tmp_path / "none", "no folder"), (folder, "leads out")):
        with pytest.raises(InvalidEditError, match=why):
            document.save_elsewhere([ONE], wrong)
    assert tree(dataset) == before


def test_a_disk_that_fails_leaves_nothing_there(
    document: Document, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(document)
    write_new, written = disk.write_new, []

    def full(path: Path, *rest: Any) -> None:
        if len(written) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        written.append(path)
        write_new(path, *rest)

    monkeypatch.setattr(disk, "write_new", full)
    with pytest.raises(SaveError, match="No space left on device; nothing was written there"):
        document.save_elsewhere([ONE], folder)
    assert list(folder.iterdir()) == []


def test_a_sample_that_cannot_be_planned_is_named_and_the_others_are_written(
    document: Document, store: PlainStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document.do(EditCaption(ZERO, 0, "x"))
    document.do(SetAttribute(ONE, "Smiling", False))
    plan_save = store.plan_save

    def refuse(sample: SampleId, changes: Sequence[ValueChange]) -> SavePlan:
        if sample == ONE:
            raise ReadOnlyError("the table cannot hold it")
        return plan_save(sample, changes)

    monkeypatch.setattr(store, "plan_save", refuse)
    report = document.save_elsewhere([ZERO, ONE], folder)
    assert report.written == ["text/0.txt"]
    assert report.skipped == {ONE: "the table cannot hold it"}

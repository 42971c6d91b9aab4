"""The rescue commands: finish what was interrupted, bring originals back, prove what is kept."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from app.document.document import Document
from app.document.edits import EditCaption, PaintLayer, SetAttribute
from app.document.journal import Record, write_record
from app.faces.errors import UnsafeFileError
from app.faces.sample import SampleId
from app.faces.store import FileChange
from app.workbench import open as opening
from app.workbench import recover as rescue
from tests.document.plain_store import BY_HAND, SHAPE, PlainStore, make_dataset, sha256, tree

ZERO, ONE = SampleId("0"), SampleId("1")


@pytest.fixture
def dataset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    def open_plain(folder: Path, **_: object) -> PlainStore:
        return PlainStore(folder)

    monkeypatch.setattr(opening, "open_store", open_plain)
    monkeypatch.setattr(rescue, "open_store", open_plain)
    return make_dataset(tmp_path / "faces")


def edited(dataset: Path) -> Document:
    document = Document(PlainStore(dataset), settings=BY_HAND)
    document.do(EditCaption(ONE, 0, "x"))
    document.do(PaintLayer(ONE, "skin", np.zeros(SHAPE, bool)))
    document.do(PaintLayer(ONE, "hat", np.ones(SHAPE, bool)))
    document.do(SetAttribute(ONE, "Male", True))
    document.do(SetAttribute(ZERO, "Male", True))
    document.do(EditCaption(ZERO, 0, "y"))
    document.save()
    assert document.wait(20)
    return document


def test_a_dataset_without_edits_needs_nothing_and_stays_untouched(dataset: Path) -> None:
    before = tree(dataset)
    assert rescue.recover(dataset) == rescue.RecoverReport()
    assert rescue.verify(dataset) == rescue.VerifyReport(".facewright", exists=False)
    assert rescue.restore(dataset) == rescue.RestoreReport()
    assert tree(dataset) == before
    assert not (dataset / ".facewright").exists()


def test_recover_finishes_a_save_and_lists_what_is_unsaved(dataset: Path) -> None:
    document = edited(dataset)
    document.do(EditCaption(ONE, 1, "unsaved"))
    document.wait()
    text = (dataset / "text/2.txt").read_bytes()
    record = Record(SampleId("2"), 0, 0, (FileChange("text/2.txt", sha256(text), b"finished\n"),))
    write_record(document.work.journal, "1", record)
    (document.work.journal / "2.redo").write_bytes(record.to_bytes()[:50])
    document.close()
    report = rescue.recover(dataset)
    assert (report.finished, report.dropped, report.refused) == (["2"], ["2.redo"], [])
    assert [(r.sample, r.steps, r.conflict) for r in report.unsaved] == [(ONE, 1, None)]
    assert (dataset / "text/2.txt").read_bytes() == b"finished\n"
    json.dumps(dataclasses.asdict(report))
    assert rescue.recover(dataset).finished == []


def test_restore_brings_every_original_byte_back_and_can_be_undone(dataset: Path) -> None:
    before = tree(dataset)
    edited(dataset).close()
    changed = tree(dataset)
    report = rescue.restore(dataset)
    assert tree(dataset) == before
    assert sorted(report.restored) == [
        "attributes.tsv",
        "masks/1_hat.layer",
        "masks/1_skin.layer",
        "text/0.txt",
        "text/1.txt",
    ]
    assert report.skipped == {}
    assert rescue.restore(dataset).restored == []
    document = Document(PlainStore(dataset))
    assert document.undo_label(ONE) == "Restore originals"
    for sample in (ZERO, ONE):
        while document.undo_label(sample) == "Restore originals":
            document.undo(sample)
    document.save()
    document.wait()
    assert document.unsaved() == ()
    assert tree(dataset) == changed
    document.close()


def test_restore_of_one_sample_leaves_the_others_and_shared_tables(dataset: Path) -> None:
    before = tree(dataset)
    edited(dataset).close()
    changed = tree(dataset)
    report = rescue.restore(dataset, ids=["1"])
    assert report.skipped == {"attributes.tsv": "it holds other samples too; name it to restore it for all of them"}
    mine = {"masks/1_hat.layer", "masks/1_skin.layer", "text/1.txt"}
    assert set(report.restored) == mine
    after = tree(dataset)
    assert {p for p in before | changed if after.get(p) != changed.get(p)} == mine
    assert all(after.get(p) == before.get(p) for p in mine)


def test_restore_of_one_file(dataset: Path) -> None:
    before = tree(dataset)
    edited(dataset).close()
    assert rescue.restore(dataset, file="attributes.tsv").restored == ["attributes.tsv"]
    assert (dataset / "attributes.tsv").read_bytes() == before["attributes.tsv"]
    assert rescue.restore(dataset, ids=["2"]).skipped == {"2": "it was never changed by this program"}
    report = rescue.restore(dataset, file="text/2.txt")
    assert report.skipped == {"text/2.txt": "it was never changed by this program"}
    with pytest.raises(UnsafeFileError):
        rescue.restore(dataset, file="../x")


def test_restore_leaves_samples_with_unsaved_edits_alone(dataset: Path) -> None:
    document = edited(dataset)
    document.do(EditCaption(ONE, 1, "unsaved"))
    document.close()
    report = rescue.restore(dataset, ids=["1"])
    assert "sample 1 has unsaved edits" in report.skipped["1"]
    assert report.restored == []


def test_verify_names_what_is_damaged(dataset: Path) -> None:
    document = edited(dataset)
    document.close()
    sound = rescue.verify(dataset)
    assert (sound.problems, sound.is_sound, sound.interrupted_saves, sound.saves) == ([], True, 0, 6)
    assert sound.objects == 3
    json.dumps(dataclasses.asdict(sound))
    work = document.work
    first, second, *_ = (p for folder in sorted(work.objects.glob("??")) for p in folder.iterdir())
    first.chmod(0o600)
    first.write_bytes(b"bent")
    second.unlink()
    with (work.objects / "ledger.jsonl").open("ab") as ledger:
        ledger.write(b'{"time": 1, "path": "../x"')
    (work.journal / "1.redo").write_bytes(b"torn")
    work.log.write_bytes(work.log.read_bytes()[:3000])
    report = rescue.verify(dataset)
    text = "\n".join(report.problems)
    assert "its content is not that of its hash" in text
    assert "is missing" in text
    assert "the ledger has 1 lines that cannot be read" in text
    assert "journal/1.redo: the record is cut short; recover drops it" in text
    assert "edit log: " in text
    assert not report.is_sound

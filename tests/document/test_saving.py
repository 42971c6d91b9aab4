"""Saving: exactly the meant files, whole or not at all, never over somebody else's work."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.document import disk, swapping, work_folder
from app.document.changes import SaveEvent, SaveState
from app.document.document import Document
from app.document.edits import EditCaption, InsertCaption, NewMask, PaintLayer, SetAttribute
from app.document.work_folder import WorkFolder
from app.faces.errors import FaceDataError, InvalidEditError, ReadOnlyError
from app.faces.sample import Modality, SampleId
from app.faces.store import FileChange, SavePlan
from app.imaging.compose import Operation
from app.imaging.raster import Rect
from tests.document.plain_store import BY_HAND, HAIR, SHAPE, PlainStore, layer_bytes, make_dataset, sha256, tree

ZERO, ONE = SampleId("0"), SampleId("1")
CORNER = np.zeros(SHAPE, bool)
CORNER[:10, :10] = True


@pytest.fixture
def events(document: Document) -> list[SaveEvent]:
    told: list[SaveEvent] = []
    document.subscribe_saves(told.append)
    return told


def save(document: Document) -> None:
    document.save()
    assert document.wait(20)


def changed(before: dict[str, bytes], after: dict[str, bytes]) -> set[str]:
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


def test_looking_makes_no_file(document: Document, dataset: Path) -> None:
    before = tree(dataset)
    document.open(ONE)
    document.undo_label(ONE)
    document.recovered()
    document.read_only(ONE, Modality.MASK)
    document.save()
    document.close()
    assert tree(dataset) == before
    assert not (dataset / ".facewright").exists()


def test_a_save_changes_the_meant_files_and_no_other(
    document: Document, dataset: Path, events: list[SaveEvent]
) -> None:
    before = tree(dataset)
    document.do(PaintLayer(ONE, "nose", CORNER))
    document.do(EditCaption(ONE, 1, "Other."))
    assert document.unsaved() == (ONE,)
    save(document)
    after = tree(dataset)
    assert changed(before, after) == {"masks/1_nose.layer", "text/1.txt"}
    assert after["text/1.txt"] == b"She smiles. \nOther.\r\nNo \xc3\xa9nd"
    assert [(e.sample, e.state) for e in events] == [(ONE, SaveState.STARTED), (ONE, SaveState.SAVED)]
    assert document.unsaved() == ()
    mask = document.store.read_mask(ONE).value
    assert mask is not None
    assert np.array_equal(mask.layer("nose"), CORNER)


def test_an_emptied_class_loses_its_file_and_undo_brings_its_very_bytes_back(document: Document, dataset: Path) -> None:
    before = tree(dataset)
    document.do(PaintLayer(ONE, "skin", np.zeros(SHAPE, bool)))
    document.do(PaintLayer(ONE, "hair", CORNER))
    save(document)
    assert "masks/1_skin.layer" not in tree(dataset)
    document.undo(ONE)
    document.undo(ONE)
    assert document.is_unsaved(ONE)
    save(document)
    assert tree(dataset) == before
    document.redo(ONE)
    save(document)
    assert changed(before, tree(dataset)) == {"masks/1_skin.layer"}


def test_a_black_file_that_was_there_comes_back_when_its_class_is_emptied_again(
    document: Document, dataset: Path
) -> None:
    black = dataset / "masks/1_hat.layer"
    black.write_bytes(layer_bytes(np.zeros(SHAPE, bool), b"original"))
    before = tree(dataset)
    document.do(PaintLayer(ONE, "hat", CORNER))
    save(document)
    document.undo(ONE)
    save(document)
    assert tree(dataset) == before
    document.redo(ONE)
    save(document)
    document.do(PaintLayer(ONE, "hat", np.zeros(SHAPE, bool)))
    save(document)
    assert document.unsaved() == ()
    assert tree(dataset) == before


def test_undone_to_the_saved_state_is_clean_and_writes_nothing(
    document: Document, dataset: Path, store: PlainStore
) -> None:
    document.do(EditCaption(ONE, 0, "x"))
    save(document)
    document.do(EditCaption(ONE, 0, "y"))
    document.undo(ONE)
    assert document.unsaved() == ()
    before = {path: path.stat().st_ino for path in dataset.rglob("*.txt")}
    save(document)
    assert {path: path.stat().st_ino for path in dataset.rglob("*.txt")} == before
    assert store.planned == 1


def test_an_edit_made_during_a_save_stays_unsaved(document: Document, store: PlainStore, dataset: Path) -> None:
    document.do(EditCaption(ONE, 0, "first"))
    go, plan = threading.Event(), store.plan_save

    def slow(*arguments: object) -> SavePlan:
        assert go.wait(10)
        return plan(*arguments)  # type: ignore[arg-type]

    store.plan_save = slow  # type: ignore[method-assign]
    document.save()
    assert document.saving()
    document.do(EditCaption(ONE, 0, "second"))
    go.set()
    document.wait(20)
    assert (dataset / "text/1.txt").read_bytes().startswith(b"first\n")
    assert document.is_unsaved(ONE)
    save(document)
    assert (dataset / "text/1.txt").read_bytes().startswith(b"second\n")
    assert not document.is_unsaved(ONE)


def test_typing_during_a_save_is_not_merged_into_what_is_being_saved(store: PlainStore) -> None:
    document = Document(store)
    document.do(EditCaption(ONE, 0, "first"))
    document.save()
    document.do(EditCaption(ONE, 0, "first and more"))
    assert document.wait(20)
    assert document.is_unsaved(ONE)
    document.undo(ONE)
    assert not document.is_unsaved(ONE)
    captions = document.captions(ONE)
    assert captions is not None
    assert captions.texts[0] == "first"


def test_a_save_asked_for_during_a_save_follows_it(document: Document, store: PlainStore, dataset: Path) -> None:
    document.do(EditCaption(ONE, 0, "first"))
    document.save()
    document.do(EditCaption(ONE, 0, "second"))
    document.save()
    assert document.wait(20)
    assert (dataset / "text/1.txt").read_bytes().startswith(b"second\n")
    assert document.unsaved() == ()


def test_a_stroke_in_progress_is_not_saved(document: Document, dataset: Path) -> None:
    before = tree(dataset)
    document.do(EditCaption(ONE, 0, "x"))
    document.do(PaintLayer(ONE, "hat", CORNER))
    stroke = document.begin_stroke(ONE, Operation(HAIR))
    stroke.cover(Rect(80, 80, 10, 10), np.ones((10, 10), bool))
    save(document)
    assert changed(before, tree(dataset)) == {"text/1.txt", "masks/1_hat.layer"}
    stroke.commit()
    assert document.is_unsaved(ONE, Modality.MASK)
    assert not document.is_unsaved(ONE, Modality.CAPTIONS)
    save(document)
    assert changed(before, tree(dataset)) == {"text/1.txt", "masks/1_hat.layer", "masks/1_hair.layer"}


def test_samples_share_a_table_without_conflict(document: Document, dataset: Path, events: list[SaveEvent]) -> None:
    for sample in (ZERO, ONE):
        document.do(SetAttribute(sample, "Male", True))
    save(document)
    document.do(SetAttribute(ZERO, "Young", True))
    save(document)
    document.do(SetAttribute(ONE, "Young", False))
    document.undo(ZERO)
    save(document)
    assert {e.state for e in events} == {SaveState.STARTED, SaveState.SAVED}
    assert (dataset / "attributes.tsv").read_text() == "0\t1\t1\t0\n1\t1\t1\t-1\n2\t1\t-1\t0\n"


def test_somebody_elses_change_is_not_overwritten(document: Document, dataset: Path, events: list[SaveEvent]) -> None:
    document.do(EditCaption(ONE, 0, "mine"))
    document.do(PaintLayer(ONE, "hat", CORNER))
    (dataset / "text/1.txt").write_bytes(b"theirs\n")
    before = tree(dataset)
    save(document)
    assert tree(dataset) == before
    assert events[-1].state is SaveState.CONFLICT
    assert "text/1.txt was changed by another program" in events[-1].message
    assert document.unsaved() == (ONE,)


@pytest.mark.parametrize("keep", ["mine", "theirs"])
def test_a_conflict_is_resolved_either_way_and_undo_reaches_the_other(
    document: Document, dataset: Path, keep: str
) -> None:
    document.do(EditCaption(ONE, 0, "mine"))
    (dataset / "text/1.txt").write_bytes(b"theirs\nb\n")
    save(document)
    document.reloading.resolve(ONE, keep)  # type: ignore[arg-type]
    captions = document.captions(ONE)
    assert captions is not None
    assert captions.texts[0] == keep
    assert document.is_unsaved(ONE) == (keep == "mine")
    save(document)
    assert (dataset / "text/1.txt").read_bytes().startswith(keep.encode())
    document.undo(ONE)
    captions = document.captions(ONE)
    assert captions is not None
    assert captions.texts[0] == ("theirs" if keep == "mine" else "mine")
    save(document)
    assert (dataset / "text/1.txt").read_bytes() == (
        b"theirs\nb\n" if keep == "mine" else b"mine\nHer hair is long.\r\nNo \xc3\xa9nd"
    )
    assert [s.label for s in document.history(ONE)][:2] == ["Edit caption 1", "Take the version on disk"]


def test_a_conflict_over_a_mask_that_we_took_away_again_keeps_mine_as_an_empty_one(
    document: Document, dataset: Path
) -> None:
    theirs = [file.rename(file.with_suffix(".theirs")) for file in dataset.glob("masks/1_*")]
    document.do(NewMask(ONE, SHAPE))
    document.undo(ONE)
    document.do(EditCaption(ONE, 0, "mine"))
    for file in theirs:
        file.rename(file.with_suffix(".layer"))
    document.reloading.resolve(ONE, "mine")
    mask = document.mask(ONE)
    assert mask is not None
    assert mask.present == 0
    assert document.captions(ONE).texts[0] == "mine"  # type: ignore[union-attr]
    document.undo(ONE)
    document.undo(ONE)
    assert mask.present == 4097
    assert document.unsaved() == ()


def test_a_version_written_in_the_very_moment_survives(
    document: Document, dataset: Path, events: list[SaveEvent], monkeypatch: pytest.MonkeyPatch
) -> None:
    document.do(EditCaption(ONE, 0, "mine"))
    document.do(PaintLayer(ONE, "hat", CORNER))
    exchange = disk.exchange
    before = tree(dataset)

    def late(draft: Path, target: Path) -> bool:
        if target.name == "1.txt" and target.read_bytes().startswith(b"She"):
            target.write_bytes(b"theirs\n")
        return exchange(draft, target)

    monkeypatch.setattr(disk, "exchange", late)
    save(document)
    assert events[-1].state is SaveState.CONFLICT
    assert tree(dataset) == before | {"text/1.txt": b"theirs\n"}


def test_a_new_name_taken_in_the_very_moment_is_a_conflict(
    document: Document, dataset: Path, events: list[SaveEvent], monkeypatch: pytest.MonkeyPatch
) -> None:
    document.do(PaintLayer(ONE, "hat", CORNER))
    move = disk.move_to_new

    def late(draft: Path, target: Path) -> None:
        target.write_bytes(b"theirs")
        move(draft, target)

    monkeypatch.setattr(disk, "move_to_new", late)
    save(document)
    assert events[-1].state is SaveState.CONFLICT
    assert (dataset / "masks/1_hat.layer").read_bytes() == b"theirs"


@pytest.mark.parametrize("have", [True, False], ids=["renameat2", "fallback"])
def test_mode_bits_stay_and_links_are_followed_inside(
    document: Document, dataset: Path, have: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not have:
        monkeypatch.setattr(disk, "_libc_renameat2", None)
    text = dataset / "text/1.txt"
    text.rename(dataset / "real.txt")
    text.symlink_to(dataset / "real.txt")
    (dataset / "real.txt").chmod(0o640)
    document.do(EditCaption(ONE, 0, "x"))
    document.do(PaintLayer(ONE, "hat", CORNER))
    document.do(PaintLayer(ONE, "skin", np.zeros(SHAPE, bool)))
    save(document)
    assert document.unsaved() == ()
    assert text.is_symlink()
    assert (dataset / "real.txt").read_bytes().startswith(b"x\n")
    assert stat.S_IMODE((dataset / "real.txt").stat().st_mode) == 0o640
    assert (dataset / "masks/1_hat.layer").exists()
    assert not (dataset / "masks/1_skin.layer").exists()
    assert list((dataset / ".facewright/tmp").iterdir()) == []
    assert list((dataset / ".facewright/journal").iterdir()) == []


def test_a_store_of_write_protected_contents_is_not_written_through_a_link(
    document: Document, dataset: Path, events: list[SaveEvent]
) -> None:
    text, content = dataset / "text/1.txt", dataset / "content-by-hash"
    text.rename(content)
    content.chmod(0o444)
    text.symlink_to(content)
    before = content.read_bytes()
    document.do(EditCaption(ONE, 0, "x"))
    save(document)
    assert events[-1].state is SaveState.FAILED
    assert "text/1.txt is a link to the write-protected content-by-hash; put a copy" in events[-1].message
    assert content.read_bytes() == before


@pytest.mark.parametrize("name", ["lock", "editing", "edits.sqlite", "objects/ledger.jsonl", "journal"])
def test_a_link_in_the_work_folder_is_set_aside_and_never_written_through(
    dataset: Path, tmp_path: Path, name: str
) -> None:
    precious = tmp_path / "precious"
    precious.write_bytes(b"precious")
    link = dataset / ".facewright" / name
    link.parent.mkdir(parents=True)
    link.symlink_to(precious)
    document = Document(PlainStore(dataset))
    document.do(EditCaption(ONE, 0, "x"))
    save(document)
    document.close()
    assert document.unsaved() == ()
    assert precious.read_bytes() == b"precious"
    assert "is a link" in document.notices[0]


def test_originals_are_not_kept_outside_nor_believed_unread(dataset: Path, tmp_path: Path) -> None:
    original = (dataset / "text/1.txt").read_bytes()
    objects = dataset / ".facewright/objects"
    damaged = objects / sha256(original)[:2] / sha256(original)[2:]
    damaged.parent.mkdir(parents=True)
    damaged.write_bytes(b"something else under that name")
    document = Document(PlainStore(dataset))
    document.do(EditCaption(ONE, 0, "x"))
    save(document)
    assert damaged.read_bytes() == original
    other = (dataset / "text/0.txt").read_bytes() + b"!"
    (dataset / "text/0.txt").write_bytes(other)
    (objects / sha256(other)[:2]).symlink_to(tmp_path)
    document.do(EditCaption(ZERO, 0, "x"))
    save(document)
    assert document.unsaved() == (ZERO,)
    assert (dataset / "text/0.txt").read_bytes() == other
    document.close()


def test_a_link_out_of_the_dataset_is_not_written(
    document: Document, dataset: Path, tmp_path: Path, events: list[SaveEvent]
) -> None:
    outside = tmp_path / "outside.txt"
    text = dataset / "text/1.txt"
    text.rename(outside)
    text.symlink_to(outside)
    before = outside.read_bytes()
    document.do(EditCaption(ONE, 0, "x"))
    save(document)
    assert events[-1].state is SaveState.FAILED
    assert "link out of the dataset" in events[-1].message
    assert outside.read_bytes() == before


@pytest.mark.parametrize(
    "path",
    [
        "../x.txt",
        "/etc/x",
        "a/../../x",
        ".facewright/lock",
        "a//b",
        "",
        "a/./b",
        "a\\b",
        "C:/x",
        "x\0y",
        ".FaceWright/x",
    ],
)
def test_a_plan_cannot_leave_the_folder(
    document: Document, store: PlainStore, path: str, events: list[SaveEvent]
) -> None:
    store.plan_save = lambda sample, changes: SavePlan(sample, (FileChange(path, None, b"x"),))  # type: ignore[method-assign]
    document.do(EditCaption(ONE, 0, "x"))
    save(document)
    assert events[-1].state is SaveState.FAILED
    assert "is not written" in events[-1].message


def test_a_full_disk_is_said_before_anything_is_written(
    document: Document, dataset: Path, events: list[SaveEvent], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tree(dataset)
    document.do(EditCaption(ONE, 0, "x"))
    monkeypatch.setattr(disk, "free_bytes", lambda _path: 1000)
    save(document)
    assert tree(dataset) == before
    assert events[-1].state is SaveState.FAILED
    assert "has 1,000 bytes left" in events[-1].message
    assert "your edits are kept" in events[-1].message
    monkeypatch.undo()
    save(document)
    assert document.unsaved() == ()


def test_a_fault_of_the_program_is_told_and_loses_nothing(
    document: Document, store: PlainStore, events: list[SaveEvent], caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> SavePlan:
        raise ZeroDivisionError("oops")

    store.plan_save = broken  # type: ignore[method-assign]
    document.do(EditCaption(ONE, 0, "x"))
    save(document)
    assert events[-1].state is SaveState.FAILED
    assert "fault of the program (ZeroDivisionError: oops)" in events[-1].message
    assert "saving failed unexpectedly" in caplog.text
    assert document.unsaved() == (ONE,)


class Faulty:
    """``os`` whose n-th changing operation fails, or stops the machine there."""

    OPERATIONS = frozenset(
        {"open", "write", "fsync", "fchmod", "close", "mkdir", "unlink", "rmdir", "replace", "rename", "link"}
    )

    def __init__(self, at: int, failure: BaseException) -> None:
        self.at, self.failure, self.count = at, failure, 0
        self.is_on = False
        self.unsynced: dict[int, Path] = {}
        self.torn: set[Path] = set()

    def tick(self, name: str) -> None:
        if self.is_on:
            self.count += 1
            if self.count == self.at:
                raise self.failure

    def __getattr__(self, name: str) -> object:
        real = getattr(os, name)
        if name not in self.OPERATIONS:
            return real

        def operation(*arguments: object, **keywords: object) -> object:
            if name == "close":
                try:
                    self.tick(name)
                finally:
                    real(*arguments)
                return None
            if name == "open" and not arguments[1] & (os.O_WRONLY | os.O_RDWR):  # type: ignore[operator]
                return real(*arguments, **keywords)
            self.tick(name)
            if name in ("replace", "rename", "link"):
                self.require_synced(arguments[0])
            result = real(*arguments, **keywords)
            self.remember(name, arguments, result)
            return result

        return operation

    def remember(self, name: str, arguments: tuple[Any, ...], result: Any) -> None:
        if name == "open":
            self.unsynced[result] = Path(arguments[0])
        elif name == "fsync":
            self.torn.discard(self.unsynced.pop(arguments[0], Path()))
        elif name == "write" and arguments[0] in self.unsynced:
            self.torn.add(self.unsynced[arguments[0]])

    def require_synced(self, path: object) -> None:
        assert Path(str(path)) not in self.torn, f"{path} got its name before its content was on the medium"

    def lose_what_was_not_synced(self) -> None:
        """What a power cut may do: half of every write that nobody waited for is gone."""
        for path in self.torn:
            if path.exists():
                os.truncate(path, path.stat().st_size // 2)


class PowerCut(BaseException):
    """Nothing that runs after this may touch the disk."""


def edited(dataset: Path) -> Document:
    document = Document(PlainStore(dataset), settings=BY_HAND)
    document.do(EditCaption(ONE, 0, "x"))
    document.do(PaintLayer(ONE, "hat", CORNER))
    document.do(PaintLayer(ONE, "skin", np.zeros(SHAPE, bool)))
    document.wait(20)
    return document


REPLACED_MADE_AND_DELETED = {"text/1.txt", "masks/1_hat.layer", "masks/1_skin.layer"}


@pytest.fixture
def sweep(
    quick_dataset: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[int, BaseException], tuple[Faulty, Document]]:
    def run(at: int, failure: BaseException) -> tuple[Faulty, Document]:
        document = edited(quick_dataset)
        faulty = Faulty(at, failure)
        monkeypatch.setattr(disk, "os", faulty)
        renameat2 = disk._renameat2

        def rename(*arguments: object) -> bool:
            faulty.tick("renameat2")
            faulty.require_synced(arguments[0])
            return renameat2(*arguments)  # type: ignore[arg-type]

        monkeypatch.setattr(disk, "_renameat2", rename)
        snapshot = document._open[ONE].snapshot(None)
        document._saves._under_way[ONE] = snapshot
        result, error = None, None
        faulty.is_on = True
        try:
            result = document._saves._write([snapshot])
        except (OSError, FaceDataError) as injected:
            error = injected
        except PowerCut:
            faulty.lose_what_was_not_synced()
            return faulty, document
        finally:
            faulty.is_on = False
            monkeypatch.undo()
        document._saves._finished([snapshot], result, error)
        return faulty, document

    return run


def test_any_operation_may_fail_and_the_sample_is_whole(
    quick_dataset: Path, tmp_path: Path, sweep: Callable[[int, BaseException], tuple[Faulty, Document]]
) -> None:
    dataset, pristine = quick_dataset, tmp_path / "pristine"
    shutil.copytree(dataset, pristine)
    old, seen = tree(dataset), set()
    for at in range(1, 200):
        faulty, document = sweep(at, OSError(errno.EIO, "injected"))
        whole = tree(dataset)
        difference = changed(old, whole)
        assert difference in (set(), REPLACED_MADE_AND_DELETED), f"operation {at} left {difference}"
        seen.add(frozenset(difference))
        save(document)
        assert document.unsaved() == ()
        assert changed(old, tree(dataset)) == REPLACED_MADE_AND_DELETED
        document.close()
        shutil.rmtree(dataset)
        shutil.copytree(pristine, dataset)
        if faulty.count < at:
            break
    assert at > 30
    assert len(seen) == 2


def test_the_power_may_fail_at_any_operation_and_the_next_start_finds_a_whole_sample(
    quick_dataset: Path, tmp_path: Path, sweep: Callable[[int, BaseException], tuple[Faulty, Document]]
) -> None:
    dataset, pristine = quick_dataset, tmp_path / "pristine"
    shutil.copytree(dataset, pristine)
    old, seen = tree(dataset), set()
    for at in range(1, 200):
        faulty, document = sweep(at, PowerCut())
        document.close()
        again = Document(PlainStore(dataset), settings=BY_HAND)
        difference = changed(old, tree(dataset))
        assert difference in (set(), REPLACED_MADE_AND_DELETED), f"operation {at} left {difference}"
        seen.add(frozenset(difference))
        assert list((dataset / ".facewright/tmp").iterdir()) == []
        assert list((dataset / ".facewright/journal").iterdir()) == []
        if difference:
            assert again.recovered() == ()
        else:
            assert [(r.sample, r.steps, r.conflict) for r in again.recovered()] == [(ONE, 3, None)]
            again.restore_edits(ONE)
            save(again)
            assert changed(old, tree(dataset)) == REPLACED_MADE_AND_DELETED
        for _ in range(3):
            again.undo(ONE)
        save(again)
        assert tree(dataset) == old
        again.close()
        shutil.rmtree(dataset)
        shutil.copytree(pristine, dataset)
        if faulty.count < at:
            break
    assert at > 30
    assert len(seen) == 2


def test_a_torn_record_is_dropped_and_a_foreign_one_is_set_aside(dataset: Path) -> None:
    from app.document.journal import Record, write_record

    document = edited(dataset)
    journal = document.work.journal
    old = tree(dataset)
    text = (dataset / "text/1.txt").read_bytes()
    whole = Record(ONE, 0, 0, (FileChange("text/1.txt", sha256(text), b"new\n"),)).to_bytes()
    for cut in range(0, len(whole), 7):
        (journal / f"{cut:05}.redo").write_bytes(whole[:cut])
    write_record(journal, "unfit", Record(ONE, 0, 0, (FileChange("text/1.txt", "0" * 64, b"new\n"),)))
    for number, path in enumerate(("../escape", "/tmp/escape", ".facewright/lock")):
        record = Record(ONE, 0, 0, (FileChange(path, None, b"x"),))
        write_record(journal, f"hostile{number}", record)
    (journal / "not-ours.txt").write_bytes(b"?")
    (journal / "folder.redo").mkdir()
    document.close()
    again = Document(PlainStore(dataset))
    assert tree(dataset) == old
    assert not (dataset.parent / "escape").exists()
    assert sorted(p.suffix for p in journal.iterdir() if "damaged" not in p.name) == [".txt"]
    assert len([p for p in journal.iterdir() if "damaged" in p.name]) == 5
    assert any("interrupted before it counted" in notice for notice in again.notices)
    again.close()


def test_other_file_systems_are_written_beside_the_target(
    document: Document, dataset: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tree(dataset)
    monkeypatch.setattr(swapping, "is_elsewhere", lambda _folder, _own: True)
    document.do(EditCaption(ONE, 0, "x"))
    document.do(PaintLayer(ONE, "hat", CORNER))
    document.do(PaintLayer(ONE, "skin", np.zeros(SHAPE, bool)))
    save(document)
    assert document.unsaved() == ()
    assert changed(old, tree(dataset)) == {"text/1.txt", "masks/1_hat.layer", "masks/1_skin.layer"}


def test_what_a_sample_lacked_can_be_started_and_taken_back_after_saving(document: Document, dataset: Path) -> None:
    for file in (*dataset.glob("masks/1_*"), dataset / "text/1.txt"):
        file.unlink()
    before = tree(dataset)
    document.do(InsertCaption(ONE, 0, "New."))
    document.do(NewMask(ONE, SHAPE))
    document.do(PaintLayer(ONE, "hat", CORNER))
    save(document)
    assert changed(before, tree(dataset)) == {"text/1.txt", "masks/1_hat.layer"}
    for _ in range(3):
        document.undo(ONE)
    save(document)
    assert document.unsaved() == ()
    assert tree(dataset) == before


def test_a_dataset_that_cannot_be_written_keeps_its_log_elsewhere(
    dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work_folder, "state_folder", lambda: tmp_path / "state")
    monkeypatch.setattr(work_folder.os, "access", lambda path, _mode: not Path(path).is_relative_to(dataset))
    document = Document(PlainStore(dataset))
    document.do(EditCaption(ONE, 0, "x"))
    document.close()
    assert not (dataset / ".facewright").exists()
    assert [p.name for p in (tmp_path / "state/datasets").glob("*/edits.sqlite")] == ["edits.sqlite"]
    assert "cannot be written: your edits are kept in" in document.notices[0]
    again = Document(PlainStore(dataset))
    assert [r.sample for r in again.recovered()] == [ONE]
    again.close()


@pytest.mark.parametrize("was_edited_before", [False, True])
def test_edits_made_while_the_dataset_could_not_be_written_come_home(
    dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, was_edited_before: bool
) -> None:
    monkeypatch.setattr(work_folder, "state_folder", lambda: tmp_path / "state")
    if was_edited_before:
        document = Document(PlainStore(dataset))
        document.do(EditCaption(ZERO, 0, "before"))
        save(document)
        document.close()
    with monkeypatch.context() as patch:
        patch.setattr(work_folder.os, "access", lambda path, _mode: not Path(path).is_relative_to(dataset))
        document = Document(PlainStore(dataset))
        document.do(EditCaption(ONE, 0, "meanwhile"))
        document.close()
    for _ in range(2):
        document = Document(PlainStore(dataset))
        assert document.work.is_inside
        assert document.notices == ()
        assert [r.sample for r in document.recovered()] == [ONE]
        document.close()
    document = Document(PlainStore(dataset))
    document.restore_edits(ONE)
    save(document)
    document.close()
    assert (dataset / "text/1.txt").read_bytes().startswith(b"meanwhile\n")
    document = Document(PlainStore(dataset))
    assert document.recovered() == ()
    assert document.undo_label(ZERO) == ("Edit caption 1" if was_edited_before else None)
    document.close()


def test_a_work_folder_that_cannot_be_finished_is_not_left_half_made(
    dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work_folder, "state_folder", lambda: tmp_path / "state")
    document = Document(PlainStore(dataset))
    write_version = WorkFolder._write_version

    def full(work: WorkFolder) -> None:
        if work.is_inside:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        write_version(work)

    monkeypatch.setattr(WorkFolder, "_write_version", full)
    document.do(EditCaption(ONE, 0, "x"))
    document.close()
    assert not (dataset / ".facewright").exists()
    monkeypatch.setattr(WorkFolder, "_write_version", write_version)
    again = Document(PlainStore(dataset))
    assert [r.sample for r in again.recovered()] == [ONE]
    again.close()


def test_a_folder_of_photos_gets_no_folder_of_ours(
    quick_dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # With a disk of memory the work folder really lies on another file system than the data.
    dataset, store = quick_dataset, PlainStore(quick_dataset)
    before = tree(dataset)
    monkeypatch.setattr(work_folder, "state_folder", lambda: tmp_path / "state")
    monkeypatch.setattr(store, "photo_path", lambda sample: dataset / f"{sample}.jpg")
    document = Document(store)
    document.do(EditCaption(ONE, 0, "x"))
    document.do(PaintLayer(ONE, "hat", CORNER))
    document.do(PaintLayer(ONE, "skin", np.zeros(SHAPE, bool)))
    save(document)
    assert document.unsaved() == ()
    assert changed(before, tree(dataset)) == REPLACED_MADE_AND_DELETED
    assert not (dataset / ".facewright").exists()
    document.close()


def test_many_samples_are_saved_a_few_at_a_time(tmp_path: Path) -> None:
    root = make_dataset(tmp_path / "many", 12)
    document = Document(PlainStore(root))
    for sample in document.store.sample_ids:
        document.do(EditCaption(sample, 0, "x"))
    document.save()
    assert len(document._saves._under_way) == 4
    assert document.saving()
    assert document.wait(60)
    assert document.unsaved() == ()
    assert all((root / f"text/{n}.txt").read_bytes().startswith(b"x\n") for n in range(12))
    document.close()


def test_looking_at_a_dataset_with_a_log_changes_no_byte_of_it(document: Document, dataset: Path) -> None:
    document.do(EditCaption(ONE, 0, "x"))
    save(document)
    document.do(EditCaption(ZERO, 0, "unsaved"))
    document.close()

    def state() -> dict[Path, tuple[int, bytes]]:
        return {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in dataset.rglob("*") if p.is_file()}

    before = state()
    again = Document(PlainStore(dataset))
    assert again.undo_label(ONE) == "Edit caption 1"
    assert [r.sample for r in again.recovered()] == [ZERO]
    again.close()
    assert state() == before


def test_a_damaged_version_file_is_set_aside(dataset: Path) -> None:
    (dataset / ".facewright").mkdir()
    (dataset / ".facewright/version.json").write_text("[[[")
    document = Document(PlainStore(dataset))
    document.do(EditCaption(ONE, 0, "x"))
    document.close()
    assert (dataset / ".facewright/version.json").read_text() == '{"version": 1}\n'
    assert "version.json in the work folder is damaged; it was set aside" in document.notices[0]


def test_a_work_folder_that_is_a_link_is_not_followed(
    dataset: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work_folder, "state_folder", lambda: tmp_path / "state")
    (tmp_path / "elsewhere").mkdir()
    (dataset / ".facewright").symlink_to(tmp_path / "elsewhere")
    document = Document(PlainStore(dataset))
    document.do(EditCaption(ONE, 0, "x"))
    save(document)
    document.close()
    assert document.unsaved() == ()
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert "is a link or a file" in document.notices[0]


def test_a_newer_programs_folder_is_left_alone(dataset: Path) -> None:
    (dataset / ".facewright").mkdir()
    (dataset / ".facewright/version.json").write_text('{"version": 99}')
    document = Document(PlainStore(dataset))
    with pytest.raises(ReadOnlyError, match="newer program"):
        document.do(EditCaption(ONE, 0, "x"))
    document.close()


def test_reloading_what_is_gone_is_refused_or_empty(document: Document, dataset: Path) -> None:
    document.do(EditCaption(ONE, 0, "x"))
    assert document.mask(ONE) is not None
    for file in dataset.glob("masks/1_*"):
        file.unlink()
    document.reloading.resolve(ONE, "theirs")
    mask = document.mask(ONE)
    assert mask is not None
    assert mask.present == 0
    assert document.unsaved() == ()
    with pytest.raises(InvalidEditError, match="there are no unsaved edits"):
        document.restore_edits(ONE)

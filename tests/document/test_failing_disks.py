"""A disk that fails at one step of a save, for as long as it likes: all or nothing, and nothing stands in the way."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from app.document import disk
from app.document.changes import SaveEvent, SaveState
from app.document.document import Document
from app.document.edits import EditCaption, PaintLayer
from app.faces.sample import SampleId
from tests.document.plain_store import BY_HAND, SHAPE, PlainStore, tree

ZERO, ONE = SampleId("0"), SampleId("1")
CORNER = np.zeros(SHAPE, bool)
CORNER[:10, :10] = True
OF_ONE = {"text/1.txt", "masks/1_hat.layer", "masks/1_skin.layer"}
"""Replaced, made and deleted."""

Asked = Callable[[str, Path], int | None]
"""The error number of an operation on a path, None where it does as told."""


class FailingOs:
    """``os``, asking first; of an open file or folder its path is known."""

    NAMED = frozenset({"mkdir", "unlink", "rmdir", "replace", "rename", "link"})
    OPEN = frozenset({"write", "read", "fsync", "fchmod"})

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.paths: dict[int, Path] = {}

    def require(self, operation: str, *paths: object) -> None:
        for path in paths:
            code = self.asked(operation, Path(str(path)))
            if code is not None:
                raise OSError(code, os.strerror(code), *([str(path)] if operation in self.NAMED else []))

    def __getattr__(self, name: str) -> object:
        real = getattr(os, name)
        if name == "open":
            return self.open
        if name not in self.NAMED | self.OPEN:
            return real

        def operation(*arguments: object) -> object:
            named = name in self.NAMED
            paths = arguments[:2] if named and name in ("replace", "rename", "link") else arguments[:1]
            self.require(name, *(paths if named else [self.paths.get(arguments[0], "")]))  # type: ignore[call-overload]
            return real(*arguments)

        return operation

    def open(self, path: Path, flags: int, mode: int = 0o777) -> int:
        if flags & os.O_CREAT:
            self.require("create", path)
        descriptor = os.open(path, flags, mode)
        self.paths[descriptor] = Path(path)
        return descriptor


@contextmanager
def failing(asked: Asked) -> Iterator[None]:
    faulty, renameat2 = FailingOs(asked), disk._renameat2

    def rename(source: Path, target: Path, flags: int) -> bool:
        faulty.require("rename", source, target)
        return renameat2(source, target, flags)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(disk, "os", faulty)
        patch.setattr(disk, "_renameat2", rename)
        yield


class Desk:
    """An edited document whose saves are told."""

    def __init__(self, dataset: Path) -> None:
        self.dataset, self.old = dataset, tree(dataset)
        self.document = Document(PlainStore(dataset), settings=BY_HAND)
        self.told: list[SaveEvent] = []
        self.document.subscribe_saves(self.told.append)
        self.document.do(EditCaption(ONE, 0, "x"))
        self.document.do(PaintLayer(ONE, "hat", CORNER))
        self.document.do(PaintLayer(ONE, "skin", np.zeros(SHAPE, bool)))
        self.document.do(EditCaption(ZERO, 0, "zero"))
        self.document.wait(20)

    def save(self, sample: SampleId) -> SaveEvent:
        self.document.save([sample])
        assert self.document.wait(20)
        return self.told[-1]

    def changed(self) -> set[str]:
        now = tree(self.dataset)
        return {path for path in self.old.keys() | now.keys() if self.old.get(path) != now.get(path)}

    def left(self) -> list[str]:
        return [path.name for part in ("journal", "tmp") for path in (self.dataset / ".facewright" / part).iterdir()]

    def close(self) -> None:
        """Nothing is left to be finished, and the next start has nothing to tell."""
        self.document.close()
        after = tree(self.dataset)
        again = Document(PlainStore(self.dataset), settings=BY_HAND)
        assert (again.recovery.finished, again.recovery.messages, again.recovered()) == ([], [], ())
        again.close()
        assert tree(self.dataset) == after


@pytest.fixture
def desk(quick_dataset: Path) -> Desk:
    return Desk(quick_dataset)


def is_draft(path: Path) -> bool:
    return path.parent.name == "tmp" and not path.name.startswith("object-")


def is_ones(path: Path) -> bool:
    return path.name in {"1.txt", "1_hat.layer", "1_skin.layer"}


STEPS: dict[str, Callable[[str, Path], bool]] = {
    "make the record": lambda operation, path: operation == "create" and path.suffix == ".redo",
    "write the record": lambda operation, path: operation == "write" and path.suffix == ".redo",
    "sync the record": lambda operation, path: operation == "fsync" and path.suffix == ".redo",
    "read the record back": lambda operation, path: operation == "read" and path.suffix == ".redo",
    "sync the journal": lambda operation, path: operation == "fsync" and path.name == "journal",
    "keep the original": lambda operation, path: operation == "write" and path.name.startswith("object-"),
    "make the file": lambda operation, path: operation == "create" and is_draft(path),
    "write the file": lambda operation, path: operation == "write" and is_draft(path),
    "sync the file": lambda operation, path: operation == "fsync" and is_draft(path),
    "read the file back": lambda operation, path: operation == "read" and is_draft(path),
    "rename the replaced": lambda operation, path: operation == "rename" and path.name == "1.txt",
    "rename the new": lambda operation, path: operation == "rename" and path.name == "1_hat.layer",
    "rename the deleted": lambda operation, path: operation == "replace" and path.name == "1_skin.layer",
    "sync the folder": lambda operation, path: operation == "fsync" and path.name in ("text", "masks"),
    "note it": lambda operation, path: operation == "write" and path.name == "ledger.jsonl",
    "remove the draft": lambda operation, path: operation == "unlink" and is_draft(path),
    "remove the record": lambda operation, path: operation == "unlink" and path.suffix == ".redo",
}
NAMED = {
    "record": ".facewright/journal: ", "journal": ".facewright/journal: ", "file": "1", "replaced": "text/1.txt: ",
    "new": "masks/1_hat.layer: ", "deleted": "masks/1_skin.layer: ", "folder": "", "it": "ledger.jsonl: ",
    "original": "object-",
}  # fmt: skip


@pytest.mark.parametrize("code", [errno.EROFS, errno.EACCES, errno.ENOSPC, errno.EIO, errno.EXDEV])
@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_fails_for_a_while_costs_the_save_and_nothing_else(desk: Desk, step: str, code: int) -> None:
    with failing(lambda operation, path: code if STEPS[step](operation, path) else None):
        event = desk.save(ONE)
        assert desk.changed() == (OF_ONE if event.state is SaveState.SAVED else set())
        if event.state is SaveState.FAILED:
            assert NAMED[step.split()[-1 if "back" not in step else -2]] in event.message
            assert os.strerror(code) in event.message or "failed twice" in event.message
            assert desk.save(ONE).state is event.state
            if step.startswith("rename"):
                assert desk.left() == []
                assert desk.save(ZERO).state is SaveState.SAVED
    assert desk.save(ONE).state is SaveState.SAVED
    desk.save(ZERO)
    assert desk.document.unsaved() == ()
    assert desk.changed() == OF_ONE | {"text/0.txt"}
    assert desk.left() == []
    desk.close()


class HalfWay:
    """Once the third file fails, the first ones cannot be taken back either."""

    def __init__(self) -> None:
        self.is_on = False

    def __call__(self, operation: str, path: Path) -> int | None:
        self.is_on |= operation == "rename" and path.name == "1.txt"
        return errno.EIO if self.is_on and operation in ("rename", "replace") and is_ones(path) else None


def test_what_cannot_be_taken_back_now_is_so_before_the_next_save(desk: Desk) -> None:
    with failing(HalfWay()):
        assert "the disk failed twice" in desk.save(ONE).message
        assert desk.changed() == {"masks/1_skin.layer", "masks/1_hat.layer"}
        event = desk.save(ONE)
        assert event.state is SaveState.FAILED
        assert "an earlier save of sample 1 cannot be taken back yet" in event.message
        assert desk.save(ZERO).state is SaveState.SAVED
    desk.document.undo(ONE)
    desk.document.undo(ONE)
    assert desk.save(ONE).state is SaveState.SAVED
    assert desk.changed() == {"text/0.txt", "text/1.txt"}
    assert desk.left() == []
    desk.close()


def test_what_was_never_taken_back_is_finished_by_the_next_start(desk: Desk) -> None:
    with failing(HalfWay()):
        desk.save(ONE)
        desk.document.close()
    again = Document(PlainStore(desk.dataset), settings=BY_HAND)
    assert [record.sample for record in again.recovery.finished] == [ONE]
    assert desk.changed() == OF_ONE
    assert [offer.sample for offer in again.recovered()] == [ZERO]
    again.close()


def test_an_interrupted_save_that_cannot_be_finished_keeps_no_other_sample_from_being_saved(desk: Desk) -> None:
    with failing(HalfWay()):
        desk.save(ONE)
        desk.document.close()
        again = Document(PlainStore(desk.dataset), settings=BY_HAND)
        why = "an earlier save of sample 1 cannot be finished yet (text/1.txt: Input/output error)"
        assert again.recovery.messages == [f"{why}; the next save tries again"]
        again.restore_edits(ZERO)
        again.save()
        again.wait(20)
        assert again.unsaved() == ()
    again.do(EditCaption(ZERO, 0, "more"))
    again.save()
    again.wait(20)
    assert desk.changed() == OF_ONE | {"text/0.txt"}
    assert desk.left() == []
    again.close()


@pytest.mark.parametrize("has_exchange", [True, False])
def test_a_folder_that_is_a_mount_of_the_same_disk_is_written_beside_the_target(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, has_exchange: bool
) -> None:
    if not has_exchange:
        monkeypatch.setattr(disk, "_libc_renameat2", None)
    crossing: list[Path] = []

    def asked(operation: str, path: Path) -> int | None:
        # Both ends of a rename are asked for one after the other: the first here is a draft of ours.
        if operation in ("rename", "replace", "link") and is_draft(path):
            crossing.append(path)
            return errno.EXDEV
        return None

    with failing(asked):
        assert desk.save(ONE).state is SaveState.SAVED
    assert crossing
    assert desk.changed() == OF_ONE
    assert desk.left() == []


def test_a_mount_that_is_read_only_leaves_no_record(desk: Desk) -> None:
    def asked(operation: str, path: Path) -> int | None:
        if operation in ("rename", "replace") and is_draft(path):
            return errno.EXDEV
        changes = operation in ("create", "write", "unlink", "rename", "replace", "mkdir")
        return errno.EROFS if changes and path.parent.name == "masks" else None

    with failing(asked):
        event = desk.save(ONE)
        assert event.state is SaveState.FAILED
        assert "masks/1_skin.layer: Read-only file system; " in event.message
        assert event.message.endswith("the disk is read-only: make it writable, then save again")
        assert desk.left() == []
        assert desk.changed() == set()
        assert desk.save(ZERO).state is SaveState.SAVED
    assert desk.save(ONE).state is SaveState.SAVED
    desk.close()


def test_a_file_that_is_mounted_by_itself_is_named(desk: Desk) -> None:
    with failing(lambda operation, path: errno.EBUSY if operation == "rename" and path.name == "1.txt" else None):
        event = desk.save(ONE)
    assert event.state is SaveState.FAILED
    assert event.message.startswith("text/1.txt is mounted by itself, or in use, and cannot be replaced whole; mount")
    assert (desk.changed(), desk.left()) == (set(), [])

"""Putting new files in the place of old ones, each step with its way back.

A new version is written in ``.facewright/tmp``, fsynced, read back and exchanged with its target in one step of the
kernel, so that a version somebody wrote in that very moment comes out and is noticed. Where a linked or mounted
sub-folder is another file system, the new version lies beside its target for an instant, under a name made from the
record, so that the next start sweeps it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from app.document import disk
from app.document.work_folder import WorkFolder
from app.faces.errors import ConflictError, FaceDataError, SaveError
from app.faces.store import FileChange


class RollbackError(SaveError):
    """Neither forward nor back: the record must stay."""


class Swaps:
    """The files of one record under ``name``. After an error call ``take_back``; the dataset is as it was."""

    def __init__(self, work: WorkFolder, name: str) -> None:
        self._work = work
        self._name = name
        self._count = 0
        self._ways_back: list[Callable[[], None]] = []
        self._folders: set[Path] = set()

    def swap(self, change: FileChange, target: Path) -> None:
        """``target`` is what the change wants; nothing happens when it is already (a recovery comes by again).

        Raises ConflictError when somebody else's version is there, or OSError.
        """
        made = disk.make_folders(target.parent)
        self._ways_back.extend(partial(disk.remove_folder, folder) for folder in made)
        self._folders.add(target.parent)
        draft = self._draft(target.parent)
        here = disk.read_with_mode(target)
        found = None if here is None else disk.digest_of(here[0])
        if found == after_digest(change):
            return
        if found != change.before:
            raise ConflictError(conflict_text(change.path, found))
        if change.after is None:
            self._delete(change, target, draft)
        elif here is None:
            self._create(change.path, change.after, target, draft)
        else:
            self._replace(change, change.after, here[1], target, draft)

    def finish(self) -> None:
        """The new names are on the medium."""
        for folder in self._folders:
            disk.sync_folder(folder)

    def take_back(self, error: Exception) -> None:
        """Undo every swap, newest first. Raises RollbackError where the disk does not even allow that."""
        try:
            for way_back in reversed(self._ways_back):
                way_back()
            for folder in self._folders:
                with suppress(FileNotFoundError):
                    disk.sync_folder(folder)
        except (OSError, FaceDataError) as second:
            raise RollbackError(
                f"the disk failed twice ({error}; {second}); the save is kept in the journal and is finished at the"
                " next save or start"
            ) from error

    def _draft(self, folder: Path) -> Path:
        draft = self._work.tmp / f"{self._name}-{self._count}"
        if is_elsewhere(folder, draft.parent):
            draft = beside(folder, self._name, self._count)
        self._count += 1
        disk.remove(draft)
        disk.remove(earlier(draft))
        return draft

    def _delete(self, change: FileChange, target: Path, draft: Path) -> None:
        disk.move(target, draft)
        self._ways_back.append(lambda: self._put_back(draft, target))
        _require_ours(draft, change)

    def _create(self, path: str, data: bytes, target: Path, draft: Path) -> None:
        disk.write_new(draft, data)
        try:
            disk.move_to_new(draft, target)
        except FileExistsError:
            raise ConflictError(conflict_text(path, "new")) from None
        self._ways_back.append(lambda: self._take_away(target, data, draft))

    def _replace(self, change: FileChange, data: bytes, mode: int, target: Path, draft: Path) -> None:
        disk.write_new(draft, data, mode)
        if disk.exchange(draft, target):
            self._ways_back.append(lambda: self._exchange_back(draft, target, data))
            _require_ours(draft, change)
            return
        _require_ours(target, change)
        disk.write_new(earlier(draft), disk.read_file(target) or b"", mode)
        disk.move(draft, target)
        self._ways_back.append(lambda: disk.move(earlier(draft), target))

    def _put_back(self, draft: Path, target: Path) -> None:
        try:
            disk.move_to_new(draft, target)
        except FileExistsError:
            self._keep_conflict(draft, target)

    def _take_away(self, target: Path, data: bytes, draft: Path) -> None:
        if disk.read_file(target) == data:
            disk.move(target, draft)

    def _exchange_back(self, draft: Path, target: Path, data: bytes) -> None:
        if not disk.exchange(draft, target):
            raise SaveError(f"{target.name} cannot be exchanged back")
        if disk.read_file(draft) != data:
            self._keep_conflict(draft, target)

    def _keep_conflict(self, draft: Path, target: Path) -> None:
        """A third version, written while we were taking ours back: it is not lost."""
        kept = self._work.conflicts / f"{time.time_ns()}-{target.name}"
        disk.write_new(kept, disk.read_file(draft) or b"")
        self._work.notices.append(
            f"{target.name} was written by another program during a save; that version is kept in conflicts/{kept.name}"
        )


def after_digest(change: FileChange) -> str | None:
    """The hash a change leads to; None: no file."""
    return None if change.after is None else disk.digest_of(change.after)


def conflict_text(path: str, found: str | None) -> str:
    """What happened to a file behind our back; ``found`` None: it is gone."""
    what = "was removed" if found is None else "was changed"
    return f"{path} {what} by another program since it was read; nothing was overwritten. Keep your version or theirs"


def is_elsewhere(folder: Path, own: Path) -> bool:
    """Whether a rename between the two folders would cross file systems."""
    return folder.stat().st_dev != own.stat().st_dev


def beside(folder: Path, name: str, number: int) -> Path:
    """The draft's name in a folder of another file system."""
    return folder / f".facewright-{name}-{number}.tmp"


def earlier(draft: Path) -> Path:
    """Where the old version waits when the file system cannot exchange two files."""
    return draft.with_name(draft.name + "-before")


def _require_ours(path: Path, change: FileChange) -> None:
    data = disk.read_file(path)
    if data is None or disk.digest_of(data) != change.before:
        raise ConflictError(conflict_text(change.path, "other"))

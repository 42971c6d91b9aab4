"""Putting new files in the place of old ones, each step with its way back.

A new version is written in ``.facewright/tmp``, fsynced, read back and exchanged with its target in one step of the
kernel, so that a version somebody wrote in that very moment comes out and is noticed. Where a linked or mounted
sub-folder is another file system, the new version lies beside its target for an instant, under a name made from the
record, so that the next start sweeps it. So it does where a folder is mounted from the same file system, which only
the rename tells.
"""

from __future__ import annotations

import errno
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from app.document import disk
from app.document.work_folder import WorkFolder
from app.faces.errors import ConflictError, SaveError
from app.faces.store import FileChange


class Swaps:
    """The files of one record under ``name``: ``finish`` after the last one, or after an error ``take_back``."""

    def __init__(self, work: WorkFolder, name: str) -> None:
        self._work = work
        self._name = name
        self._count = 0
        self._ways_back: list[Callable[[], None]] = []
        self._folders: set[Path] = set()

    def swap(self, change: FileChange, target: Path) -> None:
        """``target`` is what the change wants; nothing happens when it is already (a recovery comes by again).

        Raises ConflictError when somebody else's version is there, SaveError, or OSError naming the change's file.
        """
        number, self._count = self._count, self._count + 1
        try:
            self._swap(change, target, number)
        except OSError as error:
            # The user knows the dataset's file, not the draft under way to it.
            error.filename, error.filename2 = change.path, None
            if error.errno == errno.EBUSY:
                raise SaveError(
                    f"{change.path} is mounted by itself, or in use, and cannot be replaced whole; mount its folder"
                ) from error
            raise

    def _swap(self, change: FileChange, target: Path, number: int) -> None:
        made = disk.make_folders(target.parent)
        self._ways_back.extend(partial(disk.remove_folder, folder) for folder in made)
        self._folders.add(target.parent)
        here = disk.read_with_mode(target)
        found = None if here is None else disk.digest_of(here[0])
        if found == after_digest(change):
            return
        if found != change.before:
            raise ConflictError(conflict_text(change.path, found))
        mode = disk.NEW_FILE_MODE if here is None else here[1]
        own, near = self._work.tmp / f"{self._name}-{number}", beside(target.parent, self._name, number)
        if is_elsewhere(target.parent, own.parent):
            self._put(change, target, near, mode)
            return
        done = len(self._ways_back)
        try:
            self._put(change, target, own, mode)
        except OSError as error:
            if error.errno != errno.EXDEV or len(self._ways_back) > done:
                raise
            _sweep(own)
            self._put(change, target, near, mode)

    def _put(self, change: FileChange, target: Path, draft: Path, mode: int) -> None:
        _sweep(draft)
        if change.after is None:
            self._delete(change, target, draft)
        elif change.before is None:
            self._create(change.path, change.after, target, draft)
        else:
            self._replace(change, change.after, mode, target, draft)

    def sync(self) -> None:
        """The new names are on the medium."""
        for folder in self._folders:
            disk.sync_folder(folder)

    def finish(self) -> None:
        """There is no way back any more."""
        self._ways_back.clear()
        self._folders.clear()

    @property
    def is_back(self) -> bool:
        """Whether nothing is left to be taken back."""
        return not self._ways_back

    def take_back(self) -> None:
        """Undo every swap, newest first; the dataset is as it was.

        Raises OSError or SaveError where the disk does not even allow that; called again, it goes on where it stopped.
        """
        while self._ways_back:
            self._ways_back[-1]()
            self._ways_back.pop()
        for folder in tuple(self._folders):
            with suppress(FileNotFoundError):
                disk.sync_folder(folder)
            self._folders.remove(folder)

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
        # A second exchange, were the rest to fail, would bring the new version again.
        self._ways_back[-1] = partial(self._keep_if_theirs, draft, target, data)
        self._keep_if_theirs(draft, target, data)

    def _keep_if_theirs(self, draft: Path, target: Path, data: bytes) -> None:
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


def _sweep(draft: Path) -> None:
    disk.remove(draft)
    disk.remove(earlier(draft))


def _require_ours(path: Path, change: FileChange) -> None:
    data = disk.read_file(path)
    if data is None or disk.digest_of(data) != change.before:
        raise ConflictError(conflict_text(change.path, "other"))

"""Where the user's work on a dataset lives: ``.facewright/`` inside it, made by the first edit, never by looking.

Where the dataset cannot be written, or its root is itself a folder of photos (training loaders count the files there),
the folder lies in the user's state folder under a key of the root's real path, device and inode. What is found in a
work folder may come from anybody (datasets are passed around): links are refused, damaged parts set aside.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import time
from contextlib import suppress
from pathlib import Path

from app.document import disk
from app.faces.errors import DamagedFileError, ReadOnlyError, SaveError
from app.faces.store import SampleStore
from app.paths import state_folder

NAME = ".facewright"
VERSION = 1
LOG = "edits.sqlite"
REVIEW = "review.jsonl"
_PARTS = ("journal", "objects", "tmp", "conflicts")
_FILES = ("lock", "editing", LOG, f"{LOG}-journal", REVIEW, "objects/ledger.jsonl")


class WorkFolder:
    """The folder of one dataset, whether it exists yet or not. ``notices`` say what was set aside, for the user."""

    def __init__(self, root: Path, *, photos_in_root: bool = False) -> None:
        self.root = root
        self.notices: list[str] = []
        self._prepared = False
        self._synced = False
        inside, outside = root / NAME, _outside(root)
        exists = _is_own_folder(inside)
        is_archive = root.is_file()
        is_writable = os.access(inside if exists else root, os.W_OK) and not is_archive
        is_strange = not exists and os.path.lexists(inside)
        fits = exists or not photos_in_root
        saved_outside = not exists and (outside / "objects/ledger.jsonl").exists()
        self.path = inside if is_writable and fits and not is_strange and not saved_outside else outside
        is_left = self.is_inside and any((outside / name).exists() for name in (LOG, REVIEW))
        self.away = outside if is_left else None
        """A folder with edits and marks that were made while the dataset could not be written."""
        self.marks_inside = inside / REVIEW if exists and not self.is_inside else None
        """Review marks that came with a dataset that cannot be written."""
        if is_strange:
            self.notices.append(f"{NAME} in the dataset is a link or a file; your work is kept in {outside} instead")
        elif not is_writable and not is_archive:
            self.notices.append(
                f"the folder of this dataset cannot be written: your edits are kept in {outside}; make it writable to"
                " save them, or save them elsewhere"
            )
        if exists and not self.is_inside and any((inside / "journal").glob("*.redo")):
            self.notices.append(
                "a save of this dataset was interrupted and cannot be finished while the folder cannot be written; the"
                " sample may be half old, half new"
            )

    @classmethod
    def of(cls, store: SampleStore) -> WorkFolder:
        """The work folder of an open dataset."""
        first = next(iter(store.sample_ids), None)
        photos_in_root = first is not None and store.photo_path(first).parent == store.root
        return cls(store.root, photos_in_root=photos_in_root)

    @property
    def is_inside(self) -> bool:
        """Whether it lies in the dataset."""
        return self.path == self.root / NAME

    @property
    def exists(self) -> bool:
        """Whether there has been an edit."""
        return _is_own_folder(self.path)

    @property
    def journal(self) -> Path:
        """Redo records of saves under way."""
        return self.path / "journal"

    @property
    def objects(self) -> Path:
        """Kept originals by hash, and the ledger of all saves."""
        return self.path / "objects"

    @property
    def tmp(self) -> Path:
        """Files being written; whoever holds the dataset lock may empty it."""
        return self.path / "tmp"

    @property
    def conflicts(self) -> Path:
        """Versions that two programs wrote at the same moment."""
        return self.path / "conflicts"

    @property
    def log(self) -> Path:
        """The edit log."""
        return self.path / LOG

    @property
    def review(self) -> Path:
        """The review marks."""
        return self.path / REVIEW

    @property
    def lock(self) -> Path:
        """Held during a save."""
        return self.path / "lock"

    @property
    def editing(self) -> Path:
        """One byte per sample being edited."""
        return self.path / "editing"

    def prepare(self) -> None:
        """The folder and its parts exist.

        Raises SaveError when neither place can be written, ReadOnlyError when a newer program owns the folder.
        """
        if self._prepared and all((self.path / name).is_dir() for name in _PARTS):
            return
        try:
            self._make()
        except OSError as error:
            if not self.is_inside:
                raise SaveError(f"no place for the edit log: {self.path}: {error.strerror}") from error
            self.path = _outside(self.root)
            try:
                self._make()
            except OSError as second:
                raise SaveError(f"no place for the edit log: {self.path}: {second.strerror}") from second
        self._prepared = True

    def sync(self) -> None:
        """The folder itself is on the medium. On the writer thread: ``prepare`` does not wait for a disk."""
        if not self._synced:
            for folder in (self.path, self.path.parent):
                disk.sync_folder(folder)
            self._synced = True

    def check(self, *, set_aside: bool = True) -> None:
        """Raises ReadOnlyError when a newer program owns the folder; a damaged version file is set aside."""
        file = self.path / "version.json"
        data = disk.read_file(file, 10_000)
        if data is None:
            return
        try:
            version = json.loads(data)["version"]
            if not isinstance(version, int) or version < 1:
                raise ValueError(version)
        except (ValueError, KeyError, TypeError, RecursionError):
            if not set_aside:
                raise DamagedFileError("version.json in the work folder is damaged") from None
            self.set_aside(file)
            return
        if version > VERSION:
            raise ReadOnlyError(f"{file} was made by a newer program (version {version}); update to edit this dataset")

    def set_aside(self, path: Path, why: str = "is damaged") -> Path | None:
        """A part that cannot be trusted gets another name and a notice; nothing is deleted."""
        aside = path.with_name(f"{path.name}.damaged-{time.strftime('%Y%m%d-%H%M%S')}-{time.time_ns() % 10**6}")
        try:
            path.rename(aside)
        except OSError as error:
            self.notices.append(f"{path.name} in the work folder {why} and cannot be set aside: {error.strerror}")
            return None
        self.notices.append(f"{path.name} in the work folder {why}; it was set aside as {aside.name}")
        return aside

    def _make(self) -> None:
        made: list[Path] = []
        try:
            if not self.is_inside:
                self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            for part in (self.path, *(self.path / name for name in _PARTS)):
                if part != self.path and os.path.lexists(part) and not _is_own_folder(part):
                    self.set_aside(part, "is a link or a file")
                with suppress(FileExistsError):
                    part.mkdir(mode=0o777 if self.is_inside else 0o700)
                    made.append(part)
            for name in _FILES:
                if os.path.lexists(self.path / name) and not _is_own_file(self.path / name):
                    self.set_aside(self.path / name, "is a link or no file")
            self.check()
            self._write_version()
        except OSError:
            # What is left half made would be taken for the place of the work by the next session.
            for part in reversed(made):
                disk.remove_folder(part)
            raise

    def _write_version(self) -> None:
        file = self.path / "version.json"
        with suppress(FileExistsError):
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, disk.NEW_FILE_MODE)
            try:
                os.write(descriptor, json.dumps({"version": VERSION}).encode() + b"\n")
            except OSError:
                file.unlink()
                raise
            finally:
                os.close(descriptor)


def _is_own_folder(path: Path) -> bool:
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except OSError:
        return False


def _is_own_file(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def _outside(root: Path) -> Path:
    real = root.resolve()
    status = real.stat()
    key = hashlib.sha256(f"{real}\0{status.st_dev}\0{status.st_ino}".encode("utf-8", "surrogatepass")).hexdigest()[:24]
    return state_folder() / "datasets" / key

"""Where an export goes: a hidden folder beside the target until it is whole, then the target in one step.

Nothing that was there before is lost: a folder that is not empty is refused unless the user allows to overwrite it, it
is only exchanged for a whole export, and only an export that nobody has changed since is removed.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from app.document.disk import exchange, move_to_new
from app.faces.errors import DatasetBusyError, ExportError, SaveError
from app.formats.files import shown
from app.workbench.exporting.journal import Journal, whole_export

if sys.platform != "win32":
    import fcntl

MANIFEST = "manifest.json"
_WORK = ".facewright"
"""The folder inside a dataset that holds its user's edits and review marks."""
_ORPHANS_S = 20.0
"""How long a child whose parent was killed may take to finish the part at hand."""


def partial_folder(target: Path) -> Path:
    """Where an export to ``target`` is until it is whole."""
    real = _real(target)
    return real.parent / f".{real.name}.facewright-part"


def discard_partial(target: Path) -> bool:
    """An interrupted export to ``target`` is given up; whether there was one. Raises DatasetBusyError, SaveError."""
    place = Target(target)
    if not place.partial.exists():
        return False
    with place.held():
        place.clear()
    return True


class Target:
    """The target of an export and its partial folder: ``content`` becomes the target, ``journal`` says what is in it.

    Raises ExportError where the name is none.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = _real(folder)
        if not self.folder.name:
            raise ExportError(f"{shown(str(folder))} is no folder to export to; name a new one")
        self.partial = partial_folder(folder)
        self.content = self.partial / "content"
        self.journal = self.partial / "journal.jsonl"
        self.writers = self.partial / "writers"
        self._old = self.partial / "old"
        self._lock = self.partial / "lock"

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to overwrite."""
        return not self.folder.is_dir() or not any(self.folder.iterdir())

    def check(self, dataset: Path, *, overwrite: bool) -> None:
        """The target may be written. Raises ExportError saying why not and what would do."""
        name = shown(self.folder.name)
        if self.folder.exists() and not self.folder.is_dir():
            raise ExportError(f"{name} is a file; name a folder to export to")
        real = Path(os.path.realpath(dataset))
        if self.folder == real or real in self.folder.parents:
            raise ExportError(f"{name} lies inside the dataset that is exported; choose a folder outside it")
        if self.folder in real.parents:
            raise ExportError(f"the dataset that is exported lies inside {name}; choose another folder")
        if not self.is_empty:
            if not overwrite:
                self._tidy()
                raise ExportError(f"{name} is not empty; choose a new folder, or allow to overwrite it (--overwrite)")
            self._require_replaceable()
        if self.partial.is_symlink() or (self.partial.exists() and not self.partial.is_dir()):
            raise ExportError(f"{shown(self.partial.name)} is in the way of the export; remove it")

    def _tidy(self) -> None:
        """The partial folder of an export that was killed just after it was put in place is gone."""
        if self._is_placed():
            with suppress(DatasetBusyError, SaveError), self.held():
                self.clear()

    def _is_placed(self) -> bool:
        """Whether what the partial folder was for is the target already."""
        whole = whole_export(self.journal)
        return whole is not None and whole == _hash_of(self.folder / MANIFEST)

    def _require_replaceable(self) -> None:
        here, home = Path(os.path.realpath(os.curdir)), Path(os.path.realpath(Path.home()))
        name = shown(self.folder.name)
        for place, what in ((here, "this program works in"), (home, "is your home")):
            if self.folder == place or self.folder in place.parents:
                raise ExportError(f"{name} is the folder that {what}, or holds it; it is not overwritten")
        if os.path.ismount(self.folder):
            raise ExportError(f"{name} is the root of a disk and cannot be exchanged; choose a folder on it")
        if (self.folder / _WORK).exists():
            raise ExportError(f"{name} holds edits or review marks of its own ({_WORK}); choose another folder")

    @contextmanager
    def held(self) -> Iterator[None]:
        """The partial folder exists and is ours alone while inside. Raises DatasetBusyError, SaveError."""
        try:
            descriptor = self._locked()
        except OSError as error:
            raise SaveError(
                f"no folder can be made beside {shown(self.folder.name)}: {error.strerror}; choose another place"
            ) from None
        try:
            self._wait_for_orphans()
            self._settle()
            yield
        finally:
            if descriptor is not None:
                os.close(descriptor)

    def _locked(self) -> int | None:
        if sys.platform == "win32":
            # There are no locks, and a folder with an open file in it cannot be removed.
            self.partial.mkdir(parents=True, exist_ok=True)
            return None
        while True:
            self.partial.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._lock, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o666)
            if not _try_lock(descriptor):
                os.close(descriptor)
                raise DatasetBusyError(
                    f"another export is writing to {shown(self.folder.name)}; wait for it or choose another folder"
                )
            with suppress(OSError):
                if os.path.samestat(os.fstat(descriptor), self._lock.stat()):
                    return descriptor
            os.close(descriptor)  # the export before has just ended and taken its folder away

    def _wait_for_orphans(self) -> None:
        descriptor = os.open(self.writers, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            until = time.monotonic() + _ORPHANS_S
            while not _try_lock(descriptor):
                if time.monotonic() > until:
                    raise DatasetBusyError(
                        f"a process of an export that was killed still writes to {shown(self.folder.name)};"
                        " wait for it to end"
                    )
                time.sleep(0.05)
        finally:
            os.close(descriptor)

    def _settle(self) -> None:
        """Whatever a program that ended amid exchanging folders has left is brought to an end."""
        if self._old.exists() and not self.folder.exists():
            move_to_new(self._old, self.folder)
        if self._is_placed():
            self._retire()
            self.journal.unlink(missing_ok=True)

    def put_in_place(self, journal: Journal, manifest: str, *, overwrite: bool) -> str | None:
        """The whole content is the target now. ``manifest`` is the hash of its manifest.

        Returns a sentence when something that was there before is kept beside it. Raises ExportError, SaveError.
        """
        try:
            if hasattr(os, "sync"):
                os.sync()  # a rename must not be on the disk before the files are
            journal.add_whole(manifest)
            with suppress(OSError):
                self.folder.rmdir()
            if not self.folder.exists():
                move_to_new(self.content, self.folder)
                return None
            if not overwrite:
                raise ExportError(
                    f"{shown(self.folder.name)} was filled while the export ran; move it away and export again: what is"
                    " written is kept"
                )
            self._require_replaceable()
            if not exchange(self.content, self.folder):
                self.folder.rename(self._old)
                try:
                    self.content.rename(self.folder)
                except OSError:
                    self._old.rename(self.folder)
                    raise
            return self._retire()
        except OSError as error:
            raise SaveError(
                f"the export is whole but cannot be put in place as {shown(self.folder.name)}:"
                f" {error.strerror or error}; export again to try once more"
            ) from None

    def _retire(self) -> str | None:
        """What was at the target before is removed when it is an unchanged export of ours, else kept beside it."""
        before = self._old if self._old.exists() else self.content
        if not before.exists():
            return None
        if is_untouched_export(before):
            shutil.rmtree(before)
            return None
        number = 1
        while (kept := self.folder.with_name(f"{self.folder.name}.before-{number}")).exists():
            number += 1
        move_to_new(before, kept)
        return f"{shown(self.folder.name)} held files that no export wrote: all that was there is in {shown(kept.name)}"

    def clear(self) -> None:
        """There is no partial folder any more. Raises SaveError."""
        try:
            shutil.rmtree(self.partial)
        except OSError as error:
            raise SaveError(f"{shown(self.partial.name)} cannot be removed: {error.strerror}; remove it") from None


def is_untouched_export(folder: Path) -> bool:
    """Whether every file in the folder is one that its manifest lists, with the bytes it lists."""
    try:
        listed = json.loads((folder / MANIFEST).read_bytes())
        hashes = {file["path"]: file["sha256"] for file in listed["files"]} if listed["facewright_export"] else {}
    except (OSError, ValueError, KeyError, TypeError):
        return False
    for parent, folders, names in os.walk(folder):
        if any(Path(parent, name).is_symlink() for name in folders):
            return False
        for name in names:
            path = Path(parent, name)
            inside = path.relative_to(folder).as_posix()
            if inside != MANIFEST and (path.is_symlink() or not path.is_file() or hashes.get(inside) != _hash_of(path)):
                return False
    return True


def hold_as_writer(file: Path) -> int | None:
    """For a child: as long as the descriptor is open, nobody else starts writing. None where there are no locks."""
    if sys.platform == "win32":
        return None
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o666)
    with suppress(OSError):
        fcntl.flock(descriptor, fcntl.LOCK_SH)
    return descriptor


def _try_lock(descriptor: int) -> bool:
    if sys.platform == "win32":
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True  # a file system without locks
    return True


def _real(target: Path) -> Path:
    return Path(os.path.realpath(target))


def _hash_of(file: Path) -> str | None:
    try:
        with file.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError:
        return None

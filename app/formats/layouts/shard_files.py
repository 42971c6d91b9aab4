"""Files that hold many samples each, read at any place of theirs: shards of tar, parquet and TFRecord."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.faces.errors import DamagedFileError, FaceDataError, UnsafeFileError
from app.formats.files import READ_LIMIT, DatasetFolder, shown
from app.formats.layouts.walking import peek, within

FILE_LIMIT = 10_000
"""Shards of one dataset."""
_DEPTH = 4
_GLANCE = 200
_VISITS = 500


def find_files(root: Path, suffixes: tuple[str, ...]) -> list[str]:
    """The files with one of the suffixes (one that ends in a minus may stand within a name), relative and sorted; ""
    for the root where that is such a file itself. By names alone, a few levels deep; folders full of other files are
    not gone through, for every dataset that is opened is looked at like this."""
    if not root.is_dir():
        return [""] if _is_one(root.name, suffixes) and root.is_file() else []
    folder = DatasetFolder(root)
    found: list[str] = []
    left = [("", 0)]
    visits = 0
    while left and len(found) < FILE_LIMIT and visits < _VISITS:
        place, depth = left.pop()
        visits += 1
        files, folders = peek(folder, place, _GLANCE)
        if len(files) > _GLANCE // 2:
            if not any(_is_one(name, suffixes) for name in files):
                continue
            files, folders = peek(folder, place, FILE_LIMIT)
        found += [within(place, name) for name in files if _is_one(name, suffixes)]
        if depth < _DEPTH and len(folders) <= _GLANCE:
            left += [(within(place, name), depth + 1) for name in folders if folder.contains(within(place, name))]
    return sorted(found)


def _is_one(name: str, suffixes: tuple[str, ...]) -> bool:
    return any(name.casefold().endswith(suffix) if suffix[-1] != "-" else suffix in name for suffix in suffixes)


class ShardFile:
    """One file of which pieces are read, from any thread; what is where is true for the file that it was at first."""

    def __init__(self, root: Path, path: str) -> None:
        """``path`` is relative to the root, "" for the root itself. Raises FaceDataError or FileNotFoundError."""
        self.path = path
        self.name = shown(path.rpartition("/")[2] or root.name)
        self.full = root / path if path else root
        if not _is_inside(root, self.full):
            raise UnsafeFileError(f"{self.name} is a link to a place outside the dataset; copy the file in its place")
        with self.opened() as file:
            self._stamp = _stamp(file)
        self.size = self._stamp[1]

    @contextmanager
    def opened(self) -> Iterator[io.FileIO]:
        """The file, to be read from front to back. Raises as the constructor does, DamagedFileError where it is another
        file by now."""
        try:
            with open(self.full, "rb", buffering=0, opener=_open) as file:
                now = _stamp(file)
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise UnsafeFileError(f"{self.name} is not a regular file; it is not opened")
                if now != getattr(self, "_stamp", now):
                    raise DamagedFileError(f"{self.name} was changed since the dataset was opened; open it again")
                yield file
        except FileNotFoundError:
            raise
        except OSError as error:
            # Arrow raises errors of the system's kind for its own, without the system's words.
            why = error.strerror or (str(error).splitlines() or ["the disk may be failing"])[0][:200]
            raise DamagedFileError(f"{self.name} cannot be read: {why}; check disk and permissions") from None

    def read(self, offset: int, count: int, limit: int = READ_LIMIT) -> bytes:
        """``count`` bytes from ``offset`` on. Raises DamagedFileError where there are fewer, UnsafeFileError."""
        if count > limit:
            raise UnsafeFileError(f"{self.name}: {count:,} bytes in one piece, more than the limit of {limit:,}")
        with self.opened() as file:
            file.seek(offset)
            data = file.read(count)
        if len(data) < count:
            raise DamagedFileError(f"{self.name} ends too early; it is cut, get it again")
        return data


def _open(path: str, flags: int) -> int:
    """Not to wait for a fifo that nobody writes to."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _stamp(file: io.FileIO) -> tuple[int, int, int]:
    status = os.fstat(file.fileno())
    return status.st_ino, status.st_size, status.st_mtime_ns


def open_shards(root: Path, paths: list[str]) -> tuple[list[ShardFile], list[str]]:
    """The files that can be opened, and why the others cannot."""
    opened: list[ShardFile] = []
    told: list[str] = []
    for path in paths:
        try:
            opened.append(ShardFile(root, path))
        except FileNotFoundError:
            told.append(f"{shown(path)} is gone or a dead link")
        except FaceDataError as error:
            told.append(str(error))
    return opened, told


def _is_inside(root: Path, full: Path) -> bool:
    """Links out of the folder are not followed, but for those of Hugging Face's cache: snapshots/H/X → blobs/H."""
    real, home = Path(os.path.realpath(full)), Path(os.path.realpath(root))
    return home == real or home in real.parents or (real.parent.name == "blobs" and real.parent.parent in home.parents)

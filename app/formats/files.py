"""Reading files that nobody has vouched for.

A dataset comes from an archive made by a stranger: its names may be links to ``/etc``, fifos that never answer, or
files larger than memory. So every read of this room goes through ``DatasetFolder``: regular files only, a size limit,
nothing outside the root, and one SHA-256 per file for safe saving later.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Hashable, Iterator, Mapping
from pathlib import Path

from app.faces.errors import ConflictError, DamagedFileError, UnsafeFileError

READ_LIMIT = 64 * 1024 * 1024
"""Bytes: larger files are refused. The largest file of the released sets is a table of 3.7 MB."""

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)


def sha256(data: bytes) -> str:
    """The hex SHA-256 that stamps and file changes carry."""
    return hashlib.sha256(data).hexdigest()


def shown(name: str) -> str:
    """A file's name for a message: control characters, bidi marks and broken encodings escaped, long names elided."""
    text = "".join(c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode() for c in name)
    text = text.encode("utf-8", "backslashreplace").decode()
    return text if len(text) <= 120 else f"{text[:80]}…{text[-30:]}"


Stamp = tuple[int, int, int, int]
"""Inode, size, time of change and time of status change in ns. The latter tells a set-back time of change."""


class DatasetFolder:
    """The dataset's root and safe reading below it. Paths are POSIX, relative to the root.

    ``zip_tree`` answers the same questions about a tree that was never unpacked.
    """

    read_only: str | None = None
    """Why nothing below the root can ever be written."""

    def __init__(self, root: Path) -> None:
        self.root = Path(os.path.realpath(root))
        self._inside = str(self.root).rstrip(os.sep) + os.sep
        self._safe_folders: set[str] = set()

    def full(self, path: str) -> str:
        """The path as the system takes it."""
        return self._inside + path if path else str(self.root)

    def contains(self, path: str) -> bool:
        """Whether the path, all links followed, still lies below the root."""
        try:
            real = os.path.realpath(self.full(path))
        except ValueError:  # a NUL or half a character, as names out of JSON may have
            return False
        return real == str(self.root) or real.startswith(self._inside)

    def inside(self, path: str) -> str:
        """The path itself. Raises UnsafeFileError when it leads, all links followed, out of the root."""
        if not self.contains(path):
            raise UnsafeFileError(f"{shown(path)} is a link to a place outside the dataset; copy the file in its place")
        return path

    def is_folder(self, path: str) -> bool:
        """Whether the path is a folder inside the root."""
        return Path(self.full(path)).is_dir() and self.contains(path)

    def exists(self, path: str) -> bool:
        """Whether anything at all has that name, be it a dead link."""
        return os.path.lexists(self.full(path))

    def is_link(self, path: str) -> bool:
        """Whether the path itself is a link."""
        return Path(self.full(path)).is_symlink()

    def names(self, path: str) -> list[str]:
        """The names in a folder. Raises OSError."""
        return os.listdir(self.full(path))

    def entries(self, path: str) -> Iterator[tuple[str, bool, bool]]:
        """Name, whether it is a folder (links followed), whether it is a link to anything else. Raises OSError."""
        with os.scandir(self.full(path)) as entries:
            for entry in entries:
                try:
                    is_folder = entry.is_dir()
                except OSError:
                    is_folder = False
                yield entry.name, is_folder, not is_folder and entry.is_symlink()

    def identity(self, path: str) -> Hashable:
        """The same for two names of one folder. Raises OSError."""
        status = Path(self.full(path)).stat()
        return status.st_dev, status.st_ino

    def stamp(self, path: str) -> Stamp | None:
        """What changes with a file, or with the names in a folder; None: nothing can be seen there."""
        try:
            status = Path(self.full(path)).stat()
        except (OSError, ValueError):
            return None
        return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns

    def source(self, path: str) -> str:
        """The file on disk, relative to the root, that holds the file of the dataset."""
        return path

    def watched(self, folders: tuple[str, ...]) -> tuple[str, ...]:
        """The folders on disk that change with the dataset's folders."""
        return folders

    def read(self, path: str, limit: int = READ_LIMIT) -> bytes:
        """The bytes of a regular file inside the root.

        Raises FileNotFoundError, UnsafeFileError (special file, too large, outside the root) or DamagedFileError
        (the disk or its permissions refuse).
        """
        folder = path.rpartition("/")[0]
        if folder not in self._safe_folders:
            if not self.contains(folder):
                raise UnsafeFileError(f"{shown(folder)} is a link to a place outside the dataset; it is not followed")
            self._safe_folders.add(folder)
        try:
            handle = self._open(path)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise DamagedFileError(f"{shown(path)} cannot be read: {error.strerror}; check its permissions") from None
        try:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                raise UnsafeFileError(f"{shown(path)} is not a regular file; it is not opened")
            if status.st_size > limit:
                raise UnsafeFileError(
                    f"{shown(path)} has {status.st_size:,} bytes, more than the limit of {limit:,}; it is not opened"
                )
            return _read_all(handle, status.st_size, limit)
        except OSError as error:
            raise DamagedFileError(f"{shown(path)} cannot be read: {error.strerror}; the disk may be failing") from None
        finally:
            os.close(handle)

    def head(self, path: str, count: int) -> bytes:
        """At most the first ``count`` bytes of a file. Raises what ``read`` raises, but for its size."""
        folder = path.rpartition("/")[0]
        if not self.contains(folder):
            raise UnsafeFileError(f"{shown(folder)} is a link to a place outside the dataset; it is not followed")
        try:
            handle = self._open(path)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise DamagedFileError(f"{shown(path)} cannot be read: {error.strerror}; check its permissions") from None
        try:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise UnsafeFileError(f"{shown(path)} is not a regular file; it is not opened")
            return os.read(handle, count)
        except OSError as error:
            raise DamagedFileError(f"{shown(path)} cannot be read: {error.strerror}; the disk may be failing") from None
        finally:
            os.close(handle)

    def expected(self, path: str, stamps: Mapping[str, str | None]) -> bytes | None:
        """The file's bytes if it is still the one that was read, None if it was not there and is not now.

        Raises ConflictError otherwise.
        """
        stamp = stamps.get(path)
        name = shown(path)
        if stamp is None:
            if self.exists(path):
                raise ConflictError(f"{name} appeared since the sample was read; decide whose version to keep")
            return None
        try:
            data = self.read(path)
        except FileNotFoundError:
            raise ConflictError(f"{name} was removed since it was read; decide whose version to keep") from None
        if sha256(data) != stamp:
            raise ConflictError(f"{name} was changed by someone else since it was read; decide whose version to keep")
        return data

    def _open(self, path: str) -> int:
        full = self.full(path)
        if not _is_name(full):
            raise UnsafeFileError(f"{shown(path)} is no name that a file can have; it is not opened")
        if not _NOFOLLOW and Path(full).is_symlink():
            return os.open(self.full(self.inside(path)), _FLAGS)
        try:
            return os.open(full, _FLAGS | _NOFOLLOW)
        except OSError as error:
            if error.errno not in (errno.ELOOP, errno.EMLINK):
                raise
            return os.open(os.path.realpath(self.full(self.inside(path))), _FLAGS | _NOFOLLOW)


def _is_name(full: str) -> bool:
    """Whether the system takes it: names out of JSON may have a NUL or half a character in them."""
    if "\0" in full:
        return False
    if full.isascii():
        return True
    try:
        os.fsencode(full)
    except UnicodeEncodeError:
        return False
    return True


def _read_all(handle: int, size: int, limit: int) -> bytes:
    data = os.read(handle, size + 1)
    if len(data) == size:
        return data
    # The file is changing under us, or the system read short: go on to the end.
    pieces = [data]
    total = len(data)
    while total <= limit and (data := os.read(handle, 1 << 20)):
        pieces.append(data)
        total += len(data)
    return b"".join(pieces)[:limit]

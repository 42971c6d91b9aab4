"""Where the files of an export go: names that stay inside, never two of one name, every byte hashed on its way.

Names come from ids, classes and splits of a dataset that a stranger made, so nothing is written but through here. The
files that are copied were made by that stranger too: only regular files of the dataset itself are.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from app.faces.errors import DamagedFileError, SaveError, UnsafeFileError
from app.formats.files import DatasetFolder, shown

LONGEST_NAME = 160
"""Bytes of a name that ``safe_name`` gives: a format still has room for what it puts before and behind it."""

_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))}
_PLAIN = re.compile(r"\w[\w.-]*(?:/\w[\w.-]*)*", re.ASCII)
"""Nearly every path: nothing in it needs a second look."""
_FORBIDDEN = frozenset('/\\:*?"<>|')


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file of an export: its path (POSIX, relative to the export), its bytes and their SHA-256."""

    path: str
    size: int
    sha256: str


class Folder(Protocol):
    """The part of an export folder that one part of an export writes. Paths are POSIX and relative."""

    def write(self, path: str, data: bytes) -> None:
        """A new file with these bytes. Raises UnsafeFileError for a name that leaves the folder, SaveError."""
        ...

    def copy(self, path: str, source: Path) -> None:
        """A new file with the very bytes of a file of the dataset. Raises FileNotFoundError where there is none,
        UnsafeFileError for what is no file of the dataset, DamagedFileError where it cannot be read, SaveError."""
        ...

    def create(self, path: str) -> io.RawIOBase:
        """A new file to be written from front to back, for those too large for memory; ``with`` closes it. Raises as
        ``write`` does."""
        ...

    @property
    def files(self) -> tuple[WrittenFile, ...]:
        """What was written through this object, in order."""
        ...


def checked(path: str) -> str:
    """The path itself. Raises UnsafeFileError where it is no plain relative path below the folder."""
    if _PLAIN.fullmatch(path):
        return path
    pure = PurePosixPath(path)
    odd = [part for part in pure.parts if part in {"..", "/"} or "\\" in part or "\0" in part or ":" in part]
    if not pure.parts or pure.is_absolute() or odd or path != str(pure):
        raise UnsafeFileError(f"{shown(path)!r} is no name for a file of an export; give the sample another id")
    return path


def safe_name(text: str) -> str:
    """The text as a name that every system takes for a file: what it cannot hold becomes ``_``, the rest stays.

    ``17`` stays ``17``; ``../x`` becomes ``_.._x``, ``CON`` becomes ``_CON``. Two texts may become one name.
    """
    name = "".join("_" if c in _FORBIDDEN or unicodedata.category(c)[0] == "C" else c for c in text)
    while len(name.encode()) > LONGEST_NAME:
        name = name[:-1]
    name = name.rstrip(". ") or "_" * max(1, len(name))
    if name.partition(".")[0].rstrip().casefold() in _RESERVED or name[0] in ".-":
        # A leading dot hides the file, a leading minus reads as an option.
        name = f"_{name}"
    return name


class DiskFolder:
    """Files below a folder on disk. A file that is there already is replaced: an interrupted part is written again.

    ``dataset`` is the only folder that files are copied from. ``refused`` is the error that ended a write, so that
    nobody takes a full disk for one sample's trouble.
    """

    def __init__(self, root: Path, dataset: Path | None = None) -> None:
        self.root = root
        self.refused: SaveError | None = None
        self._source = _Dataset(dataset)
        self._written: dict[str, WrittenFile] = {}
        self._begun: set[str] = set()
        self._made: set[str] = set()

    @property
    def files(self) -> tuple[WrittenFile, ...]:
        """What was written, in order."""
        return tuple(self._written.values())

    def write(self, path: str, data: bytes) -> None:
        """See ``Folder``."""
        with self.create(path) as file:
            file.write(data)

    def copy(self, path: str, source: Path) -> None:
        """See ``Folder``. Times are kept, as ``cp -p`` does."""
        data, status = self._source.content(source)
        self.write(path, data)
        try:
            os.utime(self.root / path, ns=(status.st_atime_ns, status.st_mtime_ns))
        except OSError as error:
            raise self._refusal(path, error) from None

    def create(self, path: str) -> io.RawIOBase:
        """See ``Folder``."""
        if checked(path) in self._begun:
            raise UnsafeFileError(f"two files of the export are called {shown(path)}; give a sample another id")
        self._begun.add(path)
        target = f"{self.root}{os.sep}{path}"
        parent = os.path.dirname(target)  # noqa: PTH120 - a hundred thousand times
        try:
            if parent not in self._made:
                os.makedirs(parent, exist_ok=True)  # noqa: PTH103 - see above
                self._made.add(parent)
            raw = open(target, "wb", buffering=0)  # noqa: SIM115 - closed by _HashedFile
        except OSError as error:
            raise self._refusal(path, error) from None
        return _HashedFile(raw, path, self._note, self._refusal)

    def _note(self, file: WrittenFile) -> None:
        self._written[file.path] = file

    def _refusal(self, path: str, error: OSError) -> SaveError:
        too_long = error.errno == errno.ENAMETOOLONG
        what_now = "give the sample a shorter id" if too_long else "free some space or choose another folder"
        self.refused = SaveError(f"{shown(path)} cannot be written: {error.strerror or error}; {what_now}")
        return self.refused


class MemoryFolder:
    """Files in memory: for previews, estimates and tests."""

    def __init__(self, dataset: Path | None = None) -> None:
        self.contents: dict[str, bytes] = {}
        self._source = _Dataset(dataset)

    @property
    def files(self) -> tuple[WrittenFile, ...]:
        """What was written, in order."""
        return tuple(
            WrittenFile(path, len(data), hashlib.sha256(data).hexdigest()) for path, data in self.contents.items()
        )

    def write(self, path: str, data: bytes) -> None:
        """See ``Folder``."""
        if checked(path) in self.contents:
            raise UnsafeFileError(f"two files of the export are called {shown(path)}; give a sample another id")
        self.contents[path] = data

    def copy(self, path: str, source: Path) -> None:
        """See ``Folder``."""
        self.write(path, self._source.content(source)[0])

    def create(self, path: str) -> io.RawIOBase:
        """See ``Folder``."""
        self.write(path, b"")
        return _HashedFile(_Kept(self.contents, path), path, lambda _: None, lambda _, error: error)


class _HashedFile(io.RawIOBase):
    """A file that is hashed while it is written, and told when it is closed."""

    def __init__(
        self,
        raw: io.RawIOBase | io.BytesIO,
        path: str,
        told: Callable[[WrittenFile], None],
        refusal: Callable[[str, OSError], Exception],
    ) -> None:
        super().__init__()
        self._raw = raw
        self._path = path
        self._told = told
        self._refusal = refusal
        self._digest = hashlib.sha256()
        self._size = 0

    def writable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """How many bytes there are."""
        return self._size

    def write(self, data: Any, /) -> int:
        """All of the bytes."""
        view = memoryview(data).cast("B")
        self._digest.update(view)
        at = 0
        try:
            while at < len(view):
                at += self._raw.write(view[at:]) or 0
        except OSError as error:
            raise self._refusal(self._path, error) from None
        self._size += len(view)
        return len(view)

    def close(self) -> None:
        """What was written is told: a file that an error cut short as well, it is there."""
        if self.closed:
            return
        super().close()
        try:
            self._raw.close()
        except OSError as error:
            raise self._refusal(self._path, error) from None
        self._told(WrittenFile(self._path, self._size, self._digest.hexdigest()))


class _Kept(io.BytesIO):
    """Bytes that are in a dictionary once they are closed."""

    def __init__(self, contents: dict[str, bytes], path: str) -> None:
        super().__init__()
        self._contents = contents
        self._path = path

    def close(self) -> None:
        if not self.closed:
            self._contents[self._path] = self.getvalue()
        super().close()


class _Dataset:
    """The files that may be copied: regular ones of this folder, links out of it not followed."""

    def __init__(self, root: Path | None) -> None:
        self._folder = None if root is None else DatasetFolder(root)
        self._prefix = f"{root}{os.sep}"

    def content(self, source: Path) -> tuple[bytes, os.stat_result]:
        """The bytes of a file, and its times."""
        path = str(source)
        if self._folder is None or not path.startswith(self._prefix):
            raise UnsafeFileError(f"{shown(source.name)} is no file of the dataset; it is not copied")
        try:
            status = source.stat()
        except FileNotFoundError:
            raise
        except OSError as error:
            raise DamagedFileError(f"{shown(source.name)} cannot be read: {error.strerror}; make it readable") from None
        return self._folder.read(path[len(self._prefix) :].replace(os.sep, "/")), status

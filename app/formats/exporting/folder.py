"""Where the files of an export go: names that stay inside, never two of one name, every byte hashed on its way.

Names come from ids, classes and splits of a dataset that a stranger made, so nothing is written but through here.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Protocol

from app.faces.errors import SaveError, UnsafeFileError

_PIECE = 1 << 20


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
        """A new file with the very bytes of another. Raises FileNotFoundError where there is none, SaveError."""
        ...

    @property
    def files(self) -> tuple[WrittenFile, ...]:
        """What was written through this object, in order."""
        ...


def checked(path: str) -> str:
    """The path itself. Raises UnsafeFileError where it is no plain relative path below the folder."""
    pure = PurePosixPath(path)
    odd = [part for part in pure.parts if part in {"..", "/"} or "\\" in part or "\0" in part or ":" in part]
    if not pure.parts or pure.is_absolute() or odd or path != str(pure):
        raise UnsafeFileError(f"{path!r} is no name for a file of an export; give the sample another id")
    return path


class DiskFolder:
    """Files below a folder on disk. A file that is there already is replaced: an interrupted part is written again."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._written: dict[str, WrittenFile] = {}
        self._made: set[str] = set()

    @property
    def files(self) -> tuple[WrittenFile, ...]:
        """What was written, in order."""
        return tuple(self._written.values())

    def write(self, path: str, data: bytes) -> None:
        """See ``Folder``."""
        try:
            with self._new(path).open("wb") as file:
                file.write(data)
        except OSError as error:
            raise _refused(path, error) from None
        self._note(path, len(data), hashlib.sha256(data).hexdigest())

    def copy(self, path: str, source: Path) -> None:
        """See ``Folder``. Times are kept, as ``cp -p`` does."""
        digest = hashlib.sha256()
        size = 0
        with source.open("rb") as original:
            try:
                with self._new(path).open("wb") as file:
                    while data := original.read(_PIECE):
                        file.write(data)
                        digest.update(data)
                        size += len(data)
                shutil.copystat(source, self.root / path)
            except OSError as error:
                raise _refused(path, error) from None
        self._note(path, size, digest.hexdigest())

    def _new(self, path: str) -> Path:
        if checked(path) in self._written:
            raise UnsafeFileError(f"two files of the export are called {path}; give one of the samples another id")
        target = self.root / path
        parent = os.path.dirname(path)  # noqa: PTH120 - of a POSIX path, a hundred thousand times
        if parent not in self._made:
            target.parent.mkdir(parents=True, exist_ok=True)
            self._made.add(parent)
        return target

    def _note(self, path: str, size: int, digest: str) -> None:
        self._written[path] = WrittenFile(path, size, digest)


class MemoryFolder:
    """Files in memory: for previews, estimates and tests."""

    def __init__(self) -> None:
        self.contents: dict[str, bytes] = {}

    @property
    def files(self) -> tuple[WrittenFile, ...]:
        """What was written, in order."""
        return tuple(
            WrittenFile(path, len(data), hashlib.sha256(data).hexdigest()) for path, data in self.contents.items()
        )

    def write(self, path: str, data: bytes) -> None:
        """See ``Folder``."""
        if checked(path) in self.contents:
            raise UnsafeFileError(f"two files of the export are called {path}; give one of the samples another id")
        self.contents[path] = data

    def copy(self, path: str, source: Path) -> None:
        """See ``Folder``."""
        self.write(path, source.read_bytes())


def _refused(path: str, error: OSError) -> SaveError:
    return SaveError(f"{path} cannot be written: {error.strerror}; free some space or choose another folder")

"""The file of review marks: lines are appended and never changed, by however many windows, people and programs.

Who appends holds the dataset's lock and takes in first what others wrote. A line that is torn or not ours stays where
it is. A file that shrank or is another one than before was replaced behind our back; it is read from its beginning, and
whoever knows more than it holds writes that again.
"""

from __future__ import annotations

import errno
import os
import stat
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.document import disk
from app.document.locks import dataset_lock
from app.document.marks import MarkLine, lines_of
from app.document.work_folder import REVIEW, WorkFolder
from app.faces.errors import UnsafeFileError

MAX_FILE = 256_000_000
MAX_LINE = 16_000_000
"""Bytes; a line with a million samples has fewer."""
_TAIL = 64
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)


@dataclass(slots=True)
class Reading:
    """What a look at the file found: actions on lines not read before; ``is_other``: in a file that is another one."""

    lines: list[MarkLine] = field(default_factory=list)
    is_other: bool = False


class ReviewFile:
    """The file of one dataset as one document knows it. Any thread; two never at once."""

    def __init__(self, work: WorkFolder) -> None:
        self._work = work
        self._offset = 0
        self._identity: tuple[str, int, int] | None = None
        self._tail = b""
        self._strange: dict[int, None] = {}
        self._using = threading.Lock()

    @property
    def strange_lines(self) -> int:
        """How many lines are torn or not ours."""
        return len(self._strange)

    def read(self) -> Reading:
        """What is new in the file. Raises OSError or UnsafeFileError where there is a file that is not to be read."""
        with self._using:
            return self._read()

    def append(self, lines: Sequence[MarkLine]) -> Reading:
        """The lines are in the file, on the medium; returns what others wrote before.

        Raises OSError, DatasetBusyError, SaveError, ReadOnlyError or UnsafeFileError; then none of them is.
        """
        with self._using:
            self._work.prepare()
            path = self._work.review
            if os.path.lexists(path) and not stat.S_ISREG(path.lstat().st_mode):
                self._work.set_aside(path, "is a link or no file")
            with dataset_lock(self._work.lock):
                reading = self._read()
                disk.append(path, b"".join(line.to_bytes() for line in lines))
                if self._identity is None:
                    self._work.sync()
                    disk.sync_folder(path.parent)
                    self._begin(_identity(path, path.stat()))
            # Our own lines are read again with the next look: another program without our lock may stand between them.
            return reading

    def _read(self) -> Reading:
        path = self._work.review
        try:
            descriptor = os.open(path, _FLAGS)
        except FileNotFoundError:
            was_there = self._identity is not None
            self._begin(None)
            return Reading(is_other=was_there)
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise UnsafeFileError(f"{REVIEW} is a link; it is not followed") from None
            raise
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise UnsafeFileError(f"{REVIEW} is not a regular file; it is left alone")
            if status.st_size > MAX_FILE:
                raise UnsafeFileError(
                    f"{REVIEW} has {status.st_size:,} bytes, more than the {MAX_FILE:,} that are read; put it aside"
                )
            identity = _identity(path, status)
            file.seek(max(self._offset - _TAIL, 0))
            is_same = identity == self._identity and file.read(min(self._offset, _TAIL)) == self._tail
            reading = Reading(is_other=self._identity is not None and not is_same)
            if not is_same:
                self._begin(identity)
            file.seek(self._offset)
            while line := file.readline(MAX_LINE):
                self._take(line, reading)
                size, end = len(line), line
                while len(line) == MAX_LINE and not line.endswith(b"\n"):
                    line = file.readline(MAX_LINE)
                    size, end = size + len(line), end[-_TAIL:] + line
                if not line.endswith(b"\n"):
                    break  # torn, or being written just now: the next look looks at it again
                self._offset += size
                self._tail = (self._tail + end[-_TAIL:])[-_TAIL:]
            return reading

    def _begin(self, identity: tuple[str, int, int] | None) -> None:
        self._identity = identity
        self._offset = 0
        self._tail = b""
        self._strange = {}

    def _take(self, line: bytes, reading: Reading) -> None:
        found = lines_of(line) if line.lstrip(b"\xef\xbb\xbf \t")[:1] in (b"{", b"\n", b"\r") else None
        if found is None:
            self._strange[self._offset] = None
        else:
            self._strange.pop(self._offset, None)
            reading.lines += found


def _identity(path: Path, status: os.stat_result) -> tuple[str, int, int]:
    return str(path), status.st_dev, status.st_ino

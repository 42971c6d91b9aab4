"""A file that only grows, read on from where the last look ended: review marks, the ledger.

It lies in a folder that others may write: links and devices are refused, giants are not read, and no more of a line
than a limit is held in memory. A file that shrank, or is another one than before, is read again from its beginning.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

from app.faces.errors import UnsafeFileError

_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
_TAIL = 64

Take = Callable[[int, bytes], None]
"""Hears where a line begins and its bytes."""


class GrowingFile:
    """One reader's place in a file. ``max_file`` and ``max_line`` in bytes."""

    def __init__(self, max_file: int, max_line: int) -> None:
        self._max_file = max_file
        self._max_line = max_line
        self.begin(None)

    @property
    def is_known(self) -> bool:
        """Whether there was a file at the last look."""
        return self._identity is not None

    def begin(self, path: Path | None) -> None:
        """The next look reads from the beginning of the file at ``path``; None: there is none."""
        self._identity = None if path is None else _identity(path, path.stat())
        self._offset = 0
        self._tail = b""

    def read(self, path: Path, take: Take) -> bool:
        """``take`` hears every new line; a last one without an end, which may yet grow, again the next time.

        Returns whether the file is another one than at the last look, or gone: then all that it has is new. A line that
        is too long is cut at ``max_line``. Raises UnsafeFileError or OSError.
        """
        try:
            descriptor = os.open(path, _FLAGS)
        except FileNotFoundError:
            was_there = self.is_known
            self.begin(None)
            return was_there
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise UnsafeFileError(f"{path.name} is a link; it is not followed") from None
            raise
        with os.fdopen(descriptor, "rb") as file:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise UnsafeFileError(f"{path.name} is not a regular file; it is left alone")
            if status.st_size > self._max_file:
                raise UnsafeFileError(
                    f"{path.name} has {status.st_size:,} bytes, more than the {self._max_file:,} that are read; put it"
                    " aside"
                )
            identity = _identity(path, status)
            file.seek(max(self._offset - _TAIL, 0))
            is_same = identity == self._identity and file.read(min(self._offset, _TAIL)) == self._tail
            is_other = self.is_known and not is_same
            if not is_same:
                self._identity, self._offset, self._tail = identity, 0, b""
            file.seek(self._offset)
            while line := file.readline(self._max_line):
                take(self._offset, line)
                size = len(line)
                while len(line) == self._max_line and not line.endswith(b"\n"):
                    line = line[-_TAIL:] + file.readline(self._max_line - _TAIL)
                    size += len(line) - _TAIL
                if not line.endswith(b"\n"):
                    break  # torn, or being written just now
                self._offset += size
                self._tail = (self._tail + line[-_TAIL:])[-_TAIL:]
            return is_other


def _identity(path: Path, status: os.stat_result) -> tuple[str, int, int]:
    return str(path), status.st_dev, status.st_ino

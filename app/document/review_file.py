"""The file of review marks: lines are appended and never changed, by however many windows, people and programs.

Who appends holds the dataset's lock and takes in first what others wrote. A line that is torn or not ours stays where
it is and does not count. Where the file was replaced behind our back, whoever knows more writes that
again.
"""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from app.document import disk
from app.document.growing_file import GrowingFile
from app.document.locks import dataset_lock
from app.document.mark_lines import MarkLine, lines_of
from app.document.work_folder import WorkFolder

MAX_FILE = 256_000_000
MAX_LINE = 16_000_000
"""Bytes; a line with a million samples has fewer."""


@dataclass(slots=True)
class Reading:
    """What a look at the file found: actions on lines not read before; ``is_other``: in a file that is another one."""

    lines: list[MarkLine] = field(default_factory=list)
    is_other: bool = False


class ReviewFile:
    """The file of one dataset as one document knows it. Any thread, also several."""

    def __init__(self, work: WorkFolder) -> None:
        self._work = work
        self._file = GrowingFile(MAX_FILE, MAX_LINE)
        self._strange: set[int] = set()
        self._found = Reading()
        """What was read and not handed over yet: writing after it failed."""
        self._using = threading.Lock()

    @property
    def strange_lines(self) -> int:
        """How many lines are torn or not ours."""
        return len(self._strange)

    def read(self) -> Reading:
        """What is new in the file. Raises OSError or UnsafeFileError where there is a file that is not to be read."""
        with self._using:
            self._read()
            return self._handed_over()

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
                self._read()
                disk.append(path, b"".join(line.to_bytes() for line in lines))
                if not self._file.is_known:
                    self._work.sync()
                    disk.sync_folder(path.parent)
                    self._file.begin(path)
            # Our own lines are read again with the next look: a program without our lock may have written between them.
            return self._handed_over()

    def _handed_over(self) -> Reading:
        found, self._found = self._found, Reading()
        return found

    def _read(self) -> None:
        looked: dict[int, bool] = {}

        def take(at: int, line: bytes) -> None:
            is_ours = line.lstrip(b"\xef\xbb\xbf \t")[:1] in (b"{", b"\n", b"\r")
            actions = lines_of(line) if is_ours else None
            looked[at] = actions is None
            self._found.lines += actions or ()

        is_other = self._file.read(self._work.review, take)
        kept = set() if is_other else self._strange - looked.keys()
        self._strange = kept | {at for at, is_strange in looked.items() if is_strange}
        self._found.is_other |= is_other

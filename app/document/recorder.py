"""The document's side of the edit log: hands every finished edit to the writer at once, reads when asked.

Entries that cannot be written (a full disk) wait in order and are tried again with the next one; meanwhile the
document tells that its edits are in memory only. Differences that are safely in the log may leave memory.
"""

from __future__ import annotations

import secrets
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from app.document.deltas import Delta
from app.document.edit_log import EditLog, LogEntry
from app.document.history import Node
from app.document.settings import DocumentSettings
from app.document.work_folder import LOG, WorkFolder
from app.document.writer import Writer
from app.faces.errors import DamagedFileError, FaceDataError, SaveError
from app.faces.sample import SampleId

T = TypeVar("T")
_GATHERING_S = 0.05
_TROUBLES = (OSError, sqlite3.Error, FaceDataError)


class Recorder:
    """One per document. ``trouble`` says why edits are in memory only, or is None; ``on_trouble`` hears it change."""

    def __init__(self, work: WorkFolder, writer: Writer, settings: DocumentSettings) -> None:
        self.session = secrets.randbits(62)
        self.trouble: str | None = None
        self.on_trouble: Callable[[str], None] = lambda _text: None
        self._work = work
        self._writer = writer
        self._settings = settings
        self._log: EditLog | None = None
        self._opening = threading.Lock()
        self._writing = threading.Lock()
        self._waiting: deque[tuple[LogEntry, Node | None]] = deque()
        self._written_early: list[Node] = []
        self._is_queued = False
        self._pause_s = 0.0
        self._is_closed = False
        self._pruned = False
        self._in_memory: deque[tuple[Node, int]] = deque()
        self._bytes = 0

    @property
    def is_idle(self) -> bool:
        """Whether everything noted is in the log."""
        return not self._waiting and self.trouble is None

    def note(self, entry: LogEntry, node: Node | None = None) -> None:
        """``entry`` is in the log soon: in order, and before any file is written. ``node``: the step it writes."""
        self._waiting.append((entry, node))
        self.flush()

    def flush(self) -> None:
        """Whatever waits is tried (again)."""
        if self._waiting and not self._is_queued:
            self._is_queued = True
            self._writer.submit(self._write_soon, self._written, urgent=True)

    @contextmanager
    def gathering(self) -> Iterator[None]:
        """Meanwhile what is noted within a twentieth of a second is written together.

        Who edits thousands of samples asks the log about each, and would wait for the disk each time.
        """
        self._pause_s = _GATHERING_S
        try:
            yield
        finally:
            self._pause_s = 0.0

    def settle(self) -> None:
        """Whatever waits is written now, on this thread; what the writer is writing is waited for."""
        try:
            nodes = self._write()
        except _TROUBLES as error:
            self._written(None, error)
        else:
            self._written(nodes, None)

    def write_now(self, entry: LogEntry) -> None:
        """On the writer thread: ``entry`` is in the log after all that waits, or is tried again later with it."""
        self._waiting.append((entry, None))
        with suppress(*_TROUBLES):
            self._written_early = self._write()

    def read(self, question: Callable[[EditLog], T], default: T) -> T:
        """What the log answers; ``default`` where there is no log or it cannot be read."""
        if not self._work.exists or not self._work.log.exists():
            return default
        try:
            return question(self._opened())
        except _TROUBLES as error:
            notice = f"the edit log could not be read: {error}"
            if notice not in self._work.notices:
                self._work.notices.append(notice)
            return default

    def delta(self, sample: SampleId, node: Node) -> Delta:
        """A step's difference, from memory or from the log. Raises DamagedFileError or SaveError. Any thread."""
        delta = node.delta  # it may leave memory at any moment
        return self.logged_delta(sample, node.id) if delta is None else delta

    def logged_delta(self, sample: SampleId, step: int) -> Delta:
        """A step's difference from the log. Raises DamagedFileError or SaveError. Any thread."""
        try:
            return self._opened().delta(sample, step)
        except (OSError, sqlite3.Error) as error:
            raise SaveError(f"the edit log cannot be read ({error}); the step stays as it is") from error

    def bring_home(self) -> None:
        """Edits that were made while the dataset could not be written are in its own log, now that it can."""
        away = self._work.away
        if away is None:
            return
        try:
            if (away / LOG).exists():
                with closing(EditLog(away / LOG)) as other:
                    log = self._opened()
                    with log.transaction():
                        log.adopt(other)
            away.rename(away.with_name(f"{away.name}.brought-{time.time_ns()}"))
        except _TROUBLES as error:
            self._work.notices.append(f"edits of an earlier session are in {away} and cannot be brought in: {error}")

    def close(self) -> None:
        """After the writer has ended: whoever still asks, on whatever thread, gets no answer."""
        with self._opening:
            self._is_closed = True
            if self._log is not None:
                self._log.close()
                self._log = None

    def _opened(self) -> EditLog:
        with self._opening:
            if self._is_closed:
                raise SaveError("the dataset was closed meanwhile")
            if self._log is not None and not self._work.log.exists():
                # Writing would go on into a file without a name.
                raise SaveError(f"{self._work.log.name} was removed by another program; open the dataset again")
            if self._log is None:
                self._work.prepare()
                self._work.sync()
                try:
                    self._log = EditLog(self._work.log)
                except DamagedFileError:
                    _set_aside(self._work)
                    self._log = EditLog(self._work.log)
            return self._log

    def _write_soon(self) -> list[Node]:
        time.sleep(self._pause_s)
        return self._write()

    def _write(self) -> list[Node]:
        """On the writer thread: one transaction for everything that waits."""
        with self._writing:
            self._is_queued = False
            batch: list[tuple[LogEntry, Node | None]] = []
            while self._waiting:
                batch.append(self._waiting.popleft())
            try:
                if batch:
                    log = self._opened()
                    with log.transaction():
                        for entry, _ in batch:
                            entry(log)
            except BaseException:
                self._waiting.extendleft(reversed(batch))
                raise
            early, self._written_early = self._written_early, []
        return early + [node for _, node in batch if node is not None]

    def _written(self, nodes: list[Node] | None, error: Exception | None) -> None:
        if error is not None:
            self.tell(f"the edit log cannot be written ({error}); edits are in memory only until they are saved")
            return
        self.tell(None)
        for node in nodes or ():
            node.logged = True
            if node.delta is not None:
                self._in_memory.append((node, node.delta.nbytes))
                self._bytes += node.delta.nbytes
        while self._bytes > self._settings.history_bytes and self._in_memory:
            node, size = self._in_memory.popleft()
            node.delta = None
            self._bytes -= size
        if nodes and not self._pruned:
            self._pruned = True
            self._writer.submit(self._prune, lambda _result, _error: None)

    def _prune(self) -> None:
        """On the writer thread, once per session: what is too old or too much leaves the log."""
        kept = self._settings
        try:
            self._opened().prune(days=kept.log_days, max_bytes=kept.log_bytes, keep_steps=kept.log_steps)
        except _TROUBLES as error:
            self._work.notices.append(f"the edit log could not be pruned: {error}")

    def tell(self, trouble: str | None) -> None:
        """Edits are safe (None), or in memory only for this reason; said once."""
        if trouble != self.trouble:
            self.trouble = trouble
            if trouble is not None:
                self.on_trouble(trouble)


def _set_aside(work: WorkFolder) -> None:
    log: Path = work.log
    work.set_aside(log)
    journal = log.with_name(log.name + "-journal")
    if journal.exists():
        work.set_aside(journal)

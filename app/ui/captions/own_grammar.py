"""The grammar of one's own that captions are read with: read beside the window, and told when it cannot be."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.ui.job import Job

if TYPE_CHECKING:
    from app.generation.grammar import Grammar
    from app.generation.reading import Reader


class OwnGrammar(QObject):
    """Until it is read, and where it cannot be, ``grammar`` and ``reader`` are None: the shipped ones hold."""

    changed = Signal()
    """Captions are read in other words from now on."""
    chosen = Signal(str)
    """The file that is to be remembered; empty: none."""
    failed = Signal(str)
    """Why the file cannot be used."""

    def __init__(self, parent: QObject, file: str = "") -> None:
        super().__init__(parent)
        self.file = Path(file) if file else None
        self.grammar: Grammar | None = None
        self.reader: Reader | None = None
        self._job: Job | None = None
        self._is_due = self.file is not None

    def prepare(self) -> None:
        """Read the file, if there is one that was not read yet."""
        if self._is_due and self.file is not None:
            self._is_due = False
            self._read(self.file)

    def use(self, file: Path | None) -> None:
        """Captions are read with this grammar, None: the shipped ones; remembered for the next time."""
        self.file = file
        self._is_due = False
        self.chosen.emit(str(file) if file is not None else "")
        if file is not None:
            self._read(file)
        elif self.reader is not None:
            self.grammar = self.reader = None
            self.changed.emit()

    def wait(self, timeout_s: float) -> None:
        """Return when nothing is being read any more, or after the time."""
        if self._job is not None:
            self._job.wait(timeout_s)

    def _read(self, file: Path) -> None:
        job = self._job = Job(lambda _progress: _opened(file), self)
        job.finished.connect(self._on_read)
        job.failed.connect(self._on_failed)
        job.start()

    def _on_read(self, found: object) -> None:
        if self.sender() is self._job:
            self._job = None
            assert isinstance(found, tuple)
            self.grammar, self.reader = found
            self.changed.emit()

    def _on_failed(self, reason: str) -> None:
        if self.sender() is self._job:
            self._job = None
            had, self.grammar, self.reader = self.reader, None, None
            self.failed.emit(reason)
            if had is not None:
                self.changed.emit()


def _opened(file: Path) -> tuple[Grammar, Reader]:
    """On a thread of its own: trying a grammar takes a second."""
    from app.generation.own_grammar import open_grammar, reader_of

    grammar = open_grammar("clean", file)
    return grammar, reader_of(grammar)

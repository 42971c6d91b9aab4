"""The document's review marks: made at once in memory, in the file soon after, and told to everybody who shows them.

Marks that cannot be written (a full disk) wait in order and are tried again with the next one, with every look and at
the end; meanwhile the document tells that they are in memory only.
"""

from __future__ import annotations

import getpass
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from app.document.growing_file import GrowingFile
from app.document.history import History, new_id
from app.document.mark_lines import MarkLine, MarkSamples, lines_of
from app.document.mark_log import Mark, MarkLog
from app.document.review_file import MAX_FILE, MAX_LINE, Reading, ReviewFile
from app.document.settings import DocumentSettings
from app.document.work_folder import REVIEW, WorkFolder
from app.document.writer import Writer
from app.faces.errors import FaceDataError, InvalidEditError, SampleNotFoundError
from app.faces.review import Review
from app.faces.sample import SampleId

MarksListener = Callable[[tuple[SampleId, ...]], None]
_TROUBLES = (OSError, sqlite3.Error, FaceDataError)


class Marks:
    """One per document. Marks are made by ``Document.do``, and taken back and done again by its ``undo`` and ``redo``.

    ``trouble`` says in a sentence why marks are in memory only, or is None; ``on_trouble`` hears it change.
    """

    def __init__(
        self, work: WorkFolder, writer: Writer, settings: DocumentSettings, knows: Callable[[SampleId], bool]
    ) -> None:
        """``knows`` tells whether a sample is in the dataset: marks of others are kept and not told."""
        self._knows = knows
        self.log = MarkLog()
        self._listeners: list[MarksListener] = []
        self.trouble: str | None = None
        self.on_trouble: Callable[[str], None] = lambda _text: None
        self._work = work
        self._writer = writer
        self._settings = settings
        self._by = _login_name() if settings.reviewer is None else settings.reviewer
        self._file = ReviewFile(work)
        self._waiting: list[MarkLine] = []
        self._is_queued = False
        self._latest: tuple[Mark, MarkSamples, float] | None = None
        self._made: list[tuple[Mark, float]] = []
        self._replaced = False
        self._unseen: set[str] = set()
        """Written, and not read again yet."""
        self._read_first()

    @property
    def notices(self) -> tuple[str, ...]:
        """What the user should know about the file."""
        strange = self._file.strange_lines
        found = []
        if strange:
            lines = "a line" if strange == 1 else f"{strange} lines"
            found.append(f"{REVIEW} has {lines} that cannot be read; they are left as they are and do not count")
        if self._replaced:
            found.append(
                f"{REVIEW} was replaced or removed by another program; the marks it does not have are kept in the"
                " window and written again with the next mark"
            )
        return tuple(found)

    def review(self, sample: SampleId) -> Review:
        """The marks of a sample; it is not opened for that."""
        return self.log.review(sample)

    def reviews(self) -> dict[SampleId, Review]:
        """The marks of every sample that has any, as they are now."""
        return {sample: review for sample, review in self.log.values.items() if self._knows(sample)}

    def subscribe(self, listener: MarksListener) -> Callable[[], None]:
        """``listener`` hears which samples' marks changed, until the returned function is called."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def do(self, edit: MarkSamples, histories: Mapping[SampleId, History]) -> int | None:
        """The marks are made, as one step whose id is returned; None when they change nothing.

        In ``histories`` it comes after all steps, and what was undone there is not done again. Raises InvalidEditError
        or SampleNotFoundError; then nothing is changed.
        """
        change = edit.change
        unknown = next((sample for sample in edit.samples if not self._knows(sample)), None)
        if unknown is not None:
            raise SampleNotFoundError(f"there is no sample {unknown} in {self._work.root.name}")
        at_least = max((history.head.id for history in histories.values()), default=0)
        merged = self._merge_target(edit)
        touched: set[SampleId] = set()
        lines: list[MarkLine] = []
        if merged is not None:
            lines.append(self._line(merged.line.samples, new_id(at_least), undoes=merged.line.id))
            touched |= self.log.take(lines)
        self._latest = None
        values = self.log.values
        nothing = Review()
        outcome: dict[Review, bool] = {}  # thousands of samples have a handful of different marks
        samples = []
        for sample in dict.fromkeys(edit.samples):
            review = values.get(sample, nothing)
            changes = outcome.get(review)
            if changes is None:
                changes = outcome[review] = change.applied(review) != review
            if changes:
                samples.append(sample)
        step = None
        if samples:
            step = new_id(at_least)
            line = MarkLine(secrets.token_hex(8), self._time(samples, step), self._by, tuple(samples), change)
            lines.append(line)
            touched |= self.log.take([line], at_least)
            mark = self.log.mark_of(line)
            step = mark.step
            self._latest = mark, edit, time.monotonic()
            for sample in histories.keys() & set(samples):
                histories[sample].forget_undone()
            if change.state is not None:
                self._made.append((mark, time.time()))
        self._tell(touched)
        self._write(lines)
        return step

    def take_back(self, step: int) -> None:
        """Take a marking step back from all its samples, whatever was done since. Raises InvalidEditError."""
        mark = self.log.mark(step)
        if mark is None:
            raise InvalidEditError("this step marks no samples; it is not taken back")
        self.undo(mark)

    def undo(self, mark: Mark) -> None:
        """The action is taken back, from all of its samples."""
        self._latest = None
        if mark.undone is None:
            self._act([self._line(mark.line.samples, new_id(), undoes=mark.line.id)])

    def redo(self, mark: Mark) -> None:
        """The action stands again."""
        undoers = self.log.standing_undoers(mark)
        self._act([self._line(mark.line.samples, new_id(), undoes=line.id) for line in undoers])

    def look(self) -> None:
        """What other windows and programs wrote is taken in soon; what waits is tried again."""
        if self._waiting:
            self._flush()
        else:
            self._writer.submit(self._file.read, self._looked)

    def flush(self) -> None:
        """Whatever waits is tried (again)."""
        if self._waiting:
            self._flush()

    def times(self) -> tuple[float, ...]:
        """When a state was given in this session and not taken back since, in seconds since 1970; a bulk mark once."""
        return tuple(when for mark, when in self._made if mark.undone is None)

    def bring_home(self) -> bool:
        """Marks made while the dataset could not be written are in its own file, now that it can be.

        False: they could not be brought in, and stay where they are.
        """
        away = self._work.away
        if away is None or not (away / REVIEW).exists():
            return True
        try:
            lines = [line for line in _lines_in(away / REVIEW) if line.id not in self.log.lines]
            if lines:
                self._file.append(lines)
                self.log.take(lines)
        except _TROUBLES as error:
            self._work.notices.append(
                f"review marks of an earlier session are in {away} and cannot be brought in: {error}"
            )
            return False
        return True

    def _read_first(self) -> None:
        try:
            self.log.take(self._file.read().lines)
            if self._work.marks_inside is not None:
                self.log.take(_lines_in(self._work.marks_inside))
        except _TROUBLES as error:
            self._work.notices.append(f"the review marks cannot be read: {error}")

    def _merge_target(self, edit: MarkSamples) -> Mark | None:
        if self._latest is None:
            return None
        mark, earlier, when = self._latest
        soon = time.monotonic() - when <= self._settings.merge_within_s
        is_newest = all(self.log.of(sample)[-1:] == [mark] for sample in mark.line.samples)
        return mark if soon and mark.undone is None and earlier.merges(edit) and is_newest else None

    def _line(self, samples: Sequence[SampleId], step: int, *, undoes: str) -> MarkLine:
        return MarkLine(secrets.token_hex(8), self._time(samples, step), self._by, undoes=undoes)

    def _time(self, samples: Sequence[SampleId], step: int) -> float:
        """Later than everything it is made on, also where another computer's clock is ahead."""
        return max(step / 1e6, round(self.log.latest(samples) + 1e-6, 6))

    def _act(self, lines: list[MarkLine]) -> None:
        if lines:
            self._tell(self.log.take(lines))
            self._write(lines)

    def _tell(self, touched: Iterable[SampleId]) -> None:
        samples = tuple(filter(self._knows, touched))
        if samples:
            for listener in tuple(self._listeners):
                listener(samples)

    def _write(self, lines: list[MarkLine]) -> None:
        self._waiting += lines
        self.flush()

    def _flush(self) -> None:
        if not self._is_queued:
            self._is_queued = True
            lines = tuple(self._waiting)
            self._writer.submit(lambda: self._file.append(lines), lambda r, e: self._appended(lines, r, e), urgent=True)

    def _appended(self, lines: tuple[MarkLine, ...], reading: Reading | None, error: Exception | None) -> None:
        self._is_queued = False
        if reading is None:
            self._note_trouble(
                f"the review marks cannot be written ({error}); they are in memory only and written with the next mark"
            )
            return
        written = {line.id for line in lines}
        self._waiting = [line for line in self._waiting if line.id not in written]
        self._note_trouble(None)
        self._replaced = False
        self._take(reading, written)
        self.flush()

    def _looked(self, reading: Reading | None, error: Exception | None) -> None:
        if reading is not None:
            self._note_trouble(None)
            self._take(reading, set())
        else:
            self._note_trouble(f"the review marks cannot be read ({error}); what others wrote is not shown")

    def _take(self, reading: Reading, written: set[str]) -> None:
        there = {line.id for line in reading.lines}
        missing: list[MarkLine] = []
        if reading.is_other:
            there |= written | {line.id for line in self._waiting}
            missing = [line for line in self.log.lines.values() if line.id not in there]
        elif not there.issuperset(self._unseen):
            missing = [self.log.lines[name] for name in self._unseen - there]
        self._unseen = written
        if missing:
            self._waiting = missing + self._waiting
            self._replaced = True
        self._tell(self.log.take(reading.lines))

    def _note_trouble(self, trouble: str | None) -> None:
        if trouble != self.trouble:
            self.trouble = trouble
            if trouble is not None:
                self.on_trouble(trouble)


def _lines_in(path: Path) -> list[MarkLine]:
    found: list[MarkLine] = []
    GrowingFile(MAX_FILE, MAX_LINE).read(path, lambda _at, line: found.extend(lines_of(line) or ()))
    return found


def _login_name() -> str:
    try:
        return getpass.getuser()[:100]
    except (OSError, KeyError, ImportError):
        return ""

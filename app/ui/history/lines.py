"""The lines of the history panel, from what the document tells. A new step at the end costs one line, no new list."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum

from PySide6.QtCore import QAbstractTableModel, QCoreApplication, QModelIndex, QPersistentModelIndex, Qt

from app.document.document import Document
from app.document.history import Branch, Place, Step
from app.document.logged import LoggedStep
from app.faces.sample import Modality, SampleId

LINE = int(Qt.ItemDataRole.UserRole)
_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class Kind(Enum):
    """What a line stands for."""

    OPENED = "opened"
    STEP = "step"
    MARK = "mark"
    BRANCH = "branch"
    """Steps that were taken back before something else was done."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line. ``step`` is where a click goes; ``before`` the step it follows, for lines of all samples.

    ``time`` in seconds since 1970, None for what has no time; ``note`` says what else is to be known.
    """

    kind: Kind
    sample: SampleId
    step: int
    label: str
    time: float | None = None
    note: str = ""
    modality: Modality | None = None
    is_done: bool = True
    is_current: bool = False
    before: int = 0
    samples: int = 1
    """How many share the step: of a bulk edit there is one line."""

    @property
    def detail(self) -> str:
        """When it was done, and the note."""
        return " · ".join(part for part in ("" if self.time is None else clock(self.time), self.note) if part)

    @property
    def has_picture(self) -> bool:
        """Whether what it changed can be shown as a picture."""
        return self.kind in (Kind.STEP, Kind.BRANCH) and self.modality is Modality.MASK


class Lines(QAbstractTableModel):
    """``show_sample`` and ``show_everywhere`` fill it; rows keep their order, oldest (newest) first."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Line] = []
        self.current_row = -1
        """The row of the step that the values stand at; −1 without one."""
        self._shown: tuple[Document, SampleId, Place] | None = None
        self._rows: dict[int, int] = {}
        """The row of every step that is done or can be done again."""
        self._has_marks = False

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else 1

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        line = self.lines[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return line.label
        if role == Qt.ItemDataRole.ToolTipRole:
            from app.ui.messages import tooltip

            return tooltip(f"{line.label}\n{line.detail}" if line.detail else line.label)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{line.label}, {line.detail}" if line.detail else line.label
        return line if role == LINE else None

    def clear(self) -> None:
        """No lines."""
        self._shown = None
        self._reset([])

    def show_sample(self, document: Document, sample: SampleId, *, anew: bool = False) -> None:
        """The steps of an open sample and the branches beside them; ``anew``: its marks may be others, too."""
        place = document.past.place(sample)
        known, self._shown = self._shown, (document, sample, place)
        if not anew and known is not None and known[0] is document and known[1] == sample:
            if known[2] == place:
                return
            if self._is_next(known[2], place):
                self._append(document, sample)
                return
            if self._is_same_line(known[2], place):
                self._move_to(self._rows[place.head])
                return
        self._reset(_lines_of(document, sample))

    def show_everywhere(self, steps: tuple[LoggedStep, ...]) -> None:
        """The newest steps of all samples."""
        self._shown = None
        tr = QCoreApplication.translate
        undone = tr("history", "not in effect")
        self._reset(
            [
                Line(
                    Kind.STEP, step.sample, step.id, f"{_whose(step)} · {step.label}", step.time,
                    "" if step.is_done else undone, step.modality, step.is_done, before=step.parent,
                    samples=step.samples,
                )
                for step in steps
            ]
        )  # fmt: skip

    def _is_next(self, known: Place, place: Place) -> bool:
        """Whether one step was made at the end of what is shown, and nothing else happened."""
        follows = place.parent == known.head and place.head == place.newest and place.steps == known.steps + 1
        return place.root == known.root and self.current_row == len(self.lines) - 1 and follows

    def _is_same_line(self, known: Place, place: Place) -> bool:
        """Whether steps among those shown were taken back or done again, and nothing else happened.

        Marks may hide what follows them: where there are any, all is looked at anew.
        """
        is_same = (known.root, known.newest, known.steps) == (place.root, place.newest, place.steps)
        return is_same and place.head in self._rows and not self._has_marks

    def _append(self, document: Document, sample: SampleId) -> None:
        row = len(self.lines)
        self._move_to(row)
        self.beginInsertRows(QModelIndex(), row, row)
        self.lines.append(_line_of(sample, document.past.head(sample)))
        self._rows[self.lines[row].step] = row
        self.endInsertRows()

    def _move_to(self, row: int) -> None:
        """The step in this row is the one that the values stand at."""
        first, last = sorted((self.current_row, min(row, len(self.lines) - 1)))
        self.current_row = row
        for at in range(first, last + 1):
            line = self.lines[at]
            is_done = line.kind is not Kind.BRANCH and at <= row
            self.lines[at] = replace(line, is_done=is_done, is_current=at == row)
        self.dataChanged.emit(self.index(first, 0), self.index(last, 0))

    def _reset(self, lines: list[Line]) -> None:
        self.beginResetModel()
        self.lines = lines
        self.current_row = next((row for row, line in enumerate(lines) if line.is_current), -1)
        self._rows = {line.step: row for row, line in enumerate(lines) if line.kind in (Kind.OPENED, Kind.STEP)}
        self._has_marks = any(line.kind is Kind.MARK for line in lines)
        self.endResetModel()


def _whose(step: LoggedStep) -> str:
    if step.samples == 1:
        return step.sample
    return QCoreApplication.translate("history", "{count} samples").format(count=f"{step.samples:,}")


def clock(when: float) -> str:
    """``14:03`` for today, with the date before that."""
    told = datetime.fromtimestamp(when)
    return told.strftime("%H:%M" if told.date() == date.today() else "%d %b %H:%M")


def _lines_of(document: Document, sample: SampleId) -> list[Line]:
    steps = document.history(sample)
    branches: dict[int, list[Branch]] = {}
    for branch in document.past.branches(sample, steps):
        branches.setdefault(branch.after, []).append(branch)
    opened = QCoreApplication.translate("history", "As it was opened")
    lines = [Line(Kind.OPENED, sample, 0, opened, is_current=not any(step.is_done for step in steps))]
    lines += [_branch_line(sample, branch) for branch in branches.get(0, ())]
    for step in steps:
        lines.append(_line_of(sample, step))
        lines += [_branch_line(sample, branch) for branch in branches.pop(step.id, ())]
    branches.pop(0, None)
    # What follows a step that is in a branch itself.
    return lines + [_branch_line(sample, branch) for rest in branches.values() for branch in rest]


def _line_of(sample: SampleId, step: Step) -> Line:
    kind = Kind.MARK if step.modality is None else Kind.STEP
    return Line(kind, sample, step.id, step.label, step.time, "", step.modality, step.is_done, step.is_current)


def _branch_line(sample: SampleId, branch: Branch) -> Line:
    tr = QCoreApplication.translate
    if branch.steps == 1:
        note = tr("history", "undone, then left")
    else:
        note = tr("history", "and {count} more, undone, then left").format(count=branch.steps - 1)
    return Line(Kind.BRANCH, sample, branch.tip, branch.label, branch.time, note, branch.modality, is_done=False)

"""The lines of the history panel, from what the document tells. A new step at the end costs one line, no new list."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum

from PySide6.QtCore import QAbstractListModel, QCoreApplication, QModelIndex, QPersistentModelIndex, Qt

from app.document.document import Document
from app.document.edit_log import LoggedStep
from app.document.history import Branch, Place, Step
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
    """One line. ``step`` is where a click goes; ``before`` the step it follows, for lines of all samples."""

    kind: Kind
    sample: SampleId
    step: int
    label: str
    detail: str
    modality: Modality | None = None
    is_done: bool = True
    is_current: bool = False
    before: int = 0

    @property
    def has_picture(self) -> bool:
        """Whether what it changed can be shown as a picture."""
        return self.kind in (Kind.STEP, Kind.BRANCH) and self.modality is Modality.MASK


class Lines(QAbstractListModel):
    """``show_sample`` and ``show_everywhere`` fill it; rows keep their order, oldest (newest) first."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Line] = []
        self._shown: tuple[Document, SampleId, Place] | None = None

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.lines)

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

    @property
    def current_row(self) -> int:
        """The row of the step that the values stand at; −1 without one."""
        return next((row for row in range(len(self.lines) - 1, -1, -1) if self.lines[row].is_current), -1)

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
        self._reset(_lines_of(document, sample))

    def show_everywhere(self, steps: tuple[LoggedStep, ...]) -> None:
        """The newest steps of all samples."""
        self._shown = None
        tr = QCoreApplication.translate
        undone = tr("history", "undone")
        self._reset(
            [
                Line(
                    Kind.STEP, step.sample, step.id, f"{step.sample} · {step.label}",
                    clock(step.time) if step.is_done else f"{clock(step.time)} · {undone}",
                    step.modality, step.is_done, before=step.parent,
                )
                for step in steps
            ]
        )  # fmt: skip

    def _is_next(self, known: Place, place: Place) -> bool:
        """Whether one step was made at the end of what is shown, and nothing else happened."""
        at_end = bool(self.lines) and self.lines[-1].is_current
        follows = place.parent == known.head and place.head == place.newest and place.steps == known.steps + 1
        return place.root == known.root and at_end and follows

    def _append(self, document: Document, sample: SampleId) -> None:
        row = len(self.lines)
        self.lines[row - 1] = replace(self.lines[row - 1], is_current=False)
        self.dataChanged.emit(self.index(row - 1), self.index(row - 1))
        self.beginInsertRows(QModelIndex(), row, row)
        self.lines.append(_line_of(sample, document.past.head(sample)))
        self.endInsertRows()

    def _reset(self, lines: list[Line]) -> None:
        self.beginResetModel()
        self.lines = lines
        self.endResetModel()


def clock(when: float) -> str:
    """``14:03`` for today, with the date before that."""
    told = datetime.fromtimestamp(when)
    return told.strftime("%H:%M" if told.date() == date.today() else "%d %b %H:%M")


def _lines_of(document: Document, sample: SampleId) -> list[Line]:
    branches: dict[int, list[Branch]] = {}
    for branch in document.past.branches(sample):
        branches.setdefault(branch.after, []).append(branch)
    steps = document.history(sample)
    opened = QCoreApplication.translate("history", "As it was opened")
    lines = [Line(Kind.OPENED, sample, 0, opened, "", is_current=not any(step.is_done for step in steps))]
    lines += [_branch_line(sample, branch) for branch in branches.get(0, ())]
    for step in steps:
        lines.append(_line_of(sample, step))
        lines += [_branch_line(sample, branch) for branch in branches.pop(step.id, ())]
    branches.pop(0, None)
    # What follows a step that is in a branch itself.
    return lines + [_branch_line(sample, branch) for rest in branches.values() for branch in rest]


def _line_of(sample: SampleId, step: Step) -> Line:
    kind = Kind.MARK if step.modality is None else Kind.STEP
    return Line(kind, sample, step.id, step.label, clock(step.time), step.modality, step.is_done, step.is_current)


def _branch_line(sample: SampleId, branch: Branch) -> Line:
    tr = QCoreApplication.translate
    if branch.steps == 1:
        detail = tr("history", "undone, then left")
    else:
        detail = tr("history", "and {count} more, undone, then left").format(count=branch.steps - 1)
    return Line(
        Kind.BRANCH,
        sample,
        branch.tip,
        branch.label,
        f"{clock(branch.time)} · {detail}",
        branch.modality,
        is_done=False,
    )

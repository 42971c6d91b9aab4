"""The samples listed: ids in an order, and what is to be known of each at a glance. Opens no file, holds no picture."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from app.faces.review import ReviewState
from app.faces.sample import SampleId
from app.ui.messages import tooltip

_Index = QModelIndex | QPersistentModelIndex

_FEW = 64
"""Up to so many changed samples are told one by one; more of them as one change of everything."""


@dataclass(frozen=True, slots=True)
class Badges:
    """What a sample's cell says beside its picture. ``findings`` are the checks that found something."""

    state: ReviewState = ReviewState.NONE
    tags: tuple[str, ...] = ()
    note: str = ""
    findings: tuple[str, ...] = ()
    is_unsaved: bool = False


NO_BADGES = Badges()


class GalleryModel(QAbstractListModel):
    """The samples of a list, in its order; their badges are asked for when a cell is painted."""

    IdRole = Qt.ItemDataRole.UserRole
    BadgesRole = Qt.ItemDataRole.UserRole + 1

    def __init__(self) -> None:
        super().__init__()
        self._ids: Sequence[SampleId] = ()
        self._row_of: dict[SampleId, int] | None = None
        self._badges_of: Callable[[SampleId], Badges] = lambda _: NO_BADGES

    @property
    def ids(self) -> Sequence[SampleId]:
        """All samples listed."""
        return self._ids

    def show(self, ids: Sequence[SampleId]) -> None:
        """List these. Takes no time that grows with their number: a search calls it at every key."""
        self.beginResetModel()
        self._ids = ids if isinstance(ids, tuple | list) else tuple(ids)
        self._row_of = None
        self.endResetModel()

    def use_badges(self, badges_of: Callable[[SampleId], Badges]) -> None:
        """Ask this for badges from now on: called for each cell painted, so it only looks something up."""
        self._badges_of = badges_of
        self.refresh()

    def refresh(self, samples: Iterable[SampleId] | None = None) -> None:
        """The badges of these samples (of all) may differ now."""
        if not self._ids:
            return
        changed = None if samples is None else list(samples)
        if changed is None or len(changed) > _FEW:
            self.dataChanged.emit(self.index(0), self.index(len(self._ids) - 1))
            return
        for row in self.rows_of(changed):
            self.dataChanged.emit(self.index(row), self.index(row))

    def row_of(self, sample: SampleId) -> int | None:
        """Where a sample stands, or None."""
        if self._row_of is not None:
            return self._row_of.get(sample)
        try:
            # Right after ``show`` one row is wanted, the current sample's: a search is quicker than a table.
            return self._ids.index(sample)
        except ValueError:
            return None

    def rows_of(self, samples: Iterable[SampleId]) -> list[int]:
        """Where those of the samples stand that are listed, in the samples' order."""
        if self._row_of is None:
            self._row_of = dict(zip(self._ids, range(len(self._ids)), strict=True))
        found = map(self._row_of.get, samples)
        return [row for row in found if row is not None]

    def find(self, typed: str) -> int | None:
        """The row meant by the beginning of an id: the id itself, else the first that begins so or has it in it."""
        plain = typed.lstrip("0") or "0"
        for exact in (typed, plain):
            row = self.row_of(SampleId(exact))
            if row is not None:
                return row
        starts = (row for row, sample in enumerate(self._ids) if sample.startswith(typed))
        holds = (row for row, sample in enumerate(self._ids) if typed in sample)
        row = next(starts, None)
        return row if row is not None else next(holds, None)

    def sample_at(self, row: int) -> SampleId:
        """The sample in a row."""
        return self._ids[row]

    def badges(self, sample: SampleId) -> Badges:
        """What the sample's cell says beside its picture."""
        return self._badges_of(sample)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        return 0 if parent.isValid() else len(self._ids)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._ids):
            return None
        sample = self._ids[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, self.IdRole):
            return sample
        if role == self.BadgesRole:
            return self.badges(sample)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(self.description(index.row()))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join((self.tr("Sample {sample}").format(sample=sample), *self._facts(sample)))
        return None

    def description(self, row: int) -> str:
        """The id and the badges in words, a line each."""
        return "\n".join((self._ids[row], *self._facts(self._ids[row])))

    def _facts(self, sample: SampleId) -> list[str]:
        """The badges in words."""
        badges = self.badges(sample)
        states = {
            ReviewState.REJECTED: self.tr("rejected"),
            ReviewState.PENDING: self.tr("pending"),
            ReviewState.ACCEPTED: self.tr("accepted"),
        }
        facts = [states[badges.state]] if badges.state in states else []
        if badges.is_unsaved:
            facts.append(self.tr("not saved yet"))
        if badges.tags:
            facts.append(self.tr("tags: {tags}").format(tags=", ".join(badges.tags)))
        if badges.findings:
            facts.append(self.tr("findings: {findings}").format(findings=", ".join(badges.findings)))
        if badges.note:
            facts.append(self.tr("note: {note}").format(note=badges.note))
        return facts

"""What is picked, kept by sample: a filter that hides a picked sample does not drop it.

Qt's selection model forgets everything when the list changes, and takes time that grows with the *square* of the
number of ranges when it works out what a change deselects: every second of 30,000 samples takes seconds. Here a bool
per row is the truth; many ranges are put into an emptied selection, where there is nothing to compare with.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QItemSelection, QItemSelectionModel, QModelIndex, QSignalBlocker

from app.faces.sample import SampleId
from app.ui.gallery.model import GalleryModel

Rows = npt.NDArray[np.bool_]
"""One bool per row of the list."""
Flag = QItemSelectionModel.SelectionFlag

_FEW_RANGES = 64


class GallerySelection(QItemSelectionModel):
    """The samples picked in a ``GalleryModel``, listed or not. May be shared by several views of the model.

    ``selectionChanged`` names what was deselected only while there are few ranges; ``picked`` is always right.
    """

    def __init__(self, model: GalleryModel) -> None:
        # With one argument C++ makes the model the parent and PySide does not hear of it: both would delete this.
        super().__init__(model, model)
        self._model = model
        self._rows: Rows = np.zeros(len(model.ids), np.bool_)
        self._count = 0
        self._ranges = 0
        self._elsewhere: frozenset[SampleId] = frozenset()
        self._before: frozenset[SampleId] = frozenset()
        model.modelAboutToBeReset.connect(self._remember)

    @property
    def rows(self) -> Rows:
        """Which rows are picked; to be read."""
        return self._rows

    @property
    def count(self) -> int:
        """How many samples are picked, listed or not."""
        return self._count + len(self._elsewhere)

    @property
    def elsewhere(self) -> frozenset[SampleId]:
        """The picked samples that are not in the list."""
        return self._elsewhere

    def picked(self) -> tuple[SampleId, ...]:
        """All picked samples: those listed in the list's order, then the others."""
        ids = self._model.ids
        listed = ids if self._count == len(ids) else [ids[row] for row in np.flatnonzero(self._rows).tolist()]
        return (*listed, *self._elsewhere)

    def pick(self, samples: Iterable[SampleId]) -> None:
        """Pick these and nothing else, whether they are listed or not."""
        wanted = frozenset(samples)
        rows = self._rows_of(wanted)
        self._elsewhere = wanted.difference(self._model.sample_at(row) for row in np.flatnonzero(rows).tolist())
        self._take(rows)

    def pick_rows(self, rows: Rows, *, keep_elsewhere: bool = False) -> None:
        """Pick these rows and no others of the list; without ``keep_elsewhere`` nothing outside of it either."""
        if not keep_elsewhere:
            self._elsewhere = frozenset()
        self._take(rows)

    def select(  # type: ignore[override]
        self, what: QModelIndex | QItemSelection, command: QItemSelectionModel.SelectionFlag
    ) -> None:
        if isinstance(what, QModelIndex):
            what = QItemSelection(what, what)
        if command == Flag.NoUpdate:
            return
        rows = self._rows.copy()
        if command & Flag.Clear:
            self._elsewhere = frozenset()
            rows[:] = False
        for number in range(what.count()):
            part = what.at(number)
            span = slice(part.top(), part.bottom() + 1)
            if command & Flag.Toggle:
                rows[span] ^= True
            elif command & Flag.Deselect:
                rows[span] = False
            elif command & Flag.Select:
                rows[span] = True
        self._take(rows)

    def clearSelection(self) -> None:
        self.select(QItemSelection(), Flag.Clear)

    def reset(self) -> None:
        """The rows stand for other samples now: what was picked is looked up among them."""
        with QSignalBlocker(self):
            super().select(QItemSelection(), Flag.Clear)
            super().clearCurrentIndex()
        picked, self._before = self._before, frozenset()
        self._rows = np.zeros(len(self._model.ids), np.bool_)
        self._count = self._ranges = 0
        self._elsewhere = frozenset()
        if picked:
            self.pick(picked)

    def _remember(self) -> None:
        self._before = frozenset(self.picked()) if self.count else frozenset()

    def _rows_of(self, samples: frozenset[SampleId]) -> Rows:
        rows = np.zeros(len(self._model.ids), np.bool_)
        if samples:
            rows[self._model.rows_of(samples)] = True
        return rows

    def _take(self, rows: Rows) -> None:
        """Make Qt's selection equal to ``rows``."""
        edges = np.flatnonzero(np.diff(rows, prepend=False, append=False)).tolist()
        ranges = QItemSelection()
        place = self._model.createIndex
        for first, end in zip(edges[::2], edges[1::2], strict=True):
            ranges.select(place(first, 0), place(end - 1, 0))
        old = self._ranges
        self._rows, self._count, self._ranges = rows, int(np.count_nonzero(rows)), len(edges) // 2
        if max(old, self._ranges) <= _FEW_RANGES:
            before = self.selection() == ranges
            super().select(ranges, Flag.ClearAndSelect)
            if before:
                # Qt has nothing to tell, but picks outside the list may have come or gone.
                self.selectionChanged.emit(QItemSelection(), QItemSelection())
            return
        with QSignalBlocker(self):
            super().select(QItemSelection(), Flag.Clear)
            super().select(ranges, Flag.Select)
        self.selectionChanged.emit(ranges, QItemSelection())

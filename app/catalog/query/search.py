"""From a search to its hits: the samples it holds for, in the order it asks for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from app.catalog.columns import Columns, Marks, Rows
from app.catalog.query.evaluate import Judge, Searched, Truth
from app.catalog.query.measures import Numbers, measured
from app.catalog.query.parser import parse
from app.catalog.query.syntax import Measure, Query, SortKey
from app.catalog.similar import distances
from app.faces.errors import QueryError
from app.faces.sample import SampleId


@dataclass(frozen=True, slots=True, eq=False)
class Hits:
    """The samples found, as ``rows`` (int64) of the columns searched, in order.

    ``total`` counts those that a limit left out too; ``unknown`` the samples that could not be judged, since what
    decides was not read yet. ``notes`` are hints for people.
    """

    query: Query
    rows: Rows
    total: int
    unknown: int
    notes: tuple[str, ...]
    _all_ids: tuple[SampleId, ...]

    @property
    def ids(self) -> tuple[SampleId, ...]:
        """The samples found, in order."""
        return tuple(self._all_ids[row] for row in self.rows.tolist())


def search(catalog: Searched, query: Query | str, *, limit: int | None = None) -> Hits:
    """The samples the search holds for; the first ``limit`` of them. Raises QueryError."""
    query = parse(query) if isinstance(query, str) else query
    judge, truth = _judged(catalog, query)
    rows = np.flatnonzero(truth.yes)
    total = len(rows)
    if query.sort:
        rows = _in_order(judge.columns, query.sort, rows)
    unknown = 0 if truth.unknown is None else int(np.count_nonzero(truth.unknown))
    return Hits(query, rows[:limit], total, unknown, tuple(judge.notes), judge.columns.ids)


def mask_of(catalog: Searched, query: Query | str) -> Marks:
    """Which samples the search certainly holds for, by row. Raises QueryError."""
    query = parse(query) if isinstance(query, str) else query
    return _judged(catalog, query)[1].yes.copy()


def _judged(catalog: Searched, query: Query) -> tuple[Judge, Truth]:
    while True:
        judge = Judge(catalog)
        truth = judge.truth(query.root)
        # Looking into the captions of a catalog whose file has vanished makes it, and its columns, anew.
        if catalog.columns is judge.columns:
            return judge, truth


def sort_values(columns: Columns, key: Measure) -> Numbers:
    """What the samples are sorted by: a number each, NaN where there is none or it is not known yet."""
    count = len(columns)
    match key.name:
        case "id":
            return np.arange(count, dtype=np.float64)
        case "celeba":
            numbers = np.full(count, np.nan)
            for stem, row in columns.celeba.items():
                if stem.isascii() and stem.isdecimal():
                    numbers[row] = float(stem[:18])
            return numbers
        case "split":
            return np.where(columns.split < 0, np.nan, columns.split)
        case "state":
            return columns.state.astype(np.float64)
        case "similar":
            if key.argument not in columns.row_of:
                raise QueryError(f"the dataset has no sample {key.argument}", key.start, key.end)
            found = distances(columns, columns.row_of[key.argument]).astype(np.float64)
            return np.where(np.isfinite(found), found, np.nan)
    numbers, known = measured(columns, key)
    return np.where(known, numbers, np.nan)


def _in_order(columns: Columns, sort: tuple[SortKey, ...], rows: Rows) -> Rows:
    by_weight = []
    for key in reversed(sort):
        values = sort_values(columns, key.measure)[rows]
        # Not a number sorts behind everything, and stays so when the order is turned round.
        by_weight.append(-values if key.descending else values)
    return rows[np.lexsort(by_weight)]

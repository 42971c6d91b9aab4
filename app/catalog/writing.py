"""One transaction's worth of writing into a catalog: rows and the columns in memory, changed together.

The columns are up to date when it begins. If it fails they are loaded anew, so nothing here needs to be careful.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from app.catalog import captions, loading
from app.catalog.columns import MODALITY_BIT, Columns, Marks, Rows
from app.catalog.contents import FIGURES, Contents
from app.catalog.names import NAMED, Names, NamesChange
from app.catalog.schema import FACTS, INDEXED, TABLED, UNREADABLE
from app.catalog.tables import TableRow, Tables
from app.faces.sample import Modality, SampleId

Records = npt.NDArray[np.void]
"""(n,) of ``FACTS``."""
_NO_ROW = TableRow()
_READ = INDEXED | UNREADABLE


class Writing:
    """What the writing verbs of a catalog do, inside a transaction. The rows written get ``revision``.

    ``has_other_rows`` is True once the columns no longer fit and have to be loaded anew.
    """

    def __init__(self, connection: sqlite3.Connection, columns: Columns, revision: int) -> None:
        self._db = connection
        self._columns = columns
        self.revision = revision
        self.has_other_rows = False

    def put_names(self, names: Names) -> NamesChange:
        """The samples are those of ``names``; what is known of those that stay is kept."""
        old = self._columns
        row_of = old.row_of
        rows = np.fromiter((row_of.get(sample, -1) for sample in names.ids), np.int64, len(names.ids))
        is_new, stays = rows < 0, rows >= 0
        gone = np.setdiff1d(np.arange(len(old)), rows)
        for key in old.keys[gone].tolist():
            self._delete(key)
        first = loading.number(self._db, "next key")
        keys = np.empty(len(rows), np.int64)
        keys[stays] = old.keys[rows[stays]]
        keys[is_new] = np.arange(first, first + np.count_nonzero(is_new))
        before = np.zeros(len(rows), FACTS)
        before["split"] = -1
        before["yaw"] = before["pitch"] = before["roll"] = np.nan
        before[stays] = old.facts(rows[stays])
        facts = self._with_names(before, names, keys)
        added, rewritten = np.flatnonzero(is_new), np.flatnonzero(stays & _differ(facts, before))
        self._db.executemany(
            "INSERT INTO sample VALUES(?, ?, ?, ?)",
            (
                (key, names.ids[row], self.revision, fact.tobytes())
                for row, key, fact in zip(added.tolist(), keys[added].tolist(), facts[added], strict=True)
            ),
        )
        self._update(keys[rewritten], facts[rewritten])
        loading.set_state(self._db, "next key", first + len(added))
        loading.set_state(self._db, "order", keys.astype("<i8").tobytes())
        loading.set_state(self._db, "splits", json.dumps(names.split_names))
        if len(added):
            # The tables may have rows for them.
            self._db.execute("DELETE FROM state WHERE name='tables stamp'")
        self._replace_rows()
        same_split = _named(before["split"], old.split_names) == _named(facts["split"], names.split_names)
        same = (before["have"] == facts["have"]) & (before["named"] == facts["named"]) & same_split
        changed = np.flatnonzero(stays & ~same)
        ids = names.ids
        return NamesChange(
            added=tuple(ids[row] for row in added),
            removed=tuple(old.ids[row] for row in gone),
            changed=tuple(ids[row] for row in changed),
        )

    def _with_names(self, before: Records, names: Names, keys: Rows) -> Records:
        """The records with what the names tell; what was read of files that are others now is forgotten."""
        facts = before.copy()
        facts["have"] = before["have"] & (0xFF ^ NAMED) | names.have
        facts["named"], facts["split"] = names.named, names.split
        bit = MODALITY_BIT[Modality.CAPTIONS]
        has_captions, had_captions = (names.have & bit) != 0, (before["have"] & bit) != 0
        facts["caption_count"] = np.where(has_captions, np.where(had_captions, before["caption_count"], -1), 0)
        for key in keys[had_captions & ~has_captions].tolist():
            self._delete_captions(key)
        was_read = (before["flags"] & _READ) != 0
        same_mask = (before["have"] ^ names.have) & MODALITY_BIT[Modality.MASK] == 0
        other_mask = was_read & ~(same_mask & (before["named"] == names.named))
        facts["flags"][other_mask] &= 0xFF ^ _READ
        for key in keys[other_mask].tolist():
            self._delete_contents(key)
        return facts

    def put_tables(self, tables: Tables) -> None:
        """Of every sample is known what the tables say of it."""
        columns = self._columns
        before = columns.facts(np.arange(len(columns)))
        rows = [tables.rows.get(sample, _NO_ROW) for sample in columns.ids]
        facts = _with_tables(before, tables, rows)
        changed = np.flatnonzero(_differ(facts, before))
        self._update(columns.keys[changed], facts[changed])
        files = [(key, row.celeba_file) for key, row in zip(columns.keys.tolist(), rows, strict=True)]
        self._db.execute("DELETE FROM celeba")
        self._db.executemany("INSERT INTO celeba VALUES(?, ?)", [row for row in files if row[1] is not None])
        loading.set_state(self._db, "tables stamp", tables.stamp)
        if tables.searched_names == columns.attribute_names:
            columns.set_facts(changed, facts[changed])
            columns.drop_celeba()
        else:
            loading.set_state(self._db, "attributes", json.dumps(tables.searched_names))
            self._replace_rows()

    def put_captions(self, files: Iterable[tuple[SampleId, bytes, Sequence[str]]]) -> None:
        """Captions of samples in place of those they had."""
        columns = self._columns
        known = {columns.row_of[sample]: (stamp, texts) for sample, stamp, texts in files if sample in columns.row_of}
        keys = dict(zip(known, columns.keys[list(known)].tolist(), strict=True))
        captions.put(self._db, [(keys[row], texts) for row, (_, texts) in known.items()])
        self._put_stamps("captions", [(keys[row], stamp) for row, (stamp, _) in known.items()])
        for row, (_, texts) in known.items():
            columns.caption_count[row] = len(texts)
        self._put_rows(known)

    def put_contents(self, masks: Iterable[tuple[SampleId, bytes, Contents]]) -> None:
        """Figures of masks in place of those they had."""
        columns = self._columns
        known = {columns.row_of[sample]: (stamp, mask) for sample, stamp, mask in masks if sample in columns.row_of}
        keys = dict(zip(known, columns.keys[list(known)].tolist(), strict=True))
        records = []
        for row, (_, contents) in known.items():
            figures = {name: np.asarray(getattr(contents, name), dtype) for name, (_, dtype) in FIGURES.items()}
            records.append((keys[row], contents.problem, *(figure.tobytes() for figure in figures.values())))
            for name, values in columns.loaded_figures.items():
                values[row] = figures[name]
            columns.present[row] = contents.present
            read = INDEXED if contents.problem is None else _READ
            columns.flags[row] = int(columns.flags[row]) & ~_READ | read
        names = ", ".join(("key", "problem", *FIGURES))
        places = ", ".join("?" * (len(FIGURES) + 2))
        self._db.executemany(f"INSERT OR REPLACE INTO content({names}) VALUES({places})", records)
        self._put_stamps("contents", [(keys[row], stamp) for row, (stamp, _) in known.items()])
        self._put_rows(known)

    def forget(self, samples: Iterable[SampleId], part: str) -> None:
        """``captions`` or ``contents`` of the samples were not read."""
        columns = self._columns
        rows = columns.rows_of(samples)
        forget_one = self._delete_captions if part == "captions" else self._delete_contents
        for key in columns.keys[rows].tolist():
            forget_one(key)
        if part == "captions":
            columns.caption_count[rows] = np.where(columns.has(Modality.CAPTIONS)[rows], -1, 0)
        else:
            columns.flags[rows] &= 0xFF ^ _READ
            loading.refresh_figures(self._db, columns, rows)
        self._put_rows(rows.tolist())

    def _replace_rows(self) -> None:
        self.has_other_rows = True
        loading.set_state(self._db, "rows revision", self.revision)

    def _put_rows(self, rows: Iterable[int]) -> None:
        """Rows of the columns were changed: they are written, and what follows from them is worked out."""
        chosen = np.fromiter(rows, np.int64)
        facts = self._columns.facts(chosen)
        self._columns.set_facts(chosen, facts)
        self._update(self._columns.keys[chosen], facts)

    def _update(self, keys: Rows, facts: Records) -> None:
        self._db.executemany(
            "UPDATE sample SET revision=?, facts=? WHERE key=?",
            ((self.revision, fact.tobytes(), key) for key, fact in zip(keys.tolist(), facts, strict=True)),
        )

    def _put_stamps(self, part: str, stamps: Iterable[tuple[int, bytes]]) -> None:
        rows = ((part, key, stamp) for key, stamp in stamps)
        self._db.executemany("INSERT OR REPLACE INTO stamp VALUES(?, ?, ?)", rows)

    def _delete(self, key: int) -> None:
        self._delete_captions(key)
        self._delete_contents(key)
        self._db.execute("DELETE FROM celeba WHERE key=?", (key,))
        self._db.execute("DELETE FROM sample WHERE key=?", (key,))

    def _delete_captions(self, key: int) -> None:
        captions.drop(self._db, key)
        self._db.execute("DELETE FROM stamp WHERE part='captions' AND key=?", (key,))

    def _delete_contents(self, key: int) -> None:
        self._db.execute("DELETE FROM content WHERE key=?", (key,))
        self._db.execute("DELETE FROM stamp WHERE part='contents' AND key=?", (key,))


def same_names(columns: Columns, names: Names) -> bool:
    """Whether the columns say already what the names do."""
    return (
        columns.ids == names.ids
        and columns.split_names == names.split_names
        and np.array_equal(columns.have & NAMED, names.have)
        and np.array_equal(columns.named, names.named)
        and np.array_equal(columns.split, names.split)
    )


def _differ(some: Records, others: Records) -> Marks:
    """Which records differ in any bit (NaN is NaN)."""
    one, other = (records.view(np.uint8).reshape(len(records), -1) for records in (some, others))
    differ: Marks = np.any(one != other, axis=1)
    return differ


def _named(split: npt.NDArray[np.int16], names: tuple[str, ...]) -> npt.NDArray[np.object_]:
    return np.array([*names, None], object)[split]


def _with_tables(before: Records, tables: Tables, rows: Sequence[TableRow]) -> Records:
    """The records with what the tables' rows say."""
    facts = before.copy()
    facts["have"] &= 0xFF ^ (MODALITY_BIT[Modality.ATTRIBUTES] | MODALITY_BIT[Modality.POSE])
    facts["flags"] |= TABLED
    have, yes, known, angles = [], [], [], []
    for row in rows:
        found = 0
        bits = (0, 0)
        pose = (np.nan, np.nan, np.nan)
        if row.attributes is not None:
            found |= MODALITY_BIT[Modality.ATTRIBUTES]
            bits = tables.bits_of(row.attributes)
        if row.pose is not None:
            found |= MODALITY_BIT[Modality.POSE]
            pose = (row.pose.yaw, row.pose.pitch, row.pose.roll)
        have.append(found)
        yes.append(bits[0])
        known.append(bits[1])
        angles.append(pose)
    facts["have"] |= np.array(have, np.uint8)
    facts["yes"], facts["known"] = np.array(yes, np.uint64), np.array(known, np.uint64)
    facts["yaw"], facts["pitch"], facts["roll"] = np.array(angles, np.float32).reshape(-1, 3).T
    return facts

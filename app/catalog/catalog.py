"""The searchable index of one dataset: a file in the user's cache, its columns in memory, and the verbs that fill it.

It is built from names first, so that it can be used at once; tables, captions and contents of masks follow, usually
written by another process. Whoever shows it calls ``pull`` now and then. It is never the truth about a dataset and may
vanish at any time: a file that was deleted, cut or made by another version is replaced by a new one, which knows the
names again at once and says in ``notices`` what happened.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from app.catalog import captions, loading, schema
from app.catalog.columns import MODALITY_BIT, Columns, Rows
from app.catalog.contents import FIGURES, Contents
from app.catalog.names import NAMED, Names, NamesChange, names_of
from app.catalog.places import CatalogPlaces
from app.catalog.schema import INDEXED, TABLED, UNREADABLE
from app.catalog.tables import TableRow, Tables
from app.faces.errors import DamagedFileError, DatasetBusyError, SaveError
from app.faces.review import Review
from app.faces.sample import Modality, SampleId
from app.faces.store import SampleStore

T = TypeVar("T")
_NO_ROW = TableRow()


class Catalog:
    """One connection and its columns, for one thread at a time; other processes may have the same file open.

    ``columns`` is replaced when samples come or go, else changed in place; take it anew after ``pull`` and after every
    writing verb. ``notices`` are sentences for the user. ``renewals`` counts how often the file had to be begun anew.

    Writing verbs raise SaveError when the disk refuses, DatasetBusyError when another program keeps writing.
    """

    def __init__(self, places: CatalogPlaces) -> None:
        self.places = places
        self.notices: list[str] = [places.notice] if places.notice else []
        self.renewals = 0
        self.columns = Columns()
        self._revision = -1
        self._data_version = -1
        self._store: SampleStore | None = None
        self._reviews: dict[SampleId, Review] = {}
        self._edited: frozenset[SampleId] = frozenset()
        self._unsaved: frozenset[SampleId] = frozenset()
        self._findings: dict[SampleId, frozenset[str]] = {}
        self._identity: tuple[int, int] | None = None
        self._db = self._connected()
        self._or_renewed(self._load)

    @classmethod
    def open(cls, places: CatalogPlaces) -> Catalog:
        """The catalog kept there, or a new one. Never fails: where nothing can be kept it lives in memory."""
        return cls(places)

    def close(self) -> None:
        """No more use."""
        self._db.close()

    def __enter__(self) -> Catalog:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def is_kept(self) -> bool:
        """Whether there is a file; without one no other process can fill the catalog."""
        return self._identity is not None

    # reading

    def pull(self) -> bool:
        """Take over what other connections have committed; whether anything about samples changed."""
        return self._or_renewed(self._pull)

    def kept(self, name: str) -> bytes | None:
        """The blob that was kept under that name."""

        def read() -> bytes | None:
            row = self._db.execute("SELECT value FROM kept WHERE name=?", (name,)).fetchone()
            return None if row is None else bytes(row[0])

        return self._or_renewed(read)

    def stamps(self, part: str) -> Mapping[SampleId, bytes]:
        """What the files of ``captions`` or ``contents`` looked like when they were read, where they were."""

        def read() -> Mapping[SampleId, bytes]:
            ids, rows = self.columns.ids, self.columns.rows_of_keys
            found = self._db.execute("SELECT key, stamp FROM stamp WHERE part=? ORDER BY key", (part,)).fetchall()
            keys = np.array([key for key, _ in found], np.int64)
            is_known = np.isin(keys, self.columns.keys)
            known = (stamp for (_, stamp), there in zip(found, is_known, strict=True) if there)
            return {ids[row]: bytes(stamp) for row, stamp in zip(rows(keys[is_known]).tolist(), known, strict=True)}

        return self._or_renewed(read)

    @property
    def tables_stamp(self) -> bytes | None:
        """What the tables looked like when they were read; None: they were not, or samples came since."""
        found = self._or_renewed(lambda: loading.state(self._db, "tables stamp", None))
        return None if found is None else bytes(found)

    def rows_with(self, match: str, limit: int | None = None) -> Rows:
        """The rows with a caption that fits an FTS5 expression (see ``captions.phrase``), ascending and distinct.

        ``limit``: only the first so many. Raises ValueError for an expression that is none.
        """

        def read() -> Rows:
            columns = self.columns
            is_ordered = bool(np.all(np.diff(columns.keys) > 0))
            keys = captions.keys_with(self._db, match, limit if is_ordered else None)
            rows = np.sort(columns.rows_of_keys(keys))
            return rows if limit is None else rows[:limit]

        return self._matching(match, read)

    def lines_with(self, match: str, sample: SampleId) -> list[int]:
        """The captions of a sample that fit the expression, counted from 0."""
        row = self.columns.row_of.get(sample)
        if row is None:
            return []
        return self._matching(match, lambda: captions.lines_with(self._db, match, int(self.columns.keys[row])))

    def captions_of(self, sample: SampleId) -> list[str]:
        """The sample's captions as they were read last."""
        row = self.columns.row_of.get(sample)
        if row is None:
            return []
        return self._or_renewed(lambda: captions.texts_of(self._db, int(self.columns.keys[row])))

    def problem_of(self, sample: SampleId) -> str | None:
        """Why the sample's mask could not be read, where that is so."""
        row = self.columns.row_of.get(sample)
        if row is None:
            return None
        question = "SELECT problem FROM content WHERE key=?"
        found = self._or_renewed(lambda: self._db.execute(question, (int(self.columns.keys[row]),)).fetchone())
        return found[0] if found else None

    # writing

    def take_names(self, store: SampleStore) -> NamesChange:
        """The catalog's samples are the store's, with what their names tell; nothing is written where they are.

        Never fails for the disk: where nothing can be written the catalog goes on in memory.
        """
        self._store = store
        names = names_of(store)
        try:
            return self._or_renewed(lambda: self._take_names(names))
        except SaveError as error:
            self._go_to_memory(str(error))
            return self._take_names(names)

    def put_tables(self, tables: Tables) -> None:
        """What the tables say is known of every sample."""
        self._or_renewed(lambda: self._put_tables(tables))

    def put_captions(self, files: Sequence[tuple[SampleId, bytes, Sequence[str]]]) -> None:
        """The captions of samples as they were read from files that looked like ``stamp``. Unknown samples are passed
        over."""
        self._or_renewed(lambda: self._put_captions(files))

    def put_contents(self, masks: Sequence[tuple[SampleId, bytes, Contents]]) -> None:
        """The figures of samples' masks, read from files that looked like ``stamp``. Unknown samples are passed
        over."""
        self._or_renewed(lambda: self._put_contents(masks))

    def keep(self, name: str, blob: bytes) -> None:
        """A blob is kept under a name until the catalog is made anew."""

        def write() -> None:
            with self._refusals_named():
                self._db.execute("INSERT OR REPLACE INTO kept VALUES(?, ?)", (name, blob))

        self._or_renewed(write)

    def forget(self, samples: Iterable[SampleId], part: str) -> None:
        """``captions`` or ``contents`` of the samples count as not read."""
        chosen = tuple(samples)
        self._or_renewed(lambda: self._forget(chosen, part))

    # mirrors of what others own

    def mirror_reviews(self, reviews: Mapping[SampleId, Review]) -> None:
        """All marks there are."""
        self._reviews = dict(reviews)
        self.columns.mirror_reviews(self._reviews)

    def mirror_review(self, sample: SampleId, review: Review) -> None:
        """One sample's marks."""
        if review.is_empty:
            self._reviews.pop(sample, None)
        else:
            self._reviews[sample] = review
        row = self.columns.row_of.get(sample)
        if row is not None:
            self.columns.mirror_review(row, review)

    def mirror_edited(self, samples: Iterable[SampleId]) -> None:
        """The samples whose files we have changed."""
        self._edited = frozenset(samples)
        self.columns.mirror_edited(self._edited)

    def mirror_unsaved(self, samples: Iterable[SampleId]) -> None:
        """The samples with edits that are not in their files."""
        self._unsaved = frozenset(samples)
        self.columns.mirror_unsaved(self._unsaved)

    def mirror_findings(self, findings: Mapping[SampleId, frozenset[str]]) -> None:
        """What checks said, by the names of the checks."""
        self._findings = dict(findings)
        self.columns.mirror_findings(self._findings)

    # the file

    def _connected(self) -> sqlite3.Connection:
        file = self.places.catalog
        for _ in range(2):
            before = _identity(file)
            try:
                connection = schema.connected(file)
            except DamagedFileError as error:
                self.notices.append(f"the search index of this dataset is made anew: {error}")
                self.renewals += 1
                try:
                    if _identity(file) == before:  # else another program has replaced it already
                        schema.remove(file)
                except OSError as refusal:
                    return self._memory(refusal.strerror or str(refusal))
            except (sqlite3.Error, OSError) as error:
                return self._memory(str(error))
            else:
                self._identity = _identity(file)
                return connection
        return self._memory("another program keeps replacing it")

    def _memory(self, why: str) -> sqlite3.Connection:
        self.notices.append(
            f"the search index cannot be kept in {self.places.folder} ({why}): it is made anew each time; free some"
            " space or make the folder writable"
        )
        self._identity = None
        return schema.in_memory()

    def _go_to_memory(self, why: str) -> None:
        self._db.close()
        self._db = self._memory(why)
        self._load()

    def _or_renewed(self, action: Callable[[], T]) -> T:
        """Do it; if the file turns out to be gone or broken, begin a new one and do it there."""
        if self._is_gone():
            self._renew("was deleted")
        try:
            return action()
        except (sqlite3.DatabaseError, DamagedFileError) as error:
            if isinstance(error, sqlite3.Error) and not schema.is_damage(error):
                raise DatasetBusyError(f"the search index is in use by another program: {error}") from error
            self._renew(f"is damaged ({error})")
        return action()

    def _is_gone(self) -> bool:
        return self._identity is not None and _identity(self.places.catalog) != self._identity

    def _renew(self, what: str) -> None:
        self.notices.append(f"the search index of this dataset {what}: it is made anew")
        self.renewals += 1
        self._db.close()
        file = self.places.catalog
        with suppress(OSError):
            self.places.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if _identity(file) == self._identity:
                schema.remove(file)
        self._db = self._connected()
        self._load()
        if self._store is not None:
            self._take_names(names_of(self._store))

    def _matching(self, match: str, read: Callable[[], T]) -> T:
        def careful() -> T:
            try:
                return read()
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode == sqlite3.SQLITE_ERROR and "no such table" not in str(error):
                    raise ValueError(f"{match} is no match expression: {error}") from error
                raise

        return self._or_renewed(careful)

    # transactions

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Everything inside is of one moment."""
        self._db.execute("BEGIN")
        try:
            yield
        finally:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")

    def _load(self) -> None:
        with self._reading():
            self._data_version = self._db.execute("PRAGMA data_version").fetchone()[0]
            self._revision = int(loading.state(self._db, "revision", 0))
            self._show(loading.load(self._db))

    def _show(self, columns: Columns) -> None:
        self.columns = columns
        columns.read_figure = lambda name: self._or_renewed(lambda: loading.read_figure(self._db, columns, name))
        columns.read_celeba = lambda: self._or_renewed(lambda: loading.read_celeba(self._db))
        if self._reviews:
            columns.mirror_reviews(self._reviews)
        columns.mirror_edited(self._edited)
        columns.mirror_unsaved(self._unsaved)
        columns.mirror_findings(self._findings)

    def _pull(self) -> bool:
        if self._db.execute("PRAGMA data_version").fetchone()[0] == self._data_version:
            return False
        with self._reading():
            return self._read_changes()

    def _read_changes(self) -> bool:
        """Within a transaction: what others have written since."""
        self._data_version = self._db.execute("PRAGMA data_version").fetchone()[0]
        revision = int(loading.state(self._db, "revision", 0))
        if revision == self._revision:
            return False
        if int(loading.state(self._db, "rows revision", 0)) > self._revision or revision < self._revision:
            self._show(loading.load(self._db))
        else:
            rows = loading.changed_rows(self._db, self.columns, self._revision)
            if len(rows) > len(self.columns) // 8:
                self.columns.drop_figures()
            else:
                loading.refresh_figures(self._db, self.columns, rows)
        self._revision = revision
        return True

    @contextmanager
    def _writing(self) -> Iterator[int]:
        """A transaction over the newest columns; yields the revision that the rows it writes have."""
        with self._refusals_named():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                self._read_changes()
                revision = self._revision + 1
                yield revision
                loading.set_state(self._db, "revision", revision)
                self._db.execute("COMMIT")
                self._revision = revision
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                with suppress(sqlite3.Error, DamagedFileError):
                    self._load()  # the columns may be ahead of what is written
                raise

    @contextmanager
    def _refusals_named(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            if schema.is_damage(error) or schema.is_busy(error):
                raise
            raise SaveError(
                f"the search index {self.places.catalog} cannot be written: {error}; free some space on that disk"
            ) from error

    # what the writing verbs do

    def _take_names(self, names: Names) -> NamesChange:
        if not _same_names(self.columns, names):
            with self._writing() as revision:
                return self._write_names(names, revision)
        return NamesChange()

    def _write_names(self, names: Names, revision: int) -> NamesChange:
        old = self.columns
        row_of = old.row_of
        rows = np.fromiter((row_of.get(sample, -1) for sample in names.ids), np.int64, len(names.ids))
        is_new = rows < 0
        is_gone = np.ones(len(old), np.bool_)
        is_gone[rows[~is_new]] = False
        for row in np.flatnonzero(is_gone).tolist():
            self._delete(int(old.keys[row]))
        keys = np.empty(len(rows), np.int64)
        keys[~is_new] = old.keys[rows[~is_new]]
        first = int(loading.state(self._db, "next key", 0))
        keys[is_new] = np.arange(first, first + np.count_nonzero(is_new))
        facts = np.zeros(len(rows), schema.FACTS)
        facts[~is_new] = old.facts(rows[~is_new])
        before = facts.copy()
        for name in ("yaw", "pitch", "roll"):
            facts[name][is_new] = np.nan
        facts["have"] = facts["have"] & (0xFF ^ NAMED) | names.have
        facts["named"], facts["split"] = names.named, names.split
        has_captions = (names.have & MODALITY_BIT[Modality.CAPTIONS]) != 0
        had_captions = (before["have"] & MODALITY_BIT[Modality.CAPTIONS]) != 0
        facts["caption_count"] = np.where(
            ~has_captions, 0, np.where(is_new | ~had_captions, -1, before["caption_count"])
        )
        mask = MODALITY_BIT[Modality.MASK]
        was_read = (before["flags"] & (INDEXED | UNREADABLE)) != 0
        other_mask = was_read & ((before["named"] != names.named) | ((before["have"] ^ names.have) & mask != 0))
        facts["flags"] &= np.where(other_mask, 0xFF ^ (INDEXED | UNREADABLE), 0xFF).astype(np.uint8)
        for key in keys[other_mask].tolist():
            self._delete_contents(key)
        for key in keys[had_captions & ~has_captions].tolist():
            self._delete_captions(key)
        is_changed = ~is_new & _differ(facts, before)
        added, changed = np.flatnonzero(is_new), np.flatnonzero(is_changed)
        self._db.executemany(
            "INSERT INTO sample VALUES(?, ?, ?, ?)",
            (
                (key, names.ids[row], revision, fact.tobytes())
                for row, key, fact in zip(added.tolist(), keys[added].tolist(), facts[added], strict=True)
            ),
        )
        self._update_facts(keys[changed], facts[changed], revision)
        loading.set_state(self._db, "next key", first + len(added))
        loading.set_state(self._db, "order", keys.astype("<i8").tobytes())
        loading.set_state(self._db, "splits", json.dumps(names.split_names))
        loading.set_state(self._db, "rows revision", revision)
        if len(added):
            self._db.execute("DELETE FROM state WHERE name='tables stamp'")
        removed = tuple(old.ids[row] for row in np.flatnonzero(is_gone))
        self._show(loading.load(self._db))
        return NamesChange(tuple(names.ids[row] for row in added), removed, tuple(names.ids[row] for row in changed))

    def _put_tables(self, tables: Tables) -> None:
        with self._writing() as revision:
            columns = self.columns
            rows = np.arange(len(columns))
            facts = columns.facts(rows)
            before = facts.copy()
            flags = MODALITY_BIT[Modality.ATTRIBUTES] | MODALITY_BIT[Modality.POSE]
            facts["have"] &= 0xFF ^ flags
            facts["flags"] |= TABLED
            found = [tables.rows.get(sample, _NO_ROW) for sample in columns.ids]
            for name, values in _tabled(tables, found).items():
                facts[name] = facts[name] | values if name == "have" else values
            changed = np.flatnonzero(_differ(facts, before))
            self._update_facts(columns.keys[changed], facts[changed], revision)
            self._db.execute("DELETE FROM celeba")
            self._db.executemany(
                "INSERT INTO celeba VALUES(?, ?)",
                [
                    (key, row.celeba_file)
                    for key, row in zip(columns.keys.tolist(), found, strict=True)
                    if row.celeba_file
                ],
            )
            loading.set_state(self._db, "tables stamp", tables.stamp)
            if tables.searched_names != columns.attribute_names:
                loading.set_state(self._db, "attributes", json.dumps(tables.searched_names))
                loading.set_state(self._db, "rows revision", revision)
                self._show(loading.load(self._db))
            else:
                columns.set_facts(changed, facts[changed])
                columns.drop_celeba()

    def _put_captions(self, files: Sequence[tuple[SampleId, bytes, Sequence[str]]]) -> None:
        with self._writing() as revision:
            columns = self.columns
            known = [(columns.row_of[file[0]], file) for file in files if file[0] in columns.row_of]
            keys = [int(columns.keys[row]) for row, _ in known]
            captions.put(self._db, [(key, texts) for key, (_, (_, _, texts)) in zip(keys, known, strict=True)])
            self._put_stamps("captions", [(key, stamp) for key, (_, (_, stamp, _)) in zip(keys, known, strict=True)])
            for row, (_, _, texts) in known:
                columns.caption_count[row] = len(texts)
            self._write_rows([row for row, _ in known], revision)

    def _put_contents(self, masks: Sequence[tuple[SampleId, bytes, Contents]]) -> None:
        with self._writing() as revision:
            columns = self.columns
            known = [(columns.row_of[mask[0]], mask) for mask in masks if mask[0] in columns.row_of]
            records = []
            stamps = []
            for row, (_, stamp, contents) in known:
                key = int(columns.keys[row])
                figures = {name: np.asarray(getattr(contents, name), dtype) for name, (_, dtype) in FIGURES.items()}
                records.append((key, contents.problem, *(figure.tobytes() for figure in figures.values())))
                stamps.append((key, stamp))
                columns.present[row] = contents.present
                columns.flags[row] = int(columns.flags[row]) & ~UNREADABLE | INDEXED
                if contents.problem is not None:
                    columns.flags[row] |= UNREADABLE
                for name, values in columns.loaded_figures.items():
                    values[row] = figures[name]
            names = ", ".join(("key", "problem", *FIGURES))
            places = ", ".join("?" * (len(FIGURES) + 2))
            self._db.executemany(f"INSERT OR REPLACE INTO content({names}) VALUES({places})", records)
            self._put_stamps("contents", stamps)
            self._write_rows([row for row, _ in known], revision)

    def _forget(self, samples: Sequence[SampleId], part: str) -> None:
        with self._writing() as revision:
            columns = self.columns
            rows = columns.rows_of(samples)
            for key in columns.keys[rows].tolist():
                if part == "captions":
                    self._delete_captions(key)
                else:
                    self._delete_contents(key)
            if part == "captions":
                columns.caption_count[rows] = np.where(columns.has(Modality.CAPTIONS)[rows], -1, 0)
            else:
                columns.flags[rows] &= 0xFF ^ (INDEXED | UNREADABLE)
                loading.refresh_figures(self._db, columns, rows)
            self._write_rows(rows.tolist(), revision)

    def _write_rows(self, rows: Sequence[int], revision: int) -> None:
        """Rows of the columns were changed: they are written, and what follows from them is worked out."""
        chosen = np.array(rows, np.int64)
        facts = self.columns.facts(chosen)
        self.columns.set_facts(chosen, facts)
        self._update_facts(self.columns.keys[chosen], facts, revision)

    def _update_facts(self, keys: Rows, facts: npt.NDArray[np.void], revision: int) -> None:
        self._db.executemany(
            "UPDATE sample SET revision=?, facts=? WHERE key=?",
            ((revision, fact.tobytes(), key) for key, fact in zip(keys.tolist(), facts, strict=True)),
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


def _identity(file: os.PathLike[str]) -> tuple[int, int] | None:
    try:
        status = os.lstat(file)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _differ(some: npt.NDArray[np.void], others: npt.NDArray[np.void]) -> npt.NDArray[np.bool_]:
    """Which records differ in any bit (NaN is NaN)."""
    one, other = (records.view(np.uint8).reshape(len(records), -1) for records in (some, others))
    differ: npt.NDArray[np.bool_] = np.any(one != other, axis=1)
    return differ


def _same_names(columns: Columns, names: Names) -> bool:
    return (
        columns.ids == names.ids
        and columns.split_names == names.split_names
        and np.array_equal(columns.have & NAMED, names.have)
        and np.array_equal(columns.named, names.named)
        and np.array_equal(columns.split, names.split)
    )


def _tabled(tables: Tables, rows: Sequence[TableRow]) -> dict[str, npt.NDArray[Any]]:
    """What the tables' rows say, as columns of ``FACTS``."""
    count = len(rows)
    have = np.zeros(count, np.uint8)
    yes, known = np.zeros(count, np.uint64), np.zeros(count, np.uint64)
    angles = np.full((count, 3), np.nan, np.float32)
    for at, row in enumerate(rows):
        if row.attributes is not None:
            have[at] |= MODALITY_BIT[Modality.ATTRIBUTES]
            yes[at], known[at] = tables.bits_of(row.attributes)
        if row.pose is not None:
            have[at] |= MODALITY_BIT[Modality.POSE]
            angles[at] = row.pose.yaw, row.pose.pitch, row.pose.roll
    return {"have": have, "yes": yes, "known": known, "yaw": angles[:, 0], "pitch": angles[:, 1], "roll": angles[:, 2]}

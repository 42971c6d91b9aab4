"""The searchable index of one dataset: a file in the user's cache, its columns in memory, and the verbs that fill it.

It is built from names first, so that it can be used at once; tables, captions and contents of masks follow, usually
written by another process. Whoever shows it calls ``pull`` now and then. It is never the truth about a dataset and may
vanish at any time: a file that was deleted, cut or made by another version is replaced by a new one, which knows the
names again at once and says in ``notices`` what happened.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TypeVar

import numpy as np

from app.catalog import captions, loading
from app.catalog.columns import Columns, Rows
from app.catalog.contents import Contents
from app.catalog.index_file import IndexFile
from app.catalog.names import Names, NamesChange, names_of
from app.catalog.places import CatalogPlaces
from app.catalog.tables import Tables
from app.catalog.writing import Writing, same_names
from app.faces.classes import OFFICIAL_SCHEME, ClassScheme
from app.faces.errors import DamagedFileError, SaveError
from app.faces.review import Review
from app.faces.sample import SampleId
from app.faces.store import SampleStore

T = TypeVar("T")
LISTING = "listing"
"""The blob that ``open_store`` takes over where it still holds."""
_ORDER = "class order"
"""The blob with the order that index maps were read in; none: the official one."""


class Catalog:
    """One connection and its columns, for one thread at a time; other processes may have the same file open.

    ``columns`` is replaced when samples come or go, else changed in place; take it anew after ``pull`` and after every
    writing verb.

    Writing verbs raise SaveError when the disk refuses, DatasetBusyError when another program keeps writing.
    """

    def __init__(self, places: CatalogPlaces) -> None:
        self.places = places
        self._file = IndexFile(places, self._begin)
        self.columns = Columns()
        self._revision = -1
        self._data_version = -1
        self._store: SampleStore | None = None
        self._reviews: dict[SampleId, Review] = {}
        self._edited: frozenset[SampleId] = frozenset()
        self._unsaved: frozenset[SampleId] = frozenset()
        self._findings: dict[SampleId, frozenset[str]] = {}
        self._checks: tuple[str, ...] = ()
        self._file.use(self._load)

    @classmethod
    def open(cls, places: CatalogPlaces) -> Catalog:
        """The catalog kept there, or a new one. Never fails: where nothing can be kept it lives in memory."""
        return cls(places)

    def close(self) -> None:
        """No more use."""
        self._file.close()

    def __enter__(self) -> Catalog:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def is_kept(self) -> bool:
        """Whether there is a file; without one no other process can fill the catalog."""
        return self._file.is_kept

    @property
    def notices(self) -> list[str]:
        """Sentences for the user."""
        return self._file.notices

    @property
    def renewals(self) -> int:
        """How often the file had to be begun anew."""
        return self._file.renewals

    # reading

    def pull(self) -> bool:
        """Take over what other connections have committed; whether anything about samples changed.

        It did, too, when the catalog had to be begun anew: then ``renewals`` has grown and parts are to be read again.
        """
        before = self.renewals
        return self._file.use(self._pull) or self.renewals != before

    def kept(self, name: str) -> bytes | None:
        """The blob that was kept under that name."""

        def read() -> bytes | None:
            row = self._db.execute("SELECT value FROM kept WHERE name=?", (name,)).fetchone()
            return None if row is None else loading.blob(row[0])

        return self._file.use(read)

    def stamps(self, part: str) -> Mapping[SampleId, bytes]:
        """What the files of ``captions`` or ``contents`` looked like when they were read, where they were."""
        return self._file.use(lambda: loading.read_stamps(self._db, self.columns, part))

    @property
    def tables_stamp(self) -> bytes | None:
        """What the tables looked like when they were read; None: they were not, or samples came since."""

        def read() -> bytes | None:
            found = loading.state(self._db, "tables stamp", None)
            return None if found is None else loading.blob(found)

        return self._file.use(read)

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
        nothing: list[int] = []
        read = self._of_sample(sample, lambda key: captions.lines_with(self._db, match, key), nothing)
        return self._matching(match, read)

    def captions_of(self, sample: SampleId) -> list[str]:
        """The sample's captions as they were read last."""
        return self._file.use(self._of_sample(sample, lambda key: captions.texts_of(self._db, key), []))

    def problem_of(self, sample: SampleId) -> str | None:
        """Why the sample's mask could not be read, where that is so."""

        def read(key: int) -> str | None:
            found = self._db.execute("SELECT problem FROM content WHERE key=?", (key,)).fetchone()
            return None if found is None or found[0] is None else loading.text(found[0])

        return self._file.use(self._of_sample(sample, read, None))

    def _of_sample(self, sample: SampleId, read: Callable[[int], T], nothing: T) -> Callable[[], T]:
        """Reading by the sample's key, which is another one in a catalog begun anew."""

        def action() -> T:
            row = self.columns.row_of.get(sample)
            return nothing if row is None else read(int(self.columns.keys[row]))

        return action

    # writing

    def take_names(self, store: SampleStore) -> NamesChange:
        """The catalog's samples are the store's, with what their names tell; nothing is written where they are.

        A store with the very listing that was taken the last time (kept as ``LISTING``) is not asked for its names.
        Never fails for the disk: where nothing can be written the catalog goes on in memory.
        """
        self._store = store
        listing = store.listing()
        self.pull()
        if listing and listing == self.kept(LISTING):
            return NamesChange()
        names = names_of(store)
        try:
            change = self._file.use(lambda: self._take_names(names))
            if listing:
                self.keep(LISTING, listing)
        except SaveError as error:
            self._leave_file(str(error))
            return self._take_names(names)
        return change

    def read_masks_in(self, scheme: ClassScheme) -> None:
        """What was kept of masks is dropped when their index maps are read in another class order than the last time:
        the files did not change, what they say did."""
        order = " ".join(scheme.order).encode()
        if order == (self.kept(_ORDER) or " ".join(OFFICIAL_SCHEME.order).encode()):
            return
        with suppress(SaveError):
            self.forget(self.columns.ids, "contents")
            self.keep(_ORDER, order)
        with suppress(OSError):
            self.places.masks.unlink()

    def go_on_in_memory(self, why: str) -> None:
        """The file cannot be written: know the names, and keep nothing."""
        self._leave_file(why)
        if self._store is not None:
            self._take_names(names_of(self._store))

    def _leave_file(self, why: str) -> None:
        self._file.leave(why)
        self._load()

    def put_tables(self, tables: Tables) -> None:
        """What the tables say is known of every sample."""
        self._write(lambda writing: writing.put_tables(tables))

    def put_captions(self, files: Sequence[tuple[SampleId, bytes, Sequence[str]]]) -> None:
        """The captions of samples as they were read from files that looked like ``stamp``. Unknown samples are passed
        over."""
        self._write(lambda writing: writing.put_captions(files))

    def put_contents(self, masks: Sequence[tuple[SampleId, bytes, Contents]]) -> None:
        """The figures of samples' masks, read from files that looked like ``stamp``. Unknown samples are passed
        over."""
        self._write(lambda writing: writing.put_contents(masks))

    def keep(self, name: str, blob: bytes) -> None:
        """A blob is kept under a name until the catalog is made anew."""

        def write() -> None:
            with self._file.refusals_named():
                self._db.execute("INSERT OR REPLACE INTO kept VALUES(?, ?)", (name, blob))

        self._file.use(write)

    def forget(self, samples: Iterable[SampleId], part: str) -> None:
        """``captions`` or ``contents`` of the samples count as not read."""
        chosen = tuple(samples)
        self._write(lambda writing: writing.forget(chosen, part))

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

    def mirror_findings(self, findings: Mapping[SampleId, frozenset[str]], checks: Iterable[str] = ()) -> None:
        """What checks said, by their names, of every sample that was looked at: the others are unknown to a search.

        ``checks`` are the names of those that looked.
        """
        self._findings, self._checks = dict(findings), tuple(checks)
        self.columns.mirror_findings(self._findings, self._checks)

    # the file

    @property
    def _db(self) -> sqlite3.Connection:
        return self._file.db

    def _begin(self) -> None:
        """Go on with another file, and with the names that are known."""
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

        return self._file.use(careful)

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
            self._revision = loading.number(self._db, "revision")
            self._show(loading.load(self._db))

    def _show(self, columns: Columns) -> None:
        self.columns = columns
        columns.read_figure = lambda name: self._file.use(lambda: loading.read_figure(self._db, columns, name))
        columns.read_celeba = lambda: self._file.use(lambda: loading.read_celeba(self._db))
        if self._reviews:
            columns.mirror_reviews(self._reviews)
        columns.mirror_edited(self._edited)
        columns.mirror_unsaved(self._unsaved)
        columns.mirror_findings(self._findings, self._checks)

    def _pull(self) -> bool:
        if self._db.execute("PRAGMA data_version").fetchone()[0] == self._data_version:
            return False
        with self._reading():
            return self._read_changes()

    def _read_changes(self) -> bool:
        """Within a transaction: what others have written since."""
        self._data_version = self._db.execute("PRAGMA data_version").fetchone()[0]
        revision = loading.number(self._db, "revision")
        if revision == self._revision:
            return False
        if loading.number(self._db, "rows revision") > self._revision or revision < self._revision:
            self._show(loading.load(self._db))
        else:
            rows = loading.changed_rows(self._db, self.columns, self._revision)
            if len(rows) > len(self.columns) // 8:
                self.columns.drop_figures()
            else:
                loading.refresh_figures(self._db, self.columns, rows)
        self._revision = revision
        return True

    def _take_names(self, names: Names) -> NamesChange:
        self._pull()
        if same_names(self.columns, names):
            return NamesChange()
        with self._writing() as writing:
            return writing.put_names(names)

    def _write(self, action: Callable[[Writing], object]) -> None:
        def write() -> None:
            with self._writing() as writing:
                action(writing)

        self._file.use(write)

    @contextmanager
    def _writing(self) -> Iterator[Writing]:
        """A transaction over the newest columns."""
        with self._file.refusals_named():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                self._read_changes()
                writing = Writing(self._db, self.columns, self._revision + 1)
                yield writing
                if writing.has_other_rows:
                    self._show(loading.load(self._db))
                loading.set_state(self._db, "revision", writing.revision)
                self._db.execute("COMMIT")
                self._revision = writing.revision
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                with suppress(sqlite3.Error, DamagedFileError, UnicodeDecodeError):
                    self._load()  # the columns may be ahead of what is written
                raise

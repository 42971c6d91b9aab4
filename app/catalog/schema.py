"""The tables of a catalog, and whether a file found in the cache is one that can be trusted.

A sample has a *key* that never changes and is never given to another one. What a list, a filter or a facet needs of it
is one packed record (``FACTS``): thirty thousand of them are in memory in a hundredth of a second, thirty thousand
rows of a dozen values are not. Captions have a full-text index, which keeps no second copy of the text.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import time
from contextlib import suppress
from pathlib import Path

import numpy as np

from app.faces.errors import DamagedFileError

FACTS = np.dtype(
    [
        ("have", "<u1"),
        ("flags", "<u1"),
        ("split", "<i2"),
        ("named", "<u4"),
        ("present", "<u4"),
        ("caption_count", "<i4"),
        ("yes", "<u8"),
        ("known", "<u8"),
        ("yaw", "<f4"),
        ("pitch", "<f4"),
        ("roll", "<f4"),
    ]
)
"""A sample's record: modalities present, ``flags``, number of its split (−1: none), classes with files (``NOT_NAMED``
where names cannot tell), classes with pixels, captions (−1: not read), attributes that are yes and that are known as
bits in the table's order, and the head pose (NaN: none)."""

NOT_NAMED = 0xFFFFFFFF
INDEXED, TABLED, UNREADABLE = 1, 2, 4
"""Flags: the mask's contents were read; the tables were read; the mask was looked at and cannot be read."""
LINE_BITS = 20
"""A caption's rowid is its sample's key, shifted by that, and its line."""
MOST_KEYS = 1 << 40

_SCHEMA = (
    "CREATE TABLE state(name TEXT PRIMARY KEY, value) WITHOUT ROWID",
    "CREATE TABLE kept(name TEXT PRIMARY KEY, value BLOB)",
    """CREATE TABLE sample(
        key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, revision INTEGER NOT NULL, facts BLOB NOT NULL)""",
    "CREATE INDEX sample_revision ON sample(revision)",
    "CREATE TABLE stamp(part TEXT, key INTEGER, stamp BLOB NOT NULL, PRIMARY KEY(part, key)) WITHOUT ROWID",
    "CREATE TABLE celeba(key INTEGER PRIMARY KEY, file TEXT NOT NULL)",
    "CREATE TABLE caption(rowid INTEGER PRIMARY KEY, text TEXT NOT NULL)",
    """CREATE VIRTUAL TABLE caption_words USING fts5(
        text, content='caption', content_rowid='rowid', columnsize=0, tokenize='unicode61 remove_diacritics 2')""",
    """CREATE TABLE content(
        key INTEGER PRIMARY KEY, problem TEXT, size BLOB NOT NULL, areas BLOB NOT NULL, seen BLOB NOT NULL,
        boxes BLOB NOT NULL, centroids BLOB NOT NULL)""",
)
_SHADOWS = "caption_words_"
_APPLICATION = 0x46576361  # "FWca"
_VERSION = 1
_HEADER = 100
_MAGIC = b"SQLite format 3\0"
_BUSY_S = 5.0
_LOG_KEPT = 16_000_000
"""Bytes of the log that stay on the disk while a catalog is open."""
_REFUSALS = (
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_TOOBIG,
)
_MAKING_S = 2.0
_CARRYING_S, _STEP_S = 0.5, 0.02


def connected(file: Path) -> sqlite3.Connection:
    """A connection to the catalog in ``file``, made where there is none.

    Raises DamagedFileError for a file that is none of ours or not whole, sqlite3.Error where the place cannot be
    used.
    """
    has_log = _size(Path(f"{file}-wal")) > 0
    if _inode(file) not in _OPEN_HERE:
        _check_length(file, has_log=has_log)
    # Autocommit; a catalog belongs to one thread at a time, which need not be the one that opened it.
    connection = sqlite3.connect(
        file, timeout=_BUSY_S, isolation_level=None, check_same_thread=False, factory=_Connection
    )
    connection.note(_inode(file))
    try:
        _prepare(connection, file.name, was_left_open=has_log)
    except BaseException as error:
        connection.close()
        if is_damage(error):
            raise DamagedFileError(f"{file.name}: {error}") from error
        raise
    return connection


class _Connection(sqlite3.Connection):
    """Known while it is open.

    POSIX drops all locks a process has on a file when the process closes it once, by whatever handle: looking into a
    database that is open here would take away its locks, and another program could put its log away.
    """

    _file: tuple[int, int] | None = None

    def note(self, file: tuple[int, int] | None) -> None:
        """It has this file open."""
        if file is not None:
            self._file = file
            _OPEN_HERE.append(file)

    def close(self) -> None:
        """No longer."""
        super().close()
        if self._file is not None:
            _OPEN_HERE.remove(self._file)
            self._file = None


_OPEN_HERE: list[tuple[int, int]] = []
"""Device and inode of each database that this process has open, once for each connection."""


def in_memory() -> sqlite3.Connection:
    """A catalog that ends with its connection."""
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    _prepare(connection, "catalog", was_left_open=False)
    return connection


Identity = tuple[tuple[int, int] | None, tuple[int, int] | None]
"""Device and inode of a database and of its log."""


def identity(file: Path) -> Identity:
    """Which files lie there now. They stay while a connection is open, unless somebody deletes them: then it goes on
    with files that have no name, and nobody else sees what it writes."""
    return _inode(file), _inode(Path(f"{file}-wal"))


def remove(file: Path) -> None:
    """The catalog's files are gone. Raises OSError when they cannot be removed."""
    # The database last: who finds none makes a new one, whose log would be taken for the old one's.
    for ending in ("-wal", "-shm", "-journal", ""):
        Path(f"{file}{ending}").unlink(missing_ok=True)


def is_emptied(file: Path) -> bool:
    """Whether a file without a byte lies there, and not because another program is making a new catalog just now."""
    try:
        status = file.stat()
    except OSError:
        return False
    return stat.S_ISREG(status.st_mode) and not status.st_size and time.time() - status.st_mtime > _MAKING_S


def is_damage(error: BaseException) -> bool:
    """Whether an error says that the file is broken, rather than busy, full or out of reach."""
    if not isinstance(error, sqlite3.Error):
        # Even SQLite's messages may quote what is no text.
        return isinstance(error, DamagedFileError | UnicodeDecodeError)
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:  # Python's own: text that is no UTF-8
        return True
    return code == sqlite3.SQLITE_IOERR_SHORT_READ or code & 0xFF not in _REFUSALS


def is_busy(error: BaseException) -> bool:
    """Whether another program kept the file to itself for too long."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _prepare(connection: sqlite3.Connection, name: str, *, was_left_open: bool) -> None:
    connection.execute("PRAGMA trusted_schema=OFF")
    connection.execute("PRAGMA mmap_size=0")  # a mapped file that somebody cuts kills the process
    connection.execute("PRAGMA temp_store=MEMORY")
    connection.execute("PRAGMA cache_size=-4000")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if was_left_open:
        # Nobody closed it, or somebody has it open. What a crash can leave behind shows in the tables' structure only.
        faults = [row[0] for row in connection.execute("PRAGMA quick_check(1)")]
        if faults != ["ok"]:
            raise DamagedFileError(f"{name}: {faults[0]}")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute(f"PRAGMA journal_size_limit={_LOG_KEPT}")
    if version == 0:
        _make(connection)
        version = connection.execute("PRAGMA user_version").fetchone()[0]
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    if (application, version) != (_APPLICATION, _VERSION) or _tables(connection) != sorted(_SCHEMA):
        raise DamagedFileError(f"{name} is of another version of this program, or of another program")


def _make(connection: sqlite3.Connection) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            for statement in _SCHEMA:
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id={_APPLICATION}")
            connection.execute(f"PRAGMA user_version={_VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _tables(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return sorted(sql for name, sql in rows if not name.startswith(_SHADOWS))


def _check_length(file: Path, *, has_log: bool) -> None:
    """A file that was cut shows in the count of pages in its header.

    Where there is a log, somebody may be carrying pages from it to the file at this moment, the first page first.
    """
    if not os.path.lexists(file):
        for ending in ("-wal", "-shm"):
            with suppress(OSError):
                Path(f"{file}{ending}").unlink()
        return
    if not stat.S_ISREG(file.lstat().st_mode):
        raise DamagedFileError(f"{file.name} is no regular file")
    patience = _CARRYING_S if has_log else 0.0
    while (fault := _length_fault(file, may_grow=has_log)) is not None:
        if patience <= 0:
            raise DamagedFileError(f"{file.name} {fault}")
        time.sleep(_STEP_S)
        patience -= _STEP_S


def _length_fault(file: Path, *, may_grow: bool) -> str | None:
    with file.open("rb") as opened:
        header = opened.read(_HEADER)
        size = os.fstat(opened.fileno()).st_size
    if not size:
        return "is cut off" if may_grow else None
    if not header.startswith(_MAGIC):
        return "is no database"
    page = int.from_bytes(header[16:18], "big")
    page = 65536 if page == 1 else page
    expected = int.from_bytes(header[28:32], "big") * page
    if size == expected or (may_grow and page and size > expected and size % page == 0):
        return None
    return "is cut off" if size < expected else "is longer than it should be"


def _size(file: Path) -> int:
    try:
        return file.lstat().st_size
    except OSError:
        return 0


def _inode(file: Path) -> tuple[int, int] | None:
    try:
        status = file.lstat()
    except OSError:
        return None
    return status.st_dev, status.st_ino

"""Many small blobs in one file: decoded masks and thumbnails, each valid for one stamp of its sources.

A pack is a cache and nothing else. It is bounded (what was written longest ago goes first), may be read and written by
several threads and processes at once, and may be deleted, cut or overwritten at any time, also while it is open: then
it is simply empty again. Every blob carries a checksum over its key, stamp and content, for a pack may be damaged in
ways that SQLite does not see.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import threading
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

_log = logging.getLogger(__name__)

_SCHEMA = """
create table if not exists blob (
    place integer primary key,
    key blob not null unique,
    stamp blob not null,
    content blob not null,
    checksum integer not null
);
pragma user_version = 1;
"""
_VERSION = 1
_BUSY_MS = 5000
_CACHE_KB = 256
"""A blob is seldom read twice in a row, so the usual 2 MB of pages for each connection would hold nothing useful."""
_DAMAGED = (1, 11, 26)
"""SQLite's primary codes for a table that is not ours, a malformed file and a file that is no database."""
_BUSY = (5, 6)
_KEPT_SHARE = 0.9
"""How full a pack is after it had to be made smaller."""


class Pack:
    """A file of blobs by key, at most ``limit_bytes`` large. Safe from any thread.

    Nothing here raises: what cannot be read is not there, what cannot be written is not kept.
    """

    def __init__(self, file: Path, limit_bytes: int) -> None:
        self._file = file
        self._limit = limit_bytes
        self._reading = _Door(file)
        self._writing = _Door(file)

    def get(self, key: str, stamp: bytes) -> bytes | None:
        """The blob kept for the key, if it was made for that stamp."""
        for _ in range(2):
            try:
                with self._reading.connection() as connection:
                    row = connection.execute(
                        "select content, checksum from blob where key = ? and stamp = ?", (_bytes(key), stamp)
                    ).fetchone()
            except (sqlite3.Error, OSError) as error:
                if not self._reading.failed(error):
                    return None
                continue
            if row is None or not isinstance(row[0], bytes) or row[1] != _checksum(key, stamp, row[0]):
                return None
            return row[0]
        return None

    def put(self, key: str, stamp: bytes, content: bytes) -> None:
        """The blob is kept for the key and stamp, in place of any other of that key."""
        self.put_all([(key, stamp, content)])

    def put_all(self, blobs: Iterable[tuple[str, bytes, bytes]]) -> None:
        """The same for many (key, stamp, content) in one transaction."""
        rows = [(_bytes(key), stamp, content, _checksum(key, stamp, content)) for key, stamp, content in blobs]
        if not rows:
            return
        for _ in range(2):
            try:
                with self._writing.connection() as connection:
                    connection.execute("begin immediate")
                    connection.executemany(
                        "insert or replace into blob (key, stamp, content, checksum) values (?, ?, ?, ?)", rows
                    )
                    self._shrink(connection)
                    connection.execute("commit")
            except (sqlite3.Error, OSError) as error:
                if not self._writing.failed(error):
                    return
                continue
            return

    def stamps(self) -> Mapping[str, bytes]:
        """The stamp of every key that is kept."""
        try:
            with self._reading.connection() as connection:
                rows = connection.execute("select key, stamp from blob").fetchall()
        except (sqlite3.Error, OSError) as error:
            self._reading.failed(error)
            return {}
        return {key.decode("utf-8", "surrogateescape"): stamp for key, stamp in rows if isinstance(key, bytes)}

    @property
    def is_full(self) -> bool:
        """Whether keeping more means dropping something else."""
        try:
            with self._reading.connection() as connection:
                return _used(connection) > _KEPT_SHARE * self._limit
        except (sqlite3.Error, OSError) as error:
            self._reading.failed(error)
            return False

    def close(self) -> None:
        """The file is let go; using the pack again opens it again."""
        self._reading.close()
        self._writing.close()

    def _shrink(self, connection: sqlite3.Connection) -> None:
        excess = _used(connection) - self._limit
        if excess <= 0:
            return
        excess += int((1 - _KEPT_SHARE) * self._limit)
        freed, last = 0, -1
        for place, size in connection.execute("select place, length(content) + 100 from blob order by place"):
            freed, last = freed + size, place
            if freed >= excess:
                break
        connection.execute("delete from blob where place <= ?", (last,))


class _Door:
    """One connection to the pack, opened when first used and again when the file was deleted or replaced."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._identity: tuple[int, int] | None = None

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            if self._connection is not None and self._identity != _identity(self._file):
                self._close()
            if self._connection is None:
                self._open()
            assert self._connection is not None
            try:
                yield self._connection
            except BaseException:
                with suppress(sqlite3.Error):
                    self._connection.rollback()
                raise

    def _open(self) -> None:
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        connection = _connect(self._file)
        try:
            (version,) = connection.execute("pragma user_version").fetchone()
            if version not in (0, _VERSION):
                raise sqlite3.DatabaseError(f"it is of version {version}")
            if not version:
                connection.executescript(_SCHEMA)
        except BaseException:
            connection.close()
            raise
        self._connection, self._identity = connection, _identity(self._file)

    def failed(self, error: Exception) -> bool:
        """Let go of the file, and remove it when it is damaged. Whether trying again makes sense."""
        code = getattr(error, "sqlite_errorcode", 11 if isinstance(error, sqlite3.DatabaseError) else 0) & 0xFF
        with self._lock:
            self._close()
            if code in _DAMAGED:
                _log.warning("a damaged pack is made anew: %s", error)
                for ending in ("", "-wal", "-shm"):
                    with suppress(OSError):
                        self._file.with_name(self._file.name + ending).unlink()
            else:
                _log.info("a pack could not be used: %s", error)
        return code not in _BUSY

    def close(self) -> None:
        with self._lock:
            self._close()

    def _close(self) -> None:
        if self._connection is not None:
            with suppress(sqlite3.Error):
                self._connection.close()
        self._connection = None


def _connect(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=_BUSY_MS / 1000, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("pragma page_size = 8192")
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = normal")
        connection.execute(f"pragma cache_size = -{_CACHE_KB}")
    except BaseException:
        connection.close()
        raise
    return connection


def _identity(file: Path) -> tuple[int, int] | None:
    try:
        status = os.stat(file)  # noqa: PTH116 - on every read
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _used(connection: sqlite3.Connection) -> int:
    """Bytes of the file that hold something."""
    (pages,) = connection.execute("pragma page_count").fetchone()
    (free,) = connection.execute("pragma freelist_count").fetchone()
    (size,) = connection.execute("pragma page_size").fetchone()
    return int((pages - free) * size)


def _checksum(key: str, stamp: bytes, content: bytes) -> int:
    return zlib.crc32(content, zlib.crc32(stamp, zlib.crc32(_bytes(key))))


def _bytes(key: str) -> bytes:
    return key.encode("utf-8", "surrogateescape")

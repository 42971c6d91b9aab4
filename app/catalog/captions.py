"""Captions and their full-text index.

Words are those of SQLite's ``unicode61``: runs of letters and digits, case and accents do not count, everything else
(apostrophes and hyphens too) parts words. Text of people gets into a match expression through ``phrase`` only, so that
``5 o'clock "shadow`` is three words and no syntax.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from app.catalog.loading import text
from app.catalog.schema import LINE_BITS

_LAST_LINE = (1 << LINE_BITS) - 1


def phrase(words: str, *, is_prefix: bool = False) -> str:
    """A match expression for the ``words`` one after the other; the last may go on where ``is_prefix``.

    Words without a letter or digit matches nothing.
    """
    quoted = words.replace("\0", " ").encode("utf-8", "replace").decode().replace('"', '""')
    return f'"{quoted}"' + ("*" if is_prefix else "")


def put(connection: sqlite3.Connection, files: Iterable[tuple[int, Iterable[str]]]) -> None:
    """Keys and their captions, in place of those they had."""
    rows = []
    for key, texts in files:
        drop(connection, key)
        first = key << LINE_BITS
        lines = enumerate(texts)
        rows += [(first | at, line.encode("utf-8", "replace").decode()) for at, line in lines if at <= _LAST_LINE]
    connection.executemany("INSERT INTO caption(rowid, text) VALUES(?, ?)", rows)
    connection.executemany("INSERT INTO caption_words(rowid, text) VALUES(?, ?)", rows)


def drop(connection: sqlite3.Connection, key: int) -> None:
    """No captions are kept for the key."""
    span = (key << LINE_BITS, key << LINE_BITS | _LAST_LINE)
    # The index has no copy of the text: it must be told what it forgets.
    gone = connection.execute(
        "INSERT INTO caption_words(caption_words, rowid, text)"
        " SELECT 'delete', rowid, text FROM caption WHERE rowid BETWEEN ? AND ?",
        span,
    )
    if gone.rowcount:
        connection.execute("DELETE FROM caption WHERE rowid BETWEEN ? AND ?", span)


def texts_of(connection: sqlite3.Connection, key: int) -> list[str]:
    """The captions of a key in file order."""
    span = (key << LINE_BITS, key << LINE_BITS | _LAST_LINE)
    rows = connection.execute("SELECT text FROM caption WHERE rowid BETWEEN ? AND ? ORDER BY rowid", span)
    return [text(row[0]) for row in rows]


def keys_with(connection: sqlite3.Connection, match: str, limit: int | None = None) -> npt.NDArray[np.int64]:
    """The keys with a caption that matches, ascending; the first ``limit`` of them."""
    if limit is not None:
        found = connection.execute(
            "SELECT DISTINCT rowid >> ? FROM caption_words WHERE caption_words MATCH ? LIMIT ?",
            (LINE_BITS, match, limit),
        ).fetchall()
        return np.array(found, np.int64).reshape(-1)
    # One long text crosses from SQLite to numpy in a fifth of the time that as many rows of one number take.
    joined = connection.execute(
        "SELECT group_concat(rowid >> ?) FROM caption_words WHERE caption_words MATCH ?", (LINE_BITS, match)
    ).fetchone()[0]
    if joined is None:
        return np.zeros(0, np.int64)
    keys = np.fromstring(joined, np.int64, sep=",")
    return keys[np.flatnonzero(np.diff(keys, prepend=-1))]


def lines_with(connection: sqlite3.Connection, match: str, key: int) -> list[int]:
    """The lines of a key's captions that match, counted from 0."""
    rows = connection.execute(
        "SELECT rowid FROM caption_words WHERE caption_words MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid",
        (match, key << LINE_BITS, key << LINE_BITS | _LAST_LINE),
    )
    return [row[0] & _LAST_LINE for row in rows]

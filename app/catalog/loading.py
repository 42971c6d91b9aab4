"""Columns out of the database: all of them at once when a catalog is opened, the changed rows afterwards."""

from __future__ import annotations

import json
import sqlite3
import sys
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from app.catalog.columns import Columns, Rows
from app.catalog.contents import FIGURES
from app.catalog.schema import FACTS, MOST_KEYS
from app.faces.errors import DamagedFileError
from app.faces.sample import SampleId

_KEYS_AT_ONCE = 500


def state(connection: sqlite3.Connection, name: str, default: Any) -> Any:
    """A value the catalog noted about itself."""
    row = connection.execute("SELECT value FROM state WHERE name=?", (name,)).fetchone()
    return default if row is None else row[0]


def number(connection: sqlite3.Connection, name: str) -> int:
    """A number the catalog noted about itself; 0 at first."""
    value = state(connection, name, 0)
    if not isinstance(value, int):
        raise DamagedFileError(f"the catalog's {name} is no number")
    return value


def blob(value: object) -> bytes:
    """What must be bytes. Raises DamagedFileError where it is anything else."""
    if not isinstance(value, bytes):
        raise DamagedFileError("the catalog has something else where bytes should be")
    return value


def text(value: object) -> str:
    """What must be text. Raises DamagedFileError where it is anything else."""
    if not isinstance(value, str):
        raise DamagedFileError("the catalog has something else where text should be")
    return value


def set_state(connection: sqlite3.Connection, name: str, value: object) -> None:
    """Note a value, within the transaction that makes it true."""
    connection.execute("INSERT OR REPLACE INTO state VALUES(?, ?)", (name, value))


def load(connection: sqlite3.Connection) -> Columns:
    """Everything but the figures of masks. Raises DamagedFileError for contents that do not fit together."""
    try:
        order = np.frombuffer(bytes(state(connection, "order", b"")), "<i8").astype(np.int64)
        # Thirty thousand rows of Python objects take longer than two long texts. Not indexed: in the order of keys.
        joined, packed, sum_of_keys = connection.execute(
            "SELECT group_concat(id, char(0)), group_concat(hex(facts), ''), sum(key) FROM sample NOT INDEXED"
        ).fetchone()
        # One object per id, whoever else names the samples.
        ids = [] if joined is None else cast("list[SampleId]", list(map(sys.intern, joined.split("\0"))))
        facts = np.frombuffer(bytes.fromhex(packed or ""), FACTS)
        attribute_names, split_names = (
            tuple(map(str, json.loads(state(connection, name, "[]")))) for name in ("attributes", "splits")
        )
    except (ValueError, TypeError, RecursionError) as error:
        raise DamagedFileError(f"the catalog's rows make no sense: {error}") from error
    are_keys = bool(np.all((order >= 0) & (order < MOST_KEYS))) and int(order.sum()) == (sum_of_keys or 0)
    if not are_keys or not len(order) == len(ids) == len(facts):
        raise DamagedFileError(f"the catalog's {len(ids)} samples are not those in its order of {len(order)}")
    if np.any(np.diff(order) <= 0):  # samples have come since the first time
        rows = np.argsort(np.argsort(order, kind="stable"), kind="stable")
        facts, ids = facts[rows], [ids[row] for row in rows.tolist()]
    return Columns(ids, order, facts, attribute_names=attribute_names, split_names=split_names)


def read_figure(connection: sqlite3.Connection, columns: Columns, name: str) -> npt.NDArray[Any]:
    """One of ``FIGURES`` for all rows."""
    shape, dtype = FIGURES[name]
    values = np.full((len(columns), *shape), _nothing(dtype), dtype)
    found = connection.execute(f"SELECT key, {name} FROM content").fetchall()  # noqa: S608 - a name of ours
    _fill(columns, name, values, found)
    return values


def refresh_figures(connection: sqlite3.Connection, columns: Columns, rows: Rows) -> None:
    """Read the figures that are in memory again for some rows."""
    names = list(columns.loaded_figures)
    if not names:
        return
    for values in columns.loaded_figures.values():
        values[rows] = _nothing(values.dtype)
    keys = columns.keys[rows].tolist()
    for start in range(0, len(keys), _KEYS_AT_ONCE):
        chosen = keys[start : start + _KEYS_AT_ONCE]
        places = ", ".join("?" * len(chosen))
        found = connection.execute(f"SELECT key, {', '.join(names)} FROM content WHERE key IN ({places})", chosen)  # noqa: S608
        taken = found.fetchall()
        for at, name in enumerate(names, 1):
            _fill(columns, name, columns.figure(name), [(row[0], row[at]) for row in taken])


def _nothing(dtype: np.dtype[Any]) -> float:
    return np.nan if dtype.kind == "f" else 0


def _fill(columns: Columns, name: str, values: npt.NDArray[Any], found: list[tuple[int, bytes]]) -> None:
    shape, dtype = FIGURES[name]
    if not found:
        return
    keys, blobs = zip(*found, strict=True)
    try:
        read = np.frombuffer(b"".join(map(blob, blobs)), dtype).reshape(len(keys), *shape)
    except ValueError as error:
        raise DamagedFileError(f"the catalog's {name} are of another length: {error}") from error
    rows = columns.rows_of_keys(np.array(keys, np.int64))
    if len(rows) != len(keys):  # samples that another program has added or removed since the columns were loaded
        is_known = np.isin(keys, columns.keys)
        read = read[is_known]
    values[rows] = read


def changed_rows(connection: sqlite3.Connection, columns: Columns, revision: int) -> Rows:
    """Bring the columns up to date with what was written after ``revision``; the rows that changed."""
    columns.drop_celeba()  # changes in it show in no row
    found = connection.execute("SELECT key, facts FROM sample WHERE revision > ?", (revision,)).fetchall()
    if not found:
        return np.zeros(0, np.int64)
    keys, blobs = zip(*found, strict=True)
    rows = columns.rows_of_keys(np.array(keys, np.int64))
    try:
        facts = np.frombuffer(b"".join(map(blob, blobs)), FACTS)
    except ValueError as error:
        raise DamagedFileError(f"the catalog's rows are of another length: {error}") from error
    if not len(rows) == len(keys) == len(facts):
        raise DamagedFileError("the catalog has samples that are not in its order")
    columns.set_facts(rows, facts)
    return rows


def read_celeba(connection: sqlite3.Connection) -> dict[int, str]:
    """Key → the photo's name in the original CelebA."""
    return {key: text(file) for key, file in connection.execute("SELECT key, file FROM celeba")}


def read_stamps(connection: sqlite3.Connection, columns: Columns, part: str) -> dict[SampleId, bytes]:
    """Sample → stamp, where the part was read."""
    found = connection.execute("SELECT key, stamp FROM stamp WHERE part=? ORDER BY key", (part,)).fetchall()
    keys = np.array([key for key, _ in found], np.int64)
    is_known = np.isin(keys, columns.keys)
    stamps = (stamp for (_, stamp), there in zip(found, is_known, strict=True) if there)
    rows = columns.rows_of_keys(keys[is_known]).tolist()
    return {columns.ids[row]: blob(stamp) for row, stamp in zip(rows, stamps, strict=True)}

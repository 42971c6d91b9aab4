"""The dataset's text tables: one file for all samples, edited one word at a time.

``CelebAMask-HQ-attribute-anno.txt`` has 3.6 MB; loaders skip exactly six bytes for its first line and split its rows
by two spaces, then one. So an edit replaces the one token it is about and leaves every other byte as it was.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from app.faces.attributes import ATTRIBUTE_NAMES, Attributes
from app.faces.errors import ConflictError, DamagedFileError, InvalidEditError, ReadOnlyError
from app.faces.sample import Pose
from app.formats.files import sha256

_VALUES: Mapping[bytes, bool | None] = {b"1": True, b"-1": False, b"0": None}
_TOKEN = re.compile(rb"\S+")
_ZERO = re.compile(rb"[ \t]0[ \t\r\n]")


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A table's bytes and their SHA-256, its header words, and where rows are: id → (start, end) without line end."""

    data: bytes
    digest: str
    header: tuple[str, ...]
    rows: Mapping[str, tuple[int, int]]
    repeated: frozenset[str]

    @classmethod
    def from_bytes(cls, data: bytes) -> Table:
        """Find header and rows; a count on the first line is skipped. Raises DamagedFileError without a header."""
        rows: dict[str, tuple[int, int]] = {}
        repeated = set()
        header: tuple[str, ...] | None = None
        at = 0
        for number, line in enumerate(data.split(b"\n")):
            start, at = at, at + len(line) + 1
            if header is None:
                words = line.split()
                if number == 0 and len(words) == 1 and words[0].isdigit():
                    continue
                header = tuple(word.decode("utf-8", "replace") for word in words)
                continue
            sample = row_id(line)
            if sample is None:
                continue
            if sample in rows:
                repeated.add(sample)
                continue
            rows[sample] = (start, start + len(line) - line.endswith(b"\r"))
        if not header:
            raise DamagedFileError("it has no header line")
        return cls(data, sha256(data), header, rows, frozenset(repeated))

    def row(self, sample: str) -> bytes | None:
        """The row of a sample, first word included."""
        place = self.rows.get(sample)
        return None if place is None else self.data[place[0] : place[1]]


def row_id(line: bytes) -> str | None:
    """The sample a row is about: ``b"17.jpg  -1 1 …"`` → ``"17"``; None for blank lines and foreign names."""
    word = line[: line.find(b" ")] if b" " in line[:32] else line.split(None, 1)[0] if line.strip() else b""
    stem = word.rpartition(b".")[0] if b"." in word else word
    if stem.isdigit() and len(stem) <= 9:
        return str(int(stem))
    return stem.decode("utf-8", "surrogateescape") if stem else None


@dataclass(frozen=True, slots=True)
class AttributeRow:
    """What a row says: the attributes, what is wrong with it, and why it must not be edited."""

    attributes: Attributes
    problems: tuple[str, ...] = ()
    read_only: str | None = None


def read_attributes(table: Table, sample: str) -> AttributeRow | None:
    """The sample's row, or None where the table has none. Values that are neither 1 nor −1 are unknown."""
    row = table.row(sample)
    if row is None:
        return None
    names = table.header
    problems = []
    read_only = None
    if len(names) != len(ATTRIBUTE_NAMES):
        problems.append(f"its header names {len(names)} attributes, usual are {len(ATTRIBUTE_NAMES)}")
    if sample in table.repeated:
        read_only = f"sample {sample} has more than one row; remove the wrong one"
        problems.append(f"sample {sample} has more than one row; the first is shown")
    tokens = row.split()[1:]
    if len(tokens) != len(names):
        why = f"the row of sample {sample} has {len(tokens)} values for {len(names)} attributes; correct it by hand"
        return AttributeRow(Attributes.unknown(names), (*problems, why), why)
    foreign = sorted({t.decode("ascii", "backslashreplace") for t in tokens if t not in _VALUES})
    if foreign:
        problems.append(f"the row of sample {sample} has values that are neither 1 nor -1: {', '.join(foreign[:5])}")
    values = tuple(_VALUES.get(token) for token in tokens)
    return AttributeRow(Attributes(names, values), tuple(problems), read_only)


def edited_attributes(table: Table, sample: str, before: Attributes | None, after: Attributes) -> bytes | None:
    """The table's bytes with the changed values of one row, or None when it says so already.

    Raises ConflictError when the row no longer says ``before``, ReadOnlyError where the table cannot hold the change.
    """
    current = read_attributes(table, sample)
    if current is None:
        raise ReadOnlyError(f"the attribute table has no row for sample {sample}; add one before editing it")
    if current.read_only:
        raise ReadOnlyError(f"the attributes of sample {sample} cannot be saved: {current.read_only}")
    if after.names != current.attributes.names:
        raise InvalidEditError("the attributes to be saved are not the columns of the table")
    if after.values_ == current.attributes.values_:
        return None
    if before is not None and before.values_ != current.attributes.values_:
        raise ConflictError(f"the row of sample {sample} in the attribute table was changed by someone else")
    start, end = table.rows[sample]
    pieces, at = [], 0
    words = list(_TOKEN.finditer(table.data, start, end))[1:]
    for word, name, old, new in zip(words, after.names, current.attributes.values_, after.values_, strict=True):
        if old == new:
            continue
        pieces += [table.data[at : word.start()], _token(table, name, new)]
        at = word.end()
    pieces.append(table.data[at:])
    return b"".join(pieces)


def _token(table: Table, name: str, value: bool | None) -> bytes:
    if value is None and not _ZERO.search(table.data):
        raise ReadOnlyError(f"the attribute table holds 1 and -1 only: {name} cannot be saved as unknown")
    return b"0" if value is None else b"1" if value else b"-1"


def read_pose(table: Table, sample: str) -> Pose | None:
    """The head pose, or None without a row. Raises DamagedFileError for a row that is not three numbers."""
    row = table.row(sample)
    if row is None:
        return None
    try:
        yaw, pitch, roll = (float(token) for token in row.split()[1:])
    except ValueError:
        raise DamagedFileError(f"the row of sample {sample} is not three numbers") from None
    if not all(map(math.isfinite, (yaw, pitch, roll))):
        raise DamagedFileError(f"the row of sample {sample} has a value that is no angle")
    return Pose(yaw, pitch, roll)

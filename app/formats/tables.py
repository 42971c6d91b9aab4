"""The dataset's text tables: one file for all samples, edited one word at a time.

``CelebAMask-HQ-attribute-anno.txt`` has 3.6 MB; loaders skip exactly six bytes for its first line and split its rows
by two spaces, then one. ``list_attr_celeba.txt`` has 26 MB and pads its values; re-hosts made CSV of it, dropped its
first line, added a byte order mark. So an edit replaces the one word it is about and leaves every other byte as it was,
and whatever is odd about a table is told and kept.
"""

from __future__ import annotations

import bisect
import codecs
import math
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from app.faces.attributes import ATTRIBUTE_NAMES, Attributes
from app.faces.errors import ConflictError, DamagedFileError, InvalidEditError, ReadOnlyError
from app.faces.sample import Pose
from app.formats.files import sha256
from app.formats.impostors import impostor
from app.formats.table_notices import cut_notices, table_notices

_VALUES: Mapping[bytes, bool | None] = {b"1": True, b"-1": False, b"0": None}
_TOKEN = re.compile(rb"\S+")
_ZERO = re.compile(rb"[ \t,\"]0(?=[ \t\r\n,\"]|$)")
_MINUS_ONE = re.compile(rb"[ \t,\"]-1(?=[ \t\r\n,\"]|$)")
_SECOND_VALUE = re.compile(rb"[ \t]-?[01](  ?)1(?=[ \t\r\n]|$)")
_NUMBER = re.compile(rb"-?[0-9]+(?:\.[0-9]+)?(?:e-?[0-9]+)?")
_PICTURE_NAME = re.compile(rb"[^,\s]+\.(?:jpe?g|png)", re.IGNORECASE)
_ID_COLUMNS = frozenset({"image_id", "image", "img", "file", "filename", "file_name", "name", "idx", "id"})
Patch = tuple[int, int, bytes]
"""From where to where the bytes of a table are replaced, and by what."""

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_AROUND_CELL = b' \t\r"'


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """A table's bytes and their SHA-256, its header words, and where rows begin: id → place in the bytes.

    Words stand between blanks, or commas where ``is_csv``; word ``id_column`` names the sample. The header is empty
    where the first line is a row already. ``notices`` say what is odd about the table as a whole.
    """

    data: bytes
    digest: str
    header: tuple[str, ...]
    rows: Mapping[str, int]
    repeated: frozenset[str]
    is_csv: bool = False
    id_column: int = 0
    notices: tuple[str, ...] = ()
    zero_is_no: bool = False
    """It says 0, and never -1, where others say -1."""

    @classmethod
    def from_bytes(cls, data: bytes) -> Table:
        """Find header and rows; a count on the first line is skipped.

        Raises DamagedFileError for what is no table (a web page, an LFS pointer), and without header and rows.
        """
        if what := impostor(data):
            raise DamagedFileError(what)
        if data.startswith(_UTF16):
            raise DamagedFileError("it is UTF-16; save it as UTF-8")
        at = len(codecs.BOM_UTF8) if data.startswith(codecs.BOM_UTF8) else 0
        lines = data[at:].split(b"\n")
        number, declared = 0, None
        while number < len(lines) and len(words := lines[number].split()) < 2:
            if words and (declared is not None or not words[0].isdigit()):
                break
            declared = int(words[0]) if words else declared
            at += len(lines[number]) + 1
            number += 1
        first = lines[number] if number < len(lines) else b""
        is_csv = b"," in first
        words = _cells(first, is_csv=is_csv)
        names: list[str] = []
        id_column = 0
        if not _is_row(words):
            names = [word.decode("utf-8", "replace") for word in words]
            id_column = next((i for i, name in enumerate(names[:2]) if name.lower() in _ID_COLUMNS), 0)
            at += len(first) + 1
            number += 1
        header = [name for name in names if name] if not is_csv else _without_end(names)
        if is_csv or (header and header[0].lower() in _ID_COLUMNS):
            header = header[id_column + 1 :]
        rows, repeated, is_sorted = _rows(lines[number:], at, is_csv=is_csv, id_column=id_column)
        if not header and not rows:
            raise DamagedFileError("it has no header line")
        found = cls(data, sha256(data), tuple(header), rows, frozenset(repeated), is_csv, id_column)
        notices = table_notices(data, declared=declared, rows=len(rows) + sum(repeated.values()), repeated=repeated)
        if rows:
            usual = len(_cells(found.row(next(iter(rows))) or b"", is_csv=is_csv))
            notices += cut_notices(lines[-1], len(_cells(lines[-1], is_csv=is_csv)), usual)
        if not is_csv and b"\t" in data:
            notices.append("its words are parted by tabs; loaders that split at blanks only go wrong. They are kept")
        if not names:
            notices.append(
                "it has no header line, its columns are taken to be the usual ones; loaders lose its first row"
            )
        elif not names[-1]:
            notices.append("its header ends in an empty name, which is passed over; loaders count one column more")
        if not is_sorted:
            notices.append("its rows are not in the order of their numbers; loaders that go by position mix up samples")
        zero_is_no = _MINUS_ONE.search(data) is None and _ZERO.search(data) is not None
        return replace(found, notices=tuple(notices), zero_is_no=zero_is_no)

    def patched(self, patches: Iterable[Patch]) -> Table:
        """The table with other words at these places, which lie within rows and do not overlap."""
        pieces: list[bytes] = []
        starts: list[int] = []
        grown = [0]
        at = 0
        for start, end, word in sorted(patches):
            pieces += [self.data[at:start], word]
            starts.append(start)
            grown.append(grown[-1] + len(word) - (end - start))
            at = end
        data = b"".join((*pieces, self.data[at:]))
        rows = self.rows
        if any(grown):
            rows = {name: place + grown[bisect.bisect_left(starts, place)] for name, place in rows.items()}
        return replace(self, data=data, digest=sha256(data), rows=rows)

    def row(self, sample: str) -> bytes | None:
        """The row of a sample, first word included."""
        place = self.place(sample)
        return None if place is None else self.data[place[0] : place[1]]

    def place(self, sample: str) -> tuple[int, int] | None:
        """Where the row of a sample begins and ends, without its line end."""
        start = self.rows.get(sample)
        if start is None:
            return None
        line = self.data.find(b"\n", start)
        end = len(self.data) if line < 0 else line
        return start, end - (self.data[end - 1 : end] == b"\r")

    def words(self, sample: str) -> list[tuple[int, int]] | None:
        """Where the words of a sample's row stand in ``data``, behind the one that names it; None without a row.

        Empty words at the end of a row of a CSV table are left out as well.
        """
        place = self.place(sample)
        if place is None:
            return None
        if not self.is_csv:
            return [match.span() for match in _TOKEN.finditer(self.data, *place)][self.id_column + 1 :]
        spans = []
        at = place[0]
        for cell in self.data[place[0] : place[1]].split(b","):
            word = cell.strip(_AROUND_CELL)
            start = at + len(cell) - len(cell.lstrip(_AROUND_CELL)) if word else at
            spans.append((start, start + len(word)))
            at += len(cell) + 1
        spans = spans[self.id_column + 1 :]
        while spans and spans[-1][0] == spans[-1][1]:
            spans.pop()
        return spans

    def texts(self, sample: str) -> list[str] | None:
        """The words of a sample's row behind the one that names it; None without a row."""
        places = self.words(sample)
        if places is None:
            return None
        return [self.data[start:end].decode("utf-8", "backslashreplace") for start, end in places]

    @property
    def is_aligned(self) -> bool:
        """Whether values stand right-aligned in columns of two characters, as in the original CelebA."""
        match = None if self.is_csv else _SECOND_VALUE.search(self.data)
        return match is not None and match[1] == b"  "


def row_id(line: bytes) -> str | None:
    """The sample a row is about: ``b"17.jpg  -1 1 …"`` → ``"17"``; None for blank lines and foreign names."""
    words = line.split(None, 1)
    return _id(words[0]) if words else None


def _id(word: bytes) -> str | None:
    stem = word.rpartition(b".")[0] if b"." in word else word
    if stem.isdigit() and len(stem) <= 9:
        return sys.intern(str(int(stem)))
    return sys.intern(stem.decode("utf-8", "surrogateescape")) if stem else None


def _cells(line: bytes, *, is_csv: bool) -> list[bytes]:
    return [cell.strip(_AROUND_CELL) for cell in line.split(b",")] if is_csv else line.split()


def _without_end(names: Sequence[str]) -> list[str]:
    """The names without empty ones at the end."""
    count = len(names)
    while count and not names[count - 1]:
        count -= 1
    return list(names[:count])


def _is_row(words: list[bytes]) -> bool:
    """Whether the words are a row already, where a header should be: a sample's number or file, then only numbers."""
    if len(words) < 2 or not (words[0].isdigit() or _PICTURE_NAME.fullmatch(words[0])):
        return False
    return all(_NUMBER.fullmatch(word) or _PICTURE_NAME.fullmatch(word) for word in words[1:] if word)


def _rows(lines: list[bytes], at: int, *, is_csv: bool, id_column: int) -> tuple[dict[str, int], dict[str, int], bool]:
    """Where rows begin, how often a sample has one more of them, and whether the numbers only rise."""
    rows: dict[str, int] = {}
    repeated: dict[str, int] = {}
    separator = b"," if is_csv else None
    is_sorted = True
    last = -1
    for line in lines:
        start, at = at, at + len(line) + 1
        words = line.split(separator, id_column + 1)
        if len(words) <= id_column:
            continue
        sample = _id(words[id_column].strip(_AROUND_CELL) if is_csv else words[id_column])
        if sample is None:
            continue
        if sample in rows:
            repeated[sample] = repeated.get(sample, 0) + 1
            continue
        rows[sample] = start
        if sample.isdigit() and sample.isascii():
            is_sorted = is_sorted and (number := int(sample)) > last
            last = number if is_sorted else last
    return rows, repeated, is_sorted


@dataclass(frozen=True, slots=True)
class AttributeRow:
    """What a row says: the attributes, what is wrong with it, and why it must not be edited."""

    attributes: Attributes
    problems: tuple[str, ...] = ()
    read_only: str | None = None


def read_attributes(table: Table, sample: str) -> AttributeRow | None:
    """The sample's row, or None where the table has none. Values that are neither 1 nor −1 are unknown."""
    places = table.words(sample)
    if places is None:
        return None
    names = table.header or (ATTRIBUTE_NAMES if len(places) == len(ATTRIBUTE_NAMES) else ())
    problems = []
    read_only = None
    if len(names) != len(ATTRIBUTE_NAMES):
        problems.append(f"its header names {len(names)} attributes, usual are {len(ATTRIBUTE_NAMES)}")
    if sample in table.repeated:
        read_only = f"sample {sample} has more than one row; remove the wrong one"
        problems.append(f"sample {sample} has more than one row; the first is shown")
    tokens = [table.data[start:end] for start, end in places]
    if len(tokens) != len(names):
        why = f"the row of sample {sample} has {len(tokens)} values for {len(names)} attributes; correct it by hand"
        return AttributeRow(Attributes.unknown(names), (*problems, why), why)
    foreign = sorted({t.decode("ascii", "backslashreplace") for t in tokens if t not in _VALUES})
    if foreign:
        problems.append(f"the row of sample {sample} has values that are neither 1 nor -1: {', '.join(foreign[:5])}")
    meaning = {**_VALUES, b"0": False} if b"0" in tokens and table.zero_is_no else _VALUES
    values = tuple(meaning.get(token) for token in tokens)
    return AttributeRow(Attributes(names, values), tuple(problems), read_only)


def attribute_patches(table: Table, sample: str, before: Attributes | None, after: Attributes) -> list[Patch]:
    """Where the table says something else than ``after`` of the sample, and the words for it.

    Raises ConflictError when the row no longer says ``before``, ReadOnlyError where the table cannot hold the change.
    """
    current, places = read_attributes(table, sample), table.words(sample)
    if current is None or places is None:
        raise ReadOnlyError(f"the attribute table has no row for sample {sample}; add one before editing it")
    if current.read_only:
        raise ReadOnlyError(f"the attributes of sample {sample} cannot be saved: {current.read_only}")
    if after.names != current.attributes.names:
        raise InvalidEditError("the attributes to be saved are not the columns of the table")
    if after.values_ == current.attributes.values_:
        return []
    if before is not None and before.values_ != current.attributes.values_:
        raise ConflictError(f"the row of sample {sample} in the attribute table was changed by someone else")
    patches = []
    is_aligned = table.is_aligned
    for (start, end), name, old, new in zip(
        places, after.names, current.attributes.values_, after.values_, strict=True
    ):
        if old == new:
            continue
        token = _token(table, name, new)
        if is_aligned:
            # A longer word takes the blank before it, a shorter one leaves it, so that the columns stay.
            grown = len(token) - (end - start)
            token = token.rjust(end - start)
            if grown > 0 and table.data[start - grown - 1 : start] == b" " * (grown + 1):
                start -= grown
        patches.append((start, end, token))
    return patches


def _token(table: Table, name: str, value: bool | None) -> bytes:
    if value is None and (table.zero_is_no or not _ZERO.search(table.data)):
        raise ReadOnlyError(f"the attribute table holds yes and no only: {name} cannot be saved as unknown")
    if value is False and table.zero_is_no:
        return b"0"
    return b"0" if value is None else b"1" if value else b"-1"


def read_pose(table: Table, sample: str) -> Pose | None:
    """The head pose, or None without a row. Raises DamagedFileError for a row that is not three numbers."""
    texts = table.texts(sample)
    if texts is None:
        return None
    try:
        yaw, pitch, roll = (float(token) for token in texts)
    except ValueError:
        raise DamagedFileError(f"the row of sample {sample} is not three numbers") from None
    if not all(map(math.isfinite, (yaw, pitch, roll))):
        raise DamagedFileError(f"the row of sample {sample} has a value that is no angle")
    return Pose(yaw, pitch, roll)

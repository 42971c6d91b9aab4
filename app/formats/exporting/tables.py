"""The three text tables of CelebAMask-HQ for some of its samples: cut out of the dataset's own, or made from values.

Loaders take these files apart in odd ways (six bytes dropped for the count, two spaces replaced by one), so rows are
copied byte by byte with their line ends, and what is made anew has the spacing of the release.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from app.faces.attributes import ATTRIBUTE_NAMES, Attributes
from app.faces.sample import Pose
from app.formats.tables import row_id

ATTRIBUTE_TABLE = "CelebAMask-HQ-attribute-anno.txt"
POSE_TABLE = "CelebAMask-HQ-pose-anno.txt"
MAPPING_TABLE = "CelebA-HQ-to-CelebA-mapping.txt"
_HEAD = 4096
_LINE = re.compile(rb"[^\n]*\n|[^\n]+")
_COUNT = re.compile(rb"\A(\s*)[0-9]+(?=\s*\Z)")
_ROW = re.compile(rb"\s*(?:[^\s.]+\.(?:jpe?g|png)|[0-9]+)[ \t]+\S", re.IGNORECASE)
_NAME = re.compile(rb"(\s*)(\S+)([ \t]*)")
_COLUMN = 11


def is_cuttable(data: bytes) -> bool:
    """Whether the table is spaced as in the release, so that its rows may be copied: no CSV, no other encoding."""
    head = data[:_HEAD]
    return bool(head) and b"," not in head and head[:1] not in b"\xef\xff\xfe<" and b"\0" not in head


def cut_table(data: bytes, names: Mapping[str, str], *, counted: bool) -> tuple[bytes, tuple[str, ...]]:
    """The table with the rows of some samples, in their order and under their new names, and the samples without a row.

    ``names`` are names in the export by sample. ``counted``: the first line is the number of rows; it is written where
    the dataset's own table lost it. Of two rows of a sample the first is taken, as when it is read.
    """
    lines = _LINE.findall(data)
    ending = b"\r\n" if lines and lines[0].endswith(b"\r\n") else b"\n"
    head: list[bytes] = []
    while len(head) < min(2, len(lines)) and not _ROW.match(lines[len(head)]):
        head.append(lines[len(head)])
    rows: dict[str, bytes] = {}
    for line in lines[len(head) :]:
        sample = row_id(line)
        if sample is not None and sample in names:
            rows.setdefault(sample, line)
    if counted:
        count = str(len(rows)).encode()
        if head and _COUNT.match(head[0]):
            head[0] = _COUNT.sub(rb"\g<1>" + count, head[0])
        else:
            head.insert(0, count + ending)
    kept = [
        row if name == sample else _renamed(row, name) for sample, name in names.items() if (row := rows.get(sample))
    ]
    ended = (line if line.endswith(b"\n") else line + ending for line in (*head, *kept))
    return b"".join(ended), tuple(sample for sample in names if sample not in rows)


def attribute_table(rows: Mapping[str, Attributes], columns: Sequence[str] = ATTRIBUTE_NAMES) -> bytes:
    """The released form of attributes by name in the export; unknown ones are 0.

    ``columns`` are names of attributes; a blank in one is written as ``_``, for blanks part the columns. A name in the
    export must have none.
    """
    lines = [str(len(rows)), " ".join("_".join(column.split()) or "_" for column in columns)]
    for name, row in rows.items():
        values = ({True: "1", False: "-1"}.get(row.get(column), "0") for column in columns)  # type: ignore[arg-type]
        lines.append(f"{name}.jpg  {' '.join(values)}")
    return _text(lines)


def pose_table(rows: Mapping[str, Pose]) -> bytes:
    """The released form of poses by name in the export; every angle reads back as the same number."""
    lines = [f"{name}.jpg {pose.yaw!r} {pose.pitch!r} {pose.roll!r}" for name, pose in rows.items()]
    return _text([str(len(rows)), "Yaw Pitch Raw", *lines])


def mapping_table(rows: Mapping[str, str]) -> bytes:
    """The released form of the photos' names in CelebA (``119614.jpg``, which counts from 1) by name in the export."""
    lines = [_columns("idx", "orig_idx", "orig_file")]
    for name, file in rows.items():
        stem = file.rpartition(".")[0]
        lines.append(_columns(name, str(int(stem) - 1) if stem.isdecimal() else stem, file))
    return _text(lines)


def _columns(first: str, second: str, third: str) -> str:
    """Two columns as wide as in the release, at least a space between."""
    return f"{first:<{_COLUMN - 1}} {second:<{_COLUMN - 1}} {third}"


def _text(lines: Sequence[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode()


def _renamed(row: bytes, name: str) -> bytes:
    """The row under another name: the suffix stays, and so does the width of a padded column."""
    found = _NAME.match(row)
    assert found is not None
    lead, word, gap = found.groups()
    _, dot, suffix = word.rpartition(b".")
    new = name.encode() + dot + suffix if dot else name.encode()
    # Two spaces after a file name are the attribute table's; more are a column's padding.
    if not dot:
        gap = b" " * max(1, len(word) + len(gap) - len(new))
    return lead + new + gap + row[found.end() :]

"""What is odd about a whole table: told to the user, kept as it is in the file."""

from __future__ import annotations

import codecs
from collections.abc import Collection

from app.formats.files import shown
from app.formats.listing import counted, natural_order


def table_notices(data: bytes, *, declared: int | None, rows: int, repeated: Collection[str]) -> list[str]:
    """Sentences that go on after the table's name. ``declared`` is the count on its first line."""
    notices = []
    if data.startswith(codecs.BOM_UTF8):
        notices.append(
            "it begins with a byte order mark, which loaders take for a part of its first word; save it without"
        )
    if b"\r\n" in data:
        notices.append("its lines end in CR LF; loaders that skip its first line by length go wrong. They are kept")
    if not data.isascii():
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            byte = data[error.start]
            notices.append(f"line {line} is not UTF-8 (byte 0x{byte:02x}), perhaps Latin-1; it is kept as it is")
    if declared is not None and declared != rows:
        what_now = "it may be cut: compare it with another copy" if rows < declared else "correct the first line"
        notices.append(f"its first line says {declared:,} rows, there are {rows:,}; {what_now}")
    if repeated:
        told = counted(natural_order(repeated))
        notices.append(f"samples with more than one row, of which the first counts: {told}. Remove the wrong ones")
    return notices


def cut_notices(last: bytes, words: int, usual: int) -> list[str]:
    """What is wrong with the end of a table: ``last`` is what follows its last line break, of ``words`` words where a
    row has ``usual``."""
    if not last.strip():
        return []
    if words < usual:
        begin = shown(last[:40].decode("utf-8", "replace"))
        return [f"its last line is cut ({begin}…): download it again, or complete the line"]
    return ["its last line does not end; loaders that count line breaks lose it. End it with a line break"]

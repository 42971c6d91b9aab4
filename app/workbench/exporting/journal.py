"""Which parts of an export are done: one JSON line per part, so that an interrupted export goes on where it was.

A line is trusted as long as the sources of its samples and the files that were written say by their sizes and times
that they are the same. Rows of thirty thousand samples may be large: they stay on disk until they are needed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, overload

from app.faces.errors import SaveError
from app.formats.exporting.protocol import Written

_VERSION = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """A part that is done: where its line is, and the stamps of its sources and its files."""

    offset: int
    source: str
    files: str


@dataclass(frozen=True, slots=True)
class Header:
    """Whose journal it is. ``about`` is a sentence for people."""

    fingerprint: str
    about: str


class Journal:
    """The journal of one partial folder. One process writes it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.header: Header | None = None
        self.entries: dict[int, Entry] = {}
        self._end = 0
        self._read()

    def begin(self, header: Header) -> None:
        """A new journal, in place of whatever was there."""
        self.header, self.entries, self._end = header, {}, 0
        self._append(_line({"export": _VERSION, "request": header.fingerprint, "about": header.about}), "wb")

    def add(self, part: int, line: bytes, source: str, files: str) -> None:
        """A part is done; ``line`` is what ``part_line`` made of it and its stamps."""
        entry = Entry(self._end, source, files)
        self._append(line)
        self.entries[part] = entry

    def add_whole(self, manifest: str) -> None:
        """Everything is written; the hash of the manifest tells this export from any other."""
        self._append(_line({"whole": manifest}))

    def written(self, parts: int) -> KeptParts:
        """What became of each of the parts, in order."""
        return KeptParts(self._file, [self.entries[part].offset for part in range(parts)])

    def written_part(self, part: int) -> Written:
        """What became of one part."""
        return KeptParts(self._file, [self.entries[part].offset])[0]

    def _read(self) -> None:
        with suppress(FileNotFoundError), self._file.open("rb") as file:
            for line in file:
                if not line.endswith(b"\n"):
                    break  # the program ended while it wrote this one
                try:
                    self._take(json.loads(line))
                except (ValueError, KeyError, TypeError):
                    break
                self._end += len(line)

    def _take(self, document: dict[str, Any]) -> None:
        if "export" in document:
            if document["export"] == _VERSION:
                self.header = Header(str(document["request"]), str(document["about"]))
        elif "whole" not in document:
            Written.from_json(document["written"])
            self.entries[int(document["part"])] = Entry(self._end, str(document["source"]), str(document["files"]))

    def _append(self, line: bytes, mode: str = "r+b") -> None:
        try:
            with self._file.open(mode) as file:
                file.seek(self._end)
                file.truncate()
                file.write(line)
        except OSError as error:
            raise SaveError(f"the export cannot note what is done: {error.strerror}; free some space") from None
        self._end += len(line)


class KeptParts(Sequence[Written]):
    """What became of the parts, each read from the journal when it is asked for."""

    def __init__(self, file: Path, offsets: Sequence[int]) -> None:
        self._file = file
        self._offsets = offsets

    def __len__(self) -> int:
        return len(self._offsets)

    @overload
    def __getitem__(self, index: int) -> Written: ...
    @overload
    def __getitem__(self, index: slice) -> KeptParts: ...
    def __getitem__(self, index: int | slice) -> Written | KeptParts:
        if isinstance(index, slice):
            return KeptParts(self._file, self._offsets[index])
        with self._file.open("rb") as file:
            file.seek(self._offsets[index])
            return Written.from_json(json.loads(file.readline())["written"])

    def __iter__(self) -> Iterator[Written]:
        with self._file.open("rb") as file:
            for offset in self._offsets:
                file.seek(offset)
                yield Written.from_json(json.loads(file.readline())["written"])


def whole_export(file: Path) -> str | None:
    """The hash of the manifest of an export that was whole and about to be put in its place, by its journal."""
    try:
        with file.open("rb") as journal:
            journal.seek(max(0, journal.seek(0, os.SEEK_END) - 200))
            last = json.loads(journal.read().rpartition(b"\n")[0].rpartition(b"\n")[2])
            return str(last["whole"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def part_line(part: int, written: Written, *, source: str, files: str) -> bytes:
    """The line of a part that is done. Raises TypeError, ValueError where the rows are nothing JSON holds."""
    return _line({"part": part, "source": source, "files": files, "written": written.as_json()})


def _line(document: dict[str, Any]) -> bytes:
    return json.dumps(document, separators=(",", ":"), allow_nan=False).encode() + b"\n"

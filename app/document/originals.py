"""What the dataset's files were before we changed them, kept for ever, and the ledger of every save.

A file's bytes go to ``objects/`` under their SHA-256 before its first change, and again whenever somebody else's
version is about to be replaced. ``objects/ledger.jsonl`` has one line per file and save: when, which sample, which
path, from which hash to which. Nothing here is ever deleted by us.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from app.document import disk
from app.document.growing_file import GrowingFile
from app.document.journal import checked_path
from app.faces.errors import FaceDataError, UnsafeFileError
from app.faces.sample import SampleId

_SAMPLE = re.compile(rb'"sample": *("(?:[^"\\]|\\.)*")')
_HEX = re.compile(r"[0-9a-f]{64}")
LEDGER = "ledger.jsonl"
_MAX_LEDGER = 1_000_000_000


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One file in one save; hashes are SHA-256, None stands for "no file"."""

    time: float
    sample: SampleId
    path: str
    before: str | None
    after: str | None

    def to_bytes(self) -> bytes:
        """A line of JSON."""
        fields = {
            "time": round(self.time, 3),
            "sample": self.sample,
            "path": self.path,
            "before": self.before,
            "after": self.after,
        }
        return json.dumps(fields).encode() + b"\n"

    @classmethod
    def from_bytes(cls, line: bytes) -> LedgerLine | None:
        """None for a line that is torn or not ours."""
        try:
            entry = json.loads(line)
            hashes = [entry["before"], entry["after"]]
            if any(h is not None and not _HEX.fullmatch(h) for h in hashes):
                return None
            return cls(float(entry["time"]), SampleId(str(entry["sample"])), checked_path(str(entry["path"])), *hashes)
        except (ValueError, KeyError, TypeError, RecursionError, FaceDataError):
            return None


class Originals:
    """Belongs to one thread (the writer's), or to a tool that runs alone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lines: list[LedgerLine] | None = None
        self._ours: set[tuple[str, str | None]] = set()
        self._read_size = -1
        self.torn_lines = 0

    @property
    def ledger(self) -> Path:
        """The ledger's file."""
        return self.folder / LEDGER

    def lines(self) -> list[LedgerLine]:
        """All saves, oldest first; read again when another process has appended."""
        try:
            size = self.ledger.stat().st_size
        except OSError:
            size = 0
        if self._lines is None or size != self._read_size:
            data = disk.read_file(self.ledger, _MAX_LEDGER) or b""
            pieces = [piece for piece in data.split(b"\n") if piece]
            lines = [LedgerLine.from_bytes(piece) for piece in pieces]
            self._lines = [line for line in lines if line is not None]
            self.torn_lines = len(lines) - len(self._lines)
            self._ours = {(line.path, line.after) for line in self._lines}
            self._read_size = len(data)
        return self._lines

    def keep(self, path: str, data: bytes, tmp: Path) -> None:
        """The bytes about to be replaced are in ``objects/``, unless a save of ours wrote them."""
        digest = disk.digest_of(data)
        self.lines()
        if (path, digest) not in self._ours:
            self.put(data, tmp)

    def put(self, data: bytes, tmp: Path) -> str:
        """The bytes are in ``objects/`` under their hash, on the medium; returns the hash."""
        digest = disk.digest_of(data)
        target = self.path_of(digest)
        if target.parent.is_symlink():
            raise UnsafeFileError(f"objects/{target.parent.name} is a link; remove it, originals are not kept outside")
        if self.get(digest) is not None:
            return digest
        disk.make_folders(target.parent)
        draft = tmp / f"object-{digest[:16]}"
        disk.remove(draft)
        disk.write_new(draft, data, 0o444 & disk.NEW_FILE_MODE)
        disk.move(draft, target)
        disk.sync_folder(target.parent)
        return digest

    def path_of(self, digest: str) -> Path:
        """Where the bytes of a hash lie. Without a suffix, so that nobody's ``**/*.png`` finds them."""
        return self.folder / digest[:2] / digest[2:]

    def get(self, digest: str) -> bytes | None:
        """The kept bytes; None when they were not kept or are damaged."""
        data = disk.read_file(self.path_of(digest))
        return data if data is not None and disk.digest_of(data) == digest else None

    def note(self, lines: Iterable[LedgerLine]) -> None:
        """The ledger has the lines, on the medium."""
        lines = list(lines)
        known = self.lines()
        data = b"".join(line.to_bytes() for line in lines)
        disk.append(self.ledger, data)
        known.extend(lines)
        self._ours.update((line.path, line.after) for line in lines)
        self._read_size = self.ledger.stat().st_size

    def versions(self, path: str) -> Iterator[bytes | None]:
        """The kept versions of a file, newest first; None: there was no file."""
        seen: set[str | None] = set()
        for line in reversed(self.lines()):
            if line.path == path and line.before not in seen:
                seen.add(line.before)
                kept = None if line.before is None else self.get(line.before)
                if kept is not None or line.before is None:
                    yield kept

    def kept(self) -> Iterator[Path]:
        """Every object's file."""
        for folder in sorted(self.folder.glob("[0-9a-f][0-9a-f]")):
            yield from sorted(folder.iterdir())


class EditedSamples:
    """The samples that the ledger names; what was appended since the last look is all that is read. One thread."""

    def __init__(self) -> None:
        self._file = GrowingFile(_MAX_LEDGER, 65_536)
        self._names: set[bytes] = set()
        self._samples: frozenset[SampleId] = frozenset()

    def look(self, ledger: Path) -> frozenset[SampleId]:
        """Every sample that a save of ours wrote, also those that are gone; an unreadable ledger tells nothing new."""
        found: set[bytes] = set()

        def take(_at: int, line: bytes) -> None:
            name = _SAMPLE.search(line)
            if name is not None:
                found.add(name[1])

        with suppress(OSError, UnsafeFileError):
            if self._file.read(ledger, take):
                self._names, self._samples = set(), frozenset()
        fresh = found - self._names
        if fresh:
            self._names |= fresh
            self._samples |= {SampleId(name) for name in map(_text_of, fresh) if name is not None}
        return self._samples


def _text_of(name: bytes) -> str | None:
    try:
        return str(json.loads(name))
    except ValueError:
        return None


def ledger_line(sample: SampleId, path: str, before: str | None, after: str | None) -> LedgerLine:
    """A line of now."""
    return LedgerLine(time.time(), sample, path, before, after)

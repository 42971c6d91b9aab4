"""The redo record of one save: once it is on the medium, the save will be whole, whatever happens next.

A record holds the new bytes of every file (or "delete"), the hashes expected on disk and one hash over all of it. A
start that finds a whole record finishes the save; a torn one was never promised and is dropped. Records come from the
dataset's folder and are untrusted: a path must stay inside the dataset and outside our own folder.
"""

from __future__ import annotations

import hashlib
import json
import re
import struct
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from app.document import disk
from app.document.work_folder import NAME
from app.faces.errors import DamagedFileError, UnsafeFileError
from app.faces.sample import SampleId
from app.faces.store import FileChange

_MAGIC = b"FWREDO1\n"
_MAX_HEADER = 4_000_000
_HEX = re.compile(r"[0-9a-f]{64}")
SUFFIX = ".redo"
SavedStep = tuple[SampleId, int, int]
"""A sample, its history tree and the step that is in the files."""


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """One save: its sample, the history tree and step it saves (0: none), and its files.

    ``others`` are samples whose rows of the same table are saved with it, with tree and step.
    """

    sample: SampleId
    tree: int
    head: int
    changes: tuple[FileChange, ...]
    others: tuple[SavedStep, ...] = ()

    @property
    def steps(self) -> tuple[SavedStep, ...]:
        """What is saved of all its samples."""
        return ((self.sample, self.tree, self.head), *self.others)

    def to_bytes(self) -> bytes:
        """Magic, header length, header, new bytes, SHA-256 over all of it."""
        header = {
            "sample": self.sample,
            "tree": self.tree,
            "head": self.head,
            "others": self.others,
            "changes": [
                {"path": c.path, "before": c.before, "size": -1 if c.after is None else len(c.after)}
                for c in self.changes
            ],
        }
        head = json.dumps(header).encode()
        body = b"".join([_MAGIC, struct.pack("<I", len(head)), head, *(c.after for c in self.changes if c.after)])
        return body + hashlib.sha256(body).digest()

    @classmethod
    def from_bytes(cls, data: bytes) -> Record:
        """Raises DamagedFileError for a torn record, UnsafeFileError for a path no save of ours could have."""
        start = len(_MAGIC) + 4
        if len(data) < start + 32 or not data.startswith(_MAGIC):
            raise DamagedFileError("the record is cut short")
        if hashlib.sha256(data[:-32]).digest() != data[-32:]:
            raise DamagedFileError("the record's hash does not fit")
        (length,) = struct.unpack_from("<I", data, len(_MAGIC))
        try:
            if length > _MAX_HEADER:
                raise ValueError(f"a header of {length} bytes")
            header = json.loads(data[start : start + length])
            at, changes = start + length, []
            for entry in header["changes"]:
                path, before, size = str(entry["path"]), entry["before"], int(entry["size"])
                if before is not None and not _HEX.fullmatch(before):
                    raise ValueError("a hash is none")
                if size > len(data) - 32 - at or size < -1:
                    raise ValueError("a file is longer than the record")
                changes.append(FileChange(checked_path(path), before, None if size < 0 else data[at : at + size]))
                at += max(size, 0)
            others = tuple((SampleId(str(name)), int(tree), int(head)) for name, tree, head in header.get("others", ()))
            sample = SampleId(str(header["sample"]))
            record = cls(sample, int(header["tree"]), int(header["head"]), tuple(changes), others)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise DamagedFileError(f"the record makes no sense: {error}") from None
        return record


def checked_path(path: str) -> str:
    """``path`` itself when it is relative, plain and not ours. Raises UnsafeFileError."""
    parts = path.split("/")
    plain = all(part not in ("", ".", "..") for part in parts) and "\0" not in path and "\\" not in path
    # On Windows a colon also names a stream of a file; elsewhere it is a letter like any other.
    is_drive = path[1:2] == ":" or (sys.platform == "win32" and ":" in path)
    if not plain or PurePosixPath(path).is_absolute() or is_drive:
        raise UnsafeFileError(f"{path!r} leaves the dataset's folder; it is not written")
    if any(part.lower() == NAME for part in parts):
        raise UnsafeFileError(f"{path!r} lies in the work folder; it is not written")
    return path


def record_path(folder: Path, name: str) -> Path:
    """Where the record of that name lies."""
    return folder / f"{name}{SUFFIX}"


def write_record(folder: Path, name: str, record: Record) -> Path:
    """The commit point of a save: the record is on the medium. Raises OSError naming the folder."""
    path = record_path(folder, name)
    try:
        disk.write_new(path, record.to_bytes())
        disk.sync_folder(folder)
    except OSError as error:
        # The caller will say that nothing was saved: the record must not be finished by the next start.
        with suppress(OSError):
            disk.remove(path)
        error.filename = str(folder)
        raise
    return path


def remove_record(path: Path) -> None:
    """The save is over."""
    disk.remove(path)
    disk.sync_folder(path.parent)


def records_in(folder: Path) -> list[Path]:
    """The records found, oldest first; names that are no record's are not ours to touch."""
    try:
        return sorted(p for p in folder.iterdir() if p.suffix == SUFFIX)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return []

"""The table of contents of a zip archive: 400,000 members in about a second, and any of them from any thread.

``zipfile`` makes an object of each member (three seconds and 400 MB for the released archive) and seeks in one file
that all threads share. Here a member is a number in a few arrays, and reading opens the archive anew, which costs ten
microseconds and notices an archive that was replaced meanwhile. Names are those of a stranger: what is absolute, climbs
out, is a link or encrypted is left out and named; so are the traces that other systems leave.
"""

from __future__ import annotations

import os
import struct
import zlib
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from app.faces.errors import DamagedFileError, UnsafeFileError
from app.formats.files import READ_LIMIT, Stamp, shown
from app.formats.junk import JUNK_FOLDERS, is_junk

MEMBER_LIMIT = 4_000_000
DIRECTORY_LIMIT = 512 * 1024 * 1024
RATIO_LIMIT = 200
"""Times that a member of more than a megabyte may grow: a table of attributes grows eightfold, a bomb thousandfold."""
_RATIO_FREE = 1024 * 1024

_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR = struct.Struct("<4sLQL")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
_STORED, _DEFLATED = 0, 8
_FLAGS = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0)
_FILE, _FOLDER = 0o100000, 0o040000


@dataclass(slots=True)
class LeftOut:
    """Members that are not shown, by reason, and junk by count."""

    names: dict[str, list[str]] = field(default_factory=dict)
    junk: int = 0

    def add(self, why: str, name: str) -> None:
        self.names.setdefault(why, []).append(name)


class ZipDirectory:
    """The members of one archive by folder and name. ``left_out`` tells what was not taken."""

    def __init__(self, path: Path) -> None:
        """Raises DamagedFileError or UnsafeFileError for what is no whole archive, OSError where it cannot be read."""
        self.path = path
        self.left_out = LeftOut()
        self.files: dict[str, dict[str, int]] = {"": {}}
        self.folders: dict[str, dict[str, None]] = {"": {}}
        self._offsets, self._packed, self._sizes = array("Q"), array("Q"), array("Q")
        self._checks, self._methods = array("L"), array("H")
        handle = os.open(path, _FLAGS)
        try:
            status = os.fstat(handle)
            self.stamp: Stamp = (status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)
            directory, count, self._shift = _directory(handle, status.st_size)
        finally:
            os.close(handle)
        self._take(directory, count)

    def _take(self, directory: bytes, count: int) -> None:
        refused: set[str] = set()
        for raw, flags, method, check, packed, size, offset, kind in _entries(directory, count):
            try:
                name = raw.decode("utf-8" if flags & 0x800 else "cp437")
            except UnicodeDecodeError:
                name = raw.decode("utf-8", "surrogateescape")
            folder, _, base = name.rpartition("/")
            if folder not in self.files and not self._add_folder(folder, refused):
                if folder in JUNK_FOLDERS or folder.partition("/")[0] in JUNK_FOLDERS:
                    self.left_out.junk += bool(base)
                else:
                    self.left_out.add("lead out of the archive", name)
            elif not base:
                continue
            elif is_junk(base):
                self.left_out.junk += 1
            elif "\\" in base or "\0" in base or base in (".", ".."):
                self.left_out.add("have names that are no file names", name)
            elif flags & 1:
                self.left_out.add("are encrypted; unpack the archive with its password", name)
            elif kind not in (0, _FILE):
                self.left_out.add("are links or no files", name)
            else:
                here = self.files[folder]
                if base in here:
                    self.left_out.add("are there twice; the last one is read", name)
                here[base] = len(self._offsets)
                self._offsets.append(offset)
                self._packed.append(packed)
                self._sizes.append(size)
                self._checks.append(check)
                self._methods.append(method)
        for folder, names in self.folders.items():
            for name in [name for name in names if name in self.files[folder]]:
                self.left_out.add("are a file and a folder; the folder is read", f"{folder}/{name}".lstrip("/"))
                del self.files[folder][name]

    def _add_folder(self, path: str, refused: set[str]) -> bool:
        """Take note of a folder and those above it, if its name leads nowhere else."""
        if path in refused:
            return False
        parts = path.split("/")
        unsafe = any(part in ("", ".", "..") or "\\" in part or "\0" in part for part in parts) or parts[0][1:2] == ":"
        if unsafe or len(parts) > 32 or parts[0] in JUNK_FOLDERS:
            refused.add(path)
            return False
        above = ""
        for part in parts:
            here = f"{above}/{part}" if above else part
            self.folders[above].setdefault(part)
            self.folders.setdefault(here, {})
            self.files.setdefault(here, {})
            above = here
        return True

    def member(self, path: str) -> int | None:
        """The number of a member."""
        folder, _, name = path.rpartition("/")
        return self.files.get(folder, {}).get(name)

    def size(self, number: int) -> int:
        """The bytes of a member as the archive tells them; ``read`` gives no more."""
        return self._sizes[number]

    def read(self, number: int, name: str, limit: int = READ_LIMIT) -> bytes:
        """The bytes of a member, checked. Raises UnsafeFileError or DamagedFileError; ``name`` is for messages."""
        size, packed = self._sizes[number], self._packed[number]
        where = f"{shown(name)} in {shown(self.path.name)}"
        if size > limit or packed > limit + _RATIO_FREE:
            raise UnsafeFileError(f"{where} has {size:,} bytes, more than the limit of {limit:,}; it is not opened")
        if size > _RATIO_FREE and size > RATIO_LIMIT * packed:
            raise UnsafeFileError(f"{where} would grow {size // max(1, packed):,} times; it is not opened")
        if self._methods[number] not in (_STORED, _DEFLATED):
            raise DamagedFileError(
                f"{where} is packed by method {self._methods[number]}; unpack the archive to read it"
            )
        try:
            data = self._packed_bytes(number)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise DamagedFileError(f"{where} cannot be read: {error.strerror}; the disk may be failing") from None
        if data is None:
            raise DamagedFileError(
                f"{where} cannot be read: the archive was changed since it was opened; open it again"
            )
        if self._methods[number] == _DEFLATED:
            unpacking = zlib.decompressobj(-zlib.MAX_WBITS)
            try:
                data = unpacking.decompress(data, size + 1)
            except zlib.error as error:
                raise DamagedFileError(f"{where} is damaged ({error}); fetch the archive again") from None
        if len(data) != size or zlib.crc32(data) != self._checks[number]:
            raise DamagedFileError(f"{where} is damaged: its checksum is wrong; fetch the archive again")
        return data

    def _packed_bytes(self, number: int) -> bytes | None:
        """A member as it is stored; None when the archive is another one by now."""
        handle = os.open(self.path, _FLAGS)
        try:
            status = os.fstat(handle)
            if (status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns) != self.stamp:
                return None
            start = self._offsets[number] + self._shift
            if not 0 <= start < status.st_size:
                return b""
            # The name and the extra field differ from those in the directory by a few bytes at most: one read usually.
            data = _read_at(handle, start, _LOCAL.size + self._packed[number] + 512)
            if len(data) < _LOCAL.size or not data.startswith(b"PK\x03\x04"):
                return b""
            *_, name_length, extra_length = _LOCAL.unpack_from(data)
            begin = _LOCAL.size + name_length + extra_length
            end = begin + self._packed[number]
            return data[begin:end] if end <= len(data) else _read_at(handle, start + begin, end - begin)
        finally:
            os.close(handle)


def _entries(directory: bytes, count: int) -> Iterator[tuple[bytes, int, int, int, int, int, int, int]]:
    """Name, flags, method, checksum, packed size, size, offset and file type of each entry."""
    at, taken, end = 0, 0, len(directory)
    while at + _ENTRY.size <= end:
        (signature, made_by, _, flags, method, _, _, check, packed, size, name_length, extra_length, comment_length,
         _, _, attributes, offset) = _ENTRY.unpack_from(directory, at)  # fmt: skip
        if signature != b"PK\x01\x02":
            break
        start = at + _ENTRY.size
        name = directory[start : start + name_length]
        if 0xFFFFFFFF in (packed, size, offset):
            extra = directory[start + name_length : start + name_length + extra_length]
            size, packed, offset = _wide(extra, size, packed, offset)
        kind = (attributes >> 16) & 0o170000 if made_by >> 8 == 3 else 0
        yield name, flags, method, check, packed, size, offset, kind
        at = start + name_length + extra_length + comment_length
        taken += 1
    # Archives with more than 65,535 members whose writer knew no zip64 keep the count modulo 65,536.
    if at != end or (taken - count) % 0x10000:
        raise DamagedFileError(f"its table of contents is damaged after {taken:,} entries; fetch it again")


def _wide(extra: bytes, size: int, packed: int, offset: int) -> tuple[int, int, int]:
    """The 64-bit values of what did not fit in 32."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        if kind == 1:
            block = extra[at + 4 : at + 4 + length]
            values = iter(struct.unpack(f"<{len(block) // 8}Q", block[: len(block) // 8 * 8]))
            try:
                size = next(values) if size == 0xFFFFFFFF else size
                packed = next(values) if packed == 0xFFFFFFFF else packed
                offset = next(values) if offset == 0xFFFFFFFF else offset
            except StopIteration:
                raise DamagedFileError("its table of contents is damaged; fetch it again") from None
            return size, packed, offset
        at += 4 + length
    return size, packed, offset


def _directory(handle: int, length: int) -> tuple[bytes, int, int]:
    """The bytes of the table of contents, the number of its entries, and how far all offsets are shifted."""
    tail_at = max(0, length - 0xFFFF - _END.size)
    tail = _read_at(handle, tail_at, length - tail_at)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + _END.size > len(tail):
        raise DamagedFileError(
            "it is no zip archive, or was cut short: its table of contents is missing; fetch it again"
        )
    _, disk, _, _, count, size, offset, _ = _END.unpack_from(tail, at)
    if disk not in (0, 0xFFFF):
        raise DamagedFileError("it is a part of a split archive; join the parts")
    stop = tail_at + at
    locator = at - _LOCATOR.size
    if locator >= 0 and tail.startswith(b"PK\x06\x07", locator):
        # Directly before its locator, unless it was given an extension; where the locator says, unless the archive
        # was put behind a program.
        _, _, wide_at, _ = _LOCATOR.unpack_from(tail, locator)
        for at in (tail_at + locator - _END_64.size, wide_at):
            block = _read_at(handle, at, _END_64.size) if 0 <= at < length else b""
            if len(block) == _END_64.size and block.startswith(b"PK\x06\x06"):
                *_, count, size, offset = _END_64.unpack(block)
                stop = at
                break
    if size > DIRECTORY_LIMIT or count > MEMBER_LIMIT or size > stop:
        raise UnsafeFileError(f"its table of contents has {count:,} entries in {size:,} bytes; it is not opened")
    start = stop - size
    directory = _read_at(handle, start, size)
    if len(directory) != size:
        raise DamagedFileError("it is cut short inside its table of contents; fetch it again")
    return directory, count, start - offset


def _read_at(handle: int, start: int, count: int) -> bytes:
    os.lseek(handle, start, os.SEEK_SET)
    pieces, missing = [], count
    while missing > 0 and (data := os.read(handle, missing)):
        pieces.append(data)
        missing -= len(data)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)

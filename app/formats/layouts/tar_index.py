"""What lies where in a tar file, without unpacking it: names and places of its regular files.

Python's own reader takes 40 µs for a member, and a dataset in shards has half a million of them. Headers are read one
by one here, and checked: what could leave the dataset, is no regular file or does not end within the tar is left out
and named.
"""

from __future__ import annotations

import io
import re
import struct
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from app.formats.files import shown
from app.formats.layouts.shard_files import ShardFile
from app.formats.listing import counted

MEMBER_LIMIT = 4_000_000
_BLOCK = tarfile.BLOCKSIZE
_EXTENSION_LIMIT = 1 << 20
"""Bytes of a header that only tells the name of the next member."""
_AHEAD = 1 << 16
_REGULAR = frozenset(b"0\x007")
_ADLER = 65521
_PLAIN = struct.Struct("100s24x11sx12x8s1s100x8s80x1s")
_PLAIN_NAME = re.compile(rb"[A-Za-z0-9_%-][A-Za-z0-9_.%-]*")


@dataclass(slots=True)
class TarProblems:
    """What of some tars is not read: names of members by why, and tars by what is wrong with them."""

    members: dict[str, list[str]] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)

    def leave_out(self, why: str, name: str) -> None:
        """Note one member."""
        self.members.setdefault(why, []).append(name)

    def sentences(self) -> list[str]:
        """One for each kind of trouble."""
        return [*self.told, *(f"members that {why}: {counted(names)}" for why, names in self.members.items())]


def members_of(shard: ShardFile, problems: TarProblems) -> Iterator[tuple[str, int, int]]:
    """Name, offset and size of each regular file, in order. Raises FaceDataError, FileNotFoundError."""
    with shard.opened() as file:
        blocks = _Blocks(file, shard.size)
        at = 0
        name: str | None = None
        size: int | None = None
        for _ in range(MEMBER_LIMIT):
            header = blocks.at(at)
            if len(header) < _BLOCK or not header[0]:
                break
            if name is None and size is None and (plain := _plain(header)) is not None:
                own, whole = plain
                start = at + _BLOCK
                if start + whole <= shard.size:
                    yield own, start, whole
                    at = start + _padded(whole)
                    continue
            kind, length = header[156], _number(header[124:136])
            if not _is_whole(header) or length is None:
                problems.told.append(f"{shard.name}: no tar header at byte {at:,}; it is damaged from there on")
                return
            if kind in b"xL" and length <= _EXTENSION_LIMIT:
                text = blocks.piece(at + _BLOCK, length)
                if kind == ord("L"):
                    name = text.rstrip(b"\0").decode("utf-8", "surrogateescape")
                else:
                    name, size = _pax(text, name, size)
                at += _BLOCK + _padded(length)
                continue
            own = name if name is not None else _name(header)
            length = length if size is None or kind not in _REGULAR else size
            name = size = None
            start = at + _BLOCK
            if kind in _REGULAR and start + length > shard.size:
                problems.told.append(f"{shard.name} is cut: {shown(own)} ends beyond it; get it again")
                return
            if why := _refusal(own, kind):
                problems.leave_out(why, own)
            elif kind in _REGULAR and not own.endswith("/"):
                yield own.removeprefix("./"), start, length
            # Links and folders have no content whatever their size says.
            at = start + (_padded(length) if kind not in b"123456" else 0)
        else:
            problems.told.append(f"{shard.name} has more than {MEMBER_LIMIT:,} members; the others are not read")
        if at >= shard.size:
            problems.told.append(f"{shard.name} has no end mark; it may be cut, get it again")


class _Blocks:
    """Blocks of a file that is read from front to back, some of them ahead."""

    def __init__(self, file: io.FileIO, size: int) -> None:
        self._file = file
        self._size = size
        self._start = 0
        self._ahead = b""

    def at(self, offset: int) -> bytes:
        """The block there, or less at the end of the file."""
        place = offset - self._start
        if not 0 <= place <= len(self._ahead) - _BLOCK:
            # Little is read ahead of a large member, and a lot where members are small.
            if offset >= self._size:
                return b""
            near = 0 <= place < 4 * _AHEAD
            self._file.seek(offset)
            self._ahead = self._file.read(_AHEAD if near else _BLOCK)
            self._start, place = offset, 0
        return self._ahead[place : place + _BLOCK]

    def piece(self, offset: int, count: int) -> bytes:
        """Bytes from anywhere."""
        self._file.seek(offset)
        return self._file.read(count)


def _plain(header: bytes) -> tuple[str, int] | None:
    """Name and size of a file in the root of the archive with a name of no surprises, as nearly all are in shards; None
    for any other header. Does in a third of the time what the functions below do."""
    name, size, told, kind, magic, prefix = _PLAIN.unpack_from(header)
    name = name.rstrip(b"\0")
    if kind != b"0" or magic != b"ustar\x0000" or prefix != b"\0" or not _PLAIN_NAME.fullmatch(name):
        return None
    try:
        expected = int(told[:6], 8) - 8 * 32 + sum(told)
        length = int(size, 8)
    except ValueError:
        return None
    is_whole = (zlib.adler32(header) & 0xFFFF) == (1 + expected) % _ADLER
    return (name.decode(), length) if is_whole and length >= 0 else None


def _is_whole(header: bytes) -> bool:
    """Whether the header's checksum is right; the sum of all bytes is taken from a checksum that C code computes."""
    told = _number(header[148:156])
    if told is None:
        return False
    expected = told - 8 * 32 + sum(header[148:156])
    return (zlib.adler32(header) & 0xFFFF) == (1 + expected) % _ADLER


def _number(raw: bytes) -> int | None:
    """A number of a header: octal digits, or bytes where the first bit is set. None where it is neither."""
    if raw[0] in (0x80, 0xFF):
        number = int.from_bytes(raw[1:], "big")
        return number if raw[0] == 0x80 else None
    digits = raw.strip(b"\0 ") or b"0"
    try:
        return int(digits, 8) if digits.isdigit() else None
    except ValueError:
        return None


def _name(header: bytes) -> str:
    name = header[:100].partition(b"\0")[0]
    prefix = header[345:500].partition(b"\0")[0] if header[257:263] == b"ustar\0" else b""
    return (prefix + b"/" + name if prefix else name).decode("utf-8", "surrogateescape")


def _pax(text: bytes, name: str | None, size: int | None) -> tuple[str | None, int | None]:
    """The ``path`` and ``size`` of a pax header; other keywords do not matter here."""
    at = 0
    while at < len(text):
        digits, blank, _ = text[at : at + 20].partition(b" ")
        if not blank or not digits.isdigit() or not len(digits) < int(digits) <= len(text) - at:
            break
        keyword, _, value = text[at + len(digits) + 1 : at + int(digits) - 1].partition(b"=")
        if keyword == b"path":
            name = value.decode("utf-8", "surrogateescape")
        elif keyword == b"size" and value.isdigit() and len(value) < 20:
            size = int(value)
        at += int(digits)
    return name, size


def _padded(size: int) -> int:
    return -(-size // _BLOCK) * _BLOCK


def _refusal(name: str, kind: int) -> str | None:
    """Why a member is not read."""
    if kind in b"12":
        return "are links, not followed"
    if kind in b"346":
        return "are devices or pipes, not read"
    if name.startswith("/") or "\\" in name or (len(name) > 1 and name[1] == ":"):
        return "have absolute or Windows paths, not read"
    if ".." in name.split("/"):
        return "lead out of the archive, not read"
    if len(name) > 1000 or "\0" in name:
        return "have names that no file could have, not read"
    return None

"""TFRecord files and the examples in them, without TensorFlow.

A record is its length, a checksum of that, its bytes and a checksum of those. An example is a protocol buffer of three
nested messages, a map from names to lists of bytes; of what else a map may hold nothing is needed here.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping

from app.faces.errors import DamagedFileError
from app.formats.crc32c import masked_crc32c
from app.formats.files import READ_LIMIT

HEAD = 12
FOOT = 4
RECORD_LIMIT = READ_LIMIT
_LENGTH = struct.Struct("<Q")
_SUM = struct.Struct("<I")
_NAME_LIMIT = 1000
_FIELD_LIMIT = 10_000
_VARINT_BYTES = 10

Piece = Callable[[int, int], bytes]
"""``piece(offset, count)``: at most so many bytes from there, fewer at the end."""


def record(data: bytes) -> bytes:
    """The bytes as a record."""
    length = _LENGTH.pack(len(data))
    return b"".join((length, _SUM.pack(masked_crc32c(length)), data, _SUM.pack(masked_crc32c(data))))


def record_length(head: bytes) -> int:
    """How many bytes follow the head of a record. Raises DamagedFileError where its checksum is wrong."""
    if len(head) < HEAD or _SUM.unpack_from(head, 8)[0] != masked_crc32c(head[:8]):
        raise DamagedFileError("its length and the checksum of that do not agree")
    length: int = _LENGTH.unpack_from(head)[0]
    if length > RECORD_LIMIT:
        raise DamagedFileError(f"it says that it has {length:,} bytes, more than the limit of {RECORD_LIMIT:,}")
    return length


def checked_record(data: bytes) -> bytes:
    """The bytes of a record without its four last, which are their checksum. Raises DamagedFileError."""
    content, told = data[:-FOOT], data[-FOOT:]
    if len(told) < FOOT or _SUM.unpack(told)[0] != masked_crc32c(content):
        raise DamagedFileError("its checksum is wrong: the file was damaged on its way, get it again")
    return content


def example(features: Mapping[str, bytes]) -> bytes:
    """An example with one value of bytes under each name."""
    entries = b"".join(
        _field(1, _field(1, name.encode()) + _field(2, _field(1, _field(1, value))))
        for name, value in sorted(features.items())
    )
    return _field(1, entries)


def places(piece: Piece, start: int, end: int) -> dict[str, tuple[int, int]]:
    """Where the first value of bytes of each feature of an example lies: offset and length by name.

    Only tags and names are read, so that an example with a large picture costs no more than a small one. Raises
    DamagedFileError.
    """
    found: dict[str, tuple[int, int]] = {}
    for number, at, stop in _fields(piece, start, end):
        if number != 1:
            continue
        for _, entry, entry_end in _fields(piece, at, stop):
            name, value = "", None
            for part, inner, inner_end in _fields(piece, entry, entry_end):
                if part == 1:
                    if inner_end - inner > _NAME_LIMIT:
                        raise DamagedFileError("a feature has a name that is none")
                    name = piece(inner, inner_end - inner).decode("utf-8", "replace")
                elif part == 2:
                    value = _first_bytes(piece, inner, inner_end)
            if value is not None:
                found[name] = value
    return found


def _first_bytes(piece: Piece, start: int, end: int) -> tuple[int, int] | None:
    """The first value of a feature's list of bytes."""
    for kind, at, stop in _fields(piece, start, end):
        if kind == 1:
            return next(((inner, last - inner) for one, inner, last in _fields(piece, at, stop) if one == 1), None)
    return None


def _field(number: int, data: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _fields(piece: Piece, at: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Number, start and end of each field with a length; others are passed over."""
    for _ in range(_FIELD_LIMIT):
        if at >= end:
            return
        head = piece(at, min(2 * _VARINT_BYTES, end - at))
        tag, used = _read_varint(head, 0)
        match tag & 7:
            case 0:
                _, used = _read_varint(head, used)
                at += used
            case 1:
                at += used + 8
            case 5:
                at += used + 4
            case 2:
                length, used = _read_varint(head, used)
                start = at + used
                at = start + length
                if at > end:
                    raise DamagedFileError("a field reaches beyond its record")
                yield tag >> 3, start, at
            case _:
                raise DamagedFileError("it is no example of TensorFlow's")
    raise DamagedFileError(f"it has more than {_FIELD_LIMIT:,} fields")


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(_VARINT_BYTES):
        if at + shift >= len(data):
            break
        byte = data[at + shift]
        value |= (byte & 0x7F) << (7 * shift)
        if byte < 0x80:
            return value, at + shift + 1
    raise DamagedFileError("it is no example of TensorFlow's")

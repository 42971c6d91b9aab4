"""Split files: pickled lists of ids, read without ever running a pickle.

``train/filenames.pickle`` and ``test/filenames.pickle`` are lists of strings, but a pickle is a program. Its opcodes
are walked first and anything that could name, call or build an object is refused by name; only then an unpickler that
knows no classes at all makes the list.
"""

from __future__ import annotations

import io
import pickle
import pickletools
from typing import Any, NoReturn

from app.faces.errors import DamagedFileError, UnsafeFileError

SIZE_LIMIT = 8 * 1024 * 1024
"""Bytes; a split of 30,000 ids has 430 KB."""
CONTAINER_LIMIT = 100

_ALLOWED = frozenset(
    "PROTO FRAME STOP MARK EMPTY_LIST LIST APPEND APPENDS EMPTY_TUPLE TUPLE TUPLE1 TUPLE2 TUPLE3"
    " UNICODE BINUNICODE SHORT_BINUNICODE BINUNICODE8 STRING BINSTRING SHORT_BINSTRING BINBYTES SHORT_BINBYTES"
    " INT BININT BININT1 BININT2 LONG1 PUT BINPUT LONG_BINPUT MEMOIZE GET BINGET LONG_BINGET".split()
)
_CONTAINERS = frozenset("EMPTY_LIST LIST EMPTY_TUPLE TUPLE TUPLE1 TUPLE2 TUPLE3".split())


class _NoClasses(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> NoReturn:
        raise UnsafeFileError(f"it asks for {module}.{name}")

    def persistent_load(self, pid: Any) -> NoReturn:
        raise UnsafeFileError(f"it asks for the outside object {pid!r:.80}")


def read_ids(data: bytes) -> list[str]:
    """The entries of a pickled list, numbers as text; Python 2 files included.

    Raises UnsafeFileError when the pickle wants more than lists, strings and numbers, DamagedFileError when it is torn
    or no list. Nothing in it is ever run.
    """
    _refuse_programs(data)
    try:
        value = _NoClasses(io.BytesIO(data), encoding="ascii").load()
    except (pickle.UnpicklingError, EOFError, ValueError, IndexError, KeyError, UnicodeError, OverflowError) as error:
        raise DamagedFileError(f"it is no readable pickle ({error})") from None
    except (AttributeError, TypeError, MemoryError) as error:
        raise DamagedFileError(f"it is no well-formed pickle ({type(error).__name__})") from None
    if not isinstance(value, list | tuple):
        raise DamagedFileError(f"it holds a {type(value).__name__}, not a list of ids")
    return [_as_text(entry) for entry in value]


def _refuse_programs(data: bytes) -> None:
    if len(data) > SIZE_LIMIT:
        raise UnsafeFileError(f"it has more than {SIZE_LIMIT // 2**20} MB")
    containers = 0
    try:
        for opcode, argument, _ in pickletools.genops(data):
            name = opcode.name
            if name not in _ALLOWED:
                raise UnsafeFileError(f"it wants to run {name}{_what(argument)}; save it again as a plain list of ids")
            if name in _CONTAINERS:
                containers += 1
                if containers > CONTAINER_LIMIT:
                    raise UnsafeFileError(f"it makes more than {CONTAINER_LIMIT} lists; one list of ids is read")
            elif name in ("PUT", "BINPUT", "LONG_BINPUT") and argument is not None and argument > len(data):
                # The unpickler allocates a table up to the highest index.
                raise UnsafeFileError("it asks for a memory table larger than itself")
    except UnsafeFileError:
        raise
    except Exception as error:  # pickletools raises whatever its readers meet in torn data
        raise DamagedFileError(f"it is no readable pickle ({error})") from None


def _what(argument: object) -> str:
    return f" {argument[:80]!r}" if isinstance(argument, str) and argument else ""


def _as_text(entry: object) -> str:
    if isinstance(entry, bytes):
        try:
            return entry.decode("ascii")
        except UnicodeDecodeError:
            raise DamagedFileError("one of its entries is not text") from None
    if isinstance(entry, str) or (isinstance(entry, int) and not isinstance(entry, bool)):
        return str(entry)
    raise DamagedFileError(f"one of its entries is a {type(entry).__name__}, not an id")

"""Whether files are still the ones that were read: their names, sizes and times, hashed.

Enough for looking and for caches, never for saving: a save compares the bytes themselves.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterable
from pathlib import Path

_YOUNG_NS = 20_000_000
"""A file changed this recently may be changed again within the same tick of the file system's clock."""


def stamp_of(root: Path | str, files: Iterable[str]) -> bytes | None:
    """16 bytes that change when one of the files does; ``files`` are relative to the root, in a fixed order.

    No files have a stamp too. None when one of them cannot be looked at: nothing known about it is to be trusted.
    """
    return _stamp(f"{root}{os.sep}", files)[0]


def settled_stamp(root: Path | str, files: Iterable[str]) -> bytes | None:
    """The same, but None as well while a file is so young that a later change might not show in its time."""
    stamp, newest = _stamp(f"{root}{os.sep}", files)
    return stamp if time.time_ns() - newest > _YOUNG_NS else None


def _stamp(prefix: str, files: Iterable[str]) -> tuple[bytes | None, int]:
    parts = []
    newest = 0
    for name in files:
        try:
            # No name: the root is itself the file.
            status = os.stat(prefix + name if name else prefix[:-1])  # noqa: PTH116 - a Path object for each of 370,000 files costs seconds
        except (OSError, ValueError):
            return None, 0
        newest = max(newest, status.st_mtime_ns)
        parts.append(f"{name}\0{status.st_size}\0{status.st_mtime_ns}")
    text = "\0\0".join(parts).encode("utf-8", "surrogateescape")
    return hashlib.blake2b(text, digest_size=16).digest(), newest

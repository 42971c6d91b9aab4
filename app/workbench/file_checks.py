"""Whether files are whole, judged by their two ends: thousands a second, where decoding takes minutes.

A download that broke off leaves pictures without their end marker, an unpacker without room files without a byte, a
clone or a drive something else under the name of the file.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice

from app.faces.errors import FaceDataError
from app.formats.files import DatasetFolder
from app.formats.impostors import HEAD, impostor
from app.jobs import Progress

_TAIL = 1024
"""Some writers pad behind the end marker."""
_JPEG, _PNG = b"\xff\xd8", b"\x89PNG\r\n\x1a\n"
_ENDS = ((_JPEG, b"\xff\xd9"), (_PNG, b"IEND\xaeB`\x82"))
_SUSPECT = 1024
"""Smaller pictures and text files are looked into even when only sizes are asked for."""
_AT_ONCE = 2048
_READERS = 4


@dataclass(frozen=True, slots=True)
class BrokenFile:
    """``kind`` is ``empty``, ``cut``, ``impostor`` or ``unreadable``; ``what`` goes on after the file's name."""

    path: str
    kind: str
    what: str


def broken_files(
    folder: DatasetFolder, paths: Iterable[str], *, both_ends: bool, progress: Progress, total: int
) -> Iterator[BrokenFile]:
    """The files that are not whole. Without ``both_ends`` only empty and very small ones are opened."""
    look = iter(paths)
    done = 0
    with ThreadPoolExecutor(_READERS) as readers:
        while batch := list(islice(look, _AT_ONCE)):
            for broken in readers.map(lambda path: broken_file(folder, path, both_ends=both_ends), batch):
                if broken is not None:
                    yield broken
            done += len(batch)
            progress.report(done, total)


def broken_file(folder: DatasetFolder, path: str, *, both_ends: bool = True) -> BrokenFile | None:
    """What is wrong with a picture or text file, as far as its size and ends tell."""
    try:
        size = os.stat(folder.full(path)).st_size  # noqa: PTH116 - four hundred thousand times
        if size == 0:
            return BrokenFile(path, "empty", "it is empty; unpack or download it again")
        if not both_ends and size > _SUSPECT:
            return None
        head = folder.head(path, HEAD)
        if (what := impostor(head)) is not None:
            return BrokenFile(path, "impostor", what)
        for start, end in _ENDS:
            if head.startswith(start) and end not in (head if size <= len(head) else _tail(folder, path, size)):
                return BrokenFile(path, "cut", f"its end is missing ({size:,} bytes are here); unpack it again")
    except OSError as error:
        return BrokenFile(path, "unreadable", f"it cannot be read: {error.strerror}")
    except FaceDataError as error:
        return BrokenFile(path, "unreadable", str(error))
    return None


def _tail(folder: DatasetFolder, path: str, size: int) -> bytes:
    folder.inside(path)
    with open(folder.full(path), "rb") as file:
        file.seek(max(0, size - _TAIL))
        return file.read(_TAIL)

"""Two windows on one dataset: one saves at a time, and each sample is edited by one.

Both locks are the kernel's and end with the process that holds them, so a dead holder leaves nothing to clean up. The
dataset lock is held for the milliseconds of a save and names its holder. A sample's lock is one byte of the file
``editing``, at an offset made from its id. Where the file system has no locks the hashes of ``saving.py`` are what
remains, and ``unsupported`` says so.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import socket
import struct
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from app.document.work_folder import WorkFolder
from app.faces.errors import DatasetBusyError
from app.faces.sample import SampleId

if sys.platform != "win32":
    import fcntl

_BUSY = {errno.EAGAIN, errno.EACCES}
_FLOCK = struct.Struct("hhqqi4x")
_STARTED = time.time()
# The file lies in a folder that others may have made: a link would let us write into any file of the user's.
_CAREFULLY = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


@contextmanager
def dataset_lock(path: Path, timeout_s: float = 10.0) -> Iterator[bool]:
    """Held alone while inside; yields False where the file system has no locks. Raises DatasetBusyError."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | _CAREFULLY, 0o666)
    try:
        yield _lock_whole(descriptor, timeout_s)
    finally:
        os.close(descriptor)


def _lock_whole(descriptor: int, timeout_s: float) -> bool:
    if sys.platform == "win32":
        return False
    until = time.monotonic() + timeout_s
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in _BUSY:
                return False
            if time.monotonic() > until:
                raise DatasetBusyError(
                    f"the dataset is being saved by {_holder(descriptor)}; wait for it to finish, then save again"
                ) from None
            time.sleep(0.01)
        else:
            who = {"host": socket.gethostname(), "pid": os.getpid(), "started": _STARTED}
            with suppress(OSError):
                os.ftruncate(descriptor, 0)
                os.pwrite(descriptor, json.dumps(who).encode(), 0)
            return True


def _holder(descriptor: int) -> str:
    try:
        who = json.loads(os.pread(descriptor, 1000, 0))
        return f"process {int(who['pid'])} on {str(who['host'])[:64]}"
    except (ValueError, KeyError, TypeError, OSError):
        return "another process"


class SampleLocks:
    """The samples this document edits. Two documents in one process exclude each other as well."""

    def __init__(self, work: WorkFolder) -> None:
        self._work = work
        self._descriptor: int | None = None
        self._held: set[SampleId] = set()
        self.unsupported = sys.platform != "linux"

    def take(self, sample: SampleId) -> None:
        """This document edits the sample, and the work folder exists. Raises DatasetBusyError when another one does.

        Raises ReadOnlyError, SaveError or OSError where there can be no work folder.
        """
        if sample in self._held:
            return
        self._work.prepare()
        if self.unsupported:
            return
        if self._descriptor is None:
            self._descriptor = os.open(self._work.editing, os.O_RDWR | os.O_CREAT | _CAREFULLY, 0o666)
        try:
            fcntl.fcntl(self._descriptor, fcntl.F_OFD_SETLK, _range(fcntl.F_WRLCK, sample))
        except OSError as error:
            if error.errno in _BUSY:
                raise DatasetBusyError(busy_text(sample)) from None
            self.unsupported = True
        else:
            self._held.add(sample)

    def is_taken(self, sample: SampleId) -> bool:
        """Whether another document edits the sample now. Makes no file."""
        if sample in self._held or self.unsupported:
            return False
        if self._descriptor is None:
            try:
                self._descriptor = os.open(self._work.editing, os.O_RDWR | _CAREFULLY)
            except OSError:
                return False
        try:
            found = fcntl.fcntl(self._descriptor, fcntl.F_OFD_GETLK, _range(fcntl.F_WRLCK, sample))
        except OSError:
            return False
        return bool(_FLOCK.unpack(found)[0] != fcntl.F_UNLCK)

    def release(self, sample: SampleId) -> None:
        """Others may edit the sample."""
        if sample in self._held and self._descriptor is not None:
            self._held.discard(sample)
            fcntl.fcntl(self._descriptor, fcntl.F_OFD_SETLK, _range(fcntl.F_UNLCK, sample))

    def close(self) -> None:
        """All are released."""
        if self._descriptor is not None:
            os.close(self._descriptor)
        self._descriptor = None
        self._held.clear()


def busy_text(sample: SampleId) -> str:
    """Why a sample is not editable here while another document edits it."""
    return f"sample {sample} is being edited in another window; close it there, then edit it here"


def _range(kind: int, sample: SampleId) -> bytes:
    offset = int.from_bytes(hashlib.sha256(sample.encode("utf-8", "surrogatepass")).digest()[:5], "big")
    return _FLOCK.pack(kind, os.SEEK_SET, offset, 1, 0)

"""The few file-system operations that saving is built from, each as careful as the next crash demands.

Everything that changes a disk goes through here, so that tests can let any single operation fail or the machine stop
before it. Written for Linux; on other systems the exchange of two files falls back to a plain replace.
"""

# ruff: noqa: PTH102, PTH104, PTH105, PTH106, PTH108 - `os` is the one seam where tests let operations fail

from __future__ import annotations

import ctypes
import errno
import hashlib
import os
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from app.faces.errors import UnsafeFileError

P = ParamSpec("P")
T = TypeVar("T")
MAX_FILE_BYTES = 256_000_000

_RENAME_NOREPLACE, _RENAME_EXCHANGE = 1, 2
_AT_FDCWD = -100
_UNSUPPORTED = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP}

# Read once, at import on the main thread: asking for the umask means setting it for a moment.
_UMASK = os.umask(0o022)
os.umask(_UMASK)
NEW_FILE_MODE = 0o666 & ~_UMASK


def digest_of(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def _naming_its_file(operation: Callable[Concatenate[Path, P], T]) -> Callable[Concatenate[Path, P], T]:
    """What the system says of a file that is open names no file; what the user is told has to."""

    @wraps(operation)
    def named(path: Path, /, *arguments: P.args, **keywords: P.kwargs) -> T:
        try:
            return operation(path, *arguments, **keywords)
        except OSError as error:
            if error.filename is None:
                error.filename = str(path)
            raise

    return named


def read_file(path: Path, limit: int = MAX_FILE_BYTES) -> bytes | None:
    """A regular file's bytes; None when there is no such file. Raises UnsafeFileError for devices and giants."""
    data = read_with_mode(path, limit)
    return None if data is None else data[0]


def read_with_mode(path: Path, limit: int = MAX_FILE_BYTES) -> tuple[bytes, int] | None:
    """Like ``read_file``, with the permission bits."""
    try:
        # O_NONBLOCK: opening a fifo would otherwise wait for ever.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    except (FileNotFoundError, NotADirectoryError):
        return None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise UnsafeFileError(f"{path.name} is not a regular file; it is left alone")
        if status.st_size > limit:
            raise UnsafeFileError(f"{path.name} has {status.st_size:,} bytes, more than the {limit:,} read at once")
        pieces = []
        while piece := os.read(descriptor, max(status.st_size + 1, 65_536)):
            pieces.append(piece)
            status = os.fstat(descriptor)
            if status.st_size > limit:
                raise UnsafeFileError(f"{path.name} grows while it is read; it is left alone")
        return b"".join(pieces), stat.S_IMODE(status.st_mode)
    finally:
        os.close(descriptor)


@_naming_its_file
def write_new(path: Path, data: bytes, mode: int = NEW_FILE_MODE) -> None:
    """A file that was not there holds ``data`` on the medium, proven by reading it back. Raises OSError.

    After a failed fsync the file is gone and must not be retried: Linux drops the dirty pages' error with it.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags, 0o600)
    try:
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
            if hasattr(os, "fchmod"):
                with suppress(PermissionError):  # vfat has no modes
                    os.fchmod(descriptor, mode)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if read_file(path) != data:
            raise OSError(errno.EIO, "what was read back is not what was written", str(path))
    except OSError:
        with suppress(OSError):
            os.unlink(path)
        raise


@_naming_its_file
def append(path: Path, data: bytes) -> None:
    """``data`` stands at the end of the file, on the medium, on lines of its own; a link is not followed.

    The caller keeps others from appending meanwhile. Raises OSError, and then the file is as it was if the disk can.
    """
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    flags |= getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(path, flags, NEW_FILE_MODE)
    try:
        size = os.fstat(descriptor).st_size
        if size:
            os.lseek(descriptor, size - 1, os.SEEK_SET)
            if os.read(descriptor, 1) != b"\n":
                data = b"\n" + data  # the line before was torn by a crash
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[os.write(descriptor, rest) :]
            os.fsync(descriptor)
        except OSError:
            with suppress(OSError):
                os.ftruncate(descriptor, size)
            raise
    finally:
        os.close(descriptor)


@_naming_its_file
def sync_folder(path: Path) -> None:
    """The folder's names are on the medium. File systems that cannot sync a folder are tolerated."""
    if sys.platform == "win32":
        return
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _UNSUPPORTED:
            raise
    finally:
        os.close(descriptor)


def make_folders(path: Path) -> list[Path]:
    """The folder exists; returns those that were made, outermost first. Raises OSError, and then none was made."""
    missing: list[Path] = []
    while not path.is_dir():
        missing.append(path)
        path = path.parent
    made: list[Path] = []
    try:
        for folder in reversed(missing):
            os.mkdir(folder)
            made.append(folder)
            sync_folder(folder.parent)
    except OSError:
        for folder in reversed(made):
            remove_folder(folder)
        raise
    return made


def remove(path: Path) -> None:
    """The file is gone; it may be gone already."""
    try:
        os.unlink(path)
    except OSError:
        # A read-only disk refuses before it looks whether there is anything to remove.
        if os.path.lexists(path):
            raise


def remove_folder(path: Path) -> None:
    """An empty folder is gone; one that is not empty stays."""
    with suppress(OSError):
        os.rmdir(path)


def move(source: Path, target: Path) -> None:
    """Rename on one file system, replacing ``target``."""
    os.replace(source, target)


def move_to_new(source: Path, target: Path) -> None:
    """Rename, only when ``target`` does not exist. Raises FileExistsError when somebody was faster."""
    if _renameat2(source, target, _RENAME_NOREPLACE):
        return
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in _UNSUPPORTED | {errno.EPERM}:
            raise
        # vfat has neither: look, then rename.
        if target.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from None
        os.rename(source, target)
    else:
        # The file has its new name: a second one that cannot be removed is no failure to give it that.
        with suppress(OSError):
            os.unlink(source)


def exchange(one: Path, other: Path) -> bool:
    """The two files swap names in one step. False where the file system cannot; then nothing happened."""
    return _renameat2(one, other, _RENAME_EXCHANGE)


def free_bytes(path: Path) -> int:
    """What may still be written on the file system of ``path``."""
    if not hasattr(os, "statvfs"):
        return sys.maxsize
    status = os.statvfs(path)
    return status.f_bavail * status.f_frsize


def _find_renameat2() -> ctypes._NamedFuncPointer | None:
    if not sys.platform.startswith("linux"):
        return None
    try:
        return ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return None


_libc_renameat2 = _find_renameat2()


def _renameat2(source: Path, target: Path, flags: int) -> bool:
    if _libc_renameat2 is None:
        return False
    names = os.fsencode(source), os.fsencode(target)
    if _libc_renameat2(_AT_FDCWD, ctypes.c_char_p(names[0]), _AT_FDCWD, ctypes.c_char_p(names[1]), flags) == 0:
        return True
    code = ctypes.get_errno()
    if code in _UNSUPPORTED:
        return False
    raise OSError(code, os.strerror(code), str(source), None, str(target))

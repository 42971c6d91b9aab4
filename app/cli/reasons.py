"""Why a command could not be done, as one line for a person: what, where, what now. Every command's file arguments and
places come by here."""

from __future__ import annotations

import errno
from pathlib import Path

_IN_WORDS = {
    errno.EISDIR: "{file} is a folder; name a file",
    errno.ENOTDIR: "{file}: a part of that path is a file, not a folder; check the name",
    errno.EEXIST: "{file} is there already; name another",
    errno.EACCES: "{file}: you have no right to that; ask for it, or name another place",
    errno.EPERM: "{file}: you have no right to that; ask for it, or name another place",
    errno.EROFS: "{file} is on a disk that cannot be written; name another place",
    errno.ENOSPC: "{file}: the disk is full; make room, or name another place",
    errno.EDQUOT: "{file}: your share of the disk is full; make room, or name another place",
    errno.ENAMETOOLONG: "{file}: the name is too long; choose a shorter one",
    errno.ELOOP: "{file}: links that lead in a circle; name the file itself",
    errno.EIO: "{file}: the disk fails; copy what is on it, and name another place",
    errno.EMFILE: "{file}: too many files are open; close other programs and try again",
}


def reason(error: Exception) -> str:
    """One line for a person: what, where, what now."""
    from app.faces.errors import FaceDataError

    if isinstance(error, FaceDataError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return _of_file(error)
    if isinstance(error, ImportError) and "shared object" in str(error):
        return f"Qt needs a system library that is not here ({error}); the README lists the packages of Debian"
    return f"this should not have happened: {type(error).__name__}: {error} (--debug shows where)"


def _of_file(error: OSError) -> str:
    if not error.filename:
        words = _IN_WORDS.get(error.errno or 0)
        return words.removeprefix("{file}").lstrip(": ") if words else f"{error.strerror}"
    if error.errno == errno.ENOENT:
        folder = Path(str(error.filename)).parent
        if not folder.is_dir():
            return f"{error.filename}: there is no folder {folder}; check the name, or make it"
        return f"{error.filename} is not there; check the name"
    return _IN_WORDS.get(error.errno or 0, "{file}: {why}").format(file=error.filename, why=error.strerror)

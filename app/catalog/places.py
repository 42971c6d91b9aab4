"""Where what is known about a dataset is kept, so that it need not be found out again: the user's cache folder.

Nothing here is the user's work and all of it may be deleted at any time. The folder of a dataset is named by the
root's real path, device and inode: a dataset that was moved is looked at anew, another one in the same place is not
taken for it. Where the cache folder cannot be written, a temporary folder stands in until the program ends.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from app.paths import cache_folder

_FALLBACKS: dict[str, Path] = {}
"""Temporary folders of this process by key: one dataset has one, however often it is opened."""


@dataclass(frozen=True, slots=True)
class CatalogPlaces:
    """The files of one dataset in the cache. ``notice`` says so where they are only kept until the program ends."""

    folder: Path
    notice: str | None = None

    @classmethod
    def of(cls, root: Path) -> CatalogPlaces:
        """The places of the dataset in ``root``, whose folder exists now (mode 0700)."""
        key = key_of(root)
        folder = cache_folder() / "datasets" / key
        why = _made_writable(folder)
        if why is None:
            return cls(folder)
        if key not in _FALLBACKS:
            _FALLBACKS[key] = Path(tempfile.mkdtemp(prefix="facewright-cache-"))
            atexit.register(shutil.rmtree, _FALLBACKS[key], ignore_errors=True)
        notice = (
            f"the cache folder {folder} cannot be written ({why}): the search index and thumbnails are made anew each"
            " time; make it writable to keep them"
        )
        return cls(_FALLBACKS[key], notice)

    @property
    def catalog(self) -> Path:
        """The catalog's database."""
        return self.folder / "catalog.sqlite"

    @property
    def masks(self) -> Path:
        """Decoded masks."""
        return self.folder / "masks.sqlite"

    @property
    def thumbnails(self) -> Path:
        """Thumbnails."""
        return self.folder / "thumbnails.sqlite"


def key_of(root: Path) -> str:
    """24 hex digits that stand for the folder ``root``: its real path, device and inode."""
    real = root.resolve()
    status = real.stat()
    return hashlib.sha256(f"{real}\0{status.st_dev}\0{status.st_ino}".encode("utf-8", "surrogatepass")).hexdigest()[:24]


def _made_writable(folder: Path) -> str | None:
    """Make the folder; why it cannot be written, or None."""
    try:
        folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        # Asking the permissions is not enough: a full or read-only disk says no only when something is made.
        descriptor, probe = tempfile.mkstemp(dir=folder, prefix=".probe-")
        os.close(descriptor)
        Path(probe).unlink()
    except OSError as error:
        return error.strerror or str(error)
    return None

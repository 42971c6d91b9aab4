"""What a scan looked at, and whether it still is as it was: what makes the names of yesterday good for today.

A folder's times change whenever a name in it appears, goes or changes. They are taken before its names are read, so
that a change in between is seen as one. Two changes within one tick of a disk's clock (two seconds on FAT) leave the
same time: a folder that was changed just before it was looked at is not vouched for.
"""

from __future__ import annotations

import time
from collections.abc import Mapping

from app.formats.files import DatasetFolder, Stamp

TICK_NS = 3_000_000_000


class Looked:
    """Stamps of the folders and files that a scan depends on, by path relative to the root; None: nothing is there.

    ``links`` lead to no folder: one that does later leaves no trace in the folder it lies in.
    """

    def __init__(self, folder: DatasetFolder) -> None:
        self._folder = folder
        self._began_ns = time.time_ns()
        self.folders: dict[str, Stamp | None] = {}
        self.files: dict[str, Stamp | None] = {}
        self.links: set[str] = set()

    def note_folder(self, path: str) -> None:
        """The names of a folder are about to be read."""
        if path not in self.folders:
            self.folders[path] = self._folder.stamp(path)

    def note_file(self, path: str) -> None:
        """A file's content is about to be read."""
        if path not in self.files:
            self.files[path] = self._folder.stamp(path)

    @property
    def is_settled(self) -> bool:
        """Whether nothing was changed so shortly before the scan that a later change could look the same."""
        stamps = (*self.folders.values(), *self.files.values())
        return all(stamp is None or max(stamp[2:]) + TICK_NS < self._began_ns for stamp in stamps)


def is_unchanged(folder: DatasetFolder, stamps: Mapping[str, Stamp | None]) -> bool:
    """Whether everything that was looked at is as it was."""
    return all(folder.stamp(path) == stamp for path, stamp in stamps.items())

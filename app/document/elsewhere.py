"""Unsaved edits in another folder, when the dataset itself cannot take them: an overlay to be copied over it later.

The files are those that a save would write, under the same relative paths; files that a save would delete are named in
a list. What is compared with is the disk of now, so that dataset and overlay together hold the edits, also after a
conflict. The dataset is only read, and nothing in the chosen folder is ever replaced.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from app.document import disk
from app.document.journal import checked_path
from app.document.loading import load_sample
from app.document.opened import OpenSample, Snapshot
from app.faces.errors import ConflictError, FaceDataError, InvalidEditError, ReadOnlyError, SaveError
from app.faces.sample import SampleId
from app.faces.store import SampleStore, ValueChange

DELETIONS = "files-to-delete.txt"
"""In the overlay: the dataset's files that the edits do away with, one path a line."""


@dataclass(slots=True)
class Elsewhere:
    """What lies in the chosen folder; ``skipped`` says of a sample why its edits do not."""

    written: list[str] = field(default_factory=list)
    deletions: list[str] = field(default_factory=list)
    skipped: dict[SampleId, str] = field(default_factory=dict)


class Overlay:
    """Gathers samples one by one (their files are small, their masks are not), then writes all of them or none."""

    def __init__(self, store: SampleStore, folder: Path) -> None:
        """Raises InvalidEditError when the folder is no folder or lies in the dataset."""
        self._store = store
        self._folder = Path(os.path.realpath(folder))
        self._root = Path(os.path.realpath(store.root))
        if not self._folder.is_dir():
            raise InvalidEditError(f"{folder} is no folder; choose one")
        if self._folder.is_relative_to(self._root):
            raise InvalidEditError(f"{folder} lies in the dataset; choose a folder outside of it")
        self._files: dict[str, bytes] = {}
        self._report = Elsewhere()

    def add(self, snapshot: Snapshot) -> None:
        """The sample's changed files are part of it; where they cannot be made, the report says why."""
        try:
            self._add(snapshot)
        except (OSError, FaceDataError) as error:
            self._report.skipped[snapshot.sample] = str(error)

    def _add(self, snapshot: Snapshot) -> None:
        here = OpenSample.of(load_sample(self._store, snapshot.sample)).values
        changes = []
        for change in snapshot.changes:
            read = here[change.modality]
            if read.value is None and read.problems:
                raise ReadOnlyError(f"the {change.modality.value} on disk cannot be read: {read.problems[0].message}")
            changes.append(ValueChange(change.modality, read.value, change.after, read.stamps))
        files: dict[str, bytes] = {}
        deletions = []
        for planned in self._store.plan_save(snapshot.sample, changes).changes:
            path = checked_path(planned.path)
            if planned.after is None:
                deletions.append(path)
            else:
                files[path] = self._joined(path, planned.after)
        self._files |= files
        self._report.deletions += deletions

    def _joined(self, path: str, data: bytes) -> bytes:
        """A table was planned for another sample already: it says what both say."""
        earlier = self._files.get(path)
        if earlier is None:
            return data
        joined = _joined_lines(disk.read_file(self._root / path) or b"", earlier, data)
        if joined is None:
            raise ConflictError(f"{path} cannot hold this sample's edits beside those of another; save it by itself")
        return joined

    def write(self) -> Elsewhere:
        """All files are in the folder, or none is. Raises ConflictError over a file that is there, or SaveError."""
        files = dict(self._files)
        if self._report.deletions:
            files[DELETIONS] = "".join(f"{path}\n" for path in sorted(self._report.deletions)).encode(
                "utf-8", "surrogateescape"
            )
        made: list[Path] = []
        try:
            for target, data in self._missing(files).items():
                made += disk.make_folders(target.parent)
                disk.write_new(target, data)
                made.append(target)
        except OSError as error:
            for ours in reversed(made):
                with suppress(OSError):
                    ours.rmdir() if ours.is_dir() else ours.unlink()
            raise SaveError(f"{error.filename or self._folder}: {error.strerror}; nothing was written there") from error
        self._report.written = sorted(self._files)
        return self._report

    def _missing(self, files: Mapping[str, bytes]) -> dict[Path, bytes]:
        missing = {}
        for path, data in files.items():
            target = self._target(path)
            there = disk.read_file(target)
            if there is None:
                missing[target] = data
            elif there != data:
                raise ConflictError(
                    f"{target} is there already and differs; nothing was written. Choose another folder"
                )
        return missing

    def _target(self, path: str) -> Path:
        target = self._folder / path
        real = Path(os.path.realpath(target))
        if not real.is_relative_to(self._folder) or real.is_relative_to(self._root):
            raise InvalidEditError(f"{target} leads out of the folder or into the dataset; choose another folder")
        return real


def _joined_lines(base: bytes, one: bytes, other: bytes) -> bytes | None:
    """``base`` with the lines that ``one`` and ``other`` changed; None where they changed the same one."""
    lines = [data.split(b"\n") for data in (base, one, other)]
    if len({len(rows) for rows in lines}) > 1:
        return None
    joined = []
    for old, first, second in zip(*lines, strict=True):
        if first != old and second not in (old, first):
            return None
        joined.append(first if second == old else second)
    return b"\n".join(joined)

"""Writing one part of an export, in whatever process: its sources watched, its files hashed, its line for the journal.

A part whose sources change while it is written is written again, so that no file mixes two versions of a sample.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.catalog.stamps import settled_stamp, stamp_of
from app.faces.errors import ExportError, FaceDataError
from app.faces.sample import Modality, SampleId
from app.faces.store import SampleStore
from app.formats.exporting.folder import DiskFolder, MemoryFolder
from app.formats.exporting.options import ExportOptions
from app.formats.exporting.protocol import ExportItem, LeftOut, Written
from app.formats.exporting.registry import export_format
from app.formats.files import shown
from app.workbench.exporting.estimate import Estimate, estimate_of
from app.workbench.exporting.journal import KeptParts, part_line
from app.workbench.exporting.source import DatasetSource
from app.workbench.readers import StoreAddress

CRASHED = "reading it ends the program that tries; replace its files"
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Assignment:
    """All that a process needs to write parts of an export. ``writers`` is locked while it may write."""

    address: StoreAddress
    masks: Path | None
    format: str
    items: tuple[ExportItem, ...]
    options: ExportOptions
    content: Path
    writers: Path


@dataclass(frozen=True, slots=True)
class PartDone:
    """A part that is on disk: its line for the journal with the stamps in it, and how many samples it has."""

    part: int
    line: bytes
    source: str
    files: str
    samples: int


class PartWriter:
    """Writes parts of one export. One per process."""

    def __init__(self, store: SampleStore, assignment: Assignment) -> None:
        """Raises ExportError where the format refuses the options."""
        self._store = store
        self._content = assignment.content
        self._source = DatasetSource(store, assignment.masks)
        self._writer = export_format(assignment.format).writer(self._source, assignment.items, assignment.options)
        self.parts = self._writer.parts()

    def write(self, part: int, without: Collection[SampleId] = ()) -> PartDone:
        """One part is on disk; samples to do ``without`` are left out of it. Raises SaveError, ExportError."""
        planned = self.parts[part]
        gone = {item.sample: "it is gone since the export began" for item in planned if item.sample not in self._store}
        gone |= dict.fromkeys(without, CRASHED)
        items = [item for item in planned if item.sample not in gone]
        for _ in range(_ATTEMPTS):
            before = self.source_stamp(items)
            folder = DiskFolder(self._content, self._store.root)
            with _sound(folder):
                written = self._writer.write(items, folder) if items else Written()
            after = self.source_stamp(items, settled=True)
            if before == after:
                break
        left_out = tuple(LeftOut(sample, None, why) for sample, why in gone.items())
        kept = _with_files(written, folder, left_out)
        source = "" if gone or before != after else before
        files = self.files_stamp(file.path for file in folder.files)
        return PartDone(part, part_line(part, kept, source=source, files=files), source, files, len(planned))

    def try_alone(self, part: int, sample: SampleId) -> None:
        """Write one sample into memory, to see whether that ends the program."""
        self._writer.write([item for item in self.parts[part] if item.sample == sample], MemoryFolder(self._store.root))

    def finish(self, kept: KeptParts) -> Written:
        """What needs all parts is on disk."""
        folder = DiskFolder(self._content, self._store.root)
        with _sound(folder):
            written = self._writer.finish(kept, folder)
        return _with_files(written, folder)

    def estimate(self) -> Estimate:
        """About how much there is to write."""
        return estimate_of(self._writer, self.parts, self._store.root)

    def source_stamp(self, items: Sequence[ExportItem], *, settled: bool = False) -> str:
        """What changes with any file of the samples; empty where that cannot be told."""
        files: dict[str, None] = {}
        for item in items:
            for modality in Modality:
                files.update(dict.fromkeys(self._store.files(item.sample, modality)))
        stamp = (settled_stamp if settled else stamp_of)(self._store.root, files)
        return "" if stamp is None else stamp.hex()

    def files_stamp(self, paths: Iterable[str]) -> str:
        """What changes with any of the files of the export; empty where one is missing."""
        stamp = stamp_of(self._content, paths)
        return "" if stamp is None else stamp.hex()

    def close(self) -> None:
        """What was opened for reading is let go."""
        self._source.close()


def as_user_error(error: Exception, what: str) -> FaceDataError:
    """The error itself where a user can act on it, else one that says which format failed where."""
    if isinstance(error, FaceDataError):
        return error
    return ExportError(f"{what} failed: {type(error).__name__}: {shown(str(error))}")


@contextmanager
def _sound(folder: DiskFolder) -> Iterator[None]:
    """Raises SaveError where the disk refused a write, whatever the format or its library made of that."""
    try:
        yield
    finally:
        if folder.refused is not None:
            raise folder.refused


def _with_files(written: Written, folder: DiskFolder, left_out: tuple[LeftOut, ...] = ()) -> Written:
    return Written(folder.files, written.rows, (*written.left_out, *left_out), written.counts, written.samples_counted)

"""An export without the job around it: plan, parts in order, end; for the tests of the formats.

What the job does to a part is done here too: every ``Written`` goes through JSON, so that rows that would not survive
an interrupted export fail at once, and a full disk that a format took for one sample's trouble is raised again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from app.faces.sample import Loaded, SampleId
from app.faces.store import SampleStore
from app.formats.exporting.folder import DiskFolder, WrittenFile
from app.formats.exporting.options import ExportOptions
from app.formats.exporting.protocol import ExportFormat, ExportItem, LeftOut, Written
from app.formats.exporting.registry import export_format
from app.imaging.set_index import IndexedMask


@dataclass(frozen=True, slots=True)
class Files:
    """A ``Source`` that reads every mask from its files."""

    store: SampleStore

    def mask(self, sample: SampleId) -> Loaded[IndexedMask]:
        """The mask."""
        loaded = self.store.read_mask(sample)
        value = None if loaded.value is None else IndexedMask.of(loaded.value)
        return Loaded(value, loaded.stamps, loaded.problems, loaded.read_only)


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export did: the parts in order, its end, and every file in the folder."""

    folder: Path
    parts: tuple[Written, ...]
    end: Written
    files: tuple[WrittenFile, ...]

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """What is not in it."""
        return tuple(gone for written in (*self.parts, self.end) for gone in written.left_out)

    @property
    def counts(self) -> dict[str, int]:
        """The figures of all parts, added up."""
        total: dict[str, int] = {}
        for written in (*self.parts, self.end):
            for what, count in written.counts.items():
                total[what] = total.get(what, 0) + count
        return total

    @property
    def contents(self) -> dict[str, bytes]:
        """The bytes of every file by path."""
        return {file.path: (self.folder / file.path).read_bytes() for file in self.files}


def export(
    format: ExportFormat | str,  # noqa: A002 - as the command line calls it
    store: SampleStore,
    ids: Iterable[str] | None,
    options: ExportOptions | None,
    folder: Path,
    *,
    names: Mapping[str, str] | None = None,
    splits: Mapping[str, str] | None = None,
) -> Exported:
    """The samples (None: all) in the format, written below ``folder``.

    ``names`` renumbers (sample id → name), ``splits`` says which split a sample goes to (sample id → split).
    """
    chosen = format if not isinstance(format, str) else export_format(format)
    items = [
        ExportItem(SampleId(sample), (names or {}).get(sample, sample), (splits or {}).get(sample, ""))
        for sample in (store.sample_ids if ids is None else ids)
    ]
    writer = chosen.writer(Files(store), items, options or chosen.options())
    parts, files = [], []
    for part in writer.parts():
        target = DiskFolder(folder, store.root)
        parts.append(_kept(writer.write(part, target), target))
        files += target.files
    target = DiskFolder(folder, store.root)
    end = _kept(writer.finish(parts, target), target)
    files += target.files
    paths = [file.path for file in files]
    assert len(paths) == len(set(paths)), "two parts wrote the same file"
    on_disk = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert set(paths) == on_disk, "every file is written through the folder, which was empty before"
    return Exported(folder, tuple(parts), end, tuple(files))


def _kept(written: Written, folder: DiskFolder) -> Written:
    if folder.refused is not None:
        raise folder.refused
    document = json.loads(json.dumps(Written.as_json(replace(written, files=folder.files)), allow_nan=False))
    return Written.from_json(document)

"""Tar shards as WebDataset reads them: the files of a sample one after the other, alike up to the first dot.

The same samples give the same bytes: members have no times and no owners, so that shards can be compared by hash.
"""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.faces.sample import Modality
from app.formats.exporting.folder import Folder
from app.formats.exporting.hub_card import CARD, card
from app.formats.exporting.masks import Tally
from app.formats.exporting.options import option
from app.formats.exporting.protocol import ExportItem, LeftOut, Source, Written
from app.formats.exporting.sample_records import (
    HOLDS,
    LOSSES,
    RecordOptions,
    SampleRecord,
    SampleRecords,
)
from app.formats.exporting.shards import Shards
from app.formats.layouts.shard_names import NO_SPLIT, key_of


@dataclass(frozen=True, slots=True, kw_only=True)
class WebDatasetOptions(RecordOptions):
    """See ``WebDatasetFormat``."""

    shard_samples: int = option(500, "samples in each tar file", title="Samples per shard", least=1, most=100_000)


@dataclass(frozen=True, slots=True)
class WebDatasetFormat:
    """``train-000000.tar`` with ``17.jpg``, ``17.skin.png`` …, ``17.sketch.png``, ``17.txt`` and ``17.json``."""

    name: str = "webdataset"
    title: str = "WebDataset"
    summary: str = "tar shards that are streamed in training; webdataset reads them, and datasets where masks are index"
    holds: frozenset[Modality] = HOLDS
    options: type[WebDatasetOptions] = WebDatasetOptions
    extra: str = ""

    @property
    def losses(self) -> Mapping[Modality, str]:
        """With masks as index maps overlaps are lost too; the default keeps them."""
        return LOSSES

    def writer(self, source: Source, items: Sequence[ExportItem], options: WebDatasetOptions) -> WebDatasetWriter:
        """Begin an export. Raises ExportError where two splits would get one name."""
        return WebDatasetWriter(source, items, options)


class WebDatasetWriter:
    """One shard is one part."""

    def __init__(self, source: Source, items: Sequence[ExportItem], options: WebDatasetOptions) -> None:
        self._records = SampleRecords(source, items, options)
        self._shards = Shards(items, options.shard_samples, whole=NO_SPLIT)

    def parts(self) -> Sequence[Sequence[ExportItem]]:
        """One for each shard."""
        return self._shards.parts

    def write(self, items: Sequence[ExportItem], folder: Folder) -> Written:
        """See ``Writer``."""
        shard = self._shards.of(items)
        left_out: list[LeftOut] = []
        tally = Tally()
        with folder.create(f"{shard.split}-{shard.number:06}.tar") as file:
            tar = TarWriter(file)
            for record in self._records.packed(items, left_out, tally):
                for name, data in _members(record, self._records.facts(record)):
                    tar.add(name, data)
            tar.end()
        return Written(left_out=tuple(left_out), counts=tally.counts, samples_counted=tally.samples)

    def finish(self, written: Sequence[Written], folder: Folder) -> Written:
        """The dataset card, and the class ids where masks are index maps."""
        if self._records.flattening is not None:
            labels = self._records.flattening.table.id2label
            folder.write("id2label.json", (json.dumps(labels, indent=2, ensure_ascii=False) + "\n").encode())
        # ``datasets`` has no split of another name for samples in none than train.
        patterns = {"train" if split == NO_SPLIT else split: f"{split}-*.tar" for split in self._shards.splits}
        folder.write(CARD, card(patterns, self._records.mask_columns, written, are_typed=False))
        return Written()


def _members(record: SampleRecord, facts: Mapping[str, Any]) -> Iterator[tuple[str, bytes]]:
    key = key_of(record.item.name)
    if record.photo is not None:
        yield f"{key}{record.photo.suffix}", record.photo.data
    if record.index_map is not None:
        yield f"{key}.mask.png", record.index_map
    for name, data in (record.classes or {}).items():
        yield f"{key}.{name}.png", data
    if record.sketch is not None:
        yield f"{key}.sketch{record.sketch.suffix}", record.sketch.data
    if record.captions is not None:
        yield f"{key}.txt", "".join(f"{text}\n" for text in record.captions).encode()
    yield f"{key}.json", (json.dumps(facts, ensure_ascii=False) + "\n").encode()


class TarWriter:
    """Regular files into a tar, without times and owners."""

    def __init__(self, file: io.RawIOBase) -> None:
        self._file = file

    def add(self, name: str, data: bytes) -> None:
        """One more member. Names that the old header cannot hold get a pax header."""
        member = tarfile.TarInfo(name)
        member.size = len(data)
        header = member.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape")
        self._file.write(b"".join((header, data, bytes(-len(data) % tarfile.BLOCKSIZE))))

    def end(self) -> None:
        """The two empty blocks, and as many more as make whole records."""
        filled = self._file.tell() + 2 * tarfile.BLOCKSIZE
        self._file.write(bytes(2 * tarfile.BLOCKSIZE + -filled % tarfile.RECORDSIZE))

"""A format of a third party, read and written: photos beside a ``diary.jsonl`` with one line per sample.

It is the example that the tests of exports use: it holds everything but sketches and poses, all of it exactly, and
its options make the trouble that the tests need.
"""

from __future__ import annotations

import base64
import json
import os
import signal
import time
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from app.faces.attributes import Attributes
from app.faces.captions import Captions
from app.faces.classes import ClassScheme
from app.faces.errors import DamagedFileError, FaceDataError, LayoutError
from app.faces.mask import MaskLayers
from app.faces.sample import Modality, Pose, Problem, SampleId
from app.faces.store import SampleStore
from app.formats.exporting.folder import Folder
from app.formats.exporting.options import ExportOptions, option
from app.formats.exporting.protocol import ExportItem, LeftOut, Source, Writer, Written, in_groups
from app.formats.files import DatasetFolder
from app.formats.format import Detection
from app.formats.layouts.records import RecordStore

INDEX = "diary.jsonl"
HELD = frozenset({Modality.PHOTO, Modality.MASK, Modality.CAPTIONS, Modality.ATTRIBUTES})


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryOptions(ExportOptions):
    """The options, most of them for tests."""

    dear: str = option("diary", "how each line begins")
    group: int = option(4, "samples per part", least=1, most=1000)
    slow_ms: int = option(0, "milliseconds that each sample takes at least", least=0, most=10_000)
    deadly: tuple[str, ...] = option((), "samples that end the program")
    raising: tuple[str, ...] = option((), "samples at which the format fails")


class Diary:
    """Both protocols in one class: ``Format`` for reading, ``ExportFormat`` for writing."""

    name = "diary"
    title = "Diary"
    summary = "photos and a line of JSON per sample"
    reads = HELD
    writes: frozenset[Modality] = frozenset()
    holds = HELD
    losses: Mapping[Modality, str] = MappingProxyType({})
    options = DiaryOptions
    extra = ""

    def detect(self, folder: Path) -> Detection:
        if (folder / INDEX).is_file():
            return Detection(self.name, self.title, 0.9, (f"there is a {INDEX}",))
        return Detection(self.name, self.title, 0.0, refusals=(f"there is no {INDEX}",))

    def open(self, folder: Path, scheme: ClassScheme) -> SampleStore:
        try:
            records = DiaryRecords(folder)
        except (OSError, ValueError, KeyError) as error:
            raise LayoutError(f"{INDEX} cannot be read: {error}; export it again") from None
        return RecordStore(
            folder,
            records,
            layout=self.name,
            title=self.title,
            scheme=scheme,
            again=lambda: self.open(folder, scheme),  # type: ignore[arg-type,return-value]
        )

    def writer(self, source: Source, items: Sequence[ExportItem], options: DiaryOptions) -> Writer:
        return DiaryWriter(source, items, options)


class DiaryWriter:
    """Photos in each part, the diary at the end."""

    def __init__(self, source: Source, items: Sequence[ExportItem], options: DiaryOptions) -> None:
        self._source = source
        self._items = items
        self._options = options

    def parts(self) -> Sequence[Sequence[ExportItem]]:
        return in_groups(self._items, self._options.group)

    def write(self, items: Sequence[ExportItem], folder: Folder) -> Written:
        rows: list[Any] = []
        left_out: list[LeftOut] = []
        pixels = 0
        for item in items:
            time.sleep(self._options.slow_ms / 1000)
            if item.sample in self._options.deadly:
                os.kill(os.getpid(), signal.SIGKILL)
            if item.sample in self._options.raising:
                raise ZeroDivisionError("a mistake of the format")
            row, counted = self._row(item, folder, left_out)
            rows.append(row)
            pixels += counted
        counts = {"covered pixels": pixels}
        return Written(
            rows=tuple(rows), left_out=tuple(left_out), counts=counts, samples_counted={"covered pixels": len(items)}
        )

    def finish(self, written: Sequence[Written], folder: Folder) -> Written:
        with folder.create(INDEX) as file:
            for part in written:
                for row in part.rows:
                    file.write(json.dumps(row).encode() + b"\n")
        return Written()

    def _row(self, item: ExportItem, folder: Folder, left_out: list[LeftOut]) -> tuple[dict[str, Any], int]:
        store, include = self._source.store, self._options.include
        row: dict[str, Any] = {"dear": self._options.dear, "id": item.name, "split": item.split}
        pixels = 0
        if Modality.PHOTO in include and store.has(item.sample, Modality.PHOTO):
            try:
                data = store.picture_bytes(item.sample, Modality.PHOTO)
            except (FileNotFoundError, FaceDataError) as error:
                left_out.append(LeftOut(item.sample, Modality.PHOTO, str(error)))
            else:
                row["photo"] = f"photos/{item.name}.jpg"
                folder.write(row["photo"], data)
        if Modality.MASK in include and store.has(item.sample, Modality.MASK):
            loaded = self._source.mask(item.sample)
            left_out += [LeftOut(item.sample, Modality.MASK, problem.message) for problem in loaded.problems]
            if loaded.value is not None:
                bits = loaded.value.layers().bits
                pixels = int(np.count_nonzero(bits))
                row["mask"] = [*bits.shape, base64.b64encode(zlib.compress(bits.astype("<u4").tobytes())).decode()]
        if Modality.CAPTIONS in include and (captions := store.read_captions(item.sample).value) is not None:
            row["captions"] = list(captions.texts)
        if Modality.ATTRIBUTES in include and (attributes := store.read_attributes(item.sample).value) is not None:
            row["attributes"] = dict(attributes)
        return row, pixels


class DiaryRecords:
    """What a diary says."""

    def __init__(self, root: Path) -> None:
        self._folder = DatasetFolder(root)
        lines = self._folder.read(INDEX).splitlines()
        self._rows = {SampleId(row["id"]): row for row in map(json.loads, lines)}
        self.ids: Sequence[SampleId] = tuple(self._rows)
        self.problems: Sequence[Problem] = ()
        self.folders: Sequence[str] = ("", "photos")
        self.splits: dict[str, list[SampleId]] = {}
        for sample, row in self._rows.items():
            if row["split"]:
                self.splits.setdefault(row["split"], []).append(sample)

    def has(self, sample: SampleId, modality: Modality) -> bool:
        return modality.value in self._rows[sample]

    def files(self, sample: SampleId, modality: Modality) -> tuple[str, ...]:
        if not self.has(sample, modality):
            return ()
        return (self._rows[sample]["photo"],) if modality is Modality.PHOTO else (INDEX,)

    def photo(self, sample: SampleId) -> bytes:
        return self._folder.read(self._rows[sample]["photo"])

    def sketch(self, sample: SampleId) -> bytes | None:
        return None

    def mask(self, sample: SampleId) -> MaskLayers | None:
        if not self.has(sample, Modality.MASK):
            return None
        height, width, data = self._rows[sample]["mask"]
        size = 4 * height * width
        content = zlib.decompressobj().decompress(base64.b64decode(data), size)
        if len(content) != size:
            raise DamagedFileError("it is cut short; export it again")
        return MaskLayers(np.frombuffer(content, "<u4").astype(np.uint32).reshape(height, width))

    def captions(self, sample: SampleId) -> Captions | None:
        texts = self._rows[sample].get("captions")
        return None if texts is None else Captions.from_texts(texts)

    def attributes(self, sample: SampleId) -> Attributes | None:
        told = self._rows[sample].get("attributes")
        return None if told is None else Attributes(tuple(told), tuple(told.values()))

    def pose(self, sample: SampleId) -> Pose | None:
        return None

    def celeba_file(self, sample: SampleId) -> str | None:
        return None

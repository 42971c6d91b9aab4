"""A folder of pictures with ``metadata.jsonl``, as ``datasets`` reads an "imagefolder".

``datasets`` drops every picture that has no row without a word, and turns ``X_file_name`` into a column X of pictures,
``X_file_names`` into one of lists of them. So whatever belongs to a sample is named in its row.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.faces.sample import Modality
from app.formats.exporting.folder import Folder
from app.formats.exporting.hub_card import CARD, card
from app.formats.exporting.masks import Tally
from app.formats.exporting.protocol import ExportItem, LeftOut, Source, Written, in_groups
from app.formats.exporting.sample_records import (
    HOLDS,
    LOSSES,
    RecordOptions,
    SampleRecord,
    SampleRecords,
)
from app.formats.exporting.shards import split_names

METADATA = "metadata.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageFolderOptions(RecordOptions):
    """See ``ImageFolderFormat``."""


@dataclass(frozen=True, slots=True)
class ImageFolderFormat:
    """``train/17.jpg``, ``train/masks/17_skin.png`` …, ``train/sketches/17.png`` and ``train/metadata.jsonl``."""

    name: str = "imagefolder"
    title: str = "Hugging Face (imagefolder)"
    summary: str = "plain picture files and one metadata.jsonl per split; datasets.load_dataset reads the folder"
    holds: frozenset[Modality] = HOLDS
    options: type[ImageFolderOptions] = ImageFolderOptions
    extra: str = ""

    @property
    def losses(self) -> Mapping[Modality, str]:
        """With masks as index maps overlaps are lost too; the default keeps them."""
        return LOSSES

    def writer(self, source: Source, items: Sequence[ExportItem], options: ImageFolderOptions) -> ImageFolderWriter:
        """Begin an export. Raises ExportError where two splits would get one name."""
        return ImageFolderWriter(source, items, options)


class ImageFolderWriter:
    """Sixteen samples are one part; the rows are written at the end."""

    def __init__(self, source: Source, items: Sequence[ExportItem], options: ImageFolderOptions) -> None:
        self._records = SampleRecords(source, items, options)
        self._items = items
        self._splits = split_names([item.split for item in items], "train")

    def parts(self) -> Sequence[Sequence[ExportItem]]:
        """Sixteen samples each."""
        return in_groups(self._items)

    def write(self, items: Sequence[ExportItem], folder: Folder) -> Written:
        """See ``Writer``."""
        rows: list[Any] = []
        left_out: list[LeftOut] = []
        tally = Tally()
        for record in self._records.packed(items, left_out, tally):
            split = self._splits[record.item.split]
            files = _files(record)
            for path, data in files.items():
                folder.write(f"{split}/{path}", data)
            rows.append([split, self._row(record, files)])
        return Written(rows=tuple(rows), left_out=tuple(left_out), counts=tally.counts, samples_counted=tally.samples)

    def _row(self, record: SampleRecord, files: Mapping[str, bytes]) -> dict[str, Any]:
        """One line of the table; every row has the same keys, since ``datasets`` infers columns from the first."""
        paths = list(files)
        row: dict[str, Any] = {}
        if record.photo is not None:
            row["file_name"] = paths[0]
        if self._records.flattening is not None:
            row["mask_file_name"] = next((path for path in paths if path.startswith("index_masks/")), None)
        if self._records.has_classes:
            row["class_mask_file_names"] = [path for path in paths if path.startswith("masks/")]
            row["class_names"] = list(record.classes or ())
        if Modality.SKETCH in self._records.modalities:
            row["sketch_file_name"] = next((path for path in paths if path.startswith("sketches/")), None)
        return row | self._records.facts(record)

    def finish(self, written: Sequence[Written], folder: Folder) -> Written:
        """The tables and the class ids."""
        tables: dict[str, list[dict[str, Any]]] = {}
        for split, row in (row for each in written for row in each.rows):
            tables.setdefault(split, []).append(row)
        for split, rows in tables.items():
            lines = (json.dumps(row, ensure_ascii=False) for row in rows)
            folder.write(f"{split}/{METADATA}", "".join(f"{line}\n" for line in lines).encode())
        if self._records.flattening is not None:
            labels = self._records.flattening.table.id2label
            folder.write("id2label.json", (json.dumps(labels, indent=2, ensure_ascii=False) + "\n").encode())
        patterns = {split: f"{split}/**" for split in tables}
        folder.write(CARD, card(patterns, self._records.mask_columns, written, are_typed=False))
        return Written(counts=_unlike(tables))


def _unlike(tables: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, int]:
    """What keeps ``datasets`` from loading all splits at once: JSON cannot say of what type a column of nulls is."""
    filled = {split: {name for row in rows for name in row if row[name] is not None} for split, rows in tables.items()}
    every = set().union(*filled.values())
    return {
        f"rows of {split} without {name}, so that datasets loads the splits one by one only": len(tables[split])
        for split, names in filled.items()
        for name in sorted(every - names)
    }


def _files(record: SampleRecord) -> dict[str, bytes]:
    """The sample's files by path below its split's folder, the photo first."""
    name = record.item.name
    files = {} if record.photo is None else {f"{name}{record.photo.suffix}": record.photo.data}
    if record.index_map is not None:
        files[f"index_masks/{name}.png"] = record.index_map
    for each, data in (record.classes or {}).items():
        files[f"masks/{name}_{each}.png"] = data
    if record.sketch is not None:
        files[f"sketches/{name}{record.sketch.suffix}"] = record.sketch.data
    return files

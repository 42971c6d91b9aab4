"""Parquet shards as the Hugging Face hub serves them: pictures inside, typed by ``datasets``' own schema metadata.

``Dataset.to_parquet`` of a dataset made from file paths stores those paths and no bytes, so what arrives elsewhere is
empty; and rows are no ids, though people pair them by position. Here every picture is in its row, named ``ID.jpg``, and
so is ``image_id``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.faces.errors import ExportError
from app.faces.sample import Modality
from app.formats.arrow import EXTRA, arrow
from app.formats.exporting.folder import Folder
from app.formats.exporting.hub_card import CARD, card
from app.formats.exporting.masks import Tally
from app.formats.exporting.options import option
from app.formats.exporting.photos import PictureFile
from app.formats.exporting.protocol import ExportItem, LeftOut, Source, Written
from app.formats.exporting.sample_records import HOLDS, LOSSES, RecordOptions, SampleRecord, SampleRecords
from app.formats.exporting.shards import Shards
from app.formats.files import shown

GROUP = 100
"""Rows of a row group: what the hub's viewer asks for where rows hold pictures."""
IMAGE = {"_type": "Image"}
STRING = {"dtype": "string", "_type": "Value"}
OWN = ("image_id", "image", "mask", "class_masks", "sketch", "captions", "pose", "celeba_file")


@dataclass(frozen=True, slots=True, kw_only=True)
class HuggingFaceOptions(RecordOptions):
    """See ``HuggingFaceFormat``."""

    shard_samples: int = option(500, "samples in each parquet file", title="Samples per shard", least=1, most=100_000)


@dataclass(frozen=True, slots=True)
class HuggingFaceFormat:
    """``data/train-00000-of-00004.parquet``, a dataset card and, with index maps, ``id2label.json``."""

    name: str = "huggingface"
    title: str = "Hugging Face (parquet)"
    summary: str = "parquet shards with pictures, captions and attributes; datasets.load_dataset reads the folder"
    holds: frozenset[Modality] = HOLDS
    options: type[HuggingFaceOptions] = HuggingFaceOptions
    extra: str = EXTRA

    @property
    def losses(self) -> Mapping[Modality, str]:
        """With masks as index maps overlaps are lost too; the default keeps them."""
        return LOSSES

    def writer(self, source: Source, items: Sequence[ExportItem], options: HuggingFaceOptions) -> HuggingFaceWriter:
        """Begin an export. Raises ExportError where pyarrow is missing or columns would get the same name."""
        arrow(ExportError)
        return HuggingFaceWriter(source, items, options)


class HuggingFaceWriter:
    """One shard is one part."""

    def __init__(self, source: Source, items: Sequence[ExportItem], options: HuggingFaceOptions) -> None:
        self._records = SampleRecords(source, items, options)
        self._shards = Shards(items, options.shard_samples)
        self._features = _features(self._records)

    def parts(self) -> Sequence[Sequence[ExportItem]]:
        """One for each shard."""
        return self._shards.parts

    def write(self, items: Sequence[ExportItem], folder: Folder) -> Written:
        """See ``Writer``."""
        pa, parquet = arrow(ExportError)
        shard = self._shards.of(items)
        left_out: list[LeftOut] = []
        tally = Tally()
        note = json.dumps({"info": {"features": self._features}})
        schema = pa.schema([(name, _arrow_type(pa, each)) for name, each in self._features.items()])
        schema = schema.with_metadata({"huggingface": note})
        path = f"data/{shard.split}-{shard.number:05}-of-{shard.count:05}.parquet"
        rows: list[dict[str, Any]] = []
        count = size = 0
        # Pictures are packed already; a dictionary of them would only be tried and given up.
        with (
            folder.create(path) as file,
            parquet.ParquetWriter(
                file, schema, compression="none", use_dictionary=False, write_statistics=["image_id"]
            ) as writer,
        ):
            for record in self._records.packed(items, left_out, tally):
                rows.append(_row(record, self._records))
                count += 1
                if len(rows) == GROUP:
                    size += _flush(pa, writer, schema, rows)
            if rows:
                size += _flush(pa, writer, schema, rows)
        row = [shard.split, count, size]
        return Written(rows=(row,), left_out=tuple(left_out), counts=tally.counts, samples_counted=tally.samples)

    def finish(self, written: Sequence[Written], folder: Folder) -> Written:
        """The dataset card and the class ids."""
        totals = {split: [0, 0] for split in self._shards.splits}
        for split, count, size in (row for each in written for row in each.rows):
            totals[split][0] += count
            totals[split][1] += size
        folder.write(CARD, card({split: f"data/{split}-*" for split in totals}, self._features, written, totals))
        if self._records.flattening is not None:
            labels = self._records.flattening.table.id2label
            folder.write("id2label.json", (json.dumps(labels, indent=2, ensure_ascii=False) + "\n").encode())
        return Written()


def _features(records: SampleRecords) -> dict[str, Any]:
    """The columns as ``datasets`` describes them in JSON; forms that its versions from 2 to 5 all take."""
    features: dict[str, Any] = {"image_id": STRING}
    modalities = records.modalities
    if Modality.PHOTO in modalities:
        features["image"] = IMAGE
    if records.flattening is not None:
        features["mask"] = IMAGE
    if records.has_classes:
        features["class_masks"] = [{"class": STRING, "png": IMAGE}]
    if Modality.SKETCH in modalities:
        features["sketch"] = IMAGE
    if Modality.CAPTIONS in modalities:
        features["captions"] = {"feature": STRING, "_type": "Sequence"}
    if Modality.POSE in modalities:
        features["pose"] = {angle: {"dtype": "float64", "_type": "Value"} for angle in ("yaw", "pitch", "roll")}
    if records.has_celeba_files:
        features["celeba_file"] = STRING
    if taken := [name for name in records.attribute_names if name in OWN]:
        raise ExportError(f"attributes called {shown(', '.join(taken))} would be columns of that name twice")
    return features | {name: {"dtype": "bool", "_type": "Value"} for name in records.attribute_names}


def _arrow_type(pa: Any, feature: Any) -> Any:
    if feature == IMAGE:
        return pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    if isinstance(feature, list):
        return pa.list_(_arrow_type(pa, feature[0]))
    if "_type" not in feature:
        return pa.struct([(name, _arrow_type(pa, each)) for name, each in feature.items()])
    if feature["_type"] == "Sequence":
        return pa.list_(_arrow_type(pa, feature["feature"]))
    return pa.type_for_alias(feature["dtype"])


def _row(record: SampleRecord, records: SampleRecords) -> dict[str, Any]:
    """The columns of one sample; those that the schema does not have are passed over by it."""
    name = record.item.name
    masks = None
    if record.classes is not None:
        masks = [{"class": each, "png": _image(data, f"{name}_{each}.png")} for each, data in record.classes.items()]
    pose = record.pose
    row: dict[str, Any] = {
        "image_id": name,
        "image": _picture(record.photo, name),
        "mask": None if record.index_map is None else _image(record.index_map, f"{name}.png"),
        "class_masks": masks,
        "sketch": _picture(record.sketch, name),
        "captions": None if record.captions is None else list(record.captions),
        "pose": None if pose is None else {"yaw": pose.yaw, "pitch": pose.pitch, "roll": pose.roll},
        "celeba_file": record.celeba_file,
    }
    values: Mapping[str, bool | None] = record.attributes or {}
    return row | {each: values.get(each) for each in records.attribute_names}


def _picture(picture: PictureFile | None, name: str) -> dict[str, Any] | None:
    return None if picture is None else _image(picture.data, f"{name}{picture.suffix}")


def _image(data: bytes, path: str) -> dict[str, Any]:
    return {"bytes": data, "path": path}


def _flush(pa: Any, writer: Any, schema: Any, rows: list[dict[str, Any]]) -> int:
    """Write the rows as one row group and forget them; their size in memory, as the card tells it."""
    table = pa.Table.from_pylist(rows, schema)
    writer.write_table(table, row_group_size=len(rows))
    rows.clear()
    return int(table.nbytes)

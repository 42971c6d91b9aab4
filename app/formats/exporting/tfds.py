"""Photos for TensorFlow Datasets' ``celeb_a_hq``: the tar that its builder asks for, or what it would have built.

The builder takes pictures of any size and fails when they are read, so only those of the exact size are written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from app.faces.errors import DamagedFileError, ExportError, FaceDataError
from app.faces.sample import Modality
from app.formats.exporting.folder import Folder
from app.formats.exporting.masks import Tally
from app.formats.exporting.options import ExportOptions, option
from app.formats.exporting.photos import PictureFile, kind_option, photo_file, quality_option
from app.formats.exporting.protocol import ExportItem, LeftOut, Source, Written, in_groups
from app.formats.exporting.webdataset import TarWriter
from app.formats.tfrecords import example, record

FILES = ("tar", "tfrecord")
SIZES = tuple(str(1 << power) for power in range(10, -1, -1))
VERSION = "2.0.0"
LOSSES: Mapping[Modality, str] = MappingProxyType(
    {Modality.PHOTO: "photos of another size than the chosen one are scaled and encoded anew; those that are not square"
     " are left out"}
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class TfdsOptions(ExportOptions):
    """See ``TfdsFormat``."""

    side: str = option(
        "1024", "width and height of the photos in pixels; the builder has one set for each", choices=SIZES
    )
    files: str = option(
        "tar",
        "tar: data1024x1024.tar for the builder's manual_dir; tfrecord: the built dataset, for builder_from_directory",
        choices=FILES,
    )
    shard_samples: int = option(500, "samples in each TFRecord file", title="Samples per shard", least=1, most=100_000)
    photo_kind: str = kind_option()
    quality: int = quality_option()


@dataclass(frozen=True, slots=True)
class TfdsFormat:
    """``data1024x1024.tar``, or ``celeb_a_hq/1024/2.0.0/celeb_a_hq-train.tfrecord-00000-of-00001`` and its schema."""

    name: str = "tfds"
    title: str = "TFDS celeb_a_hq"
    summary: str = "photos for TensorFlow Datasets' celeb_a_hq, which knows no masks, captions or splits"
    holds: frozenset[Modality] = frozenset({Modality.PHOTO})
    options: type[TfdsOptions] = TfdsOptions
    extra: str = ""

    @property
    def losses(self) -> Mapping[Modality, str]:
        """Sizes."""
        return LOSSES

    def writer(self, source: Source, items: Sequence[ExportItem], options: TfdsOptions) -> TfdsWriter:
        """Begin an export. Raises ExportError where photos are not to be exported."""
        if Modality.PHOTO not in options.include:
            raise ExportError("celeb_a_hq holds photos only, and photos are not to be exported; include them")
        return TfdsWriter(source, items, options)


class TfdsWriter:
    """The tar is one file and so one part; of records one shard is one part."""

    def __init__(self, source: Source, items: Sequence[ExportItem], options: TfdsOptions) -> None:
        self._store = source.store
        self._options = options
        self._side = int(options.side)
        whole = [ExportItem(item.sample, item.name) for item in items]
        self._parts = in_groups(whole, len(whole) if options.files == "tar" else options.shard_samples)
        self._numbers = {item.sample: number for number, part in enumerate(self._parts) for item in part}

    def parts(self) -> Sequence[Sequence[ExportItem]]:
        """All samples, or a shard's worth."""
        return self._parts

    def write(self, items: Sequence[ExportItem], folder: Folder) -> Written:
        """See ``Writer``."""
        left_out: list[LeftOut] = []
        tally = Tally()
        written = size = 0
        path = f"data{self._side}x{self._side}.tar"
        if self._options.files == "tfrecord":
            path = (
                f"{self._home}/celeb_a_hq-train.tfrecord-{self._numbers[items[0].sample]:05}-of-{len(self._parts):05}"
            )
        with folder.create(path) as file:
            tar = TarWriter(file)
            for item, photo in self._photos(items, left_out, tally):
                name = f"{item.name}{photo.suffix}"
                written += 1
                size += len(photo.data)
                if self._options.files == "tar":
                    tar.add(name, photo.data)
                else:
                    file.write(record(example({"image": photo.data, "image/filename": name.encode()})))
            if self._options.files == "tar":
                tar.end()
        return Written(
            rows=([written, size],), left_out=tuple(left_out), counts=tally.counts, samples_counted=tally.samples
        )

    @property
    def _home(self) -> str:
        return f"celeb_a_hq/{self._side}/{VERSION}"

    def _photos(
        self, items: Sequence[ExportItem], left_out: list[LeftOut], tally: Tally
    ) -> Iterator[tuple[ExportItem, PictureFile]]:
        """The photos of the exact size."""
        chosen = self._options
        for item in items:
            try:
                photo = photo_file(
                    self._store, item.sample, size=self._side, kind=chosen.photo_kind, quality=chosen.quality
                )
                if photo.shape != (self._side, self._side):
                    height, width = photo.shape
                    raise DamagedFileError(
                        f"it is not square ({width}×{height} at this size); celeb_a_hq cannot hold it"
                    )
            except (FaceDataError, FileNotFoundError) as error:
                left_out.append(LeftOut(item.sample, None, f"its photo: {error}"))
                continue
            tally.add({"photos encoded anew": int(not photo.is_copy)})
            yield item, photo

    def finish(self, written: Sequence[Written], folder: Folder) -> Written:
        """What TFDS reads a built dataset by."""
        if self._options.files == "tfrecord":
            rows = [row for each in written for row in each.rows]
            for name, document in (
                ("features.json", _features(self._side)),
                ("dataset_info.json", _info(rows, self._side)),
            ):
                folder.write(f"{self._home}/{name}", (json.dumps(document, indent=2) + "\n").encode())
        return Written()


def _features(side: int) -> dict[str, Any]:
    """``features.json``, as TFDS 4 writes it."""
    home = "tensorflow_datasets.core.features"
    shape = {"dimensions": [str(side), str(side), "3"]}
    return {
        "pythonClassName": f"{home}.features_dict.FeaturesDict",
        "featuresDict": {
            "features": {
                "image": {
                    "pythonClassName": f"{home}.image_feature.Image",
                    "image": {"shape": shape, "dtype": "uint8", "encodingFormat": "png"},
                },
                "image/filename": {"pythonClassName": f"{home}.text_feature.Text", "text": {}},
            }
        },
    }


def _info(rows: Sequence[Sequence[int]], side: int) -> dict[str, Any]:
    """``dataset_info.json``: which files make the split, and how many records each has."""
    split = {
        "filepathTemplate": "{DATASET}-{SPLIT}.{FILEFORMAT}-{SHARD_X_OF_Y}",
        "name": "train",
        "numBytes": str(sum(size for _, size in rows)),
        "shardLengths": [str(count) for count, _ in rows],
    }
    return {
        "name": "celeb_a_hq",
        "configName": str(side),
        "version": VERSION,
        "description": "CelebA-HQ photos, exported by Facewright.",
        "fileFormat": "tfrecord",
        "moduleName": "tensorflow_datasets.image.celebahq",
        "splits": [split],
    }

"""Samples in the TFRecord shards that TensorFlow Datasets built of CelebA-HQ: a picture and its file's name each.

The order of a built dataset is that of hashes, so a picture is known by ``image/filename`` alone.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.faces.attributes import Attributes
from app.faces.captions import Captions
from app.faces.errors import FaceDataError
from app.faces.mask import MaskLayers
from app.faces.sample import Modality, Pose, Problem, SampleId
from app.formats.layouts.shard_files import ShardFile, open_shards
from app.formats.layouts.shard_names import split_of_records
from app.formats.layouts.walking import stem_of
from app.formats.listing import counted, free_id, natural_order
from app.formats.tfrecords import FOOT, HEAD, checked_record, places, record_length

IMAGE, FILE_NAME = "image", "image/filename"
_RECORD_COUNT = 20_000_000
_AHEAD = 4096


@dataclass(slots=True)
class TfRecordSamples:
    """See ``Records``: photos and nothing else."""

    shards: list[ShardFile]
    ids: Sequence[SampleId] = ()
    splits: dict[str, list[SampleId]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    folders: tuple[str, ...] = ()
    _places: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    """By sample: shard, where its record's content begins, and how long that is."""

    @classmethod
    def listed(cls, root: Path, paths: list[str]) -> TfRecordSamples:
        """The records of all shards; what cannot be read is told."""
        shards, told = open_shards(root, paths)
        found = cls(shards)
        found.folders = () if paths == [""] else tuple(sorted({"", *(path.rpartition("/")[0] for path in paths)}))
        strays: list[str] = []
        doubles: list[str] = []
        for number, shard in enumerate(shards):
            split = split_of_records(shard.path or root.name) or ""
            for name, offset, length in _records(shard, told):
                sample = free_id(stem_of(name.rpartition("/")[2])) if name else None
                if sample is None:
                    strays.append(name or f"record at byte {offset:,} of {shard.name}")
                elif sample in found._places:
                    doubles.append(sample)
                else:
                    found._places[sample] = (number, offset, length)
                    found.splits.setdefault(split, []).append(SampleId(sample))
        found.splits.pop("", None)
        if strays:
            told.append(f"records without a name that makes an id, not read: {counted(strays)}")
        if doubles:
            told.append(f"second records of a name, not read: {counted(doubles)}")
        found.ids = tuple(map(SampleId, natural_order(found._places)))
        found.problems = [Problem(Modality.PHOTO, "", text) for text in told]
        return found

    def has(self, sample: SampleId, modality: Modality) -> bool:  # noqa: ARG002 - the protocol's signature
        """Photos only."""
        return modality is Modality.PHOTO

    def files(self, sample: SampleId, modality: Modality) -> tuple[str, ...]:
        """The shard."""
        return (self.shards[self._places[sample][0]].path,) if modality is Modality.PHOTO else ()

    def photo(self, sample: SampleId) -> bytes:
        """The picture, after its record's checksum was found right."""
        number, offset, length = self._places[sample]
        data = checked_record(self.shards[number].read(offset, length + FOOT))
        start, size = places(lambda at, count: data[at : at + count], 0, len(data))[IMAGE]
        return data[start : start + size]

    def sketch(self, sample: SampleId) -> bytes | None:  # noqa: ARG002
        """None."""
        return None

    def mask(self, sample: SampleId) -> MaskLayers | None:  # noqa: ARG002
        """None: the dataset has no masks."""
        return None

    def captions(self, sample: SampleId) -> Captions | None:  # noqa: ARG002
        """None."""
        return None

    def attributes(self, sample: SampleId) -> Attributes | None:  # noqa: ARG002
        """None."""
        return None

    def pose(self, sample: SampleId) -> Pose | None:  # noqa: ARG002
        """None."""
        return None

    def celeba_file(self, sample: SampleId) -> str | None:  # noqa: ARG002
        """None."""
        return None


def _records(shard: ShardFile, told: list[str]) -> Iterator[tuple[str, int, int]]:
    """File name, offset and length of each example with a picture; of a damaged file those before the damage."""
    at = 0
    try:
        with shard.opened() as file:
            for _ in range(_RECORD_COUNT):
                if at == shard.size:
                    return
                head = _piece(file, at, HEAD)
                length = record_length(head)
                start = at + HEAD
                end = start + length + FOOT
                if end > shard.size:
                    told.append(f"{shard.name} is cut in the record at byte {at:,}; get it again")
                    return
                name = _name(file, start, length)
                if name is not None:
                    yield name, start, length
                at = end
    except FileNotFoundError:
        told.append(f"{shard.name} is gone")
    except FaceDataError as error:
        told.append(f"{shard.name}, record at byte {at:,}: {error}")


def _name(file: io.FileIO, start: int, length: int) -> str | None:
    """The name of the picture in an example; None where it has no picture."""
    ahead = _piece(file, start, min(length, _AHEAD))

    def piece(offset: int, count: int) -> bytes:
        place = offset - start
        return ahead[place : place + count] if place + count <= len(ahead) else _piece(file, offset, count)

    found = places(piece, start, start + length)
    if IMAGE not in found:
        return None
    if FILE_NAME not in found:
        return ""
    offset, size = found[FILE_NAME]
    return piece(offset, min(size, _AHEAD)).decode("utf-8", "replace")


def _piece(file: io.FileIO, offset: int, count: int) -> bytes:
    file.seek(offset)
    return file.read(count)

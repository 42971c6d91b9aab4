"""Samples in tar shards: the members that are alike up to the first dot of their names, each known by what follows."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.faces.attributes import Attributes
from app.faces.captions import Captions
from app.faces.classes import CLASS_BY_NAME, ClassScheme
from app.faces.errors import DamagedFileError, FaceDataError
from app.faces.mask import IndexMap, MaskLayers
from app.faces.sample import Loaded, Modality, Pose, Problem, SampleId
from app.formats.files import shown
from app.formats.layouts.packed_values import (
    CAPTION_NAMES,
    attributes_of,
    captions_of,
    class_layers,
    index_layers,
    pose_of,
)
from app.formats.layouts.shard_files import ShardFile, open_shards
from app.formats.layouts.shard_names import name_of, split_of_shard
from app.formats.layouts.tar_index import TarProblems, members_of
from app.formats.layouts.walking import joined_id
from app.formats.listing import natural_order
from app.formats.map_decoding import decode_map

_PHOTOS = ("jpg", "jpeg", "png", "image.jpg", "image.png", "photo.jpg", "img.jpg", "img.png", "input.jpg")
_INDEX_MAPS = ("mask.png", "seg.png", "label.png", "segmentation.png", "annotation.png", "labels.png", "seg")
_SKETCHES = ("sketch.png", "sketch.jpg")
_CLASSES = {f"{name}.png": name for name in CLASS_BY_NAME}
_TEXTS = ("txt", *(f"{name}.txt" for name in CAPTION_NAMES))
_KNOWN = frozenset((*_PHOTOS, *_INDEX_MAPS, *_SKETCHES, *_CLASSES, *_TEXTS, "json"))
_JSON_NAMES = {
    Modality.CAPTIONS: frozenset(CAPTION_NAMES),
    Modality.ATTRIBUTES: frozenset(("attributes",)),
    Modality.POSE: frozenset(("pose",)),
}
_LOOKED_INTO = 100
JSON_LIMIT = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Place:
    """The members of one sample: their suffixes, and offset and size of each in turn."""

    shard: int
    suffixes: tuple[str, ...]
    numbers: array[int]


@dataclass(slots=True)
class TarSamples:
    """See ``Records``. ``problems`` are what listing found; ``scheme`` is the class order of index maps."""

    scheme: ClassScheme
    shards: list[ShardFile] = field(default_factory=list)
    ids: Sequence[SampleId] = ()
    splits: dict[str, list[SampleId]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    folders: tuple[str, ...] = ()
    _places: dict[str, _Place] = field(default_factory=dict)
    _in_json: set[Modality] = field(default_factory=set)

    @classmethod
    def listed(cls, root: Path, paths: list[str], scheme: ClassScheme, *, has_splits: bool = True) -> TarSamples:
        """The samples of all shards. Of two members of one name the first is read; the others are named."""
        shards, told = open_shards(root, paths)
        found = cls(scheme, shards, problems=[_problem(text) for text in told])
        folders = {path.rpartition("/")[0] for path in paths}
        found.folders = () if paths == [""] else tuple(sorted(folders | {""}))
        problems = TarProblems()
        suffix_sets: dict[tuple[str, ...], tuple[str, ...]] = {}
        for number, shard in enumerate(shards):
            split = split_of_shard(shard.path or root.name) if has_splits else ""
            members: list[SampleId] = []
            for key, suffixes, numbers in _grouped(shard, problems):
                home, _, stem = key.rpartition("/")
                sample = joined_id([*(part for part in home.split("/") if part not in ("", ".")), name_of(stem)])
                if sample is None:
                    problems.leave_out("have names that make no id, not read", key)
                    continue
                if sample in found._places:
                    problems.leave_out("are a second sample of a name, not read", f"{shard.name}: {key}")
                    continue
                shared = suffix_sets.setdefault(suffixes, suffixes)
                found._places[sample] = _Place(number, shared, numbers)
                members.append(SampleId(sample))
            if split and members:
                found.splits.setdefault(split, []).extend(members)
        found._shorten()
        found._look_into_json()
        found.ids = tuple(map(SampleId, natural_order(found._places)))
        found.problems += [_problem(text) for text in problems.sentences()]
        return found

    def _shorten(self) -> None:
        """Ids without the folder that all keys lie in, if they do."""
        heads = {sample.partition("__")[0] for sample in self._places if "__" in sample}
        if len(heads) != 1 or not all("__" in sample for sample in self._places):
            return
        skip = len(heads.pop()) + 2
        short = {sample: joined_id([sample[skip:]]) for sample in self._places}
        if None in short.values() or len(set(short.values())) < len(short):
            return
        self._places = {str(short[sample]): place for sample, place in self._places.items()}
        self.splits = {
            split: [SampleId(str(short[sample])) for sample in samples] for split, samples in self.splits.items()
        }
        self._shorten()

    @property
    def has_index_maps(self) -> bool:
        """Whether any mask is an index map."""
        return any(not set(place.suffixes).isdisjoint(_INDEX_MAPS) for place in self._places.values())

    def _look_into_json(self) -> None:
        """What JSON members tell, by some of them: nobody reads all to learn that there is nothing."""
        having = [SampleId(sample) for sample, place in self._places.items() if "json" in place.suffixes]
        for sample in having[:: max(1, len(having) // _LOOKED_INTO)]:
            try:
                names = self._facts(sample).keys()
            except (FaceDataError, FileNotFoundError):
                continue
            self._in_json |= {modality for modality, words in _JSON_NAMES.items() if not words.isdisjoint(names)}

    def maps(self, most: int) -> Iterator[IndexMap]:
        """Some index maps from all over the dataset, for guessing their class order."""
        having = [sample for sample in self.ids if self._suffix(sample, _INDEX_MAPS)]
        for sample in having[:: max(1, len(having) // most)][:most]:
            try:
                data = self._first(sample, _INDEX_MAPS)
                if data is not None:
                    yield decode_map(data).values
            except (FaceDataError, FileNotFoundError):
                continue

    def has(self, sample: SampleId, modality: Modality) -> bool:
        """By the suffixes; what the JSON member holds is read."""
        match modality:
            case Modality.PHOTO:
                return self._suffix(sample, _PHOTOS) is not None
            case Modality.SKETCH:
                return self._suffix(sample, _SKETCHES) is not None
            case Modality.MASK:
                return any(suffix in _CLASSES or suffix in _INDEX_MAPS for suffix in self._places[sample].suffixes)
            case Modality.CAPTIONS if self._suffix(sample, _TEXTS) is not None:
                return True
        if modality not in self._in_json or self._suffix(sample, ("json",)) is None:
            return False
        try:
            return self._told(sample, modality) is not None
        except (FaceDataError, FileNotFoundError):
            return True

    def _told(self, sample: SampleId, modality: Modality) -> object:
        if modality is Modality.CAPTIONS:
            return self.captions(sample)
        return self.attributes(sample) if modality is Modality.ATTRIBUTES else self.pose(sample)

    def files(self, sample: SampleId, modality: Modality) -> tuple[str, ...]:
        """The shard."""
        return (self.shards[self._places[sample].shard].path,) if self.has(sample, modality) else ()

    def photo(self, sample: SampleId) -> bytes:
        """The photo's bytes. Raises FileNotFoundError."""
        data = self._first(sample, _PHOTOS)
        if data is None:
            raise FileNotFoundError(f"sample {shown(sample)} has no photo")
        return data

    def sketch(self, sample: SampleId) -> bytes | None:
        """The sketch's bytes."""
        return self._first(sample, _SKETCHES)

    def mask(self, sample: SampleId) -> Loaded[MaskLayers] | None:
        """The layers of the class files, else of the index map."""
        pictures = {
            name: data for suffix, name in _CLASSES.items() if (data := self._first(sample, (suffix,))) is not None
        }
        if pictures:
            return class_layers(pictures)
        data = self._first(sample, _INDEX_MAPS)
        return None if data is None else index_layers(data, self.scheme)

    def captions(self, sample: SampleId) -> Captions | None:
        """The captions of the JSON member, else the lines of the text."""
        facts = self._facts(sample)
        for name in CAPTION_NAMES:
            if (captions := captions_of(facts.get(name))) is not None:
                return captions
        data = self._first(sample, _TEXTS)
        return None if data is None else Captions.from_bytes(data)

    def attributes(self, sample: SampleId) -> Attributes | None:
        """The attributes of the JSON member."""
        values = self._facts(sample).get("attributes")
        if not isinstance(values, Mapping):
            return None
        return attributes_of(values, negatives=any(value == -1 for value in values.values()))

    def pose(self, sample: SampleId) -> Pose | None:
        """The pose of the JSON member."""
        return pose_of(self._facts(sample).get("pose"))

    def celeba_file(self, sample: SampleId) -> str | None:
        """As the JSON member tells."""
        try:
            name = self._facts(sample).get("celeba_file")
        except (FaceDataError, FileNotFoundError):
            return None
        return name if isinstance(name, str) else None

    def _facts(self, sample: SampleId) -> Mapping[str, Any]:
        data = self._first(sample, ("json",), JSON_LIMIT)
        try:
            facts = json.loads(data) if data else {}
        except (ValueError, RecursionError):
            raise DamagedFileError("its JSON member is no JSON") from None
        return facts if isinstance(facts, dict) else {}

    def _suffix(self, sample: str, wanted: Iterable[str]) -> str | None:
        having = self._places[sample].suffixes
        return next((suffix for suffix in wanted if suffix in having), None)

    def _first(self, sample: str, wanted: Iterable[str], limit: int | None = None) -> bytes | None:
        suffix = self._suffix(sample, wanted)
        if suffix is None:
            return None
        place = self._places[sample]
        at = 2 * place.suffixes.index(suffix)
        offset, size = place.numbers[at], place.numbers[at + 1]
        shard = self.shards[place.shard]
        return shard.read(offset, size) if limit is None else shard.read(offset, size, limit)


def _grouped(shard: ShardFile, problems: TarProblems) -> Iterator[tuple[str, tuple[str, ...], array[int]]]:
    """The samples of a shard: key, suffixes, and offset and size of each member."""
    key: str | None = None
    suffixes: dict[str, tuple[int, int]] = {}
    try:
        for name, offset, size in members_of(shard, problems):
            at = name.find(".", name.rfind("/") + 1)
            this, suffix = (name[:at], name[at + 1 :]) if at >= 0 else (name, "")
            if suffix not in _KNOWN and (suffix := suffix.lower()) not in _KNOWN:
                problems.leave_out("are nothing of a face sample, not read", name)
                continue
            if this != key:
                if key is not None and suffixes:
                    yield key, tuple(suffixes), array("Q", [n for pair in suffixes.values() for n in pair])
                key, suffixes = this, {}
            if suffix in suffixes:
                problems.leave_out("have a name that was there already, not read", name)
            else:
                suffixes[suffix] = (offset, size)
    except FileNotFoundError:
        problems.told.append(f"{shard.name} is gone")
    except FaceDataError as error:
        problems.told.append(str(error))
    if key is not None and suffixes:
        yield key, tuple(suffixes), array("Q", [n for pair in suffixes.values() for n in pair])


def suffix_of(name: str) -> str | None:
    """What a member holds by its name, if it is anything of a face sample."""
    suffix = name.rpartition("/")[2].partition(".")[2].lower()
    return suffix if suffix in _KNOWN else None


def _problem(text: str) -> Problem:
    return Problem(Modality.PHOTO, "", text)

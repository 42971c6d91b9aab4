"""Folders of pictures with a table of facts, as ``datasets`` reads an "imagefolder": ``metadata.jsonl`` or ``.csv``."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.faces.attributes import Attributes
from app.faces.captions import Captions
from app.faces.classes import CLASS_BY_NAME, ClassScheme
from app.faces.errors import FaceDataError, LayoutError
from app.faces.mask import IndexMap, MaskLayers
from app.faces.sample import Loaded, Modality, Pose, Problem, SampleId
from app.formats.class_order import ClassOrder, order_of_maps
from app.formats.files import DatasetFolder, shown
from app.formats.format import Detection
from app.formats.layouts.packed_values import (
    CAPTION_NAMES,
    ID_NAMES,
    attribute_name,
    attributes_of,
    captions_of,
    class_layers,
    index_layers,
    pose_of,
)
from app.formats.layouts.parquet_columns import MASK_NAMES, PHOTO_NAMES
from app.formats.layouts.records import RecordStore
from app.formats.layouts.walking import joined_id, peek, stem_of, within
from app.formats.listing import counted, free_id, natural_order
from app.formats.map_decoding import decode_map
from app.formats.scheme_guess import MAPS

TABLES = ("metadata.jsonl", "metadata.csv")
TABLE_LIMIT = 512 * 1024 * 1024
_HEAD = 64 * 1024
_FOLDERS = 50
_GLANCE = 200
_ROW_LIMIT = 5_000_000


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of a table, and the folder that its names are relative to."""

    home: str
    values: Mapping[str, Any]

    def file(self, *names: str) -> str | None:
        """The path that the first of these columns names, relative to the root."""
        for name in names:
            value = self.values.get(name)
            if isinstance(value, str) and value and _is_plain(value):
                return within(self.home, value)
        return None


@dataclass(slots=True)
class FolderSamples:
    """See ``Records``; ``scheme`` is the class order of index maps."""

    folder: DatasetFolder
    scheme: ClassScheme
    ids: Sequence[SampleId] = ()
    splits: dict[str, list[SampleId]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    folders: tuple[str, ...] = ()
    _rows: dict[str, _Row] = field(default_factory=dict)
    _negatives: bool = False

    @classmethod
    def listed(cls, folder: DatasetFolder, tables: Sequence[str], scheme: ClassScheme) -> FolderSamples:
        """The rows of all tables. Raises LayoutError where no table can be read."""
        found = cls(folder, scheme, folders=tuple(dict.fromkeys(("", *(path.rpartition("/")[0] for path in tables)))))
        told: list[str] = []
        strays: list[str] = []
        doubles: list[str] = []
        for path in tables:
            home = path.rpartition("/")[0]
            split = home.rpartition("/")[2] if home.casefold() != "data" else ""
            try:
                rows = [(n, _Row(home, values)) for n, values in _rows_of(folder.read(path, TABLE_LIMIT), path, told)]
            except FileNotFoundError:
                told.append(f"{shown(path)} is gone")
                continue
            except FaceDataError as error:
                told.append(str(error))
                continue
            for (number, row), sample in zip(rows, _ids_of([row for _, row in rows]), strict=True):
                if sample is None:
                    strays.append(f"{path}, line {number}")
                    continue
                if sample in found._rows and split:
                    sample = f"{split}__{sample}"
                if sample in found._rows:
                    doubles.append(sample)
                    continue
                found._rows[sample] = row
                if split:
                    found.splits.setdefault(split, []).append(SampleId(sample))
        if strays:
            told.append(f"rows that name no picture in the dataset, not read: {counted(strays)}")
        if doubles:
            told.append(f"second rows of a sample, not read: {counted(doubles)}")
        if not found._rows:
            raise LayoutError("; ".join(told[:3]) or "its table has no rows")
        found.ids = tuple(map(SampleId, natural_order(found._rows)))
        found.problems = [Problem(Modality.PHOTO, "", text) for text in told]
        found._negatives = any(
            value == -1 for row in found._rows.values() for value in _attribute_values(row.values).values()
        )
        return found

    @property
    def has_index_maps(self) -> bool:
        """Whether any row names an index map."""
        return any(self._index_map(sample) is not None for sample in self.ids)

    def maps(self, most: int) -> Iterator[IndexMap]:
        """Some index maps from all over the dataset."""
        having = [path for sample in self.ids if (path := self._index_map(sample)) is not None]
        for path in having[:: max(1, len(having) // most)][:most]:
            try:
                yield decode_map(self.folder.read(path)).values
            except (FaceDataError, FileNotFoundError):
                continue

    def has(self, sample: SampleId, modality: Modality) -> bool:
        """As the row says."""
        match modality:
            case Modality.CAPTIONS:
                return self.captions(sample) is not None
            case Modality.ATTRIBUTES:
                return self.attributes(sample) is not None
            case Modality.POSE:
                return self.pose(sample) is not None
        return bool(self._paths(sample, modality))

    def files(self, sample: SampleId, modality: Modality) -> tuple[str, ...]:
        """The pictures, or the table."""
        if paths := self._paths(sample, modality):
            return paths
        home = self._rows[sample].home
        return tuple(path for name in TABLES if self.folder.exists(path := within(home, name)))[:1]

    def photo(self, sample: SampleId) -> bytes:
        """The photo's bytes."""
        path = self._photo(sample)
        if path is None:
            raise FileNotFoundError(f"sample {shown(sample)} has no photo")
        return self.folder.read(path)

    def sketch(self, sample: SampleId) -> bytes | None:
        """The sketch's bytes."""
        path = self._rows[sample].file("sketch_file_name")
        return None if path is None else self.folder.read(path)

    def mask(self, sample: SampleId) -> Loaded[MaskLayers] | None:
        """The layers of the class pictures, else of the index map."""
        if pictures := self._classes(sample):
            return class_layers({name: self.folder.read(path) for name, path in pictures.items()})
        path = self._index_map(sample)
        return None if path is None else index_layers(self.folder.read(path), self.scheme)

    def captions(self, sample: SampleId) -> Captions | None:
        """The texts of the first caption column."""
        values = self._rows[sample].values
        found = (captions_of(_unpacked(values.get(name))) for name in CAPTION_NAMES)
        return next((captions for captions in found if captions is not None), None)

    def attributes(self, sample: SampleId) -> Attributes | None:
        """The attributes of the row."""
        return attributes_of(_attribute_values(self._rows[sample].values), negatives=self._negatives)

    def pose(self, sample: SampleId) -> Pose | None:
        """The pose of the row."""
        return pose_of(_unpacked(self._rows[sample].values.get("pose")))

    def celeba_file(self, sample: SampleId) -> str | None:
        """As the row tells."""
        name = self._rows[sample].values.get("celeba_file")
        return name if isinstance(name, str) else None

    def _photo(self, sample: SampleId) -> str | None:
        return self._rows[sample].file(*_PHOTO_COLUMNS)

    def _index_map(self, sample: SampleId) -> str | None:
        return self._rows[sample].file(*(f"{name}_file_name" for name in MASK_NAMES))

    def _classes(self, sample: SampleId) -> dict[str, str]:
        """Paths by class."""
        row = self._rows[sample]
        paths = _unpacked(row.values.get("class_mask_file_names"))
        if not isinstance(paths, list):
            return {}
        found: dict[str, str] = {}
        for path in paths:
            if not isinstance(path, str) or not _is_plain(path):
                continue
            stem = stem_of(path.rpartition("/")[2])
            name = next((name for name in CLASS_BY_NAME if stem.endswith(f"_{name}")), None)
            if name is not None:
                found[name] = within(row.home, path)
        return found

    def _paths(self, sample: SampleId, modality: Modality) -> tuple[str, ...]:
        """The files of a picture."""
        match modality:
            case Modality.PHOTO:
                path = self._photo(sample)
            case Modality.SKETCH:
                path = self._rows[sample].file("sketch_file_name")
            case Modality.MASK:
                if pictures := self._classes(sample):
                    return tuple(pictures.values())
                path = self._index_map(sample)
            case _:
                return ()
        return () if path is None else (path,)


_PHOTO_COLUMNS = ("file_name", *(f"{name}_file_name" for name in PHOTO_NAMES))


@dataclass(frozen=True, slots=True)
class ImageFolder:
    """``train/17.jpg`` with ``train/metadata.jsonl``; masks in the files that a row names."""

    name: str = "imagefolder"
    title: str = "Hugging Face (imagefolder)"
    summary: str = "picture files with metadata.jsonl or metadata.csv that names them, their masks and captions"
    reads: frozenset[Modality] = frozenset(Modality)
    writes: frozenset[Modality] = frozenset()

    def detect(self, folder: Path) -> Detection:
        """By a table of that name, whose first row names a picture."""
        if not folder.is_dir():
            return Detection(self.name, self.title, 0.0, refusals=("it is no folder",))
        dataset = DatasetFolder(folder)
        tables = find_tables(dataset)
        for path in tables:
            try:
                head = dataset.head(path, _HEAD)
                row = next((values for _, values in _rows_of(head, path, [], is_head=True)), None)
            except (FaceDataError, FileNotFoundError):
                continue
            if row is not None and (names := [name for name in row if name.endswith(("file_name", "file_names"))]):
                return Detection(self.name, self.title, 0.9, (f"{shown(path)} with {', '.join(map(shown, names))}",))
        why = "no metadata.jsonl or metadata.csv with file_name, here or one level below"
        return Detection(self.name, self.title, 0.0, refusals=(why,))

    def open(self, folder: Path, scheme: ClassScheme) -> RecordStore:
        """The rows of all tables. Raises LayoutError where there are none."""
        dataset = DatasetFolder(folder)
        tables = find_tables(dataset)
        samples = FolderSamples.listed(dataset, tables, scheme)
        order = ClassOrder(scheme)
        if samples.has_index_maps:
            places = [*dict.fromkeys(path.rpartition("/")[0] for path in tables), ""]
            order = order_of_maps(dataset, places, samples.maps(MAPS), scheme)
        samples.scheme = order.scheme
        samples.problems += order.problems
        return RecordStore(
            folder,
            samples,
            layout=self.name,
            title=self.title,
            scheme=order.scheme,
            again=lambda: self.open(folder, scheme),
        )


def find_tables(folder: DatasetFolder) -> list[str]:
    """The tables at the root and up to two levels below: ``train/metadata.jsonl``, ``data/train/metadata.jsonl``."""
    found: list[str] = []
    left = [("", 0)]
    while left:
        place, depth = left.pop(0)
        _, folders = peek(folder, place, _GLANCE)
        table = next((name for name in TABLES if folder.exists(within(place, name))), None)
        if table is not None:
            found.append(within(place, table))
        elif depth < 2 and len(folders) <= _FOLDERS:
            left += [(within(place, name), depth + 1) for name in folders if folder.is_folder(within(place, name))]
    return found


def _rows_of(
    data: bytes, path: str, told: list[str], *, is_head: bool = False
) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Line numbers and rows; lines that are none are counted. Of a ``head`` the last line may be cut."""
    text = data.decode("utf-8-sig", "replace")
    if is_head and len(data) == _HEAD:
        text = text.rpartition("\n")[0]
    odd: list[str] = []
    if path.endswith(".csv"):
        try:
            reader = csv.DictReader(io.StringIO(text, newline=""))
            yield from ((number, row) for number, row in enumerate(reader, start=2))
        except csv.Error as error:
            odd.append(str(error))
    else:
        for number, line in enumerate(text.split("\n")[:_ROW_LIMIT], start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                row = None
            if isinstance(row, dict):
                yield number, row
            else:
                odd.append(f"line {number}")
    if odd:
        told.append(f"{shown(path)}: lines that are no rows, passed over: {counted(odd)}")


def _ids_of(rows: Sequence[_Row]) -> list[str | None]:
    """The ids of a table's rows: of the column made for it, else the names of the photos; with their folders where
    two photos have one name."""
    paths = [next((row.values[name] for name in _PHOTO_COLUMNS if row.file(name) is not None), None) for row in rows]
    stems = [None if path is None else free_id(stem_of(path.rpartition("/")[2])) for path in paths]
    if len({*stems} - {None}) < len(stems) - stems.count(None):
        stems = [None if path is None else joined_id(stem_of(path).split("/")) for path in paths]
    return [_told_id(row) or stem for row, stem in zip(rows, stems, strict=True)]


def _told_id(row: _Row) -> str | None:
    for name in ID_NAMES:
        value = row.values.get(name)
        if isinstance(value, int | str) and not isinstance(value, bool) and (sample := free_id(str(value))):
            return sample
    return None


def _is_plain(path: str) -> bool:
    """Whether it is a path below its folder."""
    parts = path.split("/")
    odd = "\\" in path or "\0" in path or ":" in path
    return not odd and bool(path) and not path.startswith("/") and ".." not in parts and "" not in parts


def _unpacked(value: object) -> object:
    """A cell of a CSV may hold JSON."""
    if isinstance(value, str) and value[:1] in ("[", "{"):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def _attribute_values(values: Mapping[str, Any]) -> dict[str, Any]:
    """The attributes of a row: under ``attributes``, or columns of their names."""
    held = _unpacked(values.get("attributes"))
    if isinstance(held, Mapping):
        return {str(name): value for name, value in held.items()}
    return {known: value for name, value in values.items() if (known := attribute_name(str(name)))}

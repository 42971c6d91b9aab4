"""Samples in the rows of parquet shards. Which sample a row is, only a column or the picture's path can tell.

The rows of uploads are shuffled, or come in whatever order somebody's file system had: pairing them with CelebA-HQ by
position gave 90 to 98 % wrong pairs where it was tried. So a row's number is never taken for an id.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import numpy.typing as npt

from app.faces.attributes import Attributes
from app.faces.captions import Captions
from app.faces.classes import CLASS_BY_NAME, ClassScheme
from app.faces.errors import DamagedFileError, FaceDataError, LayoutError, UnsafeFileError
from app.faces.mask import IndexMap, MaskLayers
from app.faces.sample import Loaded, Modality, Pose, Problem, SampleId
from app.formats.files import READ_LIMIT, shown
from app.formats.layouts.packed_values import attributes_of, captions_of, class_layers, index_layers, pose_of
from app.formats.layouts.parquet_columns import Columns, find_columns
from app.formats.layouts.parquet_rows import Kept, ParquetShard
from app.formats.listing import counted, free_id, natural_order
from app.formats.map_decoding import decode_map

_PICTURE_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".bmp")
_TELLING = 0.98
"""The share of rows that must have an id of their own for a column to be taken for ids."""


@dataclass(slots=True)
class ParquetSamples:
    """See ``Records``; ``scheme`` is the class order of index maps."""

    scheme: ClassScheme
    shards: list[ParquetShard]
    columns: Columns
    ids: Sequence[SampleId] = ()
    splits: dict[str, list[SampleId]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    folders: tuple[str, ...] = ()
    _rows: dict[str, int] = field(default_factory=dict)
    _starts: list[int] = field(default_factory=list)
    _groups: list[list[int]] = field(default_factory=list)
    _kept: Kept = field(default_factory=Kept)
    _negatives: bool = False

    @classmethod
    def listed(cls, root: Path, paths: Sequence[tuple[str, str]], scheme: ClassScheme) -> ParquetSamples:
        """The rows of all shards, which are given with their splits. Raises LayoutError where none has pictures."""
        shards: list[ParquetShard] = []
        splits: list[str] = []
        told: list[str] = []
        columns: Columns | None = None
        for path, split in paths:
            try:
                shard = ParquetShard(root, path)
                here = find_columns(shard.pa, shard.schema, shard.leaves)
            except LayoutError:
                raise
            except FaceDataError as error:
                told.append(str(error))
                continue
            except FileNotFoundError:
                told.append(f"{shown(path)} is gone or a dead link")
                continue
            if not here.photo:
                told.append(f"{shard.file.name}: no column holds pictures; it has {_some(shard.schema.names)}")
            elif columns is not None and here != columns:
                told.append(f"{shard.file.name}: its columns are not those of {shards[0].file.name}, not read")
            else:
                columns = here
                shards.append(shard)
                splits.append(split)
        if columns is None:
            raise LayoutError("; ".join(told[:3]) or "there is no parquet file")
        found = cls(scheme, shards, columns, problems=[_problem(text) for text in told])
        found.folders = () if paths[0][0] == "" else tuple(sorted({"", *(p.rpartition("/")[0] for p, _ in paths)}))
        found._starts = list(accumulate((sum(shard.groups) for shard in shards), initial=0))
        found._groups = [list(accumulate(shard.groups, initial=0)) for shard in shards]
        found._name_rows(splits)
        found._negatives = found._has_negatives()
        return found

    def _name_rows(self, splits: Sequence[str]) -> None:
        """Give every row its id."""
        leaves = self.columns.id_leaves()
        tables = [shard.light(leaves) if leaves else None for shard in self.shards]
        names = self._told_names(tables)
        if names is None:
            message = (
                "no column and no path tells which sample a row is: ids are the split and the row's number, and cannot"
                " be paired with those of CelebA-HQ or of any other copy"
            )
            self.problems.append(_problem(message))
        taken: dict[str, int] = {}
        strays: list[str] = []
        doubles: list[str] = []
        counts: dict[str, int] = {}
        twice = 0
        for number, split in enumerate(splits):
            for row in range(self._starts[number], self._starts[number + 1]):
                if names is None:
                    counts[split] = counts.get(split, -1) + 1
                    sample: str | None = f"row-{split or 'all'}-{counts[split]}"
                else:
                    sample = names[row]
                    if sample in taken and split:
                        sample = f"{split}__{sample}"
                        twice += 1
                if sample is None:
                    strays.append(f"row {row - self._starts[number]} of {self.shards[number].file.name}")
                elif sample in taken:
                    doubles.append(sample)
                else:
                    taken[sample] = row
                    if split:
                        self.splits.setdefault(split, []).append(SampleId(sample))
        for odd, why in ((strays, "rows without an id, not read"), (doubles, "second rows of a sample, not read")):
            if odd:
                self.problems.append(_problem(f"{why}: {counted(odd)}"))
        if twice:
            message = f"ids that two splits have; the second ones have their split before them: {twice:,}"
            self.problems.append(_problem(message))
        self._rows = taken
        self.ids = tuple(map(SampleId, natural_order(taken)))

    def _told_names(self, tables: Sequence[Any]) -> list[str | None] | None:
        """The id of every row by the first column that has one for nearly each, or by the photos' paths."""
        sources = [(name,) for name in self.columns.ids] + [(self.columns.photo, "path")]
        for source in sources:
            if not all(source[0] in (table.column_names if table is not None else ()) for table in tables):
                continue
            names: list[str | None] = []
            fewest = 1.0
            for table in tables:
                here = [_id_of(value) for value in _values(table, source)]
                fewest = min(fewest, len(set(here) - {None}) / max(1, len(here)))
                names += here
            if names and fewest >= _TELLING:
                return names
        return None

    def _has_negatives(self) -> bool:
        """Whether attributes are −1 and 1."""
        for path in self.columns.attributes.values():
            table = self._light(0)
            if any(value == -1 for value in _values(table, path)):
                return True
        return False

    def maps(self, most: int) -> Iterator[IndexMap]:
        """Some index maps, from a few row groups all over the dataset."""
        places = [(number, group) for number, shard in enumerate(self.shards) for group in range(len(shard.groups))]
        chosen = places[:: max(1, len(places) // 4)][:4]
        for number, group in chosen:
            first = self._starts[number] + self._groups[number][group]
            count = self.shards[number].groups[group]
            for row in range(first, first + count, max(1, count * len(chosen) // most)):
                try:
                    data = _bytes(self._cell(row, self.columns.index_map))
                    if data is not None:
                        yield decode_map(data).values
                except (FaceDataError, FileNotFoundError):
                    continue

    def has(self, sample: SampleId, modality: Modality) -> bool:
        """By the columns without pictures: a picture has a path, or a class, beside it."""
        columns = self.columns
        match modality:
            case Modality.PHOTO:
                return True
            case Modality.SKETCH:
                return self._is_there(sample, columns.sketch)
            case Modality.MASK:
                return self._is_there(sample, columns.classes) or self._is_there(sample, columns.index_map)
            case Modality.CAPTIONS:
                return bool(columns.captions) and self.captions(sample) is not None
            case Modality.ATTRIBUTES:
                return bool(columns.attributes) and self.attributes(sample) is not None
        return bool(columns.pose) and self.pose(sample) is not None

    def _is_there(self, sample: SampleId, column: str) -> bool:
        if not column:
            return False
        number, row = self._place(sample)
        present: npt.NDArray[np.bool_] = self._kept.get((number, column), lambda: self._presence(number, column))
        return bool(present[row])

    def _presence(self, number: int, column: str) -> npt.NDArray[np.bool_]:
        """Which rows of a shard have something in a column of pictures, by what lies beside these."""
        table = self.shards[number].light(
            [leaf for leaf in self.columns.light_leaves() if leaf.startswith(f"{column}.")]
        )
        if column not in table.column_names:
            return np.ones(sum(self.shards[number].groups), np.bool_)
        if column == self.columns.classes:
            return np.array([bool(value) for value in table.column(column).to_pylist()], np.bool_)
        present = np.array([path is not None for path in _values(table, (column, "path"))], np.bool_)
        # Where no row has a path, paths tell nothing.
        return present if present.any() else ~present

    def files(self, sample: SampleId, modality: Modality) -> tuple[str, ...]:
        """The shard."""
        return (self.shards[self._place(sample)[0]].file.path,) if self.has(sample, modality) else ()

    def photo(self, sample: SampleId) -> bytes:
        """The photo's bytes. Raises FileNotFoundError where the row has none."""
        data = _bytes(self._cell(self._rows[sample], self.columns.photo))
        if data is None:
            raise FileNotFoundError(f"sample {shown(sample)} has no photo")
        return data

    def sketch(self, sample: SampleId) -> bytes | None:
        """The sketch's bytes."""
        return _bytes(self._cell(self._rows[sample], self.columns.sketch)) if self.columns.sketch else None

    def mask(self, sample: SampleId) -> Loaded[MaskLayers] | None:
        """The layers of the class pictures, else of the index map."""
        row = self._rows[sample]
        if self.columns.classes and (listed := self._cell(row, self.columns.classes)):
            pictures = dict(filter(None, map(_class_picture, listed)))
            if pictures:
                return class_layers(pictures)
        data = _bytes(self._cell(row, self.columns.index_map)) if self.columns.index_map else None
        return None if data is None else index_layers(data, self.scheme)

    def captions(self, sample: SampleId) -> Captions | None:
        """The texts of the caption columns, one after the other."""
        texts: list[str] = []
        for column in self.columns.captions:
            captions = captions_of(self._light_value(sample, (column,)))
            texts += captions.texts if captions is not None else ()
        return Captions.from_texts(texts) if texts else None

    def attributes(self, sample: SampleId) -> Attributes | None:
        """The attributes; None where all are null."""
        values = {name: self._light_value(sample, path) for name, path in self.columns.attributes.items()}
        return attributes_of(values, negatives=self._negatives)

    def pose(self, sample: SampleId) -> Pose | None:
        """The pose."""
        return pose_of({name: self._light_value(sample, path) for name, path in self.columns.pose.items()})

    def celeba_file(self, sample: SampleId) -> str | None:
        """As its column tells."""
        name = self._light_value(sample, (self.columns.celeba_file,)) if self.columns.celeba_file else None
        return name if isinstance(name, str) else None

    def _place(self, sample: SampleId) -> tuple[int, int]:
        """Its shard, and its row there."""
        row = self._rows[sample]
        number = bisect_right(self._starts, row) - 1
        return number, row - self._starts[number]

    def _light(self, number: int) -> Any:
        """The shard's columns without pictures."""
        return self._kept.get(number, lambda: self.shards[number].light(self.columns.light_leaves()))

    def _light_value(self, sample: SampleId, path: tuple[str, ...]) -> Any:
        number, row = self._place(sample)
        value = self._light(number).column(path[0])[row].as_py()
        return value.get(path[1]) if len(path) > 1 and isinstance(value, dict) else value if len(path) == 1 else None

    def _cell(self, row: int, column: str) -> Any:
        """One picture, or a list of them, as Arrow hands it out."""
        number = bisect_right(self._starts, row) - 1
        shard, starts = self.shards[number], self._groups[number]
        within = row - self._starts[number]
        group = bisect_right(starts, within) - 1
        within -= starts[group]
        size = shard.pieces(group, column)
        piece = within // size
        values = self._kept.get((number, group, column, piece), lambda: shard.piece(group, column, piece, size))
        if within - piece * size >= len(values):
            raise DamagedFileError(f"{shard.file.name} has fewer rows than it says; get it again")
        return values[within - piece * size].as_py()


def _values(table: Any, path: tuple[str, ...]) -> list[Any]:
    """A column, or a field of one, as a list."""
    values = table.column(path[0]).to_pylist()
    return [each.get(path[1]) if isinstance(each, dict) else None for each in values] if len(path) > 1 else values


def _id_of(value: object) -> str | None:
    """The id that a cell tells: a number, a name, or the name in a path without the suffix of a picture."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    name = str(value).replace("\\", "/").rpartition("/")[2]
    stem, dot, suffix = name.rpartition(".")
    return free_id(stem if dot and f".{suffix.casefold()}" in _PICTURE_SUFFIXES else name)


def _bytes(value: object) -> bytes | None:
    """The bytes of a picture's cell. Raises FaceDataError where only a path is in it, or too much."""
    if isinstance(value, Mapping):
        if value.get("bytes") is None and value.get("path"):
            path = shown(str(value["path"]))
            raise DamagedFileError(f"the row holds only the path {path}, not the picture; export it again with bytes")
        value = value.get("bytes")
    if isinstance(value, bytes) and len(value) > READ_LIMIT:
        raise UnsafeFileError(f"it has {len(value):,} bytes, more than the limit of {READ_LIMIT:,}; it is not opened")
    return value if isinstance(value, bytes) else None


def _class_picture(value: object) -> tuple[str, bytes] | None:
    """Class and bytes of one of a row's pictures."""
    if not isinstance(value, Mapping):
        return None
    if "png" in value:
        data = _bytes(value["png"])
        return (str(value.get("class")), data) if data is not None else None
    data, stem = _bytes(value), PurePosixPath(str(value.get("path"))).stem
    name = next((name for name in CLASS_BY_NAME if stem == name or stem.endswith(f"_{name}")), None)
    return (name, data) if name is not None and data is not None else None


def _some(names: Sequence[str]) -> str:
    return counted([str(name) for name in names]) if names else "none"


def _problem(text: str) -> Problem:
    return Problem(Modality.PHOTO, "", text)

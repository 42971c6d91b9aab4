"""Datasets of the Hugging Face hub in parquet shards, as downloaded, cached or exported."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.faces.classes import ClassScheme
from app.faces.errors import FaceDataError, LayoutError
from app.faces.sample import Modality, Problem
from app.formats.arrow import EXTRA, has_arrow
from app.formats.class_order import ClassOrder, order_of_maps
from app.formats.files import DatasetFolder, shown
from app.formats.format import Detection
from app.formats.layouts.parquet_columns import find_columns
from app.formats.layouts.parquet_rows import ParquetShard
from app.formats.layouts.parquet_samples import ParquetSamples
from app.formats.layouts.records import RecordStore
from app.formats.layouts.shard_files import find_files
from app.formats.layouts.shard_names import KNOWN_SPLITS
from app.formats.listing import counted
from app.formats.scheme_guess import MAPS

_SHARD = re.compile(r"(?P<split>\w+(?:\.\w+)*?)-[0-9]{4,}(?:-of-[0-9]{4,})?(?:-[0-9a-f]{16})?\.parquet")
_PART = re.compile(r"(?:part-?)?[0-9]+(?:[-_].*)?\.parquet")


@dataclass(frozen=True, slots=True)
class HuggingFace:
    """``data/train-00000-of-00006.parquet``, also in folders of configurations; columns by features and names."""

    name: str = "huggingface"
    title: str = "Hugging Face (parquet)"
    summary: str = "parquet shards with pictures; columns and ids are found by their features and names, never by rows"
    reads: frozenset[Modality] = frozenset(Modality)
    writes: frozenset[Modality] = frozenset()

    def detect(self, folder: Path) -> Detection:
        """By the names of parquet files, and the columns of the first."""
        paths = find_files(folder, (".parquet",))
        if not paths:
            return Detection(self.name, self.title, 0.0, refusals=("no parquet files here or below",))
        reason = f"{len(paths):,} parquet files, {shown(paths[0] or folder.name)} …"
        if not has_arrow():
            why = f"parquet files are read with pyarrow: pip install 'facewright[{EXTRA}]'"
            return Detection(self.name, self.title, 0.2, (reason,), (why,))
        try:
            shard = ParquetShard(folder, paths[0])
        except (FaceDataError, FileNotFoundError) as error:
            return Detection(self.name, self.title, 0.05 if len(paths) > 1 else 0.0, (reason,), (str(error),))
        columns = find_columns(shard.pa, shard.schema, shard.leaves)
        if not columns.photo:
            why = f"no column of {shown(paths[0] or folder.name)} holds pictures"
            return Detection(self.name, self.title, 0.0, (reason,), (why,))
        found = f"pictures in the column {shown(columns.photo)}"
        return Detection(self.name, self.title, 0.9 if columns.heavy[1:] else 0.8, (reason, found))

    def open(self, folder: Path, scheme: ClassScheme) -> RecordStore:
        """All shards of one configuration. Raises LayoutError where no column holds pictures or pyarrow is missing."""
        chosen, others = chosen_files(find_files(folder, (".parquet",)), folder.name)
        if not chosen:
            raise LayoutError(f"{shown(folder.name)} has no parquet files; choose the folder that holds them")
        samples = ParquetSamples.listed(folder, chosen, scheme)
        if others:
            message = f"other configurations of the dataset, not read; open one by itself: {counted(others)}"
            samples.problems.append(Problem(Modality.PHOTO, "", message))
        order = ClassOrder(scheme)
        if samples.columns.index_map:
            root = DatasetFolder(folder if folder.is_dir() else folder.parent)
            places = [*dict.fromkeys(path.rpartition("/")[0] for path, _ in chosen), ""]
            order = order_of_maps(root, places, samples.maps(MAPS), scheme)
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


def chosen_files(paths: Sequence[str], root: str) -> tuple[list[tuple[str, str]], list[str]]:
    """The files of one configuration, each with its split, and the names of the other configurations.

    Configurations lie in folders of their own; ``default`` goes first, then the first by name.
    """
    by_name: dict[str, list[tuple[str, str]]] = {}
    for path in paths:
        config, split = _told(path or root)
        by_name.setdefault(config, []).append((path, split))
    order = sorted(by_name, key=lambda name: (name != "", name != "default", name))
    return (by_name[order[0]], order[1:]) if order else ([], [])


def _told(path: str) -> tuple[str, str]:
    """Configuration and split by a file's path: ``256/train/0000.parquet`` → 256 and train."""
    *homes, name = path.split("/")
    homes = [home for home in homes if home.casefold() != "data"]
    found = _SHARD.fullmatch(name)
    if found is not None and not _PART.fullmatch(name):
        return "/".join(homes), found["split"]
    if homes and (_PART.fullmatch(name) or homes[-1].casefold() in KNOWN_SPLITS):
        return "/".join(homes[:-1]), homes[-1]
    stem = name.rpartition(".")[0]
    return "/".join(homes), "" if _PART.fullmatch(name) else stem

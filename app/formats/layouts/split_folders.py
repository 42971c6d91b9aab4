"""Pictures in folders by split, ``train/17.jpg``: the split is told by the folder, the id by what is left.

Only where two splits have a picture of the same name are their samples told apart by the folder too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from app.faces.sample import SampleId
from app.formats.layouts.walking import joined_id, stem_of
from app.formats.splits import Splits

SPLIT_FOLDERS = {
    "train": "train", "training": "train", "val": "val", "valid": "val", "validation": "val", "eval": "val",
    "test": "test", "testing": "test",
}  # fmt: skip
"""The split by the folder's name in lower case."""


def above_splits(home: str) -> str:
    """The folder above, where the one that holds all pictures is that of a split."""
    parent, _, name = home.rpartition("/")
    return parent if name.casefold() in SPLIT_FOLDERS else home


def ids_by_split(paths: Iterable[str], home: str) -> list[tuple[str | None, str]]:
    """Ids with their paths below ``home``, the folder that holds all of them; None: a path that makes no id."""
    skipped = len(home) + 1 if home else 0
    listed = [(path, stem_of(path[skipped:]).split("/")) for path in paths]
    short = [(path, parts[1:] if _split(parts) else parts) for path, parts in listed]
    ids = [joined_id(parts) for _, parts in short]
    whole = [joined_id(parts) for _, parts in listed]
    if len(set(ids)) < len(set(whole)):
        ids = whole
    return [(sample, path) for sample, (path, _) in zip(ids, listed, strict=True)]


def splits_by_folder(photos: Mapping[str, str], home: str, order: Sequence[SampleId]) -> Splits:
    """The splits of the samples, whose photos' paths are given, in that order."""
    skipped = len(home) + 1 if home else 0
    splits = Splits()
    for sample in order:
        if split := _split(photos[sample][skipped:].split("/")):
            splits.samples.setdefault(split, []).append(sample)
            splits.of[sample] = split
    return splits


def _split(parts: Sequence[str]) -> str | None:
    return SPLIT_FOLDERS.get(parts[0].casefold()) if len(parts) > 1 else None

"""Files beside a dataset that say how to split it: CelebA's mapping and identities, and lists that people keep."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from app.faces.errors import ExportError
from app.faces.sample import SampleId
from app.faces.store import SampleStore
from app.formats.files import READ_LIMIT, DatasetFolder, shown
from app.formats.listing import numeric_id

_NUMBERED = {"0": "train", "1": "val", "2": "test"}
"""As in CelebA's own list and in the lists derived from it (``idx,split``)."""
_PHOTOS_OF_CELEBA = 202_599
_ID_COLUMNS = ("id", "idx", "sample", "image_id", "image", "file_name", "name")


def celeba_numbers(store: SampleStore, ids: Sequence[SampleId], mapping: str = "") -> dict[SampleId, int]:
    """Numbers of photos in the original CelebA, from 1, by the dataset's mapping table or the one named.

    Samples without one are missing. Raises ExportError for a table that cannot be read.
    """
    told = _mapping(Path(mapping)) if mapping else {}
    numbers = {}
    for sample in ids:
        name = told.get(sample) if mapping else store.celeba_file(sample)
        number = numeric_id((name or "").rpartition(".")[0])
        if number is not None and 1 <= int(number) <= _PHOTOS_OF_CELEBA:
            numbers[sample] = int(number)
    return numbers


def identities_of(numbers: Mapping[SampleId, int], table: Path) -> dict[SampleId, str]:
    """Who is on each photo by ``identity_CelebA.txt`` (``000001.jpg 2880``). Raises ExportError."""
    people: dict[int, str] = {}
    for line in _lines(table):
        words = line.split()
        number = numeric_id(words[0].rpartition(".")[0]) if len(words) == 2 else None
        if number is not None:
            people[int(number)] = words[1]
    if not people:
        raise ExportError(f"{shown(table.name)} has no line like '000001.jpg 2880'; name CelebA's identity_CelebA.txt")
    return {sample: people[number] for sample, number in numbers.items() if number in people}


def read_split_file(file: Path) -> dict[str, str]:
    """Ids and their splits.

    CSV with two columns (a header is recognised, 0, 1 and 2 are train, val and test as in CelebA), or JSON:
    ``{"train": [ids]}``, ``{id: split}`` or ``[{"id": …, "split": …}]``. Ids may be written as file names. Raises
    ExportError, also for an id in two splits.
    """
    text = _text(file)
    try:
        pairs = list(_json_pairs(json.loads(text)) if text.lstrip()[:1] in ("{", "[") else _csv_pairs(text))
    except (ValueError, TypeError, KeyError, RecursionError, csv.Error) as error:
        raise ExportError(f"{shown(file.name)} is no list of ids and splits ({error})") from None
    found: dict[str, str] = {}
    for name, split in pairs:
        sample = _as_id(name)
        split = _NUMBERED.get(split, split)
        if found.setdefault(sample, split) != split:
            raise ExportError(
                f"{shown(file.name)} has {shown(sample)} in {shown(found[sample])} and in {shown(split)}; remove one"
            )
    return found


def _mapping(table: Path) -> dict[str, str]:
    rows = (line.split() for line in _lines(table))
    told = {str(int(words[0])): words[2] for words in rows if len(words) >= 3 and numeric_id(words[0])}
    if not told:
        raise ExportError(f"{shown(table.name)} has no line like '0  119613  119614.jpg'; name CelebA-HQ's mapping")
    return told


def _json_pairs(document: Any) -> Iterator[tuple[str, str]]:
    if isinstance(document, list):
        for entry in document:
            column = next((column for column in _ID_COLUMNS if column in entry), _ID_COLUMNS[0])
            yield str(entry[column]), str(entry["split"])
        return
    for key, value in document.items():
        if isinstance(value, list):
            yield from ((str(sample), key) for sample in value)
        else:
            yield key, str(value)


def _csv_pairs(text: str) -> Iterator[tuple[str, str]]:
    id_at, split_at = 0, 1
    for number, row in enumerate(csv.reader(io.StringIO(text))):
        words = [word.strip() for word in row]
        lower = [word.casefold() for word in words]
        if number == 0 and "split" in lower:
            split_at = lower.index("split")
            id_at = next((lower.index(column) for column in _ID_COLUMNS if column in lower), 1 - min(split_at, 1))
            continue
        if not any(words):
            continue
        if len(words) <= max(id_at, split_at) or not words[id_at] or not words[split_at]:
            raise ValueError(f"line {number + 1} has not both an id and a split")
        yield words[id_at], words[split_at]


def _as_id(name: str) -> str:
    stem = name.replace("\\", "/").rpartition("/")[2]
    if stem.lower().endswith((".jpg", ".jpeg", ".png", ".txt")):
        stem = stem.rpartition(".")[0]
    return numeric_id(stem) or stem


def _lines(file: Path) -> list[str]:
    return _text(file).splitlines()


def _text(file: Path) -> str:
    try:
        data = DatasetFolder(file.resolve().parent).read(file.resolve().name, READ_LIMIT)
    except FileNotFoundError:
        raise ExportError(f"there is no file {shown(str(file))}; name one that is there") from None
    return data.decode("utf-8-sig", "replace")

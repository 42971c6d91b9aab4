"""The dataset's own splits: which samples its ``train``, ``val`` and ``test`` lists name."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from app.faces.errors import FaceDataError, UnsafeFileError
from app.faces.sample import Modality, Problem, SampleId
from app.formats.files import DatasetFolder, shown
from app.formats.impostors import impostor
from app.formats.listing import counted, free_id, natural_order, numeric_id
from app.formats.looked import Looked
from app.formats.pickles import SIZE_LIMIT, read_ids

_PARTITION = {b"0": "train", b"1": "val", b"2": "test"}
_PICKLES = (".pickle", ".pkl", ".p")


@dataclass(slots=True)
class Splits:
    """Samples by split, the split of each sample, and what was wrong with the lists."""

    samples: dict[str, list[SampleId]] = field(default_factory=dict)
    of: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_splits(
    folder: DatasetFolder,
    looked: Looked,
    files: Mapping[str, str],
    known: Container[str],
    keys: Mapping[str, str] = MappingProxyType({}),
) -> Splits:
    """Read the lists (pickles, or a name a line) by name → path; entries that are no sample are counted, not kept."""
    # ``keys`` are the samples by the entries that stand for them, where those are no ids.
    splits = Splits()
    for name, path in files.items():
        looked.note_file(path)
        try:
            data = folder.read(path, SIZE_LIMIT)
            entries = read_ids(data) if path.endswith(_PICKLES) else _lines(data)
        except UnsafeFileError as error:
            _tell(splits, path, f"refused, nothing in it was run: {error}")
            continue
        except (FaceDataError, FileNotFoundError) as error:
            _tell(splits, path, f"{error}")
            continue
        _take(splits, name, path, [keys.get(entry, entry) for entry in entries], known)
    return splits


def _lines(data: bytes) -> list[str]:
    """The first words of the lines of a text: names, paths, or a name and what is said of it."""
    words = (line.split() for line in data.decode("utf-8", "replace").lstrip("\ufeff").splitlines())
    return [line[0].strip(",;") for line in words if line and not line[0].startswith("#")]


def read_partition(folder: DatasetFolder, looked: Looked, path: str | None, known: Container[str]) -> Splits:
    """Train, val and test as ``list_eval_partition`` tells, text or CSV, with or without header.

    Rows that are not understood or name no sample are counted in its problems.
    """
    splits = Splits()
    if path is None:
        return splits
    looked.note_file(path)
    try:
        data = folder.read(path)
    except (FaceDataError, FileNotFoundError) as error:
        _tell(splits, path, f"{error}")
        return splits
    if what := impostor(data):
        _tell(splits, path, what)
        return splits
    members: dict[str, list[SampleId]] = {name: [] for name in _PARTITION.values()}
    odd: list[str] = []
    unknown: list[str] = []
    repeated = 0
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").replace(b",", b" ").split(b"\n")):
        words = line.split()
        if not words:
            continue
        split = _PARTITION.get(words[1]) if len(words) == 2 else None
        word = words[0].decode("utf-8", "surrogateescape")
        sample = free_id(word.rpartition(".")[0] or word)
        if split is None or sample is None:
            if number:  # the first line may be a header or a count
                odd.append(f"line {number + 1}")
        elif sample not in known:
            unknown.append(word)
        elif sample in splits.of:
            repeated += 1
        else:
            splits.of[sample] = split
            members[split].append(SampleId(sample))
    splits.samples.update({name: samples for name, samples in members.items() if samples})
    if odd:
        _tell(splits, path, f"lines that are no photo with 0, 1 or 2, passed over: {counted(odd)}. Is it cut?")
    if unknown:
        _tell(splits, path, f"entries that are not in this dataset: {counted(natural_order(unknown))}")
    if repeated:
        _tell(splits, path, f"repeated entries, of which the first counts: {repeated:,}")
    return splits


def _take(splits: Splits, name: str, path: str, entries: list[str], known: Container[str]) -> None:
    found: dict[str, None] = {}
    unknown: list[str] = []
    rewritten = repeated = elsewhere = 0
    for entry in entries:
        sample = entry
        if entry not in known:
            stem = entry.replace("\\", "/").rpartition("/")[2]
            if stem.lower().endswith((".jpg", ".jpeg", ".png", ".txt")):
                stem = stem.rpartition(".")[0]
            sample = numeric_id(stem) or stem
            rewritten += sample in known
        if sample not in known:
            unknown.append(entry)
        elif sample in found:
            repeated += 1
        elif sample in splits.of:
            elsewhere += 1
        else:
            found[sample] = None
    splits.samples[name] = [SampleId(sample) for sample in found]
    splits.of.update(dict.fromkeys(found, name))
    if unknown:
        _tell(splits, path, f"entries that are not in this dataset: {counted(unknown)}")
    if rewritten:
        _tell(splits, path, f"entries written as file names or padded, understood as ids: {rewritten:,}")
    if repeated:
        _tell(splits, path, f"repeated entries: {repeated:,}")
    if elsewhere:
        _tell(splits, path, f"entries that another split has already: {elsewhere:,}")


def _tell(splits: Splits, path: str, message: str) -> None:
    splits.problems.append(Problem(Modality.PHOTO, path, f"{shown(path)}: {message}"))

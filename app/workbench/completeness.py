"""Whether a dataset is all there: its counts beside those of the released set, and what is missing or cut.

Half-unpacked trees and downloads that were something else are what people lose most time with, so every count that
differs comes with the ids that are missing and one line of advice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from app.faces.errors import FaceDataError
from app.faces.sample import Modality, SampleId
from app.faces.store import SampleStore
from app.formats.files import DatasetFolder, shown
from app.formats.store import FolderStore
from app.formats.tables import Table
from app.jobs import Progress, Silent
from app.workbench import official
from app.workbench.describe import DatasetDescription
from app.workbench.file_checks import broken_files

_MOST_RANGES = 8
_MOST_EXAMPLES = 5
_READERS = 4

_AGAIN = "unpack the archive again with 7-Zip or unzip, or open the archive itself"
_ZIP64 = (
    "photos are all there is: the archive has 400,000 members, and an unpacker without zip64 (Windows' own) stops early"
    f" without a word; {_AGAIN}"
)
_CAPTIONS = "captions come with Multi-Modal-CelebA-HQ, not with the masks; see facewright sources"
_SKETCHES = "sketches are no longer published with Multi-Modal-CelebA-HQ; facewright sources tells what is"
_KINDS = {
    "empty": "empty",
    "cut": "without their end",
    "impostor": "something else under the name of the file",
    "unreadable": "not readable",
}


@dataclass(frozen=True, slots=True)
class Count:
    """One count beside the released set's. ``missing`` names ids in ranges; ``advice`` is for where they differ."""

    what: str
    found: int
    official: int
    missing: tuple[str, ...] = ()
    advice: str = ""

    @property
    def differs(self) -> bool:
        """Whether it is another count than the released one."""
        return self.found != self.official


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is wrong with ``count`` files: ``what`` in words, ``examples`` with the reason of each."""

    kind: str
    what: str
    count: int
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Completeness:
    """The comparison with one released set, ``reference``. ``checked`` says how closely files were looked at."""

    reference: str
    counts: tuple[Count, ...]
    troubles: tuple[Trouble, ...]
    checked: str
    notes: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether every count is the released one and no file is broken."""
        return not self.troubles and not any(count.differs for count in self.counts)

    def as_json(self) -> dict[str, Any]:
        """``complete`` in the document of ``facewright info --complete --json``."""
        return {
            "is_complete": self.is_complete,
            "reference": self.reference,
            "checked": self.checked,
            "counts": {
                count.what: {
                    "found": count.found,
                    "official": count.official,
                    "missing": list(count.missing),
                    "advice": count.advice if count.differs else "",
                }
                for count in self.counts
            },
            "troubles": [
                {"kind": t.kind, "what": t.what, "count": t.count, "examples": list(t.examples)} for t in self.troubles
            ],
            "notes": list(self.notes),
        }


@dataclass(slots=True)
class _Comparing:
    """The counts so far; ``absent`` are the official ids without a photo: nothing else can be there for them."""

    store: SampleStore
    described: DatasetDescription
    counts: list[Count] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, what: str, found: int, expected: int, advice: str, missing: Iterable[int] = ()) -> None:
        self.counts.append(Count(what, found, expected, ranges_of(missing), advice))

    def add_modality(self, modality: Modality, advice: str, *, what: str | None = None) -> None:
        has = {int(s) for s in self.store.sample_ids if _is_number(s) and self.store.has(s, modality)}
        missing = (number for number in range(official.CELEBA_HQ_SAMPLES) if number not in has)
        found = self.described.modalities[modality.value]
        self.add(what or modality.value, found, official.CELEBA_HQ_SAMPLES, advice, missing)


def compared(
    store: SampleStore,
    described: DatasetDescription,
    *,
    both_ends: bool = False,
    progress: Callable[[str], Progress] | None = None,
) -> Completeness:
    """The dataset beside the released set that it is a copy of, or a part.

    ``both_ends`` looks into every file for its end; else sizes are asked and only small files opened. ``progress``
    makes one for each of the long steps.
    """
    begin = progress or (lambda _what: Silent())
    comparing = _Comparing(store, described)
    if store.layout == "celeba":
        reference = "CelebA (aligned and cropped)"
        _compare_celeba(comparing)
    else:
        reference = _compare_celeba_hq(comparing, begin)
    folder = DatasetFolder(store.root)
    troubles: list[Trouble] = []
    if store.root.is_dir() and not (isinstance(store, FolderStore) and store.folder.read_only):
        checked = "both ends of every file" if both_ends else "sizes, and both ends of small files"
        troubles = _file_troubles(store, folder, both_ends=both_ends, progress=begin("check files"))
    else:
        checked = "names in the archive"
    if _only_photos(store, described):
        troubles.append(Trouble("zip64", _ZIP64, described.modalities["photo"]))
    return Completeness(reference, tuple(comparing.counts), tuple(troubles), checked, tuple(comparing.notes))


def ranges_of(numbers: Iterable[int]) -> tuple[str, ...]:
    """``3, 5–9 …``: ascending numbers as ranges, at most eight of them and how many are not told."""
    ranges: list[tuple[int, int]] = []
    for number in numbers:
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1] = (ranges[-1][0], number)
        else:
            ranges.append((number, number))
    told = [str(low) if low == high else f"{low}–{high}" for low, high in ranges[:_MOST_RANGES]]
    if rest := sum(high - low + 1 for low, high in ranges[_MOST_RANGES:]):
        told.append(f"… and {rest:,} more")
    return tuple(told)


def _compare_celeba_hq(comparing: _Comparing, begin: Callable[[str], Progress]) -> str:
    store, described = comparing.store, comparing.described
    total = official.CELEBA_HQ_SAMPLES
    has = {name for name, count in described.modalities.items() if count}
    is_multi_modal = bool({"captions", "sketch"} & has) or bool(described.splits)
    index_maps = any(store.class_bits(sample) is None for sample in store.sample_ids)
    tables = _table_rows(store)
    # A tree of captions and photos alone never had class files or tables; one with any of them should have all.
    is_native = not is_multi_modal or bool(tables) or (not index_maps and "mask" in has)
    comparing.add("samples", described.samples, total, _AGAIN)
    comparing.add_modality(Modality.PHOTO, _AGAIN)
    if is_native or "mask" in has:
        comparing.add_modality(Modality.MASK, _AGAIN)
    if is_native:
        for what, name in official.CELEBA_HQ_TABLES.items():
            comparing.add(what, tables.get(name, 0), total, f"{name} lies in the archive beside the photos; {_AGAIN}")
        if index_maps:
            comparing.notes.append("masks are index maps: classes that others cover are lost, so none are compared")
        else:
            _compare_classes(comparing)
    if is_multi_modal:
        comparing.add_modality(Modality.CAPTIONS, _CAPTIONS)
        lines, odd = _caption_lines(store, begin("read captions"))
        advice = f"not ten lines: samples {', '.join(ranges_of(odd))}; the rest: {_CAPTIONS}" if odd else _CAPTIONS
        comparing.add("caption lines", lines, official.CAPTIONS, advice)
        if "sketch" in has:
            comparing.add_modality(Modality.SKETCH, _SKETCHES)
        if described.splits:
            split = sum(described.splits.values())
            comparing.add(
                "samples in splits", split, total, "read train/filenames.pickle and test/filenames.pickle again"
            )
    if is_native:
        return "CelebAMask-HQ 1.1 and Multi-Modal-CelebA-HQ" if is_multi_modal else "CelebAMask-HQ 1.1"
    return "Multi-Modal-CelebA-HQ"


def _compare_classes(comparing: _Comparing) -> None:
    store, classes = comparing.store, comparing.described.classes
    edited = f"mask files are missing, or were edited here (facewright verify tells); {_AGAIN}"
    comparing.add("masks", sum(classes.values()), sum(official.CLASS_SAMPLES.values()), edited)
    for name, count in official.CLASS_SAMPLES.items():
        comparing.add(name, classes[name], count, edited)
    with_masks = [int(s) for s in store.sample_ids if _is_number(s) and store.has(s, Modality.MASK)]
    here = set(with_masks)
    by_folder = Counter(number // official.SAMPLES_PER_FOLDER for number in with_masks)
    for folder in range(official.MASK_FOLDERS):
        first = folder * official.SAMPLES_PER_FOLDER
        numbers = range(first, first + official.SAMPLES_PER_FOLDER)
        missing = (number for number in numbers if number not in here)
        what = f"samples in mask folder {folder}"
        comparing.add(what, by_folder[folder], official.SAMPLES_PER_FOLDER, _AGAIN, missing)


def _compare_celeba(comparing: _Comparing) -> None:
    store, described = comparing.store, comparing.described
    here = {int(s) for s in store.sample_ids if _is_number(s)}
    missing = (number for number in range(1, official.CELEBA_SAMPLES + 1) if number not in here)
    again = "unpack img_align_celeba.zip again; facewright sources tells where it is"
    comparing.add("samples", described.samples, official.CELEBA_SAMPLES, again, missing)
    rows = {PurePosixPath(name).stem.casefold(): count for name, count in _table_rows(store).items()}
    for name in official.CELEBA_TABLES:
        found = rows.get(name.casefold(), 0)
        comparing.add(f"{name} rows", found, official.CELEBA_SAMPLES, f"{name}.txt is a download of its own")
    for name, count in official.CELEBA_SPLITS.items():
        found = described.splits.get(name, 0)
        comparing.add(f"split {name}", found, count, "list_eval_partition.txt is missing, cut, or photos are")


def _table_rows(store: SampleStore) -> dict[str, int]:
    """The rows of every table by the name of its file. A table that cannot be read has none."""
    if isinstance(store, FolderStore):
        folder, paths = store.folder, [path for path in store.table_paths if path is not None]
    else:
        folder, paths = DatasetFolder(store.root), list(store.tables)
    rows = {}
    for path in paths:
        try:
            rows[PurePosixPath(path).name] = len(Table.from_bytes(folder.read(path)).rows)
        except (OSError, FaceDataError):
            rows[PurePosixPath(path).name] = 0
    return rows


def _caption_lines(store: SampleStore, progress: Progress) -> tuple[int, list[int]]:
    """All captions that say anything, and the samples that have not ten of them."""
    samples = [sample for sample in store.sample_ids if store.has(sample, Modality.CAPTIONS)]

    def count(sample: SampleId) -> int:
        captions = store.read_captions(sample).value
        return sum(bool(text.strip()) for text in captions.texts) if captions is not None else 0

    total, odd = 0, []
    with ThreadPoolExecutor(_READERS) as readers:
        for done, (sample, lines) in enumerate(zip(samples, readers.map(count, samples), strict=True), start=1):
            total += lines
            if lines != official.CAPTIONS // official.CELEBA_HQ_SAMPLES and _is_number(sample):
                odd.append(int(sample))
            progress.report(done, len(samples))
    return total, odd


def _file_troubles(store: SampleStore, folder: DatasetFolder, *, both_ends: bool, progress: Progress) -> list[Trouble]:
    wanted = (Modality.PHOTO, Modality.MASK, Modality.SKETCH, Modality.CAPTIONS)
    paths = list(dict.fromkeys(path for s in store.sample_ids for m in wanted for path in store.files(s, m)))
    paths += store.tables
    counts: Counter[str] = Counter()
    examples: dict[str, list[str]] = {}
    for broken in broken_files(folder, paths, both_ends=both_ends, progress=progress, total=len(paths)):
        counts[broken.kind] += 1
        told = examples.setdefault(broken.kind, [])
        if len(told) < _MOST_EXAMPLES:
            told.append(f"{shown(broken.path)}: {broken.what}")
    return [Trouble(kind, what, counts[kind], tuple(examples[kind])) for kind, what in _KINDS.items() if counts[kind]]


def _only_photos(store: SampleStore, described: DatasetDescription) -> bool:
    """The tree that Windows leaves of the release: its photo folder and nothing else."""
    path = next((path for sample in store.sample_ids[:1] for path in store.files(sample, Modality.PHOTO)), "")
    folder = PurePosixPath(path).parent.name or store.root.name
    others = [name for name, count in described.modalities.items() if count and name != "photo"]
    return folder.casefold().startswith("celeba-hq-img") and not others


def _is_number(sample: str) -> bool:
    return sample.isdecimal() and sample.isascii()


def lines_of(counts: Sequence[Count]) -> list[tuple[str, str, str, str]]:
    """Rows for a table: what, found, released, and where they differ the ids that are missing."""
    rows = []
    for count in counts:
        missing = f"missing: {', '.join(count.missing)}" if count.missing else "differs"
        rows.append((count.what, f"{count.found:,}", f"{count.official:,}", missing if count.differs else ""))
    return rows

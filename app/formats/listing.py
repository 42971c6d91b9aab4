"""The index of a dataset from file names alone: which sample has which files.

30,000 samples have 370,000 mask files; opening them all takes minutes, listing them a quarter of a second. So a sample
is an entry in a few dictionaries keyed by id (no object per sample, no path per file), and the classes it has files for
are one int. What does not fit is counted, not listed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from app.faces.classes import ALL_BITS, CLASSES
from app.faces.sample import Modality, Problem
from app.formats.files import DatasetFolder, shown
from app.formats.tree import unreadable

BACKGROUND_BIT = ALL_BITS + 1
"""Marks a ``…_background.png`` in the bit set of files; it is read, kept and never needed."""
_SUFFIX_BITS = {f"{c.name}.png": c.bit or BACKGROUND_BIT for c in CLASSES}
_ID_DIGITS = 9
ToId = Callable[[str], str | None]


def numeric_id(stem: str) -> str | None:
    """``"00017"`` → ``"17"``; None for anything but one to nine ASCII digits (``isdigit`` alone would take ``²``)."""
    if not stem.isdigit() or not stem.isascii() or len(stem) > _ID_DIGITS:
        return None
    return stem if stem[0] != "0" else str(int(stem))


def free_id(stem: str) -> str | None:
    """A stem as an id where names need not be numbers: printable, no hidden file, nothing that could be a path."""
    if not stem or stem[0] == "." or not stem.isprintable() or "\\" in stem or len(stem) > 200:
        return None
    return numeric_id(stem) or stem


def natural_order(ids: Iterable[str]) -> list[str]:
    """Numbers by value first, then names."""
    numbers: list[str] = []
    names: list[str] = []
    for sample in ids:
        (numbers if numeric_id(sample) else names).append(sample)
    return sorted(numbers, key=int) + sorted(names)


class Names:
    """Lists folders for the modalities and gathers what is wrong with them."""

    def __init__(self, folder: DatasetFolder) -> None:
        self._folder = folder
        self.problems: list[Problem] = []

    def of(self, path: str) -> list[str]:
        """The names in a folder, none when it cannot be read (which is a problem)."""
        try:
            return os.listdir(self._folder.full(path))
        except OSError as error:
            self.problems.append(unreadable(path, error))
            return []

    def is_folder(self, path: str) -> bool:
        """Whether the path is a folder inside the root."""
        return self._folder.is_folder(path)

    def report(self, modality: Modality, folder: str, names: Sequence[str], what: str) -> None:
        """One problem for any number of names: ``3 files in image are no photos (a.tmp, b.gif, …)``."""
        if not names:
            return
        examples = ", ".join(shown(name) for name in sorted(names)[:3]) + (", …" if len(names) > 3 else "")
        count = "1 file" if len(names) == 1 else f"{len(names):,} files"
        self.problems.append(Problem(modality, folder, f"{count} in {shown(folder)} {what} ({examples})"))


@dataclass(slots=True)
class FilesByName:
    """One file per sample: photos, captions, sketches or index maps."""

    folders: list[str]
    names: dict[str, str] = field(default_factory=dict)
    elsewhere: dict[str, str] = field(default_factory=dict)

    def __contains__(self, sample: object) -> bool:
        return sample in self.names or sample in self.elsewhere

    def path(self, sample: str) -> str | None:
        """The sample's file relative to the root."""
        name = self.names.get(sample)
        return self.elsewhere.get(sample) if name is None else f"{self.folders[0]}/{name}"

    def ids(self) -> list[str]:
        """All ids that have a file."""
        return [*self.names, *self.elsewhere]


@dataclass(frozen=True, slots=True)
class NameRule:
    """What the files of a modality are called: suffixes in order of preference, and an ending that belongs to none."""

    modality: Modality
    suffixes: tuple[str, ...]
    ending: str = ""
    numeric: bool = True
    subfolders: frozenset[str] = frozenset()


def list_files(names: Names, folders: Sequence[str], rule: NameRule) -> FilesByName:
    """Index the folders; earlier ones win. Doubles and names that fit nothing become problems."""
    files = FilesByName(list(folders))
    to_id = numeric_id if rule.numeric else free_id
    suffixes = frozenset(rule.suffixes)
    for number, folder in enumerate(folders):
        here: dict[str, str] = {}
        strays, doubles = [], []
        for name in names.of(folder):
            stem, _, suffix = name.rpartition(".")
            sample = None
            if stem and (suffix in suffixes or suffix.lower() in suffixes):
                if rule.ending and stem.endswith(rule.ending):
                    stem = stem[: -len(rule.ending)]
                sample = to_id(stem)
            if sample is None:
                strays.append(name)
            elif sample in here:
                doubles.append(max(name, here[sample], key=lambda n: _distance(n, sample, rule)))
                here[sample] = min(name, here[sample], key=lambda n: _distance(n, sample, rule))
            else:
                here[sample] = name
        strays = [name for name in strays if "." in name[1:] or not names.is_folder(f"{folder}/{name}")]
        what = rule.modality.value
        names.report(rule.modality, folder, strays, f"are no {what} files; code that counts files will be misled")
        names.report(rule.modality, folder, doubles, "are a second file of a sample and are not read")
        if number == 0:
            files.names = here
            continue
        if rule.modality is not Modality.PHOTO:
            # The same photo in both of two trees is usual and never written; of two captions one would go stale.
            doubles = [name for sample, name in here.items() if sample in files]
            names.report(rule.modality, folder, doubles, f"are also in {files.folders[0]} and are not read")
        files.elsewhere.update({s: f"{folder}/{name}" for s, name in here.items() if s not in files})
    return files


def _distance(name: str, sample: str, rule: NameRule) -> tuple[bool, int, bool, str]:
    """How far a name is from the released spelling: the closest of two wins."""
    stem, _, suffix = name.rpartition(".")
    lower = suffix.lower()
    return stem != sample, rule.suffixes.index(lower), suffix != lower, name


@dataclass(slots=True)
class ClassFiles:
    """Per-class mask files: for each sample the bit set of classes that have one, and how its files are called."""

    folders: list[str]
    bits: dict[str, int] = field(default_factory=dict)
    folder_of: dict[str, int] = field(default_factory=dict)
    prefixes: dict[str, str] = field(default_factory=dict)

    def path(self, sample: str, class_name: str) -> str:
        """Where the sample's file of a class is, or where it would be."""
        return f"{self._folder(sample)}/{self._prefix(sample)}_{class_name}.png"

    def _folder(self, sample: str) -> str:
        at = self.folder_of.get(sample)
        if at is not None:
            return self.folders[at]
        first = self.folders[0]
        parent, _, name = first.rpartition("/")
        return f"{parent}/{int(sample) // 2000}" if name.isdigit() and sample.isdigit() else first

    def _prefix(self, sample: str) -> str:
        prefix = self.prefixes.get(sample)
        if prefix is None and sample not in self.folder_of and self._is_unpadded:
            return sample
        return prefix or sample.zfill(5)

    @property
    def _is_unpadded(self) -> bool:
        return 2 * len(self.prefixes) > len(self.bits) and all(map(numeric_id, list(self.prefixes)[:5]))


def list_masks(names: Names, folders: Sequence[str], *, numeric: bool) -> tuple[ClassFiles, FilesByName]:
    """Index mask folders of either kind: ``K/NNNNN_class.png``, ``NNNNN_class.png`` and index maps ``N.png``."""
    class_files, index_maps = ClassFiles([]), FilesByName([])
    to_id = numeric_id if numeric else free_id
    pending = list(folders)
    while pending:
        folder = pending.pop(0)
        found: dict[str, int] = {}
        others = []
        for name in names.of(folder):
            prefix, _, suffix = name.partition("_")
            bit = _SUFFIX_BITS.get(suffix)
            if bit is None:
                others.append(name)
            else:
                found[prefix] = found.get(prefix, 0) | bit
        if folder in folders:
            numbered = [name for name in others if name.isdigit() and names.is_folder(f"{folder}/{name}")]
            pending[:0] = [f"{folder}/{name}" for name in sorted(numbered, key=lambda n: (len(n), n))]
            others = [name for name in others if name not in set(numbered)] if numbered else others
        others = _add_index_maps(names, index_maps, folder, others, to_id)
        if found or others:
            _add_class_files(names, class_files, folder, found, others, to_id)
    return class_files, index_maps


def _add_index_maps(names: Names, index_maps: FilesByName, folder: str, others: list[str], to_id: ToId) -> list[str]:
    """Take ``N.png`` out of the names; the first folder that has any is the one that counts."""
    maps: dict[str, str] = {}
    rest = []
    for name in others:
        stem, _, suffix = name.rpartition(".")
        sample = to_id(stem) if stem and suffix.lower() == "png" else None
        if sample is None or (sample in maps and maps[sample] == f"{sample}.png") or _looks_like_class_file(name):
            rest.append(name)
        else:
            maps[sample] = name
    if not maps:
        return rest
    if index_maps.folders:
        names.report(
            Modality.MASK, folder, list(maps.values()), f"are index maps beside {index_maps.folders[0]}; not read"
        )
    else:
        index_maps.folders.append(folder)
        index_maps.names = maps
    return rest


def _looks_like_class_file(name: str) -> bool:
    return name.lower().partition("_")[2] in _SUFFIX_BITS


def _add_class_files(
    names: Names, files: ClassFiles, folder: str, found: dict[str, int], others: list[str], to_id: ToId
) -> None:
    doubles, strays = [], []
    for name in others:
        # A stem with underscores of its own, or a stray.
        for suffix, bit in _SUFFIX_BITS.items():
            if name.endswith(f"_{suffix}") and to_id is free_id:
                prefix = name[: -len(suffix) - 1]
                found[prefix] = found.get(prefix, 0) | bit
                break
        else:
            if not names.is_folder(f"{folder}/{name}"):
                strays.append(name)
    if found:
        files.folders.append(folder)
    number = len(files.folders) - 1
    for prefix, bits in sorted(found.items(), key=lambda item: len(item[0]) != 5):
        sample = to_id(prefix)
        if sample is None:
            strays.append(f"{prefix}_….png")
        elif sample in files.folder_of:
            doubles.append(f"{prefix}_….png")
        else:
            files.bits[sample] = bits
            files.folder_of[sample] = number
            if prefix != sample.zfill(5):
                files.prefixes[sample] = prefix
    spelled = [name for name in strays if _looks_like_class_file(name)]
    strays = [name for name in strays if not _looks_like_class_file(name)]
    names.report(Modality.MASK, folder, spelled, "are spelled unlike the released masks (lower case) and are not read")
    names.report(Modality.MASK, folder, strays, "are no masks and are not read")
    names.report(Modality.MASK, folder, doubles, "belong to samples that have masks already and are not read")

"""The index of a dataset from file names alone: which sample has which files.

30,000 samples have 370,000 mask files; opening them all takes minutes, listing them a quarter of a second. So a sample
is an entry in a few dictionaries keyed by id: no object per sample, no path per file. What does not fit is counted,
not listed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from app.faces.sample import Modality, Problem
from app.formats.files import DatasetFolder, shown
from app.formats.junk import JUNK_INITIALS, is_junk
from app.formats.later import Later
from app.formats.looked import Looked
from app.formats.tree import unreadable

_ID_DIGITS = 9
_TEXT_AND_NUMBER = re.compile(r"([^0-9]*)([0-9]*)")
_PADDING_SAMPLE = 1000
"""How many names are looked at for the way a dataset pads its ids."""
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
    return sorted(numbers, key=int) + sorted(names, key=_by_numbers_within)


def _by_numbers_within(name: str) -> list[tuple[str, int]]:
    """``face9`` before ``face10``."""
    return [(text, int(number or 0)) for text, number in _TEXT_AND_NUMBER.findall(name)]


def counted(names: Sequence[str]) -> str:
    """The first three names and how many there are: ``a.tmp, b.tmp, c.tmp, … (12)``."""
    return f"{', '.join(map(shown, names[:3]))}{', …' if len(names) > 3 else ''} ({len(names):,})"


class Names:
    """Lists folders for the modalities and gathers what is wrong with them."""

    def __init__(self, folder: DatasetFolder, looked: Looked) -> None:
        self._folder = folder
        self._looked = looked
        self._junk = 0
        self.problems: list[Problem] = []

    def of(self, path: str) -> list[str]:
        """The names in a folder, none when it cannot be read (which is a problem)."""
        self._looked.note_folder(path)
        try:
            names = self._folder.names(path)
        except OSError as error:
            self.problems.append(unreadable(path, error))
            return []
        kept = [name for name in names if not (name[0] in JUNK_INITIALS and is_junk(name))]
        self._junk += len(names) - len(kept)
        return kept

    def report_junk(self) -> None:
        """One problem for all that other systems left behind."""
        if self._junk:
            message = f"files that other systems left behind (._x, Thumbs.db, …), ignored: {self._junk:,}"
            self.problems.append(Problem(Modality.PHOTO, "", message))

    def is_folder(self, path: str) -> bool:
        """Whether the path is a folder inside the root."""
        if self._folder.is_folder(path):
            return True
        if self._folder.is_link(path):
            self._looked.links.add(path)
        return False

    def report(self, modality: Modality, folder: str, names: Sequence[str], what: str) -> None:
        """One problem for any number of names: ``image: no photos, not read: a.tmp, b.gif, … (12 files)``."""
        if not names:
            return
        self.problems.append(Problem(modality, folder, f"{shown(folder)}: {what}: {counted(sorted(names))}"))


class FilesByName:
    """One file per sample: photos, captions, sketches or index maps.

    ``names`` are those in the first folder by sample, ``elsewhere`` paths into the others. A name that begins with the
    sample's id may be kept as what comes after it: ``.jpg``, which no name of a file of ours can be.
    """

    def __init__(self, folders: list[str], files: Later[tuple[dict[str, str], dict[str, str]]] | None = None) -> None:
        """``files`` are the names and the paths elsewhere, put together when first asked for; None: none yet."""
        self.folders = folders
        self.is_listed = True
        self._files = files or Later(lambda: ({}, {}))

    @property
    def names(self) -> dict[str, str]:
        """Names in the first folder, by sample."""
        return self._files.value()[0]

    @property
    def elsewhere(self) -> dict[str, str]:
        """Paths into the other folders, by sample, of samples that the first has not."""
        return self._files.value()[1]

    def __contains__(self, sample: object) -> bool:
        names, elsewhere = self._files.value()
        return sample in names or sample in elsewhere

    def path(self, sample: str) -> str | None:
        """The sample's file relative to the root."""
        name = self.names.get(sample)
        return self.elsewhere.get(sample) if name is None else f"{self.folders[0]}/{whole_name(sample, name)}"

    def new_path(self, sample: str, suffix: str) -> str:
        """Where a new file of the sample goes: beside the others, padded with zeros if they are."""
        names = (whole_name(s, name) for s, name in islice(self.names.items(), _PADDING_SAMPLE))
        stems = (name.rpartition(".")[0] for name in names)
        width = next((len(stem) for stem in stems if len(stem) > 1 and stem[0] == "0" and numeric_id(stem)), 0)
        return f"{self.folders[0]}/{sample.zfill(width) if numeric_id(sample) else sample}.{suffix}"

    def add(self, sample: str, path: str) -> None:
        """A file of ours appeared in the first folder; what is known is more now than what was listed."""
        self.is_listed = False
        self.names[sample] = path.rpartition("/")[2]

    def remove(self, sample: str) -> None:
        """The sample's file is gone."""
        self.is_listed = False
        if self.names.pop(sample, None) is None:
            self.elsewhere.pop(sample, None)

    def note(self, sample: str, path: str, *, exists: bool) -> None:
        """The sample's file was saved, or taken away by an undo of what made it."""
        if not exists:
            self.remove(sample)
        elif sample not in self:
            self.add(sample, path)

    def ids(self) -> list[str]:
        """All ids that have a file."""
        return [*self.names, *self.elsewhere]


def whole_name(sample: str, name: str) -> str:
    """The name of the sample's file, where ``FilesByName`` keeps only what comes after the id."""
    return sample + name if name[0] == "." else name


@dataclass(frozen=True, slots=True)
class NameRule:
    """What the files of a modality are called: suffixes in order of preference, and an ending that belongs to none."""

    modality: Modality
    suffixes: tuple[str, ...]
    ending: str = ""
    numeric: bool = True


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
        names.report(rule.modality, folder, strays, f"no {what} files, not read; code that counts files is misled")
        names.report(rule.modality, folder, doubles, "second files of a sample, not read")
        if number == 0:
            files.names.update(here)
            continue
        if rule.modality is not Modality.PHOTO:
            # The same photo in both of two trees is usual and never written; of two captions one would go stale.
            doubles = [name for sample, name in here.items() if sample in files]
            names.report(rule.modality, folder, doubles, f"also in {files.folders[0]}, not read")
        files.elsewhere.update({s: f"{folder}/{name}" for s, name in here.items() if s not in files})
    return files


def _distance(name: str, sample: str, rule: NameRule) -> tuple[bool, int, bool, str]:
    """How far a name is from the released spelling: the closest of two wins."""
    stem, _, suffix = name.rpartition(".")
    lower = suffix.lower()
    return stem != sample, rule.suffixes.index(lower), suffix != lower, name

"""Names of photos in files of other tools: looked up inside the dataset, wherever the tool believed them to be.

Annotation files carry absolute paths of another machine, links to the web, ``../images/17.jpg`` and Windows' own
backslashes. Of what leads out of the dataset only the last part is looked for, in the usual folders.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.faces.sample import Modality, Problem, SampleId
from app.formats.files import DatasetFolder
from app.formats.layouts.walking import joined_id, stem_of, within
from app.formats.listing import counted, free_id


def inner_path(name: str) -> tuple[str, bool]:
    """The name as a plain relative path, and whether it was one that stays inside as it was."""
    plain = name.replace("\\", "/").removeprefix("./")
    parts = plain.split("/")
    stays = not (
        plain.startswith("/") or ":" in parts[0] or "\0" in plain or any(part in {"", ".", ".."} for part in parts)
    )
    if stays:
        return plain, True
    last = parts[-1].partition("?")[0].replace("\0", "")
    return ("" if last in {".", ".."} else last), False


class FoundPhotos:
    """Looks names up in folders that are listed once, so that 30,000 names ask the disk for a few lists."""

    def __init__(self, dataset: DatasetFolder) -> None:
        self._dataset = dataset
        self._names: dict[str, frozenset[str]] = {}
        self.folders: list[str] = []

    def find(self, name: str, bases: Sequence[str]) -> str | None:
        """The first of ``base/name`` that is there."""
        folder, _, file = name.rpartition("/")
        for base in bases:
            place = "/".join(filter(None, (base, folder)))
            if file in self._listed(place):
                return within(place, file)
        return None

    def _listed(self, place: str) -> frozenset[str]:
        if place not in self._names:
            names: Iterable[str] = ()
            try:
                if self._dataset.is_folder(place):
                    names = self._dataset.names(place)
                    self.folders.append(place)
            except (OSError, ValueError):
                names = ()
            self._names[place] = frozenset(names)
        return self._names[place]


def ids_of(names: Iterable[str], problems: list[Problem]) -> dict[str, SampleId]:
    """An id by name: the file's stem, its whole path where two have one stem."""
    stems: dict[str | None, list[str]] = {}
    for name in names:
        stems.setdefault(free_id(stem_of(name.rpartition("/")[2])), []).append(name)
    ids: dict[str, SampleId] = {}
    strays: list[str] = []
    taken: set[str] = set()
    for stem, same in stems.items():
        for name in same:
            sample = stem if len(same) == 1 else joined_id(stem_of(name).split("/"))
            if stem is None or sample is None or sample in taken:
                strays.append(name)
                continue
            taken.add(sample)
            ids[name] = SampleId(sample)
    if strays:
        problems.append(Problem(Modality.PHOTO, "", f"names that make no id of their own, not read: {counted(strays)}"))
    return ids

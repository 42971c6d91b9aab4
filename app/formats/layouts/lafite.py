"""Photos with their captions side by side, ``N.jpg`` and ``N.txt``: what LAFITE's dataset tool packs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from app.faces.classes import ClassScheme
from app.faces.sample import Modality, Problem, SampleId
from app.faces.store import SampleStore
from app.formats.files import DatasetFolder, shown
from app.formats.format import Detection
from app.formats.layouts.photo_parts import CaptionFolder, PhotoParts
from app.formats.layouts.photo_store import PhotoStore
from app.formats.layouts.split_folders import above_splits, ids_by_split, splits_by_folder
from app.formats.layouts.walking import (
    FilesInTree,
    bases,
    common_folder,
    is_picture,
    peek,
    stem_of,
    walk,
    within,
    without_doubles,
)
from app.formats.listing import counted, natural_order
from app.formats.looked import Looked

_EDITED = frozenset({Modality.CAPTIONS})
_PEEKED = 20
_DOCUMENTS = frozenset({"readme.txt", "license.txt", "licence.txt", "license-notice.txt", "report.txt"})
"""What lies beside the pairs and nobody misses."""


@dataclass(frozen=True, slots=True)
class Lafite:
    """Pictures at any depth, each beside a text file of its name with a caption a line; blank lines are no captions."""

    name: str = "lafite"
    title: str = "LAFITE pairs"
    summary: str = "N.jpg or N.png and N.txt side by side, one caption a line"
    reads: frozenset[Modality] = _EDITED | {Modality.PHOTO}
    writes: frozenset[Modality] = _EDITED

    def detect(self, folder: Path) -> Detection:
        """Half of the first pictures of a folder beside a text file of their name speak for it."""
        if not folder.is_dir():
            return Detection(self.name, self.title, 0.0, refusals=("it is no folder",))
        dataset = DatasetFolder(folder)
        for base in bases(dataset):
            for place in (base, *(within(base, name) for name in peek(dataset, base, 200)[1][:20] if base)):
                pictures = [name for name in peek(dataset, place, 400)[0] if is_picture(name)][:_PEEKED]
                paired = sum(dataset.exists(within(place, f"{stem_of(name)}.txt")) for name in pictures)
                if paired and 2 * paired >= len(pictures):
                    where = shown(place) or "the folder itself"
                    return Detection(
                        self.name, self.title, 0.4, (f"pictures beside text files of their name in {where}",)
                    )
        return Detection(self.name, self.title, 0.0, refusals=("no pictures beside text files of their name",))

    def open(self, folder: Path, scheme: ClassScheme) -> SampleStore:
        """The pictures and the texts beside them."""
        dataset = DatasetFolder(folder)
        looked = Looked(dataset)
        problems: list[Problem] = []
        pictures: list[str] = []
        texts: set[str] = set()
        for place, names in walk(dataset, looked, "", problems):
            pictures += [within(place, name) for name in names if is_picture(name)]
            texts.update(within(place, name) for name in names if name.endswith(".txt"))
        home = above_splits(common_folder(pictures))
        photos = without_doubles(ids_by_split(pictures, home), "photos", problems)
        captions = {sample: text for sample, path in photos.items() if (text := f"{stem_of(path)}.txt") in texts}
        texts.difference_update(captions.values())
        if lost := natural_order(path for path in texts if path.rpartition("/")[2].casefold() not in _DOCUMENTS):
            message = f"text files without a picture of their name, not read: {counted(lost)}"
            problems.append(Problem(Modality.CAPTIONS, "", message))
        ids = tuple(map(SampleId, natural_order(photos)))
        parts = PhotoParts(
            photos=FilesInTree(home, photos),
            ids=ids,
            looked=looked,
            splits=splits_by_folder(photos, home, ids),
            captions=CaptionFolder(dataset, FilesInTree(home, captions, lambda sample: stem_of(photos[sample]))),
            problems=tuple(problems),
        )
        return PhotoStore(
            dataset, parts, layout=self.name, title=self.title, scheme=scheme,
            again=lambda: self.open(dataset.root, scheme),
        )  # fmt: skip

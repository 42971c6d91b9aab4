"""Any folder of photos, the last resort: pictures at any depth, nothing else known of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from app.faces.classes import LAYER_CLASSES, ClassScheme
from app.faces.sample import Modality, Problem, SampleId
from app.faces.store import SampleStore
from app.formats.files import DatasetFolder, shown
from app.formats.format import Detection
from app.formats.layouts.photo_parts import PhotoParts
from app.formats.layouts.photo_store import PhotoStore
from app.formats.layouts.split_folders import above_splits, ids_by_split, splits_by_folder
from app.formats.layouts.walking import (
    FilesInTree,
    bases,
    common_folder,
    is_picture,
    peek,
    walk,
    within,
    without_doubles,
)
from app.formats.listing import natural_order
from app.formats.looked import Looked
from app.formats.tree import PHOTO_FOLDERS, Surveyor

_PHOTO_NAMES = frozenset(name.casefold() for name in PHOTO_FOLDERS)
_HEADINGS = frozenset(name.casefold() for name in (*PHOTO_FOLDERS, "img_align_celeba") if "-" in name or "_" in name)
_CLASS_FILE = re.compile(rf".*_(?:{'|'.join(c.name for c in LAYER_CLASSES)})\.png", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Photos:
    """``anything/*.jpg``: a sample's id is the photo's path without suffix, below the folder that holds all of them,
    its parts joined by two underscores. A folder of a split is no part of it, but tells the split."""

    name: str = "photos"
    title: str = "Folder of photos"
    summary: str = "any folder of JPEG and PNG pictures, also nested; shown without masks and captions"
    reads: frozenset[Modality] = frozenset({Modality.PHOTO})
    writes: frozenset[Modality] = frozenset()

    def detect(self, folder: Path) -> Detection:
        """Any picture in the folder or the two levels below speaks for it, faintly: every other layout goes first."""
        if not folder.is_dir():
            return Detection(self.name, self.title, 0.0, refusals=("it is no folder",))
        dataset = DatasetFolder(folder)
        places = Surveyor(dataset, Looked(dataset)).survey()
        others = [] if places.photos else [*places.masks, *places.captions, *places.sketches]
        for base in bases(dataset):
            if others and base.casefold() not in _PHOTO_NAMES:
                continue  # what lies elsewhere in such a tree are masks, sketches, previews
            for place in (base, *(within(base, name) for name in peek(dataset, base, 200)[1][:20] if base)):
                if any(is_picture(name) and not _CLASS_FILE.fullmatch(name) for name in peek(dataset, place, 200)[0]):
                    return Detection(
                        self.name, self.title, 0.1, (f"pictures in {shown(place) or 'the folder itself'}",)
                    )
        if others:
            why = f"a dataset without its photos: {', '.join(map(shown, others[:3]))}; put the photos beside them"
            return Detection(self.name, self.title, 0.0, refusals=(why,))
        return Detection(self.name, self.title, 0.0, refusals=("no JPEG or PNG pictures here or two levels below",))

    def open(self, folder: Path, scheme: ClassScheme) -> SampleStore:
        """The pictures of all folders."""
        dataset = DatasetFolder(folder)
        looked = Looked(dataset)
        problems: list[Problem] = []
        paths = [
            within(place, name)
            for place, names in walk(dataset, looked, "", problems)
            for name in names
            if is_picture(name)
        ]
        home = above_splits(common_folder(paths))
        photo_of = without_doubles(ids_by_split(paths, home), "photos", problems)
        ids = tuple(map(SampleId, natural_order(photo_of)))
        if dataset.root.name.casefold() in _HEADINGS:
            name = shown(dataset.root.name)
            message = (
                f"{name} is the folder of photos of a dataset; open the folder above it for its masks and captions"
            )
            problems.append(Problem(Modality.PHOTO, "", message))
        parts = PhotoParts(
            photos=FilesInTree(home, photo_of),
            ids=ids,
            looked=looked,
            splits=splits_by_folder(photo_of, home, ids),
            problems=tuple(problems),
        )
        return PhotoStore(
            dataset,
            parts,
            layout=self.name,
            title=self.title,
            scheme=scheme,
            again=lambda: self.open(dataset.root, scheme),
        )

"""The caption layout of CUB-200: photos and ten captions each in a folder for each class, and pickled split lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.faces.classes import ClassScheme
from app.faces.errors import FaceDataError
from app.faces.sample import Modality, Problem, SampleId
from app.faces.store import SampleStore
from app.formats.files import DatasetFolder, shown
from app.formats.format import Detection
from app.formats.layouts.photo_parts import CaptionFolder, PhotoParts
from app.formats.layouts.photo_store import PhotoStore
from app.formats.layouts.walking import (
    FilesInTree,
    bases,
    is_picture,
    joined_id,
    peek,
    stem_of,
    walk,
    within,
    without_doubles,
)
from app.formats.listing import counted, natural_order
from app.formats.looked import Looked
from app.formats.pickles import SIZE_LIMIT, read_ids
from app.formats.splits import read_splits
from app.formats.tree import CAPTION_CACHES

_EDITED = frozenset({Modality.CAPTIONS})
_TEXTS = ("text", "text_c10")
_IMAGES = ("images", "image", "CUB_200_2011/images")
_LISTS = ("train", "val", "test")


@dataclass(frozen=True, slots=True)
class _CubPlaces:
    base: str
    texts: str
    images: str


def _places(folder: DatasetFolder) -> _CubPlaces | None:
    """The first base with a folder of texts in folders and a folder of images in folders of the same names."""
    for base in bases(folder):
        for texts in (within(base, name) for name in _TEXTS):
            _, classes = peek(folder, texts, 400)
            has_texts = any(
                name.endswith(".txt") for c in classes[:5] for name in peek(folder, within(texts, c), 50)[0]
            )
            if not has_texts:
                continue
            for images in (within(base, name) for name in _IMAGES):
                if any(is_picture(name) for c in classes[:5] for name in peek(folder, within(images, c), 50)[0]):
                    return _CubPlaces(base, texts, images)
    return None


@dataclass(frozen=True, slots=True)
class _CubFacts:
    """The class that a photo's folder stands for (see ``photo_parts.Facts``)."""

    photos: Mapping[str, str]

    def of(self, sample: SampleId) -> Mapping[str, Any]:
        """``folder``: the name of the folder that the photo lies in."""
        return {"folder": self.photos[sample].split("/")[-2]}

    def celeba_file(self, sample: SampleId) -> str | None:  # noqa: ARG002 - the protocol's signature
        """Nothing tells."""
        return None

    def sample_of_celeba_hq(self, number: str) -> SampleId | None:  # noqa: ARG002 - the protocol's signature
        """Nothing tells."""
        return None


@dataclass(frozen=True, slots=True)
class Cub:
    """``images/CLASS/NAME.jpg``, ``text/CLASS/NAME.txt`` with ten lines, ``train|test/filenames.pickle`` of CLASS/NAME.

    A sample's id is NAME, or CLASS__NAME where several classes have that name.
    """

    name: str = "cub"
    title: str = "CUB captions"
    summary: str = "text/CLASS/NAME.txt with ten captions, images/CLASS/NAME.jpg, pickled split lists"
    reads: frozenset[Modality] = _EDITED | {Modality.PHOTO}
    writes: frozenset[Modality] = _EDITED

    def detect(self, folder: Path) -> Detection:
        """Folders of texts beside folders of images by the same names speak for it."""
        if not folder.is_dir():
            return Detection(self.name, self.title, 0.0, refusals=("it is no folder",))
        places = _places(DatasetFolder(folder))
        if places is None:
            return Detection(
                self.name, self.title, 0.0, refusals=("no text/CLASS/NAME.txt with images/CLASS/NAME.jpg",)
            )
        reasons = (f"captions by class in {shown(places.texts)}", f"photos by class in {shown(places.images)}")
        return Detection(self.name, self.title, 0.9, reasons)

    def open(self, folder: Path, scheme: ClassScheme) -> SampleStore:
        """The photos, captions and splits."""
        dataset = DatasetFolder(folder)
        looked = Looked(dataset)
        places = _places(dataset) or _CubPlaces("", "text", "images")
        problems: list[Problem] = []
        pictures = _by_key(dataset, looked, places.images, "picture", problems)
        texts = _by_key(dataset, looked, places.texts, "text", problems)
        of_key = _ids_of(pictures)
        photos = without_doubles(((of_key[key], path) for key, path in pictures.items()), "photos", problems)
        key_of = {
            sample: key for key, sample in of_key.items() if sample is not None and pictures[key] == photos[sample]
        }
        captions = {sample: texts[key] for sample, key in key_of.items() if key in texts}
        if lost := natural_order(key for key in texts if key not in of_key):
            problems.append(
                Problem(
                    Modality.CAPTIONS, places.texts, f"captions of samples without a photo, not shown: {counted(lost)}"
                )
            )
        ids = tuple(map(SampleId, natural_order(photos)))
        lists = {name: within(places.base, f"{name}/filenames.pickle") for name in _LISTS}
        lists = {name: path for name, path in lists.items() if dataset.exists(path)}
        keys = {key: sample for sample, key in key_of.items()}
        splits = read_splits(dataset, looked, lists, frozenset(ids), keys)
        problems += _class_info(dataset, looked, places, lists)
        caches = [within(places.base, name) for name in CAPTION_CACHES if dataset.exists(within(places.base, name))]
        files = FilesInTree(places.texts, captions, lambda sample: within(places.texts, key_of[sample]))
        parts = PhotoParts(
            photos=FilesInTree(places.images, photos),
            ids=ids,
            looked=looked,
            captions=CaptionFolder(dataset, files, caches),
            splits=splits,
            facts=_CubFacts(photos),
            problems=tuple(problems),
        )
        return PhotoStore(
            dataset, parts, layout=self.name, title=self.title, scheme=scheme,
            again=lambda: self.open(dataset.root, scheme),
        )  # fmt: skip


def _by_key(folder: DatasetFolder, looked: Looked, base: str, what: str, problems: list[Problem]) -> dict[str, str]:
    """Paths by CLASS/NAME."""
    found: dict[str, str] = {}
    doubles: list[str] = []
    for place, names in walk(folder, looked, base, problems):
        for name in names:
            if not (is_picture(name) if what == "picture" else name.endswith(".txt")):
                continue
            path = within(place, name)
            key = stem_of(path[len(base) + 1 :])
            if key in found:
                doubles.append(path)
            else:
                found[key] = path
    if doubles:
        message = f"{shown(base)}: second files of a sample, not read: {counted(doubles)}"
        problems.append(Problem(Modality.PHOTO, base, message))
    return found


def _ids_of(keys: Mapping[str, str]) -> dict[str, str | None]:
    names = Counter(key.rpartition("/")[2] for key in keys)
    return {key: joined_id([name] if names[name := key.rpartition("/")[2]] == 1 else key.split("/")) for key in keys}


def _class_info(folder: DatasetFolder, looked: Looked, places: _CubPlaces, lists: Mapping[str, str]) -> list[Problem]:
    """What is wrong with ``class_info.pickle``: a class for each entry of the list beside it."""
    problems = []
    for name, names in lists.items():
        path = within(places.base, f"{name}/class_info.pickle")
        if not folder.exists(path):
            continue
        looked.note_file(path)
        try:
            count = len(read_ids(folder.read(path, SIZE_LIMIT)))
            entries = len(read_ids(folder.read(names, SIZE_LIMIT)))
        except (FaceDataError, FileNotFoundError) as error:
            problems.append(Problem(Modality.PHOTO, path, f"{shown(path)}: {error}"))
            continue
        if count != entries:
            what = f"it has {count:,} classes for {entries:,} entries of {shown(names)}; trainers stop or mix them up"
            problems.append(Problem(Modality.PHOTO, path, f"{shown(path)}: {what}"))
    return problems

"""Photos whose captions stand in one file: CelebA-Dialog's JSON, and the line tables of a few trainers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from app.faces.classes import ClassScheme
from app.faces.errors import DamagedFileError, FaceDataError
from app.faces.sample import Modality, Problem, SampleId
from app.faces.store import SampleStore
from app.formats.files import DatasetFolder, shown
from app.formats.format import Detection
from app.formats.impostors import HEAD, impostor
from app.formats.layouts.caption_sheets import (
    CaptionsInFile,
    JsonSheet,
    LineSheet,
    is_caption_json,
    is_caption_lines,
)
from app.formats.layouts.celeba_places import find_celeba
from app.formats.layouts.photo_parts import PhotoParts
from app.formats.layouts.photo_places import PhotoPlaces, find_photos, list_photos
from app.formats.layouts.photo_store import PhotoStore
from app.formats.layouts.walking import bases, peek, within
from app.formats.listing import FilesByName, NameRule, Names, counted, list_files, natural_order
from app.formats.looked import Looked
from app.formats.splits import Splits

_LINE_FILES = ("text.txt", "caps.txt", "captions.txt")
_COLLABORATIVE_TEST = 3_000
_EDITED = frozenset({Modality.CAPTIONS})
_BESIDES = ("face_map",)


def caption_lines(folder: DatasetFolder) -> str | None:
    """The path of a line table in the root or one level below."""
    return _found(folder, lambda name: name.casefold() in _LINE_FILES, is_caption_lines)


def _caption_json(folder: DatasetFolder) -> str | None:
    return _found(folder, lambda n: n.casefold().endswith(".json") and "caption" in n.casefold(), is_caption_json)


def captions_in_file(folder: DatasetFolder) -> CaptionsInFile | None:
    """The captions of a file of either kind that lies in the root or one level below."""
    if (path := caption_lines(folder)) is not None:
        return CaptionsInFile(folder, path, LineSheet.from_bytes)
    path = _caption_json(folder)
    return None if path is None else CaptionsInFile(folder, path, JsonSheet.from_bytes)


def _found(folder: DatasetFolder, is_named: Callable[[str], bool], is_one: Callable[[bytes], bool]) -> str | None:
    for base in bases(folder):
        for name in filter(is_named, peek(folder, base)[0]):
            path = within(base, name)
            try:
                head = folder.head(path, HEAD)
            except (FaceDataError, FileNotFoundError):
                continue
            if is_one(head) or impostor(head):  # one that is not what its name says is named when it is read
                return path
    return None


def _detection(
    layout: CelebADialog | CaptionTable, folder: Path, find: Callable[[DatasetFolder], str | None], what: str
) -> Detection:
    if not folder.is_dir():
        return Detection(layout.name, layout.title, 0.0, refusals=("it is no folder",))
    dataset = DatasetFolder(folder)
    path = find(dataset)
    if path is None:
        return Detection(layout.name, layout.title, 0.0, refusals=(f"no {what} here or one level below",))
    places = find_photos(dataset, Looked(dataset), _BESIDES)
    reasons = (f"captions in {shown(path)}",)
    if not places.folders:
        return Detection(layout.name, layout.title, 0.0, reasons, ("no folder of photos",))
    others = places.others
    refusals = []
    if others.has_class_files or others.attribute_table:
        refusals.append("masks and tables would not be shown in this layout")
    if tables := find_celeba(dataset).tables:
        refusals.append(f"{shown(tables[0])} would not be shown in this layout; CelebA's shows both")
    if others.captions and not others.has_foreign_captions:
        refusals.append(f"captions in {shown(others.captions[0])} would not be shown in this layout")
    both = (*reasons, f"photos in {shown(places.folders[0]) or 'the folder itself'}")
    return Detection(layout.name, layout.title, 0.3 if refusals else 0.85, both, tuple(refusals))


def _parts(dataset: DatasetFolder, captions: CaptionsInFile) -> PhotoParts:
    looked = Looked(dataset)
    places = find_photos(dataset, looked, _BESIDES)
    problems: list[Problem] = []
    photos = list_photos(dataset, looked, places, problems)
    ids = tuple(map(SampleId, natural_order(photos.ids())))
    if places.folders and places.folders[0].rpartition("/")[2] in _BESIDES:
        message = f"there are no photos; the pictures of {shown(places.folders[0])} are shown in their place"
        problems.append(Problem(Modality.PHOTO, places.folders[0], message))
    known = frozenset(ids)
    try:
        lost = [sample for sample in captions.sheet().samples if sample not in known]
    except DamagedFileError:  # named by the captions themselves
        lost = []
    if lost:
        message = f"{shown(captions.path)}: captions of photos that are not here, kept: {counted(natural_order(lost))}"
        problems.append(Problem(Modality.CAPTIONS, captions.path, message))
    sketches = _sketches(dataset, looked, places, problems)
    return PhotoParts(
        photos=photos,
        ids=ids,
        looked=looked,
        captions=captions,
        sketches=sketches,
        tables=(captions.path,),
        problems=tuple(problems),
    )


def _sketches(
    dataset: DatasetFolder, looked: Looked, places: PhotoPlaces, problems: list[Problem]
) -> FilesByName | None:
    """Sketches that are pictures; tensors (``.pt``) of sketches and masks are named."""
    folders = []
    for modality, paths in ((Modality.SKETCH, places.others.sketches), (Modality.MASK, places.others.masks)):
        for path in paths:
            files, below = peek(dataset, path, 200)
            inner = [name for folder in below for name in peek(dataset, within(path, folder), 50)[0]]
            if any(name.casefold().endswith(".pt") for name in (*files, *inner)):
                message = f"{shown(path)} holds tensors (.pt), which are not read; its pictures would be shown"
                problems.append(Problem(modality, path, message))
            elif modality is Modality.SKETCH:
                folders.append(path)
    if not folders:
        return None
    names = Names(dataset, looked)
    rule = NameRule(Modality.SKETCH, ("png", "jpg", "jpeg"), "_edges", numeric=False)
    sketches = list_files(names, folders, rule)
    problems += names.problems
    return sketches


@dataclass(frozen=True, slots=True)
class CelebADialog:
    """``captions_hq.json``: ``{"0.jpg": {"Bangs": "…", …}}`` or ``{"0.jpg": "…"}``, beside the photos."""

    name: str = "celeba-dialog"
    title: str = "CelebA-Dialog"
    summary: str = "photos and one JSON file of captions by photo (CelebA-Dialog, Collaborative Diffusion)"
    reads: frozenset[Modality] = _EDITED | {Modality.PHOTO, Modality.SKETCH}
    writes: frozenset[Modality] = _EDITED

    def detect(self, folder: Path) -> Detection:
        """A JSON file of captions by photo, beside photos, speaks for it; other caption files against it."""
        return _detection(self, folder, _caption_json, "JSON file of captions by photo")

    def open(self, folder: Path, scheme: ClassScheme) -> SampleStore:
        """The photos with the captions of the file."""
        dataset = DatasetFolder(folder)
        captions = CaptionsInFile(dataset, _caption_json(dataset) or "captions_hq.json", JsonSheet.from_bytes)
        parts = _parts(dataset, captions)
        if any(path.rpartition("/")[2].startswith("image_512_downsampled") for path in parts.photos.folders[:1]):
            parts = replace(parts, splits=_collaborative_splits(captions, parts.known))
        return PhotoStore(
            dataset, parts, layout=self.name, title=self.title, scheme=scheme,
            again=lambda: self.open(dataset.root, scheme),
        )  # fmt: skip


def _collaborative_splits(captions: CaptionsInFile, known: frozenset[str]) -> Splits:
    """Collaborative Diffusion tests on the last 3,000 keys in the order of the file (``ldm/data/celebahq.py``)."""
    splits = Splits()
    try:
        samples = captions.sheet().samples
    except DamagedFileError:
        return splits
    if len(samples) > _COLLABORATIVE_TEST:
        for name, part in (("train", samples[:-_COLLABORATIVE_TEST]), ("test", samples[-_COLLABORATIVE_TEST:])):
            splits.samples[name] = [SampleId(sample) for sample in part if sample in known]
            splits.of.update(dict.fromkeys(splits.samples[name], name))
    return splits


@dataclass(frozen=True, slots=True)
class CaptionTable:
    """``text.txt`` with ``0.jpg : caption`` or ``caps.txt`` with ``000001.jpg<TAB>a|b|c``, beside the photos."""

    name: str = "caption-table"
    title: str = "Captions in one text file"
    summary: str = "photos and text.txt (0.jpg : caption) or caps.txt (000001.jpg, tab, captions parted by |)"
    reads: frozenset[Modality] = _EDITED | {Modality.PHOTO, Modality.SKETCH}
    writes: frozenset[Modality] = _EDITED

    def detect(self, folder: Path) -> Detection:
        """A text file with a photo's name and captions on its first line, beside photos, speaks for it."""
        return _detection(self, folder, caption_lines, "text.txt or caps.txt of captions by photo")

    def open(self, folder: Path, scheme: ClassScheme) -> SampleStore:
        """The photos with the captions of the file."""
        dataset = DatasetFolder(folder)
        captions = CaptionsInFile(dataset, caption_lines(dataset) or "text.txt", LineSheet.from_bytes)
        return PhotoStore(
            dataset, _parts(dataset, captions), layout=self.name, title=self.title, scheme=scheme,
            again=lambda: self.open(dataset.root, scheme),
        )  # fmt: skip

"""COCO, read: segmentation as runs or polygons, captions, and the further fields that our own export writes.

Files of all splits and kinds that lie in the folder are read together; a photo is one sample, whatever number each
file gives it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from app.faces.attributes import Attributes
from app.faces.captions import Captions
from app.faces.classes import ClassScheme
from app.faces.errors import FaceDataError, LayoutError
from app.faces.mask import MaskLayers
from app.faces.sample import Loaded, Modality, Pose, Problem, SampleId
from app.formats.files import DatasetFolder, shown
from app.formats.format import Detection
from app.formats.layouts.coco_json import FILE_LIMIT, HEAD, Said, drawn, looks_like_coco, read_coco
from app.formats.layouts.foreign_names import FoundPhotos, ids_of, inner_path
from app.formats.layouts.packed_values import one_line
from app.formats.layouts.records import RecordStore
from app.formats.layouts.walking import peek, stem_of, within
from app.formats.listing import counted, natural_order
from app.formats.pictures import picture_shape
from app.imaging.resampling import reduced

_FILES_LIMIT = 64
_FOLDERS_LIMIT = 20
_KIND = re.compile(
    r"(?:instances|captions|annotations|person_keypoints|_annotations\.coco|labels|result)_?(.*)", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Coco:
    """``annotations/*.json`` beside folders of photos, JSON files beside their photos (Roboflow), or one such file."""

    name: str = "coco"
    title: str = "COCO"
    summary: str = "COCO JSON: instances (RLE, polygons) of the face classes and captions; read, never written in place"
    reads: frozenset[Modality] = frozenset(Modality) - {Modality.SKETCH}
    writes: frozenset[Modality] = frozenset()

    def detect(self, folder: Path) -> Detection:
        """JSON files in the usual places that begin like COCO's."""
        if folder.is_file():
            is_json = folder.suffix.casefold() == ".json"
            if is_json and _begins_well(DatasetFolder(folder.parent), folder.name):
                return Detection(self.name, self.title, 0.9, ("a JSON file with images and annotations",))
            return Detection(self.name, self.title, 0.0, refusals=("it is no JSON file of COCO's kind",))
        if not folder.is_dir():
            return Detection(self.name, self.title, 0.0, refusals=("it is no folder",))
        dataset = DatasetFolder(folder)
        paths = _json_files(dataset)
        found = [path for path in paths[:8] if _begins_well(dataset, path)]
        if not found:
            why = "no JSON file with images and annotations here, in annotations/ or in folders of splits"
            return Detection(self.name, self.title, 0.0, refusals=(why,))
        confidence = 0.8 if any(path.startswith("annotations/") for path in found) else 0.6
        return Detection(self.name, self.title, confidence, (f"COCO files: {counted(found)}",))

    def open(self, folder: Path, scheme: ClassScheme) -> RecordStore:
        """All files of the folder, or the one file with the photos around it. Raises LayoutError where none is one."""
        if folder.is_file():
            inside = folder.parent.name.casefold() in {"annotations", "labels"}
            dataset = DatasetFolder(folder.parent.parent if inside else folder.parent)
            paths = [within(folder.parent.name, folder.name) if inside else folder.name]
        else:
            dataset = DatasetFolder(folder)
            paths = [path for path in _json_files(dataset) if _begins_well(dataset, path)]
        return RecordStore(
            dataset.root,
            _read(dataset, paths),
            layout=self.name,
            title=self.title,
            scheme=scheme,
            again=lambda: self.open(folder, scheme),
        )


def _json_files(dataset: DatasetFolder) -> list[str]:
    """JSON files in ``annotations/``, in the folder itself and in the folders in it, in this order."""
    files, folders = peek(dataset, "")
    folders = sorted(folders[:_FOLDERS_LIMIT], key=lambda name: name != "annotations")
    found = []
    for place in [
        *(name for name in folders if name == "annotations"),
        "",
        *(n for n in folders if n != "annotations"),
    ]:
        names = files if not place else peek(dataset, place, 500)[0] if dataset.contains(place) else []
        found += [within(place, name) for name in names if name.casefold().endswith(".json")]
    return found[:_FILES_LIMIT]


def _begins_well(dataset: DatasetFolder, path: str) -> bool:
    try:
        return looks_like_coco(dataset.head(path, HEAD))
    except (OSError, FaceDataError):
        return False


@dataclass(slots=True)
class _Entry:
    """One sample: where its photo is (None: nowhere), and all that is said of it, by these files."""

    photo: str | None
    said: Said
    files: list[str] = field(default_factory=list)


def _split_of(path: str) -> str:
    """``annotations/instances_train.json`` and ``train/_annotations.coco.json`` → ``train``."""
    folder, _, name = path.rpartition("/")
    kind = _KIND.fullmatch(stem_of(name))
    own = kind.group(1) if kind else ""
    inner = folder.rpartition("/")[2]
    return own or ("" if inner in {"", "annotations", "labels"} else inner)


def _bases(path: str, split: str) -> list[str]:
    """The folders that the photos of a file may lie in, the likeliest first."""
    here = path.rpartition("/")[0]
    above = here.rpartition("/")[0]
    places = [here, above] if here else [""]
    names = (f"images/{split}", split, "images", "") if split else ("images", "")
    return list(dict.fromkeys(within(place, name).rstrip("/") for place in places for name in names))


class _Records:
    """See ``Records``."""

    def __init__(
        self,
        dataset: DatasetFolder,
        entries: Mapping[SampleId, _Entry],
        splits: Mapping[str, Sequence[SampleId]],
        problems: Sequence[Problem],
        folders: Sequence[str],
    ) -> None:
        self._dataset = dataset
        self._entries = entries
        self.ids = tuple(map(SampleId, natural_order(entries)))
        self.splits = splits
        self.problems = problems
        self.folders = folders

    def has(self, sample: SampleId, modality: Modality) -> bool:
        """Whether there is a value."""
        entry = self._entries[sample]
        match modality:
            case Modality.PHOTO:
                return entry.photo is not None
            case Modality.MASK:
                return bool(entry.said.instances) or entry.said.mask_shape is not None
            case Modality.CAPTIONS:
                return bool(entry.said.captions)
            case Modality.ATTRIBUTES:
                return entry.said.attributes is not None
            case Modality.POSE:
                return entry.said.pose is not None
        return False

    def files(self, sample: SampleId, modality: Modality) -> tuple[str, ...]:
        """The photo, or the JSON files that speak of it."""
        entry = self._entries[sample]
        return (entry.photo,) if modality is Modality.PHOTO and entry.photo else tuple(entry.files)

    def photo(self, sample: SampleId) -> bytes:
        """The photo's bytes."""
        path = self._entries[sample].photo
        if path is None:
            raise FileNotFoundError(f"sample {shown(sample)} has no photo")
        return self._dataset.read(path)

    def sketch(self, sample: SampleId) -> None:
        """None."""

    def mask(self, sample: SampleId) -> Loaded[MaskLayers]:
        """The instances drawn; in the size of the mask they were made of, where that is told and nothing is lost."""
        entry = self._entries[sample]
        shape = None
        if entry.said.shape is None and entry.photo is not None:
            shape = picture_shape(self._dataset.read(entry.photo))
        bits, wrong = drawn(entry.said, shape)
        own = None if entry.said.mask_shape is None else reduced(bits, entry.said.mask_shape)
        problems = (Problem(Modality.MASK, "", f"it is not drawn whole: {counted(wrong)}"),) if wrong else ()
        return Loaded(MaskLayers(bits if own is None else own), problems=problems)

    def captions(self, sample: SampleId) -> Captions | None:
        """The captions, line breaks within them as blanks."""
        return Captions.from_texts([one_line(text) for text in self._entries[sample].said.captions])

    def attributes(self, sample: SampleId) -> Attributes | None:
        """The attributes."""
        return self._entries[sample].said.attributes

    def pose(self, sample: SampleId) -> Pose | None:
        """The head pose."""
        return self._entries[sample].said.pose

    def celeba_file(self, sample: SampleId) -> str | None:
        """The photo's name in the original CelebA."""
        return self._entries[sample].said.celeba_file


def _read(dataset: DatasetFolder, paths: Sequence[str]) -> _Records:
    problems: list[Problem] = []
    found = FoundPhotos(dataset)
    entries: dict[str, _Entry] = {}
    split_of: dict[str, str] = {}
    elsewhere: list[str] = []
    for path in paths:
        try:
            file = read_coco(dataset.read(path, FILE_LIMIT))
        except (FaceDataError, FileNotFoundError) as error:
            problems.append(Problem(Modality.MASK, path, f"{shown(path)}: {error}"))
            continue
        problems += [
            Problem(Modality.MASK, path, f"{shown(path)}: {why}: {counted(what)}") for why, what in file.wrong.items()
        ]
        split = _split_of(path)
        bases = _bases(path, split)
        for name, said in file.photos.items():
            inner, stays = inner_path(name)
            if not stays:
                elsewhere.append(name)
            photo = found.find(inner, bases) if inner else None
            # The same photo in the files of instances and captions is one sample.
            entry = entries.get(photo or inner)
            if entry is None:
                entries[photo or inner] = entry = _Entry(photo, said)
            else:
                entry.said.add(said)
            entry.files.append(path)
            if split:
                split_of.setdefault(photo or inner, split)
    if not entries:
        why = problems[0].message if problems else "no file with images and annotations in it"
        raise LayoutError(f"{shown(dataset.root.name)} is no COCO dataset that can be opened: {why}")
    if elsewhere:
        message = f"names that lead out of the dataset, only their last part is looked for: {counted(elsewhere)}"
        problems.append(Problem(Modality.PHOTO, "", message))
    if missing := [name for name, entry in entries.items() if entry.photo is None]:
        message = f"photos that are in no folder here: {counted(missing)}; put them into images/"
        problems.append(Problem(Modality.PHOTO, "", message))
    ids = ids_of(entries, problems)
    splits: dict[str, list[SampleId]] = {}
    for name, sample in ids.items():
        if name in split_of:
            splits.setdefault(split_of[name], []).append(sample)
    folders = dict.fromkeys([*(path.rpartition("/")[0] for path in paths), *found.folders])
    return _Records(dataset, {sample: entries[name] for name, sample in ids.items()}, splits, problems, tuple(folders))

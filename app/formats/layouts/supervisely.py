"""Supervisely projects, read: Dataset Ninja offers CelebAMask-HQ as one.

Opening lists names alone; the annotation of a photo is read when its mask or its tags are asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.faces.attributes import Attributes
from app.faces.classes import ClassScheme
from app.faces.errors import FaceDataError, LayoutError
from app.faces.mask import MaskLayers
from app.faces.sample import Loaded, Modality, Problem, SampleId
from app.formats.files import DatasetFolder, shown
from app.formats.format import Detection
from app.formats.layouts.foreign_names import ids_of
from app.formats.layouts.records import RecordStore
from app.formats.layouts.supervisely_json import Meta, attributes_of, mask_of, read_meta
from app.formats.layouts.walking import is_picture, peek, stem_of, within
from app.formats.listing import counted, natural_order

_META = "meta.json"
_META_LIMIT = 4 * 1024 * 1024
_DATASETS_LIMIT = 500
_PLAIN_DATASETS = frozenset({"", "ds", "dataset"})
"""Names of datasets within a project that say nothing."""


@dataclass(frozen=True, slots=True)
class Supervisely:
    """``meta.json`` and datasets with ``img/17.jpg`` and ``ann/17.jpg.json``."""

    name: str = "supervisely"
    title: str = "Supervisely / Dataset Ninja"
    summary: str = "Supervisely projects: bitmaps, polygons and attribute tags; read, never written in place"
    reads: frozenset[Modality] = frozenset({Modality.PHOTO, Modality.MASK, Modality.ATTRIBUTES})
    writes: frozenset[Modality] = frozenset()

    def detect(self, folder: Path) -> Detection:
        """``meta.json`` and a folder ``ann`` beside a folder ``img``."""
        if not folder.is_dir():
            return Detection(self.name, self.title, 0.0, refusals=("it is no folder",))
        dataset = DatasetFolder(folder)
        homes = _homes(dataset)
        if _META not in peek(dataset, "")[0] or not homes:
            why = "no meta.json beside datasets with the folders img and ann"
            return Detection(self.name, self.title, 0.0, refusals=(why,))
        where = counted([within(home, "ann") for home in homes])
        return Detection(self.name, self.title, 0.9, (f"meta.json and annotations in {where}",))

    def open(self, folder: Path, scheme: ClassScheme) -> RecordStore:
        """All datasets of the project. Raises LayoutError where meta.json cannot be read."""
        dataset = DatasetFolder(folder)
        try:
            meta = read_meta(dataset.read(_META, _META_LIMIT))
        except FileNotFoundError:
            raise LayoutError(f"{shown(folder.name)} has no meta.json and is no Supervisely project") from None
        except FaceDataError as error:
            raise LayoutError(f"{_META} of {shown(folder.name)}: {error}") from None
        return RecordStore(
            dataset.root,
            _read(dataset, meta),
            layout=self.name,
            title=self.title,
            scheme=scheme,
            again=lambda: self.open(folder, scheme),
        )


def _homes(dataset: DatasetFolder) -> list[str]:
    """The folders of datasets: those with ``img`` and ``ann`` in them, here, below, or nested in ``datasets``."""
    found: list[str] = []
    left = [""]
    while left and len(found) < _DATASETS_LIMIT:
        place = left.pop(0)
        if not dataset.contains(place):
            continue
        _, folders = peek(dataset, place, _DATASETS_LIMIT)
        if "ann" in folders and "img" in folders:
            found.append(place)
        if not place:
            left += [name for name in folders if name not in {"ann", "img"}]
        elif "datasets" in folders:
            inner = within(place, "datasets")
            left += [within(inner, name) for name in peek(dataset, inner, _DATASETS_LIMIT)[1]]
    return found


class _Records:
    """See ``Records``. ``annotations`` is the annotation's path, or None, by photo."""

    def __init__(
        self,
        dataset: DatasetFolder,
        meta: Meta,
        photos: Mapping[SampleId, str],
        annotations: Mapping[str, str | None],
        splits: Mapping[str, Sequence[SampleId]],
        problems: Sequence[Problem],
        folders: Sequence[str],
    ) -> None:
        self._dataset = dataset
        self._meta = meta
        self._photos = photos
        self._annotations = annotations
        self.ids = tuple(map(SampleId, natural_order(photos)))
        self.splits = splits
        self.problems = problems
        self.folders = folders

    def has(self, sample: SampleId, modality: Modality) -> bool:
        """By names: an annotation file may turn out to hold neither."""
        match modality:
            case Modality.PHOTO:
                return True
            case Modality.MASK:
                return self._annotations[self._photos[sample]] is not None
            case Modality.ATTRIBUTES:
                has_tags = bool(self._meta.plain_tags or self._meta.valued_tags)
                return has_tags and self._annotations[self._photos[sample]] is not None
        return False

    def files(self, sample: SampleId, modality: Modality) -> tuple[str, ...]:
        """The photo, or its annotation and the project's meta.json."""
        photo = self._photos[sample]
        annotation = self._annotations[photo]
        if modality is Modality.PHOTO or annotation is None:
            return (photo,)
        return (annotation, _META)

    def photo(self, sample: SampleId) -> bytes:
        """The photo's bytes."""
        return self._dataset.read(self._photos[sample])

    def sketch(self, sample: SampleId) -> None:
        """None."""

    def mask(self, sample: SampleId) -> Loaded[MaskLayers] | None:
        """The objects drawn."""
        return mask_of(self._annotation(sample), self._meta)

    def captions(self, sample: SampleId) -> None:
        """None."""

    def attributes(self, sample: SampleId) -> Attributes | None:
        """The tags."""
        return attributes_of(self._annotation(sample), self._meta)

    def pose(self, sample: SampleId) -> None:
        """None."""

    def celeba_file(self, sample: SampleId) -> None:
        """None."""

    def _annotation(self, sample: SampleId) -> bytes:
        path = self._annotations[self._photos[sample]]
        if path is None:
            raise FileNotFoundError(f"sample {shown(sample)} has no annotation")
        return self._dataset.read(path)


def _read(dataset: DatasetFolder, meta: Meta) -> _Records:
    problems: list[Problem] = []
    annotations: dict[str, str | None] = {}
    home_of: dict[str, str] = {}
    homes = _homes(dataset)
    unused: list[str] = []
    for home in homes:
        places = within(home, "img"), within(home, "ann")
        try:
            photos, files = (dataset.names(place) if dataset.contains(place) else [] for place in places)
        except OSError as error:
            message = f"{shown(home) or 'the project'} cannot be listed: {error.strerror}; check its permissions"
            problems.append(Problem(Modality.PHOTO, home, message))
            continue
        known, used = set(files), set()
        for name in filter(is_picture, photos):
            path = within(places[0], name)
            # Early projects named annotations without the photo's suffix.
            found = next((each for each in (f"{name}.json", f"{stem_of(name)}.json") if each in known), None)
            annotations[path] = found and within(places[1], found)
            home_of[path] = home
            used.add(found)
        unused += [within(places[1], name) for name in files if name.endswith(".json") and name not in used]
    for names, why in (
        (unused, "annotations without a photo, not read"),
        (
            [name for name, known in meta.classes.items() if known is None],
            "classes that are none of a face mask, not shown",
        ),
        (meta.shapes, "classes whose objects are no areas, not shown"),
        (meta.strange, "tags with values other than yes and no, not shown"),
        ([path for path, found in annotations.items() if found is None], "photos without an annotation"),
    ):
        if names:
            problems.append(Problem(Modality.MASK, _META, f"{why}: {counted(list(names))}"))
    ids = ids_of(annotations, problems)
    splits: dict[str, list[SampleId]] = {}
    for path, sample in ids.items():
        split = home_of[path].rpartition("/")[2]
        if split.casefold() not in _PLAIN_DATASETS:
            splits.setdefault(split, []).append(sample)
    folders = ["", *(within(home, inner) for home in homes for inner in ("img", "ann"))]
    by_id = {sample: path for path, sample in ids.items()}
    return _Records(dataset, meta, by_id, annotations, splits, problems, folders)

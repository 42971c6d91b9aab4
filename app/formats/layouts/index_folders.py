"""Folders of photos with one index map per photo: what nearly every face-parsing project keeps and trains on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from app.faces.classes import ClassScheme
from app.faces.errors import FaceDataError, LayoutError
from app.faces.sample import Modality, Problem, SampleId
from app.faces.store import SampleStore
from app.formats.class_order import class_order
from app.formats.files import DatasetFolder, shown
from app.formats.format import Detection
from app.formats.later import Later
from app.formats.layouts.index_pairs import MASK_SUFFIXES, PHOTO_SUFFIXES, Pair, find_pairs, paired_names
from app.formats.layouts.walking import FilesInTree, joined_id, stem_of, within
from app.formats.listed import Listed
from app.formats.listing import FilesByName, Names, free_id, natural_order
from app.formats.looked import Looked
from app.formats.map_decoding import decode_map
from app.formats.mask_listing import ClassFiles
from app.formats.pictures import picture_shape
from app.formats.scheme_files import scheme_beside
from app.formats.splits import Splits, read_splits
from app.formats.store import FolderStore
from app.formats.survey import survey
from app.formats.tree import SPLIT_NAMES

_CONFIDENCE = 0.75
"""Above the layouts of the family where these see only a folder of index maps, below where they see captions."""
_LOOKED_AT = 3
_SIZES_OF = 12
_MOST_VALUES = 64
_LIST_FOLDERS = ("", "splits", "split", "lists", "list", "ImageSets", "ImageSets/Segmentation", "ImageSets/Main")
_LIST_NAMES = ("{}.txt", "{}_list.txt", "{}.lst", "list_{}.txt", "{}_filenames.txt")
_SIZE_TOLERANCE = 0.01


@dataclass(frozen=True, slots=True)
class IndexFolders:
    """``image/N.jpg`` and ``label/N.png`` in any of their many spellings, splits in folders or lists."""

    name: str = "index-masks"
    title: str = "Index masks"
    summary: str = "a folder of photos and one of index maps, also by split; the class order is named, found or guessed"
    reads: frozenset[Modality] = frozenset({Modality.PHOTO, Modality.MASK, Modality.ATTRIBUTES, Modality.POSE})
    writes: frozenset[Modality] = frozenset({Modality.MASK, Modality.ATTRIBUTES})

    def detect(self, folder: Path) -> Detection:
        """Speaks for photos with index maps and no more; the first mask is looked into."""
        try:
            found = survey(folder, opening=False)
        except LayoutError as error:
            return Detection(self.name, self.title, 0.0, refusals=(str(error),))
        places = found.places
        if places.has_class_files:
            why = f"{', '.join(map(shown, places.masks))}: one file per class, no index maps"
            return Detection(self.name, self.title, 0.0, refusals=(why,))
        more = [*places.captions, *places.sketches, *places.splits.values()]
        refusals = [f"{shown(path)} would not be shown in this layout" for path in more]
        if more and places.photos:
            reasons = [f"index maps in {shown(path)}" for path in places.masks]
            return Detection(self.name, self.title, 0.1 if reasons else 0.0, tuple(reasons), tuple(refusals))
        pairs, _ = find_pairs(found.folder, Looked(found.folder))
        if not pairs:
            why = "no folder of photos with a folder of masks that goes with it (image and label, train_img and …)"
            return Detection(self.name, self.title, 0.0, refusals=(why,))
        refusal = _no_index_maps(found.folder, pairs[0])
        if refusal:
            return Detection(self.name, self.title, 0.0, refusals=(refusal,))
        reasons = [_told(pair) for pair in pairs[:4]]
        beside = scheme_beside(found.folder, _near(pairs))
        if isinstance(beside, tuple):
            reasons.append(f"class order {beside[0].name} from {shown(beside[1])}")
        return Detection(self.name, self.title, _CONFIDENCE, tuple(reasons), tuple(refusals))

    def open(self, folder: Path, scheme: ClassScheme) -> SampleStore:
        """The dataset; splits are those of the folders, else of lists of names."""
        found = survey(folder, opening=True)
        dataset, looked = found.folder, found.looked
        pairs, lonely = find_pairs(dataset, looked)
        names = Names(dataset, looked)
        paths = _list(names, pairs)
        if not paths.photos:
            raise LayoutError(
                f"{shown(Path(folder).name)} is no dataset of index masks: no folder of photos with a folder of masks"
                " that goes with it (image and label, train_img and train_label, images/training and"
                " annotations/training, …)"
            )
        names.report_junk()
        ids = tuple(SampleId(sample) for sample in natural_order(paths.photos))
        splits = _splits(dataset, looked, paths, ids)
        photos = FilesInTree(pairs[0].photos, paths.photos)
        maps = FilesInTree(pairs[0].masks, paths.masks, paths.new_mask)
        maps.folders = list(dict.fromkeys(pair.masks for pair in pairs))
        places = replace(found.places, photos=[p.photos for p in pairs], masks=maps.folders, captions=[], sketches=[])
        listed = Listed(
            photos, FilesByName([]), FilesByName([]), ClassFiles([]), maps, ids, Later(lambda: splits), places,
            numeric=False, looked=looked,
        )  # fmt: skip
        alone = [Problem(Modality.PHOTO, path, f"{shown(path)}: no folder goes with it, not shown") for path in lonely]
        listed.problems = (
            *found.places.problems,
            *names.problems, *alone, *paths.problems, *_odd_sizes(dataset, paths, ids), *splits.problems,
        )  # fmt: skip
        order = class_order(dataset, maps, scheme)
        return FolderStore(
            dataset,
            listed,
            layout=self.name,
            order=order,
            again=lambda: self.open(folder, order.scheme),
            keeps_listing=False,
        )


def _told(pair: Pair) -> str:
    where = f" ({pair.split})" if pair.split else ""
    if pair.photos == pair.masks:
        return f"photos and index maps side by side in {shown(pair.photos) or 'the folder itself'}{where}"
    return f"index maps in {shown(pair.masks)} for the photos in {shown(pair.photos) or 'the folder itself'}{where}"


def _near(pairs: Sequence[Pair]) -> list[str]:
    """Where a table of classes may lie."""
    masks = dict.fromkeys(pair.masks for pair in pairs)
    return [place for path in masks for place in (path, path.rpartition("/")[0])] + [""]


def _no_index_maps(folder: DatasetFolder, pair: Pair) -> str | None:
    """Why the files that lie where masks should be are none, judged by the first ones."""
    try:
        photos = folder.names(pair.photos)
        masks = photos if pair.photos == pair.masks else folder.names(pair.masks)
    except OSError as error:
        return f"{shown(pair.masks)} cannot be read: {error.strerror}; check its permissions"
    _, found = paired_names(photos, masks, mixed=pair.photos == pair.masks)
    if not found:
        return f"no file in {shown(pair.masks)} is named like a photo in {shown(pair.photos)}"
    why = ""
    for stem in natural_order(found)[:_LOOKED_AT]:
        path = within(pair.masks, found[stem])
        try:
            values = np.unique(decode_map(folder.read(path)).values).tolist()
        except (FaceDataError, FileNotFoundError) as error:
            why = why or f"{shown(path)}: {error}"
            continue
        if values in ([0, 255], [255]):
            why = why or f"{shown(path)} has the values 0 and 255: one class, no index map"
        elif len(values) > _MOST_VALUES:
            why = why or f"{shown(path)} has {len(values)} values: a picture, no index map"
        else:
            return None
    return why


class _Paths:
    """The files by sample, and what was wrong with their names."""

    def __init__(self) -> None:
        self.photos: dict[str, str] = {}
        self.masks: dict[str, str] = {}
        self.split_of: dict[str, str] = {}
        self.problems: list[Problem] = []
        self._home: dict[str, str] = {}
        self._ending = ""

    def take(self, pair: Pair, photo_of: dict[str, str], mask_of: dict[str, str], ids: dict[str, str]) -> None:
        """The samples of one pair; ``ids`` by stem."""
        for stem, sample in ids.items():
            self.photos[sample] = within(pair.photos, photo_of[stem])
            self._home[sample] = pair.masks
            if pair.split:
                self.split_of[sample] = pair.split
            if stem in mask_of:
                self.masks[sample] = within(pair.masks, mask_of[stem])
                self._ending = stem_of(mask_of[stem])[len(stem) :] if stem_of(mask_of[stem]).startswith(stem) else ""

    def new_mask(self, sample: str) -> str:
        """Where a sample's mask goes: named after its photo as the others are after theirs."""
        stem = stem_of(self.photos[sample].rpartition("/")[2])
        return f"{within(self._home[sample], stem)}{self._ending}"


def _list(names: Names, pairs: Sequence[Pair]) -> _Paths:
    paths = _Paths()
    found = []
    for pair in pairs:
        is_mixed = pair.photos == pair.masks
        photos = names.of(pair.photos)
        masks = photos if is_mixed else names.of(pair.masks)
        photo_of, mask_of = paired_names(photos, masks, mixed=is_mixed)
        ids: dict[str, str] = {}
        taken: set[str] = set()
        doubles = []
        for stem in sorted(photo_of, key=lambda stem: (len(stem), stem)):
            sample = free_id(stem)
            if sample is None or sample in taken:
                doubles.append(photo_of[stem])
            else:
                ids[stem] = sample
                taken.add(sample)
        names.report(
            Modality.PHOTO, pair.photos, doubles, "second files of a sample or names that make no id, not read"
        )
        _report_masks(names, pair, photos, masks, photo_of, mask_of)
        found.append((pair, photo_of, mask_of, ids))
    known = [sample for *_, ids in found for sample in ids.values()]
    repeated = len(known) - len(set(known))
    if repeated:
        example = next(iter(_named_apart(found[0][0], found[0][3]).values()), "")
        message = (
            f"{repeated:,} names are there in more than one split (scripts that make splits number each from 0):"
            f" samples are told apart by their folder, such as {example}"
        )
        paths.problems.append(Problem(Modality.PHOTO, pairs[0].photos, message))
    for pair, photo_of, mask_of, ids in found:
        paths.take(pair, photo_of, mask_of, _named_apart(pair, ids) if repeated else ids)
    return paths


def _named_apart(pair: Pair, ids: dict[str, str]) -> dict[str, str]:
    """Ids with the split, or the folder, in front."""
    before = [pair.split] if pair.split else pair.photos.split("/")
    return {stem: joined_id((*before, sample)) or sample for stem, sample in ids.items()}


def _report_masks(
    names: Names,
    pair: Pair,
    photos: Iterable[str],
    masks: Iterable[str],
    photo_of: dict[str, str],
    mask_of: dict[str, str],
) -> None:
    used = {*mask_of.values(), *photo_of.values()} if pair.photos == pair.masks else set(mask_of.values())
    rest = [name for name in masks if name not in used]
    pictures = [name for name in rest if name.rpartition(".")[2].lower() in MASK_SUFFIXES]
    if pair.photos != pair.masks:
        names.report(Modality.MASK, pair.masks, pictures, "masks without a photo, not shown")
        known = set(photo_of.values())
        strays = [name for name in photos if name not in known and _is_picture(name)]
        names.report(Modality.PHOTO, pair.photos, strays, "second files of a sample, not read")
    else:
        names.report(Modality.MASK, pair.masks, pictures, "pictures that are neither photo nor mask, not read")


def _is_picture(name: str) -> bool:
    return name.rpartition(".")[2].lower() in PHOTO_SUFFIXES


def _splits(folder: DatasetFolder, looked: Looked, paths: _Paths, ids: Sequence[SampleId]) -> Splits:
    """The folders' splits, else those of lists of names."""
    if paths.split_of:
        splits = Splits()
        for sample in ids:
            if split := paths.split_of.get(sample):
                splits.samples.setdefault(split, []).append(sample)
                splits.of[sample] = split
        return splits
    lists: dict[str, str] = {}
    for split in SPLIT_NAMES:
        candidates = (within(place, name.format(split)) for place in _LIST_FOLDERS for name in _LIST_NAMES)
        path = next((path for path in candidates if folder.exists(path) and not folder.is_folder(path)), None)
        if path is not None:
            lists[split] = path
    return read_splits(folder, looked, lists, frozenset(ids))


def _odd_sizes(folder: DatasetFolder, paths: _Paths, ids: Sequence[str]) -> list[Problem]:
    """Masks of another shape than their photos, by a few looked at: no scaling brings these together."""
    having = [sample for sample in ids if sample in paths.masks]
    odd = []
    for step in range(min(len(having), _SIZES_OF)):
        sample = having[step * len(having) // min(len(having), _SIZES_OF)]
        try:
            photo = picture_shape(folder.read(paths.photos[sample]))
            mask = picture_shape(folder.read(paths.masks[sample]))
        except (FaceDataError, FileNotFoundError):
            continue
        if abs(photo[0] * mask[1] / (photo[1] * mask[0]) - 1) > _SIZE_TOLERANCE:
            name = shown(paths.masks[sample])
            odd.append(f"{name} is {mask[1]}×{mask[0]}, its photo {photo[1]}×{photo[0]}")
    if not odd:
        return []
    looked_at = min(len(having), _SIZES_OF)
    message = f"masks of another shape than their photos: {len(odd)} of {looked_at} looked at ({'; '.join(odd[:2])})"
    return [Problem(Modality.MASK, paths.masks[having[0]].rpartition("/")[0], f"{message}; crop or resize one of them")]

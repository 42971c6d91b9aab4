"""What the names of one dataset tell: all that opening finds out without reading a picture, a caption or a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.faces.errors import FaceDataError
from app.faces.sample import Modality, Problem, SampleId
from app.formats.files import DatasetFolder
from app.formats.later import Later
from app.formats.listing import FilesByName, NameRule, Names, counted, list_files, natural_order
from app.formats.looked import Looked
from app.formats.mask_listing import ClassFiles, list_masks
from app.formats.splits import Splits, read_partition, read_splits
from app.formats.tree import CLASS_MASK_FOLDERS, Places
from app.formats.unpacking import missing_parts

_PICTURES = ("jpg", "jpeg", "png")


@dataclass(slots=True)
class Listed:
    """The files by sample and modality, the samples and splits, and the ``problems`` met.

    ``class_files`` or ``index_maps`` without a folder: the dataset keeps no masks of that kind. ``numeric``: ids are
    numbers only. ``kept`` are the bytes that this was taken over from.
    """

    photos: FilesByName
    sketches: FilesByName
    captions: FilesByName
    class_files: ClassFiles
    index_maps: FilesByName
    ids: tuple[SampleId, ...]
    splits: Later[Splits]
    places: Places
    numeric: bool
    looked: Looked
    problems: tuple[Problem, ...] = ()
    kept: bytes | None = None
    known: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.known = frozenset(self.ids)

    @property
    def is_as_listed(self) -> bool:
        """Whether no file was noted since the folders were listed."""
        files = (self.sketches, self.captions, self.class_files, self.index_maps)
        return all(each.is_listed for each in files)


def list_dataset(folder: DatasetFolder, looked: Looked, places: Places, *, numeric: bool) -> Listed:
    """List the names of all places; of files only the split lists are read."""
    names = Names(folder, looked)
    names.problems += places.problems
    photos = _list_pictures(names, places.photos, Modality.PHOTO, numeric=numeric)
    sketches = _list_pictures(names, places.sketches, Modality.SKETCH, numeric=numeric)
    captions = list_files(names, places.captions, NameRule(Modality.CAPTIONS, ("txt",), numeric=numeric))
    class_files, index_maps = list_masks(names, places.masks, numeric=numeric)
    if not class_files.folders and not index_maps.folders and places.masks:
        home = places.masks[0]
        if home.rpartition("/")[2] in CLASS_MASK_FOLDERS:
            class_files.folders.append(f"{home}/0")
        else:
            index_maps.folders.append(home)
    ids = tuple(SampleId(sample) for sample in natural_order(photos.ids()))
    known = frozenset(ids)
    splits = read_splits(folder, looked, places.splits, known)
    if not places.splits and places.split_table is not None and _is_by_own_numbers(folder, places.split_table):
        splits = read_partition(folder, looked, places.split_table, known)
    listed = Listed(
        photos, sketches, captions, class_files, index_maps, ids, Later(lambda: splits),
        places, numeric, looked,
    )  # fmt: skip
    names.report_junk()
    lacking = missing_parts(places, class_files, ids, looked.folders)
    listed.problems = (*names.problems, *_without_photo(listed), *lacking, *splits.problems)
    return listed


def _is_by_own_numbers(folder: DatasetFolder, path: str) -> bool:
    """StyleT2I's table begins ``idx,split``; one of the original CelebA would name other photos here."""
    try:
        return folder.head(path, 16).startswith(b"idx,split")
    except (FileNotFoundError, FaceDataError):
        return False


def _without_photo(listed: Listed) -> list[Problem]:
    parts: list[tuple[Modality, Sequence[str]]] = [
        (Modality.SKETCH, listed.sketches.ids()),
        (Modality.CAPTIONS, listed.captions.ids()),
        (Modality.MASK, list(listed.class_files.bits)),
        (Modality.MASK, listed.index_maps.ids()),
    ]
    problems = []
    for modality, ids in parts:
        if lost := natural_order(sample for sample in ids if sample not in listed.known):
            message = f"samples with {modality.value} files but no photo, not shown: {counted(lost)}"
            problems.append(Problem(modality, "", message))
    return problems


def _list_pictures(names: Names, folders: Sequence[str], modality: Modality, *, numeric: bool) -> FilesByName:
    ending = "_edges" if modality is Modality.SKETCH else ""
    suffixes = _PICTURES if modality is Modality.PHOTO else ("png", "jpg", "jpeg")
    return list_files(names, folders, NameRule(modality, suffixes, ending, numeric))

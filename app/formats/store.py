"""The store that both layouts share: names in memory, everything else read when asked for, nothing written.

CelebAMask-HQ and Multi-Modal-CelebA-HQ are two cuts through the same thirty thousand samples, and people keep them
mixed; what differs between the layouts is which parts count. A store is put together from one reader per modality.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from app.faces.attributes import Attributes
from app.faces.captions import Captions
from app.faces.classes import ALL_BITS, LAYER_CLASSES, OFFICIAL_PAINT_ORDER, ClassScheme, PaintOrder
from app.faces.errors import FaceDataError, InvalidEditError, ReadOnlyError, SampleNotFoundError
from app.faces.mask import MaskLayers
from app.faces.sample import Loaded, Modality, Photo, Pose, Problem, SampleId
from app.faces.store import FileChange, SavePlan, ValueChange
from app.formats.caption_files import NO_FOLDER, CaptionFiles
from app.formats.class_masks import ClassMasks
from app.formats.files import DatasetFolder, sha256, shown
from app.formats.index_masks import IndexMasks
from app.formats.listing import FilesByName, NameRule, Names, counted, list_files, natural_order
from app.formats.mask_listing import BACKGROUND_BIT, list_masks
from app.formats.pictures import read_picture
from app.formats.sameness import same_content
from app.formats.splits import Splits, read_splits
from app.formats.table_files import NO_TABLE, TableFiles
from app.formats.tree import CLASS_MASK_FOLDERS, Places

_NO_MASKS = (
    "this dataset has no mask folder; make CelebAMask-HQ-mask-anno (one file per class) or label (index maps) in it and"
    " open it again to paint"
)
_PICTURES = ("jpg", "jpeg", "png")


class FolderStore:
    """A dataset in a folder tree (see ``SampleStore``). Opening lists names; no file but the split lists is read."""

    def __init__(
        self, folder: DatasetFolder, places: Places, *, layout: str, scheme: ClassScheme, numeric_ids: bool
    ) -> None:
        self._folder = folder
        self._layout = layout
        self._scheme = scheme
        self._lock = threading.Lock()
        self._tables = TableFiles(folder, places)
        names = Names(folder)
        names.problems += places.problems
        self._photos = _list_pictures(names, places.photos, Modality.PHOTO, numeric=numeric_ids)
        self._sketches = _list_pictures(names, places.sketches, Modality.SKETCH, numeric=numeric_ids)
        captions = list_files(names, places.captions, NameRule(Modality.CAPTIONS, ("txt",), numeric=numeric_ids))
        self._captions = CaptionFiles(folder, captions, places.caption_caches)
        class_files, index_maps = list_masks(names, places.masks, numeric=numeric_ids)
        if not class_files.folders and not index_maps.folders and places.masks:
            home = places.masks[0]
            if home.rpartition("/")[2] in CLASS_MASK_FOLDERS:
                class_files.folders.append(f"{home}/0")
            else:
                index_maps.folders.append(home)
        self._class_masks = ClassMasks(folder, class_files) if class_files.folders else None
        self._index_masks = IndexMasks(folder, index_maps, scheme) if index_maps.folders else None
        self._ids = tuple(SampleId(sample) for sample in natural_order(self._photos.ids()))
        self._known = frozenset(self._ids)
        self._splits: Splits = read_splits(folder, places.splits, self._known)
        self._problems = (*names.problems, *self._without_photo(), *self._splits.problems)

    def _without_photo(self) -> list[Problem]:
        parts: list[tuple[Modality, Sequence[str]]] = [
            (Modality.SKETCH, self._sketches.ids()),
            (Modality.CAPTIONS, self._captions.files.ids()),
        ]
        if self._class_masks:
            parts.append((Modality.MASK, list(self._class_masks.files.bits)))
        if self._index_masks:
            parts.append((Modality.MASK, self._index_masks.files.ids()))
        problems = []
        for modality, ids in parts:
            if lost := natural_order(sample for sample in ids if sample not in self._known):
                message = f"samples with {modality.value} files but no photo, not shown: {counted(lost)}"
                problems.append(Problem(modality, "", message))
        return problems

    @property
    def root(self) -> Path:
        """The dataset's folder, links resolved."""
        return self._folder.root

    @property
    def layout(self) -> str:
        """The layout's name."""
        return self._layout

    @property
    def scheme(self) -> ClassScheme:
        """The id table of index maps."""
        return self._scheme

    @property
    def paint_order(self) -> PaintOrder:
        """The scheme's id order where masks are index maps, else the official one."""
        return OFFICIAL_PAINT_ORDER if self._class_masks else self._scheme.paint_order

    @property
    def sample_ids(self) -> Sequence[SampleId]:
        """All samples with a photo, numbers by value."""
        return self._ids

    @property
    def splits(self) -> Mapping[str, Sequence[SampleId]]:
        """Samples by split."""
        return MappingProxyType(self._splits.samples)

    @property
    def problems(self) -> Sequence[Problem]:
        """What opening found, counted."""
        return self._problems

    def __contains__(self, sample: object) -> bool:
        return sample in self._known

    def has(self, sample: SampleId, modality: Modality) -> bool:
        """Whether a file (or row) is there for the modality."""
        match modality:
            case Modality.PHOTO:
                return sample in self._known
            case Modality.SKETCH:
                return sample in self._sketches
            case Modality.CAPTIONS:
                return sample in self._captions.files
            case Modality.MASK:
                return bool(self._class_bits(sample)) or self._has_index_map(sample)
            case Modality.ATTRIBUTES:
                return self._tables.has_row(sample, self._tables.attributes)
            case Modality.POSE:
                return self._tables.has_row(sample, self._tables.pose)

    def _class_bits(self, sample: str) -> int:
        return self._class_masks.files.bits.get(sample, 0) & ALL_BITS if self._class_masks else 0

    def _in_class_files(self, sample: str) -> bool:
        """Whether the sample's mask is kept as class files: also while all of them are emptied away, and where it has
        no mask at all."""
        if not self._class_masks:
            return False
        return self._class_masks.files.bits.get(sample, BACKGROUND_BIT) != BACKGROUND_BIT or not self._has_index_map(
            sample
        )

    def _has_index_map(self, sample: str) -> bool:
        return self._index_masks is not None and sample in self._index_masks.files

    def class_bits(self, sample: SampleId) -> int | None:
        """The classes that have files; None where only an index map's pixels could tell."""
        return self._class_bits(sample) if self._in_class_files(sample) else None

    def split_of(self, sample: SampleId) -> str | None:
        """The sample's split."""
        return self._splits.of.get(sample)

    def read_only(self, modality: Modality) -> str | None:
        """Why a modality can never be saved in this dataset."""
        match modality:
            case Modality.PHOTO | Modality.SKETCH:
                return f"a {modality.value} is shown, never written"
            case Modality.POSE:
                return "poses are shown, never written"
            case Modality.MASK:
                return None if self._class_masks or self._index_masks else _NO_MASKS
            case Modality.CAPTIONS:
                return None if self._captions.files.folders else NO_FOLDER
            case Modality.ATTRIBUTES:
                return None if self._tables.attributes else NO_TABLE

    def photo_path(self, sample: SampleId) -> Path:
        """The photo's file."""
        return self.root / self._photo(sample)

    def celeba_file(self, sample: SampleId) -> str | None:
        """The photo's name in the original CelebA, where the mapping table tells."""
        return self._tables.celeba_file(sample)

    def _photo(self, sample: str) -> str:
        path = self._photos.path(sample) if sample in self._known else None
        if path is None:
            raise SampleNotFoundError(f"the dataset has no sample {shown(sample)}")
        return path

    def read_photo(self, sample: SampleId) -> Loaded[Photo]:
        """The photo in R, G, B, not rotated."""
        return self._read_picture(Modality.PHOTO, self._photo(sample))

    def read_sketch(self, sample: SampleId) -> Loaded[Photo]:
        """The sketch in three channels; its polarity is left as it is stored."""
        self._photo(sample)
        path = self._sketches.path(sample)
        return Loaded(None) if path is None else self._read_picture(Modality.SKETCH, path)

    def _read_picture(self, modality: Modality, path: str) -> Loaded[Photo]:
        stamps: dict[str, str | None] = {path: None}
        try:
            data = self._folder.read(path)
            stamps[path] = sha256(data)
            picture, notices = read_picture(data)
        except (FaceDataError, FileNotFoundError) as error:
            what = "it is gone since the dataset was opened" if isinstance(error, FileNotFoundError) else str(error)
            return Loaded(None, stamps, (Problem(modality, path, f"{shown(path)}: {what}"),))
        if modality is Modality.SKETCH:
            notices = tuple(notice for notice in notices if "grey" not in notice)
        problems = tuple(Problem(modality, path, f"{shown(path)}: {notice}") for notice in notices)
        return Loaded(picture, stamps, problems)

    def read_mask(self, sample: SampleId) -> Loaded[MaskLayers]:
        """The layers: of the per-class files where the sample has any, else of its index map."""
        self._photo(sample)
        if self._class_masks and self._in_class_files(sample):
            return self._class_masks.read(sample)
        return self._index_masks.read(sample) if self._index_masks else Loaded(None)

    def read_captions(self, sample: SampleId) -> Loaded[Captions]:
        """The captions."""
        self._photo(sample)
        return self._captions.read(sample)

    def read_attributes(self, sample: SampleId) -> Loaded[Attributes]:
        """The sample's row of the attribute table."""
        self._photo(sample)
        return self._tables.read_attributes(sample)

    def read_pose(self, sample: SampleId) -> Loaded[Pose]:
        """The sample's row of the pose table."""
        self._photo(sample)
        return self._tables.read_pose(sample)

    def plan_save(self, sample: SampleId, changes: Sequence[ValueChange]) -> SavePlan:
        """The exact bytes that save the changes (see ``SampleStore``)."""
        self._photo(sample)
        files: list[FileChange] = []
        notes: list[str] = []
        for change in changes:
            planned, told = self._plan(sample, change)
            files += planned
            notes += told
        return SavePlan(sample, tuple(files), tuple(notes))

    def _plan(self, sample: SampleId, change: ValueChange) -> tuple[list[FileChange], list[str]]:
        why = self.read_only(change.modality)
        if why:
            raise ReadOnlyError(f"the {change.modality.value} of sample {sample} cannot be saved: {why}")
        before, after = change.before, change.after
        if (
            change.modality is Modality.MASK
            and isinstance(after, MaskLayers)
            and (before is None or isinstance(before, MaskLayers))
        ):
            return self._plan_mask(sample, before, after, change.stamps)
        if change.modality is Modality.CAPTIONS and isinstance(after, Captions):
            return self._captions.plan(sample, after, change.stamps)
        if (
            change.modality is Modality.ATTRIBUTES
            and isinstance(after, Attributes)
            and (before is None or isinstance(before, Attributes))
        ):
            return self._tables.plan(sample, before, after), []
        raise InvalidEditError(f"a {type(after).__name__} is no value for the {change.modality.value} of a sample")

    def _plan_mask(
        self, sample: SampleId, before: MaskLayers | None, after: MaskLayers, stamps: Mapping[str, str | None]
    ) -> tuple[list[FileChange], list[str]]:
        if self._class_masks and self._in_class_files(sample):
            files, notes = self._class_masks.plan(sample, before, after, stamps)
            if files and self._index_masks and self._has_index_map(sample) and before is not None:
                more, told = self._index_masks.follow(sample, before, after)
                return files + more, notes + told
            return files, notes
        if self._index_masks is None:
            raise ReadOnlyError(f"the mask of sample {sample} cannot be saved: {_NO_MASKS}")
        return self._index_masks.plan(sample, before, after, stamps), []

    def same_content(self, path: str, one: bytes | None, other: bytes | None) -> bool:
        """Whether two versions of a file of this dataset mean the same (see ``SampleStore``)."""
        return same_content(path, one, other, self._scheme)

    def saved(self, plan: SavePlan) -> None:
        """Take note of files made and removed."""
        sample = plan.sample
        class_paths = {}
        if self._class_masks:
            for face_class in LAYER_CLASSES:
                class_paths[self._class_masks.files.path(sample, face_class.name)] = face_class.name
        classes: dict[str, bool] = {}
        with self._lock:
            for change in plan.changes:
                exists = change.after is not None
                if (name := class_paths.get(change.path)) is not None:
                    classes[name] = exists
                elif self._index_masks and self._index_masks.owns(sample, change.path):
                    self._index_masks.saved(sample, change.path)
                elif self._captions.owns(sample, change.path):
                    self._captions.saved(sample, change.path)
            if classes and self._class_masks:
                self._class_masks.saved(sample, classes)


def _list_pictures(names: Names, folders: Sequence[str], modality: Modality, *, numeric: bool) -> FilesByName:
    ending = "_edges" if modality is Modality.SKETCH else ""
    suffixes = _PICTURES if modality is Modality.PHOTO else ("png", "jpg", "jpeg")
    return list_files(names, folders, NameRule(modality, suffixes, ending, numeric))

"""The store that both layouts share: names in memory, everything else read when asked for, nothing written.

CelebAMask-HQ and Multi-Modal-CelebA-HQ are two cuts through the same thirty thousand samples, and people keep them
mixed; what differs between the layouts is which parts count. A store is put together from one reader per modality.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from app.faces.attributes import Attributes
from app.faces.captions import Captions
from app.faces.classes import ALL_BITS, LAYER_CLASSES, OFFICIAL_PAINT_ORDER, ClassScheme, PaintOrder
from app.faces.errors import InvalidEditError, ReadOnlyError, SampleNotFoundError
from app.faces.mask import MaskLayers
from app.faces.sample import Loaded, Modality, Photo, Pose, Problem, SampleId, Sketch
from app.faces.store import FileChange, SampleStore, SavePlan, ValueChange
from app.formats.caption_files import NO_FOLDER, CaptionFiles
from app.formats.class_masks import ClassMasks
from app.formats.class_order import ClassOrder
from app.formats.files import DatasetFolder, shown
from app.formats.index_masks import IndexMasks
from app.formats.kept_listing import keep_listing
from app.formats.listed import Listed
from app.formats.mask_listing import BACKGROUND_BIT
from app.formats.picture_files import load_picture
from app.formats.sameness import same_content
from app.formats.saves import Saves, listed_anew
from app.formats.sketch_files import plan_sketch
from app.formats.table_files import NO_TABLE, TableFiles

T = TypeVar("T")

_NO_MASKS = (
    "this dataset has no mask folder; make CelebAMask-HQ-mask-anno (one file per class) or label (index maps) in it and"
    " open it again to paint"
)
_NO_SKETCHES = "this dataset has no sketch folder; make one named sketch in it and open it again to draw"


@dataclass(frozen=True, slots=True, eq=False)
class _Parts:
    """What was listed, and one reader per modality over it. Taken once by whoever answers a question, and never changed
    but for files made or removed by our own saves: ``adopt`` puts another in its place."""

    listed: Listed
    captions: CaptionFiles
    class_masks: ClassMasks | None
    index_masks: IndexMasks | None
    tables: TableFiles

    @classmethod
    def of(cls, folder: DatasetFolder, listed: Listed, scheme: ClassScheme) -> _Parts:
        return cls(
            listed,
            CaptionFiles(folder, listed.captions, listed.places.caption_caches),
            ClassMasks(folder, listed.class_files) if listed.class_files.folders else None,
            IndexMasks(folder, listed.index_maps, scheme) if listed.index_maps.folders else None,
            TableFiles(folder, listed.places),
        )

    def class_bits(self, sample: str) -> int:
        return self.listed.class_files.bits.get(sample, 0) & ALL_BITS if self.class_masks else 0

    def has_index_map(self, sample: str) -> bool:
        return self.index_masks is not None and sample in self.listed.index_maps

    def in_class_files(self, sample: str) -> bool:
        """Whether the sample's mask is kept as class files: also while all of them are emptied away, and where it has
        no mask at all."""
        if not self.class_masks:
            return False
        bits = self.listed.class_files.bits.get(sample, BACKGROUND_BIT)
        return bits != BACKGROUND_BIT or not self.has_index_map(sample)

    def photo(self, sample: str) -> str:
        path = self.listed.photos.path(sample) if sample in self.listed.known else None
        if path is None:
            raise SampleNotFoundError(f"the dataset has no sample {shown(sample)}")
        return path

    def saved(self, sample: str, files: Mapping[str, bool]) -> None:
        """Files of a sample, by path, that exist since a save or do no longer."""
        class_files = self.listed.class_files
        class_paths = {class_files.path(sample, c.name): c.name for c in LAYER_CLASSES} if self.class_masks else {}
        classes: dict[str, bool] = {}
        for path, exists in files.items():
            if (name := class_paths.get(path)) is not None:
                classes[name] = exists
            elif self.index_masks and self.index_masks.owns(sample, path):
                self.index_masks.saved(sample, path, exists=exists)
            elif self.captions.owns(sample, path):
                self.captions.saved(sample, path, exists=exists)
            elif path.rpartition("/")[0] in self.listed.sketches.folders[:1]:
                if exists:
                    self.listed.sketches.add(sample, path)
                else:
                    self.listed.sketches.remove(sample)
        if classes and self.class_masks:
            self.class_masks.saved(sample, classes)


class FolderStore:
    """A dataset in a folder tree (see ``SampleStore``). Opening lists names; no file but the split lists is read."""

    def __init__(
        self,
        folder: DatasetFolder,
        listed: Listed,
        *,
        layout: str,
        order: ClassOrder,
        again: Callable[[], SampleStore],
        keeps_listing: bool = True,
    ) -> None:
        """``order`` is that of the index maps; ``again`` opens the folder anew in the same layout. ``keeps_listing``:
        that layout takes over kept listings."""
        self._folder = folder
        self._layout = layout
        self._order = order
        self._scheme = scheme = order.scheme
        self._again = again
        self._keeps_listing = keeps_listing
        self._lock = threading.Lock()
        self._saves: Saves[tuple[SampleId, dict[str, bool]]] = Saves()
        self._now = _Parts.of(folder, listed, scheme)

    @property
    def root(self) -> Path:
        """The dataset's folder, links resolved."""
        return self._folder.root

    @property
    def folder(self) -> DatasetFolder:
        """The way to the very bytes of its files."""
        return self._folder

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
        if self._now.class_masks or set(self._scheme.paint_order) != set(OFFICIAL_PAINT_ORDER):
            return OFFICIAL_PAINT_ORDER
        return self._scheme.paint_order

    @property
    def sample_ids(self) -> Sequence[SampleId]:
        """All samples with a photo, numbers by value."""
        return self._now.listed.ids

    @property
    def splits(self) -> Mapping[str, Sequence[SampleId]]:
        """Samples by split."""
        return MappingProxyType(self._now.listed.splits.value().samples)

    @property
    def problems(self) -> Sequence[Problem]:
        """What opening found, counted, and what is known of the tables by now."""
        now = self._now
        return (*self._order.problems, *now.listed.problems, *now.tables.problems(now.listed.known))

    def __contains__(self, sample: object) -> bool:
        return sample in self._now.listed.known

    def has(self, sample: SampleId, modality: Modality) -> bool:
        """Whether a file (or row) is there for the modality."""
        now = self._now
        match modality:
            case Modality.PHOTO:
                return sample in now.listed.known
            case Modality.SKETCH:
                return sample in now.listed.sketches
            case Modality.CAPTIONS:
                return sample in now.listed.captions
            case Modality.MASK:
                return bool(now.class_bits(sample)) or now.has_index_map(sample)
            case Modality.ATTRIBUTES:
                return now.tables.has_row(sample, now.tables.attributes)
            case Modality.POSE:
                return now.tables.has_row(sample, now.tables.pose)

    def class_bits(self, sample: SampleId) -> int | None:
        """The classes that have files; None where only an index map's pixels could tell."""
        now = self._now
        return now.class_bits(sample) if now.in_class_files(sample) else None

    def split_of(self, sample: SampleId) -> str | None:
        """The sample's split."""
        return self._now.listed.splits.value().of.get(sample)

    def read_only(self, modality: Modality) -> str | None:
        """Why a modality can never be saved in this dataset."""
        if self._folder.read_only:
            return self._folder.read_only
        match modality:
            case Modality.PHOTO:
                return "a photo is shown, never written"
            case Modality.SKETCH:
                return None if self._now.listed.sketches.folders else _NO_SKETCHES
            case Modality.POSE:
                return "poses are shown, never written"
            case Modality.MASK:
                if self._now.class_masks:
                    return None
                return self._order.read_only if self._now.index_masks else _NO_MASKS
            case Modality.CAPTIONS:
                return None if self._now.captions.files.folders else NO_FOLDER
            case Modality.ATTRIBUTES:
                return None if self._now.tables.attributes else NO_TABLE

    def photo_path(self, sample: SampleId) -> Path:
        """The photo's file."""
        return self.root / self._folder.source(self._now.photo(sample))

    def picture_bytes(self, sample: SampleId, modality: Modality) -> bytes:
        """The photo's or the sketch's file as bytes."""
        files = self.paths(sample, modality)
        if not files:
            raise FileNotFoundError(f"sample {shown(sample)} has no {modality.value}")
        return self._folder.read(files[0])

    def celeba_file(self, sample: SampleId) -> str | None:
        """The photo's name in the original CelebA, where the mapping table tells."""
        return self._now.tables.celeba_file(sample)

    def read_photo(self, sample: SampleId) -> Loaded[Photo]:
        """The photo in R, G, B, not rotated."""
        return self._given(load_picture(self._folder, Modality.PHOTO, self._now.photo(sample)))

    def read_sketch(self, sample: SampleId) -> Loaded[Photo]:
        """The sketch in three channels; its polarity is left as it is stored."""
        now = self._now
        now.photo(sample)
        path = now.listed.sketches.path(sample)
        return Loaded(None) if path is None else self._given(load_picture(self._folder, Modality.SKETCH, path))

    def read_mask(self, sample: SampleId) -> Loaded[MaskLayers]:
        """The layers: of the per-class files where the sample has any, else of its index map."""
        now = self._now
        now.photo(sample)
        if now.class_masks and now.in_class_files(sample):
            return self._given(now.class_masks.read(sample))
        return self._given(now.index_masks.read(sample)) if now.index_masks else Loaded(None)

    def read_captions(self, sample: SampleId) -> Loaded[Captions]:
        """The captions."""
        now = self._now
        now.photo(sample)
        return self._given(now.captions.read(sample))

    def read_attributes(self, sample: SampleId) -> Loaded[Attributes]:
        """The sample's row of the attribute table."""
        now = self._now
        now.photo(sample)
        return self._given(now.tables.read_attributes(sample))

    def read_pose(self, sample: SampleId) -> Loaded[Pose]:
        """The sample's row of the pose table."""
        now = self._now
        now.photo(sample)
        return self._given(now.tables.read_pose(sample))

    def _given(self, loaded: Loaded[T]) -> Loaded[T]:
        """What was read; from an archive there are no files whose bytes a later save could compare."""
        if self._folder.read_only is None:
            return loaded
        return replace(loaded, stamps=MappingProxyType({}), read_only=loaded.read_only or self._folder.read_only)

    def plan_save(self, sample: SampleId, changes: Sequence[ValueChange]) -> SavePlan:
        """The exact bytes that save the changes (see ``SampleStore``)."""
        now = self._now
        now.photo(sample)
        files: list[FileChange] = []
        notes: list[str] = []
        for change in changes:
            planned, told = self._plan(now, sample, change)
            files += planned
            notes += told
        return SavePlan(sample, tuple(files), tuple(notes))

    def plan_rows(self, rows: Mapping[SampleId, tuple[Attributes | None, Attributes]]) -> SavePlan:
        """The attribute table with these samples' rows (see ``RowStore``)."""
        now = self._now
        if why := self.read_only(Modality.ATTRIBUTES):
            raise ReadOnlyError(f"the attributes cannot be saved: {why}")
        for sample in rows:
            now.photo(sample)
        return SavePlan(next(iter(rows)), tuple(now.tables.plan(rows)))

    def _plan(self, now: _Parts, sample: SampleId, change: ValueChange) -> tuple[list[FileChange], list[str]]:
        why = self.read_only(change.modality)
        if why:
            raise ReadOnlyError(f"the {change.modality.value} of sample {sample} cannot be saved: {why}")
        before, after = change.before, change.after
        if (
            change.modality is Modality.MASK
            and isinstance(after, MaskLayers)
            and (before is None or isinstance(before, MaskLayers))
        ):
            return _plan_mask(now, sample, before, after, change.stamps)
        if change.modality is Modality.CAPTIONS and isinstance(after, Captions):
            return now.captions.plan(sample, after, change.stamps)
        if change.modality is Modality.SKETCH and isinstance(after, Sketch):
            return [plan_sketch(self, sample, after, change.stamps)], []
        if (
            change.modality is Modality.ATTRIBUTES
            and isinstance(after, Attributes)
            and (before is None or isinstance(before, Attributes))
        ):
            return now.tables.plan({sample: (before, after)}), []
        raise InvalidEditError(f"a {type(after).__name__} is no value for the {change.modality.value} of a sample")

    def same_content(self, path: str, one: bytes | None, other: bytes | None) -> bool:
        """Whether two versions of a file of this dataset mean the same (see ``SampleStore``)."""
        return same_content(path, one, other, self._scheme)

    def saved(self, plan: SavePlan) -> None:
        """Take note of files made and removed."""
        files = {change.path: change.after is not None for change in plan.changes}
        with self._lock:
            self._now.saved(plan.sample, files)
            self._saves.add((plan.sample, files))

    @property
    def folders(self) -> tuple[str, ...]:
        """Every folder whose names were read."""
        folders = self._now.listed.looked.folders
        return self._folder.watched(tuple(path for path, stamp in folders.items() if stamp is not None))

    @property
    def tables(self) -> tuple[str, ...]:
        """The attribute, pose and mapping tables there are."""
        paths = (path for path in self._now.tables.paths if path is not None)
        return tuple(dict.fromkeys(map(self._folder.source, paths)))

    @property
    def table_paths(self) -> tuple[str | None, str | None, str | None]:
        """The attribute, pose and mapping table as ``folder`` reads them."""
        return self._now.tables.paths

    def files(self, sample: SampleId, modality: Modality) -> tuple[str, ...]:
        """The files that hold a modality of the sample: those of an archive lie in it."""
        files = self.paths(sample, modality)
        return tuple(dict.fromkeys(map(self._folder.source, files))) if self._folder.read_only else files

    def paths(self, sample: SampleId, modality: Modality) -> tuple[str, ...]:
        """The same as ``folder`` reads them, also where that is an archive."""
        now = self._now
        path: str | None
        match modality:
            case Modality.PHOTO:
                path = now.listed.photos.path(sample)
            case Modality.SKETCH:
                path = now.listed.sketches.path(sample)
            case Modality.CAPTIONS:
                path = now.listed.captions.path(sample)
            case Modality.MASK:
                if now.in_class_files(sample):
                    return now.listed.class_files.paths(sample)
                path = now.listed.index_maps.path(sample)
            case Modality.ATTRIBUTES:
                path = now.tables.attributes if self.has(sample, modality) else None
            case Modality.POSE:
                path = now.tables.pose if self.has(sample, modality) else None
        return () if path is None else (path,)

    def listing(self) -> bytes:
        """What opening found out, for the next time; none where folders changed too shortly before to be sure of it."""
        return keep_listing(self._now.listed) if self._keeps_listing else b""

    def rescanned(self) -> SampleStore:
        """The folder listed anew. Raises LayoutError when it is gone or holds no sample any more."""
        with self._lock:
            count = self._saves.count
        fresh = listed_anew(self._again, self.root)
        if isinstance(fresh, FolderStore):
            fresh._saves = Saves(count)
        return fresh

    def adopt(self, fresh: SampleStore) -> None:
        """Answer with what the rescanned store found. Saves of ours that it may have missed are noted again."""
        if not isinstance(fresh, FolderStore):
            raise TypeError(f"a {type(fresh).__name__} was not made by rescanned()")
        with self._lock:
            for sample, files in self._saves.missed_by(fresh._saves):
                fresh._now.saved(sample, files)
            same_tables = fresh._now.tables.paths == self._now.tables.paths
            # What was read of a table stays good while the file is the same; that is asked at every look.
            # An archive's table of contents, on the other hand, is of the archive as it was.
            same_tables = same_tables and self._folder.read_only is None
            self._folder = fresh._folder
            self._now = replace(fresh._now, tables=self._now.tables) if same_tables else fresh._now


def _plan_mask(
    now: _Parts, sample: SampleId, before: MaskLayers | None, after: MaskLayers, stamps: Mapping[str, str | None]
) -> tuple[list[FileChange], list[str]]:
    if now.class_masks and now.in_class_files(sample):
        files, notes = now.class_masks.plan(sample, before, after, stamps)
        if files and now.index_masks and now.has_index_map(sample) and before is not None:
            more, told = now.index_masks.follow(sample, before, after)
            return files + more, notes + told
        return files, notes
    if now.index_masks is None:
        raise ReadOnlyError(f"the mask of sample {sample} cannot be saved: {_NO_MASKS}")
    return now.index_masks.plan(sample, before, after, stamps), []

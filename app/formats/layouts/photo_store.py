"""Datasets of photos and of facts about them: no masks, captions and attributes saved in place where there are any.

CelebA, the caption layouts of text-to-image trainers and a plain folder of photos differ in where things lie; the store
over them is one. A layout lists the photos and names the parts that read and save the rest.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from app.faces.attributes import Attributes
from app.faces.captions import Captions
from app.faces.classes import OFFICIAL_PAINT_ORDER, ClassScheme, PaintOrder
from app.faces.errors import InvalidEditError, LayoutError, ReadOnlyError, SampleNotFoundError
from app.faces.mask import MaskLayers
from app.faces.sample import Loaded, Modality, Photo, Pose, Problem, SampleId
from app.faces.store import FileChange, SampleStore, SavePlan, ValueChange
from app.formats.files import DatasetFolder, shown
from app.formats.layouts.photo_parts import PhotoParts, Planned
from app.formats.picture_files import load_picture
from app.formats.saves import Saves, listed_anew


class PhotoStore:
    """A dataset without masks (see ``SampleStore``)."""

    def __init__(
        self,
        folder: DatasetFolder,
        parts: PhotoParts,
        *,
        layout: str,
        title: str,
        scheme: ClassScheme,
        again: Callable[[], SampleStore],
    ) -> None:
        """``again`` opens the folder anew in the same layout; ``title`` is the layout's name in messages.

        Raises LayoutError without a sample.
        """
        if not parts.ids:
            told = "".join(f"; {problem.message}" for problem in parts.problems[:3])
            raise LayoutError(f"{shown(folder.root.name)} is no {title} dataset: it holds no photo{told}")
        self._folder = folder
        self._now = parts
        self._layout = layout
        self._title = title
        self._scheme = scheme
        self._again = again
        self._lock = threading.Lock()
        self._saves: Saves[SavePlan] = Saves()
        self._has_saved_attributes = False

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
        """The id table that masks would have."""
        return self._scheme

    @property
    def paint_order(self) -> PaintOrder:
        """The official one: there are no masks."""
        return OFFICIAL_PAINT_ORDER

    @property
    def sample_ids(self) -> Sequence[SampleId]:
        """All samples with a photo, numbers by value."""
        return self._now.ids

    @property
    def splits(self) -> Mapping[str, Sequence[SampleId]]:
        """Samples by split."""
        return MappingProxyType(self._now.splits.samples)

    @property
    def problems(self) -> Sequence[Problem]:
        """What opening found, and what is known of the tables by now."""
        now = self._now
        problems = [*now.problems, *now.splits.problems]
        if now.attributes is not None:
            problems += now.attributes.problems(now.known)
        if now.captions is not None:
            problems += now.captions.problems
        return tuple(problems)

    def __contains__(self, sample: object) -> bool:
        return sample in self._now.known

    def has(self, sample: SampleId, modality: Modality) -> bool:
        """Whether a file or row is there."""
        if modality is Modality.PHOTO:
            return sample in self._now.known
        return modality is not Modality.MASK and bool(self.files(sample, modality))

    def class_bits(self, sample: SampleId) -> int | None:  # noqa: ARG002 - the protocol's signature
        """No class has a file."""
        return 0

    def split_of(self, sample: SampleId) -> str | None:
        """The sample's split."""
        return self._now.splits.of.get(sample)

    def files(self, sample: SampleId, modality: Modality) -> tuple[str, ...]:
        """The files that hold a modality of the sample."""
        now = self._now
        path: str | None = None
        match modality:
            case Modality.PHOTO:
                path = now.photos.path(sample)
            case Modality.SKETCH:
                path = now.sketches.path(sample) if now.sketches is not None else None
            case Modality.CAPTIONS:
                return now.captions.files(sample) if now.captions is not None else ()
            case Modality.ATTRIBUTES:
                table = now.attributes
                path = table.attributes if table is not None and table.has_row(sample, table.attributes) else None
            case Modality.MASK | Modality.POSE:
                pass
        return () if path is None else (path,)

    @property
    def folders(self) -> tuple[str, ...]:
        """Every folder whose names were read."""
        return tuple(path for path, stamp in self._now.looked.folders.items() if stamp is not None)

    @property
    def tables(self) -> tuple[str, ...]:
        """The files with rows of many samples."""
        return self._now.tables

    def celeba_file(self, sample: SampleId) -> str | None:
        """The photo's name in the original CelebA."""
        facts = self._now.facts
        return facts.celeba_file(sample) if facts is not None else None

    def sample_of_celeba_hq(self, number: str) -> SampleId | None:
        """The sample whose photo CelebA-HQ knows by this number."""
        facts = self._now.facts
        return facts.sample_of_celeba_hq(number) if facts is not None else None

    def facts(self, sample: SampleId) -> Mapping[str, Any]:
        """What is known of the sample besides its modalities, of JSON's kinds."""
        self._photo(sample)
        facts = self._now.facts
        return facts.of(sample) if facts is not None else {}

    def listing(self) -> bytes:
        """None is kept: a flat folder is listed quickly enough."""
        return b""

    def rescanned(self) -> SampleStore:
        """The folder listed anew. Raises LayoutError when it is gone or holds no photo any more."""
        with self._lock:
            count = self._saves.count
        fresh = listed_anew(self._again, self.root)
        if isinstance(fresh, PhotoStore):
            fresh._saves = Saves(count)
        return fresh

    def adopt(self, fresh: SampleStore) -> None:
        """Answer with what the rescanned store found. Saves of ours that it may have missed are noted again."""
        if not isinstance(fresh, PhotoStore):
            raise TypeError(f"a {type(fresh).__name__} was not made by rescanned()")
        with self._lock:
            for plan in self._saves.missed_by(fresh._saves):
                _note_saved(fresh._now, plan)
            self._now = fresh._now

    def read_only(self, modality: Modality) -> str | None:
        """Why a modality can never be saved in this dataset."""
        now = self._now
        match modality:
            case Modality.PHOTO | Modality.SKETCH:
                return f"a {modality.value} is shown, never written"
            case Modality.POSE:
                return "poses are shown, never written"
            case Modality.MASK:
                return f"{self._title} has no place for masks; make a working copy to paint"
            case Modality.CAPTIONS:
                if now.captions is None:
                    return f"{self._title} has no place for captions; make a working copy to write captions"
                return now.captions.read_only
            case Modality.ATTRIBUTES:
                if now.attributes is None or now.attributes.attributes is None:
                    return "this dataset has no attribute table; make a working copy to edit attributes"
                return None

    def _photo(self, sample: SampleId) -> str:
        path = self._now.photos.path(sample) if sample in self else None
        if path is None:
            raise SampleNotFoundError(f"the dataset has no sample {shown(sample)}")
        return path

    def photo_path(self, sample: SampleId) -> Path:
        """The photo's file."""
        return self.root / self._photo(sample)

    def picture_bytes(self, sample: SampleId, modality: Modality) -> bytes:
        """The photo's or the sketch's file as bytes."""
        files = self.files(sample, modality)
        if not files:
            raise FileNotFoundError(f"sample {shown(sample)} has no {modality.value}")
        return self._folder.read(files[0])

    def read_photo(self, sample: SampleId) -> Loaded[Photo]:
        """The photo in R, G, B, not rotated."""
        return load_picture(self._folder, Modality.PHOTO, self._photo(sample))

    def read_sketch(self, sample: SampleId) -> Loaded[Photo]:
        """The sketch in three channels."""
        self._photo(sample)
        files = self.files(sample, Modality.SKETCH)
        return load_picture(self._folder, Modality.SKETCH, files[0]) if files else Loaded(None)

    def read_mask(self, sample: SampleId) -> Loaded[MaskLayers]:
        """None: there are no masks."""
        self._photo(sample)
        return Loaded(None)

    def read_captions(self, sample: SampleId) -> Loaded[Captions]:
        """The captions."""
        self._photo(sample)
        captions = self._now.captions
        return captions.read(sample) if captions is not None else Loaded(None)

    def read_attributes(self, sample: SampleId) -> Loaded[Attributes]:
        """The sample's row of the attribute table."""
        self._photo(sample)
        table = self._now.attributes
        return table.read_attributes(sample) if table is not None else Loaded(None)

    def read_pose(self, sample: SampleId) -> Loaded[Pose]:
        """None: there are no poses."""
        self._photo(sample)
        return Loaded(None)

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

    def plan_rows(self, rows: Mapping[SampleId, tuple[Attributes | None, Attributes]]) -> SavePlan:
        """The attribute table with these samples' rows (see ``RowStore``)."""
        table = self._now.attributes
        if why := self.read_only(Modality.ATTRIBUTES):
            raise ReadOnlyError(f"the attributes cannot be saved: {why}")
        assert table is not None
        for sample in rows:
            self._photo(sample)
        files = table.plan(rows)
        return SavePlan(next(iter(rows)), tuple(files), self._edit_notes(files))

    def _plan(self, sample: SampleId, change: ValueChange) -> Planned:
        now = self._now
        if why := self.read_only(change.modality):
            raise ReadOnlyError(f"the {change.modality.value} of sample {sample} cannot be saved: {why}")
        before, after = change.before, change.after
        if now.captions is not None and change.modality is Modality.CAPTIONS and isinstance(after, Captions):
            held = before if isinstance(before, Captions) else None
            return now.captions.plan(sample, held, after, change.stamps)
        if now.attributes is not None and change.modality is Modality.ATTRIBUTES and isinstance(after, Attributes):
            old = before if isinstance(before, Attributes) else None
            files = now.attributes.plan({sample: (old, after)})
            return files, list(self._edit_notes(files))
        raise InvalidEditError(f"a {type(after).__name__} is no value for the {change.modality.value} of a sample")

    def _edit_notes(self, files: Sequence[FileChange]) -> tuple[str, ...]:
        note = self._now.edit_note
        return (note,) if files and note and not self._has_saved_attributes else ()

    def same_content(self, path: str, one: bytes | None, other: bytes | None) -> bool:
        """Whether two versions are the same bytes; no file says what an empty one says."""
        return one == other or (not one and not other and path.lower().endswith(".txt"))

    def saved(self, plan: SavePlan) -> None:
        """Take note of files made and removed."""
        with self._lock:
            table = self._now.attributes
            self._has_saved_attributes |= table is not None and any(c.path == table.attributes for c in plan.changes)
            _note_saved(self._now, plan)
            self._saves.add(plan)


def _note_saved(parts: PhotoParts, plan: SavePlan) -> None:
    for change in plan.changes:
        if parts.captions is not None:
            parts.captions.saved(plan.sample, change.path, exists=change.after is not None)

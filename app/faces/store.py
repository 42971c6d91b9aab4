"""What a dataset on disk can do, whatever its layout: the protocol between files, document and window.

``formats/`` implements it, ``document/`` edits over it, ``workbench/`` introduces them to each other. A store never
changes a file: it *plans* a save as exact bytes per path, and the document's saving carries the plan out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from app.faces.attributes import Attributes
from app.faces.captions import Captions
from app.faces.classes import ClassScheme, PaintOrder
from app.faces.mask import MaskLayers
from app.faces.sample import EditableValue, Loaded, Modality, Photo, Pose, Problem, SampleId


@dataclass(frozen=True, slots=True, eq=False)
class FileChange:
    """One file of a planned save. ``path`` is relative to the root (POSIX, no ``..``); ``after`` None deletes it.

    ``before`` is the SHA-256 the file must have on disk for the change to be safe; None: it must not exist.
    """

    path: str
    before: str | None
    after: bytes | None


@dataclass(frozen=True, slots=True, eq=False)
class ValueChange:
    """One modality of one sample to be saved: what was read (or last saved) and what it is now."""

    modality: Modality
    before: EditableValue | None
    after: EditableValue
    stamps: Mapping[str, str | None]


@dataclass(frozen=True, slots=True, eq=False)
class SavePlan:
    """The file changes that save some values of one sample, all or nothing; ``notes`` are for the user."""

    sample: SampleId
    changes: tuple[FileChange, ...]
    notes: tuple[str, ...] = ()


class SampleStore(Protocol):
    """A dataset in one layout. Reading is safe from any thread; ids and presence come from names alone."""

    @property
    def root(self) -> Path:
        """The dataset's folder; every path of the store lies below it."""
        ...

    @property
    def layout(self) -> str:
        """The layout's name, e.g. ``celebamask-hq``."""
        ...

    @property
    def scheme(self) -> ClassScheme:
        """The class-id table of the dataset's index masks (official where there are none)."""
        ...

    @property
    def paint_order(self) -> PaintOrder:
        """The order in which this dataset's layers are flattened."""
        ...

    @property
    def sample_ids(self) -> Sequence[SampleId]:
        """All samples, in natural order (numbers by value)."""
        ...

    @property
    def splits(self) -> Mapping[str, Sequence[SampleId]]:
        """The dataset's own splits by name; empty where it keeps none."""
        ...

    @property
    def problems(self) -> Sequence[Problem]:
        """What opening found wrong with the dataset as a whole."""
        ...

    def __contains__(self, sample: object) -> bool: ...

    def has(self, sample: SampleId, modality: Modality) -> bool:
        """Whether the sample has a file (or a table row) for the modality, judged by names."""
        ...

    def class_bits(self, sample: SampleId) -> int | None:
        """The classes that have files, as a bit set; None where masks are index maps (only pixels could tell)."""
        ...

    def split_of(self, sample: SampleId) -> str | None:
        """The split the sample belongs to."""
        ...

    def files(self, sample: SampleId, modality: Modality) -> tuple[str, ...]:
        """The files that hold the modality, relative to the root (POSIX), by names alone; a table for its rows.

        Their sizes and times tell a catalog whether what it knows is still true. Empty where the sample has none.
        """
        ...

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders, relative to the root ("" is the root), whose entries decide what the dataset has."""
        ...

    @property
    def tables(self) -> tuple[str, ...]:
        """The files, relative to the root, with rows of many samples: attributes, poses, names in the CelebA."""
        ...

    def celeba_file(self, sample: SampleId) -> str | None:
        """The photo's name in the original CelebA (``119614.jpg``), where a mapping file tells."""
        ...

    def listing(self) -> bytes:
        """What opening found out from names, to be given to ``open_store`` next time; validated there, opaque here."""
        ...

    def rescanned(self) -> SampleStore:
        """The same folder in the same layout, listed anew. Any thread; raises LayoutError when it is gone."""
        ...

    def adopt(self, fresh: SampleStore) -> None:
        """Answer for what ``fresh`` (made by ``rescanned``) has found from now on. On the thread that owns the store's
        document; readers on other threads see either the old or the new listing."""
        ...

    def read_only(self, modality: Modality) -> str | None:
        """Why edits of a modality could never be saved here, or None when they can."""
        ...

    def photo_path(self, sample: SampleId) -> Path:
        """The photo's file, or the container that holds it. Raises SampleNotFoundError."""
        ...

    def picture_bytes(self, sample: SampleId, modality: Modality) -> bytes:
        """The file of the photo or the sketch as bytes, whatever holds it.

        Raises FileNotFoundError where there is none, FaceDataError where it must not or cannot be read.
        """
        ...

    def read_photo(self, sample: SampleId) -> Loaded[Photo]:
        """The photo as training code reads it (no EXIF rotation)."""
        ...

    def read_sketch(self, sample: SampleId) -> Loaded[Photo]:
        """The sketch, as it is stored, in three channels."""
        ...

    def read_mask(self, sample: SampleId) -> Loaded[MaskLayers]: ...

    def read_captions(self, sample: SampleId) -> Loaded[Captions]: ...

    def read_attributes(self, sample: SampleId) -> Loaded[Attributes]: ...

    def read_pose(self, sample: SampleId) -> Loaded[Pose]: ...

    def plan_save(self, sample: SampleId, changes: Sequence[ValueChange]) -> SavePlan:
        """The exact bytes that save the changes: only files whose decoded content differs, their kind preserved.

        May read files; runs on the writer thread. Raises ConflictError when a file to be written is not the one that
        was read, ReadOnlyError where the layout or file cannot hold the value.
        """
        ...

    def same_content(self, path: str, one: bytes | None, other: bytes | None) -> bool:
        """Whether two versions of a file say the same: then a save may bring back a kept version's very bytes.

        None stands for no file: it says what a file without any covered pixel or any caption says. Runs on the writer
        thread.
        """
        ...

    def saved(self, plan: SavePlan) -> None:
        """Take note that a plan was carried out, so that ``has`` and ``class_bits`` answer for the new files."""
        ...


@runtime_checkable
class RowStore(Protocol):
    """A store that keeps the attributes of all samples in one file: those of many are saved by writing it once."""

    def plan_rows(self, rows: Mapping[SampleId, tuple[Attributes | None, Attributes]]) -> SavePlan:
        """Like ``plan_save`` for the attributes of several samples, of each what was read and what it is now.

        Raises what that raises for any of them.
        """
        ...


@runtime_checkable
class FactStore(Protocol):
    """A store that tells more of a sample than its modalities, as the original CelebA does."""

    def facts(self, sample: SampleId) -> Mapping[str, Any]:
        """Facts by name, of JSON's kinds: ``landmarks``, ``bbox``, ``identity`` … Raises SampleNotFoundError."""
        ...

    def sample_of_celeba_hq(self, number: str) -> SampleId | None:
        """The sample whose photo CelebA-HQ knows by this number."""
        ...

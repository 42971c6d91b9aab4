"""Datasets that are read and never written in place: parquet shards, record files, annotation files for other tools.

Such a layout only has to say which samples there are and hand out their values (``Records``); what a store must be
able to besides is the same for all of them and is done here. Editing begins with a working copy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol, TypeVar

from app.faces.attributes import Attributes
from app.faces.captions import Captions
from app.faces.classes import OFFICIAL_PAINT_ORDER, ClassScheme, PaintOrder
from app.faces.errors import FaceDataError, ReadOnlyError, SampleNotFoundError
from app.faces.mask import MaskLayers
from app.faces.sample import Loaded, Modality, Photo, Pose, Problem, SampleId
from app.faces.store import SampleStore, SavePlan, ValueChange
from app.formats.files import shown
from app.formats.layouts.packed_values import one_line
from app.formats.pictures import read_picture

T = TypeVar("T")


class Records(Protocol):
    """What a layout knows of its samples. Reading is safe from any thread.

    A value is None where the sample has none. Reading raises FaceDataError, or FileNotFoundError for what is gone.
    """

    @property
    def ids(self) -> Sequence[SampleId]:
        """All samples, in natural order."""
        ...

    @property
    def splits(self) -> Mapping[str, Sequence[SampleId]]:
        """Samples by split."""
        ...

    @property
    def problems(self) -> Sequence[Problem]:
        """What opening found."""
        ...

    @property
    def folders(self) -> Sequence[str]:
        """Folders, relative to the root, whose entries decide what there is."""
        ...

    def has(self, sample: SampleId, modality: Modality) -> bool:
        """Whether there is a value, without decoding it."""
        ...

    def files(self, sample: SampleId, modality: Modality) -> tuple[str, ...]:
        """The files it is read from, relative to the root; "" is the root itself where that is a file."""
        ...

    def photo(self, sample: SampleId) -> bytes:
        """The photo's file as bytes."""
        ...

    def sketch(self, sample: SampleId) -> bytes | None:
        """The sketch's file as bytes."""
        ...

    def mask(self, sample: SampleId) -> MaskLayers | Loaded[MaskLayers] | None:
        """The mask; with ``problems`` where something about it should be told."""
        ...

    def captions(self, sample: SampleId) -> Captions | None:
        """The captions."""
        ...

    def attributes(self, sample: SampleId) -> Attributes | None:
        """The attributes."""
        ...

    def pose(self, sample: SampleId) -> Pose | None:
        """The head pose."""
        ...

    def celeba_file(self, sample: SampleId) -> str | None:
        """The photo's name in the original CelebA, where the layout tells."""
        ...


class RecordStore:
    """A read-only dataset over ``Records`` (see ``SampleStore``)."""

    def __init__(
        self,
        root: Path,
        records: Records,
        *,
        layout: str,
        title: str,
        scheme: ClassScheme,
        again: Callable[[], RecordStore],
        paint_order: PaintOrder = OFFICIAL_PAINT_ORDER,
    ) -> None:
        """``again`` opens the same place anew; ``title`` is the layout's name in messages."""
        self._root = root
        self._layout = layout
        self._title = title
        self._scheme = scheme
        self._again = again
        self._paint_order = paint_order
        self._take(records)

    def _take(self, records: Records) -> None:
        splits = {sample: name for name, samples in records.splits.items() for sample in samples}
        # One assignment, so that readers on other threads see either the old or the new.
        self._now = (records, tuple(records.ids), frozenset(records.ids), splits)

    @property
    def root(self) -> Path:
        """The dataset's folder, or its file where it is one."""
        return self._root

    @property
    def layout(self) -> str:
        """The layout's name."""
        return self._layout

    @property
    def scheme(self) -> ClassScheme:
        """The id table of its index maps."""
        return self._scheme

    @property
    def paint_order(self) -> PaintOrder:
        """The order in which its layers are flattened."""
        return self._paint_order

    @property
    def sample_ids(self) -> Sequence[SampleId]:
        """All samples."""
        return self._now[1]

    @property
    def splits(self) -> Mapping[str, Sequence[SampleId]]:
        """Samples by split."""
        return self._now[0].splits

    @property
    def problems(self) -> Sequence[Problem]:
        """What opening found."""
        return self._now[0].problems

    def __contains__(self, sample: object) -> bool:
        return sample in self._now[2]

    def has(self, sample: SampleId, modality: Modality) -> bool:
        """Whether there is a value."""
        return sample in self and self._now[0].has(sample, modality)

    def class_bits(self, sample: SampleId) -> int | None:  # noqa: ARG002
        """None: only pixels tell."""
        return None

    def split_of(self, sample: SampleId) -> str | None:
        """The sample's split."""
        return self._now[3].get(sample)

    def files(self, sample: SampleId, modality: Modality) -> tuple[str, ...]:
        """The files that hold the modality."""
        return self._now[0].files(sample, modality) if self.has(sample, modality) else ()

    @property
    def folders(self) -> tuple[str, ...]:
        """The folders that decide what there is."""
        return tuple(self._now[0].folders)

    @property
    def tables(self) -> tuple[str, ...]:
        """The files that the first samples with attributes or a pose have them from."""
        found = (
            next(filter(None, (self.files(sample, modality) for sample in self.sample_ids)), ())
            for modality in (Modality.ATTRIBUTES, Modality.POSE)
        )
        return tuple(dict.fromkeys(path for files in found for path in files))

    def celeba_file(self, sample: SampleId) -> str | None:
        """The photo's name in the original CelebA."""
        name = self._now[0].celeba_file(sample)
        return None if name is None else one_line(name)

    def listing(self) -> bytes:
        """None is kept: opening again is quick enough, or reads what it must read anyway."""
        return b""

    def rescanned(self) -> SampleStore:
        """The same place opened anew. Raises LayoutError."""
        return self._again()

    def adopt(self, fresh: SampleStore) -> None:
        """Answer with what the rescanned store found."""
        assert isinstance(fresh, RecordStore)
        self._now = fresh._now

    def read_only(self, modality: Modality) -> str | None:  # noqa: ARG002 - the protocol's signature
        """Nothing is ever saved here."""
        return f"{self._title} is read, never written in place; make a working copy to edit"

    def photo_path(self, sample: SampleId) -> Path:
        """The file that holds the photo, which may hold many; of a sample without one, the root."""
        path = next(iter(self._known(sample).files(sample, Modality.PHOTO)), "")
        return self._root / path if path else self._root

    def picture_bytes(self, sample: SampleId, modality: Modality) -> bytes:
        """The bytes of the photo or the sketch. Raises FileNotFoundError where there is none, FaceDataError."""
        records = self._known(sample)
        data = records.sketch(sample) if modality is Modality.SKETCH else records.photo(sample)
        if data is None:
            raise FileNotFoundError(f"sample {shown(sample)} has no {modality.value}")
        return data

    def read_photo(self, sample: SampleId) -> Loaded[Photo]:
        """The photo in R, G, B."""
        return self._picture(sample, Modality.PHOTO, self._known(sample).photo)

    def read_sketch(self, sample: SampleId) -> Loaded[Photo]:
        """The sketch in three channels."""
        return self._picture(sample, Modality.SKETCH, self._known(sample).sketch)

    def read_mask(self, sample: SampleId) -> Loaded[MaskLayers]:
        """The layers."""
        return self._value(sample, Modality.MASK, self._known(sample).mask)

    def read_captions(self, sample: SampleId) -> Loaded[Captions]:
        """The captions."""
        return self._value(sample, Modality.CAPTIONS, self._known(sample).captions)

    def read_attributes(self, sample: SampleId) -> Loaded[Attributes]:
        """The attributes."""
        return self._value(sample, Modality.ATTRIBUTES, self._known(sample).attributes)

    def read_pose(self, sample: SampleId) -> Loaded[Pose]:
        """The pose."""
        return self._value(sample, Modality.POSE, self._known(sample).pose)

    def plan_save(self, sample: SampleId, changes: Sequence[ValueChange]) -> SavePlan:
        """Raises ReadOnlyError."""
        what = ", ".join(change.modality.value for change in changes)
        raise ReadOnlyError(f"the {what} of sample {sample} cannot be saved: {self.read_only(Modality.MASK)}")

    def same_content(self, path: str, one: bytes | None, other: bytes | None) -> bool:  # noqa: ARG002
        """Whether they are the same bytes."""
        return one == other

    def saved(self, plan: SavePlan) -> None:
        """Never asked: nothing is saved."""

    def _known(self, sample: SampleId) -> Records:
        if sample not in self:
            raise SampleNotFoundError(f"the dataset has no sample {shown(sample)}")
        return self._now[0]

    def _picture(self, sample: SampleId, modality: Modality, read: Callable[[SampleId], bytes | None]) -> Loaded[Photo]:
        data = self._value(sample, modality, read)
        if data.value is None:
            return Loaded(None, problems=data.problems)
        try:
            picture, notices = read_picture(data.value)
        except FaceDataError as error:
            return Loaded(None, problems=(_problem(sample, modality, str(error)),))
        if modality is Modality.SKETCH:
            notices = tuple(notice for notice in notices if "grey" not in notice)
        return Loaded(picture, problems=tuple(_problem(sample, modality, notice) for notice in notices))

    def _value(
        self, sample: SampleId, modality: Modality, read: Callable[[SampleId], T | Loaded[T] | None]
    ) -> Loaded[T]:
        why = self.read_only(modality)
        try:
            value = read(sample) if self.has(sample, modality) else None
            if isinstance(value, Loaded):
                told = tuple(_problem(sample, modality, problem.message) for problem in value.problems)
                return Loaded(value.value, value.stamps, told, why)
            return Loaded(value, read_only=why)
        except FileNotFoundError:
            problem = _problem(sample, modality, "it is gone since the dataset was opened")
        except FaceDataError as error:
            problem = _problem(sample, modality, str(error))
        return Loaded(None, problems=(problem,), read_only=why)


def _problem(sample: SampleId, modality: Modality, what: str) -> Problem:
    return Problem(modality, sample, f"the {modality.value} of sample {shown(sample)}: {what}")

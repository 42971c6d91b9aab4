"""What a layout of photos and facts finds and hands to ``PhotoStore``: the photos, and a reader for each other part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from app.faces.captions import Captions
from app.faces.sample import Loaded, Problem, SampleId
from app.faces.store import FileChange
from app.formats.caption_files import CaptionFiles
from app.formats.files import DatasetFolder
from app.formats.listing import FilesByName
from app.formats.looked import Looked
from app.formats.splits import Splits
from app.formats.table_files import TableFiles

Planned = tuple[list[FileChange], list[str]]
"""Files to write, and notes for the user."""


class CaptionSource(Protocol):
    """Where a layout keeps its captions."""

    @property
    def read_only(self) -> str | None:
        """Why no caption can ever be saved."""
        ...

    @property
    def problems(self) -> Sequence[Problem]:
        """What is wrong with the captions as a whole."""
        ...

    def files(self, sample: str) -> tuple[str, ...]:
        """The files that hold the sample's captions; none where it has none."""
        ...

    def read(self, sample: str) -> Loaded[Captions]:
        """The captions."""
        ...

    def plan(self, sample: str, before: Captions | None, after: Captions, stamps: Mapping[str, str | None]) -> Planned:
        """The bytes that save them. Raises ConflictError, ReadOnlyError, InvalidEditError."""
        ...

    def saved(self, sample: str, path: str, *, exists: bool) -> None:
        """Take note of a file that was written, or taken away."""
        ...


class CaptionFolder:
    """One text file per sample."""

    read_only: str | None = None
    problems: Sequence[Problem] = ()

    def __init__(self, folder: DatasetFolder, files: FilesByName, caches: Sequence[str] = ()) -> None:
        self._files = files
        self._captions = CaptionFiles(folder, files, caches)

    def files(self, sample: str) -> tuple[str, ...]:
        """The sample's file, if it has one."""
        path = self._files.path(sample)
        return () if path is None else (path,)

    def read(self, sample: str) -> Loaded[Captions]:
        """The captions as they are."""
        return self._captions.read(sample)

    def plan(self, sample: str, before: Captions | None, after: Captions, stamps: Mapping[str, str | None]) -> Planned:  # noqa: ARG002
        """The file's new bytes."""
        return self._captions.plan(sample, after, stamps)

    def saved(self, sample: str, path: str, *, exists: bool) -> None:
        """A new file is known, or one is gone."""
        if self._captions.owns(sample, path):
            self._captions.saved(sample, path, exists=exists)


class Facts(Protocol):
    """What a dataset tells of a sample that is no modality: landmarks, a bounding box, whose face it is."""

    def of(self, sample: SampleId) -> Mapping[str, Any]:
        """Facts by name, of JSON's kinds only. Reads files; what cannot be read is absent."""
        ...

    def celeba_file(self, sample: SampleId) -> str | None:
        """The photo's name in the original CelebA."""
        ...

    def sample_of_celeba_hq(self, number: str) -> SampleId | None:
        """The sample whose photo CelebA-HQ knows by this number."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class PhotoParts:
    """What a layout found. ``tables`` are its files with rows of many samples."""

    photos: FilesByName
    ids: tuple[SampleId, ...]
    looked: Looked
    captions: CaptionSource | None = None
    attributes: TableFiles | None = None
    sketches: FilesByName | None = None
    splits: Splits = field(default_factory=Splits)
    facts: Facts | None = None
    tables: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    edit_note: str | None = None
    """What the user should know when attributes are saved for the first time."""
    known: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "known", frozenset(self.ids))

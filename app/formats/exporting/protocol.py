"""What a format must be able to say and do to be written: the protocol of the built-in exports and of plug-ins.

An export is cut into *parts*: samples that are written together and need nothing from the others. Parts are written by
several processes at once, in any order, and a part that was written is not written again when an interrupted export
goes on. What needs to know all of them (a table, an index, a list) is written at the end from what the parts told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from app.faces.sample import Loaded, Modality, SampleId
from app.faces.store import SampleStore
from app.formats.exporting.folder import Folder, WrittenFile
from app.formats.exporting.options import ExportOptions
from app.imaging.set_index import IndexedMask


@dataclass(frozen=True, slots=True)
class ExportItem:
    """One sample of an export. ``name`` is its id there: the sample's own unless the export renumbers.

    ``split`` is the split it goes to, empty where the export has none. Both are safe as a file's name.
    """

    sample: SampleId
    name: str
    split: str = ""


class Source(Protocol):
    """What is exported from. Reading is what the files say now; unsaved edits are not in it."""

    @property
    def store(self) -> SampleStore:
        """The dataset."""
        ...

    def mask(self, sample: SampleId) -> Loaded[IndexedMask]:
        """The mask as class sets and index, from the mask cache where that is true. ``value.layers()`` are its bits."""
        ...


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something of a sample that is not in the export, and why. ``modality`` None: the whole sample."""

    sample: SampleId
    modality: Modality | None
    why: str


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one part. It is kept as JSON until ``finish`` gets it: tuples within ``rows`` arrive as lists.

    ``rows`` are the format's own, for ``finish``: strings, numbers, None, lists and dicts of them. ``counts`` are
    figures for the report that add up over the parts, by what they count: ``{"pixels of necklace under neck, lost by
    flattening": 812}``; ``samples_counted`` says in how many samples.
    """

    files: tuple[WrittenFile, ...] = ()
    rows: tuple[Any, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    samples_counted: Mapping[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """For the journal of an export. Raises TypeError where ``rows`` hold what JSON does not."""
        return {
            "files": [[file.path, file.size, file.sha256] for file in self.files],
            "rows": list(self.rows),
            "left_out": [[gone.sample, gone.modality and gone.modality.value, gone.why] for gone in self.left_out],
            "counts": dict(self.counts),
            "samples_counted": dict(self.samples_counted),
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Written:
        """The same again, but that tuples within ``rows`` are lists now. Raises KeyError, TypeError, ValueError."""
        return cls(
            files=tuple(WrittenFile(str(path), int(size), str(sha)) for path, size, sha in document["files"]),
            rows=tuple(document["rows"]),
            left_out=tuple(
                LeftOut(SampleId(sample), modality and Modality(modality), why)
                for sample, modality, why in document["left_out"]
            ),
            counts=dict(document["counts"]),
            samples_counted=dict(document["samples_counted"]),
        )


class Writer(Protocol):
    """One export under way: made anew in every process that takes part, from the same plan and options."""

    def parts(self) -> Sequence[Sequence[ExportItem]]:
        """The plan's items in the groups that are written together (``in_groups``)."""
        ...

    def write(self, items: Sequence[ExportItem], folder: Folder) -> Written:
        """Write one part. ``Written.files`` may be left empty: the folder knows them. In any process, any order.

        Any of the part's items may be missing: samples that are gone by then, or end the program that reads them.
        A sample that cannot be written is left out with its reason, before any file of it is written; raising is for
        what ends the whole export (SaveError).
        """
        ...

    def finish(self, written: Sequence[Written], folder: Folder) -> Written:
        """Write what needs all parts, which come in the order of ``parts``."""
        ...


class ExportFormat(Protocol):
    """One format that samples can be exported to."""

    @property
    def name(self) -> str:
        """Its name on the command line; a layout that is read under the same name is its way back."""
        ...

    @property
    def title(self) -> str:
        """Its name for people."""
        ...

    @property
    def summary(self) -> str:
        """One line for the list of formats: who reads it."""
        ...

    @property
    def holds(self) -> frozenset[Modality]:
        """The modalities it can hold; the others of a selection are reported as left out."""
        ...

    @property
    def losses(self) -> Mapping[Modality, str]:
        """What of a modality it holds does not come back, in a sentence; empty for a lossless one. Round trips are
        tested by it."""
        ...

    @property
    def options(self) -> type[ExportOptions]:
        """The dataclass of its options, all with defaults: the dialog and the command line are made from it."""
        ...

    @property
    def extra(self) -> str:
        """The optional extra of this package that writing needs (``facewright[huggingface]``), or empty."""
        ...

    def writer(self, source: Source, items: Sequence[ExportItem], options: Any) -> Writer:
        """Begin an export. Raises ExportError where the options make no sense or the extra is not installed."""
        ...


def in_groups(items: Sequence[ExportItem], count: int = 16) -> list[Sequence[ExportItem]]:
    """Parts of ``count`` samples in order, the last one smaller; samples of two splits never share a part.

    Sixteen for formats with files of their own per sample; a shard's worth where a part is a shard.
    """
    groups: list[list[ExportItem]] = []
    for item in items:
        if not groups or len(groups[-1]) == count or groups[-1][0].split != item.split:
            groups.append([])
        groups[-1].append(item)
    return list(groups)

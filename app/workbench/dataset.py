"""The dataset as Python sees it: samples, layers, captions and attributes one reads and assigns, without a window.

Every assignment is one undoable edit through the document, exactly as in the window; nothing reaches the files before
``save``. Indices are Python's, from 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, MutableSequence, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, overload

import numpy as np

from app.document.changes import SaveEvent, SaveState
from app.document.document import Document
from app.document.edits import EditCaption, InsertCaption, PaintLayer, RemoveCaption, SetAttribute
from app.faces.captions import Captions
from app.faces.classes import CLASSES, ClassScheme
from app.faces.errors import ConflictError, InvalidEditError, SampleNotFoundError, SaveError
from app.faces.mask import Binary, IndexMap, MaskLayers, flatten
from app.faces.sample import Photo, Pose, Problem, SampleId
from app.jobs import Progress
from app.workbench.open import open_document

if TYPE_CHECKING:
    from app.generation.grammar_file import Wording
    from app.workbench.bulk import BulkReport
    from app.workbench.captioning import CaptionReport
    from app.workbench.exporting import ExportReport
    from app.workbench.importing_captions import ImportPlan
    from app.workbench.patching import ApplyReport, MakeReport
    from app.workbench.splitting import SplitOptions


def open_dataset(folder: str | Path, *, layout: str | None = None, scheme: str | None = None) -> Dataset:
    """Open a dataset's folder. Raises LayoutError saying why no layout fits.

    Use it as a context manager, or call ``close``: it holds the dataset's lock once something is edited.
    """
    return Dataset(open_document(Path(folder), layout=layout, scheme=scheme))


class Dataset:
    """All samples of an open dataset: ``ds["17"]``, iteration in natural order, ``len``, ``in``."""

    def __init__(self, document: Document) -> None:
        self.document = document

    @property
    def root(self) -> Path:
        """The dataset's folder."""
        return self.document.store.root

    @property
    def layout(self) -> str:
        """The layout's name, e.g. ``celebamask-hq``."""
        return self.document.store.layout

    @property
    def scheme(self) -> ClassScheme:
        """The id table of its index masks."""
        return self.document.store.scheme

    @property
    def ids(self) -> Sequence[SampleId]:
        """All sample ids, numbers by value."""
        return self.document.store.sample_ids

    @property
    def splits(self) -> Mapping[str, Sequence[SampleId]]:
        """The dataset's own splits."""
        return self.document.store.splits

    @property
    def unsaved(self) -> tuple[SampleId, ...]:
        """The samples with edits that are not in the files."""
        return self.document.unsaved()

    def __len__(self) -> int:
        return len(self.ids)

    def __contains__(self, sample: object) -> bool:
        return sample in self.document.store

    def __getitem__(self, sample: str | int) -> Sample:
        """The sample with that id; ``ds[17]`` is ``ds["17"]``. Raises SampleNotFoundError."""
        sample_id = SampleId(str(sample))
        if sample_id not in self.document.store:
            raise SampleNotFoundError(f"there is no sample {sample_id} in {self.root.name}")
        return Sample(self.document, sample_id)

    def __iter__(self) -> Iterator[Sample]:
        return (Sample(self.document, sample) for sample in self.ids)

    def search(self, query: str, *, limit: int | None = None) -> list[SampleId]:
        """The ids of the samples that a search finds, in its order: ``ds.search("class:eye_g -attr:Young")``.

        The language is that of the window (``facewright search --help``). What the search needs is read from the files
        first, which takes a while the first time; edits count once they are saved. Raises QueryError.
        """
        from app.workbench.searching import find

        return list(find(self.document.store, query, document=self.document).ids[:limit])

    def export(
        self,
        target: str | Path,
        *,
        format: str,  # noqa: A002 - as the command line calls it
        query: str | None = None,
        ids: Iterable[str | int] | None = None,
        splits: SplitOptions | str = "original",
        renumber: bool = False,
        overwrite: bool = False,
        resume: bool = True,
        progress: Progress | None = None,
        **options: Any,
    ) -> ExportReport:
        """Samples in another layout: ``ds.export("out", format="index-masks", query="attr:Smiling", size=512)``.

        ``query`` and ``ids`` narrow each other; ``splits`` is a mode (``none``, ``original``, ``official``, ``new``) or
        full options; ``options`` are those of the format (``facewright export --format NAME --help``). The target is
        whole when this returns; what it says of left out samples is the report's. Raises ExportError, QueryError,
        SampleNotFoundError, SaveError, DatasetBusyError.
        """
        from app.formats.exporting.options import made
        from app.formats.exporting.registry import export_format
        from app.workbench.exporting import ExportRequest, plan_export, run_export, unsaved_note
        from app.workbench.splitting import SplitOptions

        chosen: list[SampleId] | None = None if ids is None else [SampleId(str(sample)) for sample in ids]
        if query is not None:
            found = self.search(query)
            among = set(found if chosen is None else chosen)
            chosen = [sample for sample in found if sample in among]
        unsaved = {*self.unsaved, *(offer.sample for offer in self.document.recovered())}
        request = ExportRequest(
            store=self.document.store,
            format=format,
            target=Path(target),
            ids=chosen,
            options=made(export_format(format).options, options),
            splits=SplitOptions(mode=splits) if isinstance(splits, str) else splits,
            renumber=renumber,
            overwrite=overwrite,
            notes=unsaved_note(len(unsaved)),
        )
        return run_export(plan_export(request, progress), progress, resume=resume)

    def generate_captions(
        self,
        *,
        ids: Iterable[str | int] | None = None,
        which: Literal["missing", "all"] = "missing",
        wording: Wording = "clean",
        grammar: str | Path | None = None,
        seed: int = 0,
        masks: bool = True,
        dry_run: bool = False,
        **options: Any,
    ) -> CaptionReport:
        """Captions from attributes, ten different sentences a sample, as one undoable step; ``save`` writes them.

        ``grammar`` is a file of one's own (``facewright grammar`` prints the shipped one). With ``masks`` these decide
        about glasses, hats, earrings and necklaces. ``options`` are ``judgements``, ``negatives`` and ``blurry`` of
        ``CaptionOptions``. Raises GrammarError with the line, SampleNotFoundError.
        """
        from app.generation.own_grammar import open_grammar
        from app.generation.planner import CaptionOptions
        from app.workbench.captioning import CaptionRequest, Which, generate_captions

        own = open_grammar(wording, None if grammar is None else Path(grammar))
        request = CaptionRequest(own, CaptionOptions(**options), Which(which), seed, masks)
        return generate_captions(self.document, request, ids=self._chosen(ids), dry_run=dry_run, save=False)

    def replace_in_captions(
        self,
        find: str,
        by: str,
        *,
        how: Literal["plain", "word", "pattern", "grammar"] = "word",
        match_case: bool = True,
        ids: Iterable[str | int] | None = None,
    ) -> BulkReport:
        """Find and replace as one undoable step; ``save`` writes it. ``"grammar"`` makes *he* *she*, and *his* *her*.

        Raises InvalidEditError for a pattern that is none or takes too long, SampleNotFoundError.
        """
        from app.generation.rewording import How, Replacement
        from app.workbench.replacing import preview_replacement, replace_lines

        replacement = Replacement(find, by, How(how), match_case)
        preview = preview_replacement(self.document, replacement, ids=self._chosen(ids))
        report = replace_lines(self.document, preview.lines, replacement.label, save=False)
        report.skipped = {**preview.skipped, **report.skipped}
        return report

    def import_captions(
        self,
        file: str | Path,
        *,
        mode: Literal["missing", "append", "replace"] = "missing",
        ids: Iterable[str | int] | None = None,
    ) -> ImportPlan:
        """Captions of a CSV, JSONL, COCO or CelebA-Dialog file or a folder of text, by id, as one undoable step.

        What did not fit is the plan's; ``save`` writes the rest. Raises LayoutError, DamagedFileError.
        """
        from app.formats.caption_sources import read_caption_source
        from app.workbench.importing_captions import Mode, carry_out_import, named, plan_import

        source, path = read_caption_source(Path(file)), Path(file)
        plan = plan_import(self.document, source, named(path), ids=self._chosen(ids), mode=Mode(mode))
        plan.skipped.update(carry_out_import(self.document, plan, save=False).skipped)
        return plan

    def set_attributes(
        self, values: Mapping[str, bool | None], *, ids: Iterable[str | int] | None = None
    ) -> BulkReport:
        """``ds.set_attributes({"Smiling": True}, ids=[17, 18])`` as one undoable step; ``save`` writes it."""
        from app.workbench.setting_attributes import plan_attributes, set_attributes

        plan = plan_attributes(self.document, tuple(values.items()), ids=self._chosen(ids))
        report = set_attributes(self.document, plan, save=False)
        report.skipped = {**plan.skipped, **report.skipped}
        return report

    def _chosen(self, ids: Iterable[str | int] | None) -> list[SampleId] | None:
        return None if ids is None else [self[sample].id for sample in ids]

    def make_patch(
        self, target: str | Path, *, ids: Iterable[str | int] | None = None, overwrite: bool = False
    ) -> MakeReport:
        """What saves of this program changed since the originals is in the zip ``target``: corrections alone.

        Unsaved edits are not in it. Raises ExportError where the file is there already, SaveError.
        """
        from app.workbench.patching import make_patch

        chosen = None if ids is None else [SampleId(str(sample)) for sample in ids]
        return make_patch(self.document, Path(target), ids=chosen, overwrite=overwrite)

    def apply_patch(
        self, patch: str | Path, *, keep: Literal["mine", "theirs"] | None = None, dry_run: bool = False
    ) -> ApplyReport:
        """The changes of a patch are made as undoable edits; ``save`` writes them.

        Samples that were changed here in the same places are named and left alone; ``keep`` says whose version counts.
        Raises DamagedFileError or UnsafeFileError when the file is no patch.
        """
        from app.workbench.patching import Keep, apply_patch

        version = None if keep is None else Keep(keep)
        return apply_patch(self.document, Path(patch), keep=version, dry_run=dry_run, save=False)

    def undo(self, sample: str | int) -> None:
        """Take back the sample's newest edit, in memory, and from all samples of its step, if there is any."""
        self.document.undo(self[sample].id)

    def redo(self, sample: str | int) -> None:
        """Do again what was taken back last."""
        self.document.redo(self[sample].id)

    def save(self) -> None:
        """All edits are in the files when this returns.

        Each sample is saved whole or not at all. Raises ConflictError when somebody else changed a file, SaveError
        when the disk refused; the message names every sample that was not saved, and their edits are kept.
        """
        events: list[SaveEvent] = []
        unsubscribe = self.document.subscribe_saves(events.append)
        try:
            self.document.save()
            self.document.wait()
        finally:
            unsubscribe()
        wrong = [event for event in events if event.state in {SaveState.CONFLICT, SaveState.FAILED}]
        if wrong:
            told = "; ".join(f"sample {event.sample}: {event.message}" for event in wrong)
            raise (SaveError if any(e.state is SaveState.FAILED for e in wrong) else ConflictError)(told)

    def close(self) -> None:
        """Finish what is being written and let go of the dataset. Unsaved edits stay in its edit log."""
        self.document.close()

    def __enter__(self) -> Dataset:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Sample:
    """One face. Pictures are read anew each time; the rest is what the document holds, unsaved edits included."""

    def __init__(self, document: Document, sample: SampleId) -> None:
        self.id = sample
        self._document = document

    def __repr__(self) -> str:
        return f"<Sample {self.id}>"

    @property
    def photo(self) -> Photo | None:
        """(H, W, 3) uint8 R G B; None when it cannot be read."""
        return self._document.store.read_photo(self.id).value

    @property
    def photo_path(self) -> Path:
        """The photo's file."""
        return self._document.store.photo_path(self.id)

    @property
    def sketch(self) -> Photo | None:
        """(H, W, 3) uint8, or None where there is none."""
        return self._document.store.read_sketch(self.id).value

    @property
    def mask(self) -> Mask | None:
        """The mask, or None where the sample has none."""
        return Mask(self._document, self.id) if self._document.mask(self.id) is not None else None

    @property
    def captions(self) -> CaptionList:
        """The captions, a list of strings that can be assigned, inserted and deleted; empty where there are none."""
        return CaptionList(self._document, self.id)

    @property
    def attributes(self) -> AttributeTable:
        """Name → True, False or None; assignable. Empty where the dataset has no table."""
        return AttributeTable(self._document, self.id)

    @property
    def pose(self) -> Pose | None:
        """Head pose in degrees."""
        return self._document.pose(self.id)

    @property
    def split(self) -> str | None:
        """The split it belongs to."""
        return self._document.store.split_of(self.id)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What reading its files found wrong."""
        return self._document.problems(self.id)


class Mask:
    """All layers of one sample: ``mask.layers["hair"]`` is a bool (H, W) array, and assignable."""

    def __init__(self, document: Document, sample: SampleId) -> None:
        self._document = document
        self._sample = sample
        self.layers = LayerTable(self)

    @property
    def value(self) -> MaskLayers:
        """The document's own value; do not write into its array."""
        value = self._document.mask(self._sample)
        if value is None:
            raise InvalidEditError(f"sample {self._sample} has no mask any more")
        return value

    @property
    def shape(self) -> tuple[int, int]:
        """(H, W)."""
        return self.value.shape

    @property
    def exclusive(self) -> bool:
        """Whether the mask is kept as an index map: one class per pixel, so that assigning a layer replaces others."""
        return self.value.exclusive

    @property
    def flattened(self) -> IndexMap:
        """What is on top: (H, W) uint8 of official class ids in the dataset's paint order, 0 is background."""
        return flatten(self.value.bits, self._document.store.paint_order)

    def assign(self, class_name: str, covered: Binary) -> None:
        """The class covers exactly ``covered``: one undoable edit."""
        self._document.do(PaintLayer(self._sample, class_name, np.array(covered)))


class LayerTable(Mapping[str, Binary]):
    """Class name → where the class is, for the 18 classes and the background.

    The arrays are copies and read-only, so that ``layers["hair"][3, 4] = True`` fails instead of being lost: change a
    copy and assign it.
    """

    def __init__(self, mask: Mask) -> None:
        self._mask = mask

    def __getitem__(self, class_name: str) -> Binary:
        covered = self._mask.value.layer(class_name)
        covered.setflags(write=False)
        return covered

    def __setitem__(self, class_name: str, covered: Binary) -> None:
        self._mask.assign(class_name, covered)

    def __iter__(self) -> Iterator[str]:
        return (face_class.name for face_class in CLASSES)

    def __len__(self) -> int:
        return len(CLASSES)


class CaptionList(MutableSequence[str]):
    """One sample's captions. Assigning a line changes that line's bytes in the file and no other."""

    def __init__(self, document: Document, sample: SampleId) -> None:
        self._document = document
        self._sample = sample

    def __repr__(self) -> str:
        return repr(list(self))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and not isinstance(other, str) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def __len__(self) -> int:
        return len(self._texts())

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        texts = self._texts()
        return list(texts[index]) if isinstance(index, slice) else texts[index]

    def __setitem__(self, index: int | slice, text: object) -> None:
        """Raises InvalidEditError for a line break, IndexError where there is no such caption."""
        if not isinstance(text, str):
            raise TypeError("captions are assigned one by one, as text")
        # An origin of its own: typing in the window merges into one step, two assignments are two.
        self._document.do(EditCaption(self._sample, self._place(index), text, origin=object()))

    def __delitem__(self, index: int | slice) -> None:
        self._document.do(RemoveCaption(self._sample, self._place(index)))

    def insert(self, index: int, value: str) -> None:
        """A new caption before ``index``."""
        place = min(index, len(self)) if index >= 0 else max(0, len(self) + index)
        self._document.do(InsertCaption(self._sample, place, value))

    def _texts(self) -> tuple[str, ...]:
        return (self._document.captions(self._sample) or Captions()).texts

    def _place(self, index: int | slice) -> int:
        if isinstance(index, slice):
            raise TypeError("captions are changed one by one, not by slices")
        return range(len(self))[index]


class AttributeTable(Mapping[str, bool | None]):
    """One sample's attributes. True, False, or None for unknown."""

    def __init__(self, document: Document, sample: SampleId) -> None:
        self._document = document
        self._sample = sample

    def __repr__(self) -> str:
        return repr(dict(self))

    def __getitem__(self, name: str) -> bool | None:
        attributes = self._document.attributes(self._sample)
        if attributes is None:
            raise KeyError(name)
        return attributes[name]

    def __setitem__(self, name: str, value: bool | None) -> None:
        """Raises InvalidEditError for a name the table lacks."""
        if value is not None and not isinstance(value, bool | np.bool_):
            raise TypeError(f"an attribute is True, False or None, not {value!r}")
        self._document.do(SetAttribute(self._sample, name, None if value is None else bool(value)))

    def __iter__(self) -> Iterator[str]:
        return iter(self._document.attributes(self._sample) or ())

    def __len__(self) -> int:
        return len(self._document.attributes(self._sample) or ())

"""The dataset as Python sees it: its samples, and what is done to many of them at once, without a window.

Everything that changes a sample is an undoable edit through the document, exactly as in the window; nothing reaches the
files before ``save``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal

from app.document.changes import SaveEvent, SaveState
from app.document.document import Document
from app.faces.classes import ClassScheme
from app.faces.errors import ConflictError, SampleNotFoundError, SaveError
from app.faces.sample import SampleId
from app.jobs import Progress
from app.workbench.open import open_document
from app.workbench.sample import Sample

if TYPE_CHECKING:
    from app.generation.grammar_file import Wording
    from app.workbench.bulk import BulkReport
    from app.workbench.captioning import CaptionReport
    from app.workbench.checking import CheckReport
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

    def check(self, *, checks: Iterable[str] | None = None, ids: Iterable[str | int] | None = None) -> CheckReport:
        """What is wrong, the surest first, unsaved edits included: ``ds.check(checks=["sketch-agreement"])``.

        ``facewright checks`` lists their names; without any, all look. Nothing is changed. Raises FaceDataError for a
        name that is none, SampleNotFoundError.
        """
        from app.inspection.registry import named_checks
        from app.workbench.checking import check_samples

        return check_samples(self.document, named_checks(checks), ids=self._chosen(ids))

    def draw_sketches(
        self,
        *,
        ids: Iterable[str | int] | None = None,
        which: Literal["missing", "all"] = "missing",
        method: Literal["linemap", "photocopy", "onnx"] = "linemap",
        preset: str | None = None,
        model: str | Path | None = None,
        detail: float | None = None,
        size: int | None = None,
        save: bool = False,
        progress: Progress | None = None,
    ) -> BulkReport:
        """Sketches from photos as one undoable step, which ``ds.save`` writes: ``ds.draw_sketches(preset="sparse")``.

        The words are those of ``facewright sketch --help``; ``size`` is the longer side, None as the dataset's own.
        For a whole dataset say ``save=True``: each is written as it is drawn and is no step; what it replaces is kept
        (``facewright restore``). Raises InvalidEditError for words that do not fit, SampleNotFoundError, and what a
        model cannot do.
        """
        from app.faces.sample import Modality
        from app.generation.sketch.methods import method_of
        from app.workbench.sketching import sketch_in_one_step, sketch_samples

        by = method_of(method, preset=preset, model=None if model is None else Path(model), detail=detail)
        chosen, store = self._chosen(ids), self.document.store
        only_missing = which == "missing"
        if save:
            return sketch_samples(
                self.document, by, ids=chosen, only_missing=only_missing, size=size, progress=progress
            )
        samples = list(store.sample_ids if chosen is None else chosen)
        wanted = [sample for sample in samples if not (only_missing and store.has(sample, Modality.SKETCH))]
        return sketch_in_one_step(self.document, by, wanted, size=size, save=False, progress=progress)

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

"""Sketches for a dataset: drawn by all cores, stored one by one as the dataset's own sketches are.

A few are one undoable step (``sketch_in_one_step``). A whole dataset of them would fill memory and the edit log, some
ten kilobytes each: there each sketch is a save of its own (``sketch_samples``). It replaces its file whole or not at
all, and what it replaces is kept among the originals: ``take_back_sketches`` and, by its ``Run``, ``undo`` bring it
back, as does ``restore``. A run that was cancelled goes on with only the missing ones.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from app.document.document import Document
from app.document.edits import ReplaceSketch
from app.document.originals import Originals
from app.faces.errors import DamagedFileError, FaceDataError, ReadOnlyError, SaveError
from app.faces.sample import Modality, SampleId, Sketch
from app.faces.store import FileChange, SampleStore, SavePlan
from app.formats.files import sha256
from app.formats.pictures import read_picture
from app.formats.sketch_files import first_form
from app.generation.sketch.drawing import as_svg
from app.generation.sketch.linemap import scaled_shape
from app.generation.sketch.methods import ByLineMap, Method
from app.imaging.cv import cv2
from app.jobs import Progress, Silent
from app.workbench.bulk import BulkReport, each, edit_samples, unsaved_before
from app.workbench.runs import Replaced, Run, way_back
from app.workbench.saving import OnDocument, here
from app.workbench.sketch_drawers import Drawn, Failed, drawers_for, drawn_sketches

LABEL = "Draw sketches"
STEP_AT_MOST = 3_000
"""Sketches in one undoable step: each is kept in memory, and before and after in the edit log, which has 500 MB."""


_POLL_S = 0.005


@dataclass(frozen=True, slots=True)
class DrawnFile:
    """The (H, W) of a sketch that was written, and what is odd about the photo."""

    shape: tuple[int, int]
    notices: tuple[str, ...] = ()


@dataclass(slots=True)
class SketchReport(BulkReport):
    """What became of the samples: those ``changed`` have a new sketch, the ``unchanged`` had the very same already,
    ``kept`` were left alone because they have one. ``replaced`` tells what taking back takes, ``run`` keeps it."""

    kept: list[SampleId] = field(default_factory=list)
    replaced: dict[SampleId, Replaced] = field(default_factory=dict)
    run: Run | None = None
    seconds: float = 0.0


def sketch_samples(
    document: Document,
    method: Method,
    *,
    ids: Iterable[SampleId] | None = None,
    only_missing: bool = False,
    size: int | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    on_document: OnDocument = here,
    report: SketchReport | None = None,
) -> SketchReport:
    """The samples (``ids``, or all) have sketches of that method in their files when this returns.

    Samples with unsaved edits are left alone and named. Raises what the method's model cannot do before anything is
    drawn, and Cancelled; what was drawn till then stays, and ``report``, where one is given, says what it is.
    """
    progress = progress or Silent()
    store = document.store
    report = SketchReport() if report is None else report
    todo = _todo(document, ids, report, only_missing=only_missing)
    if not todo:
        return report
    _require_writable(store)
    offered = on_document(lambda: unsaved_before(document))
    report.run = on_document(lambda: Run.begin(document, LABEL))
    drawers = drawers_for(store, method, todo, size, workers)
    began = time.monotonic()
    progress.report(0, len(todo))
    done = 0
    try:
        for answer in drawers.draw(todo):
            if answer is not None:
                done += 1
                _store(document, *answer, report, offered, on_document)
            progress.report(done, len(todo), "" if answer is None else f"sample {answer[0]}")
    finally:
        drawers.close()
        report.seconds = time.monotonic() - began
    return report


def plan_sketches(
    document: Document, *, ids: Iterable[SampleId] | None = None, only_missing: bool = False
) -> SketchReport:
    """What ``sketch_samples`` would do, as far as it can be told without drawing: ``changed`` would be drawn."""
    report = SketchReport()
    todo = _todo(document, ids, report, only_missing=only_missing)
    if todo:
        _require_writable(document.store)
    offered = unsaved_before(document)
    report.changed = [sample for sample in todo if sample not in offered]
    report.skipped = {sample: offered[sample] for sample in todo if sample in offered}
    return report


def _todo(
    document: Document, ids: Iterable[SampleId] | None, report: SketchReport, *, only_missing: bool
) -> list[SampleId]:
    todo: list[SampleId] = []
    for sample in each(ids, document):
        is_kept = only_missing and document.store.has(sample, Modality.SKETCH)
        (report.kept if is_kept else todo).append(sample)
    return todo


def sketch_in_one_step(
    document: Document,
    method: Method,
    samples: Sequence[SampleId],
    *,
    size: int | None = None,
    workers: int | None = None,
    save: bool = True,
    progress: Progress | None = None,
    on_document: OnDocument = here,
) -> BulkReport:
    """The samples have new sketches as one undoable step, with ``save`` in their files too.

    For ``STEP_AT_MOST`` of them and not many more. Raises what the method's model cannot do, and Cancelled; what was
    drawn till then is the step.
    """
    progress = progress or Silent()
    with closing(drawn_sketches(document.store, method, samples, size=size, workers=workers)) as answers:
        drawn = _AsDrawn(answers, len(samples), progress)
        return edit_samples(document, drawn, drawn.edit, LABEL, save=save, progress=progress, on_document=on_document)


class _AsDrawn(Collection[SampleId]):
    """The samples in the order in which their sketches are done; the one that came last can be edited."""

    def __init__(self, answers: Iterator[tuple[SampleId, Sketch | str] | None], count: int, progress: Progress) -> None:
        self._answers, self._count, self._progress = answers, count, progress
        self._last: tuple[SampleId, Sketch | str] | None = None

    def __len__(self) -> int:
        return self._count

    def __contains__(self, sample: object) -> bool:
        return self._last is not None and sample == self._last[0]

    def __iter__(self) -> Iterator[SampleId]:
        done = 0
        for answer in self._answers:
            self._progress.report(done, self._count)
            if answer is not None:
                done += 1
                self._last = answer
                yield answer[0]

    def edit(self, sample: SampleId) -> ReplaceSketch:
        """Raises ReadOnlyError saying why there is none."""
        assert self._last is not None
        drawn = self._last[1]
        if isinstance(drawn, str):
            raise ReadOnlyError(drawn)
        return ReplaceSketch(sample, drawn)


def take_back_sketches(
    document: Document,
    report: BulkReport,
    *,
    progress: Progress | None = None,
    on_document: OnDocument = here,
) -> SketchReport:
    """The files that ``sketch_samples`` wrote are what they were before; those that changed since are named and left.

    What is cancelled can be done again: files that are back already stay as they are.
    """
    progress = progress or Silent()
    back = SketchReport()
    replaced = report.replaced if isinstance(report, SketchReport) else {}
    originals = Originals(document.work.objects)
    for done, (sample, was) in enumerate(replaced.items()):
        progress.report(done, len(replaced), f"sample {sample}")
        try:
            change = way_back(document.store.root, originals, was)
            if change is None:
                back.unchanged.append(sample)
                continue
            _carry_out(document, sample, change, "Take sketches back", on_document)
        except (OSError, FaceDataError) as error:
            back.skipped[sample] = _reason(error)
            continue
        back.changed.append(sample)
    if isinstance(report, SketchReport) and report.run is not None:
        with suppress(OSError):
            report.run.forget()
    progress.report(len(replaced), len(replaced))
    return back


def sketch_file(photo: Path, output: Path, method: Method, *, size: int | None = None) -> DrawnFile:
    """One picture's sketch is in ``output``, whole: PNG, JPEG or (line maps) SVG by its suffix.

    Raises FaceDataError or OSError.
    """
    suffix = output.suffix.lower()
    if suffix not in {".png", ".jpg", ".jpeg", ".svg"}:
        raise FaceDataError(f"{output.name}: sketches are written as .png, .jpg or .svg")
    if output.exists() and output.samefile(photo):
        raise FaceDataError(f"{output.name} is the photo itself; name another file for its sketch")
    try:
        picture, notices = read_picture(photo.read_bytes())
    except DamagedFileError as error:
        raise DamagedFileError(f"{photo.name}: {error}") from None
    longer = size or max(picture.shape[:2])
    if suffix == ".svg":
        if not isinstance(method, ByLineMap):
            raise FaceDataError(f"{output.name}: only line maps are strokes; write a .png, or use --method linemap")
        shape = scaled_shape(picture.shape, longer)
        data = as_svg(method.strokes(picture, None), shape).encode()
    else:
        sketch = method.drawer()(picture, None, longer)
        shape = (sketch.shape[0], sketch.shape[1])
        data = cv2.imencode(suffix, sketch)[1].tobytes()
    draft = output.with_name(f".{output.name}.{secrets.token_hex(4)}")
    try:
        draft.write_bytes(data)
        draft.replace(output)
    except OSError as error:
        raise SaveError(f"{output} cannot be written: {error.strerror or error}; name another place") from None
    finally:
        with suppress(OSError):
            draft.unlink()
    return DrawnFile(shape, notices)


def _require_writable(store: SampleStore) -> None:
    """Raises ReadOnlyError where no sketch could be written: better said once than of every sample."""
    like = first_form(store, store.sample_ids)
    folder = store.root if like is None else (store.root / like.path).parent
    if folder.is_dir() and not os.access(folder, os.W_OK):
        raise ReadOnlyError(f"{folder} cannot be written; make a copy of the dataset, or ask for the right to write")


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{Path(error.filename).name}: {error.strerror}" if error.filename else error.strerror
    return str(error)


def _store(
    document: Document,
    sample: SampleId,
    answer: Drawn,
    report: SketchReport,
    offered: Mapping[SampleId, str],
    on_document: OnDocument,
) -> None:
    if isinstance(answer, Failed) or sample in offered:
        report.skipped[sample] = answer.why if isinstance(answer, Failed) else offered[sample]
        return
    file = document.store.root / answer.path
    try:
        if answer.before is not None and file.read_bytes() == answer.after:
            report.unchanged.append(sample)
            return
        after = None if answer.after is None else sha256(answer.after)
        replaced = Replaced(answer.path, answer.before, after)
        if report.run is not None:
            report.run.note_file(sample, replaced)
        _carry_out(document, sample, answer, "Draw sketch", on_document)
    except (OSError, FaceDataError) as error:
        report.skipped[sample] = _reason(error)
        return
    report.changed.append(sample)
    report.replaced[sample] = replaced


def _carry_out(document: Document, sample: SampleId, change: FileChange, label: str, on_document: OnDocument) -> None:
    """The file is written; for a sample that is open it is an undoable step."""
    plan, modalities = SavePlan(sample, (change,)), frozenset({Modality.SKETCH})
    ended: list[Exception | None] = []

    def write() -> bool:
        """Whether it is still being written."""
        touched = (sample,) if document.is_open(sample) else ()
        if touched or on_document is here:
            document.reloading.carry_out(plan, touched, label, modalities)
            return False
        document.reloading.carry_out_soon(plan, modalities, ended.append)
        return True

    def pumped() -> bool:
        document.pump()
        return not ended

    # The disk takes some twenty milliseconds for each, which the document's thread has other things to do with.
    is_writing = on_document(write)
    while is_writing:
        time.sleep(_POLL_S)
        is_writing = on_document(pumped)
    if ended and ended[0] is not None:
        raise ended[0]

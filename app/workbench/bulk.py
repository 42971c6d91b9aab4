"""Edits of many samples as one step, saved as they go on: memory holds a few dozen of them, whatever their number."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial

from app.document.bulk import Bulk, Direction, Turned
from app.document.document import Document
from app.document.edits import Edit
from app.document.loading import LoadedSample, load_but_mask, load_sample
from app.faces.captions import Captions
from app.faces.errors import FaceDataError, ReadOnlyError, SaveError
from app.faces.sample import Modality, SampleId
from app.jobs import Progress, Silent
from app.workbench.saving import ROWS_SAVED_AT_ONCE, SAVED_AT_ONCE, OnDocument, here, save_or_take_back

UNSAVED_BEFORE = (
    "it has unsaved edits of an earlier session; decide on them in the window, or with facewright recover --apply or"
    " --drop"
)
_LOOKED_BACK = 1_000
"""Steps: so many may have been taken back since."""
_ASKED = 100
"""Samples of one step: so many of them may have been edited since."""


@dataclass(slots=True)
class BulkReport:
    """What became of the samples: changed, as they were all along, or left alone and why.

    ``noted`` says of some that were changed what somebody should look at. ``is_stopped``: more was meant to be done.
    """

    changed: list[SampleId] = field(default_factory=list)
    unchanged: list[SampleId] = field(default_factory=list)
    skipped: dict[SampleId, str] = field(default_factory=dict)
    noted: dict[SampleId, str] = field(default_factory=dict)
    is_stopped: bool = False


def edit_samples(
    document: Document,
    samples: Collection[SampleId],
    edit: Callable[[SampleId], Edit | None],
    label: str,
    *,
    save: bool = True,
    at_once: int = SAVED_AT_ONCE,
    progress: Progress | None = None,
    on_document: OnDocument = here,
) -> BulkReport:
    """Make each sample's edit (None: none is needed) a part of one step that is taken back as a whole.

    What ``edit`` raises of FaceDataError and OSError leaves its sample alone. With ``save`` what was done is in the
    files when this returns or is cancelled, written ``at_once`` by ``at_once``; else it is unsaved edits. What cannot
    be saved is kept in a window, and taken back without one. Another thread than the document's says ``on_document``;
    samples that are not open are read, and their edits made out, on the thread that asks. Raises SaveError where the
    edit log cannot be written: what goes on could not be taken back.
    """
    progress = progress or Silent()
    report = BulkReport()
    bulk = document.bulks.begin(label)
    offered = on_document(lambda: unsaved_before(document))
    pending: list[SampleId] = []

    def change(sample: SampleId) -> bool:
        if document.is_open(sample):
            return on_document(lambda: (wanted := edit(sample)) is not None and bulk.do(wanted))
        wanted = edit(sample)
        if wanted is None:
            return False
        load = load_sample if wanted.modality is Modality.MASK else load_but_mask
        loaded = load(document.store, sample)
        return on_document(lambda: _is_changed(document, bulk, wanted, loaded))

    def save_pending() -> None:
        failed = save_or_take_back(document, pending, on_document) if save else {}
        report.skipped.update(failed)
        if failed:
            report.changed[:] = [sample for sample in report.changed if sample not in failed]
        pending.clear()
        if save and not document.is_logged:
            raise SaveError(
                f"the edit log cannot be written, so this was stopped after {len(report.changed):,} samples: they"
                " cannot be undone, but “facewright restore” brings them back; make room, or mend the disk"
            )

    with document.bulks.gathering(), ExitStack() as at_the_end:
        at_the_end.callback(on_document, document.bulks.settle)
        at_the_end.callback(save_pending)
        for done, sample in enumerate(samples):
            progress.report(done, len(samples), f"sample {sample}")
            try:
                if sample in offered:
                    raise ReadOnlyError(offered[sample])
                is_changed = change(sample)
            except (OSError, FaceDataError) as error:
                report.skipped[sample] = str(error)
                continue
            (report.changed if is_changed else report.unchanged).append(sample)
            if is_changed:
                pending.append(sample)
            if len(pending) >= at_once:
                save_pending()
    progress.report(len(samples), len(samples))
    return report


def _is_changed(document: Document, bulk: Bulk, wanted: Edit, loaded: LoadedSample) -> bool:
    was_open = document.is_open(wanted.sample)
    document.admit(loaded)
    try:
        return bulk.do(wanted)
    finally:
        if not was_open:
            document.bulks.park(wanted.sample)


def newest_edited(document: Document) -> SampleId | None:
    """The sample whose newest edit is the newest of all that stand; None where there is none."""
    for step in document.past.newest(_LOOKED_BACK):
        others = document.past.sharing(step.id)[:_ASKED] if step.samples > 1 else ()
        for sample in (step.sample, *others) if step.is_done or others else ():
            if sample in document.store and document.past.place(sample).head == step.id:
                return sample
    return None


def turn(
    document: Document,
    sample: SampleId,
    direction: Direction = "undo",
    *,
    save: bool = True,
    progress: Progress | None = None,
    on_document: OnDocument = here,
) -> BulkReport:
    """The newest edit of the sample is taken back (the next done again), from all samples of its step where there are
    several.

    Review marks stay. Those that were edited since are left and named. Raises what doing it to ``sample`` itself
    raises; with ``save`` the files are as they were when this returns or is cancelled. Samples that are not open are
    read on the thread that asks.
    """
    progress = progress or Silent()
    report = BulkReport()
    step = on_document(lambda: document.bulks.step(sample, direction))
    scope = on_document(lambda: document.bulks.scope(sample, step, direction))
    is_row = step is not None and step.modality is Modality.ATTRIBUTES
    is_mask = step is not None and step.modality is Modality.MASK
    at_once = ROWS_SAVED_AT_ONCE if is_row else SAVED_AT_ONCE
    pending: list[SampleId] = []
    turning = document.bulks.turn(sample, direction)
    coming = iter(scope)

    def next_turned(loaded: LoadedSample | None) -> Turned | None:
        if loaded is not None:
            document.admit(loaded)
        return next(turning, None)

    def save_pending() -> None:
        if save:
            report.skipped.update(save_or_take_back(document, pending, on_document))
        pending.clear()

    with document.bulks.gathering(), ExitStack() as at_the_end:
        at_the_end.callback(on_document, document.bulks.settle)
        at_the_end.callback(save_pending)
        while True:
            ahead = next(coming, None)
            loaded = None
            if ahead is not None and not document.is_open(ahead):
                loaded = load_sample(document.store, ahead) if is_mask else load_but_mask(document.store, ahead)
            turned = on_document(partial(next_turned, loaded))
            if turned is None:
                break
            if turned.left is not None:
                report.skipped[turned.sample] = turned.left
            elif turned.changes:
                report.changed.append(turned.sample)
                pending.append(turned.sample)
            if len(pending) >= at_once:
                save_pending()
            progress.report(len(report.changed), max(len(scope), len(report.changed)), f"sample {turned.sample}")
    report.changed[:] = [changed for changed in report.changed if changed not in report.skipped]
    return report


def unsaved_before(document: Document) -> dict[SampleId, str]:
    """The samples with unsaved edits of an earlier session, which somebody decides on first, with that reason."""
    return {offer.sample: UNSAVED_BEFORE for offer in document.recovered()}


def captions_of(document: Document, sample: SampleId, on_document: OnDocument = here) -> Captions | None:
    """The captions as they are now; a sample that is not open stays closed. None: it has none.

    Raises ReadOnlyError where they cannot be read.
    """
    if document.is_open(sample):
        return on_document(lambda: document.captions(sample))
    if not document.store.has(sample, Modality.CAPTIONS):
        return None
    loaded = document.store.read_captions(sample)
    if loaded.value is None and loaded.problems:
        raise ReadOnlyError(loaded.problems[0].message)
    return loaded.value


def each(samples: Iterable[SampleId] | None, document: Document) -> list[SampleId]:
    """The samples, or all of the dataset."""
    return list(document.store.sample_ids if samples is None else samples)

"""Saves under way: snapshots handed to the writer thread, results taken back into the document.

One save per sample is under way at a time; what is asked for meanwhile follows it. An edit made during a save stays
unsaved, because the save counts for the step that was snapshotted and for no other.
"""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from app.document.changes import SaveEvent, SaveState
from app.document.edit_log import EditLog
from app.document.journal import Record, SavedStep
from app.document.opened import OpenSample, Snapshot
from app.document.recorder import Recorder
from app.document.saving import Recovery, Rewritten, Saver, rewritten_by
from app.document.stroke import Stroke
from app.document.work_folder import WorkFolder
from app.document.writer import Writer
from app.faces.attributes import Attributes
from app.faces.errors import ConflictError, FaceDataError
from app.faces.sample import EDITABLE, Loaded, Modality, SampleId
from app.faces.store import RowStore, SampleStore, SavePlan

SaveListener = Callable[[SaveEvent], None]
_AT_ONCE = 4
_log = logging.getLogger(__name__)


class SaveQueue:
    """The document's saves. ``samples`` is the document's own mapping; ``stroke`` names the one to leave out."""

    def __init__(
        self,
        store: SampleStore,
        work: WorkFolder,
        writer: Writer,
        recorder: Recorder,
        samples: Mapping[SampleId, OpenSample],
        stroke: Callable[[], Stroke | None],
    ) -> None:
        self._store = store
        self._work = work
        self._saver = Saver(store.root, work, same_content=store.same_content, carried_out=self._on_carried_out)
        self._writer = writer
        self._recorder = recorder
        self._samples = samples
        self._under_way: dict[SampleId, Snapshot] = {}
        self._waiting: dict[SampleId, None] = {}
        self._stroke = stroke
        self.listeners: list[SaveListener] = []

    def recover(self) -> Recovery:
        """What an earlier session left half done is finished or dropped; the work folder's notices tell."""
        try:
            recovery = self._saver.recover()
        except (OSError, FaceDataError) as error:
            recovery = Recovery(messages=[f"an interrupted save could not be finished: {error}; saving tries again"])
        self._work.notices.extend(recovery.messages)
        return recovery

    def is_under_way(self, sample: SampleId | None = None) -> bool:
        """Whether a save of the sample (or of any) is not finished."""
        if sample is None:
            return bool(self._under_way or self._waiting)
        return sample in self._under_way or sample in self._waiting

    def step_being_saved(self, sample: SampleId) -> int | None:
        """The step that the save under way counts for: typing must not be merged into it."""
        snapshot = self._under_way.get(sample)
        return None if snapshot is None else snapshot.node.id

    def has_replaced(self, *read: Loaded[Any]) -> bool:
        """Whether a save of ours replaced one of the files since they were read."""
        return any(self._saver.has_replaced(path, digest) for value in read for path, digest in value.stamps.items())

    def save(self, samples: Iterable[SampleId]) -> None:
        """Snapshot the samples and hand them over; later, if a save of one or several others are under way.

        A snapshot of a mask is a megabyte: a thousand samples are not snapshotted at once. Where all attributes are in
        one table, thousands are, for the table is written once for all of them.
        """
        self._waiting.update(dict.fromkeys(samples))
        self._go_on()

    def _go_on(self) -> None:
        for sample in tuple(self._waiting):
            if len(self._under_way) >= _AT_ONCE:
                return
            if sample in self._waiting and sample not in self._under_way:
                self._begin(sample)

    def _begin(self, sample: SampleId) -> None:
        del self._waiting[sample]
        together = [sample]
        if self._is_row(sample):
            others = [other for other in self._waiting if other not in self._under_way and self._is_row(other)]
            for other in others:
                del self._waiting[other]
            together += others
        snapshots = [
            self._samples[each].snapshot(self._stroke()) for each in together if self._samples[each].is_unsaved()
        ]
        for snapshot in snapshots:
            self._under_way[snapshot.sample] = snapshot
            self.tell(SaveEvent(snapshot.sample, SaveState.STARTED))
        if snapshots:
            self._hand_over(snapshots)

    def _hand_over(self, snapshots: Sequence[Snapshot]) -> None:
        self._writer.submit(lambda: self._write(snapshots), lambda r, e: self._finished(snapshots, r, e))

    def _is_row(self, sample: SampleId) -> bool:
        """Whether all there is to save of it is a row in the table of all."""
        unsaved = {modality for modality in EDITABLE if self._samples[sample].is_unsaved(modality)}
        return unsaved == {Modality.ATTRIBUTES} and isinstance(self._store, RowStore)

    def carry_out(self, plan: SavePlan, modalities: frozenset[Modality] = frozenset()) -> None:
        """Write a plan that was made elsewhere, keeping what it replaces; returns when it is done, or raises."""
        self.tell(SaveEvent(plan.sample, SaveState.STARTED))
        self._writer.run(lambda: self._saver.save(lambda: plan, keep_replaced=True))
        self.tell(SaveEvent(plan.sample, SaveState.SAVED, modalities=modalities))

    def carry_out_soon(
        self, plan: SavePlan, modalities: frozenset[Modality], done: Callable[[Exception | None], None]
    ) -> None:
        """The same, without waiting: ``done`` hears of its end, or why it failed."""

        def ended(_: object, error: Exception | None) -> None:
            if error is None:
                self.tell(SaveEvent(plan.sample, SaveState.SAVED, modalities=modalities))
            done(error)

        self.tell(SaveEvent(plan.sample, SaveState.STARTED))
        self._writer.submit(lambda: self._saver.save(lambda: plan, keep_replaced=True), ended)

    def tell(self, event: SaveEvent) -> None:
        """To everybody who listens to saves."""
        for listener in tuple(self.listeners):
            listener(event)

    def _write(self, snapshots: Sequence[Snapshot]) -> tuple[SavePlan, Rewritten]:
        """On the writer thread."""
        first = snapshots[0]

        def plan() -> SavePlan:
            if len(snapshots) == 1:
                return self._store.plan_save(first.sample, self._saver.up_to_date(first.changes))
            assert isinstance(self._store, RowStore)
            return self._store.plan_rows({snapshot.sample: _row(snapshot) for snapshot in snapshots})

        return self._saver.save(
            plan,
            first.tree,
            first.node.id,
            others=_steps(snapshots[1:]),
            returns=any(snapshot.returns for snapshot in snapshots),
        )

    def _on_carried_out(self, record: Record) -> None:
        """On the writer thread, for every save that reached the files, also for one an earlier session began."""
        self._store.saved(SavePlan(record.sample, record.changes))
        if record.tree:
            hashes = {path: after for path, (_, after) in rewritten_by(record).items()}
            is_here = record.sample in self._store
            sketches = self._store.files(record.sample, Modality.SKETCH) if is_here else ()
            self._recorder.write_now(lambda log: _note_saved(log, record.steps, hashes, sketches))

    def _finished(
        self, snapshots: Sequence[Snapshot], result: tuple[SavePlan, Rewritten] | None, error: Exception | None
    ) -> None:
        if result is None and len(snapshots) > 1:
            # One of them cannot be saved, and it is not known which.
            for snapshot in snapshots:
                self._hand_over([snapshot])
            return
        for snapshot in snapshots:
            del self._under_way[snapshot.sample]
        if result is None:
            sample = snapshots[0].sample
            self._waiting.pop(sample, None)
            assert error is not None
            state = SaveState.CONFLICT if isinstance(error, ConflictError) else SaveState.FAILED
            text = failure_text(error, is_logged=self._recorder.trouble is None)
            self.tell(SaveEvent(sample, state, text, why=_reason(error)))
        else:
            self._take_saved(snapshots, *result)
        self._go_on()

    def _take_saved(self, snapshots: Sequence[Snapshot], plan: SavePlan, rewritten: Rewritten) -> None:
        hashes = {path: after for path, (_, after) in rewritten.items()}
        for snapshot in snapshots:
            self._samples[snapshot.sample].take_saved(snapshot, hashes)
        for held in self._samples.values():
            held.restamp(rewritten)
        if not rewritten:
            self._recorder.note(lambda log: _note_saved(log, _steps(snapshots), {}))
        for snapshot in snapshots:
            notes = plan.notes if snapshot is snapshots[0] else ()
            modalities = frozenset(change.modality for change in snapshot.changes)
            self.tell(SaveEvent(snapshot.sample, SaveState.SAVED, notes=notes, modalities=modalities))


def _steps(snapshots: Sequence[Snapshot]) -> tuple[SavedStep, ...]:
    return tuple((snapshot.sample, snapshot.tree, snapshot.node.id) for snapshot in snapshots)


def _note_saved(
    log: EditLog, steps: Iterable[SavedStep], hashes: Mapping[str, str | None], sketches: Collection[str] = ()
) -> None:
    for sample, tree, head in steps:
        log.save_finished(sample, tree, head, hashes, sketches)


def _row(snapshot: Snapshot) -> tuple[Attributes | None, Attributes]:
    [change] = snapshot.changes
    assert isinstance(change.before, Attributes | None)
    assert isinstance(change.after, Attributes)
    return change.before, change.after


_WHAT_NOW = {
    errno.ENOSPC: "make room on the disk, then save again",
    errno.EDQUOT: "make room in your quota, then save again",
    errno.EROFS: "the disk is read-only: make it writable, then save again",
    errno.EACCES: "ask for the right to write there, then save again",
    errno.EPERM: "ask for the right to write there, then save again",
    errno.EIO: "the disk fails: copy what is on it, then save again or elsewhere",
    errno.ESTALE: "the server forgot the file: mount its folder anew, then save again",
}


def failure_text(error: Exception, *, is_logged: bool) -> str:
    """Why a sample was not saved, what is safe, what now."""
    safe = "your edits are kept in the window"
    safe += " and in the edit log" if is_logged else ", not in the edit log: they are lost when it closes"
    if isinstance(error, OSError):
        return f"{_reason(error)}; {safe}; {_WHAT_NOW.get(error.errno or 0, 'try again')}"
    if not isinstance(error, FaceDataError):
        _log.error("saving failed unexpectedly", exc_info=error)
    return f"{_reason(error)}; {safe}"


def _reason(error: Exception) -> str:
    if isinstance(error, FaceDataError):
        return str(error)
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror or error}" if error.filename else str(error.strerror or error)
    return f"a fault of the program ({type(error).__name__}: {error})"

"""Saves under way: snapshots handed to the writer thread, results taken back into the document.

One save per sample is under way at a time; what is asked for meanwhile follows it. An edit made during a save stays
unsaved, because the save counts for the step that was snapshotted and for no other.
"""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable, Mapping
from typing import Any

from app.document.changes import SaveEvent, SaveState
from app.document.journal import Record
from app.document.opened import OpenSample, Snapshot
from app.document.recorder import Recorder
from app.document.saving import Recovery, Rewritten, Saver, rewritten_by
from app.document.stroke import Stroke
from app.document.work_folder import WorkFolder
from app.document.writer import Writer
from app.faces.errors import ConflictError, FaceDataError
from app.faces.sample import Loaded, Modality, SampleId
from app.faces.store import SampleStore, SavePlan

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

    def save(self, sample: SampleId) -> None:
        """Snapshot the sample and hand it over; later, if a save of it or several others are under way.

        A snapshot of a mask is a megabyte: a thousand samples are not snapshotted at once.
        """
        if sample in self._under_way or len(self._under_way) >= _AT_ONCE:
            self._waiting[sample] = None
            return
        snapshot = self._samples[sample].snapshot(self._stroke())
        self._under_way[sample] = snapshot
        self.tell(SaveEvent(sample, SaveState.STARTED))
        self._writer.submit(lambda: self._write(snapshot), lambda r, e: self._finished(snapshot, r, e))

    def carry_out(self, plan: SavePlan, modalities: frozenset[Modality] = frozenset()) -> None:
        """Write a plan that was made elsewhere, keeping what it replaces; returns when it is done, or raises."""
        self.tell(SaveEvent(plan.sample, SaveState.STARTED))
        self._writer.run(lambda: self._saver.save(lambda: plan, keep_replaced=True))
        self.tell(SaveEvent(plan.sample, SaveState.SAVED, modalities=modalities))

    def tell(self, event: SaveEvent) -> None:
        """To everybody who listens to saves."""
        for listener in tuple(self.listeners):
            listener(event)

    def _write(self, snapshot: Snapshot) -> tuple[SavePlan, Rewritten]:
        """On the writer thread."""
        return self._saver.save(
            lambda: self._store.plan_save(snapshot.sample, self._saver.up_to_date(snapshot.changes)),
            snapshot.tree,
            snapshot.node.id,
            returns=snapshot.returns,
        )

    def _on_carried_out(self, record: Record) -> None:
        """On the writer thread, for every save that reached the files, also for one an earlier session began."""
        if record.tree:
            hashes = {path: after for path, (_, after) in rewritten_by(record).items()}
            self._recorder.write_now(lambda log: log.save_finished(record.sample, record.tree, record.head, hashes))
        self._store.saved(SavePlan(record.sample, record.changes))

    def _finished(self, snapshot: Snapshot, result: tuple[SavePlan, Rewritten] | None, error: Exception | None) -> None:
        sample = snapshot.sample
        del self._under_way[sample]
        if result is None:
            self._waiting.pop(sample, None)
            assert error is not None
            state = SaveState.CONFLICT if isinstance(error, ConflictError) else SaveState.FAILED
            self.tell(SaveEvent(sample, state, failure_text(error, is_logged=self._recorder.trouble is None)))
        else:
            self._take_saved(snapshot, *result)
        for next_sample in tuple(self._waiting):
            if next_sample not in self._under_way and len(self._under_way) < _AT_ONCE:
                del self._waiting[next_sample]
                if self._samples[next_sample].is_unsaved():
                    self.save(next_sample)

    def _take_saved(self, snapshot: Snapshot, plan: SavePlan, rewritten: Rewritten) -> None:
        sample = snapshot.sample
        held = self._samples[sample]
        held.take_saved(snapshot, {path: after for path, (_, after) in rewritten.items()})
        for other in self._samples.values():
            other.restamp(rewritten)
        if not rewritten:
            tree, step = snapshot.tree, snapshot.node.id
            self._recorder.note(lambda log: log.save_finished(sample, tree, step, {}))
        modalities = frozenset(change.modality for change in snapshot.changes)
        self.tell(SaveEvent(sample, SaveState.SAVED, notes=plan.notes, modalities=modalities))


_WHAT_NOW = {
    errno.ENOSPC: "make room on the disk, then save again",
    errno.EDQUOT: "make room in your quota, then save again",
    errno.EROFS: "the disk is read-only: make it writable, then save again",
    errno.EACCES: "ask for the right to write there, then save again",
    errno.EPERM: "ask for the right to write there, then save again",
}


def failure_text(error: Exception, *, is_logged: bool) -> str:
    """Why a sample was not saved, what is safe, what now."""
    safe = "your edits are kept in the window"
    safe += " and in the edit log" if is_logged else ", not in the edit log: they are lost when it closes"
    if isinstance(error, FaceDataError):
        return f"{error}; {safe}"
    if isinstance(error, OSError):
        where = f"{error.filename}: " if error.filename else ""
        now = _WHAT_NOW.get(error.errno or 0, "try again")
        return f"{where}{error.strerror or error}; {safe}; {now}"
    _log.error("saving failed unexpectedly", exc_info=error)
    return f"a fault of the program ({type(error).__name__}: {error}); {safe}"

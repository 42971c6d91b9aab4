"""The open dataset as something one edits, undoes and saves.

All values live here, on one thread (the main thread of the window, any thread of a script). Every change is ``do`` or
a stroke; each tells its changes in one notification. Nothing here knows files or Qt: reading and planning is the
store's, writing is ``saving.py``'s on the writer thread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from app.document.bulk import BulkEdit
from app.document.changes import Change, SaveEvent, SaveState
from app.document.deltas import MaskDelta
from app.document.editing import Editing
from app.document.edits import Edit
from app.document.elsewhere import Elsewhere, Overlay
from app.document.history import Step
from app.document.loading import LoadedSample
from app.document.locks import SampleLocks, busy_text
from app.document.mark_lines import MarkSamples
from app.document.marks import Marks
from app.document.offers import Offers, Recovered
from app.document.open_samples import OpenSamples
from app.document.opened import OpenSample
from app.document.originals import LEDGER, EditedSamples
from app.document.past import Past
from app.document.recorder import Recorder
from app.document.reloading import Reloading
from app.document.save_queue import SaveListener, SaveQueue
from app.document.settings import DocumentSettings
from app.document.steps import Steps
from app.document.stroke import Stroke
from app.document.timeline import label_of
from app.document.work_folder import WorkFolder
from app.document.writer import Post, Writer
from app.faces.attributes import Attributes
from app.faces.captions import Captions
from app.faces.errors import InvalidEditError, ReadOnlyError
from app.faces.mask import MaskLayers
from app.faces.sample import EDITABLE, Modality, Pose, Problem, SampleId, Sketch
from app.faces.store import SampleStore
from app.imaging.compose import Operation
from app.imaging.footprint import Coverage

Listener = Callable[[tuple[Change, ...]], None]


class Document:
    """One open dataset. Public methods belong to one thread; results of background work arrive on it."""

    def __init__(
        self,
        store: SampleStore,
        *,
        post: Post | None = None,
        settings: DocumentSettings | None = None,
        work: WorkFolder | None = None,
    ) -> None:
        """Over an opened store. A save that an earlier session left half done is finished now.

        ``post(fn)`` runs ``fn`` on this thread soon; without it results wait for ``wait`` or ``pump``.
        """
        self.store = store
        self.settings = settings or DocumentSettings()
        self.work = work or WorkFolder.of(store)
        self.stroke: Stroke | None = None
        self._listeners: list[Listener] = []
        self._is_closed = False
        self._writer = Writer(post)
        self._recorder = Recorder(self.work, self._writer, self.settings)
        self._locks = SampleLocks(self.work)
        self._offers = Offers(store.root, self._recorder, self._locks)
        self._open = OpenSamples(
            store, self.settings.keep_open, self._recorder, self._locks, self._offers, is_busy=self._is_busy
        )
        self._saves = SaveQueue(store, self.work, self._writer, self._recorder, self._open, lambda: self.stroke)
        self._editing = Editing(self.settings, self._recorder, self._locks, self._offers, self._saves.step_being_saved)
        self.reloading = Reloading(
            store,
            self._open,
            self._editing,
            self._saves,
            self._offers,
            tell=self.tell,
            has_stroke=self._has_stroke,
            without_stroke=self._without_stroke,
        )
        self._recorder.on_trouble = lambda text: self._saves.tell(SaveEvent(SampleId(""), SaveState.UNLOGGED, text))
        self._edited = EditedSamples()
        self.marks = Marks(self.work, self._writer, self.settings, store.__contains__)
        self.marks.on_trouble = self._recorder.on_trouble
        self._steps = Steps(
            store,
            self._open,
            self._editing,
            self._recorder,
            self.reloading,
            self.marks,
            editable=self._editable,
            without_brush=self._without_brush,
            tell=self.tell,
        )
        self.bulks = self._steps.bulks
        self.past = Past(
            self._recorder,
            self._steps.timeline,
            lambda sample: self._open[sample].history if sample in self._open else None,
        )
        if self.marks.bring_home():
            self._recorder.bring_home()
        self.recovery = self._saves.recover()

    # values

    def admit(self, loaded: LoadedSample) -> None:
        """Hold values that were read elsewhere; without effect when the sample is open, or was saved since.

        A mask from a cache is held until its files are needed, or their values are admitted as well.
        """
        if not self._saves.has_replaced(loaded.mask, loaded.captions, loaded.sketch) and self._open.admit(loaded):
            self.tell(Change(loaded.sample, Modality.MASK))

    def has_history(self, sample: SampleId) -> bool:
        """Whether it was ever edited as far as the edit log knows: then its mask is not taken from a cache."""
        return self._open.has_history(sample)

    def is_provisional(self, sample: SampleId) -> bool:
        """Whether the mask is shown from a cache; the first edit reads its files, as does admitting them."""
        held = self._open.get(sample)
        return held is not None and held.is_provisional

    def is_open(self, sample: SampleId) -> bool:
        """Whether its values are in memory."""
        return sample in self._open

    def open(self, sample: SampleId) -> None:
        """The sample's values are in memory, read now if need be. Raises SampleNotFoundError."""
        self._open.opened(sample)

    def mask(self, sample: SampleId) -> MaskLayers | None:
        """The live mask: strokes and edits write its array in place. None: the sample has none."""
        value = self._open.opened(sample).values[Modality.MASK].value
        return value if isinstance(value, MaskLayers) else None

    def saved_mask(self, sample: SampleId) -> MaskLayers | None:
        """The mask as its files hold it, to be read only: the live one while nothing was changed."""
        held = self._open.opened(sample).values[Modality.MASK]
        value = held.saved if held.is_saved_kept else held.value
        return value if isinstance(value, MaskLayers) else None

    def first_mask(self, sample: SampleId) -> MaskLayers | None:
        """The mask before the first step of the history, to be read only: the live one where nothing was ever changed.

        Raises ConflictError, DamagedFileError or SaveError where the edit log cannot tell.
        """
        held = self._open.opened(sample)
        return self._editing.first_mask(held, self.stroke) if self.has_history(sample) else self.mask(sample)

    def captions(self, sample: SampleId) -> Captions | None:
        """The captions as they are now."""
        value = self._open.opened(sample).values[Modality.CAPTIONS].value
        return value if isinstance(value, Captions) else None

    def attributes(self, sample: SampleId) -> Attributes | None:
        """The attributes as they are now."""
        value = self._open.opened(sample).values[Modality.ATTRIBUTES].value
        return value if isinstance(value, Attributes) else None

    def sketch(self, sample: SampleId) -> Sketch | None:
        """The sketch's file as it is now; None also where sketches are shown and never written."""
        value = self._open.opened(sample).values[Modality.SKETCH].value
        return value if isinstance(value, Sketch) else None

    def pose(self, sample: SampleId) -> Pose | None:
        """The head pose; it is shown, not edited."""
        return self._open.opened(sample).pose.value

    def problems(self, sample: SampleId) -> tuple[Problem, ...]:
        """What reading the sample found wrong."""
        return self._open.opened(sample).problems

    def read_only(self, sample: SampleId, modality: Modality) -> str | None:
        """Why the modality is not editable here, in a sentence, or None."""
        if modality not in EDITABLE:
            return f"the {modality.value} is shown, never changed"
        if why := self.store.read_only(modality) or self._open.opened(sample).values[modality].read_only:
            return why
        return busy_text(sample) if self._locks.is_taken(sample) else None

    @property
    def is_logged(self) -> bool:
        """Whether edits reach the edit log, and so survive the window."""
        return self._recorder.trouble is None

    @property
    def notices(self) -> tuple[str, ...]:
        """What the user should know about the work folder: set aside, finished, not writable."""
        unlocked = (
            f"the file system of {self.work.path} has no locks; another window's edits are only noticed on save",
        )
        return (*self.work.notices, *self.marks.notices, *(unlocked if self._locks.unsupported else ()))

    # changing

    def do(self, edit: Edit | BulkEdit | MarkSamples) -> int | None:
        """Make the edit one undoable step and tell; returns the step's id, None for an edit that changes nothing.

        Raises InvalidEditError, ReadOnlyError or SampleNotFoundError, and then nothing is changed.
        """
        if isinstance(edit, MarkSamples):
            return self.marks.do(edit, {s: held.history for s, held in self._open.items() if held.history})
        if isinstance(edit, BulkEdit):
            return self.bulks.do(edit)
        held = self._without_brush(edit.sample, edit.modality)
        change = self._editing.do(held, edit)
        if change is None:
            return None
        self.tell(change)
        return self._steps.history(held).head.id

    def begin_stroke(
        self,
        sample: SampleId,
        operation: Operation,
        *,
        label: str | None = None,
        within: Coverage | None = None,
        second: Operation | None = None,
    ) -> Stroke:
        """Put the brush down; pixels not ``within`` (bool, like the mask) stay as they are.

        ``second`` is what the stroke does where it is told so: on the other side of the face, say.
        Raises InvalidEditError (no mask, another stroke, ``within`` of another size) or ReadOnlyError.
        """
        if self.stroke is not None:
            raise InvalidEditError("another stroke is in progress; finish or cancel it first")
        held = self._editable(sample, Modality.MASK)
        value = held.values[Modality.MASK]
        if not isinstance(value.value, MaskLayers):
            raise InvalidEditError(f"sample {sample} has no mask; start a new mask first")
        if within is not None and within.shape != value.value.shape:
            raise InvalidEditError(f"the range is {within.shape}, the mask {value.value.shape}; set the range again")
        self._editing.begin(sample)
        value.keep_saved()
        text = label or operation.label
        self.stroke = Stroke(self, sample, value.value, operation, text[:1].upper() + text[1:], within, second)
        return self.stroke

    def finish_stroke(self, stroke: Stroke, delta: MaskDelta | None, label: str) -> None:
        """Called by the stroke when it ends; ``delta`` None: nothing came of it."""
        if self.stroke is stroke:
            self.stroke = None
        if delta is None:
            return
        self.tell(self._editing.note(self._open.opened(stroke.sample), delta, label))

    def undo(self, sample: SampleId) -> dict[SampleId, str]:
        """Take the newest step back, whatever its modality; a stroke in progress is cancelled instead.

        A step of a bulk edit is taken back from all samples that stand at it; why others were left is returned.
        """
        return {} if self._cancelled_stroke() else self._steps.turn(sample, "undo")

    def redo(self, sample: SampleId) -> dict[SampleId, str]:
        """Do the step again that was taken back last; else as ``undo``."""
        return {} if self._cancelled_stroke() else self._steps.turn(sample, "redo")

    def go_to(self, sample: SampleId, step: int) -> None:
        """The values are as they were right after this step (0: before the first), whatever branch it is on.

        Marks made on this sample alone in between are turned as well. Raises InvalidEditError when it has no such step.
        """
        self._without_stroke(sample)
        self._steps.go_to(sample, step)

    def go_to_edit(self, sample: SampleId, step: int | None = None) -> None:
        """Like ``go_to``, but review marks stay. None: the values are those of the files, nothing is unsaved."""
        self._without_stroke(sample)
        self._steps.go_to_edit(sample, step)

    def undo_label(self, sample: SampleId) -> str | None:
        """What undo would take back: "Edit caption 3". None: nothing."""
        return label_of(self._steps.timeline(sample).newest())

    def redo_label(self, sample: SampleId) -> str | None:
        """What redo would do again. None: nothing."""
        return label_of(self._steps.timeline(sample).next())

    def undo_scope(self, sample: SampleId) -> tuple[SampleId, ...]:
        """The samples that undo would change: a mark, like a bulk edit, is taken back from all it was put on."""
        return self._steps.scope(sample, "undo")

    def redo_scope(self, sample: SampleId) -> tuple[SampleId, ...]:
        """The samples that redo would change."""
        return self._steps.scope(sample, "redo")

    def history(self, sample: SampleId) -> tuple[Step, ...]:
        """The steps of the current branch and the marks, oldest first, those that can be redone last."""
        return self._steps.timeline(sample).steps()

    # saving

    def unsaved(self) -> tuple[SampleId, ...]:
        """The samples with something to save."""
        return tuple(sample for sample, held in self._open.items() if held.is_unsaved())

    def is_unsaved(self, sample: SampleId, modality: Modality | None = None) -> bool:
        """Whether the sample, or one modality of it, differs from its files."""
        held = self._open.get(sample)
        return held is not None and held.is_unsaved(modality)

    def edited(self) -> frozenset[SampleId]:
        """The samples that a save of ours ever wrote, in any session, and those with something to save."""
        written = self._edited.look(self.work.objects / LEDGER)
        return frozenset((*filter(self.store.__contains__, written), *self.unsaved()))

    def save(self, samples: Iterable[SampleId] | None = None) -> None:
        """Begin to save what is unsaved (of ``samples``, or all); SaveEvents tell how it went."""
        self._saves.save(filter(self.is_unsaved, tuple(self.unsaved() if samples is None else samples)))

    def save_elsewhere(self, samples: Iterable[SampleId], folder: Path) -> Elsewhere:
        """What saving the samples would write lies below ``folder``; the dataset is untouched, the edits stay unsaved.

        Raises InvalidEditError (no folder, or one in the dataset), ConflictError (over a file there) or SaveError; then
        nothing is written.
        """
        overlay = Overlay(self.store, folder)
        for sample in samples:
            if self.is_unsaved(sample):
                snapshot = self._open[sample].snapshot(self.stroke)
                self._writer.run(partial(overlay.add, snapshot))
        return self._writer.run(overlay.write)

    def saving(self) -> bool:
        """Whether a save is under way."""
        return self._saves.is_under_way()

    def pump(self) -> None:
        """Take the results of background work that are there."""
        self._writer.pump()

    def wait(self, timeout_s: float | None = None) -> bool:
        """All edits are in the log, all saves done and told; False when the time was up first."""
        return self._writer.wait(timeout_s)

    def close(self) -> None:
        """The log is flushed, saves are finished, locks released. Unsaved edits stay in the log and are offered."""
        if self._is_closed:
            return
        self._is_closed = True
        if self.stroke is not None:
            self.stroke.cancel()
        self._recorder.flush()
        self.marks.flush()
        self._writer.wait()
        self._writer.close()
        self._recorder.close()
        self._locks.close()

    # edits of earlier sessions

    def recovered(self) -> tuple[Recovered, ...]:
        """The samples whose edits of an earlier session were never saved."""
        return self._offers.pending()

    def restore_edits(self, sample: SampleId) -> None:
        """Bring them in: unsaved and undoable. Raises ConflictError when the files are no longer those they were.

        Raises InvalidEditError when there is nothing to restore, or the sample was edited since this session began:
        restoring would take those edits back, and with them perhaps what another program wrote.
        """
        self._steps.restore(sample, self._offers)

    def discard_edits(self, sample: SampleId) -> None:
        """They are offered no more; the log keeps them until they are too old."""
        self._offers.discard(sample)

    # telling

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """``listener`` hears every change from now on, until the returned function is called."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def subscribe_saves(self, listener: SaveListener) -> Callable[[], None]:
        """``listener`` hears how saves go, until the returned function is called."""
        self._saves.listeners.append(listener)
        return lambda: self._saves.listeners.remove(listener)

    def tell(self, *changes: Change) -> None:
        """One notification to everybody."""
        if not changes:
            return
        for listener in tuple(self._listeners):
            listener(changes)

    def look_at(self, sample: SampleId | None) -> None:
        """This sample is on a screen: once open it stays in memory, however many others are read."""
        self._open.in_sight = sample

    # inside

    def _is_busy(self, sample: SampleId) -> bool:
        return self._has_stroke(sample) or self._saves.is_under_way(sample)

    def _has_stroke(self, sample: SampleId) -> bool:
        return self.stroke is not None and self.stroke.sample == sample

    def _editable(self, sample: SampleId, modality: Modality) -> OpenSample:
        held = self._open.opened(sample)
        self.reloading.confirm(held)
        if why := self.read_only(sample, modality):
            raise ReadOnlyError(f"sample {sample}: {why}")
        return held

    def _without_brush(self, sample: SampleId, modality: Modality) -> OpenSample:
        held = self._editable(sample, modality)
        if modality is Modality.MASK and self._has_stroke(sample):
            raise InvalidEditError("a stroke is in progress on this mask; finish or cancel it first")
        return held

    def _cancelled_stroke(self) -> bool:
        if (stroke := self.stroke) is not None:
            stroke.cancel()
        return stroke is not None

    def _without_stroke(self, sample: SampleId) -> OpenSample:
        if self._has_stroke(sample):
            self._cancelled_stroke()
        return self._open.opened(sample)

"""The open dataset as something one edits, undoes and saves.

All values live here, on one thread (the main thread of the window, any thread of a script). Every change is ``do`` or
a stroke; each tells its changes in one notification. Nothing here knows files or Qt: reading and planning is the
store's, writing is ``saving.py``'s on the writer thread.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

from app.document.changes import Change
from app.document.deltas import Delta, MaskDelta, delta_between
from app.document.edits import Edit
from app.document.history import History, Node, Step, new_id
from app.document.loading import LoadedSample, load_sample
from app.document.opened import OpenSample
from app.document.settings import DocumentSettings
from app.document.stroke import Stroke
from app.faces.attributes import Attributes
from app.faces.captions import Captions
from app.faces.errors import InvalidEditError, ReadOnlyError, SampleNotFoundError
from app.faces.mask import MaskLayers
from app.faces.sample import EDITABLE, Modality, Pose, Problem, SampleId
from app.faces.store import SampleStore
from app.imaging.compose import Operation

Listener = Callable[[tuple[Change, ...]], None]


class Document:
    """One open dataset. Public methods belong to one thread; results of background work arrive on it."""

    def __init__(self, store: SampleStore, *, settings: DocumentSettings | None = None) -> None:
        self.store = store
        self.settings = settings or DocumentSettings()
        self.stroke: Stroke | None = None
        self._open: OrderedDict[SampleId, OpenSample] = OrderedDict()
        self._listeners: list[Listener] = []
        self._latest: tuple[Node, Edit, float] | None = None

    # values

    def admit(self, loaded: LoadedSample) -> None:
        """Hold values that were read elsewhere; without effect when the sample is open already."""
        if loaded.sample not in self._open:
            self._hold(OpenSample.of(loaded))

    def is_open(self, sample: SampleId) -> bool:
        """Whether its values are in memory."""
        return sample in self._open

    def open(self, sample: SampleId) -> None:
        """The sample's values are in memory, read now if need be. Raises SampleNotFoundError."""
        self._opened(sample)

    def mask(self, sample: SampleId) -> MaskLayers | None:
        """The live mask: strokes and edits write its array in place. None: the sample has none."""
        value = self._opened(sample).values[Modality.MASK].value
        return value if isinstance(value, MaskLayers) else None

    def captions(self, sample: SampleId) -> Captions | None:
        """The captions as they are now."""
        value = self._opened(sample).values[Modality.CAPTIONS].value
        return value if isinstance(value, Captions) else None

    def attributes(self, sample: SampleId) -> Attributes | None:
        """The attributes as they are now."""
        value = self._opened(sample).values[Modality.ATTRIBUTES].value
        return value if isinstance(value, Attributes) else None

    def pose(self, sample: SampleId) -> Pose | None:
        """The head pose; it is shown, not edited."""
        return self._opened(sample).pose.value

    def problems(self, sample: SampleId) -> tuple[Problem, ...]:
        """What reading the sample found wrong."""
        return self._opened(sample).problems

    def read_only(self, sample: SampleId, modality: Modality) -> str | None:
        """Why the modality is not editable here, in a sentence, or None."""
        if modality not in EDITABLE:
            return f"the {modality.value} is shown, never changed"
        if why := self.store.read_only(modality):
            return why
        return self._opened(sample).values[modality].read_only

    # changing

    def do(self, edit: Edit) -> None:
        """Make the edit one undoable step and tell; an edit that changes nothing leaves no step.

        Raises InvalidEditError or ReadOnlyError, and then nothing is changed.
        """
        held = self._editable(edit.sample, edit.modality)
        if self.stroke is not None and self.stroke.sample == edit.sample and edit.modality is Modality.MASK:
            raise InvalidEditError("a stroke is in progress on this mask; finish or cancel it first")
        delta = delta_between(held.values[edit.modality].value, edit.changed(held.values[edit.modality].value))
        if delta is None:
            return
        history = self._history(held)
        merged = self._merge_target(history, edit)
        self._turn(held, delta, delta.apply)
        if merged is None:
            self._record(held, history.grow(delta, edit.label))
        else:
            assert merged.delta is not None
            node = history.replace_head(merged.delta.followed_by(delta))
            self._record(held, node, instead_of=merged)
        if history.head.parent is not None:
            self._latest = (history.head, edit, time.monotonic())
        self.tell(Change(edit.sample, edit.modality, delta.region, origin=edit.origin))

    def begin_stroke(self, sample: SampleId, operation: Operation, *, label: str | None = None) -> Stroke:
        """Put the brush down. Raises InvalidEditError (no mask, another stroke) or ReadOnlyError."""
        if self.stroke is not None:
            raise InvalidEditError("another stroke is in progress; finish or cancel it first")
        held = self._editable(sample, Modality.MASK)
        value = held.values[Modality.MASK]
        if not isinstance(value.value, MaskLayers):
            raise InvalidEditError(f"sample {sample} has no mask; start a new mask first")
        value.keep_saved()
        text = label or operation.label
        self.stroke = Stroke(self, sample, value.value, operation, text[:1].upper() + text[1:])
        return self.stroke

    def finish_stroke(self, stroke: Stroke, delta: MaskDelta | None, label: str) -> None:
        """Called by the stroke when it ends; ``delta`` None: nothing came of it."""
        if self.stroke is stroke:
            self.stroke = None
        if delta is None:
            return
        held = self._opened(stroke.sample)
        self._record(held, self._history(held).grow(delta, label))
        self.tell(Change(stroke.sample, Modality.MASK, delta.region))

    def undo(self, sample: SampleId) -> None:
        """Take the newest step back, whatever its modality; a stroke in progress is cancelled instead."""
        if self.stroke is not None:
            self.stroke.cancel()
            return
        node = self._history(self._opened(sample)).head
        if node.parent is not None:
            self._walk(sample, [node], [])

    def redo(self, sample: SampleId) -> None:
        """Do the step again that was taken back last; a stroke in progress is cancelled instead."""
        if self.stroke is not None:
            self.stroke.cancel()
            return
        node = self._history(self._opened(sample)).head.branch
        if node is not None:
            self._walk(sample, [], [node])

    def undo_label(self, sample: SampleId) -> str | None:
        """What undo would take back: "Edit caption 3". None: nothing."""
        head = self._history(self._opened(sample)).head
        return head.label if head.parent is not None else None

    def redo_label(self, sample: SampleId) -> str | None:
        """What redo would do again. None: nothing."""
        branch = self._history(self._opened(sample)).head.branch
        return branch.label if branch is not None else None

    def history(self, sample: SampleId) -> tuple[Step, ...]:
        """The steps of the current branch, oldest first, those that can be redone last."""
        return self._history(self._opened(sample)).steps()

    # saving

    def unsaved(self) -> tuple[SampleId, ...]:
        """The samples with something to save."""
        return tuple(sample for sample, held in self._open.items() if held.is_unsaved())

    def is_unsaved(self, sample: SampleId, modality: Modality | None = None) -> bool:
        """Whether the sample, or one modality of it, differs from its files."""
        held = self._open.get(sample)
        return held is not None and held.is_unsaved(modality)

    # telling

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """``listener`` hears every change from now on, until the returned function is called."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def tell(self, *changes: Change) -> None:
        """One notification to everybody."""
        for listener in tuple(self._listeners):
            listener(changes)

    # inside

    def _opened(self, sample: SampleId) -> OpenSample:
        held = self._open.get(sample)
        if held is None:
            if sample not in self.store:
                raise SampleNotFoundError(f"there is no sample {sample} in {self.store.root.name}")
            held = self._hold(OpenSample.of(load_sample(self.store, sample)))
        self._open.move_to_end(sample)
        return held

    def _hold(self, held: OpenSample) -> OpenSample:
        self._open[held.sample] = held
        surplus = len(self._open) - self.settings.keep_open
        for sample in list(self._open)[: max(surplus, 0)]:
            if self._may_leave(self._open[sample]):
                del self._open[sample]
        return held

    def _may_leave(self, held: OpenSample) -> bool:
        busy = self.stroke is not None and self.stroke.sample == held.sample
        return not busy and held.history is None

    def _editable(self, sample: SampleId, modality: Modality) -> OpenSample:
        held = self._opened(sample)
        if why := self.read_only(sample, modality):
            raise ReadOnlyError(f"sample {sample}: {why}")
        return held

    def _history(self, held: OpenSample) -> History:
        if held.history is None:
            held.history = History(new_id())
        return held.history

    def _merge_target(self, history: History, edit: Edit) -> Node | None:
        if self._latest is None:
            return None
        node, earlier, when = self._latest
        soon = time.monotonic() - when <= self.settings.merge_within_s
        joins = node is history.head and node is not history.saved and node.delta is not None
        return node if joins and soon and node.branch is None and earlier.merges(edit) else None

    def _turn(self, held: OpenSample, delta: Delta, way: Callable[..., object]) -> None:
        value = held.values[delta.modality]
        value.keep_saved()
        value.value = way(value.value)  # type: ignore[assignment]

    def _walk(self, sample: SampleId, back: list[Node], forth: list[Node]) -> None:
        held = self._editable(sample, (back + forth)[0].modality or Modality.MASK)
        history = self._history(held)
        changes = []
        for node in back:
            delta = self._delta(held, node)
            self._turn(held, delta, delta.revert)
            history.step_back()
            changes.append(Change(sample, delta.modality, delta.region))
        for node in forth:
            delta = self._delta(held, node)
            self._turn(held, delta, delta.apply)
            history.move_to(node)
            changes.append(Change(sample, delta.modality, delta.region))
        self.tell(*changes)

    def _delta(self, _held: OpenSample, node: Node) -> Delta:
        assert node.delta is not None
        return node.delta

    def _record(self, held: OpenSample, node: Node | None, instead_of: Node | None = None) -> None:
        """The edit log hears of a new step."""

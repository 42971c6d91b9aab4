"""Edits of many samples that are one step: made together, taken back together.

The steps of a bulk edit have one id in the histories of all its samples. The edit log finds them by it, so that a later
session takes them back together too. A sample that was edited since, or whose files others changed, keeps what it has
when the rest is taken back, and is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from app.document.changes import Change
from app.document.editing import Editing
from app.document.edits import Edit
from app.document.history import History, Node, new_id
from app.document.opened import OpenSample
from app.document.recorder import Recorder
from app.faces.errors import FaceDataError, InvalidEditError
from app.faces.sample import Modality, SampleId
from app.faces.store import SampleStore

Direction = Literal["undo", "redo"]


@dataclass(frozen=True, slots=True)
class BulkEdit:
    """One edit each of several samples, as one step that the Undo menu calls ``label``."""

    edits: tuple[Edit, ...]
    label: str


class Turned(NamedTuple):
    """What became of one sample of a bulk edit: its changes, or why it was left as it is."""

    sample: SampleId
    changes: tuple[Change, ...] = ()
    left: str | None = None


@dataclass(slots=True, eq=False)
class Bulk:
    """A bulk edit in the making, sample by sample: thousands of them may be saved in between.

    Every edit is done at once and can be undone at any time; what was done so far is one step.
    """

    label: str
    _edit: Callable[[Bulk, Edit], Change | None]
    _tell: Callable[[Change], None]
    step: int = 0
    root: int = 0
    """An id just below that of the step, for histories that begin with it."""
    samples: list[SampleId] = field(default_factory=list)
    """Those that were changed."""

    def do(self, edit: Edit) -> bool:
        """Make the edit a part of the step; False when it changes nothing.

        Raises InvalidEditError (also for a second edit of one sample), ReadOnlyError or SampleNotFoundError, and then
        this sample is as it was.
        """
        change = self._edit(self, edit)
        if change is not None:
            self._tell(change)
        return change is not None


class Bulks:
    """The document's bulk edits. The callables are the document's own."""

    def __init__(
        self,
        store: SampleStore,
        editing: Editing,
        recorder: Recorder,
        *,
        held: Mapping[SampleId, OpenSample],
        editable: Callable[[SampleId, Modality], OpenSample],
        history: Callable[[SampleId], History],
        walked: Callable[[SampleId, list[Node], list[Node]], Iterable[Change]],
        tell: Callable[..., None],
    ) -> None:
        self._store = store
        self._editing = editing
        self._recorder = recorder
        self._held = held
        self._editable = editable
        self._history = history
        self._walked = walked
        self._tell = tell
        self._made: dict[int, list[SampleId]] = {}

    def begin(self, label: str) -> Bulk:
        """An edit of many samples that is made one after the other. Save in between: unsaved edits take memory."""
        return Bulk(label, self._edit, self._tell)

    def do(self, edit: BulkEdit) -> int | None:
        """All of it, told at once, or nothing: whatever an edit raises is raised before the first is made."""
        bulk = self.begin(edit.label)
        if len({each.sample for each in edit.edits}) != len(edit.edits):
            raise InvalidEditError("a bulk edit has one edit of each sample; join those of the same sample")
        for each in edit.edits:
            was_held = each.sample in self._held
            held = self._editable(each.sample, each.modality)
            each.changed(held.values[each.modality].value)
            self._editing.begin(each.sample)
            if not was_held:
                self.park(each.sample)
        changes = [self._edit(bulk, each) for each in edit.edits]
        self._tell(*(change for change in changes if change is not None))
        return bulk.step if bulk.samples else None

    def settle(self) -> None:
        """What was done is in the edit log now: whoever asks for the newest steps finds it."""
        self._recorder.settle()

    def gathering(self) -> AbstractContextManager[None]:
        """Meanwhile the edit log is written a few times a second, not for each sample."""
        return self._recorder.gathering()

    def scope(self, sample: SampleId, node: Node | None, direction: Direction) -> tuple[SampleId, ...]:
        """The samples that undoing (redoing) this step of ``sample`` changes, itself first. They are not opened."""
        if node is None:
            return ()
        others = self._others(sample, node)
        return (sample, *(other for other, stands in others.items() if self._stands(other, node, direction, stands)))

    def step(self, sample: SampleId, direction: Direction) -> Node | None:
        """The sample's newest edit that stands, or the next to be done again; None: there is none."""
        history = self._history(sample)
        node = history.head if direction == "undo" else history.head.branch
        return node if node is not None and node.parent is not None else None

    def turn(self, sample: SampleId, direction: Direction, *, tell: bool = True) -> Iterator[Turned]:
        """Take the sample's newest edit back (do the next again), and from all others of its bulk edit.

        Sample by sample as the iterator goes on, so that thousands can be saved in between; ``sample`` itself comes
        first, and what it raises is raised before anything was changed. Without ``tell`` the caller tells the changes.
        """
        node = self.step(sample, direction)
        if node is None:
            return
        for turned in self._turn(sample, node, direction):
            if tell:
                self._tell(*turned.changes)
            yield turned

    def _turn(self, sample: SampleId, node: Node, direction: Direction) -> Iterator[Turned]:
        others = self._others(sample, node)
        yield Turned(sample, tuple(self._turned(sample, node, direction)))
        for other in others:
            was_held = other in self._held
            try:
                yield Turned(other, tuple(self._turned(other, node, direction)))
            except (FaceDataError, OSError) as error:
                yield Turned(other, left=str(error))
            if not was_held:
                self.park(other)

    def _edit(self, bulk: Bulk, edit: Edit) -> Change | None:
        if not bulk.step:
            bulk.root = new_id(self._recorder.read(lambda log: log.newest_step(), 0))
            bulk.step = new_id()
        was_held = edit.sample in self._held
        held = self._editable(edit.sample, edit.modality)
        history = self._history(edit.sample)
        logged = self._recorder.read(lambda log: log.newest_id(edit.sample), 0)
        if logged < bulk.root and not history.started and history.head is history.root:
            held.history = history = History(bulk.root)
        if max(history.nodes) >= bulk.step:
            raise InvalidEditError(f"sample {edit.sample} was edited meanwhile; it is left as it is")
        change = self._editing.do(held, edit, step=bulk.step, label=bulk.label)
        if change is not None:
            bulk.samples.append(edit.sample)
            self._made[bulk.step] = bulk.samples
        if not was_held:
            self.park(edit.sample)
        return change

    def _others(self, sample: SampleId, node: Node) -> dict[SampleId, tuple[int, int] | None]:
        """The other samples with this step, each with the step before it and the one saved, where the log knows it."""
        made = self._made.get(node.id)
        if made is None and not node.logged:
            return {}  # it was made just now, and not in bulk
        none: list[tuple[SampleId, int, int]] = []
        shared = self._recorder.read(lambda log: log.sharing(node.id), none)
        logged = {member: (parent, saved) for member, parent, saved in shared}
        members = dict.fromkeys((*(made or ()), *logged))
        return {other: logged.get(other) for other in members if other != sample and other in self._store}

    def _stands(self, sample: SampleId, node: Node, direction: Direction, logged: tuple[int, int] | None) -> bool:
        held = self._held.get(sample)
        if held is not None and held.history is not None:
            return _target(held.history, direction, node.id) is not None
        return logged is not None and logged[1] == (node.id if direction == "undo" else logged[0])

    def _turned(self, sample: SampleId, node: Node, direction: Direction) -> Iterable[Change]:
        history = self._history(sample)
        own = _target(history, direction, node.id)
        if own is None:
            if node.id not in history.nodes:
                why = "has files that were changed since by another program"
            elif history.is_done(node.id) == (direction == "redo"):
                return ()  # it was turned alone before
            else:
                why = "was edited since"
            raise InvalidEditError(f"sample {sample} {why}; it is left as it is")
        return self._walked(sample, [own] if direction == "undo" else [], [own] if direction == "redo" else [])

    def park(self, sample: SampleId) -> None:
        """Nobody looks at the sample: a mask that was never edited leaves memory until it is asked for."""
        held = self._held.get(sample)
        if held is not None:
            held.park_mask(self._store.read_mask)


def _target(history: History, direction: Direction, step: int) -> Node | None:
    """The step, if it is the next one to take back or to do again."""
    node = history.head if direction == "undo" else history.head.branch
    return node if node is not None and node.id == step else None

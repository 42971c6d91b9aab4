"""Turning edits into steps: the value, the history and the edit log change together, or not at all."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping

from app.document.changes import Change
from app.document.deltas import Delta, MaskDelta, delta_between
from app.document.edit_log import EditLog
from app.document.edits import Edit
from app.document.history import History, Node, new_id
from app.document.locks import SampleLocks
from app.document.offers import Offers
from app.document.opened import OpenSample, one_step_from, require_readable
from app.document.recorder import Recorder
from app.document.settings import DocumentSettings
from app.document.stroke import Stroke
from app.faces.errors import FaceDataError, SaveError
from app.faces.mask import MaskLayers
from app.faces.sample import EDITABLE, EditableValue, Modality, SampleId
from app.imaging.raster import Rect

Way = Callable[[EditableValue | None], EditableValue | None]


class Editing:
    """The document's hand. ``being_saved`` names the step of a sample that a save under way counts for."""

    def __init__(
        self,
        settings: DocumentSettings,
        recorder: Recorder,
        locks: SampleLocks,
        offers: Offers,
        being_saved: Callable[[SampleId], int | None],
    ) -> None:
        self._settings = settings
        self._recorder = recorder
        self._locks = locks
        self._offers = offers
        self._being_saved = being_saved
        self._latest: tuple[Node, Edit, float] | None = None

    def begin(self, sample: SampleId) -> None:
        """The sample is ours to edit. The first edit makes the work folder; where there can be none, edits are in
        memory only, and told once. Raises DatasetBusyError, or ReadOnlyError for a newer program's folder.
        """
        try:
            self._locks.take(sample)
        except (OSError, SaveError) as error:
            self._recorder.tell(f"{error}; edits are in memory only until they are saved")

    def history(self, held: OpenSample) -> History:
        """The sample's history, from the edit log if it fits the files."""
        if held.history is None:
            history = self._offers.history(held.sample, held.stamps)
            mask = held.values[Modality.MASK]
            if history is not None and mask.wanted is not None and history.has_steps_of(Modality.MASK):
                # Its steps are differences: they must fit the very mask that is read, not its files of a while ago.
                mask.read()
                history = self._offers.history(held.sample, held.stamps)
            held.history = history
        if held.history is None:
            held.history = History(new_id(self._offers.newest_id(held.sample)))
        return held.history

    def first_mask(self, held: OpenSample, stroke: Stroke | None) -> MaskLayers | None:
        """The mask before the first step of the history, an array of its own; None: there was none.

        Raises ConflictError, DamagedFileError or SaveError where a step of the log cannot be taken back.
        """
        mask = held.values[Modality.MASK].value
        history = self.history(held)
        steps = [node for node in history.way_to(history.root)[0] if node.modality is Modality.MASK]
        if isinstance(mask, MaskLayers):
            mask = mask.copy()
            if stroke is not None and stroke.sample == held.sample:
                stroke.put_back(mask.bits)
        value = mask
        for node in steps:
            value = self._recorder.delta(held.sample, node).revert(value)
        return value if isinstance(value, MaskLayers) else None

    def do(self, held: OpenSample, edit: Edit, *, step: int | None = None, label: str | None = None) -> Change | None:
        """The edit as a step, or as part of the step before; None when it changes nothing.

        ``step`` is the id it shares with the edits of other samples: then it is a step of its own.
        """
        value = held.values[edit.modality].value
        delta = delta_between(value, edit.changed(value))
        if delta is None:
            return None
        self.begin(held.sample)
        history = self.history(held)
        merged = self._merge_target(history, edit) if step is None else None
        self._turn(held, delta, delta.apply)
        if merged is None:
            self._record(held, history.grow(delta, label or edit.label, step))
        else:
            assert merged.delta is not None
            node = history.replace_head(merged.delta.followed_by(delta))
            self._record(held, node, instead_of=merged)
        is_series = step is None and history.head.parent is not None
        self._latest = (history.head, edit, time.monotonic()) if is_series else None
        return Change(edit.sample, edit.modality, delta.region, origin=edit.origin)

    def note(self, held: OpenSample, delta: Delta, label: str) -> Change:
        """A difference that is in the value already (a stroke) is a step."""
        self._record(held, self.history(held).grow(delta, label))
        return Change(held.sample, delta.modality, delta.region)

    def assign(self, held: OpenSample, values: Mapping[Modality, EditableValue | None], label: str) -> Iterable[Change]:
        """Whole values as one step each. Raises InvalidEditError where one is no step away; then nothing is changed."""
        current = {m: held.values[m].value for m in values}
        deltas = [delta_between(current[m], one_step_from(current[m], new)) for m, new in values.items()]
        changes = []
        for delta in deltas:
            if delta is not None:
                self._turn(held, delta, delta.apply)
                changes.append(self.note(held, delta, label))
        return changes

    def walk(self, held: OpenSample, back: list[Node], forth: list[Node]) -> Iterable[Change]:
        """Take steps back, then do steps again; all of them or, where one does not fit, none."""
        history = self.history(held)
        ways: list[tuple[Way, Way, Delta]] = []
        for node in back:
            delta = self._recorder.delta(held.sample, node)
            ways.append((delta.revert, delta.apply, delta))
        for node in forth:
            delta = self._recorder.delta(held.sample, node)
            ways.append((delta.apply, delta.revert, delta))
        done: list[tuple[Delta, Way]] = []
        try:
            for way, inverse, delta in ways:
                self._turn(held, delta, way)
                done.append((delta, inverse))
        except FaceDataError:
            for delta, inverse in reversed(done):
                self._turn(held, delta, inverse)
            raise
        for _ in back:
            history.step_back()
        if forth:
            history.move_to(forth[-1])
        self._record(held, None)
        regions: dict[Modality, Rect | None] = {}
        for _, _, delta in ways:
            region = _seen_region(delta)
            regions[delta.modality] = None if region is None else region.united(regions.get(delta.modality))
        return [Change(held.sample, modality, region, retraced=True) for modality, region in regions.items()]

    def take_disk(self, held: OpenSample, fresh: OpenSample, label: str) -> Iterable[Change]:
        """The values are what was read again, as steps; nothing is unsaved then.

        Raises InvalidEditError or ReadOnlyError where a value cannot be taken; then nothing is changed.
        """
        require_readable(fresh)
        changes = self.assign(held, {m: fresh.values[m].value for m in EDITABLE}, label)
        held.take_disk(fresh)
        history = self.history(held)
        history.saved = history.head
        if history.started:
            sample, tree, head, stamps = held.sample, history.root.id, history.head.id, held.stamps

            def write(log: EditLog) -> None:
                log.save_finished(sample, tree, head, {})
                log.set_stamps(sample, tree, stamps)

            self._recorder.note(write)
        return changes

    def _merge_target(self, history: History, edit: Edit) -> Node | None:
        if self._latest is None:
            return None
        node, earlier, when = self._latest
        soon = time.monotonic() - when <= self._settings.merge_within_s
        is_kept = node is history.saved or node.id == self._being_saved(edit.sample)
        joins = node is history.head and not is_kept and node.delta is not None and node.branch is None
        return node if joins and soon and earlier.merges(edit) else None

    def _turn(self, held: OpenSample, delta: Delta, way: Way) -> None:
        value = held.values[delta.modality]
        value.keep_saved()
        value.value = way(value.value)

    def _record(self, held: OpenSample, node: Node | None, instead_of: Node | None = None) -> None:
        """The edit log hears of a new step, of one that replaces another, or only of where the values stand now."""
        history = self.history(held)
        sample, session, tree, head = held.sample, self._recorder.session, history.root.id, history.head.id
        stamps = None if history.started else held.stamps
        history.started = True
        delta = None if node is None else node.delta

        def write(log: EditLog) -> None:
            # One entry, for a crash between two of them would leave a head that leads nowhere.
            if stamps is not None:
                log.begin(sample, tree, stamps, session)
            if instead_of is not None:
                log.drop(sample, instead_of.id)
            if node is not None and delta is not None:
                log.add(sample, tree, node, delta)
            log.move(sample, tree, head, session)

        self._recorder.note(write, node)


def _seen_region(delta: Delta) -> Rect | None:
    """The least that must be drawn anew, which is also what a user is shown."""
    return delta.extent if isinstance(delta, MaskDelta) and not delta.creates else delta.region

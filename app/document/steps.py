"""Taking steps back and doing them again, whatever their kind: a sample's own edits, bulk edits and review marks."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from app.document.bulk import Bulks, Direction
from app.document.changes import Change
from app.document.editing import Editing
from app.document.history import History, Node
from app.document.mark_log import Mark
from app.document.marks import Marks
from app.document.offers import Offers
from app.document.open_samples import OpenSamples
from app.document.opened import OpenSample
from app.document.recorder import Recorder
from app.document.reloading import Reloading
from app.document.timeline import Timeline
from app.faces.errors import InvalidEditError
from app.faces.sample import Modality, SampleId
from app.faces.store import SampleStore

Editable = Callable[[SampleId, Modality], OpenSample]


class Steps:
    """One per document."""

    def __init__(
        self,
        store: SampleStore,
        held: OpenSamples,
        editing: Editing,
        recorder: Recorder,
        reloading: Reloading,
        marks: Marks,
        *,
        editable: Editable,
        without_brush: Editable,
        tell: Callable[..., None],
    ) -> None:
        """``editable`` opens a sample to be changed, ``without_brush`` also sees to it that no stroke is on it."""
        self._store = store
        self._held = held
        self._editing = editing
        self._reloading = reloading
        self._marks = marks
        self._editable = editable
        self._tell = tell
        self.bulks = Bulks(
            store,
            editing,
            recorder,
            held=held,
            editable=without_brush,
            history=lambda sample: self.history(held.opened(sample)),
            walked=self._walked,
            tell=tell,
        )

    def history(self, held: OpenSample) -> History:
        """The sample's history, over the mask in its files."""
        self._reloading.confirm(held)
        return self._editing.history(held)

    def timeline(self, sample: SampleId) -> Timeline:
        """The steps of a sample in one order. A mask shown from a cache stays, for such a sample was never edited."""
        held = self._held.opened(sample)
        return Timeline(sample, None if held.is_provisional else self.history(held), self._marks.log)

    def turn(self, sample: SampleId, direction: Direction) -> dict[SampleId, str]:
        """Take the newest step back, or do the next again; returns why samples of a bulk edit were left as they are."""
        step = self._next(sample, direction)
        if isinstance(step, Mark):
            self._turn_mark(step)
        if step is None or isinstance(step, Mark):
            return {}
        turned = list(self.bulks.turn(sample, direction, tell=False))
        self._tell(*(change for each in turned for change in each.changes))
        return {each.sample: each.left for each in turned if each.left is not None}

    def scope(self, sample: SampleId, direction: Direction) -> tuple[SampleId, ...]:
        """The samples that ``turn`` would change."""
        step = self._next(sample, direction)
        if isinstance(step, Mark):
            return tuple(marked for marked in step.line.samples if marked in self._store)
        return self.bulks.scope(sample, step, direction)

    def go_to(self, sample: SampleId, step: int) -> None:
        """The values are as they were right after the step; see ``Document.go_to``."""
        try:
            back, forth, marks = self.timeline(sample).way_to(step)
        except KeyError:
            raise InvalidEditError(f"sample {sample} has no such step any more; its files were changed since") from None
        if back or forth:
            self._tell(*self._walked(sample, back, forth))
        for mark in marks:
            self._turn_mark(mark)

    def go_to_edit(self, sample: SampleId, step: int | None) -> None:
        """The values are as they were right after the edit; see ``Document.go_to_edit``."""
        history = self.history(self._held.opened(sample))
        node = history.saved if step is None else history.root if step == 0 else history.nodes.get(step)
        if node is None:
            raise InvalidEditError(f"sample {sample} has no such step any more; its files were changed since")
        back, forth = history.way_to(node)
        if back or forth:
            self._tell(*self._walked(sample, back, forth))

    def restore(self, sample: SampleId, offers: Offers) -> None:
        """What an earlier session left unsaved is brought in; see ``Document.restore_edits``."""
        tree = offers.tree_of(sample)
        if tree is None:
            raise InvalidEditError(f"there are no unsaved edits of sample {sample} to restore")
        held = self._held.opened(sample)
        if held.is_unsaved():
            raise InvalidEditError(f"sample {sample} has newer edits; undo them, then restore")
        self._tell(*self._walked(sample, *offers.way_in(tree, self.history(held))))
        offers.accept(tree)

    def _next(self, sample: SampleId, direction: Direction) -> Node | Mark | None:
        timeline = self.timeline(sample)
        return timeline.newest() if direction == "undo" else timeline.next()

    def _turn_mark(self, mark: Mark) -> None:
        self._marks.undo(mark) if mark.undone is None else self._marks.redo(mark)

    def _walked(self, sample: SampleId, back: list[Node], forth: list[Node]) -> Iterable[Change]:
        held = self._held.opened(sample)
        for modality in {node.modality for node in (*back, *forth) if node.modality}:
            self._editable(sample, modality)
        self._editing.begin(sample)
        return self._editing.walk(held, back, forth)

"""One order for the steps of a sample: its own edits and the review marks it shares with others.

Undo takes the newest step that is done, redo the oldest that was taken back, whichever of the two kinds it is. What was
taken back can be done again until something new is done.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.document.history import History, Node, Step
from app.document.mark_log import Mark, MarkLog
from app.faces.sample import SampleId


@dataclass(frozen=True, slots=True)
class Timeline:
    """The steps of one sample now. ``history`` None: it was never edited."""

    sample: SampleId
    history: History | None
    marks: MarkLog

    def newest(self) -> Node | Mark | None:
        """What undo takes back."""
        marks = self.marks.of(self.sample)
        mark = marks[-1] if marks else None
        node = self.history.head if self.history is not None and self.history.head.parent is not None else None
        if mark is None or node is None:
            return mark or node
        return mark if mark.step > node.id else node

    def next(self) -> Node | Mark | None:
        """What redo does again."""
        newest, marks = self.newest(), self._undone_marks()
        node = self.history.head.branch if self.history is not None else None
        found = [step for step in (node, *marks) if step is not None and (newest is None or _id(step) > _id(newest))]
        return min(found, key=_id, default=None)

    def steps(self) -> tuple[Step, ...]:
        """What is done, oldest first, then what can be done again."""
        if self.history is not None and not self.marks.touches(self.sample):
            return self.history.steps()
        newest = self.newest()
        last = -1 if newest is None else _id(newest)
        own = () if self.history is None else self.history.steps()
        done = [step for step in own if step.is_done] + [_shown(mark) for mark in self.marks.of(self.sample)]
        ahead = [step for step in own if not step.is_done]
        if ahead and ahead[0].id < last:
            ahead = []
        ahead += [_shown(mark) for mark in self._undone_marks() if mark.step > last]
        done.sort(key=lambda step: step.id)
        ahead.sort(key=lambda step: step.id)
        return tuple(replace(step, is_current=step is done[-1], is_done=True) for step in done) + tuple(ahead)

    def way_to(self, step: int) -> tuple[list[Node], list[Node], list[Mark]]:
        """How to stand right after a step (0: before the first): what to take back, to do again, and marks to turn.

        Between the steps that ``steps`` tells the marks of this sample alone come along; marks on several samples stay,
        as do all on the way to another branch. Raises KeyError for a step that the sample does not have.
        """
        shown = self.steps()
        ids = [s.id for s in shown]
        history = self.history
        if step and step not in ids:
            if history is None:
                raise KeyError(step)
            return *history.way_to(history.nodes[step]), []
        wanted = ids.index(step) + 1 if step else 0
        done = sum(s.is_done for s in shown)
        crossed = ids[wanted:done][::-1] or ids[done:wanted]
        marks = [mark for s in crossed if (mark := self.marks.mark(s)) and len(mark.line.samples) == 1]
        if history is None:
            return [], [], marks
        own = [s for s in ids[:wanted] if s in history.nodes]
        return *history.way_to(history.nodes[own[-1]] if own else history.root), marks

    def _undone_marks(self) -> list[Mark]:
        last_edit = 0 if self.history is None else self.history.newest_id
        return [mark for mark in self.marks.undone(self.sample) if mark.undone and mark.undone[0] * 1e6 > last_edit]


def label_of(step: Node | Mark | None) -> str | None:
    """What the Undo menu reads."""
    return step.line.label if isinstance(step, Mark) else None if step is None else step.label


def _id(step: Node | Mark) -> int:
    return step.step if isinstance(step, Mark) else step.id


def _shown(mark: Mark) -> Step:
    return Step(mark.step, mark.line.label, mark.line.at, is_current=False, is_done=False)

"""What all actions of a review file come to: the marks of every sample, and which actions stand.

An action stands unless an action that stands undoes it. A sample's marks are its standing actions, applied in the
order of their times. That depends on the set of lines alone, not on their order in the file nor on who read them first,
so everybody who has the same lines sees the same marks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.document.history import new_id
from app.document.mark_lines import MarkLine, ReviewChange
from app.faces.review import Review
from app.faces.sample import SampleId

_NOTHING = Review()


@dataclass(slots=True, eq=False)
class Mark:
    """An action on samples. ``step`` is its place among the steps of this session, comparable with ``Node.id``.

    ``undone`` is the key of the action that undid it; None: it stands.
    """

    line: MarkLine
    step: int
    undone: tuple[float, str] | None = None


class MarkLog:
    """All actions known, in memory."""

    def __init__(self) -> None:
        self.lines: dict[str, MarkLine] = {}
        self.values: dict[SampleId, Review] = {}
        """Only samples with marks; also those that the dataset does not have."""
        self._marks: dict[str, Mark] = {}
        self._steps: dict[int, Mark] = {}
        self._undoers: dict[str, list[MarkLine]] = {}
        self._of_sample: dict[SampleId, list[Mark]] = {}
        self._latest: dict[SampleId, float] = {}

    def review(self, sample: SampleId) -> Review:
        """The marks of one sample."""
        return self.values.get(sample, _NOTHING)

    def mark(self, step: int) -> Mark | None:
        """The action that is this step."""
        return self._steps.get(step)

    def mark_of(self, line: MarkLine) -> Mark:
        """The action on samples that this line is."""
        return self._marks[line.id]

    def touches(self, sample: SampleId) -> bool:
        """Whether any action, standing or not, was on the sample."""
        return bool(self._of_sample.get(sample))

    def of(self, sample: SampleId) -> list[Mark]:
        """The standing actions on a sample, oldest first."""
        marks = [mark for mark in self._of_sample.get(sample, ()) if mark.undone is None]
        return sorted(marks, key=lambda mark: mark.step)

    def undone(self, sample: SampleId) -> list[Mark]:
        """The actions on a sample that can be done again, oldest first.

        Nothing was marked since they were undone, and they were the newest then: what was taken back from under later
        ones has no place in the order of steps.
        """
        found: list[Mark] = []
        marks = self._of_sample.get(sample, [])
        undone_later: tuple[float, str] | None = None
        for mark in sorted(marks, key=lambda mark: mark.step, reverse=True):
            if mark.undone is None:
                break
            last = next((other for other in reversed(marks) if other is not mark), None)
            was_newest = undone_later is None or undone_later < mark.undone
            if was_newest and (last is None or last.line.key < mark.undone):
                found.append(mark)
            undone_later = mark.undone if undone_later is None else max(undone_later, mark.undone)
        return found[::-1]

    def standing_undoers(self, mark: Mark) -> list[MarkLine]:
        """The actions that undo it now."""
        found: list[MarkLine] = []
        self._judge(mark, found)
        return found

    def latest(self, samples: Iterable[SampleId]) -> float:
        """The time of the newest action on any of the samples, in seconds; 0 without one."""
        return max((self._latest.get(sample, 0.0) for sample in samples), default=0.0)

    def take(self, lines: Iterable[MarkLine], at_least: int = 0) -> set[SampleId]:
        """The actions are known from now on; returns the samples whose actions changed. Known ones are no news.

        New actions are steps of now, or of their own time if that was before; ids above ``at_least``.
        """
        concerned: dict[str, Mark] = {}
        fresh: list[Mark] = []
        undoing: list[MarkLine] = []
        replacing: dict[str, MarkLine] = {}
        for line in lines:
            known = self.lines.get(line.id)
            if known is not None:
                # Two actions of one name are nobody's accident; all must choose the same one.
                known = replacing.get(line.id, known)
                if line != known and line.to_bytes() < known.to_bytes():
                    replacing[line.id] = line
                continue
            self.lines[line.id] = line
            if line.undoes is None:
                mark = self._marks[line.id] = concerned[line.id] = Mark(line, 0)
                fresh.append(mark)
            else:
                self._undoers.setdefault(line.undoes, []).append(line)
                undoing.append(line)
        if fresh:
            self._place(fresh, at_least)
        roots: dict[str, Mark | None] = {}
        for line in undoing:
            root = self._root(line, roots)
            if root is not None:
                concerned[root.line.id] = root
        for mark in concerned.values():
            if mark.line.id in self._undoers:
                newest = self._judge(mark, [])
                for sample in mark.line.samples:
                    self._latest[sample] = max(self._latest[sample], newest)
        touched = {sample for mark in concerned.values() for sample in mark.line.samples}
        for sample in touched:
            self._fold(sample)
        return touched | self._taken_anew(replacing) if replacing else touched

    def _taken_anew(self, replacing: dict[str, MarkLine]) -> set[SampleId]:
        before = set(self._of_sample)
        lines = self.lines | replacing
        self.__init__()  # type: ignore[misc]
        return before | self.take(lines.values())

    def _place(self, fresh: list[Mark], at_least: int) -> None:
        now = new_id(at_least)
        for mark in sorted(fresh, key=lambda mark: mark.line.key):
            step = min(round(mark.line.at * 1e6), now)
            mark.step = step = new_id() if step in self._steps else step
            self._steps[step] = mark
            at = mark.line.at
            for sample in mark.line.samples:
                marks = self._of_sample.setdefault(sample, [])
                marks.append(mark)
                if len(marks) > 1 and marks[-2].line.key > mark.line.key:
                    marks.sort(key=lambda mark: mark.line.key)
                self._latest[sample] = max(self._latest.get(sample, 0.0), at)

    def _root(self, line: MarkLine, known: dict[str, Mark | None]) -> Mark | None:
        """The action on samples that a chain of undoing ends at; None where it ends nowhere, or in itself.

        ``known`` keeps what was found on the way, for chains are as long as somebody wishes.
        """
        way = []
        while line.undoes is not None and line.id not in known:
            known[line.id] = None
            way.append(line.id)
            below = self.lines.get(line.undoes)
            if below is None:
                return None
            line = below
        root = known[line.id] if line.id in known else self._marks.get(line.id)
        known.update(dict.fromkeys(way, root))
        return root

    def _judge(self, mark: Mark, undoers: list[MarkLine]) -> float:
        """Set ``mark.undone``; ``undoers`` gets the actions that undo it and stand.

        Returns the time of the newest action in the whole quarrel.
        """
        order = list(self._undoers.get(mark.line.id, ()))
        for line in order:  # grows while it is walked: those that undo come after what they undo
            order.extend(self._undoers.get(line.id, ()))
        fallen: set[str] = set()
        for line in reversed(order):
            if line.id not in fallen and line.undoes is not None:
                fallen.add(line.undoes)
                if line.undoes == mark.line.id:
                    undoers.append(line)
        mark.undone = max((line.key for line in undoers), default=None)
        return max((line.at for line in order), default=0.0)

    def _fold(self, sample: SampleId) -> None:
        review = _NOTHING
        for change in self._standing_changes(sample):
            review = change.applied(review)
        if review.is_empty:
            self.values.pop(sample, None)
        else:
            self.values[sample] = review

    def _standing_changes(self, sample: SampleId) -> Iterator[ReviewChange]:
        for mark in self._of_sample[sample]:
            if mark.undone is None and mark.line.change is not None:
                yield mark.line.change

"""What was done, for those who show it: the other branches of a sample, the newest steps of all, what each changed.

Nothing here changes anything. What costs time may be asked from any thread: it reads the edit log, never a value.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from app.document.deltas import Delta
from app.document.history import Branch, History, Place, Step
from app.document.logged import LoggedStep
from app.document.recorder import Recorder
from app.document.timeline import Timeline
from app.faces.sample import SampleId


class Past:
    """One per document."""

    def __init__(
        self,
        recorder: Recorder,
        timeline: Callable[[SampleId], Timeline],
        held: Callable[[SampleId], History | None],
    ) -> None:
        """``timeline`` opens a sample, ``held`` is the history of one that is open, if it has one."""
        self._recorder = recorder
        self._timeline = timeline
        self._held = held

    def branches(self, sample: SampleId, steps: Iterable[Step] | None = None) -> tuple[Branch, ...]:
        """The steps that ``Document.history`` does not tell; ``Document.go_to`` brings each of them back."""
        timeline = self._timeline(sample)
        if timeline.history is None:
            return ()
        return timeline.history.branches({s.id for s in (timeline.steps() if steps is None else steps)})

    def place(self, sample: SampleId) -> Place:
        """Where the sample's history stands, its marks not counted."""
        history = self._timeline(sample).history
        return Place(0, 0, 0, 0, 0) if history is None else history.place

    def head(self, sample: SampleId) -> Step:
        """The step of the sample that its values stand at, of a history that has any."""
        history = self._timeline(sample).history
        assert history is not None
        return history.step(history.head)

    def delta_of(self, sample: SampleId, step: int) -> Callable[[], Delta]:
        """A question for any thread: what the step changed. It raises DamagedFileError or SaveError.

        The sample need not be open; the newest steps of one that is may not be in the log yet.
        """
        history = self._held(sample)
        node = None if history is None else history.nodes.get(step)
        if node is None:
            return partial(self._recorder.logged_delta, sample, step)
        return partial(self._recorder.delta, sample, node)

    def sharing(self, step: int) -> tuple[SampleId, ...]:
        """The samples of a bulk edit, as far as they are in the edit log."""
        none: list[tuple[SampleId, int, int]] = []
        return tuple(sample for sample, _, _ in self._recorder.read(lambda log: log.sharing(step), none))

    def newest(self, limit: int) -> tuple[LoggedStep, ...]:
        """The newest steps of all samples, as far as they are in the edit log, newest first. Any thread may ask."""
        none: tuple[LoggedStep, ...] = ()
        return self._recorder.read(lambda log: log.newest(limit, self._recorder.session), none)

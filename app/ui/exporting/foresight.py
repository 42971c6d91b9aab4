"""What an export would be, found out beside the window: what is left out, the first files, one mask, the size.

A question that is overtaken by the next one is dropped; one thread at a time looks at the disk.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.document.disk import free_bytes
from app.faces.errors import ExportError, FaceDataError
from app.faces.sample import SampleId
from app.formats.files import shown
from app.jobs import Progress
from app.ui.job import Job
from app.workbench.exporting import Estimate, ExportPlan, ExportRequest, check_target, estimated, plan_export
from app.workbench.exporting.interrupted import Interrupted, interrupted
from app.workbench.exporting.preview import Preview, preview


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """An export that might be asked for. ``has_target``: the folder was named; ``sample`` is the one to show."""

    request: ExportRequest
    has_target: bool
    sample: SampleId | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Foreseen:
    """The answer. ``problem`` says why it cannot be made, ``no_preview`` why there is only no preview.

    ``before`` is what an interrupted export has left; its ``is_same`` is None where that is only known at the end.
    """

    plan: ExportPlan | None
    problem: str = ""
    no_preview: str = ""
    preview: Preview | None = None
    before: Interrupted | None = None
    is_same: bool | None = False
    free: int | None = None


class Foresight(QObject):
    """Answers the latest question: ``foreseen`` at once, ``measured`` with the estimate after it."""

    foreseen = Signal(object)
    measured = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._next: Question | None = None
        self._job: Job | None = None
        self._then: Callable[[Any], None] = self._on_foreseen

    def ask(self, question: Question) -> None:
        """This is to be known now, and nothing else."""
        self._next = question
        if self._job is None:
            self._begin()
        else:
            self._job.cancel()

    def drop(self) -> None:
        """Nothing is to be known any more."""
        self._next = None
        if self._job is not None:
            self._job.cancel()

    def wait(self, timeout_s: float) -> None:
        """Give what was dropped the time to end."""
        if self._job is not None:
            self._job.wait(timeout_s)

    def _begin(self) -> None:
        question, self._next = self._next, None
        if question is not None:
            self._run(partial(foresee, question), self._on_foreseen)

    def _run(self, function: Callable[[Progress], object], then: Callable[[Any], None]) -> None:
        # Without a parent, and connected to methods: it goes, with the plan it holds, as soon as it has ended.
        job = Job(function)
        job.finished.connect(self._on_finished)
        job.failed.connect(self._on_failed)
        job.stopped.connect(self._on_stopped)
        self._job, self._then = job, then
        job.start()

    def _on_finished(self, result: object) -> None:
        self._end(result, is_wanted=True)

    def _on_failed(self, reason: str) -> None:
        self._end(Foreseen(None, reason), is_wanted=True)

    def _on_stopped(self) -> None:
        self._end(None, is_wanted=False)

    def _end(self, result: object, *, is_wanted: bool) -> None:
        job, self._job = self._job, None
        assert job is not None
        job.wait(1)  # it has told its end: its thread is gone in a moment
        if not is_wanted or self._next is not None or job.cancelled.is_set():
            self._begin()
        else:
            self._then(result)

    def _on_foreseen(self, answer: Foreseen) -> None:
        self.foreseen.emit(answer)
        plan = answer.plan
        if plan is not None and self._job is None and self._next is None:
            self._run(partial(_measured, plan), self._on_measured)

    def _on_measured(self, estimate: Estimate | Foreseen | None) -> None:
        self.measured.emit(estimate if isinstance(estimate, Estimate) else None)


def foresee(question: Question, progress: Progress) -> Foreseen:
    """In a thread: everything but the size."""
    request = question.request
    splits = request.splits
    is_exact = not (splits.mode == "new" and splits.duplicates)
    # Comparing all photos takes minutes; nobody sees in a preview which copies lie on which side.
    request = dataclasses.replace(request, splits=dataclasses.replace(splits, duplicates=False))
    try:
        plan = plan_export(request, progress)
    except FaceDataError as error:
        return Foreseen(None, str(error))
    problem, before, free = "", None, None
    if question.has_target:
        try:
            before = interrupted(plan)
            check_target(plan)
        except FaceDataError as error:
            problem = str(error).replace(" (--overwrite)", "")
        place = _place(request.target)
        free = _free(place)
        if not problem and not os.access(place, os.W_OK):
            problem = f"nothing can be written in {shown(place.name or str(place))}; choose another place"
    progress.report(0, 3)
    is_same = before is not None and before.is_same if is_exact else None
    try:
        seen = preview(plan, question.sample, progress)
    except ExportError as error:
        return Foreseen(None, str(error), before=before, is_same=is_same, free=free)
    except FaceDataError as error:
        return Foreseen(plan, problem, str(error), None, before, is_same, free)
    return Foreseen(plan, problem, "", seen, before, is_same, free)


def _measured(plan: ExportPlan, _progress: Progress) -> Estimate | None:
    try:
        return estimated(plan)
    except FaceDataError:
        return None


def _place(target: Path) -> Path:
    """The folder that is there already in which the target would be made."""
    place = Path(os.path.abspath(target))  # noqa: PTH100 - names are compared, links are not followed
    while not place.is_dir() and place != place.parent:
        place = place.parent
    return place


def _free(place: Path) -> int | None:
    try:
        return free_bytes(place)
    except OSError:
        return None

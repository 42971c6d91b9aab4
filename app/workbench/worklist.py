"""The samples of a pass, handed out in order, and handed out again in front when one of them changes meanwhile."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable, Mapping

from app.faces.sample import SampleId
from app.workbench.reading import Reading, Task

CHUNK = 8
"""Samples given to a reader at a time: about a tenth of a second's work, which is how long a pause takes."""


class Worklist:
    """Tasks to be done, safe from any thread."""

    def __init__(self, tasks: Iterable[Task]) -> None:
        self._lock = threading.Lock()
        self._waiting = deque(tasks)
        self._urgent: deque[Task] = deque()
        self._issue: dict[SampleId, int] = {}
        self.total = len(self._waiting)

    def again(self, samples: Iterable[SampleId], part: str) -> None:
        """These samples have changed: they come next, and what is being read of them now does not count."""
        with self._lock:
            for sample in samples:
                self._issue[sample] = self._issue.get(sample, 0) + 1
                self._urgent.append(Task(sample, part, issue=self._issue[sample]))
                self.total += 1

    def take(self) -> list[Task]:
        """The next tasks; none when all were handed out."""
        with self._lock:
            taken: list[Task] = []
            for queue in (self._urgent, self._waiting):
                while queue and len(taken) < CHUNK:
                    taken.append(queue.popleft())
            return taken

    def is_current(self, reading: Reading) -> bool:
        """Whether its sample has not been asked for again since."""
        with self._lock:
            return self._issue.get(reading.task.sample, 0) == reading.task.issue


def tasks_for(part: str, samples: Iterable[SampleId], known: Mapping[str, Mapping[SampleId, bytes]]) -> list[Task]:
    """A task for each sample with the stamps that are known: of ``contents``, ``mask``, ``thumbnail``, ``captions``."""
    contents, masks, thumbnails, captions = (
        known.get(name, {}) for name in ("contents", "mask", "thumbnail", "captions")
    )
    return [Task(s, part, contents.get(s), masks.get(s), thumbnails.get(s), captions.get(s)) for s in samples]

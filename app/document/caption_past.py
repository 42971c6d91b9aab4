"""What one caption said before: its line followed back through the steps of a sample's history.

Steps keep the whole file before and after, so a line is found again by what stands around it: it may have been moved,
or others come in before it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from app.document.deltas import CaptionsDelta, Delta
from app.document.history import Step
from app.faces.captions import Captions
from app.faces.sample import Modality


@dataclass(frozen=True, slots=True)
class PastLine:
    """The line said ``text`` until the step ``label`` was made, at ``time`` (seconds since 1970)."""

    text: str
    label: str
    time: float


def caption_past(line: int, steps: Iterable[Step], delta_of: Callable[[int], Callable[[], Delta]]) -> list[PastLine]:
    """What the line (from 0, as it stands now) said before, newest first; each text once.

    ``steps`` is the sample's history, oldest first; ``delta_of`` is ``Past.delta_of`` of the sample. Raises
    DamagedFileError or SaveError where the edit log cannot tell.
    """
    past: list[PastLine] = []
    seen: set[str] = set()
    at: int | None = line
    for step in reversed([step for step in steps if step.is_done and step.modality is Modality.CAPTIONS]):
        delta = delta_of(step.id)()
        if not isinstance(delta, CaptionsDelta) or delta.before is None or delta.after is None or at is None:
            break
        now = delta.after.texts[at]
        seen.add(now)
        at = line_before(delta.before, delta.after, at)
        if at is not None and (before := delta.before.texts[at]) not in seen:
            seen.add(before)
            past.append(PastLine(before, step.label, step.time))
    return past


def line_before(before: Captions, after: Captions, line: int) -> int | None:
    """Where line ``line`` of ``after`` stood in ``before``; None: it was not there."""
    old, new = [each.raw for each in before], [each.raw for each in after]
    same = 0
    while same < min(len(old), len(new)) and old[same] == new[same]:
        same += 1
    tail = 0
    while tail < min(len(old), len(new)) - same and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    if line < same:
        return line
    if line >= len(new) - tail:
        return line + len(old) - len(new)
    middle = old[same : len(old) - tail]
    if middle.count(new[line]) == 1:
        return same + middle.index(new[line])
    return line if len(old) == len(new) else None

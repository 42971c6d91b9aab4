"""What an export that was stopped has left beside its target, told before the next one begins."""

from __future__ import annotations

from dataclasses import dataclass

from app.workbench.exporting.journal import Journal
from app.workbench.exporting.plan import ExportPlan
from app.workbench.exporting.target import Target


@dataclass(frozen=True, slots=True)
class Interrupted:
    """An export to the same folder that was not finished. ``about``: ``24 samples as coco``; ``parts`` are written.

    ``is_same``: the plan at hand would go on with it.
    """

    about: str
    parts: int
    is_same: bool


def interrupted(plan: ExportPlan) -> Interrupted | None:
    """What there is to go on with. Raises ExportError where the target is no name for a folder."""
    journal = Journal(Target(plan.request.target).journal)
    if journal.header is None or not journal.entries:
        return None
    return Interrupted(journal.header.about, len(journal.entries), journal.header.fingerprint == plan.fingerprint())

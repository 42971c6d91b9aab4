"""What a check is: a name, what it needs, and a function from a case to findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from app.faces.finding import Finding
from app.faces.sample import Modality
from app.inspection.case import Case


@dataclass(frozen=True, slots=True)
class Check:
    """One kind of trouble that is looked for.

    ``name`` is stable and lower-case; reports, the search (``finding:NAME``) and dismissals go by it. ``summary`` is
    one sentence for people. What it ``uses`` is read too where a sample has it; what of that is ``for_remarks`` alone,
    only where somebody wants findings of the severity INFO. ``find`` is given cases that have all of ``needs``; it
    changes nothing, and large datasets are looked at by several processes.
    """

    name: str
    title: str
    summary: str
    needs: frozenset[Modality]
    find: Callable[[Case], Iterator[Finding]]
    uses: frozenset[Modality] = frozenset()
    for_remarks: frozenset[Modality] = frozenset()


def inspect(case: Case, checks: Iterable[Check]) -> tuple[Finding, ...]:
    """What the checks find in a sample, the surest first; checks whose modalities the sample lacks find nothing."""
    found = [finding for check in checks if check.needs <= case.modalities for finding in check.find(case)]
    return tuple(sorted(found, key=lambda finding: -finding.score))

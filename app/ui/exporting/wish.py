"""An export that was asked for: of which dataset, how, and what is done before and after it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.faces.sample import SampleId
from app.jobs import Progress

if TYPE_CHECKING:
    from app.document.document import Document
    from app.workbench.exporting import ExportReport, ExportRequest

Make = Callable[["ExportRequest", Progress, bool], "ExportReport"]


def make_export(request: ExportRequest, progress: Progress, resume: bool) -> ExportReport:
    """What runs in the thread."""
    from app.workbench.exporting import plan_export, run_export

    return run_export(plan_export(request, progress), progress, resume=resume)


@dataclass(frozen=True, slots=True, eq=False)
class Wish:
    """An export that was asked for. ``save_first``: edits of its samples go into the files before.

    ``made`` is called with the report at the end; without it a banner tells.
    """

    request: ExportRequest
    document: Document
    resume: bool = True
    save_first: bool = False
    make: Make = make_export
    made: Callable[[ExportReport], None] | None = None

    def samples(self) -> frozenset[SampleId] | None:
        """Those exported; None: all."""
        return None if self.request.ids is None else frozenset(self.request.ids)

    def unsaved(self) -> list[SampleId]:
        """Its samples with edits that the files do not have."""
        wanted = self.samples()
        return [sample for sample in self.document.unsaved() if wanted is None or sample in wanted]

    def waiting(self) -> int:
        """How many of its samples have unsaved edits, those of an earlier session included."""
        wanted = self.samples()
        found = {*self.unsaved(), *(kept.sample for kept in self.document.recovered())}
        return len(found if wanted is None else found & wanted)

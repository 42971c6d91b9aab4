"""A working copy: the whole dataset in the tree that holds every edit, for datasets that are read but not written."""

from __future__ import annotations

from pathlib import Path

from app.faces.store import SampleStore
from app.formats.exporting.native import MultiModalOptions
from app.jobs import Progress
from app.workbench.exporting.plan import ExportRequest, plan_export
from app.workbench.exporting.report import ExportReport
from app.workbench.exporting.running import run_export
from app.workbench.splitting import SplitOptions

FORMAT = "mm-celeba-hq"
"""Of the two trees that are edited in place the one with a place for everything, whatever the samples are called."""
_MASKS, _CAPTIONS = "CelebAMask-HQ-mask-anno", "text/celeba-caption"


def place_for_copy(folder: Path, name: str) -> Path:
    """A folder in ``folder`` that is not there yet, for the working copy of the dataset of that name."""
    wanted = folder / f"{name}-working-copy"
    number = 1
    while wanted.exists():
        number += 1
        wanted = folder / f"{name}-working-copy-{number}"
    return wanted


def working_copy(store: SampleStore, target: Path, notes: tuple[str, ...] = ()) -> ExportRequest:
    """The request for ``make_working_copy``. The folder must not be there."""
    return ExportRequest(
        store=store,
        format=FORMAT,
        target=target,
        options=MultiModalOptions(),
        splits=SplitOptions(mode="original"),
        notes=notes,
    )


def make_working_copy(request: ExportRequest, progress: Progress | None = None, *, resume: bool = True) -> ExportReport:
    """The copy is there, with empty folders where masks and captions can be made. Raises as ``run_export`` does."""
    report = run_export(plan_export(request, progress), progress, resume=resume)
    root = report.folder
    if not any((root / name).is_dir() for name in (_MASKS, "label")):
        (root / _MASKS).mkdir()
    (root / _CAPTIONS).mkdir(parents=True, exist_ok=True)
    return report

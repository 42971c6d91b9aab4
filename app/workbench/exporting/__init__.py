"""Exports: a selection of samples written in another layout, whole or not at all.

``plan_export`` says what would be written, ``estimated`` how much, ``run_export`` does it: parts in processes of their
own, into a hidden folder beside the target that is renamed when it is whole. A journal in it says which parts are
done, so that an export that was stopped goes on where it was.
"""

from app.workbench.exporting.estimate import Estimate, estimated
from app.workbench.exporting.plan import ExportPlan, ExportRequest, plan_export, unsaved_note
from app.workbench.exporting.report import ExportReport, LeftOutGroup
from app.workbench.exporting.running import check_target, run_export
from app.workbench.exporting.target import discard_partial, partial_folder

__all__ = [
    "Estimate",
    "ExportPlan",
    "ExportReport",
    "ExportRequest",
    "LeftOutGroup",
    "check_target",
    "discard_partial",
    "estimated",
    "partial_folder",
    "plan_export",
    "run_export",
    "unsaved_note",
]

"""``facewright attributes DATASET Smiling=yes …``: attributes of a selection."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import closing

from app.cli import selection
from app.cli.status import DONE, FINDINGS, WrongUsageError
from app.cli.terminal import Output, counted, plain, table
from app.faces.errors import InvalidEditError
from app.workbench.bulk import BulkReport
from app.workbench.open import open_document
from app.workbench.setting_attributes import AttributePlan, plan_attributes, set_attributes, wanted_attributes

KEYS = """

Values are yes, no and unknown; a table that holds 1 and -1 alone cannot hold unknown. One undo in the window takes all
of it back, as does facewright undo.

JSON: dry_run, changes[{sample, attributes{name: true/false/null}}], unchanged (samples), changed[], skipped[{sample,
why}]."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What ``attributes`` takes besides layout and selection."""
    parser.epilog = (parser.epilog or "") + KEYS
    parser.add_argument("set", metavar="NAME=VALUE", nargs="+", help="an attribute and what it is to be: Smiling=yes")
    parser.add_argument("--dry-run", action="store_true", help="change nothing; tell what would change")


def attributes(arguments: argparse.Namespace, output: Output) -> int:
    """Set them. Status 1 when a sample was left alone; each is named."""
    try:
        wanted = wanted_attributes(arguments.set)
    except InvalidEditError as error:
        raise WrongUsageError(str(error)) from None
    with closing(open_document(arguments.dataset, layout=arguments.layout, scheme=arguments.scheme)) as document:
        ids = selection.selected(arguments, document.store, output.progress("index"))
        plan = plan_attributes(document, wanted, ids=ids, progress=output.progress("compare"))
        report = BulkReport(skipped=dict(plan.skipped))
        if not arguments.dry_run:
            done = set_attributes(document, plan, progress=output.progress("set"))
            report = BulkReport(done.changed, done.unchanged, {**plan.skipped, **done.skipped})
    output.done()
    told = {
        "dry_run": arguments.dry_run,
        "changes": [{"sample": sample, "attributes": dict(values)} for sample, values in plan.changes.items()],
        "unchanged": len(plan.unchanged),
        "changed": report.changed,
        "skipped": [{"sample": sample, "why": why} for sample, why in report.skipped.items()],
    }
    output.answer(told, map(plain, _lines(plan, report, arguments.dry_run)))
    for sample, why in report.skipped.items():
        output.message(f"left alone: sample {sample}: {why}")
    return FINDINGS if report.skipped else DONE


def _lines(plan: AttributePlan, report: BulkReport, dry_run: bool) -> Iterator[str]:
    words = {True: "yes", False: "no", None: "unknown"}
    if dry_run:
        yield from table(
            (sample, ", ".join(f"{name}={words[value]}" for name, value in values))
            for sample, values in plan.changes.items()
        )
    count = len(plan.changes) if dry_run else len(report.changed)
    rest = f", {len(plan.unchanged):,} were so already" if plan.unchanged else ""
    yield f"attributes of {counted(count, 'sample')} {'would be set' if dry_run else 'set'}{rest}"

"""``facewright patch make`` and ``patch apply``: corrections alone, from one copy of a dataset to another."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from app.cli import selection
from app.cli.status import DONE, FINDINGS, USAGE
from app.cli.terminal import Output, counted, plain, table
from app.document.document import Document
from app.workbench.open import open_document
from app.workbench.patching import Keep, apply_patch, make_patch

KEYS = """

JSON of make: patch (null where nothing was written), samples[], masks, captions, attributes (samples with such
changes), sketches[] (samples with another sketch, which is not in the patch), bytes, unsaved (samples whose edits are
not in the files), skipped[{sample, why}].
JSON of apply: dry_run, applied[{sample, changes[]}], unchanged[], conflicts[{sample, what[]}], skipped[{sample, why}],
missing[] (samples that are not in the dataset)."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What ``patch`` takes besides layout and selection."""
    parser.epilog = (parser.epilog or "") + KEYS
    parser.add_argument("verb", metavar="make|apply", choices=("make", "apply"), help="make a patch, or apply one")
    parser.add_argument("dataset", metavar="DATASET", type=Path, help="a dataset's folder")
    parser.add_argument("patch", metavar="PATCH.zip", type=Path, help="the patch to write or to read")
    parser.add_argument("--overwrite", action="store_true", help="make: replace PATCH.zip where it is there already")
    parser.add_argument("--dry-run", action="store_true", help="apply: change nothing; tell what would be changed")
    version = parser.add_mutually_exclusive_group()
    version.add_argument(
        "--theirs", action="store_true", help="apply: where both changed the same, take the patch's version"
    )
    version.add_argument(
        "--mine", action="store_true", help="apply: where both changed the same, keep what is here and take the rest"
    )


def patch(arguments: argparse.Namespace, output: Output) -> int:
    """Make or apply. Status 1 when something was left out, left alone or needed a decision; each is named."""
    making = arguments.verb == "make"
    foreign = ("dry_run", "theirs", "mine") if making else ("overwrite",)
    given = [f"--{name.replace('_', '-')}" for name in foreign if getattr(arguments, name)]
    if given:
        output.message(f"facewright patch {arguments.verb} takes no {', '.join(given)}; see facewright patch --help")
        return USAGE
    with closing(open_document(arguments.dataset, layout=arguments.layout, scheme=arguments.scheme)) as document:
        return _make(document, arguments, output) if making else _apply(document, arguments, output)


def _make(document: Document, arguments: argparse.Namespace, output: Output) -> int:
    ids = selection.selected(arguments, document.store, output.progress("index"))
    progress = output.progress("compare")
    report = make_patch(document, arguments.patch, ids=ids, overwrite=arguments.overwrite, progress=progress)
    output.done()
    written = bool(report.samples)
    told = {
        "patch": str(report.path) if written else None,
        "samples": report.samples,
        "masks": report.masks,
        "captions": report.captions,
        "attributes": report.attributes,
        "sketches": report.sketches,
        "bytes": report.size,
        "unsaved": report.unsaved,
        "skipped": _pairs(report.skipped, "why"),
    }
    what = "but sketches " if report.sketches else ""
    lines = [f"nothing {what}was changed here by this program: no patch was written"]
    if written:
        parts = [counted(report.masks, "mask"), f"captions of {counted(report.captions, 'sample')}"]
        parts.append(f"attributes of {counted(report.attributes, 'sample')}")
        lines = [f"{report.path}: {counted(len(report.samples), 'sample')}, {report.size:,} bytes: {', '.join(parts)}"]
    output.answer(told, map(plain, lines))
    if report.unsaved:
        output.message(f"not in the patch: the unsaved edits of {counted(report.unsaved, 'sample')}")
    if report.sketches:
        count = counted(len(report.sketches), "sample")
        output.message(f"not in the patch: the sketches of {count}; facewright sketch draws them on the other copy")
    _tell("left out", report.skipped, output)
    is_whole = written and not (report.skipped or report.unsaved or report.sketches)
    return DONE if is_whole else FINDINGS


def _apply(document: Document, arguments: argparse.Namespace, output: Output) -> int:
    ids = selection.selected(arguments, document.store, output.progress("index"))
    keep = Keep.THEIRS if arguments.theirs else Keep.MINE if arguments.mine else None
    report = apply_patch(
        document,
        arguments.patch,
        ids=ids,
        keep=keep,
        dry_run=arguments.dry_run,
        progress=output.progress("apply"),
    )
    output.done()
    told = {
        "dry_run": report.dry_run,
        "applied": _pairs(report.applied, "changes"),
        "unchanged": report.unchanged,
        "conflicts": _pairs(report.conflicts, "what"),
        "skipped": _pairs(report.skipped, "why"),
        "missing": report.missing,
    }
    verb = "would be changed" if report.dry_run else "changed"
    lines = [f"{counted(len(report.applied), 'sample')} {verb}, {len(report.unchanged):,} had it all already"]
    lines += table((sample, "; ".join(changes)) for sample, changes in report.applied.items())
    output.answer(told, lines)
    decided = {Keep.THEIRS: "the patch's version taken", Keep.MINE: "yours kept"}
    for sample, what in report.conflicts.items():
        how = decided[keep] if keep else "left alone; say --theirs or --mine"
        output.message(f"conflict: sample {sample}: changed here too: {', '.join(what)}: {how}")
    _tell("left alone", report.skipped, output)
    if report.missing:
        output.message(f"not in this dataset: {', '.join(report.missing)}")
    return DONE if report.is_clean else FINDINGS


def _pairs(found: Mapping[Any, object], key: str) -> list[dict[str, object]]:
    return [{"sample": sample, key: value} for sample, value in found.items()]


def _tell(how: str, found: Mapping[Any, str], output: Output) -> None:
    for sample, why in found.items():
        output.message(f"{how}: sample {sample}: {why}")

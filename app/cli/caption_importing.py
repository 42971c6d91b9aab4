"""``facewright captions DATASET import FILE``: captions from a table, a JSON file or a folder of text files."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from app.cli import selection
from app.cli.numbers import count
from app.cli.status import DONE, FINDINGS, WrongUsageError
from app.cli.terminal import Output, counted, plain
from app.formats.caption_sources import CaptionSource, UnknownColumnError, read_caption_source
from app.workbench.bulk import BulkReport
from app.workbench.importing_captions import ImportPlan, Mode, carry_out_import, named, plan_import
from app.workbench.open import open_document

WHAT = "take captions from a CSV, JSONL, COCO or CelebA-Dialog file, or a folder of text files, by sample id"
EXAMPLE = "captions ~/CelebAMask-HQ import captions_hq.json --mode append --dry-run"
KEYS = """

FILE is a .csv or .tsv with a column for the sample and one or several for captions, a .jsonl of such rows, a .json of
COCO or of captions by photo (CelebA-Dialog), a .txt with lines of 17.jpg and a caption, or a folder of 17.txt. Names
are compared as ids: faces/00017.jpg is sample 17. One undo in the window takes all of it back, as does facewright undo.

JSON: dry_run, kind, samples[{sample, captions[]}] (what they will say), kept[], unchanged[], unmatched[] (in the file,
not in the dataset), absent (samples the file has nothing of), repeated[] (several entries, joined), duplicates{sample:
said twice, taken once}, too_many{sample: left out}, too_few[], problems[], changed[], skipped[{sample, why}]."""
_MOST_NAMED = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What ``import`` takes besides layout and selection."""
    parser.epilog = (parser.epilog or "") + KEYS
    parser.add_argument("file", metavar="FILE", type=Path, help="the file or folder with captions")
    parser.add_argument(
        "--mode",
        choices=[mode.value for mode in Mode],
        default=Mode.MISSING.value,
        help="missing: only samples without captions (default); append: behind what is there; replace: instead of it",
    )
    parser.add_argument("--most", metavar="N", type=count, default=10, help="take no more captions of a sample (10)")
    parser.add_argument("--id-column", metavar="NAME", help="the column or field that names the sample")
    parser.add_argument("--caption-column", metavar="NAME", help="the column or field of the caption")
    parser.add_argument("--dry-run", action="store_true", help="change nothing; print what the samples would say")


def run(arguments: argparse.Namespace, output: Output) -> int:
    """Import. Status 1 when something of the file was not used, or not as it stands; each is named."""
    file: Path = arguments.file
    try:
        source = read_caption_source(file, id_column=arguments.id_column, caption_column=arguments.caption_column)
    except UnknownColumnError as error:
        raise WrongUsageError(f"{error} ({'--caption-column' if error.of_captions else '--id-column'} NAME)") from None
    with closing(open_document(arguments.dataset, layout=arguments.layout, scheme=arguments.scheme)) as document:
        ids = selection.selected(arguments, document.store, output.progress("index"))
        plan = plan_import(
            document,
            source,
            named(file),
            ids=ids,
            mode=Mode(arguments.mode),
            most=arguments.most,
            progress=output.progress("match"),
        )
        report = BulkReport(skipped=dict(plan.skipped))
        if not arguments.dry_run:
            done = carry_out_import(document, plan, progress=output.progress("import"))
            report = BulkReport(done.changed, done.unchanged, {**plan.skipped, **done.skipped})
    output.done()
    output.answer(
        _document(source, plan, report, arguments.dry_run), map(plain, _lines(plan, report, arguments.dry_run))
    )
    for text in _remarks(plan):
        output.message(text)
    for sample, why in report.skipped.items():
        output.message(f"left alone: sample {sample}: {why}")
    return DONE if plan.is_clean and not report.skipped else FINDINGS


def _document(source: CaptionSource, plan: ImportPlan, report: BulkReport, dry_run: bool) -> dict[str, object]:
    return {
        "dry_run": dry_run,
        "kind": source.kind,
        "samples": [{"sample": sample, "captions": list(said.texts)} for sample, said in plan.captions.items()],
        "kept": plan.kept,
        "unchanged": plan.unchanged,
        "unmatched": plan.unmatched,
        "absent": len(plan.absent),
        "repeated": plan.repeated,
        "duplicates": plan.duplicates,
        "too_many": plan.too_many,
        "too_few": plan.too_few,
        "problems": plan.problems,
        "changed": report.changed,
        "skipped": [{"sample": sample, "why": why} for sample, why in report.skipped.items()],
    }


def _lines(plan: ImportPlan, report: BulkReport, dry_run: bool) -> Iterator[str]:
    if dry_run:
        for sample, captions in plan.captions.items():
            yield f"sample {sample}"
            yield from (f"  {number:>2} {text}" for number, text in enumerate(captions.texts, 1))
    count = len(plan.captions) if dry_run else len(report.changed)
    kept = f", {counted(len(plan.kept), 'sample')} kept their own" if plan.kept else ""
    yield f"captions of {counted(count, 'sample')} {'would be ' if dry_run else ''}imported{kept}"


def _remarks(plan: ImportPlan) -> Iterator[str]:
    for what, found in (
        ("in the file and not in the dataset", plan.unmatched),
        ("with several entries, which were joined", plan.repeated),
        ("with captions said twice, taken once", plan.duplicates),
        ("with more captions than are taken", plan.too_many),
        ("with fewer than ten captions", plan.too_few),
    ):
        if found:
            names = ", ".join(list(found)[:_MOST_NAMED]) + (", …" if len(found) > _MOST_NAMED else "")
            yield f"{counted(len(found), 'sample')} {what}: {names}"
    yield from (f"passed over: {problem}" for problem in plan.problems[:_MOST_NAMED])
    if len(plan.problems) > _MOST_NAMED:
        yield f"passed over: {len(plan.problems) - _MOST_NAMED:,} entries more; --json lists them all"

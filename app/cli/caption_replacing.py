"""``facewright captions DATASET replace``: find and replace, with the list of what would change."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import closing

from app.cli import selection
from app.cli.status import DONE, FINDINGS, WrongUsageError
from app.cli.terminal import Output, counted, plain
from app.faces.errors import InvalidEditError
from app.generation.rewording import How, Replacement
from app.workbench.bulk import BulkReport
from app.workbench.open import open_document
from app.workbench.replacing import ReplacePreview, preview_replacement, replace_lines

WHAT = "find and replace in captions: characters, whole words, patterns, or a person with all that agrees"
EXAMPLE = "captions ~/CelebAMask-HQ replace --find he --by she --how grammar --query '-attr:Male' --dry-run"
KEYS = """

--how grammar finds whole words in any case, keeps capitals, puts a or an before what changed, and takes pronouns,
nouns and verbs along where one person becomes another: he → she, women → men, she → they. A pattern may use \\1 in
--by. One undo in the window takes all of it back, as does facewright undo.

JSON: dry_run, looked_at (samples with captions), lines[{sample, number, before, after, trouble}] (trouble: what to
know before, or null), changed[] (samples; none in a dry run), skipped[{sample, why}]."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What ``replace`` takes besides layout and selection."""
    parser.epilog = (parser.epilog or "") + KEYS
    parser.add_argument("--find", metavar="TEXT", required=True, help="what to look for")
    parser.add_argument("--by", metavar="TEXT", required=True, help="what to say instead; '' removes it")
    parser.add_argument(
        "--how",
        choices=[how.value for how in How],
        default=How.WORD.value,
        help="plain characters, whole words (default), a regular expression (pattern), or words and what agrees",
    )
    parser.add_argument("--ignore-case", action="store_true", help="capitals and small letters are the same")
    parser.add_argument("--dry-run", action="store_true", help="change nothing; print every line that would change")


def run(arguments: argparse.Namespace, output: Output) -> int:
    """Replace. Status 1 when a sample with such captions was left alone; each is named."""
    try:
        replacement = Replacement(arguments.find, arguments.by, How(arguments.how), not arguments.ignore_case)
    except InvalidEditError as error:
        raise WrongUsageError(str(error)) from None
    with closing(open_document(arguments.dataset, layout=arguments.layout, scheme=arguments.scheme)) as document:
        ids = selection.selected(arguments, document.store, output.progress("index"))
        preview = preview_replacement(document, replacement, ids=ids, progress=output.progress("look"))
        report = BulkReport(skipped=dict(preview.skipped))
        if not arguments.dry_run:
            progress = output.progress("replace")
            done = replace_lines(document, preview.lines, replacement.label, progress=progress)
            report = BulkReport(done.changed, done.unchanged, {**preview.skipped, **done.skipped})
    output.done()
    output.answer(_document(preview, report, arguments.dry_run), map(plain, _lines(preview, report, arguments.dry_run)))
    for sample, why in report.skipped.items():
        output.message(f"left alone: sample {sample}: {why}")
    return FINDINGS if report.skipped else DONE


def _document(preview: ReplacePreview, report: BulkReport, dry_run: bool) -> dict[str, object]:
    return {
        "dry_run": dry_run,
        "looked_at": preview.looked_at,
        "lines": [
            {
                "sample": line.sample,
                "number": line.index + 1,
                "before": line.before,
                "after": line.after,
                "trouble": line.trouble,
            }
            for line in preview.lines
        ],
        "changed": report.changed,
        "skipped": [{"sample": sample, "why": why} for sample, why in report.skipped.items()],
    }


def _lines(preview: ReplacePreview, report: BulkReport, dry_run: bool) -> Iterator[str]:
    if dry_run:
        last = None
        for line in preview.lines:
            if line.sample != last:
                yield f"sample {line.sample}"
                last = line.sample
            yield f"- {line.index + 1:>2} {line.before}"
            yield f"+ {line.index + 1:>2} {line.after}"
            if line.trouble:
                yield f"!    {line.trouble}"
    samples = preview.samples if dry_run else report.changed
    count = len(preview.lines) if dry_run else _count(preview, report)
    verb = "would be changed" if dry_run else "changed"
    yield f"{counted(count, 'caption')} of {counted(len(samples), 'sample')} {verb}"


def _count(preview: ReplacePreview, report: BulkReport) -> int:
    changed = set(report.changed)
    return sum(line.sample in changed for line in preview.lines)

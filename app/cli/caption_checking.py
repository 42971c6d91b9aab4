"""``facewright captions DATASET check``: what is wrong with captions, alone and against attributes and masks."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from contextlib import closing

from app.cli import selection
from app.cli.status import DONE, FINDINGS
from app.cli.terminal import Output, counted, plain
from app.faces.finding import Finding, Severity
from app.faces.sample import Modality
from app.inspection.check import Check
from app.inspection.checks import BUILT_IN
from app.workbench.checking import CheckReport, check_samples
from app.workbench.open import open_document

WHAT = "say what is wrong with captions, alone, among themselves and against attributes and masks"
EXAMPLE = "captions ~/CelebAMask-HQ check --masks --ids 17,21-25"
_OF_CAPTIONS = {check.name: check for check in BUILT_IN if Modality.CAPTIONS in check.needs}
KEYS = f"""

Checks: {", ".join(_OF_CAPTIONS)}. Those against masks are made with --masks or when they are named.

JSON: findings[{{sample, check, severity, score, message, evidence{{}}, region[x,y,w,h]|null, suggestion|null, key}}]
(the surest first; key stays the same for the same finding), looked_at (samples), skipped[{{sample, why}}]."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What ``check`` takes besides layout and selection."""
    parser.epilog = (parser.epilog or "") + KEYS
    parser.add_argument("--checks", metavar="A,B", type=_checks, help="only these checks")
    parser.add_argument("--masks", action="store_true", help="also hold captions against masks, which takes longer")
    parser.add_argument(
        "--severity",
        choices=[severity.value for severity in Severity],
        default=Severity.WARNING.value,
        help="leave out what is less severe (warning)",
    )


def run(arguments: argparse.Namespace, output: Output) -> int:
    """Look. Status 1 when something was found, or a sample could not be read."""
    checks = arguments.checks or [
        check for check in _OF_CAPTIONS.values() if arguments.masks or Modality.MASK not in check.needs
    ]
    with closing(open_document(arguments.dataset, layout=arguments.layout, scheme=arguments.scheme)) as document:
        ids = selection.selected(arguments, document.store, output.progress("index"))
        at_least = Severity(arguments.severity)
        report = check_samples(document, checks, ids=ids, at_least=at_least, progress=output.progress("check"))
    output.done()
    output.answer(_document(report), map(plain, _lines(report)))
    for sample, why in report.skipped.items():
        output.message(f"not looked at: sample {sample}: {why}")
    return FINDINGS if report.findings or report.skipped else DONE


def _checks(text: str) -> list[Check]:
    unknown = [name for name in text.split(",") if name not in _OF_CAPTIONS]
    if unknown:
        raise argparse.ArgumentTypeError(f"no check {unknown[0]!r}; there are {', '.join(_OF_CAPTIONS)}")
    return [_OF_CAPTIONS[name] for name in text.split(",")]


def _document(report: CheckReport) -> dict[str, object]:
    return {
        "findings": [_finding(finding) for finding in report.findings],
        "looked_at": report.looked_at,
        "skipped": [{"sample": sample, "why": why} for sample, why in report.skipped.items()],
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "sample": finding.sample,
        "check": finding.check,
        "severity": finding.severity.value,
        "score": round(finding.score, 3),
        "message": finding.message,
        "evidence": dict(finding.evidence),
        "region": finding.region,
        "suggestion": finding.suggestion,
        "key": finding.key,
    }


def _lines(report: CheckReport) -> Iterator[str]:
    for finding in report.findings:
        yield f"{finding.sample}: {finding.severity.value}: {finding.message} ({finding.check})"
    counts = Counter(finding.check for finding in report.findings)
    told = ", ".join(f"{count:,} {name}" for name, count in counts.most_common())
    yield f"{counted(len(report.findings), 'finding')} in {counted(report.looked_at, 'sample')}{told and ': '}{told}"

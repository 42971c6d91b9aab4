"""``facewright check``: what is wrong with samples, their modalities held against each other.

``facewright checks`` lists what is looked for; ``facewright captions DATASET check`` is the same for captions.
"""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing

from app.cli import selection
from app.cli.check_report import WRITERS, as_json, report_path, require_place, summary, write_report
from app.cli.status import DONE, FINDINGS
from app.cli.terminal import Output, plain, table
from app.faces.finding import Severity
from app.faces.sample import Modality
from app.generation.grammar import Grammar
from app.generation.own_grammar import reader_of
from app.inspection.check import Check
from app.inspection.registry import all_checks
from app.workbench.checking import CheckReport, check_samples
from app.workbench.open import open_document

KEYS = """

{}

JSON: findings[{{sample, check, severity, score, message, evidence{{}}, region[x,y,w,h]|null, suggestion|null, key}}]
(the surest first; key stays the same for the same finding), looked_at (samples), skipped[{{sample, why}}],
failed[{{check, why}}] (checks that raised an error, as those of other packages may), dismissed (how many findings
somebody let stand in the window; they are listed, with "dismissed": true, only with --all)."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What ``check`` takes besides layout and selection."""
    add_choice(parser, {check.name: check for check in all_checks()})


def add_choice(parser: argparse.ArgumentParser, checks: Mapping[str, Check]) -> None:
    """Which of the checks, and how bad a finding must be."""

    def chosen(text: str) -> list[Check]:
        unknown = [name for name in text.split(",") if name not in checks]
        if unknown:
            raise argparse.ArgumentTypeError(f"no check {unknown[0]!r}; there are {', '.join(checks)}")
        return [checks[name] for name in dict.fromkeys(text.split(","))]

    parser.epilog = (parser.epilog or "") + KEYS.format(textwrap.fill(f"Checks: {', '.join(checks)}.", 118))
    parser.add_argument("--checks", metavar="A,B", type=chosen, help="only these checks (see: facewright checks)")
    parser.add_argument(
        "--severity",
        choices=[severity.value for severity in Severity],
        default=Severity.WARNING.value,
        help="leave out what is less severe (warning)",
    )
    parser.add_argument("--all", action="store_true", help="also list what was dismissed in the window")
    parser.add_argument(
        "--output",
        metavar=f"FILE{'|'.join(WRITERS)}",
        type=report_path,
        help="write a page, a table or the JSON document instead of a list; a file that is there is replaced",
    )


def check(arguments: argparse.Namespace, output: Output) -> int:
    """Look with all checks, or those that were named."""
    return look(arguments, output, arguments.checks or all_checks())


def look(arguments: argparse.Namespace, output: Output, checks: Sequence[Check], grammar: Grammar | None = None) -> int:
    """Look; ``grammar`` is what the captions were written with, None: a shipped one.

    Status 1 when something was found, a sample could not be read or a check failed; each is named.
    """
    with closing(open_document(arguments.dataset, layout=arguments.layout, scheme=arguments.scheme)) as document:
        ids = selection.selected(arguments, document.store, output.progress("index"))
        at_least = Severity(arguments.severity)
        if arguments.output is not None:
            require_place(arguments.output)
        report = check_samples(
            document,
            checks,
            ids=ids,
            at_least=at_least,
            with_dismissed=arguments.all,
            reader=reader_of(grammar) if grammar is not None else None,
            reuse=True,
            progress=output.progress("check"),
        )
    output.done()
    if arguments.output is not None:
        write_report(arguments.output, report, checks, arguments.dataset)
        output.answer(as_json(report), (plain(summary(report)), f"{plain(str(arguments.output))}: written"))
    else:
        output.answer(as_json(report), map(plain, _lines(report)))
    for sample, why in report.skipped.items():
        output.message(f"not looked at: sample {sample}: {why}")
    for name, why in report.failed.items():
        output.message(f"check {name}: {why}")
    return FINDINGS if report.findings or report.skipped or report.failed else DONE


def checks(_arguments: argparse.Namespace, output: Output) -> int:
    """What is looked for, one line each."""
    known = all_checks()
    document = [
        {
            "name": one.name,
            "title": one.title,
            "summary": one.summary,
            "needs": _names(one.needs),
            "uses": _names(one.uses),
        }
        for one in known
    ]
    output.answer(document, table(((one.name, one.summary) for one in known), indent=0))
    return DONE


def _names(modalities: frozenset[Modality]) -> list[str]:
    return [modality.value for modality in Modality if modality in modalities]


def _lines(report: CheckReport) -> Iterator[str]:
    for finding in report.findings:
        dismissed = ", dismissed" if finding.key in report.dismissed else ""
        yield f"{finding.sample}: {finding.severity.value}: {finding.message} ({finding.check}{dismissed})"
    yield summary(report)

"""What checks found, as a file: a page for people, a table for spreadsheets, or the document of ``--json``."""

from __future__ import annotations

import csv
import errno
import html
import io
import json
import os
import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from app.cli.terminal import counted, plain
from app.faces.finding import Finding, Severity
from app.inspection.check import Check
from app.workbench.checking import CheckReport

_COLUMNS = (
    *("sample", "check", "severity", "score", "message", "suggestion", "region", "evidence", "key", "dismissed"),
)
_STYLE = """
:root { color-scheme: light dark; font: 15px/1.45 system-ui, sans-serif }
body { margin: 2rem auto; max-width: 78rem; padding: 0 1rem }
table { border-collapse: collapse; width: 100%; margin: 0 0 2rem }
th, td { text-align: start; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid #8886 }
th { position: sticky; top: 0; background: Canvas }
td.number { text-align: end; font-variant-numeric: tabular-nums }
td.sample { white-space: nowrap; font-weight: 600 }
.error { color: light-dark(#a4000f, #ff8b8b) }
.warning { color: light-dark(#7a4d00, #ffc166) }
.dismissed { opacity: .6 }
small { opacity: .75 }
"""


def report_path(text: str) -> Path:
    """An argument's value: a file that such a report can be written as. Raises ArgumentTypeError."""
    import argparse

    path = Path(text)
    if path.suffix.lower() not in WRITERS:
        raise argparse.ArgumentTypeError(f"{text!r} is no {', '.join(WRITERS)}")
    return path


def require_place(path: Path) -> None:
    """Before there is anything to write: raises OSError where it could not be."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not path.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
    if not os.access(path.parent, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))


def write_report(path: Path, report: CheckReport, checks: Sequence[Check], dataset: Path) -> None:
    """``path`` is the whole report, or what it was before. Its suffix decides how it is told. Raises OSError."""
    told = WRITERS[path.suffix.lower()](report, checks, dataset.resolve().name)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with draft.open("x", encoding="utf-8", errors="backslashreplace", newline="") as stream:
            stream.write(told)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from None
    finally:
        with suppress(OSError):
            draft.unlink()


def as_json(report: CheckReport) -> dict[str, object]:
    """The document that ``--json`` prints."""
    return {
        "findings": [_finding(finding, is_dismissed=finding.key in report.dismissed) for finding in report.findings],
        "looked_at": report.looked_at,
        "skipped": [{"sample": sample, "why": why} for sample, why in report.skipped.items()],
        "failed": [{"check": name, "why": why} for name, why in report.failed.items()],
        "dismissed": len(report.dismissed),
    }


def _finding(finding: Finding, *, is_dismissed: bool) -> dict[str, object]:
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
        "dismissed": is_dismissed,
    }


def summary(report: CheckReport) -> str:
    """``3 findings in 1 sample: 2 caption-clashes, 1 caption-residue``."""
    counts = Counter(finding.check for finding in report.findings)
    told = ", ".join(f"{count:,} {name}" for name, count in counts.most_common())
    hidden = len(report.dismissed - {finding.key for finding in report.findings})
    rest = f"; {hidden:,} dismissed before, listed with --all" if hidden else ""
    found, samples = counted(len(report.findings), "finding"), counted(report.looked_at, "sample")
    return f"{found} in {samples}{told and ': '}{told}{rest}"


def _as_json_text(report: CheckReport, _checks: Sequence[Check], _name: str) -> str:
    return json.dumps(as_json(report), indent=2) + "\n"


def _as_csv(report: CheckReport, _checks: Sequence[Check], _name: str) -> str:
    """A line for every finding; evidence is JSON, a region ``x,y,w,h``."""
    stream = io.StringIO()
    table = csv.writer(stream, lineterminator="\n")
    table.writerow(_COLUMNS)
    for finding in report.findings:
        told = _finding(finding, is_dismissed=finding.key in report.dismissed)
        told["region"] = ",".join(map(str, finding.region)) if finding.region is not None else ""
        told["evidence"] = json.dumps(told["evidence"], ensure_ascii=False)
        table.writerow(["" if told[column] is None else told[column] for column in _COLUMNS])
    return stream.getvalue()


def _as_html(report: CheckReport, checks: Sequence[Check], name: str) -> str:
    """One page that loads nothing and runs nothing; what comes from files is text in it."""
    title = f"Checks of {_text(name)}"
    parts = [
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        '<meta name="viewport" content="width=device-width">',
        f"<title>{title}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>",
        f"<p>{_text(summary(report))}.</p>",
        *_table(
            "By check", ("check", "errors", "warnings", "remarks", "what is looked for"), _count_rows(report, checks)
        ),
        *_table("Findings", ("sample", "how bad", "check", "what", "score"), _finding_rows(report)),
        *_table("Not looked at", ("sample", "why"), (_row(_cell(s), _cell(why)) for s, why in report.skipped.items())),
        *_table("Checks that failed", ("check", "why"), (_row(_cell(c), _cell(w)) for c, w in report.failed.items())),
        "</body>\n</html>\n",
    ]
    return "\n".join(parts)


def _count_rows(report: CheckReport, checks: Sequence[Check]) -> Iterator[str]:
    counts = Counter((finding.check, finding.severity) for finding in report.findings)
    for check in checks:
        figures = (_cell(f"{counts[check.name, severity]:,}", "number") for severity in Severity)
        yield _row(_cell(check.name), *figures, _cell(check.summary))


def _finding_rows(report: CheckReport) -> Iterator[str]:
    for finding in report.findings:
        suggestion = f"<br><small>{_text(finding.suggestion)}</small>" if finding.suggestion else ""
        is_dismissed = finding.key in report.dismissed
        yield _row(
            _cell(finding.sample, "sample"),
            _cell(finding.severity.value + (", dismissed" if is_dismissed else ""), finding.severity.value),
            _cell(finding.check),
            f"<td>{_text(finding.message)}{suggestion}</td>",
            _cell(f"{finding.score:.2f}", "number"),
            kind=' class="dismissed"' if is_dismissed else "",
        )


def _table(title: str, heads: Sequence[str], rows: Iterator[str]) -> Iterator[str]:
    """Nothing at all where there are no rows."""
    listed = list(rows)
    if listed:
        yield f"<h2>{title}</h2>\n<table>\n<thead><tr>{''.join(f'<th>{head}</th>' for head in heads)}</tr></thead>"
        yield "<tbody>"
        yield from listed
        yield "</tbody>\n</table>"


def _row(*cells: str, kind: str = "") -> str:
    return f"<tr{kind}>{''.join(cells)}</tr>"


def _cell(text: str, kind: str = "") -> str:
    return f'<td class="{kind}">{_text(text)}</td>' if kind else f"<td>{_text(text)}</td>"


def _text(text: str) -> str:
    return html.escape(plain(text))


WRITERS: dict[str, Callable[[CheckReport, Sequence[Check], str], str]] = {
    ".html": _as_html,
    ".csv": _as_csv,
    ".json": _as_json_text,
}
"""Suffix → how a report is told."""

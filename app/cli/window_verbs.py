"""The parts of the window's commands that speak to a terminal; the window's room does the rest."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.cli.status import DONE
from app.cli.terminal import Output, plain, table


@dataclass(frozen=True, slots=True)
class KeyRow:
    """One action as ``facewright keys`` tells it."""

    id: str
    text: str
    menu: str
    keys: tuple[str, ...]


def tell_keys(arguments: argparse.Namespace, rows: Sequence[KeyRow]) -> int:
    """Print the action table."""
    document = [{"id": row.id, "text": row.text, "menu": row.menu, "keys": list(row.keys)} for row in rows]
    lines = table(((row.id, " or ".join(row.keys), row.text, row.menu) for row in rows), indent=0)
    _output(arguments).answer(document, lines)
    return DONE


def make_demo(arguments: argparse.Namespace) -> Path:
    """The demo dataset's folder, made with a progress bar if it was not there."""
    from app import paths
    from app.workbench import demo

    output = _output(arguments)
    began = time.monotonic()
    folder: Path = (arguments.folder or paths.data_folder() / "demo").resolve()
    report = demo.make_demo(folder, progress=output.progress("draw the demo dataset"))
    output.done()
    what = "made" if report.made else "found"
    output.message(f"{what} the demo dataset, {report.samples} samples: {folder} ({time.monotonic() - began:.1f} s)")
    return folder


def teller(arguments: argparse.Namespace) -> Callable[[str], None]:
    """What a running job calls with each step it has done."""
    return _output(arguments).message


def tell_tour(arguments: argparse.Namespace, *, sample: str, changed: Sequence[str], before: Path, after: Path) -> int:
    """Print where the pictures of the offscreen tour are."""
    document = {"sample": sample, "changed": list(changed), "before": str(before), "after": str(after)}
    _output(arguments).answer(document, [f"before  {plain(str(before))}", f"after   {plain(str(after))}"])
    return DONE


def _output(arguments: argparse.Namespace) -> Output:
    return Output(as_json=arguments.json, quiet=arguments.quiet)

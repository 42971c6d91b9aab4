"""``facewright info --complete``: the counts beside those of the released set, in words."""

from __future__ import annotations

import argparse

from app.cli.terminal import Output, counted, plain, table
from app.faces.store import SampleStore
from app.workbench.completeness import Completeness, compared, lines_of
from app.workbench.describe import DatasetDescription

_MOST_NAMES = 5


def compare(
    store: SampleStore, described: DatasetDescription, arguments: argparse.Namespace, output: Output
) -> Completeness:
    """The comparison, with a bar for each of its long steps."""
    found = compared(store, described, both_ends=arguments.check_files, progress=output.progress)
    output.done()
    return found


def lines(found: Completeness) -> list[str]:
    """The whole table, then each piece of advice once, then what is wrong with files."""
    told = [
        f"compared with the released {found.reference}",
        *table([("", "here", "released"), *lines_of(found.counts)]),
    ]
    told += [f"  {note}" for note in found.notes]
    by_advice: dict[str, list[str]] = {}
    for count in found.counts:
        if count.differs and count.advice:
            by_advice.setdefault(count.advice, []).append(count.what)
    if by_advice:
        told.append("what to do")
    for advice, what in by_advice.items():
        rest = f" and {len(what) - _MOST_NAMES} more" if len(what) > _MOST_NAMES else ""
        told.append(f"  {', '.join(what[:_MOST_NAMES])}{rest}: {plain(advice)}")
    told.append(f"files ({found.checked}): " + ("nothing wrong" if not found.troubles else ""))
    for trouble in found.troubles:
        told.append(f"  {counted(trouble.count, 'file')}: {trouble.what}")
        told += [f"    {plain(example)}" for example in trouble.examples]
    return told

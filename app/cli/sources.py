"""``facewright sources``: where the datasets are kept."""

from __future__ import annotations

import argparse

from app.cli.status import DONE
from app.cli.terminal import Output, table
from app.workbench.sources import Source, facts_of, source, sources


def show_sources(arguments: argparse.Namespace, output: Output) -> int:
    """All places in short, or one with its terms and citation."""
    if arguments.name is not None:
        one = source(arguments.name)
        output.answer(one.as_json(), lines_of(one))
        return DONE
    lines = table([(each.name, each.title, each.size) for each in sources()], indent=0)
    lines.append("facewright sources NAME tells what a place holds and lacks, its page, its terms and what to cite")
    output.answer([each.as_json() for each in sources()], lines)
    return DONE


def lines_of(each: Source) -> list[str]:
    """Everything about one place."""
    lines = [each.title, *table(facts_of(each))]
    return [*lines, "terms", *(f"  {line}" for line in each.terms.splitlines()), "cite", *each.citation.splitlines()]

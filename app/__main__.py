"""The console script: window verbs go to ``ui``, everything else to ``cli``; each is imported only when it is meant.

``facewright info`` never loads Qt, and ``facewright open`` has its first paint before numpy is loaded.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from app import cli


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; its exit status."""
    return cli.run_guarded(_run, sys.argv[1:] if argv is None else argv)


def _run(arguments: argparse.Namespace) -> int:
    match arguments.command:
        case "open":
            from app.ui.app import run

            return run(arguments.dataset, arguments.sample)
        case "demo" if not arguments.offscreen:
            from app.ui.app import run_demo

            return run_demo(arguments.folder)
        case "keys":
            from app.ui.actions import TABLE

            rows = [{"id": row.id, "text": row.text, "menu": row.menu, "keys": list(row.keys)} for row in TABLE]
            return cli.tell_keys(arguments, rows)
        case _:
            return cli.run(arguments)


if __name__ == "__main__":
    sys.exit(main())

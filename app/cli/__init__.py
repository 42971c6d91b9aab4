"""The same work without a window: every command but the window's own, on a machine without a display and without Qt.

An answer goes to stdout, as text or with ``--json`` as one document; progress and messages go to stderr. The exit
status is 0 when done, 1 when done with findings or skipped items, 2 for wrong usage, 3 when it could not be done,
130 after Ctrl+C.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import traceback
from collections.abc import Callable, Sequence

from app.cli.parser import parse
from app.cli.status import DONE, FAILED, INTERRUPTED, USAGE
from app.cli.terminal import plain


def main(argv: Sequence[str]) -> int:
    """Parse and run one command that needs no window; its exit status."""
    return run_guarded(run, argv)


def run(arguments: argparse.Namespace) -> int:
    """Run a parsed command. The rooms below are loaded only now, when it is known which are needed."""
    from app.cli import commands

    return commands.run(arguments)


def run_guarded(job: Callable[[argparse.Namespace], int], argv: Sequence[str]) -> int:
    """Parse ``argv`` and do the job; every end of it becomes an exit status and at most one line on stderr."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        return _guarded(job, argv)
    except KeyboardInterrupt:
        print("facewright: stopped", file=sys.stderr)
        return INTERRUPTED


def _guarded(job: Callable[[argparse.Namespace], int], argv: Sequence[str]) -> int:
    try:
        arguments = parse(argv)
    except SystemExit as wanted:
        return wanted.code if isinstance(wanted.code, int) else USAGE
    try:
        status = job(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader (head, a pager) has seen enough. Python would complain again while it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except Exception as error:
        from app.cli.reasons import reason

        if arguments.debug:
            traceback.print_exc()
        print(f"facewright: {plain(reason(error))}", file=sys.stderr)
        return FAILED
    return status

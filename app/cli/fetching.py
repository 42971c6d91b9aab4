"""``facewright fetch``: the dataset by the official clients of Kaggle and Hugging Face, with the user's own login."""

from __future__ import annotations

import argparse
import sys

from app.cli import completeness
from app.cli.status import DONE, FINDINGS
from app.cli.terminal import Output, counted, plain
from app.formats import open_store
from app.workbench.describe import describe_dataset
from app.workbench.fetching import fetch
from app.workbench.sources import Source, source


def fetch_dataset(arguments: argparse.Namespace, output: Output) -> int:
    """Show the terms, fetch, unpack, compare with the released counts. Status 1 when something is missing."""
    place = source(arguments.source)
    accepted = arguments.accept_terms or _asked(place)
    fetched = fetch(
        place.fetch,
        arguments.folder,
        terms_accepted=accepted,
        keep_zip=arguments.keep_zip,
        quiet=arguments.quiet,
        progress=output.progress("unpack"),
    )
    output.done()
    store = open_store(fetched.folder)
    described = describe_dataset(store, output.progress("read index masks"))
    found = completeness.compare(store, described, arguments, output)
    document = {
        "folder": str(fetched.folder),
        "source": place.name,
        "files": fetched.files,
        "archive": str(fetched.archive) if fetched.archive else None,
        "complete": found.as_json(),
    }
    kept = f"; the archive is {fetched.archive}" if fetched.archive else ""
    lines = [plain(f"{fetched.folder}: {counted(fetched.files, 'file')} from {place.title}{kept}")]
    output.answer(document, [*lines, *completeness.lines(found)])
    return DONE if found.is_complete else FINDINGS


def _asked(place: Source) -> bool:
    """Whether the person at the terminal accepts the terms; they are shown before, also where nobody can answer."""
    print(f"{place.title}\n{place.url}\n\nterms\n{place.terms}\n", file=sys.stderr)
    if not sys.stdin.isatty():
        print("nobody is there to accept them; say --accept-terms if you do", file=sys.stderr)
        return False
    print("Do you accept these terms? Type yes: ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().casefold() in {"yes", "y"}

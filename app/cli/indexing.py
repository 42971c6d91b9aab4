"""``facewright index``: what makes a dataset searchable is built or refreshed, with a bar for each part."""

from __future__ import annotations

import argparse

from app.cli.status import DONE, FINDINGS
from app.cli.terminal import Bar, Output, counted, plain, table
from app.faces.store import SampleStore
from app.workbench.index import CAPTIONS, CONTENTS, TABLES, THUMBNAILS

_TITLES = {
    TABLES: "read tables",
    CAPTIONS: "read captions",
    THUMBNAILS: "make thumbnails",
    CONTENTS: "measure masks",
}


class PartBars:
    """A ``Progress`` with a bar of its own for each part of an index pass."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._part = ""
        self._bar: Bar | None = None

    def report(self, done: int, total: int, note: str = "") -> None:
        """``note`` is the part."""
        if self._bar is None or note != self._part:
            self._output.done()
            self._part, self._bar = note, self._output.progress(_TITLES.get(note, note))
        self._bar.report(done, total)


def index(arguments: argparse.Namespace, output: Output, store: SampleStore) -> int:
    """Build or refresh the catalog; samples that cannot be read are named and make the status 1."""
    from app.catalog.places import CatalogPlaces
    from app.workbench.index import ALL_PARTS, build_index

    places = CatalogPlaces.of(store.root)
    parts = arguments.parts or ALL_PARTS
    report = build_index(store, places, parts=parts, progress=PartBars(output), rebuild=arguments.rebuild)
    output.done()
    document = {
        "samples": report.samples,
        "added": list(report.names.added),
        "removed": list(report.names.removed),
        "read": dict(report.read),
        "problems": [{"sample": problem.sample, "message": problem.message} for problem in report.problems],
        "notices": list(report.notices),
        "seconds": round(report.seconds, 3),
        "folder": str(places.folder),
    }
    rows = [(_TITLES[part], counted(count, "sample")) for part, count in report.read.items()]
    lines = [f"{counted(report.samples, 'sample')} in {plain(str(store.root))}, {report.seconds:.1f} s", *table(rows)]
    if not any(report.read.values()):
        lines = [f"{counted(report.samples, 'sample')}; nothing has changed since the last time"]
    output.answer(document, lines)
    for notice in report.notices:
        output.message(notice)
    for problem in report.problems:
        output.message(f"sample {problem.sample}: {problem.message}")
    return FINDINGS if report.problems else DONE

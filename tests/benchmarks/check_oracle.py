"""Searches over a dataset of full scale against reading all its files with Pillow and plain Python.

``python tests/benchmarks/check_oracle.py [FOLDER [--catalog]]``: a tree made by ``full_tree.py``, else a new one. The
catalog is built anew in a temporary folder, which takes minutes; ``--catalog`` uses the user's own instead and reads
what is missing. Ends with 1 when a search finds anything else than the files say.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(REPOSITORY), str(Path(__file__).resolve().parent)]

from full_tree import full_tree  # noqa: E402

from app.catalog.catalog import Catalog  # noqa: E402
from app.catalog.places import CatalogPlaces  # noqa: E402
from app.catalog.query import search  # noqa: E402
from app.formats import open_store  # noqa: E402
from app.workbench.index import build_index  # noqa: E402
from tests.catalog.brute_force import QUESTIONS, Faces  # noqa: E402


def check(root: Path) -> int:
    """Ask everything; the number of wrong answers."""
    began = time.monotonic()
    places = CatalogPlaces.of(root)
    report = build_index(open_store(root), places, parts=("tables", "captions", "contents"))
    print(f"indexed {report.samples:,} samples in {time.monotonic() - began:.0f} s, {len(report.problems)} problems")
    began = time.monotonic()
    faces = Faces(root).read()
    print(f"read all files in {time.monotonic() - began:.0f} s\n")
    wrong = 0
    with Catalog.open(places) as catalog:
        for question in QUESTIONS:
            began = time.monotonic()
            hits = search(catalog, question.search)
            took = (time.monotonic() - began) * 1e3
            is_right = list(hits.ids) == faces.answer(question) and not hits.unknown
            wrong += not is_right
            print(f"{question.search:44} {hits.total:7,} hits {took:8.1f} ms  {'equal' if is_right else 'DIFFERENT'}")
    print(f"\n{len(QUESTIONS) - wrong} of {len(QUESTIONS)} equal a reading of the files")
    return wrong


def main(arguments: list[str]) -> int:
    """Check a tree that is there, or a new one."""
    with tempfile.TemporaryDirectory() as cache:
        if "--catalog" not in arguments:
            os.environ["XDG_CACHE_HOME"] = cache
        folders = [argument for argument in arguments if not argument.startswith("-")]
        if folders:
            return bool(check(Path(folders[0])))
        with full_tree() as root:
            return bool(check(root))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

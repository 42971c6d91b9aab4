"""Searching 30,000 samples and their 300,000 captions, and opening them again, from processor time.

The reference for words is a LIKE scan over the same captions in the same database, for a filter on classes and
attributes a proxy model in Python that looks at every row (without showing anything, which the gallery's own benchmark
adds). Figures and captions are those of ``full_tree.py``; contents of masks are not read here (``--contents`` does, for
the searches that need them: minutes).
"""

from __future__ import annotations

import os
import sqlite3
import statistics
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
REPOSITORY = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(REPOSITORY), str(Path(__file__).resolve().parent)]

from full_tree import full_tree  # noqa: E402
from PySide6.QtCore import QModelIndex, QSortFilterProxyModel, QStringListModel  # noqa: E402
from timing import interleave, print_claim, print_table  # noqa: E402

from app.catalog.captions import phrase  # noqa: E402
from app.catalog.catalog import Catalog  # noqa: E402
from app.catalog.facets import facet_counts  # noqa: E402
from app.catalog.places import CatalogPlaces  # noqa: E402
from app.catalog.query import mask_of, search  # noqa: E402
from app.catalog.similar import distances  # noqa: E402
from app.faces.classes import bits_of  # noqa: E402
from app.formats import looked, open_store  # noqa: E402
from app.workbench.index import build_index  # noqa: E402
from app.workbench.open import open_with_catalog  # noqa: E402
from tests.catalog.brute_force import QUESTIONS  # noqa: E402

FILTER = "class:hair -class:hat attr:Smiling -attr:Young"
WORDS = ("lipstick", "hat", "goatee")
"""In a third, a twentieth and a hundredth of the captions."""
REOPEN_MS = 60


class PythonProxy(QSortFilterProxyModel):
    """What a search without a catalog looks like: a function of Python that is asked about every row."""

    def __init__(self, catalog: Catalog) -> None:
        super().__init__()
        columns = catalog.columns
        self._classes, self._yes = columns.classes.tolist(), columns.yes.tolist()
        self._smiling, self._young = (1 << columns.attribute_names.index(name) for name in ("Smiling", "Young"))
        self.setSourceModel(QStringListModel(list(columns.ids), self))

    def filterAcceptsRow(self, row: int, parent: QModelIndex) -> bool:
        classes, yes = self._classes[row], self._yes[row]
        is_right = classes & bits_of("hair") and not classes & bits_of("hat")
        return bool(is_right and yes & self._smiling and not yes & self._young)

    def again(self) -> int:
        """Filter anew."""
        self.invalidate()
        return self.rowCount()


def words(catalog: Catalog, places: CatalogPlaces) -> None:
    """The words' first and all hits against LIKE."""
    like = "SELECT DISTINCT rowid >> 20 FROM caption WHERE text LIKE ?"
    database = sqlite3.connect(places.catalog)
    variants = {
        "LIKE": lambda: [database.execute(like, (f"%{word}%",)).fetchall() for word in WORDS],
        "the first 200 samples": lambda: [catalog.rows_with(phrase(word), 200) for word in WORDS],
        "all samples": lambda: [catalog.rows_with(phrase(word)) for word in WORDS],
        "search": lambda: [search(catalog, word) for word in WORDS],
    }
    found = ", ".join(f"{word} {search(catalog, word).total:,}" for word in WORDS)
    samples = interleave(variants, rounds=15)
    targets = {"the first 200 samples": 1 / 100, "all samples": 1 / 3}
    print_table(f"{found} of {len(catalog.columns.ids):,} samples", samples, "LIKE", targets)
    database.close()


def filters(catalog: Catalog) -> None:
    """Classes and attributes."""
    proxy = PythonProxy(catalog)
    assert proxy.again() == search(catalog, FILTER).total
    everything = mask_of(catalog, "")
    samples = interleave(
        {
            "Python proxy filter": proxy.again,
            "search": lambda: search(catalog, FILTER),
            "search and counting facets": lambda: facet_counts(catalog.columns, mask_of(catalog, FILTER)),
            "facets of all samples": lambda: facet_counts(catalog.columns, everything),
        },
        rounds=21,
    )
    print_table(f"{FILTER}: {proxy.rowCount():,} samples", samples, "Python proxy filter", {"search": 1 / 20})


def reopening(root: Path) -> None:
    """Everything until a search could be asked, the dataset being as it was."""
    open_with_catalog(root).close()

    def reopen() -> None:
        opened = open_with_catalog(root)
        assert len(opened.catalog.columns.ids) == len(opened.document.store.sample_ids)
        opened.close()

    samples = interleave({"opened again, with its catalog": reopen, "listed anew": lambda: open_store(root)}, rounds=9)
    print_table("to a usable list", samples, "listed anew")
    taken = statistics.median(samples["opened again, with its catalog"].cpu) * 1e3
    print_claim("processor time to a usable list, ms", taken, REOPEN_MS)


def main(arguments: list[str]) -> None:
    """Print the tables."""
    looked.TICK_NS = 0  # the tree is younger than a user's
    with tempfile.TemporaryDirectory() as cache, full_tree() as root:
        os.environ.setdefault("XDG_CACHE_HOME", cache)
        places = CatalogPlaces.of(root)
        has_contents = "--contents" in arguments
        build_index(open_store(root), places, parts=("tables", "captions", *(["contents"] * has_contents)))
        with Catalog.open(places) as catalog:
            words(catalog, places)
            filters(catalog)
            asked = {q.search: q.search for q in QUESTIONS if has_contents or not {"area", "seen"} & {q.search[:4]}}
            print()
            searches = {text: (lambda text=text: search(catalog, text)) for text in asked}
            for text, taken in interleave(searches, rounds=7).items():
                print(f"{text:44} {search(catalog, text).total:7,} hits {statistics.median(taken.cpu) * 1e3:8.2f} ms")
            if has_contents:
                similar = interleave({"similar": lambda: distances(catalog.columns, 17)}, rounds=7)["similar"]
                print(f"{'sort:similar(17), distances':44} {statistics.median(similar.cpu) * 1e3:20.2f} ms")
        reopening(root)


if __name__ == "__main__":
    main(sys.argv[1:])

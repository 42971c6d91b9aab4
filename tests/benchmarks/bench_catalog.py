"""The catalog's own work for 30,000 samples: taking names, filling, opening again, and what it costs in memory.

Names come from a store in memory, captions are a few hundred words at random: what a dataset on a disk adds is in
``bench_search.py``. The reference of opening again is reading one column of the same rows into Python.
"""

from __future__ import annotations

import random
import sqlite3
import statistics
import sys
import tempfile
import time
import tracemalloc
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(REPOSITORY), str(Path(__file__).resolve().parent)]

import numpy as np  # noqa: E402
from timing import interleave, print_claim, print_table  # noqa: E402

from app.catalog.catalog import Catalog  # noqa: E402
from app.catalog.contents import FIGURES, Contents  # noqa: E402
from app.catalog.facets import facet_counts  # noqa: E402
from app.catalog.places import CatalogPlaces  # noqa: E402
from app.catalog.similar import distances  # noqa: E402
from app.catalog.tables import TableRow, Tables  # noqa: E402
from app.faces.attributes import ATTRIBUTE_NAMES, Attributes  # noqa: E402
from app.faces.sample import Pose, SampleId  # noqa: E402
from tests.catalog.faces_store import Face, store_of  # noqa: E402

SAMPLES = 30_000
NAMES_S, REOPEN_MS = 0.5, 25
IDS = [SampleId(str(k)) for k in range(SAMPLES)]


def any_contents(rng: np.random.Generator) -> Contents:
    """Figures of no mask in particular."""
    figures = {name: rng.integers(1, 500, shape).astype(dtype) for name, (shape, dtype) in FIGURES.items()}
    return Contents(int(rng.integers(1 << 18)), **figures)


def filling(places: CatalogPlaces) -> None:
    """Every writing verb once, from processor time."""
    rng, chance = np.random.default_rng(0), random.Random(0)
    store = store_of({s: Face(classes=int(rng.integers(1 << 18)), split="train") for s in IDS})
    values = rng.integers(2, size=(SAMPLES, 40)).astype(bool).tolist()
    rows = {s: TableRow(Attributes(ATTRIBUTE_NAMES, tuple(v)), Pose(1, 2, 3)) for s, v in zip(IDS, values, strict=True)}
    words = [f"word{k}" for k in range(400)]
    captions = [(s, bytes(16), [" ".join(chance.choices(words, k=20)) for _ in range(10)]) for s in IDS]
    figures = [any_contents(rng) for _ in range(100)]
    masks = [(s, bytes(16), figures[k % 100]) for k, s in enumerate(IDS)]
    with Catalog.open(places) as catalog:
        verbs = {
            "names, for the first time": lambda: catalog.take_names(store),
            "names, nothing changed": lambda: catalog.take_names(store),
            "tables": lambda: catalog.put_tables(Tables(ATTRIBUTE_NAMES, rows, b"1")),
            "captions, 256 samples at a time": lambda: [
                catalog.put_captions(captions[k : k + 256]) for k in range(0, SAMPLES, 256)
            ],
            "contents, 256 samples at a time": lambda: [
                catalog.put_contents(masks[k : k + 256]) for k in range(0, SAMPLES, 256)
            ],
        }
        print(f"\n{'filling, s of processor time':66}")
        for name, verb in verbs.items():
            start = time.process_time()
            verb()
            taken = time.process_time() - start
            if name == "names, for the first time":
                print_claim(name, taken, NAMES_S)
            else:
                print(f"{name:66} {taken:8.2f}")
    print(f"{'megabytes of the file':66} {places.catalog.stat().st_size / 1e6:8.1f}")


def reopening(places: CatalogPlaces) -> None:
    """A catalog that was closed, opened."""

    def one_column() -> None:
        with sqlite3.connect(places.catalog) as database:
            database.execute("SELECT id FROM sample").fetchall()
        database.close()

    variants = {"one column into Python": one_column, "opened": lambda: Catalog.open(places).close()}
    samples = interleave(variants, rounds=15)
    print_table("a filled catalog", samples, "one column into Python")
    taken = statistics.median(samples["opened"].cpu) * 1e3
    print_claim("processor time of opening the catalog again, ms", taken, REOPEN_MS)


def memory(places: CatalogPlaces) -> None:
    """What Python and numpy hold for an open catalog; SQLite adds a cache of 4 MB at most."""
    tracemalloc.start()
    with Catalog.open(places) as catalog:
        opened = tracemalloc.get_traced_memory()[0]
        for name in FIGURES:
            catalog.columns.figure(name)
        figures = tracemalloc.get_traced_memory()[0] - opened
    tracemalloc.stop()
    print(f"\n{'megabytes of an open catalog':66} {opened / 1e6:8.1f}")
    print(f"{'megabytes more once all figures of masks were asked for':66} {figures / 1e6:8.1f}")


def using(places: CatalogPlaces) -> None:
    """What a window does all the time."""
    with Catalog.open(places) as catalog, Catalog.open(places) as other:
        columns = catalog.columns
        for name in FIGURES:
            columns.figure(name)
        contents = any_contents(np.random.default_rng(1))
        batch = [(sample, b"other", contents) for sample in IDS[:256]]

        def pull() -> None:
            other.put_contents(batch)
            start = time.process_time()
            assert catalog.pull()
            pulls.append(time.process_time() - start)

        def filtered() -> object:
            has = (columns.classes & np.uint32(4)) != 0
            smiles = (columns.yes & np.uint64(1 << 31)) != 0
            return np.flatnonzero(has & ~smiles)

        pulls: list[float] = []
        some = (columns.classes & np.uint32(4)) != 0
        samples = interleave(
            {
                "two columns filtered": filtered,
                "facets of all": lambda: facet_counts(columns),
                "facets of half": lambda: facet_counts(columns, some),
                "distances to one": lambda: distances(columns, 17),
                "pulling nothing": catalog.pull,
                "256 masks put and pulled": pull,
            },
            rounds=21,
        )
        print_table("in use", samples, "two columns filtered")
        print(f"{'of which pulled, ms':44} {statistics.median(pulls) * 1e3:10.3f}")


def main() -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as folder:
        places = CatalogPlaces(Path(folder))
        filling(places)
        reopening(places)
        memory(places)
        using(places)


if __name__ == "__main__":
    main()

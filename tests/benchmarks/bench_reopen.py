"""Opening a dataset of 30,000 samples and 370,000 masks with what was listed the last time, against listing it.

With its catalog that is all that stands between a click and the list of samples; the rest of an opening is the window.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(REPOSITORY), str(Path(__file__).resolve().parent)]

from bench_scan import make_tree  # noqa: E402
from timing import interleave, print_claim, print_table  # noqa: E402

from app.faces.sample import Modality  # noqa: E402
from app.faces.store import SampleStore  # noqa: E402
from app.formats import looked, open_store  # noqa: E402
from app.workbench.open import open_with_catalog  # noqa: E402

STORE_MS, LIST_MS = 25, 60
"""Of processor time, for the store alone and for document, catalog and the names of all samples."""


def ask_everything(store: SampleStore) -> None:
    """What a catalog that was thrown away wants to know of each sample."""
    for sample in store.sample_ids:
        for modality in Modality:
            store.has(sample, modality)
        store.class_bits(sample)
        store.split_of(sample)


def open_to_the_list(root: Path) -> int:
    """Document and catalog as the window opens them; the samples there are to list."""
    opened = open_with_catalog(root)
    count = len(opened.catalog.columns.ids)
    opened.close()
    return count


def main() -> None:
    """Print the table."""
    looked.TICK_NS = 0  # the tree is younger than a user's
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        os.environ["XDG_CACHE_HOME"] = f"{folder}/.cache"
        make_tree(root)
        open_to_the_list(root)
        open_to_the_list(root)  # the cache's own folder was new
        listed = open_store(root)
        kept = listed.listing()
        samples = interleave(
            {
                "listed": lambda: open_store(root),
                "taken over": lambda: open_store(root, listing=kept),
                "taken over, first picture's path": lambda: (s := open_store(root, listing=kept)).photo_path(
                    s.sample_ids[0]
                ),
                "taken over, with document and catalog": lambda: open_to_the_list(root),
                "written down": open_store(root).listing,
                "everything asked of each sample": lambda: ask_everything(listed),
            },
            rounds=9,
        )
        print_table(f"opening again; the listing has {len(kept) / 1e6:.1f} MB", samples, "listed")
        for name, limit in (("taken over", STORE_MS), ("taken over, with document and catalog", LIST_MS)):
            print_claim(f"processor time, ms: {name}", statistics.median(samples[name].cpu) * 1e3, limit)


if __name__ == "__main__":
    main()

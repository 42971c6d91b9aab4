"""Opening a dataset of 30,000 samples and 370,000 masks with what was listed the last time, against listing it."""

from __future__ import annotations

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

LIMIT_MS = 25
"""Of processor time: the catalog has the rest of the sixty to a usable list."""


def ask_everything(store: SampleStore) -> None:
    """What a catalog that was thrown away wants to know of each sample."""
    for sample in store.sample_ids:
        for modality in Modality:
            store.has(sample, modality)
        store.class_bits(sample)
        store.split_of(sample)


def main() -> None:
    """Print the table."""
    looked.TICK_NS = 0  # the tree is younger than a user's
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        make_tree(root)
        listed = open_store(root)
        kept = listed.listing()
        samples = interleave(
            {
                "listed": lambda: open_store(root),
                "taken over": lambda: open_store(root, listing=kept),
                "taken over, first picture's path": lambda: (s := open_store(root, listing=kept)).photo_path(
                    s.sample_ids[0]
                ),
                "written down": open_store(root).listing,
                "everything asked of each sample": lambda: ask_everything(listed),
            },
            rounds=9,
        )
        print_table(f"opening again; the listing has {len(kept) / 1e6:.1f} MB", samples, "listed")
        taken = statistics.median(samples["taken over"].cpu) * 1e3
        print_claim("processor time of opening again, ms", taken, LIMIT_MS)


if __name__ == "__main__":
    main()

"""History under ten thousand strokes: a stroke, undo, redo, going far back, and what one takes in the edit log.

One sample of 512², strokes of some 2,500 pixels at random places. The strokes after 10,000 are compared with those
after 100: what is measured is the commit on the document's thread, the edit log is written beside it.
"""

from __future__ import annotations

import sqlite3
import statistics
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import numpy as np
from timing import print_claim

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from app.document.document import Document
from app.document.settings import DocumentSettings
from app.faces.sample import SampleId
from app.formats import open_store
from app.imaging.compose import Operation
from app.imaging.footprint import BrushShape, footprint
from app.imaging.raster import Rect
from app.ui.history.lines import Lines
from app.workbench.demo import make_demo

STROKES = 10_000
DAB = footprint(56, BrushShape.ROUND)


def main() -> None:
    """Measure and print."""
    rng = np.random.default_rng(7)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "demo"
        make_demo(root)
        document = Document(open_store(root), settings=DocumentSettings(merge_within_s=0))
        sample = SampleId(document.store.sample_ids[0])

        def stroke() -> float:
            x, y = (int(v) for v in rng.integers(0, 456, 2))
            began = time.perf_counter()
            made = document.begin_stroke(sample, Operation(int(rng.integers(1, 19))))
            made.cover(Rect(x, y, 56, 56), DAB)
            made.commit()
            return time.perf_counter() - began

        def timed(run: object, times: int) -> float:
            taken = []
            for _ in range(times):
                began = time.perf_counter()
                run()  # type: ignore[operator]
                taken.append(time.perf_counter() - began)
            return 1e3 * statistics.median(taken)

        early = [stroke() for _ in range(200)][100:]
        while len(document.history(sample)) < STROKES:
            for _ in range(500):
                stroke()
            document.wait(60)
        late = [stroke() for _ in range(100)]
        document.wait(60)
        print(f"\nHistory of {len(document.history(sample)):,} steps on one sample")
        ratio = statistics.median(late) / statistics.median(early)
        print_claim("stroke after 10,000 / stroke after 100 (begin, cover, commit)", ratio, 1.25)
        print(f"{'a stroke after 10,000, ms':66} {1e3 * statistics.median(late):8.3f}")
        print_claim("undo, ms", timed(lambda: document.undo(sample), 50), 5)
        print_claim("redo, ms", timed(lambda: document.redo(sample), 50), 5)
        steps = document.history(sample)
        oldest, newest = steps[99].id, steps[-1].id
        document.go_to(sample, oldest)
        print_claim("undo of a step that left memory, ms", timed(lambda: document.undo(sample), 50), 5)
        far = timed(lambda: document.go_to(sample, newest), 1)
        print(f"{'going 10,000 steps at once, ms':66} {far:8.0f}")
        print_claim("where the history stands, ms", timed(lambda: document.past.place(sample), 50), 0.1)
        print_claim("newest 200 steps of all samples, ms", timed(lambda: document.past.newest(200), 20), 20)
        lines = Lines()
        lines.show_sample(document, sample)

        def told() -> None:
            stroke()
            lines.show_sample(document, sample)

        print_claim("a stroke and its line in the history panel, ms", timed(told, 50), 1)
        print(f"{'all lines of the history panel anew, ms':66}", end="")
        print(f" {timed(lambda: lines.show_sample(document, sample, anew=True), 3):8.0f}")
        log = document.work.log
        document.close()
        with closing(sqlite3.connect(log)) as db:
            sizes = [row[0] for row in db.execute("SELECT length(payload) FROM steps")]
        print_claim("row of a stroke of 2,500 pixels in the edit log, kB, median", statistics.median(sizes) / 1e3, 4)
        print_claim("row of a stroke of 2,500 pixels in the edit log, kB, largest", max(sizes) / 1e3, 4)


if __name__ == "__main__":
    main()

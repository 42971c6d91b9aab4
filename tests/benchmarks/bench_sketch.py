"""Sketches at 512 × 512 on one core: milliseconds of processor time, by step and as a whole, against the 110 that a
line map may take; the agreement of a sketch with its photo beside it.

``python tests/benchmarks/bench_sketch.py [FOLDER]``: on up to fourteen photos of a dataset, or on two of the demo's.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
from timing import Samples, interleave, print_claim, print_table

from app.faces.sample import Photo
from app.generation.sketch.drawing import as_svg, drawn
from app.generation.sketch.flow import ridges
from app.generation.sketch.linemap import PRESETS, draw_line_map, line_map, looked_at
from app.generation.sketch.photocopy import GEGL_DEFAULTS, GIMP_DEFAULTS, photocopy
from app.imaging.cv import cv2
from app.inspection.sketch_agreement import sketch_agreement
from app.workbench.demo import make_demo
from app.workbench.open import open_document

BUDGET_MS = 110
SIDE = 512
PHOTOS = 14
REFERENCE = "canny"


def photos_of(folder: Path) -> list[Photo]:
    """The first photos that can be read, 512 × 512."""
    with closing(open_document(folder)) as document:
        loaded = (document.store.read_photo(sample).value for sample in document.store.sample_ids[:PHOTOS])
        method = cv2.INTER_AREA
        return [cv2.resize(photo, (SIDE, SIDE), interpolation=method) for photo in loaded if photo is not None]


def canny(photo: Photo) -> np.ndarray:
    """The reference: what everybody has."""
    return cv2.Canny(cv2.GaussianBlur(cv2.cvtColor(photo, cv2.COLOR_RGB2GRAY), (0, 0), 2.5), 20, 50)


def variants_of(photo: Photo) -> dict[str, Callable[[], object]]:
    """Everything that is made of one photo."""
    strokes, sketch = line_map(photo), draw_line_map(photo)
    runs: dict[str, Callable[[], object]] = {REFERENCE: partial(canny, photo)}
    runs["ridges alone"] = lambda: ridges(looked_at(photo), smoothing_px=1.5)
    runs["strokes alone"] = partial(line_map, photo)
    runs["drawing alone"] = partial(drawn, strokes, (SIDE, SIDE))
    runs["SVG alone"] = partial(as_svg, strokes, (SIDE, SIDE))
    for preset in PRESETS:
        runs[f"line map, {preset.name}"] = partial(draw_line_map, photo, preset.options)
    runs["line map, 1024 × 1024"] = partial(draw_line_map, photo, size=1024)
    runs["photocopy, GIMP"] = partial(photocopy, photo, GIMP_DEFAULTS)
    runs["photocopy, GEGL"] = partial(photocopy, photo, GEGL_DEFAULTS)
    runs["agreement"] = partial(sketch_agreement, photo, sketch)
    return runs


def main(folder: Path | None) -> None:
    """Print the table and the claims."""
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as scratch:
        photos = photos_of(folder or make_demo(Path(scratch) / "demo", count=2).folder)
    if not photos:
        raise SystemExit(f"no photo of {folder} can be read")
    together: dict[str, Samples] = {}
    for photo in photos:
        for name, taken in interleave(variants_of(photo), rounds=3).items():
            kept = together.setdefault(name, Samples())
            kept.wall += taken.wall
            kept.cpu += taken.cpu
    print_table(f"one photo of 512 × 512, over {len(photos)}", together, REFERENCE)
    for preset in PRESETS:
        name = f"line map, {preset.name}"
        print_claim(f"{name}: ms of processor time", statistics.median(together[name].cpu) * 1e3, BUDGET_MS)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)

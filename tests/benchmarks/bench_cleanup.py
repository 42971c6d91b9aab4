"""Every clean-up operator on a mask of 512 × 512, and a move of the smoothing brush: milliseconds of processor time
against the 50 that a preview may take (16 for a move), and the ratio to flattening that mask once, a look-up per pixel.

``python tests/benchmarks/bench_cleanup.py [FOLDER]``: on the first sample of a dataset with a mask, or of the demo's.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
from timing import Samples, interleave, print_claim, print_table

from app import open_dataset
from app.faces.classes import CLASS_BY_NAME, LAYER_CLASSES
from app.faces.mask import MaskLayers, flatten
from app.faces.sample import Photo
from app.imaging.cleanup import OPERATORS, clean
from app.imaging.compose import Rules
from app.imaging.cv import cv2
from app.imaging.resampling import sampled
from app.workbench.demo import make_demo

BUDGET_MS = 50
SHAPE = (512, 512)
TARGETS = {"hair": (CLASS_BY_NAME["hair"].id,), "all classes": tuple(c.id for c in LAYER_CLASSES)}
REFERENCE = "flatten the mask"
ROUNDS = 15


def first_sample(folder: Path) -> tuple[MaskLayers, Photo]:
    """The first mask and its photo, both 512 × 512."""
    with open_dataset(folder) as dataset:
        for sample in dataset:
            if sample.mask is not None and sample.photo is not None:
                value = sample.mask.value
                return MaskLayers(sampled(value.bits, SHAPE), value.exclusive), cv2.resize(sample.photo, SHAPE[::-1])
    raise SystemExit(f"no sample of {folder} has both a mask and a photo")


def variants_of(mask: MaskLayers, rgb: Photo, targets: tuple[int, ...]) -> dict[str, Callable[[], object]]:
    """Each operator with its defaults, on some classes."""
    rules = Rules(exclusive=mask.exclusive)
    runs: dict[str, Callable[[], object]] = {REFERENCE: partial(flatten, mask.bits)}
    for operator in OPERATORS:
        if not (operator.layers_only and mask.exclusive):
            runs[operator.name] = partial(clean, operator, mask.bits, targets, rules, rgb=rgb)
    return runs


def report(title: str, runs: dict[str, Callable[[], object]]) -> None:
    """The table, and each operator's share of the budget."""
    taken: dict[str, Samples] = interleave(runs, rounds=ROUNDS, warm=1)
    print_table(title, taken, REFERENCE)
    for name in runs:
        if name != REFERENCE:
            print_claim(f"{name}, {title}: ms", statistics.median(taken[name].cpu) * 1e3, BUDGET_MS)


def main(folder: Path | None) -> None:
    """Print a table per kind of mask and choice of classes."""
    with tempfile.TemporaryDirectory() as scratch:
        mask, rgb = first_sample(folder or make_demo(Path(scratch) / "demo", count=1).folder)
    index_map = MaskLayers.from_index_map(np.asarray(mask.to_index_map()))
    for kind, value in (("layers", mask), ("index map", index_map)):
        for which, targets in TARGETS.items():
            report(f"{kind}, {which}", variants_of(value, rgb, targets))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)

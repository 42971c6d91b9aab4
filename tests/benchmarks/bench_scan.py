"""Opening a dataset of 30,000 samples and 370,000 masks (hard links to a few small files) against a bare listdir."""

from __future__ import annotations

import itertools
import os
import pickle
import random
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(REPOSITORY), str(Path(__file__).resolve().parent)]

from timing import interleave, print_table  # noqa: E402

from app.faces.classes import LAYER_CLASSES  # noqa: E402
from app.formats import detect, open_store  # noqa: E402

SAMPLES = 30_000
LINKS_PER_FILE = 20_000
"""ext4 allows 65,000 links to one inode."""


def make_tree(root: Path) -> list[str]:
    """The released layout with captions, sketches and splits; returns its folders of files."""
    seeds = (root / f".seed{number}" for number in itertools.count())
    left = 0
    seed = Path()

    def link(path: str) -> None:
        nonlocal left, seed
        if not left:
            seed = next(seeds)
            seed.write_bytes(b"seed")
            left = LINKS_PER_FILE
        left -= 1
        os.link(seed, path)

    folders = [str(root / name) for name in ("CelebA-HQ-img", "sketch", "text/celeba-caption")]
    masks = [str(root / "CelebAMask-HQ-mask-anno" / str(k)) for k in range(SAMPLES // 2000)]
    for folder in folders + masks:
        Path(folder).mkdir(parents=True)
    chance = random.Random(3)
    names = [c.name for c in LAYER_CLASSES]
    for sample in range(SAMPLES):
        for folder, suffix in zip(folders, ("jpg", "png", "txt"), strict=True):
            link(f"{folder}/{sample}.{suffix}")
        for name in chance.sample(names, 12 + (sample % 5 < 2)):
            link(f"{masks[sample // 2000]}/{sample:05d}_{name}.png")
    for split, ids in (("train", range(6000, SAMPLES)), ("test", range(6000))):
        (root / split).mkdir()
        (root / split / "filenames.pickle").write_bytes(pickle.dumps([str(i) for i in ids], protocol=2))
    return folders + masks


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        folders = make_tree(root)
        count = sum(len(os.listdir(path)) for path in folders)
        samples = interleave(
            {
                "bare listdir of the folders": lambda: [os.listdir(path) for path in folders],
                "detect": lambda: detect(root),
                "open_store (layout named)": lambda: open_store(root, "mm-celeba-hq"),
                "open_store (detected)": lambda: open_store(root),
            },
            rounds=7,
        )
        store = open_store(root)
        print_table(
            f"{len(store.sample_ids):,} samples, {count:,} files",
            samples,
            "bare listdir of the folders",
            {"open_store (layout named)": 2.5},
        )
        print(f"\nproblems: {[problem.message for problem in store.problems]}")


if __name__ == "__main__":
    main()

"""A dataset of full scale: 30,000 samples with about 350,000 masks, 300,000 captions and all tables, of hard links.

The released layouts side by side: photos, masks by class, sketches, captions, attributes, poses, the mapping to CelebA
and two splits. Masks, photos and sketches are those of the 24 licensed samples beside the checkout where they are, else
of the drawn demo; every sample has a random part of one of them. Captions and tables are the original ones of all
30,000 samples where they are, else written by the grammar and by chance. Photos have the 1024 pixels a side of the
released ones, smaller ones are scaled up. Belongs outside the repository.

``python tests/benchmarks/full_tree.py FOLDER`` makes it in a new FOLDER (40 s); the benchmarks make their own.
"""

from __future__ import annotations

import os
import pickle
import random
import shutil
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(REPOSITORY), str(Path(__file__).resolve().parent)]

from app.faces.attributes import ATTRIBUTE_NAMES  # noqa: E402
from app.generation.writing import write_captions  # noqa: E402
from app.imaging.cv import cv2  # noqa: E402
from app.workbench.demo import make_demo  # noqa: E402

SAMPLES = 30_000
LINKS_PER_FILE = 20_000
"""ext4 allows 65,000 links to one inode."""
PHOTO_SIDE = 1024
LACKING_A_CLASS = 0.06
"""Of the masks of the samples copied from, which have 12.4 each."""
LACKING_A_SKETCH, LACKING_CAPTIONS = 0.02, 0.01
TREE = "FACEWRIGHT_BENCHMARK_TREE"
"""The environment variable that names a tree made before; the benchmarks use that one and leave it."""

DATA = REPOSITORY.parent / "shared" / "data"
_TABLES = ("CelebAMask-HQ-attribute-anno.txt", "CelebAMask-HQ-pose-anno.txt", "CelebA-HQ-to-CelebA-mapping.txt")


def make_full_tree(root: Path, samples: int = SAMPLES) -> Path:
    """The dataset in the new folder ``root``, which is returned; the files that the links share lie beside it."""
    seeds = Path(f"{root}-seeds")
    rng = random.Random(30)
    root.mkdir(parents=True)
    models = _Models(seeds)
    folders = [root / name for name in ("CelebA-HQ-img", "sketch", "text/celeba-caption")]
    for folder in folders:
        folder.mkdir(parents=True)
    for number in range(samples):
        if number % 2000 == 0:
            masks = root / "CelebAMask-HQ-mask-anno" / str(number // 2000)
            masks.mkdir(parents=True)
        model = models.any(rng)
        model.link("photo", f"{root}/CelebA-HQ-img/{number}.jpg")
        if "sketch" in model and rng.random() >= LACKING_A_SKETCH:
            model.link("sketch", f"{root}/sketch/{number}{model.suffix('sketch')}")
        for name in model.classes:
            if rng.random() >= LACKING_A_CLASS:
                model.link(name, f"{masks}/{number:05d}_{name}.png")
    _write_tables(root, samples, rng)
    _write_captions(root / "text" / "celeba-caption", samples, rng)
    for split, ids in (("train", range(samples // 5, samples)), ("test", range(samples // 5))):
        (root / split).mkdir()
        (root / split / "filenames.pickle").write_bytes(pickle.dumps([str(n) for n in ids], protocol=2))
    return root


@contextmanager
def full_tree(samples: int = SAMPLES) -> Iterator[Path]:
    """A tree for as long as it is needed: the one named by the environment, else a new one in a temporary folder."""
    made = os.environ.get(TREE)
    if made and samples == SAMPLES:
        yield Path(made)
        return
    with tempfile.TemporaryDirectory(prefix="facewright-full-") as folder:
        yield make_full_tree(Path(folder) / "faces", samples)


class _Model:
    """One sample whose files are linked to. A file that has too many links is copied once more."""

    def __init__(self, files: dict[str, Path], seeds: Path) -> None:
        self._files = files
        self._seeds = seeds
        self._left = dict.fromkeys(files, 0)
        self._seed: dict[str, str] = {}
        self.classes = sorted(set(files) - {"photo", "sketch"})

    def __contains__(self, name: str) -> bool:
        return name in self._files

    def suffix(self, name: str) -> str:
        return self._files[name].suffix

    def link(self, name: str, path: str) -> None:
        if not self._left[name]:
            handle, seed = tempfile.mkstemp(dir=self._seeds, suffix=self.suffix(name))
            os.close(handle)
            shutil.copyfile(self._files[name], seed)
            self._seed[name], self._left[name] = seed, LINKS_PER_FILE
        self._left[name] -= 1
        os.link(self._seed[name], path)


class _Models:
    """The samples that are copied from."""

    def __init__(self, seeds: Path) -> None:
        seeds.mkdir()
        source, sketches = DATA / "CelebAMask-HQ", DATA / "Multi-Modal-CelebA-HQ" / "sketch"
        if not source.is_dir():
            source = seeds / "demo"
            make_demo(source, count=24)
            sketches = source / "sketch"
        files: dict[str, dict[str, Path]] = {}
        for photo in sorted((source / "CelebA-HQ-img").glob("*.jpg")):
            files[photo.stem] = {"photo": _large(photo, seeds)}
        for mask in sorted((source / "CelebAMask-HQ-mask-anno").glob("*/*.png")):
            number, _, name = mask.stem.partition("_")
            files[str(int(number))][name] = mask
        for sketch in sorted(sketches.glob("*.*")):
            if sketch.stem in files:
                files[sketch.stem]["sketch"] = sketch
        self._models = [_Model(each, seeds) for each in files.values() if len(each) > 2]

    def any(self, rng: random.Random) -> _Model:
        return rng.choice(self._models)


def _large(photo: Path, seeds: Path) -> Path:
    """The photo at the size of the released ones."""
    pixels = cv2.imread(str(photo))
    assert pixels is not None
    if max(pixels.shape) >= PHOTO_SIDE:
        return photo
    larger = cv2.resize(pixels, (PHOTO_SIDE, PHOTO_SIDE), interpolation=cv2.INTER_CUBIC)
    path = seeds / f"large-{photo.name}"
    cv2.imwrite(str(path), larger, [cv2.IMWRITE_JPEG_QUALITY, 90])
    return path


def _write_tables(root: Path, samples: int, rng: random.Random) -> None:
    source = DATA / "CelebAMask-HQ"
    if source.is_dir() and samples == SAMPLES:
        for name in _TABLES:
            shutil.copyfile(source / name, root / name)
        return
    rows = [f"{n}.jpg  " + " ".join(rng.choice(("1", "-1", "-1")) for _ in ATTRIBUTE_NAMES) for n in range(samples)]
    poses = [f"{n}.jpg " + " ".join(f"{rng.gauss(0, spread):.6f}" for spread in (18, 9, 5)) for n in range(samples)]
    others = rng.sample(range(1, 202_600), samples)
    mapping = [f"{n:<11}{other - 1:<11}{other:06d}.jpg" for n, other in enumerate(others)]
    for name, head, lines in (
        (_TABLES[0], f"{samples}\n{' '.join(ATTRIBUTE_NAMES)}", rows),
        (_TABLES[1], f"{samples}\nYaw Pitch Raw", poses),
        (_TABLES[2], "idx        orig_idx   orig_file", mapping),
    ):
        (root / name).write_text("\n".join((head, *lines, "")), "utf-8")


def _write_captions(folder: Path, samples: int, rng: random.Random) -> None:
    archive = DATA / "celeba-caption-30k.tar.gz"
    if archive.is_file() and samples == SAMPLES:
        with tarfile.open(archive) as files:
            for member in files:
                name = Path(member.name).name
                content = files.extractfile(member) if member.isfile() else None
                if content is not None and name.endswith(".txt") and rng.random() >= LACKING_CAPTIONS:
                    (folder / name).write_bytes(content.read())
        return
    for number in range(samples):
        if rng.random() >= LACKING_CAPTIONS:
            attributes = {name: rng.random() < 0.3 for name in ATTRIBUTE_NAMES}
            texts = write_captions(attributes, str(number))
            (folder / f"{number}.txt").write_text("\n".join(texts) + "\n", "utf-8")


if __name__ == "__main__":
    print(make_full_tree(Path(sys.argv[1])))

"""Saving one changed class of a 512² mask: how long the caller is held, and when the save counts.

The caller is held for a snapshot. The commit point is the redo record on the medium; the reference is what a careful
program without a journal does at least: Pillow's plain encode and one fsync. The rest of the save is reported.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(REPOSITORY), str(Path(__file__).resolve().parent)]

import numpy as np  # noqa: E402
from bench_open import drawn_dataset  # noqa: E402
from PIL import Image  # noqa: E402
from timing import Samples, print_claim, print_table  # noqa: E402

from app.document import saving  # noqa: E402
from app.document.document import Document  # noqa: E402
from app.document.history import Node  # noqa: E402
from app.document.journal import Record  # noqa: E402
from app.faces.classes import CLASS_BY_NAME  # noqa: E402
from app.faces.sample import SampleId  # noqa: E402
from app.formats import open_store  # noqa: E402
from app.imaging.compose import Erase, Operation, Others  # noqa: E402
from app.imaging.raster import Rect  # noqa: E402

ROUNDS = 40
SKIN = CLASS_BY_NAME["skin"].id
BLOCK = np.ones((41, 41), bool)


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "faces"
        real = REPOSITORY.parent / "shared" / "data" / "CelebAMask-HQ"
        if real.is_dir():
            shutil.copytree(real, root)
        else:
            root.mkdir()
            drawn_dataset(root)
        document = Document(open_store(root))
        masked = [sample for sample in document.store.sample_ids if document.mask(sample) is not None]
        measure(document, masked[:1] * ROUNDS, Path(folder), "one changed class of a 512² mask, again and again")
        measure(document, masked[1 : ROUNDS + 1], Path(folder), "the first change of a file: its original is kept too")
        document.close()


def measure(document: Document, samples_to_edit: list[SampleId], folder: Path, title: str) -> None:
    """A stroke and a save per round, beside a plain encode and fsync of the same file."""
    names = (
        "Pillow's plain encode + one fsync",
        "save(): caller held",
        "commit point",
        "save whole",
        "edit durable in log",
    )
    samples = {name: Samples() for name in names}
    committed = [0.0]
    write_record = saving.write_record

    def noting(where: Path, name: str, record: Record) -> Path:
        path = write_record(where, name, record)
        committed[0] = time.perf_counter()
        return path

    saving.write_record = noting
    for sample in samples_to_edit:
        mask = document.mask(sample)
        assert mask is not None
        plain = encode_and_sync(mask.layer("skin"), folder / "plain.png")
        erase = Erase.THIS_CLASS if mask.layer("skin")[20, 20] else None
        stroke = document.begin_stroke(sample, Operation(SKIN, erase, Others.OVERLAP))
        for step in range(8):
            stroke.cover(Rect(4 + 8 * step, 4, 41, 41), BLOCK)
        edited = time.perf_counter()
        stroke.commit()
        head: Node = document._open[sample].history.head  # type: ignore[union-attr]
        document.wait()
        logged = time.perf_counter() - edited
        assert head.logged
        start = time.perf_counter()
        document.save([sample])
        held = time.perf_counter() - start
        document.wait()
        whole = time.perf_counter() - start
        assert document.unsaved() == ()
        figures = (plain, held, committed[0] - start, whole, logged)
        for name, seconds in zip(names, figures, strict=True):
            samples[name].wall.append(seconds)
            samples[name].cpu.append(0.0)
    saving.write_record = write_record
    targets = {"commit point": 2.0}
    print_table(title, samples, names[0], targets)
    held = sorted(samples["save(): caller held"].wall)
    print(f"worst: {held[-1] * 1e3:.3f} ms")
    print_claim(f"ms that save() holds its caller ({title})", statistics.median(held) * 1e3, 1.0)


def encode_and_sync(layer: np.ndarray, path: Path) -> float:
    """Seconds for Pillow's defaults and one fsync."""
    picture = Image.fromarray(np.repeat(layer[..., None].astype(np.uint8) * 255, 3, 2))
    start = time.perf_counter()
    with path.open("wb") as file:
        picture.save(file, "PNG")
        file.flush()
        os.fsync(file.fileno())
    return time.perf_counter() - start


if __name__ == "__main__":
    main()

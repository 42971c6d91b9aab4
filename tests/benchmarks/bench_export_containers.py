"""Writing Hugging Face and WebDataset shards, against encoding the same pictures and doing nothing with them.

*Bare encode* is what any export of these samples must do at least where pictures are made anew: decode the photo, scale
it to 512, encode it as JPEG, and encode the mask's pictures as PNG by OpenCV, from arrays that are in memory already.
Exports besides read masks from their files, pack, hash and write. Where photos are copied as they are, the reference
still encodes them: that is the rate nobody would have complained of.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

REPOSITORY = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(REPOSITORY), str(Path(__file__).resolve().parent)]

from bench_export import ANNO, by_cv2, real_masks  # noqa: E402
from timing import interleave, print_claim, print_table, ratio  # noqa: E402

from app.faces.mask import Binary  # noqa: E402
from app.faces.sample import Modality, SampleId  # noqa: E402
from app.faces.store import SampleStore  # noqa: E402
from app.formats import open_store  # noqa: E402
from app.formats.exporting.folder import DiskFolder  # noqa: E402
from app.formats.exporting.protocol import ExportItem  # noqa: E402
from app.formats.exporting.registry import export_format  # noqa: E402
from app.imaging.cv import cv2  # noqa: E402
from app.workbench.exporting.source import DatasetSource  # noqa: E402

COUNT = 16
SIDE = 512


def make_tree(root: Path, masks: list[dict[str, Binary]]) -> SampleStore:
    """A released tree of these masks with photos of 1024² that look like photos to an encoder."""
    (root / "CelebA-HQ-img").mkdir(parents=True)
    (root / ANNO / "0").mkdir(parents=True)
    (root / "text" / "celeba-caption").mkdir(parents=True)
    noise = np.random.default_rng(0)
    for number, layers in enumerate(masks):
        rough = noise.integers(0, 256, (64, 64, 3), np.uint8)
        photo = cv2.resize(rough, (1024, 1024), interpolation=cv2.INTER_CUBIC)
        (root / "CelebA-HQ-img" / f"{number}.jpg").write_bytes(cv2.imencode(".jpg", photo)[1].tobytes())
        (root / "text" / "celeba-caption" / f"{number}.txt").write_text("She smiles.\n" * 10)
        for name, layer in layers.items():
            (root / ANNO / "0" / f"{number:05}_{name}.png").write_bytes(by_cv2(layer))
    return open_store(root)


def bare_encode(store: SampleStore, masks: list[dict[str, Binary]]) -> None:
    """The pictures of every sample, encoded and dropped."""
    for number, layers in enumerate(masks):
        data = store.picture_bytes(SampleId(str(number)), Modality.PHOTO)
        photo = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        small = cv2.resize(photo, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
        cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 95])
        for layer in layers.values():
            cv2.imencode(".png", layer.astype(np.uint8) * np.uint8(255))


def export(name: str, store: SampleStore, output: Path, options: Any) -> None:
    """All samples through the writer that the job uses."""
    items = [ExportItem(sample, sample) for sample in store.sample_ids]
    writer = export_format(name).writer(DatasetSource(store, None), items, options)
    parts = [writer.write(part, DiskFolder(output, store.root)) for part in writer.parts()]
    writer.finish(parts, DiskFolder(output, store.root))


def main() -> None:
    """Print the table."""
    masks = [layers for layers in real_masks() if all(layer.shape == (SIDE, SIDE) for layer in layers.values())][:COUNT]
    with tempfile.TemporaryDirectory() as scratch:
        store = make_tree(Path(scratch) / "tree", masks)
        variants: dict[str, Callable[[], object]] = {"bare encode": lambda: bare_encode(store, masks)}
        for name in ("huggingface", "webdataset", "imagefolder"):
            for size, what in ((SIDE, f"scaled to {SIDE}"), (None, "photos copied")):
                options = replace(export_format(name).options(), size=size)
                output = Path(scratch) / f"{name}-{size}"
                variants[f"{name}, {what}"] = lambda n=name, o=output, c=options: export(n, store, o, c)  # type: ignore[misc]
        samples = interleave(variants, rounds=7)
    per = sum(map(len, masks)) / len(masks)
    print_table(f"{len(masks)} samples, photos of 1024², {per:.1f} classes each, layers kept", samples, "bare encode")
    for name in list(variants)[1:]:
        rate = 1 / ratio(samples, name, "bare encode", clock="cpu")
        print_claim(f"times the bare encode rate: {name}", rate, 0.5, at_least=True)


if __name__ == "__main__":
    main()

"""Reading one sample's mask against ``cv2.imread`` of the same files, and planning one save against Pillow's encode.

Without the licensed samples beside the checkout a drawn sample of the same kind stands in.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

REPOSITORY = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(REPOSITORY), str(Path(__file__).resolve().parent)]

from timing import interleave, print_table  # noqa: E402

from app.faces.classes import LAYER_CLASSES, names_of  # noqa: E402
from app.faces.mask import MaskLayers  # noqa: E402
from app.faces.sample import Modality, SampleId  # noqa: E402
from app.faces.store import SampleStore, ValueChange  # noqa: E402
from app.formats import open_store  # noqa: E402
from app.imaging.cv import cv2  # noqa: E402


def drawn_dataset(root: Path) -> SampleStore:
    """One sample with thirteen ellipses as classes, written by Pillow as 8-bit RGB."""
    (root / "CelebA-HQ-img").mkdir()
    anno = root / "CelebAMask-HQ-mask-anno" / "0"
    anno.mkdir(parents=True)
    Image.new("RGB", (1024, 1024), "grey").save(root / "CelebA-HQ-img" / "17.jpg")
    y, x = np.mgrid[:512, :512]
    for number, face_class in enumerate(LAYER_CLASSES[:13]):
        radius = 190 - 14 * number
        inside = ((x - 256) / radius) ** 2 + ((y - 250 - 5 * number) / radius) ** 2 < 1
        Image.fromarray(np.repeat(inside[..., None].astype(np.uint8) * 255, 3, 2)).save(
            anno / f"00017_{face_class.name}.png"
        )
    return open_store(root)


def class_files(store: SampleStore, sample: SampleId) -> list[str]:
    """The sample's mask files."""
    return [str(store.root / path) for path, stamp in store.read_mask(sample).stamps.items() if stamp]


def plan(store: SampleStore, sample: SampleId) -> tuple[ValueChange, str]:
    """A stroke of 40 pixels on the largest class, and its name."""
    loaded = store.read_mask(sample)
    assert loaded.value is not None
    areas = loaded.value.areas()
    name = max(names_of(loaded.value.present), key=lambda n: areas[n])
    after = loaded.value.bits.copy()
    after[200:240, 200:240] ^= np.uint32(next(c.bit for c in LAYER_CLASSES if c.name == name))
    return ValueChange(Modality.MASK, loaded.value, MaskLayers(after), loaded.stamps), name


def main() -> None:
    """Print both tables."""
    real = REPOSITORY.parent / "shared" / "data" / "CelebAMask-HQ"
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(real) if real.is_dir() else drawn_dataset(Path(folder))
        sample = max(store.sample_ids, key=lambda s: ((store.class_bits(s) or 0).bit_count() == 13, -int(s)))
        files = class_files(store, sample)
        reading = interleave(
            {
                "cv2.imread of the files": lambda: [cv2.imread(path) for path in files],
                "store.read_mask": lambda: store.read_mask(sample),
            },
            rounds=25,
        )
        print_table(
            f"sample {sample}, {len(files)} masks", reading, "cv2.imread of the files", {"store.read_mask": 1.0}
        )
        change, name = plan(store, sample)
        path = next(p for p in files if p.endswith(f"_{name}.png"))
        picture = Image.open(path).convert("RGB")
        saving = interleave(
            {
                "Pillow's plain encode": lambda: picture.save(io.BytesIO(), "PNG"),
                "store.plan_save": lambda: store.plan_save(sample, [change]),
            },
            rounds=25,
        )
        print_table(f"one changed class ({name})", saving, "Pillow's plain encode", {"store.plan_save": 2.0})
        planned = store.plan_save(sample, [change]).changes[0].after or b""
        print(f"\nbytes: {len(planned)} written, {Path(path).stat().st_size} before")


if __name__ == "__main__":
    main()

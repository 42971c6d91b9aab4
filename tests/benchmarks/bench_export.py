"""Writing index maps, in images per second and core, against the procedure that everybody copies (``g_mask.py``).

How the released class files are filtered decides how quickly they can be read, and nobody publishes them, so the same
masks are written four ways. Without the licensed samples beside the checkout drawn ones stand in.
"""

from __future__ import annotations

import io
import struct
import sys
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

REPOSITORY = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(REPOSITORY), str(Path(__file__).resolve().parent)]

from timing import interleave, print_claim, print_table, ratio  # noqa: E402

from app.catalog.mask_cache import MaskCache  # noqa: E402
from app.catalog.stamps import stamp_of  # noqa: E402
from app.faces.classes import LAYER_CLASSES  # noqa: E402
from app.faces.mask import Binary  # noqa: E402
from app.faces.sample import Modality  # noqa: E402
from app.faces.store import SampleStore  # noqa: E402
from app.formats import open_store  # noqa: E402
from app.formats.exporting.folder import DiskFolder  # noqa: E402
from app.formats.exporting.index_masks import IndexMaskFormat, IndexMaskOptions  # noqa: E402
from app.formats.exporting.protocol import ExportItem, Source  # noqa: E402
from app.imaging.cv import cv2  # noqa: E402
from app.workbench.exporting.source import DatasetSource  # noqa: E402

COUNT = 24
ANNO = "CelebAMask-HQ-mask-anno"


def drawn_masks(number: int) -> dict[str, Binary]:
    """Thirteen ellipses as classes."""
    y, x = np.mgrid[:512, :512]
    masks = {}
    for place, face_class in enumerate(LAYER_CLASSES[:13]):
        radius = 190 - 14 * place
        masks[face_class.name] = ((x - 240 - number) / radius) ** 2 + ((y - 250 - 5 * place) / radius) ** 2 < 1
    return masks


def real_masks() -> list[dict[str, Binary]]:
    """The layers of the real samples, or of drawn ones."""
    real = REPOSITORY.parent / "shared" / "data" / "CelebAMask-HQ"
    if not real.is_dir():
        return [drawn_masks(number) for number in range(COUNT)]
    store = open_store(real)
    loaded = (store.read_mask(sample).value for sample in store.sample_ids[: 2 * COUNT])
    found = [{c.name: m.layer(c.name) for c in LAYER_CLASSES if m.present & c.bit} for m in loaded if m is not None]
    return found[:COUNT]


def by_cv2(layer: Binary) -> bytes:
    """As OpenCV writes it."""
    return cv2.imencode(".png", _tripled(layer))[1].tobytes()


def by_pillow(layer: Binary) -> bytes:
    """As Pillow writes it: the filter is chosen anew for each row."""
    buffer = io.BytesIO()
    Image.fromarray(_tripled(layer)).save(buffer, "PNG")
    return buffer.getvalue()


def unfiltered(layer: Binary) -> bytes:
    """No filter, zlib's default level."""
    return _png(layer, 0)


def sub_filtered(layer: Binary) -> bytes:
    """Filter 1 in every row, zlib's default level."""
    return _png(layer, 1)


def _tripled(layer: Binary) -> np.ndarray:
    return np.repeat(layer[..., None].astype(np.uint8) * np.uint8(255), 3, axis=2)


def _png(layer: Binary, kind: int) -> bytes:
    rows = _tripled(layer).reshape(len(layer), -1)
    if kind:
        rows[:, 3:] -= rows[:, :-3].copy()
    raw = np.concatenate([np.full((len(layer), 1), kind, np.uint8), rows], axis=1).tobytes()

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", layer.shape[1], layer.shape[0], 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(raw)), chunk(b"IEND", b"")]
    )


WAYS: dict[str, Callable[[Binary], bytes]] = {
    "written by OpenCV": by_cv2,
    "without filter": unfiltered,
    "filter 1": sub_filtered,
    "adaptive filters (Pillow)": by_pillow,
}


def make_tree(root: Path, masks: list[dict[str, Binary]], encode: Callable[[Binary], bytes]) -> SampleStore:
    """A released tree with these masks, its photos all alike."""
    (root / "CelebA-HQ-img").mkdir(parents=True)
    (root / ANNO / "0").mkdir(parents=True)
    for number, layers in enumerate(masks):
        Image.new("RGB", (64, 64)).save(root / "CelebA-HQ-img" / f"{number}.jpg")
        for name, layer in layers.items():
            (root / ANNO / "0" / f"{number:05}_{name}.png").write_bytes(encode(layer))
    return open_store(root)


def g_mask(root: Path, count: int, output: Path) -> None:
    """``face_parsing/Data_preprocessing/g_mask.py`` of the dataset's authors, its list2 order."""
    output.mkdir(exist_ok=True)
    for number in range(count):
        merged = np.zeros((512, 512))
        for value, face_class in enumerate(LAYER_CLASSES, start=1):
            file = root / ANNO / str(number // 2000) / f"{number:05}_{face_class.name}.png"
            if file.exists():
                layer = cv2.imread(str(file))[:, :, 0]
                merged[layer != 0] = value
        cv2.imwrite(str(output / f"{number}.png"), merged.astype(np.uint8))


def export(source: Source, output: Path) -> None:
    """Every index map, through the writer that the job uses."""
    items = [ExportItem(sample, sample) for sample in source.store.sample_ids]
    writer = IndexMaskFormat().writer(source, items, IndexMaskOptions(include=frozenset({Modality.MASK})))
    for part in writer.parts():
        writer.write(part, DiskFolder(output))


def assert_equal(maps: Path, reference: Path) -> None:
    """Bit for bit."""
    for file in reference.iterdir():
        with Image.open(file) as expected, Image.open(maps / file.name) as found:
            assert found.mode == "L"
            assert np.array_equal(np.asarray(found), np.asarray(expected)), file.name


def index_masks(scratch: Path, masks: list[dict[str, Binary]], way: str, encode: Callable[[Binary], bytes]) -> None:
    """Print the table of one way of writing class files."""
    root, output = scratch / "tree", scratch / "out"
    output.mkdir()
    store = make_tree(root, masks, encode)
    cache = MaskCache(scratch / "cache")
    for sample in store.sample_ids:
        mask, stamp = store.read_mask(sample).value, stamp_of(root, store.files(sample, Modality.MASK))
        assert mask is not None
        assert stamp is not None
        cache.put(sample, stamp, mask)
    cache.close()
    from_files, from_cache = DatasetSource(store, None), DatasetSource(store, scratch / "cache")
    samples = interleave(
        {
            "g_mask.py": lambda: g_mask(root, len(masks), output / "reference"),
            "index-masks from the files": lambda: export(from_files, output / "files"),
            "index-masks from the cache": lambda: export(from_cache, output / "cache"),
        },
        rounds=9,
    )
    from_cache.close()
    for maps in ("files", "cache"):
        assert_equal(output / maps / "masks", output / "reference")
    title = f"{len(masks)} samples, {sum(map(len, masks)) / len(masks):.1f} class files each, {way}"
    print_table(title, samples, "g_mask.py")
    speeds = (f"{name} {len(masks) / np.median(taken.cpu):.0f}" for name, taken in samples.items())
    print("images/s and core: " + ", ".join(speeds))
    for source, least in (("files", 1.5 if encode is by_pillow else 2.5), ("cache", 15)):
        times = 1 / ratio(samples, f"index-masks from the {source}", "g_mask.py", clock="cpu")
        print_claim(f"times as fast as g_mask.py, from the {source}, {way}", times, least, at_least=True)


def main() -> None:
    """Print the tables."""
    masks = real_masks()
    for way, encode in WAYS.items():
        with tempfile.TemporaryDirectory() as folder:
            index_masks(Path(folder), masks, way, encode)


if __name__ == "__main__":
    main()

"""The next sample: prefetched against a memcpy of the view (see ``view_copies``), through the mask cache against
decoding its photo alone, cold against decoding everything with OpenCV."""

from __future__ import annotations

import itertools
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import numpy as np
from canvas_desk import REPOSITORY, VIEW, CanvasDesk
from PySide6.QtCore import QPointF
from timing import interleave, print_table, view_copies

from app.catalog.mask_cache import MaskCache
from app.faces.classes import LAYER_CLASSES
from app.formats import open_store
from app.imaging.cv import cv2
from app.imaging.overlay import OverlayStyle
from app.ui.canvas.frames import Framing, Role
from app.ui.canvas.viewport import Sight
from app.ui.sample_view import Look, read_sample
from app.workbench.demo import make_demo

STEP = "next sample, prefetched"


def prefetched() -> None:
    """Step between two samples that are ready."""
    desk = CanvasDesk()
    forward = [True]

    def step() -> None:
        desk.session.step(1 if forward[0] else -1)
        forward[0] = not forward[0]
        desk.paint()

    for zoom in (1.0, 4.0, 0.0):
        if zoom:
            desk.area.viewport.show_at(zoom, QPointF(0.5, 0.5))
        else:
            desk.area.viewport.fit()
        desk.paint()
        step(), desk.wait(800), step(), desk.wait(800)
        what = f"{zoom:g}×" if zoom else "fit"
        for reference, copy in view_copies(*VIEW).items():
            taken = interleave({reference: copy, STEP: step}, rounds=41, warm=2)
            print_table(f"view {VIEW[0]}×{VIEW[1]}, {what}", taken, reference, {STEP: 2})
    desk.close()


def cold() -> None:
    """Read and compose one real sample, against cv2.imread of its files and a blend with numpy and OpenCV."""
    real = REPOSITORY.parent / "shared" / "data" / "CelebAMask-HQ"
    if not real.is_dir():
        print("\ncold: skipped, the licensed real samples (../shared/data) are not on this machine")
        return
    store = open_store(real)
    sample = store.sample_ids[0]
    stamps = store.read_mask(sample).stamps
    files = {c.id: str(store.root / path) for c in LAYER_CLASSES for path in stamps if path.endswith(f"_{c.name}.png")}
    files = {class_id: path for class_id, path in files.items() if Path(path).is_file()}

    def with_opencv() -> None:
        photo = cv2.imread(str(store.photo_path(sample)))
        assert photo is not None
        index = np.zeros((512, 512), np.uint8)
        for class_id, path in files.items():
            layer = cv2.imread(path, cv2.IMREAD_GRAYSCALE)
            assert layer is not None
            index[layer > 0] = class_id
        colours = np.array([(c.colour[::-1]) for c in ((LAYER_CLASSES[0], *LAYER_CLASSES))], np.uint8)[index]
        size = photo.shape[1::-1]
        colours = cv2.resize(colours, size, interpolation=cv2.INTER_NEAREST)
        covered = cv2.resize(index, size, interpolation=cv2.INTER_NEAREST) > 0
        np.where(covered[..., None], cv2.addWeighted(photo, 0.5, colours, 0.5, 0), photo)

    variants = {
        "cv2 decodes all, composes": with_opencv,
        "read_sample": lambda: read_sample(store, sample, Look(OverlayStyle())),
    }
    taken = interleave(variants, rounds=21, warm=2)
    print_table(f"cold, sample {sample}, {len(files)} masks", taken, "cv2 decodes all, composes", {"read_sample": 1.3})


def cached() -> None:
    """Read, compose and draw samples whose masks are in the cache, against decoding their photos and nothing else.

    Both hold the sample before the one they read, as a window does. Without the licensed samples the demo's.
    """
    real = REPOSITORY.parent / "shared" / "data" / "CelebAMask-HQ"
    with tempfile.TemporaryDirectory() as folder:
        root = real
        if not real.is_dir():
            root = Path(folder) / "demo"
            make_demo(root, count=8)
        store = open_store(root)
        masks = MaskCache(Path(folder) / "masks.sqlite")
        framing = Framing(Sight(1.0, (0.5, 0.5), fitting=False, picture=(1024, 1024)), VIEW, bare=False)
        look = Look(OverlayStyle(), {Role.PHOTO: framing})
        files = {sample: store.photo_path(sample).read_bytes() for sample in store.sample_ids}
        largest = max(decoded(data).shape[0] for data in files.values())
        samples = [sample for sample, data in files.items() if decoded(data).shape[0] == largest]
        for sample in samples:
            read_sample(store, sample, look, masks=masks)
        turns = {name: itertools.cycle(samples) for name in ("bare", "opened")}
        held: dict[str, object] = {}

        def bare() -> None:
            held["bare"] = decoded(store.photo_path(next(turns["bare"])).read_bytes())

        def opened() -> None:
            held["opened"] = view = read_sample(store, next(turns["opened"]), look, masks=masks)
            assert view.loaded is not None
            assert view.loaded.is_provisional

        taken = interleave({"bare JPEG decode": bare, "opened through the mask cache": opened}, rounds=61, warm=3)
        title = f"{len(samples)} samples, photos of {largest} pixels"
        print_table(title, taken, "bare JPEG decode", {"opened through the mask cache": 2.3})
        masks.close()


def decoded(data: bytes) -> np.ndarray:
    """The photo as 32-bit pixels, by the quickest decoder there is."""
    try:
        import simplejpeg
    except ImportError:
        return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    return simplejpeg.decode_jpeg(data, "BGRA")


if __name__ == "__main__":
    prefetched()
    cached()
    cold()

"""A dataset that exists in memory only: pictures drawn with numpy, for tests of the canvases."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from app.faces.attributes import Attributes
from app.faces.captions import Captions
from app.faces.classes import OFFICIAL_SCHEME, ClassScheme, bits_of
from app.faces.errors import SampleNotFoundError
from app.faces.mask import MaskLayers
from app.faces.sample import Loaded, Modality, Photo, Pose, Problem, SampleId
from app.faces.store import SavePlan, ValueChange
from app.imaging.cv import cv2

PHOTO_SIDE = 1024
MASK_SIDE = 512
SKETCH_SIDE = 256


@lru_cache(maxsize=32)
def drawn_photo(seed: int, side: int = PHOTO_SIDE) -> Photo:
    """Noise over a gradient: every pixel differs from its neighbours, so that a seam would show."""
    rng = np.random.default_rng(seed)
    ramp = np.linspace(40, 200, side)[:, None, None] + np.zeros((1, side, 3))
    photo: Photo = (ramp + rng.integers(-30, 30, (side, side, 3))).astype(np.uint8)
    return photo


@lru_cache(maxsize=32)
def encoded(seed: int, side: int) -> bytes:
    """The same as a PNG file."""
    return cv2.imencode(".png", drawn_photo(seed, side)[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 0])[1].tobytes()


def drawn_mask(side: int = MASK_SIDE) -> MaskLayers:
    """Skin and hair that overlap, and a nose on the skin."""
    y, x = np.mgrid[:side, :side] / side

    def disc(cx: float, cy: float, radius: float) -> np.ndarray:
        return (x - cx) ** 2 + (y - cy) ** 2 < radius**2

    return MaskLayers.from_binaries(
        {"skin": disc(0.5, 0.55, 0.35), "hair": disc(0.5, 0.3, 0.3), "nose": disc(0.5, 0.55, 0.07)}
    )


class DrawnStore:
    """Samples "1" … "N". What a sample lacks is named in ``missing``; ``gate`` holds readers back while it is clear."""

    layout = "drawn"
    scheme: ClassScheme = OFFICIAL_SCHEME
    problems: Sequence[Problem] = ()
    splits: Mapping[str, Sequence[SampleId]] = {}

    def __init__(
        self, root: Path, count: int = 5, *, sides: tuple[int, int, int] = (PHOTO_SIDE, MASK_SIDE, SKETCH_SIDE)
    ) -> None:
        self.root = root
        self.sample_ids: Sequence[SampleId] = [SampleId(str(n)) for n in range(1, count + 1)]
        self.paint_order = OFFICIAL_SCHEME.paint_order
        self.missing: dict[SampleId, set[Modality]] = {}
        self.reason: str | None = None
        self.gate = threading.Event()
        self.gate.set()
        self.photos_read: list[SampleId] = []
        self.masks_read: list[SampleId] = []
        self._sides = sides

    def __contains__(self, sample: object) -> bool:
        return sample in self.sample_ids

    def has(self, sample: SampleId, modality: Modality) -> bool:
        return modality not in self.missing.get(sample, set())

    def class_bits(self, sample: SampleId) -> int | None:
        return bits_of("skin", "hair", "nose")

    def split_of(self, sample: SampleId) -> str | None:
        return None

    folders = ()
    tables = ()

    def files(self, sample: SampleId, modality: Modality) -> tuple[str, ...]:
        return (f"{sample}.mask",) if modality is Modality.MASK and (self.root / f"{sample}.mask").exists() else ()

    def celeba_file(self, sample: SampleId) -> str | None:
        return None

    def listing(self) -> bytes:
        return b""

    def rescanned(self) -> DrawnStore:
        return self

    def adopt(self, fresh: DrawnStore) -> None:
        pass

    def read_only(self, modality: Modality) -> str | None:
        return self.reason if modality is Modality.MASK else None

    def photo_path(self, sample: SampleId) -> Path:
        return self.root / f"{sample}.jpg"

    def read_photo(self, sample: SampleId) -> Loaded[Photo]:
        self.gate.wait()
        if sample not in self:
            raise SampleNotFoundError(f"there is no sample {sample}")
        self.photos_read.append(sample)
        if not self.has(sample, Modality.PHOTO):
            return Loaded(None, problems=(Problem(Modality.PHOTO, f"{sample}.jpg", f"{sample}.jpg is cut short"),))
        return Loaded(drawn_photo(int(sample), self._sides[0]))

    def read_sketch(self, sample: SampleId) -> Loaded[Photo]:
        return Loaded(drawn_photo(int(sample) + 99, self._sides[2]) if self.has(sample, Modality.SKETCH) else None)

    def picture_bytes(self, sample: SampleId, modality: Modality) -> bytes:
        is_sketch = modality is Modality.SKETCH
        return encoded(int(sample) + 99, self._sides[2]) if is_sketch else encoded(int(sample), self._sides[0])

    def read_mask(self, sample: SampleId) -> Loaded[MaskLayers]:
        self.masks_read.append(sample)
        return Loaded(drawn_mask(self._sides[1]) if self.has(sample, Modality.MASK) else None)

    def read_captions(self, sample: SampleId) -> Loaded[Captions]:
        return Loaded(Captions.from_texts(["A face."]))

    def read_attributes(self, sample: SampleId) -> Loaded[Attributes]:
        return Loaded(Attributes.unknown())

    def read_pose(self, sample: SampleId) -> Loaded[Pose]:
        return Loaded(None)

    def plan_save(self, sample: SampleId, changes: Sequence[ValueChange]) -> SavePlan:
        return SavePlan(sample, ())

    def saved(self, plan: SavePlan) -> None:
        pass

    def same_content(self, path: str, one: bytes | None, other: bytes | None) -> bool:
        return one == other

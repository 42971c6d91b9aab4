"""A dataset in a few plain files, for tests of the document that need no real layout."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

import numpy as np

from app.document.settings import DocumentSettings
from app.faces.attributes import Attributes
from app.faces.captions import Captions
from app.faces.classes import CLASS_BY_NAME, LAYER_CLASSES, OFFICIAL_PAINT_ORDER, OFFICIAL_SCHEME
from app.faces.errors import ConflictError, SampleNotFoundError
from app.faces.mask import MaskLayers
from app.faces.sample import Loaded, Modality, Problem, SampleId, Sketch
from app.faces.store import FileChange, SavePlan, ValueChange

MEMORY_DISK = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
SHAPE = (96, 128)
NAMES = ("Smiling", "Male", "Young")


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def layer_bytes(layer: np.ndarray, comment: bytes = b"") -> bytes:
    """A class file: a comment (which two files of equal content may differ in), then the packed pixels."""
    return b"LAYER " + comment + b"\n" + np.packbits(layer).tobytes()


class PlainStore:
    """masks/<id>_<class>.layer, text/<id>.txt and one attributes.tsv; photos/<id>.jpg are never read."""

    layout = "plain"
    scheme = OFFICIAL_SCHEME
    paint_order = OFFICIAL_PAINT_ORDER
    splits: Mapping[str, Sequence[SampleId]] = MappingProxyType({})
    problems: Sequence[Problem] = ()

    def __init__(self, root: Path) -> None:
        self.root = root
        self.sample_ids = sorted((SampleId(p.stem) for p in (root / "photos").glob("*.jpg")), key=int)
        self.planned = 0

    def __contains__(self, sample: object) -> bool:
        return sample in self.sample_ids

    def has(self, sample: SampleId, modality: Modality) -> bool:
        return modality is not Modality.POSE

    def class_bits(self, sample: SampleId) -> int | None:
        return None

    def split_of(self, sample: SampleId) -> str | None:
        return None

    folders = ("photos", "masks", "text", "sketches")
    tables = ("attributes.tsv",)

    def files(self, sample: SampleId, modality: Modality) -> tuple[str, ...]:
        paths = {
            Modality.PHOTO: [f"photos/{sample}.jpg"],
            Modality.MASK: [f"masks/{sample}_{c.name}.layer" for c in LAYER_CLASSES],
            Modality.CAPTIONS: [f"text/{sample}.txt"],
            Modality.ATTRIBUTES: ["attributes.tsv"],
            Modality.SKETCH: [f"sketches/{sample}.png"],
        }
        return tuple(path for path in paths.get(modality, []) if (self.root / path).exists())

    def celeba_file(self, sample: SampleId) -> str | None:
        return None

    def listing(self) -> bytes:
        return b""

    def rescanned(self) -> PlainStore:
        return PlainStore(self.root)

    def adopt(self, fresh: PlainStore) -> None:
        self.sample_ids = fresh.sample_ids

    def read_only(self, modality: Modality) -> str | None:
        return None

    def photo_path(self, sample: SampleId) -> Path:
        if sample not in self.sample_ids:
            raise SampleNotFoundError(sample)
        return self.root / "photos" / f"{sample}.jpg"

    def read_photo(self, sample: SampleId) -> Loaded:
        raise NotImplementedError

    read_sketch = read_photo

    def picture_bytes(self, sample: SampleId, modality: Modality) -> bytes:
        return (self.root / self.files(sample, modality)[0]).read_bytes()

    def read_pose(self, sample: SampleId) -> Loaded:
        return Loaded(None)

    def _bytes(self, path: str) -> bytes | None:
        file = self.root / path
        return file.read_bytes() if file.exists() else None

    def read_mask(self, sample: SampleId) -> Loaded[MaskLayers]:
        stamps, layers = {}, {}
        for face_class in LAYER_CLASSES:
            path = f"masks/{sample}_{face_class.name}.layer"
            data = self._bytes(path)
            if data is not None:
                stamps[path] = sha256(data)
                pixels = np.frombuffer(data.split(b"\n", 1)[1], np.uint8)
                layers[face_class.name] = np.unpackbits(pixels).reshape(SHAPE).astype(bool)
        return Loaded(MaskLayers.from_binaries(layers, SHAPE) if layers else None, stamps)

    def read_captions(self, sample: SampleId) -> Loaded[Captions]:
        data = self._bytes(f"text/{sample}.txt")
        stamps = {f"text/{sample}.txt": None if data is None else sha256(data)}
        return Loaded(None if data is None else Captions.from_bytes(data), stamps)

    def _rows(self) -> tuple[str, dict[str, list[str]]]:
        data = self._bytes("attributes.tsv") or b""
        return sha256(data), {row.split("\t")[0]: row.split("\t")[1:] for row in data.decode().splitlines()}

    def read_attributes(self, sample: SampleId) -> Loaded[Attributes]:
        stamp, rows = self._rows()
        values = tuple({"1": True, "-1": False}.get(v) for v in rows.get(sample, ["0"] * len(NAMES)))
        return Loaded(Attributes(NAMES, values), {"attributes.tsv": stamp})

    def plan_save(self, sample: SampleId, changes: Sequence[ValueChange]) -> SavePlan:
        self.planned += 1
        planned = []
        for change in changes:
            if isinstance(change.after, MaskLayers):
                for face_class in LAYER_CLASSES:
                    path = f"masks/{sample}_{face_class.name}.layer"
                    layer = change.after.layer(face_class.name)
                    old = change.before.layer(face_class.name) if change.before else np.zeros(SHAPE, bool)
                    if not np.array_equal(layer, old):
                        after = layer_bytes(layer, b"rewritten") if layer.any() else None
                        planned.append(FileChange(path, change.stamps.get(path), after))
            elif isinstance(change.after, Captions):
                path = f"text/{sample}.txt"
                planned.append(FileChange(path, change.stamps[path], change.after.to_bytes()))
            elif isinstance(change.after, Sketch):
                path = f"sketches/{sample}.png"
                planned.append(FileChange(path, change.stamps.get(path), change.after.data or None))
            else:
                stamp, rows = self._rows()
                if stamp != change.stamps["attributes.tsv"]:
                    raise ConflictError("attributes.tsv was changed by another program")
                rows[sample] = [{True: "1", False: "-1", None: "0"}[v] for v in change.after.values_]
                text = "".join("\t".join([row, *values]) + "\n" for row, values in rows.items())
                planned.append(FileChange("attributes.tsv", stamp, text.encode()))
        return SavePlan(sample, tuple(planned))

    def saved(self, plan: SavePlan) -> None:
        """Nothing is cached."""

    def same_content(self, path: str, one: bytes | None, other: bytes | None) -> bool:
        return _says(path, one) == _says(path, other)


def _says(path: str, data: bytes | None) -> bytes:
    """What a file says: a layer its pixels, without trailing zeros, so that no file is like a black one."""
    return (data or b"").split(b"\n", 1)[-1].rstrip(b"\0") if path.endswith(".layer") else data or b""


def make_dataset(root: Path, count: int = 3) -> Path:
    """A dataset of ``count`` samples with skin and hair, three captions and a row each."""
    for folder in ("photos", "masks", "text"):
        (root / folder).mkdir(parents=True)
    rows = []
    for number in range(count):
        (root / "photos" / f"{number}.jpg").write_bytes(b"photo")
        skin = np.zeros(SHAPE, bool)
        skin[20:70, 30:90] = True
        hair = np.zeros(SHAPE, bool)
        hair[5:30, 20:100] = True
        for name, layer in (("skin", skin), ("hair", hair)):
            (root / "masks" / f"{number}_{name}.layer").write_bytes(layer_bytes(layer, b"original"))
        (root / "text" / f"{number}.txt").write_bytes(b"She smiles. \nHer hair is long.\r\nNo \xc3\xa9nd")
        rows.append(f"{number}\t1\t-1\t0\n")
    (root / "attributes.tsv").write_text("".join(rows))
    return root


def tree(root: Path) -> dict[str, bytes]:
    """Every file of the dataset except our own work folder."""
    return {
        str(p.relative_to(root)): p.read_bytes()
        for p in sorted(root.rglob("*"))
        if p.is_file() and ".facewright" not in p.parts
    }


SKIN, HAIR = CLASS_BY_NAME["skin"].id, CLASS_BY_NAME["hair"].id
BY_HAND = DocumentSettings(merge_within_s=0.0)

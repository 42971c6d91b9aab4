"""YOLO segmentation: a text file of outlines for each photo, and ``data.yaml``, as Ultralytics trains on."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from app.faces.classes import LAYER_CLASSES
from app.faces.sample import Modality
from app.formats.exporting.annotated import Annotated, AnnotatedOptions, AnnotatedWriter, tolerance_option
from app.formats.exporting.folder import Folder
from app.formats.exporting.masks import Tally
from app.formats.exporting.protocol import ExportItem, Source
from app.imaging.regions import outlines

_UNSPLIT = "train"
_KEYS = {"val": "val", "valid": "val", "validation": "val", "test": "test", "train": "train"}
"""Split → its key in data.yaml; Ultralytics knows these three."""


@dataclass(frozen=True, slots=True, kw_only=True)
class YoloOptions(AnnotatedOptions):
    """What YOLO asks."""

    tolerance: float = tolerance_option(1.0)


@dataclass(frozen=True, slots=True)
class YoloSegFormat:
    """``images/train/17.jpg``, ``labels/train/17.txt`` and ``data.yaml``; class 0 is skin."""

    name: str = "yolo-seg"
    title: str = "YOLO segmentation"
    summary: str = "photos, outlines as fractions of their size, and data.yaml; Ultralytics YOLO trains on it"
    holds: frozenset[Modality] = frozenset({Modality.PHOTO, Modality.MASK})
    options: type[YoloOptions] = YoloOptions
    extra: str = ""

    @property
    def losses(self) -> Mapping[Modality, str]:
        """Pixels at the edges."""
        why = (
            "outlines are simplified (tolerance 0 keeps every pixel), and each connected part of a class is an object"
            " of its own; holes are joined to the outline by lines without width"
        )
        return MappingProxyType({Modality.MASK: why})

    def writer(self, source: Source, items: Sequence[ExportItem], options: YoloOptions) -> AnnotatedWriter:
        """Begin an export."""
        plan = _Plan(options)
        return AnnotatedWriter(source, items, options, self.holds, plan.write_sample, plan.write_end)


@dataclass(frozen=True, slots=True)
class _Plan:
    options: YoloOptions

    def write_sample(self, sample: Annotated, folder: Folder, tally: Tally) -> str:
        split = sample.item.split or _UNSPLIT
        if sample.photo:
            folder.write(f"images/{split}/{sample.item.name}{sample.suffix}", sample.photo.data)
        if sample.mask is None:
            return split
        height, width = sample.shape
        lines = []
        for face_class, covered in sample.layers():
            rings = outlines(covered, self.options.tolerance)
            if not rings:
                tally.add({f"masks of {face_class.title.lower()} too small for an outline at this tolerance": 1})
            for ring in rings:
                corners = " ".join(f"{x / width:.6g} {y / height:.6g}" for x, y in ring.tolist())
                lines.append(f"{face_class.id - 1} {corners}\n")
        folder.write(f"labels/{split}/{sample.item.name}.txt", "".join(lines).encode())
        return split

    def write_end(self, rows: Sequence[Any], folder: Folder) -> None:
        # JSON texts are YAML texts, whatever a split is called.
        splits = {_KEYS.get(split, split): f"images/{split}" for split in dict.fromkeys(rows)}
        splits.setdefault("train", next(iter(splits.values()), "images/train"))
        splits.setdefault("val", splits["train"])
        lines = ["# path: where this folder is; left out, Ultralytics takes the folder of this file"]
        lines += [
            f"{json.dumps(key, ensure_ascii=False)}: {json.dumps(path, ensure_ascii=False)}"
            for key, path in splits.items()
        ]
        lines += [f"nc: {len(LAYER_CLASSES)}", "names:", *(f"  {each.id - 1}: {each.name}" for each in LAYER_CLASSES)]
        folder.write("data.yaml", ("\n".join(lines) + "\n").encode())

"""LabelMe: one JSON beside each photo, with masks that keep every pixel or polygons that LabelMe can drag about."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from app.faces.classes import LAYER_CLASSES
from app.faces.mask import Binary
from app.faces.sample import Modality
from app.formats.exporting.annotated import Annotated, AnnotatedOptions, AnnotatedWriter, tolerance_option
from app.formats.exporting.folder import Folder
from app.formats.exporting.masks import Tally
from app.formats.exporting.options import option
from app.formats.exporting.protocol import ExportItem, Source
from app.formats.png_writing import grey_png
from app.imaging.regions import cropped, outlines

MASKS, POLYGONS = SHAPES = ("masks", "polygons")
_VERSION = "5.5.0"
"""Whose files and shapes are as written here; later ones read them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelMeOptions(AnnotatedOptions):
    """What LabelMe asks."""

    shapes: str = option(
        MASKS,
        "masks: every pixel kept, for LabelMe 5.5 or later; polygons: outlines, holes joined to them",
        choices=SHAPES,
    )
    tolerance: float = tolerance_option(1.0)


@dataclass(frozen=True, slots=True)
class LabelMeFormat:
    """``17.jpg`` and ``17.json`` side by side, in a folder for each split, and ``labels.txt``."""

    name: str = "labelme"
    title: str = "LabelMe"
    summary: str = "a JSON beside each photo: masks or polygons, attributes as flags, captions; LabelMe opens it"
    holds: frozenset[Modality] = frozenset({Modality.PHOTO, Modality.MASK, Modality.ATTRIBUTES, Modality.CAPTIONS})
    options: type[LabelMeOptions] = LabelMeOptions
    extra: str = ""

    @property
    def losses(self) -> Mapping[Modality, str]:
        """None: an unknown attribute has no flag."""
        return MappingProxyType({})

    def writer(self, source: Source, items: Sequence[ExportItem], options: LabelMeOptions) -> AnnotatedWriter:
        """Begin an export."""
        plan = _Plan(options)
        return AnnotatedWriter(source, items, options, self.holds, plan.write_sample, plan.write_end)


@dataclass(frozen=True, slots=True)
class _Plan:
    options: LabelMeOptions

    def write_sample(self, sample: Annotated, folder: Folder, tally: Tally) -> None:
        home = f"{sample.item.split}/" if sample.item.split else ""
        file = f"{sample.item.name}{sample.suffix}"
        if sample.photo:
            folder.write(f"{home}{file}", sample.photo.data)
        shapes = []
        for face_class, covered in sample.layers():
            found = list(self._shapes(face_class.name, face_class.id, covered))
            shapes += found
            if not found:
                tally.add({f"masks of {face_class.title.lower()} too small for an outline at this tolerance": 1})
        flags = {name: value for name, value in (sample.attributes or {}).items() if value is not None}
        document: dict[str, Any] = {
            "version": _VERSION,
            "flags": flags,
            "shapes": shapes,
            "imagePath": file,
            "imageData": None,
            "imageHeight": sample.shape[0],
            "imageWidth": sample.shape[1],
        }
        if sample.captions:
            # LabelMe keeps fields that it does not know.
            document["captions"] = list(sample.captions)
        text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
        folder.write(f"{home}{sample.item.name}.json", text.encode())

    def _shapes(self, name: str, number: int, covered: Binary) -> Iterator[dict[str, Any]]:
        common = {"label": name, "group_id": number, "description": "", "flags": {}}
        if self.options.shapes == POLYGONS:
            for ring in outlines(covered, self.options.tolerance):
                yield {**common, "shape_type": "polygon", "points": ring.tolist(), "mask": None}
            return
        crop = cropped(covered)
        # Both corners are pixels of the mask.
        corners = [[crop.x, crop.y], [crop.x + crop.width - 1, crop.y + crop.height - 1]]
        data = base64.b64encode(grey_png(crop.covered.astype(np.uint8) * np.uint8(255))).decode()
        yield {**common, "shape_type": "mask", "points": corners, "mask": data}

    def write_end(self, rows: Sequence[Any], folder: Folder) -> None:  # noqa: ARG002 - the protocol's signature
        names = ("__ignore__", "_background_", *(each.name for each in LAYER_CLASSES))
        folder.write("labels.txt", "".join(f"{name}\n" for name in names).encode())

"""A Supervisely project, in the shape that Dataset Ninja published CelebAMask-HQ in.

Its readers are strict: an annotation without ``tags`` or ``size``, a class that ``meta.json`` does not have or a bitmap
without a pixel stops the import of the whole project.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from app.faces.attributes import Attributes
from app.faces.classes import LAYER_CLASSES
from app.faces.errors import ExportError
from app.faces.mask import Binary
from app.faces.sample import Modality
from app.formats.exporting.annotated import (
    Annotated,
    AnnotatedOptions,
    AnnotatedWriter,
    attribute_names,
    hex_colour,
)
from app.formats.exporting.folder import Folder, safe_name
from app.formats.exporting.masks import Tally
from app.formats.exporting.options import option
from app.formats.exporting.protocol import ExportItem, Source
from app.formats.files import shown
from app.formats.png import chunk
from app.formats.png_writing import palette_png
from app.imaging.regions import cropped

YES, YES_AND_NO = TAGS = ("yes", "yes and no")
MASK_SIZE = "mask_size"
"""In ``customBigData``, which Supervisely keeps and never looks into: the [rows, columns] of the dataset's own mask."""
_BLACK_AND_WHITE = np.array([[0, 0, 0], [255, 255, 255]], np.uint8)


@dataclass(frozen=True, slots=True, kw_only=True)
class SuperviselyOptions(AnnotatedOptions):
    """What Supervisely asks."""

    tags: str = option(
        YES,
        "yes: a tag for each attribute that the sample has, as Dataset Ninja has it; yes and no: tags with a value, so"
        " that no and unknown are told apart",
        title="Attribute tags",
        choices=TAGS,
    )
    dataset_name: str = option("ds", "name of the dataset within the project, for samples without a split")


@dataclass(frozen=True, slots=True)
class SuperviselyFormat:
    """``meta.json``, ``ds/img/17.jpg`` and ``ds/ann/17.jpg.json`` with a bitmap for each class."""

    name: str = "supervisely"
    title: str = "Supervisely / Dataset Ninja"
    summary: str = "a project of bitmaps and attribute tags; supervisely, Dataset Ninja's tools and datumaro read it"
    holds: frozenset[Modality] = frozenset({Modality.PHOTO, Modality.MASK, Modality.ATTRIBUTES})
    options: type[SuperviselyOptions] = SuperviselyOptions
    extra: str = ""

    @property
    def losses(self) -> Mapping[Modality, str]:
        """No and unknown, unless they are asked for."""
        why = (
            "only attributes that are yes become tags: no and unknown are not told apart (tags: yes and no keeps both)"
        )
        return MappingProxyType({Modality.ATTRIBUTES: why})

    def writer(self, source: Source, items: Sequence[ExportItem], options: SuperviselyOptions) -> AnnotatedWriter:
        """Begin an export. Raises ExportError for a dataset name that is none."""
        if safe_name(options.dataset_name) != options.dataset_name or not options.dataset_name:
            name = shown(options.dataset_name) or "nothing"
            raise ExportError(f"{name} is no name for a dataset; give it a plain one")
        plan = _Plan(options)
        return AnnotatedWriter(source, items, options, self.holds, plan.write_sample, plan.write_end)


@dataclass(frozen=True, slots=True)
class _Plan:
    options: SuperviselyOptions

    def write_sample(self, sample: Annotated, folder: Folder, tally: Tally) -> dict[str, Any]:  # noqa: ARG002
        home = sample.item.split or self.options.dataset_name
        file = f"{sample.item.name}{sample.suffix}"
        if sample.photo:
            folder.write(f"{home}/img/{file}", sample.photo.data)
        height, width = sample.shape
        annotation: dict[str, Any] = {
            "description": "",
            "size": {"height": height, "width": width},
            "tags": [] if sample.attributes is None else self._tags(sample.attributes),
            "objects": [_bitmap(each.name, covered) for each, covered in sample.layers()],
        }
        if sample.own_shape is not None:
            annotation["customBigData"] = {MASK_SIZE: list(sample.own_shape)}
        text = json.dumps(annotation, ensure_ascii=False)
        folder.write(f"{home}/ann/{file}.json", text.encode())
        return {"attributes": [] if sample.attributes is None else list(sample.attributes.names)}

    def _tags(self, attributes: Attributes) -> list[dict[str, Any]]:
        if self.options.tags == YES:
            return [{"name": name, "value": None} for name, value in attributes.items() if value]
        known = ((name, value) for name, value in attributes.items() if value is not None)
        return [{"name": name, "value": "yes" if value else "no"} for name, value in known]

    def write_end(self, rows: Sequence[dict[str, Any]], folder: Folder) -> None:
        names = attribute_names(rows) if Modality.ATTRIBUTES in self.options.include else ()
        kind: dict[str, Any] = {"value_type": "none"}
        if self.options.tags == YES_AND_NO:
            kind = {"value_type": "oneof_string", "values": ["yes", "no"]}
        meta = {
            "classes": [
                {"title": each.name, "shape": "bitmap", "color": hex_colour(each).upper(), "geometry_config": {}}
                for each in LAYER_CLASSES
            ],
            "tags": [{"name": name, **kind, "color": "#0F6F8A"} for name in names],
            "projectType": "images",
        }
        folder.write("meta.json", (json.dumps(meta, indent=2, ensure_ascii=False) + "\n").encode())


def _bitmap(class_name: str, covered: Binary) -> dict[str, Any]:
    crop = cropped(covered)
    packed = base64.b64encode(zlib.compress(bitmap_png(crop.covered), 1)).decode()
    return {
        "classTitle": class_name,
        "description": "",
        "tags": [],
        "shape": "bitmap",
        "geometryType": "bitmap",
        "bitmap": {"origin": [crop.x, crop.y], "data": packed},
    }


def bitmap_png(covered: Binary) -> bytes:
    """The kind that Supervisely's own tools write: a palette of black and white, the black transparent.

    Its web page looks at transparency alone, its Python package at that where there is any.
    """
    data = palette_png(covered.view(np.uint8), _BLACK_AND_WHITE)
    at = data.index(b"IDAT") - 4
    return data[:at] + chunk(b"tRNS", b"\0\xff") + data[at:]

"""COCO: photos, one JSON of instances and one of captions for each split, as ``pycocotools`` reads them.

Each class of a sample is one instance, so overlapping layers stay what they are. Attributes, head pose and the size of
the dataset's own mask are written as further fields of an image, which readers of COCO pass over.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from app.faces.classes import LAYER_CLASSES
from app.faces.mask import Binary
from app.faces.sample import Modality
from app.formats.exporting.annotated import (
    Annotated,
    AnnotatedOptions,
    AnnotatedWriter,
    attribute_values,
    tolerance_option,
)
from app.formats.exporting.folder import Folder
from app.formats.exporting.masks import Tally
from app.formats.exporting.options import option
from app.formats.exporting.protocol import ExportItem, Source
from app.formats.exporting.sample_records import pose_json
from app.formats.listing import numeric_id
from app.imaging.regions import cropped, outlines, packed_runs, run_lengths

RLE, POLYGONS = SEGMENTATIONS = ("rle", "polygons")
_LINES = 1000
"""Lines that are written at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CocoOptions(AnnotatedOptions):
    """What COCO asks."""

    segmentation: str = option(
        RLE,
        "rle: compressed runs, every pixel kept; polygons: outlines, which more tools can edit (holes are joined to the"
        " outline by lines without width)",
        choices=SEGMENTATIONS,
    )
    tolerance: float = tolerance_option(0.0)
    crowd: bool = option(False, "mark runs as iscrowd = 1; most trainers pass over such instances")
    one_file: bool = option(False, "captions within the images of the instances file, not in a file of their own")


@dataclass(frozen=True, slots=True)
class CocoFormat:
    """``images/17.jpg``, ``annotations/instances_train.json`` and ``captions_train.json``."""

    name: str = "coco"
    title: str = "COCO"
    summary: str = "photos, instances (RLE or polygons) and captions in JSON; pycocotools, Detectron2 … read it"
    holds: frozenset[Modality] = frozenset(Modality) - {Modality.SKETCH}
    options: type[CocoOptions] = CocoOptions
    extra: str = ""

    @property
    def losses(self) -> Mapping[Modality, str]:
        """None: by default every pixel and every text comes back."""
        return MappingProxyType({})

    def writer(self, source: Source, items: Sequence[ExportItem], options: CocoOptions) -> AnnotatedWriter:
        """Begin an export. Raises ExportError where nothing that COCO holds is to be exported."""
        plan = _Plan(source, options, image_ids([item.name for item in items]))
        return AnnotatedWriter(source, items, options, self.holds, plan.write_sample, plan.write_end)


def image_ids(names: Sequence[str]) -> dict[str, int]:
    """A number for every name: its own where it is one, else the next after the largest."""
    ids: dict[str, int] = {}
    taken = set()
    for name in names:
        number = numeric_id(name)
        if number is not None and int(number) not in taken:
            ids[name] = int(number)
            taken.add(int(number))
    following = max(taken, default=0)
    for name in names:
        if name not in ids:
            following += 1
            ids[name] = following
    return ids


@dataclass(frozen=True, slots=True)
class _Plan:
    source: Source
    options: CocoOptions
    image_ids: Mapping[str, int]

    def write_sample(self, sample: Annotated, folder: Folder, tally: Tally) -> dict[str, Any]:
        file = f"{sample.item.name}{sample.suffix}"
        if sample.photo:
            folder.write(f"images/{file}", sample.photo.data)
        height, width = sample.shape
        image: dict[str, Any] = {
            "id": self.image_ids[sample.item.name],
            "file_name": file,
            "width": width,
            "height": height,
        }
        if sample.own_shape is not None:
            image["mask_height"], image["mask_width"] = sample.own_shape
        if sample.attributes is not None:
            image["attributes"] = attribute_values(sample.attributes)
        if sample.pose is not None:
            image["pose"] = pose_json(sample.pose)
        if (celeba_file := self.source.store.celeba_file(sample.item.sample)) is not None:
            image["celeba_file"] = celeba_file
        objects = []
        for face_class, covered in sample.layers():
            found = self._instance(face_class.id, covered)
            if found:
                objects.append(found)
            else:
                tally.add({f"masks of {face_class.title.lower()} too small for an outline at this tolerance": 1})
        return {"split": sample.item.split, "image": image, "objects": objects, "captions": list(sample.captions)}

    def _instance(self, class_id: int, covered: Binary) -> dict[str, Any] | None:
        crop = cropped(covered)
        segmentation: Any
        if self.options.segmentation == POLYGONS:
            segmentation = [ring.astype(int).ravel().tolist() for ring in outlines(covered, self.options.tolerance)]
        else:
            segmentation = {"size": list(covered.shape), "counts": packed_runs(run_lengths(covered.T))}
        if not segmentation:
            return None
        return {
            "category_id": class_id,
            "segmentation": segmentation,
            "area": int(crop.covered.sum()),
            "bbox": [crop.x, crop.y, crop.width, crop.height],
            "iscrowd": int(self.options.crowd and self.options.segmentation == RLE),
        }

    def write_end(self, rows: Sequence[dict[str, Any]], folder: Folder) -> None:
        modalities = self.options.include
        has_captions = Modality.CAPTIONS in modalities and not self.options.one_file
        has_captions = has_captions and any(row["captions"] for row in rows)
        has_instances = bool(modalities - {Modality.CAPTIONS, Modality.PHOTO, Modality.SKETCH}) or not has_captions
        first = 1
        for split in dict.fromkeys(row["split"] for row in rows):
            chosen = [row for row in rows if row["split"] == split]
            suffix = f"_{split}" if split else ""
            if has_instances:
                images = (_with_captions(row) if self.options.one_file else row["image"] for row in chosen)
                found = ((row["image"]["id"], each) for row in chosen for each in row["objects"])
                path = f"annotations/instances{suffix}.json"
                first += _write(folder, path, images, _numbered(found, first), _CATEGORIES)
            if has_captions:
                told = ((row["image"]["id"], {"caption": text}) for row in chosen for text in row["captions"])
                images = (row["image"] for row in chosen)
                first += _write(folder, f"annotations/captions{suffix}.json", images, _numbered(told, first), None)


_CATEGORIES = [{"id": each.id, "name": each.name, "supercategory": "face"} for each in LAYER_CLASSES]


def _with_captions(row: Mapping[str, Any]) -> dict[str, Any]:
    return {**row["image"], "captions": row["captions"]}


def _numbered(found: Iterable[tuple[int, Mapping[str, Any]]], first: int) -> Iterator[dict[str, Any]]:
    """Numbers that no other file repeats: of two annotations with one id ``pycocotools`` keeps the last."""
    for number, (image, annotation) in enumerate(found, first):
        yield {"id": number, "image_id": image, **annotation}


def _write(
    folder: Folder,
    path: str,
    images: Iterable[Mapping[str, Any]],
    annotations: Iterable[Mapping[str, Any]],
    categories: Sequence[Mapping[str, Any]] | None,
) -> int:
    """One file, an entry a line; how many annotations it has. 30,000 samples make 200 MB, so never all in memory."""
    count = 0
    with folder.create(path) as file:
        file.write(
            b'{"info": {"description": "Faces with the classes of CelebAMask-HQ"},\n"licenses": [],\n"images": ['
        )
        _write_lines(file, images)
        file.write(b'],\n"annotations": [')
        count = _write_lines(file, annotations)
        if categories is not None:
            file.write(b'],\n"categories": [')
            _write_lines(file, categories)
        file.write(b"]}\n")
    return count


def _write_lines(file: Any, entries: Iterable[Mapping[str, Any]]) -> int:
    lines: list[str] = []
    count = 0
    for entry in entries:
        lines.append((",\n" if count else "\n") + json.dumps(entry, ensure_ascii=False, separators=(",", ":")))
        count += 1
        if len(lines) == _LINES:
            file.write("".join(lines).encode())
            lines.clear()
    file.write("".join(lines).encode())
    return count

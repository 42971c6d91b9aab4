"""Pascal VOC segmentation: palette PNGs whose values are classes, and lists of names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from app.faces.sample import Modality
from app.formats.exporting.annotated import Annotated, AnnotatedWriter, fit_option
from app.formats.exporting.folder import Folder
from app.formats.exporting.index_masks import FLATTENED
from app.formats.exporting.masks import Flattening, Tally
from app.formats.exporting.options import MaskOptions, option
from app.formats.exporting.photos import quality_option
from app.formats.exporting.protocol import ExportItem, Source
from app.formats.png_writing import Colours, palette_png
from app.imaging.resampling import sampled

_ALL = "trainval"


@dataclass(frozen=True, slots=True, kw_only=True)
class VocOptions(MaskOptions):
    """What VOC asks."""

    fit: str = fit_option()
    objects: bool = option(True, "also SegmentationObject, where every class of a face is one object")
    quality: int = quality_option()


@dataclass(frozen=True, slots=True)
class VocFormat:
    """``JPEGImages/17.jpg``, ``SegmentationClass/17.png``, ``ImageSets/Segmentation/`` and ``labelmap.txt``."""

    name: str = "voc"
    title: str = "Pascal VOC segmentation"
    summary: str = "photos, palette PNGs of classes and objects, image sets; torchvision, MMSegmentation, CVAT read it"
    holds: frozenset[Modality] = frozenset({Modality.PHOTO, Modality.MASK})
    options: type[VocOptions] = VocOptions
    extra: str = ""

    @property
    def losses(self) -> Mapping[Modality, str]:
        """Overlaps."""
        return MappingProxyType({Modality.MASK: FLATTENED})

    def writer(self, source: Source, items: Sequence[ExportItem], options: VocOptions) -> AnnotatedWriter:
        """Begin an export. Raises ExportError for a scheme or a paint order that is none."""
        flattening = Flattening.of_options(options, source.store)
        plan = _Plan(options, Flattening(flattening.table, flattening.paint_order))
        return AnnotatedWriter(source, items, options, self.holds, plan.write_sample, plan.write_end, kind="jpeg")


@dataclass(frozen=True, slots=True)
class _Plan:
    options: VocOptions
    flattening: Flattening

    def write_sample(self, sample: Annotated, folder: Folder, tally: Tally) -> list[Any]:
        name = sample.item.name
        if sample.photo:
            folder.write(f"JPEGImages/{name}.jpg", sample.photo.data)
            tally.add({"photos encoded anew": int(not sample.photo.is_copy)})
        if sample.own is not None:
            flat = self.flattening.of(sample.own)
            tally.add(flat.counts)
            classes = sampled(flat.index_map, sample.shape)
            folder.write(f"SegmentationClass/{name}.png", palette_png(classes, self.flattening.table.colours()))
            if self.options.objects:
                folder.write(f"SegmentationObject/{name}.png", palette_png(self._objects(classes), voc_colours()))
        return [sample.item.split, name, sample.own is not None]

    def _objects(self, classes: Any) -> Any:
        """Each class that is there numbered from 1; the background is 0."""
        present = np.bincount(classes.ravel(), minlength=256) > 0
        present[self.flattening.table.background] = False
        numbers = np.where(present, np.cumsum(present), 0).astype(np.uint8)
        return np.take(numbers, classes)

    def write_end(self, rows: Sequence[Any], folder: Folder) -> None:
        # Readers take every name of a list for a pair of files.
        is_masked = Modality.MASK in self.options.include
        lists: dict[str, list[str]] = {}
        for split, name, has_mask in rows:
            if has_mask or not is_masked:
                for each in dict.fromkeys((split or _ALL, _ALL)):
                    lists.setdefault(each, []).append(name)
        for split, names in lists.items():
            folder.write(f"ImageSets/Segmentation/{split}.txt", "".join(f"{name}\n" for name in names).encode())
        table = self.flattening.table
        colours = table.colours()
        named = ((each.name, colours[each.id].tolist()) for each in sorted(table.classes, key=lambda each: each.id))
        lines = ["# label:color_rgb:parts:actions", *(f"{name}:{r},{g},{b}::" for name, (r, g, b) in named)]
        folder.write("labelmap.txt", ("\n".join(lines) + "\n").encode())


def voc_colours(count: int = 256) -> Colours:
    """(count, 3): the colours of the VOC development kit, made of the bits of the number."""
    numbers = np.arange(count)
    colours = np.zeros((count, 3), np.uint8)
    for place in range(8):
        for channel in range(3):
            bit = (numbers >> (3 * place + channel)) & 1
            colours[:, channel] |= (bit << (7 - place)).astype(np.uint8)
    return colours

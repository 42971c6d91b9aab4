"""CVAT for images 1.1: one XML with a mask for each class, attributes and captions as tags of the image."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from app.faces.classes import LAYER_CLASSES
from app.faces.mask import Binary
from app.faces.sample import Modality
from app.formats.exporting.annotated import (
    Annotated,
    AnnotatedOptions,
    AnnotatedWriter,
    attribute_names,
    hex_colour,
    tolerance_option,
)
from app.formats.exporting.folder import Folder
from app.formats.exporting.masks import Tally
from app.formats.exporting.options import option
from app.formats.exporting.protocol import ExportItem, Source
from app.imaging.regions import cropped, outlines, run_lengths

MASKS, POLYGONS = SHAPES = ("masks", "polygons")
FACE, CAPTION = "face", "caption"
"""Labels of the tags that carry attributes and captions."""
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WORDS = {True: "yes", False: "no", None: "unknown"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CvatOptions(AnnotatedOptions):
    """What CVAT asks."""

    shapes: str = option(
        MASKS, "masks: every pixel kept, CVAT 2.3 or later; polygons: outlines, holes joined to them", choices=SHAPES
    )
    tolerance: float = tolerance_option(0.0)


@dataclass(frozen=True, slots=True)
class CvatFormat:
    """``images/17.jpg`` and ``annotations.xml``, or an XML for each split."""

    name: str = "cvat"
    title: str = "CVAT for images 1.1"
    summary: str = "photos and one XML of masks, attributes and captions; CVAT and datumaro import it"
    holds: frozenset[Modality] = frozenset({Modality.PHOTO, Modality.MASK, Modality.ATTRIBUTES, Modality.CAPTIONS})
    options: type[CvatOptions] = CvatOptions
    extra: str = ""

    @property
    def losses(self) -> Mapping[Modality, str]:
        """Characters that XML has no way to write."""
        return MappingProxyType({Modality.CAPTIONS: "control characters, which XML cannot hold, become blanks"})

    def writer(self, source: Source, items: Sequence[ExportItem], options: CvatOptions) -> AnnotatedWriter:
        """Begin an export."""
        plan = _Plan(options)
        return AnnotatedWriter(source, items, options, self.holds, plan.write_sample, plan.write_end)


@dataclass(frozen=True, slots=True)
class _Plan:
    options: CvatOptions

    def write_sample(self, sample: Annotated, folder: Folder, tally: Tally) -> dict[str, Any]:
        file = f"{sample.item.name}{sample.suffix}"
        if sample.photo:
            folder.write(f"images/{file}", sample.photo.data)
        lines: list[str] = []
        for face_class, covered in sample.layers():
            shapes = list(self._shapes(face_class.name, covered))
            lines += shapes
            if not shapes:
                tally.add({f"masks of {face_class.title.lower()} too small for an outline at this tolerance": 1})
        if sample.attributes is not None:
            inner = "".join(_attribute(name, _WORDS[value]) for name, value in sample.attributes.items())
            lines.append(_tag(FACE, inner))
        lines += [_tag(CAPTION, _attribute("text", text)) for text in sample.captions]
        height, width = sample.shape
        subset = f" subset={_quoted(sample.item.split)}" if sample.item.split else ""
        return {
            "split": sample.item.split,
            "image": f'name={_quoted(file)}{subset} width="{width}" height="{height}"',
            "lines": lines,
            "attributes": [] if sample.attributes is None else list(sample.attributes.names),
        }

    def _shapes(self, name: str, covered: Binary) -> Iterator[str]:
        common = f'label="{name}" source="manual" occluded="0"'
        if self.options.shapes == MASKS:
            crop = cropped(covered)
            runs = ", ".join(map(str, run_lengths(crop.covered).tolist()))
            place = f'left="{crop.x}" top="{crop.y}" width="{crop.width}" height="{crop.height}"'
            yield f'<mask {common} rle="{runs}" {place} z_order="0"></mask>'
            return
        for ring in outlines(covered, self.options.tolerance):
            points = ";".join(f"{x:.2f},{y:.2f}" for x, y in ring.tolist())
            yield f'<polygon {common} points="{points}" z_order="0"></polygon>'

    def write_end(self, rows: Sequence[dict[str, Any]], folder: Folder) -> None:
        numbers = {id(row): number for number, row in enumerate(rows)}
        for split in dict.fromkeys(row["split"] for row in rows):
            chosen = [row for row in rows if row["split"] == split]
            # CVAT takes every XML there is; datumaro takes the name of a file for that of its split.
            with folder.create(f"{split or 'annotations'}.xml") as file:
                file.write(_head(chosen, self.options).encode())
                for row in chosen:
                    lines = "".join(f"    {line}\n" for line in row["lines"])
                    file.write(f'  <image id="{numbers[id(row)]}" {row["image"]}>\n{lines}  </image>\n'.encode())
                file.write(b"</annotations>\n")


def _head(rows: Sequence[dict[str, Any]], options: CvatOptions) -> str:
    kind = "mask" if options.shapes == MASKS else "polygon"
    labels = [_label(each.name, hex_colour(each), kind, "") for each in LAYER_CLASSES]
    if Modality.ATTRIBUTES in options.include:
        words = "\n".join(_WORDS.values())
        inner = "".join(_declared(name, "select", "unknown", words) for name in attribute_names(rows))
        labels.append(_label(FACE, "#808080", "tag", inner))
    if Modality.CAPTIONS in options.include:
        labels.append(_label(CAPTION, "#c0c0c0", "tag", _declared("text", "text", "", "")))
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n  <version>1.1</version>\n  <meta>\n    <task>\n'
        f"      <name>faces</name>\n      <size>{len(rows)}</size>\n      <mode>annotation</mode>\n"
        f"      <labels>\n{''.join(labels)}      </labels>\n    </task>\n  </meta>\n"
    )


def _label(name: str, colour: str, kind: str, attributes: str) -> str:
    return (
        f"        <label><name>{name}</name><color>{colour}</color><type>{kind}</type>"
        f"<attributes>{attributes}</attributes></label>\n"
    )


def _declared(name: str, kind: str, default: str, values: str) -> str:
    return (
        f"<attribute><name>{_text(name)}</name><mutable>False</mutable><input_type>{kind}</input_type>"
        f"<default_value>{default}</default_value><values>{values}</values></attribute>"
    )


def _tag(label: str, inner: str) -> str:
    return f'<tag label="{label}" source="manual">{inner}</tag>'


def _attribute(name: str, value: str) -> str:
    return f"<attribute name={_quoted(name)}>{_text(value)}</attribute>"


def _text(text: str) -> str:
    return escape(_NOT_IN_XML.sub(" ", text), {"\r": "&#13;"})


def _quoted(text: str) -> str:
    return quoteattr(_NOT_IN_XML.sub(" ", text))

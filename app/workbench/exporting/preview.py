"""What an export would look like: two or three samples of it written into memory, ends and tables included.

It is the format itself that writes, so a preview cannot tell anything else than the export; only the colours in which
an index map is shown are ours.
"""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

import numpy as np
import numpy.typing as npt
from PIL import Image

from app.faces.classes import CLASS_BY_NAME, CLASSES, LAYER_CLASSES
from app.faces.mask import flatten
from app.faces.sample import Modality, SampleId
from app.formats.exporting.folder import MemoryFolder
from app.formats.exporting.masks import Flattening
from app.formats.exporting.options import MaskOptions
from app.formats.exporting.protocol import ExportItem, LeftOut, Written
from app.jobs import Progress, Silent
from app.workbench.exporting.notice import NOTICE
from app.workbench.exporting.parts import as_user_error
from app.workbench.exporting.plan import ExportPlan
from app.workbench.exporting.running import RENAMED, REPORT_JSON, REPORT_TEXT
from app.workbench.exporting.source import DatasetSource, kept_masks
from app.workbench.exporting.target import MANIFEST

Picture = npt.NDArray[np.uint8]
"""(H, W, 3) in R, G, B."""

_SAMPLES = 3
_LOOKED_AT = 200
"""Samples of a split looked at for one that has a mask."""


@dataclass(frozen=True, slots=True, eq=False)
class Preview:
    """What these ``samples`` would be: ``files`` are paths and bytes (0 where that is
    not known yet), ``left_out`` and ``counts`` as in the report.

    ``picture`` shows one mask, ``picture_of`` says which file it is, empty where the format keeps masks otherwise.
    """

    samples: tuple[SampleId, ...]
    files: tuple[tuple[str, int], ...]
    picture: Picture | None
    picture_of: str
    left_out: tuple[LeftOut, ...]
    counts: Mapping[str, int]


def preview(plan: ExportPlan, sample: SampleId | None = None, progress: Progress | None = None) -> Preview:
    """A few samples of the plan, ``sample`` among them if it is exported. Raises what the format raises, Cancelled."""
    progress = progress or Silent()
    store = plan.request.store
    items = _few(plan, sample)
    with closing(DatasetSource(store, kept_masks(store))) as source:
        folder, written = _written(plan, source, items)
        progress.report(1, 3)
        picture, name = None, ""
        shown = next((item.sample for item in items if store.has(item.sample, Modality.MASK)), None)
        if shown is not None and Modality.MASK in plan.options.include & plan.format.holds:
            picture, name = _mask_picture(plan, source, items, folder)
            progress.report(2, 3)
            if picture is None:
                picture = _drawn(plan, source, shown)
    files = [(path, len(data)) for path, data in folder.contents.items()]
    of_the_job = (MANIFEST, NOTICE, REPORT_JSON, REPORT_TEXT, *((RENAMED,) if plan.is_renamed else ()))
    files += [(path, 0) for path in of_the_job]
    counts: dict[str, int] = {}
    for part in written:
        for what, count in part.counts.items():
            counts[what] = counts.get(what, 0) + count
    left_out = tuple(gone for part in written for gone in part.left_out)
    return Preview(tuple(item.sample for item in items), tuple(files), picture, name, left_out, counts)


def _few(plan: ExportPlan, sample: SampleId | None) -> list[ExportItem]:
    """The sample and one of each split, with a mask where one is soon found, in the order of the plan."""
    store = plan.request.store
    of_splits: dict[str, ExportItem] = {}
    with_mask: dict[str, ExportItem] = {}
    looked_at: Counter[str] = Counter()
    for item in plan.items:
        of_splits.setdefault(item.split, item)
        looked_at[item.split] += 1
        is_looked_at = item.split not in with_mask and looked_at[item.split] <= _LOOKED_AT
        if is_looked_at and store.has(item.sample, Modality.MASK):
            with_mask[item.split] = item
    wanted = [item for item in plan.items if item.sample == sample] if sample is not None else []
    chosen = list(dict.fromkeys((*wanted, *{**of_splits, **with_mask}.values())))[:_SAMPLES]
    places = {item.sample: place for place, item in enumerate(plan.items)}
    return sorted(chosen, key=lambda item: places[item.sample])


def _written(
    plan: ExportPlan, source: DatasetSource, items: Sequence[ExportItem], *, without: frozenset[Modality] = frozenset()
) -> tuple[MemoryFolder, list[Written]]:
    """A whole export of these items in memory, the rows through JSON as the journal has them."""
    folder = MemoryFolder(plan.request.store.root)
    options = replace(plan.options, include=plan.options.include - without)
    try:
        writer = plan.format.writer(source, items, options)
        parts = [writer.write(part, folder) for part in writer.parts()]
        kept = [Written.from_json(json.loads(json.dumps(part.as_json()))) for part in parts]
        return folder, [*kept, writer.finish(kept, folder)]
    except Exception as error:
        raise as_user_error(error, f"the format {plan.format.name}") from error


def _mask_picture(
    plan: ExportPlan, source: DatasetSource, items: Sequence[ExportItem], folder: MemoryFolder
) -> tuple[Picture | None, str]:
    """What an export without masks would not have: that is how any format tells which files are masks."""
    plain: Mapping[str, bytes] = {}
    if plan.options.include & plan.format.holds != {Modality.MASK}:
        plain = _written(plan, source, items, without=frozenset({Modality.MASK}))[0].contents
    pictures = [path for path in folder.contents if path.lower().endswith(".png")]
    masks = [path for path in pictures if path not in plain]
    masks = masks or [path for path in pictures if plain.get(path) != folder.contents[path]]
    if not masks:
        return None, ""
    layers = _layers(masks[0], masks, folder.contents)
    if layers:
        return layers
    return _shown(folder.contents[masks[0]], _labels(folder.contents)), masks[0]


def _layers(first: str, masks: Sequence[str], contents: Mapping[str, bytes]) -> tuple[Picture, str] | None:
    """One picture of the files of one sample that hold a class each (``00017_hair.png``, ``17/hair.png``)."""
    found = {path: _class_of(path) for path in masks}
    if found[first] is None:
        return None
    stem = _without_class(first)
    of_sample = {name: path for path, name in found.items() if name is not None and _without_class(path) == stem}
    picture: Picture | None = None
    for face_class in LAYER_CLASSES:
        if face_class.name in of_sample:
            layer = np.asarray(Image.open(io.BytesIO(contents[of_sample[face_class.name]])).convert("L")) > 127
            if picture is None:
                picture = np.zeros((*layer.shape, 3), np.uint8)
            if picture.shape[:2] == layer.shape:
                picture[layer] = face_class.colour
    return None if picture is None else (picture, f"{stem}… ({len(of_sample)})")


def _class_of(path: str) -> str | None:
    stem = PurePosixPath(path).stem
    named = [name for name in CLASS_BY_NAME if stem == name or stem.endswith(f"_{name}")]
    return max(named, key=len, default=None)


def _without_class(path: str) -> str:
    name = _class_of(path)
    return path[: path.rindex(name)] if name else path


def _labels(contents: Mapping[str, bytes]) -> dict[int, str]:
    for path, data in contents.items():
        if PurePosixPath(path).name == "id2label.json":
            return {int(value): name for value, name in json.loads(data).items()}
    return {face_class.id: face_class.name for face_class in CLASSES}


def _shown(data: bytes, labels: Mapping[int, str]) -> Picture:
    """A mask file as a picture: grey values that are ids in the colours of their classes, anything else as it is."""
    with Image.open(io.BytesIO(data)) as image:
        if image.mode != "L":
            return np.asarray(image.convert("RGB"))
        values = np.asarray(image)
    if int(values.max(initial=0)) > max(labels):
        return np.repeat(values[..., None], 3, axis=2)
    table = np.zeros((256, 3), np.uint8)
    for value, name in labels.items():
        known = CLASS_BY_NAME.get(name)
        table[value] = known.colour if known is not None else _spread(value)
    picture: Picture = table[values]
    return picture


def _spread(value: int) -> tuple[int, int, int]:
    """A colour for the class of somebody's own table; 0 is black."""
    return (0, 0, 0) if not value else (60 + value * 89 % 196, 60 + value * 151 % 196, 60 + value * 53 % 196)


def _drawn(plan: ExportPlan, source: DatasetSource, sample: SampleId) -> Picture | None:
    """The mask in the official colours, flattened as the options say, where the format keeps it in no picture."""
    mask = source.mask(sample).value
    if mask is None:
        return None
    colours: Picture = np.asarray([face_class.colour for face_class in CLASSES], np.uint8)
    if isinstance(plan.options, MaskOptions):
        flattening = Flattening.of_options(plan.options, plan.request.store)
        picture: Picture = flattening.table.colours()[flattening.of(mask).index_map]
        return picture
    drawn: Picture = colours[flatten(mask.layers().bits, plan.request.store.paint_order)]
    return drawn

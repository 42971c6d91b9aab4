"""A sketch as it would be stored, made on a thread, and how well a sketch agrees with its photo, in words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QCoreApplication

from app.document.document import Document
from app.faces.errors import DamagedFileError, FaceDataError
from app.faces.mask import MaskLayers
from app.faces.sample import Photo, SampleId, Sketch
from app.faces.store import SampleStore
from app.formats.sketch_files import Grey, first_form, redrawn, sketch_pixels, why_not_by_hand
from app.generation.sketch.drawing import LineMap
from app.generation.sketch.linemap import LOOKED_AT_PX
from app.generation.sketch.methods import ByLineMap, ByNetwork, Method
from app.inspection.sketch_agreement import SketchAgreement, SketchState, sketch_agreement

_WELL = 0.7
"""Every real pair that was measured agrees so well or better."""
_DARK, _LEAST_INK, _MOST_INK = 128, 0.002, 0.8
"""Of 39 released sketches each has 6 to 21 % of dark pixels."""


@dataclass(frozen=True, slots=True, eq=False)
class Proposal:
    """A sketch as it would be stored, what is seen of it then, and the strokes that it was drawn with."""

    sketch: Sketch
    pixels: Grey
    photo: Photo
    method: Method
    ink: float
    """The share of dark pixels."""
    strokes: LineMap | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """How well both agree with the photo; None where there is none."""

    photo: Photo
    old: SketchAgreement | None
    new: SketchAgreement | None


def propose(
    document: Document, sample: SampleId, there: Sketch | None, photo: Photo | None, mask: MaskLayers | None,
    method: Method, size: int | None,
) -> Proposal:  # fmt: skip
    """The sample's sketch drawn anew; ``size`` of the longer side, None: as it is. Raises FaceDataError or OSError."""
    store = document.store
    photo = photo if photo is not None else photo_of(store, sample)
    longer = size or _longer_side(store, there)
    if isinstance(method, ByLineMap):
        strokes = method.strokes(photo, mask)
        drawn = method.drawn(strokes, photo, longer)
    else:
        strokes, drawn = None, method.drawer()(photo, mask, longer)
    sketch = redrawn(store, sample, drawn, there, keeps_size=size is None)
    return Proposal(sketch, sketch_pixels(sketch), photo, method, float((drawn < _DARK).mean()), strokes)


def what_is_odd(proposal: Proposal) -> str:
    """A warning about a picture that is hardly a sketch; empty where it may be one."""
    if _LEAST_INK <= proposal.ink <= _MOST_INK:
        return ""
    told = _tr("Nearly all of it is black.") if proposal.ink > _MOST_INK else _tr("Nearly all of it is white.")
    if isinstance(proposal.method, ByNetwork):
        asked = _tr("Do scale, mean, std, out_range and dark_lines in {name} fit the model?")
        told = f"{told} {asked.format(name=proposal.method.model.with_suffix('.json').name)}"
    return told


def score(store: SampleStore, sample: SampleId, photo: Photo | None, old: Grey | None, new: Grey | None) -> Scores:
    """Both held against the photo. Raises FaceDataError or OSError."""
    photo = photo if photo is not None else photo_of(store, sample)
    found = [None if grey is None else sketch_agreement(photo, np.asarray(grey)) for grey in (old, new)]
    return Scores(photo, *found)


def photo_of(store: SampleStore, sample: SampleId) -> Photo:
    """Raises DamagedFileError."""
    read = store.read_photo(sample)
    if read.value is None:
        raise DamagedFileError(read.problems[0].message if read.problems else "its photo cannot be read")
    return read.value


def pixels_of(sketch: Sketch | None) -> tuple[Grey | None, str | None]:
    """What is seen of a sketch, and why it cannot be drawn on."""
    if sketch is None:
        return None, None
    try:
        return sketch_pixels(sketch), why_not_by_hand(sketch)
    except FaceDataError as error:
        return None, str(error)


def in_words(found: SketchAgreement) -> str:
    """``agrees well with the photo (0.86)``."""
    words = {
        SketchState.AGREES: _tr("agrees well with the photo") if found.score >= _WELL else _tr("agrees with the photo"),
        SketchState.FOREIGN: _tr("hardly agrees with the photo"),
        SketchState.EMPTY: _tr("has no lines"),
        SketchState.MIRRORED: _tr("is mirrored"),
        SketchState.UPSIDE_DOWN: _tr("is upside down"),
        SketchState.SHIFTED: _tr("lies beside its place"),
    }[found.state]
    return words if found.state is SketchState.EMPTY else f"{words} ({found.score:.2f})"


def _longer_side(store: SampleStore, there: Sketch | None) -> int:
    pixels, _ = pixels_of(there)
    model = first_form(store, store.sample_ids) if pixels is None else None
    shape = pixels.shape if pixels is not None else model.shape if model is not None else None
    return LOOKED_AT_PX if shape is None else max(shape)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Sketches", text)

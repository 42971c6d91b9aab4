"""Values of a sample out of what containers hold: encoded pictures, lists of texts, columns of numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from app.faces.attributes import ATTRIBUTE_NAMES, Attributes
from app.faces.captions import Captions
from app.faces.classes import CLASS_BY_NAME, ClassScheme
from app.faces.errors import DamagedFileError, FaceDataError
from app.faces.mask import Binary, MaskLayers, foreign_values
from app.faces.sample import Loaded, Modality, Pose, Problem
from app.formats.map_decoding import decode_map
from app.formats.pictures import read_picture
from app.formats.png import SIGNATURE, read_png
from app.formats.png_pixels import covered_pixels, read_binary

CAPTION_NAMES = ("captions", "caption", "text", "texts", "description", "descriptions", "prompt", "prompts")
ID_NAMES = ("image_id", "img_id", "sample_id", "id", "key", "__key__")
NAME_NAMES = ("file_name", "filename", "image_name", "image_path", "path", "name", "image_file", "file")
CAPTION_LIMIT = 10_000
"""Captions of one sample."""
_BY_FOLDED = {name.casefold(): name for name in ATTRIBUTE_NAMES}


def class_layers(pictures: Mapping[str, bytes]) -> Loaded[MaskLayers]:
    """Layers that may overlap, from one picture for each class name; a ``background`` only tells the size.

    Raises DamagedFileError where they differ in size or none can be read; a single bad one is told.
    """
    layers: dict[str, Binary] = {}
    problems: list[Problem] = []
    for name, data in pictures.items():
        if name not in CLASS_BY_NAME:
            continue
        try:
            layers[name] = _covered(data)
        except FaceDataError as error:
            problems.append(Problem(Modality.MASK, name, f"{name}: {error}"))
    shapes = {layer.shape for layer in layers.values()}
    if not layers:
        raise DamagedFileError("; ".join(problem.message for problem in problems) or "it names no class")
    if len(shapes) > 1:
        sizes = ", ".join(f"{width}×{height}" for height, width in sorted(shapes))
        raise DamagedFileError(f"its layers have different sizes: {sizes}")
    return Loaded(MaskLayers.from_binaries(layers, shapes.pop()), problems=tuple(problems))


def _covered(data: bytes) -> Binary:
    if not data.startswith(SIGNATURE):
        return covered_pixels(read_picture(data)[0][..., 0])[0]
    png = read_png(data)
    picture = read_binary(png)
    covered = np.zeros((png.kind.height, png.kind.width), np.bool_)
    covered[picture.top : picture.top + len(picture.covered)] = picture.covered
    return covered


def index_layers(data: bytes, scheme: ClassScheme) -> Loaded[MaskLayers]:
    """Exclusive layers of an index map; values outside the scheme are shown as background and told.

    Raises FaceDataError.
    """
    decoded = decode_map(data)
    values = decoded.values
    told = [text for text in (decoded.locked, decoded.notice) if text]
    if foreign := foreign_values(values, scheme):
        some = ", ".join(map(str, foreign[:8])) + (", …" if len(foreign) > 8 else "")
        told.append(f"it has values that the scheme {scheme.name} does not know: {some}")
        background = scheme.value_of("background") or 0
        values = np.where(values < len(scheme.order), values, background).astype(np.uint8)
    problems = tuple(Problem(Modality.MASK, "", text) for text in told)
    return Loaded(MaskLayers.from_index_map(values, scheme), problems=problems)


def captions_of(value: object) -> Captions | None:
    """Captions from a text or a list of texts; a line break within one becomes a blank, since a caption is one line.

    None for anything else, and for an empty list.
    """
    if isinstance(value, str):
        value = value.split("\n")
        while value and not value[-1].strip():
            value.pop()
    if not isinstance(value, Iterable) or isinstance(value, bytes | Mapping):
        return None
    texts = [text for text in list(value)[:CAPTION_LIMIT] if isinstance(text, str)]
    return Captions.from_texts([one_line(text) for text in texts]) if texts else None


def one_line(text: str) -> str:
    """The text as a caption or a name can be: line breaks are blanks, what no file could hold is a question mark."""
    for broken in ("\r\n", "\n", "\r"):
        text = text.replace(broken, " ")
    return text.replace("\0", "�").encode("utf-8", "replace").decode()


def pose_of(value: object) -> Pose | None:
    """A pose from its angles by name; one that is missing is not a number. None where there is none at all."""
    if not isinstance(value, Mapping):
        return None
    folded = {str(name).casefold(): angle for name, angle in value.items()}
    angles = [_angle(folded.get("yaw")), _angle(folded.get("pitch")), _angle(folded.get("roll", folded.get("raw")))]
    return None if all(map(math.isnan, angles)) else Pose(*angles)


def _angle(value: Any) -> float:
    try:
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else math.nan
    except OverflowError:
        return math.nan


def attribute_name(column: str) -> str | None:
    """CelebA's attribute that a column is called after, however it is spelled."""
    return _BY_FOLDED.get(column.replace(" ", "_").replace("-", "_").casefold())


def attributes_of(values: Mapping[str, Any], *, negatives: bool) -> Attributes | None:
    """Attributes from booleans or numbers; None where nothing is known.

    ``negatives``: −1 is no and 0 unknown, as in CelebA's table; else 0 is no.
    """
    truths = {one_line(name): _truth(value, negatives) for name, value in values.items()}
    if all(truth is None for truth in truths.values()):
        return None
    return Attributes(tuple(truths), tuple(truths.values()))


def _truth(value: Any, negatives: bool) -> bool | None:
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, str):
        value = {"1": 1, "-1": -1, "0": 0, "true": 1, "false": -1, "yes": 1, "no": -1}.get(value.strip().casefold())
    if value == 1:
        return True
    return False if value == -1 or (value == 0 and not negatives) else None

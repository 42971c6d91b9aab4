"""A class order of one's own: ``id2label.json`` as it lies beside masks, or any file given to ``--scheme``."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.faces.classes import CLASS_BY_NAME, CLASSES, SCHEME_BY_NAME, ClassScheme
from app.faces.errors import FaceDataError, LayoutError
from app.formats.files import DatasetFolder, shown
from app.formats.scheme_guess import SWAPPED, swapped

SIZE_LIMIT = 1024 * 1024
FILE_NAMES = ("id2label.json", "label2id.json", "labels.json", "classes.json", "config.json")
_ALSO = {
    "bg": "background", "unlabeled": "background", "unlabelled": "background", "face": "skin", "facial_skin": "skin",
    "eyeglass": "eye_g", "glasses": "eye_g", "eye_glass": "eye_g", "earring": "ear_r", "earrings": "ear_r",
    "necklace": "neck_l", "clothes": "cloth", "clothing": "cloth", "inner_mouth": "mouth",
    "upper_lip": "u_lip", "lower_lip": "l_lip", "left_brow": "l_brow", "right_brow": "r_brow",
}  # fmt: skip
_NAMES = _ALSO | {c.title.lower().replace(" ", "_"): c.name for c in CLASSES} | {c.name: c.name for c in CLASSES}


def named_scheme(name: str) -> ClassScheme:
    """The scheme of that name, one with its sides swapped (``farl-swapped``), or that in a JSON file.

    Raises LayoutError naming what there is.
    """
    if name in SCHEME_BY_NAME:
        return SCHEME_BY_NAME[name]
    if name.endswith(SWAPPED) and name.removesuffix(SWAPPED) in SCHEME_BY_NAME:
        return swapped(SCHEME_BY_NAME[name.removesuffix(SWAPPED)])
    if name.lower().endswith(".json"):
        path = Path(name)
        try:
            return scheme_from(DatasetFolder(path.parent).read(path.name, SIZE_LIMIT), path.stem)
        except FileNotFoundError:
            raise LayoutError(f"there is no file {shown(name)} to take a scheme from") from None
        except FaceDataError as error:
            raise LayoutError(f"{shown(name)}: {error}") from None
    raise LayoutError(
        f"there is no scheme {shown(name)}; known are {', '.join(SCHEME_BY_NAME)}, each also with {SWAPPED} behind it,"
        " or a JSON file"
    )


def scheme_beside(folder: DatasetFolder, places: Sequence[str]) -> tuple[ClassScheme, str] | str | None:
    """The scheme of a file beside the masks and the file's path; why it cannot be used; or None where there is none.

    ``places`` are the folders to look into, the nearest first.
    """
    why: str | None = None
    for place in dict.fromkeys(places):
        for name in FILE_NAMES:
            path = f"{place}/{name}" if place else name
            if not folder.exists(path):
                continue
            try:
                return scheme_from(folder.read(path, SIZE_LIMIT), name.partition(".")[0]), path
            except FileNotFoundError:
                continue
            except FaceDataError as error:
                why = why or f"{shown(path)} names no class order that can be used: {error}"
    return why


def scheme_from(data: bytes, name: str) -> ClassScheme:
    """The order in ``{"0": "background", …}``, its reverse, a list of names, or any of these under ``id2label``.

    An order that is one of the known ones gets that one's name. Raises LayoutError.
    """
    try:
        content = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise LayoutError(f"it is no JSON: {shown(str(error))}") from None
    if isinstance(content, Mapping):
        content = content.get("id2label") or content.get("label2id") or content
    labels = _labels(content)
    order = []
    for value in range(len(labels)):
        if value not in labels:
            raise LayoutError(f"it has {len(labels)} values but no name for {value}")
        text = labels[value].strip().lower().replace(" ", "_").replace("-", "_")
        if text not in _NAMES:
            known = ", ".join(CLASS_BY_NAME)
            raise LayoutError(f"its name for {value}, {shown(labels[value])}, is none of the classes {known}")
        order.append(_NAMES[text])
    twice = sorted({name for name in order if order.count(name) > 1})
    if twice or len(order) < 2:
        raise LayoutError(f"it names {', '.join(twice)} twice" if twice else "it names no classes")
    found = next((scheme for scheme in SCHEME_BY_NAME.values() if scheme.order == tuple(order)), None)
    return found or ClassScheme(name, f"{name} (beside the masks)", tuple(order))


def _labels(content: object) -> dict[int, str]:
    pairs: list[tuple[object, object]] = []
    if isinstance(content, list):
        pairs = list(enumerate(content))
    elif isinstance(content, Mapping):
        pairs = list(content.items())
        if pairs and all(isinstance(value, int) for _, value in pairs):
            pairs = [(value, name) for name, value in pairs]
    labels: dict[int, str] = {}
    for value, name in pairs[:256]:
        if not isinstance(name, str) or not str(value).isdecimal() or not str(value).isascii() or len(str(value)) > 3:
            raise LayoutError("it is no table of values and class names")
        labels[int(str(value))] = name
    return labels

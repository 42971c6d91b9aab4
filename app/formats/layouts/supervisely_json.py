"""What Supervisely's files say: classes and tags of a project, objects of a photo; nothing in them is believed unseen.

A bitmap is base64 of a zlib stream of a PNG, so three containers could each unfold into more than memory: all are
bounded by the size that the photo has.
"""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from app.faces.attributes import Attributes
from app.faces.classes import FaceClass
from app.faces.errors import DamagedFileError, FaceDataError, UnsafeFileError
from app.faces.mask import Binary, Bits, MaskLayers
from app.faces.sample import Loaded, Modality, Problem
from app.formats.class_names import class_named
from app.formats.files import shown
from app.formats.layouts.packed_values import one_line
from app.formats.listing import counted
from app.formats.png import GREY_ALPHA, PALETTE, PIXEL_LIMIT, RGBA, SIGNATURE, read_png
from app.formats.png_pixels import palette_of, read_samples
from app.imaging.cv import cv2
from app.imaging.regions import require_size
from app.imaging.resampling import reduced

_PACKED_LIMIT = 16 * 1024 * 1024
_OBJECTS_LIMIT = 2_000
_WORK_LIMIT = 1 << 33
"""Pixels times objects of one photo."""
_TAGS_LIMIT = 1_000
_COORDINATE_LIMIT = 1 << 20
_NINJA = ((1024, 1024), (512, 512))
"""Dataset Ninja enlarged the released masks to the size of the photos."""
_YES_AND_NO: Mapping[Any, bool] = {
    "yes": True,
    "no": False,
    "true": True,
    "false": False,
    "1": True,
    "-1": False,
    1: True,
    -1: False,
}


@dataclass(frozen=True, slots=True)
class Meta:
    """``meta.json``: the face class of each class title (None: none of ours), tags without values and with yes or no.

    ``strange`` are tags with other values, ``shapes`` what classes of ours are drawn as and no mask can show.
    """

    classes: Mapping[str, FaceClass | None]
    plain_tags: tuple[str, ...]
    valued_tags: tuple[str, ...]
    strange: tuple[str, ...]
    shapes: tuple[str, ...]


def read_meta(data: bytes) -> Meta:
    """Raises DamagedFileError for what is no meta.json."""
    document = _json(data)
    classes: dict[str, FaceClass | None] = {}
    shapes = []
    for each in _dicts(document.get("classes")):
        title = each.get("title")
        if isinstance(title, str):
            classes[title] = class_named(title)
            if classes[title] and each.get("shape") not in ("bitmap", "polygon", "any", "rectangle"):
                shapes.append(f"{title} ({each.get('shape')})")
    plain, valued, strange = [], [], []
    for tag in list(_dicts(document.get("tags")))[:_TAGS_LIMIT]:
        name, values = tag.get("name"), tag.get("values")
        if not isinstance(name, str):
            continue
        name = one_line(name)
        if tag.get("value_type", "none") == "none":
            plain.append(name)
        elif isinstance(values, list) and values and all(_truth(value) is not None for value in values):
            valued.append(name)
        else:
            strange.append(name)
    return Meta(classes, tuple(plain), tuple(valued), tuple(strange), tuple(shapes))


def attributes_of(data: bytes, meta: Meta) -> Attributes | None:
    """The tags of a photo. A tag without values that is not there means no; a photo without any tag says nothing."""
    tags = {
        one_line(tag["name"]): tag.get("value")
        for tag in _dicts(_json(data).get("tags"))
        if isinstance(tag.get("name"), str)
    }
    values: dict[str, bool | None] = {name: name in tags for name in meta.plain_tags}
    values.update({name: _truth(tags.get(name)) for name in meta.valued_tags})
    if not any(name in tags for name in values):
        return None
    return Attributes(tuple(values), tuple(values.values()))


def mask_of(data: bytes, meta: Meta) -> Loaded[MaskLayers] | None:
    """The objects of a photo drawn, in the size of the mask they were made of; None: there is none.

    Raises DamagedFileError or UnsafeFileError where nothing of it can be drawn.
    """
    document = _json(data)
    size, kept = document.get("size"), document.get("customBigData")
    own = _shape(kept.get("mask_size")) if isinstance(kept, dict) else None
    objects = list(_dicts(document.get("objects")))
    if not objects and own is None:
        return None
    shape = _shape([size.get("height"), size.get("width")]) if isinstance(size, dict) else None
    if shape is None:
        raise DamagedFileError("its annotation does not tell the size of the photo")
    require_size(shape)
    if len(objects) > _OBJECTS_LIMIT or len(objects) * shape[0] * shape[1] > _WORK_LIMIT:
        raise UnsafeFileError(f"it has {len(objects):,} objects, more than can be drawn")
    bits = np.zeros(shape, np.uint32)
    wrong = []
    for number, each in enumerate(objects, 1):
        title = each.get("classTitle")
        face_class = meta.classes.get(title) if isinstance(title, str) else None
        if face_class is None or not face_class.bit:
            if not isinstance(title, str) or title not in meta.classes:
                wrong.append(f"object {number} is of the class {shown(str(title))}, which meta.json does not have")
            continue
        try:
            _draw(each, bits, face_class.bit)
        except FaceDataError as error:
            wrong.append(f"object {number} ({face_class.name}): {error}")
    problems = [Problem(Modality.MASK, "", f"it is not drawn whole: {counted(wrong)}")] if wrong else []
    small = None
    if own is not None:
        small = reduced(bits, own)
    elif shape == _NINJA[0]:
        small = reduced(bits, _NINJA[1])
    return Loaded(MaskLayers(bits if small is None else small), problems=tuple(problems))


def _draw(each: Mapping[str, Any], bits: Bits, bit: int) -> None:
    kind = each.get("geometryType") or each.get("shape") or next((k for k in ("bitmap", "points") if k in each), None)
    if kind == "bitmap" and isinstance(bitmap := each.get("bitmap"), dict):
        origin = bitmap.get("origin")
        if not isinstance(origin, list) or len(origin) != 2 or not all(_is_coordinate(at) for at in origin):
            raise DamagedFileError("its bitmap has no origin")
        _paste(bitmap_of(bitmap.get("data"), 4 * bits.size), int(origin[0]), int(origin[1]), bits, bit)
    elif kind in ("polygon", "rectangle") and isinstance(points := each.get("points"), dict):
        _fill(points, bits, bit, is_box=kind == "rectangle")
    else:
        raise DamagedFileError(f"it is a {shown(str(kind))}, which no mask can show")


def bitmap_of(data: Any, most: int = PIXEL_LIMIT) -> Binary:
    """(h, w) bool of a bitmap in any kind that Supervisely has written: by its transparency where it has one, else all
    that is not black. Raises DamagedFileError, or UnsafeFileError for more than ``most`` pixels."""
    if not isinstance(data, str) or len(data) > _PACKED_LIMIT:
        raise DamagedFileError("its bitmap has no data, or too much")
    try:
        packed = base64.b64decode(data)
        if not packed.startswith(SIGNATURE):
            unpacking = zlib.decompressobj()
            packed = unpacking.decompress(packed, _PACKED_LIMIT)
            if unpacking.unconsumed_tail:
                raise UnsafeFileError(f"its bitmap unfolds to more than {_PACKED_LIMIT:,} bytes; it is not drawn")
    except (binascii.Error, ValueError, zlib.error) as error:
        raise DamagedFileError(f"its bitmap cannot be unpacked ({error})") from None
    png = read_png(packed)
    if png.kind.width * png.kind.height > most:
        raise UnsafeFileError(f"its bitmap is {png.kind.width}×{png.kind.height}, far more than the photo")
    samples = read_samples(png)
    if png.kind.colour_type in (GREY_ALPHA, RGBA):
        return samples[..., -1] > 0
    if png.kind.colour_type == PALETTE:
        covers: Binary = palette_of(png).max(axis=1) > 0
        if (clear := png.chunk(b"tRNS")) is not None:
            covers = np.concatenate(
                (np.frombuffer(clear, np.uint8)[:256] > 0, np.ones(256 - min(len(clear), 256), np.bool_))
            )
        return covers[samples[..., 0]]
    covered: Binary = samples.max(axis=2) > 0
    return covered


def _paste(covered: Binary, x: int, y: int, bits: Bits, bit: int) -> None:
    """What lies beyond the edges of the photo is cut off."""
    top, left = max(y, 0), max(x, 0)
    inside = covered[top - y : max(bits.shape[0] - y, 0), left - x : max(bits.shape[1] - x, 0)]
    if inside.size:
        bits[top : top + inside.shape[0], left : left + inside.shape[1]][inside] |= np.uint32(bit)


def _fill(points: Mapping[str, Any], bits: Bits, bit: int, *, is_box: bool) -> None:
    """As Supervisely draws: corners are middles of pixels and the line belongs to the area, that of a hole to it."""
    exterior, interior = _ring(points.get("exterior")), points.get("interior")
    if is_box:
        (left, top), (right, bottom) = exterior.min(axis=0), exterior.max(axis=0)
        exterior = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.int32)
    covered = np.zeros(bits.shape, np.uint8)
    cv2.fillPoly(covered, [exterior], 1)
    for hole in interior if isinstance(interior, list) else []:
        cv2.fillPoly(covered, [_ring(hole)], 0)
    bits[covered.view(np.bool_)] |= np.uint32(bit)


def _ring(points: Any) -> npt.NDArray[np.int32]:
    try:
        ring = np.array(points, np.float64)
    except (ValueError, TypeError, OverflowError):
        ring = np.zeros(0)
    if ring.ndim != 2 or ring.shape[1] != 2 or not np.isfinite(ring).all() or np.abs(ring).max() > _COORDINATE_LIMIT:
        raise DamagedFileError("its points are no list of x and y")
    return np.rint(ring).astype(np.int32)


def _json(data: bytes) -> dict[str, Any]:
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise DamagedFileError(f"its annotation is no JSON that can be read ({error})") from None
    if not isinstance(document, dict):
        raise DamagedFileError("its annotation is no JSON object")
    return document


def _dicts(entries: Any) -> Iterator[dict[str, Any]]:
    return (entry for entry in entries if isinstance(entry, dict)) if isinstance(entries, list) else iter(())


def _is_coordinate(value: Any) -> bool:
    return isinstance(value, int | float) and abs(value) < _COORDINATE_LIMIT


def _shape(sides: Any) -> tuple[int, int] | None:
    if not isinstance(sides, list) or len(sides) != 2 or not all(_is_coordinate(side) and side >= 1 for side in sides):
        return None
    return int(sides[0]), int(sides[1])


def _truth(value: Any) -> bool | None:
    if isinstance(value, str):
        return _YES_AND_NO.get(value.casefold())
    return _YES_AND_NO.get(value) if isinstance(value, int) and not isinstance(value, bool) else None

"""What a COCO file says, taken from JSON that anybody may have written: every value is looked at before it is used.

Numbers may be texts, lists may be missing, two annotations may have one id. What cannot be used is counted by reason
and told once, not raised: a file of 370,000 annotations has a few bad ones.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from app.faces.attributes import Attributes
from app.faces.classes import FaceClass, names_of
from app.faces.errors import DamagedFileError, UnsafeFileError
from app.faces.mask import Bits
from app.faces.sample import Pose
from app.formats.class_names import class_named
from app.formats.files import shown
from app.formats.layouts.packed_values import one_line
from app.imaging.regions import Runs, add_runs, filled, require_size, unpacked_runs

FILE_LIMIT = 1 << 30
"""Bytes of one JSON: all 30,000 samples with runs make 200 MB."""
_WORK_LIMIT = 1 << 33
"""Pixels times instances of one sample."""
_MARKS = (
    b'"images"',
    b'"annotations"',
    b'"categories"',
    b'"image_id"',
    b'"file_name"',
    b'"category_id"',
    b'"licenses"',
)
HEAD = 1 << 16
"""Bytes from the beginning that are enough to know such a file."""

Shape = tuple[int, int]
_KEY = (int, str)


@dataclass(slots=True)
class Said:
    """What one or several files say of one photo. ``shape`` and ``mask_shape`` are (H, W).

    ``instances`` are class bit and segmentation: size and counts of runs in a tuple, or a list of polygons.
    """

    shape: Shape | None = None
    mask_shape: Shape | None = None
    instances: list[tuple[int, Any]] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)
    attributes: Attributes | None = None
    pose: Pose | None = None
    celeba_file: str | None = None

    def add(self, other: Said) -> None:
        """What another file says of the same photo; where both say the same thing, the first counts: a folder may hold
        the whole set and its splits."""
        self.shape = self.shape or other.shape
        self.mask_shape = self.mask_shape or other.mask_shape
        self.instances += other.instances
        self.captions += [text for text in other.captions if text not in self.captions]
        self.attributes = self.attributes or other.attributes
        self.pose = self.pose or other.pose
        self.celeba_file = self.celeba_file or other.celeba_file


@dataclass(slots=True)
class CocoFile:
    """One file: its photos by ``file_name``, and what is wrong with it (reason → examples)."""

    photos: dict[str, Said] = field(default_factory=dict)
    wrong: dict[str, list[str]] = field(default_factory=dict)

    def tell(self, why: str, what: object) -> None:
        """One more thing for a reason."""
        self.wrong.setdefault(why, []).append(str(what)[:200])


def looks_like_coco(head: bytes) -> bool:
    """Whether a file that begins so is a COCO file."""
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and sum(mark in head for mark in _MARKS) > 1


def read_coco(data: bytes) -> CocoFile:
    """Everything the file says. Raises DamagedFileError for what is no COCO file."""
    with _no_collection():
        return _taken(data)


def _taken(data: bytes) -> CocoFile:
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise DamagedFileError(f"it is no JSON that can be read ({error}); export it again") from None
    if not isinstance(document, dict) or not isinstance(document.get("images"), list):
        raise DamagedFileError("it has no list of images and is no COCO file")
    file = CocoFile()
    photos = _photos(document["images"], file)
    classes = _classes(document.get("categories"), file)
    seen: set[int | str] = set()
    for annotation in _dicts(document.get("annotations"), file, "annotations"):
        _take(annotation, photos, classes, seen, file)
    return file


@contextmanager
def _no_collection() -> Iterator[None]:
    """Python looks for cycles each time some thousand objects were made: of five seconds for 390,000 annotations,
    which have none, that takes three."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _photos(images: list[Any], file: CocoFile) -> dict[int | str, Said]:
    by_id: dict[int | str, Said] = {}
    for image in _dicts(images, file, "images"):
        name, key = image.get("file_name"), image.get("id")
        if not isinstance(name, str) or not name or not isinstance(key, _KEY):
            file.tell("images without a file name or an id", name or key)
            continue
        if key in by_id:
            file.tell("images with an id that another image has, not read", name)
            continue
        said = Said(
            shape=_shape(image.get("height"), image.get("width")),
            mask_shape=_shape(image.get("mask_height"), image.get("mask_width")),
            captions=[text for text in _list(image.get("captions")) if isinstance(text, str)],
            attributes=_attributes(image.get("attributes")),
            pose=_pose(image.get("pose")),
        )
        if isinstance(image.get("celeba_file"), str):
            said.celeba_file = image["celeba_file"][:100]
        if name in file.photos:
            file.tell("photos with two images", name)
            said = file.photos[name]
        by_id[key] = file.photos[name] = said
    return by_id


def _classes(categories: Any, file: CocoFile) -> dict[int | str, FaceClass | None]:
    classes: dict[int | str, FaceClass | None] = {}
    for category in _dicts(categories or [], file, "categories"):
        key, name = category.get("id"), category.get("name")
        if not isinstance(key, _KEY) or not isinstance(name, str):
            file.tell("categories without an id or a name", name or key)
            continue
        if key in classes:
            file.tell("categories with an id that another has, not read", name)
            continue
        classes[key] = class_named(name)
        if classes[key] is None:
            file.tell("categories that are no class of a face mask, whose instances are not shown", name)
    return classes


def _take(
    annotation: Mapping[str, Any],
    photos: Mapping[int | str, Said],
    classes: Mapping[int | str, FaceClass | None],
    seen: set[int | str],
    file: CocoFile,
) -> None:
    key, image, category = annotation.get("id"), annotation.get("image_id"), annotation.get("category_id")
    if isinstance(key, _KEY):
        if key in seen:
            file.tell(
                "annotations with an id that another has; pycocotools would keep the last, here all are read", key
            )
        seen.add(key)
    said = photos.get(image) if isinstance(image, _KEY) else None
    if said is None:
        file.tell("annotations of images that are not in the file", image)
        return
    if isinstance(caption := annotation.get("caption"), str):
        said.captions.append(caption)
        return
    if not isinstance(category, _KEY) or category not in classes:
        file.tell("annotations of categories that are not in the file", category)
        return
    face_class = classes[category]
    if face_class is None or not face_class.bit:
        return
    segmentation = annotation.get("segmentation")
    if not segmentation or not isinstance(segmentation, (dict, list)):
        file.tell("annotations without a segmentation, boxes at best; nothing of them is shown", key)
        return
    if isinstance(segmentation, dict):
        segmentation = (_size(segmentation), segmentation.get("counts"))
    said.instances.append((face_class.bit, segmentation))


def drawn(said: Said, photo_shape: Shape | None) -> tuple[Bits, list[str]]:
    """The (H, W) bits of all instances, and what is wrong with those that are not in them. ``photo_shape``: what to
    take where the file has no size. Raises DamagedFileError or UnsafeFileError where nothing can be drawn.
    """
    shape = _drawing_shape(said, photo_shape)
    require_size(shape)
    if shape[0] * shape[1] * len(said.instances) > _WORK_LIMIT:
        raise UnsafeFileError(f"it has {len(said.instances):,} instances, more than can be drawn")
    columns = np.zeros((shape[1], shape[0]), np.uint32)
    wrong = []
    for bit, segmentation in said.instances:
        try:
            if isinstance(segmentation, tuple):
                size, counts = segmentation
                add_runs(columns.reshape(-1), _runs(size, counts, shape), bit)
            else:
                _require_shape(said.shape, shape)
                columns.T[filled(_polygons(segmentation), shape)] |= np.uint32(bit)
        except (DamagedFileError, UnsafeFileError) as error:
            wrong.append(f"{names_of(bit)[0]}: {error}")
    return np.ascontiguousarray(columns.T), wrong


def _drawing_shape(said: Said, photo_shape: Shape | None) -> Shape:
    """The size of the image; that of the runs where none of them has it, as files of masks at half the size do."""
    own = said.shape or photo_shape
    sizes = [segmentation[0] for _, segmentation in said.instances if isinstance(segmentation, tuple)]
    shape = own if own in sizes or len(sizes) < len(said.instances) else next(filter(None, sizes), own)
    if shape is None:
        raise DamagedFileError("neither the file nor a photo tells its size")
    return shape


def _require_shape(found: Shape | None, shape: Shape) -> None:
    if found is not None and found != shape:
        raise DamagedFileError(f"it is for {found[1]}×{found[0]}, the others for {shape[1]}×{shape[0]}")


def _size(segmentation: Mapping[str, Any]) -> Shape | None:
    size = segmentation.get("size")
    return _shape(*size) if isinstance(size, list) and len(size) == 2 else None


def _runs(size: Shape | None, counts: Any, shape: Shape) -> Runs:
    _require_shape(size, shape)
    if isinstance(counts, str):
        return unpacked_runs(counts)
    if not isinstance(counts, list) or len(counts) > shape[0] * shape[1] + 1:
        raise DamagedFileError("its runs are neither a text nor a list")
    try:
        runs = np.array(counts)
    except (ValueError, OverflowError):
        runs = np.array(["?"])
    if counts and (runs.dtype.kind != "i" or runs.ndim != 1):
        raise DamagedFileError("its runs are no whole numbers")
    return runs.astype(np.int64)


def _polygons(segmentation: list[Any]) -> list[Any]:
    # Some tools write a single polygon without the list around it.
    rings = segmentation if isinstance(segmentation[0], list) else [segmentation]
    found = []
    for ring in rings:
        try:
            flat = np.array(ring, np.float64)
        except (ValueError, TypeError, OverflowError):
            raise DamagedFileError("its polygons are no lists of numbers") from None
        if flat.ndim != 1 or flat.size % 2:
            raise DamagedFileError("its polygons are no lists of x and y by turns")
        found.append(flat.reshape(-1, 2))
    return found


def _dicts(entries: Any, file: CocoFile, what: str) -> Iterator[dict[str, Any]]:
    if entries is not None and not isinstance(entries, list):
        file.tell(f"{what} that are no list", type(entries).__name__)
    for entry in _list(entries):
        if isinstance(entry, dict):
            yield entry
        else:
            file.tell(f"{what} that are no objects", shown(str(entry)[:200]))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _shape(height: Any, width: Any) -> Shape | None:
    sides = [int(side) for side in (height, width) if isinstance(side, int | float) and 0 < side < 1 << 31]
    return (sides[0], sides[1]) if len(sides) == 2 else None


_TRUTH = {1: True, -1: False, 0: None, "1": True, "-1": False, "yes": True, "no": False, "true": True, "false": False}


def _attributes(value: Any) -> Attributes | None:
    if not isinstance(value, dict):
        return None
    known = {one_line(name): _truth(said) for name, said in value.items()}
    if all(said is None for said in known.values()):
        return None
    return Attributes(tuple(known), tuple(known.values()))


def _truth(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    return _TRUTH.get(value.casefold() if isinstance(value, str) else value) if isinstance(value, _KEY) else None


def _pose(value: Any) -> Pose | None:
    if not isinstance(value, dict):
        return None
    angles = [value.get(name) for name in ("yaw", "pitch", "roll")]
    if any(angle is not None and not isinstance(angle, int | float) for angle in angles):
        return None
    try:
        yaw, pitch, roll = (float("nan") if angle is None else float(angle) for angle in angles)
    except OverflowError:
        return None
    return Pose(yaw, pitch, roll)

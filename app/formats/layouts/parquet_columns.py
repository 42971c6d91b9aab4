"""Which column of somebody's parquet file is what: by the features that ``datasets`` notes, else by types and names."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.formats.layouts.packed_values import CAPTION_NAMES, ID_NAMES, NAME_NAMES, attribute_name

PHOTO_NAMES = ("image", "img", "photo", "picture", "face", "jpg", "jpeg", "png", "pixel_values", "input_image")
MASK_NAMES = (
    "mask", "label", "annotation", "segmentation", "seg", "labels", "masks", "annotations", "seg_map", "label_map",
    "segmentation_mask", "semantic_mask", "mask_image",
)  # fmt: skip
CLASS_NAMES = ("class_masks", "class_mask", "masks", "layers")
ANGLES = ("yaw", "pitch", "roll")


@dataclass(slots=True)
class Columns:
    """Column names by what they hold; empty where there is none. ``ids`` are candidates, the best first.

    ``leaves`` are the columns' leaves as the file names them; ``attributes`` map to a column, or to one and a field.
    """

    photo: str = ""
    index_map: str = ""
    classes: str = ""
    sketch: str = ""
    captions: list[str] = field(default_factory=list)
    attributes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    pose: dict[str, tuple[str, ...]] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)
    celeba_file: str = ""
    leaves: Sequence[str] = ()

    @property
    def heavy(self) -> tuple[str, ...]:
        """The columns that hold pictures."""
        return tuple(filter(None, (self.photo, self.index_map, self.classes, self.sketch)))

    def light_leaves(self) -> list[str]:
        """The leaves without any picture's bytes."""
        named = {*self.captions, *self.ids, self.celeba_file, *(path[0] for path in self.attributes.values())}
        named |= {path[0] for path in self.pose.values()}
        return [leaf for leaf in self.leaves if leaf.partition(".")[0] in named or self._is_label(leaf)]

    def id_leaves(self) -> list[str]:
        """The leaves that may tell ids."""
        return [leaf for leaf in self.leaves if leaf in self.ids or leaf == f"{self.photo}.path"]

    def _is_label(self, leaf: str) -> bool:
        """Whether it tells of a picture that it is there."""
        head, _, rest = leaf.partition(".")
        return head in self.heavy and rest.rpartition(".")[2] in ("path", "class")


def find_columns(pa: Any, schema: Any, leaves: Sequence[str]) -> Columns:
    """What an Arrow schema's columns are."""
    found = Columns(leaves=leaves)
    features = _features(schema)
    images = [each.name for each in schema if _is_image(pa, each, features)]
    lists = [each.name for each in schema if _is_class_list(pa, each)]
    found.classes = _named(lists, CLASS_NAMES) or next(iter(lists), "")
    found.sketch = next((name for name in images if "sketch" in name.casefold()), "")
    rest = [name for name in images if name != found.sketch]
    found.index_map = _named(rest, MASK_NAMES)
    rest = [name for name in rest if name != found.index_map]
    found.photo = _named(rest, PHOTO_NAMES) or next(iter(rest), "")
    if not found.photo and found.index_map and not found.sketch:
        # One picture and nothing beside it: it is what there is to see, whatever it is called.
        found.photo, found.index_map = found.index_map, ""
    texts = [each.name for each in schema if _is_text(pa, each.type) or _is_texts(pa, each.type)]
    found.captions = [name for name in texts if name.casefold() in CAPTION_NAMES] or [
        name for name in texts if name.casefold().rstrip("_0123456789") in CAPTION_NAMES
    ]
    found.celeba_file = _named(texts, ("celeba_file", "orig_file"))
    plain = [each.name for each in schema if _is_text(pa, each.type) or pa.types.is_integer(each.type)]
    found.ids = [name for wanted in (*ID_NAMES, *NAME_NAMES) for name in plain if name.casefold() == wanted]
    for each in schema:
        for path, kind in _plain_fields(pa, each):
            name = path[-1]
            if name.casefold() in ANGLES and pa.types.is_floating(kind):
                found.pose.setdefault(name.casefold(), path)
            elif (known := attribute_name(name)) and (pa.types.is_integer(kind) or pa.types.is_boolean(kind)):
                found.attributes.setdefault(known, path)
            elif pa.types.is_boolean(kind):
                found.attributes.setdefault(name, path)
    return found


def _plain_fields(pa: Any, each: Any) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The column, or the fields of a struct that is no picture."""
    if pa.types.is_struct(each.type):
        if each.name.casefold() in ("pose", "head_pose", "attributes", "attrs", "attributes_celeba"):
            yield from (((each.name, inner.name), inner.type) for inner in each.type)
    else:
        yield (each.name,), each.type


def _features(schema: Any) -> Mapping[str, Any]:
    note = (schema.metadata or {}).get(b"huggingface", b"")
    try:
        features = json.loads(note)["info"]["features"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    return features if isinstance(features, dict) else {}


def _is_image(pa: Any, each: Any, features: Mapping[str, Any]) -> bool:
    kind = each.type
    if pa.types.is_struct(kind):
        names = {inner.name: inner.type for inner in kind}
        return _is_bytes(pa, names["bytes"]) if "bytes" in names else False
    feature = features.get(each.name)
    is_noted = isinstance(feature, dict) and feature.get("_type") == "Image"
    name = each.name.casefold()
    return _is_bytes(pa, kind) and (is_noted or name in PHOTO_NAMES or name in MASK_NAMES or "sketch" in name)


def _is_class_list(pa: Any, each: Any) -> bool:
    """A list of ``{class, png}``, or of pictures whose paths end in a class."""
    kind = each.type
    if not (pa.types.is_list(kind) or pa.types.is_large_list(kind)) or not pa.types.is_struct(kind.value_type):
        return False
    names = {inner.name for inner in kind.value_type}
    return names >= {"class", "png"} or (names >= {"bytes", "path"} and each.name.casefold() in CLASS_NAMES)


def _is_bytes(pa: Any, kind: Any) -> bool:
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def _is_text(pa: Any, kind: Any) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _is_texts(pa: Any, kind: Any) -> bool:
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind)) and _is_text(pa, kind.value_type)


def _named(names: Sequence[str], wanted: Sequence[str]) -> str:
    """The first wanted name that is there."""
    folded = {name.casefold(): name for name in reversed(names)}
    return next((folded[name] for name in wanted if name in folded), "")

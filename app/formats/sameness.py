"""Whether two versions of a dataset file mean the same: then undoing an edit and saving brings the first bytes back.

No file at all is a version too: it says what a class file without covered pixels, an index map of nothing but
background or an empty caption file says.
"""

from __future__ import annotations

import numpy as np

from app.faces.classes import LAYER_CLASSES, ClassScheme
from app.faces.errors import FaceDataError
from app.faces.mask import Binary
from app.formats.png import Png, read_png
from app.formats.png_pixels import read_binary, read_samples

_CLASS_ENDINGS = tuple(f"_{face_class.name}.png" for face_class in LAYER_CLASSES)


def same_content(path: str, one: bytes | None, other: bytes | None, scheme: ClassScheme) -> bool:
    """Class files: the same pixels are covered. Index maps: the same samples of the same kind. Else: the same bytes."""
    if one == other:
        return True
    name = path.lower()
    if not name.endswith(".png"):
        return not one and not other
    try:
        if one is None or other is None:
            return _says_nothing(name, one or other or b"", scheme)
        first, second = read_png(one), read_png(other)
        if (first.kind.width, first.kind.height) != (second.kind.width, second.kind.height):
            return False
        if name.endswith(_CLASS_ENDINGS):
            return np.array_equal(_covered(first), _covered(second))
        same_kind = first.kind == second.kind and first.chunk(b"PLTE") == second.chunk(b"PLTE")
        return same_kind and np.array_equal(read_samples(first), read_samples(second))
    except FaceDataError:
        return False


def _says_nothing(name: str, data: bytes, scheme: ClassScheme) -> bool:
    png = read_png(data)
    if name.endswith(_CLASS_ENDINGS):
        return not _covered(png).any()
    return png.kind.depth == 8 and bool((read_samples(png) == (scheme.value_of("background") or 0)).all())


def _covered(png: Png) -> Binary:
    picture = read_binary(png)
    covered = np.zeros((png.kind.height, png.kind.width), np.bool_)
    covered[picture.top : picture.top + len(picture.covered)] = picture.covered
    return covered

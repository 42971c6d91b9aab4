"""Where a sample's sketch is kept and in what form, so that a new one is stored as the dataset's others are.

Stores show sketches and do not edit them; this plans the one file a new sketch needs, for the document to carry out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np
import numpy.typing as npt

from app.faces.errors import FaceDataError, ReadOnlyError
from app.faces.sample import Modality, SampleId
from app.faces.store import FileChange, SampleStore
from app.formats.files import sha256, shown
from app.formats.pictures import polarity, read_picture
from app.imaging.cv import cv2

JPEG_QUALITY = 95
NEW_FOLDER = "sketch"
_SUFFIXES = frozenset({".jpg", ".jpeg", ".png"})
_ENDING = "_edges"


@dataclass(frozen=True, slots=True)
class SketchForm:
    """How a sketch is stored: ``path`` relative to the root, ``shape`` (H, W) of its picture, None where nothing tells.

    ``before`` is the SHA-256 of the file that is there. Sketches that are ``is_inverted`` have light lines.
    """

    path: str
    shape: tuple[int, int] | None = None
    is_grey: bool = False
    is_inverted: bool = False
    before: str | None = None


def sketch_form(store: SampleStore, sample: SampleId, like: SketchForm | None = None) -> SketchForm:
    """The form of the sample's own sketch; where it has none, a form ``like`` another's, or that of the released sets.

    Raises ReadOnlyError where sketches lie in a container or the folder cannot be written.
    """
    files = store.files(sample, Modality.SKETCH)
    lies_in = (files or store.files(sample, Modality.PHOTO))[0]
    if PurePosixPath(lies_in).suffix.lower() not in _SUFFIXES:
        raise ReadOnlyError(f"the pictures of this dataset lie in {shown(lies_in)}; export it to a folder, draw there")
    path = files[0] if files else _new_path(store, sample, like)
    if not files:
        form = like or SketchForm(path)
        return SketchForm(path, form.shape, form.is_grey, form.is_inverted)
    data = store.picture_bytes(sample, Modality.SKETCH)
    try:
        picture, _ = read_picture(data)
    except FaceDataError:  # a damaged sketch is what one draws anew
        form = like or SketchForm(path)
        return SketchForm(path, form.shape, form.is_grey, form.is_inverted, sha256(data))
    plain = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    is_grey = plain is not None and plain.ndim == 2
    is_inverted = polarity(picture) is not None
    return SketchForm(path, (picture.shape[0], picture.shape[1]), is_grey, is_inverted, sha256(data))


def first_form(store: SampleStore, samples: Iterable[SampleId]) -> SketchForm | None:
    """The form of the first sketch there is: what new ones are to be like."""
    for sample in samples:
        if store.has(sample, Modality.SKETCH):
            return sketch_form(store, sample)
    return None


def stored(sketch: npt.NDArray[np.uint8], form: SketchForm) -> FileChange:
    """The change that stores a sketch (H, W), dark lines on light, in that form but at its own size."""
    picture = cv2.bitwise_not(sketch) if form.is_inverted else sketch
    if not form.is_grey:
        picture = cv2.merge([picture, picture, picture])
    suffix = PurePosixPath(form.path).suffix.lower()
    options = [] if suffix == ".png" else [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
    encoded = cv2.imencode(suffix, picture, options)[1]
    return FileChange(form.path, form.before, encoded.tobytes())


def _new_path(store: SampleStore, sample: SampleId, like: SketchForm | None) -> str:
    """Beside the others and named as they are; in a new folder where there are none."""
    if like is None:
        return f"{NEW_FOLDER}/{PurePosixPath(store.files(sample, Modality.PHOTO)[0]).stem}.jpg"
    model = PurePosixPath(like.path)
    stem, ending = (model.stem[: -len(_ENDING)], _ENDING) if model.stem.endswith(_ENDING) else (model.stem, "")
    width = len(stem) if len(stem) > 1 and stem[0] == "0" and stem.isdecimal() else 0
    name = sample.zfill(width) if sample.isdecimal() else sample
    return str(model.with_name(f"{name}{ending}{model.suffix}"))

"""Where a sample's sketch is kept and in what form, so that a new one is stored as the dataset's others are.

A sketch is its file, so it is encoded when it is drawn and not when it is saved: what is shown is what will be there.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np
import numpy.typing as npt

from app.faces.errors import FaceDataError, ReadOnlyError
from app.faces.sample import Modality, SampleId, Sketch
from app.faces.store import FileChange, SampleStore
from app.formats.files import sha256, shown
from app.formats.pictures import polarity, read_picture
from app.formats.png import GREY, RGB, SIGNATURE, read_png
from app.imaging.cv import cv2

Grey = npt.NDArray[np.uint8]
"""(H, W)."""

JPEG_QUALITY = 95
_MOST_CHROMA = 24
"""Channels of a grey picture that was kept as a colour JPEG differ by a little."""
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


def redrawn(store: SampleStore, sample: SampleId, drawn: Grey, there: Sketch | None) -> Sketch:
    """A sketch (H, W) of dark lines on light as the file of the sample: in the size, the polarity and the kind of file
    that is ``there``, or of the dataset's other sketches.

    Raises ReadOnlyError where sketches cannot be written.
    """
    if there is None:
        form = sketch_form(store, sample, first_form(store, store.sample_ids))
        return Sketch(stored(drawn, form).after or b"")
    try:
        pixels = sketch_pixels(there)
    except FaceDataError:  # a damaged sketch is what one draws anew
        return redrawn(store, sample, drawn, None)
    if drawn.shape != pixels.shape:
        method = cv2.INTER_AREA if drawn.shape[0] > pixels.shape[0] else cv2.INTER_CUBIC
        drawn = np.asarray(cv2.resize(drawn, pixels.shape[::-1], interpolation=method), np.uint8)
    stored_as = cv2.bitwise_not(drawn) if is_inverted(pixels) else drawn
    return encoded_like(np.asarray(stored_as, np.uint8), there)


def is_inverted(pixels: Grey) -> bool:
    """Whether a sketch, as it is stored, has light lines on a dark ground."""
    return polarity(pixels) is not None


def sketch_pixels(sketch: Sketch) -> Grey:
    """(H, W) as it is stored. Raises DamagedFileError or UnsafeFileError."""
    return np.asarray(cv2.cvtColor(read_picture(sketch.data)[0], cv2.COLOR_RGB2GRAY), np.uint8)


def why_not_by_hand(sketch: Sketch) -> str | None:
    """Why the sketch cannot be drawn on without losing something of it, in a sentence, or None."""
    try:
        picture = read_picture(sketch.data)[0].astype(np.int16)
        _png_flag(sketch.data)
    except FaceDataError as error:
        return str(error)
    spread = picture.max(axis=2) - picture.min(axis=2)
    return "this sketch is in colour; only grey ones are drawn on" if int(spread.max()) > _MOST_CHROMA else None


def encoded_like(pixels: Grey, there: Sketch) -> Sketch:
    """New pixels, as they are to be stored, in the kind of file that is there; a JPEG is as fine as that one.

    With the same tables, blocks that were not drawn on stay what they were. Raises ReadOnlyError for kinds of PNG that
    are not written.
    """
    if there.data.startswith(SIGNATURE):
        picture = pixels if _png_flag(there.data) == cv2.IMREAD_GRAYSCALE else cv2.merge([pixels] * 3)
        return Sketch(cv2.imencode(".png", picture)[1].tobytes())
    from PIL import Image, JpegImagePlugin  # seldom needed, and its import takes as long as two photos

    out = io.BytesIO()
    with Image.open(io.BytesIO(there.data), formats=("JPEG",)) as old:
        mode = "L" if old.mode == "L" else "RGB"
        Image.fromarray(pixels).convert(mode).save(
            out, "JPEG", qtables=old.quantization,  # type: ignore[attr-defined]
            subsampling=0 if mode == "L" else max(JpegImagePlugin.get_sampling(old), 0),
            progressive=bool(old.info.get("progressive")),
        )  # fmt: skip
    return Sketch(out.getvalue())


def _png_flag(data: bytes) -> int | None:
    """How a PNG is to be read to be kept as it is; None for a JPEG. Raises ReadOnlyError."""
    if not data.startswith(SIGNATURE):
        return None
    kind = read_png(data).kind
    if kind.depth != 8 or kind.colour_type not in (GREY, RGB):
        raise ReadOnlyError(f"this sketch is {kind}; only 8-bit grey and RGB ones are written")
    return int(cv2.IMREAD_GRAYSCALE if kind.colour_type == GREY else cv2.IMREAD_COLOR)


def plan_sketch(store: SampleStore, sample: SampleId, after: Sketch, stamps: Mapping[str, str | None]) -> FileChange:
    """The file of the sample's sketch as it is to be; a sketch of no bytes is no file."""
    files = store.files(sample, Modality.SKETCH)
    path = files[0] if files else _new_path(store, sample, first_form(store, store.sample_ids))
    return FileChange(path, stamps.get(path), after.data or None)


def _new_path(store: SampleStore, sample: SampleId, like: SketchForm | None) -> str:
    """Beside the others and named as they are; in a new folder where there are none."""
    if like is None:
        return f"{NEW_FOLDER}/{PurePosixPath(store.files(sample, Modality.PHOTO)[0]).stem}.jpg"
    model = PurePosixPath(like.path)
    stem, ending = (model.stem[: -len(_ENDING)], _ENDING) if model.stem.endswith(_ENDING) else (model.stem, "")
    width = len(stem) if len(stem) > 1 and stem[0] == "0" and stem.isdecimal() else 0
    name = sample.zfill(width) if sample.isdecimal() else sample
    return str(model.with_name(f"{name}{ending}{model.suffix}"))

"""Where a sample's sketch is kept and in what form, so that a new one is stored as the dataset's others are.

A sketch is its file, so it is encoded when it is drawn and not when it is saved: what is shown is what will be there.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

import numpy as np
import numpy.typing as npt

from app.faces.errors import FaceDataError, InvalidEditError, ReadOnlyError
from app.faces.sample import Modality, SampleId, Sketch
from app.faces.store import FileChange, SampleStore
from app.formats.files import sha256, shown
from app.formats.pictures import polarity, read_picture
from app.formats.png import GREY, RGB, SIGNATURE, new_png, read_png, replaced_pixels
from app.imaging.cv import cv2

Grey = npt.NDArray[np.uint8]
"""(H, W)."""

JPEG_QUALITY = 95
"""Of new sketches where there is none whose tables could be taken."""
_MOST_CHROMA = 24
"""Channels of a grey picture that was kept as a colour JPEG differ by a little."""
NEW_FOLDER = "sketch"
_SUFFIXES = frozenset({".jpg", ".jpeg", ".png"})
_ENDING = "_edges"


@dataclass(frozen=True, slots=True)
class JpegTables:
    """How fine a JPEG is: its quantisation tables, each 64 numbers, and how its colours are thinned out."""

    quantization: tuple[tuple[int, ...], ...]
    subsampling: int
    is_progressive: bool


@dataclass(frozen=True, slots=True)
class SketchForm:
    """How a sketch is stored: ``path`` relative to the root, ``shape`` (H, W) of its picture, None where nothing tells.

    ``before`` is the SHA-256 of the file that is there. Sketches that are ``is_inverted`` have light lines. ``tables``
    are those of a JPEG.
    """

    path: str
    shape: tuple[int, int] | None = None
    is_grey: bool = False
    is_inverted: bool = False
    before: str | None = None
    tables: JpegTables | None = None


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
        return replace(like or SketchForm(path), path=path, before=None)
    data = store.picture_bytes(sample, Modality.SKETCH)
    try:
        picture, _ = read_picture(data)
    except FaceDataError:  # a damaged sketch is what one draws anew
        return replace(like or SketchForm(path), path=path, before=sha256(data))
    plain = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    is_grey = plain is not None and plain.ndim == 2
    is_inverted = polarity(picture) is not None
    shape = (picture.shape[0], picture.shape[1])
    return SketchForm(path, shape, is_grey, is_inverted, sha256(data), _tables(data))


def first_form(store: SampleStore, samples: Iterable[SampleId]) -> SketchForm | None:
    """The form of the first sketch there is: what new ones are to be like."""
    for sample in samples:
        if store.has(sample, Modality.SKETCH):
            return sketch_form(store, sample)
    return None


def stored(sketch: npt.NDArray[np.uint8], form: SketchForm) -> FileChange:
    """The change that stores a sketch (H, W), dark lines on light, in that form but at its own size."""
    picture = cv2.bitwise_not(sketch) if form.is_inverted else sketch
    if PurePosixPath(form.path).suffix.lower() == ".png":
        encoded = cv2.imencode(".png", picture if form.is_grey else cv2.merge([picture] * 3))[1].tobytes()
    else:
        encoded = _as_jpeg(np.asarray(picture, np.uint8), form.tables, is_grey=form.is_grey)
    return FileChange(form.path, form.before, encoded)


def redrawn(
    store: SampleStore, sample: SampleId, drawn: Grey, there: Sketch | None, *, keeps_size: bool = True
) -> Sketch:
    """A sketch (H, W) of dark lines on light as the file of the sample: in the polarity, the kind of file and (unless
    the drawn one's ``keeps_size`` is False) the size of the one that is ``there``, or of the dataset's other sketches.

    Raises ReadOnlyError where sketches cannot be written.
    """
    if there is None:
        form = sketch_form(store, sample, first_form(store, store.sample_ids))
        return Sketch(stored(drawn, form).after or b"")
    try:
        pixels = sketch_pixels(there)
    except FaceDataError:  # a damaged sketch is what one draws anew
        return redrawn(store, sample, drawn, None)
    if keeps_size and drawn.shape != pixels.shape:
        method = cv2.INTER_AREA if drawn.shape[0] > pixels.shape[0] else cv2.INTER_CUBIC
        drawn = np.asarray(cv2.resize(drawn, pixels.shape[::-1], interpolation=method), np.uint8)
    stored_as = cv2.bitwise_not(drawn) if is_inverted(pixels) else drawn
    return encoded_like(np.asarray(stored_as, np.uint8), there)


def kept_like(store: SampleStore, sample: SampleId, pixels: npt.NDArray[np.uint8], there: Sketch | None) -> Sketch:
    """Grey pixels (H, W) or (H, W, 3), as they are to be stored, as the sample's file.

    It is of the kind that is ``there``, or that the dataset's other sketches have. Raises InvalidEditError for what is
    no grey picture, ReadOnlyError where sketches cannot be written.
    """
    grey = np.asarray(pixels)
    if grey.dtype != np.uint8 or grey.ndim not in (2, 3) or (grey.ndim == 3 and grey.shape[2] != 3) or not grey.size:
        raise InvalidEditError(f"a sketch is uint8 of (H, W) or (H, W, 3), not {grey.dtype} of {grey.shape}")
    if grey.ndim == 3:
        if int((grey.max(axis=2).astype(np.int16) - grey.min(axis=2)).max()) > _MOST_CHROMA:
            raise InvalidEditError("a sketch is grey, and this picture has colours; convert it first")
        grey = np.asarray(cv2.cvtColor(np.ascontiguousarray(grey), cv2.COLOR_RGB2GRAY), np.uint8)
    grey = np.ascontiguousarray(grey)
    if there is not None:
        return encoded_like(grey, there)
    form = sketch_form(store, sample, first_form(store, store.sample_ids))
    return Sketch(stored(grey, replace(form, is_inverted=False)).after or b"")


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
        _require_written(sketch.data)
    except (FaceDataError, OSError) as error:
        return str(error)
    spread = picture.max(axis=2) - picture.min(axis=2)
    return "this sketch is in colour; only grey ones are drawn on" if int(spread.max()) > _MOST_CHROMA else None


def is_lossy(sketch: Sketch) -> bool:
    """Whether its file is compressed anew by every edit, the parts that were not drawn on as well."""
    return not sketch.data.startswith(SIGNATURE)


def encoded_like(pixels: Grey, there: Sketch) -> Sketch:
    """New pixels, as they are to be stored, in the kind of file that is there; a JPEG is as fine as that one.

    With the same tables, blocks that were not drawn on stay nearly what they were: beside black lines, where decoding
    cut off what was beyond black and white, up to 14 of 255 grey levels were lost in released sketches. What else the
    file says (resolution, colour profile, comments) stays. Raises ReadOnlyError for kinds that are not written.
    """
    _require_written(there.data)
    if is_lossy(there):
        tables = _tables(there.data)
        return Sketch(_as_jpeg(pixels, tables, is_grey=_is_grey_jpeg(there.data), said=_said_in(there.data)))
    png = read_png(there.data)
    samples = np.repeat(pixels[..., None], png.kind.channels, axis=2)
    if pixels.shape == (png.kind.height, png.kind.width):
        return Sketch(replaced_pixels(png, samples))
    return Sketch(new_png(replace(png.kind, height=pixels.shape[0], width=pixels.shape[1]), samples, png))


def _as_jpeg(
    picture: Grey, tables: JpegTables | None, *, is_grey: bool, said: Mapping[str, object] | None = None
) -> bytes:
    """The picture as a JPEG as fine as the tables say, else of our own quality."""
    from PIL import Image  # seldom needed, and its import takes as long as two photos

    out = io.BytesIO()
    options: dict[str, object] = dict(said or {})
    if tables is None:
        options |= {"quality": JPEG_QUALITY}
    else:
        options |= {
            "qtables": {at: list(table) for at, table in enumerate(tables.quantization)},
            "subsampling": 0 if is_grey else tables.subsampling,
            "progressive": tables.is_progressive,
        }
    Image.fromarray(picture).convert("L" if is_grey else "RGB").save(out, "JPEG", **options)
    return out.getvalue()


def _tables(data: bytes) -> JpegTables | None:
    """None for a PNG, and for a JPEG whose tables cannot be taken."""
    if data.startswith(SIGNATURE):
        return None
    from PIL import Image, JpegImagePlugin

    try:
        with Image.open(io.BytesIO(data), formats=("JPEG",)) as picture:
            found: Mapping[int, Sequence[int]] = getattr(picture, "quantization", {})
            subsampling = max(JpegImagePlugin.get_sampling(picture), 0)  # an unusual one: nothing is thinned out
            is_progressive = bool(picture.info.get("progressive"))
    except (OSError, SyntaxError):
        return None
    if not found or any(not 1 <= value <= 255 for table in found.values() for value in table):
        return None  # finer than 8 bits, which is not written
    return JpegTables(tuple(tuple(found[at]) for at in sorted(found)), subsampling, is_progressive)


def _said_in(jpeg: bytes) -> dict[str, object]:
    """What a JPEG says besides its pixels, as Pillow's ``save`` takes it."""
    from PIL import Image

    with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as picture:
        return {name: picture.info[name] for name in ("dpi", "icc_profile", "exif", "comment") if name in picture.info}


def _is_grey_jpeg(data: bytes) -> bool:
    from PIL import Image

    with Image.open(io.BytesIO(data), formats=("JPEG",)) as picture:
        return picture.mode == "L"


def _require_written(data: bytes) -> None:
    """Raises ReadOnlyError for kinds of pictures that cannot be written as they are."""
    if data.startswith(SIGNATURE):
        png = read_png(data)
        if png.kind.depth != 8 or png.kind.colour_type not in (GREY, RGB):
            raise ReadOnlyError(f"this sketch is {png.kind}; only 8-bit grey and RGB ones are written")
        if png.locked:
            raise ReadOnlyError(f"this sketch cannot be rewritten: {png.locked}")
        return
    from PIL import Image

    with Image.open(io.BytesIO(data), formats=("JPEG",)) as picture:
        if picture.mode not in ("L", "RGB"):
            raise ReadOnlyError(f"this sketch is a {picture.mode} JPEG; only grey and RGB ones are written")


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

"""Photos and sketches: shown as training code reads them, never written.

Decoders open a JPEG that was cut at a tenth as if it were whole, so its markers are looked at first; limits are checked
on the header before any decoder allocates.
"""

from __future__ import annotations

import io
import struct
from importlib import import_module
from types import ModuleType

import numpy as np

from app.faces.errors import DamagedFileError, UnsafeFileError
from app.faces.sample import Photo
from app.formats.impostors import impostor
from app.formats.png import PALETTE, PIXEL_LIMIT, RGB, SIGNATURE, read_png
from app.imaging.cv import cv2

_turbo: ModuleType | None
try:
    _turbo = import_module("simplejpeg")
except ImportError:
    _turbo = None

_DARK = 80
"""Mean grey below which a sketch counts as inverted: dark on light has about 247, light on dark about 25."""

SCAN_LIMIT = 100
"""Scans of a progressive JPEG: a 2 MB file with 3,000 of them keeps every decoder busy for twelve seconds."""

_NO_PICTURE = "it is neither a JPEG nor a PNG file"
_START_OF_FRAME = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})


def read_picture(data: bytes) -> tuple[Photo, tuple[str, ...]]:
    """An (H, W, 3) R G B array without EXIF rotation, and notices about the file; the content decides, not the suffix.

    Raises DamagedFileError or UnsafeFileError; messages do not name the file.
    """
    if data.startswith(b"\xff\xd8"):
        return _read_jpeg(data)
    if data.startswith(SIGNATURE):
        return _read_png(data)
    raise DamagedFileError(impostor(data) or _NO_PICTURE)


def picture_shape(data: bytes) -> tuple[int, int]:
    """(H, W) by the header alone, without EXIF rotation. Raises DamagedFileError or UnsafeFileError."""
    if data.startswith(b"\xff\xd8"):
        width, height, _, _ = _jpeg_frame(data)
        return height, width
    if data.startswith(SIGNATURE):
        kind = read_png(data).kind
        return kind.height, kind.width
    raise DamagedFileError(impostor(data) or _NO_PICTURE)


def _read_jpeg(data: bytes) -> tuple[Photo, tuple[str, ...]]:
    width, height, channels, scan = _jpeg_frame(data)
    if width * height > PIXEL_LIMIT:
        raise UnsafeFileError(f"its header says {width}×{height}, more than the limit of {PIXEL_LIMIT // 2**20} Mpx")
    if data.count(b"\xff\xda", scan) > SCAN_LIMIT:
        raise UnsafeFileError(f"it has more than {SCAN_LIMIT} scans")
    notices = []
    if data.rfind(b"\xff\xd9", scan) < 0:
        notices.append("it is cut short; what is missing is shown grey")
        data += b"\xff\xd9"
    if channels == 4:
        notices.append("it is CMYK; colours are converted for showing")
        return _by_pillow(data, "JPEG"), tuple(notices)
    if channels == 1:
        notices.append("it is greyscale")
    if (turn := _orientation(data[:scan])) > 1:
        notices.append(f"its EXIF asks for a rotation ({turn}); it is shown unrotated, as training code reads it")
    return _by_turbo(data) if _turbo and channels == 3 and not notices else _by_cv2(data), tuple(notices)


def _jpeg_frame(data: bytes) -> tuple[int, int, int, int]:
    """Width, height, channels and where the first scan starts."""
    at, size = 2, len(data)
    frame: tuple[int, int, int] | None = None
    while at + 4 <= size:
        if data[at] != 0xFF:
            raise DamagedFileError("its segments are corrupt")
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == 0x01 or 0xD0 <= marker <= 0xD7:
            at += 2
            continue
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        if marker in _START_OF_FRAME and at + 10 <= size:
            height, width, channels = struct.unpack_from(">HHB", data, at + 5)
            frame = (width, height, channels)
        if marker == 0xDA:
            if frame is None or not frame[0] or not frame[1]:
                break
            return (*frame, at)
        at += 2 + length
    raise DamagedFileError("it is cut short before the picture starts")


def _orientation(head: bytes) -> int:
    if b"Exif\0\0" not in head:
        return 1
    from PIL import Image  # seldom needed, and its import takes as long as two photos

    exif = Image.Exif()
    try:
        exif.load(head[head.index(b"Exif\0\0") :])
        turn = exif.get(0x0112, 1)
    except (ValueError, SyntaxError, OSError, struct.error, KeyError, TypeError):
        return 1
    return turn if isinstance(turn, int) else 1


def _read_png(data: bytes) -> tuple[Photo, tuple[str, ...]]:
    png = read_png(data)
    png.raw()
    kind = png.kind
    plain = SIGNATURE + b"".join(
        data[start - 8 : end + 4] for name, start, end in png.chunks if name in (b"IHDR", b"PLTE", b"IDAT", b"IEND")
    )
    notices: tuple[str, ...] = ()
    if kind.depth != 8 or kind.colour_type != RGB or kind.interlaced:
        notices = (f"it is {kind}; shown as 8-bit RGB",)
    if kind.colour_type == PALETTE:
        return _by_pillow(plain, "PNG"), notices
    return _by_cv2(plain), notices


def _by_turbo(data: bytes) -> Photo:
    """The same pixels as by OpenCV in four fifths of the time; what is not quite in order is left to that."""
    assert _turbo is not None
    try:
        photo: Photo = _turbo.decode_jpeg(data, "RGB")
    except (ValueError, RuntimeError):
        return _by_cv2(data)
    return photo


def _by_cv2(data: bytes) -> Photo:
    flags = cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION
    try:
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    except cv2.error as error:
        raise DamagedFileError(f"it cannot be decoded ({error.err})") from None
    if picture is None:
        raise DamagedFileError("it cannot be decoded")
    return cv2.cvtColor(picture, cv2.COLOR_BGR2RGB).astype(np.uint8, copy=False)


def _by_pillow(data: bytes, kind: str) -> Photo:
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data), formats=(kind,)) as image:
            return np.asarray(image.convert("RGB"))
    except (OSError, ValueError, SyntaxError) as error:
        raise DamagedFileError(f"it cannot be decoded ({error})") from None


def misnamed(name: str, data: bytes) -> str | None:
    """A notice where a picture's suffix says JPEG and its content PNG, or the other way round."""
    suffix = name.rpartition(".")[2].lower()
    if suffix in ("jpg", "jpeg") and data.startswith(SIGNATURE):
        return "it is a PNG named as a JPEG; strict readers refuse it"
    if suffix == "png" and data.startswith(b"\xff\xd8"):
        return "it is a JPEG named as a PNG; strict readers refuse it"
    return None


def polarity(sketch: Photo) -> str | None:
    """A notice where a sketch has light lines on a dark ground; the released ones are dark on light."""
    if float(sketch[::4, ::4].mean()) >= _DARK:
        return None
    return "it is inverted, light lines on a dark ground; it is shown as it is stored"

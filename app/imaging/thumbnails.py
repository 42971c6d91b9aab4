"""Small pictures for the gallery, made without decoding the large ones in full.

A JPEG can be decoded at an eighth of its size for the price of its entropy decoding, ten times as fast as decoding and
resizing it. Thumbnails are for looking: no mask and no measurement is ever made from one.
"""

from __future__ import annotations

import io
import struct
from contextlib import suppress
from importlib import import_module
from typing import Any

import numpy as np
import numpy.typing as npt

from app.faces.errors import DamagedFileError, UnsafeFileError
from app.imaging.cv import cv2

_turbo: Any = None
with suppress(ImportError):
    _turbo = import_module("simplejpeg")

PIXEL_LIMIT = 64 * 1024 * 1024
SCAN_LIMIT = 100
"""Scans of a progressive JPEG: a 2 MB file with 3,000 of them keeps every decoder busy for twelve seconds."""
QUALITY = 85

_PNG = b"\x89PNG\r\n\x1a\n"
_START_OF_FRAME = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})
_REDUCED = ((8, cv2.IMREAD_REDUCED_COLOR_8), (4, cv2.IMREAD_REDUCED_COLOR_4), (2, cv2.IMREAD_REDUCED_COLOR_2))

Picture = npt.NDArray[np.uint8]
"""(H, W, 3) uint8, B G R: OpenCV's order."""


def photo_thumbnail(data: bytes, side: int) -> bytes:
    """A JPEG whose longer side is ``side`` pixels, of the bytes of a JPEG or PNG file; smaller ones keep their size.

    As training code reads it: no EXIF rotation. Raises DamagedFileError or UnsafeFileError; messages do not name the
    file.
    """
    if data.startswith(b"\xff\xd8"):
        width, height, channels, is_one_scan = _jpeg_frame(data)
        _check_size(width, height)
        if not is_one_scan and data.count(b"\xff\xda") > SCAN_LIMIT:
            raise UnsafeFileError(f"it has more than {SCAN_LIMIT} scans")
        if b"\xff\xd9" not in data[-64:]:
            data += b"\xff\xd9"  # cut short: OpenCV shows what is there only where an end is marked
        picture = _by_pillow(data) if channels == 4 else _small_jpeg(data, width, height, side)
    elif data.startswith(_PNG) and data[12:16] == b"IHDR" and len(data) >= 24:
        _check_size(*struct.unpack_from(">II", data, 16))
        picture = _by_cv2(data, cv2.IMREAD_COLOR)
    else:
        raise DamagedFileError("it is neither a JPEG nor a PNG file" if data else "it is empty")
    return _encoded(_fitted(picture, side))


def decoded(jpeg: bytes) -> npt.NDArray[np.uint8] | None:
    """The pixels of what ``photo_thumbnail`` made, (H, W, 4) uint8: B, G, R and 255; None if it is damaged."""
    if _turbo is None:
        pixels = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
        return None if pixels is None else cv2.cvtColor(pixels, cv2.COLOR_BGR2BGRA).astype(np.uint8, copy=False)
    try:
        made: npt.NDArray[np.uint8] = _turbo.decode_jpeg(jpeg, "BGRA", fastdct=True, fastupsample=True)
    except ValueError:
        return None
    return made


def _check_size(width: int, height: int) -> None:
    if not width or not height:
        raise DamagedFileError("its header says it has no pixels")
    if width * height > PIXEL_LIMIT:
        raise UnsafeFileError(f"its header says {width}×{height}, more than the limit of {PIXEL_LIMIT // 2**20} Mpx")


def _jpeg_frame(data: bytes) -> tuple[int, int, int, bool]:
    """Width, height, channels and whether one scan holds it all, by the headers: no decoder has seen the file yet."""
    at, size = 2, len(data)
    frame = (0, 0, 0)
    is_sequential = False
    while at + 10 <= size and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xDA and frame[2]:
            return (*frame, is_sequential and data[at + 4] == frame[2])
        if marker in _START_OF_FRAME:
            height, width, channels = struct.unpack_from(">HHB", data, at + 5)
            frame, is_sequential = (width, height, channels), marker in (0xC0, 0xC1)
        if marker == 0xFF:
            at += 1
        elif marker == 0x01 or 0xD0 <= marker <= 0xD7:
            at += 2
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    raise DamagedFileError("it is cut short or corrupt before the picture starts")


def _small_jpeg(data: bytes, width: int, height: int, side: int) -> Picture:
    if _turbo is None:
        factor = next((flag for factor, flag in _REDUCED if max(width, height) >= factor * side), cv2.IMREAD_COLOR)
        return _by_cv2(data, factor)
    scale = min(1.0, side / max(width, height))
    try:
        picture: Picture = _turbo.decode_jpeg(
            data,
            "BGR",
            min_width=max(1, round(width * scale)),
            min_height=max(1, round(height * scale)),
            fastdct=True,
            fastupsample=True,
            strict=False,
        )
    except ValueError as error:
        raise DamagedFileError(f"it cannot be decoded ({error})") from None
    return picture


def _by_cv2(data: bytes, flags: int) -> Picture:
    try:
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), flags | cv2.IMREAD_IGNORE_ORIENTATION)
    except cv2.error as error:
        raise DamagedFileError(f"it cannot be decoded ({error.err})") from None
    if picture is None:
        raise DamagedFileError("it cannot be decoded")
    return picture.astype(np.uint8, copy=False)


def _by_pillow(data: bytes) -> Picture:
    from PIL import Image  # seldom needed, and its import takes as long as twenty thumbnails

    try:
        with Image.open(io.BytesIO(data), formats=("JPEG",)) as image:
            return np.ascontiguousarray(np.asarray(image.convert("RGB"))[..., ::-1])
    except (OSError, ValueError, SyntaxError) as error:
        raise DamagedFileError(f"it cannot be decoded ({error})") from None


def _fitted(picture: Picture, side: int) -> Picture:
    height, width = picture.shape[:2]
    scale = side / max(height, width)
    if scale >= 1:
        return picture
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.uint8, copy=False)


def _encoded(picture: Picture) -> bytes:
    if _turbo is not None:
        made: bytes = _turbo.encode_jpeg(np.ascontiguousarray(picture), QUALITY, "BGR", "420", fastdct=True)
        return made
    _, encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    return encoded.tobytes()

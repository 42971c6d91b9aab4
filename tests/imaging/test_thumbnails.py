"""Thumbnails of whatever a photo file may be, and of nothing that would exhaust the machine."""

from __future__ import annotations

import io
import struct
import zlib

import cv2
import numpy as np
import pytest
from PIL import Image

from app.faces.errors import DamagedFileError, UnsafeFileError
from app.imaging import thumbnails
from app.imaging.thumbnails import photo_thumbnail

pytestmark = pytest.mark.usefixtures("decoder")


@pytest.fixture(params=["simplejpeg", "cv2"])
def decoder(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "cv2":
        monkeypatch.setattr(thumbnails, "_turbo", None)
    elif thumbnails._turbo is None:
        pytest.skip("the extra [fast] is not installed")


def gradient(width: int, height: int) -> Image.Image:
    x = np.linspace(0, 255, width, dtype=np.uint8)
    y = np.linspace(0, 255, height, dtype=np.uint8)
    return Image.fromarray(np.dstack(np.broadcast_arrays(x[None, :], y[:, None], np.uint8(90))))


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def opened(jpeg: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(jpeg))
    assert image.format == "JPEG"
    return image.convert("RGB")


@pytest.mark.parametrize(
    ("size", "expected"),
    [((1024, 1024), (128, 128)), ((1000, 500), (128, 64)), ((130, 700), (24, 128)), ((2000, 1), (128, 1))],
)
def test_the_longer_side_fits(size: tuple[int, int], expected: tuple[int, int]) -> None:
    assert opened(photo_thumbnail(saved(gradient(*size), "JPEG"), 128)).size == expected


def test_small_pictures_are_not_enlarged() -> None:
    assert opened(photo_thumbnail(saved(gradient(40, 30), "JPEG"), 128)).size == (40, 30)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_it_looks_like_the_picture(kind: str) -> None:
    image = gradient(512, 512)
    small = np.asarray(opened(photo_thumbnail(saved(image, kind), 128)), np.int16)
    exact = np.asarray(image.resize((128, 128), Image.Resampling.BOX), np.int16)
    assert np.abs(small - exact).mean() < 4


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_grey_and_cmyk_photos_have_thumbnails(mode: str) -> None:
    assert opened(photo_thumbnail(saved(gradient(256, 256).convert(mode), "JPEG"), 64)).size == (64, 64)


def test_exif_turns_nothing() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert opened(photo_thumbnail(saved(gradient(400, 200), "JPEG", exif=exif), 100)).size == (100, 50)


def test_a_cut_photo_shows_what_is_there() -> None:
    data = saved(gradient(512, 512), "JPEG", quality=95)
    small = np.asarray(opened(photo_thumbnail(data[: len(data) // 2], 64)))
    assert np.abs(small[4].astype(int) - np.asarray(gradient(64, 64))[4]).mean() < 12


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"\xff\xd8", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(DamagedFileError):
        photo_thumbnail(data, 128)


def test_bombs_are_refused_by_their_headers() -> None:
    jpeg = bytearray(saved(gradient(16, 16), "JPEG"))
    frame = jpeg.index(b"\xff\xc0")
    jpeg[frame + 5 : frame + 9] = struct.pack(">HH", 60_000, 60_000)
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    png = (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + b"IHDR"
        + header
        + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    )
    for data in (bytes(jpeg), png, saved(gradient(16, 16), "JPEG", progressive=True) + b"\xff\xda" * 101):
        with pytest.raises(UnsafeFileError):
            photo_thumbnail(data, 128)


def test_the_tests_opencv_is_the_rooms() -> None:
    assert thumbnails.cv2 is cv2

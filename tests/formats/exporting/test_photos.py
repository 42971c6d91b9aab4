"""Photos of an export: the very bytes unless size or kind must change, and never turned."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.faces.errors import DamagedFileError
from app.faces.sample import SampleId
from app.formats.exporting.photos import KINDS, photo_file, picture_file
from app.formats.registry import open_store
from tests.formats.drawn import NATIVE, jpeg, png, square

PICTURES = {
    "jpeg": jpeg(),
    "grey jpeg": jpeg("L"),
    "cmyk jpeg": jpeg("CMYK"),
    "progressive jpeg": jpeg(progressive=True),
    "png": png(square(2, 2).astype(np.uint8) * np.uint8(200), "RGB"),
    "palette png": png(square(2, 2).astype(np.uint8) * np.uint8(200), "P"),
}


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("name", PICTURES)
def test_what_need_not_change_is_copied(name: str) -> None:
    data = PICTURES[name]
    side = max(opened(data).size)
    for size in (None, side):
        for kind in (KINDS[0], name.rsplit(maxsplit=1)[-1]):
            found = picture_file(data, size=size, kind=kind)
            assert found.data is data
            assert found.is_copy
            assert found.suffix == (".png" if "png" in name else ".jpg")
            assert found.shape == (side, side)


@pytest.mark.parametrize("name", PICTURES)
@pytest.mark.parametrize(("kind", "magic"), [("jpeg", b"\xff\xd8"), ("png", b"\x89PNG")])
def test_another_size_or_kind_is_encoded_anew(name: str, kind: str, magic: bytes) -> None:
    for size in (16, 128):
        found = picture_file(PICTURES[name], size=size, kind=kind)
        assert not found.is_copy
        assert found.data.startswith(magic)
        assert opened(found.data).size == (size, size)
        assert opened(found.data).mode == "RGB"


def test_pixels_survive_a_change_to_png() -> None:
    found = picture_file(PICTURES["jpeg"], kind="png")
    assert np.abs(np.asarray(opened(found.data)).astype(int) - np.asarray(opened(PICTURES["jpeg"]))).max() <= 2


def test_quality_is_that_asked_for() -> None:
    noise = png(np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8))
    sizes = [len(picture_file(noise, kind="jpeg", quality=quality).data) for quality in (10, 50, 95)]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[2] / 2


def test_proportions_are_kept() -> None:
    found = picture_file(jpeg(size=(178, 218)), size=109)
    assert found.shape == (109, 89)
    assert opened(found.data).size == (89, 109)


def test_exif_turns_nothing() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = jpeg(size=(64, 32), exif=exif)
    assert picture_file(data).shape == (32, 64)
    found = picture_file(data, size=32)
    assert opened(found.data).size == (32, 16)
    assert not opened(found.data).getexif()


def test_the_content_decides_the_suffix(tree: Any) -> None:
    root = tree(NATIVE, {"CelebA-HQ-img/17.jpg": PICTURES["png"]})
    found = photo_file(open_store(root), SampleId("17"))
    assert (found.suffix, found.data) == (".png", PICTURES["png"])


def test_a_photo_that_is_none_is_told(native: Path) -> None:
    store = open_store(native)
    (native / "CelebA-HQ-img/17.jpg").unlink()
    with pytest.raises(FileNotFoundError):
        photo_file(store, SampleId("17"))
    for data in (b"", b"<html>", jpeg()[:40]):
        with pytest.raises(DamagedFileError):
            picture_file(data)

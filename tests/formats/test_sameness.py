"""Two versions of a file mean the same when their pixels say the same, whatever the compressor and the kind."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from app.formats.sameness import same_content

DISC = np.hypot(*np.ogrid[-32:32, -32:32]) < 20


def png(array: np.ndarray, **options: int) -> bytes:
    out = io.BytesIO()
    Image.fromarray(array).save(out, "PNG", **options)
    return out.getvalue()


RGB = png(np.repeat(DISC[..., None].astype(np.uint8) * 255, 3, 2))


@pytest.mark.parametrize(
    "other",
    [
        png(np.repeat(DISC[..., None].astype(np.uint8) * 255, 3, 2), compress_level=1),
        png(DISC.astype(np.uint8) * 255),
        png(DISC.astype(np.uint8)),
        png(DISC),
    ],
    ids=["level", "grey", "ones", "one bit"],
)
def test_a_class_file_is_what_it_covers(other: bytes) -> None:
    assert same_content("mask-anno/0/00001_hair.png", RGB, other)
    assert other == RGB or not same_content("mask-anno/0/00001_hair.png", RGB, png(~DISC))


def test_an_index_map_is_its_values_and_kind() -> None:
    ids = DISC.astype(np.uint8) * 3
    assert same_content("label/1.png", png(ids), png(ids, compress_level=1))
    assert not same_content("label/1.png", png(ids), png(DISC.astype(np.uint8) * 4))
    assert not same_content("label/1.png", png(ids), png(np.repeat(ids[..., None], 3, 2)))


def test_what_is_no_picture_is_its_bytes() -> None:
    assert same_content("text/1.txt", b"a", b"a")
    assert not same_content("text/1.txt", b"a", b"a ")
    assert not same_content("00001_hair.png", RGB, RGB[:-5])
    assert not same_content("00001_hair.png", RGB, png(DISC[1:]))

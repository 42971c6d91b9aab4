"""Two versions of a file mean the same when their pixels say the same, whatever the compressor and the kind."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from app.faces.classes import OFFICIAL_SCHEME, SCHEME_BY_NAME, ClassScheme
from app.formats import sameness

DISC = np.hypot(*np.ogrid[-32:32, -32:32]) < 20


def same_content(path: str, one: bytes | None, other: bytes | None, scheme: ClassScheme = OFFICIAL_SCHEME) -> bool:
    return sameness.same_content(path, one, other, scheme)


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


def test_no_file_says_what_an_empty_one_says() -> None:
    black = png(np.zeros((8, 8, 3), np.uint8))
    assert same_content("00001_hair.png", None, black)
    assert same_content("00001_hair.png", None, None)
    assert not same_content("00001_hair.png", RGB, None)
    assert same_content("text/1.txt", b"", None)
    assert not same_content("text/1.txt", b"\n", None)
    assert same_content("label/1.png", png(np.zeros((8, 8), np.uint8)), None)
    eighteen = next(scheme for scheme in SCHEME_BY_NAME.values() if scheme.value_of("background") == 18)
    assert not same_content("label/1.png", png(np.zeros((8, 8), np.uint8)), None, eighteen)
    assert same_content("label/1.png", png(np.full((8, 8), 18, np.uint8)), None, eighteen)

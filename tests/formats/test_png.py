"""A PNG that is not whole is told, and every kind is decoded and rewritten exactly."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from app.faces.errors import DamagedFileError, ReadOnlyError, UnsafeFileError
from app.formats.png import SIGNATURE, PngKind, new_png, read_png, replaced_pixels
from app.formats.png_pixels import read_binary, read_samples
from app.formats.repaint import new_binary, repainted
from tests.formats.drawn import png, rgb, square

KINDS = {
    "rgb": PngKind(19, 13, 8, 2, False),
    "grey": PngKind(19, 13, 8, 0, False),
    "palette": PngKind(19, 13, 8, 3, False),
    "grey alpha": PngKind(19, 13, 8, 4, False),
    "rgba": PngKind(19, 13, 8, 6, False),
    "1 bit": PngKind(19, 13, 1, 0, False),
    "1-bit palette": PngKind(19, 13, 1, 3, False),
    "rgb adam7": PngKind(19, 13, 8, 2, True),
    "1 bit adam7": PngKind(19, 13, 1, 0, True),
    "palette adam7, narrow": PngKind(2, 5, 8, 3, True),
}


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def binary_file(kind: PngKind, covered: npt.NDArray[np.bool_], extra: tuple[bytes, ...] = ()) -> bytes:
    """A class file of the kind, with ancillary chunks before and after its pixels."""
    on = 1 if kind.depth == 1 or kind.colour_type == 3 else 255
    samples = np.repeat(covered[..., None].astype(np.uint8) * np.uint8(on), kind.channels, axis=2)
    if kind.colour_type in (4, 6):
        samples[..., -1] = 255
    data = new_png(kind, samples)
    at = data.index(b"IDAT") - 4
    palette = chunk(b"PLTE", bytes([0, 0, 0, 255, 255, 255])) if kind.colour_type == 3 else b""
    end = data.index(b"IEND") - 4
    return data[:at] + palette + b"".join(extra) + data[at:end] + chunk(b"tEXt", b"after\0pixels") + data[end:]


def chunks_of(data: bytes) -> list[tuple[bytes, bytes]]:
    return [(name, data[start:end]) for name, start, end in read_png(data).chunks]


def test_a_file_cut_anywhere_is_damaged() -> None:
    data = rgb(square(4, 4))
    for length in range(len(data)):
        with pytest.raises(DamagedFileError):
            read_png(data[:length])


def test_no_changed_byte_goes_unseen() -> None:
    data = rgb(square(4, 4))
    for at in range(len(data)):
        with pytest.raises((DamagedFileError, UnsafeFileError)):
            read_png(data[:at] + bytes([data[at] ^ 0x20]) + data[at + 1 :]).raw()


@pytest.mark.parametrize(
    ("header", "error"),
    [
        (struct.pack(">IIBBBBB", 2**31 - 1, 2**31 - 1, 8, 2, 0, 0, 0), UnsafeFileError),
        (struct.pack(">IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0), UnsafeFileError),
        (struct.pack(">IIBBBBB", 0, 8, 8, 2, 0, 0, 0), DamagedFileError),
        (struct.pack(">IIBBBBB", 8, 8, 3, 2, 0, 0, 0), DamagedFileError),
        (struct.pack(">IIBBBBB", 8, 8, 8, 5, 0, 0, 0), DamagedFileError),
        (struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 7), DamagedFileError),
    ],
)
def test_an_impossible_or_huge_header_is_refused_before_decoding(header: bytes, error: type[Exception]) -> None:
    data = SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    with pytest.raises(error):
        read_png(data)


def test_pixel_data_must_fill_the_header_exactly() -> None:
    header = struct.pack(">IIBBBBB", 8, 8, 8, 0, 0, 0, 0)
    for rows, match in ((7, "fewer"), (9, "more"), (100_000_000 // 9, "more")):
        stream = zlib.compress(bytes(rows * 9))
        data = SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", stream) + chunk(b"IEND", b"")
        with pytest.raises(DamagedFileError, match=match):
            read_png(data).raw()


def test_two_headers_no_palette_and_split_pixels_are_damaged() -> None:
    whole = chunks_of(rgb(square(1, 1)))
    parts = {name: chunk(name, content) for name, content in whole}
    header, pixels, end = parts[b"IHDR"], parts[b"IDAT"], parts[b"IEND"]
    palette_header = chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 3, 0, 0, 0))
    for data, match in (
        (header + header + pixels + end, "two headers"),
        (palette_header + pixels + end, "no palette"),
        (header + pixels + chunk(b"tEXt", b"a\0b") + pixels + end, "interrupted"),
        (header + end, "no pixel data"),
        (header + chunk(b"ABCD", b"") + pixels + end, "ABCD"),
    ):
        with pytest.raises(DamagedFileError, match=match):
            read_png(SIGNATURE + data)


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_is_encoded_as_pillow_reads_it(name: str, tmp_path: Path) -> None:
    kind = KINDS[name]
    covered = np.random.default_rng(1).random((kind.height, kind.width)) < 0.5
    data = binary_file(kind, covered)
    path = tmp_path / "mask.png"
    path.write_bytes(data)
    with Image.open(path) as image:
        shown = np.asarray(image.convert("RGB"))
    assert np.array_equal(shown[..., 0] > 0, covered)
    picture = read_binary(read_png(data))
    seen = np.zeros_like(covered)
    seen[picture.top : picture.top + len(picture.covered)] = picture.covered
    assert np.array_equal(seen, covered)
    assert (picture.notice, picture.locked) == (None, None)


@settings(max_examples=60, deadline=None)
@given(
    name=st.sampled_from(sorted(KINDS)),
    seed=st.integers(0, 2**32 - 1),
    before=st.floats(0, 1),
    share=st.floats(0, 1),
)
def test_repainting_changes_the_meant_pixels_and_nothing_else(
    name: str, seed: int, before: float, share: float
) -> None:
    kind = KINDS[name]
    random = np.random.default_rng(seed)
    was = random.random((kind.height, kind.width)) < before
    changed = random.random(was.shape) < share
    now = np.where(changed, random.random(was.shape) < 0.5, was)
    text = (chunk(b"tEXt", b"Title\0mask"), chunk(b"prVt", b"private"), chunk(b"tIME", b"\x07\xea\1\1\0\0\0"))
    original = binary_file(kind, was, text)
    data = repainted(original, changed, now)
    assert read_png(data).kind == kind
    old, new = read_samples(read_png(original)), read_samples(read_png(data))
    assert np.array_equal(old[~changed], new[~changed])
    assert np.array_equal(new, read_samples(read_png(binary_file(kind, now))))
    kept = [c for c in chunks_of(original) if c[0] not in (b"IDAT", b"tIME")]
    assert [c for c in chunks_of(data) if c[0] != b"IDAT"] == kept


@settings(max_examples=80, deadline=None)
@given(
    filters=st.lists(st.integers(0, 4), min_size=12, max_size=12),
    channels=st.sampled_from([1, 3]),
    seed=st.integers(0, 2**32 - 1),
    density=st.sampled_from([0.0, 0.05, 0.5, 0.95]),
    value=st.sampled_from([1, 254, 255]),
)
def test_quick_decoding_equals_pillow_under_every_row_filter(
    filters: list[int], channels: int, seed: int, density: float, value: int
) -> None:
    random = np.random.default_rng(seed)
    covered = random.random((12, 9)) < density
    covered[random.integers(0, 12) :] = random.random() < 0.3
    pixels = np.repeat(covered[..., None].astype(np.uint8) * np.uint8(value), channels, axis=2)
    data = filtered_file(pixels, filters)
    assert np.array_equal(read_samples(read_png(data)), pixels)
    picture = read_binary(read_png(data))
    seen = np.zeros_like(covered)
    seen[picture.top : picture.top + len(picture.covered)] = picture.covered
    assert np.array_equal(seen, covered)


def filtered_file(pixels: npt.NDArray[np.uint8], filters: list[int]) -> bytes:
    """An 8-bit grey or RGB file whose rows use the filters given (PNG specification, §9)."""
    height, width, channels = pixels.shape
    rows = pixels.reshape(height, -1).astype(int)
    raw = bytearray()
    for y, kind in enumerate(filters):
        raw.append(kind)
        for x in range(width * channels):
            a = rows[y, x - channels] if x >= channels else 0
            b = rows[y - 1, x] if y else 0
            c = rows[y - 1, x - channels] if y and x >= channels else 0
            p = a + b - c
            paeth = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
            raw.append((rows[y, x] - (0, a, b, (a + b) // 2, paeth)[kind]) % 256)
    header = struct.pack(">IIBBBBB", width, height, 8, 2 if channels == 3 else 0, 0, 0, 0)
    return SIGNATURE + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(raw))) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (png(np.zeros((8, 8), np.uint16) + 60_000), "16 bits"),
        (png(np.full((8, 8), 3, np.uint8), "P", bits=4), "4 bits"),
        (rgb(square(1, 1, 2, 8)).replace(b"\0\0\0\0IEND", chunk(b"acTL", bytes(8)) + b"\0\0\0\0IEND"), "APNG"),
        (rgb(square(1, 1, 2, 8)).replace(b"\0\0\0\0IEND", chunk(b"prVT", b"x") + b"\0\0\0\0IEND"), "prVT"),
    ],
    ids=["16 bits", "4 bits", "animation", "unsafe chunk"],
)
def test_what_could_not_be_rewritten_truly_is_shown_and_locked(data: bytes, why: str) -> None:
    file = read_png(data)
    picture = read_binary(file)
    assert why in (file.locked or "")
    assert picture.locked == file.locked
    with pytest.raises(ReadOnlyError, match=why):
        repainted(data, square(0, 0, 1, 8), square(0, 0, 1, 8))
    with pytest.raises(ReadOnlyError):
        replaced_pixels(file, np.zeros((8, 8, 1), np.uint8))


def test_soft_edges_are_noticed_and_kept() -> None:
    plane = np.zeros((8, 8), np.uint8)
    plane[2:6, 2:6] = 255
    plane[1, 2:6] = 100
    plane[6, 2:6] = 200
    picture = read_binary(read_png(png(plane)))
    assert picture.notice is not None
    assert "4 values" in picture.notice
    assert picture.covered.sum() == 20
    data = repainted(png(plane), square(0, 0, 1, 8), square(0, 0, 1, 8))
    plane[0, 0] = 255
    assert np.array_equal(read_samples(read_png(data))[..., 0], plane)


def test_unequal_channels_are_noticed_and_repainted_in_the_colour_in_use() -> None:
    red = np.zeros((8, 8, 3), np.uint8)
    red[2:4, 2:4, 0] = 255
    picture = read_binary(read_png(png(red)))
    assert "channels differ" in (picture.notice or "")
    data = repainted(png(red), square(0, 0, 1, 8), square(0, 0, 1, 8))
    red[0, 0] = (255, 0, 0)
    assert np.array_equal(read_samples(read_png(data)), red)


def test_varying_alpha_locks_the_file() -> None:
    pixels = np.zeros((8, 8, 4), np.uint8)
    pixels[2:4, 2:4] = (255, 255, 255, 255)
    assert "transparency" in (read_binary(read_png(png(pixels))).locked or "")


def test_an_all_black_file_gets_the_value_its_kind_means_by_covered() -> None:
    black = np.zeros((8, 8), np.uint8)
    spot = square(0, 0, 1, 8)
    for data, value in ((png(black), 255), (png(np.zeros((8, 8, 3), np.uint8)), 255), (png(black, "1"), 1)):
        assert (
            read_samples(read_png(repainted(data, spot, spot)))[0, 0].tolist() == [value] * read_png(data).kind.channels
        )


@pytest.mark.parametrize("value", [1, 254, 255])
def test_an_all_black_file_takes_the_value_of_its_sibling(value: int) -> None:
    spot = square(0, 0, 1)
    data = repainted(rgb(square(0, 0, 0)), spot, spot, rgb(square(4, 4), value))
    assert np.array_equal(read_samples(read_png(data)), read_samples(read_png(rgb(spot, value))))


def test_a_new_class_file_is_eight_bit_rgb_that_the_strictest_loader_reads(tmp_path: Path) -> None:
    covered = square(4, 4)
    path = tmp_path / "new.png"
    path.write_bytes(new_binary(covered))
    with Image.open(path) as image:
        assert (image.mode, image.size) == ("RGB", (32, 32))
        assert np.array_equal(np.array(image.convert("P")) == 225, covered)


@pytest.mark.parametrize("name", [n for n in KINDS if "narrow" not in n])
def test_a_new_class_file_takes_its_siblings_kind(name: str) -> None:
    sibling = binary_file(KINDS[name], square(2, 2, 4, 19)[:13])
    data = new_binary(square(5, 5, 3, 19)[:13], sibling)
    assert read_png(data).kind == KINDS[name]
    assert read_png(data).chunk(b"tEXt") is None
    picture = read_binary(read_png(data))
    assert picture.covered.sum() == 9

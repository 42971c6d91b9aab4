"""TFRecords are read without TensorFlow: framing, checksums and examples, and what strangers may put there."""

from __future__ import annotations

import random
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.faces.errors import DamagedFileError, LayoutError
from app.faces.sample import Modality, SampleId
from app.formats.crc32c import crc32c, masked_crc32c
from app.formats.registry import detect, open_store
from app.formats.tfrecords import example, places, record
from tests.formats.drawn import jpeg

NAME = "celeb_a_hq/1024/2.0.0/celeb_a_hq-train.tfrecord-00000-of-00001"


def records(root: Path, *data: bytes, name: str = NAME) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(data))
    return path


def face(name: str, data: bytes | None = None) -> bytes:
    return record(example({"image": data or jpeg(), "image/filename": name.encode()}))


def bytewise(data: bytes) -> int:
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", 0),
        (b"123456789", 0xE3069283),
        (bytes(32), 0x8A9136AA),
        (b"\xff" * 32, 0x62A8AB43),
        (bytes(range(32)), 0x46DD794E),
    ],
)
def test_checksums_are_those_of_the_standard(data: bytes, told: int) -> None:
    """RFC 3720, appendix B.4."""
    assert crc32c(data) == told


@pytest.mark.parametrize("size", [255, 256, 257, 258, 511, 1000, 1023, 1024, 1025, 4097, 20_001])
def test_large_checksums_are_those_of_one_byte_after_the_other(size: int) -> None:
    data = random.Random(size).randbytes(size)
    assert crc32c(data) == bytewise(data)


def test_a_record_is_framed_as_tensorflow_frames_it() -> None:
    """``tf.io.TFRecordWriter`` on the bytes ``abc``: length, its masked checksum, the bytes, theirs."""
    assert masked_crc32c(b"abc") == (((bytewise(b"abc") >> 15) | (bytewise(b"abc") << 17)) + 0xA282EAD8) & 0xFFFFFFFF
    assert record(b"abc") == b"".join(
        (
            (3).to_bytes(8, "little"),
            struct.pack("<I", masked_crc32c((3).to_bytes(8, "little"))),
            b"abc",
            struct.pack("<I", masked_crc32c(b"abc")),
        )
    )


def test_an_example_is_the_protocol_buffer() -> None:
    assert example({"a": b"xy"}) == bytes.fromhex("0a0d0a0b0a0161120 60a040a027879".replace(" ", ""))


@given(st.dictionaries(st.text(min_size=1, max_size=20), st.binary(max_size=300), max_size=5))
def test_what_an_example_holds_is_found(features: dict[str, bytes]) -> None:
    data = example(features)
    found = places(lambda at, count: data[at : at + count], 0, len(data))
    assert {name: data[at : at + size] for name, (at, size) in found.items()} == features


@given(st.binary(max_size=200))
def test_any_bytes_are_an_example_or_an_error(data: bytes) -> None:
    try:
        found = places(lambda at, count: data[at : at + count], 0, len(data))
    except DamagedFileError:
        return
    assert all(at >= 0 and at + size <= len(data) for at, size in found.values())


def test_photos_are_known_by_their_files_names(tmp_path: Path) -> None:
    records(tmp_path, face("data1024x1024/00017.png"), face("3.jpg"), face("00017.jpg"))
    assert detect(tmp_path)[0].layout == "tfds"
    store = open_store(tmp_path)
    assert store.sample_ids == ("3", "17")
    assert store.splits == {"train": ["17", "3"]}
    assert store.read_photo(SampleId("17")).value.shape == (64, 64, 3)
    assert not any(store.has(SampleId("3"), each) for each in Modality if each is not Modality.PHOTO)
    assert [problem.message for problem in store.problems] == ["second records of a name, not read: 17 (1)"]


def test_one_file_and_the_folder_of_a_build_open_too(tmp_path: Path) -> None:
    path = records(tmp_path, face("1.jpg"))
    assert open_store(path).sample_ids == ("1",)
    assert open_store(path.parent).sample_ids == ("1",)


def test_a_picture_with_a_wrong_checksum_is_not_shown(tmp_path: Path) -> None:
    path = records(tmp_path, face("1.jpg"), face("2.jpg"))
    data = bytearray(path.read_bytes())
    data[100] ^= 1
    path.write_bytes(data)
    store = open_store(tmp_path)
    loaded = store.read_photo(SampleId("1"))
    assert loaded.value is None
    assert "its checksum is wrong" in loaded.problems[0].message
    assert store.read_photo(SampleId("2")).value is not None


@pytest.mark.parametrize("length", [1 << 40, (1 << 64) - 1])
def test_a_length_that_lies_ends_the_file(length: int, tmp_path: Path) -> None:
    raw = struct.pack("<Q", length)
    records(tmp_path, face("1.jpg"), raw + struct.pack("<I", masked_crc32c(raw)) + b"x" * 100)
    store = open_store(tmp_path)
    assert store.sample_ids == ("1",)
    assert f"{length:,} bytes, more than the limit" in store.problems[0].message


def test_a_length_without_its_checksum_ends_the_file(tmp_path: Path) -> None:
    records(tmp_path, face("1.jpg"), b"\x05" + bytes(30))
    store = open_store(tmp_path)
    assert store.sample_ids == ("1",)
    assert "its length and the checksum of that do not agree" in store.problems[0].message


def test_a_cut_file_gives_what_is_whole_of_it(tmp_path: Path) -> None:
    path = records(tmp_path, face("1.jpg"), face("2.jpg"))
    path.write_bytes(path.read_bytes()[:-5])
    store = open_store(tmp_path)
    assert store.sample_ids == ("1",)
    assert "is cut in the record" in store.problems[0].message


def test_records_of_something_else_are_no_dataset(tmp_path: Path) -> None:
    records(
        tmp_path, record(example({"label": b"3"})), record(b"\xff" * 40), name="mnist-train.tfrecord-00000-of-00001"
    )
    with pytest.raises(LayoutError, match="no picture that can be read"):
        open_store(tmp_path, layout="tfds")


def test_names_in_records_are_never_paths(tmp_path: Path) -> None:
    records(tmp_path, face("../../etc/passwd.jpg"), face(".hidden.jpg"), face("a\\b.jpg"), face("ok.jpg"))
    store = open_store(tmp_path)
    assert store.sample_ids == ("ok", "passwd")
    assert "without a name that makes an id" in store.problems[0].message

"""Tar shards are read where they lie, whoever wrote them, and what should not be in them is named and not read."""

from __future__ import annotations

import io
import json
import math
import struct
import tarfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest

from app.faces.errors import LayoutError, ReadOnlyError
from app.faces.sample import Modality, SampleId
from app.formats.layouts.shard_files import ShardFile, find_files
from app.formats.layouts.shard_names import key_of, name_of, split_of_shard
from app.formats.layouts.tar_index import TarProblems, members_of
from app.formats.registry import detect, open_store
from tests.formats.drawn import jpeg, png, square

GREY = png(square(4, 4).astype(np.uint8) * np.uint8(255))
INDEX = png(square(4, 4).astype(np.uint8) * np.uint8(13))


def tar(path: Path, members: Iterable[tuple[str, bytes]], format: int = tarfile.USTAR_FORMAT) -> Path:  # noqa: A002
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w", format=format) as file:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            file.addfile(info, io.BytesIO(data))
    return path


def listed(path: Path) -> tuple[dict[str, bytes], list[str]]:
    problems = TarProblems()
    shard = ShardFile(path, "")
    found = {name: shard.read(offset, size) for name, offset, size in members_of(shard, problems)}
    return found, problems.sentences()


@pytest.mark.parametrize("format", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_members_are_those_that_tarfile_finds(format: int, tmp_path: Path) -> None:  # noqa: A002
    names = ["a.jpg", "ü.txt", "./b/c.png", "d" * 90 + "/" + "e" * 60 + ".txt"]
    names += [] if format == tarfile.USTAR_FORMAT else ["f" * 300 + ".txt"]
    members = [(name, bytes([number]) * (number * 511)) for number, name in enumerate(names)]
    found, told = listed(tar(tmp_path / "x.tar", members, format))
    assert found == {name.removeprefix("./"): data for name, data in members}
    assert told == []


def test_samples_of_somebody_elses_shards(tmp_path: Path) -> None:
    facts = json.dumps(
        {"caption": "A face.\nIt smiles.", "attributes": {"Smiling": 1, "Male": -1, "Young": 0}}
    ).encode()
    tar(
        tmp_path / "celeba-train-000000.tar",
        [("00017.jpg", jpeg()), ("00017.seg.png", INDEX), ("00017.json", facts), ("00017.cls", b"3")],
    )
    tar(tmp_path / "celeba-val-000000.tar", [("5.png", GREY), ("5.txt", b"One.\nTwo.\n"), ("5.hair.png", GREY)])
    assert detect(tmp_path)[0].layout == "webdataset"
    store = open_store(tmp_path)
    assert store.sample_ids == ("5", "17")
    assert store.splits == {"train": ["17"], "val": ["5"]}
    assert store.read_captions(SampleId("17")).value.texts == ("A face.", "It smiles.")
    assert store.read_captions(SampleId("5")).value.texts == ("One.", "Two.")
    assert dict(store.read_attributes(SampleId("17")).value) == {"Smiling": True, "Male": False, "Young": None}
    assert not store.has(SampleId("5"), Modality.ATTRIBUTES)
    assert store.read_mask(SampleId("5")).value.areas()["hair"] == 64
    assert store.read_photo(SampleId("17")).value.shape == (64, 64, 3)
    assert any("00017.cls" in problem.message for problem in store.problems)
    assert any("class order" in problem.message for problem in store.problems)
    with pytest.raises(ReadOnlyError, match="make a working copy"):
        store.plan_save(SampleId("5"), [])


def test_one_tar_is_a_dataset_too(tmp_path: Path) -> None:
    path = tar(tmp_path / "faces.tar", [("faces/a/1.jpg", jpeg()), ("faces/a/2.jpg", jpeg())])
    store = open_store(path)
    assert store.layout == "webdataset"
    assert store.sample_ids == ("1", "2")
    assert store.photo_path(SampleId("1")) == path


def test_shards_are_found_below_and_folders_of_other_files_are_passed_over(tmp_path: Path) -> None:
    for number in range(250):
        (tmp_path / "photos" / "deep").mkdir(parents=True, exist_ok=True)
        (tmp_path / "photos" / f"{number}.jpg").touch()
    tar(tmp_path / "photos/deep/train-000000.tar", [("9.jpg", jpeg())])
    for number in range(250):
        tar(tmp_path / f"data/train-{number:06}.tar", [])
    found = find_files(tmp_path, (".tar",))
    assert found == [f"data/train-{number:06}.tar" for number in range(250)]


def test_a_class_order_beside_the_shards_is_taken(tmp_path: Path) -> None:
    tar(tmp_path / "train-000000.tar", [("1.jpg", jpeg()), ("1.mask.png", INDEX)])
    (tmp_path / "id2label.json").write_text(json.dumps({str(n): name for n, name in enumerate(["background", "hair"])}))
    store = open_store(tmp_path)
    loaded = store.read_mask(SampleId("1"))
    assert store.scheme.order == ("background", "hair")
    assert loaded.value.present == 0
    assert [problem.message for problem in loaded.problems] == [
        "the mask of sample 1: it has values that the scheme id2label does not know: 13"
    ]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("../1.jpg", "lead out of the archive"),
        ("a/../../1.jpg", "lead out of the archive"),
        ("/etc/1.jpg", "absolute"),
        ("C:/1.jpg", "absolute"),
        ("a\\1.jpg", "absolute"),
    ],
)
def test_members_that_leave_the_archive_are_named_and_not_read(name: str, why: str, tmp_path: Path) -> None:
    tar(tmp_path / "train-000000.tar", [(name, jpeg()), ("2.jpg", jpeg())])
    store = open_store(tmp_path, layout="webdataset")
    assert store.sample_ids == ("2",)
    assert [why in problem.message and name[-5:] in problem.message for problem in store.problems] == [True]


def test_links_and_devices_are_named_and_not_read(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "train-000000.tar", "w") as file:
        for kind, name in ((tarfile.SYMTYPE, "1.jpg"), (tarfile.LNKTYPE, "2.jpg"), (tarfile.FIFOTYPE, "3.jpg")):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            file.addfile(info)
        info = tarfile.TarInfo("4.jpg")
        info.size = len(jpeg())
        file.addfile(info, io.BytesIO(jpeg()))
    store = open_store(tmp_path, layout="webdataset")
    assert store.sample_ids == ("4",)
    assert [problem.message for problem in store.problems] == [
        "members that are links, not followed: 1.jpg, 2.jpg (2)",
        "members that are devices or pipes, not read: 3.jpg (1)",
    ]


def test_duplicate_names_are_named_and_the_first_is_read(tmp_path: Path) -> None:
    members = [("1.jpg", jpeg()), ("1.txt", b"first"), ("1.txt", b"second"), ("2.jpg", jpeg()), ("1.jpg", b"third")]
    tar(tmp_path / "train-000000.tar", members)
    store = open_store(tmp_path, layout="webdataset")
    assert store.read_captions(SampleId("1")).value.texts == ("first",)
    messages = " ".join(problem.message for problem in store.problems)
    assert "1.txt" in messages
    assert "a second sample of a name, not read: train-000000.tar: 1" in messages


def test_a_cut_shard_gives_what_is_whole_of_it(tmp_path: Path) -> None:
    path = tar(tmp_path / "train-000000.tar", [("1.jpg", jpeg()), ("2.jpg", jpeg())])
    path.write_bytes(path.read_bytes()[: 512 + 1024 + 512 + 100])
    store = open_store(tmp_path, layout="webdataset")
    assert store.sample_ids == ("1",)
    assert "is cut: 2.jpg ends beyond it" in store.problems[0].message


def test_sizes_and_checksums_that_lie_end_the_shard(tmp_path: Path) -> None:
    path = tar(tmp_path / "train-000000.tar", [("1.jpg", jpeg()), ("2.jpg", jpeg())])
    good = path.read_bytes()
    second = 512 + -(-len(jpeg()) // 512) * 512
    damaged = bytearray(good)
    damaged[second + 3] ^= 1
    path.write_bytes(damaged)
    assert "no tar header at byte" in open_store(tmp_path, layout="webdataset").problems[0].message
    huge = bytearray(good)
    huge[second + 124 : second + 136] = b"\x80" + (1 << 60).to_bytes(11, "big")
    huge[second + 148 : second + 156] = b" " * 8
    huge[second + 148 : second + 156] = b"%06o\0 " % sum(huge[second : second + 512])
    path.write_bytes(huge)
    store = open_store(tmp_path, layout="webdataset")
    assert store.sample_ids == ("1",)
    assert "is cut" in store.problems[0].message


@pytest.mark.parametrize("size", [b"-0000001000\0", b"00000_10000\0", b"+0000001000\0"])
def test_a_size_that_is_no_octal_number_ends_the_shard(size: bytes, tmp_path: Path) -> None:
    path = tar(tmp_path / "train-000000.tar", [("1.jpg", jpeg()), ("a/2.jpg", jpeg())])
    data = bytearray(path.read_bytes())
    second = 512 + -(-len(jpeg()) // 512) * 512
    data[second + 124 : second + 136] = size
    data[second + 148 : second + 156] = b" " * 8
    data[second + 148 : second + 156] = b"%06o\0 " % sum(data[second : second + 512])
    path.write_bytes(data)
    store = open_store(tmp_path, layout="webdataset")
    assert store.sample_ids == ("1",)
    assert "no tar header at byte" in store.problems[0].message


def test_shards_without_photos_can_be_worked_on(tmp_path: Path) -> None:
    tar(tmp_path / "faces" / "train-000000.tar", [("1.mask.png", png(square(4, 4).astype("uint8")))])
    store = open_store(tmp_path / "faces", layout="webdataset")
    assert store.photo_path(SampleId("1")) == store.root


def test_angles_beyond_any_number_are_none(tmp_path: Path) -> None:
    facts = b'{"pose": {"yaw": 1' + b"0" * 400 + b', "pitch": 2, "roll": 3}}'
    tar(tmp_path / "train-000000.tar", [("1.jpg", jpeg()), ("1.json", facts)])
    pose = open_store(tmp_path, layout="webdataset").read_pose(SampleId("1")).value
    assert math.isnan(pose.yaw)
    assert (pose.pitch, pose.roll) == (2, 3)


def test_a_shard_that_was_changed_is_not_read_at_old_places(tmp_path: Path) -> None:
    path = tar(tmp_path / "train-000000.tar", [("1.jpg", jpeg())])
    store = open_store(tmp_path, layout="webdataset")
    path.write_bytes(path.read_bytes() + bytes(512))
    loaded = store.read_photo(SampleId("1"))
    assert loaded.value is None
    assert "was changed since the dataset was opened" in loaded.problems[0].message
    assert store.rescanned().read_photo(SampleId("1")).value is not None


def test_links_out_of_the_folder_are_followed_into_the_hubs_cache_only(tmp_path: Path) -> None:
    blob = tar(tmp_path / "cache/blobs/abc", [("1.jpg", jpeg())])
    inside = tmp_path / "cache/snapshots/hash/train-000000.tar"
    inside.parent.mkdir(parents=True)
    inside.symlink_to(blob)
    assert open_store(inside.parent).sample_ids == ("1",)
    outside = tmp_path / "other/train-000000.tar"
    outside.parent.mkdir()
    outside.symlink_to(blob)
    with pytest.raises(LayoutError, match="a link to a place outside the dataset"):
        open_store(outside.parent, layout="webdataset")


def test_a_tar_of_something_else_is_no_dataset_of_faces(tmp_path: Path) -> None:
    tar(tmp_path / "source.tar", [("main.c", b"int"), ("README", b"x")])
    assert {found.layout: found.confidence for found in detect(tmp_path)}["webdataset"] == 0
    with pytest.raises(LayoutError, match="holds no sample that can be read"):
        open_store(tmp_path, layout="webdataset")


@pytest.mark.parametrize("name", ["17", "a.b", "50%", "x%2Ey", "..", "a.b.c%25"])
def test_every_name_comes_back_from_its_key(name: str) -> None:
    assert "." not in key_of(name)
    assert name_of(key_of(name)) == name


@pytest.mark.parametrize(
    ("path", "split"),
    [
        ("train-000000.tar", "train"), ("celeba-val-00003-of-00010.tar", "val"), ("test/000001.tar", "test"),
        ("samples-000000.tar", ""), ("00000.tar", ""), ("fold_a-000000.tar", "fold_a"), ("shard_0001.tar", ""),
        ("validation_00.tar", "validation"),
    ],
)  # fmt: skip
def test_the_split_of_a_shard_is_in_its_name(path: str, split: str) -> None:
    assert split_of_shard(path) == split


def test_names_without_a_suffix_or_a_stem_are_no_samples(tmp_path: Path) -> None:
    tar(tmp_path / "train-000000.tar", [("jpg", jpeg()), (".jpg", jpeg()), ("a/png", jpeg()), ("1.JPG", jpeg())])
    store = open_store(tmp_path, layout="webdataset")
    assert store.sample_ids == ("1",)
    assert store.read_photo(SampleId("1")).value is not None


def test_a_pax_header_that_makes_no_sense_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "x.tar"
    extended = tarfile.TarInfo("pax")
    extended.type, extended.size = tarfile.XHDTYPE, 20
    plain = tarfile.TarInfo("1.jpg")
    body = extended.tobuf(tarfile.USTAR_FORMAT) + b"999999 path=x\n".ljust(512, b"\0") + plain.tobuf() + bytes(1024)
    path.write_bytes(body)
    assert listed(path)[0] == {"1.jpg": b""}


def test_bytes_that_are_no_tar_are_told(tmp_path: Path) -> None:
    (tmp_path / "x.tar").write_bytes(struct.pack("<300I", *range(1, 301)))
    found, told = listed(tmp_path / "x.tar")
    assert found == {}
    assert "no tar header at byte 0" in told[0]

"""Values that cannot be read, or have no place in a table, are told in every format that writes them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.faces.sample import Modality, SampleId
from app.formats import open_store
from app.formats.exporting.protocol import LeftOut
from tests.formats.drawn import jpeg
from tests.formats.exporting.run import export
from tests.tiny_dataset import write

ROWS = (
    {"file_name": "1.jpg", "attributes": {"Male": True}, "text": "A face."},
    {"file_name": "2.jpg", "attributes": {"Male": False, "Young": True, "Bald": None}, "text": "Another."},
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    lines = "".join(f"{json.dumps(row)}\n" for row in ROWS)
    return write(tmp_path / "faces", {"1.jpg": jpeg(), "2.jpg": jpeg(), "metadata.jsonl": lines.encode()})


@pytest.mark.parametrize("name", ["csv", "jsonl", "webdataset", "imagefolder"])
def test_attributes_without_a_column_are_counted(name: str, folder: Path, tmp_path: Path) -> None:
    exported = export(name, open_store(folder), None, None, tmp_path / "out")
    assert exported.counts["attributes that the first sample does not have, not written"] == 1


@pytest.mark.parametrize("name", ["csv", "jsonl", "webdataset", "imagefolder", "coco", "labelme"])
def test_captions_that_are_no_text_are_told(name: str, tmp_path: Path) -> None:
    files = {"image/1.jpg": jpeg(), "image/2.jpg": jpeg(), "text/1.txt": b"A face.", "text/2.txt": b"\xff\xfe"}
    store = open_store(write(tmp_path / "faces", files), layout="mm-celeba-hq")
    exported = export(name, store, None, None, tmp_path / "out")
    (gone,) = exported.left_out
    assert (gone.sample, gone.modality) == ("2", Modality.CAPTIONS)
    assert gone.why.startswith("its captions cannot be read: ")


@pytest.mark.parametrize("name", ["csv", "jsonl", "webdataset", "coco"])
def test_attributes_that_cannot_be_read_are_told(
    name: str, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = open_store(folder)
    read = store.read_attributes
    empty = type(read(SampleId("1")))(None)
    monkeypatch.setattr(store, "read_attributes", lambda sample: empty if sample == "2" else read(sample))
    exported = export(name, store, None, None, tmp_path / "out")
    assert LeftOut(SampleId("2"), Modality.ATTRIBUTES, "the attributes cannot be read") in exported.left_out


def test_a_native_tree_holds_what_its_tables_have_words_for(tmp_path: Path) -> None:
    pose = {"yaw": 1.5, "pitch": 2, "roll": 3}
    rows = (
        {"file_name": "1.jpg", "attributes": {"Wearing Hat": True}, "pose": pose, "celeba_file": "7.jpg"},
        {"file_name": "2.jpg", "attributes": {"Wearing Hat": False, "Bald": True}, "pose": pose | {"roll": None}},
        {"file_name": "a b.jpg", "attributes": {"Wearing Hat": True}, "pose": pose, "celeba_file": "8.jpg\n0 0 9.jpg"},
    )
    lines = "".join(f"{json.dumps(row)}\n" for row in rows)
    files = {**{row["file_name"]: jpeg() for row in rows}, "metadata.jsonl": lines.encode()}
    exported = export("mm-celeba-hq", open_store(write(tmp_path / "faces", files)), None, None, tmp_path / "out")
    (gone,) = exported.left_out
    assert (gone.sample, gone.modality) == ("2", Modality.POSE)
    table = "CelebAMask-HQ-attribute-anno.txt"
    assert exported.contents[table] == b"2\nWearing_Hat\n1.jpg  1\n2.jpg  -1\n"
    assert exported.contents["CelebAMask-HQ-pose-anno.txt"] == b"1\nYaw Pitch Raw\n1.jpg 1.5 2.0 3.0\n"
    assert exported.contents["CelebA-HQ-to-CelebA-mapping.txt"].split() == b"idx orig_idx orig_file 1 6 7.jpg".split()
    assert exported.counts[f"samples with blanks in their names, without a row in {table}"] == 1
    assert exported.counts["attributes that the first sample does not have, not written"] == 1
    back = open_store(tmp_path / "out", layout="mm-celeba-hq")
    assert back.sample_ids == ("1", "2", "a b")
    assert dict(back.read_attributes(SampleId("2")).value) == {"Wearing_Hat": False}  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["coco", "csv", "jsonl", "labelme", "mm-celeba-hq", "supervisely", "webdataset"])
def test_half_characters_in_names_end_no_export(name: str, tmp_path: Path) -> None:
    row = {"file_name": "1.jpg", "attributes": {"Big \ud83d": True}, "celeba_file": "\ud83d.jpg", "text": "A \ud83d."}
    files = {"1.jpg": jpeg(), "metadata.jsonl": f"{json.dumps(row)}\n".encode()}
    exported = export(name, open_store(write(tmp_path / "faces", files)), None, None, tmp_path / "out")
    assert exported.left_out == ()

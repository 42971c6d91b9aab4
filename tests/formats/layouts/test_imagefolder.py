"""Imagefolders with tables that other people wrote: JSON lines and CSV, names that must stay inside, rows that lie."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.faces.errors import LayoutError
from app.faces.sample import Modality, SampleId
from app.formats.registry import detect, open_store
from tests.formats.drawn import jpeg, png, square
from tests.tiny_dataset import write

INDEX = png(square(4, 4).astype(np.uint8) * np.uint8(13))


def rows(*values: dict[str, Any]) -> bytes:
    return "".join(f"{json.dumps(value)}\n" for value in values).encode()


def test_a_table_of_json_lines_with_masks(tmp_path: Path) -> None:
    files = {
        "train/images/00017.jpg": jpeg(),
        "train/labels/17.png": INDEX,
        "train/metadata.jsonl": rows(
            {"file_name": "images/00017.jpg", "label_file_name": "labels/17.png", "text": "A face.", "Smiling": True}
        ),
        "validation/3.jpg": jpeg(),
        "validation/metadata.jsonl": rows({"file_name": "3.jpg", "id": 3, "text": ["One.", "Two."], "Smiling": None}),
        "id2label.json": json.dumps({str(n): f"{name}" for n, name in enumerate(["background", "skin"])}).encode(),
    }
    store = open_store(write(tmp_path, files))
    assert store.layout == "imagefolder"
    assert store.sample_ids == ("3", "17")
    assert store.splits == {"train": ["17"], "validation": ["3"]}
    assert store.scheme.order == ("background", "skin")
    assert store.read_captions(SampleId("3")).value.texts == ("One.", "Two.")
    assert dict(store.read_attributes(SampleId("17")).value) == {"Smiling": True}
    assert not store.has(SampleId("3"), Modality.MASK)
    assert not store.has(SampleId("3"), Modality.ATTRIBUTES)
    assert store.files(SampleId("3"), Modality.PHOTO) == ("validation/3.jpg",)
    assert store.files(SampleId("3"), Modality.CAPTIONS) == ("validation/metadata.jsonl",)


def test_folders_tell_photos_of_one_name_apart(tmp_path: Path) -> None:
    table = rows({"file_name": "a/1.jpg"}, {"file_name": "b/1.jpg"}, {"file_name": "2.jpg"})
    store = open_store(write(tmp_path, {"a/1.jpg": jpeg(), "metadata.jsonl": table}), layout="imagefolder")
    assert store.sample_ids == ("2", "a__1", "b__1")


def test_a_table_as_csv(tmp_path: Path) -> None:
    table = 'file_name,text,Smiling,Male\r\n1.jpg,"A face, that smiles.",1,-1\r\n2.jpg,,0,1\r\n'
    store = open_store(write(tmp_path, {"1.jpg": jpeg(), "2.jpg": jpeg(), "metadata.csv": table.encode()}))
    assert detect(tmp_path)[0].layout == "imagefolder"
    assert store.sample_ids == ("1", "2")
    assert store.splits == {}
    assert store.read_captions(SampleId("1")).value.texts == ("A face, that smiles.",)


@pytest.mark.parametrize("name", ["../1.jpg", "/etc/passwd", "a/../../1.jpg", "C:\\1.jpg", "a//1.jpg", "", "x\0.jpg"])
def test_names_that_leave_the_folder_are_no_samples(name: str, tmp_path: Path) -> None:
    files = {"1.jpg": jpeg(), "t/2.jpg": jpeg(), "t/metadata.jsonl": rows({"file_name": name}, {"file_name": "2.jpg"})}
    store = open_store(write(tmp_path, files), layout="imagefolder")
    assert store.sample_ids == ("2",)
    assert [problem.message for problem in store.problems] == [
        "rows that name no picture in the dataset, not read: t/metadata.jsonl, line 1 (1)"
    ]


def test_masks_and_sketches_outside_the_folder_are_not_read(tmp_path: Path) -> None:
    row = {"file_name": "1.jpg", "mask_file_name": "../m.png", "sketch_file_name": "/m.png"}
    row |= {"class_mask_file_names": ["../m_hair.png", 3], "image_id": "1"}
    files = {"m.png": INDEX, "m_hair.png": INDEX, "t/1.jpg": jpeg(), "t/metadata.jsonl": rows(row)}
    store = open_store(write(tmp_path, files), layout="imagefolder")
    assert [each for each in Modality if store.has(SampleId("1"), each)] == [Modality.PHOTO]


@pytest.mark.parametrize("name", ["\ud83d.jpg", "\ud83d/1.jpg"])
def test_half_a_character_is_in_no_name(name: str, tmp_path: Path) -> None:
    table = rows({"file_name": name, "image_id": 1}, {"file_name": "2.jpg"})
    store = open_store(write(tmp_path, {"2.jpg": jpeg(), "metadata.jsonl": table}), layout="imagefolder")
    loaded = store.read_photo(SampleId("1"))
    assert loaded.value is None
    assert len(loaded.problems) == 1
    assert store.read_photo(SampleId("2")).value is not None


def test_a_link_out_of_the_folder_is_not_read(tmp_path: Path) -> None:
    write(tmp_path, {"secret.jpg": jpeg(), "t/metadata.jsonl": rows({"file_name": "1.jpg"})})
    (tmp_path / "t/1.jpg").symlink_to(tmp_path / "secret.jpg")
    loaded = open_store(tmp_path / "t", layout="imagefolder").read_photo(SampleId("1"))
    assert loaded.value is None
    assert "outside the dataset" in loaded.problems[0].message


def test_a_row_whose_picture_is_missing_says_so(tmp_path: Path) -> None:
    store = open_store(write(tmp_path, {"metadata.jsonl": rows({"file_name": "1.jpg"})}), layout="imagefolder")
    loaded = store.read_photo(SampleId("1"))
    assert loaded.value is None
    assert "it is gone" in loaded.problems[0].message


def test_lines_that_are_no_rows_and_second_rows_are_named(tmp_path: Path) -> None:
    table = rows({"file_name": "1.jpg"}) + b"{oops\n[1]\n\n" + rows({"file_name": "01.jpg"}, {"id": 5})
    store = open_store(write(tmp_path, {"1.jpg": jpeg(), "metadata.jsonl": table}), layout="imagefolder")
    assert store.sample_ids == ("1", "5")
    assert [problem.message for problem in store.problems] == [
        "metadata.jsonl: lines that are no rows, passed over: line 2, line 3 (2)",
        "second rows of a sample, not read: 1 (1)",
    ]


def test_layers_of_different_sizes_are_a_problem_of_their_sample(tmp_path: Path) -> None:
    names = ["m_hair.png", "m_skin.png"]
    files = {
        "1.jpg": jpeg(),
        "m_hair.png": png(square(1, 1).astype(np.uint8)),
        "m_skin.png": png(np.ones((9, 8), np.uint8)),
    }
    files["metadata.jsonl"] = rows({"file_name": "1.jpg", "class_mask_file_names": names})
    loaded = open_store(write(tmp_path, files), layout="imagefolder").read_mask(SampleId("1"))
    assert loaded.value is None
    assert loaded.problems[0].message == "the mask of sample 1: its layers have different sizes: 8×9, 32×32"


def test_a_table_of_something_else_is_no_imagefolder(tmp_path: Path) -> None:
    write(tmp_path, {"1.jpg": jpeg(), "metadata.jsonl": rows({"loss": 0.5})})
    assert {found.layout: found.confidence for found in detect(tmp_path)}["imagefolder"] == 0
    with pytest.raises(LayoutError, match="rows that name no picture"):
        open_store(tmp_path, layout="imagefolder")

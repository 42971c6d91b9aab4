"""``from app import open_dataset``: the same verbs as the window, in Python, without Qt."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

import app
from app import Dataset, open_dataset
from app.faces.errors import (
    ConflictError,
    FaceDataError,
    InvalidEditError,
    LayoutError,
    ReadOnlyError,
    SampleNotFoundError,
)
from tests.formats.drawn import MULTI_MODAL, square
from tests.tiny_dataset import EVERYTHING, contents, write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "faces", EVERYTHING)


@pytest.fixture
def ds(folder: Path) -> Iterator[Dataset]:
    with open_dataset(folder) as opened:
        yield opened


def changed_files(folder: Path) -> set[str]:
    now = contents(folder)
    return {path for path in now.keys() | EVERYTHING.keys() if now.get(path) != EVERYTHING.get(path)}


def test_a_dataset_is_a_collection_of_samples(ds: Dataset) -> None:
    assert len(ds) == 3
    assert [sample.id for sample in ds] == list(ds.ids) == ["0", "17", "2001"]
    assert "17" in ds
    assert "4711" not in ds
    assert ds[17].id == "17"
    with pytest.raises(SampleNotFoundError):
        ds["4711"]


def test_a_sample_has_its_modalities(ds: Dataset) -> None:
    sample = ds["17"]
    assert sample.photo is not None
    assert sample.photo.shape == (64, 64, 3)
    assert sample.sketch is not None
    assert ds["0"].sketch is None
    assert sample.pose is not None
    assert sample.pose.yaw == 1
    assert sample.split == "train"
    assert sample.captions[2] == "She has feature 2. "
    assert sample.attributes["Smiling"] is True
    assert sample.mask is not None
    assert sample.mask.shape == (32, 32)
    assert np.array_equal(sample.mask.layers["skin"], square(2, 2, 24))
    assert sample.mask.flattened[0, 0] == 13
    assert len(sample.mask.layers) == 19


def test_saved_assignments_change_exactly_their_files(ds: Dataset, folder: Path) -> None:
    sample = ds["17"]
    assert sample.mask is not None
    hair = sample.mask.layers["hair"].copy()
    hair[20:24, 20:24] = True
    sample.mask.layers["hair"] = hair
    sample.captions[2] = "She has wavy hair."
    assert ds.unsaved == ("17",)
    assert changed_files(folder) == set()
    ds.save()
    assert ds.unsaved == ()
    assert changed_files(folder) == {"CelebAMask-HQ-mask-anno/0/00017_hair.png", "text/celeba-caption/17.txt"}
    lines = (folder / "text/celeba-caption/17.txt").read_bytes().split(b"\n")
    before = EVERYTHING["text/celeba-caption/17.txt"].split(b"\n")
    assert [number for number, pair in enumerate(zip(lines, before, strict=True)) if pair[0] != pair[1]] == [2]
    with open_dataset(folder) as again:
        mask = again["17"].mask
        assert mask is not None
        assert np.array_equal(mask.layers["hair"], hair)
        assert np.array_equal(mask.layers["skin"], square(2, 2, 24))


def test_a_sketch_is_assigned_in_the_kind_of_file_that_is_there(ds: Dataset, folder: Path) -> None:
    for sample in (ds["17"], ds["0"]):
        lines = np.full((32, 48), 250, np.uint8)
        lines[8:12] = 3
        sample.sketch = lines
        assert np.array_equal(sample.sketch, np.repeat(lines[..., None], 3, axis=2))
    before = ds["17"].sketch
    ds["17"].sketch = before
    assert np.array_equal(ds["17"].sketch, before)
    ds.save()
    assert changed_files(folder) == {"sketch/17.png", "sketch/0.png"}
    ds.undo("0")
    assert ds["0"].sketch is None
    for wrong in (lines.astype(float), np.zeros((4, 4, 4), np.uint8), np.eye(3, dtype=np.uint8)[None] * 255):
        with pytest.raises(InvalidEditError):
            ds["17"].sketch = wrong


def test_sketches_are_drawn_as_one_step_or_written_at_once(ds: Dataset, folder: Path) -> None:
    assert sorted(ds.draw_sketches().changed) == ["0", "2001"]
    assert changed_files(folder) == set()
    ds.undo("0")
    assert (ds["0"].sketch, ds["2001"].sketch) == (None, None)
    assert ds.draw_sketches(ids=[17], which="all", method="photocopy", size=64).changed == ["17"]
    assert ds["17"].sketch.shape == (64, 64, 3)
    ds.undo(17)
    assert sorted(ds.draw_sketches(preset="sparse", save=True).changed) == ["0", "2001"]
    assert changed_files(folder) == {"sketch/0.png", "sketch/2001.png"}
    with pytest.raises(InvalidEditError, match="no preset"):
        ds.draw_sketches(preset="best")


def test_attributes_take_yes_no_and_nothing_else(ds: Dataset, folder: Path) -> None:
    attributes = ds["17"].attributes
    attributes["Smiling"] = False
    assert dict(attributes)["Smiling"] is False
    with pytest.raises(TypeError):
        attributes["Smiling"] = -1  # type: ignore[assignment]
    with pytest.raises(InvalidEditError):
        attributes["Freckles"] = True
    ds.save()
    assert changed_files(folder) == {"CelebAMask-HQ-attribute-anno.txt"}


def test_each_assignment_is_one_undoable_step(ds: Dataset, folder: Path) -> None:
    sample = ds["17"]
    assert sample.mask is not None
    sample.captions[0] = "First."
    sample.captions[0] = "Second."
    sample.mask.layers["hat"] = square(0, 0)
    ds.undo("17")
    assert not sample.mask.layers["hat"].any()
    ds.undo("17")
    assert sample.captions[0] == "First."
    ds.redo("17")
    assert sample.captions[0] == "Second."
    ds.undo("17")
    ds.undo("17")
    assert ds.unsaved == ()
    ds.save()
    assert changed_files(folder) == set()


def test_captions_are_a_list(ds: Dataset) -> None:
    captions = ds["17"].captions
    captions.append("Eleven.")
    captions.insert(0, "Zero.")
    del captions[-2]
    assert len(captions) == 11
    assert (captions[0], captions[-1]) == ("Zero.", "Eleven.")
    assert captions[1:3] == ["She has feature 0. ", "She has feature 1. "]
    with pytest.raises(InvalidEditError):
        captions[1] = "two\nlines"
    with pytest.raises(IndexError):
        captions[11] = "twelve"
    with pytest.raises(TypeError):
        captions[0:1] = ["slices are refused"]


def test_a_sample_without_captions_can_be_given_some(ds: Dataset, folder: Path) -> None:
    ds["2001"].captions.append("She has a hat.")
    ds.save()
    assert changed_files(folder) == {"text/celeba-caption/2001.txt"}


def test_writing_into_a_layer_fails_instead_of_being_lost(ds: Dataset) -> None:
    mask = ds["17"].mask
    assert mask is not None
    with pytest.raises(ValueError, match="read-only"):
        mask.layers["hair"][0, 0] = False
    with pytest.raises(InvalidEditError):
        mask.layers["hair"] = np.zeros((8, 8), np.bool_)
    with pytest.raises(InvalidEditError):
        mask.layers["wig"] = np.zeros((32, 32), np.bool_)


def test_assigning_a_layer_of_an_index_map_replaces_others(tmp_path: Path) -> None:
    with open_dataset(write(tmp_path / "mm", MULTI_MODAL)) as ds:
        mask = ds["0"].mask
        assert mask is not None
        assert mask.exclusive
        mask.layers["hair"] = square(8, 8)
        assert not (mask.layers["skin"] & mask.layers["hair"]).any()


def test_a_file_that_somebody_else_changed_is_not_overwritten(ds: Dataset, folder: Path) -> None:
    ds["17"].captions[0] = "Mine."
    theirs = folder / "text/celeba-caption/17.txt"
    theirs.write_bytes(b"Theirs.\n")
    with pytest.raises(ConflictError, match="sample 17"):
        ds.save()
    assert theirs.read_bytes() == b"Theirs.\n"
    assert ds.unsaved == ("17",)


def test_what_cannot_be_edited_raises_and_changes_nothing(folder: Path) -> None:
    broken = folder / "text/celeba-caption/17.txt"
    broken.write_bytes("cafe\n".encode("utf-16"))
    with open_dataset(folder) as ds, pytest.raises(ReadOnlyError):
        ds["17"].captions[0] = "x"
    assert broken.read_bytes() == "cafe\n".encode("utf-16")


def test_a_folder_that_is_no_dataset_says_why(tmp_path: Path) -> None:
    with pytest.raises(LayoutError):
        open_dataset(tmp_path)


def test_the_package_promises_only_what_it_has() -> None:
    assert all(hasattr(app, name) for name in app.__all__)
    with pytest.raises(AttributeError):
        app.open_dataste  # noqa: B018


def test_python_never_loads_qt(folder: Path) -> None:
    code = (
        "import sys, app; heavy = 'numpy' in sys.modules; ds = app.open_dataset(sys.argv[1]);"
        "ds['17'].captions[0] = 'x'; ds.save(); ds.close();"
        "sys.exit(heavy or any(name.split('.')[0] == 'PySide6' for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code, str(folder)], check=False).returncode == 0


def test_samples_are_checked_and_nothing_is_written(ds: Dataset, folder: Path) -> None:
    before = contents(folder)
    ds["17"].captions[0] = "She is yuong."
    report = ds.check(checks=["caption-residue"], ids=[17])
    assert [finding.message for finding in report.findings if "yuong" in finding.message]
    assert {finding.check for finding in ds.check().findings} > {"caption-residue"}
    with pytest.raises(FaceDataError, match="there is no check spelling; there are caption-count"):
        ds.check(checks=["spelling"])
    assert contents(folder) == before

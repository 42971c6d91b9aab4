"""The demo dataset: byte for byte repeatable, in the release's exact layout, wrong only where it says so."""

from __future__ import annotations

import hashlib
import pickle
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.faces.attributes import ATTRIBUTE_NAMES
from app.faces.classes import CLASS_BY_NAME
from app.faces.errors import FaceDataError
from app.imaging.cv import cv2
from app.jobs import Cancelled
from app.workbench.demo import PLANTED, DemoSample, demo_people, draw_sample, make_demo, planted_among, sample_files


def tree(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "faces"
    make_demo(folder, count=2, seed=0)
    return folder


def test_two_runs_give_the_same_bytes(demo: Path, tmp_path: Path) -> None:
    make_demo(tmp_path / "again", count=2, seed=0)
    assert tree(tmp_path / "again") == tree(demo)


def test_the_layout_is_the_release_s(demo: Path) -> None:
    names = set(tree(demo))
    fixed = {
        "CelebA-HQ-img/0.jpg",
        "CelebA-HQ-img/1.jpg",
        "CelebA-HQ-to-CelebA-mapping.txt",
        "CelebAMask-HQ-attribute-anno.txt",
        "CelebAMask-HQ-pose-anno.txt",
        "README.txt",
        "sketch/0.png",
        "sketch/1.png",
        "text/celeba-caption/0.txt",
        "text/celeba-caption/1.txt",
        "train/filenames.pickle",
        "test/filenames.pickle",
    }
    masks = names - fixed
    assert fixed <= names
    for name in masks:
        match = re.fullmatch(r"CelebAMask-HQ-mask-anno/0/0000[01]_(\w+)\.png", name)
        assert match
        assert match[1] in CLASS_BY_NAME


def test_pictures_are_of_the_release_s_kind(demo: Path) -> None:
    with Image.open(demo / "CelebA-HQ-img/0.jpg") as photo:
        assert (photo.format, photo.mode, photo.size) == ("JPEG", "RGB", (1024, 1024))
        assert "progressive" not in photo.info
    with Image.open(demo / "sketch/0.png") as sketch:
        assert (sketch.mode, sketch.size) == ("L", (512, 512))
        assert np.median(np.asarray(sketch)) > 200
    for path in (demo / "CelebAMask-HQ-mask-anno/0").iterdir():
        with Image.open(path) as mask:
            assert (mask.mode, mask.size) == ("RGB", (512, 512))
            pixels = np.asarray(mask)
        assert set(np.unique(pixels)) == {0, 255}
        assert np.array_equal(pixels[..., 0], pixels[..., 1])
        assert np.array_equal(pixels[..., 0], pixels[..., 2])


def test_tables_are_spaced_as_in_the_release(demo: Path) -> None:
    attributes = (demo / "CelebAMask-HQ-attribute-anno.txt").read_text().split("\n")
    assert attributes[:2] == ["2", " ".join(ATTRIBUTE_NAMES)]
    assert re.fullmatch(r"0\.jpg  (-1|1)( (-1|1)){39}", attributes[2])
    assert attributes[4:] == [""]
    poses = (demo / "CelebAMask-HQ-pose-anno.txt").read_text().split("\n")
    assert poses[:2] == ["2", "Yaw Pitch Raw"]
    assert re.fullmatch(r"1\.jpg( -?\d+\.\d+){3}", poses[3])
    mapping = (demo / "CelebA-HQ-to-CelebA-mapping.txt").read_text().split("\n")
    assert mapping[0] == "idx        orig_idx   orig_file"
    assert all(re.fullmatch(r"[01] {10}[01] {10}00000[12]\.jpg", row) for row in mapping[1:3])


def test_splits_are_protocol_2_lists_of_text(demo: Path) -> None:
    train, test = ((demo / part / "filenames.pickle").read_bytes() for part in ("train", "test"))
    assert train[:2] == test[:2] == b"\x80\x02"
    assert (pickle.loads(train), pickle.loads(test)) == (["0"], ["1"])


def test_ten_captions_without_a_last_newline(demo: Path) -> None:
    data = (demo / "text/celeba-caption/0.txt").read_bytes()
    assert not data.endswith(b"\n")
    assert b"\r" not in data
    assert len(set(data.decode("ascii").split("\n"))) == 10


def test_a_demo_that_is_there_is_left_alone(demo: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in demo.rglob("*")}
    report = make_demo(demo, count=2)
    assert (report.made, report.samples) == (False, 2)
    assert {path: path.stat().st_mtime_ns for path in demo.rglob("*")} == before


def test_a_folder_with_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep me")
    with pytest.raises(FaceDataError, match="not empty"):
        make_demo(tmp_path, count=1)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_cancelled_demo_leaves_nothing(tmp_path: Path) -> None:
    class Impatient:
        def report(self, done: int, total: int, note: str = "") -> None:
            if done == 1:
                raise Cancelled

    with pytest.raises(Cancelled):
        make_demo(tmp_path / "demo", count=2, progress=Impatient())
    assert list(tmp_path.iterdir()) == []


def spoiled(kind: str) -> DemoSample:
    number = next(int(mistake.sample) for mistake in PLANTED if mistake.kind == kind)
    return draw_sample(demo_people(24, 0), number, 0)


def test_mistakes_lie_on_different_samples_and_in_the_readme(demo: Path) -> None:
    assert len({mistake.sample for mistake in PLANTED}) == len(PLANTED) == 9
    assert "repeated-caption" in (demo / "README.txt").read_text()
    assert [mistake.kind for mistake in planted_among(2)] == ["repeated-caption"]


def test_the_eyes_are_swapped_where_it_says() -> None:
    layers = spoiled("swapped-eyes").layers
    assert np.argwhere(layers["l_eye"])[:, 1].mean() < np.argwhere(layers["r_eye"])[:, 1].mean()


def test_the_hair_has_specks_where_it_says() -> None:
    layers = spoiled("hair-specks").layers
    count, _, stats, _ = cv2.connectedComponentsWithStats(layers["hair"].astype(np.uint8))
    small = [k for k in range(1, count) if stats[k, cv2.CC_STAT_AREA] < 10]
    assert len(small) >= 35
    hair, others = layers["hair"], np.logical_or.reduce([layer for name, layer in layers.items() if name != "hair"])
    assert (hair & ~others).any()


def test_the_skin_has_a_hole_where_it_says() -> None:
    layers = spoiled("skin-hole").layers
    around = cv2.morphologyEx(layers["skin"].astype(np.uint8), cv2.MORPH_CLOSE, np.ones((31, 31), np.uint8)) > 0
    hole = around & ~np.logical_or.reduce(list(layers.values()))
    count, _, stats, _ = cv2.connectedComponentsWithStats(hole.astype(np.uint8))
    assert any(300 < stats[k, cv2.CC_STAT_AREA] < 500 for k in range(1, count))


def test_the_sketch_is_another_s_where_it_says() -> None:
    assert np.array_equal(spoiled("foreign-sketch").sketch, draw_sample(demo_people(24, 0), 18, 0).sketch)


def test_the_denied_hat_is_in_the_mask() -> None:
    sample = spoiled("denied-hat")
    assert sample.attributes["Wearing_Hat"] is False
    assert sample.layers["hat"].sum() > 2000


def test_the_earring_has_no_layer_where_it_says() -> None:
    sample = spoiled("missing-earring")
    assert sample.attributes["Wearing_Earrings"] is True
    assert not any(name.endswith("ear_r.png") for name in sample_files(sample))


def test_captions_are_wrong_where_it_says(demo: Path) -> None:
    repeated = (demo / "text/celeba-caption/1.txt").read_text().split("\n")
    assert (repeated[9], len(repeated)) == (repeated[0], 10)
    assert len(spoiled("nine-captions").captions) == 9
    sample = spoiled("false-eyeglasses")
    assert "eyeglasses" in sample.captions[3]
    assert sample.attributes["Eyeglasses"] is False
    assert "eye_g" not in sample.layers

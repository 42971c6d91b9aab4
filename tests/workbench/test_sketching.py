"""Sketches are drawn for whole datasets and stored as the dataset's own are."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from app.__main__ import main
from app.document.changes import SaveState
from app.faces.errors import FaceDataError, ReadOnlyError
from app.faces.sample import Modality, SampleId
from app.generation.sketch.linemap import PRESETS
from app.generation.sketch.methods import ByLineMap, ByNetwork, ByPhotocopy
from app.generation.sketch.onnx_writing import Operation, chain_model
from app.generation.sketch.photocopy import GEGL_DEFAULTS
from app.jobs import Cancelled
from app.workbench.open import open_document
from app.workbench.saving import here
from app.workbench.sketching import (
    SketchReport,
    sketch_file,
    sketch_in_one_step,
    sketch_samples,
    take_back_sketches,
)
from tests.formats.drawn import jpeg
from tests.tiny_dataset import EVERYTHING, contents, write

RELEASED = ByLineMap(PRESETS[0].options)


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    return write(tmp_path / "faces", EVERYTHING)


def drawn(folder: Path, **options: Any) -> SketchReport:
    with closing(open_document(folder)) as document:
        return sketch_samples(document, options.pop("method", RELEASED), **options)


def picture(path: Path) -> np.ndarray:
    return cv2.imread(str(path), cv2.IMREAD_UNCHANGED)


def test_only_missing_leaves_the_others_alone_and_names_files_as_they_are(dataset: Path) -> None:
    before = contents(dataset)
    report = drawn(dataset, only_missing=True)
    after = contents(dataset)
    assert (report.changed, report.kept, report.skipped) == (["0", "2001"], ["17"], {})
    assert {path: data for path, data in after.items() if path in before} == before
    assert sorted(after.keys() - before.keys()) == ["sketch/0.png", "sketch/2001.png"]
    assert drawn(dataset, only_missing=True).kept == ["0", "17", "2001"]


@pytest.mark.parametrize(("channels", "is_inverted"), [(1, False), (1, True), (3, False), (3, True)])
def test_size_channels_and_polarity_stay(dataset: Path, channels: int, is_inverted: bool) -> None:
    old = np.full((40, 40, channels), 10 if is_inverted else 250, np.uint8).squeeze()
    cv2.imwrite(str(dataset / "sketch/17.png"), old)
    assert drawn(dataset, only_missing=False).changed == ["0", "17", "2001"]
    for name in ("0", "17", "2001"):
        new = picture(dataset / f"sketch/{name}.png")
        assert new.shape == old.shape
        assert (new.mean() < 128) == is_inverted
        assert not np.array_equal(new, old)


def test_padding_and_ending_are_taken_over(dataset: Path) -> None:
    (dataset / "sketch/17.png").rename(dataset / "sketch/00017_edges.png")
    assert drawn(dataset, only_missing=True).changed == ["0", "2001"]
    assert sorted(path.name for path in (dataset / "sketch").iterdir()) == [
        "00000_edges.png", "00017_edges.png", "02001_edges.png",
    ]  # fmt: skip


def test_what_was_replaced_comes_back(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = contents(dataset)
    assert main(["sketch", str(dataset), "--all", "--ids", "17", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["drawn"] == ["17"]
    assert contents(dataset) != before
    assert main(["restore", str(dataset), "--quiet"]) == 0
    assert contents(dataset) == before


def test_the_same_sketch_again_writes_nothing(dataset: Path) -> None:
    assert len(drawn(dataset).changed) == 3
    again = drawn(dataset)
    assert (again.changed, again.unchanged) == ([], ["0", "17", "2001"])


def test_a_dataset_without_sketches_gets_the_released_names(dataset: Path) -> None:
    (dataset / "sketch/17.png").unlink()
    (dataset / "sketch").rmdir()
    assert drawn(dataset, size=256).changed == ["0", "17", "2001"]
    assert picture(dataset / "sketch/17.jpg").shape == (256, 256, 3)
    with closing(open_document(dataset)) as document:
        assert all(document.store.has(sample, Modality.SKETCH) for sample in document.store.sample_ids)


def test_a_photo_that_cannot_be_read_is_named_and_the_rest_goes_on(dataset: Path) -> None:
    (dataset / "CelebA-HQ-img/0.jpg").write_bytes(b"no photo")
    report = drawn(dataset, only_missing=True)
    assert report.changed == ["2001"]
    assert "0.jpg" in report.skipped[SampleId("0")]


@pytest.mark.parametrize("method", [ByPhotocopy(GEGL_DEFAULTS), ByLineMap(PRESETS[1].options)], ids=["copy", "masks"])
def test_other_methods_draw_something_else(dataset: Path, method: Any) -> None:
    assert drawn(dataset, method=method, ids=[SampleId("0")]).changed == ["0"]


def test_a_network_that_cannot_be_used_stops_before_anything_is_drawn(dataset: Path, tmp_path: Path) -> None:
    (tmp_path / "net.onnx").write_bytes(b"nonsense")
    before = contents(dataset)
    with pytest.raises(FaceDataError, match=r"net\.onnx"):
        drawn(dataset, method=ByNetwork(tmp_path / "net.onnx"))
    assert contents(dataset) == before
    (tmp_path / "net.onnx").write_bytes(chain_model([Operation("Relu")], 1))
    assert len(drawn(dataset, method=ByNetwork(tmp_path / "net.onnx")).changed) == 3


def test_processes_draw_the_same_and_can_be_cancelled(tmp_path: Path) -> None:
    photos = {f"CelebA-HQ-img/{number}.jpg": jpeg(size=(60 + number, 64)) for number in range(20, 32)}
    folder = write(tmp_path / "faces", {**photos, "sketch/20.png": EVERYTHING["sketch/17.png"]})

    class Cancelling:
        def report(self, done: int, total: int, note: str = "") -> None:
            if done == 3:
                raise Cancelled

    with pytest.raises(Cancelled):
        drawn(folder, workers=2, progress=Cancelling())
    report = drawn(folder, workers=2)
    assert len(report.changed) + len(report.unchanged) == 12
    assert report.skipped == {}
    assert 2 <= len(report.unchanged) <= 3
    assert drawn(folder, workers=1).changed == []


def test_one_picture_becomes_pixels_or_strokes(
    dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    photo = str(dataset / "CelebA-HQ-img/17.jpg")
    assert main(["sketch", photo, str(tmp_path / "a.svg"), "--json"]) == 0
    told = {"output": str(tmp_path / "a.svg"), "width": 64, "height": 64, "notices": []}
    assert json.loads(capsys.readouterr().out) == told
    assert (tmp_path / "a.svg").read_text().startswith("<svg ")
    assert sketch_file(Path(photo), tmp_path / "a.png", RELEASED, size=256).shape == (256, 256)
    assert picture(tmp_path / "a.png").shape == (256, 256)
    with pytest.raises(FaceDataError, match="only line maps"):
        sketch_file(Path(photo), tmp_path / "b.svg", ByPhotocopy(GEGL_DEFAULTS))
    with pytest.raises(FaceDataError, match=r"\.png"):
        sketch_file(Path(photo), tmp_path / "b.gif", RELEASED)


@pytest.mark.parametrize(
    "words",
    [["--preset", "gegl"], ["--method", "onnx"], ["--method", "photocopy", "--detail", "0.5"], ["--model", "a.onnx"]],
)
def test_options_that_do_not_fit_each_other_are_wrong_usage(dataset: Path, words: list[str]) -> None:
    assert main(["sketch", str(dataset), *words]) == 2


def test_sketches_that_are_there_stay_unless_all_are_asked_for(
    dataset: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def told(*words: str) -> list[Any]:
        assert main(["sketch", str(dataset), "--json", "--quiet", "--workers", "1", *words]) == 0
        found = json.loads(capsys.readouterr().out)
        return [found[key] for key in ("dry_run", "drawn", "replaced", "unchanged", "kept")]

    before = contents(dataset)
    assert told("--dry-run") == [True, ["0", "2001"], [], [], ["17"]]
    assert told("--dry-run", "--all") == [True, ["0", "17", "2001"], ["17"], [], []]
    assert contents(dataset) == before
    assert told() == [False, ["0", "2001"], [], [], ["17"]]
    assert contents(dataset)["sketch/17.png"] == before["sketch/17.png"]
    assert told("--all") == [False, ["17"], ["17"], ["0", "2001"], []]
    assert main(["sketch", str(dataset), "--all", "--dry-run", "--quiet"]) == 0
    assert capsys.readouterr().out == "3 sketches would be drawn, 3 of them instead of one that is there\n"
    assert main(["sketch", str(dataset), "--all", "--only-missing"]) == 2


def test_a_photo_is_never_replaced_by_its_sketch(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    photo = dataset / "CelebA-HQ-img/17.jpg"
    before = photo.read_bytes()
    assert main(["sketch", str(photo), str(photo)]) == 3
    assert "17.jpg is the photo itself" in capsys.readouterr().err
    assert photo.read_bytes() == before


def test_what_is_odd_about_one_photo_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = jpeg()
    (tmp_path / "a.jpg").write_bytes(whole[: len(whole) * 3 // 4])
    assert main(["sketch", str(tmp_path / "a.jpg"), str(tmp_path / "a.png"), "--preset", "mask-guided"]) == 0
    told = capsys.readouterr().err
    assert "a.jpg: it is cut short" in told
    assert "no mask to guide it" in told


@pytest.mark.parametrize("words", [["--only-missing"], ["--ids", "17"], ["--workers", "2"]])
def test_what_is_for_datasets_only_is_wrong_usage_for_one_photo(dataset: Path, words: list[str]) -> None:
    photo = dataset / "CelebA-HQ-img/17.jpg"
    assert main(["sketch", str(photo), str(dataset / "a.png"), *words]) == 2
    assert main(["sketch", str(dataset), str(dataset / "a.png")]) == 2
    assert not (dataset / "a.png").exists()


def test_a_released_tree_is_shown_with_the_sketches_it_got(tmp_path: Path) -> None:
    rest = {path: data for path, data in EVERYTHING.items() if path.startswith("CelebA")}
    folder = write(tmp_path / "released", rest)
    with closing(open_document(folder)) as document:
        assert document.store.layout == "celebamask-hq"
    report = drawn(folder)
    with closing(open_document(folder)) as document:
        assert [s for s in document.store.sample_ids if document.store.has(s, Modality.SKETCH)] == report.changed
    assert drawn(folder, only_missing=True).kept == report.changed


def test_a_folder_that_cannot_be_written_is_said_once(dataset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.workbench.sketching.os.access", lambda *_: False)
    with pytest.raises(ReadOnlyError, match="sketch cannot be written"):
        drawn(dataset)


@pytest.mark.parametrize("on_document", [here, lambda work: work()], ids=["on its thread", "beside it"])
def test_what_was_written_without_a_step_is_taken_back(dataset: Path, on_document: Any) -> None:
    before = contents(dataset)
    with closing(open_document(dataset)) as document:
        saved: list[tuple[str, SaveState]] = []
        document.subscribe_saves(lambda event: saved.append((event.sample, event.state)))
        report = sketch_samples(document, RELEASED, on_document=on_document)
        assert [sample for sample, state in saved if state is SaveState.SAVED] == ["0", "17", "2001"]
        again = sketch_samples(document, ByPhotocopy(GEGL_DEFAULTS), ids=[SampleId("17")])
        (dataset / "sketch/0.png").write_bytes(b"another program's")
        assert take_back_sketches(document, report, on_document=on_document).skipped.keys() == {"0", "17"}
        assert take_back_sketches(document, again).changed == ["17"]
        assert take_back_sketches(document, report).changed == ["17"]
        assert take_back_sketches(document, report).unchanged == ["17", "2001"]
    after = contents(dataset)
    assert after.pop("sketch/0.png") == b"another program's"
    assert after == before


def test_sketches_in_one_step_are_undone_together(dataset: Path) -> None:
    before = contents(dataset)
    with closing(open_document(dataset)) as document:
        report = sketch_in_one_step(document, RELEASED, document.store.sample_ids, size=64)
        assert sorted(report.changed) == ["0", "17", "2001"]
        assert picture(dataset / "sketch/0.png").shape[:2] == (64, 64)
        assert document.undo_label(SampleId("17")) == "Draw sketches"
        document.undo(SampleId("17"))
        document.save()
        document.wait()
    assert contents(dataset) == before

"""What an export would look like is written by the format itself, and nothing of it reaches a disk."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.faces.classes import CLASS_BY_NAME
from app.faces.sample import Modality, SampleId
from app.formats import open_store
from app.formats.exporting.index_masks import IndexMaskOptions
from app.formats.exporting.protocol import ExportFormat
from app.formats.exporting.registry import export_formats
from app.workbench.exporting import ExportPlan, ExportRequest, plan_export, run_export
from app.workbench.exporting.interrupted import interrupted
from app.workbench.exporting.preview import preview
from app.workbench.exporting.working_copy import make_working_copy, place_for_copy, working_copy
from app.workbench.read_only import is_solved_by_copy, read_only_reasons, without_offer
from tests.tiny_dataset import EVERYTHING, contents, write


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    return write(tmp_path / "faces", EVERYTHING)


def plan_of(dataset: Path, name: str, **settings) -> ExportPlan:
    request = ExportRequest(store=open_store(dataset), format=name, target=dataset.parent / "out", **settings)
    return plan_export(request)


@pytest.mark.parametrize("each", export_formats(), ids=lambda each: each.name)
def test_the_preview_of_everything_is_the_export(dataset: Path, each: ExportFormat) -> None:
    if each.extra:
        pytest.importorskip("pyarrow")
    plan = plan_of(dataset, each.name)
    before = contents(dataset.parent)
    seen = preview(plan)
    assert contents(dataset.parent) == before
    written = run_export(plan)
    assert len(seen.samples) == len(plan.items)
    assert {path for path, _ in seen.files} == contents(written.folder).keys()
    sizes = {path: size for path, size in seen.files if size}
    assert sizes == {path: len(data) for path, data in contents(written.folder).items() if path in sizes}


def test_the_sample_on_screen_is_among_those_shown(dataset: Path) -> None:
    plan = plan_of(dataset, "celebamask-hq")
    assert SampleId("17") in preview(plan, SampleId("17")).samples


def test_an_index_map_is_shown_in_the_colours_of_its_classes_and_in_its_size(dataset: Path) -> None:
    ids = [SampleId("17")]
    seen = preview(plan_of(dataset, "index-masks", ids=ids, options=IndexMaskOptions(size=16, scheme="list1")))
    assert seen.picture is not None
    assert max(seen.picture.shape) == 16
    shown = {tuple(colour) for colour in np.unique(seen.picture.reshape(-1, 3), axis=0).tolist()}
    assert shown <= {face_class.colour for face_class in CLASS_BY_NAME.values()}
    assert CLASS_BY_NAME["skin"].colour in shown
    assert seen.picture_of.endswith("masks/17.png")


def test_files_of_single_classes_are_shown_as_one_picture(dataset: Path) -> None:
    seen = preview(plan_of(dataset, "celebamask-hq", ids=[SampleId("0")]))
    assert seen.picture is not None
    shown = {tuple(colour) for colour in np.unique(seen.picture.reshape(-1, 3), axis=0).tolist()}
    assert {CLASS_BY_NAME["skin"].colour, CLASS_BY_NAME["nose"].colour} <= shown


def test_a_format_without_pictures_of_masks_shows_the_mask_all_the_same(dataset: Path) -> None:
    seen = preview(plan_of(dataset, "coco"))
    assert seen.picture is not None
    assert seen.picture_of == ""


def test_no_mask_is_shown_where_none_is_exported(dataset: Path) -> None:
    options = IndexMaskOptions(include=frozenset({Modality.PHOTO}))
    assert preview(plan_of(dataset, "index-masks", options=options)).picture is None
    assert preview(plan_of(dataset, "lafite")).picture is None


def test_nothing_is_interrupted_where_nothing_was_begun(dataset: Path) -> None:
    assert interrupted(plan_of(dataset, "coco")) is None


def test_an_editable_dataset_has_no_reasons(dataset: Path) -> None:
    assert read_only_reasons(open_store(dataset)) == {}


def test_photos_become_editable_in_a_working_copy(tmp_path: Path) -> None:
    photos = write(tmp_path / "photos", {"a.jpg": EVERYTHING["CelebA-HQ-img/17.jpg"]})
    store = open_store(photos)
    reasons = read_only_reasons(store)
    assert is_solved_by_copy(reasons)
    assert all("working copy" not in without_offer(why) for why in reasons)
    target = place_for_copy(tmp_path, "photos")
    target.mkdir()
    request = replace(working_copy(store, place_for_copy(tmp_path, "photos")))
    assert request.target == tmp_path / "photos-working-copy-2"
    report = make_working_copy(request)
    copy = open_store(report.folder)
    assert list(copy.sample_ids) == ["a"]
    assert copy.read_only(Modality.MASK) is None
    assert copy.read_only(Modality.CAPTIONS) is None
    assert copy.photo_path(SampleId("a")).read_bytes() == EVERYTHING["CelebA-HQ-img/17.jpg"]

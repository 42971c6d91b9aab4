"""A dataset opened again with its catalog is not listed; whatever changed meanwhile is seen all the same."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from app.catalog.places import CatalogPlaces
from app.faces.errors import LayoutError
from app.faces.sample import Modality, SampleId
from app.formats import looked
from app.workbench.open import open_with_catalog
from tests.tiny_dataset import EVERYTHING, write


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(looked, "TICK_NS", -(10**18))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "data", EVERYTHING)


@pytest.fixture
def listed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The folders of the dataset that were listed."""
    whole, found = os.listdir, []

    def spy(path: str = ".") -> list[str]:
        if str(path).startswith(str(folder)):
            found.append(str(path))
        return whole(path)

    monkeypatch.setattr(os, "listdir", spy)
    return found


def known(folder: Path) -> tuple[list[SampleId], list[int]]:
    """The ids and what each has, by the catalog; the document's store has the same samples."""
    opened = open_with_catalog(folder)
    try:
        columns = opened.catalog.columns
        assert list(columns.ids) == list(opened.document.store.sample_ids)
        return list(columns.ids), columns.have.tolist()
    finally:
        opened.close()


def test_the_second_time_nothing_is_listed(folder: Path, listed: list[str]) -> None:
    first = known(folder)
    assert listed
    listed.clear()
    assert known(folder) == first
    assert listed == []


def test_changes_between_two_openings_are_seen(folder: Path) -> None:
    ids, _ = known(folder)
    opened = open_with_catalog(folder)
    store = opened.document.store
    photo = folder / store.files(ids[0], Modality.PHOTO)[0]
    (captions,) = store.files(ids[1], Modality.CAPTIONS)
    opened.close()
    shutil.copy(photo, photo.with_name("777.jpg"))
    photo.unlink()
    (folder / captions).unlink()
    now, _ = known(folder)
    assert set(now) == {*ids[1:], SampleId("777")}
    opened = open_with_catalog(folder)
    assert not opened.document.store.has(ids[1], Modality.CAPTIONS)
    opened.close()


def test_another_layout_is_not_taken_for_the_one_before(folder: Path) -> None:
    opened = open_with_catalog(folder)
    layout = opened.document.store.layout
    opened.close()
    other = {"mm-celeba-hq": "celebamask-hq", "celebamask-hq": "mm-celeba-hq"}[layout]
    opened = open_with_catalog(folder, layout=other)
    assert opened.document.store.layout == other
    assert len(opened.catalog.columns) == len(opened.document.store.sample_ids)
    opened.close()


def test_a_catalog_of_noise_does_not_stand_in_the_way(folder: Path) -> None:
    first = known(folder)
    CatalogPlaces.of(folder).catalog.write_bytes(b"noise" * 1000)
    assert known(folder) == first


def test_a_folder_that_is_no_dataset_says_why(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(LayoutError, match="the folder is empty; choose"):
        open_with_catalog(tmp_path / "empty")
    with pytest.raises(LayoutError, match="no folder"):
        open_with_catalog(tmp_path / "nowhere")


def test_looking_changes_nothing_in_the_dataset(folder: Path) -> None:
    before = sorted(str(path) for path in folder.rglob("*"))
    known(folder)
    assert sorted(str(path) for path in folder.rglob("*")) == before

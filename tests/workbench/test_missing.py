"""What a save makes, or an undo takes away again, is found and counted by what is there, whichever modality it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from app.catalog.catalog import Catalog
from app.catalog.facets import facet_counts
from app.catalog.places import CatalogPlaces
from app.catalog.query import parse, search
from app.document.edits import NewMask
from app.faces.sample import Modality, SampleId
from app.workbench.dataset import Dataset, open_dataset
from app.workbench.index import build_index
from tests.workbench.face_folder import CLASSES, SIDE, face_folder, mask_path, settle

LACKING = SampleId("3")


def draw(dataset: Dataset) -> None:
    dataset[LACKING].sketch = np.full((64, 64), 200, np.uint8)


def write(dataset: Dataset) -> None:
    dataset[LACKING].captions.append("A face.")


def paint(dataset: Dataset) -> None:
    dataset.document.do(NewMask(LACKING, (SIDE, SIDE)))
    mask = dataset[LACKING].mask
    assert mask is not None
    mask.layers["hair"] = np.ones((SIDE, SIDE), np.bool_)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = face_folder(tmp_path / "faces", 5)
    (folder / f"text/celeba-caption/{LACKING}.txt").unlink()
    for name in CLASSES:
        mask_path(folder, int(LACKING), name).unlink()
    (folder / "sketch").mkdir()
    for number in (0, 1, 2, 4):
        (folder / f"sketch/{number}.jpg").write_bytes((folder / f"CelebA-HQ-img/{number}.jpg").read_bytes())
    settle(folder)
    return folder


@pytest.fixture
def dataset(folder: Path) -> Iterator[Dataset]:
    with open_dataset(folder) as dataset:
        yield dataset


@pytest.mark.parametrize(
    ("modality", "make"), [(Modality.SKETCH, draw), (Modality.CAPTIONS, write), (Modality.MASK, paint)]
)
def test_what_was_made_is_not_missing_until_it_is_taken_back(
    dataset: Dataset, tmp_path: Path, modality: Modality, make: Callable[[Dataset], None]
) -> None:
    (tmp_path / "cache").mkdir()
    places, store = CatalogPlaces(tmp_path / "cache"), dataset.document.store
    build_index(store, places, workers=0)

    def missing() -> tuple[SampleId, ...]:
        """In a window's catalog, after the pass over the saved sample that follows a save."""
        dataset.save()
        build_index(store, places, samples=[LACKING], workers=0)
        catalog.pull()
        found = tuple(search(catalog, parse(f"missing:{modality.value}")).ids)
        counts = facet_counts(catalog.columns, np.ones(len(catalog.columns), np.bool_))
        assert counts.missing[modality] == len(found)
        assert found == tuple(sample for sample in store.sample_ids if not store.has(sample, modality))
        return found

    with Catalog.open(places) as catalog:
        assert missing() == (LACKING,)
        make(dataset)
        assert missing() == ()
        while dataset.document.undo_label(LACKING):
            dataset.document.undo(LACKING)
        assert missing() == (LACKING,)
        while dataset.document.redo_label(LACKING):
            dataset.document.redo(LACKING)
        assert missing() == ()

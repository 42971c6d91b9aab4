"""Counts beside the list, and samples that look alike."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.catalog.catalog import Catalog
from app.catalog.columns import MODALITY_BIT, Columns
from app.catalog.contents import contents_of
from app.catalog.facets import facet_counts
from app.catalog.places import CatalogPlaces
from app.catalog.schema import FACTS, INDEXED, NOT_NAMED, TABLED, UNREADABLE
from app.catalog.similar import distances
from app.faces.classes import ALL_BITS, LAYER_CLASSES
from app.faces.mask import MaskLayers
from app.faces.review import Review, ReviewState
from app.faces.sample import Modality, SampleId
from tests.catalog.faces_store import store_of

ATTRIBUTES = tuple(f"Attribute_{k}" for k in range(64))
SPLITS = ("test", "train")


def any_columns(count: int) -> Columns:
    """Samples about which anything may be known or not."""
    rng = np.random.default_rng(5)
    facts = np.zeros(count, FACTS)
    facts["have"] = rng.integers(64, size=count)
    facts["flags"] = rng.choice([0, INDEXED, TABLED, INDEXED | TABLED, INDEXED | UNREADABLE], count)
    facts["have"] &= np.where(facts["flags"] & TABLED, 0xFF, 0b1111).astype(np.uint8)
    facts["split"] = rng.integers(-1, 2, count)
    facts["named"] = rng.choice([NOT_NAMED, 0b1011, ALL_BITS], count)
    facts["present"] = rng.integers(ALL_BITS, size=count)
    facts["known"] = rng.integers(1 << 63, size=count, dtype=np.uint64)
    facts["yes"] = rng.integers(1 << 63, size=count, dtype=np.uint64)
    ids = [SampleId(str(k)) for k in range(count)]
    columns = Columns(ids, np.arange(count), facts, attribute_names=ATTRIBUTES, split_names=SPLITS)
    states = list(ReviewState)
    columns.mirror_reviews({s: Review(states[k % 4], ("odd",) if k % 2 else ()) for k, s in enumerate(ids)})
    columns.mirror_edited(ids[:7])
    columns.mirror_unsaved(ids[3:5])
    columns.mirror_findings({s: frozenset({"specks"}) for s in ids[::5]})
    return columns


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_counting_by_bytes_counts_what_counting_one_by_one_does(share: float) -> None:
    columns = any_columns(500)
    rows = np.random.default_rng(6).random(500) < share
    counts = facet_counts(columns, rows)
    assert counts.total == np.count_nonzero(rows)
    for face_class in LAYER_CLASSES:
        expected = np.count_nonzero((columns.classes[rows] & face_class.bit) != 0)
        assert counts.classes[face_class.name] == expected
    assert counts.classes_known == np.count_nonzero(columns.classes_known[rows])
    for at, name in enumerate(ATTRIBUTES):
        yes = (columns.yes[rows] >> np.uint64(at)) & np.uint64(1)
        known = (columns.known[rows] >> np.uint64(at)) & np.uint64(1)
        assert counts.attributes[name] == (int(yes.sum()), int((known & ~yes).sum()))
    assert counts.splits == {
        "test": np.count_nonzero(columns.split[rows] == 0),
        "train": np.count_nonzero(columns.split[rows] == 1),
        None: np.count_nonzero(columns.split[rows] == -1),
    }
    assert counts.states == {s: np.count_nonzero(columns.state[rows] == k) for k, s in enumerate(ReviewState)}
    for modality in Modality:
        has = columns.has(modality)[rows]
        asked = columns.tabled[rows] if modality in (Modality.ATTRIBUTES, Modality.POSE) else np.ones(len(has), bool)
        assert counts.modalities[modality] == np.count_nonzero(has & asked)
        assert counts.missing[modality] == np.count_nonzero(~has & asked)
    assert counts.tags == ({"odd": np.count_nonzero(columns.tags["odd"][rows])} if share else {})
    assert counts.findings == ({"specks": np.count_nonzero(columns.findings["specks"][rows])} if share else {})
    assert counts.edited == np.count_nonzero(rows[:7])
    assert counts.unsaved == np.count_nonzero(rows[3:5])
    if share == 1:
        assert facet_counts(columns) == counts


def test_no_samples_have_no_facets() -> None:
    counts = facet_counts(Columns())
    assert counts.total == 0
    assert set(counts.classes.values()) == {0}
    assert counts.attributes == {}
    assert counts.splits == {}


def mask_with(*boxes: tuple[str, int, int, int]) -> MaskLayers:
    """Squares of classes: name, left, top, side; 64 pixels a side in all."""
    layers = {}
    for name, left, top, side in boxes:
        layer = np.zeros((64, 64), np.bool_)
        layer[top : top + side, left : left + side] = True
        layers[name] = layer
    return MaskLayers.from_binaries(layers)


def test_the_less_alike_the_layout_the_farther(tmp_path: Path) -> None:
    face = [("skin", 10, 10, 40), ("l_eye", 40, 20, 6)]
    masks = {
        "0": mask_with(*face),
        "1": mask_with(*face),
        "2": mask_with(("skin", 12, 10, 40), ("l_eye", 40, 20, 6)),
        "3": mask_with(("skin", 18, 10, 40), ("l_eye", 40, 20, 6)),
        "4": mask_with(*face, ("eye_g", 15, 15, 30)),
        "5": mask_with(*face, ("hat", 0, 0, 60)),
    }
    with Catalog.open(CatalogPlaces(tmp_path)) as catalog:
        catalog.take_names(store_of(8))
        catalog.put_contents([(SampleId(s), b"", contents_of(mask)) for s, mask in masks.items()])
        found = distances(catalog.columns, 0)
        assert found.dtype == np.float32
        assert found[0] == found[1] == 0
        assert found[:6].tolist() == sorted(found[:6].tolist())
        assert len(set(found[1:6].tolist())) == 5
        assert np.isinf(found[6:]).all()
        assert np.isinf(distances(catalog.columns, 6)).all()
        for row in range(1, 6):
            assert distances(catalog.columns, row)[0] == found[row]


def test_modality_bits_follow_the_order_of_modalities() -> None:
    assert [MODALITY_BIT[modality] for modality in Modality] == [1, 2, 4, 8, 16, 32]

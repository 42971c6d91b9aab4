"""On the licensed samples: both trees open, every value reads cleanly, and the two mask forms agree bit for bit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.faces.sample import Modality
from app.faces.store import SampleStore
from app.formats import detect, open_store


@pytest.fixture(scope="module")
def native(real_data: Path) -> SampleStore:
    return open_store(real_data / "CelebAMask-HQ")


@pytest.fixture(scope="module")
def multi_modal(real_data: Path) -> SampleStore:
    return open_store(real_data / "Multi-Modal-CelebA-HQ")


def test_each_tree_is_recognised_as_itself(real_data: Path) -> None:
    assert [d.layout for d in detect(real_data / "CelebAMask-HQ")][:2] == ["celebamask-hq", "mm-celeba-hq"]
    assert [d.layout for d in detect(real_data / "Multi-Modal-CelebA-HQ")][:2] == ["mm-celeba-hq", "celebamask-hq"]
    assert detect(real_data / "CelebAMask-HQ")[0].confidence == 1.0


def test_the_native_tree_opens_without_a_problem(native: SampleStore) -> None:
    assert (native.layout, len(native.sample_ids), native.sample_ids[0], native.sample_ids[-1]) == (
        "celebamask-hq",
        24,
        "17",
        "27946",
    )
    assert list(native.problems) == []
    assert sum(native.class_bits(s).bit_count() for s in native.sample_ids if native.class_bits(s)) == 308


def test_every_value_of_every_sample_reads_without_a_problem(native: SampleStore, multi_modal: SampleStore) -> None:
    for store in (native, multi_modal):
        for sample in store.sample_ids:
            loaded = [
                store.read_photo(sample),
                store.read_mask(sample),
                store.read_sketch(sample),
                store.read_captions(sample),
                store.read_attributes(sample),
                store.read_pose(sample),
            ]
            assert [p for one in loaded for p in one.problems] == []
            assert [one.read_only for one in loaded if one.read_only] == []


def test_merging_the_class_files_in_official_order_gives_the_original_maps(
    native: SampleStore, multi_modal: SampleStore
) -> None:
    compared = 0
    for sample in native.sample_ids:
        layers, fused = native.read_mask(sample).value, multi_modal.read_mask(sample).value
        assert layers is not None
        assert fused is not None
        assert (layers.exclusive, fused.exclusive) == (False, True)
        assert np.array_equal(layers.to_index_map(), fused.to_index_map())
        compared += 1
    assert compared == 24


def test_class_bits_from_names_are_the_classes_with_pixels(native: SampleStore) -> None:
    for sample in native.sample_ids:
        layers = native.read_mask(sample).value
        assert layers is not None
        assert layers.present == native.class_bits(sample)


def test_both_trees_side_by_side_make_one_dataset(real_data: Path) -> None:
    store = open_store(real_data)
    assert (store.layout, len(store.sample_ids)) == ("mm-celeba-hq", 26)
    assert {name: len(ids) for name, ids in store.splits.items()} == {"train": 19, "test": 7}
    assert sum(store.has(s, Modality.SKETCH) for s in store.sample_ids) == 9
    both = [s for s in store.sample_ids if store.has(s, Modality.MASK) and store.has(s, Modality.CAPTIONS)]
    assert len(both) == 24
    assert store.class_bits(both[0]) == store.read_mask(both[0]).value.present  # type: ignore[union-attr]


def test_tables_say_what_the_release_says(native: SampleStore) -> None:
    sample = native.sample_ids[0]
    attributes, pose = native.read_attributes(sample).value, native.read_pose(sample).value
    assert attributes is not None
    assert pose is not None
    assert (len(attributes), attributes["Male"]) == (40, attributes.values_[20])
    assert (pose.yaw, pose.pitch, pose.roll) == (10.215385, -8.551247, -1.3537674)

"""Splits are the right ones, the same every time, and what belongs together is on one side."""

from __future__ import annotations

import io
import json
import random
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from app.faces.errors import ExportError
from app.faces.sample import SampleId
from app.faces.store import SampleStore
from app.formats import open_store
from app.jobs import Cancelled, Silent
from app.workbench.split_files import read_split_file
from app.workbench.split_making import deal, joined
from app.workbench.split_photos import duplicates_among
from app.workbench.splitting import SplitOptions, official_split, splits_for
from tests.tiny_dataset import EVERYTHING, write

TABLE = "CelebAMask-HQ-attribute-anno.txt"
MAPPING = "CelebA-HQ-to-CelebA-mapping.txt"


def ids(*names: object) -> list[SampleId]:
    return [SampleId(str(name)) for name in names]


@pytest.fixture
def tiny(tmp_path: Path) -> SampleStore:
    return open_store(write(tmp_path / "data", EVERYTHING))


def face(number: int, *, quality: int = 92, side: int = 128, light: float = 1.0) -> bytes:
    """A picture that only its number decides."""
    chance = np.random.default_rng(number)
    coarse = chance.integers(0, 256, (6, 6, 3), dtype=np.uint8)
    picture = Image.fromarray(coarse).resize((side, side), Image.Resampling.BICUBIC)
    buffer = io.BytesIO()
    picture.point(lambda value: int(value * light)).save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def many(folder: Path, photos: Mapping[int, bytes], attributes: Mapping[int, Mapping[str, int]]) -> SampleStore:
    names = sorted({name for values in attributes.values() for name in values}) or ["Male"]
    rows = [f"{n}.jpg  " + " ".join(str(attributes.get(n, {}).get(name, -1)) for name in names) for n in photos]
    files = {f"CelebA-HQ-img/{n}.jpg": data for n, data in photos.items()}
    files[TABLE] = "\n".join((str(len(rows)), " ".join(names), *rows, "")).encode()
    return open_store(write(folder, files), layout="celebamask-hq")


def test_the_datasets_own_split_is_kept(tiny: SampleStore) -> None:
    plan = splits_for(tiny, tiny.sample_ids, SplitOptions())
    assert plan.of == {"0": "test", "17": "train"}
    assert plan.sizes == {"train": 1, "test": 1}
    assert plan.notes == ("samples in none of the dataset's splits: 2001 (1)",)


def test_no_split_is_no_split(tiny: SampleStore) -> None:
    assert splits_for(tiny, tiny.sample_ids, SplitOptions(mode="none")).of == {}


def test_official_thresholds_count_from_one() -> None:
    numbers = (1, 162_770, 162_771, 182_637, 182_638, 202_599)
    assert [official_split(number) for number in numbers] == ["train", "train", "val", "val", "test", "test"]


def test_official_split_of_the_whole_set_has_the_published_sizes(real_data: Path, tmp_path: Path) -> None:
    store = many(tmp_path / "data", {0: face(0)}, {})
    table = str(real_data / "CelebAMask-HQ" / MAPPING)
    plan = splits_for(store, ids(*range(30_000)), SplitOptions(mode="official", mapping=table))
    assert plan.sizes == {"train": 24_183, "val": 2_993, "test": 2_824}
    assert [plan.of[SampleId(n)] for n in "012"] == ["train", "train", "test"]


def test_official_split_comes_from_the_datasets_own_mapping(tiny: SampleStore) -> None:
    plan = splits_for(tiny, tiny.sample_ids, SplitOptions(mode="official"))
    assert plan.of == {"17": "train"}
    assert plan.notes == ("samples without a number in CelebA and so in no official split: 0, 2001 (2)",)


def test_numbers_that_celeba_does_not_have_are_in_no_official_split(tmp_path: Path) -> None:
    rows = "0 -1 000000.jpg\n1 0 000001.jpg\n2 202599 202600.jpg\n"
    table = {MAPPING: f"idx orig_idx orig_file\n{rows}".encode()}
    store = many(write(tmp_path / "data", table), {n: face(n) for n in range(3)}, {})
    assert splits_for(store, store.sample_ids, SplitOptions(mode="official")).of == {"1": "train"}


def test_official_split_without_a_mapping_says_what_is_missing(tmp_path: Path) -> None:
    store = many(tmp_path / "data", {0: face(0)}, {})
    with pytest.raises(ExportError, match="name CelebA-HQ-to-CelebA-mapping"):
        splits_for(store, store.sample_ids, SplitOptions(mode="official"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("s.csv", "id,split\n0,train\n17.jpg,test\n"),
        ("s.csv", "0,train\n00017,test\n"),
        ("s.csv", "\ufeffidx,split\n0,0\n17,2\n"),
        ("s.csv", "split,file_name\r\ntrain,0.jpg\r\ntest,images/17.jpg\r\n"),
        ("s.json", json.dumps({"train": ["0"], "test": [17]})),
        ("s.json", json.dumps({"0": "train", "17": "test"})),
        ("s.json", json.dumps([{"image_id": 0, "split": "train"}, {"image_id": "17", "split": "test"}])),
    ],
)
def test_a_split_comes_from_a_file(tmp_path: Path, tiny: SampleStore, name: str, content: str) -> None:
    file = tmp_path / name
    file.write_text(content, "utf-8", newline="")
    plan = splits_for(tiny, ids(0, 17), SplitOptions(mode="file", file=str(file)))
    assert plan.of == {"0": "train", "17": "test"}
    assert plan.notes == ()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("id,split\n0,train\n0,test\n", "in train and in test"),
        ("id,split\n0\n", "line 2"),
        ('{"train": [0', "no list of ids and splits"),
        ("[1, 2]", "no list of ids and splits"),
        ('[{"who": 1, "split": "train"}]', "no list of ids and splits"),
        ("id,split\n0,../../etc\n", "no name for a split"),
        ("id,split\n0,.hidden\n", "no name for a split"),
    ],
)
def test_a_split_file_that_is_none_is_named(tmp_path: Path, tiny: SampleStore, content: str, says: str) -> None:
    file = tmp_path / "splits"
    file.write_text(content)
    with pytest.raises(ExportError, match=says):
        splits_for(tiny, ids(0), SplitOptions(mode="file", file=str(file)))


def test_ids_that_only_one_side_knows_are_counted(tmp_path: Path, tiny: SampleStore) -> None:
    file = tmp_path / "splits.csv"
    file.write_text("0,train\n99,test\n")
    plan = splits_for(tiny, ids(0, 17), SplitOptions(mode="file", file=str(file)))
    assert plan.notes == (
        "samples not in splits.csv and so in no split: 17 (1)",
        "ids of the split file that are not exported: 99 (1)",
    )


def test_a_missing_file_is_named(tiny: SampleStore, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="there is no file"):
        splits_for(tiny, ids(0), SplitOptions(mode="file", file=str(tmp_path / "none.csv")))
    with pytest.raises(ExportError, match="needs the file"):
        splits_for(tiny, ids(0), SplitOptions(mode="file"))
    with pytest.raises(ExportError, match="there is no split called fancy"):
        splits_for(tiny, ids(0), SplitOptions(mode="fancy"))


@pytest.mark.parametrize(
    "ratio", ["train", "train=x", "train=1.2.3", "a/b=1", "=1", ".x=1", "train=-1", f"train={'9' * 400}"]
)
def test_shares_that_are_none_are_refused(tiny: SampleStore, ratio: str) -> None:
    with pytest.raises(ExportError):
        splits_for(tiny, ids(0), SplitOptions(mode="new", ratios=(ratio,), duplicates=False))


def test_a_new_split_is_exact_seeded_and_without_regard_to_order(tmp_path: Path) -> None:
    store = many(tmp_path / "data", {n: face(0) for n in range(40)}, {})
    options = SplitOptions(mode="new", duplicates=False)
    samples = list(store.sample_ids)
    plan = splits_for(store, samples, options)
    assert plan.sizes == {"train": 32, "val": 4, "test": 4}
    assert splits_for(store, samples[::-1], options).of == plan.of
    assert splits_for(store, samples, SplitOptions(mode="new", duplicates=False, seed=1)).of != plan.of


def test_attributes_are_in_equal_shares(tmp_path: Path) -> None:
    values = {n: {"Male": 1 if n % 4 == 0 else -1, "Wearing_Hat": 1 if n % 20 == 0 else -1} for n in range(200)}
    store = many(tmp_path / "data", {n: face(0) for n in values}, values)
    options = SplitOptions(mode="new", stratify=("Male", "Wearing_Hat"), duplicates=False)
    plan = splits_for(store, store.sample_ids, options)
    assert plan.sizes == {"train": 160, "val": 20, "test": 20}
    assert plan.attributes == {
        "train": {"Male": 40, "Wearing_Hat": 8},
        "val": {"Male": 5, "Wearing_Hat": 1},
        "test": {"Male": 5, "Wearing_Hat": 1},
    }
    assert "Male: train 25.0%, val 25.0%, test 25.0%" in plan.report()


def test_an_attribute_that_is_none_is_named(tiny: SampleStore) -> None:
    with pytest.raises(ExportError, match="no attribute Mael"):
        splits_for(tiny, tiny.sample_ids, SplitOptions(mode="new", stratify=("Mael",), duplicates=False))


def test_copies_of_a_photo_stay_together(tmp_path: Path) -> None:
    photos = {n: face(n) for n in range(12)}
    photos |= {20: face(0), 21: face(1, quality=30), 22: face(2, side=64), 23: face(3, light=0.7), 24: face(0)}
    store = many(tmp_path / "data", photos, {})
    found = duplicates_among(store, store.sample_ids, Silent())
    assert sorted(map(sorted, found.groups)) == [["0", "20", "24"], ["1", "21"], ["2", "22"], ["23", "3"]]
    for seed in range(10):
        plan = splits_for(store, store.sample_ids, SplitOptions(mode="new", ratios=("a=1", "b=1"), seed=seed))
        assert all(len({plan.of[sample] for sample in group}) == 1 for group in found.groups)
    assert plan.together == {"copies of one photo": 4}


def test_a_photo_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    store = many(tmp_path / "data", {0: face(0), 1: b"no photo"}, {})
    found = duplicates_among(store, store.sample_ids, Silent())
    assert (found.groups, found.notes) == ([], ("photos that cannot be read and so not compared: 1 (1)",))


def test_comparing_photos_is_cancelled(tmp_path: Path) -> None:
    store = many(tmp_path / "data", {n: face(n) for n in range(3)}, {})
    steps: list[str] = []

    class Impatient:
        def report(self, done: int, total: int, note: str = "") -> None:
            steps.append(f"{done} of {total}: {note}")
            if len(steps) == 2:
                raise Cancelled

    with pytest.raises(Cancelled):
        splits_for(store, store.sample_ids, SplitOptions(mode="new"), Impatient())
    assert steps == ["0 of 3: comparing photos", "0 of 3: comparing photos with each other"]


def test_different_photos_are_not_taken_for_copies(real_data: Path) -> None:
    store = open_store(real_data / "CelebAMask-HQ", layout="celebamask-hq")
    assert duplicates_among(store, store.sample_ids, Silent()).groups == []


def test_photos_of_one_person_stay_together(tmp_path: Path) -> None:
    root = tmp_path / "data"
    rows = "".join(f"{n:<11}{n + 100:<11}{n + 101:06d}.jpg\n" for n in range(20))
    write(root, {MAPPING: ("idx        orig_idx   orig_file\n" + rows).encode()})
    store = many(root, {n: face(n) for n in range(21)}, {})
    people = tmp_path / "identity_CelebA.txt"
    people.write_text("".join(f"{n + 101:06d}.jpg {n % 5}\n" for n in range(19)))
    for seed in range(5):
        options = SplitOptions(mode="new", ratios=("a=2", "b=1"), identities=str(people), seed=seed, duplicates=False)
        plan = splits_for(store, store.sample_ids, options)
        assert all(len({plan.of[SampleId(str(n))] for n in range(start, 19, 5)}) == 1 for start in range(5))
        assert len(plan.of) == 21
    assert plan.together == {"one identity": 5}
    assert plan.notes == ("samples whose identity is not known, each taken for a person of its own: 19, 20 (2)",)


@settings(max_examples=150, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 5), max_size=40),
    shares=st.lists(st.integers(0, 9), min_size=1, max_size=4).filter(any),
    seed=st.integers(0, 5),
    values=st.randoms(use_true_random=False),
)
def test_dealing_keeps_groups_whole_and_sizes_close(
    sizes: list[int], shares: list[int], seed: int, values: random.Random
) -> None:
    groups, samples = [], []
    for size in sizes:
        groups.append(ids(*range(len(samples), len(samples) + size)))
        samples += groups[-1]
    claims = {sample: {"a": values.choice((1, -1, 0)), "b": values.choice((1, -1))} for sample in samples}
    parts = {f"s{at}": share / sum(shares) for at, share in enumerate(shares)}
    of = deal(groups, claims, parts, random.Random(seed))
    assert of.keys() == set(samples)
    assert all(len({of[sample] for sample in group}) == 1 for group in groups)
    assert of == deal(groups, claims, parts, random.Random(seed))
    largest = max(sizes, default=1)
    counts = Counter(of.values())
    for split, share in parts.items():
        assert abs(counts[split] - share * len(samples)) < 1 + (largest - 1) * len(parts)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.lists(st.lists(st.integers(0, 20), min_size=1, max_size=4), max_size=6), max_size=3),
)
def test_joining_is_transitive_and_loses_nobody(reasons: list[list[list[int]]]) -> None:
    samples = ids(*range(21))
    groups = joined(samples, [[ids(*group) for group in reason] for reason in reasons])
    assert sorted(sample for group in groups for sample in group) == sorted(samples)
    place = {sample: at for at, group in enumerate(groups) for sample in group}
    for reason in reasons:
        for group in reason:
            assert len({place[SampleId(str(n))] for n in group}) == 1
    linked = sum(1 for group in groups if len(group) > 1)
    assert linked <= sum(len(reason) for reason in reasons)


def test_a_split_file_from_a_link_is_read_as_what_it_links_to(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_text("0,train\n")
    (tmp_path / "link.csv").symlink_to("real.csv")
    assert read_split_file(tmp_path / "link.csv") == {"0": "train"}

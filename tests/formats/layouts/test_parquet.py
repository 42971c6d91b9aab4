"""Parquet uploads as people publish them: columns by feature and name, ids by column and path, never by position."""

from __future__ import annotations

import json
import random
import struct
import zlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.faces.classes import SCHEME_BY_NAME
from app.faces.errors import LayoutError
from app.faces.sample import Modality, SampleId
from app.formats.layouts import parquet_rows
from app.formats.layouts.huggingface import chosen_files
from app.formats.layouts.parquet_rows import Kept
from app.formats.registry import detect, open_store
from tests.formats.drawn import jpeg, png, square

pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed: pip install 'facewright[parquet]'")
pq = pytest.importorskip("pyarrow.parquet")

IMAGE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
NOTED = {"_type": "Image"}


def index_map(number: int, hair: int) -> bytes:
    values = np.zeros((32, 32), np.uint8)
    values[number % 8 : number % 8 + 8, 4:12] = hair
    return png(values)


def cell(data: bytes | None, path: str | None = None) -> dict[str, Any]:
    return {"bytes": data, "path": path}


def upload(
    path: Path, columns: Mapping[str, tuple[Any, Sequence[Any]]], *, noted: bool = True, group: int = 100
) -> Path:
    """A parquet file of the columns (type, values); ``noted``: with the features that ``datasets`` writes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    schema = pa.schema([(name, kind) for name, (kind, _) in columns.items()])
    features = {name: NOTED if kind == IMAGE else {"dtype": str(kind)} for name, (kind, _) in columns.items()}
    if noted:
        schema = schema.with_metadata({"huggingface": json.dumps({"info": {"features": features}})})
    table = pa.table([pa.array(values, kind) for kind, values in columns.values()], schema=schema)
    pq.write_table(table, path, row_group_size=group)
    return path


def messages(store: Any) -> str:
    return " ".join(problem.message for problem in store.problems)


def test_the_upload_of_v_xchen_v(tmp_path: Path) -> None:
    """Features image and label, an order of its own in id2label.json, rows in no order, names in paths if at all."""
    order = SCHEME_BY_NAME["v-xchen-v"].order
    numbers = [17, 4, 29999, 0]
    for shard in range(2):
        rows = numbers[2 * shard : 2 * shard + 2]
        columns = {
            "image": (IMAGE, [cell(jpeg(), f"{number}.jpg") for number in rows]),
            "label": (IMAGE, [cell(index_map(number, order.index("hair"))) for number in rows]),
        }
        upload(tmp_path / f"data/train-0000{shard}-of-00002.parquet", columns)
    (tmp_path / "id2label.json").write_text(json.dumps({str(value): name for value, name in enumerate(order)}))
    assert detect(tmp_path)[0].layout == "huggingface"
    store = open_store(tmp_path)
    assert store.sample_ids == ("0", "4", "17", "29999")
    assert store.scheme.name == "v-xchen-v"
    assert store.splits == {"train": ["17", "4", "29999", "0"]}
    for number in numbers:
        mask = store.read_mask(SampleId(str(number))).value
        assert np.array_equal(mask.layer("hair"), square(number % 8, 4))
    assert store.problems == []


def test_without_ids_nothing_is_paired(tmp_path: Path) -> None:
    columns = {"image": (IMAGE, [cell(jpeg())] * 3), "label": (IMAGE, [cell(index_map(n, 13)) for n in range(3)])}
    upload(tmp_path / "data/train-00000-of-00001.parquet", columns)
    store = open_store(tmp_path)
    assert store.sample_ids == ("row-train-0", "row-train-1", "row-train-2")
    assert "cannot be paired with those of CelebA-HQ" in messages(store)


def test_the_upload_of_frsecm(tmp_path: Path) -> None:
    """image_id, image and annotation; a seeded split; mask files called N_gt.png."""
    order = SCHEME_BY_NAME["frsecm"].order
    for split, numbers in (("train", [9, 3]), ("test", [5])):
        columns = {
            "image_id": (pa.string(), [str(number) for number in numbers]),
            "image": (IMAGE, [cell(jpeg(), "image.jpg") for _ in numbers]),
            "annotation": (IMAGE, [cell(index_map(n, order.index("hair")), f"{n}_gt.png") for n in numbers]),
        }
        upload(tmp_path / f"data/{split}-00000-of-00001.parquet", columns)
    store = open_store(tmp_path, scheme="frsecm")
    assert store.sample_ids == ("3", "5", "9")
    assert {split: list(ids) for split, ids in store.splits.items()} == {"test": ["5"], "train": ["9", "3"]}
    assert np.array_equal(store.read_mask(SampleId("9")).value.layer("hair"), square(1, 4))


def test_the_upload_of_eurecom(tmp_path: Path) -> None:
    """image and mask in three splits of the original partition, the class order told by nobody."""
    for split, numbers in (("train", [1, 2]), ("validation", [7]), ("test", [8])):
        columns = {
            "image": (IMAGE, [cell(jpeg(), f"{number}.jpg") for number in numbers]),
            "mask": (IMAGE, [cell(index_map(number, 13)) for number in numbers]),
        }
        upload(tmp_path / f"data/{split}-00000-of-00001-0123456789abcdef.parquet", columns)
    store = open_store(tmp_path)
    assert store.sample_ids == ("1", "2", "7", "8")
    assert set(store.splits) == {"train", "validation", "test"}
    assert "the class order of" in messages(store)
    assert "--scheme" in messages(store)


def test_the_upload_of_pogzyb(tmp_path: Path) -> None:
    """Fewer classes, named by an id2label.json."""
    labels = {"0": "background", "1": "skin", "2": "hair"}
    columns = {
        "image": (IMAGE, [cell(jpeg(), "3.jpg")]),
        "label": (IMAGE, [cell(index_map(0, 2))]),
    }
    upload(tmp_path / "data/validation-00000-of-00001.parquet", columns)
    (tmp_path / "id2label.json").write_text(json.dumps(labels))
    store = open_store(tmp_path)
    assert store.scheme.order == ("background", "skin", "hair")
    assert store.read_mask(SampleId("3")).value.areas()["hair"] == 64


def test_photos_alone_with_a_plain_bytes_column(tmp_path: Path) -> None:
    """256 px photos, no features noted: the type and the name tell."""
    columns = {"image": (pa.binary(), [jpeg()]), "file_name": (pa.string(), ["imgs/00012.jpg"])}
    upload(tmp_path / "train.parquet", columns, noted=False)
    store = open_store(tmp_path / "train.parquet")
    assert store.sample_ids == ("12",)
    assert store.read_photo(SampleId("12")).value.shape == (64, 64, 3)
    assert not store.has(SampleId("12"), Modality.MASK)


def test_captions_attributes_and_sketches_by_their_names(tmp_path: Path) -> None:
    columns = {
        "image": (IMAGE, [cell(jpeg(), "1.jpg"), cell(jpeg(), "2.jpg")]),
        "sketch_image": (IMAGE, [cell(jpeg("L"), "1.png"), None]),
        "text": (pa.list_(pa.string()), [["One.", "Two\nlines."], None]),
        "Smiling": (pa.int8(), [1, -1]),
        "male": (pa.int8(), [0, 1]),
        "yaw": (pa.float64(), [1.5, None]),
    }
    upload(tmp_path / "data/train-00000-of-00001.parquet", columns)
    store = open_store(tmp_path)
    one, two = SampleId("1"), SampleId("2")
    assert store.read_captions(one).value.texts == ("One.", "Two lines.")
    assert not store.has(two, Modality.CAPTIONS)
    assert dict(store.read_attributes(one).value) == {"Smiling": True, "Male": None}
    assert dict(store.read_attributes(two).value) == {"Smiling": False, "Male": True}
    assert store.read_pose(one).value.yaw == 1.5
    assert not store.has(two, Modality.POSE)
    assert [store.has(sample, Modality.SKETCH) for sample in (one, two)] == [True, False]


def test_zero_is_no_where_nobody_wrote_minus_one(tmp_path: Path) -> None:
    columns = {"image": (IMAGE, [cell(jpeg(), "1.jpg")]), "Smiling": (pa.int64(), [0]), "Male": (pa.int64(), [1])}
    upload(tmp_path / "train.parquet", columns)
    assert dict(open_store(tmp_path).read_attributes(SampleId("1")).value) == {"Smiling": False, "Male": True}


def test_a_path_without_bytes_says_what_happened(tmp_path: Path) -> None:
    upload(tmp_path / "train.parquet", {"image": (IMAGE, [cell(None, "/home/me/17.jpg")])})
    loaded = open_store(tmp_path).read_photo(SampleId("17"))
    assert loaded.value is None
    assert "holds only the path /home/me/17.jpg, not the picture" in loaded.problems[0].message


def test_ids_that_two_splits_have_tell_the_split(tmp_path: Path) -> None:
    for split in ("test", "train"):
        upload(tmp_path / f"{split}-00000-of-00001.parquet", {"image": (IMAGE, [cell(jpeg(), "0.jpg")])})
    store = open_store(tmp_path)
    assert store.sample_ids == ("0", "train__0")
    assert "ids that two splits have" in messages(store)


def test_a_column_that_tells_nothing_is_no_id(tmp_path: Path) -> None:
    columns = {"id": (pa.int64(), [1, 1, 1]), "image": (IMAGE, [cell(jpeg(), f"{n}.jpg") for n in (7, 8, 9)])}
    upload(tmp_path / "train.parquet", columns)
    assert open_store(tmp_path).sample_ids == ("7", "8", "9")


@pytest.mark.parametrize("group", [1, 7, 100])
def test_every_row_is_found_whatever_the_row_groups(
    group: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = list(range(40))
    columns = {
        "image": (IMAGE, [cell(jpeg(size=(16 + n, 16)), f"{n}.jpg") for n in rows]),
        "mask": (IMAGE, [cell(index_map(n, 13)) for n in rows]),
    }
    upload(tmp_path / "train.parquet", columns, group=group)
    # As if the groups were too large to be decoded at once, and nothing could be kept.
    monkeypatch.setattr(parquet_rows, "WHOLE_GROUP", 5000)
    monkeypatch.setattr(parquet_rows, "BATCH", 3)
    store = open_store(tmp_path, scheme="celebamask-hq")
    for number in (39, 0, 20, 3, 21, 38):
        assert store.read_photo(SampleId(str(number))).value.shape == (16, 16 + number, 3)
        assert np.array_equal(store.read_mask(SampleId(str(number))).value.layer("hair"), square(number % 8, 4))


def test_rows_are_read_from_many_threads_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    columns = {"image": (IMAGE, [cell(jpeg(size=(16 + n, 16)), f"{n}.jpg") for n in range(60)])}
    upload(tmp_path / "train.parquet", columns, group=7)
    store = open_store(tmp_path)
    wanted = random.Random(0).choices(store.sample_ids, k=400)
    with ThreadPoolExecutor(8) as pool:
        widths = list(pool.map(lambda sample: store.read_photo(sample).value.shape[1], wanted))
    assert widths == [16 + int(sample) for sample in wanted]


def test_pictures_are_measured_before_they_are_decoded(tmp_path: Path) -> None:
    huge = bytearray(png(np.zeros((8, 8), np.uint8)))
    huge[16:24] = struct.pack(">II", 100_000, 100_000)
    huge[29:33] = struct.pack(">I", zlib.crc32(huge[12:29]))
    columns = {"image": (IMAGE, [cell(bytes(huge), "1.png")]), "mask": (IMAGE, [cell(bytes(huge), "1.png")])}
    upload(tmp_path / "train.parquet", columns)
    store = open_store(tmp_path, scheme="celebamask-hq")
    for loaded in (store.read_photo(SampleId("1")), store.read_mask(SampleId("1"))):
        assert loaded.value is None
        assert "100000×100000" in loaded.problems[0].message.replace(",", "")


def test_what_is_kept_stays_within_its_bytes() -> None:
    kept = Kept(limit=100)
    made = []

    def make(number: int) -> np.ndarray:
        made.append(number)
        return np.zeros(40, np.uint8)

    for number in (0, 1, 0, 2, 0, 1):
        kept.get(number, lambda number=number: make(number))
    assert made == [0, 1, 2, 1]


def test_one_configuration_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    for config in ("1024", "256"):
        upload(tmp_path / config / "train/0000.parquet", {"image": (IMAGE, [cell(jpeg(), "0.jpg")])})
    store = open_store(tmp_path)
    assert store.splits == {"train": ["0"]}
    assert "other configurations of the dataset, not read; open one by itself: 256 (1)" in messages(store)


def test_configuration_and_split_are_in_the_path() -> None:
    paths = [
        "data/train-00000-of-00002.parquet",
        "data/train-00001-of-00002.parquet",
        "data/test-00000-of-00001.parquet",
    ]
    assert chosen_files(paths, "x") == ([(path, path[5:].partition("-")[0]) for path in paths], [])
    assert chosen_files(["default/train/0000.parquet", "other/train/0000.parquet"], "x") == (
        [("default/train/0000.parquet", "train")],
        ["other"],
    )
    assert chosen_files(["validation.parquet"], "x") == ([("validation.parquet", "validation")], [])
    assert chosen_files([""], "test-00000-of-00001.parquet") == ([("", "test")], [])


def test_tables_without_pictures_are_no_dataset_of_faces(tmp_path: Path) -> None:
    upload(tmp_path / "table.parquet", {"a": (pa.int64(), [1]), "image": (pa.string(), ["1.jpg"])})
    assert {found.layout: found.confidence for found in detect(tmp_path)}["huggingface"] == 0
    with pytest.raises(LayoutError, match="no column holds pictures; it has a, image"):
        open_store(tmp_path, layout="huggingface")


def test_damaged_shards_are_named_and_the_others_read(tmp_path: Path) -> None:
    good = upload(tmp_path / "train-00000-of-00003.parquet", {"image": (IMAGE, [cell(jpeg(), "0.jpg")])})
    (tmp_path / "train-00001-of-00003.parquet").write_bytes(good.read_bytes()[:-100])
    upload(
        tmp_path / "train-00002-of-00003.parquet", {"image": (IMAGE, [cell(jpeg(), "1.jpg")]), "x": (pa.int8(), [1])}
    )
    store = open_store(tmp_path)
    assert store.sample_ids == ("0",)
    assert "train-00001-of-00003.parquet cannot be read as parquet" in messages(store)
    assert "train-00002-of-00003.parquet: its columns are not those of train-00000" in messages(store)


@pytest.mark.parametrize("at", [4, 200, -200, -40, -9])
def test_a_flipped_bit_is_an_error_with_a_name_or_nothing(at: int, tmp_path: Path) -> None:
    path = upload(tmp_path / "train.parquet", {"image": (IMAGE, [cell(jpeg(), f"{n}.jpg") for n in range(4)])})
    data = bytearray(path.read_bytes())
    data[at] ^= 0xFF
    path.write_bytes(data)
    refused = ""
    try:
        store = open_store(tmp_path, layout="huggingface")
        loaded = [store.read_photo(each) for each in store.sample_ids]
    except LayoutError as error:
        refused = str(error)
    assert "train.parquet" in refused or all(each.value is not None or each.problems for each in loaded)


def test_pyarrow_that_is_missing_is_named_with_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    upload(tmp_path / "train.parquet", {"image": (IMAGE, [cell(jpeg(), "0.jpg")])})
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(LayoutError, match=r"pip install 'facewright\[parquet\]'"):
        open_store(tmp_path, layout="huggingface")

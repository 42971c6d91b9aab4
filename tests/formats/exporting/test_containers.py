"""Containers are opened by the libraries they are made for, and hold what they say: bytes, ids, captions, splits."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import tarfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.faces.errors import ExportError
from app.faces.sample import Modality, SampleId
from app.faces.store import SampleStore
from app.formats.exporting.options import from_json
from app.formats.exporting.protocol import ExportItem
from app.formats.exporting.registry import export_format
from app.formats.exporting.shards import Shards, split_names
from app.formats.registry import open_store
from tests.formats.drawn import MULTI_MODAL, jpeg, png, square
from tests.formats.exporting.run import Exported, export
from tests.tiny_dataset import EVERYTHING, write

NO_SKETCH = {Modality.PHOTO, Modality.MASK, Modality.CAPTIONS}
SPLITS = {"0": "train", "17": "train", "2001": "test"}


@pytest.fixture
def store(tmp_path: Path) -> SampleStore:
    return open_store(write(tmp_path / "faces", EVERYTHING))


@pytest.fixture
def datasets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Hugging Face's library, offline and with a cache of its own."""
    for name, value in (("HF_HOME", str(tmp_path / "hf")), ("HF_HUB_OFFLINE", "1"), ("HF_DATASETS_OFFLINE", "1")):
        monkeypatch.setenv(name, value)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        library = pytest.importorskip("datasets", reason="datasets is not installed; it comes with the test extra")
        library.disable_progress_bars()
        yield library


def written(name: str, store: SampleStore, folder: Path, splits: Any = None, **options: Any) -> Exported:
    chosen = export_format(name)
    document = {key: sorted(m.value for m in value) if key == "include" else value for key, value in options.items()}
    return export(chosen, store, None, from_json(chosen.options, document), folder, splits=splits)


def loaded(datasets: Any, *arguments: Any, tmp_path: Path, **options: Any) -> Any:
    return datasets.load_dataset(*arguments, cache_dir=str(tmp_path / "cache"), **options)


def layers_of(row: dict[str, Any], names: str) -> dict[str, np.ndarray]:
    return {each["class"]: np.array(each["png"]) > 0 for each in row[names]}


def test_datasets_loads_the_parquet_export_with_types(store: SampleStore, datasets: Any, tmp_path: Path) -> None:
    exported = written("huggingface", store, tmp_path / "out", SPLITS, masks="both", shard_samples=1)
    assert [file.path for file in exported.files] == [
        "data/train-00000-of-00002.parquet",
        "data/train-00001-of-00002.parquet",
        "data/test-00000-of-00001.parquet",
        "README.md",
        "id2label.json",
    ]
    found = loaded(datasets, str(tmp_path / "out"), tmp_path=tmp_path)
    assert {split: found[split]["image_id"][:] for split in found} == {"train": ["0", "17"], "test": ["2001"]}
    row = found["train"][1]
    assert row["image"].format == "JPEG"
    assert row["sketch"].size == (32, 32)
    assert row["captions"] == list(store.read_captions(SampleId("17")).value.texts)
    assert row["celeba_file"] == "000042.jpg"
    assert row["pose"] == {"yaw": 1.0, "pitch": 2.0, "roll": 3.0}
    assert (row["Young"], row["Bald"]) == (True, False)
    mask = store.read_mask(SampleId("17")).value
    layers = layers_of(row, "class_masks")
    assert layers.keys() == {"skin", "l_eye", "hair"}
    assert all(np.array_equal(layer, mask.layer(name)) for name, layer in layers.items())
    assert np.array_equal(np.array(row["mask"]), mask.to_index_map())
    types = found["train"].features
    assert types["captions"].feature.dtype == "string"
    assert types["Smiling"].dtype == "bool"


def test_pictures_of_the_parquet_export_are_the_files_and_have_plain_names(store: SampleStore, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    written("huggingface", store, tmp_path / "out")
    table = parquet.read_table(tmp_path / "out/data/train-00000-of-00001.parquet")
    cells = table.column("image").to_pylist()
    assert [each["path"] for each in cells] == ["0.jpg", "17.jpg", "2001.jpg"]
    assert [each["bytes"] for each in cells] == [EVERYTHING[f"CelebA-HQ-img/{n}.jpg"] for n in (0, 17, 2001)]
    assert str(tmp_path) not in str(table.schema.metadata)


def test_the_card_alone_tells_the_types_too(store: SampleStore, datasets: Any, tmp_path: Path) -> None:
    written("huggingface", store, tmp_path / "out", SPLITS)
    parquet = pytest.importorskip("pyarrow.parquet")
    for path in (tmp_path / "out/data").iterdir():
        parquet.write_table(parquet.read_table(path).replace_schema_metadata(None), path)
    found = loaded(datasets, str(tmp_path / "out"), tmp_path=tmp_path)
    assert found["test"][0]["image"].size == (64, 64)
    assert layers_of(found["test"][0], "class_masks").keys() == {"skin"}


def test_pyarrow_that_is_missing_is_named_with_the_extra(
    store: SampleStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    with pytest.raises(ExportError, match=r"pip install 'facewright\[parquet\]'"):
        written("huggingface", store, tmp_path / "out")
    assert export_format("huggingface").extra == "parquet"


def test_datasets_loads_the_imagefolder(store: SampleStore, datasets: Any, tmp_path: Path) -> None:
    exported = written(
        "imagefolder", store, tmp_path / "out", {"0": "test", "17": "train", "2001": "train"}, masks="both"
    )
    found = loaded(datasets, str(tmp_path / "out/train"), tmp_path=tmp_path)
    assert found["train"]["image_id"][:] == ["17", "2001"]
    row = found["train"][0]
    # Sample 0 has no sketch, and JSON has no type for a column of nothing.
    assert exported.counts == {
        "rows of test without sketch_file_name, so that datasets loads the splits one by one only": 1,
        "rows of test without celeba_file, so that datasets loads the splits one by one only": 1,
    }
    mask = store.read_mask(SampleId("17")).value
    assert np.array_equal(np.array(row["mask"]), mask.to_index_map())
    assert row["class_names"] == ["skin", "l_eye", "hair"]
    for name, picture in zip(row["class_names"], row["class_mask"], strict=True):
        assert np.array_equal(np.array(picture) > 0, mask.layer(name))
    assert row["captions"] == list(store.read_captions(SampleId("17")).value.texts)
    assert row["attributes"]["Young"] is True
    assert row["sketch"].size == (32, 32)


def test_datasets_loads_the_splits_of_an_imagefolder(datasets: Any, tmp_path: Path) -> None:
    store = open_store(write(tmp_path / "faces", MULTI_MODAL))
    exported = written("imagefolder", store, tmp_path / "out", {"0": "fold_2", "17": "train"}, include=NO_SKETCH)
    assert exported.counts == {}
    for name in ("manifest.json", "report.json", "report.txt"):
        (tmp_path / "out" / name).write_text("{}")
    found = loaded(datasets, str(tmp_path / "out"), tmp_path=tmp_path)
    assert {split: found[split]["image_id"][:] for split in found} == {"train": ["17"], "fold_2": ["0"]}


def test_the_imagefolder_names_every_file_in_its_row(store: SampleStore, tmp_path: Path) -> None:
    exported = written("imagefolder", store, tmp_path / "out", SPLITS)
    named = set()
    for split in ("train", "test"):
        for line in (tmp_path / "out" / split / "metadata.jsonl").read_text().splitlines():
            row = json.loads(line)
            paths = [row["file_name"], *row["class_mask_file_names"], row["sketch_file_name"]]
            named |= {f"{split}/{path}" for path in paths if path}
    assert {file.path for file in exported.files} == {
        *named,
        "train/metadata.jsonl",
        "test/metadata.jsonl",
        "README.md",
    }


def test_webdataset_streams_the_shards(store: SampleStore, tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        webdataset = pytest.importorskip("webdataset", reason="webdataset is not installed; see the test extra")
        written("webdataset", store, tmp_path / "out", SPLITS, masks="both", shard_samples=1)
        urls = sorted(str(path) for path in (tmp_path / "out").glob("train-*.tar"))
        assert len(urls) == 2
        rows = list(webdataset.WebDataset(urls, shardshuffle=False))
    assert [row["__key__"] for row in rows] == ["0", "17"]
    row = rows[1]
    assert row["jpg"] == EVERYTHING["CelebA-HQ-img/17.jpg"]
    mask = store.read_mask(SampleId("17")).value
    assert np.array_equal(np.array(Image.open(io.BytesIO(row["mask.png"]))), mask.to_index_map())
    for name in ("skin", "l_eye", "hair"):
        assert np.array_equal(np.array(Image.open(io.BytesIO(row[f"{name}.png"]))) > 0, mask.layer(name))
    assert row["txt"].decode().splitlines() == list(store.read_captions(SampleId("17")).value.texts)
    facts = json.loads(row["json"])
    assert facts["image_id"] == "17"
    assert facts["attributes"]["Young"] is True


def test_datasets_streams_shards_with_index_maps(datasets: Any, tmp_path: Path) -> None:
    store = open_store(write(tmp_path / "faces", MULTI_MODAL))
    written("webdataset", store, tmp_path / "out", masks="index", include={Modality.PHOTO, Modality.MASK})
    (tmp_path / "out/manifest.json").write_text("{}")
    found = loaded(datasets, str(tmp_path / "out"), tmp_path=tmp_path)
    assert [row["__key__"] for row in found["train"]] == ["0", "17"]
    assert found["train"][1]["mask.png"].size == (32, 32)


def test_shards_are_the_same_bytes_each_time_and_plain_tars(store: SampleStore, tmp_path: Path) -> None:
    digests = set()
    for number in range(2):
        written("webdataset", store, tmp_path / str(number))
        digests.add(hashlib.sha256((tmp_path / str(number) / "samples-000000.tar").read_bytes()).hexdigest())
    assert len(digests) == 1
    with tarfile.open(tmp_path / "0/samples-000000.tar") as file:
        members = file.getmembers()
    assert {(m.mtime, m.uid, m.gid, m.mode, m.uname) for m in members} == {(0, 0, 0, 0o644, "")}
    assert (tmp_path / "0/samples-000000.tar").stat().st_size % tarfile.RECORDSIZE == 0


def test_a_mask_that_covers_nothing_keeps_its_size(tmp_path: Path) -> None:
    files = {"image/0.jpg": jpeg(), "label/0.png": png(np.zeros((48, 32), np.uint8)), **MULTI_MODAL}
    files["label/0.png"] = png(np.zeros((48, 32), np.uint8))
    store = open_store(write(tmp_path / "faces", files))
    for name in ("huggingface", "imagefolder", "webdataset"):
        if name == "huggingface":
            pytest.importorskip("pyarrow", reason="pyarrow is not installed")
        written(name, store, tmp_path / name)
        mask = open_store(tmp_path / name).read_mask(SampleId("0")).value
        assert (mask.shape, mask.present) == ((48, 32), 0)


def test_flattening_is_told_only_where_layers_are_not_kept(store: SampleStore, tmp_path: Path) -> None:
    assert written("webdataset", store, tmp_path / "classes").counts == {}
    assert written("webdataset", store, tmp_path / "both", masks="both").counts == {}
    index = written("webdataset", store, tmp_path / "index", masks="index")
    assert index.counts["pixels of skin under hair, lost by flattening"] == 64


def test_a_photo_that_cannot_be_read_leaves_its_sample_out(tmp_path: Path) -> None:
    store = open_store(write(tmp_path / "faces", {**EVERYTHING, "CelebA-HQ-img/0.jpg": b"<html>"}))
    exported = written("webdataset", store, tmp_path / "out", size=64)
    assert [(gone.sample, gone.modality) for gone in exported.left_out if gone.modality is None] == [("0", None)]
    assert open_store(tmp_path / "out").sample_ids == ("17", "2001")


def test_shards_hold_one_split_each_and_splits_keep_apart() -> None:
    items = [ExportItem(SampleId(str(n)), str(n), ("a", "b", "")[n % 3]) for n in range(10)]
    shards = Shards(items, 3)
    assert [(shard.split, shard.number, shard.count, len(shard.items)) for shard in shards.all] == [
        ("a", 0, 2, 3), ("a", 1, 2, 1), ("b", 0, 1, 3), ("unassigned", 0, 1, 3),
    ]  # fmt: skip
    assert all(shards.of(part) is shard for part, shard in zip(shards.parts, shards.all, strict=True))
    assert split_names(["", ""], "train") == {"": "train"}
    with pytest.raises(ExportError, match="would both be called a_b"):
        split_names(["a b", "a/b"], "train")


def test_a_csv_is_safe_to_open_in_a_spreadsheet(tmp_path: Path) -> None:
    captions = b'=HYPERLINK(1)\n+1\n-1 face\n@x\nShe says, "hi".\n\xc3\xbc\n'
    store = open_store(write(tmp_path / "faces", {**EVERYTHING, "text/celeba-caption/17.txt": captions}))
    written("csv", store, tmp_path / "out", SPLITS, byte_order_mark=True)
    data = (tmp_path / "out/samples.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfid,split,")
    assert data.count(b"\r\n") == data.count(b"\n") == 4
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))}
    texts = [rows["17"][f"caption_{number}"] for number in range(1, 7)]
    assert texts == ["'=HYPERLINK(1)", "'+1", "'-1 face", "'@x", 'She says, "hi".', "ü"]
    assert (rows["0"]["pitch"], rows["0"]["Young"], rows["0"]["5_o_Clock_Shadow"]) == ("-2.0", "1", "-1")
    assert (rows["17"]["area_skin"], rows["17"]["area_hair"], rows["17"]["split"]) == ("576", "100", "train")
    assert rows["2001"]["caption_1"] == ""
    plain = written("csv", store, tmp_path / "plain", escape_formulas=False).contents["samples.csv"]
    assert b",=HYPERLINK(1)," in plain


def test_a_row_for_each_caption(store: SampleStore, tmp_path: Path) -> None:
    written("jsonl", store, tmp_path / "out", rows="caption", areas=False)
    rows = [json.loads(line) for line in (tmp_path / "out/samples.jsonl").read_text().splitlines()]
    assert [(row["id"], row["caption_number"]) for row in rows] == [(s, n) for s in ("0", "17") for n in range(1, 11)]
    assert rows[0]["caption"] == "She has feature 0. "
    assert rows[0]["pose"] == {"yaw": 1.5, "pitch": -2.0, "roll": 0.0}


def test_json_lines_have_no_numbers_that_json_lacks(store: SampleStore, tmp_path: Path) -> None:
    lines = written("jsonl", store, tmp_path / "out").contents["samples.jsonl"].decode()
    assert "NaN" not in lines
    row = json.loads(lines.splitlines()[1])
    mask = store.read_mask(SampleId("17")).value
    assert row["areas"] == mask.areas()
    assert row["attributes"]["Young"] is True
    assert row["photo"] == "CelebA-HQ-img/17.jpg"


def test_squares_only_in_a_tar_for_tfds(tmp_path: Path) -> None:
    files = {"a/1.jpg": jpeg(), "a/2.jpg": jpeg(size=(64, 48)), "a/3.png": png(square(1, 1, 20).astype(np.uint8))}
    store = open_store(write(tmp_path / "faces", files))
    exported = written("tfds", store, tmp_path / "out", side="64")
    assert [gone.sample for gone in exported.left_out] == ["2"]
    assert exported.counts == {"photos encoded anew": 1}
    with tarfile.open(tmp_path / "out/data64x64.tar") as file:
        members = {member.name: file.extractfile(member).read() for member in file.getmembers()}
    assert members.keys() == {"1.jpg", "3.png"}
    assert members["1.jpg"] == jpeg()
    assert Image.open(io.BytesIO(members["3.png"])).size == (64, 64)
    back = open_store(tmp_path / "out")
    assert (back.layout, back.sample_ids) == ("tfds", ("1", "3"))


def test_tfrecords_of_tfds_come_back(store: SampleStore, tmp_path: Path) -> None:
    exported = written("tfds", store, tmp_path / "out", side="64", files="tfrecord", shard_samples=2)
    home = "celeb_a_hq/64/2.0.0"
    assert [file.path for file in exported.files] == [
        f"{home}/celeb_a_hq-train.tfrecord-00000-of-00002",
        f"{home}/celeb_a_hq-train.tfrecord-00001-of-00002",
        f"{home}/features.json",
        f"{home}/dataset_info.json",
    ]
    info = json.loads((tmp_path / "out" / home / "dataset_info.json").read_text())
    assert info["splits"][0]["shardLengths"] == ["2", "1"]
    back = open_store(tmp_path / "out")
    assert (back.layout, back.sample_ids) == ("tfds", ("0", "17", "2001"))
    assert back.splits == {"train": ["0", "17", "2001"]}
    assert back.picture_bytes(SampleId("17"), Modality.PHOTO) == EVERYTHING["CelebA-HQ-img/17.jpg"]


@pytest.mark.parametrize("name", ["huggingface", "imagefolder", "webdataset"])
def test_datasets_does_not_show_an_earlier_export_out_of_its_cache(name: str, datasets: Any, tmp_path: Path) -> None:
    for mode in ("RGB", "L"):
        faces = write(tmp_path / f"faces-{mode}", {"CelebA-HQ-img/0.jpg": jpeg(mode)})
        written(name, open_store(faces), tmp_path / mode / "out")
    found = [loaded(datasets, str(tmp_path / mode / "out"), tmp_path=tmp_path) for mode in ("RGB", "L")]
    column = "jpg" if name == "webdataset" else "image"
    assert [each["train"][0][column].mode for each in found] == ["RGB", "L"]

"""Exports for annotation tools: COCO, Supervisely, YOLO, Pascal VOC, CVAT and LabelMe hold the pixels they should."""

from __future__ import annotations

import base64
import io
import json
import zlib
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from PIL import Image

from app.faces.classes import CLASS_BY_NAME, LAYER_CLASSES
from app.faces.errors import ExportError
from app.faces.sample import Modality, SampleId
from app.faces.store import SampleStore
from app.formats.exporting.coco import image_ids
from app.formats.exporting.options import from_json
from app.formats.exporting.registry import export_format
from app.formats.exporting.voc import voc_colours
from app.formats.registry import open_store
from app.imaging.regions import filled
from app.imaging.resampling import sampled
from tests.formats.drawn import CAPTIONS, MULTI_MODAL, NATIVE, jpeg, png, rgb, square
from tests.formats.exporting.run import Exported, export

SPLITS = {"0": "train", "17": "train", "2001": "val"}
TEXTS = {f"text/celeba-caption/{number}.txt": CAPTIONS for number in (0, 17, 2001)}
ANNOTATED = ("coco", "supervisely", "yolo-seg", "voc", "cvat", "labelme")
MASKED: dict[str, Any] = {
    **{path.replace("CelebA-HQ-img", "image"): data for path, data in NATIVE.items()},
    **TEXTS,
    "CelebAMask-HQ-pose-anno.txt": b"3\nYaw Pitch Raw\n0.jpg 1.5 -2 0\n17.jpg 1 2 3\n2001.jpg 4 5 6\n",
}


@pytest.fixture
def store(tree: Any) -> SampleStore:
    """Three samples of photos of 64² with masks of 32², attributes, poses and captions."""
    return open_store(tree(MASKED))


def written(
    name: str, store: SampleStore, folder: Path, ids: Any = None, splits: Any = None, **options: Any
) -> Exported:
    chosen = export_format(name)
    return export(chosen, store, ids, from_json(chosen.options, options), folder, splits=splits)


def layers(store: SampleStore, sample: str, shape: tuple[int, int] = (64, 64)) -> dict[str, np.ndarray]:
    mask = store.read_mask(SampleId(sample)).value
    assert mask is not None
    return {each.name: sampled(mask.layer(each.name), shape) for each in LAYER_CLASSES if mask.layer(each.name).any()}


def pixels(data: bytes) -> np.ndarray:
    return np.array(Image.open(io.BytesIO(data)))


@pytest.fixture
def coco_api() -> Any:
    """``pycocotools`` as trainers use it."""
    return pytest.importorskip("pycocotools.coco", reason="pycocotools is not installed (facewright[test])").COCO


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of numpy, by pycocotools 2.0.11
@pytest.mark.parametrize("segmentation", ["rle", "polygons"])
@pytest.mark.parametrize("crowd", [False, True])
def test_pycocotools_finds_our_pixels_and_captions(
    segmentation: str, crowd: bool, store: SampleStore, tmp_path: Path, coco_api: Any
) -> None:
    written("coco", store, tmp_path / "out", splits=SPLITS, segmentation=segmentation, crowd=crowd)
    found: dict[str, dict[str, np.ndarray]] = {}
    ids: list[int] = []
    for split in ("train", "val"):
        instances = coco_api(tmp_path / f"out/annotations/instances_{split}.json")
        captions = coco_api(tmp_path / f"out/annotations/captions_{split}.json")
        names = {each["id"]: each["name"] for each in instances.loadCats(instances.getCatIds())}
        assert names == {each.id: each.name for each in LAYER_CLASSES}
        for image in instances.loadImgs(instances.getImgIds()):
            sample = Path(image["file_name"]).stem
            assert SPLITS[sample] == split
            assert image["id"] == int(sample)
            annotations = instances.loadAnns(instances.getAnnIds(image["id"]))
            found[sample] = {names[each["category_id"]]: instances.annToMask(each) == 1 for each in annotations}
            for each in annotations:
                ids.append(each["id"])
                covered = instances.annToMask(each)
                assert each["area"] == covered.sum()
                x, y, width, height = each["bbox"]
                assert covered[y : y + height, x : x + width].sum() == covered.sum()
                assert each["iscrowd"] == (crowd and segmentation == "rle")
            told = captions.loadAnns(captions.getAnnIds(imgIds=[image["id"]]))
            assert tuple(each["caption"] for each in told) == store.read_captions(SampleId(sample)).value.texts  # type: ignore[union-attr]
            ids += [each["id"] for each in told]
    assert sorted(ids) == list(range(1, len(ids) + 1))
    for sample in SPLITS:
        expected = layers(store, sample)
        assert found[sample].keys() == expected.keys()
        assert all(np.array_equal(found[sample][name], covered) for name, covered in expected.items())


@pytest.mark.parametrize("name", ["coco", "supervisely"])
def test_masks_of_real_samples_come_back_as_released(name: str, real_data: Path, tmp_path: Path) -> None:
    store = open_store(real_data / "CelebAMask-HQ")
    ids = [sample for sample in store.sample_ids if store.has(sample, Modality.MASK)][:8]
    written(name, store, tmp_path / "out", ids)
    back = open_store(tmp_path / "out")
    assert list(back.sample_ids) == ids
    for sample in ids:
        found, expected = back.read_mask(sample).value, store.read_mask(sample).value
        assert found is not None
        assert expected is not None
        assert found.equals(expected)
        assert back.picture_bytes(sample, Modality.PHOTO) == store.picture_bytes(sample, Modality.PHOTO)


def test_coco_keeps_what_its_readers_pass_over(store: SampleStore, tmp_path: Path) -> None:
    document = json.loads(written("coco", store, tmp_path / "out").contents["annotations/instances.json"])
    image = document["images"][1]
    assert image["file_name"] == "17.jpg"
    assert (image["width"], image["height"], image["mask_width"], image["mask_height"]) == (64, 64, 32, 32)
    assert image["attributes"]["Arched_Eyebrows"] == 1
    assert image["attributes"]["5_o_Clock_Shadow"] == -1
    assert image["pose"] == {"yaw": 1.0, "pitch": 2.0, "roll": 3.0}
    assert image["celeba_file"] == "000042.jpg"


def test_one_file_has_the_captions_in_its_images(store: SampleStore, tmp_path: Path) -> None:
    exported = written("coco", store, tmp_path / "out", one_file=True)
    assert [path for path in exported.contents if path.endswith(".json")] == ["annotations/instances.json"]
    assert len(json.loads(exported.contents["annotations/instances.json"])["images"][0]["captions"]) == 10


def test_image_ids_are_numbers_of_their_own() -> None:
    assert image_ids(["17", "0", "x", "017", "y"]) == {"17": 17, "0": 0, "x": 18, "017": 19, "y": 20}
    assert image_ids(["a", "b"]) == {"a": 1, "b": 2}


def test_photos_may_take_the_size_of_the_masks(store: SampleStore, tmp_path: Path) -> None:
    contents = written("coco", store, tmp_path / "out", fit="photos to masks").contents
    document = json.loads(contents["annotations/instances.json"])
    assert {(image["width"], image["height"]) for image in document["images"]} == {(32, 32)}
    assert pixels(contents["images/17.jpg"]).shape == (32, 32, 3)


def test_annotations_alone_fit_the_photos_that_one_has(tree: Any, tmp_path: Path) -> None:
    photo = {"image/17.jpg": None, "image/17.png": png(np.zeros((64, 64, 3), np.uint8))}
    exported = written("coco", open_store(tree(MASKED, photo)), tmp_path / "out", include=["mask"])
    assert list(exported.contents) == ["annotations/instances.json"]
    images = json.loads(exported.contents["annotations/instances.json"])["images"]
    assert [(each["file_name"], each["width"]) for each in images] == [("0.jpg", 64), ("17.png", 64), ("2001.jpg", 64)]


def test_a_smaller_size_that_loses_pixels_is_reported(store: SampleStore, tmp_path: Path) -> None:
    exported = written("coco", store, tmp_path / "out", size=16)
    assert exported.counts["masks made smaller, which loses pixels"] == 3


def test_the_same_bytes_are_written_where_nothing_changes(store: SampleStore, tmp_path: Path) -> None:
    for name, path in (("coco", "images/17.jpg"), ("voc", "JPEGImages/17.jpg"), ("cvat", "images/17.jpg")):
        assert written(name, store, tmp_path / name).contents[path] == NATIVE["CelebA-HQ-img/17.jpg"]


@pytest.mark.parametrize("name", ANNOTATED)
def test_a_sample_whose_photo_cannot_be_read_is_left_out_whole(name: str, tree: Any, tmp_path: Path) -> None:
    store = open_store(tree(MASKED, {"image/17.jpg": b"no photo"}))
    exported = written(name, store, tmp_path / "out")
    assert [(gone.sample, gone.modality) for gone in exported.left_out] == [("17", None)]
    assert "its photo" in exported.left_out[0].why
    assert not any("17" in Path(path).stem.split(".") for path in exported.contents)


@pytest.mark.parametrize("name", ANNOTATED)
def test_a_sample_without_a_mask_is_a_photo_without_objects(name: str, tree: Any, tmp_path: Path) -> None:
    store = open_store(tree(MASKED, {"image/5.jpg": jpeg()}))
    exported = written(name, store, tmp_path / "out")
    assert exported.left_out == ()
    assert any(Path(path).name == "5.jpg" for path in exported.contents)


@pytest.mark.parametrize("name", ANNOTATED)
def test_nothing_to_export_is_refused(name: str, store: SampleStore, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="include some"):
        written(name, store, tmp_path / "out", include=["sketch"])


def test_supervisely_bitmaps_are_of_the_kind_its_own_tools_write(store: SampleStore, tmp_path: Path) -> None:
    contents = written("supervisely", store, tmp_path / "out").contents
    meta = json.loads(contents["meta.json"])
    assert [each["title"] for each in meta["classes"]] == [each.name for each in LAYER_CLASSES]
    assert len(meta["tags"]) == 40
    annotation = json.loads(contents["ds/ann/17.jpg.json"])
    assert annotation["size"] == {"height": 64, "width": 64}
    assert annotation["tags"][0]["name"] == "Arched_Eyebrows"
    assert len(annotation["tags"]) == 20
    expected = layers(store, "17")
    assert [each["classTitle"] for each in annotation["objects"]] == list(expected)
    for each in annotation["objects"]:
        image = Image.open(io.BytesIO(zlib.decompress(base64.b64decode(each["bitmap"]["data"]))))
        assert image.mode == "P"
        alpha = np.array(image.convert("RGBA"))[..., 3]
        x, y = each["bitmap"]["origin"]
        drawn = np.zeros((64, 64), np.bool_)
        drawn[y : y + image.height, x : x + image.width] = alpha > 0
        assert np.array_equal(drawn, expected[each["classTitle"]])


def test_supervisely_tags_may_say_no(store: SampleStore, tmp_path: Path) -> None:
    contents = written("supervisely", store, tmp_path / "out", tags="yes and no", splits=SPLITS).contents
    assert {tag["value"] for tag in json.loads(contents["val/ann/2001.jpg.json"])["tags"]} == {"yes", "no"}
    back = open_store(tmp_path / "out")
    assert dict(back.read_attributes(SampleId("17")).value or {}) == dict(
        store.read_attributes(SampleId("17")).value or {}
    )
    assert {split: list(ids) for split, ids in back.splits.items()} == {"train": ["0", "17"], "val": ["2001"]}
    with pytest.raises(ExportError, match="no name for a dataset"):
        written("supervisely", store, tmp_path / "no", dataset_name="../ds")


def test_yolo_outlines_filled_are_the_pixels(store: SampleStore, tmp_path: Path) -> None:
    contents = written("yolo-seg", store, tmp_path / "out", splits=SPLITS, tolerance=0).contents
    assert contents["data.yaml"].decode().splitlines()[1:5] == [
        '"train": "images/train"',
        '"val": "images/val"',
        "nc: 18",
        "names:",
    ]
    drawn: dict[str, np.ndarray] = {}
    for line in contents["labels/train/17.txt"].decode().splitlines():
        number, *corners = line.split()
        ring = np.array(corners, np.float64).reshape(-1, 2)
        assert ring.min() >= 0
        assert ring.max() <= 1
        name = LAYER_CLASSES[int(number)].name
        drawn[name] = drawn.get(name, np.zeros((64, 64), np.bool_)) | filled([ring * 64], (64, 64))
    expected = layers(store, "17")
    assert drawn.keys() == expected.keys()
    assert all(np.array_equal(drawn[name], covered) for name, covered in expected.items())


def test_yolo_without_splits_trains_and_validates_on_the_same(store: SampleStore, tmp_path: Path) -> None:
    contents = written("yolo-seg", store, tmp_path / "out").contents
    assert "labels/train/0.txt" in contents
    assert '"val": "images/train"' in contents["data.yaml"].decode()


def test_voc_masks_are_palette_files_of_class_numbers(store: SampleStore, tmp_path: Path) -> None:
    exported = written("voc", store, tmp_path / "out", splits=SPLITS)
    contents = exported.contents
    image = Image.open(io.BytesIO(contents["SegmentationClass/17.png"]))
    assert image.mode == "P"
    mask = store.read_mask(SampleId("17")).value
    assert mask is not None
    assert np.array_equal(np.array(image), sampled(mask.to_index_map(), (64, 64)))
    colours = np.array(image.convert("RGB"))
    assert colours[0, 0].tolist() == list(CLASS_BY_NAME["hair"].colour)
    assert np.unique(pixels(contents["SegmentationObject/17.png"])).tolist() == [0, 1, 2, 3]
    assert contents["ImageSets/Segmentation/train.txt"] == b"0\n17\n"
    assert contents["ImageSets/Segmentation/trainval.txt"] == b"0\n17\n2001\n"
    assert contents["labelmap.txt"].decode().splitlines()[:3] == [
        "# label:color_rgb:parts:actions",
        "background:0,0,0::",
        "skin:204,0,0::",
    ]
    assert exported.counts["pixels of skin under hair, lost by flattening"] == 64


def test_voc_colours_are_those_of_the_development_kit() -> None:
    assert voc_colours()[[0, 1, 2, 3, 15, 20, 255]].tolist() == [
        [0, 0, 0], [128, 0, 0], [0, 128, 0], [128, 128, 0], [192, 128, 128], [0, 64, 128], [224, 224, 192],
    ]  # fmt: skip


@pytest.mark.parametrize("shapes", ["masks", "polygons"])
def test_cvat_masks_are_runs_within_their_box(shapes: str, store: SampleStore, tmp_path: Path) -> None:
    contents = written("cvat", store, tmp_path / "out", shapes=shapes).contents
    root = ET.fromstring(contents["annotations.xml"])
    assert root.findtext("version") == "1.1"
    labels = [label.findtext("name") for label in root.iter("label")]
    assert labels == [*(each.name for each in LAYER_CLASSES), "face", "caption"]
    (image,) = (each for each in root.iter("image") if each.get("name") == "17.jpg")
    drawn = {name: np.zeros((64, 64), np.bool_) for name in layers(store, "17")}
    for mask in image.iter("mask"):
        x, y, width, height = (int(mask.get(name, "")) for name in ("left", "top", "width", "height"))
        runs = [int(run) for run in mask.get("rle", "").split(",")]
        inside = np.repeat(np.arange(len(runs)) % 2 == 1, runs).reshape(height, width)
        drawn[mask.get("label", "")][y : y + height, x : x + width] = inside
    for polygon in image.iter("polygon"):
        ring = np.array([pair.split(",") for pair in polygon.get("points", "").split(";")], np.float64)
        drawn[polygon.get("label", "")] |= filled([ring], (64, 64))
    assert all(np.array_equal(drawn[name], covered) for name, covered in layers(store, "17").items())
    tags = {tag.get("label"): {a.get("name"): a.text for a in tag} for tag in image.iter("tag")}
    assert tags["face"]["Arched_Eyebrows"] == "yes"
    assert tags["face"]["5_o_Clock_Shadow"] == "no"
    assert tags["caption"]["text"] == "She has feature 9. "


def test_cvat_takes_any_text_for_a_caption(tree: Any, tmp_path: Path) -> None:
    odd = "<b>&\"'\x01\x0c ]]> \u2028 é\n".encode()
    store = open_store(tree(MULTI_MODAL, {"text/celeba-caption/0.txt": odd}))
    contents = written("cvat", store, tmp_path / "out", ["0"], splits={"0": "a'b"}).contents
    (file,) = (data for path, data in contents.items() if path.startswith("a"))
    texts = [each.text for each in ET.fromstring(file).iter("attribute") if each.get("name") == "text"]
    assert texts == ["<b>&\"'   ]]> \u2028 é"]


@pytest.mark.parametrize("shapes", ["masks", "polygons"])
def test_labelme_shapes_are_the_pixels(shapes: str, store: SampleStore, tmp_path: Path) -> None:
    contents = written("labelme", store, tmp_path / "out", splits=SPLITS, shapes=shapes, tolerance=0).contents
    document = json.loads(contents["train/17.json"])
    assert document["imagePath"] == "17.jpg"
    assert document["imageData"] is None
    assert document["flags"]["Arched_Eyebrows"] is True
    assert document["flags"]["5_o_Clock_Shadow"] is False
    assert len(document["captions"]) == 10
    expected = layers(store, "17")
    drawn = {name: np.zeros((64, 64), np.bool_) for name in expected}
    for shape in document["shapes"]:
        if shape["shape_type"] == "mask":
            (x1, y1), (x2, y2) = shape["points"]
            drawn[shape["label"]][y1 : y2 + 1, x1 : x2 + 1] = pixels(base64.b64decode(shape["mask"])).astype(bool)
        else:
            drawn[shape["label"]] |= filled([np.array(shape["points"])], (64, 64))
    assert all(np.array_equal(drawn[name], covered) for name, covered in expected.items())
    assert contents["labels.txt"].decode().split()[:3] == ["__ignore__", "_background_", "skin"]


def test_a_class_too_small_for_its_outline_is_counted(tree: Any, tmp_path: Path) -> None:
    tiny = {"CelebAMask-HQ-mask-anno/0/00017_nose.png": rgb(square(5, 5, 1))}
    store = open_store(tree(MASKED, tiny))
    exported = written("yolo-seg", store, tmp_path / "out", ["17"], tolerance=20)
    assert exported.counts["masks of nose too small for an outline at this tolerance"] == 1

"""COCO files and Supervisely projects as strangers write them: read, named or refused, never believed."""

from __future__ import annotations

import base64
import io
import json
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from app.faces.classes import CLASSES, LAYER_CLASSES
from app.faces.errors import FaceDataError, LayoutError
from app.faces.sample import Modality, SampleId
from app.faces.store import SampleStore
from app.formats.class_names import class_named
from app.formats.layouts.coco_json import read_coco
from app.formats.layouts.foreign_names import inner_path
from app.formats.layouts.supervisely_json import bitmap_of
from app.formats.registry import detect, open_store
from tests.formats.drawn import NATIVE, jpeg, png, square

Tree = Callable[..., Path]
SKIN = {"id": 1, "name": "skin"}
PHOTO = {"images/7.jpg": jpeg()}
SAMPLE = SampleId("7")
BOX = [[8, 8, 24, 8, 24, 24, 8, 24]]


def coco(**parts: Any) -> bytes:
    """One photo of 64² with a square of skin, but for the parts given."""
    document: dict[str, Any] = {
        "images": [{"id": 1, "file_name": "7.jpg", "width": 64, "height": 64}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "segmentation": BOX}],
        "categories": [SKIN],
    }
    return json.dumps({**document, **parts}).encode()


def opened(
    tree: Tree, data: bytes, *more: dict[str, bytes], file: str = "annotations/instances_train.json"
) -> SampleStore:
    return open_store(tree(PHOTO, {file: data}, *more))


def messages(store: SampleStore) -> str:
    return "\n".join(problem.message for problem in store.problems)


def layer(store: SampleStore, name: str = "skin", sample: SampleId = SAMPLE) -> np.ndarray:
    mask = store.read_mask(sample).value
    assert mask is not None
    return mask.layer(name)


def test_polygons_of_coco_are_filled_up_to_their_edges(tree: Tree) -> None:
    store = opened(tree, coco())
    assert store.layout == "coco"
    assert dict(store.splits) == {"train": ["7"]}
    assert np.array_equal(layer(store), square(8, 8, 16, 64))
    assert store.read_photo(SAMPLE).value is not None
    assert "working copy" in (store.read_only(Modality.MASK) or "")


@pytest.mark.parametrize("counts", [[0, 2, 2, 2, 10], "022025<"], ids=["list", "text"])
def test_runs_go_down_the_columns(counts: Any, tree: Tree) -> None:
    from app.imaging.regions import packed_runs

    packed = packed_runs(np.array([0, 2, 2, 2, 10])) if isinstance(counts, str) else counts
    runs = {"id": 1, "image_id": 1, "category_id": 1, "segmentation": {"size": [4, 4], "counts": packed}}
    store = opened(tree, coco(annotations=[runs], images=[{"id": 1, "file_name": "7.jpg", "width": 4, "height": 4}]))
    assert layer(store).astype(int).tolist() == [[1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]]


def test_runs_of_another_size_than_the_image_are_shown_in_theirs(tree: Tree) -> None:
    runs = {"id": 1, "image_id": 1, "category_id": 1, "segmentation": {"size": [32, 32], "counts": [0, 1024]}}
    assert layer(opened(tree, coco(annotations=[runs]))).shape == (32, 32)
    both = [runs, {"id": 2, "image_id": 1, "category_id": 1, "segmentation": BOX}]
    loaded = opened(tree, coco(annotations=both)).read_mask(SAMPLE)
    assert loaded.value is not None
    assert loaded.value.shape == (64, 64)
    assert "not drawn whole: skin: it is for 32×32" in loaded.problems[0].message


def test_categories_go_by_their_names_and_unknown_ones_are_named(tree: Tree) -> None:
    names = ["Left Eyebrow", "eyeglasses", "giraffe", "background"]
    categories = [{"id": number, "name": name} for number, name in enumerate(names)]
    annotations = [
        {"id": 10 + number, "image_id": 1, "category_id": number, "segmentation": BOX} for number in range(len(names))
    ]
    store = opened(tree, coco(categories=categories, annotations=annotations))
    assert store.read_mask(SAMPLE).value.present == 0b100100  # type: ignore[union-attr]
    assert "giraffe" in messages(store)


def test_captions_and_instances_of_a_photo_are_one_sample(tree: Tree) -> None:
    captions = coco(
        images=[{"id": 99, "file_name": "7.jpg"}],
        annotations=[{"id": 1, "image_id": 99, "caption": "One\nline."}, {"id": 1, "image_id": 99, "caption": "Two."}],
        categories=None,
    )
    store = opened(tree, coco(), {"annotations/captions_train.json": captions})
    assert list(store.sample_ids) == ["7"]
    assert store.read_captions(SAMPLE).value.texts == ("One line.", "Two.")  # type: ignore[union-attr]
    assert "an id that another has" in messages(store)
    assert set(store.files(SAMPLE, Modality.CAPTIONS)) == {
        "annotations/instances_train.json",
        "annotations/captions_train.json",
    }


def test_a_caption_is_one_line_of_characters_that_a_file_can_hold(tree: Tree) -> None:
    told = coco(annotations=[{"id": 1, "image_id": 1, "caption": "Half \ud83d and\r\ntwo\0."}])
    assert opened(tree, told).read_captions(SAMPLE).value.texts == ("Half ? and two�.",)  # type: ignore[union-attr]


def test_captions_that_two_files_repeat_are_there_once(tree: Tree) -> None:
    told = coco(annotations=[{"id": n, "image_id": 1, "caption": text} for n, text in enumerate("AAB")])
    store = opened(tree, told, {"annotations/captions_all.json": told})
    assert store.read_captions(SAMPLE).value.texts == ("A", "A", "B")  # type: ignore[union-attr]


def test_photos_are_found_where_tools_put_them(tree: Tree) -> None:
    roboflow = tree({"train/7.jpg": jpeg(), "train/_annotations.coco.json": coco()}, root="roboflow")
    official = tree({"train2017/7.jpg": jpeg(), "annotations/instances_train2017.json": coco()}, root="official")
    split = tree({"images/train/7.jpg": jpeg(), "annotations/instances_train.json": coco()}, root="split")
    flat = tree({"7.jpg": jpeg(), "result.json": coco()}, root="flat")
    for root, name in ((roboflow, "train"), (official, "train2017"), (split, "train"), (flat, None)):
        store = open_store(root)
        assert store.has(SAMPLE, Modality.PHOTO), root.name
        assert store.split_of(SAMPLE) == name


def test_a_single_file_is_opened_with_the_photos_around_it(tree: Tree) -> None:
    root = tree(PHOTO, {"annotations/instances_val.json": coco(), "annotations/instances_train.json": coco(images=[])})
    store = open_store(root / "annotations/instances_val.json")
    assert store.root == root
    assert store.split_of(SAMPLE) == "val"
    assert layer(store.rescanned()).any()


def test_a_single_file_that_is_a_link_out_is_not_followed(tree: Tree, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.json").write_bytes(coco())
    root = tree(PHOTO, {"annotations/other.json": b"{}"})
    link = root / "annotations/instances_val.json"
    link.symlink_to(tmp_path / "elsewhere.json")
    with pytest.raises(LayoutError, match="is a link to a place outside the dataset"):
        open_store(link, layout="coco")


def test_photos_of_one_name_in_two_splits_are_two_samples(tree: Tree) -> None:
    root = tree({f"{split}/{name}": data for split in ("train", "valid") for name, data in (
        ("7.jpg", jpeg()), ("_annotations.coco.json", coco()))})  # fmt: skip
    assert list(open_store(root).sample_ids) == ["train__7", "valid__7"]


@pytest.mark.parametrize(
    "name",
    [
        "/home/someone/data/7.jpg",
        "../../7.jpg",
        "https://example.org/a/7.jpg?x=1",
        "C:\\data\\7.jpg",
        "images/../../7.jpg",
    ],
)
def test_names_that_lead_out_are_looked_for_inside_by_their_last_part(name: str, tree: Tree, tmp_path: Path) -> None:
    (tmp_path / "7.jpg").write_bytes(b"outside")
    store = opened(tree, coco(images=[{"id": 1, "file_name": name, "width": 64, "height": 64}]))
    assert store.files(SAMPLE, Modality.PHOTO) == ("images/7.jpg",)
    assert "lead out of the dataset" in messages(store)


def test_a_link_out_of_the_dataset_is_no_photo(tree: Tree, tmp_path: Path) -> None:
    root = tree({"annotations/instances_train.json": coco(), "images/8.jpg": jpeg()})
    (tmp_path / "secret.jpg").write_bytes(jpeg())
    (root / "images/7.jpg").symlink_to(tmp_path / "secret.jpg")
    assert open_store(root).read_photo(SAMPLE).value is None


def test_a_photo_that_is_gone_is_told_and_its_mask_shown(tree: Tree) -> None:
    store = open_store(tree({"annotations/instances_train.json": coco()}))
    assert not store.has(SAMPLE, Modality.PHOTO)
    assert layer(store).any()
    assert "in no folder here" in messages(store)


@pytest.mark.parametrize(
    "segmentation",
    [
        {"size": [2**31, 2**31], "counts": [0, 2**62]},
        {"size": [64, 64], "counts": [4096, 2**70]},
        {"size": [64, 64], "counts": ["4096"]},
        {"size": [64, 64], "counts": [-1, 4097]},
        {"size": [64, 64], "counts": [1] * 5000},
        {"size": [64, 64], "counts": "oooooooooooooooo0"},
        {"size": [64, 64], "counts": "PPPP"},
        {"size": [64, 64], "counts": 3},
        {"size": [64, 64], "counts": [[0, 96], [4000, 0]]},
        {"counts": [4096.5]},
        [[1, 2, 3]],
        [["a", "b"]],
        [[1e300, 0, 4, 4, 5, 5]],
        [[10**400, 0, 4, 4, 5, 5]],
        [{"x": 1}],
        [[[1, 2], [3, 4]]],
    ],
    ids=lambda value: json.dumps(value)[:30],
)
def test_a_hostile_instance_is_told_and_the_others_drawn(segmentation: Any, tree: Tree) -> None:
    annotations = [
        {"id": 1, "image_id": 1, "category_id": 1, "segmentation": BOX},
        {"id": 2, "image_id": 1, "category_id": 1, "segmentation": segmentation},
    ]
    loaded = opened(tree, coco(annotations=annotations)).read_mask(SAMPLE)
    assert loaded.value is not None
    assert np.array_equal(loaded.value.layer("skin"), square(8, 8, 16, 64))
    assert len(loaded.problems) == 1


def test_an_image_larger_than_any_mask_is_refused_for_its_mask_alone(tree: Tree) -> None:
    store = opened(tree, coco(images=[{"id": 1, "file_name": "7.jpg", "width": 2**30, "height": 2**30}]))
    assert store.read_mask(SAMPLE).value is None
    assert store.read_photo(SAMPLE).value is not None


def test_more_instances_than_can_be_drawn_are_refused(tree: Tree) -> None:
    many = [{"id": n, "image_id": 1, "category_id": 1, "segmentation": BOX} for n in range(600)]
    store = opened(
        tree, coco(annotations=many, images=[{"id": 1, "file_name": "7.jpg", "width": 4096, "height": 4096}])
    )
    assert "more than can be drawn" in store.read_mask(SAMPLE).problems[0].message


def test_what_cannot_be_used_is_counted_by_reason(tree: Tree) -> None:
    annotations: list[Any] = [
        {"id": 1, "image_id": 1, "category_id": 1, "segmentation": BOX},
        {"id": 1, "image_id": 1, "category_id": 1, "segmentation": BOX},
        {"id": 2, "image_id": 77, "category_id": 1, "segmentation": BOX},
        {"id": 3, "image_id": 1, "category_id": 55, "segmentation": BOX},
        {"id": 4, "image_id": 1, "category_id": 1, "bbox": [0, 0, 4, 4]},
        "nonsense",
        None,
    ]
    images = [{"id": 1, "file_name": "7.jpg", "width": 64, "height": 64}, {"id": 1, "file_name": "8.jpg"}, {"id": 5}, 3]
    told = messages(opened(tree, coco(annotations=annotations, images=images)))
    for why in (
        "annotations with an id that another has",
        "annotations of images that are not in the file",
        "annotations of categories that are not in the file",
        "annotations without a segmentation",
        "annotations that are no objects",
        "images with an id that another image has",
        "images without a file name or an id",
    ):
        assert why in told


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b'{"images": 3}', b"[" * 100_000, b'{"images": [' + b"9" * 5000 + b"]}"]
)
def test_what_is_no_coco_file_is_refused(data: bytes) -> None:
    with pytest.raises(FaceDataError):
        assert read_coco(data).photos


def test_a_folder_whose_only_file_is_cut_says_so(tree: Tree) -> None:
    with pytest.raises(LayoutError, match="no JSON that can be read"):
        open_store(tree(PHOTO, {"annotations/instances_train.json": coco()[:-40]}), "coco")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(
        ["id", "file_name", "width", "height", "image_id", "category_id", "segmentation", "counts", "size", "name",
         "caption", "attributes", "pose"]), inner, max_size=5),
    max_leaves=20,
)  # fmt: skip


@given(JSON, JSON, JSON)
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
def test_any_json_is_read_or_refused(images: Any, annotations: Any, categories: Any) -> None:
    document = {
        "images": [images, {"id": 1, "file_name": "7.jpg"}],
        "annotations": [annotations],
        "categories": categories,
    }
    assert "7.jpg" in read_coco(json.dumps(document).encode()).photos


def test_a_released_tree_with_a_coco_file_beside_it_stays_what_it_is(tree: Tree) -> None:
    root = tree(NATIVE, {"annotations/instances_train.json": coco()})
    assert open_store(root).layout == "celebamask-hq"
    assert next(d for d in detect(root) if d.layout == "coco").confidence > 0


def test_names_of_classes_are_known_in_words() -> None:
    assert all(class_named(each.name) is each and class_named(each.title) is each for each in CLASSES)
    assert class_named("left-eye") is CLASSES[4]
    assert class_named("l_lip") is CLASSES[12]
    assert class_named("face") is None


@given(st.text(max_size=30))
def test_any_name_stays_inside(name: str) -> None:
    inner, stays = inner_path(name)
    assert ".." not in inner.split("/")
    assert not inner.startswith("/")
    assert stays or "/" not in inner


def packed(data: bytes) -> str:
    return base64.b64encode(zlib.compress(data)).decode()


def project(objects: Any, tags: Any = (), **parts: Any) -> dict[str, bytes]:
    meta = {
        "classes": [{"title": c.name, "shape": "bitmap", "color": "#ffffff"} for c in LAYER_CLASSES],
        "tags": [{"name": "Smiling", "value_type": "none"}, {"name": "Male", "value_type": "none"}],
    }
    annotation = {"size": {"height": 64, "width": 64}, "tags": list(tags), "objects": objects, **parts}
    return {
        "meta.json": json.dumps(meta).encode(),
        "ds/img/7.jpg": jpeg(),
        "ds/ann/7.jpg.json": json.dumps(annotation).encode(),
    }


def bitmap(data: Any, origin: Any = (8, 4), title: str = "skin") -> dict[str, Any]:
    return {"classTitle": title, "tags": [], "bitmap": {"origin": list(origin), "data": data}, "geometryType": "bitmap"}


SHAPE = np.array([[1, 0], [1, 1], [0, 1]], np.uint8)


def as_png(mode: str) -> bytes:
    buffer = io.BytesIO()
    if mode == "RGBA":
        alpha = np.zeros((3, 2, 4), np.uint8)
        alpha[..., 3] = SHAPE * 255
        Image.fromarray(alpha).save(buffer, "PNG")
        return buffer.getvalue()
    image = Image.fromarray(SHAPE * np.uint8(255)).convert("1" if mode == "1" else "L")
    if mode.startswith("P"):
        image = Image.fromarray(SHAPE).convert("P")
        image.putdata(SHAPE.ravel().tolist())
        image.putpalette([0, 0, 0, 255, 255, 255])
        image.save(buffer, "PNG", **({"transparency": 0} if mode == "P+tRNS" else {}))
        return buffer.getvalue()
    (image.convert("RGB") if mode == "RGB" else image).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("mode", ["L", "1", "RGBA", "P+tRNS", "P", "RGB"])
@pytest.mark.parametrize("is_packed", [True, False])
def test_every_kind_of_bitmap_is_drawn(mode: str, is_packed: bool) -> None:
    data = as_png(mode)
    assert np.array_equal(bitmap_of(packed(data) if is_packed else base64.b64encode(data).decode()), SHAPE == 1)


def test_bitmaps_lie_at_their_origin_and_are_cut_at_the_edges(tree: Tree) -> None:
    whole = np.ones((10, 10), np.uint8) * np.uint8(255)
    objects = [bitmap(packed(png(whole)), at) for at in ((8, 4), (60, 60), (-5, -5), (200, 0), (0, -300))]
    drawn = layer(open_store(tree(project(objects))))
    assert drawn.sum() == 100 + 16 + 25
    assert drawn[4:14, 8:18].all()


def test_tags_are_attributes_and_datasets_are_splits(tree: Tree) -> None:
    first = project([], [{"name": "Smiling", "value": None}, {"name": "unknown", "value": 3}])
    second = {path.replace("ds/", "test/").replace("7", "8"): data for path, data in project([]).items()}
    store = open_store(tree(first, second))
    assert store.layout == "supervisely"
    assert dict(store.read_attributes(SAMPLE).value or {}) == {"Smiling": True, "Male": False}
    assert store.read_attributes(SampleId("8")).value is None
    assert dict(store.splits) == {"test": ["8"]}
    assert store.read_mask(SAMPLE).value is None


def test_masks_that_were_enlarged_for_dataset_ninja_are_as_released(tree: Tree) -> None:
    small = np.random.default_rng(0).random((512, 512)) < 0.5
    large = np.kron(small, np.ones((2, 2), np.bool_)).astype(np.uint8) * np.uint8(255)
    size = {"size": {"height": 1024, "width": 1024}}
    assert np.array_equal(layer(open_store(tree(project([bitmap(packed(png(large)), (0, 0))], **size)))), small)
    large[0, 0] ^= 255
    changed = open_store(tree(project([bitmap(packed(png(large)), (0, 0))], **size), root="changed"))
    assert layer(changed).shape == (1024, 1024)


def test_polygons_of_supervisely_include_their_corners(tree: Tree) -> None:
    points = {"exterior": [[4, 4], [20, 4], [20, 20], [4, 20]], "interior": [[[8, 8], [10, 8], [10, 10], [8, 10]]]}
    objects = [
        {"classTitle": "skin", "geometryType": "polygon", "points": points},
        {"classTitle": "hair", "geometryType": "rectangle", "points": {"exterior": [[30, 31], [32, 30]]}},
    ]
    store = open_store(tree(project(objects)))
    assert layer(store).sum() == 17 * 17 - 9
    assert layer(store, "hair").sum() == 6


@pytest.mark.parametrize(
    "each",
    [
        bitmap("no base64 at all!"),
        bitmap(packed(b"no png")),
        bitmap(packed(as_png("L"))[:-20]),
        bitmap(base64.b64encode(zlib.compress(b"\0" * (64 << 20))).decode()),
        bitmap(None),
        bitmap(packed(as_png("L")), ("a", 0)),
        bitmap(packed(as_png("L")), (2**40, 0)),
        bitmap(packed(as_png("L")), title="giraffe"),
        {"classTitle": "skin", "geometryType": "graph_nodes", "points": {}},
        {"classTitle": "skin", "geometryType": "polygon", "points": {"exterior": [[1e300, 0]]}},
        {"classTitle": "skin", "geometryType": "polygon", "points": {"exterior": []}},
        {"classTitle": ["skin"]},
    ],
    ids=range(12),
)
def test_a_hostile_object_is_told_and_the_others_drawn(each: dict[str, Any], tree: Tree) -> None:
    good = bitmap(packed(as_png("L")))
    loaded = open_store(tree(project([good, each]))).read_mask(SAMPLE)
    assert loaded.value is not None
    assert loaded.value.layer("skin").sum() == SHAPE.sum()
    assert len(loaded.problems) == 1


@pytest.mark.parametrize(
    "parts",
    [{"size": None}, {"size": {"height": 2**19, "width": 2**19}}, {"count": 3000}],
    ids=["no size", "huge", "many"],
)
def test_annotations_that_would_exhaust_the_machine_are_refused(parts: dict[str, Any], tree: Tree) -> None:
    loaded = open_store(tree(project([bitmap(packed(as_png("L")))] * parts.pop("count", 1), **parts))).read_mask(SAMPLE)
    assert loaded.value is None
    assert len(loaded.problems) == 1


def test_what_a_project_has_besides_faces_is_named(tree: Tree) -> None:
    files = project([])
    meta = json.loads(files["meta.json"])
    meta["classes"] += [{"title": "giraffe", "shape": "polygon"}, {"title": "nose ", "shape": "graph"}]
    meta["tags"].append({"name": "age", "value_type": "any_number"})
    more = {"meta.json": json.dumps(meta).encode(), "ds/ann/9.jpg.json": b"{}", "ds/img/10.jpg": jpeg()}
    told = messages(open_store(tree(files, more)))
    for words in ("giraffe", "nose  (graph)", "age", "9.jpg.json", "10.jpg"):
        assert words in told


@pytest.mark.parametrize("meta", [b"", b"[]", b"{", b"[" * 100_000])
def test_a_project_without_a_readable_meta_json_is_refused(meta: bytes, tree: Tree) -> None:
    with pytest.raises(LayoutError, match=r"meta\.json"):
        open_store(tree(project([]), {"meta.json": meta}))


def test_shapes_and_names_of_any_kind_are_told(tree: Tree) -> None:
    files = project([{"classTitle": "skin", "geometryType": ["polygon"]}], [{"name": "\ud83d"}])
    meta = json.loads(files["meta.json"])
    meta["classes"][0]["shape"] = ["bitmap"]
    meta["tags"] = [{"name": "\ud83d", "value_type": "none"}]
    files["meta.json"] = json.dumps(meta).encode()
    store = open_store(tree(files))
    (sample,) = store.sample_ids
    assert "which no mask can show" in store.read_mask(sample).problems[0].message
    assert dict(store.read_attributes(sample).value) == {"?": True}  # type: ignore[arg-type]

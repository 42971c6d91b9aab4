"""Folders are recognised under all the names people gave them, and every refusal says why."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from app.faces.errors import LayoutError, SampleNotFoundError
from app.faces.sample import Modality
from app.formats import BUILT_IN, all_formats, detect, open_store
from app.formats.late_formats import LATE, LateFormat
from app.formats.tree import (
    CAPTION_FOLDERS,
    CLASS_MASK_FOLDERS,
    INDEX_MASK_FOLDERS,
    PHOTO_FOLDERS,
    SKETCH_FOLDERS,
    Surveyor,
)
from tests.formats.conftest import Tree
from tests.formats.drawn import CAPTIONS, MULTI_MODAL, NATIVE, jpeg, rgb, square
from tests.tiny_dataset import EVERYTHING, write


def moved(files: dict[str, bytes], folder: str, to: str) -> dict[str, bytes]:
    return {path.replace(f"{folder}/", f"{to}/", 1): data for path, data in files.items()}


def test_a_released_tree_fits_wholly_and_says_why(native: Path) -> None:
    best, second = detect(native)[:2]
    assert (best.layout, best.confidence, best.refusals) == ("celebamask-hq", 1.0, ())
    assert best.reasons == (
        "photos in CelebA-HQ-img",
        "one mask file per class in CelebAMask-HQ-mask-anno",
        "tables CelebAMask-HQ-attribute-anno.txt, CelebAMask-HQ-pose-anno.txt, CelebA-HQ-to-CelebA-mapping.txt",
    )
    assert second.refusals == ("no captions, sketches or splits",)


def test_what_a_layout_would_not_show_is_named(multi_modal: Path) -> None:
    best, second = detect(multi_modal)[:2]
    assert (best.layout, best.confidence) == ("mm-celeba-hq", 1.0)
    assert "captions in text/celeba-caption would not be shown in this layout" in second.refusals
    assert not open_store(multi_modal, "celebamask-hq").splits


@pytest.mark.parametrize("folder", PHOTO_FOLDERS)
@pytest.mark.parametrize("suffix", ["jpg", "JPG", "jpeg", "png"])
def test_photo_folders_and_suffixes(tree: Tree, folder: str, suffix: str) -> None:
    store = open_store(tree({f"{folder}/17.{suffix}": jpeg(), f"{folder}/3.{suffix}": jpeg()}))
    assert list(store.sample_ids) == ["3", "17"]
    assert store.photo_path(store.sample_ids[1]) == store.root / folder / f"17.{suffix}"
    assert store.read_photo(store.sample_ids[1]).value is not None


@pytest.mark.parametrize(
    "folder", ["image/images", "image/CelebA-HQ-img", "images/images", "CelebA-HQ-img/CelebA-HQ-img"]
)
def test_nested_photo_folders(tree: Tree, folder: str) -> None:
    store = open_store(tree({f"{folder}/17.jpg": jpeg()}))
    assert [str(store.photo_path(s).relative_to(store.root).as_posix()) for s in store.sample_ids] == [
        f"{folder}/17.jpg"
    ]
    assert list(store.problems) == []


@pytest.mark.parametrize("folder", [*CLASS_MASK_FOLDERS, *INDEX_MASK_FOLDERS])
@pytest.mark.parametrize("inner", ["0/", ""])
@pytest.mark.parametrize("prefix", ["00017", "17"])
def test_class_masks_in_any_mask_folder(tree: Tree, folder: str, inner: str, prefix: str) -> None:
    root = tree({"CelebA-HQ-img/17.jpg": jpeg(), f"{folder}/{inner}{prefix}_l_eye.png": rgb(square(1, 1))})
    store = open_store(root)
    assert (store.layout, store.class_bits(store.sample_ids[0])) == ("celebamask-hq", 8)
    layers = store.read_mask(store.sample_ids[0]).value
    assert layers is not None
    assert layers.areas()["l_eye"] == 64
    assert list(store.problems) == []


@pytest.mark.parametrize("folder", INDEX_MASK_FOLDERS)
def test_index_maps_in_any_mask_folder(tree: Tree, folder: str) -> None:
    store = open_store(tree(moved(MULTI_MODAL, "label", folder)))
    sample = store.sample_ids[1]
    assert (store.layout, store.has(sample, Modality.MASK), store.class_bits(sample)) == ("mm-celeba-hq", True, None)
    layers = store.read_mask(sample).value
    assert layers is not None
    assert (layers.exclusive, layers.areas()["hair"]) == (True, 64)


@pytest.mark.parametrize("folder", [*CAPTION_FOLDERS, "text/celeba-caption", "text/celeba_caption", "text/captions"])
def test_caption_folders(tree: Tree, folder: str) -> None:
    store = open_store(tree(moved(MULTI_MODAL, "text/celeba-caption", folder)))
    captions = store.read_captions(store.sample_ids[0]).value
    assert captions is not None
    assert captions.to_bytes() == CAPTIONS
    assert store.read_captions(store.sample_ids[0]).problems == ()
    assert list(store.problems) == []


@pytest.mark.parametrize("folder", SKETCH_FOLDERS)
@pytest.mark.parametrize("name", ["17.png", "17.jpg", "17_edges.jpg", "17.JPEG"])
def test_sketch_names(tree: Tree, folder: str, name: str) -> None:
    store = open_store(tree({"image/17.jpg": jpeg(), f"{folder}/{name}": jpeg("L")}))
    loaded = store.read_sketch(store.sample_ids[0])
    assert loaded.value is not None
    assert loaded.value.shape == (64, 64, 3)
    misnamed = [f"{folder}/{name}: it is a JPEG named as a PNG; strict readers refuse it"] if name == "17.png" else []
    assert [p.message for p in loaded.problems] == misnamed


def test_folder_names_in_another_case_are_found(tree: Tree) -> None:
    store = open_store(tree({"IMAGES/17.jpg": jpeg(), "Label/17.png": MULTI_MODAL["label/17.png"]}))
    assert store.read_mask(store.sample_ids[0]).value is not None


def test_two_trees_below_the_root_make_one_dataset(tree: Tree) -> None:
    tree(NATIVE, root="data/CelebAMask-HQ")
    root = tree(MULTI_MODAL, root="data/Multi-Modal-CelebA-HQ").parent
    store = open_store(root)
    assert (store.layout, list(store.sample_ids)) == ("mm-celeba-hq", ["0", "17", "2001"])
    sample = store.sample_ids[1]
    assert {m for m in Modality if store.has(sample, m)} == set(Modality)
    assert store.read_mask(sample).value.exclusive is False  # type: ignore[union-attr]
    assert list(store.problems) == []


def test_a_multi_modal_folder_without_photos_of_its_own_is_still_read(tree: Tree) -> None:
    tree(NATIVE, root="data/CelebAMask-HQ")
    root = tree({"text/celeba-caption/17.txt": CAPTIONS}, root="data/mm").parent
    assert open_store(root).has("17", Modality.CAPTIONS)  # type: ignore[arg-type]


def test_a_backup_below_a_dataset_is_not_mixed_in(tree: Tree, native: Path) -> None:
    tree({"CelebA-HQ-img/99.jpg": jpeg(), "sketch/17.png": jpeg("L")}, root="data/backup")
    store = open_store(native)
    assert list(store.sample_ids) == ["0", "17", "2001"]


def test_ids_come_in_natural_order_and_names_only_in_the_multi_modal_layout(tree: Tree) -> None:
    names = [
        "10",
        "9",
        "0",
        "100",
        "p10",
        "p9",
        "face_b",
        "a photo",
        "²",
        "１７",
        "00012",
        "1234567890",
        ".hidden",
        "x\u202ey",
    ]
    root = tree({f"image/{name}.jpg": jpeg() for name in names})
    assert list(open_store(root, "celebamask-hq").sample_ids) == ["0", "9", "10", "12", "100"]
    free = open_store(root, "mm-celeba-hq")
    assert list(free.sample_ids) == [
        "0",
        "9",
        "10",
        "12",
        "100",
        "1234567890",
        "a photo",
        "face_b",
        "p9",
        "p10",
        "²",
        "１７",
    ]
    assert [p.message for p in free.problems] == [
        "image: no photo files, not read; code that counts files is misled: .hidden.jpg, x\\u202ey.jpg (2)"
    ]


def test_named_samples_have_class_files_too(tree: Tree) -> None:
    root = tree(
        {"images/my_face.jpg": jpeg(), "mask/my_face_l_eye.png": rgb(square(1, 1)), "text/my_face.txt": CAPTIONS}
    )
    store = open_store(root)
    assert (list(store.sample_ids), store.class_bits(store.sample_ids[0])) == (["my_face"], 8)
    assert store.has(store.sample_ids[0], Modality.CAPTIONS)


def test_a_sample_that_is_not_there_is_named(native: Path) -> None:
    store = open_store(native)
    assert "18" not in store
    for read in (store.read_photo, store.read_mask, store.read_captions, store.read_attributes, store.photo_path):
        with pytest.raises(SampleNotFoundError, match="no sample 18"):
            read("18")  # type: ignore[arg-type]


def test_a_folder_without_photos_is_refused_by_every_layout_with_its_reasons(tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    with pytest.raises(
        LayoutError, match=r"no dataset that can be opened. CelebAMask-HQ: no folder of photos .* Multi-Mod"
    ):
        open_store(tmp_path)
    with pytest.raises(LayoutError, match="no folder of photos"):
        open_store(tmp_path, "mm-celeba-hq")
    with pytest.raises(LayoutError, match="is no folder"):
        open_store(tmp_path / "nowhere")


def test_a_folder_that_anybody_would_know_is_called_what_it_is(tree: Tree, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    with pytest.raises(LayoutError) as empty:
        open_store(tmp_path / "new")
    assert (
        str(empty.value)
        == "new is no dataset that can be opened: the folder is empty; choose the one that holds the dataset"
    )
    cache = tree({"blobs/feed": b"x", "refs/main": b"abc", "snapshots/abc/README.md": b""})
    with pytest.raises(LayoutError, match=r"it is a download cache of Hugging Face; open its folder snapshots/abc$"):
        open_store(cache)


def test_a_reason_that_layouts_share_is_told_once(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(LayoutError) as refused:
        open_store(tmp_path / "notes.txt")
    assert str(refused.value).count("choose the folder that holds the dataset, or its zip archive") == 1
    assert "it is no folder" not in str(refused.value)


def test_a_photo_folder_without_photos_is_refused(tree: Tree) -> None:
    root = tree({"CelebA-HQ-img/readme.txt": b""})
    with pytest.raises(LayoutError, match=r"CelebA-HQ-img holds no photo named like a sample; CelebA-HQ-img: no photo"):
        open_store(root)


def test_a_folder_of_photos_by_split_has_no_place_in_the_released_trees(tree: Tree) -> None:
    store = open_store(tree({"images/train/0.jpg": jpeg(), "images/val/1.jpg": jpeg(), "labels/train/0.txt": b"0 .1"}))
    assert (store.layout, store.sample_ids) == ("photos", ("0", "1"))
    assert store.splits == {"train": ["0"], "val": ["1"]}


def test_masks_that_are_none_of_a_face_mask_are_named(tree: Tree) -> None:
    helen = {"images/1_1.jpg": jpeg(), "labels/1_1/1_1_lbl00.png": rgb(square(4, 4))}
    assert [problem.message for problem in open_store(tree(helen)).problems] == [
        "labels: folders in which no masks are looked for, not read: 1_1 (1)"
    ]


def test_masks_that_went_through_jpeg_are_told_from_strays(tree: Tree) -> None:
    store = open_store(tree({"image/17.jpg": jpeg(), "masks/17.jpg": jpeg("L"), "masks/a.gif": b""}))
    assert [problem.message for problem in store.problems] == [
        "masks: JPEG, which does not keep the values of a mask, not read: 17.jpg (1)",
        "masks: no masks, not read: a.gif (1)",
    ]


def test_opening_the_photo_folder_itself_says_where_to_go(native: Path) -> None:
    store = open_store(native / "CelebA-HQ-img")
    assert store.layout == "photos"
    assert [problem.message for problem in store.problems] == [
        "CelebA-HQ-img is the folder of photos of a dataset; open the folder above it for its masks and captions"
    ]
    with pytest.raises(LayoutError, match="pictures lie in this folder itself; open the folder above it"):
        open_store(native / "CelebA-HQ-img", "celebamask-hq")


def test_unknown_layouts_and_schemes_name_those_there_are(native: Path) -> None:
    with pytest.raises(LayoutError, match="there is no layout no-such; known are celebamask-hq, mm-celeba-hq"):
        open_store(native, "no-such")
    with pytest.raises(LayoutError, match="there is no scheme x; known are celebamask-hq, list1"):
        open_store(native, scheme="x")


def test_the_scheme_named_is_the_one_used(multi_modal: Path) -> None:
    store = open_store(multi_modal, scheme="face-parsing")
    layers = store.read_mask(store.sample_ids[1]).value
    assert layers is not None
    assert (store.scheme.name, layers.areas()["l_lip"]) == ("face-parsing", 64)
    assert store.paint_order == store.scheme.paint_order


def test_installed_packages_add_formats_and_a_broken_one_is_named(
    native: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Entry:
        name, value = "mine", "mine:Format"

        @staticmethod
        def load() -> object:
            return type("Mine", (), {"name": "mine", "open": None})

    monkeypatch.setattr(metadata, "entry_points", lambda group: [Entry] if group == "facewright.formats" else [])
    assert [layout.name for layout in all_formats()] == [*(layout.name for layout in BUILT_IN), "mine"]
    monkeypatch.setattr(Entry, "load", lambda: 1 / 0)
    assert "the format plug-in mine (mine:Format) does not load: division by zero" in detect(native)[-1].refusals[0]
    assert open_store(native).layout == "celebamask-hq"
    with pytest.raises(LayoutError, match=r"the format plug-in mine .* does not load"):
        open_store(native, "mine")


@pytest.mark.parametrize("layout", BUILT_IN, ids=lambda layout: layout.name)
def test_every_format_says_what_it_is(layout: object, tmp_path: Path) -> None:
    assert layout.writes <= layout.reads  # type: ignore[attr-defined]
    assert layout.title  # type: ignore[attr-defined]
    assert "\n" not in layout.summary  # type: ignore[attr-defined]
    assert layout.detect(tmp_path).confidence == 0  # type: ignore[attr-defined]


def test_what_a_format_saves_can_be_edited_in_its_own_tree(tmp_path: Path) -> None:
    store = open_store(write(tmp_path, EVERYTHING), "mm-celeba-hq")
    saved = {modality for modality in Modality if store.read_only(modality) is None}
    assert next(layout for layout in BUILT_IN if layout.name == store.layout).writes == saved


@pytest.mark.parametrize("late", LATE, ids=lambda late: late.name)
def test_a_layout_is_called_the_same_before_it_is_imported(late: LateFormat) -> None:
    assert (late.name, late.title) == (late.layout.name, late.layout.title)


def test_a_released_tree_is_opened_without_the_modules_of_other_layouts(native: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from app.formats import open_store\n"
        "print(open_store(Path(sys.argv[1])).layout, *(n for n in sys.modules if '.layouts' in n or n == 'PIL'))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(native)], capture_output=True, text=True, check=True)
    assert done.stdout == "celebamask-hq\n"


def test_a_folder_is_surveyed_once_per_opening(native: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Surveyor.survey
    looks: list[object] = []
    monkeypatch.setattr(Surveyor, "survey", lambda self: looks.append(self) or whole(self))
    for count in (1, 2):
        assert open_store(native).layout == "celebamask-hq"
        assert len(looks) == count


def test_partial_trees_are_normal(native: Path) -> None:
    shutil.rmtree(native / "CelebAMask-HQ-mask-anno")
    (native / "CelebAMask-HQ-attribute-anno.txt").unlink()
    store = open_store(native)
    sample = store.sample_ids[0]
    assert store.layout == "celebamask-hq"
    assert store.read_mask(sample).value is None
    assert store.read_attributes(sample).value is None
    assert "no mask folder" in (store.read_only(Modality.MASK) or "")
    assert "no attribute table" in (store.read_only(Modality.ATTRIBUTES) or "")
    assert "no caption folder" in (store.read_only(Modality.CAPTIONS) or "")


def test_a_split_table_by_the_datasets_own_numbers_is_read(native: Path) -> None:
    table = native / "list_eval_partition.csv"
    table.write_bytes(b"idx,split\n0,0\n17,2\n2001,1\n5,0\n")
    store = open_store(native)
    assert store.layout == "celebamask-hq"
    assert store.splits == {"train": ["0"], "val": ["2001"], "test": ["17"]}
    assert [p.message for p in store.problems] == [
        "list_eval_partition.csv: entries that are not in this dataset: 5 (1)"
    ]
    table.write_bytes(b"image_id,partition\n000017.jpg,0\n")
    assert open_store(native).splits == {}

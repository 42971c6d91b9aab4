"""The caption layouts of text-to-image trainers: found by their trees, edited in the very bytes of a caption."""

from __future__ import annotations

import json
import os
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.faces.captions import Captions
from app.faces.errors import ConflictError, InvalidEditError, ReadOnlyError
from app.faces.sample import Modality, SampleId
from app.faces.store import SampleStore, ValueChange
from app.formats import detect, open_store
from app.formats.layouts.caption_sheets import JsonSheet, LineSheet
from app.workbench.describe import describe_sample
from tests.formats.conftest import Apply, Tree
from tests.formats.drawn import CAPTIONS, MULTI_MODAL, NATIVE, jpeg, png, square

PHOTO = jpeg()
ZERO, SEVENTEEN = SampleId("0"), SampleId("17")
LISTS = {
    "train/filenames.pickle": pickle.dumps(["17"], protocol=2),
    "test/filenames.pickle": pickle.dumps(["0"], protocol=0),
}
ATTNGAN = {
    **{f"images/{key}.jpg": PHOTO for key in ("0", "17")},
    **{f"text/{key}.txt": CAPTIONS for key in ("0", "17")},
    **LISTS,
}
CLASSES = ("001.Black_footed_Albatross/Black_Footed_Albatross_0046_18", "002.Laysan_Albatross/Laysan_0002_1027")
CUB = {
    **{f"images/{key}.jpg": PHOTO for key in CLASSES},
    **{f"text/{key}.txt": CAPTIONS for key in CLASSES},
    "train/filenames.pickle": pickle.dumps([CLASSES[0]], protocol=2),
    "test/filenames.pickle": pickle.dumps([CLASSES[1]], protocol=0),
    "train/class_info.pickle": pickle.dumps([1], protocol=2),
    "test/class_info.pickle": pickle.dumps([2], protocol=2),
}
DIALOG = b"""{
  "0.jpg": {"Bangs": "No bangs at all.", "Smiling": "He smiles \\u2014 a \\"grin\\"."},
  "17.jpg": "A young woman \\/ with glasses.",
  "18.jpg": ["One.", "Two."]
}
"""
LAFITE = {**{f"{n}.jpg": PHOTO for n in (0, 17)}, **{f"{n}.txt": CAPTIONS for n in (0, 17)}}


def messages(store: SampleStore) -> list[str]:
    return [problem.message for problem in store.problems]


def texts(store: SampleStore, sample: SampleId) -> tuple[str, ...]:
    captions = store.read_captions(sample).value
    assert captions is not None
    return captions.texts


def change(store: SampleStore, sample: SampleId, edit: Callable[[Captions], Captions]) -> ValueChange:
    loaded = store.read_captions(sample)
    before = loaded.value or Captions()
    return ValueChange(Modality.CAPTIONS, loaded.value, edit(before), loaded.stamps)


def saved(store: SampleStore, apply_plan: Apply, sample: SampleId, edit: Callable[[Captions], Captions]) -> None:
    plan = store.plan_save(sample, [change(store, sample, edit)])
    apply_plan(store.root, plan)
    store.saved(plan)


@pytest.mark.parametrize(
    ("moved", "layout"),
    [
        ({}, "attngan"),
        ({"images/": "image/CelebA-HQ-img/"}, "attngan"),
        ({"text/": "text/celeba-caption/"}, "mm-celeba-hq"),
    ],
    ids=["AttnGAN", "DF-GAN", "Multi-Modal"],
)
def test_trees_of_keys(tree: Tree, apply_plan: Apply, moved: dict[str, str], layout: str) -> None:
    files = {}
    for path, data in ATTNGAN.items():
        old = next((old for old in moved if path.startswith(old)), "")
        files[path.replace(old, moved.get(old, ""), 1)] = data
    root = tree(files)
    store = open_store(root)
    assert store.layout == layout
    assert (list(store.sample_ids), store.splits) == (["0", "17"], {"train": ["17"], "test": ["0"]})
    saved(store, apply_plan, SEVENTEEN, lambda captions: captions.replacing(3, "He smiles."))
    path = store.files(SEVENTEEN, Modality.CAPTIONS)[0]
    assert (root / path).read_bytes() == CAPTIONS.replace(b"She has feature 3. ", b"He smiles.")


def test_masks_and_sketches_keep_a_tree_with_its_own_layout(tree: Tree) -> None:
    files = {
        **ATTNGAN,
        "label/0.png": png(square(2, 2).astype("uint8")),
        "sketch/0.png": png(square(2, 2).astype("uint8")),
    }
    best, *others = detect(tree(files))
    assert best.layout == "mm-celeba-hq"
    attngan = next(found for found in others if found.layout == "attngan")
    assert attngan.refusals == ("label, sketch would not be shown in this layout",)


@pytest.mark.parametrize("files", [NATIVE, MULTI_MODAL, NATIVE | MULTI_MODAL], ids=["native", "multi-modal", "both"])
@pytest.mark.parametrize(
    "beside",
    [{"captions_hq.json": DIALOG}, {"text.txt": b"0.jpg : A man.\n"}, LAFITE, {}],
    ids=["json", "txt", "pairs", ""],
)
def test_what_lies_beside_does_not_take_a_dataset_from_its_layout(
    tree: Tree, files: dict[str, bytes], beside: dict[str, bytes]
) -> None:
    assert detect(tree(files, beside))[0].layout in ("celebamask-hq", "mm-celeba-hq")


@pytest.mark.parametrize("base", ["", "birds/"])
@pytest.mark.parametrize(("texts_in", "images_in"), [("text", "images"), ("text_c10", "CUB_200_2011/images")])
def test_cub_trees(tree: Tree, apply_plan: Apply, base: str, texts_in: str, images_in: str) -> None:
    names = {"images": images_in, "text": texts_in}
    files = {}
    for path, data in CUB.items():
        first, _, rest = path.partition("/")
        files[f"{base}{names.get(first, first)}/{rest}"] = data
    root = tree(files)
    store = open_store(root)
    assert store.layout == "cub"
    albatross, laysan = SampleId("Black_Footed_Albatross_0046_18"), SampleId("Laysan_0002_1027")
    assert list(store.sample_ids) == [albatross, laysan]
    assert store.splits == {"train": [albatross], "test": [laysan]}
    assert messages(store) == []
    assert len(texts(store, laysan)) == 10
    assert describe_sample(store, laysan).as_json()["folder"] == "002.Laysan_Albatross"
    saved(store, apply_plan, laysan, lambda captions: captions.replacing(0, "A white bird."))
    changed = CAPTIONS.replace(b"She has feature 0. ", b"A white bird.")
    assert (root / f"{base}{texts_in}/{CLASSES[1]}.txt").read_bytes() == changed
    assert (root / f"{base}{texts_in}/{CLASSES[0]}.txt").read_bytes() == CAPTIONS


def test_cub_names_of_several_classes_missing_texts_and_bad_pickles(tree: Tree, apply_plan: Apply) -> None:
    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.system, ("false",)

    root = tree(
        CUB,
        {
            "images/001.A/1.jpg": PHOTO,
            "images/002.B/1.jpg": PHOTO,
            "text/001.A/1.txt": CAPTIONS,
            "text/003.C/9.txt": CAPTIONS,
        },
        {"train/class_info.pickle": pickle.dumps(Evil()), "test/class_info.pickle": pickle.dumps([2, 3])},
        {"captions.pickle": b""},
    )
    store = open_store(root)
    first, second = SampleId("001.A__1"), SampleId("002.B__1")
    assert {first, second} < set(store.sample_ids)
    assert (store.has(first, Modality.CAPTIONS), store.has(second, Modality.CAPTIONS)) == (True, False)
    told = messages(store)
    assert told[0] == "captions of samples without a photo, not shown: 003.C/9 (1)"
    assert "train/class_info.pickle: it wants to run" in told[1]
    assert told[2].startswith("test/class_info.pickle: it has 2 classes for 1 entries of test/filenames.pickle")
    plan = store.plan_save(second, [change(store, second, lambda c: c.inserting(0, "New."))])
    assert [file.path for file in plan.changes] == ["text/002.B/1.txt"]
    assert plan.notes == ("captions.pickle is now stale: delete it, trainers keep the old text",)
    saved(store, apply_plan, second, lambda captions: captions.inserting(0, "New."))
    assert texts(store, second) == ("New.",)
    assert store.has(second, Modality.CAPTIONS)


@pytest.mark.parametrize("folder", ["", "pairs/", "pairs/00000/"])
def test_pairs_side_by_side(tree: Tree, apply_plan: Apply, folder: str) -> None:
    root = tree(
        {f"{folder}{name}": data for name, data in LAFITE.items()}, {f"{folder}3.png": PHOTO, f"{folder}9.txt": b""}
    )
    best = detect(root)[0]
    assert (best.layout, best.confidence) == ("lafite", 0.4)
    store = open_store(root)
    assert list(store.sample_ids) == ["0", "3", "17"]
    assert messages(store) == [f"text files without a picture of their name, not read: {folder}9.txt (1)"]
    saved(store, apply_plan, SampleId("3"), lambda captions: captions.inserting(0, "A man."))
    assert (root / f"{folder}3.txt").read_bytes() == b"A man."
    assert texts(store, SampleId("3")) == ("A man.",)


def test_pairs_in_folders_by_split_keep_their_ids(tree: Tree, apply_plan: Apply) -> None:
    pairs = {"train/0.jpg": PHOTO, "train/0.txt": CAPTIONS, "test/17.jpg": PHOTO, "test/17.txt": CAPTIONS}
    root = tree(pairs, {"README.txt": b"", "report.txt": b""})
    store = open_store(root)
    assert (store.layout, store.sample_ids, messages(store)) == ("lafite", ("0", "17"), [])
    assert store.splits == {"train": ["0"], "test": ["17"]}
    assert store.split_of(SampleId("17")) == "test"
    saved(store, apply_plan, SampleId("17"), lambda captions: captions.inserting(0, "A man."))
    assert (root / "test/17.txt").read_bytes().startswith(b"A man.")
    (root / "test" / "0.jpg").write_bytes(PHOTO)
    assert open_store(root).sample_ids == ("test__0", "test__17", "train__0")


def test_pairs_of_one_split_alone_know_it(tree: Tree) -> None:
    store = open_store(tree({"data/test/17.jpg": PHOTO, "data/test/17.txt": CAPTIONS}))
    assert (store.sample_ids, store.splits) == (("17",), {"test": ["17"]})


def test_explainingais_tree_is_multi_modal(tree: Tree) -> None:
    mask = png(square(4, 4).astype("uint8"))
    files = {"CelebA-HQ-img/0.jpg": PHOTO, "celeba-caption/0.txt": CAPTIONS, "CelebAMask-HQ-mask/0.png": mask}
    store = open_store(tree({f"CelebAMask-HQ/{path}": data for path, data in files.items()}))
    assert store.layout == "mm-celeba-hq"
    assert {m for m in (Modality.MASK, Modality.CAPTIONS) if store.has(ZERO, m)} == {Modality.MASK, Modality.CAPTIONS}


@pytest.mark.parametrize("path", ["captions_hq.json", "text/captions_hq_beard_and_age_2022-08-19.json"])
@pytest.mark.parametrize("photos", ["image/image_512_downsampled_from_hq_1024", "CelebA-HQ-img", "images"])
def test_celeba_dialogs_json(tree: Tree, apply_plan: Apply, path: str, photos: str) -> None:
    root = tree({path: DIALOG}, {f"{photos}/{n}.jpg": PHOTO for n in (0, 17, 19)}, {"mask/deep/0.pt": b"x"})
    assert detect(root)[0].layout == "celeba-dialog"
    store = open_store(root)
    assert texts(store, ZERO) == ("No bangs at all.", 'He smiles — a "grin".')
    assert texts(store, SEVENTEEN) == ("A young woman / with glasses.",)
    assert not store.has(SampleId("19"), Modality.CAPTIONS)
    assert messages(store) == [
        f"{path}: captions of photos that are not here, kept: 18 (1)",
        "mask holds tensors (.pt), which are not read; its pictures would be shown",
    ]
    saved(store, apply_plan, ZERO, lambda captions: captions.replacing(0, "Full bängs."))
    assert (root / path).read_bytes() == DIALOG.replace(b"No bangs at all.", b"Full b\\u00e4ngs.")
    with pytest.raises(InvalidEditError, match="not added or removed"):
        store.plan_save(ZERO, [change(store, ZERO, lambda captions: captions.inserting(0, "More."))])
    stale = change(store, ZERO, lambda captions: captions.replacing(0, "Mine."))
    (root / path).write_bytes(DIALOG)
    with pytest.raises(ConflictError):
        store.plan_save(ZERO, [stale])


def test_collaborative_diffusion_tests_on_the_last_keys(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.formats.layouts.caption_tables._COLLABORATIVE_TEST", 1)
    photos = {f"image/image_512_downsampled_from_hq_1024/{n}.jpg": PHOTO for n in (0, 17, 18)}
    store = open_store(tree({"text/captions_hq_beard_and_age.json": DIALOG}, photos))
    assert store.splits == {"train": ["0", "17"], "test": ["18"]}


@pytest.mark.parametrize(
    ("data", "match"),
    [
        (DIALOG[:-20], "it is no whole JSON file"),
        (b"", "it is empty; download it again"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 2\n", "Git LFS pointer"),
        (b"<!DOCTYPE html><title>Google Drive - Quota exceeded</title>", "web page of Google Drive"),
        (b'{"0.jpg": ' + b"[" * 100_000, "it is no whole JSON file"),
    ],
    ids=["cut", "empty", "pointer", "page", "deep"],
)
def test_a_caption_file_that_is_none_is_named_and_its_photos_shown(tree: Tree, data: bytes, match: str) -> None:
    store = open_store(tree({"captions_hq.json": data, "images/0.jpg": PHOTO}), "celeba-dialog")
    assert any(match in message for message in messages(store))
    assert store.read_photo(ZERO).value is not None
    loaded = store.read_captions(ZERO)
    assert match in (loaded.read_only or "")
    with pytest.raises(ReadOnlyError):
        store.plan_save(ZERO, [ValueChange(Modality.CAPTIONS, None, Captions.from_texts(["x"]), {})])


def test_one_caption_a_line_and_many_in_a_line(tree: Tree, apply_plan: Apply) -> None:
    data = b"0.jpg : A man.\r\nnonsense\r\n17.jpg : A woman. \r\n17.jpg: Again\r\n99.jpg : gone\r\n"
    root = tree({"text.txt": data, "face_map/0.jpg": PHOTO, "face_map/17.jpg": PHOTO, "sketch/0.jpg": jpeg("L")})
    store = open_store(root)
    assert store.layout == "caption-table"
    assert (texts(store, ZERO), texts(store, SEVENTEEN)) == (("A man.",), ("A woman. ", "Again"))
    assert store.read_sketch(ZERO).value is not None
    assert messages(store) == [
        "there are no photos; the pictures of face_map are shown in their place",
        "text.txt: captions of photos that are not here, kept: 99 (1)",
        "text.txt: lines that are no photo's name with captions, passed over and kept: line 2 (1)",
    ]
    saved(store, apply_plan, SEVENTEEN, lambda captions: captions.replacing(1, "Anew"))
    assert (root / "text.txt").read_bytes() == data.replace(b"Again", b"Anew")
    with pytest.raises(InvalidEditError, match="one caption a line"):
        store.plan_save(ZERO, [change(store, ZERO, lambda captions: captions.inserting(1, "More."))])


def test_captions_of_the_original_celeba_in_a_line_each(tree: Tree, apply_plan: Apply) -> None:
    data = b"000001.jpg\tShe smiles.|She is young.\n000002.jpg\tHe frowns.\n"
    root = tree({"caps.txt": data, "img_align_celeba/000001.jpg": PHOTO, "img_align_celeba/000002.jpg": PHOTO})
    one = SampleId("1")
    store = open_store(root)
    assert store.layout == "caption-table"
    assert texts(store, one) == ("She smiles.", "She is young.")
    saved(store, apply_plan, one, lambda captions: captions.inserting(1, "She reads."))
    assert (root / "caps.txt").read_bytes() == data.replace(b"smiles.|", b"smiles.|She reads.|")
    with pytest.raises(InvalidEditError, match="vertical bar"):
        store.plan_save(one, [change(store, one, lambda captions: captions.replacing(0, "a|b"))])


def test_captions_beside_celebas_tables_are_shown_with_them(tree: Tree) -> None:
    files = {"img_align_celeba/000001.jpg": PHOTO, "list_eval_partition.txt": b"000001.jpg 2\n"}
    store = open_store(tree(files, {"caps.txt": b"000001.jpg\tShe smiles.|She is young.\n"}))
    assert (store.layout, list(store.splits)) == ("celeba", ["test"])
    assert texts(store, SampleId("1")) == ("She smiles.", "She is young.")


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=12)


@settings(max_examples=150, deadline=None)
@given(
    captions=st.dictionaries(
        st.integers(0, 50),
        st.one_of(TEXT, st.dictionaries(TEXT, TEXT, min_size=1), st.lists(TEXT, min_size=1)),
        min_size=1,
    ),
    ascii_only=st.booleans(),
    indent=st.sampled_from([None, 0, 2]),
    new=TEXT,
    data=st.data(),
)
def test_an_edit_of_json_changes_one_text(
    captions: dict[int, object], ascii_only: bool, indent: int | None, new: str, data: st.DataObject
) -> None:
    whole = json.dumps({f"{n}.jpg": held for n, held in captions.items()}, ensure_ascii=ascii_only, indent=indent)
    sheet = JsonSheet.from_bytes(whole.encode())
    sample = data.draw(st.sampled_from(sheet.samples))
    before = sheet.texts(sample) or []
    at = data.draw(st.integers(0, len(before) - 1))
    after = [*before[:at], new.encode(), *before[at + 1 :]]
    edited = sheet.edited(sample, after)
    again = JsonSheet.from_bytes(edited)
    assert again.texts(sample) == after
    assert {s: again.texts(s) for s in again.samples if s != sample} == {
        s: sheet.texts(s) for s in sheet.samples if s != sample
    }
    old = json.dumps(before[at].decode(), ensure_ascii=ascii_only).encode()
    assert len(edited) - len(whole.encode()) in {
        len(json.dumps(new, ensure_ascii=flag).encode()) - len(old) for flag in (True, False)
    } | {0}
    assert sheet.edited(sample, before) == sheet.data


LINE = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0|"), max_size=12)


@settings(max_examples=150, deadline=None)
@given(
    rows=st.dictionaries(st.integers(0, 99), LINE, min_size=1),
    ending=st.sampled_from(["\n", "\r\n"]),
    new=LINE,
    data=st.data(),
)
def test_an_edit_of_a_line_changes_its_text(rows: dict[int, str], ending: str, new: str, data: st.DataObject) -> None:
    def written(values: dict[int, str]) -> bytes:
        return "".join(f"{number}.jpg : {text}{ending}" for number, text in values.items()).encode()

    number = data.draw(st.sampled_from(sorted(rows)))
    sheet = LineSheet.from_bytes(written(rows))
    assert sheet.texts(str(number)) == [rows[number].encode()]
    assert sheet.edited(str(number), [new.encode()]) == written({**rows, number: new})


def test_plain_photos_at_any_depth(tree: Tree, tmp_path: Path) -> None:
    files = {
        "a/b/1.jpg": PHOTO,
        "a/01.PNG": PHOTO,
        "a/c/x y.jpeg": PHOTO,
        "a/c/notes.md": b"",
        "a/.hidden/2.jpg": PHOTO,
    }
    root = tree({f"holiday/{path}": data for path, data in files.items()})
    (root / "holiday/a/loop").symlink_to(root / "holiday", target_is_directory=True)
    (tmp_path / "outside").mkdir()
    (root / "holiday/a/out").symlink_to(tmp_path / "outside", target_is_directory=True)
    best = detect(root)[0]
    assert (best.layout, best.confidence) == ("photos", 0.1)
    store = open_store(root)
    assert list(store.sample_ids) == ["1", "b__1", "c__x y"]
    assert store.files(SampleId("b__1"), Modality.PHOTO) == ("holiday/a/b/1.jpg",)
    assert messages(store) == [
        "holiday/a/out is a link to a place outside the dataset; it is not followed. Put the folder there"
    ]
    assert all(store.read_only(modality) for modality in Modality)


def test_photos_that_are_something_else_are_named(tree: Tree) -> None:
    lfs = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
    page = b"<html><head><title>Google Drive - Virus scan warning</title>"
    store = open_store(tree({"1.jpg": lfs, "2.jpg": page, "3.jpg": b"", "4.jpg": PHOTO}))
    told = [[problem.message for problem in store.read_photo(sample).problems] for sample in store.sample_ids]
    assert [message.split(",")[0].split("(")[0] for found in told for message in found] == [
        "1.jpg: it is a Git LFS pointer",
        "2.jpg: it is a web page of Google Drive ",
        "3.jpg: it is empty; download it again",
    ]
    assert store.read_photo(SampleId("4")).value is not None


def test_masks_alone_are_no_folder_of_photos(tree: Tree) -> None:
    files = {path: data for path, data in NATIVE.items() if "CelebA-HQ-img" not in path}
    photos = next(found for found in detect(tree(files)) if found.layout == "photos")
    assert photos.refusals == ("a dataset without its photos: CelebAMask-HQ-mask-anno; put the photos beside them",)

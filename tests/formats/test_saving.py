"""A planned save changes the meant files, in their own kind, and not one other byte."""

from __future__ import annotations

import pickle
import shutil
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.faces.attributes import Attributes
from app.faces.captions import Captions
from app.faces.classes import CLASS_BY_NAME, LAYER_CLASSES
from app.faces.errors import ConflictError, InvalidEditError, ReadOnlyError
from app.faces.mask import MaskLayers
from app.faces.sample import EditableValue, Loaded, Modality, SampleId
from app.faces.store import SampleStore, SavePlan, ValueChange
from app.formats import open_store
from app.formats.png import PALETTE, PngKind, new_png, read_png
from tests.formats.conftest import Apply, Tree
from tests.formats.drawn import CAPTIONS, MULTI_MODAL, NATIVE, jpeg, png, rgb, square

S0, S17, S2001 = SampleId("0"), SampleId("17"), SampleId("2001")
ANNO = "CelebAMask-HQ-mask-anno"
TABLE = "CelebAMask-HQ-attribute-anno.txt"
Contents = Callable[[Path], dict[str, bytes]]


def painted(loaded: Loaded[MaskLayers], name: str, region: np.ndarray, *, on: bool = True) -> ValueChange:  # type: ignore[type-arg]
    """The change that sets or clears a class in a region."""
    assert loaded.value is not None
    bits = loaded.value.bits.copy()
    bit = np.uint32(CLASS_BY_NAME[name].bit)
    bits[region] = bits[region] | bit if on else bits[region] & ~bit
    return ValueChange(Modality.MASK, loaded.value, MaskLayers(bits, loaded.value.exclusive), loaded.stamps)


def change(modality: Modality, loaded: Loaded[EditableValue], after: EditableValue) -> ValueChange:
    return ValueChange(modality, loaded.value, after, loaded.stamps)


def paths(plan: SavePlan) -> list[str]:
    return [file.path for file in plan.changes]


def everywhere(size: int = 32) -> np.ndarray:  # type: ignore[type-arg]
    return np.ones((size, size), np.bool_)


def test_only_the_painted_class_changes(native: Path, apply_plan: Apply, contents: Contents) -> None:
    store, before = open_store(native), contents(native)
    loaded = store.read_mask(S17)
    plan = store.plan_save(S17, [painted(loaded, "hair", square(20, 20))])
    assert paths(plan) == [f"{ANNO}/0/00017_hair.png"]
    apply_plan(native, plan)
    after = contents(native)
    assert {p for p in after if after[p] != before.get(p)} == set(paths(plan))
    expected = loaded.value.bits.copy()  # type: ignore[union-attr]
    expected[square(20, 20)] |= CLASS_BY_NAME["hair"].bit
    assert np.array_equal(store.read_mask(S17).value.bits, expected)  # type: ignore[union-attr]


def test_a_value_that_did_not_change_plans_nothing(native: Path) -> None:
    store = open_store(native)
    loaded = store.read_mask(S17)
    assert store.plan_save(S17, [painted(loaded, "hair", square(0, 0, 5))]).changes == ()


def test_a_new_class_gets_a_file_of_its_siblings_kind_name_and_folder(native: Path, apply_plan: Apply) -> None:
    store = open_store(native)
    plan = store.plan_save(S2001, [painted(store.read_mask(S2001), "hat", square(9, 9))])
    assert [(f.path, f.before) for f in plan.changes] == [(f"{ANNO}/1/02001_hat.png", None)]
    apply_plan(native, plan)
    with Image.open(native / paths(plan)[0]) as image:
        assert (image.mode, image.size) == ("RGB", (32, 32))
        assert np.array_equal(np.array(image.convert("P")) == 225, square(9, 9))
    assert store.class_bits(S2001) == 1
    store.saved(plan)
    assert store.class_bits(S2001) == 1 | CLASS_BY_NAME["hat"].bit


def test_an_emptied_class_loses_its_file_and_a_note_says_so(native: Path, apply_plan: Apply) -> None:
    store = open_store(native)
    plan = store.plan_save(S17, [painted(store.read_mask(S17), "l_eye", everywhere(), on=False)])
    assert [(f.path, f.after) for f in plan.changes] == [(f"{ANNO}/0/00017_l_eye.png", None)]
    assert plan.notes == ("00017_l_eye.png is removed: no pixel of left eye is left",)
    apply_plan(native, plan)
    store.saved(plan)
    assert store.class_bits(S17) == 1 | CLASS_BY_NAME["hair"].bit
    assert store.read_mask(S17).value.areas()["l_eye"] == 0  # type: ignore[union-attr]


def test_an_all_black_file_stays_and_can_be_painted(tree: Tree, apply_plan: Apply) -> None:
    black = rgb(square(0, 0, 0))
    root = tree(NATIVE, {f"{ANNO}/0/00017_hat.png": black})
    store = open_store(root)
    loaded = store.read_mask(S17)
    assert store.plan_save(S17, [painted(loaded, "hat", everywhere(), on=False)]).changes == ()
    apply_plan(root, store.plan_save(S17, [painted(loaded, "hat", square(1, 1))]))
    assert store.read_mask(S17).value.areas()["hat"] == 64  # type: ignore[union-attr]


def test_a_sample_without_masks_gets_files_like_its_neighbours(tree: Tree, apply_plan: Apply) -> None:
    grey = {
        p: png(np.asarray(square(2, 2)).astype(np.uint8) * np.uint8(255)) for p in NATIVE if p.endswith("_skin.png")
    }
    root = tree({**NATIVE, **grey}, {"CelebA-HQ-img/4003.jpg": jpeg()})
    store = open_store(root)
    sample = SampleId("4003")
    loaded = store.read_mask(sample)
    assert (loaded.value, set(loaded.stamps.values())) == (None, {None})
    assert f"{ANNO}/2/04003_nose.png" in loaded.stamps
    bits = square(3, 3).astype(np.uint32) * np.uint32(CLASS_BY_NAME["nose"].bit)
    plan = store.plan_save(sample, [ValueChange(Modality.MASK, None, MaskLayers(bits), loaded.stamps)])
    assert paths(plan) == [f"{ANNO}/2/04003_nose.png"]
    assert read_png(plan.changes[0].after or b"").kind.colour_type == 0
    apply_plan(root, plan)
    store.saved(plan)
    assert store.read_mask(sample).value.areas()["nose"] == 64  # type: ignore[union-attr]


def test_flat_and_unpadded_trees_get_flat_and_unpadded_files(tree: Tree) -> None:
    root = tree({"image/17.jpg": jpeg(), "image/5.jpg": jpeg(), "masks/17_skin.png": rgb(square(1, 1))})
    store = open_store(root)
    sample = SampleId("5")
    bits = square(3, 3).astype(np.uint32)
    stamps = store.read_mask(sample).stamps
    plan = store.plan_save(sample, [ValueChange(Modality.MASK, None, MaskLayers(bits), stamps)])
    assert paths(plan) == ["masks/5_skin.png"]


def test_a_file_changed_by_someone_else_is_never_overwritten(native: Path) -> None:
    store = open_store(native)
    loaded = store.read_mask(S17)
    (native / ANNO / "0" / "00017_hair.png").write_bytes(rgb(square(9, 9)))
    with pytest.raises(ConflictError, match=r"00017_hair.png was changed by someone else"):
        store.plan_save(S17, [painted(loaded, "hair", square(20, 20))])
    (native / ANNO / "0" / "00017_hair.png").unlink()
    with pytest.raises(ConflictError, match=r"00017_hair.png was removed"):
        store.plan_save(S17, [painted(loaded, "hair", square(20, 20))])
    (native / ANNO / "0" / "00017_hat.png").write_bytes(rgb(square(9, 9)))
    with pytest.raises(ConflictError, match=r"00017_hat.png appeared"):
        store.plan_save(S17, [painted(loaded, "hat", square(20, 20))])
    assert paths(store.plan_save(S17, [painted(loaded, "skin", square(26, 26, 4))])) == [f"{ANNO}/0/00017_skin.png"]


def test_files_that_somebody_made_meanwhile_are_read(tree: Tree, apply_plan: Apply) -> None:
    root = tree(NATIVE, MULTI_MODAL)
    (root / "text/celeba-caption/17.txt").unlink()
    store = open_store(root, layout="mm-celeba-hq")
    loaded = store.read_mask(S17)
    hat = root / ANNO / "0/00017_hat.png"
    hat.write_bytes(rgb(square(3, 3)))
    (root / "text/celeba-caption/17.txt").write_bytes(b"New.\n")
    with pytest.raises(ConflictError, match="appeared"):
        store.plan_save(S17, [painted(loaded, "hat", square(1, 1))])
    again = store.read_mask(S17)
    assert again.value.areas()["hat"] == 64  # type: ignore[union-attr]
    assert (store.class_bits(S17) or 0) & CLASS_BY_NAME["hat"].bit
    apply_plan(root, store.plan_save(S17, [painted(again, "hat", everywhere())]))
    assert store.read_captions(S17).value.texts == ("New.",)  # type: ignore[union-attr]


def test_a_mask_emptied_class_by_class_stays_a_mask_of_class_files(tree: Tree, apply_plan: Apply) -> None:
    root = tree(NATIVE, MULTI_MODAL)
    store = open_store(root, layout="mm-celeba-hq")
    loaded = store.read_mask(S17)
    assert loaded.value is not None
    ids = loaded.value.to_index_map(store.scheme)
    (root / "label/17.png").write_bytes(png(ids))
    store = open_store(root, layout="mm-celeba-hq")
    empty = MaskLayers.empty(loaded.value.shape)
    plan = store.plan_save(S17, [change(Modality.MASK, loaded, empty)])
    apply_plan(root, plan)
    store.saved(plan)
    emptied = store.read_mask(S17)
    assert emptied.value is None
    assert store.class_bits(S17) == 0
    bits = empty.bits.copy()
    bits[:4] = CLASS_BY_NAME["hat"].bit
    stamps = dict.fromkeys(loaded.stamps) | {"label/17.png": "followed"}
    plan = store.plan_save(S17, [ValueChange(Modality.MASK, empty, MaskLayers(bits), stamps)])
    assert paths(plan) == [f"{ANNO}/0/00017_hat.png", "label/17.png"]
    new = plan.changes[0].after
    assert new is not None
    assert str(read_png(new).kind) == "8-bit RGB"


def test_a_background_file_is_kept_and_named(tree: Tree) -> None:
    root = tree(NATIVE, {f"{ANNO}/0/00017_background.png": rgb(~square(2, 2, 24))})
    store = open_store(root)
    assert list(store.problems) == []
    plan = store.plan_save(S17, [painted(store.read_mask(S17), "hair", square(20, 20))])
    assert plan.notes == (f"{ANNO}/0/00017_background.png was left as it is and may no longer fit",)


def test_a_mask_that_changed_size_is_refused(native: Path) -> None:
    store = open_store(native)
    loaded = store.read_mask(S17)
    with pytest.raises(InvalidEditError, match="changed its size"):
        store.plan_save(S17, [change(Modality.MASK, loaded, MaskLayers.empty((8, 8)))])


@pytest.mark.parametrize("mode", ["L", "P"])
def test_an_index_map_changes_where_painted_and_keeps_its_palette(tree: Tree, apply_plan: Apply, mode: str) -> None:
    values = square(4, 4).astype(np.uint8) * np.uint8(13)
    image = Image.fromarray(values)
    if mode == "P":
        image.putpalette([v for c in LAYER_CLASSES for v in c.colour] + [1, 2, 3])
    path = tree(MULTI_MODAL) / "label" / "17.png"
    image.save(path)
    original = read_png(path.read_bytes())
    store = open_store(path.parent.parent)
    loaded = store.read_mask(S17)
    assert loaded.value is not None
    bits = loaded.value.bits.copy()
    bits[0, 0] = CLASS_BY_NAME["cloth"].bit
    bits[4, 4] = 0
    plan = store.plan_save(S17, [change(Modality.MASK, loaded, MaskLayers(bits, exclusive=True))])
    assert paths(plan) == ["label/17.png"]
    apply_plan(path.parent.parent, plan)
    store.saved(plan)
    saved = read_png(path.read_bytes())
    assert (saved.kind, saved.chunk(b"PLTE")) == (original.kind, original.chunk(b"PLTE"))
    values[0, 0], values[4, 4] = 18, 0
    with Image.open(path) as reread:
        assert (reread.mode, np.array_equal(np.asarray(reread), values)) == (mode, True)


def test_a_palette_too_short_for_a_class_is_told(tree: Tree) -> None:
    palette = PngKind(32, 32, 8, PALETTE, interlaced=False)
    data = new_png(palette, square(4, 4).astype(np.uint8)[..., None])
    at = data.index(b"IDAT") - 4
    two_colours = b"PLTE" + bytes([0, 0, 0, 255, 0, 0])
    chunk = b"\0\0\0\6" + two_colours + zlib.crc32(two_colours).to_bytes(4, "big")
    root = tree(MULTI_MODAL, {"label/17.png": data[:at] + chunk + data[at:]})
    store = open_store(root)
    loaded = store.read_mask(S17)
    with pytest.raises(ReadOnlyError, match=r"palette of label/17.png has 2 colours and cannot hold class 18"):
        store.plan_save(S17, [painted(loaded, "cloth", square(20, 20, 2))])


def test_a_new_index_map_is_like_its_neighbours(tree: Tree, apply_plan: Apply) -> None:
    root = tree(MULTI_MODAL, {"image/3.jpg": jpeg()})
    store = open_store(root)
    sample = SampleId("3")
    stamps = store.read_mask(sample).stamps
    assert dict(stamps) == {"label/3.png": None}
    bits = square(4, 4).astype(np.uint32) * np.uint32(CLASS_BY_NAME["hat"].bit)
    plan = store.plan_save(sample, [ValueChange(Modality.MASK, None, MaskLayers(bits, exclusive=True), stamps)])
    apply_plan(root, plan)
    store.saved(plan)
    assert (store.has(sample, Modality.MASK), store.class_bits(sample)) == (True, None)
    with Image.open(root / "label" / "3.png") as image:
        assert (image.mode, np.unique(np.asarray(image)).tolist()) == ("L", [0, 14])


def test_new_files_are_padded_like_the_others(tree: Tree) -> None:
    files = {path.replace("17.", "00017."): data for path, data in MULTI_MODAL.items() if "0." not in path}
    store = open_store(tree(files, {"image/00003.jpg": jpeg()}))
    sample = SampleId("3")
    assert dict(store.read_captions(sample).stamps) == {"text/celeba-caption/00003.txt": None}
    assert dict(store.read_mask(sample).stamps) == {"label/00003.png": None}
    assert store.photo_path(sample).name == "00003.jpg"


def both_forms(tree: Tree, index_map: np.ndarray) -> Path:  # type: ignore[type-arg]
    return tree(NATIVE, {"label/17.png": png(index_map), "text/17.txt": CAPTIONS})


def test_an_index_map_beside_class_files_follows_if_it_was_their_flattening(
    tree: Tree, apply_plan: Apply, native: Path
) -> None:
    layers = open_store(native).read_mask(S17).value
    assert layers is not None
    root = both_forms(tree, layers.to_index_map())
    store = open_store(root)
    plan = store.plan_save(S17, [painted(store.read_mask(S17), "hair", square(20, 20))])
    assert paths(plan) == [f"{ANNO}/0/00017_hair.png", "label/17.png"]
    apply_plan(root, plan)
    after = store.read_mask(S17).value
    assert after is not None
    with Image.open(root / "label" / "17.png") as image:
        assert np.array_equal(np.asarray(image), after.to_index_map())
    hidden = store.plan_save(S17, [painted(store.read_mask(S17), "skin", square(20, 20, 2), on=False)])
    assert paths(hidden) == [f"{ANNO}/0/00017_skin.png"]


def test_an_index_map_of_its_own_mind_is_left_and_told(tree: Tree) -> None:
    root = both_forms(tree, np.zeros((32, 32), np.uint8))
    store = open_store(root)
    assert store.read_mask(S17).value.exclusive is False  # type: ignore[union-attr]
    plan = store.plan_save(S17, [painted(store.read_mask(S17), "hair", square(20, 20))])
    assert paths(plan) == [f"{ANNO}/0/00017_hair.png"]
    assert plan.notes == (
        "label/17.png was left as it is: it was not the flattening of the class files before the edit",
    )


def test_one_caption_changes_one_line(tree: Tree, apply_plan: Apply) -> None:
    root = tree(MULTI_MODAL, {"captions_DAMSM.pickle": b"x"})
    store = open_store(root)
    loaded = store.read_captions(S17)
    assert loaded.value is not None
    plan = store.plan_save(S17, [change(Modality.CAPTIONS, loaded, loaded.value.replacing(3, "He wears a hat."))])
    assert plan.notes == ("captions_DAMSM.pickle is now stale: delete it, trainers keep the old text",)
    apply_plan(root, plan)
    assert (root / "text/celeba-caption/17.txt").read_bytes() == CAPTIONS.replace(
        b"She has feature 3. ", b"He wears a hat."
    )
    assert store.plan_save(S17, [change(Modality.CAPTIONS, store.read_captions(S17), loaded.value)]).changes != ()
    with pytest.raises(ConflictError, match=r"17.txt was changed"):
        store.plan_save(S17, [change(Modality.CAPTIONS, loaded, loaded.value.replacing(0, "x"))])


def test_a_sample_without_captions_gets_a_file(tree: Tree, apply_plan: Apply) -> None:
    root = tree(MULTI_MODAL, {"text/celeba-caption/0.txt": None, "image/3.jpg": jpeg()})
    store = open_store(root)
    sample = SampleId("3")
    loaded = store.read_captions(sample)
    assert (loaded.value, dict(loaded.stamps)) == (None, {"text/celeba-caption/3.txt": None})
    new = Captions.from_texts(["one", "two"])
    plan = store.plan_save(sample, [ValueChange(Modality.CAPTIONS, None, new, loaded.stamps)])
    apply_plan(root, plan)
    store.saved(plan)
    assert store.has(sample, Modality.CAPTIONS)
    assert (root / "text/celeba-caption/3.txt").read_bytes() == b"one\ntwo"


def test_captions_need_a_caption_folder(native: Path) -> None:
    store = open_store(native)
    with pytest.raises(ReadOnlyError, match="no caption folder"):
        store.plan_save(S17, [ValueChange(Modality.CAPTIONS, None, Captions.from_texts(["a"]), {})])


def test_an_attribute_changes_one_word_of_the_table(native: Path, apply_plan: Apply) -> None:
    store = open_store(native)
    table = (native / TABLE).read_bytes()
    loaded = store.read_attributes(S17)
    assert loaded.value is not None
    assert loaded.value["Male"] is False
    after = loaded.value.replacing("Male", True)
    plan = store.plan_save(S17, [change(Modality.ATTRIBUTES, loaded, after)])
    apply_plan(native, plan)
    rows = table.split(b"\n")
    words = rows[3].split(b" ")
    assert words[22] == b"-1"
    words[22] = b"1"
    rows[3] = b" ".join(words)
    assert (native / TABLE).read_bytes() == b"\n".join(rows)
    assert store.read_attributes(S17).value == after


def test_other_rows_may_change_meanwhile_but_not_this_one(native: Path) -> None:
    store = open_store(native)
    loaded = store.read_attributes(S17)
    assert loaded.value is not None
    edit = change(Modality.ATTRIBUTES, loaded, loaded.value.replacing("Male", True))
    table = (native / TABLE).read_bytes()
    (native / TABLE).write_bytes(table.replace(b"0.jpg  -1", b"0.jpg  1", 1))
    assert b"0.jpg  1 1" in (store.plan_save(S17, [edit]).changes[0].after or b"")
    (native / TABLE).write_bytes(table.replace(b"17.jpg  -1", b"17.jpg  1"))
    with pytest.raises(ConflictError, match="row of sample 17"):
        store.plan_save(S17, [edit])


def test_unknown_is_saved_only_where_the_table_has_it_already(native: Path) -> None:
    store = open_store(native)
    loaded = store.read_attributes(S17)
    assert loaded.value is not None
    edit = change(Modality.ATTRIBUTES, loaded, loaded.value.replacing("Male", None))
    with pytest.raises(ReadOnlyError, match="Male cannot be saved as unknown"):
        store.plan_save(S17, [edit])
    table = (native / TABLE).read_bytes()
    (native / TABLE).write_bytes(table.replace(b"2001.jpg  -1", b"2001.jpg  0"))
    assert store.read_attributes(S2001).value["5_o_Clock_Shadow"] is None  # type: ignore[index]
    assert store.plan_save(S17, [edit]).changes[0].path == TABLE


@pytest.mark.parametrize(
    ("row", "match", "locked"),
    [
        (b"17.jpg  " + b" ".join([b"1"] * 39), "39 values for 40 attributes", True),
        (b"17.jpg  " + b" ".join([b"1"] * 41), "41 values for 40 attributes", True),
        (b"17.jpg  yes " + b" ".join([b"1"] * 39), "neither 1 nor -1: yes", False),
        (b"17.jpg  " + b" ".join([b"1"] * 40) + b"\n17.jpg  " + b" ".join([b"-1"] * 40), "more than one row", True),
    ],
)
def test_odd_rows_are_told(native: Path, row: bytes, match: str, locked: bool) -> None:
    lines = (native / TABLE).read_bytes().split(b"\n")
    lines[3] = row
    (native / TABLE).write_bytes(b"\n".join(lines))
    store = open_store(native)
    loaded = store.read_attributes(S17)
    assert [match in p.message for p in loaded.problems] == [True]
    assert (loaded.read_only is not None) is locked
    assert loaded.value is not None
    assert loaded.value["5_o_Clock_Shadow"] is (True if b"-1" in row else None)
    assert store.read_attributes(S0).problems == ()
    if locked:
        with pytest.raises(ReadOnlyError):
            store.plan_save(S17, [change(Modality.ATTRIBUTES, loaded, loaded.value.replacing("Male", False))])


def test_a_sample_without_a_row_cannot_be_edited(tree: Tree) -> None:
    store = open_store(tree(NATIVE, {"CelebA-HQ-img/5.jpg": jpeg()}))
    sample = SampleId("5")
    loaded = store.read_attributes(sample)
    assert (loaded.value, store.has(sample, Modality.ATTRIBUTES)) == (None, False)
    assert "no row for sample 5" in (loaded.read_only or "")
    with pytest.raises(ReadOnlyError, match="no row for sample 5"):
        store.plan_save(sample, [ValueChange(Modality.ATTRIBUTES, None, Attributes.unknown(), {})])


def test_a_table_of_crlf_lines_with_trailing_blanks_keeps_them(native: Path, apply_plan: Apply) -> None:
    table = (native / TABLE).read_bytes().replace(b"\n", b" \r\n")
    (native / TABLE).write_bytes(table)
    store = open_store(native)
    loaded = store.read_attributes(S0)
    assert loaded.value is not None
    assert loaded.problems == ()
    apply_plan(
        native, store.plan_save(S0, [change(Modality.ATTRIBUTES, loaded, loaded.value.replacing("Young", False))])
    )
    at = table.index(b"1 \r\n", table.index(b"0.jpg"))
    assert (native / TABLE).read_bytes() == table[:at] + b"-" + table[at:]


def test_poses_and_mapping_are_read(native: Path) -> None:
    store = open_store(native)
    pose = store.read_pose(S0).value
    assert pose is not None
    assert (pose.yaw, pose.pitch, pose.roll) == (1.5, -2.0, 0.0)
    assert "no angle" in store.read_pose(S2001).problems[0].message
    assert store.celeba_file(S17) == "000042.jpg"  # type: ignore[attr-defined]
    assert store.celeba_file(S0) is None  # type: ignore[attr-defined]


def test_photos_and_poses_are_never_written(native: Path) -> None:
    store = open_store(native)
    for modality in (Modality.PHOTO, Modality.POSE):
        with pytest.raises(ReadOnlyError, match="never written"):
            store.plan_save(S17, [ValueChange(modality, None, Captions(), {})])


def test_everything_at_once_on_real_samples(
    real_data: Path, tmp_path: Path, apply_plan: Apply, contents: Contents
) -> None:
    for name in ("CelebAMask-HQ", "Multi-Modal-CelebA-HQ"):
        shutil.copytree(real_data / name, tmp_path / name)
    for path in [tmp_path, *tmp_path.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    before = contents(tmp_path)
    store: SampleStore = open_store(tmp_path)
    mask, captions, attributes = store.read_mask(S17), store.read_captions(S17), store.read_attributes(S17)
    assert mask.value is not None
    assert captions.value is not None
    assert attributes.value is not None
    region = square(100, 100, 40, 512)
    bits = mask.value.bits.copy()
    bits[region] ^= CLASS_BY_NAME["hair"].bit
    bits[region] |= CLASS_BY_NAME["hat"].bit
    bits &= ~np.uint32(CLASS_BY_NAME["l_eye"].bit)
    after = [
        MaskLayers(bits),
        captions.value.replacing(0, "A hat."),
        attributes.value.replacing("Wearing_Hat", not attributes.value["Wearing_Hat"]),
    ]
    modalities = [Modality.MASK, Modality.CAPTIONS, Modality.ATTRIBUTES]
    loaded: list[Loaded[EditableValue]] = [mask, captions, attributes]  # type: ignore[list-item]
    plan = store.plan_save(S17, [change(m, was, now) for m, was, now in zip(modalities, loaded, after, strict=True)])
    apply_plan(tmp_path, plan)
    store.saved(plan)
    native_root = "CelebAMask-HQ"
    assert sorted(paths(plan)) == [
        f"{native_root}/{TABLE}",
        *(f"{native_root}/{ANNO}/0/00017_{name}.png" for name in ("hair", "hat", "l_eye")),
        "Multi-Modal-CelebA-HQ/label/17.png",
        "Multi-Modal-CelebA-HQ/text/celeba-caption/17.txt",
    ]
    now = contents(tmp_path)
    assert {p for p in before.keys() | now.keys() if before.get(p) != now.get(p)} == set(paths(plan))
    again = [store.read_mask(S17), store.read_captions(S17), store.read_attributes(S17)]
    assert again[0].value.equals(after[0])  # type: ignore[union-attr]
    assert [one.value for one in again[1:]] == after[1:]
    for name in ("hair", "hat"):
        with Image.open(tmp_path / native_root / ANNO / "0" / f"00017_{name}.png") as image:
            assert (image.mode, image.size, set(np.unique(np.asarray(image)))) == ("RGB", (512, 512), {0, 255})
    fused = Image.open(tmp_path / "Multi-Modal-CelebA-HQ" / "label" / "17.png")
    with fused:
        assert fused.mode == "P"
        assert np.array_equal(np.asarray(fused), again[0].value.to_index_map())  # type: ignore[union-attr]
    table = (before[f"{native_root}/{TABLE}"], now[f"{native_root}/{TABLE}"])
    assert sum(a != b for a, b in zip(table[0].split(), table[1].split(), strict=True)) == 1


def test_threads_may_read_the_same_sample_at_once(native: Path) -> None:
    store = open_store(native)
    alone = store.read_mask(S17).value
    assert alone is not None
    with ThreadPoolExecutor(8) as readers:
        for layers in readers.map(lambda _: store.read_mask(S17).value, range(64)):
            assert layers is not None
            assert layers.equals(alone)


def test_reading_never_changes_a_file(multi_modal: Path, contents: Contents) -> None:
    before = contents(multi_modal)
    store = open_store(multi_modal)
    for sample in store.sample_ids:
        for read in (store.read_photo, store.read_mask, store.read_sketch, store.read_captions, store.read_attributes):
            read(sample)
    assert contents(multi_modal) == before
    assert pickle.loads(before["test/filenames.pickle"]) == ["0"]

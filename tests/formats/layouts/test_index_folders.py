"""Photos with index maps in the spellings people use, and the class order of each."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Mapping
from contextlib import closing
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.catalog.places import CatalogPlaces
from app.faces.classes import CLASS_BY_NAME, CLASSES, OFFICIAL_SCHEME, SCHEME_BY_NAME, SCHEMES, ClassScheme
from app.faces.errors import LayoutError, ReadOnlyError
from app.faces.mask import IndexMap, MaskLayers
from app.faces.sample import Modality, SampleId
from app.faces.store import SampleStore, ValueChange
from app.formats import detect, open_store
from app.formats.colour_masks import PALETTES
from app.formats.scheme_guess import CANDIDATES, guess_scheme, swapped
from app.generation.portrait.casting import cast_people
from app.generation.portrait.portrait import draw_portrait
from app.imaging.cv import cv2
from app.workbench.index import build_index
from app.workbench.open import open_with_catalog
from tests.formats.conftest import Apply, Tree
from tests.formats.drawn import MULTI_MODAL, NATIVE, attribute_table, jpeg, png

FACES = 8
SIZE = 128


@cache
def faces() -> tuple[IndexMap, ...]:
    """Index maps of invented people in the official order."""
    drawn = []
    for person in cast_people(FACES, 5):
        whole = MaskLayers.from_binaries(draw_portrait(person).layers).to_index_map(OFFICIAL_SCHEME)
        drawn.append(cv2.resize(whole, (SIZE, SIZE), interpolation=cv2.INTER_NEAREST).astype(np.uint8))
    return tuple(drawn)


def in_order(scheme: ClassScheme, index_map: IndexMap) -> IndexMap:
    table = np.array([scheme.order.index(c.name) for c in CLASSES], np.uint8)
    remapped: IndexMap = table[index_map]
    return remapped


def dataset(
    photo: str = "image/{}.jpg", mask: str = "label/{}.png", scheme: ClassScheme = OFFICIAL_SCHEME
) -> dict[str, bytes]:
    files = {photo.format(n): jpeg() for n in range(FACES)}
    return files | {mask.format(n): png(in_order(scheme, face)) for n, face in enumerate(faces())}


def mask_of(store: SampleStore, sample: str) -> IndexMap:
    mask = store.read_mask(SampleId(sample)).value
    assert mask is not None
    return mask.to_index_map(OFFICIAL_SCHEME)


@pytest.mark.parametrize("scheme", CANDIDATES, ids=lambda scheme: scheme.name)
def test_every_order_is_recognised_by_anatomy_and_told(tree: Tree, scheme: ClassScheme) -> None:
    store = open_store(tree(dataset(scheme=scheme)))
    assert store.layout == "index-masks"
    assert store.scheme == scheme
    assert [p.message for p in store.problems] == [
        f"class order guessed: {scheme.name}, 99 %; use --scheme to say otherwise"
    ]
    assert np.array_equal(mask_of(store, "3"), faces()[3])
    assert store.read_only(Modality.MASK) is None


def test_rare_classes_need_not_be_there() -> None:
    rare = [CLASS_BY_NAME[name].id for name in ("hat", "eye_g", "ear_r", "neck_l", "l_ear", "r_ear")]
    for scheme in CANDIDATES:
        maps = [in_order(scheme, np.where(np.isin(face, rare), 1, face).astype(np.uint8)) for face in faces()]
        assert guess_scheme(maps).scheme == scheme
        assert guess_scheme(maps).is_sure


def test_an_order_that_nobody_knows_is_not_certain(tree: Tree) -> None:
    order = np.random.default_rng(3).permutation(19).astype(np.uint8)
    assert not guess_scheme(order[face] for face in faces()).is_sure
    half = [face[:, ::-1] if n % 2 else face for n, face in enumerate(faces())]
    assert guess_scheme(half).doubt == f"only {FACES // 2} of {FACES} masks say so by themselves"
    exchanged = np.arange(19, dtype=np.uint8)
    exchanged[4], exchanged[6] = 6, 4
    guess = guess_scheme(exchanged[face] for face in faces())
    assert not guess.is_sure
    assert guess.doubt == "4 looks like l_brow rather than l_eye, 6 the other way round"
    assert guess_scheme([]).confidence == 0


def test_an_uncertain_order_is_shown_and_not_edited(tree: Tree) -> None:
    order = np.random.default_rng(3).permutation(19).astype(np.uint8)
    files = {f"label/{n}.png": png(order[face]) for n, face in enumerate(faces())}
    root = tree(dataset(), files)
    store = open_store(root)
    (problem,) = store.problems
    assert problem.message.endswith("masks are shown and not edited; name the order with --scheme")
    why = store.read_only(Modality.MASK)
    assert why is not None
    assert why.startswith("the class order of label is not certain (best guess: ")
    loaded = store.read_mask(SampleId("0"))
    assert loaded.value is not None
    with pytest.raises(ReadOnlyError, match="open it with --scheme NAME"):
        store.plan_save(
            SampleId("0"), [ValueChange(Modality.MASK, loaded.value, MaskLayers.empty((SIZE, SIZE)), loaded.stamps)]
        )
    named = open_store(root, scheme="farl")
    assert (named.read_only(Modality.MASK), list(named.problems), named.scheme.name) == (None, [], "farl")


def test_a_table_beside_the_masks_is_taken(tree: Tree) -> None:
    names = list(SCHEME_BY_NAME["v-xchen-v"].order)
    root = tree(dataset(), {"label/id2label.json": json.dumps(dict(enumerate(names))).encode()})
    assert "class order v-xchen-v from label/id2label.json" in detect(root)[0].reasons
    store = open_store(root)
    assert (store.scheme.name, list(store.problems)) == ("v-xchen-v", [])
    root = tree(dataset(), {"id2label.json": b'{"0": "background", "1": "eyes"}'})
    (root / "label/id2label.json").unlink()
    (told, _) = open_store(root).problems
    assert told.message.startswith(
        "id2label.json names no class order that can be used: its name for 1, eyes, is none of the classes background, "
    )


@pytest.mark.parametrize(
    "content",
    [
        {"0": "Background", "1": "Skin", "2": "Left eye"},
        {"background": 0, "skin": 1, "l_eye": 2},
        ["bg", "face", "left-eye"],
        {"id2label": {"0": "background", "1": "skin", "2": "l_eye"}},
    ],
)
def test_a_scheme_may_be_a_file(tree: Tree, content: object) -> None:
    root = tree(dataset())
    file = root.parent / "mine.json"
    file.write_text(json.dumps(content))
    store = open_store(root, scheme=str(file))
    assert (store.scheme.name, store.scheme.order) == ("mine", ("background", "skin", "l_eye"))
    assert set(store.paint_order) == set(range(1, 19))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"{", "it is no JSON"),
        (b"7", "it names no classes"),
        (b'{"0": "skin", "2": "nose"}', "it has 2 values but no name for 1"),
        (b'["skin", "skin"]', "it names skin twice"),
        (b'{"a": "skin"}', "it is no table of values and class names"),
    ],
)
def test_a_scheme_file_that_is_none_says_why(tree: Tree, content: bytes, why: str) -> None:
    root = tree(dataset(), {"mine.json": content})
    with pytest.raises(LayoutError, match=f"mine.json: {why}"):
        open_store(root, scheme=str(root / "mine.json"))
    with pytest.raises(LayoutError, match="there is no file"):
        open_store(root, scheme=str(root / "other.json"))
    with pytest.raises(LayoutError, match=r"no scheme nonsense; known are celebamask-hq, .* or a JSON file"):
        open_store(root, scheme="nonsense")
    assert open_store(root, scheme="farl-swapped").scheme == swapped(SCHEME_BY_NAME["farl"])


@pytest.mark.parametrize(
    ("photo", "mask"),
    [
        ("image/{}.jpg", "label/{}.png"),
        ("CelebA-HQ-img/{}.jpg", "CelebAMask-HQ-mask/{}.png"),
        ("CelebA-HQ-img/{}.jpg", "CelebAMaskHQ-mask/{}.png"),
        ("CelebA-HQ-img/{}.JPG", "CelebA-HQ-mask/{}.PNG"),
        ("images/{}.png", "masks/{:05d}.png"),
        ("imgs/{:05d}.jpeg", "gt/{}_gt.png"),
        ("photos/face_{}.jpg", "parsing/face_{}_mask.png"),
        ("data/{}.jpg", "data/{}.png"),
        ("data/{}.png", "data/{}_label.png"),
        ("{}.jpg", "{}.png"),
        ("{}.jpg", "masks/{}.png"),
        ("archive/celeba/JPEGImages/{}.jpg", "archive/celeba/SegmentationClass/{}.png"),
        ("CelebA-HQ-img/{}.jpg", "mask/images/{}.png"),
    ],
)
def test_layouts_in_the_wild(tree: Tree, photo: str, mask: str) -> None:
    files = {**dataset(photo, mask), "LICENSE": b"research only"}
    root = tree(files)
    store = open_store(root)
    assert store.layout == "index-masks"
    assert len(store.sample_ids) == FACES
    assert [p.message for p in store.problems] == [
        "class order guessed: celebamask-hq, 99 %; use --scheme to say otherwise"
    ]
    for sample, face in zip(store.sample_ids, faces(), strict=True):
        assert np.array_equal(mask_of(store, sample), face)


def _shifted(photo: str, mask: str, start: int) -> dict[str, bytes]:
    files = {photo.format(start + n): jpeg() for n in range(FACES)}
    return files | {mask.format(start + n): png(face) for n, face in enumerate(faces())}


@pytest.mark.parametrize(
    ("photo", "mask"),
    [
        ("{split}_img/{{}}.jpg", "{split}_label/{{}}.png"),
        ("images/{split}/{{}}.jpg", "masks/{split}/{{}}.png"),
        ("{split}/images/{{}}.jpg", "{split}/labels/{{}}.png"),
        ("images/{split}ing/{{}}.jpg", "annotations/{split}ing/{{}}.png"),
        ("{split}/{{}}.jpg", "{split}/{{}}.png"),
        ("image_{split}/{{}}.jpg", "label_{split}/{{}}.png"),
    ],
)
def test_folders_tell_the_splits(tree: Tree, photo: str, mask: str) -> None:
    files: dict[str, bytes] = {}
    for number, split in enumerate(("train", "test")):
        files |= _shifted(photo.format(split=split), mask.format(split=split), 100 * number)
    store = open_store(tree(files))
    assert {name: list(ids) for name, ids in store.splits.items()} == {
        "train": [str(n) for n in range(FACES)],
        "test": [str(100 + n) for n in range(FACES)],
    }
    assert store.split_of(SampleId("101")) == "test"
    assert np.array_equal(mask_of(store, "103"), faces()[3])


def test_numbers_that_begin_anew_in_each_split_stay_apart(tree: Tree, apply_plan: Apply) -> None:
    files = {
        k: v
        for split in ("train", "val")
        for k, v in _shifted(f"{split}_img/{{}}.jpg", f"{split}_label/{{}}.png", 0).items()
    }
    del files["val_label/2.png"]
    root = tree(files)
    store = open_store(root)
    assert len(store.sample_ids) == 2 * FACES
    assert [str(i) for i in store.splits["val"]] == [f"val__{n}" for n in range(FACES)]
    assert store.problems[1].message == (
        "8 names are there in more than one split (scripts that make splits number each from 0): samples are told apart"
        " by their folder, such as train__0"
    )
    painted = np.full((SIZE, SIZE), 1, np.uint8)
    after = MaskLayers.from_index_map(painted, store.scheme)
    sample = SampleId("val__2")
    loaded = store.read_mask(sample)
    assert loaded.value is None
    plan = store.plan_save(sample, [ValueChange(Modality.MASK, None, after, loaded.stamps)])
    assert [change.path for change in plan.changes] == ["val_label/2.png"]
    apply_plan(root, plan)
    store.saved(plan)
    assert np.array_equal(mask_of(store, "val__2"), painted)
    assert mask_of(store, "train__2").max() > 1


def test_lists_tell_the_splits_where_folders_do_not(tree: Tree) -> None:
    lists = {
        "train.txt": b"0.jpg\n1.jpg\r\nimage/2.jpg label/2.png\n",
        "splits/test.txt": b"\xef\xbb\xbf3\n00004\n77\n",
    }
    store = open_store(tree(dataset(), lists))
    assert {name: list(ids) for name, ids in store.splits.items()} == {"train": ["0", "1", "2"], "test": ["3", "4"]}
    assert "splits/test.txt: entries that are not in this dataset: 77 (1)" in [p.message for p in store.problems]


def _palette(values: IndexMap) -> bytes:
    from PIL import Image

    image = Image.fromarray(values)
    image.putpalette(PALETTES[0].colours.astype(np.uint8).tobytes())
    import io

    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def _threefold(values: IndexMap) -> bytes:
    return png(np.repeat(values[..., None], 3, axis=2))


@pytest.mark.parametrize("saved", [png, _palette, _threefold], ids=["L", "P", "RGB"])
def test_masks_are_saved_as_the_kind_of_png_they_are(tree: Tree, apply_plan: Apply, saved: object) -> None:
    assert callable(saved)
    farl = SCHEME_BY_NAME["farl"]
    files = {f"label/{n}.png": saved(in_order(farl, face)) for n, face in enumerate(faces())}
    root = tree(dataset(), files, {"image/9.jpg": jpeg()})
    store = open_store(root)
    assert store.scheme == farl
    for sample in ("2", "9"):
        loaded = store.read_mask(SampleId(sample))
        before = loaded.value
        bits = np.zeros((SIZE, SIZE), np.uint32) if before is None else before.bits.copy()
        bits[:40, :40] = CLASS_BY_NAME["hat"].bit
        after = MaskLayers(bits, exclusive=True)
        plan = store.plan_save(SampleId(sample), [ValueChange(Modality.MASK, before, after, loaded.stamps)])
        apply_plan(root, plan)
        store.saved(plan)
        new = (root / "label" / f"{sample}.png").read_bytes()
        values = after.to_index_map(farl)
        assert new[24:29] == saved(values)[24:29]
        assert np.array_equal(mask_of(store, sample), after.to_index_map(OFFICIAL_SCHEME))
        again = open_store(root, scheme="farl").read_mask(SampleId(sample)).value
        assert again is not None
        assert again.equals(after)


@pytest.mark.parametrize("palette", PALETTES, ids=lambda palette: palette.title)
def test_colour_masks_are_decoded_by_their_palette(tree: Tree, palette: object) -> None:
    colours: npt.NDArray[np.int64] = palette.colours  # type: ignore[attr-defined]
    files = {f"label/{n}.png": png(colours.astype(np.uint8)[face]) for n, face in enumerate(faces())}
    store = open_store(tree(dataset(), files))
    assert store.layout == "index-masks"
    assert store.scheme == OFFICIAL_SCHEME
    assert np.array_equal(mask_of(store, "1"), faces()[1])
    loaded = store.read_mask(SampleId("1"))
    assert "1.png: it is stored in colours (" in (loaded.read_only or "")
    assert (loaded.read_only or "").endswith("; make a working copy or export index masks to edit it")


def test_a_colour_mask_saved_as_jpeg_is_nearly_right_and_says_so(tree: Tree) -> None:
    colours = PALETTES[0].colours.astype(np.uint8)
    files: dict[str, bytes | None] = {path: None for path in dataset() if path.startswith("label")}
    for n, face in enumerate(faces()):
        big = cv2.resize(face, (512, 512), interpolation=cv2.INTER_NEAREST)
        done, data = cv2.imencode(".jpg", colours[big][..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 90])
        assert done
        files[f"label/{n}.jpg"] = data.tobytes()
    store = open_store(tree(dataset(), files))
    whole = cv2.resize(faces()[2], (512, 512), interpolation=cv2.INTER_NEAREST)
    assert np.mean(mask_of(store, "2") == whole) > 0.97
    assert "only near one of them (JPEG or resizing)" in (store.read_mask(SampleId("2")).read_only or "")


def test_indexes_that_a_program_handed_out_are_understood_by_their_colours(tree: Tree) -> None:
    values = (faces()[0] + 100).astype(np.uint8)
    from io import BytesIO

    from PIL import Image

    image = Image.fromarray(values)
    image.putpalette(bytes(300) + PALETTES[0].colours.astype(np.uint8).tobytes())
    buffer = BytesIO()
    image.save(buffer, "PNG")
    store = open_store(tree(dataset(), {"label/0.png": buffer.getvalue()}))
    assert np.array_equal(mask_of(store, "0"), faces()[0])
    assert "stored in colours" in (store.read_mask(SampleId("0")).read_only or "")


def test_what_is_odd_about_a_mask_is_named(tree: Tree) -> None:
    unlabelled = faces()[0].copy()
    unlabelled[0] = 255
    twenty = faces()[1].copy()
    twenty[0, 0] = 19
    smooth = cv2.resize(
        cv2.resize(faces()[2], (40, 40), interpolation=cv2.INTER_NEAREST), (SIZE, SIZE), interpolation=cv2.INTER_LINEAR
    )
    files = {
        "label/0.png": png(unlabelled),
        "label/1.png": png(twenty),
        "label/2.png": png(smooth.astype(np.uint8)),
        "label/3.png": jpeg("L"),
        "label/4.png": png(faces()[4][:100]),
    }
    store = open_store(tree(dataset(), files))
    told = [(store.read_mask(SampleId(n)).problems or [None])[0] for n in "01234"]
    messages = ["" if problem is None else problem.message for problem in told]
    scheme = "the scheme celebamask-hq does not know"
    assert messages[0] == f"label/0.png: it has values that {scheme}: 255 (255 usually means unlabelled)"
    assert messages[1].startswith(f"label/1.png: it has values that {scheme}: 19 (19 is a second side of the nose")
    assert messages[2].startswith("label/2.png: its borders are smoothed: about ")
    assert messages[3].startswith("label/3.png: it is a JPEG, which does not keep the values of an index map")
    assert any(
        p.message.startswith(
            "masks of another shape than their photos: 1 of 8 looked at (label/4.png is 128×100, its photo"
        )
        for p in store.problems
    )
    assert store.read_mask(SampleId("5")).problems == ()


def test_tables_beside_index_masks_are_shown(tree: Tree) -> None:
    table = attribute_table({f"{n}.jpg": " ".join(["-1", "1"] * 20) for n in range(FACES)})
    store = open_store(tree(dataset(), {"CelebAMask-HQ-attribute-anno.txt": table}))
    assert store.layout == "index-masks"
    assert store.has(SampleId("3"), Modality.ATTRIBUTES)


def test_names_that_fit_nothing_are_told(tree: Tree) -> None:
    extra = {"label/99.png": png(faces()[0]), "image/0.png": jpeg(), "image/._1.jpg": b"", "extra_img/1.jpg": jpeg()}
    store = open_store(tree(dataset(), extra))
    assert sorted(p.message for p in store.problems)[1:] == [
        "files that other systems left behind (._x, Thumbs.db, …), ignored: 1",
        "image: second files of a sample, not read: 0.png (1)",
        "label: masks without a photo, not shown: 99.png (1)",
    ]


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"label/{}.png": png(np.full((8, 8), 255, np.uint8))}, "has the values 0 and 255: one class, no index map"),
        ({"label/{}.png": png(np.arange(256, dtype=np.uint8).reshape(16, 16))}, "has 256 values: a picture"),
        ({"label/{}.png": b"GIF89a"}, "label/0.png: "),
        ({"label/x{}.png": png(np.zeros((8, 8), np.uint8))}, "no file in label is named like a photo in image"),
    ],
)
def test_folders_of_other_pictures_are_no_index_masks(tree: Tree, files: Mapping[str, bytes], why: str) -> None:
    made = {name.format(n): data for name, data in files.items() for n in range(4)}
    root = tree({f"image/{n}.jpg": jpeg() for n in range(4)}, made)
    (found,) = [d for d in detect(root) if d.layout == "index-masks"]
    assert found.confidence == 0
    assert why in found.refusals[0]


def test_other_layouts_keep_their_trees(tree: Tree) -> None:
    native, multi_modal = tree(NATIVE, root="native"), tree(MULTI_MODAL, root="multi-modal")
    assert detect(native)[0].layout == "celebamask-hq"
    assert detect(multi_modal)[0].layout == "mm-celeba-hq"
    assert [d.confidence for d in detect(native) if d.layout == "index-masks"] == [0.0]
    assert [d.confidence for d in detect(multi_modal) if d.layout == "index-masks"] == [0.1]


def test_the_multi_modal_tree_keeps_its_order_unless_anatomy_speaks_clearly(tree: Tree) -> None:
    text = {f"text/celeba-caption/{n}.txt": b"A face.\n" for n in range(FACES)}
    store = open_store(tree(dataset(), text))
    assert (store.layout, store.scheme, list(store.problems)) == ("mm-celeba-hq", OFFICIAL_SCHEME, [])
    store = open_store(tree(dataset(scheme=SCHEMES[2]), text, root="other"))
    assert store.scheme.name == "face-parsing"
    assert [p.message for p in store.problems] == [
        "class order guessed: face-parsing, 99 %; use --scheme to say otherwise"
    ]


def test_left_and_right_on_real_faces(real_data: Path) -> None:
    store = open_store(real_data / "CelebAMask-HQ")
    maps = []
    for sample in store.sample_ids:
        mask = store.read_mask(sample).value
        assert mask is not None
        maps.append(mask.to_index_map(OFFICIAL_SCHEME))
    for scheme in CANDIDATES:
        for start in range(0, 24, 6):
            guess = guess_scheme(in_order(scheme, face) for face in maps[start : start + 6])
            assert guess.is_sure
            assert guess.scheme == scheme


def test_another_order_forgets_what_was_kept_of_masks(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tree(dataset())
    monkeypatch.setenv("XDG_CACHE_HOME", str(root.parent / "cache"))
    places = CatalogPlaces.of(root)
    build_index(open_store(root), places, workers=0)
    assert places.masks.exists()
    with closing(open_with_catalog(root)) as opened:
        assert opened.catalog.columns.coverage("contents")[0] == FACES
    assert places.masks.exists()
    with closing(open_with_catalog(root, scheme="farl")) as opened:
        assert opened.catalog.columns.coverage("contents")[0] == 0
    assert not places.masks.exists()


def test_index_masks_are_read_inside_an_archive(tree: Tree, tmp_path: Path) -> None:
    path = tmp_path / "faces.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in dataset(scheme=SCHEME_BY_NAME["farl"]).items():
            archive.writestr(f"faces/{name}", data)
    store = open_store(path)
    assert (store.layout, store.scheme.name) == ("index-masks", "farl")
    assert np.array_equal(mask_of(store, "5"), faces()[5])
    assert "faces.zip" in (store.read_only(Modality.MASK) or "")


def test_links_inside_the_tree_are_followed_and_loops_end(tree: Tree, tmp_path: Path) -> None:
    root = tree(dataset("store/photos/{}.jpg", "store/masks/{}.png"))
    outside = tmp_path / "elsewhere"
    outside.mkdir()
    (outside / "0.jpg").write_bytes(jpeg())
    (root / "store" / "again").symlink_to(root, target_is_directory=True)
    (root / "images").symlink_to(root / "store" / "photos", target_is_directory=True)
    (root / "imgs").symlink_to(outside, target_is_directory=True)
    store = open_store(root, "index-masks")
    assert len(store.sample_ids) == FACES
    assert np.array_equal(mask_of(store, "5"), faces()[5])


_MAP = png(np.arange(64, dtype=np.uint8).reshape(8, 8) % 19)
PIECES = {
    "image/1.jpg": jpeg(), "image/01.jpg": jpeg(), "image/2.png": jpeg(), "label/1.png": _MAP, "label/2_gt.png": _MAP,
    "label/1.jpg": jpeg(), "label/x.gif": b"", "train_img/1.jpg": jpeg(), "train_label/1.png": _MAP,
    "val_img/1.jpg": jpeg(), "val_label/1.png": _MAP, "val/images/7.jpg": jpeg(), "val/masks/7_mask.png": _MAP,
    "1.jpg": jpeg(), "1.png": _MAP, "9.png": _MAP, "9_mask.png": _MAP, "label/id2label.json": b'["skin", "hair"]',
    "train.txt": b"1\n", "splits/val.txt": b"\xff\n", "label/1/2.png": _MAP,
    "CelebAMask-HQ-attribute-anno.txt": b"2\nA\n", "label/00001_skin.png": _MAP, "text/1.txt": b"A face.",
    "image/.1.jpg": b"", "a b/im\u202eage/1.jpg": jpeg(),
}  # fmt: skip


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(paths=st.sets(st.sampled_from(sorted(PIECES)), min_size=1, max_size=14))
def test_any_tree_is_refused_or_answers_for_all_of_it(tmp_path: Path, paths: set[str]) -> None:
    root = tmp_path / "any"
    shutil.rmtree(root, ignore_errors=True)
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(PIECES[path])
    (found,) = [d for d in detect(root) if d.layout == "index-masks"]
    assert found.reasons if found.confidence else found.refusals
    try:
        store = open_store(root, "index-masks")
    except LayoutError:
        assert found.confidence < 0.5
        return
    assert len(set(store.sample_ids)) == len(store.sample_ids) > 0
    photos = [store.photo_path(sample) for sample in store.sample_ids]
    masks = [path for sample in store.sample_ids for path in store.files(sample, Modality.MASK)]
    assert len(set(photos)) == len(photos)
    assert len(set(masks)) == len(masks)
    assert not {str(photo) for photo in photos} & {str(store.root / mask) for mask in masks}
    for sample in store.sample_ids:
        assert store.read_photo(sample).value is not None
        loaded = store.read_mask(sample)
        assert (loaded.value is not None) is store.has(sample, Modality.MASK) or loaded.problems
    for samples in store.splits.values():
        assert set(samples) <= set(store.sample_ids)


def test_the_folders_of_mmsegmentation_are_no_heap_of_pictures(tree: Tree) -> None:
    train = dataset("img_dir/train/{}.jpg", "ann_dir/train/{}.png")
    store = open_store(tree(train, dataset("img_dir/val/9{}.jpg", "ann_dir/val/9{}.png")))
    assert store.layout == "index-masks"
    assert {split: len(members) for split, members in store.splits.items()} == {"train": FACES, "val": FACES}
    assert np.array_equal(mask_of(store, "3"), faces()[3])

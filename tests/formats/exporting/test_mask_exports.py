"""Index masks, colour masks and class binaries as files: equal to the field's own preprocessing, of the right kind."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image

from app.faces.classes import CLASS_BY_NAME, LAYER_CLASSES, SCHEMES
from app.faces.errors import ExportError
from app.faces.sample import Modality
from app.faces.store import SampleStore
from app.formats.exporting.options import from_json
from app.formats.exporting.registry import export_format
from app.formats.registry import open_store
from tests.formats.drawn import NATIVE, jpeg, png, rgb, square
from tests.formats.exporting.run import Exported, export

MASK, PHOTO = frozenset({Modality.MASK}), frozenset({Modality.PHOTO})
G_MASK_LABELS = (
    "skin nose eye_g l_eye r_eye l_brow r_brow l_ear r_ear mouth u_lip l_lip hair hat ear_r neck_l neck cloth".split()
)
"""The list of ``g_mask.py``; the position is the value less one."""


def g_mask(masks: Path, number: int) -> np.ndarray:
    """The published procedure: the blue channel of each class file in the list's order, later painted over earlier."""
    merged = np.zeros((512, 512))
    for value, label in enumerate(G_MASK_LABELS, start=1):
        file = masks / str(number // 2000) / f"{number:05}_{label}.png"
        if file.exists():
            layer = cv2.imread(str(file))[:, :, 0]
            if merged.shape != layer.shape:
                merged = np.zeros(layer.shape)
            merged[layer != 0] = value
    return merged


def written(format_name: str, store: SampleStore, folder: Path, ids: Any = None, **options: Any) -> Exported:
    chosen = export_format(format_name)
    extra = {key: options.pop(key) for key in ("names", "splits") if key in options}
    document = {key: sorted(m.value for m in value) if key == "include" else value for key, value in options.items()}
    return export(chosen, store, ids, from_json(chosen.options, document), folder, **extra)


def modes(contents: Mapping[str, bytes]) -> set[tuple[int, int]]:
    """Depth and colour type of every PNG, by IHDR."""
    return {(data[24], data[25]) for path, data in contents.items() if path.endswith(".png")}


def pixels(data: bytes) -> np.ndarray:
    return np.array(Image.open(io.BytesIO(data)))


def test_the_default_index_map_is_the_official_merge(native: Path, tmp_path: Path) -> None:
    contents = written("index-masks", open_store(native), tmp_path / "out").contents
    assert modes(contents) == {(8, 0)}
    masks = {path: data for path, data in contents.items() if path.startswith("masks/")}
    assert list(masks) == ["masks/0.png", "masks/17.png", "masks/2001.png"]
    for path, data in masks.items():
        assert Image.open(io.BytesIO(data)).mode == "L"
        expected = g_mask(native / "CelebAMask-HQ-mask-anno", int(Path(path).stem))
        assert np.array_equal(pixels(data), expected)
    assert json.loads(contents["id2label.json"]) == {str(c.id): c.name for c in CLASS_BY_NAME.values()}
    for sample in ("0", "17", "2001"):
        assert contents[f"images/{sample}.jpg"] == (native / "CelebA-HQ-img" / f"{sample}.jpg").read_bytes()


def test_the_official_merge_of_real_samples(real_data: Path, tmp_path: Path) -> None:
    root = real_data / "CelebAMask-HQ"
    store = open_store(root)
    ids = [sample for sample in store.sample_ids if store.has(sample, Modality.MASK)][:12]
    masks = next(root.rglob("CelebAMask-HQ-mask-anno"))
    found = written("index-masks", store, tmp_path / "maps", ids, include=MASK).contents
    files = written("class-binaries", store, tmp_path / "files", ids, include=MASK).contents
    assert ids
    assert modes(found) == {(8, 0)}
    assert modes(files) == {(8, 2)}
    for sample in ids:
        assert np.array_equal(pixels(found[f"masks/{sample}.png"]), g_mask(masks, int(sample)))
        assert np.array_equal(
            g_mask(tmp_path / "files/CelebAMask-HQ-mask-anno", int(sample)), g_mask(masks, int(sample))
        )
    for path, data in files.items():
        original = np.array(Image.open(masks / Path(path).relative_to("CelebAMask-HQ-mask-anno")).convert("RGB"))
        assert np.array_equal(np.array(Image.open(io.BytesIO(data)).convert("P")) == 225, original[..., 0] > 0)


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.name)
def test_every_scheme_is_its_own_loop_over_the_files(scheme: Any, native: Path, tmp_path: Path) -> None:
    contents = written("index-masks", open_store(native), tmp_path / "out", scheme=scheme.name, include=MASK).contents
    expected = np.full((32, 32), scheme.order.index("background"), np.uint8)
    for value, name in enumerate(scheme.order):
        file = native / f"CelebAMask-HQ-mask-anno/0/00017_{name}.png"
        if file.exists():
            expected[np.array(Image.open(file))[..., 0] > 0] = value
    assert np.array_equal(pixels(contents["masks/17.png"]), expected)
    assert json.loads(contents["id2label.json"]) == {str(value): name for value, name in enumerate(scheme.order)}


def test_our_class_binaries_and_our_index_map_agree_for_the_most_copied_preprocessing(
    native: Path, tmp_path: Path
) -> None:
    """``prepropess_data.py`` of zllrunning/face-parsing.PyTorch, its list, its loop, its test for white."""
    store = open_store(native)
    written("class-binaries", store, tmp_path / "files", include=MASK)
    maps = written("index-masks", store, tmp_path / "maps", include=MASK, scheme="face-parsing").contents
    labels = (
        "skin l_brow r_brow l_eye r_eye eye_g l_ear r_ear ear_r nose mouth u_lip l_lip neck neck_l cloth hair hat"
    ).split()
    for number in (0, 17, 2001):
        mask = np.zeros((32, 32))
        for value, label in enumerate(labels, 1):
            file_name = "".join([str(number).rjust(5, "0"), "_", label, ".png"])
            path = tmp_path / "files/CelebAMask-HQ-mask-anno" / str(number // 2000) / file_name
            if path.exists():
                mask[np.array(Image.open(path).convert("P")) == 225] = value
        assert mask.any()
        assert np.array_equal(pixels(maps[f"masks/{number}.png"]), mask)


def test_what_flattening_loses_is_reported_by_pair(native: Path, tmp_path: Path) -> None:
    exported = written("index-masks", open_store(native), tmp_path / "out", ["0", "17"])
    assert exported.counts == {
        "pixels of skin under nose, lost by flattening": 64,
        "pixels of skin under left eye, lost by flattening": 16,
        "pixels of skin under hair, lost by flattening": 64,
    }
    assert exported.parts[0].samples_counted["pixels of skin under hair, lost by flattening"] == 1


def test_a_paint_order_of_ones_own_is_painted(native: Path, tmp_path: Path) -> None:
    order = " ".join(c.name for c in reversed(LAYER_CLASSES))
    contents = written("index-masks", open_store(native), tmp_path / "out", ["17"], paint_order=order).contents
    assert np.unique(pixels(contents["masks/17.png"])).tolist() == [0, 1, 13]


def test_reductions_write_their_ids_and_names(native: Path, tmp_path: Path) -> None:
    contents = written("index-masks", open_store(native), tmp_path / "out", ["17"], reduction="ppst-3").contents
    assert np.unique(pixels(contents["masks/17.png"])).tolist() == [0, 1, 2]
    assert json.loads(contents["id2label.json"]) == {"0": "background", "1": "face", "2": "hair"}


def test_a_table_of_ones_own_writes_its_ids(native: Path, tmp_path: Path) -> None:
    table = tmp_path / "table.json"
    table.write_text(
        '{"classes": [{"id": 0, "name": "else", "of": ["background"]}, {"id": 9, "name": "h", "of": ["hair"]}]}'
    )
    exported = written("index-masks", open_store(native), tmp_path / "out", ["17"], table=str(table))
    assert np.unique(pixels(exported.contents["masks/17.png"])).tolist() == [0, 9]
    assert exported.counts["pixels of skin, which table has no class for, written as background"] == 576
    with pytest.raises(ExportError, match="choose one of them"):
        written("index-masks", open_store(native), tmp_path / "no", table=str(table), reduction="e4s-9")


def test_palette_files_hold_the_ids_and_the_report_warns(native: Path, tmp_path: Path) -> None:
    exported = written("index-masks", open_store(native), tmp_path / "out", mask_kind="palette", include=MASK)
    assert modes(exported.contents) == {(8, 3)}
    image = Image.open(io.BytesIO(exported.contents["masks/17.png"]))
    assert np.array_equal(np.array(image), g_mask(native / "CelebAMask-HQ-mask-anno", 17))
    assert np.array(image.convert("RGB"))[3, 3].tolist() == list(CLASS_BY_NAME["hair"].colour)
    assert exported.counts["palette masks, from which convert('L') and OpenCV's grey mode read wrong values"] == 3


def test_sizes_are_nearest_for_masks_and_resampled_for_photos(native: Path, tmp_path: Path) -> None:
    contents = written("index-masks", open_store(native), tmp_path / "out", ["17"], size=64, quality=90).contents
    merged = Image.fromarray(g_mask(native / "CelebAMask-HQ-mask-anno", 17).astype(np.uint8))
    assert np.array_equal(pixels(contents["masks/17.png"]), np.array(merged.resize((64, 64), 0)))
    assert contents["images/17.jpg"] == (native / "CelebA-HQ-img/17.jpg").read_bytes()
    contents = written("index-masks", open_store(native), tmp_path / "small", ["17"], size=16).contents
    assert pixels(contents["images/17.jpg"]).shape == (16, 16, 3)
    assert pixels(contents["masks/17.png"]).shape == (16, 16)


def test_photos_of_another_kind_are_encoded_anew(native: Path, tmp_path: Path) -> None:
    contents = written("index-masks", open_store(native), tmp_path / "out", ["17"], photo_kind="png").contents
    assert np.array_equal(pixels(contents["images/17.png"]), open_store(native).read_photo("17").value)


def test_splits_go_to_folders_prefixes_or_lists(native: Path, tmp_path: Path) -> None:
    splits = {"0": "train", "17": "train", "2001": "val"}
    paths = {
        layout: sorted(
            written("index-masks", open_store(native), tmp_path / layout, splits=splits, split_layout=layout).contents
        )
        for layout in ("folders", "prefixes", "together")
    }
    common = ["id2label.json", "train.txt", "val.txt"]
    train = [f"train/{path}" for path in ("images/0.jpg", "images/17.jpg", "masks/0.png", "masks/17.png")]
    assert paths["folders"] == sorted([*common, *train, "val/images/2001.jpg", "val/masks/2001.png"])
    assert "train_masks/17.png" in paths["prefixes"]
    assert "val_images/2001.jpg" in paths["prefixes"]
    assert "masks/2001.png" in paths["together"]
    assert (tmp_path / "together/train.txt").read_bytes() == b"0\n17\n"
    assert (tmp_path / "together/val.txt").read_bytes() == b"2001\n"


def test_names_are_filled_up_and_renumbered_on_both_sides(native: Path, tmp_path: Path) -> None:
    contents = written(
        "index-masks", open_store(native), tmp_path / "out", ["17"], digits=5, names={"17": "3"}
    ).contents
    assert sorted(contents) == ["id2label.json", "images/00003.jpg", "masks/00003.png"]
    with pytest.raises(ExportError, match="would get one name; ask for 0 digits"):
        written("index-masks", open_store(native), tmp_path / "no", digits=3, names={"17": "3", "0": "003"})


@pytest.mark.parametrize("folder", ["", "..", "/etc", "a/../b", "masks"])
def test_folder_names_that_are_none_are_refused(folder: str, native: Path, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"is no name for a folder|name two folders"):
        written("index-masks", open_store(native), tmp_path / "out", photo_folder=folder)
    assert not (tmp_path / "out").exists()


def test_half_a_pair_is_left_out_whole(tree: Any, tmp_path: Path) -> None:
    root = tree(
        NATIVE,
        {
            "CelebA-HQ-img/3.jpg": jpeg(),
            "CelebA-HQ-img/4.jpg": b"<html>",
            "CelebAMask-HQ-mask-anno/0/00004_skin.png": rgb(square(2, 2)),
        },
    )
    exported = written("index-masks", open_store(root), tmp_path / "out")
    told = {gone.sample: gone.why for gone in exported.left_out if gone.modality is None}
    assert told["3"] == "it has no mask"
    assert told["4"].startswith("its photo: it is")
    assert set(told) == {"3", "4"}
    assert not any(Path(path).stem in told for path in exported.contents)


def test_a_damaged_class_file_is_told(tree: Any, tmp_path: Path) -> None:
    broken = NATIVE["CelebAMask-HQ-mask-anno/0/00017_hair.png"][:-20]
    root = tree(NATIVE, {"CelebAMask-HQ-mask-anno/0/00017_hair.png": broken})
    exported = written("index-masks", open_store(root), tmp_path / "out", ["17"])
    (gone,) = exported.left_out
    assert gone.modality is Modality.MASK
    assert "00017_hair.png: it is cut short" in gone.why


def test_only_what_is_included_is_written(native: Path, tmp_path: Path) -> None:
    store = open_store(native)
    assert list(written("index-masks", store, tmp_path / "m", ["17"], include=MASK).contents) == [
        "masks/17.png",
        "id2label.json",
    ]
    assert list(written("index-masks", store, tmp_path / "p", ["17"], include=PHOTO).contents) == ["images/17.jpg"]
    with pytest.raises(ExportError, match="neither photos nor masks"):
        written("index-masks", store, tmp_path / "n", ["17"], include=frozenset({Modality.POSE}))


def test_index_maps_are_exported_from_index_maps(multi_modal: Path, tmp_path: Path) -> None:
    exported = written("index-masks", open_store(multi_modal), tmp_path / "out", include=MASK)
    assert exported.counts == {}
    for sample in ("0", "17"):
        assert np.array_equal(
            pixels(exported.contents[f"masks/{sample}.png"]), pixels((multi_modal / f"label/{sample}.png").read_bytes())
        )


def test_colour_masks_are_the_official_colours(native: Path, tmp_path: Path) -> None:
    exported = written("colour-masks", open_store(native), tmp_path / "out", include=MASK)
    contents = exported.contents
    assert exported.counts["colour masks, from which readers of index maps get wrong values"] == 3
    assert modes(contents) == {(8, 2)}
    merged = g_mask(native / "CelebAMask-HQ-mask-anno", 17).astype(int)
    colours = np.array([CLASS_BY_NAME[name].colour for name in ("background", *G_MASK_LABELS)])
    assert np.array_equal(pixels(contents["masks/17.png"]), colours[merged])
    assert json.loads(contents["colours.json"])["nose"] == [76, 153, 0]


def test_colour_masks_can_be_seen_by_the_colour_blind(native: Path, tmp_path: Path) -> None:
    contents = written("colour-masks", open_store(native), tmp_path / "out", ["17"], palette="colour-blind").contents
    assert pixels(contents["masks/17.png"])[3, 3].tolist() == list(CLASS_BY_NAME["hair"].safe_colour)


def test_class_binaries_are_a_released_tree(native: Path, tmp_path: Path) -> None:
    contents = written("class-binaries", open_store(native), tmp_path / "out").contents
    assert modes(contents) == {(8, 2)}
    expected = {path for path in NATIVE if not path.endswith(".txt")}
    assert set(contents) == expected
    for path, data in contents.items():
        if path.endswith(".png"):
            assert np.array_equal(pixels(data), pixels(NATIVE[path]))
            # The test of zllrunning's prepropess_data.py; only RGB white passes it.
            assert np.array_equal(
                np.array(Image.open(io.BytesIO(data)).convert("P")) == 225, pixels(NATIVE[path])[..., 0] == 255
            )
    again = open_store(tmp_path / "out")
    assert again.layout == "celebamask-hq"
    for sample in again.sample_ids:
        assert again.read_mask(sample).value.equals(open_store(native).read_mask(sample).value)


def test_class_binaries_keep_overlaps_in_any_size(native: Path, tmp_path: Path) -> None:
    contents = written("class-binaries", open_store(native), tmp_path / "out", ["17"], size=64, include=MASK).contents
    for name in ("skin", "l_eye", "hair"):
        path = f"CelebAMask-HQ-mask-anno/0/00017_{name}.png"
        assert np.array_equal(pixels(contents[path]), np.array(Image.open(native / path).resize((64, 64), 0)))


def test_a_class_too_small_for_the_size_is_reported(tree: Any, tmp_path: Path) -> None:
    root = tree(NATIVE, {"CelebAMask-HQ-mask-anno/0/00017_ear_r.png": rgb(square(20, 20, 1))})
    exported = written("class-binaries", open_store(root), tmp_path / "out", ["17"], size=16, include=MASK)
    assert exported.counts == {"masks of earring of which no pixel is left at this size": 1}
    assert not any("ear_r" in path for path in exported.contents)


def test_background_and_flat_folders_are_written_on_request(native: Path, tmp_path: Path) -> None:
    contents = written(
        "class-binaries", open_store(native), tmp_path / "out", ["2001"], folders="flat", background=True, include=MASK
    ).contents
    folder = "CelebAMask-HQ-mask-anno"
    assert sorted(contents) == [f"{folder}/02001_background.png", f"{folder}/02001_skin.png"]
    bare, skin = (pixels(contents[path])[..., 0] for path in sorted(contents))
    assert np.array_equal(bare, 255 - skin)


def test_official_folders_need_numbers(native: Path, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="sample anna has no number for its folder; choose flat folders, or renumber"):
        written("class-binaries", open_store(native), tmp_path / "out", ["17"], names={"17": "anna"})
    contents = written(
        "class-binaries", open_store(native), tmp_path / "flat", ["17"], names={"17": "anna"}, folders="flat"
    ).contents
    assert "CelebAMask-HQ-mask-anno/anna_hair.png" in contents


def test_masks_of_any_kind_become_the_one_kind(tree: Any, tmp_path: Path) -> None:
    layer = square(2, 2).astype(np.uint8) * np.uint8(255)
    root = tree(NATIVE, {"CelebAMask-HQ-mask-anno/1/02001_hair.png": png(layer, "1")})
    contents = written("class-binaries", open_store(root), tmp_path / "out", ["2001"], include=MASK).contents
    assert modes(contents) == {(8, 2)}

"""Flattening for exports: the same pixels as everywhere, every loss counted, tables as data."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from app.faces.classes import (
    ALL_BITS,
    CLASS_BY_NAME,
    CLASSES,
    LAYER_CLASSES,
    OFFICIAL_PAINT_ORDER,
    SCHEMES,
    ClassScheme,
    bits_of,
)
from app.faces.errors import ExportError
from app.faces.mask import MaskLayers
from app.formats.exporting.class_tables import REDUCTIONS, ClassTable, read_table, reduction
from app.formats.exporting.masks import (
    Flattening,
    Tally,
    fitted,
    layers_of,
    paint_order_of,
    present,
    resized,
    scheme_of,
)
from app.formats.png import read_png
from app.formats.png_pixels import read_samples
from app.formats.png_writing import binary_png, coloured_png, grey_png, palette_png
from app.imaging.set_index import IndexedMask

MASKS = arrays.arrays(
    np.uint32,
    st.tuples(st.integers(1, 9), st.integers(1, 9)),
    elements=st.integers(0, ALL_BITS) | st.sampled_from([0, 1, 3, 1 << 12, 1 | 1 << 12]),
)
OFFICIAL = ClassTable.of_scheme(SCHEMES[0])


def mask_of(bits: np.ndarray) -> IndexedMask:
    return IndexedMask.of(MaskLayers(bits))


@given(bits=MASKS, scheme=st.sampled_from(SCHEMES))
def test_an_index_map_is_what_the_mask_itself_flattens_to(bits: np.ndarray, scheme: ClassScheme) -> None:
    flat = Flattening(ClassTable.of_scheme(scheme), scheme.paint_order).of(mask_of(bits))
    assert flat.index_map.dtype == np.uint8
    assert np.array_equal(flat.index_map, MaskLayers(bits).to_index_map(scheme))


@given(bits=MASKS, table=st.sampled_from((OFFICIAL, *REDUCTIONS)))
def test_hidden_and_left_out_pixels_are_what_a_look_at_every_pixel_finds(bits: np.ndarray, table: ClassTable) -> None:
    flat = Flattening(table, OFFICIAL_PAINT_ORDER).of(mask_of(bits))
    hidden: dict[tuple[str, str], int] = {}
    left_out: dict[str, int] = {}
    values, background = table.values, table.background
    for pixel in bits.ravel().tolist():
        here = [c for c in LAYER_CLASSES if pixel & c.bit]
        for face_class in here:
            if values[face_class.id] == background:
                left_out[face_class.name] = left_out.get(face_class.name, 0) + 1
            elif values[face_class.id] != values[here[-1].id]:
                pair = (here[-1].name, face_class.name)
                hidden[pair] = hidden.get(pair, 0) + 1
    assert {(over.name, under.name): count for (over, under), count in flat.hidden.items()} == hidden
    assert {face_class.name: count for face_class, count in flat.left_out.items()} == left_out


def test_losses_are_told_in_words_and_counted_by_sample() -> None:
    bits = np.full((4, 4), bits_of("neck", "neck_l"), np.uint32)
    counts = Flattening(OFFICIAL, OFFICIAL_PAINT_ORDER).of(mask_of(bits)).counts
    assert counts == {"pixels of necklace under neck, lost by flattening": 16}
    tally = Tally()
    tally.add(counts)
    tally.add(counts)
    assert tally.counts == {"pixels of necklace under neck, lost by flattening": 32}
    assert tally.samples == {"pixels of necklace under neck, lost by flattening": 2}


def test_a_class_without_a_value_is_told_by_name() -> None:
    bits = np.full((2, 2), bits_of("hat"), np.uint32)
    flat = Flattening(reduction("e4s-12"), OFFICIAL_PAINT_ORDER).of(mask_of(bits))
    assert flat.counts == {"pixels of hat, which e4s-12 has no class for, written as background": 4}
    assert not flat.index_map.any()


def test_layers_under_their_own_kind_are_no_loss() -> None:
    bits = np.full((2, 2), bits_of("u_lip", "l_lip"), np.uint32)
    flat = Flattening(reduction("e4s-12"), OFFICIAL_PAINT_ORDER).of(mask_of(bits))
    assert flat.counts == {}
    assert (flat.index_map == 1).all()


def test_a_mask_without_a_pixel_flattens_to_the_background() -> None:
    scheme = scheme_of("skin-first")
    flat = Flattening(ClassTable.of_scheme(scheme), scheme.paint_order).of(mask_of(np.zeros((3, 5), np.uint32)))
    assert (flat.index_map == 18).all()
    assert flat.counts == {}


@given(bits=MASKS, size=st.integers(1, 40))
def test_sizes_take_the_pixel_under_the_middle_of_each_new_one(bits: np.ndarray, size: int) -> None:
    height, width = fitted(bits.shape, size)
    assert max(height, width) == size
    index_map = MaskLayers(bits).to_index_map()
    rows = [int((row + 0.5) * bits.shape[0] / height + 1e-9) for row in range(height)]
    columns = [int((column + 0.5) * bits.shape[1] / width + 1e-9) for column in range(width)]
    expected = index_map[np.ix_(rows, columns)]
    assert np.array_equal(Flattening(OFFICIAL, OFFICIAL_PAINT_ORDER, size).of(mask_of(bits)).index_map, expected)
    assert np.array_equal(resized(mask_of(bits), size).layers().to_index_map(), expected)


@pytest.mark.parametrize("size", [64, 128, 256, 1024, 2048])
def test_the_usual_sizes_are_what_pillow_makes(size: int) -> None:
    bits = np.random.default_rng(size).integers(0, ALL_BITS, (512, 512), np.uint32) & np.uint32(bits_of("skin", "nose"))
    expected = Image.fromarray(MaskLayers(bits).to_index_map()).resize((size, size), Image.Resampling.NEAREST)
    found = Flattening(OFFICIAL, OFFICIAL_PAINT_ORDER, size).of(mask_of(bits)).index_map
    assert np.array_equal(found, np.asarray(expected))


@given(bits=MASKS)
def test_layers_are_the_bits_of_each_class_that_is_present(bits: np.ndarray) -> None:
    found = {face_class.name: covered for face_class, covered in layers_of(mask_of(bits))}
    layers = MaskLayers(bits)
    assert present(mask_of(bits)) == layers.present
    assert list(found) == [c.name for c in LAYER_CLASSES if layers.present & c.bit]
    assert all(np.array_equal(covered, layers.layer(name)) for name, covered in found.items())


def test_sets_that_no_pixel_has_are_no_class() -> None:
    mask = IndexedMask(np.array([0, 1, 2], np.uint32), np.zeros((2, 2), np.uint8))
    assert list(layers_of(mask)) == []


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_masks_of_more_sets_than_a_byte_counts_flatten_the_same(seed: int) -> None:
    bits = np.random.default_rng(seed).integers(0, ALL_BITS, (40, 50), np.uint32, endpoint=True)
    flat = Flattening(OFFICIAL, OFFICIAL_PAINT_ORDER).of(mask_of(bits))
    assert np.array_equal(flat.index_map, MaskLayers(bits).to_index_map())
    assert sum(flat.hidden.values()) == sum(
        int((((bits & c.bit) != 0) & (flat.index_map != c.id)).sum()) for c in LAYER_CLASSES
    )


@pytest.mark.parametrize("table", REDUCTIONS, ids=lambda table: table.name)
def test_reductions_give_every_class_one_value_and_count_from_zero(table: ClassTable) -> None:
    assert [each.id for each in table.classes] == list(range(len(table.classes)))
    named = [name for each in table.classes for name in each.of]
    assert sorted(named) == sorted(CLASS_BY_NAME)
    assert int(table.name.rpartition("-")[2]) == len(table.classes)
    assert table.source


def test_the_official_reductions_replace_ids_as_their_code_does() -> None:
    ids = np.arange(19)
    e4s = [0, 6, 5, 10, 3, 3, 2, 2, 7, 7, 9, 1, 1, 4, 0, 11, 0, 8, 0]
    assert reduction("e4s-12").values[ids].tolist() == e4s
    assert reduction("e4s-9").values[ids].tolist() == [0, 6, 5, 0, 3, 3, 2, 2, 7, 7, 1, 1, 1, 4, 0, 0, 0, 8, 0]
    semantic = [0, 1, 2, 0, 3, 3, 4, 4, 5, 5, 6, 6, 6, 7, 0, 0, 0, 0, 0]
    assert reduction("semanticgan-8").values[ids].tolist() == semantic
    assert reduction("ppst-3").values[ids].tolist() == [0] + [1] * 12 + [2, 2] + [1] * 4


def write_table(folder: Path, document: object) -> Path:
    file = folder / "mine.json"
    file.write_text(document if isinstance(document, str) else json.dumps(document), "utf-8")
    return file


def test_a_table_of_ones_own_is_read_from_json(tmp_path: Path) -> None:
    rows = [{"id": 0, "name": "rest", "of": ["background", "hat"]}, {"id": 7, "name": "head", "of": ["hair", "skin"]}]
    table = read_table(write_table(tmp_path, {"classes": rows}))
    assert (table.name, table.id2label) == ("mine", {"0": "rest", "7": "head"})
    assert table.values[[0, 1, 13, 14, 2]].tolist() == [0, 7, 7, 0, 0]
    assert "nose" in [c.name for c in table.left_out]
    assert table.colours().tolist() == [[0, 0, 0]] * 7 + [list(CLASS_BY_NAME["hair"].colour)]


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ("{", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ({"classes": []}, 'has no list "classes"'),
        ([], 'has no list "classes"'),
        ({"classes": [{"id": 256, "name": "a", "of": ["skin"]}]}, "an id is 256; ids are numbers from 0 to 255"),
        ({"classes": [{"id": True, "name": "a", "of": ["skin"]}]}, "an id is True"),
        ({"classes": ["skin"]}, "an id is None"),
        ({"classes": [{"id": 0, "name": "a", "of": []}]}, 'the class 0 needs a "name" and a list "of"'),
        ({"classes": [{"id": 0, "name": "a", "of": ["face"]}]}, "face is no class; there are background, skin"),
        (
            {"classes": [{"id": 0, "name": "a", "of": ["skin"]}, {"id": 1, "name": "b", "of": ["skin"]}]},
            "has the class skin twice",
        ),
        (
            {"classes": [{"id": 0, "name": "a", "of": ["skin"]}, {"id": 0, "name": "b", "of": ["nose"]}]},
            "has the id 0 twice",
        ),
        ({"classes": [{"id": 0, "name": "a", "of": ["skin"]}]}, "gives background no id"),
    ],
)
def test_a_table_that_cannot_be_used_is_told_why(tmp_path: Path, document: object, told: str) -> None:
    with pytest.raises(ExportError, match=r"mine\.json") as caught:
        read_table(write_table(tmp_path, document))
    assert told in str(caught.value)


def test_a_missing_table_is_an_export_error(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="cannot be read"):
        read_table(tmp_path / "none.json")


def test_paint_orders_are_the_schemes_the_datasets_or_all_names() -> None:
    scheme = scheme_of("face-parsing")
    names = [c.name for c in reversed(LAYER_CLASSES)]
    assert paint_order_of("scheme", scheme, OFFICIAL_PAINT_ORDER) == scheme.paint_order
    assert paint_order_of("dataset", scheme, OFFICIAL_PAINT_ORDER) == OFFICIAL_PAINT_ORDER
    assert paint_order_of(", ".join(names), scheme, OFFICIAL_PAINT_ORDER) == tuple(range(18, 0, -1))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("skin nostril", "the paint order has nostril: it is scheme, dataset or the names"),
        ("background", "the paint order has background"),
        ("skin hair", "the paint order lacks nose, eye_g"),
        (" ".join(c.name for c in LAYER_CLASSES) + " hair", "the paint order has hair twice"),
    ],
)
def test_a_paint_order_that_is_none_is_refused(text: str, told: str) -> None:
    with pytest.raises(ExportError) as caught:
        paint_order_of(text, SCHEMES[0], OFFICIAL_PAINT_ORDER)
    assert told in str(caught.value)


@settings(deadline=None)
@given(values=arrays.arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9)), elements=st.integers(0, 18)))
def test_written_pngs_are_of_their_kind_and_hold_the_pixels(values: np.ndarray) -> None:
    colours = OFFICIAL.colours()
    grey, palette, coloured = grey_png(values), palette_png(values, colours), coloured_png(values, colours)
    binary = binary_png(values > 3)
    assert [(data[24], data[25]) for data in (grey, palette, coloured, binary)] == [(8, 0), (8, 3), (8, 2), (8, 2)]
    modes = []
    for data, expected in ((grey, values), (palette, values), (coloured, colours[values])):
        image = Image.open(io.BytesIO(data))
        modes.append(image.mode)
        assert np.array_equal(np.asarray(image), expected)
        assert np.array_equal(read_samples(read_png(data)).reshape(expected.shape), expected)
    assert modes == ["L", "P", "RGB"]
    assert np.array_equal(np.array(Image.open(io.BytesIO(binary)).convert("P")) == 225, values > 3)


def test_files_are_the_same_pixels_without_isal(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.arange(64, dtype=np.uint8).reshape(8, 8) // 4
    monkeypatch.setattr("app.imaging.inflate._fast", None)
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(grey_png(values)))), values)


def test_colours_are_those_of_g_color() -> None:
    assert OFFICIAL.colours().tolist() == [list(c.colour) for c in CLASSES]
    assert OFFICIAL.colours(safe=True).tolist() == [list(c.safe_colour) for c in CLASSES]

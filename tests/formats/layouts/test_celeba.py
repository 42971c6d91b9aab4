"""The original CelebA as it is released and re-hosted: photos and tables, attributes edited to the byte."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.__main__ import main
from app.faces.attributes import ATTRIBUTE_NAMES, Attributes
from app.faces.errors import ConflictError, LayoutError, ReadOnlyError, SampleNotFoundError
from app.faces.mask import MaskLayers
from app.faces.sample import Modality, SampleId
from app.faces.store import FactStore, SampleStore, ValueChange
from app.formats import detect, open_store
from app.formats.tables import Table, attribute_patches, read_attributes
from app.workbench.dataset import open_dataset
from app.workbench.describe import describe_dataset, describe_sample
from tests.formats.conftest import Apply, Tree
from tests.formats.drawn import NATIVE, jpeg

ROWS = {f"{n:06}.jpg": [1 if (n + i) % 3 else -1 for i in range(40)] for n in (1, 2, 3, 42)}
ATTRIBUTES = (
    f"{len(ROWS)}\n{' '.join(ATTRIBUTE_NAMES)} \n"
    + "".join(f"{name} {' '.join(f'{value:2}' for value in values)}\n" for name, values in ROWS.items())
).encode()
CSV = (
    f"image_id,{','.join(ATTRIBUTE_NAMES)}\n"
    + "".join(f"{name},{','.join(map(str, values))}\n" for name, values in ROWS.items())
).encode()
PHOTOS = {f"img_align_celeba/{name}": jpeg(size=(178, 218)) for name in ROWS}
TABLES = {
    "list_attr_celeba.txt": ATTRIBUTES,
    "list_landmarks_align_celeba.txt": b"4\nlefteye_x lefteye_y righteye_x righteye_y nose_x nose_y leftmouth_x"
    b" leftmouth_y rightmouth_x rightmouth_y\n000001.jpg 69  109  106  113   77  142   73  152  108  154\n"
    b"000042.jpg 72  108  108  111   99  136   71  149  106  157\n",
    "list_bbox_celeba.txt": b"2\nimage_id x_1 y_1 width height\n"
    b"000001.jpg    95  71 226 313\n000002.jpg    72  94 221 306\n",
    "list_eval_partition.txt": b"000001.jpg 0\n000002.jpg 0\n000003.jpg 1\n000042.jpg 2\n",
    "identity_CelebA.txt": b"000001.jpg 2880\n000002.jpg 2937\n",
}
CELEBA = {**PHOTOS, **TABLES}
ONE, TWO = SampleId("1"), SampleId("2")


def flipped(store: SampleStore, sample: SampleId, name: str) -> ValueChange:
    loaded = store.read_attributes(sample)
    assert loaded.value is not None
    after = loaded.value.replacing(name, not loaded.value[name])
    return ValueChange(Modality.ATTRIBUTES, loaded.value, after, loaded.stamps)


def messages(store: SampleStore) -> list[str]:
    return [problem.message for problem in store.problems]


def test_the_official_tree_is_recognised_and_shown_without_masks(tree: Tree) -> None:
    root = tree(CELEBA)
    best = detect(root)[0]
    assert (best.layout, best.confidence) == ("celeba", 0.95)
    assert best.reasons[0] == "photos in img_align_celeba"
    store = open_store(root)
    assert list(store.sample_ids) == ["1", "2", "3", "42"]
    assert store.photo_path(ONE).name == "000001.jpg"
    assert store.splits == {"train": ["1", "2"], "val": ["3"], "test": ["42"]}
    assert [store.split_of(sample) for sample in store.sample_ids] == ["train", "train", "val", "test"]
    assert not store.has(ONE, Modality.MASK)
    assert store.read_mask(ONE).value is None
    assert store.class_bits(ONE) == 0
    attributes = store.read_attributes(TWO).value
    assert attributes is not None
    assert list(attributes.values_) == [value == 1 for value in ROWS["000002.jpg"]]
    assert attributes.names == ATTRIBUTE_NAMES


@pytest.mark.parametrize(
    "moved",
    [
        {"img_align_celeba/": "img_align_celeba/img_align_celeba/"},
        {"img_align_celeba/": "Img/img_align_celeba/", "list_a": "Anno/list_a", "list_e": "Eval/list_e"},
        {"img_align_celeba/": "img_celeba/"},
        {"img_align_celeba/": "celeba/images/", "list_": "celeba/list_", "identity": "celeba/identity"},
        {"img_align_celeba/": ""},
        {"img_align_celeba/": "CelebA/Img/img_align_celeba_png.7z/img_align_celeba_png/", "list_": "CelebA/Anno/list_"},
    ],
    ids=["kaggle", "drive", "in the wild", "stargan", "all in one", "png archive"],
)
def test_every_tree_people_have(tree: Tree, moved: dict[str, str]) -> None:
    files = {}
    for path, data in CELEBA.items():
        old = next((old for old in moved if path.startswith(old)), "")
        files[path.replace(old, moved.get(old, ""), 1)] = data
    root = tree(files)
    store = open_store(root)
    assert store.layout == "celeba"
    assert list(store.sample_ids) == ["1", "2", "3", "42"]
    assert store.split_of(SampleId("42")) == "test"
    assert store.read_attributes(ONE).value is not None
    assert store.read_photo(ONE).value is not None


def test_landmarks_box_and_identity_are_told(tree: Tree) -> None:
    store = open_store(tree(CELEBA))
    document = describe_sample(store, ONE).as_json()
    # The landmark table's left eye lies left in the picture; the mask class l_eye would lie right.
    assert document["landmarks"] == {
        "left_eye": [69, 109],
        "right_eye": [106, 113],
        "nose": [77, 142],
        "left_mouth": [73, 152],
        "right_mouth": [108, 154],
    }
    assert (document["bbox"], document["identity"], document["split"]) == ([95, 71, 226, 313], 2880, "train")
    assert "celeba_hq" not in document
    assert set(describe_sample(store, SampleId("3")).facts) == set()
    with pytest.raises(SampleNotFoundError):
        store.facts(SampleId("7"))  # type: ignore[attr-defined]


@pytest.mark.parametrize("place", ["data/", "", "CelebAMask-HQ/"])
def test_numbers_of_celeba_hq_lead_here_through_the_mapping(tree: Tree, place: str) -> None:
    mapping = b"idx        orig_idx   orig_file\n17         41         000042.jpg\n18         7          000008.jpg\n"
    root = tree(CELEBA)
    (root.parent / place).mkdir(exist_ok=True)
    (root.parent / place / "CelebA-HQ-to-CelebA-mapping.txt").write_bytes(mapping)
    store = open_store(root)
    assert isinstance(store, FactStore)
    assert store.sample_of_celeba_hq("17") == store.sample_of_celeba_hq("00017") == "42"
    assert store.sample_of_celeba_hq("18") is None
    assert store.facts(SampleId("42"))["celeba_hq"] == "17"
    assert store.celeba_file(ONE) == "000001.jpg"


@pytest.mark.parametrize("name", ["list_attr_celeba.txt", "list_attr_celeba.csv"])
def test_an_attribute_changes_its_own_characters_only(tree: Tree, apply_plan: Apply, name: str) -> None:
    data = ATTRIBUTES if name.endswith("txt") else CSV
    root = tree(PHOTOS, {name: data})
    store = open_store(root)
    plan = store.plan_save(TWO, [flipped(store, TWO, "Male")])
    apply_plan(root, plan)
    expected = {row: list(values) for row, values in ROWS.items()}
    expected["000002.jpg"][20] *= -1
    for row, values in ROWS.items():
        if name.endswith("txt"):
            old, new = (f"{row} " + " ".join(f"{v:2}" for v in kind[row]) for kind in (ROWS, expected))
        else:
            old, new = (f"{row}," + ",".join(map(str, kind[row])) for kind in (ROWS, expected))
        data = data.replace(old.encode(), new.encode())
        assert values is ROWS[row]
    assert (root / name).read_bytes() == data
    again = store.read_attributes(TWO).value
    assert again is not None
    assert list(again.values_) == [value == 1 for value in expected["000002.jpg"]]


def test_torchvisions_refusal_of_edited_files_is_told_with_the_first_save(tree: Tree, apply_plan: Apply) -> None:
    root = tree(CELEBA)
    store = open_store(root)
    assert messages(store) == []
    first = store.plan_save(ONE, [flipped(store, ONE, "Bald")])
    assert [note.split(";")[0] for note in first.notes] == [
        "list_attr_celeba.txt: torchvision compares its MD5 and refuses the edited file as corrupted"
    ]
    apply_plan(root, first)
    store.saved(first)
    assert store.plan_save(ONE, [flipped(store, ONE, "Male")]).notes == ()


def test_a_row_that_somebody_changed_is_not_overwritten(tree: Tree) -> None:
    root = tree(CELEBA)
    store = open_store(root)
    change = flipped(store, ONE, "Bald")
    table = root / "list_attr_celeba.txt"
    table.write_bytes(table.read_bytes().replace(b"000001.jpg  1", b"000001.jpg -1"))
    with pytest.raises(ConflictError):
        store.plan_save(ONE, [change])


def test_masks_and_captions_have_no_place(tree: Tree) -> None:
    store = open_store(tree(CELEBA))
    for modality in (Modality.MASK, Modality.CAPTIONS, Modality.PHOTO, Modality.POSE):
        assert store.read_only(modality)
    mask = ValueChange(Modality.MASK, None, MaskLayers.empty((8, 8)), {})
    with pytest.raises(ReadOnlyError, match="working copy"):
        store.plan_save(ONE, [mask])


def test_a_stargan_table_without_count_and_photos_without_rows(tree: Tree) -> None:
    table = ATTRIBUTES.partition(b"\n")[2].replace(b"000003.jpg", b"000009.jpg")
    store = open_store(tree(CELEBA, {"list_attr_celeba.txt": table}))
    assert store.read_attributes(ONE).value is not None
    assert (store.has(ONE, Modality.ATTRIBUTES), store.has(SampleId("3"), Modality.ATTRIBUTES)) == (True, False)
    assert "list_attr_celeba.txt: rows of samples that are not here, kept: 9 (1)" in messages(store)


def test_partition_lines_that_make_no_sense_are_counted(tree: Tree) -> None:
    partition = b"image_id,partition\n000001.jpg,0\n000001.jpg,1\n000099.jpg,2\n000002.jpg,7\n00000"
    store = open_store(tree(PHOTOS, {"list_eval_partition.csv": partition}))
    assert store.splits == {"train": ["1"]}
    assert messages(store) == [
        "list_eval_partition.csv: lines that are no photo with 0, 1 or 2, passed over: line 5, line 6 (2). Is it cut?",
        "list_eval_partition.csv: entries that are not in this dataset: 000099.jpg (1)",
        "list_eval_partition.csv: repeated entries, of which the first counts: 1",
    ]


@pytest.mark.parametrize("name", [*TABLES])
def test_a_web_page_in_the_place_of_a_table_is_named(tree: Tree, name: str) -> None:
    page = b"<!DOCTYPE html><html><head><title>Google Drive - Virus scan warning</title></head></html>"
    store = open_store(tree(CELEBA, {name: page}))
    describe_sample(store, ONE)
    told = [message for message in (*messages(store), *describe_dataset(store).warnings) if message.startswith(name)]
    assert any("web page of Google Drive" in message and "gdown" in message for message in told)


def test_photos_of_both_kinds_show_the_aligned_ones_and_say_so(tree: Tree) -> None:
    store = open_store(tree(CELEBA, {f"img_celeba/{name}": jpeg() for name in ROWS}))
    assert store.photo_path(ONE).parent.name == "img_align_celeba"
    assert "img_celeba: photos of the same samples, not shown; open it by itself to see them" in messages(store)


def test_celeba_beside_celebamask_hq_does_not_take_it(tree: Tree) -> None:
    tree(CELEBA, root="data/celeba")
    root = tree(NATIVE, root="data/CelebAMask-HQ").parent
    assert [found.layout for found in detect(root)][:2] == ["celebamask-hq", "celeba"]


def test_a_rescan_finds_new_photos_and_keeps_what_was_saved(tree: Tree, apply_plan: Apply) -> None:
    root = tree(CELEBA)
    store = open_store(root)
    (root / "img_align_celeba/000043.jpg").write_bytes(jpeg())
    fresh = store.rescanned()
    apply_plan(root, plan := store.plan_save(ONE, [flipped(store, ONE, "Bald")]))
    store.saved(plan)
    store.adopt(fresh)
    assert list(store.sample_ids) == ["1", "2", "3", "42", "43"]


VALUES = st.lists(st.sampled_from([b"1", b"-1"]), min_size=4, max_size=4)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    rows=st.dictionaries(st.integers(0, 202_599), VALUES, min_size=1, max_size=6),
    style=st.sampled_from(["aligned", "celebamask", "csv", "tabs", "quoted"]),
    ending=st.sampled_from([b"\n", b"\r\n"]),
    count=st.booleans(),
    bom=st.booleans(),
    final=st.booleans(),
    data=st.data(),
)
def test_one_edit_changes_exactly_its_value(
    rows: dict[int, list[bytes]], style: str, ending: bytes, count: bool, bom: bool, final: bool, data: st.DataObject
) -> None:
    names = (b"Bald", b"Male", b"Smiling", b"Young")

    def written(values: dict[int, list[bytes]]) -> bytes:
        join = {"aligned": b" ", "celebamask": b" ", "tabs": b"\t"}.get(style, b",")
        lines = [b"%d" % len(values)] if count and style not in ("csv", "quoted") else []
        lines.append({b",": b"image_id,"}.get(join, b"") + join.join(names) + (b" " if style == "aligned" else b""))
        for number, words in values.items():
            cells = [word.rjust(2) for word in words] if style == "aligned" else words
            cells = [b'"%s"' % cell for cell in cells] if style == "quoted" else cells
            gap = b"  " if style == "celebamask" else join
            lines.append(b"%06d.jpg" % number + gap + join.join(cells))
        return (b"\xef\xbb\xbf" if bom else b"") + ending.join(lines) + (ending if final else b"")

    table = Table.from_bytes(written(rows))
    number = data.draw(st.sampled_from(sorted(rows)))
    at = data.draw(st.integers(0, 3))
    row = read_attributes(table, str(number))
    assert row is not None
    assert row.attributes == Attributes(tuple(name.decode() for name in names), tuple(v == b"1" for v in rows[number]))
    after = row.attributes.replacing(names[at].decode(), rows[number][at] != b"1")
    expected = {**rows, number: [*rows[number]]}
    expected[number][at] = b"-1" if rows[number][at] == b"1" else b"1"
    shows_padding = any(b"1" in words[1:] for words in rows.values())
    if style != "aligned" or shows_padding:
        patches = attribute_patches(table, str(number), row.attributes, after)
        assert table.patched(patches).data == written(expected)


def test_opening_reads_no_attribute(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(data: bytes) -> Table:
        raise AssertionError(f"a table of {len(data)} bytes was read")

    root = tree(CELEBA)
    monkeypatch.setattr(Table, "from_bytes", refuse)
    assert len(open_store(root).sample_ids) == len(ROWS)


def test_a_folder_of_photos_alone_is_no_celeba(tmp_path: Path) -> None:
    (tmp_path / "000001.jpg").write_bytes(jpeg())
    assert detect(tmp_path)[0].layout == "photos"


def test_a_save_through_the_document_changes_the_table_and_can_be_undone(tree: Tree) -> None:
    root = tree(CELEBA)
    table = root / "list_attr_celeba.txt"
    with open_dataset(root) as dataset:
        assert (dataset["1"].attributes["Male"], dataset["2"].attributes["Attractive"]) == (False, True)
        dataset["1"].attributes["Male"] = True
        dataset["2"].attributes["Attractive"] = False
        dataset.save()
        changed = table.read_bytes()
        assert len(changed) == len(ATTRIBUTES)
        assert sum(old != new for old, new in zip(ATTRIBUTES, changed, strict=True)) == 2
        dataset.undo("1")
        dataset.undo("2")
        dataset.save()
    assert table.read_bytes() == ATTRIBUTES


def test_the_command_line_shows_what_only_celeba_knows(tree: Tree, capsys: pytest.CaptureFixture[str]) -> None:
    root = str(tree(CELEBA))
    assert main(["info", root]) == 0
    assert "celeba" in capsys.readouterr().out
    assert main(["show", root, "1"]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert "landmarks  left_eye 69 109, right_eye 106 113, nose 77 142, left_mouth 73 152, right_mouth 108 154" in shown
    assert {"bbox  95 71 226 313", "identity  2880"} < set(shown)


def test_a_folder_of_photos_that_is_a_link_out_is_named_and_not_followed(tree: Tree, tmp_path: Path) -> None:
    outside = tree(PHOTOS, root="elsewhere") / "img_align_celeba"
    root = tree(TABLES)
    (root / "img_align_celeba").symlink_to(outside, target_is_directory=True)
    celeba = next(found for found in detect(root) if found.layout == "celeba")
    message = "img_align_celeba is a link to a place outside the dataset; it is not followed. Put the folder there"
    assert (celeba.confidence, celeba.refusals[-1]) == (0.0, message)
    with pytest.raises(LayoutError, match="is a link to a place outside the dataset"):
        open_store(root, "celeba")


def test_tables_as_csv_tell_the_same(tree: Tree) -> None:
    tables = {
        "list_attr_celeba.csv": CSV,
        "list_bbox_celeba.csv": b"image_id,x_1,y_1,width,height\r\n000001.jpg,95,71,226,313\r\n",
        "list_landmarks_align_celeba.csv": b"image_id,lefteye_x,lefteye_y,righteye_x,righteye_y,nose_x,nose_y,"
        b"leftmouth_x,leftmouth_y,rightmouth_x,rightmouth_y\n000001.jpg,69,109,106,113,77,142,73,152,108,154\n",
        "list_eval_partition.csv": b"image_id,partition\n000001.jpg,0\n000042.jpg,2\n",
    }
    store = open_store(tree({f"img_align_celeba/{path}": data for path, data in PHOTOS.items()}, tables))
    assert store.splits == {"train": ["1"], "test": ["42"]}
    facts = describe_sample(store, ONE).facts
    assert (facts["bbox"], facts["landmarks"]["right_mouth"]) == ([95, 71, 226, 313], [108, 154])
    assert messages(store) == []


def test_caption_files_beside_the_photos_are_read_and_edited(tree: Tree, apply_plan: Apply) -> None:
    root = tree(CELEBA, {"celeba-caption/000001.txt": b"A man.\nHe smiles.", "celeba-caption/notes.md": b""})
    store = open_store(root)
    loaded = store.read_captions(ONE)
    assert (store.layout, store.has(TWO, Modality.CAPTIONS)) == ("celeba", False)
    assert loaded.value is not None
    assert list(loaded.value.texts) == ["A man.", "He smiles."]
    assert any("notes.md" in message for message in messages(store))
    after = loaded.value.inserting(0, "A person.")
    apply_plan(root, store.plan_save(ONE, [ValueChange(Modality.CAPTIONS, loaded.value, after, loaded.stamps)]))
    assert (root / "celeba-caption/000001.txt").read_bytes() == b"A person.\nA man.\nHe smiles."

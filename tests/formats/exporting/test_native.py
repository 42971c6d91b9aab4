"""A native export is the dataset with fewer samples: the very bytes, tables cut to the rows, and nothing stale."""

from __future__ import annotations

import csv
import io
import pickle
import pickletools
import random
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from app.faces.attributes import ATTRIBUTE_NAMES, Attributes
from app.faces.captions import Captions
from app.faces.classes import LAYER_CLASSES, OFFICIAL_SCHEME, SCHEME_BY_NAME
from app.faces.mask import MaskLayers
from app.faces.sample import Modality, Pose, Problem, SampleId
from app.faces.store import SampleStore
from app.formats import open_store
from app.formats.exporting.native import CelebAMaskHQFormat, MultiModalFormat, MultiModalOptions, NativeOptions
from app.formats.exporting.tables import attribute_table, cut_table, is_cuttable, mapping_table, pose_table
from app.formats.layouts.records import RecordStore
from tests.formats.conftest import Tree
from tests.formats.drawn import CAPTIONS, MULTI_MODAL, NATIVE, jpeg, png, rgb, square
from tests.formats.drawn import attribute_table as drawn_table
from tests.formats.exporting.run import export
from tests.tiny_dataset import EVERYTHING

ATTRIBUTES, POSES = "CelebAMask-HQ-attribute-anno.txt", "CelebAMask-HQ-pose-anno.txt"
MAPPING = "CelebA-HQ-to-CelebA-mapping.txt"
FORMATS = (CelebAMaskHQFormat(), MultiModalFormat())


def official_rows(table: bytes) -> dict[str, list[str]]:
    """As the released scripts read: the count on line 1, names on line 2, then ``split()``."""
    lines = table.decode().splitlines()
    names = lines[1].split()
    rows = [line.split() for line in lines[2:]]
    assert int(lines[0]) == len(rows)
    assert all(len(row) == len(names) + 1 for row in rows)
    return {row[0]: row[1:] for row in rows}


def torchvision_rows(table: bytes) -> dict[str, list[int]]:
    """``torchvision.datasets.CelebA._load_csv`` with ``header=1``."""
    data = list(csv.reader(io.StringIO(table.decode()), delimiter=" ", skipinitialspace=True))
    return {row[0]: list(map(int, row[1:])) for row in data[2:]}


def diffae_rows(table: bytes) -> list[list[str]]:
    """Six bytes off for ``30000`` and its line end, two spaces made one; for five digits of samples only."""
    text = "idx " + table.decode()[table.index(b"\n") + 1 :].replace("  ", " ")
    return [line.split(" ") for line in text.splitlines()]


def assert_same(store: SampleStore, back: SampleStore, names: Mapping[str, str], *, but: frozenset[Modality]) -> None:
    """Every value of every sample is the same under its new name."""
    for sample, name in ((SampleId(old), SampleId(new)) for old, new in names.items()):
        for modality in frozenset(Modality) - but:
            assert store.has(sample, modality) == back.has(name, modality), (sample, modality)
        mask, other = store.read_mask(sample).value, back.read_mask(name).value
        assert (mask is None) == (other is None)
        assert mask is None or other is None or (mask.equals(other) and mask.exclusive == other.exclusive)
        if Modality.CAPTIONS not in but:
            assert store.read_captions(sample).value == back.read_captions(name).value
        for modality in frozenset({Modality.PHOTO, Modality.SKETCH}) - but:
            if store.has(sample, modality):
                assert store.picture_bytes(sample, modality) == back.picture_bytes(name, modality)
        assert store.read_attributes(sample).value == back.read_attributes(name).value
        assert store.celeba_file(sample) == back.celeba_file(name)


def test_every_file_is_copied_byte_by_byte(tree: Tree, tmp_path: Path) -> None:
    source = tree(EVERYTHING, {"README.txt": b"Read me.\r\n"})
    done = export(CelebAMaskHQFormat(), open_store(source), None, None, tmp_path / "out", splits={"0": "test"})
    expected = {path: data for path, data in EVERYTHING.items() if not path.endswith((".pickle", MAPPING))}
    expected["README.txt"] = b"Read me.\r\n"
    expected["test/filenames.pickle"] = pickle.dumps(["0"], protocol=2)
    expected["test.txt"] = b"0\n"
    expected[MAPPING] = EVERYTHING[MAPPING]
    assert done.contents == expected
    assert done.left_out == ()
    assert done.counts == {f"samples without a row in {MAPPING}": 2}


def test_samples_are_taken_out_of_the_released_archive(tmp_path: Path) -> None:
    files = {**EVERYTHING, "README.txt": b"Read me."}
    with zipfile.ZipFile(tmp_path / "CelebAMask-HQ.zip", "w") as archive:
        for path, data in files.items():
            archive.writestr(f"CelebAMask-HQ/{path}", data)
    store = open_store(tmp_path / "CelebAMask-HQ.zip", layout="mm-celeba-hq")
    done = export(CelebAMaskHQFormat(), store, None, None, tmp_path / "out")
    assert done.contents == {path: data for path, data in files.items() if not path.endswith(".pickle")}


def test_only_the_chosen_samples_are_there(tree: Tree, tmp_path: Path) -> None:
    done = export(CelebAMaskHQFormat(), open_store(tree(EVERYTHING)), ["17"], None, tmp_path / "out")
    assert {path for path in done.contents if "/" in path} == {
        "CelebA-HQ-img/17.jpg",
        "CelebAMask-HQ-mask-anno/0/00017_skin.png",
        "CelebAMask-HQ-mask-anno/0/00017_l_eye.png",
        "CelebAMask-HQ-mask-anno/0/00017_hair.png",
        "sketch/17.png",
        "text/celeba-caption/17.txt",
    }
    assert official_rows(done.contents[ATTRIBUTES]) == {"17.jpg": ["-1", "1"] * 20}
    assert torchvision_rows(done.contents[ATTRIBUTES]) == {"17.jpg": [-1, 1] * 20}
    assert done.contents[POSES] == b"1\nYaw Pitch Raw\n17.jpg 1 2 3\n"


@pytest.mark.parametrize("format", FORMATS, ids=lambda each: each.name)
def test_an_export_reads_back_equal(format: CelebAMaskHQFormat, tree: Tree, tmp_path: Path) -> None:  # noqa: A002
    store = open_store(tree(EVERYTHING), layout="mm-celeba-hq")
    splits = {sample: split for sample in store.sample_ids if (split := store.split_of(sample))}
    export(format, store, None, None, tmp_path / "out", splits=splits)
    back = open_store(tmp_path / "out", layout=format.name)
    assert [problem for problem in back.problems if "row" not in problem.message] == []
    assert_same(store, back, {sample: sample for sample in store.sample_ids}, but=frozenset(format.losses))
    if format.name == "mm-celeba-hq":
        assert back.splits == store.splits
        assert store.read_pose(SampleId("17")).value == back.read_pose(SampleId("17")).value


def test_renumbered_samples_keep_everything_but_their_names(tree: Tree, tmp_path: Path) -> None:
    store = open_store(tree(EVERYTHING), layout="mm-celeba-hq")
    names = {"0": "5", "17": "2000", "2001": "0"}
    done = export(MultiModalFormat(), store, names, None, tmp_path / "out", names=names, splits={"17": "train"})
    assert "CelebAMask-HQ-mask-anno/1/02000_l_eye.png" in done.contents
    assert "CelebAMask-HQ-mask-anno/0/00000_skin.png" in done.contents
    assert list(official_rows(done.contents[ATTRIBUTES])) == ["0.jpg", "5.jpg", "2000.jpg"]
    assert done.contents[MAPPING] == b"idx        orig_idx   orig_file\n2000       41         000042.jpg\n"
    assert done.contents[POSES] == b"3\nYaw Pitch Raw\n0.jpg 4 5 nan\n5.jpg 1.5 -2 0\n2000.jpg 1 2 3\n"
    back = open_store(tmp_path / "out", layout="mm-celeba-hq")
    assert_same(store, back, names, but=frozenset())
    assert back.splits == {"train": ["2000"]}


def test_split_pickles_are_what_python_2_forks_read(tree: Tree, tmp_path: Path) -> None:
    store = open_store(tree(EVERYTHING))
    done = export(MultiModalFormat(), store, None, None, tmp_path / "out", splits={"0": "train", "2001": "train"})
    data = done.contents["train/filenames.pickle"]
    assert pickle.loads(data) == ["0", "2001"]
    assert next(argument for opcode, argument, _ in pickletools.genops(data) if opcode.name == "PROTO") == 2
    assert done.contents["train.txt"] == b"0\n2001\n"


def test_only_included_modalities_are_written(tree: Tree, tmp_path: Path) -> None:
    options = NativeOptions(include=frozenset({Modality.PHOTO, Modality.POSE}))
    done = export(CelebAMaskHQFormat(), open_store(tree(EVERYTHING)), ["0"], options, tmp_path / "out")
    assert set(done.contents) == {"CelebA-HQ-img/0.jpg", POSES, MAPPING}


def test_a_stale_caption_cache_is_not_copied(tree: Tree, tmp_path: Path) -> None:
    source = tree(EVERYTHING, {"captions.pickle": b"old", "text/captions_DAMSM.pickle": b"old"})
    done = export(MultiModalFormat(), open_store(source), ["0"], None, tmp_path / "out")
    assert not [path for path in done.contents if "captions" in path and path.endswith("pickle")]


def test_index_maps_are_copied_or_made_into_class_files(tree: Tree, tmp_path: Path) -> None:
    store = open_store(tree(MULTI_MODAL))
    done = export(MultiModalFormat(), store, None, None, tmp_path / "same")
    assert done.contents["label/17.png"] == MULTI_MODAL["label/17.png"]
    done = export(CelebAMaskHQFormat(), store, ["17"], NativeOptions(mask_size=None), tmp_path / "classes")
    path = "CelebAMask-HQ-mask-anno/0/00017_hair.png"
    assert [each for each in done.contents if "anno/" in each] == [path]
    with Image.open(io.BytesIO(done.contents[path])) as picture:
        assert (picture.mode, picture.size) == ("RGB", (32, 32))
        # The idiom of the most copied preprocessing.
        assert np.array_equal(np.array(picture.convert("P")) == 225, square(4, 4))


def test_masks_that_are_made_are_as_large_as_loaders_expect(tree: Tree, tmp_path: Path) -> None:
    done = export(CelebAMaskHQFormat(), open_store(tree(MULTI_MODAL)), ["17"], None, tmp_path / "out")
    with Image.open(io.BytesIO(done.contents["CelebAMask-HQ-mask-anno/0/00017_hair.png"])) as picture:
        assert np.array_equal(np.array(picture)[..., 0] == 255, square(4, 4).repeat(16, 0).repeat(16, 1))
    assert done.counts["masks brought to 512 pixels"] == 1


def test_class_files_flatten_into_index_maps_and_losses_are_counted(tree: Tree, tmp_path: Path) -> None:
    options = MultiModalOptions(masks="index maps", mask_size=None)
    done = export(MultiModalFormat(), open_store(tree(EVERYTHING)), ["0"], options, tmp_path / "out")
    with Image.open(io.BytesIO(done.contents["label/0.png"])) as picture:
        assert picture.mode == "L"
        expected = np.where(square(10, 10), 2, square(4, 4, 20))
        assert np.array_equal(np.array(picture), expected)
    assert done.counts["pixels of skin under nose, lost by flattening"] == 64


def test_index_maps_of_another_scheme_are_told(tree: Tree, tmp_path: Path) -> None:
    store = open_store(tree(MULTI_MODAL), scheme=SCHEME_BY_NAME["face-parsing"])
    done = export(MultiModalFormat(), store, None, None, tmp_path / "out")
    assert done.counts["index maps with the class ids of the scheme face-parsing, as they were"] == 2


def test_index_maps_of_another_layout_get_the_official_ids(tree: Tree, tmp_path: Path) -> None:
    hair = square(4, 4).astype(np.uint8) * np.uint8(17)
    files = {"train_img/17.jpg": jpeg(), "train_label/17.png": png(hair)}
    store = open_store(tree(files), layout="index-masks", scheme=SCHEME_BY_NAME["face-parsing"])
    options = MultiModalOptions(mask_size=None)
    done = export(
        MultiModalFormat(), store, None, options, tmp_path / "out", names=dict.fromkeys(store.sample_ids, "3")
    )
    with Image.open(io.BytesIO(done.contents["label/3.png"])) as picture:
        assert np.array_equal(np.array(picture), square(4, 4).astype(np.uint8) * 13)
    done = export(
        MultiModalFormat(),
        open_store(store.root, layout="index-masks", scheme="celebamask-hq"),
        None,
        options,
        tmp_path / "same",
    )
    assert files["train_label/17.png"] in done.contents.values()


def test_names_that_are_no_numbers_need_renumbering(tree: Tree, tmp_path: Path) -> None:
    store = open_store(
        tree(
            {f"image/{n}.jpg": jpeg() for n in ("face_a", "7")},
            {"label/face_a.png": png(square(1, 1).astype(np.uint8))},
        ),
        layout="mm-celeba-hq",
    )
    done = export(CelebAMaskHQFormat(), store, None, None, tmp_path / "out")
    assert set(done.contents) == {"CelebA-HQ-img/7.jpg"}
    assert [(gone.sample, gone.modality) for gone in done.left_out] == [("face_a", None)]
    assert "let the export renumber them" in done.left_out[0].why
    options = MultiModalOptions(masks="one file per class", mask_size=None)
    done = export(MultiModalFormat(), store, None, options, tmp_path / "free")
    assert "CelebAMask-HQ-mask-anno/0/face_a_skin.png" in done.contents
    back = open_store(tmp_path / "free", layout="mm-celeba-hq")
    bits = back.read_mask(SampleId("face_a")).value
    assert bits is not None
    assert np.array_equal(bits.layer("skin"), square(1, 1))


def test_a_file_that_went_away_is_left_out_and_the_rest_is_written(tree: Tree, tmp_path: Path) -> None:
    source = tree(EVERYTHING)
    store = open_store(source, layout="mm-celeba-hq")
    (source / "text/celeba-caption/0.txt").unlink()
    (source / "CelebA-HQ-img/17.jpg").unlink()
    done = export(MultiModalFormat(), store, None, None, tmp_path / "out")
    assert [(gone.sample, gone.modality) for gone in done.left_out] == [("0", Modality.CAPTIONS), ("17", None)]
    assert "image/0.jpg" in done.contents
    assert not [path for path in done.contents if "17" in path]
    assert list(official_rows(done.contents[ATTRIBUTES])) == ["0.jpg", "2001.jpg"]


def test_links_out_of_the_dataset_are_not_followed(tree: Tree, tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(rgb(square(0, 0)))
    source = tree(EVERYTHING, {"CelebAMask-HQ-mask-anno/0/00000_nose.png": None})
    (source / "CelebAMask-HQ-mask-anno/0/00000_hat.png").symlink_to(secret)
    done = export(CelebAMaskHQFormat(), open_store(source), ["0"], None, tmp_path / "out")
    assert "CelebAMask-HQ-mask-anno/0/00000_hat.png" not in done.contents
    assert [gone.modality for gone in done.left_out] == [Modality.MASK]
    assert "00000_hat.png is a link to a place outside the dataset" in done.left_out[0].why
    assert "CelebAMask-HQ-mask-anno/0/00000_skin.png" in done.contents


@dataclass
class _Held:
    """Samples in memory, as a container holds them."""

    mask_: MaskLayers
    ids: tuple[SampleId, ...] = (SampleId("3"), SampleId("12"))
    splits: Mapping[str, tuple[SampleId, ...]] = None  # type: ignore[assignment]
    problems: tuple[Problem, ...] = ()
    folders: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.splits = {}

    def has(self, sample: SampleId, modality: Modality) -> bool:
        return sample == "3" or modality in (Modality.PHOTO, Modality.ATTRIBUTES)

    def files(self, sample: SampleId, modality: Modality) -> tuple[str, ...]:
        return ("all.bin",)

    def photo(self, sample: SampleId) -> bytes:
        return jpeg()

    def sketch(self, sample: SampleId) -> bytes | None:
        return png(np.full((8, 8), 255, np.uint8))

    def mask(self, sample: SampleId) -> MaskLayers | None:
        return self.mask_

    def captions(self, sample: SampleId) -> Captions | None:
        return Captions.from_bytes(b"".join(b"One. \r\n\r\n" for _ in range(10)))

    def attributes(self, sample: SampleId) -> Attributes | None:
        values = tuple(None if at == 3 else at % 2 == 0 for at in range(40))
        return Attributes(ATTRIBUTE_NAMES, values) if sample == "3" else Attributes.unknown()

    def pose(self, sample: SampleId) -> Pose | None:
        return Pose(1.25, -0.1, 1e-07)

    def celeba_file(self, sample: SampleId) -> str | None:
        return "119614.jpg" if sample == "3" else None


@pytest.fixture
def container(tmp_path: Path) -> RecordStore:
    random_bits = np.random.default_rng(1).integers(0, 1 << 18, (32, 32)).astype(np.uint32)
    held = _Held(MaskLayers(random_bits))

    def again() -> RecordStore:
        return RecordStore(tmp_path, held, layout="held", title="Held", scheme=OFFICIAL_SCHEME, again=again)

    return again()


def test_a_container_becomes_a_released_tree(container: RecordStore, tmp_path: Path) -> None:
    done = export(MultiModalFormat(), container, None, MultiModalOptions(mask_size=None), tmp_path / "out")
    values = " ".join("0" if at == 3 else "1" if at % 2 == 0 else "-1" for at in range(40))
    unknown = " ".join("0" * 40)
    assert done.contents[ATTRIBUTES].decode() == (
        f"2\n{' '.join(ATTRIBUTE_NAMES)}\n3.jpg  {values}\n12.jpg  {unknown}\n"
    )
    assert done.contents[POSES] == b"1\nYaw Pitch Raw\n3.jpg 1.25 -0.1 1e-07\n"
    assert done.contents[MAPPING] == b"idx        orig_idx   orig_file\n3          119613     119614.jpg\n"
    assert done.contents["text/celeba-caption/3.txt"] == b"\n".join([b"One. "] * 10)
    assert "sketch/3.png" in done.contents
    masks = [path for path in done.contents if "anno/" in path]
    assert masks == [f"CelebAMask-HQ-mask-anno/0/00003_{c.name}.png" for c in LAYER_CLASSES]
    back = open_store(tmp_path / "out", layout="mm-celeba-hq")
    mask = back.read_mask(SampleId("3")).value
    assert mask is not None
    assert mask.equals(container.read_mask(SampleId("3")).value or MaskLayers.empty((1, 1)))
    assert back.read_attributes(SampleId("3")).value == container.read_attributes(SampleId("3")).value
    assert back.read_pose(SampleId("3")).value == Pose(1.25, -0.1, 1e-07)


def test_a_table_keeps_its_line_ends_and_count(tree: Tree) -> None:
    table = b"5\r\na b \r\n1.jpg  1 -1\r\n2.jpg  -1 1\r\n3.jpg  1 1"
    cut, missing = cut_table(table, {"3": "3", "1": "1", "9": "9"}, counted=True)
    assert cut == b"2\r\na b \r\n3.jpg  1 1\r\n1.jpg  1 -1\r\n"
    assert missing == ("9",)
    assert tree is not None


@pytest.mark.parametrize(
    ("table", "names", "counted", "cut"),
    [
        (b"a b\n1.jpg 1 1\n", {"1": "1"}, True, b"1\na b\n1.jpg 1 1\n"),
        (b"2\na b\n1.jpg 1 1\n1.jpg 0 0\n", {"1": "1"}, True, b"1\na b\n1.jpg 1 1\n"),
        (b"0          1          000002.jpg\n", {"0": "0"}, False, b"0          1          000002.jpg\n"),
        (b"2\na b\n\n1.jpg  1 1\n\n", {"1": "12"}, True, b"1\na b\n12.jpg  1 1\n"),
        (b"2\na b\n", {}, True, b"0\na b\n"),
        (
            b"idx orig_idx orig_file\n1 2 000003.jpg\n",
            {"1": "12345"},
            False,
            b"idx orig_idx orig_file\n12345 2 000003.jpg\n",
        ),
    ],
)
def test_odd_tables_are_cut_too(table: bytes, names: dict[str, str], counted: bool, cut: bytes) -> None:
    assert cut_table(table, names, counted=counted)[0] == cut


def test_tables_in_other_forms_are_made_anew() -> None:
    assert is_cuttable(NATIVE[ATTRIBUTES])
    assert not is_cuttable(b"")
    assert not is_cuttable(b"image_id,Male\n1.jpg,1\n")
    assert not is_cuttable(b"\xef\xbb\xbf2\n")
    assert not is_cuttable("2\na b\n".encode("utf-16"))


def test_a_csv_table_becomes_a_released_one(tree: Tree, tmp_path: Path) -> None:
    rows = "".join(f"{n}.jpg,{','.join(['-1', '1'] * 20)}\n" for n in (0, 17, 2001))
    table = f"image_id,{','.join(ATTRIBUTE_NAMES)}\n{rows}".encode()
    done = export(CelebAMaskHQFormat(), open_store(tree(NATIVE, {ATTRIBUTES: table})), None, None, tmp_path / "out")
    assert done.contents[ATTRIBUTES] == drawn_table({f"{n}.jpg": " ".join(["-1", "1"] * 20) for n in (0, 17, 2001)})


def test_cut_tables_of_the_release_are_read_by_its_loaders(real_data: Path) -> None:
    folder = real_data / "CelebAMask-HQ"
    chance = random.Random(5)
    names = {str(n): str(n) for n in sorted(chance.sample(range(30_000), 500))}
    table = (folder / ATTRIBUTES).read_bytes()
    cut, missing = cut_table(table, names, counted=True)
    assert missing == ()
    before, after = official_rows(table), official_rows(cut)
    assert after == {f"{n}.jpg": before[f"{n}.jpg"] for n in names}
    assert torchvision_rows(cut) == {name: list(map(int, row)) for name, row in after.items()}
    assert all(len(row) == 41 for row in diffae_rows(cut)[1:])
    assert cut.splitlines()[1] == table.splitlines()[1]
    poses, missing = cut_table((folder / POSES).read_bytes(), names, counted=True)
    assert missing == ()
    assert list(official_rows(poses)) == [f"{n}.jpg" for n in names]
    everything = {str(n): str(n) for n in range(30_000)}
    for name, counted in ((ATTRIBUTES, True), (POSES, True), (MAPPING, False)):
        whole = (folder / name).read_bytes()
        assert cut_table(whole, everything, counted=counted)[0] == whole


def test_tables_made_of_values_are_spaced_as_released(real_data: Path) -> None:
    store = open_store(real_data / "CelebAMask-HQ", layout="celebamask-hq")
    ids = store.sample_ids
    attributes = {sample: store.read_attributes(sample).value for sample in ids}
    poses = {sample: store.read_pose(sample).value for sample in ids}
    files = {sample: store.celeba_file(sample) for sample in ids}
    for name, counted, made in (
        (ATTRIBUTES, True, attribute_table(attributes)),  # type: ignore[arg-type]
        (MAPPING, False, mapping_table(files)),  # type: ignore[arg-type]
    ):
        cut, _ = cut_table((store.root / name).read_bytes(), {sample: sample for sample in ids}, counted=counted)
        assert made == cut
    rows = official_rows(pose_table(poses))  # type: ignore[arg-type]
    assert {sample: tuple(map(float, rows[f"{sample}.jpg"])) for sample in ids} == {
        sample: pose and (pose.yaw, pose.pitch, pose.roll) for sample, pose in poses.items()
    }


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.integers(0, 40_000), unique=True, max_size=20),
    st.sampled_from([b"\n", b"\r\n"]),
    st.booleans(),
    st.randoms(use_true_random=False),
)
def test_cutting_loses_no_byte_of_a_row(numbers: list[int], ending: bytes, ended: bool, chance: random.Random) -> None:
    rows = {str(n): f"{n}.jpg  {chance.choice(['1', '-1'])} {chance.choice(['1', '-1'])}".encode() for n in numbers}
    table = ending.join([str(len(rows)).encode(), b"a b", *rows.values()]) + (ending if ended or not rows else b"")
    chosen = chance.sample(sorted(rows), chance.randint(0, len(rows)))
    cut, missing = cut_table(table, {sample: sample for sample in chosen}, counted=True)
    assert cut == b"".join(line + ending for line in (str(len(chosen)).encode(), b"a b", *(rows[s] for s in chosen)))
    assert missing == ()


def test_captions_that_are_not_ten_are_counted_and_copied(tree: Tree, tmp_path: Path) -> None:
    nine = b"\n".join(CAPTIONS.split(b"\n")[:9])
    store = open_store(tree(EVERYTHING, {"text/celeba-caption/0.txt": nine}), layout="mm-celeba-hq")
    done = export(MultiModalFormat(), store, None, None, tmp_path / "out")
    assert done.contents["text/celeba-caption/0.txt"] == nine
    assert done.counts["samples with other than 10 captions"] == 1


def test_the_licensed_samples_come_back_equal(real_data: Path, tmp_path: Path) -> None:
    source = real_data / "CelebAMask-HQ"
    store = open_store(source, layout="celebamask-hq")
    chosen = list(store.sample_ids)[::3]
    done = export(CelebAMaskHQFormat(), store, chosen, None, tmp_path / "out")
    for path, data in done.contents.items():
        if "/" in path or path == "README.txt":
            assert data == (source / path).read_bytes()
    back = open_store(tmp_path / "out", layout="celebamask-hq")
    assert list(back.sample_ids) == chosen
    assert_same(store, back, {s: s for s in chosen}, but=frozenset({Modality.CAPTIONS, Modality.SKETCH}))


def test_the_licensed_multi_modal_samples_come_back_equal(real_data: Path, tmp_path: Path) -> None:
    store = open_store(real_data / "Multi-Modal-CelebA-HQ", layout="mm-celeba-hq")
    splits = {sample: split for sample in store.sample_ids if (split := store.split_of(sample))}
    export(MultiModalFormat(), store, None, None, tmp_path / "out", splits=splits)
    back = open_store(tmp_path / "out", layout="mm-celeba-hq")
    assert_same(store, back, {s: s for s in store.sample_ids}, but=frozenset())
    assert {name: list(ids) for name, ids in back.splits.items()} == {n: list(i) for n, i in store.splits.items()}

"""Trainers that read photos with captions find the right ones: their own way of reading is done here again."""

from __future__ import annotations

import io
import json
import pickle
import re
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from app.faces.errors import ExportError
from app.faces.sample import Modality, SampleId
from app.faces.store import SampleStore
from app.formats import open_store
from app.formats.exporting.attngan import AttnGanFormat, AttnGanOptions
from app.formats.exporting.captioned import CaptionedOptions, is_usable
from app.formats.exporting.celeba_dialog import CelebADialogFormat, CelebADialogOptions
from app.formats.exporting.cub import CubFormat, CubOptions
from app.formats.exporting.lafite import LafiteFormat
from tests.formats.conftest import Tree
from tests.formats.drawn import NATIVE, jpeg
from tests.formats.exporting.run import export

FORMATS = (AttnGanFormat(), CubFormat(), LafiteFormat(), CelebADialogFormat())


def lines(sample: object, *texts: str) -> bytes:
    return "\n".join(texts or [f"Sample {sample} has caption {k}." for k in range(10)]).encode()


@pytest.fixture
def store(tree: Tree) -> SampleStore:
    """Samples 0 to 4 with ten captions each, 5 with nine, 6 without."""
    files = {f"image/{n}.jpg": jpeg() for n in range(7)}
    files |= {f"text/{n}.txt": lines(n) for n in range(5)}
    files["text/5.txt"] = lines(5, *(f"Five has caption {k}." for k in range(9)))
    return open_store(tree(files), layout="mm-celeba-hq")


def attngan_captions(data: Path, split: str, photos: str = "images") -> tuple[list[str], list[list[str]]]:
    """``TextDataset.load_text_data`` of AttnGAN and DF-GAN: keys, and ten lists of words for each, flat.

    Of the captions it is what the loader keeps; too few of them are only printed, as there.
    """
    file = data / split / "filenames.pickle"
    names: list[str] = pickle.loads(file.read_bytes()) if file.is_file() else []
    captions: list[list[str]] = []
    for name in names:
        with Image.open(data / photos / f"{name}.jpg") as photo:
            photo.convert("RGB")
        found = 0
        for text in (data / "text" / f"{name}.txt").read_text("utf-8").split("\n"):
            if not text:
                continue
            words = re.findall(r"\w+", text.replace("\ufffd\ufffd", " ").lower())
            if not words:
                continue
            ascii_words = (word.encode("ascii", "ignore").decode("ascii") for word in words)
            captions.append([word for word in ascii_words if word])
            found += 1
            if found == 10:
                break
        assert found == 10, f"ERROR: the captions for {name} less than 10"
    return names, captions


def assert_aligned(names: Sequence[str], captions: Sequence[Sequence[str]]) -> None:
    """The loader's ``index * 10 + k`` finds the captions of the right sample."""
    assert len(captions) == 10 * len(names)
    for index, name in enumerate(names):
        for k in range(10):
            assert captions[index * 10 + k] == ["sample", name, "has", "caption", str(k)]


def test_attngan_finds_ten_captions_of_the_right_sample(store: SampleStore, tmp_path: Path) -> None:
    splits = {"0": "train", "1": "test", "2": "train", "3": "train", "4": "test", "5": "train", "6": "test"}
    done = export(AttnGanFormat(), store, None, None, tmp_path / "out", splits=splits)
    for split, expected in (("train", ["0", "2", "3"]), ("test", ["1", "4"])):
        names, captions = attngan_captions(tmp_path / "out", split)
        assert names == expected
        assert_aligned(names, captions)
    assert [(gone.sample, gone.modality) for gone in done.left_out] == [("5", None), ("6", None)]
    assert "it has 9 captions with a word in them, AttnGAN needs 10" in done.left_out[0].why
    assert done.left_out[1].why == "it has no captions"
    assert not [path for path in done.contents if "/5." in path or "/6." in path]


def test_dfgan_finds_its_photos(store: SampleStore, tmp_path: Path) -> None:
    options = AttnGanOptions(variant="df-gan", class_info=True)
    export(AttnGanFormat(), store, ["0", "1"], options, tmp_path / "out", splits={"0": "train", "1": "test"})
    assert attngan_captions(tmp_path / "out", "train", "image/CelebA-HQ-img")[0] == ["0"]
    assert pickle.loads((tmp_path / "out/test/class_info.pickle").read_bytes()) == [0]


def test_without_splits_everything_is_for_training(store: SampleStore, tmp_path: Path) -> None:
    export(AttnGanFormat(), store, ["0", "1"], None, tmp_path / "out")
    assert attngan_captions(tmp_path / "out", "train")[0] == ["0", "1"]
    assert pickle.loads((tmp_path / "out/test/filenames.pickle").read_bytes()) == []


def test_samples_that_no_trainer_loads_are_told(store: SampleStore, tmp_path: Path) -> None:
    splits = {"0": "train", "1": "val", "2": "val"}
    done = export(AttnGanFormat(), store, ["0", "1", "2", "3"], None, tmp_path / "out", splits=splits)
    assert done.counts == {
        "samples in val, which these trainers do not load": 2,
        "samples in no split, which these trainers do not load": 1,
    }


def test_what_is_no_caption_does_not_reach_the_trainer(tree: Tree, tmp_path: Path) -> None:
    texts = ["", "...", "Sample 0 has caption 0.", "  ", "\u4eba"]
    texts += [f"Sample 0 has caption {k}." for k in range(1, 12)]
    files = {"image/0.jpg": jpeg(), "text/0.txt": "\r\n".join(texts).encode()}
    done = export(AttnGanFormat(), open_store(tree(files), layout="mm-celeba-hq"), None, None, tmp_path / "out")
    assert_aligned(*attngan_captions(tmp_path / "out", "train"))
    assert done.contents["text/0.txt"] == lines(0)
    assert done.counts == {"lines without a word, not written": 4, "captions after the first 10, not written": 2}


def test_a_caption_stays_one_line_for_every_reader(tree: Tree, tmp_path: Path) -> None:
    texts = [f"Sample 0{end}has caption {k}." for k, end in enumerate(("\u2028", "\r", "\x0b", "\x85", *"      "))]
    files = {"image/0.jpg": jpeg(), "text/0.txt": "\n".join(texts).encode()}
    export(AttnGanFormat(), open_store(tree(files), layout="mm-celeba-hq"), None, None, tmp_path / "out")
    written = (tmp_path / "out/text/0.txt").read_text("utf-8")
    assert written.splitlines() == [f"Sample 0 has caption {k}." for k in range(10)]
    assert_aligned(*attngan_captions(tmp_path / "out", "train"))


def test_unreadable_captions_are_left_out(tree: Tree, tmp_path: Path) -> None:
    files = {"image/0.jpg": jpeg(), "text/0.txt": b"caf\xe9\n" * 10}
    done = export(AttnGanFormat(), open_store(tree(files), layout="mm-celeba-hq"), None, None, tmp_path / "out")
    assert [gone.why for gone in done.left_out] == [
        "its captions cannot be read: line 1 is not UTF-8 (byte 0xe9), perhaps Windows-1252; convert it to UTF-8 first"
    ]


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30))
def test_usable_is_what_the_loader_keeps(text: str) -> None:
    words = [word.encode("ascii", "ignore") for word in re.findall(r"\w+", text.lower())]
    assert is_usable(text) == (b"".join(words) != b"")


def test_cub_keys_are_class_and_name(tree: Tree, tmp_path: Path) -> None:
    files = {f"text/{n}.txt": lines(n) for n in (0, 17, 2001)}
    table = b"3\nMale Young\n0.jpg  1 1\n17.jpg  -1 1\n2001.jpg  0 1\n"
    store = open_store(tree(NATIVE, files, {"CelebAMask-HQ-attribute-anno.txt": table}), layout="mm-celeba-hq")
    splits = {"0": "train", "17": "train", "2001": "test"}
    export(CubFormat(), store, None, CubOptions(class_by="Male"), tmp_path / "out", splits=splits)
    names, captions = attngan_captions(tmp_path / "out", "train")
    assert names == ["002.Male/0", "001.not_Male/17"]
    assert captions[10] == ["sample", "17", "has", "caption", "0"]
    assert pickle.loads((tmp_path / "out/train/class_info.pickle").read_bytes()) == [1, 0]
    assert pickle.loads((tmp_path / "out/test/class_info.pickle").read_bytes()) == [2]
    assert not [path for path in (tmp_path / "out").rglob("*") if "birds" in path.name]
    with pytest.raises(ExportError, match="no sample has an attribute Mael"):
        export(CubFormat(), store, None, CubOptions(class_by="Mael"), tmp_path / "other")


def test_lafite_finds_pairs(store: SampleStore, tmp_path: Path) -> None:
    done = export(LafiteFormat(), store, None, None, tmp_path / "out", splits=dict.fromkeys("0123", "train"))
    # dataset_tool.py: every picture below the folder, and the text of the same name.
    for split, expected in (("train", "0123"), (".", "012345")):
        photos = sorted((tmp_path / "out" / split).rglob("*.jpg"), key=lambda photo: photo.stem)
        assert [photo.stem for photo in photos] == sorted(expected)
        for photo in photos:
            texts = [text for text in photo.with_suffix(".txt").read_text().split("\n") if text]
            assert len(texts) == (9 if photo.stem == "5" else 10)
    assert [gone.sample for gone in done.left_out] == ["6"]


def test_celeba_dialog_readers_find_their_captions(tree: Tree, tmp_path: Path) -> None:
    store = open_store(tree(NATIVE, {"text/0.txt": lines(0)}), layout="mm-celeba-hq")
    options = CelebADialogOptions(attribute_captions=True)
    done = export(CelebADialogFormat(), store, None, options, tmp_path / "out")
    document = json.loads(done.contents["captions_hq.json"])
    assert list(document) == ["0.jpg"]
    entry = document["0.jpg"]
    assert entry["overall_caption"] == "Sample 0 has caption 0."
    assert entry["other_captions"] == [f"Sample 0 has caption {k}." for k in range(1, 10)]
    # As those read that join everything that is said.
    assert " ".join((*entry["attribute_wise_captions"].values(), entry["overall_caption"])) == (
        "The person has bangs. The person is wearing eyeglasses. The person has a beard. The person is smiling."
        " The person is young. Sample 0 has caption 0."
    )
    assert done.contents["image/0.jpg"] == NATIVE["CelebA-HQ-img/0.jpg"]
    assert [gone.sample for gone in done.left_out] == ["17", "2001"]
    bare = CelebADialogOptions(include=frozenset({Modality.CAPTIONS}))
    done = export(CelebADialogFormat(), store, ["0"], bare, tmp_path / "bare")
    assert set(done.contents) == {"captions_hq.json"}
    assert json.loads(done.contents["captions_hq.json"])["0.jpg"]["attribute_wise_captions"] == {}


@pytest.mark.parametrize("format", FORMATS, ids=lambda each: each.name)
def test_photos_and_captions_come_back_equal(format: AttnGanFormat, store: SampleStore, tmp_path: Path) -> None:  # noqa: A002
    ids = ["0", "1", "2", "3", "4"]
    splits = dict(zip(ids, ("train", "train", "test", "train", "test"), strict=True))
    export(format, store, ids, None, tmp_path / "out", splits=splits)
    back = open_store(tmp_path / "out", layout=format.name)
    assert len(back.sample_ids) == len(ids)
    for found in back.sample_ids:
        sample = next(name for name in ids if found.endswith(name))
        captions, expected = back.read_captions(found).value, store.read_captions(SampleId(sample)).value
        assert captions is not None
        assert expected is not None
        assert captions.texts == expected.texts
        photo = back.picture_bytes(found, Modality.PHOTO)
        assert photo == store.picture_bytes(SampleId(sample), Modality.PHOTO)
        assert back.split_of(found) in (None, splits[sample])


def test_photos_are_copied_where_nothing_changes_and_made_jpeg_where_they_are_none(tree: Tree, tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 20), (10, 200, 30)).save(buffer, "PNG")
    files = {"image/0.jpg": jpeg(), "image/1.png": buffer.getvalue(), "text/0.txt": lines(0), "text/1.txt": lines(1)}
    store = open_store(tree(files), layout="mm-celeba-hq")
    done = export(AttnGanFormat(), store, None, None, tmp_path / "out")
    assert done.contents["images/0.jpg"] == jpeg()
    assert done.contents["images/1.jpg"][:2] == b"\xff\xd8"
    assert done.counts == {"photos encoded anew": 1}
    done = export(LafiteFormat(), store, None, CaptionedOptions(size=20), tmp_path / "pairs")
    with Image.open(io.BytesIO(done.contents["1.png"])) as picture:
        assert picture.size == (20, 10)


def test_a_damaged_photo_leaves_its_sample_out(store: SampleStore, tmp_path: Path) -> None:
    (store.root / "image/1.jpg").write_bytes(b"no picture")
    done = export(AttnGanFormat(), store, ["0", "1"], None, tmp_path / "out")
    assert [gone.sample for gone in done.left_out] == ["1"]
    assert attngan_captions(tmp_path / "out", "train")[0] == ["0"]


@pytest.mark.parametrize("format", FORMATS, ids=lambda each: each.name)
def test_captions_cannot_be_left_out(format: AttnGanFormat, store: SampleStore, tmp_path: Path) -> None:  # noqa: A002
    with pytest.raises(ExportError, match="captions are not to be exported"):
        export(format, store, None, format.options(include=frozenset({Modality.PHOTO})), tmp_path / "out")


@pytest.mark.parametrize("format", FORMATS, ids=lambda each: each.name)
def test_renumbered_samples_keep_their_captions(format: AttnGanFormat, store: SampleStore, tmp_path: Path) -> None:  # noqa: A002
    done = export(format, store, ["3", "4"], None, tmp_path / "out", names={"3": "0", "4": "1"})
    texts = b"".join(data for path, data in done.contents.items() if path.endswith(("0.txt", ".json")))
    assert b"Sample 3 has caption 9." in texts
    assert not [path for path in done.contents if "3." in path or "4." in path]


def test_the_licensed_captions_are_aligned(real_data: Path, tmp_path: Path) -> None:
    store = open_store(real_data / "Multi-Modal-CelebA-HQ", layout="mm-celeba-hq")
    splits = {sample: split for sample in store.sample_ids if (split := store.split_of(sample))}
    done = export(AttnGanFormat(), store, None, None, tmp_path / "out", splits=splits)
    gone = {left.sample for left in done.left_out}
    count = 0
    for split in ("train", "test"):
        names, captions = attngan_captions(tmp_path / "out", split)
        for index, name in enumerate(names):
            value = store.read_captions(SampleId(name)).value
            assert value is not None
            usable = [text for text in value.texts if re.search(r"\w", text)]
            assert [re.findall(r"\w+", text.lower()) for text in usable[:10]] == captions[index * 10 : index * 10 + 10]
            count += 1
    assert count == len(store.sample_ids) - len(gone)

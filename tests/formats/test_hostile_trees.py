"""Bad files and bad folders are named and stepped over; the rest of the dataset goes on working."""

from __future__ import annotations

import io
import os
import struct
import sys
import threading
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.faces.errors import ReadOnlyError
from app.faces.mask import MaskLayers
from app.faces.sample import Modality, SampleId
from app.faces.store import SampleStore, ValueChange
from app.formats import open_store
from app.formats.png import SIGNATURE
from tests.formats.conftest import Tree
from tests.formats.drawn import CAPTIONS, MULTI_MODAL, NATIVE, jpeg, png, rgb, square

NOSE = "CelebAMask-HQ-mask-anno/0/00000_nose.png"
ZERO = SampleId("0")
NOT_TEN = "captions, not 10; trainers that count would mix up samples"
GUESSED = "is not UTF-8 (byte 0xe9), perhaps Windows-1252; it is shown so, and edits are written so"
posix = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX files")


def exif_rotated() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    return jpeg(exif=exif)


def others_work(store: SampleStore) -> bool:
    return store.read_mask(SampleId("17")).value is not None and store.read_photo(SampleId("17")).value is not None


@pytest.mark.parametrize(
    ("data", "match"),
    [
        (rgb(square(4, 4))[:-20], "cut short"),
        (rgb(square(4, 4)).replace(b"IDATx", b"IDATy"), "checksum of IDAT is wrong"),
        (rgb(square(4, 4))[:-12], "no IEND"),
        (b"", "not a PNG"),
        (b"GIF89a", "not a PNG"),
        (
            SIGNATURE
            + struct.pack(">I", 13)
            + (header := b"IHDR" + struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0))
            + struct.pack(">I", zlib.crc32(header)),
            "50000×50000, more than the limit",
        ),
    ],
    ids=["cut", "checksum", "no IEND", "empty", "not PNG", "huge"],
)
def test_a_damaged_class_file_is_not_shown_and_locks_the_mask(tree: Tree, data: bytes, match: str) -> None:
    store = open_store(tree(NATIVE, {NOSE: data}))
    loaded = store.read_mask(ZERO)
    assert loaded.value is not None
    assert (loaded.value.areas()["nose"], loaded.value.areas()["skin"]) == (0, 400)
    assert [p.where for p in loaded.problems] == [NOSE]
    assert match in loaded.problems[0].message
    assert match in (loaded.read_only or "")
    assert others_work(store)


@pytest.mark.parametrize(
    ("data", "match", "locked"),
    [
        (png(square(4, 4).astype(np.uint16) * np.uint16(65535)), "16 bits", True),
        (rgb(square(4, 4)).replace(b"\0\0\0\0IEND", b""), "cut short", True),
        (png(square(4, 4).astype(np.uint8) * np.uint8(255), "P"), None, False),
        (png(square(4, 4).astype(np.uint8) * np.uint8(255), "1"), None, False),
        (png(square(4, 4).astype(np.uint8) * np.uint8(255), "RGBA"), None, False),
        (rgb(square(4, 4), value=1), None, False),
        (rgb(square(4, 4), value=254), None, False),
    ],
    ids=["16 bit", "no end", "palette", "1 bit", "RGBA", "value 1", "value 254"],
)
def test_class_files_of_other_kinds(tree: Tree, data: bytes, match: str | None, locked: bool) -> None:
    loaded = open_store(tree(NATIVE, {NOSE: data})).read_mask(ZERO)
    assert loaded.value is not None
    assert (loaded.read_only is not None) is locked
    if match is None:
        assert loaded.problems == ()
        assert loaded.value.areas()["nose"] == 64
    else:
        assert any(match in p.message for p in loaded.problems)


def test_a_sixteen_bit_mask_is_shown_though_not_edited(tree: Tree) -> None:
    data = png(square(4, 4).astype(np.uint16) * np.uint16(65535))
    loaded = open_store(tree(NATIVE, {NOSE: data})).read_mask(ZERO)
    assert loaded.value is not None
    assert loaded.value.areas()["nose"] == 64


def test_a_class_file_of_another_size_is_skipped_and_left_alone(tree: Tree) -> None:
    store = open_store(tree(NATIVE, {NOSE: rgb(square(4, 4, 8, 50))}))
    loaded = store.read_mask(SampleId("0"))
    assert loaded.value is not None
    assert loaded.value.shape in ((32, 32), (50, 50))
    store = open_store(
        tree(NATIVE, {NOSE: rgb(square(4, 4, 8, 50)), NOSE.replace("nose", "hair"): rgb(square(1, 1))}, root="more")
    )
    loaded = store.read_mask(ZERO)
    assert loaded.value is not None
    assert (loaded.value.shape, loaded.value.areas()["nose"], loaded.read_only) == ((32, 32), 0, None)
    assert [p.message for p in loaded.problems] == [
        f"{NOSE}: it is 50×50, its siblings 32×32; it is not shown and will be left alone. Resize it or remove it"
    ]
    bits = loaded.value.bits.copy()
    bits[0, 0] |= 2
    with pytest.raises(ReadOnlyError, match=r"00000_nose.png cannot be saved: the file is 50×50"):
        store.plan_save(ZERO, [ValueChange(Modality.MASK, loaded.value, MaskLayers(bits), loaded.stamps)])


def test_index_maps_with_foreign_values_are_shown_and_locked(tree: Tree) -> None:
    values = square(4, 4).astype(np.uint8) * np.uint8(13)
    values[0, 0], values[0, 1] = 19, 255
    loaded = open_store(tree(MULTI_MODAL, {"label/0.png": png(values)})).read_mask(ZERO)
    assert loaded.value is not None
    assert (loaded.value.areas()["hair"], loaded.value.areas()["background"]) == (64, 960)
    assert "values that the scheme celebamask-hq does not know: 19, 255" in (loaded.read_only or "")


def test_a_colour_picture_is_no_index_map(tree: Tree) -> None:
    colours = np.random.default_rng(1).integers(0, 256, (32, 32, 3)).astype(np.uint8)
    loaded = open_store(tree(MULTI_MODAL, {"label/0.png": png(colours)})).read_mask(ZERO)
    assert loaded.value is None
    assert "picture in colours, not an index map" in loaded.problems[0].message


def test_an_index_map_stored_as_rgb_is_read(tree: Tree) -> None:
    values = np.repeat((square(4, 4).astype(np.uint8) * np.uint8(13))[..., None], 3, axis=2)
    loaded = open_store(tree(MULTI_MODAL, {"label/0.png": png(values)})).read_mask(ZERO)
    assert loaded.value is not None
    assert (loaded.value.areas()["hair"], loaded.read_only) == (64, None)


@pytest.mark.parametrize(
    ("data", "match", "shown"),
    [
        (jpeg("CMYK"), "CMYK", True),
        (jpeg("L"), "greyscale", True),
        (jpeg()[:-40], "cut short", True),
        (jpeg()[:30], "cut short before the picture starts", False),
        (exif_rotated(), "EXIF asks for a rotation", True),
        (b"", "empty", False),
        (b"not a picture", "neither a JPEG nor a PNG", False),
        (jpeg().replace(b"\x11\x08\x00\x40\x00\x40", b"\x11\x08\xff\xff\xff\xff"), "65535×65535", False),
        (jpeg()[:-2] + b"\xff\xda" * 200 + b"\xff\xd9", "more than 100 scans", False),
        (png(np.zeros((8, 8, 3), np.uint8)), "a PNG named as a JPEG", True),
        (png(np.zeros((8, 8), np.uint16)), "16-bit grey; shown as 8-bit RGB", True),
        (png(np.zeros((8, 8, 3), np.uint8))[:-3], "cut short", False),
    ],
    ids="cmyk grey cut stump exif empty text huge scans png png16 pngcut".split(),
)
def test_odd_photos_are_shown_or_named(tree: Tree, data: bytes, match: str, shown: bool) -> None:
    store = open_store(tree(NATIVE, {"CelebA-HQ-img/0.jpg": data}))
    loaded = store.read_photo(ZERO)
    assert (loaded.value is not None) is shown
    assert [p for p in loaded.problems if match in p.message]
    if loaded.value is not None:
        assert (loaded.value.dtype, loaded.value.shape[2]) == (np.uint8, 3)
    assert others_work(store)


def test_a_photo_has_its_colours_in_order_and_is_not_rotated(tree: Tree) -> None:
    red = np.zeros((40, 64, 3), np.uint8)
    red[..., 0] = 255
    buffer = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(red).save(buffer, "JPEG", exif=exif)
    photo = open_store(tree(NATIVE, {"CelebA-HQ-img/0.jpg": buffer.getvalue()})).read_photo(ZERO).value
    assert photo is not None
    assert (photo.shape, photo[20, 30].argmax(), int(photo[20, 30].max()) > 240) == ((40, 64, 3), 0, True)


@pytest.mark.parametrize(
    ("data", "messages", "locked"),
    [
        (CAPTIONS + b"one more", [f"it has 11 {NOT_TEN}"], False),
        (CAPTIONS.replace(b"She has feature 3. \n", b""), [f"it has 9 {NOT_TEN}"], False),
        (
            CAPTIONS.replace(b"She has feature 3. ", b"  "),
            ["line 4 is blank; trainers drop it or read an empty caption"],
            False,
        ),
        (CAPTIONS.replace(b"3", b"\xe9"), [f"line 4 {GUESSED}"], False),
        (
            b"\xff\xfe" + CAPTIONS.decode().encode("utf-16-le"),
            ["it is shown but not edited: it is UTF-16; convert it to UTF-8 first"],
            True,
        ),
    ],
)
def test_odd_captions_are_shown_as_they_are(tree: Tree, data: bytes, messages: list[str], locked: bool) -> None:
    path = "text/celeba-caption/0.txt"
    loaded = open_store(tree(MULTI_MODAL, {path: data})).read_captions(ZERO)
    assert loaded.value is not None
    assert loaded.value.to_bytes() == data
    assert [p.message for p in loaded.problems] == [f"{path}: {message}" for message in messages]
    assert (loaded.read_only is not None) is locked


def test_a_caption_file_of_megabytes_is_not_opened(tree: Tree) -> None:
    loaded = open_store(tree(MULTI_MODAL, {"text/celeba-caption/0.txt": b"x" * (1 << 21)})).read_captions(ZERO)
    assert (loaded.value, loaded.read_only is not None) == (None, True)
    assert "more than the limit" in loaded.problems[0].message


@posix
def test_a_fifo_is_refused_at_once(native: Path) -> None:
    (native / NOSE).unlink()
    os.mkfifo(native / NOSE)
    loaded: list[object] = []
    reader = threading.Thread(target=lambda: loaded.append(open_store(native).read_mask(ZERO).problems), daemon=True)
    reader.start()
    reader.join(10)
    assert "not a regular file" in str(loaded)


@posix
def test_links_out_of_the_dataset_are_not_followed(native: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(rgb(square(4, 4)))
    (native / NOSE).unlink()
    (native / NOSE).symlink_to(secret)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "17.txt").write_bytes(CAPTIONS)
    (native / "text").symlink_to(outside)
    store = open_store(native)
    assert [p.message for p in store.problems] == [
        "text is a link to a place outside the dataset; it is not followed. Put the folder there"
    ]
    loaded = store.read_mask(ZERO)
    assert "link to a place outside" in loaded.problems[0].message
    assert loaded.read_only is not None


@posix
def test_links_inside_are_followed(native: Path) -> None:
    (native / NOSE).rename(native / "elsewhere.png")
    (native / NOSE).symlink_to("../../elsewhere.png")
    store = open_store(native)
    loaded = store.read_mask(ZERO)
    assert loaded.value is not None
    bits = loaded.value.bits.copy()
    bits[0, 0] |= 2
    plan = store.plan_save(ZERO, [ValueChange(Modality.MASK, loaded.value, MaskLayers(bits), loaded.stamps)])
    assert [change.path for change in plan.changes] == [NOSE]


@posix
def test_a_loop_of_links_ends(native: Path) -> None:
    (native / "CelebAMask-HQ-mask-anno" / "loop").symlink_to(native)
    (native / "more").symlink_to(native)
    (native / "image").symlink_to("image")
    (native / "images").symlink_to(native / "CelebA-HQ-img")
    store = open_store(native)
    assert list(store.sample_ids) == ["0", "17", "2001"]
    assert others_work(store)


@posix
def test_a_name_that_is_no_text_is_told_in_escapes(native: Path) -> None:
    name = os.fsencode(native / "CelebA-HQ-img") + b"/\xff\n<b>.jpg"
    try:
        os.close(os.open(name, os.O_CREAT | os.O_WRONLY))
    except OSError:
        pytest.skip("this disk takes UTF-8 names only")
    (problem,) = open_store(native, "mm-celeba-hq").problems
    assert problem.message.endswith("misled: \\udcff\\n<b>.jpg (1)")


@posix
def test_a_root_that_is_a_link_is_opened_where_it_leads(native: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(native)
    store = open_store(tmp_path / "link")
    assert store.root == native
    assert others_work(store)


@posix
def test_an_unreadable_folder_is_named(native: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root reads everything")
    folder = native / "CelebAMask-HQ-mask-anno" / "1"
    folder.chmod(0)
    try:
        store = open_store(native)
        assert ["CelebAMask-HQ-mask-anno/1 cannot be read" in p.message for p in store.problems] == [True]
        assert others_work(store)
    finally:
        folder.chmod(0o755)


def test_a_folder_that_the_system_refuses_is_named(native: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = os.listdir

    def listdir(path: str) -> list[str]:
        if path.endswith("anno/1"):
            raise PermissionError(13, "Permission denied", path)
        return whole(path)

    monkeypatch.setattr(os, "listdir", listdir)
    store = open_store(native)
    assert [p.message for p in store.problems] == [
        "CelebAMask-HQ-mask-anno/1 cannot be read: Permission denied; check its permissions"
    ]
    assert others_work(store)


def test_strays_are_counted_in_one_line_each(tree: Tree) -> None:
    strays = {f"CelebA-HQ-img/{n}.tmp": b"" for n in range(1000)}
    store = open_store(
        tree(
            NATIVE,
            strays,
            {
                "CelebA-HQ-img/017.jpg": jpeg(),
                "CelebA-HQ-img/17.png": jpeg(),
                "CelebA-HQ-img/Thumbs.db": b"",
                "CelebAMask-HQ-mask-anno/0/17_hat.png": rgb(square(1, 1)),
                "CelebAMask-HQ-mask-anno/0/00017_Nose.png": rgb(square(1, 1)),
                "CelebAMask-HQ-mask-anno/0/notes.txt": b"",
                "CelebAMask-HQ-mask-anno/0/00017_background.png": rgb(square(1, 1)),
                "CelebAMask-HQ-mask-anno/14/29999_hat.png": rgb(square(1, 1)),
            },
        ),
        "celebamask-hq",
    )
    assert [p.message for p in store.problems] == [
        "CelebA-HQ-img: no photo files, not read; code that counts files is misled: 0.tmp, 1.tmp, 10.tmp, … (1,000)",
        "CelebA-HQ-img: second files of a sample, not read: 017.jpg, 17.png (2)",
        "CelebAMask-HQ-mask-anno/0: not spelled in lower case as released, not read: 00017_Nose.png (1)",
        "CelebAMask-HQ-mask-anno/0: no masks, not read: notes.txt (1)",
        "CelebAMask-HQ-mask-anno/0: of samples that have masks already, not read: 17_….png (1)",
        "files that other systems left behind (._x, Thumbs.db, …), ignored: 1",
        "samples with mask files but no photo, not shown: 29999 (1)",
    ]
    assert store.photo_path(SampleId("17")).name == "17.jpg"
    assert store.class_bits(SampleId("17")) == 1 | 8 | 4096


def test_opening_reads_no_picture_but_a_few_index_maps_and_no_caption(
    multi_modal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    whole = os.open

    def spy(path: str, *rest: int, **more: int) -> int:
        opened.append(os.fspath(path))
        return whole(path, *rest, **more)

    monkeypatch.setattr(os, "open", spy)
    open_store(multi_modal)
    assert [Path(path).name for path in opened] == ["filenames.pickle", "filenames.pickle", "17.png", "0.png"]
    opened.clear()
    open_store(multi_modal, scheme="celebamask-hq")
    assert [Path(path).name for path in opened] == ["filenames.pickle", "filenames.pickle"]


def test_a_file_that_vanished_is_a_problem_not_a_crash(multi_modal: Path) -> None:
    store = open_store(multi_modal)
    for path in ("image/17.jpg", "label/17.png", "text/celeba-caption/17.txt", "sketch/17.png"):
        (multi_modal / path).unlink()
    sample = SampleId("17")
    for read in (store.read_photo, store.read_mask, store.read_captions, store.read_sketch):
        assert read(sample).value is None
    assert "gone" in store.read_photo(sample).problems[0].message


def test_a_png_named_as_a_jpeg_is_shown_and_named(tree: Tree) -> None:
    photo = png(np.full((8, 8, 3), 9, np.uint8))
    store = open_store(tree(MULTI_MODAL, {"image/0.jpg": photo, "sketch/17.png": jpeg("L")}))
    assert [p.message for p in store.read_photo(ZERO).problems] == [
        "image/0.jpg: it is a PNG named as a JPEG; strict readers refuse it"
    ]
    assert [p.message for p in store.read_sketch(SampleId("17")).problems] == [
        "sketch/17.png: it is a JPEG named as a PNG; strict readers refuse it",
    ]


def test_an_inverted_sketch_is_shown_as_it_is_and_named(tree: Tree) -> None:
    inverted = np.zeros((16, 16), np.uint8)
    inverted[3] = 255
    sketch = open_store(tree(MULTI_MODAL, {"sketch/17.png": png(inverted)})).read_sketch(SampleId("17"))
    assert sketch.value is not None
    assert int(sketch.value[0, 0, 0]) == 0
    assert sketch.problems[0].message.endswith(
        "it is inverted, light lines on a dark ground; it is shown as it is stored"
    )


def test_names_that_differ_in_case_only_are_told(tree: Tree) -> None:
    root = tree(NATIVE, {"CelebA-HQ-img/17.JPG": jpeg(), "celeba-hq-img/9.jpg": jpeg()})
    if len(list(root.glob("*-img"))) < 2:
        pytest.skip("this disk does not tell upper and lower case apart")
    store = open_store(root)
    assert "CelebA-HQ-img: second files of a sample, not read: 17.JPG (1)" in [p.message for p in store.problems]
    assert "9" in store

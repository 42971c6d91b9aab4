"""The release inside its archive, and trees that were not unpacked to the end."""

from __future__ import annotations

import os
import stat
import struct
import threading
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.document.work_folder import WorkFolder
from app.faces.classes import OFFICIAL_SCHEME
from app.faces.errors import DamagedFileError, LayoutError, ReadOnlyError, UnsafeFileError
from app.faces.mask import MaskLayers
from app.faces.sample import Modality, SampleId
from app.faces.store import ValueChange
from app.formats import detect, open_store
from app.formats.zip_directory import ZipDirectory
from app.workbench.open import open_with_catalog
from tests.formats.conftest import Tree
from tests.formats.drawn import CAPTIONS, MULTI_MODAL, NATIVE, jpeg, rgb, square

S17 = SampleId("17")


def packed(path: Path, files: Mapping[str, bytes], prefix: str = "", method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(prefix + name, data)
    return path


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("prefix", ["CelebAMask-HQ/", "", "archive/data/CelebAMask-HQ/"])
def test_the_release_is_read_inside_its_archive(tmp_path: Path, native: Path, method: int, prefix: str) -> None:
    path = packed(tmp_path / "CelebAMask-HQ.zip", NATIVE, prefix, method)
    best = detect(path)[0]
    assert (best.layout, best.confidence) == ("celebamask-hq", detect(native)[0].confidence)
    store, plain = open_store(path), open_store(native)
    assert store.root == path
    assert list(store.sample_ids) == list(plain.sample_ids)
    assert list(store.problems) == []
    for sample in plain.sample_ids:
        assert store.class_bits(sample) == plain.class_bits(sample)
        assert store.read_mask(sample).value.equals(plain.read_mask(sample).value)  # type: ignore[union-attr, arg-type]
        assert np.array_equal(store.read_photo(sample).value, plain.read_photo(sample).value)  # type: ignore[arg-type]
        assert store.picture_bytes(sample, Modality.PHOTO) == plain.picture_bytes(sample, Modality.PHOTO)
        assert store.read_attributes(sample).value == plain.read_attributes(sample).value
        assert store.read_pose(sample).value == plain.read_pose(sample).value or sample == "2001"
        assert store.celeba_file(sample) == plain.celeba_file(sample)
        assert store.files(sample, Modality.MASK) == ("",)
    assert (store.folders, store.tables) == (("",), ("",))


def test_nothing_in_an_archive_is_saved(tmp_path: Path) -> None:
    store = open_store(packed(tmp_path / "a.zip", NATIVE, "CelebAMask-HQ/"))
    why = "it lies in a.zip, which is read and never written; make a working copy to edit"
    assert {store.read_only(modality) for modality in Modality} == {why}
    loaded = store.read_mask(S17)
    assert loaded.read_only == why
    assert dict(loaded.stamps) == {}
    after = MaskLayers.empty((32, 32))
    with pytest.raises(ReadOnlyError, match="working copy"):
        store.plan_save(S17, [ValueChange(Modality.MASK, loaded.value, after, {})])


def test_captions_sketches_and_splits_are_read_inside_an_archive(tmp_path: Path) -> None:
    store = open_store(packed(tmp_path / "mm.zip", MULTI_MODAL))
    assert store.layout == "mm-celeba-hq"
    assert store.read_captions(S17).value.to_bytes() == CAPTIONS  # type: ignore[union-attr]
    assert store.split_of(S17) == "train"
    assert store.read_sketch(S17).value is not None


def test_a_folder_that_holds_only_the_archive_is_the_dataset(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("---\nlicense: other\n---\n")
    packed(tmp_path / "CelebAMask-HQ.zip", NATIVE, "CelebAMask-HQ/")
    store = open_store(tmp_path)
    assert store.root == tmp_path
    assert store.files(S17, Modality.PHOTO) == ("CelebAMask-HQ.zip",)
    assert store.photo_path(S17) == tmp_path / "CelebAMask-HQ.zip"
    assert not WorkFolder.of(store).is_inside


def test_the_snapshot_of_a_hub_cache_is_followed_and_no_other_link(tmp_path: Path) -> None:
    hub = tmp_path / "datasets--liusq--CelebAMask-HQ"
    (hub / "blobs").mkdir(parents=True)
    (hub / "snapshots" / "abc").mkdir(parents=True)
    packed(hub / "blobs" / "0123", NATIVE, "CelebAMask-HQ/")
    (hub / "snapshots" / "abc" / "CelebAMask-HQ.zip").symlink_to("../../blobs/0123")
    assert list(open_store(hub / "snapshots" / "abc").sample_ids) == ["0", "17", "2001"]
    other = tmp_path / "other"
    other.mkdir()
    (other / "CelebAMask-HQ.zip").symlink_to(hub / "blobs" / "0123")
    with pytest.raises(LayoutError):
        open_store(other)


def test_three_archives_of_one_repackaging_make_one_tree(tmp_path: Path) -> None:
    masks = {name: data for name, data in NATIVE.items() if "mask-anno" in name}
    tables = {name: data for name, data in NATIVE.items() if name.endswith(".txt")}
    packed(tmp_path / "CelebA-HQ.zip", {"CelebA-HQ-img/17.jpg": jpeg(), **tables})
    packed(tmp_path / "CelebA-HQ-img2.zip", {"CelebA-HQ-img2/0.jpg": jpeg(), "CelebA-HQ-img2/2001.jpg": jpeg()})
    packed(tmp_path / "CelebAMask-HQ-mask-anno.zip", masks)
    store = open_store(tmp_path)
    assert list(store.sample_ids) == ["0", "17", "2001"]
    assert store.files(SampleId("0"), Modality.PHOTO) == ("CelebA-HQ-img2.zip",)
    assert store.files(S17, Modality.MASK) == ("CelebAMask-HQ-mask-anno.zip",)
    assert store.has(SampleId("0"), Modality.ATTRIBUTES)
    assert list(store.problems) == []


def test_an_unpacked_tree_beside_its_archive_is_the_dataset(native: Path) -> None:
    packed(native / "CelebAMask-HQ.zip", NATIVE, "CelebAMask-HQ/")
    assert open_store(native).read_only(Modality.MASK) is None


def test_an_archive_among_other_things_is_not_looked_into(tree: Tree) -> None:
    root = tree({"train_img/0.jpg": jpeg(), "train_label/0.png": MULTI_MODAL["label/0.png"]})
    packed(root / "code.zip", {"CelebA-HQ-img/9.jpg": jpeg()})
    assert open_store(root).sample_ids == ("0",)
    (root / "train_img").rename(root / "other")
    assert "9" not in open_store(root)


def test_what_is_no_zip_is_no_dataset(tmp_path: Path) -> None:
    path = tmp_path / "CelebAMask-HQ.zip"
    path.write_bytes(b"<html>Google Drive can't scan this file for viruses</html>")
    with pytest.raises(LayoutError, match="no folder; choose the folder that holds the dataset, or its zip archive"):
        open_store(path)
    whole = packed(tmp_path / "whole.zip", NATIVE).read_bytes()
    for cut in (100, len(whole) // 2, len(whole) - 30):
        path.write_bytes(whole[:cut])
        with pytest.raises(LayoutError, match=r"CelebAMask-HQ\.zip: it .*fetch it again"):
            open_store(path)


def test_unsafe_members_are_left_out_and_named(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in NATIVE.items():
            archive.writestr(name, data)
        for name in ("/etc/1.jpg", "../2.jpg", "CelebA-HQ-img/../../3.jpg", "C:/4.jpg", "a//5.jpg"):
            archive.writestr(zipfile.ZipInfo(name), b"x")
        link = zipfile.ZipInfo("CelebA-HQ-img/6.jpg")
        link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        for name in ("__MACOSX/CelebA-HQ-img/._0.jpg", "CelebA-HQ-img/._0.jpg", "CelebA-HQ-img/Thumbs.db"):
            archive.writestr(name, b"x")
        backslash = zipfile.ZipInfo("CelebA-HQ-img/7x.jpg")
        archive.writestr(backslash, b"x")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("CelebA-HQ-img/17.jpg", jpeg("L"))
    path.write_bytes(path.read_bytes().replace(b"CelebA-HQ-img/7x.jpg", b"CelebA-HQ-img/7\\.jpg"))
    store = open_store(path)
    assert list(store.sample_ids) == ["0", "17", "2001"]
    assert sorted(p.message for p in store.problems) == [
        "a.zip: files that other systems left behind, ignored: 3",
        "a.zip: members that are links or no files: CelebA-HQ-img/6.jpg (1)",
        "a.zip: members that are there twice; the last one is read: CelebA-HQ-img/17.jpg (1)",
        "a.zip: members that have names that are no file names: CelebA-HQ-img/7\\.jpg (1)",
        "a.zip: members that lead out of the archive: /etc/1.jpg, ../2.jpg, CelebA-HQ-img/../../3.jpg, … (5)",
    ]
    assert store.picture_bytes(S17, Modality.PHOTO) == jpeg("L")


def test_encrypted_archives_are_refused_with_the_reason(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"CelebA-HQ-img/0.jpg": jpeg()})
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x01\x02")
    data[at + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(LayoutError, match="its members are encrypted; unpack the archive with its password"):
        open_store(path)


def test_a_member_that_would_grow_beyond_measure_is_not_opened(tmp_path: Path) -> None:
    files = {"CelebA-HQ-img/0.jpg": b"\xff" * (4 << 20), "CelebA-HQ-img/1.jpg": jpeg()}
    store = open_store(packed(tmp_path / "a.zip", files))
    (problem,) = store.read_photo(SampleId("0")).problems
    assert "would grow" in problem.message
    assert store.read_photo(SampleId("1")).value is not None


def test_a_size_that_lies_is_found_out(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"CelebA-HQ-img/0.jpg": jpeg()})
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<L", 20)
    path.write_bytes(data)
    directory = ZipDirectory(path)
    number = directory.member("CelebA-HQ-img/0.jpg")
    assert number is not None
    with pytest.raises(DamagedFileError, match="its checksum is wrong"):
        directory.read(number, "CelebA-HQ-img/0.jpg")
    with pytest.raises(UnsafeFileError, match="more than the limit of 10"):
        directory.read(number, "CelebA-HQ-img/0.jpg", 10)


def test_a_place_beyond_any_file_is_damage(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", {"CelebA-HQ-img/0.jpg": jpeg()})
    data = bytearray(path.read_bytes())
    entry, end = data.rfind(b"PK\x01\x02"), data.rfind(b"PK\x05\x06")
    (size,) = struct.unpack_from("<L", data, end + 12)
    struct.pack_into("<L", data, end + 12, size + 12)
    struct.pack_into("<H", data, entry + 30, 12)
    struct.pack_into("<L", data, entry + 42, 0xFFFFFFFF)
    data[end:end] = struct.pack("<2HQ", 1, 8, (1 << 64) - 8)
    path.write_bytes(data)
    directory = ZipDirectory(path)
    number = directory.member("CelebA-HQ-img/0.jpg")
    assert number is not None
    with pytest.raises(DamagedFileError, match="its checksum is wrong"):
        directory.read(number, "CelebA-HQ-img/0.jpg")


def test_damage_inside_a_member_is_named(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", NATIVE)
    data = bytearray(path.read_bytes())
    at = data.index(jpeg()[:0] + b"00000_skin.png") + len("00000_skin.png") + 40
    data[at] ^= 0xFF
    path.write_bytes(data)
    loaded = open_store(path).read_mask(SampleId("0"))
    assert any("is damaged" in problem.message for problem in loaded.problems)


def test_an_archive_replaced_meanwhile_is_noticed(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", NATIVE)
    store = open_store(path)
    path.write_bytes(path.read_bytes() + b"")
    os.utime(path, ns=(1, 1))
    (problem,) = store.read_photo(S17).problems
    assert "the archive was changed since it was opened; open it again" in problem.message
    fresh = store.rescanned()
    store.adopt(fresh)
    assert store.read_photo(S17).value is not None


def test_zip64_and_a_program_in_front_are_understood(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(66_000):
            archive.writestr(f"CelebAMask-HQ-mask-anno/{number // 30_000}/x{number}.png", b"")
        archive.writestr("CelebA-HQ-img/0.jpg", jpeg())
    path.write_bytes(b"#!/bin/sh\n" * 7 + path.read_bytes())
    directory = ZipDirectory(path)
    assert sum(map(len, directory.files.values())) == 66_001
    number = directory.member("CelebA-HQ-img/0.jpg")
    assert number is not None
    assert directory.read(number, "0.jpg") == jpeg()


def test_many_threads_read_one_archive(tmp_path: Path) -> None:
    files = {f"CelebA-HQ-img/{n}.jpg": jpeg(size=(8 + n, 8)) for n in range(40)}
    store = open_store(packed(tmp_path / "a.zip", files))
    wrong: list[str] = []

    def read(start: int) -> None:
        for step in range(80):
            number = (start + step) % 40
            if store.picture_bytes(SampleId(str(number)), Modality.PHOTO) != files[f"CelebA-HQ-img/{number}.jpg"]:
                wrong.append(str(number))

    threads = [threading.Thread(target=read, args=(7 * n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@given(st.data())
def test_no_damage_to_the_table_of_contents_gets_past_the_two_errors(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.zip"
    packed(path, {"a/0.jpg": b"one", "a/b/1.png": b"two" * 50})
    content = bytearray(path.read_bytes())
    start = content.index(b"PK\x01\x02")
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(start, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content)
    try:
        directory = ZipDirectory(path)
        for folder, names in directory.files.items():
            assert ".." not in folder.split("/")
            for name, number in names.items():
                directory.read(number, name)
    except (DamagedFileError, UnsafeFileError):
        pass


def test_work_on_an_archive_is_kept_in_the_users_state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    path = packed(tmp_path / "CelebAMask-HQ.zip", NATIVE, "CelebAMask-HQ/")
    opened = open_with_catalog(path)
    try:
        work = WorkFolder.of(opened.document.store)
        work.prepare()
        assert (tmp_path / "state") in work.path.parents
        assert work.notices == []
        assert sorted(p.name for p in tmp_path.iterdir() if p.is_file()) == ["CelebAMask-HQ.zip"]
    finally:
        opened.close()


def test_only_photos_of_a_whole_release_name_the_trap(tree: Tree) -> None:
    root = tree({f"CelebA-HQ-img/{n}.jpg": b"" for n in range(2000)})
    (problem,) = open_store(root).problems
    assert problem.message.startswith(
        "CelebA-HQ-img is all there is: masks and tables are missing. An unpacker without"
    )


def test_missing_mask_folders_are_named(tree: Tree) -> None:
    photos = {f"CelebA-HQ-img/{n}.jpg": jpeg() for n in (2000, 4001, 4002, 29999)}
    (problem,) = open_store(tree(NATIVE, photos)).problems
    assert problem.message.startswith("CelebAMask-HQ-mask-anno lacks the folders 2, 14: 3 photos have no masks.")


def test_what_macos_left_behind_is_counted(tree: Tree) -> None:
    junk = {f"{path.rpartition('/')[0]}/._{path.rpartition('/')[2]}": b"x" for path in NATIVE if "/" in path}
    store = open_store(tree(NATIVE, junk, {"__MACOSX/CelebA-HQ-img/._5.jpg": b"x", "CelebA-HQ-img/desktop.ini": b""}))
    assert list(store.sample_ids) == ["0", "17", "2001"]
    assert [p.message for p in store.problems] == [
        "files that other systems left behind (._x, Thumbs.db, …), ignored: 10"
    ]


def test_a_wrapped_tree_is_found(tree: Tree) -> None:
    files = {f"archive/celebamaskhq/CelebAMask-HQ/{path}": data for path, data in NATIVE.items()}
    store = open_store(tree(files))
    assert store.layout == "celebamask-hq"
    assert store.scheme == OFFICIAL_SCHEME
    assert list(store.sample_ids) == ["0", "17", "2001"]
    assert rgb(square(4, 4, 20)) == (store.root / store.files(SampleId("0"), Modality.MASK)[0]).read_bytes()

"""Files of an export: names that stay inside, hashes of what is there, copies only of the dataset's own files."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.faces.errors import SaveError, UnsafeFileError
from app.formats.exporting.folder import LONGEST_NAME, DiskFolder, MemoryFolder, WrittenFile, checked, safe_name

HOSTILE = ["../x", "/etc/passwd", "a/../../x", "C:x", "a\\b", "a\0b", "", ".", "a//b", "a/./b", "a/"]


@pytest.mark.parametrize("path", HOSTILE)
def test_a_name_that_leaves_the_folder_is_refused(path: str, tmp_path: Path) -> None:
    for folder in (DiskFolder(tmp_path / "out"), MemoryFolder()):
        with pytest.raises(UnsafeFileError):
            folder.write(path, b"x")
    assert not list(tmp_path.rglob("*x*"))


@given(st.text())
def test_a_safe_name_is_one_part_of_a_path_on_every_system(text: str) -> None:
    name = safe_name(text)
    assert checked(name) == name
    assert "/" not in name
    assert len(name.encode()) <= LONGEST_NAME + 1
    assert safe_name(name) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [("17", "17"), ("../x", "_.._x"), ("a/b", "a_b"), ("CON", "_CON"), ("nul.txt", "_nul.txt"), ("é雪", "é雪"),
     ("", "_"), ("..", "__"), ("-rf", "_-rf"), ("a.", "a"), ("x\u202egpj", "x_gpj"), ("a\udc80", "a_"),
     ("com10", "com10")],
)  # fmt: skip
def test_safe_names(text: str, name: str) -> None:
    assert safe_name(text) == name


def test_written_copied_and_created_files_have_their_hashes(tmp_path: Path) -> None:
    source = tmp_path / "data/photo.jpg"
    source.parent.mkdir()
    source.write_bytes(b"photo")
    os.utime(source, ns=(10**18, 10**18))
    folder = DiskFolder(tmp_path / "out", tmp_path / "data")
    folder.write("a/1.txt", b"text")
    folder.copy("a/2.jpg", source)
    with folder.create("3.bin") as file:
        file.write(b"one")
        file.write(b"two")
        assert file.tell() == 6
    expected = {"a/1.txt": b"text", "a/2.jpg": b"photo", "3.bin": b"onetwo"}
    assert folder.files == tuple(
        WrittenFile(path, len(data), hashlib.sha256(data).hexdigest()) for path, data in expected.items()
    )
    assert {path: (tmp_path / "out" / path).read_bytes() for path in expected} == expected
    assert (tmp_path / "out/a/2.jpg").stat().st_mtime_ns == 10**18
    memory = MemoryFolder(tmp_path / "data")
    memory.write("a/1.txt", b"text")
    memory.copy("a/2.jpg", source)
    with memory.create("3.bin") as file:
        file.write(b"onetwo")
    assert memory.files == folder.files


def test_nothing_but_regular_files_of_the_dataset_is_copied(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (tmp_path / "secret").write_text("secret")
    (data / "link").symlink_to(tmp_path / "secret")
    os.mkfifo(data / "pipe")
    folder = DiskFolder(tmp_path / "out", data)
    for source in (data / "link", data / "pipe", data / "../secret", tmp_path / "secret"):
        with pytest.raises(UnsafeFileError):
            folder.copy("x", source)
    with pytest.raises(FileNotFoundError):
        folder.copy("x", data / "gone")
    assert not (tmp_path / "out").exists()


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    for folder in (DiskFolder(tmp_path), MemoryFolder()):
        folder.write("a", b"1")
        with pytest.raises(UnsafeFileError, match="two files"):
            folder.write("a", b"2")


def test_a_part_that_is_written_again_replaces_its_files(tmp_path: Path) -> None:
    DiskFolder(tmp_path).write("a", b"longer than the other")
    DiskFolder(tmp_path).write("a", b"short")
    assert (tmp_path / "a").read_bytes() == b"short"


def test_a_full_disk_is_a_save_error_and_is_remembered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full on this system")
    (tmp_path / "a").symlink_to("/dev/full")
    folder = DiskFolder(tmp_path)
    with pytest.raises(SaveError, match="No space left"):
        folder.write("a", b"x")
    assert folder.refused is not None

"""Split lists are read, and nothing in them is ever run."""

from __future__ import annotations

import os
import pickle
import pickletools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.faces.errors import DamagedFileError, FaceDataError, UnsafeFileError
from app.formats import open_store
from app.formats.pickles import read_ids
from tests.formats.conftest import Tree
from tests.formats.drawn import MULTI_MODAL


@settings(deadline=None)
@given(ids=st.lists(st.integers(0, 29_999).map(str)), protocol=st.integers(0, pickle.HIGHEST_PROTOCOL))
def test_lists_of_ids_are_read_in_every_protocol(ids: list[str], protocol: int) -> None:
    assert read_ids(pickle.dumps(ids, protocol)) == ids
    assert read_ids(pickle.dumps(tuple(map(int, ids)), protocol)) == ids


def test_python_2_files_are_read() -> None:
    assert read_ids(b"(lp0\nS'162771'\np1\naS'17'\np2\na.") == ["162771", "17"]


class Evil:
    def __init__(self, *call: object) -> None:
        self.call = call

    def __reduce__(self) -> tuple[object, ...]:
        return self.call[0], self.call[1:]


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_program_is_refused_by_name_and_does_not_run(protocol: int, tmp_path: Path) -> None:
    data = pickle.dumps(["17", Evil(os.system, f"touch {tmp_path}/ran")], protocol)
    with pytest.raises(UnsafeFileError, match=r"wants to run (GLOBAL|STACK_GLOBAL)"):
        read_ids(data)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("data", "match"),
    [
        (b"cos\nsystem\n(S'true'\ntR.", "GLOBAL 'os system'"),
        (b"(S'true'\nios\nsystem\n.", "INST 'os system'"),
        (b"(cos\nsystem\nS'true'\no.", "GLOBAL"),
        (b"Pmodule\n.", "PERSID"),
        (b"\x80\x02]\x82\x01.", "EXT1"),
        (b"\x80\x04\x8c\x02os\x8c\x06system\x93.", "STACK_GLOBAL"),
        (b"\x80\x02]q\x00r\xff\xff\xff\x7f.", "memory table"),
        (b"\x80\x02" + b"]" * 200 + b".", "more than 100 lists"),
        (b"\x80\x02}.", "EMPTY_DICT"),
        (b"\x80\x04]\x8f.", "EMPTY_SET"),
        (b"0" * (9 << 20), "more than 8 MB"),
    ],
)
def test_everything_but_lists_of_text_and_numbers_is_refused(data: bytes, match: str) -> None:
    with pytest.raises(UnsafeFileError, match=match):
        read_ids(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b".",
        b"\x80\x02]",
        b"\x80\x02]q\x00(X\xff\xff\xff\x7f17.",
        pickle.dumps("17"),
        pickle.dumps(17),
        pickle.dumps([["17"]]),
    ],
)
def test_torn_files_and_other_values_are_damaged(data: bytes) -> None:
    with pytest.raises(DamagedFileError):
        read_ids(data)


@settings(max_examples=300, deadline=None)
@given(data=st.binary(max_size=60), at=st.integers(0, 60), base=st.sampled_from([0, 2, 4]))
def test_no_bytes_do_anything_but_fail_cleanly(data: bytes, at: int, base: int) -> None:
    whole = pickle.dumps(["17", "21"], base)
    try:
        entries = read_ids(whole[:at] + data + whole[at:])
    except FaceDataError:
        return
    assert all(isinstance(entry, str) for entry in entries)


def test_a_malicious_split_is_told_and_the_rest_of_the_dataset_works(tree: Tree, tmp_path: Path) -> None:
    evil = pickle.dumps(Evil(os.system, f"touch {tmp_path}/ran"))
    store = open_store(tree(MULTI_MODAL, {"train/filenames.pickle": evil}))
    assert [(p.where, p.message.split(":")[1]) for p in store.problems] == [
        ("train/filenames.pickle", " refused, nothing in it was run")
    ]
    assert {name: list(ids) for name, ids in store.splits.items()} == {"test": ["0"]}
    assert store.read_photo(store.sample_ids[0]).value is not None
    assert not (tmp_path / "ran").exists()


def test_entries_are_ids_whatever_way_they_are_written(tree: Tree) -> None:
    train = pickle.dumps(["17", "image/0.jpg", "00017", "21", "99", "../../etc/passwd"], 2)
    store = open_store(tree(MULTI_MODAL, {"train/filenames.pickle": train}))
    assert list(store.splits["train"]) == ["17", "0"]
    assert [store.split_of(s) for s in store.sample_ids] == ["train", "train"]
    assert [p.message for p in store.problems] == [
        "train/filenames.pickle: entries that are not in this dataset: 21, 99, ../../etc/passwd (3)",
        "train/filenames.pickle: entries written as file names or padded, understood as ids: 2",
        "train/filenames.pickle: repeated entries: 1",
        "test/filenames.pickle: entries that another split has already: 1",
    ]


def test_the_allowed_opcodes_exist() -> None:
    from app.formats.pickles import _ALLOWED

    assert {opcode.name for opcode in pickletools.opcodes} >= _ALLOWED

"""Tables as they are found: every oddity is named with what to do, and an edit keeps all of it but its own word."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.faces.attributes import ATTRIBUTE_NAMES
from app.faces.errors import ReadOnlyError
from app.faces.sample import Modality, SampleId
from app.faces.store import SampleStore, ValueChange
from app.formats import open_store
from app.workbench.describe import describe_dataset
from tests.formats.conftest import Apply, Tree
from tests.formats.drawn import NATIVE

NAME = "CelebAMask-HQ-attribute-anno.txt"
POSE, MAPPING = "CelebAMask-HQ-pose-anno.txt", "CelebA-HQ-to-CelebA-mapping.txt"
WHOLE = NATIVE[NAME]
LINES = WHOLE.split(b"\n")
SEVENTEEN = SampleId("17")
Edit = Callable[[bytes], bytes]


def told(store: SampleStore, name: str = NAME) -> list[str]:
    """What is said of a table once it was read."""
    store.read_attributes(SEVENTEEN)
    store.read_pose(SEVENTEEN)
    store.celeba_file(SEVENTEEN)
    return [p.message.removeprefix(f"{name}: ") for p in store.problems if p.where == name]


def flipped(store: SampleStore, name: str = "Male") -> ValueChange:
    loaded = store.read_attributes(SEVENTEEN)
    assert loaded.value is not None
    after = loaded.value.replacing(name, not loaded.value[name])
    return ValueChange(Modality.ATTRIBUTES, loaded.value, after, loaded.stamps)


ODD: dict[str, tuple[bytes, str]] = {
    "CRLF": (WHOLE.replace(b"\n", b"\r\n"), "its lines end in CR LF"),
    "tabs": (WHOLE.replace(b"  ", b"\t").replace(b" ", b"\t"), "its words are parted by tabs"),
    "BOM": (b"\xef\xbb\xbf" + WHOLE, "it begins with a byte order mark"),
    "Latin-1": (WHOLE + b"ren\xe9.jpg  1\n", "line 6 is not UTF-8 (byte 0xe9), perhaps Latin-1"),
    "twice": (WHOLE + LINES[2] + b"\n", "samples with more than one row, of which the first counts: 0 (1)"),
    "unknown": (WHOLE + LINES[2].replace(b"0.jpg", b"5.jpg") + b"\n", "rows of samples that are not here, kept: 5 (1)"),
    "no count": (b"\n".join(LINES[1:]), ""),
    "no header": (b"\n".join(LINES[2:]), "it has no header line, its columns are taken to be the usual ones"),
    "count too large": (b"30000" + WHOLE[1:], "its first line says 30,000 rows, there are 3; it may be cut"),
    "count too small": (b"2" + WHOLE[1:], "its first line says 2 rows, there are 3; correct the first line"),
    "cut": (WHOLE[:-30], "its last line is cut (2001.jpg  -1 1"),
    "no last break": (WHOLE[:-1], "its last line does not end"),
    "unsorted": (
        b"\n".join([*LINES[:2], LINES[4], LINES[3], LINES[2], b""]),
        "its rows are not in the order of their numbers",
    ),
    "41st name": (
        WHOLE.replace(b"Young\n", b"Young,\n")
        .replace(b"  ", b",")
        .replace(b" ", b",")
        .replace(b"5_o", b"image_id,5_o"),
        "its header ends in an empty name",
    ),
    "blank lines": (b"\n\n".join(LINES), ""),
}


@pytest.mark.parametrize("odd", ODD)
def test_every_oddity_is_named_and_kept_by_an_edit(tree: Tree, apply_plan: Apply, odd: str) -> None:
    data, message = ODD[odd]
    root = tree(NATIVE, {NAME: data})
    store = open_store(root)
    notices = told(store)
    assert any(notice.startswith(message) for notice in notices) if message else notices == []
    assert message in " ".join(describe_dataset(store).warnings)
    values = store.read_attributes(SEVENTEEN).value
    assert values is not None
    assert (values.names, values.values_) == (ATTRIBUTE_NAMES, (False, True) * 20)
    apply_plan(root, store.plan_save(SEVENTEEN, [flipped(store)]))
    changed = (root / NAME).read_bytes()
    # Male is the 21st of -1, 1, -1 …: one character less, and not another byte.
    at = next(i for i, (old, new) in enumerate(zip(data, changed, strict=False)) if old != new)
    assert (data[:at], data[at : at + 2], data[at + 2 :]) == (changed[:at], b"-1", changed[at + 1 :])
    again = open_store(root).read_attributes(SEVENTEEN).value
    assert again is not None
    assert again.values_[20] is True


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            b"<!DOCTYPE html><html><head><title>Google Drive - Virus scan warning</title>",
            "it is a web page of Google Drive",
        ),
        (b"\n <HTML><body>404</body></HTML>", "it is a web page saved under this name, not the file"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n", "it is a Git LFS pointer"),
        (b"", "it is empty; download it again"),
        (b"PK\x03\x04\x14\0\0\0", "it is an archive under this name; unpack it"),
    ],
    ids=["Drive", "page", "pointer", "empty", "archive"],
)
@pytest.mark.parametrize("name", [NAME, POSE, MAPPING])
def test_what_is_no_table_is_named_at_opening_and_locks_nothing_else(
    tree: Tree, name: str, data: bytes, message: str
) -> None:
    store = open_store(tree(NATIVE, {name: data}))
    (problem,) = store.problems
    assert (problem.where, problem.message.startswith(f"{name}: {message}")) == (name, True)
    assert store.read_mask(SEVENTEEN).value is not None
    if name == NAME:
        loaded = store.read_attributes(SEVENTEEN)
        assert loaded.value is None
        assert message in (loaded.read_only or "")
    else:
        assert store.read_attributes(SEVENTEEN).value is not None


def test_utf16_is_named(tree: Tree) -> None:
    store = open_store(tree(NATIVE, {NAME: WHOLE.decode().encode("utf-16")}))
    assert store.read_attributes(SEVENTEEN).read_only == f"{NAME}: it is UTF-16; save it as UTF-8"


def test_a_mapping_without_header_keeps_its_first_row(tree: Tree) -> None:
    store = open_store(tree(NATIVE, {MAPPING: b"0          119613     119614.jpg\n17         41         000042.jpg\n"}))
    assert store.celeba_file(SampleId("0")) == "119614.jpg"
    assert store.celeba_file(SEVENTEEN) == "000042.jpg"
    assert [notice.split(",")[0] for notice in told(store, MAPPING)] == ["it has no header line"]


def test_poses_without_header_keep_their_first_row(tree: Tree) -> None:
    store = open_store(tree(NATIVE, {POSE: b"0.jpg 1.5 -2 0\n17.jpg 1 2 3\n2001.jpg 4 5 6\n"}))
    pose = store.read_pose(SampleId("0")).value
    assert pose is not None
    assert (pose.yaw, pose.pitch, pose.roll) == (1.5, -2.0, 0.0)


def test_the_row_that_was_cut_is_shown_and_locked(tree: Tree) -> None:
    store = open_store(tree(NATIVE, {NAME: WHOLE[:-30]}))
    last = store.read_attributes(SampleId("2001"))
    assert "values for 40 attributes; correct it by hand" in (last.read_only or "")


def test_zeros_for_no_stay_zeros(tree: Tree, apply_plan: Apply) -> None:
    data = WHOLE.replace(b"-1", b"0")
    root = tree(NATIVE, {NAME: data})
    store = open_store(root)
    values = store.read_attributes(SEVENTEEN).value
    assert values is not None
    assert values.values_ == (False, True) * 20
    apply_plan(root, store.plan_save(SEVENTEEN, [flipped(store, "Young")]))
    changed = (root / NAME).read_bytes()
    assert len(changed) == len(data)
    assert changed.split(b"\n")[3] == data.split(b"\n")[3][:-1] + b"0"
    unknown = values.replacing("Male", None)
    with pytest.raises(ReadOnlyError, match="cannot be saved as unknown"):
        store.plan_save(SEVENTEEN, [ValueChange(Modality.ATTRIBUTES, None, unknown, {})])


def test_a_table_mended_while_open_is_no_problem_any_more(tree: Tree) -> None:
    root: Path = tree(NATIVE, {NAME: b""})
    store = open_store(root)
    assert len(store.problems) == 1
    (root / NAME).write_bytes(WHOLE)
    assert list(store.problems) == []
    assert store.read_attributes(SEVENTEEN).value is not None

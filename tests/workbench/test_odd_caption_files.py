"""Odd caption files, from the disk to the disk: an edit changes the bytes of its line and no other."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app import open_dataset
from app.document.edits import Edit, InsertCaption, MoveCaption, RemoveCaption
from app.faces.errors import InvalidEditError, ReadOnlyError
from app.faces.sample import SampleId
from app.generation.rewording import How, Replacement
from app.workbench.replacing import preview_replacement, replace_lines
from tests.document.plain_store import MEMORY_DISK
from tests.tiny_dataset import EVERYTHING, contents, write

FILE = "text/celeba-caption/17.txt"
LINE = st.binary(max_size=12).map(lambda b: b.translate(None, b"\n\r\0")) | st.sampled_from(
    [
        b"",
        b" ",
        b"She smiles. \t",
        "ü\u2028\x85é".encode(),
        b"\x0b\x0c\x1c",
        b"he\rshe",
        "\ufeffhe".encode(),
        b"caf\xe9 he",
    ]
)
ENDINGS = st.sampled_from([b"\n", b"\r\n"])
TEXT = st.text(st.characters(exclude_characters="\n\r\0", exclude_categories=("Cs",)), min_size=1, max_size=12)


@st.composite
def odd_files(draw: st.DrawFn) -> bytes:
    count = draw(st.sampled_from([1, 2, 9, 10, 11, 1000]))
    if count == 1000:
        lines = [draw(LINE) for _ in range(5)] * 200
        ends = [draw(ENDINGS)] * 1000
    else:
        lines, ends = [draw(LINE) for _ in range(count)], [draw(ENDINGS) for _ in range(count)]
    if draw(st.booleans()) and lines[-1]:
        ends[-1] = b""
    bom = draw(st.sampled_from([b"", b"\xef\xbb\xbf"]))
    return bom + b"".join(line + end for line, end in zip(lines, ends, strict=True))


def pieces(data: bytes) -> list[bytes]:
    return data.split(b"\n")


@settings(max_examples=40, deadline=None)
@given(odd_files(), TEXT, st.data())
def test_an_edit_changes_one_line_and_undo_brings_every_byte_back(data: bytes, text: str, draw: st.DataObject) -> None:
    with tempfile.TemporaryDirectory(dir=MEMORY_DISK) as folder:
        root = write(Path(folder) / "faces", {**EVERYTHING, FILE: data})
        before = contents(root)
        with open_dataset(root) as opened:
            captions = opened["17"].captions
            index = draw.draw(st.integers(0, len(captions) - 1))
            was = captions[index]
            try:
                captions[index] = text
            except InvalidEditError as error:
                assert "is not UTF-8, perhaps Windows-1252, which has no" in str(error)  # noqa: PT017 - others pass
                assert contents(root) == before
                return
            opened.save()
            after = contents(root)
            old, new = pieces(data), pieces(after.pop(FILE))
            assert len(old) == len(new)
            assert [at for at, (a, b) in enumerate(zip(old, new, strict=True)) if a != b] == (
                [] if was == text else [index]
            )
            assert after == {path: held for path, held in before.items() if path != FILE}
            if was != text:
                opened.undo("17")
                opened.save()
        assert contents(root) == before


@settings(max_examples=25, deadline=None)
@given(odd_files())
def test_replacing_in_bulk_changes_what_was_listed_and_nothing_else(data: bytes) -> None:
    with tempfile.TemporaryDirectory(dir=MEMORY_DISK) as folder:
        root = write(Path(folder) / "faces", {**EVERYTHING, FILE: data})
        before = contents(root)
        with open_dataset(root) as opened:
            preview = preview_replacement(
                opened.document, Replacement("(?i)she|he", "they", How.PATTERN), ids=[SampleId("17")]
            )
            report = replace_lines(opened.document, preview.lines, "Replace")
            assert report.skipped == {}
            if preview.skipped:
                assert "a caption is one line" in preview.skipped[SampleId("17")]
                assert contents(root) == before
                return
            old, new = pieces(data), pieces(contents(root)[FILE])
            listed = sorted(line.index for line in preview.lines)
            assert [at for at, (a, b) in enumerate(zip(old, new, strict=True)) if a != b] == listed
            if listed:
                opened.undo("17")
                opened.save()
        assert contents(root) == before


@settings(max_examples=60, deadline=None)
@given(odd_files(), st.sampled_from([InsertCaption, RemoveCaption, MoveCaption]), st.data())
def test_adding_removing_and_moving_a_line_touches_no_other(data: bytes, verb: type, draw: st.DataObject) -> None:
    with tempfile.TemporaryDirectory(dir=MEMORY_DISK) as folder:
        root = write(Path(folder) / "faces", {**EVERYTHING, FILE: data})
        before = contents(root)
        with open_dataset(root) as opened:
            raws = [line.raw for line in opened.document.captions(SampleId("17")) or ()]
            place = st.integers(0, len(raws) - 1)
            index, to = draw.draw(place), draw.draw(place)
            if verb is InsertCaption:
                edit: Edit = InsertCaption(SampleId("17"), index, "new")
                raws.insert(index, b"new")
            elif verb is RemoveCaption:
                edit = RemoveCaption(SampleId("17"), index)
                del raws[index]
            else:
                edit = MoveCaption(SampleId("17"), index, to)
                raws.insert(to, raws.pop(index))
            is_changed = opened.document.do(edit) is not None
            opened.save()
            after = contents(root)
            bom = data[:3] if data.startswith(b"\xef\xbb\xbf") else b""
            lines = after.pop(FILE, b"").removeprefix(bom).split(b"\n")
            if lines[-1] == b"":
                lines.pop()
            assert [line.removesuffix(b"\r") for line in lines] == [raw.removesuffix(b"\r") for raw in raws]
            assert after == {path: held for path, held in before.items() if path != FILE}
            if is_changed:
                opened.undo("17")
                opened.save()
        assert contents(root) == before


@pytest.mark.parametrize("data", ["fine\n".encode("utf-16"), b"fi\0ne\n", b"\xff\xfefine\n" * 5])
def test_what_is_no_text_is_refused_and_keeps_every_byte(tmp_path: Path, data: bytes) -> None:
    root = write(tmp_path / "faces", {**EVERYTHING, FILE: data})
    before = contents(root)
    with open_dataset(root) as opened:
        with pytest.raises(ReadOnlyError):
            opened["17"].captions[0] = "x"
        preview = preview_replacement(opened.document, Replacement("f", "g"))
        assert [line.sample for line in preview.lines if line.sample == "17"] == []
        assert opened.unsaved == ()
    assert contents(root) == before


def test_what_a_file_cannot_hold_is_told_before_it_is_replaced(tmp_path: Path) -> None:
    root = write(tmp_path / "faces", {**EVERYTHING, FILE: b"caf\xe9\nhe\n"})
    with open_dataset(root) as opened:
        preview = preview_replacement(opened.document, Replacement("he", "он"), ids=[SampleId("17")])
        assert preview.lines == []
        assert preview.skipped[SampleId("17")].startswith("caption 2: the file is not UTF-8, perhaps Windows-1252")
        preview = preview_replacement(opened.document, Replacement("he", "hé"), ids=[SampleId("17")])
        assert replace_lines(opened.document, preview.lines, "Replace").changed == ["17"]
    assert contents(root)[FILE] == b"caf\xe9\nh\xe9\n"

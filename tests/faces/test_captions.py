"""Captions keep every byte they were not asked to change."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.faces.captions import Captions
from app.faces.errors import InvalidEditError, ReadOnlyError

PIECES = st.sampled_from(
    [b"\n", b"\r\n", b"\r", b" ", b"\t", b"She", b" smiles.", "ü\u2028é\x85".encode(), b"\x0b\x0c\x1c"]
)
FILES = st.tuples(st.sampled_from([b"", b"\xef\xbb\xbf"]), st.lists(PIECES, max_size=40)).map(
    lambda t: t[0] + b"".join(t[1])
)
ONE_LINE = st.text(st.characters(blacklist_characters="\n\r\0", blacklist_categories=("Cs",)), max_size=20)


@given(st.tuples(st.sampled_from([b"", b"\xff\xfe", b"\xfe\xff"]), st.binary(max_size=200)).map(b"".join) | FILES)
def test_an_unedited_file_comes_back_byte_for_byte(data: bytes) -> None:
    assert Captions.from_bytes(data).to_bytes() == data


@given(FILES, st.data())
def test_editing_a_line_changes_that_line_only(data: bytes, choice: st.DataObject) -> None:
    captions = Captions.from_bytes(data)
    if not len(captions) or captions.unreadable:
        return
    index = choice.draw(st.integers(0, len(captions) - 1))
    edited = captions.replacing(index, choice.draw(ONE_LINE))
    assert len(Captions.from_bytes(edited.to_bytes())) == len(captions)
    if not edited.texts[-1] and not captions.lines[-1].ending:
        return
    again = edited.to_bytes().split(b"\n")
    pieces = data.split(b"\n")
    assert len(again) == len(pieces)
    assert [k for k, (a, b) in enumerate(zip(again, pieces, strict=True)) if a != b] in ([], [index])
    if "\r" not in (original := captions.lines[index].text):
        assert edited.replacing(index, original).to_bytes() == data


@given(FILES, ONE_LINE, st.data())
def test_inserting_then_removing_leaves_the_file_as_it_was(data: bytes, text: str, choice: st.DataObject) -> None:
    captions = Captions.from_bytes(data)
    if not len(captions) or captions.unreadable or data.count(b"\r\n") not in (0, data.count(b"\n")):
        return
    index = choice.draw(st.integers(0, len(captions)))
    grown = captions.inserting(index, text)
    assert grown.texts == (*captions.texts[:index], text, *captions.texts[index:])
    assert len(Captions.from_bytes(grown.to_bytes())) == len(grown)
    if not grown.texts[-1] and not captions.lines[-1].ending:
        return
    assert grown.removing(index).to_bytes() == data


@given(FILES, st.data())
def test_moving_there_and_back_leaves_the_file_as_it_was(data: bytes, choice: st.DataObject) -> None:
    captions = Captions.from_bytes(data)
    if not len(captions) or captions.unreadable:
        return
    places = st.integers(0, len(captions) - 1)
    start, to = choice.draw(places), choice.draw(places)
    moved = captions.moving(start, to)
    assert sorted(moved.texts) == sorted(captions.texts)
    assert moved.texts[to] == captions.texts[start]
    assert len(Captions.from_bytes(moved.to_bytes())) == len(captions)
    if not moved.texts[-1] and not captions.lines[-1].ending:
        return
    assert moved.moving(to, start).to_bytes() == data


def test_a_final_newline_makes_no_eleventh_caption() -> None:
    assert Captions.from_bytes(b"one\ntwo\n").texts == ("one", "two")
    assert Captions.from_bytes(b"one\n\n").texts == ("one", "")


def test_emptying_the_last_line_leaves_an_empty_caption_not_one_less() -> None:
    emptied = Captions.from_bytes(b"a\nb").replacing(1, "")
    assert emptied.to_bytes() == b"a\n\n"
    assert Captions.from_bytes(emptied.to_bytes()).texts == ("a", "")


def test_unicode_line_separators_do_not_split() -> None:
    assert len(Captions.from_bytes("a\u2028b\u0085c\n".encode())) == 1


def test_a_new_file_ends_without_a_newline() -> None:
    assert Captions.from_texts(["a", "b"]).to_bytes() == b"a\nb"


def test_a_line_break_is_refused_with_the_reason() -> None:
    with pytest.raises(InvalidEditError, match="one line"):
        Captions.from_texts(["a"]).replacing(0, "b\nc")


@given(st.binary(max_size=120), st.sampled_from(["replace", "insert", "remove", "move"]), st.data())
def test_an_edit_of_any_bytes_keeps_all_other_lines(data: bytes, verb: str, choice: st.DataObject) -> None:
    captions = Captions.from_bytes(data)
    if not len(captions) or captions.unreadable:
        return
    places = st.integers(0, len(captions) - 1)
    index, to = choice.draw(places), choice.draw(places)
    text = choice.draw(st.text(st.characters(codec="ascii", exclude_characters="\n\r\0"), min_size=1, max_size=9))
    raws = [line.raw for line in captions]
    match verb:
        case "replace":
            edited = captions.replacing(index, text)
            raws[index] = text.encode()
        case "insert":
            edited = captions.inserting(index, text)
            raws.insert(index, text.encode())
        case "remove":
            edited = captions.removing(index)
            del raws[index]
        case _:
            edited = captions.moving(index, to)
            raws.insert(to, raws.pop(index))
    assert [line.raw for line in edited] == raws
    assert edited.bom == captions.bom
    assert b"".join(edited.to_bytes().split()) == b"".join((captions.bom + b" ".join(raws)).split())


@given(st.binary(max_size=120), st.data())
def test_a_word_changed_in_any_line_leaves_the_other_bytes_of_it(data: bytes, choice: st.DataObject) -> None:
    captions = Captions.from_bytes(data.replace(b"\r", b""))
    if not len(captions) or captions.unreadable:
        return
    index = choice.draw(st.integers(0, len(captions) - 1))
    line = captions.lines[index]
    edited = captions.replacing(index, f"{line.text} word").lines[index]
    assert edited.text == f"{line.text} word"
    if line.encoding == captions.encoding:
        assert edited.raw == line.raw + b" word"


def test_a_file_of_windows_1252_is_edited_as_such() -> None:
    captions = Captions.from_bytes(b"caf\xe9 \x93x\x94\r\nsecond\r\n\x81 third")
    assert captions.texts == ("café “x”", "second", "\x81 third")
    assert captions.guess == (
        "line 1 is not UTF-8 (byte 0xe9), perhaps Windows-1252; it is shown so, and edits are written so"
    )
    edited = captions.replacing(1, "deuxième…")
    assert edited.to_bytes() == b"caf\xe9 \x93x\x94\r\ndeuxi\xe8me\x85\r\n\x81 third"
    plain = edited.replacing(0, "cafe").replacing(1, "x").removing(2)
    assert plain.replacing(0, "café").to_bytes() == b"caf\xe9\r\nx"
    with pytest.raises(InvalidEditError, match="perhaps Windows-1252, which has no 'ж'; say it in other characters"):
        captions.inserting(0, "ж")


@pytest.mark.parametrize("data", ["ü\n".encode() + b"caf\xe9\nthird", b"\xef\xbb\xbfcaf\xe9\nthird\ncaf\xe9"])
def test_a_file_that_is_utf8_elsewhere_gets_utf8(data: bytes) -> None:
    captions = Captions.from_bytes(data)
    assert captions.to_bytes() == data
    assert "café" in captions.texts
    assert (captions.guess or "").endswith("it is shown so and becomes UTF-8 when it is edited")
    index = captions.texts.index("café")
    assert captions.replacing(index, "cafés").lines[index].raw == "cafés".encode()
    assert captions.inserting(0, "ж").texts[0] == "ж"


@pytest.mark.parametrize(("data", "why"), [("a\n".encode("utf-16"), "UTF-16"), (b"a\0b", "NUL")])
def test_what_is_no_text_is_shown_and_never_edited(data: bytes, why: str) -> None:
    captions = Captions.from_bytes(data)
    assert why in (captions.unreadable or "")
    assert captions.to_bytes() == data
    with pytest.raises(ReadOnlyError, match=why):
        captions.replacing(0, "x")


@pytest.mark.parametrize(("encoding", "bom"), [("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")])
def test_utf16_is_shown_line_by_line(encoding: str, bom: bytes) -> None:
    data = bom + "ж\u0a0d\u0d0a one\r\n\ntwo".encode(encoding)
    captions = Captions.from_bytes(data)
    assert captions.to_bytes() == data
    assert captions.texts == ("ж\u0a0d\u0d0a one", "", "two")
    assert captions.unreadable == "it is UTF-16; convert it to UTF-8 first"
    assert captions.guess is None


def test_a_nul_typed_into_a_caption_is_refused() -> None:
    with pytest.raises(InvalidEditError, match="NUL"):
        Captions.from_texts(["a"]).replacing(0, "b\0c")


def test_there_is_no_caption_eleven() -> None:
    with pytest.raises(InvalidEditError, match="there is no caption 11"):
        Captions.from_texts(["x"] * 10).replacing(10, "y")

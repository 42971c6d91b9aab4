"""Captions in place: exact text, one line each, no letter lost to a tool, undo left to the document."""

from __future__ import annotations

import string

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from app.document.edits import EditCaption, InsertCaption, MoveCaption, RemoveCaption
from app.faces.captions import Captions
from app.faces.sample import SampleId
from app.ui import messages
from app.ui.captions.editor import PAUSE_MS, CaptionEditor
from app.ui.captions.panel import CaptionsPanel

SAMPLE = SampleId("17")
TEN = Captions.from_texts([f"caption {number}" for number in range(1, 11)])


class Desk:
    """A panel and the captions behind it, changed by its edits alone."""

    def __init__(self) -> None:
        self.edits: list = []
        self.captions = TEN
        self.panel = CaptionsPanel(self.do)
        self.show(TEN)

    def do(self, edit) -> bool:
        self.edits.append(edit)
        self.captions = edit.changed(self.captions)
        if edit.origin is self.panel:
            self.panel.take_echo(self.captions)
        else:
            self.show(self.captions)
        return True

    def show(self, captions: Captions | None, reason: str | None = None) -> None:
        self.captions = captions
        self.panel.show_captions(SAMPLE, captions, reason)

    def editor(self, number: int) -> CaptionEditor:
        found = self.panel.findChild(CaptionEditor, f"caption{number}")
        assert found is not None
        return found


@pytest.fixture
def desk(qtbot) -> Desk:
    made = Desk()
    qtbot.addWidget(made.panel)
    made.panel.resize(800, 300)
    with qtbot.waitActive(made.panel):
        made.panel.show()
        made.panel.activateWindow()
    return made


def test_the_editors_carry_the_names_scripts_rely_on(desk: Desk) -> None:
    assert [desk.editor(number).text() for number in range(1, 11)] == list(TEN.texts)


def test_a_pause_takes_what_was_typed_as_one_edit(desk: Desk, qtbot) -> None:
    editor = desk.editor(3)
    editor.setFocus()
    editor.selectAll()
    qtbot.keyClicks(editor, "hi ")
    assert desk.edits == []
    qtbot.waitUntil(lambda: len(desk.edits) == 1, timeout=PAUSE_MS * 5)
    assert desk.edits == [EditCaption(SAMPLE, 2, "hi ", origin=desk.panel)]
    assert editor.hasFocus()
    assert editor.text() == "hi "


def test_enter_commits_and_goes_on(desk: Desk, qtbot) -> None:
    editor = desk.editor(1)
    editor.setFocus()
    editor.end(False)
    qtbot.keyClicks(editor, "!")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    assert desk.captions.texts[0] == "caption 1!"
    assert desk.editor(2).hasFocus()


def test_a_caption_reached_by_key_is_not_replaced_by_the_next_letter(desk: Desk, qtbot) -> None:
    before = desk.editor(2).text()
    desk.panel.edit(1)
    qtbot.keyClicks(desk.editor(2), "!")
    assert desk.editor(2).text() == before + "!"


def test_leaving_commits(desk: Desk, qtbot) -> None:
    desk.editor(1).setFocus()
    desk.editor(1).end(False)
    qtbot.keyClicks(desk.editor(1), "?")
    desk.editor(5).setFocus()
    assert desk.captions.texts[0] == "caption 1?"


def test_escape_commits_and_goes_back_to_the_picture(desk: Desk, qtbot) -> None:
    editor = desk.editor(1)
    editor.setFocus()
    editor.end(False)
    qtbot.keyClicks(editor, "?")
    with qtbot.waitSignal(desk.panel.back_to_canvas):
        qtbot.keyClick(editor, Qt.Key.Key_Escape)
    assert desk.captions.texts[0] == "caption 1?"


@pytest.mark.parametrize("pasted", ["one\ntwo", "one\r\ntwo", "\n"])
def test_a_pasted_line_break_is_refused_whole(desk: Desk, qtbot, pasted: str) -> None:
    editor = desk.editor(4)
    editor.setFocus()
    QGuiApplication.clipboard().setText(pasted)
    with qtbot.waitSignal(desk.panel.newline_refused):
        editor.paste()
    assert editor.text() == "caption 4"


def test_shift_enter_is_refused_with_the_reason(desk: Desk, qtbot) -> None:
    with qtbot.waitSignal(desk.panel.newline_refused):
        qtbot.keyClick(desk.editor(1), Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)


@pytest.mark.parametrize("text", ["a\u00a0b", "a\u2028b", "  blanks  ", "tab\there", "e\u0301 \U0001f600"])
def test_text_is_exact(desk: Desk, qtbot, text: str) -> None:
    desk.show(Captions.from_texts([text, *TEN.texts[1:]]))
    editor = desk.editor(1)
    editor.setFocus()
    editor.end(False)
    qtbot.keyClicks(editor, "x")
    desk.panel.flush()
    assert desk.captions.texts[0] == text + "x"


def test_every_letter_and_digit_is_text(desk: Desk, qtbot) -> None:
    editor = desk.editor(2)
    editor.setFocus()
    editor.clear()
    typed = string.ascii_letters + string.digits + "[]{},.` "
    qtbot.keyClicks(editor, typed)
    assert editor.text() == typed


def test_ctrl_z_does_not_touch_the_field(desk: Desk, qtbot) -> None:
    editor = desk.editor(2)
    editor.setFocus()
    editor.end(False)
    qtbot.keyClicks(editor, "!!")
    qtbot.keyClick(editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert editor.text() == "caption 2!!"


def test_an_undo_from_outside_keeps_focus_and_cursor(desk: Desk, qtbot) -> None:
    editor = desk.editor(2)
    editor.setFocus()
    editor.setCursorPosition(3)
    desk.show(Captions.from_texts(["caption 1", "cap", *TEN.texts[2:]]))
    assert (editor.text(), editor.cursorPosition(), editor.hasFocus()) == ("cap", 3, True)


def test_lines_move_with_their_cursor(desk: Desk) -> None:
    desk.editor(2).setFocus()
    desk.panel.move_line(1)
    assert desk.edits == [MoveCaption(SAMPLE, 1, 2)]
    assert desk.editor(3).hasFocus()
    assert desk.captions.texts[:4] == ("caption 1", "caption 3", "caption 2", "caption 4")
    desk.editor(1).setFocus()
    desk.panel.move_line(-1)
    assert len(desk.edits) == 1


def test_leaving_ten_is_asked(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def refuse(_parent, _title, text, _answers, *, escape) -> str:
        asked.append(text)
        return escape

    monkeypatch.setattr(messages, "ask", refuse)
    desk.panel.remove()
    desk.panel.add()
    assert desk.edits == []
    assert [text.split(" captions")[0] for text in asked] == ["The file would have 9", "The file would have 11"]
    monkeypatch.setattr(messages, "ask", lambda _p, _t, _x, answers, *, escape: answers[0])
    desk.editor(10).setFocus()
    desk.panel.remove()
    assert desk.edits == [RemoveCaption(SAMPLE, 9)]
    assert desk.editor(9).hasFocus()
    monkeypatch.setattr(messages, "ask", lambda *_a, **_k: pytest.fail("back to ten needs no question"))
    desk.panel.add()
    assert desk.edits[1:] == [InsertCaption(SAMPLE, 9, "")]
    assert desk.editor(10).hasFocus()


@pytest.mark.parametrize(("count", "shown"), [(9, True), (10, False), (11, True)])
def test_another_count_than_ten_is_said(desk: Desk, count: int, shown: bool) -> None:
    desk.show(Captions.from_texts(["x"] * count))
    assert desk.panel.notice.isVisible() is shown
    if shown:
        assert desk.panel.notice.text() == f"{count} captions; ten are usual."
    assert desk.panel.findChild(CaptionEditor, f"caption{count}").isVisible()


def test_undecodable_files_are_shown_not_edited(desk: Desk, qtbot) -> None:
    other = Captions.from_bytes("second\n".encode("utf-16"))
    desk.show(other, other.unreadable)
    editor = desk.editor(1)
    editor.setFocus()
    qtbot.keyClicks(editor, "abc")
    desk.panel.flush()
    assert desk.edits == []
    assert desk.panel.notice.text() == "Shown, not edited: it is UTF-16; convert it to UTF-8 first."


def test_how_a_file_that_is_not_utf8_is_read_is_said(desk: Desk, qtbot) -> None:
    desk.show(Captions.from_bytes(b"caf\xe9\n" * 10))
    assert desk.editor(1).text() == "café"
    told = "Line 1 is not UTF-8 (byte 0xe9), perhaps Windows-1252; it is shown so, and edits are written so."
    assert desk.panel.notice.text() == told
    desk.editor(1).setFocus()
    qtbot.keyClicks(desk.editor(1), "s")
    desk.panel.flush()
    assert len(desk.edits) == 1


def test_a_sample_without_captions_can_get_some(desk: Desk, qtbot) -> None:
    desk.show(None)
    assert desk.panel.missing.text() == "Sample 17 has no captions yet."
    with qtbot.waitSignal(desk.panel.write_requested):
        desk.panel.write_button.click()
    desk.show(None, "this layout keeps none")
    assert not desk.panel.write_button.isVisible()
    assert desk.panel.missing.text() == "No captions for sample 17: this layout keeps none"


def test_markup_in_a_caption_is_text(desk: Desk) -> None:
    desk.show(Captions.from_texts(["<img src='file:///etc/passwd'>", *TEN.texts[1:]]))
    assert desk.editor(1).text() == "<img src='file:///etc/passwd'>"
    assert desk.editor(1).told == ""

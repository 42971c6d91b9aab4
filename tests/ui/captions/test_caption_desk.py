"""The captions and what they speak of: in the real window, with real keys and clicks."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu

from app.document.edits import EditCaption, PaintLayer, SetAttribute
from app.faces.classes import CLASS_BY_NAME, bits_of
from app.faces.errors import FaceDataError
from app.generation.lexicon import Fact
from app.generation.reading import read_caption
from app.ui.canvas.decorations.spoken_of import SpokenOf
from app.ui.captions.coverage import FIRST, LABEL
from tests.ui.captions.conftest import LINES

BLACK = Fact("Black_Hair", True)
HAT = Fact("Wearing_Hat", True)


@pytest.fixture
def writing(desk, qtbot):
    """The captions' desk, when everything is read and held against everything."""
    made = desk.workspace.writing
    made.look()
    made.stale = frozenset()
    made.look()
    qtbot.waitUntil(lambda: made.spelling.misspelt(LINES[4]) != (), timeout=20_000)
    return made


def editor(writing, number: int):
    return writing.panel.row(number - 1).editor


def word(writing, number: int, text: str):
    line = editor(writing, number)
    return next(each for each in line.words if line.text()[each.start : each.end] == text)


def hover(writing, number: int, text: str) -> None:
    line = editor(writing, number)
    QTest.mouseMove(line, QPoint(line.left_of(word(writing, number, text).start) + 4, line.height() // 2))


def click(writing, number: int, text: str) -> None:
    line = editor(writing, number)
    place = QPoint(line.left_of(word(writing, number, text).start) + 4, line.height() // 2)
    QTest.mouseClick(line, Qt.MouseButton.LeftButton, pos=place)


def choose(writing, text: str) -> None:
    """Click the card's button that begins so."""
    button = next(button for button in writing.offers.popup.buttons if button.text().startswith(text))
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_red_is_what_labels_or_mask_deny(writing) -> None:
    assert writing.held.lines == (1, 2)
    assert word(writing, 2, "black hair").is_wrong
    assert not word(writing, 2, "pointy nose").is_wrong
    assert word(writing, 3, "hat").is_wrong
    assert writing.panel.row(1).number.toolTip() != ""
    assert not writing.panel.row(0).number.is_wrong


def test_hovering_a_word_lights_its_class_on_the_canvas(desk, writing, qtbot) -> None:
    spoken = desk.workspace.area.photo.decorations[SpokenOf]
    hover(writing, 1, "brown hair")
    qtbot.waitUntil(lambda: desk.session.spoken_of == bits_of("hair"))
    assert spoken.is_on
    assert not spoken.shade.is_empty
    assert spoken.card.isHidden()
    hover(writing, 3, "hat")
    qtbot.waitUntil(lambda: desk.session.spoken_of == bits_of("hat"))
    assert [line.text for line in spoken.card.lines] == ["Hat: nowhere in this mask"]
    assert spoken.shade.is_empty
    QApplication.sendEvent(editor(writing, 3), _leaving())
    assert desk.session.spoken_of == 0
    assert not spoken.is_on


def _leaving():
    from PySide6.QtCore import QEvent

    return QEvent(QEvent.Type.Leave)


def test_the_class_under_the_pointer_marks_its_words(desk, writing, qtbot) -> None:
    hair = CLASS_BY_NAME["hair"]
    y, x = next(zip(*(desk.bits & hair.bit).nonzero(), strict=True))
    desk.session.pixel_hovered.emit(int(x), int(y))
    qtbot.waitUntil(lambda: editor(writing, 2)._lit == hair.bit)
    desk.session.pixel_left.emit()
    qtbot.waitUntil(lambda: editor(writing, 2)._lit == 0)


def test_a_click_on_a_red_word_offers_repairs_and_typing_goes_on(desk, writing, qtbot) -> None:
    click(writing, 2, "black hair")
    popup = writing.offers.popup
    assert popup.isVisible()
    assert editor(writing, 2).hasFocus()
    assert [button.text() for button in popup.buttons][:1] == ["Set the attribute: Black hair is yes"]
    QTest.keyClicks(editor(writing, 2), "x")
    assert popup.isHidden()
    assert "x" in editor(writing, 2).text()


def test_a_contradiction_that_is_let_stand_is_dismissed_and_comes_back(desk, writing, qtbot) -> None:
    click(writing, 2, "black hair")
    choose(writing, "Dismiss: it is right as it stands")  # held against it: the label, and caption 1
    qtbot.waitUntil(lambda: writing.held.lines == (2,))
    assert not word(writing, 2, "black hair").is_wrong
    button = writing.panel.dismissed
    assert (button.isHidden(), button.text()) == (False, "Dismissed (2) · show")
    assert desk.action("edit.undo").text() == "Undo: Dismiss 2 findings"
    desk.action("edit.undo").trigger()
    qtbot.waitUntil(lambda: writing.held.lines == (1, 2))
    assert button.isHidden()
    desk.action("edit.redo").trigger()
    qtbot.waitUntil(lambda: writing.held.lines == (2,))
    button.click()
    choose(writing, "Caption 2 says black hair, the attribute says no black hair.")
    qtbot.waitUntil(lambda: writing.held.lines == (1, 2))
    assert button.text() == "Dismissed (1) · show"
    desk.action("captions.dismissed").trigger()
    (back,) = writing.offers.popup.buttons
    assert "brown hair" in back.text()
    back.click()
    qtbot.waitUntil(button.isHidden)
    assert not desk.action("captions.dismissed").isEnabled()


def test_what_cannot_be_edited_can_be_let_stand(desk, writing, qtbot) -> None:
    sample, captions = desk.session.sample, desk.document.captions(desk.session.sample)
    desk.workspace.captions.show_captions(sample, captions, "the disk is write-protected")
    writing.look()
    click(writing, 3, "hat")
    assert [button.text() for button in writing.offers.popup.buttons] == ["Dismiss: it is right as it stands"]
    choose(writing, "Dismiss")
    qtbot.waitUntil(lambda: writing.held.lines == (1,))


def test_a_dismissal_ends_with_the_words_it_was_about(desk, writing, qtbot) -> None:
    click(writing, 2, "black hair")
    choose(writing, "Dismiss")
    qtbot.waitUntil(lambda: writing.held.lines == (2,))
    desk.workspace.do(EditCaption(desk.session.sample, 3, "This old woman has bangs and a pointy nose."))
    writing.look()
    assert 1 not in writing.held.lines
    desk.workspace.do(EditCaption(desk.session.sample, 1, "She has black hair."))
    writing.look()
    assert 1 in writing.held.lines
    assert writing.panel.dismissed.isHidden()


def test_one_click_sets_the_attribute(desk, writing, qtbot) -> None:
    click(writing, 2, "black hair")
    choose(writing, "Set the attribute")
    assert desk.document.attributes(desk.session.sample)["Black_Hair"] is True
    qtbot.waitUntil(lambda: 1 not in writing.held.lines)
    desk.action("edit.undo").trigger()
    qtbot.waitUntil(lambda: 1 in writing.held.lines)


def test_one_click_says_the_line_in_other_words(desk, writing, qtbot) -> None:
    click(writing, 2, "black hair")
    popup = writing.offers.popup
    qtbot.waitUntil(lambda: len(popup.buttons) > 2, timeout=10_000)
    new = popup.buttons[-2].text()
    QTest.mouseClick(popup.buttons[-2], Qt.MouseButton.LeftButton)
    captions = desk.document.captions(desk.session.sample)
    assert captions.texts[1] == new != LINES[1]
    assert "Black_Hair" not in read_caption(new).values or read_caption(new).values["Black_Hair"] is False
    assert read_caption(new).values["Pointy_Nose"] is True
    assert captions.texts[0] == LINES[0]
    desk.action("edit.undo").trigger()
    assert desk.document.captions(desk.session.sample).texts[1] == LINES[1]


def test_lines_made_wrong_by_an_edit_are_marked_and_nothing_is_changed(desk, writing, qtbot) -> None:
    desk.workspace.do(SetAttribute(desk.session.sample, "Rosy_Cheeks", False))
    qtbot.waitUntil(lambda: writing.stale == {7})
    assert writing.panel.row(7).number.is_stale
    assert not writing.panel.row(1).number.is_stale
    assert desk.document.captions(desk.session.sample).texts == LINES
    desk.action("edit.undo").trigger()
    qtbot.waitUntil(lambda: not writing.stale)


def test_an_edit_of_the_mask_marks_the_line_it_made_wrong(desk, writing, qtbot) -> None:
    sample = desk.session.sample
    desk.workspace.do(EditCaption(sample, 9, "She has her mouth slightly open."))
    writing.look()
    assert 9 not in writing.held.lines
    for rows, name in ((slice(4, 8), "u_lip"), (slice(8, 12), "l_lip")):
        covered = np.zeros(desk.bits.shape, bool)
        covered[rows, 4:20] = True
        desk.workspace.do(PaintLayer(sample, name, covered))
    qtbot.waitUntil(lambda: writing.stale == {9})
    assert "the mask shows no open mouth" in writing.panel.row(9).number.toolTip()


def test_suggestions_are_ticked_and_taken_as_one_step(desk, writing, qtbot) -> None:
    desk.action("captions.suggest").trigger()
    popup = writing.offers.popup
    qtbot.waitUntil(lambda: len(popup.ticks) == 2, timeout=10_000)
    assert popup.buttons[0].text() == "Change 2 captions"
    popup.ticks[1].setChecked(False)
    assert popup.buttons[0].text() == "Change one caption"
    QTest.keyClick(popup.ticks[0], Qt.Key.Key_Return)
    texts = desk.document.captions(desk.session.sample).texts
    assert texts[1] != LINES[1]
    assert texts[2] == LINES[2]
    assert desk.document.undo_label(desk.session.sample) == "Say captions in other words"
    desk.action("edit.undo").trigger()
    assert desk.document.captions(desk.session.sample).texts == LINES


def test_why_no_suggestions_come_is_said(desk, writing, qtbot, monkeypatch) -> None:
    def fail(*_: object) -> None:
        raise FaceDataError("the grammar is gone")

    monkeypatch.setattr("app.ui.captions.offers.proposals_for", fail)
    desk.action("captions.suggest").trigger()
    popup = writing.offers.popup
    qtbot.waitUntil(
        lambda: "No words were found: the grammar is gone." in [it.text() for it in popup.findChildren(QLabel)]
    )


def test_no_letter_on_a_card_is_a_tools(desk, writing, qtbot) -> None:
    desk.session.tool = "hand"
    desk.focus(editor(writing, 2))
    desk.action("captions.repair").trigger()
    popup = writing.offers.popup
    qtbot.waitUntil(lambda: any(button.hasFocus() for button in popup.buttons))
    for key in (Qt.Key.Key_B, Qt.Key.Key_E, Qt.Key.Key_4, Qt.Key.Key_D):
        desk.key(key)
    assert (desk.session.tool, desk.session.face_class, desk.session.sample) == ("hand", 1, "17")
    assert popup.isVisible()
    desk.key(Qt.Key.Key_Escape)
    assert popup.isHidden()
    assert editor(writing, 2).hasFocus()


def test_a_misspelt_word_is_put_right_or_learned(desk, writing, qtbot) -> None:
    assert word(writing, 5, "smilling").is_misspelt
    click(writing, 5, "smilling")
    choose(writing, "smiling")
    assert desk.document.captions(desk.session.sample).texts[4] == "She is smiling."
    writing.panel.row(5).editor.setText("She has a blorpy nose.")
    click(writing, 6, "blorpy")
    choose(writing, "“blorpy” is a word")
    assert not any(each.is_misspelt for each in editor(writing, 6).words)
    assert desk.window.state.text("words") == "blorpy"


def test_the_counter_tells_tokens_and_when_clip_stops_reading(desk, writing) -> None:
    row = writing.panel.row(0)
    row.resize(1200, row.height())
    assert row.length.text() == "4 words, 7 tokens"
    editor(writing, 1).setText("She has brown hair. " * 20)
    assert row.length.font().bold()
    assert "the end is cut off" in row.length.toolTip()


def test_what_a_line_said_before_comes_back_as_a_new_step(desk, writing, qtbot) -> None:
    sample = desk.session.sample
    for text in ("first", "second"):
        desk.workspace.do(EditCaption(sample, 0, text, origin=text))
    writing.panel.edit(0)
    desk.action("captions.past").trigger()
    said = [button.text().partition(": ")[2] for button in writing.offers.popup.buttons]
    assert said == ["first", LINES[0], "She has feature 0. "]
    QTest.mouseClick(writing.offers.popup.buttons[1], Qt.MouseButton.LeftButton)
    assert desk.document.captions(sample).texts[0] == LINES[0]
    assert desk.document.undo_label(sample) == "Edit caption 1"


def test_the_card_of_a_floating_panel_is_in_the_window(desk, writing, qtbot) -> None:
    dock = desk.workspace.docks["captions"]
    dock.setFloating(True)
    click(writing, 2, "black hair")
    popup = writing.offers.popup
    assert popup.isVisible()
    assert desk.window.rect().contains(popup.geometry())
    dock.setFloating(False)


def test_each_choice_is_a_step_of_its_own(desk, writing, qtbot) -> None:
    click(writing, 5, "smilling")
    choose(writing, "smiling")
    writing.panel.edit(4)
    desk.action("captions.past").trigger()
    choose(writing, "until")
    texts = desk.document.captions(desk.session.sample).texts
    assert texts[4] == LINES[4]
    desk.action("edit.undo").trigger()
    assert desk.document.captions(desk.session.sample).texts[4] == "She is smiling."


def test_lines_are_copied_and_pasted_as_a_block(desk, writing, qtbot) -> None:
    sample = desk.session.sample
    desk.focus(editor(writing, 1))
    QTest.keyClick(editor(writing, 1), Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(editor(writing, 2), Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "\n".join(LINES[:2])
    assert writing.panel.selected == (0, 1)
    QTest.mouseClick(editor(writing, 2), Qt.MouseButton.LeftButton, pos=QPoint(300, 12))
    assert writing.panel.selected == (1,)
    desk.focus(editor(writing, 9))
    desk.action("captions.paste").trigger()
    assert desk.document.captions(sample).texts == (*LINES[:8], *LINES[:2])
    assert desk.document.undo_label(sample) == "Paste 2 captions"
    desk.action("edit.undo").trigger()
    assert desk.document.captions(sample).texts == LINES


def test_a_refused_block_is_offered_as_lines(desk, writing, qtbot) -> None:
    QGuiApplication.clipboard().setText("She is a woman.\r\nShe is young and smiling.\n")
    desk.focus(editor(writing, 1))
    editor(writing, 1).paste()
    assert desk.document.captions(desk.session.sample).texts == LINES
    banner = desk.window.banners.banner("dataset.edit")
    assert [button.text() for button in banner.buttons] == ["Paste as 2 captions"]
    banner.buttons[0].click()
    pasted = ("She is a woman.", "She is young and smiling.")
    assert desk.document.captions(desk.session.sample).texts == (*pasted, *LINES[2:])


def test_a_word_under_the_pointer_tells_what_denies_it(desk, writing, qtbot) -> None:
    hover(writing, 2, "black hair")
    qtbot.waitUntil(lambda: "the attribute says no black hair" in editor(writing, 2).told)
    assert "Black hair: yes" in editor(writing, 2).told


def test_the_table_tells_who_says_what_and_a_click_goes_there(desk, writing, qtbot) -> None:
    desk.action("view.panel.coverage").trigger()
    model, table = writing.coverage.model, writing.coverage.table
    qtbot.waitUntil(lambda: "Black_Hair" in model.names)
    row = model.names.index("Black_Hair")
    value, wrong = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
    assert [model.index(row, column).data(value) for column in range(LABEL, FIRST + 3)] == [False, None, True, None]
    assert model.index(row, FIRST + 1).data(wrong) is True
    assert model.is_untold("Wearing_Necklace")
    heads = [model.headerData(section, Qt.Orientation.Horizontal) for section in (0, LABEL, FIRST, FIRST + 9)]
    assert heads == ["Attribute", "is", "1", "10"]
    assert writing.coverage.summary.text().endswith("and no caption says so: the bold ones.")
    table.clicked.emit(model.index(row, FIRST + 1))
    assert editor(writing, 2).hasFocus()
    assert editor(writing, 2).selectedText() == "black hair"
    writing.coverage.all.setChecked(True)
    assert len(model.names) == 40


def test_another_sample_begins_without_marks(desk, writing, qtbot) -> None:
    click(writing, 2, "black hair")
    desk.action("sample.previous").trigger()
    assert writing.offers.popup.isHidden()
    assert writing.held.lines == ()
    desk.wait_for_sample()
    writing.look()
    assert not word(writing, 1, "She").is_wrong


def test_a_misspelt_word_says_so_under_the_pointer(writing, qtbot) -> None:
    hover(writing, 5, "smilling")
    qtbot.waitUntil(lambda: "“smilling” is in no dictionary" in editor(writing, 5).told)


def menu_texts(writing, line: int, of: object) -> list[str]:
    menu = QMenu()
    menu.addAction("Cut")
    writing.panel.menu_opening.emit(line, menu, of)
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def test_a_lines_menu_has_spellings_first_and_its_commands_last(desk, writing) -> None:
    texts = menu_texts(writing, 4, word(writing, 5, "smilling"))
    assert texts[0] == "smiling"
    cut = texts.index("Cut")
    assert texts[cut - 3 : cut - 2] == ["“smilling” is a word"]
    assert texts[cut - 2].startswith("Undo")
    assert texts[cut - 1].startswith("Redo")
    assert texts[cut + 1 : cut + 4] == ["Why it is contradicted…", "Say it in other words…", "What it said before…"]
    assert writing.panel.current == 4
    assert "Dismiss: it is right as it stands" not in texts


def test_a_lines_menu_dismisses_what_is_held_against_it(desk, writing, qtbot) -> None:
    menu = QMenu()
    writing.panel.menu_opening.emit(1, menu, None)
    next(action for action in menu.actions() if action.text().startswith("Dismiss")).trigger()
    qtbot.waitUntil(lambda: writing.held.lines == (2,))


def test_setting_the_attribute_shows_its_row_and_tells_what_still_contradicts(desk, writing, qtbot) -> None:
    sample = desk.session.sample
    desk.workspace.do(SetAttribute(sample, "Wearing_Hat", False))
    writing.look()
    desk.workspace.attributes.filter.setText("nose")
    click(writing, 3, "hat")
    choose(writing, "Set the attribute: Wearing hat is yes")
    assert desk.document.attributes(sample)["Wearing_Hat"] is True
    panel = desk.workspace.attributes
    index = panel.model.index(panel.model.row_of("Wearing_Hat"))
    assert panel.list.currentIndex() == index
    assert panel.list.viewport().rect().contains(panel.list.visualRect(index).center())
    assert desk.window.statusBar().currentMessage() == (
        "Wearing hat is yes now. What still contradicts: Caption 3 says wearing hat, but the mask shows no hat."
    )

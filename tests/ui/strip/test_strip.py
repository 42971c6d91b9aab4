"""The strip: a sentence whose words are menus, the options of the tool in hand, and what is kept of them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QSpinBox, QToolButton, QWidget

from app.faces.classes import CLASSES, bits_of
from app.imaging.compose import Area, Erase, Others
from app.imaging.intensity import Channel, PhotoRange
from app.ui.actions import TABLE
from app.ui.canvas.decorations.protected import Protected
from app.ui.canvas.tools import BUILT_IN
from app.ui.session import Session
from app.ui.strip.kept import kept_text, restore
from app.ui.strip.photo_range import toggle_range
from app.ui.strip.word import Word
from tests.formats.drawn import MULTI_MODAL
from tests.tiny_dataset import write
from tests.window_desk import Desk

LEFT = Qt.MouseButton.LeftButton


def lines(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def opened(word) -> QMenu:
    """The word's menu as it is when it opens."""
    word.menu().aboutToShow.emit()
    return word.menu()


def choose(menu: QMenu, text: str) -> None:
    next(action for action in menu.actions() if action.text() == text).trigger()


def submenu(menu: QMenu, title: str) -> QMenu:
    return next(action.menu() for action in menu.actions() if action.text() == title)


def test_every_word_sets_what_it_says(desk: Desk) -> None:
    strip, session = desk.workspace.strip, desk.session
    choose(opened(strip.class_word), "Left eyebrow  (l_brow)")
    choose(submenu(opened(strip.area_word), "only where"), "Skin  (skin)")
    choose(opened(strip.others_word), "draw behind")
    menu = opened(strip.locks_word)
    choose(menu, "Hair  (hair)")
    choose(menu, "Background")
    assert (session.face_class, session.area, session.area_class) == (6, Area.INSIDE, 1)
    assert (session.others, session.locked, session.background_locked) == (Others.BEHIND, bits_of("hair"), True)
    assert strip.text() == (
        "Painting l_brow · only where skin · others: draw behind · any tone · locked: background, hair"
    )
    choose(opened(strip.locks_word), "Unlock all")
    choose(opened(strip.area_word), "only on background")
    assert strip.text() == "Painting l_brow · only on background · others: draw behind · any tone · nothing locked"


def test_erasing_is_another_sentence(desk: Desk) -> None:
    strip, session = desk.workspace.strip, desk.session
    session.tool = "eraser"
    choose(submenu(opened(strip.erase_word), "only"), "Nose  (nose)")
    assert (session.erase_mode, session.face_class) == (Erase.THIS_CLASS, 2)
    assert strip.text() == "Erasing only nose · anywhere · any tone · nothing locked"
    session.tool = "brush"
    assert strip.text().startswith("Painting nose")
    session.erasing = True
    assert strip.text().startswith("Erasing only nose")


def test_tools_that_change_nothing_have_no_restrictions(desk: Desk) -> None:
    desk.session.tool = "hand"
    assert desk.workspace.strip.text() == "Drag to move the picture"


def test_rules_without_sense_on_an_index_map_are_greyed_with_the_reason(make_desk, tmp_path: Path) -> None:
    desk = make_desk()
    desk.open(write(tmp_path / "indexed", MULTI_MODAL))
    word = desk.workspace.strip.others_word
    greyed = [action.text() for action in opened(word).actions() if not action.isEnabled()]
    assert greyed == [
        "overwrite all  (the same as “show it” in an index map)",
        "allow overlap  (an index map keeps one class per pixel)",
    ]
    desk.session.others = Others.OVERLAP
    assert word.reading.whole == "others: show it"


def test_several_classes_are_locked_while_the_menu_stays(desk: Desk) -> None:
    menu = desk.workspace.strip.locks_word.menu()
    menu.popup(QPoint(100, 100))
    for name in ("Skin  (skin)", "Neck  (neck)"):
        action = next(action for action in menu.actions() if action.text() == name)
        place = menu.actionGeometry(action).center()
        QTest.mouseMove(menu, place)
        QTest.mouseClick(menu, LEFT, pos=place)
        assert menu.isVisible()
    menu.hide()
    assert desk.session.locked == bits_of("skin", "neck")


# Room


LONG = {
    "face_class": 7, "others": Others.OVERWRITE_VISIBLE, "area": Area.INSIDE_VISIBLE,
    "photo_range": PhotoRange(Channel.SKIN, 40, 180, inverted=True),
    "locked": bits_of("skin", "hair", "eye_g", "l_brow"),
}  # fmt: skip


@pytest.mark.parametrize("width", [1280, 1600, 1920])
def test_nothing_is_cut_off(desk: Desk, width: int) -> None:
    desk.window.resize(width, 800)
    session, strip = desk.session, desk.workspace.strip
    for name, value in LONG.items():
        setattr(session, name, value)
    for tool in BUILT_IN:
        session.tool = tool.name
        QApplication.processEvents()
        assert strip.width() == width
        assert strip.sentence.mapTo(strip, QPoint(strip.sentence.width(), 0)).x() <= width
        for word in strip.sentence.findChildren(Word):
            if word.isVisible():
                assert word.width() >= word.width_at(short=word.is_short), (tool.name, word.reading)
                assert word.geometry().right() < strip.sentence.width()
        for control in strip.options.findChildren(QWidget):
            if control.isVisible() and control.parentWidget() is strip.options:
                assert control.width() >= control.minimumSizeHint().width(), (tool.name, control.objectName())
                assert control.geometry().right() <= strip.options.width()


def test_the_words_shrink_only_where_there_is_no_room(desk: Desk) -> None:
    session, strip = desk.session, desk.workspace.strip
    for name, value in LONG.items():
        setattr(session, name, value)
    desk.window.resize(1280, 800)
    QApplication.processEvents()
    assert strip.range_word.is_short
    desk.window.resize(1920, 800)
    QApplication.processEvents()
    assert not strip.range_word.is_short
    assert not strip.class_word.is_short


# Tools and their options


def test_every_tool_has_its_button_and_the_options_it_declares(desk: Desk) -> None:
    column = [action.objectName() for action in desk.workspace.toolbox.actions() if not action.isSeparator()]
    assert column == [row.id for row in TABLE if row.group == "tool"]
    assert {name.removeprefix("tool.") for name in column} == {tool.name for tool in BUILT_IN}
    options = desk.workspace.strip.options
    for tool in (*BUILT_IN, *reversed(BUILT_IN)):
        desk.session.tool = tool.name
        QApplication.processEvents()
        keys = [control.option.key for control in options._controls]
        assert keys == [option.key for option in tool.options]
        assert not keys or options._controls[0].widget.isVisible()
        assert desk.workspace.strip.size_box.isVisible() == tool.shows_footprint


def test_the_column_of_tools_fits_the_smallest_window(desk: Desk) -> None:
    desk.window.resize(1280, 800)
    QApplication.processEvents()
    column = desk.workspace.toolbox
    for action in column.actions():
        button = column.widgetForAction(action)
        assert button.isVisible(), action.objectName()
        assert button.geometry().bottom() <= column.height()


def test_an_option_is_shown_and_set_in_the_strip_and_in_the_panel(desk: Desk, qtbot) -> None:
    session, options = desk.session, desk.workspace.strip.options
    tool = next(tool for tool in BUILT_IN if any(type(option.default) is int for option in tool.options))
    option = next(option for option in tool.options if type(option.default) is int)
    session.tool = tool.name
    control = next(control for control in options._controls if control.option.key == option.key)
    assert isinstance(control.widget, QSpinBox)
    control.widget.setValue(option.high)
    assert session.option(option.key, option.default) == option.high
    session.set_option(option.key, option.low)
    assert control.widget.value() == option.low


def test_where_options_do_not_fit_a_button_has_all_of_them(desk: Desk) -> None:
    desk.window.resize(1280, 800)
    QApplication.processEvents()
    strip = desk.workspace.strip
    strip.options.fit(0)
    more = desk.window.findChild(QToolButton, "moreOptions")
    assert more.isVisible()
    more.click()
    panel = QApplication.activePopupWidget()
    assert panel is not None
    wanted = next(tool for tool in BUILT_IN if tool.name == desk.session.tool).options
    assert all(panel.findChild(QWidget, option.key) is not None for option in wanted)
    panel.close()


# The range of the photo


def test_the_range_is_set_by_hand_and_shown_on_the_picture(desk: Desk) -> None:
    session, strip = desk.session, desk.workspace.strip
    shade = desk.workspace.area.photo.decorations[Protected]
    QTest.mouseClick(strip.range_word, LEFT)
    panel = strip.range_word.panel
    assert panel.isVisible()
    assert shade.is_on
    bars = panel.histogram
    QTest.mousePress(bars, LEFT, pos=QPoint(int(bars._x(0)), 30))
    QTest.mouseMove(bars, QPoint(round(bars._x(90)), 30))
    QTest.mouseRelease(bars, LEFT, pos=QPoint(round(bars._x(90)), 30))
    assert session.photo_range == PhotoRange(Channel.LIGHTNESS, 90, 255)
    panel.outside_box.click()
    assert session.photo_range == PhotoRange(Channel.LIGHTNESS, 90, 255, inverted=True)
    panel.hide()
    assert not shade.is_on
    assert strip.text().count("lightness not 90–255") == 1
    desk.action("mask.range").trigger()
    assert session.photo_range is None
    desk.action("mask.range").trigger()
    assert session.photo_range == PhotoRange(Channel.LIGHTNESS, 90, 255, inverted=True)


def test_a_range_that_was_only_looked_at_is_off_again(desk: Desk) -> None:
    strip = desk.workspace.strip
    QTest.mouseClick(strip.range_word, LEFT)
    strip.range_word.panel.hide()
    assert desk.session.photo_range is None


def test_the_range_of_a_class_holds_most_of_its_pixels(desk: Desk) -> None:
    strip, session = desk.workspace.strip, desk.session
    session.face_class = 1
    QTest.mouseClick(strip.range_word, LEFT)
    strip.range_word.panel.take_button.click()
    within = session.within()
    layer = (desk.bits & 1) != 0
    assert np.count_nonzero(within & layer) >= 0.9 * np.count_nonzero(layer)
    strip.range_word.panel.hide()


# What is kept


def test_tool_brush_rules_and_options_come_back(make_desk, dataset: Path) -> None:
    first = make_desk()
    first.open(dataset, "17")
    session = first.session
    session.tool, session.brush_size, session.face_class = "eraser", 33, 6
    session.erase_mode, session.area, session.area_class = Erase.ALL, Area.OUTSIDE, 13
    session.locked, session.background_locked = bits_of("nose"), True
    toggle_range(session)
    option = next(option for tool in BUILT_IN for option in tool.options if type(option.default) is bool)
    session.set_option(option.key, not option.default)
    said = first.workspace.strip.text()
    first.window.close()
    second = make_desk()
    second.open(dataset, "17")
    assert second.workspace.strip.text() == said
    assert second.session.brush_size == 33
    assert second.session.photo_range == PhotoRange()
    assert second.session.option(option.key, option.default) is not option.default


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "{", "null", "[" * 60_000,
        '{"tool": 3, "locked": 5, "options": [1]}', '{"area": "nowhere", "class": ["skin"]}',
        json.dumps({"options": {"range.low": "x", "range.high": 999, "range.channel": "odour", "nothing": 1}}),
        json.dumps({"brush_size": "12", "locked": ["tail", 3], "range": 1}),
    ],
)  # fmt: skip
def test_a_damaged_line_restores_nothing(qapp, text: str) -> None:
    session, plain = Session(), Session()
    restore(session, text)
    assert kept_text(session) == kept_text(plain)


def test_what_is_kept_is_restored_exactly(qapp) -> None:
    session, other = Session(), Session()
    session.tool, session.face_class, session.brush_shape_name = "hand", 18, "diamond"
    session.others, session.area, session.area_class = Others.BEHIND, Area.INSIDE, 4
    session.locked = bits_of(*(c.name for c in CLASSES[3:9]))
    restore(other, kept_text(session))
    assert kept_text(other) == kept_text(session)


def test_a_range_without_a_photo_says_so(desk: Desk) -> None:
    toggle_range(desk.session)
    assert "lightness 0–255 · " in desk.workspace.strip.text()
    desk.session.photo.show(None)
    desk.workspace.strip.refresh()
    assert "lightness 0–255 (no photo)" in desk.workspace.strip.text()


def test_a_number_gives_the_keys_back_to_the_picture(desk: Desk, qtbot) -> None:
    box, photo = desk.workspace.strip.size_box, desk.workspace.area.photo
    desk.focus(box)
    QTest.keyClick(box, Qt.Key.Key_Return)
    qtbot.waitUntil(photo.hasFocus)
    box.setFocus()
    size = desk.session.brush_size
    QTest.mouseClick(box, LEFT, pos=QPoint(box.width() - 6, 5))
    assert desk.session.brush_size == size + 1
    qtbot.waitUntil(photo.hasFocus)


def test_what_is_typed_after_a_click_takes_the_place_of_the_number_and_esc_gives_it_up(desk: Desk, qtbot) -> None:
    box, photo, session = desk.workspace.strip.size_box, desk.workspace.area.photo, desk.session
    session.brush_size = 12
    desk.focus(photo)
    QTest.mouseClick(box.lineEdit(), LEFT, pos=QPoint(12, 8))
    qtbot.waitUntil(lambda: box.lineEdit().hasSelectedText())
    QTest.keyClicks(box, "30")
    QTest.keyClick(box, Qt.Key.Key_Escape)
    assert (session.brush_size, box.text()) == (12, "12 px")
    qtbot.waitUntil(photo.hasFocus)
    QTest.mouseClick(box.lineEdit(), LEFT, pos=QPoint(12, 8))
    qtbot.waitUntil(lambda: box.lineEdit().hasSelectedText())
    QTest.keyClicks(box, "30")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert session.brush_size == 30
    qtbot.waitUntil(photo.hasFocus)


def test_what_the_rules_do_is_told_in_their_menus(desk: Desk) -> None:
    tips = {action.text(): action.toolTip() for action in opened(desk.workspace.strip.others_word).actions()}
    assert len(set(tips.values())) == len(Others)
    assert "keeps the classes beneath it" in tips["show it"]
    desk.action("tool.eraser").trigger()
    tips = {action.text(): action.toolTip() for action in opened(desk.workspace.strip.erase_word).actions()}
    assert "uncovers what is beneath it" in tips[Erase.TOPMOST.value]

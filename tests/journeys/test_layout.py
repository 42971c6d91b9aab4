"""The layout uses the room there is: all classes in the smallest window, more captions in a large one."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QMenu

from app.ui.docks import WIDE_RIGHT_WIDTH
from app.ui.panels.class_rows import NAME
from tests.tiny_dataset import EVERYTHING, write


def captions_seen(desk) -> int:
    """How many caption lines are on the screen whole."""
    panel = desk.workspace.captions
    view = panel._scroll.viewport()
    rows = [row.rect().translated(row.mapTo(view, row.rect().topLeft())) for row in panel._rows]
    return sum(view.rect().contains(row) for row in rows)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_all_classes_are_seen_in_a_framed_window_on_a_small_screen(desk, qtbot, theme: str) -> None:
    desk.window.resize(1280, 770)
    desk.window.theme.choose(theme)
    table = desk.workspace.classes.table

    def last_is_seen() -> None:
        last = table.visualRect(table.model().index(18, NAME))
        assert 0 < last.bottom() <= table.viewport().height()

    qtbot.waitUntil(last_is_seen)
    assert captions_seen(desk) == 6


def test_a_large_window_shows_all_ten_captions_and_a_large_picture(desk, qtbot) -> None:
    desk.window.resize(1920, 1050)
    qtbot.waitUntil(lambda: captions_seen(desk) == 10)
    assert desk.workspace.area.photo.height() >= 620
    desk.window.resize(1280, 800)
    qtbot.waitUntil(lambda: captions_seen(desk) == 6)
    assert desk.workspace.area.photo.height() >= 512


def test_a_layout_that_was_pulled_at_stays(desk, qtbot) -> None:
    place = desk.window.rect().topLeft().toPointF()
    left = Qt.MouseButton.LeftButton
    press = QMouseEvent(QEvent.Type.MouseButtonPress, place, place, left, left, Qt.KeyboardModifier.NoModifier)
    desk.window.setCursor(Qt.CursorShape.SplitVCursor)
    QApplication.sendEvent(desk.window, press)
    desk.window.unsetCursor()
    captions = desk.workspace.docks["captions"]
    pulled = captions.height() + 60
    desk.window.resizeDocks([captions], [pulled], Qt.Orientation.Vertical)
    desk.window.resize(1920, 1050)
    QApplication.processEvents()
    assert captions.height() == pulled


def test_a_panel_behind_a_tab_comes_to_the_front_with_the_focus(desk, qtbot) -> None:
    history, attributes = desk.workspace.docks["history"], desk.workspace.docks["attributes"]
    qtbot.waitUntil(lambda: not attributes.visibleRegion().isEmpty())
    assert history.visibleRegion().isEmpty()
    desk.focus(desk.workspace.history.list)
    qtbot.waitUntil(lambda: not history.visibleRegion().isEmpty())
    desk.focus(desk.workspace.attributes.filter)
    qtbot.waitUntil(lambda: not attributes.visibleRegion().isEmpty())


@pytest.mark.parametrize("layout", ["paint", "write", "review"])
def test_the_mask_is_seen_at_its_full_size_in_a_small_window(desk, qtbot, layout: str) -> None:
    desk.window.resize(1280, 800)
    desk.action(f"view.layout.{layout}").trigger()
    photo = desk.workspace.area.photo
    least = 512 if layout != "write" else 300
    qtbot.waitUntil(lambda: photo.height() >= least and photo.width() >= 512)
    assert captions_seen(desk) >= 6
    assert desk.workspace.docks["filmstrip"].isHidden()


def test_asking_for_a_panel_behind_a_tab_brings_it_to_the_front(desk, qtbot) -> None:
    history, attributes = desk.workspace.docks["history"], desk.workspace.docks["attributes"]
    action = desk.action("view.panel.history")
    qtbot.waitUntil(lambda: not attributes.visibleRegion().isEmpty())
    assert not action.isChecked()
    action.trigger()
    qtbot.waitUntil(lambda: not history.visibleRegion().isEmpty() and action.isChecked())
    assert not desk.action("view.panel.attributes").isChecked()
    assert not attributes.isHidden()
    action.trigger()
    assert history.isHidden()
    qtbot.waitUntil(lambda: not action.isChecked())


def test_no_layout_makes_the_window_larger_than_it_was(desk, qtbot) -> None:
    desk.window.resize(1280, 800)
    for layout in ("paint", "browse", "review", "write", "paint"):
        for panel in ("cleanup", "photo", "overlaps"):
            desk.action(f"view.panel.{panel}").trigger()
        desk.action(f"view.layout.{layout}").trigger()
        qtbot.wait(50)
        assert (desk.window.width(), desk.window.height()) == (1280, 800), layout
        assert desk.workspace.docks["cleanup"].isHidden()


def test_a_dataset_that_cannot_have_captions_gives_their_room_to_the_picture(make_desk, tmp_path, qtbot) -> None:
    without = {name: data for name, data in EVERYTHING.items() if not name.startswith("text/")}
    desk = make_desk()
    desk.window.resize(1920, 1050)
    desk.open(write(tmp_path / "without", without), "17")
    photo, captions = desk.workspace.area.photo, desk.workspace.docks["captions"]
    qtbot.waitUntil(lambda: photo.height() >= 750)
    assert captions.isVisible()
    desk.open(write(tmp_path / "with", EVERYTHING), "17")
    qtbot.waitUntil(lambda: captions_seen(desk) == 10)


def test_a_wide_window_shows_the_titles_of_all_panels_that_share_a_place(desk, qtbot) -> None:
    desk.window.resize(1920, 1050)
    desk.action("view.panel.cleanup").trigger()
    right = desk.workspace.docks["classes"]
    qtbot.waitUntil(lambda: right.width() >= WIDE_RIGHT_WIDTH)
    desk.window.resize(1280, 800)
    qtbot.waitUntil(lambda: right.width() < WIDE_RIGHT_WIDTH)


def test_a_closed_panel_gives_back_the_tab_it_was_put_in_front_of(desk, qtbot) -> None:
    desk.window.resize(1920, 1050)
    docks = desk.workspace.docks
    for front in ("history", "attributes"):
        docks[front].raise_()
        qtbot.waitUntil(lambda front=front: docks.is_seen(front))
        for close in (desk.action("view.panel.coverage").trigger, docks["coverage"].close):
            desk.action("view.panel.coverage").trigger()
            qtbot.waitUntil(lambda: docks.is_seen("coverage") and not docks["coverage"].isFloating())
            close()
            qtbot.waitUntil(lambda front=front: docks.is_seen(front))


def test_in_a_low_window_the_coverage_table_floats_and_shows_its_rows(desk, qtbot) -> None:
    desk.window.resize(1280, 800)
    docks, coverage = desk.workspace.docks, desk.workspace.writing.coverage
    desk.action("view.panel.coverage").trigger()
    qtbot.waitUntil(coverage.isVisible)
    assert docks["coverage"].isFloating()
    assert coverage.table.viewport().height() >= 14 * 18
    assert docks.is_seen("attributes")
    desk.action("view.panel.coverage").trigger()
    assert docks["coverage"].isHidden()
    desk.window.resize(1920, 1050)
    desk.action("view.panel.coverage").trigger()
    assert not docks["coverage"].isFloating()
    desk.action("view.panel.coverage").trigger()


def test_the_menu_of_captions_leads_to_the_table_and_to_the_next_contradiction(desk) -> None:
    menus = desk.window.findChildren(QMenu)
    captions = next(menu for menu in menus if desk.action("captions.past") in menu.actions())
    ids = [action.objectName() for action in captions.actions() if not action.isSeparator()]
    assert ids[-2:] == ["view.panel.coverage", "review.next_finding"]

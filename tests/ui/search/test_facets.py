"""Facets: counts, folding, and the three ways to ask for one."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QApplication, QMenu

from app.ui.search.facets import Facet, FacetGroup, FacetsView

GROUPS = (
    FacetGroup("classes", "Classes", (Facet("class:hat", "Hat", 3), Facet("class:eye_g", "Glasses", 1200))),
    FacetGroup("splits", "Splits", (Facet("split:test", "test", 0),)),
)


@pytest.fixture
def view(qtbot) -> FacetsView:
    made = FacetsView()
    qtbot.addWidget(made)
    made.facets.show_groups(GROUPS, 2400)
    made.resize(200, 300)
    with qtbot.waitExposed(made):
        made.show()
    return made


def listed(view: FacetsView) -> list[str]:
    return [view.facets.index(row).data() for row in range(view.facets.rowCount())]


def wishes(view: FacetsView) -> list[tuple[str, str]]:
    told: list[tuple[str, str]] = []
    view.toggled.connect(lambda term, meant: told.append((term, meant)))
    return told


def click(qtbot, view: FacetsView, row: int, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    place = view.visualRect(view.facets.index(row)).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, modifier, place)


def test_groups_and_their_lines_are_listed(view: FacetsView) -> None:
    assert listed(view) == ["Classes", "Hat", "Glasses", "Splits", "test"]
    spoken = view.facets.index(2).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Glasses: 1200 samples"


def test_a_click_asks_for_it_and_alt_click_leaves_it_out(view: FacetsView, qtbot) -> None:
    told = wishes(view)
    click(qtbot, view, 1)
    click(qtbot, view, 2, Qt.KeyboardModifier.AltModifier)
    click(qtbot, view, 2, Qt.KeyboardModifier.ControlModifier)
    assert told == [("class:hat", "ask"), ("class:eye_g", "exclude"), ("class:eye_g", "either")]


def test_the_keyboard_does_the_same(view: FacetsView, qtbot) -> None:
    told = wishes(view)
    view.setCurrentIndex(view.facets.index(4))
    qtbot.keyClick(view, Qt.Key.Key_Space)
    qtbot.keyClick(view, Qt.Key.Key_Minus)
    qtbot.keyClick(view, Qt.Key.Key_Plus)
    assert told == [("split:test", "ask"), ("split:test", "exclude"), ("split:test", "either")]


def test_a_menu_does_the_same_where_alt_click_is_taken_by_the_desktop(view: FacetsView) -> None:
    told = wishes(view)
    for row in (0, 2):
        place = view.visualRect(view.facets.index(row)).center()
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, view.viewport().mapToGlobal(place))
        QApplication.sendEvent(view.viewport(), event)
    [menu] = view.findChildren(QMenu, "facetMenu")
    for action in menu.actions():
        action.trigger()
    menu.close()
    assert told == [("class:eye_g", "ask"), ("class:eye_g", "exclude"), ("class:eye_g", "either")]


def test_a_folded_group_shows_what_is_searched_for(view: FacetsView, qtbot) -> None:
    click(qtbot, view, 0)
    assert listed(view) == ["Classes", "Splits", "test"]
    view.facets.show_active({"class:hat": False})
    assert listed(view) == ["Classes", "Hat", "Splits", "test"]
    assert view.facets.index(1).data(Qt.ItemDataRole.AccessibleTextRole) == "Hat: 3 samples, left out"
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert listed(view) == ["Classes", "Hat", "Glasses", "Splits", "test"]


def test_new_counts_leave_the_place_in_the_list(view: FacetsView) -> None:
    view.setCurrentIndex(view.facets.index(2))
    fewer = FacetGroup("classes", "Classes", (Facet("class:hat", "Hat", 1), Facet("class:eye_g", "Glasses", 7)))
    view.facets.show_groups((fewer, GROUPS[1]), 10)
    assert view.currentIndex().row() == 2
    assert view.facets.facet_at(2).count == 7

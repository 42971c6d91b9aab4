"""The panel of overlaps: what is lost, marked on the picture, under an order that is only looked in."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.faces.classes import CLASS_BY_NAME, CLASSES, OFFICIAL_PAINT_ORDER, SCHEMES
from app.imaging.overlaps import overlaps
from app.ui.paint_orders import NAMED, completed, title_of
from tests.tiny_dataset import contents
from tests.window_desk import Desk

HAT, CLOTH = CLASS_BY_NAME["hat"].id, CLASS_BY_NAME["cloth"].id
HAT_ON_TOP = (*(k for k in OFFICIAL_PAINT_ORDER if k != HAT), HAT)


@pytest.fixture
def panel(desk: Desk):
    desk.action("view.panel.overlaps").trigger()
    panel = desk.workspace.overlaps
    assert panel.isVisible()
    return panel


def pairs(panel) -> list[tuple[str, str, str]]:
    model = panel.model
    return [tuple(model.index(row, column).data() for column in range(3)) for row in range(model.rowCount())]


def expected(desk: Desk) -> list[tuple[str, str, str]]:
    found = overlaps(desk.bits, desk.session.paint_order).losses
    return [(CLASSES[loss.seen].title, CLASSES[loss.lost].title, f"{loss.pixels:,}") for loss in found]


def paint_overlap(desk: Desk) -> None:
    """Two classes over each other whatever the sample has."""
    desk.session.others_name = "allow overlap"
    for name in ("hat", "cloth"):
        desk.session.face_class = CLASS_BY_NAME[name].id
        desk.session.brush_size = 9
        middle = desk.bits.shape[0] / 2
        desk.stroke((middle, middle), (middle + 4, middle))


def test_the_pairs_are_those_of_the_mask_and_follow_edits_orders_and_samples(desk, panel, qtbot) -> None:
    paint_overlap(desk)
    qtbot.waitUntil(lambda: ("Clothing", "Hat") in [pair[:2] for pair in pairs(panel)])
    assert pairs(panel) == expected(desk)
    assert panel.total.text() == f"{overlaps(desk.bits).pixels:,} px lose a class"
    desk.session.shown_order = HAT_ON_TOP
    assert pairs(panel) == expected(desk)
    assert ("Hat", "Clothing") in [pair[:2] for pair in pairs(panel)]
    desk.action("sample.next").trigger()
    desk.wait_for_sample()
    qtbot.waitUntil(lambda: pairs(panel) == expected(desk))


def test_a_chosen_pair_is_marked_and_a_second_click_marks_all(desk, panel, qtbot) -> None:
    paint_overlap(desk)
    qtbot.waitUntil(lambda: ("Clothing", "Hat") in [pair[:2] for pair in pairs(panel)])
    row = [pair[:2] for pair in pairs(panel)].index(("Clothing", "Hat"))
    place = panel.table.visualRect(panel.model.index(row, 0)).center()
    QTest.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert desk.session.marked_pair == (CLOTH, HAT)
    assert "lost_pixels" in desk.session.aids
    assert panel.mark.isChecked()
    desk.session.shown_order = HAT_ON_TOP
    assert desk.session.marked_pair == (HAT, CLOTH)
    desk.session.shown_order = None
    QTest.mouseClick(panel.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert desk.session.marked_pair is None
    panel.mark.click()
    assert "lost_pixels" not in desk.session.aids


def test_an_order_is_chosen_sorted_and_left_and_no_file_hears_of_it(desk, panel, dataset) -> None:
    files, mask = contents(dataset), desk.bits.copy()
    place = panel.choice.findText("FaRL, facer, SegFace")
    panel.choice.setCurrentIndex(place)
    panel.choice.activated.emit(place)
    assert desk.session.paint_order == dict(NAMED)["FaRL, facer, SegFace"]
    assert panel.back.isEnabled()
    assert desk.action("view.dataset_order").isEnabled()
    panel.list.setCurrentRow(17)
    QTest.keyClick(panel.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert panel.choice.currentText() == "My own"
    assert desk.session.paint_order[:2] == dict(NAMED)["FaRL, facer, SegFace"][1::-1]
    assert panel.list.currentRow() == 16
    panel.back.click()
    assert desk.session.shown_order is None
    assert panel.list.names()[0] == CLASSES[desk.document.store.paint_order[0]].name
    assert panel.choice.currentText() == "The dataset's"
    assert not panel.back.isEnabled()
    assert np.array_equal(desk.bits, mask)
    assert contents(dataset) == files


def test_an_order_that_is_the_datasets_is_no_other_order(desk, panel) -> None:
    desk.session.shown_order = HAT_ON_TOP
    panel.choice.setCurrentIndex(1)
    panel.choice.activated.emit(1)
    assert panel.choice.currentText() == "The dataset's"
    assert desk.session.shown_order is None


def test_in_a_low_panel_pairs_and_order_take_turns(desk, panel) -> None:
    panel.resize(260, 200)
    assert panel.table.isVisible() != panel.list.isVisible()
    assert panel.sort.isVisible()
    panel.sort.click()
    assert panel.list.isVisible()
    assert not panel.table.isVisible()


@pytest.mark.parametrize("scheme", SCHEMES, ids=lambda scheme: scheme.name)
def test_every_known_order_has_all_classes_and_a_name(scheme) -> None:
    order = completed(scheme.paint_order)
    assert sorted(order) == list(OFFICIAL_PAINT_ORDER)
    assert order[-len(scheme.paint_order) :] == scheme.paint_order
    assert any(title_of(order) == other.title for other in SCHEMES if completed(other.paint_order) == order)


def test_keys_switch_comparing_and_aids(desk) -> None:
    canvas = desk.workspace.area.photo
    desk.focus(canvas)
    key, ctrl, alt = Qt.Key.Key_Backslash, Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
    QTest.keyClick(canvas, key, ctrl)
    assert desk.session.comparison.wipes
    assert desk.action("view.wipe").isChecked()
    QTest.keyClick(canvas, key, alt)
    assert desk.session.comparison.shows_difference
    desk.action("view.compare.disk").trigger()
    assert desk.session.comparison.source == "disk"
    assert desk.action("view.compare.disk").isChecked()
    assert not desk.action("view.compare.opened").isChecked()
    QTest.keyPress(canvas, key)
    assert desk.session.comparison.shows_before
    QTest.qWait(300)
    QTest.keyRelease(canvas, key)
    assert not desk.session.comparison.shows_before
    for is_shown in (True, False):
        QTest.keyClick(canvas, key)
        assert desk.session.comparison.shows_before == is_shown
    for aid in ("hover_card", "thirds", "face_axis", "rulers", "mini_map", "lost_pixels"):
        before = aid in desk.session.aids
        desk.action(f"view.{aid}").trigger()
        assert (aid in desk.session.aids) != before
        assert desk.action(f"view.{aid}").isChecked() != before
    desk.action("view.grid").trigger()
    assert not desk.session.grid_on


def test_aids_are_there_again_at_the_next_start(own_home, make_desk, dataset) -> None:
    for kept in (frozenset({"rulers", "thirds"}), frozenset()):
        first = make_desk()
        first.open(dataset)
        first.session.aids = kept
        first.window.leave()
        again = make_desk()
        again.open(dataset)
        assert again.session.aids == kept

"""The clean-up panel in the real window: proposals are shown, nothing is touched before Apply, one step does it."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QScrollArea

from app.faces.classes import CLASS_BY_NAME
from app.imaging.cleanup import OPERATORS
from app.ui.actions import TABLE
from app.ui.canvas.decorations.cleanup_marks import CleanupMarks
from app.ui.cleanup.controls import AmountControl, Choice
from app.ui.cleanup.desk import CleanupDesk

HAIR = CLASS_BY_NAME["hair"].id


@pytest.fixture
def cleanup(desk) -> CleanupDesk:
    """The desk's clean-up, opened with median smoothing, hair in hand."""
    desk.session.face_class = HAIR
    desk.action("cleanup.smooth.median").trigger()
    return desk.workspace.cleanup


def proposed(qtbot, cleanup: CleanupDesk) -> None:
    """Wait for the proposal of what is asked now."""
    qtbot.waitUntil(lambda: cleanup._proposal is not None and not cleanup._timer.isActive())


def test_every_operator_is_an_action_and_every_action_an_operator() -> None:
    rows = {row.id: row.text for row in TABLE if row.menu == "Mask/Clean-up" and row.id != "cleanup.repeat"}
    assert rows == {f"cleanup.{operator.name}": f"{operator.title}…" for operator in OPERATORS}


def test_each_action_opens_the_panel_with_its_operator(desk) -> None:
    panel = desk.workspace.cleanup.panel
    for operator in OPERATORS:
        desk.action(f"cleanup.{operator.name}").trigger()
        assert panel.isVisible()
        assert panel.operator is operator
        assert panel.operators.currentText() == operator.title
        assert set(panel._form.controls) == {parameter.name for parameter in operator.parameters}
        assert panel.values() == dict(operator.values())


def test_the_panel_is_shown_only_on_request_and_shares_the_place_of_the_attributes(desk) -> None:
    dock = desk.workspace.docks["cleanup"]
    assert dock.isHidden()
    height = desk.workspace.area.photo.height()
    desk.action("view.panel.cleanup").trigger()
    assert not dock.isHidden()
    assert desk.workspace.docks["attributes"] in desk.window.tabifiedDockWidgets(dock)
    assert desk.workspace.area.photo.height() == height


def test_a_proposal_touches_nothing_and_applying_it_is_one_step(desk, cleanup, qtbot) -> None:
    before = desk.bits.copy()
    cleanup.open("logic.invert")
    proposed(qtbot, cleanup)
    assert np.array_equal(desk.bits, before)
    expected = cleanup._proposal.after
    assert not np.array_equal(expected, before)
    marks = desk.workspace.area.photo.decorations[CleanupMarks]
    assert marks.shows_change
    cleanup.panel.apply.click()
    assert np.array_equal(desk.bits, expected)
    assert desk.document.undo_label(desk.session.sample) == "Invert: hair"
    desk.action("edit.undo").trigger()
    assert np.array_equal(desk.bits, before)


def test_enter_applies_and_escape_goes_back_to_the_picture(desk, cleanup, qtbot) -> None:
    cleanup.open("logic.clear")
    proposed(qtbot, cleanup)
    desk.focus(cleanup.panel.operators)
    qtbot.keyClick(cleanup.panel.operators, Qt.Key.Key_Return)
    assert not (desk.bits & (1 << (HAIR - 1))).any()
    qtbot.keyClick(cleanup.panel.operators, Qt.Key.Key_Escape)
    assert desk.workspace.area.photo.hasFocus()


def test_the_figures_are_those_of_the_proposal(desk, cleanup, qtbot) -> None:
    cleanup.open("logic.clear")
    proposed(qtbot, cleanup)
    found = cleanup._proposal.difference
    gains = cleanup.panel.gains
    assert gains.words.text() == f"{found.pixels:,} pixels would change"
    told = {line[1].text(): (line[2].text(), line[3].text()) for line in gains.lines if line[1].isVisible()}
    assert told["Hair"] == ("", f"−{found.lost[HAIR]:,}")


def test_every_change_of_wish_mask_or_rules_makes_a_new_proposal(desk, cleanup, qtbot) -> None:
    cleanup.open("logic.clear")
    proposed(qtbot, cleanup)
    changes = [
        lambda: setattr(desk.session, "face_class", 1),
        lambda: setattr(desk.session, "locked", 1 << 4),
        lambda: cleanup.panel.targets.mode.activated.emit(1),
        lambda: desk.stroke((3, 3), (6, 6)),
        cleanup.panel.ignores.click,
    ]
    for change in changes:
        before = cleanup._proposal
        change()
        assert cleanup._proposal is None
        proposed(qtbot, cleanup)
        assert cleanup._proposal is not before
    assert len(cleanup._proposal.wish.targets) == 18


def test_a_locked_class_is_left_alone_even_without_restrictions(desk, cleanup, qtbot) -> None:
    before = desk.bits.copy()
    desk.session.locked = 1 << (HAIR - 1)
    cleanup.panel.ignores.click()
    cleanup.open("logic.clear")
    proposed(qtbot, cleanup)
    assert cleanup.panel.gains.words.text() == "Nothing would change"
    assert not cleanup.panel.apply.isEnabled()
    assert np.array_equal(desk.bits, before)


def test_ignoring_the_restrictions_is_named_in_the_step(desk, cleanup, qtbot) -> None:
    desk.session.area_name = "only background"
    cleanup.open("logic.clear")
    proposed(qtbot, cleanup)
    assert not cleanup._proposal.difference.pixels
    cleanup.panel.ignores.click()
    proposed(qtbot, cleanup)
    cleanup.panel.apply.click()
    assert desk.document.undo_label(desk.session.sample) == "Clear: hair, ignoring restrictions"


def test_controls_change_the_parameters_and_keep_them(desk, cleanup) -> None:
    cleanup.open("margin.grow")
    panel = cleanup.panel
    amount, side = panel._form.controls["distance"], panel._form.controls["side"]
    assert isinstance(amount, AmountControl)
    assert isinstance(side, Choice)
    amount.box.setValue(3.5)
    side.activated.emit(side.findData("up"))
    assert panel.values() == {"distance": 3.5, "towards": -1, "side": "up"}
    amount.slider.setValue(0)
    assert amount.box.value() == 1.0
    cleanup.open("logic.clear")
    cleanup.open("margin.grow")
    assert panel.values() == {"distance": 1.0, "towards": -1, "side": "up"}


def test_tab_goes_from_the_operator_down_to_the_button(desk, cleanup, qtbot) -> None:
    cleanup.open("margin.hollow")
    panel, form = cleanup.panel, cleanup.panel._form
    expected = [
        panel.operators, panel.targets.mode, form.controls["thickness"].box, form.controls["border"],
        form.controls["freed"], panel.ignores, panel.apply,
    ]  # fmt: skip
    proposed(qtbot, cleanup)
    for widget in expected:
        assert desk.window.focusWidget() is widget
        qtbot.keyClick(widget, Qt.Key.Key_Tab)


def test_background_in_hand_says_what_to_do(desk, cleanup, qtbot) -> None:
    desk.session.face_class = 0
    qtbot.waitUntil(lambda: "Choose a class" in cleanup.panel.gains.words.text())
    assert not cleanup.panel.apply.isEnabled()


def test_chosen_classes_are_those_ticked(desk, cleanup, qtbot) -> None:
    targets = cleanup.panel.targets
    targets.mode.activated.emit(3)
    assert targets.targets() == ()
    qtbot.mouseClick(targets.ticks[2], Qt.MouseButton.LeftButton)
    qtbot.mouseClick(targets.ticks[13], Qt.MouseButton.LeftButton)
    assert targets.targets() == (2, 13)
    targets.mode.activated.emit(2)
    desk.session.visible = 0b111
    assert targets.targets() == (1, 2, 3)


def test_the_last_clean_up_is_repeated_without_the_panel(desk, cleanup, qtbot) -> None:
    cleanup.open("logic.clear")
    desk.workspace.docks["cleanup"].hide()
    assert not desk.workspace.area.photo.decorations[CleanupMarks].shows_change
    desk.action("cleanup.repeat").trigger()
    qtbot.waitUntil(lambda: not (desk.bits & (1 << (HAIR - 1))).any())


def test_the_threshold_range_becomes_the_range_for_tools(desk, cleanup, qtbot) -> None:
    cleanup.open("threshold.range")
    qtbot.mouseClick(cleanup.panel.use_range, Qt.MouseButton.LeftButton)
    assert desk.session.photo_range is not None
    qtbot.mouseClick(cleanup.panel.use_range, Qt.MouseButton.LeftButton)
    assert desk.session.photo_range is None


def test_leaving_a_sample_takes_the_marks_away(desk, cleanup, qtbot) -> None:
    cleanup.open("logic.clear")
    proposed(qtbot, cleanup)
    marks = desk.workspace.area.photo.decorations[CleanupMarks]
    first = cleanup._proposal
    desk.action("sample.next").trigger()
    desk.wait_for_sample()
    proposed(qtbot, cleanup)
    assert cleanup._proposal.wish.sample == desk.session.sample != first.wish.sample
    desk.action("file.close").trigger()
    assert not marks.is_on


def test_the_reach_is_shown_for_a_moment_while_it_is_set(desk, cleanup, qtbot) -> None:
    marks = desk.workspace.area.photo.decorations[CleanupMarks]
    proposed(qtbot, cleanup)
    cleanup.panel._form.controls["radius"].box.setValue(12)
    assert marks.is_on
    assert marks._reach == 12
    qtbot.waitUntil(lambda: marks._reach is None)


def test_nothing_is_applied_under_a_stroke(desk, cleanup, qtbot) -> None:
    cleanup.open("logic.clear")
    proposed(qtbot, cleanup)
    desk.press(4, 4)
    during = desk.bits.copy()
    desk.action("cleanup.repeat").trigger()
    assert np.array_equal(desk.bits, during)
    assert cleanup.panel.gains.words.text() == "Finish what you are drawing first."
    desk.release(4, 4)
    proposed(qtbot, cleanup)


def test_no_operator_needs_more_width_than_the_panel_has(desk, cleanup, qtbot) -> None:
    panel = cleanup.panel
    scroll = panel.findChild(QScrollArea)
    for operator in OPERATORS:
        cleanup.open(operator.name)
        qtbot.wait(1)
        content = scroll.widget()
        assert content.minimumSizeHint().width() <= scroll.viewport().width(), operator.name
        assert content.x() == 0
        for control in panel._form.controls.values():
            # A row that does not fit puts its control below its label, which costs a line.
            assert control.x() > 40, (operator.name, control.objectName())


def test_no_control_is_cut_off_in_the_smallest_window(desk) -> None:
    desk.window.resize(1280, 800)
    dock = desk.workspace.docks["cleanup"]
    for operator in OPERATORS:
        desk.action(f"cleanup.{operator.name}").trigger()
        QApplication.processEvents()
        for control in desk.workspace.cleanup.panel._form.controls.values():
            assert control.mapTo(dock, control.rect().topRight()).x() <= dock.rect().right(), operator.name


def test_what_was_applied_is_seen_without_the_marks_of_doing_it_again(desk, cleanup, qtbot) -> None:
    cleanup.open("logic.invert")
    proposed(qtbot, cleanup)
    assert cleanup.marks.shows_change
    cleanup.panel.apply.click()
    proposed(qtbot, cleanup)
    assert cleanup.panel.apply.isEnabled()
    assert not cleanup.marks.shows_change
    cleanup.open("logic.invert")
    proposed(qtbot, cleanup)
    assert cleanup.marks.shows_change
    cleanup.panel.apply.click()
    desk.action("edit.undo").trigger()
    proposed(qtbot, cleanup)
    assert cleanup.marks.shows_change

"""The history panel in the real window: lines, branches, pictures, all samples, and the box that lights up."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QModelIndex, QPointF, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QAbstractItemView

from app.ui.canvas.decorations.flash import Flash
from app.ui.history.delegate import SIDE
from app.ui.history.lines import Kind, Line
from app.ui.history.pictures import KEPT, WAITING, Wanted
from app.ui.panels.history import HistoryPanel
from tests.window_desk import Desk


def panel_of(desk: Desk, qtbot) -> HistoryPanel:
    desk.workspace.docks["history"].raise_()
    panel = desk.workspace.history
    qtbot.waitUntil(lambda: panel._is_seen)
    return panel


def told(panel: HistoryPanel) -> list[tuple[Kind, str, bool, bool]]:
    return [(line.kind, line.label, line.is_done, line.is_current) for line in panel.here.lines]


def click(qtbot, view: QAbstractItemView, row: int) -> None:
    view.scrollTo(view.model().index(row, 0))
    qtbot.mouseClick(
        view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(view.model().index(row, 0)).center()
    )


def everywhere(panel: HistoryPanel, qtbot) -> list[Line]:
    panel.tabs.setCurrentIndex(1)
    qtbot.waitUntil(lambda: panel._asking is None)
    return panel.everywhere.lines


def test_steps_are_named_and_a_click_goes_there(desk: Desk, qtbot) -> None:
    panel = panel_of(desk, qtbot)
    start = desk.bits.copy()
    desk.stroke((12, 12), (15, 15))
    desk.stroke((20, 20), (24, 24))
    after = desk.bits.copy()
    assert [line[1:] for line in told(panel)] == [
        ("As it was opened", True, False),
        ("Brush skin", True, False),
        ("Brush skin", True, True),
    ]
    click(qtbot, panel.list, 0)
    assert np.array_equal(desk.bits, start)
    assert [line[2:] for line in told(panel)] == [(True, True), (False, False), (False, False)]
    click(qtbot, panel.list, 2)
    assert np.array_equal(desk.bits, after)
    assert panel.list.currentIndex().row() == 2


def test_a_new_step_adds_one_line_and_leaves_the_others_alone(desk: Desk, qtbot) -> None:
    panel = panel_of(desk, qtbot)
    QAbstractItemModelTester(panel.here, QAbstractItemModelTester.FailureReportingMode.Fatal)
    desk.stroke((12, 12), (15, 15))
    resets: list[int] = []
    added: list[int] = []
    panel.here.modelReset.connect(lambda: resets.append(1))
    panel.here.rowsInserted.connect(lambda _parent, first, last: added.append(last - first + 1))
    desk.stroke((20, 20), (24, 24))
    desk.stroke((30, 12), (34, 14))
    assert (resets, added) == ([], [1, 1])
    assert [line[3] for line in told(panel)] == [False, False, False, True]
    desk.action("edit.undo").trigger()
    assert [line[2:] for line in told(panel)] == [(True, False), (True, False), (True, True), (False, False)]


def test_what_was_undone_before_something_else_is_a_line_that_brings_it_back(desk: Desk, qtbot) -> None:
    panel = panel_of(desk, qtbot)
    desk.stroke((12, 12), (15, 15))
    desk.stroke((20, 20), (24, 24))
    lost = desk.bits.copy()
    desk.action("edit.undo").trigger()
    desk.action("edit.undo").trigger()
    desk.stroke((30, 12), (34, 14))
    kept = desk.bits.copy()
    kinds = [line.kind for line in panel.here.lines]
    assert kinds == [Kind.OPENED, Kind.BRANCH, Kind.STEP]
    assert panel.here.lines[1].detail.endswith("· and 1 more, undone, then left")
    click(qtbot, panel.list, 1)
    assert np.array_equal(desk.bits, lost)
    assert [line.kind for line in panel.here.lines] == [Kind.OPENED, Kind.BRANCH, Kind.STEP, Kind.STEP]
    click(qtbot, panel.list, 1)
    assert np.array_equal(desk.bits, kept)


def test_a_panel_out_of_sight_does_nothing_until_it_is_seen(desk: Desk, qtbot) -> None:
    panel = desk.workspace.history
    assert panel.visibleRegion().isEmpty()
    desk.stroke((12, 12), (15, 15))
    assert [line.kind for line in panel.here.lines] == []
    panel_of(desk, qtbot)
    assert [line.kind for line in panel.here.lines] == [Kind.OPENED, Kind.STEP]


def test_pictures_are_made_for_lines_that_are_seen(desk: Desk, qtbot) -> None:
    panel = panel_of(desk, qtbot)
    desk.session.face_class = 2
    desk.stroke((12, 12), (15, 15))
    line = panel.here.lines[1]
    wanted = Wanted(
        line.sample, line.step, round(SIDE * panel.devicePixelRatioF()), desk.session.outline_style().palette
    )
    qtbot.waitUntil(lambda: panel._pictures.picture(wanted) is not None)
    image = panel._pictures.picture(wanted)
    assert (image.width(), image.height()) == (wanted.side, wanted.side)
    colours = {image.pixelColor(x, y).getRgb()[:3] for x in range(image.width()) for y in range(image.height())}
    assert wanted.palette.colours[2] in colours


def test_wishes_and_pictures_are_bounded(desk: Desk, qtbot) -> None:
    panel = panel_of(desk, qtbot)
    pictures = panel._pictures
    palette = desk.session.outline_style().palette
    for step in range(1, 500):
        pictures.picture(Wanted(desk.session.sample, step, 8, palette))
    assert len(pictures._waiting) <= WAITING
    qtbot.waitUntil(lambda: pictures._running is None and not pictures._waiting)
    assert len(pictures._kept) <= KEPT


def test_nothing_is_said_to_be_edited_only_when_it_was_looked_for(desk: Desk, qtbot) -> None:
    panel = panel_of(desk, qtbot)
    panel.tabs.setCurrentIndex(1)
    assert panel._asking is None or panel.nothing.isHidden()
    everywhere(panel, qtbot)
    assert panel.nothing.isVisible()


def test_everywhere_lists_the_newest_steps_of_all_samples_and_a_click_goes_there(desk: Desk, qtbot) -> None:
    panel = panel_of(desk, qtbot)
    panel.tabs.setCurrentIndex(1)
    qtbot.waitUntil(panel.nothing.isVisible)
    desk.stroke((12, 12), (15, 15))
    first = desk.session.sample
    desk.action("sample.next").trigger()
    desk.wait_for_sample()
    desk.stroke((20, 20), (24, 24))
    qtbot.waitUntil(lambda: len(panel.everywhere.lines) == 2)
    second = desk.session.sample
    assert [line.label for line in panel.everywhere.lines] == [f"{second} · Brush skin", f"{first} · Brush skin"]
    click(qtbot, panel.all_list, 1)
    desk.wait_for_sample()
    assert desk.session.sample == first
    flash = desk.workspace.area.photo.decorations[Flash]
    qtbot.waitUntil(lambda: flash.box is not None)


def test_undo_there_takes_a_step_of_another_sample_back(desk: Desk, qtbot) -> None:
    panel = panel_of(desk, qtbot)
    before = desk.bits.copy()
    desk.stroke((12, 12), (15, 15))
    desk.stroke((20, 20), (24, 24))
    first = desk.session.sample
    desk.action("sample.next").trigger()
    desk.wait_for_sample()
    desk.document.wait(5)
    lines = everywhere(panel, qtbot)
    oldest = max(row for row, line in enumerate(lines) if line.sample == first)
    panel.all_list.setCurrentIndex(panel.everywhere.index(oldest, 0))
    assert (panel.undo_there.accessibleName(), panel.undo_there.text()) == ("Undo 2 steps there", "2")
    panel.undo_there.click()
    assert desk.session.sample != first
    assert np.array_equal(desk.document.mask(first).bits, before)
    qtbot.waitUntil(lambda: not any(line.is_done for line in panel.everywhere.lines))
    assert panel.undo_there.accessibleName() == "Redo there"
    panel.undo_there.click()
    assert len([step for step in desk.document.history(first) if step.is_done]) == 1


def test_undo_and_redo_light_up_what_changed_and_it_goes_by_itself(desk: Desk, qtbot) -> None:
    flash = desk.workspace.area.photo.decorations[Flash]
    desk.session.face_class, desk.session.brush_size = 2, 3
    desk.stroke((12, 12), (20, 12))
    assert flash.box is None
    desk.action("edit.undo").trigger()
    box = flash.box
    assert box is not None
    assert (box.x, box.y, box.width, box.height) == (11, 11, 11, 3)
    qtbot.waitUntil(lambda: not flash.is_on, timeout=3000)
    desk.action("edit.redo").trigger()
    assert flash.box == box
    desk.action("sample.next").trigger()
    assert flash.box is None


def test_undo_scrolls_to_what_changed_only_when_it_is_off_screen(desk: Desk) -> None:
    viewport = desk.workspace.area.viewport
    desk.session.face_class, desk.session.brush_size = 2, 3
    desk.stroke((12, 12), (14, 12))
    viewport.set_zoom(64.0)
    viewport.show_at(viewport.zoom, QPointF(0.9, 0.9))
    desk.action("edit.undo").trigger()
    height, width = desk.bits.shape
    assert abs(viewport.centre.x() - 13.5 / width) < 0.02
    assert abs(viewport.centre.y() - 12.5 / height) < 0.02
    centre = viewport.centre
    desk.action("edit.redo").trigger()
    assert viewport.centre == centre


def test_no_picture_touches_the_mask_and_closing_in_the_midst_is_quiet(desk: Desk, qtbot) -> None:
    panel = panel_of(desk, qtbot)
    desk.stroke((12, 12), (15, 15))
    kept = desk.bits.copy()
    palette = desk.session.outline_style().palette
    for step in range(50):
        panel._pictures.picture(Wanted(desk.session.sample, step, 34, palette))
    assert np.array_equal(desk.bits, kept)
    desk.action("file.save").trigger()
    desk.saved()
    desk.action("file.close").trigger()
    assert panel.here.rowCount(QModelIndex()) == 0
    assert panel._pictures._running is None or panel._pictures._running.done()

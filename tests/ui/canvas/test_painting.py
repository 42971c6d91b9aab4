"""Strokes land where the cursor is, have no gaps, end cleanly and undo exactly: with real events."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from conftest import Desk
from drawn_store import DrawnStore
from mouse import ALT, LEFT, NONE, PLAIN, RIGHT, SHIFT, drag, move, press, release
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QEnterEvent, QFocusEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.document.edits import NewMask
from app.faces.classes import CLASS_BY_NAME, bits_of
from app.faces.sample import Modality
from app.imaging.compose import Erase, Operation, apply
from app.imaging.footprint import BrushShape, placed, swept

CLOTH = CLASS_BY_NAME["cloth"]


def painted(desk: Desk, points: list[tuple[float, float]], **operation: object) -> np.ndarray:
    """The bits that a stroke through mask points should leave, from the gate and the footprint alone."""
    bits = desk.store.read_mask(desk.session.sample).value.bits
    covered = np.zeros(bits.shape, bool)
    size, shape = desk.session.brush_size, desk.session.brush_shape
    for start, end in zip(points, points[1:] or points, strict=False):
        region, part = swept(start, end, size, shape, bits.shape)
        covered[region.slices] |= part
    apply(bits, covered, Operation(desk.session.face_class, **operation))
    return bits


@pytest.mark.parametrize("zoom", [0.1, 0.25, 0.5, 0.67, 1, 1.5, 2, 4, 8, 16, 64])
@pytest.mark.parametrize("centre", [(0.5, 0.5), (0.431, 0.377)])
def test_a_stroke_lands_where_the_cursor_is(cloth, zoom, centre) -> None:
    cloth.session.brush_size = 5
    cloth.canvas.viewport.show_at(zoom, QPointF(*centre))
    middle = QPointF(cloth.canvas.rect().center())
    positions = [QPointF((middle + QPointF(*d)).toPoint()) for d in ((0, 0), (17, 9), (23, -11), (-40, 3))]
    place, ratio = cloth.canvas.placement(), cloth.bits.shape[1] / cloth.canvas.picture_size().width()
    device = [p * cloth.canvas.devicePixelRatioF() for p in positions]
    points = [((p.x() - place.x) / place.scale * ratio, (p.y() - place.y) / place.scale * ratio) for p in device]
    drag(cloth, positions)
    assert np.array_equal(cloth.bits, painted(cloth, points))


@pytest.mark.parametrize("scale", ["1.5", "2"])
def test_strokes_land_on_scaled_screens_too(scale) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-k", "lands_where_the_cursor_is", __file__]
    environment = os.environ | {"QT_SCALE_FACTOR": scale, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "22 passed" in done.stdout


def test_a_new_mask_can_be_painted_at_once(desk_on, tmp_path) -> None:
    store = DrawnStore(tmp_path)
    store.missing = {store.sample_ids[0]: {Modality.MASK}}
    desk = desk_on(store)
    desk.document.do(NewMask(store.sample_ids[0], (512, 512)))
    assert desk.canvas.placeholder.text == ""
    desk.session.face_class = CLOTH.id
    drag(desk, [desk.position(200, 200)])
    assert desk.bits[200, 200] == CLOTH.bit


def test_the_pixel_under_the_pointer_is_the_pixel_painted(cloth) -> None:
    cloth.session.brush_size = 1
    for zoom, x, y in ((2.0, 200, 300), (8.0, 256, 256), (32.0, 250, 261)):
        cloth.canvas.viewport.show_at(zoom, QPointF(0.5, 0.5))
        hovered = []
        cloth.session.pixel_hovered.connect(lambda *pixel, hovered=hovered: hovered.append(pixel))
        drag(cloth, [cloth.position(x + 0.5, y + 0.5)])
        assert hovered[-1] == (x, y)
        assert cloth.bits[y, x] & CLOTH.bit
    assert int((cloth.bits & CLOTH.bit != 0).sum()) == 3


def test_a_click_paints_one_footprint(cloth) -> None:
    cloth.session.brush_size = 20
    drag(cloth, [cloth.position(100, 100)])
    assert np.array_equal(cloth.bits, painted(cloth, [(100, 100)]))


def test_a_jump_leaves_no_gap(cloth) -> None:
    cloth.session.brush_size = 3
    drag(cloth, [cloth.position(60, 80), cloth.position(440, 390)])
    covered = cloth.bits & CLOTH.bit != 0
    columns = np.flatnonzero(covered.any(0))
    assert list(columns) == list(range(columns[0], columns[-1] + 1))
    assert columns[-1] - columns[0] > 370
    assert covered.sum(0)[columns].min() >= 1


def test_undo_and_redo_are_exact(cloth) -> None:
    sample, before = cloth.session.sample, cloth.bits.copy()
    drag(cloth, [cloth.position(200, 200), cloth.position(260, 220)])
    after = cloth.bits.copy()
    assert not np.array_equal(before, after)
    assert cloth.document.undo_label(sample) == "Brush cloth"
    cloth.document.undo(sample)
    assert np.array_equal(cloth.bits, before)
    cloth.document.redo(sample)
    assert np.array_equal(cloth.bits, after)


def test_right_drag_erases_and_a_right_click_asks_for_the_menu(cloth, qtbot) -> None:
    here = cloth.position(256, 290)
    with qtbot.waitSignal(cloth.canvas.context_menu_requested):
        drag(cloth, [here, here + QPointF(2, 0)], RIGHT)
    assert cloth.document.undo_label(cloth.session.sample) is None
    start, end = cloth.position(256, 290), cloth.position(300, 290)
    with qtbot.assertNotEmitted(cloth.canvas.context_menu_requested):
        drag(cloth, [start, end], RIGHT)
    points = [cloth.canvas.mask_point(p) for p in (start, end)]
    assert np.array_equal(cloth.bits, painted(cloth, points, erase=Erase.TOPMOST))
    assert cloth.document.undo_label(cloth.session.sample) == "Erase"


def test_shift_click_draws_a_straight_line_from_the_last_point(cloth) -> None:
    cloth.session.brush_size = 3
    canvas = cloth.canvas
    drag(cloth, [cloth.position(50, 50)])
    move(cloth, cloth.position(150, 90), NONE, SHIFT)
    assert canvas._line.region is not None
    drag(cloth, [cloth.position(150, 90)], LEFT, SHIFT)
    assert canvas._line.region is None
    first, last = canvas.mask_point(cloth.position(50, 50)), canvas.mask_point(cloth.position(150, 90))
    expected = painted(cloth, [first, last])
    assert np.array_equal(cloth.bits, expected)


def test_shift_click_without_a_last_point_paints_one_footprint(cloth) -> None:
    point = cloth.canvas.mask_point(cloth.position(50, 50))
    drag(cloth, [cloth.position(50, 50)], LEFT, SHIFT)
    assert np.array_equal(cloth.bits, painted(cloth, [point]))


def start_stroke(desk: Desk) -> np.ndarray:
    before = desk.bits.copy()
    press(desk, desk.position(200, 200))
    move(desk, desk.position(240, 240))
    assert not np.array_equal(desk.bits, before)
    return before


def test_escape_cancels_a_stroke(cloth) -> None:
    before = start_stroke(cloth)
    QTest.keyClick(cloth.canvas, Qt.Key.Key_Escape)
    assert np.array_equal(cloth.bits, before)
    move(cloth, cloth.position(300, 300))
    release(cloth, cloth.position(300, 300))
    assert np.array_equal(cloth.bits, before)
    assert cloth.document.undo_label(cloth.session.sample) is None


def test_another_tool_cancels_a_stroke(cloth) -> None:
    before = start_stroke(cloth)
    cloth.session.tool = "eraser"
    assert np.array_equal(cloth.bits, before)


def test_another_sample_cancels_a_stroke(cloth, qtbot) -> None:
    before, mask = start_stroke(cloth), cloth.bits
    cloth.session.step(1)
    assert np.array_equal(mask, before)
    assert cloth.document.stroke is None


def test_losing_the_window_cancels_a_stroke(cloth) -> None:
    before = start_stroke(cloth)
    lost = QFocusEvent(QEvent.Type.FocusOut, Qt.FocusReason.ActiveWindowFocusReason)
    QApplication.sendEvent(cloth.canvas, lost)
    assert np.array_equal(cloth.bits, before)


def test_hiding_the_canvas_cancels_a_stroke(cloth) -> None:
    before = start_stroke(cloth)
    cloth.canvas.hide()
    assert np.array_equal(cloth.bits, before)


def test_leaving_the_view_and_coming_back_draws_no_chord(cloth) -> None:
    cloth.session.brush_size = 3
    canvas = cloth.canvas
    canvas.viewport.show_at(2, QPointF(0.5, 0.5))
    inside, outside = QPointF(30, 30), QPointF(-60, 40)
    back = QPointF(canvas.width() - 30, canvas.height() - 30)
    press(cloth, inside)
    move(cloth, outside)
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
    QApplication.sendEvent(canvas, QEnterEvent(back, back, back))
    move(cloth, back)
    release(cloth, back)
    expected = painted(cloth, [canvas.mask_point(inside)])
    end = canvas.mask_point(back)
    region, covered = swept(end, end, 3, BrushShape.ROUND, expected.shape)
    expected[region.slices][covered] = cloth.bits[region.slices][covered]
    assert np.array_equal(cloth.bits, expected)


def test_a_release_that_nobody_saw_ends_the_stroke(cloth) -> None:
    start_stroke(cloth)
    after = cloth.bits.copy()
    move(cloth, cloth.position(400, 400), NONE)
    assert cloth.document.stroke is None
    assert np.array_equal(cloth.bits, after)


def test_painting_a_hidden_class_shows_it(cloth) -> None:
    session = cloth.session
    session.visible = bits_of("hair")
    session.overlay_on = False
    drag(cloth, [cloth.position(200, 200)])
    assert session.visible == bits_of("hair", "cloth")
    assert session.overlay_on
    session.solo = 1
    drag(cloth, [cloth.position(200, 200)])
    assert session.solo is None


def test_a_locked_class_is_refused_with_the_reason(cloth, qtbot) -> None:
    cloth.session.locked = CLOTH.bit
    with qtbot.waitSignal(cloth.area.refused) as told:
        drag(cloth, [cloth.position(200, 200)])
    assert told.args == ["Clothing is locked; unlock it to paint it"]


def test_a_read_only_mask_is_refused_with_its_reason(cloth, qtbot) -> None:
    cloth.store.reason = "the folder is on a read-only disk"
    before = cloth.bits.copy()
    with qtbot.waitSignal(cloth.area.refused) as told:
        drag(cloth, [cloth.position(200, 200), cloth.position(240, 200)])
    assert told.args == ["the folder is on a read-only disk"]
    assert np.array_equal(cloth.bits, before)


def test_a_sample_without_a_mask_shows_its_photo_and_refuses_strokes(desk_on, tmp_path, qtbot) -> None:
    store = DrawnStore(tmp_path)
    store.missing = {store.sample_ids[0]: {Modality.MASK}}
    desk = desk_on(store)
    assert desk.canvas.placeholder.text == "This sample has no mask"
    assert not desk.canvas.picture_size().isEmpty()
    with qtbot.waitSignal(desk.area.refused) as told:
        drag(desk, [QPointF(200, 200), QPointF(220, 220)])
    assert told.args == ["This sample has no mask"]


def test_pick_takes_the_topmost_visible_class(desk) -> None:
    session = desk.session
    session.tool = "pick"
    drag(desk, [desk.position(256, 180)])
    assert session.face_class == CLASS_BY_NAME["hair"].id
    session.visible &= ~bits_of("hair")
    drag(desk, [desk.position(256, 240)])
    assert session.face_class == CLASS_BY_NAME["skin"].id
    drag(desk, [desk.position(5, 5)])
    assert session.face_class == 0


def test_alt_click_picks_with_the_brush_in_hand(cloth) -> None:
    before = cloth.bits.copy()
    drag(cloth, [cloth.position(256, 180)], LEFT, ALT)
    assert cloth.session.face_class == CLASS_BY_NAME["hair"].id
    assert cloth.session.tool == "brush"
    assert np.array_equal(cloth.bits, before)


def test_alt_right_drag_changes_the_size_and_the_circle_stays_put(cloth) -> None:
    canvas, session = cloth.canvas, cloth.session
    move(cloth, cloth.position(256, 256), NONE)
    centre = canvas._hover
    press(cloth, cloth.position(256, 256), RIGHT, ALT)
    move(cloth, cloth.position(256, 256) + QPointF(60, 0), RIGHT, ALT)
    assert session.brush_size > 12
    assert canvas._hover == centre
    assert canvas._bubble.text() == f"{session.brush_size} px"
    release(cloth, cloth.position(256, 256) + QPointF(60, 0), RIGHT, ALT)
    assert cloth.document.undo_label(session.sample) is None


def test_an_eraser_in_hand_erases_with_the_left_button(cloth) -> None:
    cloth.session.tool = "eraser"
    start, end = cloth.position(256, 300), cloth.position(270, 300)
    drag(cloth, [start, end])
    points = [cloth.canvas.mask_point(p) for p in (start, end)]
    assert np.array_equal(cloth.bits, painted(cloth, points, erase=Erase.TOPMOST))


def test_swapped_to_erasing_the_brush_erases(cloth) -> None:
    cloth.session.erasing = True
    drag(cloth, [cloth.position(256, 300)])
    expected = painted(cloth, [cloth.canvas.mask_point(cloth.position(256, 300))], erase=Erase.TOPMOST)
    assert np.array_equal(cloth.bits, expected)


def test_real_mouse_events_paint_too(cloth) -> None:
    here = cloth.position(100, 120).toPoint()
    QTest.mousePress(cloth.canvas, LEFT, PLAIN, here)
    QTest.mouseMove(cloth.canvas, here + QPoint(30, 0))
    QTest.mouseRelease(cloth.canvas, LEFT, PLAIN, here + QPoint(30, 0))
    x, y = placed(cloth.canvas.mask_point(QPointF(here)), 1)
    assert cloth.bits[y, x] & CLOTH.bit


def test_erasing_the_class_first_touched_digs_no_hole_beside_it(desk) -> None:
    before = desk.bits.copy()
    desk.session.tool, desk.session.brush_size, desk.session.erase_mode = "eraser", 9, Erase.STARTED
    nose = bits_of("nose")
    y, x = np.argwhere((before & nose != 0) & (before & bits_of("hair") == 0))[0]
    drag(desk, [desk.position(x + 0.5, y + 0.5), desk.position(x + 60.5, y - 60.5)])
    assert desk.document.undo_label(desk.session.sample) == "Erase nose"
    assert (before != desk.bits).any()
    assert not ((before ^ desk.bits) & ~np.uint32(nose)).any()

"""Lasso, shapes, wand and bucket in the hand: real events on the canvas, at any zoom."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import Desk
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.faces.classes import CLASS_BY_NAME
from app.imaging.compose import Operation, apply
from app.imaging.polygon import enclosed, rectangle
from app.imaging.raster import Rect
from app.ui.canvas.tools.wand import TOLERANCE

CLOTH, HAIR = CLASS_BY_NAME["cloth"], CLASS_BY_NAME["hair"]
NONE, LEFT, RIGHT = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
PLAIN, ALT = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier
PRESS, MOVE, RELEASE, DOUBLE = (
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.MouseButtonRelease,
    QEvent.Type.MouseButtonDblClick,
)
CORNERS = [(240.0, 220.0), (262.0, 222.0), (270.0, 248.0), (244.0, 252.0)]


def send(desk: Desk, kind: QEvent.Type, x: float, y: float, button=NONE, held=NONE, modifiers=PLAIN) -> None:
    """A mouse event at a mask point, moved to the middle of the nearest pixel of the screen."""
    canvas, at = desk.canvas, desk.position(x, y)
    event = QMouseEvent(kind, at, canvas.mapToGlobal(at), button, held, modifiers)
    QApplication.sendEvent(canvas, event)


def click(desk: Desk, x: float, y: float, modifiers=PLAIN) -> None:
    send(desk, MOVE, x, y, modifiers=modifiers)
    send(desk, PRESS, x, y, LEFT, LEFT, modifiers)
    send(desk, RELEASE, x, y, LEFT, NONE, modifiers)


def drag(desk: Desk, points: list[tuple[float, float]], button=LEFT, modifiers=PLAIN) -> None:
    send(desk, PRESS, *points[0], button, button, modifiers)
    for point in points[1:]:
        send(desk, MOVE, *point, NONE, button, modifiers)
    send(desk, RELEASE, *points[-1], button, NONE, modifiers)


def painted(desk: Desk, area: tuple[Rect, np.ndarray]) -> np.ndarray:
    """The bits that painting an area of clothing should leave."""
    bits = desk.store.read_mask(desk.session.sample).value.bits
    covered = np.zeros(bits.shape, bool)
    covered[area[0].slices] = area[1]
    apply(bits, covered, Operation(CLOTH.id))
    return bits


@pytest.fixture(params=[1.0, 8.0], ids=["1x", "8x"])
def cloth(desk, request) -> Desk:
    desk.session.face_class = CLOTH.id
    desk.area.viewport.show_at(request.param, QPointF(0.5, 0.46))
    return desk


@pytest.mark.parametrize("ending", ["enter", "double click", "start"])
def test_a_polygon_is_clicked_and_closed(cloth, ending) -> None:
    cloth.session.tool = "lasso"
    for x, y in CORNERS:
        click(cloth, x, y)
    assert np.array_equal(cloth.bits, cloth.store.read_mask(cloth.session.sample).value.bits)
    if ending == "enter":
        QTest.keyClick(cloth.canvas, Qt.Key.Key_Return)
    elif ending == "double click":
        send(cloth, DOUBLE, *CORNERS[-1], LEFT, LEFT)
        send(cloth, RELEASE, *CORNERS[-1], LEFT, NONE)
    else:
        click(cloth, *CORNERS[0])
    assert np.array_equal(cloth.bits, painted(cloth, enclosed(CORNERS, cloth.bits.shape)))
    assert cloth.document.undo_label(cloth.session.sample) == "Lasso cloth"


def test_backspace_and_escape_while_a_polygon_is_open(cloth) -> None:
    cloth.session.tool = "lasso"
    before = cloth.bits.copy()
    for x, y in [*CORNERS[:3], (248.0, 230.0)]:
        click(cloth, x, y)
    QTest.keyClick(cloth.canvas, Qt.Key.Key_Backspace)
    click(cloth, *CORNERS[3])
    QTest.keyClick(cloth.canvas, Qt.Key.Key_Return)
    assert np.array_equal(cloth.bits, painted(cloth, enclosed(CORNERS, cloth.bits.shape)))
    cloth.document.undo(cloth.session.sample)
    click(cloth, *CORNERS[0])
    click(cloth, *CORNERS[1])
    QTest.keyClick(cloth.canvas, Qt.Key.Key_Escape)
    QTest.keyClick(cloth.canvas, Qt.Key.Key_Return)
    assert np.array_equal(cloth.bits, before)


def test_another_tool_or_sample_leaves_no_polygon_behind(cloth, qtbot) -> None:
    before = cloth.bits.copy()
    for leave in (lambda: setattr(cloth.session, "tool", "brush"), lambda: cloth.session.step(1)):
        cloth.session.tool = "lasso"
        click(cloth, *CORNERS[0])
        click(cloth, *CORNERS[1])
        leave()
        cloth.session.tool = "lasso"
        QTest.keyClick(cloth.canvas, Qt.Key.Key_Return)
    with qtbot.waitSignal(cloth.loader.loaded):
        cloth.session.step(-1)
    assert np.array_equal(cloth.bits, before)


def test_a_freehand_line_is_one_drag(cloth) -> None:
    cloth.session.tool = "lasso"
    drag(cloth, CORNERS)
    assert np.array_equal(cloth.bits, painted(cloth, enclosed(CORNERS, cloth.bits.shape)))


def test_alt_cuts_and_does_not_pick(cloth) -> None:
    cloth.session.face_class = HAIR.id
    cloth.session.tool = "lasso"
    before = cloth.bits.copy()
    drag(cloth, CORNERS, modifiers=ALT)
    region, covered = enclosed(CORNERS, cloth.bits.shape)
    wanted = before.copy()
    wanted[region.slices][covered] &= ~np.uint32(HAIR.bit)
    assert cloth.session.face_class == HAIR.id
    assert (before != wanted).any()
    assert np.array_equal(cloth.bits, wanted)


def test_a_drag_with_the_right_button_erases(cloth) -> None:
    cloth.session.tool = "rectangle"
    before = cloth.bits.copy()
    drag(cloth, [(241.5, 221.5), (250.5, 230.5), (259.5, 240.5)], RIGHT)
    changed = before != cloth.bits
    assert changed.any()
    region, covered = rectangle(Rect(241, 221, 19, 20), cloth.bits.shape)
    assert not np.delete(changed, np.s_[221:241], axis=0).any()
    assert np.array_equal(changed[region.slices], covered & (before[region.slices] != 0))


def test_the_wand_listens_to_the_screen_not_to_the_mask(cloth) -> None:
    cloth.session.tool = "wand"
    start = cloth.position(250.5, 235.5)
    canvas = cloth.canvas
    for kind, at, button, held in ((PRESS, start, LEFT, LEFT), (MOVE, start + QPointF(40, 0), NONE, LEFT)):
        QApplication.sendEvent(canvas, QMouseEvent(kind, at, canvas.mapToGlobal(at), button, held, PLAIN))
    assert cloth.session.option(TOLERANCE.key, TOLERANCE.default) == TOLERANCE.default + 10
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert cloth.session.option(TOLERANCE.key, TOLERANCE.default) == TOLERANCE.default


@pytest.mark.parametrize("tool", ["fill", "level"])
def test_what_a_click_would_do_is_painted_and_leaves_with_the_pointer(cloth, tool) -> None:
    cloth.session.tool = tool
    canvas = cloth.canvas
    before = canvas.grab().toImage()
    send(cloth, MOVE, 256.5, 240.5)
    if tool == "fill":
        assert canvas.grab().toImage() != before
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))
    assert canvas.grab().toImage() == before

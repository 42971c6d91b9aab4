"""One finger paints, two move and zoom the picture, and neither does the other's work."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import Desk
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QInputDevice, QNativeGestureEvent, QPointingDevice
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.faces.classes import CLASS_BY_NAME

CLOTH = CLASS_BY_NAME["cloth"]
NOWHERE = QPointF()


@pytest.fixture(scope="module")
def screen(qapp) -> QPointingDevice:
    return QTest.createTouchDevice()


@pytest.fixture
def cloth(desk) -> Desk:
    desk.session.face_class = CLOTH.id
    return desk


def at(desk: Desk, x: float, y: float) -> QPoint:
    return desk.position(x, y).toPoint()


def test_one_finger_paints(cloth, screen) -> None:
    canvas = cloth.canvas
    QTest.touchEvent(canvas, screen).press(0, at(cloth, 100, 100), canvas).commit()
    QTest.touchEvent(canvas, screen).move(0, at(cloth, 150, 100), canvas).commit()
    QTest.touchEvent(canvas, screen).release(0, at(cloth, 150, 100), canvas).commit()
    assert cloth.document.stroke is None
    covered = cloth.bits & CLOTH.bit != 0
    assert covered[100, 100:150].all()
    assert covered.sum() < 12 * 70


def test_two_fingers_zoom_and_move_and_paint_nothing(cloth, screen) -> None:
    canvas, viewport = cloth.canvas, cloth.canvas.viewport
    viewport.show_at(1.0, QPointF(0.5, 0.5))
    before = cloth.bits.copy()
    middle = canvas.rect().center()
    left, right = middle - QPoint(50, 0), middle + QPoint(50, 0)
    held = canvas.mask_point(QPointF(middle))
    QTest.touchEvent(canvas, screen).press(0, left, canvas).commit()
    QTest.touchEvent(canvas, screen).move(0, left + QPoint(4, 0), canvas).commit()
    assert cloth.document.stroke is not None
    QTest.touchEvent(canvas, screen).move(0, left, canvas).press(1, right, canvas).commit()
    assert cloth.document.stroke is None
    assert np.array_equal(cloth.bits, before)
    for step in range(1, 11):
        away = QPoint(5 * step, 0)
        QTest.touchEvent(canvas, screen).move(0, left - away, canvas).move(1, right + away, canvas).commit()
    assert viewport.zoom == 2.0
    assert canvas.mask_point(QPointF(middle)) == pytest.approx(held, abs=2)
    shift = QPoint(30, -20)
    here = left - QPoint(50, 0), right + QPoint(50, 0)
    QTest.touchEvent(canvas, screen).move(0, here[0] + shift, canvas).move(1, here[1] + shift, canvas).commit()
    assert viewport.zoom == 2.0
    assert canvas.mask_point(QPointF(middle + shift)) == pytest.approx(held, abs=2)
    QTest.touchEvent(canvas, screen).release(0, here[0], canvas).move(1, here[1], canvas).commit()
    QTest.touchEvent(canvas, screen).move(1, here[1] + QPoint(40, 40), canvas).commit()
    QTest.touchEvent(canvas, screen).release(1, here[1], canvas).commit()
    assert np.array_equal(cloth.bits, before)
    assert cloth.document.undo_label(cloth.session.sample) is None


def gesture(desk: Desk, kind: Qt.NativeGestureType, place: QPoint, value: float, delta=NOWHERE) -> None:
    canvas = desk.canvas
    pad = QPointingDevice(
        "pad", 7, QInputDevice.DeviceType.TouchPad, QPointingDevice.PointerType.Finger,
        QInputDevice.Capability.Position, 2, 0,
    )  # fmt: skip
    here = QPointF(place)
    around = canvas.window()
    event = QNativeGestureEvent(
        kind, pad, 2, here, QPointF(canvas.mapTo(around, place)), canvas.mapToGlobal(here), value, delta
    )
    QApplication.sendEvent(canvas.parentWidget(), event)


def test_a_pinch_on_a_touchpad_zooms_at_the_pointer(cloth) -> None:
    canvas, viewport = cloth.canvas, cloth.canvas.viewport
    viewport.show_at(1.0, QPointF(0.5, 0.5))
    place = canvas.rect().center() + QPoint(80, 40)
    held = canvas.mask_point(QPointF(place))
    gesture(cloth, Qt.NativeGestureType.BeginNativeGesture, place, 0)
    for _ in range(10):
        gesture(cloth, Qt.NativeGestureType.ZoomNativeGesture, place, 0.12)
    assert viewport.zoom == 3.0
    assert canvas.mask_point(QPointF(place)) == pytest.approx(held, abs=1.5)
    gesture(cloth, Qt.NativeGestureType.PanNativeGesture, place, 0, QPointF(12, 8))
    assert canvas.mask_point(QPointF(place + QPoint(12, 8))) == pytest.approx(held, abs=1.5)

"""A right click on the picture, in the real window: what it offers, and that what it offers happens."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from app.faces.classes import CLASSES

RIGHT = Qt.MouseButton.RightButton


def opened(desk, x: float, y: float) -> QMenu:
    QTest.mouseClick(desk.workspace.area.photo, RIGHT, pos=desk.at(x, y))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert menu.objectName() == "canvasMenu"
    return menu


def texts(menu: QMenu) -> list[str]:
    return [action.text() for action in menu.actions() if not action.isSeparator()]


def choose(menu: QMenu, text: str) -> None:
    next(action for action in menu.actions() if action.text().startswith(text)).trigger()
    menu.close()
    QApplication.processEvents()


def test_the_classes_at_the_pointer_are_offered_and_what_can_be_done_with_the_one_seen(desk) -> None:
    session, nose = desk.session, CLASSES[2]
    session.face_class = nose.id
    session.brush_size = 3
    desk.stroke((12, 12), (20, 12))
    session.face_class = 13
    before = desk.bits.copy()
    menu = opened(desk, 16, 12)
    assert texts(menu)[0] == "Nose  (nose)"
    choose(menu, "Nose")
    assert session.face_class == nose.id
    choose(opened(desk, 16, 12), "Lock Nose")
    assert session.locked == nose.bit
    choose(opened(desk, 16, 12), "Unlock Nose")
    assert not session.locked
    choose(opened(desk, 16, 12), "Show only Nose")
    assert session.solo == nose.id
    choose(opened(desk, 16, 12), "Show the others again")
    assert session.solo is None
    choose(opened(desk, 16, 12), "Hide Nose")
    assert not session.visible & nose.bit
    assert (desk.bits == before).all()
    choose(opened(desk, 16, 12), "Undo")
    assert (desk.bits != before).any()


def test_what_is_unfinished_can_be_ended_there(desk) -> None:
    session, photo = desk.session, desk.workspace.area.photo
    session.face_class, session.tool = 2, "lasso"
    for x, y in ((4, 4), (14, 4), (14, 14), (4, 14)):
        desk.stroke((x, y), (x, y))
    menu = opened(desk, 8, 8)
    assert texts(menu) == ["Accept\tEnter", "Take the last point back\tBackspace", "Drop it\tEsc"]
    choose(menu, "Take the last point back")
    assert photo.is_pending
    choose(opened(desk, 8, 8), "Accept")
    assert not photo.is_pending
    assert desk.bits[6, 12] & 2
    assert not desk.bits[12, 6] & 2

"""Nothing moves under the pointer of somebody who paints, and what is said of the pixel there is true."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCursor

from app.document.edits import MaskEdit
from app.faces.classes import CLASS_BY_NAME, CLASSES

HAIR = CLASS_BY_NAME["hair"]


def _without(desk, face_class) -> MaskEdit:
    bits = desk.bits.copy()
    edit = MaskEdit.between(desk.session.sample, bits, bits & ~np.uint32(face_class.bit), "Clear")
    assert edit is not None
    return edit


def test_saving_a_mask_tells_of_removed_files_without_moving_the_picture(desk) -> None:
    canvas = desk.workspace.area.photo
    place = (canvas.mapToGlobal(canvas.rect().topLeft()), canvas.size())
    desk.workspace.do(_without(desk, HAIR))
    desk.action("file.save").trigger()
    desk.saved()
    assert "hair.png is removed: no pixel of hair is left" in desk.workspace.strip.text()
    assert desk.window.banners.texts() == {}
    assert (canvas.mapToGlobal(canvas.rect().topLeft()), canvas.size()) == place


def test_the_classes_at_a_resting_pointer_are_those_after_the_edit(desk) -> None:
    y, x = next(zip(*(desk.bits & HAIR.bit).nonzero(), strict=True))
    desk.session.pixel_hovered.emit(int(x), int(y))
    pixel = desk.workspace.status.pixel
    assert "hair 13" in pixel.text()
    desk.workspace.do(_without(desk, HAIR))
    assert "hair" not in pixel.text()
    desk.session.pixel_left.emit()
    desk.action("edit.undo").trigger()
    assert pixel.text() == ""


def test_the_sliders_stay_where_they_are_whichever_class_is_held(desk, qtbot) -> None:
    panel = desk.workspace.classes
    places = set()
    for face_class in CLASSES:
        desk.session.face_class = face_class.id
        qtbot.wait(1)
        places.add((panel.opacity.x(), panel.opacity.width()))
    assert len(places) == 1


def test_a_word_of_the_strip_is_not_lit_after_its_menu_took_the_pointer(desk) -> None:
    word = desk.workspace.strip.others_word
    word.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
    QCursor.setPos(word.mapToGlobal(word.rect().bottomLeft()) + QPoint(0, 40))
    word.menu().aboutToHide.emit()
    assert not word.underMouse()
    QCursor.setPos(word.mapToGlobal(word.rect().center()))
    word.menu().aboutToHide.emit()
    assert word.underMouse()


def test_what_a_command_on_the_mask_refuses_is_told_without_moving_the_picture(desk) -> None:
    canvas = desk.workspace.area.photo
    place = (canvas.mapToGlobal(canvas.rect().topLeft()), canvas.size())
    desk.session.face_class = CLASS_BY_NAME["hat"].id
    desk.action("mask.copy_across").trigger()
    assert desk.workspace.strip.text() == "There is no hat to copy to the other side."
    assert desk.window.banners.texts() == {}
    assert (canvas.mapToGlobal(canvas.rect().topLeft()), canvas.size()) == place

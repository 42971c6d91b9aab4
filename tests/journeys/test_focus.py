"""Hands on the keyboard alone: where Tab goes, and how Esc leads back to the picture."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication


def test_esc_leads_back_to_the_picture_from_wherever_tab_leads(desk) -> None:
    photo = desk.workspace.area.photo
    desk.focus(photo)
    stuck, place = [], photo
    for _ in range(60):
        place.setFocus()
        desk.key(Qt.Key.Key_Tab)
        place = QApplication.focusWidget()
        if place is photo:
            break
        for _ in range(2):  # a first Esc may clear a field, or close what it offers
            desk.key(Qt.Key.Key_Escape)
        if QApplication.focusWidget() is not photo:
            stuck.append(place.objectName() or type(place).__name__)
    assert stuck == []


def test_tab_goes_through_the_options_of_the_brush_as_they_stand(desk) -> None:
    desk.window.resize(1600, 900)
    desk.focus(desk.workspace.strip.size_box)
    names = []
    for _ in range(3):
        desk.key(Qt.Key.Key_Tab)
        names.append(QApplication.focusWidget().objectName())
    assert names == ["brush.stabiliser", "brush.mirror", "brush.close"]

"""The panel of the photo's tones sets the session's looks and follows them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from app.imaging.intensity import Channel
from app.ui.looks import Looks
from app.ui.panels.photo import PhotoPanel
from app.ui.session import Session


@pytest.fixture
def panel(qtbot) -> PhotoPanel:
    session = Session()
    panel = PhotoPanel(session)
    session.setParent(panel)
    qtbot.addWidget(panel)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def test_sliders_set_the_tones(panel: PhotoPanel) -> None:
    panel.brightness.setValue(20)
    panel.contrast.setValue(-50)
    assert panel._session.looks == Looks(brightness=0.2, contrast=-0.5)


@pytest.mark.parametrize(("place", "gamma"), [(-100, 0.2), (0, 1.0), (50, 2.24), (100, 5.0)])
def test_the_middle_of_the_gamma_slider_changes_nothing(panel: PhotoPanel, place: int, gamma: float) -> None:
    panel.gamma.setValue(1)
    panel.gamma.setValue(place)
    assert panel._session.looks.gamma == gamma
    assert panel.gamma.value() == place


def test_every_channel_can_be_chosen(panel: PhotoPanel) -> None:
    found = []
    for row in range(panel.channel.count()):
        panel.channel.setCurrentIndex(row)
        panel.channel.activated.emit(row)
        found.append(panel._session.looks.channel)
    assert found == ["", *(channel.value for channel in Channel)]


def test_it_shows_what_others_set(panel: PhotoPanel) -> None:
    session = panel._session
    session.looks = replace(session.looks, brightness=-0.3, gamma=5.0, channel="red")
    assert (panel.brightness.value(), panel.gamma.value(), panel.channel.currentData()) == (-30, 100, "red")
    assert panel.reset.isEnabled()


def test_one_click_shows_the_photo_as_it_is(panel: PhotoPanel, qtbot) -> None:
    session = panel._session
    session.looks = Looks(line_px=3, contrast=0.5, channel="blue")
    qtbot.mouseClick(panel.reset, Qt.MouseButton.LeftButton)
    assert session.looks == Looks(line_px=3)
    assert not panel.reset.isEnabled()

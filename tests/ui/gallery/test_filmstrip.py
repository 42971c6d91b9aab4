"""The strip under the picture: one line, the current sample in its middle, the same picks as the gallery."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.faces.sample import SampleId
from app.ui.gallery.filmstrip import Filmstrip
from app.ui.gallery.model import GalleryModel
from app.ui.gallery.view import GalleryView
from app.ui.session import Session

IDS = tuple(SampleId(str(number)) for number in range(30_000))


@pytest.fixture
def pair(qtbot) -> Iterator[tuple[GalleryView, Filmstrip]]:
    model = GalleryModel()
    view = GalleryView(Session(), model)
    view.session.setParent(view)
    strip = Filmstrip(view.session, model, view.picks)
    for widget in (strip, view):
        qtbot.addWidget(widget)
    model.show(IDS)
    strip.resize(800, strip.sizeHint().height())
    with qtbot.waitExposed(strip):
        strip.show()
    yield view, strip
    view.close_threads()
    strip.close_threads()


def middle(strip: Filmstrip, row: int) -> int:
    """How far a cell is from the middle of the strip."""
    return strip.visualRect(strip.samples.index(row)).center().x() - strip.viewport().rect().center().x()


def test_the_current_sample_is_in_the_middle(pair: tuple[GalleryView, Filmstrip]) -> None:
    _, strip = pair
    for row in (15_000, 15_001, 29_000):
        strip.session.sample = IDS[row]
        assert abs(middle(strip, row)) <= 1
    strip.resize(500, strip.height() + 30)
    assert abs(middle(strip, 29_000)) <= 1
    strip.session.sample = IDS[0]
    assert strip.visualRect(strip.samples.index(0)).left() > 0


def test_it_is_one_line_as_high_as_there_is_room(pair: tuple[GalleryView, Filmstrip]) -> None:
    _, strip = pair
    low = strip.visualRect(strip.samples.index(0)).height()
    strip.resize(800, 200)
    high = strip.visualRect(strip.samples.index(0))
    assert low < high.height() <= strip.viewport().height()
    assert strip.visualRect(strip.samples.index(1)).top() == high.top()
    assert strip.verticalScrollBar().maximum() == 0


def test_few_samples_stand_in_the_middle(pair: tuple[GalleryView, Filmstrip]) -> None:
    _, strip = pair
    strip.samples.show(IDS[:3])
    assert abs(middle(strip, 1)) <= 2
    assert strip.horizontalScrollBar().maximum() == 0


def test_the_wheel_goes_along_it(pair: tuple[GalleryView, Filmstrip]) -> None:
    _, strip = pair
    place = QPointF(50, 30)
    no = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False
    QApplication.sendEvent(strip.viewport(), QWheelEvent(place, place, QPoint(), QPoint(0, -120), *no))
    assert strip.horizontalScrollBar().value() == 120


def test_both_views_pick_the_same(pair: tuple[GalleryView, Filmstrip]) -> None:
    view, strip = pair
    chosen: list[str] = []
    strip.sample_chosen.connect(chosen.append)
    at = strip.visualRect(strip.samples.index(2)).center()
    QTest.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)
    assert view.picked() == strip.picked() == ("2",)
    QTest.keyClick(strip, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert view.picked() == ("2", "3")
    QTest.keyClick(strip, Qt.Key.Key_Down)
    assert chosen == ["2", "4"]

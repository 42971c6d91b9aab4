"""What tools show before they act: exact edges, and no pixel of the mask touched."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QApplication

from app.faces.classes import bits_of
from app.imaging.compose import Area
from app.imaging.intensity import PhotoRange
from app.imaging.raster import Rect
from app.ui.canvas.preview import Preview, edges_of
from app.ui.canvas.tools.area_tool import AreaTool
from app.ui.canvas.viewport import MaskPlace

PLACE = MaskPlace(4.0, 4.0, 3, 5, 1.0, 0)


def test_edges_are_the_border_on_pixel_corners() -> None:
    covered = np.array([[1, 1, 0], [0, 1, 0]], bool)
    expected = {(0, 0, 2, 0), (0, 1, 1, 1), (1, 2, 2, 2), (0, 0, 0, 1), (1, 1, 1, 2), (2, 0, 2, 2)}
    assert {tuple(line) for line in edges_of(covered).tolist()} == expected


def test_nothing_is_drawn_outside_the_extent() -> None:
    preview = Preview()
    preview.show_area(Rect(2, 1, 4, 3), np.ones((3, 4), bool), (255, 0, 0))
    preview.show_paths([[(1.5, 2.5), (9.0, 3.0)]], [(9.0, 3.0)])
    image = QImage(80, 60, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    preview.paint(painter, PLACE)
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(60, 80)
    drawn = Rect.around(pixels != 0)
    extent = preview.extent(PLACE).clipped((60, 80))
    assert not drawn.is_empty
    assert extent.united(drawn) == extent


def test_clearing_tells_once() -> None:
    preview, told = Preview(), []
    preview.add_path([(0, 0), (1, 1)])
    preview.changed = lambda: told.append(1)
    preview.clear()
    preview.clear()
    assert told == [1]


@pytest.fixture
def area_tool(cloth):
    return AreaTool(cloth.session, pytest.fail)


@pytest.mark.parametrize("erase", [False, True])
def test_what_is_proposed_is_what_changes(cloth, area_tool, erase) -> None:
    cloth.session.area, cloth.session.area_class = Area.INSIDE, 1
    cloth.session.face_class = 13
    cloth.session.photo_range = PhotoRange(high=140)
    before = cloth.bits.copy()
    region = Rect(0, 0, before.shape[1], before.shape[0])
    covered = np.indices(before.shape).sum(axis=0) % 3 > 0
    expected = area_tool.effect(covered, region, area_tool.operation(erase=erase))
    area_tool.propose(covered, region, erase=erase)
    assert np.array_equal(cloth.bits, before)
    assert 0 < expected.sum() < covered.sum()
    assert area_tool.commit(covered, region, erase=erase, verb="Lasso")
    assert np.array_equal(cloth.bits != before, expected)
    cloth.document.undo(cloth.session.sample)
    assert np.array_equal(cloth.bits, before)


def test_steps_of_areas_are_named(cloth, area_tool) -> None:
    cloth.session.face_class = 13
    region, covered = Rect(0, 0, 3, 3), np.ones((3, 3), bool)
    area_tool.commit(covered, region, verb="Lasso")
    assert cloth.document.undo_label(cloth.session.sample) == "Lasso hair"
    area_tool.commit(covered, region, erase=True, verb="Lasso")
    assert cloth.document.undo_label(cloth.session.sample) == "Lasso, erasing"


def test_a_locked_class_is_refused_with_the_reason(cloth) -> None:
    reasons: list[str] = []
    tool = AreaTool(cloth.session, reasons.append)
    cloth.session.face_class, cloth.session.locked = 13, bits_of("hair")
    assert not tool.commit(np.ones((2, 2), bool), Rect(0, 0, 2, 2))
    assert reasons == ["Hair is locked; unlock it to paint it"]


def test_keys_reach_the_tool(cloth, monkeypatch) -> None:
    tool, seen = cloth.canvas._tool, []
    monkeypatch.setattr(tool, "accept", lambda: seen.append("accept") or True)
    monkeypatch.setattr(tool, "step_back", lambda: seen.append("back") or True)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Backspace):
        QApplication.sendEvent(cloth.canvas, QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.NoModifier))
    assert seen == ["accept", "back"]


def test_hovering_tells_modifiers_and_leaving(cloth, monkeypatch) -> None:
    seen = []
    monkeypatch.setattr(cloth.canvas._tool, "hover", lambda point, hand: seen.append((point is not None, hand.ctrl)))
    at = cloth.position(5.5, 5.5)
    move = QMouseEvent(
        QEvent.Type.MouseMove, at, cloth.canvas.mapToGlobal(at), Qt.MouseButton.NoButton, Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier,
    )  # fmt: skip
    QApplication.sendEvent(cloth.canvas, move)
    QApplication.sendEvent(cloth.canvas, QEvent(QEvent.Type.Leave))
    assert seen == [(True, True), (False, False)]


def test_a_double_click_is_told(cloth, monkeypatch) -> None:
    seen = []
    monkeypatch.setattr(cloth.canvas._tool, "press", lambda _point, hand: seen.append(hand.is_double))
    at: QPointF = cloth.position(5.5, 5.5)
    for kind in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick):
        event = QMouseEvent(
            kind, at, QPointF(cloth.canvas.mapToGlobal(QPoint())), Qt.MouseButton.LeftButton, Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )  # fmt: skip
        QApplication.sendEvent(cloth.canvas, event)
    assert seen == [False, True]

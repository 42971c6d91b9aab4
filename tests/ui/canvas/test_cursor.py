"""The outline under the pointer goes around the very pixels that a press paints, at every size, shape and zoom."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from conftest import Desk
from PySide6.QtCore import QEvent, QPointF, QRect, Qt
from PySide6.QtGui import QImage, QMouseEvent, QPainter
from PySide6.QtWidgets import QApplication

from app.faces.classes import CLASS_BY_NAME
from app.imaging.footprint import BrushShape, footprint
from app.imaging.regions import filled
from app.ui.canvas.cursor import FootprintCursor, loops
from app.ui.canvas.viewport import NEAREST_FROM, ZOOM_STEPS

GREY = 0xFF808080
SIZES = [*range(1, 65), *range(71, 512, 21), 511, 512]
CRISP = [zoom for zoom in ZOOM_STEPS if zoom >= NEAREST_FROM]


def words(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1)[:, : image.width()].copy()


@pytest.mark.parametrize("shape", list(BrushShape))
def test_the_loops_enclose_the_footprint_at_every_size(shape) -> None:
    for size in range(1, 513) if shape is BrushShape.ROUND else SIZES:
        ways = loops(size, shape)
        assert len(ways) == 1
        assert np.array_equal(filled([np.array(ways[0], float)], (size, size)), footprint(size, shape)), size


@pytest.mark.parametrize("shape", list(BrushShape))
@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_every_size_is_drawn_around_its_pixels(shape, scale) -> None:
    for size in SIZES:
        check_drawing(size, shape, scale, (0.0, 0.0))


@pytest.mark.parametrize("shape", list(BrushShape))
@pytest.mark.parametrize("zoom", CRISP)
def test_every_zoom_is_drawn_around_its_pixels(shape, zoom) -> None:
    for size in (1, 2, 3, 4, 7, 12, 41):
        for phase in ((0.0, 0.0),) if float(zoom).is_integer() else ((0.0, 0.0), (0.5, 0.0), (-0.25, 0.5)):
            check_drawing(size, shape, float(zoom), phase)


def check_drawing(size: int, shape: BrushShape, scale: float, phase: tuple[float, float]) -> None:
    """The device pixels whose centres lie in the footprint are left alone, all beside them are drawn on."""
    columns, rows = (np.ceil(part + np.arange(size + 1) * scale - 0.5).astype(int) for part in phase)
    inside = np.zeros((rows[-1] + 12, columns[-1] + 12), bool)
    pixels = np.repeat(np.repeat(footprint(size, shape), np.diff(rows), axis=0), np.diff(columns), axis=1)
    inside[6 + rows[0] : 6 + rows[-1], 6 + columns[0] : 6 + columns[-1]] = pixels
    image = QImage(inside.shape[1], inside.shape[0], QImage.Format.Format_RGB32)
    image.fill(GREY)
    cursor = FootprintCursor()
    cursor.hold((size, shape, scale, scale, phase))
    painter = QPainter(image)
    cursor.paint(painter, (6, 6))
    painter.end()
    drawn = words(image)
    assert (drawn[inside] == GREY).all(), (size, scale, phase)
    padded = np.pad(inside, 1)
    beside = (padded[:-2, 1:-1] | padded[2:, 1:-1] | padded[1:-1, :-2] | padded[1:-1, 2:]) & ~inside
    assert (drawn[beside] != GREY).all(), (size, scale, phase)
    # Nothing is drawn outside of what is repainted when the brush moves on.
    extent = cursor.extent((6, 6), (6, 6))
    reached = np.argwhere(drawn != GREY)
    assert extent.x <= reached[:, 1].min()
    assert extent.y <= reached[:, 0].min()
    assert reached[:, 1].max() < extent.x + extent.width
    assert reached[:, 0].max() < extent.y + extent.height


def send(desk: Desk, kind: QEvent.Type, position: QPointF, button=Qt.MouseButton.NoButton, held=None) -> None:
    canvas = desk.canvas
    held = button if held is None else held
    event = QMouseEvent(kind, position, canvas.mapToGlobal(position), button, held, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(canvas, event)


def shot(desk: Desk, area: QRect) -> np.ndarray:
    return words(desk.canvas.grab(area).toImage())


@pytest.mark.parametrize("zoom", [0.5, 0.67, 1, 1.25, 2, 2.5, 3, 4, 8, 16])
def test_on_the_canvas_the_outline_goes_around_what_a_press_paints(desk, zoom) -> None:
    for size, shape in itertools.product((1, 2, 5, 12), BrushShape):
        outline_goes_around_what_a_press_paints(desk, zoom, size, shape)
        desk.document.undo(desk.session.sample)


def outline_goes_around_what_a_press_paints(desk: Desk, zoom: float, size: int, shape: BrushShape) -> None:
    session, canvas = desk.session, desk.canvas
    session.face_class, session.brush_size, session.brush_shape = CLASS_BY_NAME["cloth"].id, size, shape
    session.opacity = 1.0
    canvas.viewport.show_at(zoom, QPointF(0.37, 0.41))
    middle = canvas.rect().center() + QPointF(3, 8).toPoint()
    reach = int(size * zoom * 2) + 24
    area = QRect(middle.x() - reach, middle.y() - reach, 2 * reach, 2 * reach).intersected(canvas.rect())
    away, here = QPointF(2, 2), QPointF(middle)
    send(desk, QEvent.Type.MouseMove, away)
    bare = shot(desk, area)
    send(desk, QEvent.Type.MouseMove, here)
    outlined = shot(desk, area) != bare
    send(desk, QEvent.Type.MouseButtonPress, here, Qt.MouseButton.LeftButton)
    send(desk, QEvent.Type.MouseButtonRelease, here, Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton)
    send(desk, QEvent.Type.MouseMove, away)
    painted = shot(desk, area) != bare
    assert painted.any(), (size, shape)
    if zoom >= NEAREST_FROM or zoom == 1:
        grown = np.pad(painted, 1)
        beside = (grown[:-2, 1:-1] | grown[2:, 1:-1] | grown[1:-1, :-2] | grown[1:-1, 2:]) & ~painted
        assert not (outlined & painted).any(), (size, shape)
        assert outlined[beside].all(), (size, shape)
    else:  # borders are blurred by a pixel there
        core = painted.copy()
        for _ in range(2):
            core[1:-1, 1:-1] &= core[:-2, 1:-1] & core[2:, 1:-1] & core[1:-1, :-2] & core[1:-1, 2:]
        assert not (outlined & core).any(), (size, shape)

"""The mouse over the canvas, as Qt tells of it."""

from __future__ import annotations

from conftest import Desk
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

LEFT, RIGHT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.NoButton
PLAIN, SHIFT, ALT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)


def send(desk: Desk, kind: QEvent.Type, position: QPointF, button=NONE, held=NONE, modifiers=PLAIN) -> None:
    """One mouse event at a position of the canvas, sent as Qt does."""
    canvas = desk.canvas
    event = QMouseEvent(kind, position, canvas.mapToGlobal(position), button, held, modifiers)
    QApplication.sendEvent(canvas, event)


def press(desk: Desk, position: QPointF, button=LEFT, modifiers=PLAIN) -> None:
    send(desk, QEvent.Type.MouseButtonPress, position, button, button, modifiers)


def move(desk: Desk, position: QPointF, held=LEFT, modifiers=PLAIN) -> None:
    send(desk, QEvent.Type.MouseMove, position, NONE, held, modifiers)


def release(desk: Desk, position: QPointF, button=LEFT, modifiers=PLAIN) -> None:
    send(desk, QEvent.Type.MouseButtonRelease, position, button, NONE, modifiers)


def drag(desk: Desk, positions: list[QPointF], button=LEFT, modifiers=PLAIN) -> None:
    press(desk, positions[0], button, modifiers)
    for position in positions[1:]:
        move(desk, position, button, modifiers)
    release(desk, positions[-1], button, modifiers)

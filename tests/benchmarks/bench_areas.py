"""One mouse move with a tool that makes areas: finding the area, what it would change, and repainting the view.

The moves take the window's own path. The photo is noise over a gradient, which is the worst there is for contours: a
wand leaves thousands of specks out.
"""

from __future__ import annotations

import math
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from canvas_desk import VIEW, CanvasDesk
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from timing import print_claim

MOVES = 80
FRAME_MS = 16
NONE, LEFT = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton
IN_ONE_DRAG = frozenset({"smooth", "lasso", "rectangle", "ellipse", "wand"})


def send(desk: CanvasDesk, kind: QEvent.Type, point: QPointF, button: Qt.MouseButton, held: Qt.MouseButton) -> float:
    """One mouse event and everything it leads to, painting included: milliseconds of the processor."""
    canvas = desk.area.photo
    event = QMouseEvent(kind, point, canvas.mapToGlobal(point), button, held, Qt.KeyboardModifier.NoModifier)
    before = time.thread_time()
    QApplication.sendEvent(canvas, event)
    QApplication.sendPostedEvents()
    return (time.thread_time() - before) * 1e3


def way(tool: str) -> list[QPointF]:
    """Where the pointer goes: to the right for the wand, around most of the view for the others."""
    middle = QPointF(VIEW[0] / 2, VIEW[1] / 2)
    if tool == "wand":
        return [middle + QPointF(k * 4 * 60 / MOVES, 0) for k in range(MOVES)]
    turn = [k / MOVES * 2 * math.pi for k in range(MOVES)]
    return [middle + QPointF(math.cos(angle) * 400, math.sin(angle) * 400) for angle in turn]


def main() -> None:
    """Print the median and the 95th percentile for every tool, at 1× and at 8×."""
    desk = CanvasDesk()
    desk.session.face_class = 18
    for zoom in (1.0, 8.0):
        desk.area.viewport.show_at(zoom, QPointF(0.5, 0.5))
        for tool in ("fill", "lasso", "rectangle", "ellipse", "wand", "level", "smooth"):
            desk.session.tool = tool
            points = way(tool)
            held = LEFT if tool in IN_ONE_DRAG else NONE
            if held is LEFT:
                send(desk, QEvent.Type.MouseButtonPress, points[0], LEFT, LEFT)
            taken = [send(desk, QEvent.Type.MouseMove, point, NONE, held) for point in points[1:]]
            desk.area.photo.cancel()
            taken.sort()
            name = f"{tool}: a move, ms of the processor ({zoom:g}×)"
            print_claim(f"{name}, median", statistics.median(taken), FRAME_MS)
            print_claim(f"{name}, 95 of 100", taken[int(0.95 * len(taken))], FRAME_MS)
    desk.close()


if __name__ == "__main__":
    main()

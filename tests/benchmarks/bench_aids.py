"""One brush event with each aid and each comparison switched on, against the same event with none.

What is off costs nothing, which is the ratio of *none* to the figures of ``bench_brush.py``; what is on may cost a
blit, and should stay below a millisecond per event.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from bench_brush import SIZE, way
from canvas_desk import CanvasDesk
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from timing import Samples, print_table

from app.ui.canvas.aids import AIDS
from app.ui.comparison import Comparison

EVENTS, ROUNDS = 60, 8
LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
COMPARED = {"wipe": Comparison(wipes=True), "outlined changes": Comparison(shows_difference=True)}


def stroke(desk: CanvasDesk, points: list[QPointF], samples: Samples) -> None:
    """A whole stroke; each move is one sample."""
    canvas = desk.area.photo

    def send(kind: QEvent.Type, at: QPointF, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
        event = QMouseEvent(kind, at, canvas.mapToGlobal(at), button, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(canvas, event)
        desk.paint()

    send(QEvent.Type.MouseButtonPress, points[0], LEFT, LEFT)
    for point in points[1:]:
        cpu, wall = time.process_time(), time.perf_counter()
        send(QEvent.Type.MouseMove, point, NONE, LEFT)
        samples.wall.append(time.perf_counter() - wall)
        samples.cpu.append(time.process_time() - cpu)
    send(QEvent.Type.MouseButtonRelease, points[-1], LEFT, NONE)


def main() -> None:
    desk = CanvasDesk()
    session = desk.session
    session.brush_size, session.face_class = SIZE, 18
    variants = ["none", *AIDS, *COMPARED]
    for zoom in (1.0, 4.0):
        desk.area.viewport.show_at(zoom, QPointF(0.5, 0.5))
        samples = {name: Samples() for name in variants}
        for seed in range(ROUNDS):
            for name in variants:
                session.aids = frozenset({name}) & frozenset(AIDS)
                session.comparison = COMPARED.get(name, Comparison())
                desk.wait(30)
                desk.paint()
                stroke(desk, way(zoom, EVENTS, seed), samples[name])
        print_table(f"Brush event, radius 20, zoom {zoom:g}, with one thing more on the canvas", samples, "none")
    desk.close()


if __name__ == "__main__":
    main()

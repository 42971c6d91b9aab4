"""The assistants: what finding takes on threads of its own, and what of it a mouse move feels.

The photo is noise over a gradient: there is an edge everywhere, and none of them leads anywhere.
"""

from __future__ import annotations

import math
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import numpy as np
from canvas_desk import VIEW, CanvasDesk
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from timing import print_claim

from app.assist.grabcut import cut_out
from app.assist.livewire import Wire, terrain
from app.assist.watershed import between, grown
from app.imaging.raster import Rect
from app.ui.canvas.tools.live_wire import LiveWireTool

SIDE = 512
ROUNDS = 7
MOVES = 80
NONE, LEFT = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton


def on_its_thread(work: Callable[[], object]) -> float:
    """The median of some rounds, in milliseconds of the processor."""
    taken = []
    for _ in range(ROUNDS):
        before = time.process_time()
        work()
        taken.append((time.process_time() - before) * 1e3)
    return statistics.median(taken)


def photo() -> np.ndarray:
    rows, columns = np.mgrid[:SIDE, :SIDE]
    shade = np.stack((columns // 3, rows // 3, (rows + columns) // 6), axis=2)
    return (shade + np.random.default_rng(5).integers(0, 60, shade.shape)).clip(0, 255).astype(np.uint8)


def print_finding() -> None:
    """What is asked on a thread."""
    picture = photo()
    classes = (np.arange(SIDE * SIDE).reshape(SIDE, SIDE) // (SIDE * 64)).astype(np.uint8)
    over = terrain(picture, classes)
    print_claim("live wire: the edges of 512², ms", on_its_thread(lambda: terrain(picture, classes)), 100)
    print_claim("live wire: all ways from a seed, ms", on_its_thread(lambda: Wire(over, (200, 200))), 100)
    wire = Wire(over, (200, 200))
    corners = [(x, (x * 7) % SIDE) for x in range(0, SIDE, 4)]
    per_way = on_its_thread(lambda: [wire.to(corner) for corner in corners]) / len(corners)
    print_claim("live wire: one way, ms", per_way, 1)
    for side in (60, 160, 400):
        box = Rect(56, 56, side, side)
        print_claim(f"GrabCut in {side}², ms", on_its_thread(lambda box=box: cut_out(picture, box)), 1000)
    seeds = np.zeros((SIDE, SIDE), np.int32)
    seeds[100:400, 100:105], seeds[100:400, 400:405], seeds[20:25, 20:490] = 1, 2, 3
    room = between(seeds, 6)
    print_claim("growing over 512², ms", on_its_thread(lambda: grown(picture, seeds, room, blur=1)), 100)


def event(desk: CanvasDesk, kind: QEvent.Type, point: QPointF, button: Qt.MouseButton, held: Qt.MouseButton) -> float:
    """One mouse event and everything it leads to on this thread, painting included: ms of the processor."""
    canvas = desk.area.photo
    made = QMouseEvent(kind, point, canvas.mapToGlobal(point), button, held, Qt.KeyboardModifier.NoModifier)
    before = time.thread_time()
    QApplication.sendEvent(canvas, made)
    QApplication.sendPostedEvents()
    return (time.thread_time() - before) * 1e3


def print_moves(desk: CanvasDesk, zoom: float) -> None:
    """The pointer goes around with a wire behind it, of which three corners are set."""
    desk.area.viewport.show_at(zoom, QPointF(0.5, 0.5))
    desk.session.tool = LiveWireTool.name
    tool = next(t for t in desk.area.photo._tools.values() if isinstance(t, LiveWireTool))
    middle = QPointF(VIEW[0] / 2, VIEW[1] / 2)
    clicks = []
    for corner in (QPointF(-200, -150), QPointF(200, -150), QPointF(200, 150)):
        event(desk, QEvent.Type.MouseMove, middle + corner, NONE, NONE)
        clicks.append(event(desk, QEvent.Type.MouseButtonPress, middle + corner, LEFT, LEFT))
        event(desk, QEvent.Type.MouseButtonRelease, middle + corner, LEFT, NONE)
        while tool.is_waiting:
            QApplication.processEvents()
            time.sleep(0.002)
    assert len(tool.preview._shown.handles) == 3, "the clicks reached no mask"
    turn = [k / MOVES * 2 * math.pi for k in range(MOVES)]
    points = [middle + QPointF(math.cos(angle) * 250, math.sin(angle) * 250) for angle in turn]
    moves = sorted(event(desk, QEvent.Type.MouseMove, point, NONE, NONE) for point in points)
    desk.area.photo.cancel()
    print_claim(f"live wire: a move with repainting, ms ({zoom:g}×), median", statistics.median(moves), 16)
    print_claim(f"live wire: a move with repainting, ms ({zoom:g}×), 95 of 100", moves[int(0.95 * MOVES)], 16)
    print_claim(f"live wire: the slowest click, ms ({zoom:g}×)", max(clicks), 16)


def main() -> None:
    """Print what the assistants cost, beside the window and in it."""
    print_finding()
    desk = CanvasDesk()
    desk.session.face_class = 18
    while desk.area.photo.view is None:
        desk.wait(100)
    for zoom in (1.0, 8.0):
        print_moves(desk, zoom)
    desk.close()


if __name__ == "__main__":
    main()

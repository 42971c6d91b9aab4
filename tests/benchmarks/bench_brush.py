"""One brush event, radius 20, from the mouse event to repainted pixels, against a bare blit of the same rectangle.

The window's own path: PhotoCanvas, session, document, bridge. The bare blit gets the same events and paints the same
dirty rectangle from a ready picture. The full recompose is what a program without dirty rectangles does: colour all of
the mask, blend all of the photo, repaint all of the view.
"""

from __future__ import annotations

import math
import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
REPOSITORY = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(REPOSITORY), str(Path(__file__).resolve().parent), str(REPOSITORY / "tests" / "ui" / "canvas")]

import numpy as np  # noqa: E402
from drawn_store import DrawnStore  # noqa: E402
from PySide6.QtCore import QEvent, QEventLoop, QPointF, QRectF, Qt  # noqa: E402
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent  # noqa: E402
from PySide6.QtWidgets import QApplication, QWidget  # noqa: E402
from timing import Samples, print_table  # noqa: E402

from app.document.document import Document  # noqa: E402
from app.imaging.cv import cv2  # noqa: E402
from app.ui.background import SampleLoader, read_sample  # noqa: E402
from app.ui.bridge import Bridge  # noqa: E402
from app.ui.canvas.photo import PhotoCanvas  # noqa: E402
from app.ui.session import Session  # noqa: E402

VIEW = (1024, 900)
RADIUS = 20
SIZE = 2 * RADIUS + 1
EVENTS, ROUNDS = 60, 12


class Bare(QWidget):
    """Blits the rectangle that a brush of this size would change, from a picture that is ready."""

    def __init__(self, picture: QImage, zoom: float) -> None:
        super().__init__()
        self.resize(*VIEW)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._picture, self._zoom, self._last = picture, zoom, QPointF()
        self.origin = QPointF()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        here, reach = event.position(), SIZE * self._zoom
        box = QRectF(self._last, here).normalized().adjusted(-reach, -reach, reach, reach)
        self._last = here
        self.repaint(box.toRect())

    def start(self, point: QPointF) -> None:
        self._last = point

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        rect, zoom = event.rect(), self._zoom
        x, y = (rect.x() - self.origin.x()) / zoom, (rect.y() - self.origin.y()) / zoom
        painter.drawImage(QRectF(rect), self._picture, QRectF(x, y, rect.width() / zoom, rect.height() / zoom))
        painter.end()


class Recompose(Bare):
    """Colours the whole mask and blends the whole photo for every event, with numpy and OpenCV."""

    def __init__(self, picture: QImage, zoom: float, bits: np.ndarray) -> None:
        super().__init__(picture, zoom)
        words = np.frombuffer(picture.constBits(), np.uint8).reshape(picture.height(), picture.width(), 4)
        self._photo, self._bits = words[:, :, :3].copy(), bits
        self._flat = np.zeros(256, np.uint8)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        index = np.zeros(self._bits.shape, np.uint8)
        for k in range(18):
            np.copyto(index, k + 1, where=(self._bits >> k & 1).astype(bool))
        table = np.random.default_rng(0).integers(0, 255, (256, 3), np.uint8)
        size = self._photo.shape[1::-1]
        colours = cv2.resize(table[index], size, interpolation=cv2.INTER_NEAREST)
        covered = cv2.resize(index, size, interpolation=cv2.INTER_NEAREST) > 0
        blend = np.where(covered[..., None], cv2.addWeighted(self._photo, 0.5, colours, 0.5, 0), self._photo)
        self._out = cv2.cvtColor(blend, cv2.COLOR_BGR2BGRA)
        self._picture = QImage(self._out.data, *size, QImage.Format.Format_RGB32)
        self.repaint()


def way(zoom: float, count: int, seed: int) -> list[QPointF]:
    """A wandering path in the middle of the view, its steps those of a quick hand."""
    rng = random.Random(seed)
    angle, x, y = 0.0, VIEW[0] / 2, VIEW[1] / 2
    points = []
    for _ in range(count):
        angle += rng.uniform(-0.5, 0.5)
        step = min(60.0, RADIUS * 0.35 * 2 * zoom * rng.uniform(0.5, 1.5))
        x, y = x + math.cos(angle) * step, y + math.sin(angle) * step
        if not (40 < x < VIEW[0] - 40 and 40 < y < VIEW[1] - 40):
            x, y = VIEW[0] / 2 + rng.uniform(-100, 100), VIEW[1] / 2 + rng.uniform(-100, 100)
        points.append(QPointF(round(x), round(y)))
    return points


def send(widget: QWidget, kind: QEvent.Type, point: QPointF, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
    """One mouse event, and everything it leads to, painting included."""
    event = QMouseEvent(kind, point, widget.mapToGlobal(point), button, held, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(widget, event)
    QApplication.sendPostedEvents()


def stroke(widget: QWidget, points: list[QPointF], taken: Samples | None) -> None:
    """Press, move, release; the moves are timed."""
    none, left = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton
    if isinstance(widget, Bare):
        widget.start(points[0])
    send(widget, QEvent.Type.MouseButtonPress, points[0], left, left)
    for point in points[1:]:
        cpu, wall = time.thread_time(), time.perf_counter()
        send(widget, QEvent.Type.MouseMove, point, none, left)
        if taken is not None:
            taken.wall.append(time.perf_counter() - wall)
            taken.cpu.append(time.thread_time() - cpu)
    send(widget, QEvent.Type.MouseButtonRelease, points[-1], left, none)


def main() -> None:
    """Print a table per zoom."""
    application = QApplication.instance() or QApplication([])
    folder = tempfile.TemporaryDirectory()
    store = DrawnStore(Path(folder.name))
    session, bridge, document = Session(), Bridge(), Document(store)
    document.subscribe(bridge.changed.emit)
    session.document = document
    loader = SampleLoader(session)
    view = read_sample(store, store.sample_ids[0], session.fill_style())
    assert view.loaded is not None
    document.admit(view.loaded)
    canvas = PhotoCanvas(session)
    bridge.changed.connect(canvas.apply_changes)
    canvas.resize(*VIEW)
    session.sample = store.sample_ids[0]
    canvas.show_view(view)
    session.brush_size, session.face_class = SIZE, 13
    assert view.picture is not None
    for zoom, target in ((1.0, 3.2), (4.0, 2.0)):
        canvas.viewport.show_at(zoom, QPointF(0.5, 0.5))
        bare = Bare(view.picture.photo, zoom)
        slow = Recompose(view.picture.photo, zoom, view.loaded.mask.value.bits)  # type: ignore[union-attr]
        variants: dict[str, QWidget] = {"bare blit of the rectangle": bare, "brush event": canvas, "recompose": slow}
        place = canvas.placement()
        bare.origin = slow.origin = QPointF(place.x, place.y)
        for widget in variants.values():
            widget.show()
            widget.repaint()
        QEventLoop().processEvents()
        samples = {name: Samples() for name in variants}
        for round_ in range(ROUNDS):
            order = list(variants)
            random.Random(round_).shuffle(order)
            for name in order:
                points = way(zoom, 8 if name == "recompose" else EVENTS, round_)
                stroke(variants[name], points, samples[name] if round_ else None)
        title = f"brush event, radius {RADIUS}, {zoom:g}×, view {VIEW[0]}×{VIEW[1]}"
        print_table(title, samples, "bare blit of the rectangle", {"brush event": target})
        event, full = (statistics.median(samples[n].wall) for n in ("brush event", "recompose"))
        print(f"{'full recompose / brush event':44} {full / event:10.0f}, target ≥ 200")
        bare.hide()
        slow.hide()
    loader.close()
    document.close()
    folder.cleanup()
    del application


if __name__ == "__main__":
    main()

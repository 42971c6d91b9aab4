"""One brush event, radius 20, from the mouse event to repainted pixels, against blitting the same rectangle.

The brush event takes the window's own path: canvas area, session, tool, document, bridge. The references get the same
mouse events and repaint the same rectangle:

- *bare blit*: the words of the target. A handler in Python that only moves a rectangle, ``repaint``, and one opaque
  ``drawImage`` from a ready picture.
- *stamp and blit*: the "limit" of performance.md's tables, to which its prototypes compare as 2.6 (1×) and 1.5 (4×). As
  before, and the handler maps the pointer to the mask and stamps a capsule into a scratch array, for any brush must.
- *every restriction on*: the same brush event inside a class, in a range of the photo's lightness, with classes and the
  background locked; it may take half as long again.
- *recompose*: what a program without dirty rectangles does. Colour all of the mask, blend all of the photo, repaint all
  of the view.
"""

from __future__ import annotations

import math
import random
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import numpy as np
from canvas_desk import VIEW, CanvasDesk
from PySide6.QtCore import QEvent, QEventLoop, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget
from timing import Samples, print_claim, print_table, ratio

from app.faces.classes import bits_of
from app.imaging.compose import Area
from app.imaging.cv import cv2
from app.imaging.intensity import Channel, PhotoRange
from app.ui.session import Session

RADIUS = 20
SIZE = 2 * RADIUS + 1
EVENTS, ROUNDS = 60, 12
BARE, STAMP, EVENT, FULL = "bare blit of the rectangle", "stamp and blit", "brush event", "full recompose"
RESTRICTED = "brush event, every restriction on"


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


class StampAndBlit(Bare):
    """Stamps a capsule between the points into a scratch array before it blits."""

    def __init__(self, picture: QImage, zoom: float) -> None:
        super().__init__(picture, zoom)
        self._scratch = np.zeros((512, 512), np.uint8)
        self._at: tuple[int, int] | None = None

    def start(self, point: QPointF) -> None:
        self._at = None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        here, scale = event.position(), 2 * self._zoom
        end = int((here.x() - self.origin.x()) / scale), int((here.y() - self.origin.y()) / scale)
        start, self._at = self._at or end, end
        left, top = max(0, min(start[0], end[0]) - RADIUS), max(0, min(start[1], end[1]) - RADIUS)
        right, bottom = (min(512, max(start[k], end[k]) + RADIUS + 1) for k in (0, 1))
        stamp = self._scratch[: bottom - top, : right - left]
        stamp[:] = 0
        cv2.line(stamp, (start[0] - left, start[1] - top), (end[0] - left, end[1] - top), 1, SIZE)
        x, y = left * scale + self.origin.x(), top * scale + self.origin.y()
        self.repaint(QRect(int(x), int(y), int((right - left) * scale), int((bottom - top) * scale)))


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


def send(
    widget: QWidget, kind: QEvent.Type, point: QPointF, button: Qt.MouseButton, held: Qt.MouseButton
) -> tuple[float, float]:
    """One mouse event, and everything it leads to, painting included: seconds by the clock and of the processor."""
    event = QMouseEvent(kind, point, widget.mapToGlobal(point), button, held, Qt.KeyboardModifier.NoModifier)
    cpu, wall = time.thread_time(), time.perf_counter()
    QApplication.sendEvent(widget, event)
    QApplication.sendPostedEvents()
    return time.perf_counter() - wall, time.thread_time() - cpu


def stroke(widget: QWidget, points: list[QPointF], taken: Samples | None) -> None:
    """Press, move, release; the moves are timed."""
    none, left = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton
    if isinstance(widget, Bare):
        widget.start(points[0])
    send(widget, QEvent.Type.MouseButtonPress, points[0], left, left)
    for point in points[1:]:
        wall, cpu = send(widget, QEvent.Type.MouseMove, point, none, left)
        if taken is not None:
            taken.wall.append(wall)
            taken.cpu.append(cpu)
    send(widget, QEvent.Type.MouseButtonRelease, points[-1], left, none)


def restrict(session: Session, *, on: bool) -> None:
    """Set every restriction there is, or none."""
    session.area = Area.INSIDE if on else Area.EVERYWHERE
    session.area_class = 1
    session.photo_range = PhotoRange(Channel.LIGHTNESS, 20, 90) if on else None
    session.locked = bits_of("nose", "eye_g") if on else 0
    session.background_locked = on


def main() -> None:
    """Print a table per zoom."""
    desk = CanvasDesk()
    session, canvas = desk.session, desk.area.photo
    session.brush_size, session.face_class = SIZE, 13
    picture = canvas.picture
    assert picture is not None
    assert picture.bits is not None
    for zoom, strict, lenient, recomposed in ((1.0, 3.2, 3.2, 200), (4.0, 2.0, 2.0, 200)):
        desk.area.viewport.show_at(zoom, QPointF(0.5, 0.5))
        bare, stamp = Bare(picture.photo, zoom), StampAndBlit(picture.photo, zoom)
        slow = Recompose(picture.photo, zoom, picture.bits)
        variants: dict[str, QWidget] = {BARE: bare, STAMP: stamp, EVENT: canvas, RESTRICTED: canvas, FULL: slow}
        place = canvas.placement()
        for widget in (bare, stamp, slow):
            widget.origin = QPointF(place.x, place.y)
            widget.show()
            widget.repaint()
        QEventLoop().processEvents()
        samples = {name: Samples() for name in variants}
        for round_ in range(ROUNDS):
            order = list(variants)
            random.Random(round_).shuffle(order)
            for name in order:
                points = way(zoom, 8 if name == FULL else EVENTS, round_)
                restrict(session, on=name == RESTRICTED)
                stroke(variants[name], points, samples[name] if round_ else None)
        print_table(f"radius {RADIUS}, {zoom:g}×, view {VIEW[0]}×{VIEW[1]}", samples, BARE, {EVENT: strict})
        print_claim(f"{EVENT} / {STAMP} ({zoom:g}×)", ratio(samples, EVENT, STAMP), lenient)
        print_claim(f"{RESTRICTED} / {EVENT} ({zoom:g}×)", ratio(samples, RESTRICTED, EVENT), 1.5)
        event, full = (statistics.median(samples[name].wall) for name in (EVENT, FULL))
        print_claim(f"{FULL} / {EVENT} ({zoom:g}×)", full / event, recomposed, at_least=True)
        for widget in (bare, stamp, slow):
            widget.hide()
    desk.close()


if __name__ == "__main__":
    main()

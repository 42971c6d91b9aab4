"""Paints at every zoom and counts the screen pixels that differ from a full repaint.

A script, because the scale of the screen (``QT_SCALE_FACTOR``) is fixed when Qt starts. Prints one line per zoom and
overlay style: zoom, style, differing pixels after strokes and random repaints.
"""

from __future__ import annotations

import random
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent.parent.parent)]

import numpy as np  # noqa: E402
from drawn_store import DrawnStore  # noqa: E402
from PySide6.QtCore import QEvent, QPointF, QRect, Qt  # noqa: E402
from PySide6.QtGui import QImage, QMouseEvent  # noqa: E402
from PySide6.QtWidgets import QApplication, QWidget  # noqa: E402

from app.document.document import Document  # noqa: E402
from app.faces.classes import bits_of  # noqa: E402
from app.ui.bridge import Bridge  # noqa: E402
from app.ui.canvas.photo import PhotoCanvas  # noqa: E402
from app.ui.canvas.viewport import ZOOM_STEPS  # noqa: E402
from app.ui.sample_view import Look, read_sample  # noqa: E402
from app.ui.session import Session  # noqa: E402

STYLES = ("fill", "both", "hatch")


def pixels(window: QWidget) -> np.ndarray:
    """What is on the screen, as 32-bit words."""
    image = window.screen().grabWindow(window.winId()).toImage().convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.bytesPerLine() // 4).copy()


def wiggle(canvas: PhotoCanvas, rng: random.Random) -> None:
    """A stroke in a few jumps, the pointer resting inside afterwards, and some exposed rectangles."""
    left, none, plain = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier

    def send(kind: QEvent.Type, position: QPointF, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
        event = QMouseEvent(kind, position, canvas.mapToGlobal(position), button, held, plain)
        QApplication.sendEvent(canvas, event)
        QApplication.sendPostedEvents()

    def anywhere() -> QPointF:
        return QPointF(rng.randrange(canvas.width()), rng.randrange(canvas.height()))

    here = anywhere()
    send(QEvent.Type.MouseButtonPress, here, left, left)
    for _ in range(6):
        here = here + QPointF(rng.randrange(-60, 60), rng.randrange(-60, 60))
        send(QEvent.Type.MouseMove, here, none, left)
    send(QEvent.Type.MouseButtonRelease, here, left, none)
    for _ in range(4):
        send(QEvent.Type.MouseMove, anywhere(), none, none)
        corner = anywhere().toPoint()
        canvas.repaint(QRect(corner.x(), corner.y(), rng.randrange(3, 140), rng.randrange(3, 140)))


def main(mask_side: int, first: int | None) -> None:
    """Print the counts for a mask of this side under a photo of 1024 pixels.

    Every zoom in every style, or with ``first`` in one style each, beginning with that one and going through them.
    """
    application = QApplication([])
    rng = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        store = DrawnStore(Path(folder), sides=(1024, mask_side, 256))
        session, bridge, document = Session(), Bridge(), Document(store)
        bridge.attach(document)
        session.document = document
        view = read_sample(store, store.sample_ids[0], Look(session.fill_style()))
        assert view.loaded is not None
        document.admit(view.loaded)
        session.sample = store.sample_ids[0]
        window = QWidget()
        window.resize(620, 540)
        canvas = PhotoCanvas(session, parent=window)
        canvas.setGeometry(33, 21, 561, 483)
        bridge.changed.connect(canvas.apply_changes)
        bridge.follow_strokes(canvas.follow_stroke)
        canvas.show_view(view)
        window.show()
        application.processEvents()
        session.face_class = 18
        for turn, zoom in enumerate((0.0, *ZOOM_STEPS)):
            for style in STYLES if first is None else (STYLES[(turn + first) % len(STYLES)],):
                session.overlay_style = style
                session.looks = replace(session.looks, line_px=3 if style == "hatch" else 1)
                session.brush_size = rng.choice([1, 2, 9, 30])
                if zoom:
                    canvas.viewport.show_at(zoom, QPointF(rng.uniform(0.3, 0.7), rng.uniform(0.3, 0.7)))
                else:
                    canvas.viewport.fit()
                application.processEvents()
                for _ in range(3):
                    wiggle(canvas, rng)
                session.visible ^= rng.choice([bits_of("hair"), bits_of("nose", "skin")])
                application.processEvents()
                application.processEvents()  # the badge that is shown now is painted a turn later
                incremental = pixels(window)
                canvas.repaint()
                print(f"{zoom:g} {style} {int((pixels(window) != incremental).sum())}")
        document.close()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else None)

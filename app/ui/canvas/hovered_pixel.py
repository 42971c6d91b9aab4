"""The mask's pixel under the pointer, told to whoever shows it: the status bar, the colours, the companion views."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from app.imaging.footprint import Point
from app.ui.canvas.viewport import Viewport
from app.ui.session import Session

_AFTER_MS = 16
"""While a stroke is drawn others hear where the pointer is once per frame, not at every move of a quick mouse."""
Pointed = Callable[[], tuple[Point, tuple[int, ...]] | None]


class HoveredPixel(QObject):
    """One canvas's pixel. ``pointed`` gives the pointer's place on the mask and the mask's shape, as they are now."""

    def __init__(self, session: Session, viewport: Viewport, pointed: Pointed, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._viewport = viewport
        self._pointed = pointed
        self._told: tuple[int, int] | None = None
        self._is_due = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_AFTER_MS)
        self._timer.timeout.connect(self.tell)

    def tell_soon(self) -> None:
        """Tell with the next frame."""
        if not self._is_due:
            self._is_due = True
            self._timer.start()

    def tell(self) -> None:
        """Tell which pixel is under the pointer, should it be another one than before."""
        self._is_due = False
        pixel, pointed = None, self._pointed()
        if pointed is not None:
            point, (height, width) = pointed
            x, y = math.floor(point[0]), math.floor(point[1])
            if 0 <= x < width and 0 <= y < height:
                pixel = x, y
                self._viewport.pointer = (x + 0.5) / width, (y + 0.5) / height
        if pixel == self._told:
            return
        self._told = pixel
        if pixel is not None:
            self._session.pixel_hovered.emit(*pixel)
        else:
            self._viewport.pointer = None
            self._session.pixel_left.emit()

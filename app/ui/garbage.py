"""Cycles of objects are collected on the main thread only, and never under a hand that draws.

Python collects them on whatever thread happens to allocate, and what it finds may be widgets: destroyed on another
thread than their own they bring the process down, since the main thread may be in the middle of an event for them
(with PySide6 6.11 within two seconds of a worker's making cycles beside views that are in some). What ``faulthandler``
of Python 3.11 says then misleads: it writes "Garbage-collecting" at the thread that crashed, whichever one collects.
And Python collects in the middle of a stroke: looking through all that the window is made of takes a tenth of a second.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication

_EVERY_MS = 500
_MARK = "collectsOnMainThread"


def collect_on_main_thread(application: QObject) -> None:
    """From now on for as long as the application lives, however often this is asked for.

    A property says that it does: to look among its children wraps its style, whose class takes 10 ms to make.
    """
    if application.property(_MARK) is None:
        application.setProperty(_MARK, True)
        MainThreadCollector(application)


class MainThreadCollector(QObject):
    """Takes the place of Python's automatic collection for as long as the process lives."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(_EVERY_MS)

    def look(self) -> None:
        """Collect what is due; later while a button is held."""
        if QGuiApplication.mouseButtons() != Qt.MouseButton.NoButton:
            return
        collect_what_is_due()


def collect_what_is_due() -> None:
    """Collect the oldest generation that is due, by Python's own thresholds; on the main thread only."""
    counts, thresholds = gc.get_count(), gc.get_threshold()
    for generation in (2, 1, 0):
        if counts[generation] > thresholds[generation]:
            gc.collect(generation)
            return

"""Widgets in cycles die on their own thread."""

from __future__ import annotations

import gc
import threading

from PySide6.QtCore import QObject

from app.ui.garbage import MainThreadCollector


class Knot:
    """Refers to itself, and tells on which thread it died."""

    def __init__(self, died: list[threading.Thread]) -> None:
        self.self = self
        self._died = died

    def __del__(self) -> None:
        self._died.append(threading.current_thread())


def test_cycles_made_or_found_by_other_threads_end_on_the_main_one(qapp, qtbot) -> None:
    was_enabled = gc.isenabled()
    owner = QObject()
    MainThreadCollector(owner)
    died: list[threading.Thread] = []
    try:
        worker = threading.Thread(target=lambda: [Knot(died) for _ in range(20_000)] and None)
        worker.start()
        worker.join()
        assert died == []
        qtbot.waitUntil(lambda: len(died) == 20_000, timeout=10_000)
        assert set(died) == {threading.main_thread()}
    finally:
        owner.deleteLater()
        if was_enabled:
            gc.enable()

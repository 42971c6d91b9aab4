"""Widgets in cycles die on their own thread."""

from __future__ import annotations

import gc
import threading

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication

from app.ui.garbage import MainThreadCollector, collect_on_main_thread


class Knot:
    """Refers to itself, and tells on which thread it died."""

    def __init__(self, died: list[threading.Thread]) -> None:
        self.self = self
        self._died = died

    def __del__(self) -> None:
        self._died.append(threading.current_thread())


@pytest.fixture
def owner(qapp):
    """Of a collector; Python's own collection is as it was afterwards."""
    was_enabled = gc.isenabled()
    owner = QObject()
    yield owner
    owner.deleteLater()
    if was_enabled:
        gc.enable()


def test_cycles_made_or_found_by_other_threads_end_on_the_main_one(owner, qtbot) -> None:
    MainThreadCollector(owner)
    died: list[threading.Thread] = []
    worker = threading.Thread(target=lambda: [Knot(died) for _ in range(20_000)] and None)
    worker.start()
    worker.join()
    assert died == []
    qtbot.waitUntil(lambda: len(died) == 20_000, timeout=10_000)
    assert set(died) == {threading.main_thread()}


def test_nothing_is_collected_while_a_button_is_held(owner, monkeypatch) -> None:
    collector = MainThreadCollector(owner)
    died: list[threading.Thread] = []
    for _ in range(20_000):
        Knot(died)
    with monkeypatch.context() as held:
        held.setattr(QGuiApplication, "mouseButtons", lambda: Qt.MouseButton.LeftButton)
        collector.look()
    assert died == []
    collector.look()
    assert died


def test_one_collector_is_enough_for_an_application(owner) -> None:
    collect_on_main_thread(owner)
    collect_on_main_thread(owner)
    assert len(owner.findChildren(MainThreadCollector)) == 1

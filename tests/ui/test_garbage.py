"""Widgets in cycles die on their own thread."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication

from app.ui.garbage import MainThreadCollector, collect_on_main_thread

ROOT = Path(__file__).resolve().parents[2]

SHOW_VIEWS_IN_CYCLES = """
import os, sys, threading, time
from PySide6.QtCore import QStringListModel, QTimer
from PySide6.QtWidgets import QApplication, QListView
from app.ui.garbage import collect_on_main_thread

class Knot:
    def __init__(self):
        self.self = self

class View(QListView):
    def event(self, event):
        return super().event(event)

def allocate():
    while True:
        for _ in range(500):
            Knot()
        time.sleep(0.0001)

def show_some():
    for _ in range(20):
        view, model = View(), QStringListModel(["a"])
        view.destroyed.connect(lambda: died.append(threading.current_thread()))
        view.setModel(model)
        view.self = model.view = view
        view.show()
        view.hide()

application = QApplication([])
collect_on_main_thread(application)
died = []
for _ in range(2):
    threading.Thread(target=allocate, daemon=True).start()
timer = QTimer()
timer.timeout.connect(show_some)
timer.start(5)
QTimer.singleShot(1500, application.quit)
application.exec()
right = died and set(died) == {threading.main_thread()}
os._exit(0 if right else 1)
"""
"""Two threads make Python collect all the time while the main one has views that are in cycles."""


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


def test_what_workers_allocate_ends_no_widget_under_the_main_thread() -> None:
    done = subprocess.run([sys.executable, "-c", SHOW_VIEWS_IN_CYCLES], cwd=ROOT, check=False, timeout=60)
    assert done.returncode == 0


def test_tests_of_widgets_are_collected_as_the_program_is(qapp) -> None:
    assert not gc.isenabled()

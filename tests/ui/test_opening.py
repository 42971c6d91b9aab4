"""Opening happens beside the window: it answers meanwhile, minds changes of mind, and leaves nothing behind."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from app.jobs import Silent
from app.ui import opening
from app.ui.main_window import Wanted
from app.workbench.open import Opened, open_with_catalog
from tests.window_desk import Desk


class Door:
    """Holds openings back until it is opened; ``made`` are those that came about, ``closed`` those put away."""

    def __init__(self) -> None:
        self.is_open = threading.Event()
        self.waiting = threading.Semaphore(0)
        self.made: list[Opened] = []
        self.closed: list[Opened] = []

    def open_with_catalog(self, folder: Path, **options: object) -> Opened:
        self.waiting.release()
        assert self.is_open.wait(20)
        opened = open_with_catalog(folder, **options)  # type: ignore[arg-type]
        self.made.append(opened)
        return opened


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    door = Door()
    monkeypatch.setattr(opening, "open_with_catalog", door.open_with_catalog)
    close = Opened.close
    monkeypatch.setattr(Opened, "close", lambda opened: (door.closed.append(opened), close(opened)))
    yield door
    door.is_open.set()


@pytest.fixture
def other(dataset: Path, tmp_path: Path) -> Path:
    shutil.copytree(dataset, tmp_path / "other")
    return tmp_path / "other"


def test_the_window_answers_while_a_dataset_is_opened(
    make_desk: Callable[..., Desk], dataset: Path, door: Door, qtbot
) -> None:
    desk = make_desk()
    desk.window.open_folder(dataset)
    page = desk.window.start_page
    qtbot.waitUntil(page.busy.isVisible)
    assert page.busy_text.text() == f"Opening {dataset.name} …"
    assert not page.open_button.isEnabled()
    with qtbot.waitSignal(desk.window.opened):
        door.is_open.set()
    desk.wait_for_sample()
    assert (desk.document, door.closed) == (door.made[0].document, [])
    assert desk.workspace.browsing.catalog is door.made[0].catalog


def test_the_last_wish_counts(make_desk: Callable[..., Desk], dataset: Path, other: Path, door: Door, qtbot) -> None:
    desk = make_desk()
    desk.window.open_folder(dataset)
    desk.window.open_folder(other)
    with qtbot.waitSignal(desk.window.opened) as told:
        door.is_open.set()
    assert told.args[0].store.root == other
    qtbot.waitUntil(lambda: len(door.made) == 2)
    qtbot.waitUntil(lambda: len(door.closed) == 1)
    assert door.closed[0].document.store.root == dataset
    assert desk.document.store.root == other


def test_cancelling_brings_the_start_page_back_at_once(
    make_desk: Callable[..., Desk], dataset: Path, door: Door, qtbot
) -> None:
    desk = make_desk()
    desk.window.open_folder(dataset)
    page = desk.window.start_page
    qtbot.waitUntil(page.cancel_button.isVisible)
    qtbot.mouseClick(page.cancel_button, Qt.MouseButton.LeftButton)
    assert page.busy.isHidden()
    assert page.open_button.isEnabled()
    told: list[object] = []
    desk.window.opened.connect(told.append)
    door.is_open.set()
    qtbot.waitUntil(lambda: len(door.closed) == 1)
    qtbot.wait(20)
    assert told == []
    assert desk.window.stack.currentWidget() is page


def test_closing_the_window_puts_away_what_is_being_opened(
    make_desk: Callable[..., Desk], dataset: Path, door: Door
) -> None:
    desk = make_desk()
    desk.window.open_folder(dataset)
    assert door.waiting.acquire(timeout=10)
    door.is_open.set()
    desk.window.leave()
    assert len(door.closed) == len(door.made) == 1


def test_results_wait_until_the_document_has_come_to_the_window(dataset: Path) -> None:
    attempt = opening.Attempt(Wanted(dataset))
    ran: list[int] = []
    attempt.post(lambda: ran.append(1))
    assert attempt.run(Silent()) is None
    posted: list[Callable[[], None]] = []
    opened = attempt.take(posted.append)
    attempt.post(lambda: ran.append(2))
    for function in posted:
        function()
    opened.close()
    assert ran == [1, 2]

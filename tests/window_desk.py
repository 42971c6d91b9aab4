"""The real window over a small dataset, for tests of the window and for journeys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from app.faces.mask import Bits
from app.faces.sample import SampleId
from app.settings import Settings
from app.ui.app import make_window, settings_file
from app.ui.held import Held
from app.ui.main_window import MainWindow
from app.ui.session import Session
from app.workbench.indexing import IndexState
from tests.tiny_dataset import EVERYTHING, write


class Desk:
    """A window with what a user would reach for. ``faults`` collects what nobody caught; it must stay empty."""

    def __init__(self, qtbot, settings: Settings) -> None:
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        self._qtbot = qtbot
        self.window: MainWindow = make_window(application, settings, settings_file())
        self.faults: list[tuple[str, str, str]] = []
        self.window.faults.happened.connect(lambda *told: self.faults.append(told))
        with qtbot.waitSignal(self.window.ready, timeout=20_000), qtbot.waitActive(self.window):
            self.window.show()
            self.window.activateWindow()
        self._size = self.window.size()

    def open(self, folder: Path, sample: str | None = None) -> None:
        """Open a dataset and wait until a sample is on the screen."""
        self._folder = folder
        with self._qtbot.waitSignal(self.window.opened):
            self.window.open_folder(folder, sample)
        workspace = self.window.workspace
        assert workspace is not None
        assert workspace.document is not None
        self.wait_for_sample()

    def wait_for_sample(self) -> None:
        """The session's sample is decoded and shown."""
        self._qtbot.waitUntil(self._is_shown)

    def _is_shown(self) -> bool:
        session = self.workspace.session
        sample = session.sample
        return (
            sample is not None and session.document.is_open(sample) and self.workspace.loader.view(sample) is not None
        )

    @property
    def workspace(self):
        assert self.window.workspace is not None
        return self.window.workspace

    @property
    def document(self):
        return self.workspace.document

    @property
    def session(self):
        return self.workspace.session

    @property
    def bits(self) -> Bits:
        """The mask of the sample on screen, live."""
        return self.document.mask(self.session.sample).bits

    def action(self, action_id: str) -> QAction:
        """An action by the id that scripts use."""
        found = self.window.findChild(QAction, action_id)
        assert found is not None, action_id
        return found

    def caption(self, number: int) -> QLineEdit:
        """A caption editor by the name that scripts use."""
        found = self.window.findChild(QLineEdit, f"caption{number}")
        assert found is not None
        return found

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """A key on whatever has the focus."""
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifier)

    def at(self, x: float, y: float) -> QPoint:
        """Where on the photo canvas a mask point is."""
        canvas = self.workspace.area.photo
        place = canvas.placement()
        scale = place.scale * canvas.picture_size().width() / self.bits.shape[1]
        return (QPointF(x * scale + place.x, y * scale + place.y) / canvas.devicePixelRatioF()).toPoint()

    def press(self, x: float, y: float, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
        """Press on a mask point."""
        QTest.mousePress(self.workspace.area.photo, button, pos=self.at(x, y))

    def drag(self, x: float, y: float) -> None:
        """Move to a mask point."""
        QTest.mouseMove(self.workspace.area.photo, self.at(x, y))

    def release(self, x: float, y: float, button: Qt.MouseButton = Qt.MouseButton.LeftButton) -> None:
        """Release on a mask point."""
        QTest.mouseRelease(self.workspace.area.photo, button, pos=self.at(x, y))

    def stroke(self, *points: tuple[float, float]) -> None:
        """A whole stroke through mask points."""
        self.press(*points[0])
        for point in points[1:]:
            self.drag(*point)
        self.release(*points[-1])

    def saved(self) -> None:
        """Everything is in the files."""
        self._qtbot.waitUntil(lambda: not self.document.unsaved() and not self.document.saving())

    def indexed(self) -> None:
        """Everything is indexed, and the window knows it."""
        indexing = self.workspace.browsing.indexing
        self._qtbot.waitUntil(lambda: indexing.progress.state is IndexState.DONE, timeout=20_000)
        self.workspace.browsing.listing.pull()

    def search(self, text: str) -> list[str]:
        """Search for this and press Enter; the samples listed."""
        field = self.workspace.browsing.panel.bar.field
        field.setText(text)
        QTest.keyClick(field, Qt.Key.Key_Return)
        return list(self.workspace.browsing.hits)

    def focus(self, widget: QWidget) -> None:
        """Put the focus there."""
        widget.setFocus()
        self._qtbot.waitUntil(widget.hasFocus)

    def begin_anew(self, sample: str) -> None:
        """The window as it was after opening the dataset at ``sample``: for tests that share it."""
        self.window.activateWindow()
        self._qtbot.waitUntil(self.window.isActiveWindow)
        if self.document is None:
            self.open(self._folder, sample)
        session, document = self.session, self.document
        while (popup := QApplication.activePopupWidget()) is not None:
            popup.close()
        self.workspace.area.photo.cancel()
        for name, held in vars(Session).items():
            if isinstance(held, Held):
                setattr(session, name, held._default)
        for key in tuple(session.options):
            del session._options[key]
            session.option_changed.emit(key)
        session.face_class = 1
        session._previous_class = 1
        for edited in document.unsaved():
            document.go_to(edited, 0)
        self.window.resize(self._size)
        self.workspace.arrange("paint")
        session.sample = SampleId(sample)
        self.wait_for_sample()
        self.workspace.area.viewport.fit()
        self.workspace.area.photo.setFocus()

    def end(self) -> None:
        """As if the system said so."""
        self.window.leave()
        self.window.close()
        self.window.faults.uninstall()
        self.window.deleteLater()
        QApplication.processEvents()


def _move_home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("CONFIG", "STATE", "DATA", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(folder / name.lower()))
    return folder


@pytest.fixture
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings, logs and recent datasets of the user stay untouched."""
    return _move_home(tmp_path / "home", monkeypatch)


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """Two samples with masks, captions, attributes, one of them with a sketch."""
    return write(tmp_path / "dataset", EVERYTHING)


@pytest.fixture
def make_desk(qtbot, own_home: Path) -> Iterator[Callable[..., Desk]]:
    """Opens windows; each must end without a fault."""
    desks: list[Desk] = []

    def make(settings: Settings | None = None) -> Desk:
        desk = Desk(qtbot, settings or Settings(autosave="manual", theme="light"))
        desks.append(desk)
        return desk

    yield make
    for desk in desks:
        desk.end()
    assert [desk.faults for desk in desks if desk.faults] == []


@pytest.fixture
def desk(make_desk: Callable[..., Desk], dataset: Path) -> Desk:
    """The window with the dataset open; saving only when told."""
    made = make_desk()
    made.open(dataset, "17")
    return made


@pytest.fixture(scope="module")
def kept_desk(request: pytest.FixtureRequest, qapp, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One window for the tests of a module that change nothing for good; ``begin_anew`` before each."""
    root = tmp_path_factory.mktemp("kept")
    with pytest.MonkeyPatch.context() as monkeypatch:
        _move_home(root / "home", monkeypatch)
        made = Desk(QtBot(request), Settings(autosave="manual", theme="light"))
        made.open(write(root / "dataset", EVERYTHING), "17")
    yield made
    made.end()
    assert made.faults == []


@pytest.fixture
def shared_desk(kept_desk: Desk) -> Iterator[Desk]:
    """The module's window, as it was after opening the dataset."""
    kept_desk.begin_anew("17")
    yield kept_desk
    assert kept_desk.faults == []

"""The main job in the real window, without a screen: what ``facewright demo`` does where there is no display.

The window is the one people use; mouse and keyboard events are put into it, it is grabbed before and after, and the
files are compared by somebody who reads them afresh.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from app.document.document import Document
from app.faces.captions import Captions
from app.faces.errors import FaceDataError
from app.formats import open_store
from app.settings import Settings
from app.ui.app import make_application, make_window
from app.ui.main_window import MainWindow
from app.ui.window_state import WindowState
from app.workbench.tour import Task, choose_task, differing, fingerprints, is_editable, verify

SIZE = (1600, 1000)
_PATIENCE_S = 60.0
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class TourReport:
    """What was done and where the pictures are."""

    sample: str
    changed: tuple[str, ...]
    facts: tuple[str, ...]
    before: Path
    after: Path


def run_tour(folder: Path, pictures: Path, tell: Tell) -> TourReport:
    """Do the main job on the dataset in ``folder``, prove it, take it back, and leave pictures in ``pictures``.

    Raises FaceDataError when anything is not as it should be. The user's own settings are not touched.
    """
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    pictures.mkdir(parents=True, exist_ok=True)
    store = open_store(folder)
    if reason := is_editable(store):
        raise FaceDataError(f"{folder.name} cannot be edited: {reason}")
    task = choose_task(store)
    captions = store.read_captions(task.sample).value or Captions()
    before = fingerprints(store.root)
    with TemporaryDirectory(prefix="facewright-tour-") as home:
        application = make_application()
        window = make_window(application, Settings(autosave="manual", theme="light"), Path(home) / "settings.json")
        window.state = WindowState(Path(home) / "window.ini")
        window.resize(*SIZE)
        window.show()
        try:
            return _Guide(window, task, pictures, tell).lead(folder, before, captions)
        finally:
            window.leave()
            window.faults.uninstall()
            window.close()


class _Guide:
    def __init__(self, window: MainWindow, task: Task, pictures: Path, tell: Tell) -> None:
        self._window = window
        self._task = task
        self._before, self._after = pictures / "before.png", pictures / "after.png"
        self._tell = tell
        self._began = time.monotonic()

    def lead(self, folder: Path, before: dict[str, str], captions: Captions) -> TourReport:
        document = self._open(folder)
        self._grab(self._before)
        self._done(f"opened {folder.name} in the window (offscreen), sample {self._task.sample}")
        self._paint(document)
        self._done(f"painted a stroke with the mouse: {document.undo_label(self._task.sample)}")
        self._edit_caption(document)
        self._done(f"typed caption {self._task.caption + 1}: {self._task.text}")
        mask = document.mask(self._task.sample)
        assert mask is not None
        wanted = mask.copy()
        self._save(document)
        changed = differing(before, fingerprints(document.store.root))
        self._done("saved with Ctrl+S")
        document = self._open(folder)
        self._grab(self._after)
        facts = verify(open_store(folder), self._task, wanted, captions, changed)
        for fact in facts:
            self._tell(f"verified: {fact}")
        self._done("closed, reopened and verified")
        self._take_back(document)
        left = differing(before, fingerprints(document.store.root))
        if left:
            raise FaceDataError(f"undoing and saving did not bring back {', '.join(left)}; please report it")
        self._done("undid both with Ctrl+Z and saved: every file is byte for byte as it was")
        return TourReport(self._task.sample, changed, facts, self._before, self._after)

    def _open(self, folder: Path) -> Document:
        self._window.open_folder(folder, self._task.sample)
        self._until(self._is_shown, "the sample is shown")
        self._window.activateWindow()
        self._until(self._window.isActiveWindow, "the window takes keys")
        QTest.qWait(400)
        workspace = self._window.workspace
        assert workspace is not None
        document = workspace.document
        assert document is not None
        return document

    def _is_shown(self) -> bool:
        workspace = self._window.workspace
        if workspace is None or workspace.document is None or not workspace.document.is_open(self._task.sample):
            return False
        view = workspace.area.photo.view
        return view is not None and view.sample == self._task.sample and workspace.area.photo.picture is not None

    def _paint(self, document: Document) -> None:
        workspace = self._window.workspace
        assert workspace is not None
        canvas = workspace.area.photo
        canvas.setFocus()
        self._window.actions_[f"class.select.{self._task.class_id}"].trigger()
        self._window.actions_["tool.brush"].trigger()
        workspace.session.brush_size = self._task.brush_px
        place = canvas.mask_place()
        points = [
            QPointF((x * place.across + place.x) / place.ratio, (y * place.down + place.y) / place.ratio)
            for x, y in self._task.path
        ]
        _mouse(canvas, QEvent.Type.MouseButtonPress, points[0], Qt.MouseButton.LeftButton)
        for point in points[1:]:
            _mouse(canvas, QEvent.Type.MouseMove, point, Qt.MouseButton.LeftButton)
            QApplication.processEvents()
        _mouse(canvas, QEvent.Type.MouseButtonRelease, points[-1], Qt.MouseButton.NoButton)
        self._until(lambda: document.is_unsaved(self._task.sample), "the stroke is in the document")

    def _edit_caption(self, document: Document) -> None:
        editor = self._window.findChild(QLineEdit, f"caption{self._task.caption + 1}")
        if not isinstance(editor, QLineEdit):
            raise FaceDataError(f"the window shows no caption {self._task.caption + 1}")
        editor.setFocus()
        QTest.keyClick(editor, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClicks(editor, self._task.text)
        QTest.keyClick(editor, Qt.Key.Key_Return)
        said = self._task.caption, self._task.text
        self._until(lambda: _caption(document, self._task, said[0]) == said[1], "the caption is in the document")

    def _save(self, document: Document) -> None:
        QTest.keyClick(self._window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
        self._until(lambda: not document.unsaved() and not document.saving(), "everything is saved")

    def _take_back(self, document: Document) -> None:
        workspace = self._window.workspace
        assert workspace is not None
        workspace.area.photo.setFocus()
        for _ in range(2):
            QTest.keyClick(self._window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
            QApplication.processEvents()
        self._save(document)

    def _grab(self, file: Path) -> None:
        QTest.qWait(50)
        if not self._window.grab().save(str(file), "PNG"):
            raise FaceDataError(f"{file} cannot be written; name another folder for the demo")

    def _until(self, holds: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + _PATIENCE_S
        while not holds():
            if time.monotonic() > end:
                raise FaceDataError(f"waited {_PATIENCE_S:.0f} s in vain until {what}; please report it")
            QTest.qWait(10)

    def _done(self, what: str) -> None:
        now = time.monotonic()
        self._tell(f"{what} ({now - self._began:.1f} s)")
        self._began = now


def _caption(document: Document, task: Task, index: int) -> str | None:
    captions = document.captions(task.sample)
    return captions.texts[index] if captions is not None and index < len(captions) else None


def _mouse(widget: QWidget, kind: QEvent.Type, position: QPointF, held: Qt.MouseButton) -> None:
    """One mouse event of the left button, as the system would deliver it."""
    changes = Qt.MouseButton.NoButton if kind is QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
    place = QPointF(widget.mapToGlobal(position))
    event = QMouseEvent(kind, position, place, changes, held, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(widget, event)

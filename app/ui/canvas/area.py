"""The three linked views of the sample on screen, fed by the loader and the document's changes."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from app.document.changes import Change
from app.faces.sample import Modality, SampleId
from app.ui.background import SampleLoader
from app.ui.bridge import Bridge
from app.ui.canvas.before import Before
from app.ui.canvas.companions import ReferenceCanvas, SketchCanvas
from app.ui.canvas.frames import Role
from app.ui.canvas.photo import PhotoCanvas
from app.ui.canvas.touch import Touch
from app.ui.canvas.viewport import Viewport
from app.ui.sample_view import Look, SampleView, sketch_picture
from app.ui.session import Session

_LOADING_AFTER_MS = 250
_LOOK_AFTER_MS = 120
"""Neighbours are drawn anew when zoom, size and colours have been left alone for so long."""


class CanvasArea(QWidget):
    """Photo with mask, sketch, and photo alone, at one zoom and centre."""

    placeholder_action_requested = Signal(str)
    """The button of a placeholder was pressed: the name given to ``offer``."""
    refused = Signal(str)
    """A wish that could not be granted, and why."""

    def __init__(self, session: Session, bridge: Bridge, loader: SampleLoader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("canvasArea")
        self._session = session
        self._loader = loader
        self.viewport = Viewport(self)
        self.photo = PhotoCanvas(session, self.viewport)
        self.sketch = SketchCanvas(session, self.viewport)
        self.reference = ReferenceCanvas(session, self.viewport)
        self.before = Before(session, bridge, loader.view, self)
        self.photo.before = self.reference.source = self.before
        self.companions = QSplitter(Qt.Orientation.Vertical)
        self.companions.setObjectName("companionSplitter")
        self.companions.addWidget(self.sketch)
        self.companions.addWidget(self.reference)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setObjectName("canvasSplitter")
        self.splitter.addWidget(self.photo)
        self.splitter.addWidget(self.companions)
        self.splitter.setStretchFactor(0, 3)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([3000, 1300])
        self.splitter.setCollapsible(0, False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.splitter)
        self.setFocusProxy(self.photo)
        self._touch = Touch(self.photo, self.splitter)
        self._loading = QTimer(self)
        self._loading.setSingleShot(True)
        self._loading.setInterval(_LOADING_AFTER_MS)
        self._loading.timeout.connect(lambda: self._show_message(self.tr("Loading {0} …").format(session.sample)))
        self._look: Look | None = None
        self._look_timer = QTimer(self)
        self._look_timer.setSingleShot(True)
        self._look_timer.setInterval(_LOOK_AFTER_MS)
        self._look_timer.timeout.connect(self._tell_look)
        self.photo.refused.connect(self.refused)
        for canvas in (self.photo, self.sketch, self.reference):
            canvas.action_requested.connect(self.placeholder_action_requested)
        self.before.changed.connect(self._on_before_changed)
        self.viewport.changed.connect(self._on_look_changed)
        self.reference.before_changed.connect(self._on_look_changed)
        session.view_changed.connect(self._on_look_changed)
        for canvas in (self.photo, self.sketch, self.reference):
            canvas.resized.connect(self._on_look_changed)
        session.sample_changed.connect(self._on_sample_changed)
        bridge.changed.connect(self._on_changed)
        bridge.follow_strokes(self.photo.follow_stroke)
        loader.loaded.connect(self._on_loaded)
        loader.failed.connect(self._on_failed)
        self._on_sample_changed(session.sample)

    def offer(self, modality: Modality, action: str, text: str) -> None:
        """Where a sample lacks a mask or a sketch, show a button with this text that requests this action."""
        for canvas in (self.photo, self.sketch):
            canvas.placeholder_actions[modality.value] = (action, text)

    def _on_sample_changed(self, sample: SampleId | None) -> None:
        self._loading.stop()
        if sample is None:
            self._show_message(self.tr("No sample is open"))
            return
        self._loading.start()
        self._tell_look()
        self._loader.request(sample)

    def _on_before_changed(self) -> None:
        self.reference.source_changed()
        for decoration in self.photo.decorations.values():
            if decoration.is_on:
                decoration.before_changed()

    def _on_look_changed(self) -> None:
        self._look = None
        self._look_timer.start()

    def _tell_look(self) -> None:
        """Let the loader know what the views show, so that it can draw the samples to come."""
        if self._look is None:
            shown = [canvas for canvas in (self.photo, self.sketch, self.reference) if canvas.isVisible()]
            framings = {canvas.role: canvas.framing() for canvas in shown}
            self._look = Look(self._session.fill_style(), framings, self._session.looks.adjustment)
        self._loader.look = self._look

    def _on_loaded(self, view: SampleView) -> None:
        if view.sample != self._session.sample:
            return
        self._loading.stop()
        self.photo.show_view(view)
        self.sketch.show_view(view)
        self.reference.show_view(view)

    def _on_failed(self, sample: SampleId, message: str) -> None:
        if sample == self._session.sample:
            self._loading.stop()
            self._show_message(message)

    def _on_changed(self, changes: tuple[Change, ...]) -> None:
        self.photo.apply_changes(changes)
        for change in changes:
            if change.modality is Modality.MASK and change.sample != self._session.sample:
                self._loader.note_change(change.sample)
            if change.modality is Modality.SKETCH:
                self._show_sketch(change.sample)

    def _show_sketch(self, sample: SampleId) -> None:
        """Another sketch, whatever its file holds."""
        view, document = self._loader.view(sample), self._session.document
        if view is None or document is None or sample != self._session.sample:
            self._loader.forget(sample)
            return
        view.sketch = sketch_picture(document.sketch(sample))
        view.frames.pop(Role.SKETCH, None)
        view.problems = tuple(problem for problem in view.problems if problem.modality is not Modality.SKETCH)
        self.sketch.show_view(view)

    def _show_message(self, text: str) -> None:
        self.photo.show_message(text)
        self.sketch.show_message("")
        self.reference.show_message("")

"""The panels show the sample as the document has it: when another is turned to, when it changed, when it was saved.

Every panel hears from here alone what it is to show, so that all of them speak of the same sample at the same time.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from app.document.changes import Change, SaveEvent, SaveState
from app.faces.sample import Modality, SampleId

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow
    from app.ui.workspace import Workspace

_AREAS_AFTER_MS = 120


class Showing(QObject):
    """Joins session, loader and bridge to the panels of the workspace. ``stop`` when a dataset is left."""

    def __init__(self, window: MainWindow, workspace: Workspace) -> None:
        super().__init__(workspace)
        self._window = window
        self._parts = workspace
        self._session = workspace.session
        self._areas_timer, self._elsewhere_timer = QTimer(self), QTimer(self)
        for timer in (self._areas_timer, self._elsewhere_timer):
            timer.setSingleShot(True)
            timer.setInterval(_AREAS_AFTER_MS)
        self._areas_timer.timeout.connect(self._show_areas)
        self._elsewhere_timer.timeout.connect(self._show_history)
        self._session.sample_changed.connect(self._on_sample_changed)
        workspace.loader.loaded.connect(lambda _: self._show_sample())
        workspace.loader.failed.connect(self._on_load_failed)
        workspace.bridge.changed.connect(self._on_changed)
        workspace.bridge.save_event.connect(self._on_save_event)

    def stop(self) -> None:
        """What was to be shown in a moment is not: its document goes."""
        self._areas_timer.stop()
        self._elsewhere_timer.stop()

    def _on_sample_changed(self, sample: SampleId | None) -> None:
        self._window.banners.solve("dataset.load")
        document = self._session.document
        if sample is not None and self._parts.loader.view(sample) is not None:
            return  # it is ready: the panels follow with its picture, once
        if document is not None and sample is not None and document.is_open(sample):
            self._show_sample()
            return
        self._parts.history.refresh()
        self._parts.strip.refresh()
        self._parts.status.refresh()
        self._window.refresh_title()

    def _show_sample(self) -> None:
        """All panels show the sample as the document has it now."""
        document, sample = self._session.document, self._session.sample
        if document is None or sample is None:
            return
        self._show_captions()
        self._show_attributes()
        self._parts.cleanup.on_shown()
        self._parts.writing.on_shown()
        self._parts.evidence.on_shown()
        self._parts.history.refresh()
        self._show_areas()
        self._parts.strip.refresh()
        self._parts.status.refresh()
        self._window.refresh_actions()
        self._window.refresh_title()

    def _show_captions(self) -> None:
        document, sample = self._session.document, self._session.sample
        if document is not None and sample is not None:
            reason = document.read_only(sample, Modality.CAPTIONS)
            self._parts.captions.show_captions(sample, document.captions(sample), reason)

    def _show_attributes(self) -> None:
        document, sample = self._session.document, self._session.sample
        if document is not None and sample is not None:
            reason = document.read_only(sample, Modality.ATTRIBUTES)
            self._parts.attributes.show_attributes(document.attributes(sample), reason)

    def _show_areas(self) -> None:
        document, sample = self._session.document, self._session.sample
        if document is None or sample is None or document.stroke is not None or not document.is_open(sample):
            return
        self._parts.overlaps.refresh()
        mask = document.mask(sample)
        if mask is None:
            self._parts.classes.model.show_areas({}, 0)
        else:
            self._parts.classes.model.show_areas(mask.areas(), mask.bits.size)

    def _on_changed(self, changes: tuple[Change, ...]) -> None:
        self._parts.autosave.on_changes(changes)
        self._parts.cleanup.on_changed(changes)
        self._parts.writing.on_changed(changes)
        self._parts.evidence.on_changed(changes)
        document, sample = self._session.document, self._session.sample
        if document is None:
            return
        for change in changes:
            if change.sample != sample:
                continue
            if change.modality is Modality.MASK:
                self._areas_timer.start()
            elif change.modality is Modality.ATTRIBUTES:
                self._show_attributes()
            elif change.modality is Modality.CAPTIONS and change.origin is self._parts.captions:
                self._parts.captions.take_echo(document.captions(change.sample))
            elif change.modality is Modality.CAPTIONS:
                self._show_captions()
        if all(change.sample != sample for change in changes):
            if not self._elsewhere_timer.isActive():
                self._elsewhere_timer.start()  # of a bulk edit, which tells of thousands
            return
        self._show_history()

    def _show_history(self) -> None:
        self._elsewhere_timer.stop()
        self._parts.history.refresh()
        self._show_unsaved()

    def _show_unsaved(self) -> None:
        if self._session.document is not None:
            self._parts.browsing.note_edits(self._session.document)
            self._parts.saves.settle(self._session.document.unsaved())
        self._parts.status.refresh()
        self._window.refresh_title()
        self._window.refresh_actions()

    def _on_save_event(self, event: SaveEvent) -> None:
        self._parts.saves.show(event)
        if event.state is SaveState.SAVED:
            self._parts.status.show_saved(datetime.now())
        elif event.state in (SaveState.FAILED, SaveState.CONFLICT):
            self._parts.autosave.hold_back(event.sample)
        self._parts.browsing.note_save(event)
        if event.state is not SaveState.STARTED:
            self._show_unsaved()

    def _on_load_failed(self, sample: str, reason: str) -> None:
        text = self.tr("Sample {sample} cannot be shown: {reason}").format(sample=sample, reason=reason)
        self._window.banners.show_message("dataset.load", text, kind="warning")
        self._parts.captions.show_captions(None, None, None)
        self._parts.attributes.show_attributes(None, reason)

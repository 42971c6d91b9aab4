"""When edits go into the dataset's files without being told: on switching samples and after a pause.

The edit log has every edit long before; this is about the native files only. Manual means: never by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from app.settings import Settings

if TYPE_CHECKING:
    from app.document.changes import Change
    from app.document.document import Document
    from app.faces.sample import SampleId
    from app.ui.session import Session

_RETRY_MS = 300


class Autosave(QObject):
    """Watches the session and the document's changes and saves at the right moments."""

    def __init__(self, session: Session, settings: Settings) -> None:
        super().__init__(session)
        self._session = session
        self._settings = settings
        self._shown: SampleId | None = None
        self._held_back: set[SampleId] = set()
        self._idle = QTimer(self)
        self._idle.setSingleShot(True)
        self._idle.timeout.connect(self._on_idle)
        session.sample_changed.connect(self._on_sample_changed)

    def take_settings(self, settings: Settings) -> None:
        """These rules from now on."""
        self._settings = settings
        if settings.autosave == "manual":
            self._idle.stop()
        elif self._wanted():
            self._start()

    def on_changes(self, changes: tuple[Change, ...]) -> None:
        """The user did something: the pause begins anew."""
        self._held_back.difference_update(change.sample for change in changes)
        if self._settings.autosave == "automatic":
            self._start()

    def hold_back(self, sample: SampleId) -> None:
        """A save of it failed or met a conflict: not again by itself until it is edited or saved by hand."""
        self._held_back.add(sample)

    def stop(self) -> None:
        """The dataset is being closed."""
        self._idle.stop()
        self._held_back.clear()
        self._shown = None

    def _start(self) -> None:
        self._idle.start(round(self._settings.autosave_idle_s * 1000))

    def _wanted(self) -> list[SampleId]:
        document = self._session.document
        return [s for s in document.unsaved() if s not in self._held_back] if document is not None else []

    def _on_idle(self) -> None:
        document = self._session.document
        if document is None:
            return
        if document.stroke is not None:
            self._idle.start(_RETRY_MS)
            return
        self._save(document, self._wanted())

    def _on_sample_changed(self, sample: SampleId | None) -> None:
        left, self._shown = self._shown, sample
        document = self._session.document
        if document is None or left is None or self._settings.autosave == "manual":
            return
        if left not in self._held_back and document.is_unsaved(left):
            self._save(document, [left])

    @staticmethod
    def _save(document: Document, samples: list[SampleId]) -> None:
        if samples:
            document.save(samples)

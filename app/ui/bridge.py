"""Where the document meets Qt: its only subscriber, and its way back to the main thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

if TYPE_CHECKING:
    from app.document.changes import Change
    from app.document.document import Document


class Bridge(QObject):
    """Turns what the document tells into signals; made before the document, which needs ``post``."""

    changed = Signal(object)
    """A tuple of settled ``Change``s."""
    save_event = Signal(object)
    """A ``SaveEvent``."""
    _posted = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._unsubscribe: list[Callable[[], None]] = []
        self._followers: list[Callable[[tuple[Change, ...]], None]] = []
        self._posted.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def attach(self, document: Document | None) -> None:
        """Listen to this document instead of the one before."""
        for unsubscribe in self._unsubscribe:
            unsubscribe()
        self._unsubscribe = []
        if document is not None:
            self._unsubscribe = [
                document.subscribe(self._on_told),
                document.subscribe_saves(self.save_event.emit),
            ]

    def follow_strokes(self, follower: Callable[[tuple[Change, ...]], None]) -> None:
        """Call ``follower`` with what a stroke in progress changes: once per mouse move, hence without a signal."""
        self._followers.append(follower)

    def _on_told(self, changes: tuple[Change, ...]) -> None:
        if changes[0].in_progress:
            for follower in self._followers:
                follower(changes)
        else:
            self.changed.emit(changes)

    def post(self, function: Callable[[], None]) -> None:
        """Run ``function`` on the main thread soon. Any thread may call this."""
        self._posted.emit(function)

    def _run(self, function: Callable[[], None]) -> None:
        function()

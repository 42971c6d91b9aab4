"""How a job touches the document: it waits for its turn on the main thread, between two events of the user."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QObject, Qt, QTimer, Signal

if TYPE_CHECKING:
    from app.ui.session import Session

_T = TypeVar("_T")
_SLICE_S = 0.008
_STROKE_MS = 40


@dataclass(slots=True, eq=False)
class _Turn:
    work: Callable[[], Any]
    done: threading.Event = field(default_factory=threading.Event)
    result: Any = None
    error: BaseException | None = None

    def take(self) -> None:
        try:
            self.result = self.work()
        except BaseException as error:
            self.error = error
        self.done.set()


class Turns(QObject):
    """An ``OnDocument`` of the workbench. While a stroke is under the hand nobody else gets a turn."""

    coming = Signal()
    """Somebody gets a turn: what was typed and not taken yet is to be taken first, a job would write over it."""
    _asked = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._waiting: deque[_Turn] = deque()
        self._asked.connect(self._give, Qt.ConnectionType.QueuedConnection)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._give)

    def __call__(self, work: Callable[[], _T], /) -> _T:
        """From a job's thread: run ``work`` on the main thread; what it raises is raised here."""
        turn = _Turn(work)
        self._waiting.append(turn)
        self._asked.emit()
        turn.done.wait()
        if turn.error is not None:
            raise turn.error
        result: _T = turn.result
        return result

    def take_all(self) -> None:
        """Everybody who waits gets a turn now."""
        if self._waiting:
            self.coming.emit()
        while self._waiting:
            self._waiting.popleft().take()

    def _give(self) -> None:
        document = self._session.document
        if document is not None and document.stroke is not None:
            self._later.start(_STROKE_MS)
            return
        if self._waiting:
            self.coming.emit()
        end = time.perf_counter() + _SLICE_S
        while self._waiting:
            self._waiting.popleft().take()
            if time.perf_counter() > end and self._waiting:
                self._later.start(0)
                return

"""What nobody caught: written to the log, told in a banner, never the end of the window.

Errors in slots, timers and paint events all reach ``sys.excepthook`` and the program lives on. The log is meant to be
sent to others, so it holds ids, error codes and places in our code, but no captions, pixels, paths or user names.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
import zlib
from pathlib import Path
from types import TracebackType
from typing import Any

from PySide6.QtCore import QMessageLogContext, QObject, QtMsgType, Signal, qInstallMessageHandler

LOG = logging.getLogger("app")
FILE_NAME = "facewright.log"
_REPEATS = 5
_SEVERITY = {QtMsgType.QtDebugMsg: logging.DEBUG, QtMsgType.QtInfoMsg: logging.INFO}
_PACKAGE = Path(__file__).resolve().parent.parent
# Messages of these tell about code; the messages of others may quote a caption or a path.
_TELLING = (AttributeError, NameError, ImportError, TypeError)


class PrivateFormatter(logging.Formatter):
    """Lines without the user's places: the dataset is ``<dataset>``, the home folder ``~``."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s")
        self._places: dict[str, str] = {str(Path.home()): "~"}

    def hide(self, place: Path, shown: str) -> None:
        """From now on ``place`` reads ``shown``."""
        for text in {str(place), str(place.resolve())}:
            self._places[text] = shown

    def formatException(self, ei: tuple) -> str:
        """The type and the places; not the message, which may quote what the user wrote."""
        kind, error, trace = ei
        return "\n  ".join([said(kind, error), *places(trace)])

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        for place in sorted(self._places, key=len, reverse=True):
            if len(place) > 1:
                text = text.replace(place, self._places[place])
        return text


class Faults(QObject):
    """The hooks. ``happened(code, what, where)`` is emitted on the window's thread, once per kind of fault."""

    happened = Signal(str, str, str)

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.folder = folder
        self._formatter = PrivateFormatter()
        self._seen: dict[str, int] = {}
        self._handler: logging.Handler | None = None
        self._early: list[tuple[int, str]] = []
        """What Qt said before the log was open: no reason to open it."""
        self._before: tuple[Any, Any, Any] | None = None

    def install(self) -> None:
        """Catch what nobody else catches, from now on. The log is opened when there is something to write."""
        LOG.setLevel(logging.INFO)
        LOG.propagate = False
        self._before = (sys.excepthook, threading.excepthook, qInstallMessageHandler(self._on_qt_message))
        sys.excepthook = self.caught
        threading.excepthook = self._caught_in_thread

    def open_log(self) -> None:
        """The log is a file from now on. Importing its handler takes 10 ms that the first picture need not wait for."""
        if self._handler is not None:
            return
        import logging.handlers

        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._handler = logging.handlers.RotatingFileHandler(
                self.folder / FILE_NAME, maxBytes=1_000_000, backupCount=3, encoding="utf-8"
            )
            Path(self.folder / FILE_NAME).chmod(0o600)
        except OSError:
            self._handler = logging.StreamHandler()
        self._handler.setFormatter(self._formatter)
        LOG.addHandler(self._handler)
        LOG.info("start")
        for level, message in self._early:
            LOG.log(level, "%s", message)
        self._early.clear()

    def uninstall(self) -> None:
        """Put the hooks back that were there before and close the log."""
        if self._before is None:
            return
        sys.excepthook, threading.excepthook, qt_handler = self._before
        qInstallMessageHandler(qt_handler)
        self._before = None
        LOG.propagate = True
        if self._handler is not None:
            LOG.removeHandler(self._handler)
            self._handler.close()
            self._handler = None

    def hide(self, dataset: Path) -> None:
        """The log writes ``<dataset>`` for this folder."""
        self._formatter.hide(dataset, "<dataset>")

    def caught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Log an error that nobody caught and tell it; the same one again is only counted."""
        if issubclass(kind, KeyboardInterrupt | SystemExit):
            return
        self.open_log()
        frames = places(trace)
        where = next((f for f in reversed(frames) if not f.startswith("<")), frames[-1] if frames else "unknown")
        code = f"{zlib.crc32(f'{kind.__name__} {where}'.encode()):08X}"
        self._seen[code] = self._seen.get(code, 0) + 1
        if self._seen[code] <= _REPEATS:
            LOG.error("fault %s %s\n  %s", code, said(kind, error), "\n  ".join(frames))
            # The terminal is the user's own; and before there is a window, it is the only place to say it.
            sys.__excepthook__(kind, error, trace)
        if self._seen[code] == 1:
            self.happened.emit(code, kind.__name__, where.split(" ")[0])

    def forget(self, code: str) -> None:
        """The user has read about it: the next one of this kind is told again."""
        self._seen.pop(code, None)

    def _caught_in_thread(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            self.caught(arguments.exc_type, arguments.exc_value, arguments.exc_traceback)

    def _on_qt_message(self, level: QtMsgType, context: QMessageLogContext, message: str) -> None:
        severity = _SEVERITY.get(level, logging.WARNING)
        said = f"qt {context.category or ''}: {message}"
        if self._handler is None and level is not QtMsgType.QtFatalMsg:
            self._early.append((severity, said))
            return
        self.open_log()
        LOG.log(severity, "%s", said)


def said(kind: type[BaseException] | None, error: BaseException | None) -> str:
    """An error for the log: its type, and its message only where that is about code."""
    name = kind.__name__ if kind is not None else "error"
    return f"{name}: {error}" if isinstance(error, _TELLING) else name


def places(trace: TracebackType | None) -> list[str]:
    """Where an error passed, outermost first: ``ui/app.py:12 run``."""
    return [f"{_place(frame.filename)}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]


def _place(filename: str) -> str:
    """A source file without the folders of this machine: ``ui/app.py`` for ours, ``<json/decoder.py>`` else."""
    path = Path(filename)
    try:
        return path.resolve().relative_to(_PACKAGE).as_posix()
    except ValueError:
        return f"<{'/'.join(path.parts[-2:])}>"

"""Starts the window: the first picture first, everything heavy after it, and an end that loses nothing.

Nothing imported here may import numpy or OpenCV; a test holds that.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSocketNotifier, Qt, QTimer
from PySide6.QtWidgets import QApplication

from app.ui.memory import leave_sources_unread, share_arenas

leave_sources_unread()  # the sources of all that is imported from here on

from app import paths  # noqa: E402
from app.settings import Settings, load_settings  # noqa: E402

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow

_FRAME = (16, 40)
"""(width, height) that window managers add, about."""


def run(folder: Path | None, sample: str | None = None, *, layout: str | None = None, scheme: str | None = None) -> int:
    """The window's whole life: shows it, opens ``folder`` if one is given, returns the exit status.

    ``layout`` and ``scheme`` override what detection would find.
    """

    def begin(window: MainWindow) -> None:
        if folder is not None:
            window.open_when_ready(folder.resolve(), sample, layout=layout, scheme=scheme)

    return _live(begin)


def run_demo(folder: Path | None = None) -> int:
    """As ``run``, with the demo dataset; it is made first where it is not there yet."""

    def begin(window: MainWindow) -> None:
        window.ready.connect(lambda: window.make_demo(folder.resolve() if folder else None))

    return _live(begin)


def _live(begin: Callable[[MainWindow], None]) -> int:
    # Until the first picture the collector would look through thousands of new classes and find nothing to free, and
    # from then on it is called on this thread alone. It stays so to the end of the process: threads may outlive the
    # event loop, and none may collect what is left of the window.
    gc.disable()
    application = make_application()
    file = settings_file()
    window = make_window(application, load_settings(file), file)
    # Modules are there to stay: to look through them for cycles takes a twentieth of a second each time.
    window.ready.connect(gc.freeze)
    with contextlib.ExitStack() as stack:
        # Not before there is something to finish: what listens to signals takes 5 ms of the first picture.
        window.start_page.painted.connect(lambda: stack.enter_context(stopping_on_signals(window)))
        begin(window)
        window.show()
        status = application.exec()
        window.leave()
    window.faults.uninstall()
    return status


def settings_file() -> Path:
    """Where the preferences lie."""
    return paths.config_folder() / "settings.json"


def make_application() -> QApplication:
    """The one QApplication of the process, named."""
    running = QApplication.instance()
    application = running if isinstance(running, QApplication) else QApplication([sys.argv[0], "-style", "fusion"])
    application.setApplicationName("facewright")
    application.setApplicationDisplayName("Facewright")
    application.setDesktopFileName("facewright")
    return application


def make_window(application: QApplication, settings: Settings, file: Path) -> MainWindow:
    """The window with its theme and its net for faults, not shown yet."""
    from app.ui.faults import Faults
    from app.ui.garbage import collect_on_main_thread
    from app.ui.main_window import MainWindow
    from app.ui.theme import Theme

    collect_on_main_thread(application)
    faults = Faults(paths.log_folder(), application)
    faults.install()
    window = MainWindow(settings, file, Theme(application, settings.theme), faults)
    window.start_page.painted.connect(share_arenas)
    geometry = window.state.bytes_of("geometry")
    if geometry is not None:
        window.restoreGeometry(geometry)
    elif application.platformName() != "offscreen" and not _fits_screen(window):
        window.setWindowState(Qt.WindowState.WindowMaximized)
    return window


def _fits_screen(window: MainWindow) -> bool:
    """Whether the window and a usual frame around it have room on the screen."""
    room = window.screen().availableSize()
    return window.width() + _FRAME[0] <= room.width() and window.height() + _FRAME[1] <= room.height()


@contextlib.contextmanager
def stopping_on_signals(window: MainWindow) -> Iterator[None]:
    """SIGTERM and SIGINT finish what was begun and end the event loop. Edits are in the edit log by then.

    Python runs signal handlers only between its own instructions, and in Qt's event loop there are none; a socket
    that the interpreter writes to wakes the loop.
    """
    import socket

    reader, writer = socket.socketpair()
    for end in (reader, writer):
        end.setblocking(False)
    notifier = QSocketNotifier(reader.fileno(), QSocketNotifier.Type.Read)

    def woken() -> None:
        with contextlib.suppress(OSError):
            reader.recv(64)

    def stop(_number: int, _frame: object) -> None:
        logging.getLogger("app").info("stopped by the system")
        QTimer.singleShot(0, finish)

    def finish() -> None:
        window.leave()
        QApplication.exit(0)

    notifier.activated.connect(woken)
    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    woken_before = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(woken_before)
        for number, handler in before.items():
            signal.signal(number, handler)
        notifier.setEnabled(False)
        reader.close()
        writer.close()

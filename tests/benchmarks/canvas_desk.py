"""A canvas area on drawn samples, for the benchmarks that need the window's own path."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
REPOSITORY = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(REPOSITORY), str(REPOSITORY / "tests" / "ui" / "canvas")]

from drawn_store import DrawnStore  # noqa: E402
from PySide6.QtCore import QEventLoop, QTimer  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402

from app.document.document import Document  # noqa: E402
from app.ui.background import SampleLoader  # noqa: E402
from app.ui.bridge import Bridge  # noqa: E402
from app.ui.canvas.area import CanvasArea  # noqa: E402
from app.ui.session import Session  # noqa: E402

VIEW = (1024, 900)


class CanvasDesk:
    """One area whose photo view has the size ``VIEW``; the companions are folded away."""

    def __init__(self) -> None:
        self.application = QApplication.instance() or QApplication([])
        self._folder = tempfile.TemporaryDirectory()
        self.session, self.bridge = Session(), Bridge()
        self.document = Document(DrawnStore(Path(self._folder.name)), post=self.bridge.post)
        self.bridge.attach(self.document)
        self.session.document = self.document
        self.loader = SampleLoader(self.session)
        self.area = CanvasArea(self.session, self.bridge, self.loader)
        self.area.companions.hide()
        self.area.resize(*VIEW)
        self.area.show()
        self.session.sample = self.document.store.sample_ids[1]
        self.wait(1500)

    @staticmethod
    def wait(time_ms: int) -> None:
        """Let threads and events work."""
        loop = QEventLoop()
        QTimer.singleShot(time_ms, loop.quit)
        loop.exec()

    @staticmethod
    def paint() -> None:
        """Deliver what was asked to be repainted."""
        QApplication.sendPostedEvents()

    def close(self) -> None:
        """End the threads and remove the folder."""
        self.loader.close()
        self.document.close()
        self._folder.cleanup()

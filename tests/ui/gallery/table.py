"""A gallery on a table of its own, for tests."""

from __future__ import annotations

from PySide6.QtCore import QEventLoop, QTimer

from app.faces.sample import SampleId
from app.ui.gallery.model import GalleryModel
from app.ui.gallery.view import GalleryView
from app.ui.session import Session


class Table:
    """A gallery, its session, and what it told."""

    def __init__(self, qtbot, session: Session, model: GalleryModel | None = None) -> None:
        self.session = session
        self.model = model or GalleryModel()
        self.view = GalleryView(session, self.model)
        self.chosen: list[str] = []
        self.view.sample_chosen.connect(self.chosen.append)
        self.view.resize(640, 480)
        qtbot.addWidget(self.view)
        with qtbot.waitExposed(self.view):
            self.view.show()

    def show(self, count: int) -> tuple[SampleId, ...]:
        """List samples 0 … count − 1."""
        ids = tuple(SampleId(str(number)) for number in range(count))
        self.model.show(ids)
        return ids

    def settle(self) -> None:
        """Every thumbnail on screen is there."""
        thumbnails = self.view.thumbnails
        self.view.viewport().repaint()
        if thumbnails.has_all(self.view.seen):
            return
        loop = QEventLoop()
        connection = thumbnails.arrived.connect(lambda _: thumbnails.has_all(self.view.seen) and loop.quit())
        QTimer.singleShot(10_000, loop, lambda: loop.exit(1))
        late = loop.exec()
        thumbnails.disconnect(connection)
        assert not late, "thumbnails are missing"

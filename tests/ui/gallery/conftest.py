"""A gallery on a table of its own: many samples by name alone, or a few real files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEventLoop, QTimer

from app.faces.sample import SampleId
from app.ui.gallery.model import GalleryModel
from app.ui.gallery.view import GalleryView
from app.ui.session import Session
from app.workbench.open import open_document
from tests.formats.drawn import jpeg
from tests.tiny_dataset import EVERYTHING, write


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


@pytest.fixture
def table(qtbot) -> Iterator[Table]:
    """No dataset: cells without pictures."""
    made = Table(qtbot, Session())
    made.session.setParent(made.view)
    yield made
    made.view.close_threads()


@pytest.fixture
def make_table(qtbot, tmp_path: Path) -> Iterator[Callable[..., Table]]:
    """A gallery over these files (and those of the tiny dataset)."""
    tables = []

    def make(**files: bytes) -> Table:
        session = Session()
        folder = write(tmp_path / "dataset", EVERYTHING | {"CelebA-HQ-img/17.jpg": jpeg(size=(64, 32))} | files)
        session.document = open_document(folder)
        made = Table(qtbot, session)
        session.setParent(made.view)
        made.model.show(session.document.store.sample_ids)
        tables.append(made)
        return made

    yield make
    for made in tables:
        made.view.close_threads()
        made.session.document.close()

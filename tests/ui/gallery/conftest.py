"""Galleries: many samples by name alone, or a few real files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.ui.session import Session
from app.workbench.open import open_document
from tests.formats.drawn import jpeg
from tests.tiny_dataset import EVERYTHING, write
from tests.ui.gallery.table import Table


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
        tables.append((made, session.document))
        return made

    yield make
    for made, document in tables:
        made.view.close_threads()
        document.close()

"""Every test of this room gets a small dataset of its own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.document.document import Document
from tests.document.plain_store import BY_HAND, MEMORY_DISK, PlainStore, make_dataset


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    return make_dataset(tmp_path / "faces")


@pytest.fixture
def quick_dataset() -> Iterator[Path]:
    """On a disk of memory where there is one: hundreds of saves without waiting for a medium."""
    with tempfile.TemporaryDirectory(dir=MEMORY_DISK) as folder:
        yield make_dataset(Path(folder) / "faces")


@pytest.fixture
def store(dataset: Path) -> PlainStore:
    return PlainStore(dataset)


@pytest.fixture
def document(store: PlainStore) -> Document:
    return Document(store, settings=BY_HAND)

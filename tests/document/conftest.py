"""Every test of this room gets a small dataset of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.document.plain_store import PlainStore, make_dataset


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    return make_dataset(tmp_path / "faces")


@pytest.fixture
def store(dataset: Path) -> PlainStore:
    return PlainStore(dataset)

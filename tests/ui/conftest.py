"""Every test of the window has a home of its own: settings, logs and recent datasets of the user stay untouched."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.window_desk import dataset, desk, kept_desk, make_desk, own_home, shared_desk

__all__ = ["dataset", "desk", "kept_desk", "make_desk", "own_home", "shared_desk"]


@pytest.fixture(autouse=True)
def _at_home(own_home: Path) -> None:
    """Also for tests that make no window."""

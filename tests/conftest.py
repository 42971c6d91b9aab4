"""Fixtures every floor may use. Real samples are licensed for internal research: found by path, never copied here."""

from __future__ import annotations

from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real samples beside the checkout; the test skips, saying so, where it is absent."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the licensed real samples (../shared/data) are not on this machine")
    return folder

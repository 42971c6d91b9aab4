"""The tests of clean-up share one window: making one takes longer than any of them."""

from __future__ import annotations

import pytest

from tests.window_desk import Desk


@pytest.fixture
def desk(shared_desk: Desk) -> Desk:
    """The shared window in place of one of one's own, with the panel shut and its tick off."""
    cleanup = shared_desk.workspace.cleanup
    cleanup.panel.ignores.setChecked(False)
    cleanup.marks._hide_reach()
    return shared_desk

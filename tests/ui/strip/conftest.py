"""The tests of the strip share one window: making one takes longer than any of them."""

from __future__ import annotations

import pytest

from tests.window_desk import Desk


@pytest.fixture
def desk(shared_desk: Desk) -> Desk:
    """The shared window in place of one of one's own."""
    return shared_desk

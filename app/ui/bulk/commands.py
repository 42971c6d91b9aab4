"""What the actions for many samples do; see ``app.ui.commands``."""

# ruff: noqa: PLW0108 - the lambdas look the workspace up when they are used, there is none when they are made
from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.ui.workspace import Workspace


def bulk_handlers(workspace: Callable[[], Workspace]) -> dict[str, Callable[[], None]]:
    """A function for every row of the table that edits many samples."""
    return {
        "bulk.replace": lambda: workspace().bulk.replace(),
        "bulk.generate": lambda: workspace().bulk.generate(),
        "bulk.import": lambda: workspace().bulk.import_captions(),
        "bulk.attributes": lambda: workspace().bulk.set_attributes(),
    }

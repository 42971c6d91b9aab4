"""What the actions of the menu Mask/Clean-up do: each operator's opens the panel with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from app.ui.actions import TABLE

if TYPE_CHECKING:
    from app.ui.workspace import Workspace

PREFIX = "cleanup."


def cleanup_handlers(workspace: Callable[[], Workspace]) -> dict[str, Callable[[], None]]:
    """A function for each of the table's rows about clean-ups."""

    def opener(name: str) -> Callable[[], None]:
        return lambda: workspace().cleanup.open(name)

    names = [row.id.removeprefix(PREFIX) for row in TABLE if row.id.startswith(PREFIX) and row.id.count(".") > 1]
    return {
        "cleanup.repeat": lambda: workspace().cleanup.apply(),  # noqa: PLW0108 - there is no workspace yet
        **{f"{PREFIX}{name}": opener(name) for name in names},
    }

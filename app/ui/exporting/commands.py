"""What the actions of exporting do; see ``app.ui.commands``."""

# ruff: noqa: PLW0108 - the lambdas look the workspace up when they are used, there is none when they are made
from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.ui.exporting.export_list import ExportList
    from app.ui.workspace import Workspace


def export_handlers(workspace: Callable[[], Workspace]) -> dict[str, Callable[[], None]]:
    """A function for every row of the table that exports."""

    def export_list() -> ExportList:
        return workspace().exporting.list

    return {
        "file.export": lambda: workspace().exporting.export(),
        "file.working_copy": lambda: workspace().exporting.make_working_copy(),
        "export.add_listed": lambda: export_list().add_listed(),
        "export.add_search": lambda: export_list().add_from_search(),
        "export.add_file": lambda: export_list().add_from_file(),
        "export.show": lambda: export_list().show(),
        "export.clear": lambda: export_list().clear(),
    }

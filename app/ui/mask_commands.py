"""What the rows of the menu “Mask” do; see ``commands``. Clean-up and the mirrored side have theirs where they live.

This module is loaded before numpy, so what does the work (``mask_verbs``) is imported when it is used.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.ui.session import Session
    from app.ui.workspace import Workspace

Handlers = dict[str, Callable[[], None]]


def mask_handlers(workspace: Callable[[], Workspace]) -> Handlers:
    """By action id."""

    def verb(name: str) -> Callable[[], None]:
        def do() -> None:
            from app.ui import mask_verbs

            does: Callable[[Session], None] = getattr(mask_verbs, name)
            does(workspace().session)

        return do

    return {
        "brush.others": verb("next_others"),
        "mask.area": verb("next_area"),
        "mask.range": verb("turn_range"),
        "mask.free": verb("lift_restrictions"),
        "mask.swap_pair": verb("swap_pair"),
        "mask.swap_all": verb("swap_all"),
        "mask.copy_previous": verb("copy_previous"),
        "mask.copy_saved": verb("copy_saved"),
    }

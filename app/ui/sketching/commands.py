"""What the actions about sketches do; see ``app.ui.commands``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.ui.workspace import Workspace


def sketch_handlers(workspace: Callable[[], Workspace]) -> dict[str, Callable[[], None]]:
    """By action id. What draws is loaded when it is used: numpy and OpenCV are not there yet."""

    def open_dialog(*, by_hand: bool) -> None:
        from app.ui.sketching.dialog import SketchDialog

        here = workspace()
        document, sample = here.document, here.session.sample
        if document is not None and sample is not None and document.is_open(sample):
            SketchDialog(here, sample, by_hand=by_hand).open()

    return {
        "sketch.draw": lambda: open_dialog(by_hand=False),
        "sketch.touch": lambda: open_dialog(by_hand=True),
    }

"""What every tool is: something that is pressed, moved and released at points of the mask, and can be cancelled.

Tools know the session and the document, no widget: points are mask pixels (pixel (0, 0) covers 0 ≤ x < 1), and what
they change comes back to the canvas as the document's changes.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt

from app.imaging.footprint import Point
from app.ui.session import Session


class Tool:
    """Does nothing; tools override what they need. ``refuse`` takes the reason why a wish was not granted."""

    name = ""
    pointer = Qt.CursorShape.ArrowCursor
    shows_footprint = False

    def __init__(self, session: Session, refuse: Callable[[str], None]) -> None:
        self.session = session
        self.refuse = refuse

    @property
    def is_active(self) -> bool:
        """Whether something is being drawn that ``release`` would finish and ``cancel`` take back."""
        return False

    @property
    def line_start(self) -> Point | None:
        """Where a straight line to the pointer would begin, for tools that draw lines."""
        return None

    def press(self, point: Point, *, erase: bool = False, line: bool = False) -> None:
        """The button went down; ``erase``: the right one; ``line``: draw straight from the last point."""

    def move(self, point: Point | None) -> None:
        """The pointer moved while pressed; None: it is outside the view, and where it went there counts for nothing."""

    def release(self) -> None:
        """The button went up: keep what was drawn."""

    def cancel(self) -> None:
        """Take back what is being drawn."""

    def forget(self) -> None:
        """Another sample is shown: cancel, and remember no point of the one before."""
        self.cancel()

"""The hand: dragging moves the picture. The views do that themselves; the tool only leaves the mask alone."""

from __future__ import annotations

from PySide6.QtCore import Qt

from app.ui.canvas.tools.tool import Tool


class HandTool(Tool):
    """Moves the picture."""

    name = "hand"
    pointer = Qt.CursorShape.OpenHandCursor
    verb = ""
    says = "Drag to move the picture"
    changes_mask = False

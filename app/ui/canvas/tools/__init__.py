"""What the pointer does to a mask. Adding a tool is one file and one line here."""

from __future__ import annotations

from app.ui.canvas.tools.brush import BrushTool, EraserTool
from app.ui.canvas.tools.hand import HandTool
from app.ui.canvas.tools.pick import PickTool
from app.ui.canvas.tools.tool import Tool

BUILT_IN: tuple[type[Tool], ...] = (BrushTool, EraserTool, PickTool, HandTool)

__all__ = ["BUILT_IN", "BrushTool", "EraserTool", "HandTool", "PickTool", "Tool"]

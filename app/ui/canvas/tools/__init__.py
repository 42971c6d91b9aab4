"""What the pointer does to a mask. Adding a tool is one file and one line here."""

from __future__ import annotations

from app.ui.canvas.tools.brush import BrushTool, EraserTool
from app.ui.canvas.tools.fill import FillTool
from app.ui.canvas.tools.grabcut import GrabCutTool
from app.ui.canvas.tools.grow import GrowTool
from app.ui.canvas.tools.hand import HandTool
from app.ui.canvas.tools.lasso import LassoTool
from app.ui.canvas.tools.level_trace import LevelTraceTool
from app.ui.canvas.tools.live_wire import LiveWireTool
from app.ui.canvas.tools.move import MoveTool
from app.ui.canvas.tools.pick import PickTool
from app.ui.canvas.tools.relabel import RelabelTool
from app.ui.canvas.tools.shapes import EllipseTool, RectangleTool
from app.ui.canvas.tools.smooth import SmoothTool
from app.ui.canvas.tools.tool import Tool
from app.ui.canvas.tools.wand import WandTool

BUILT_IN: tuple[type[Tool], ...] = (
    BrushTool,
    EraserTool,
    SmoothTool,
    FillTool,
    LassoTool,
    RectangleTool,
    EllipseTool,
    WandTool,
    LevelTraceTool,
    LiveWireTool,
    GrabCutTool,
    GrowTool,
    MoveTool,
    RelabelTool,
    PickTool,
    HandTool,
)

__all__ = ["BUILT_IN", "BrushTool", "EraserTool", "HandTool", "PickTool", "Tool"]

"""Where the brush's outline is on the canvas: under the pointer, and across the face while the tool mirrors."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QPainter

from app.imaging.footprint import BrushShape, Point, footprint_centre, placed
from app.imaging.raster import Rect
from app.ui.canvas.cursor import WHOLE, Corner, FootprintCursor
from app.ui.canvas.tools.tool import Tool
from app.ui.canvas.viewport import MaskPlace


class PlacedCursor:
    """One canvas's outline. ``dirty`` is told the device pixels that are to be painted anew when it moves."""

    def __init__(self, dirty: Callable[[Rect | None], None], size: int, shape: BrushShape) -> None:
        self._dirty = dirty
        self.size, self.shape = size, shape
        """The brush, in mask pixels."""
        self.outline = FootprintCursor()
        self.corner: Corner | None = None
        """The device pixel of the footprint's top left corner; None: it is not shown."""
        self.mirrored: Corner | None = None
        """Where the same outline is on the other side of the face, while the tool mirrors."""

    def show(self, hover: Point, tool: Tool, place: MaskPlace) -> None:
        """The pointer is at this point of the mask with the tool in hand."""
        before, size = self.corner, self.size
        if tool.brush_at is not None:
            hover, size = tool.brush_at
        x, y = placed(hover, size)
        kind = (size, self.shape, place.across, place.down, place.phase(x, y) if place.is_uneven else WHOLE)
        if kind != self.outline.kind:
            for each in (before, self.mirrored):
                self._dirty(self.outline.extent(each, each) if each else None)
            before = self.mirrored = None
            self.outline.hold(kind)
        corner = place.corner(x, y)
        if corner != before:
            self._dirty(self.outline.extent(corner, before or corner))
            self.corner = corner
        if tool.axis is not None:
            mirrored = tool.axis.mirrored(footprint_centre(hover, size))
            self._mirror_at(place.corner(*placed(mirrored, size)))
        elif self.mirrored is not None:
            self._mirror_at(None)

    def hide(self) -> None:
        """There is nothing to show: the pointer left, or the picture is being moved."""
        if self.corner is not None:
            self._dirty(self.outline.extent(self.corner, self.corner))
            self.corner = None
        if self.mirrored is not None:
            self._mirror_at(None)

    def paint(self, painter: QPainter) -> None:
        """Draw the outlines that are shown."""
        if self.corner is not None:
            self.outline.paint(painter, self.corner)
            if self.mirrored is not None:
                self.outline.paint(painter, self.mirrored)

    def _mirror_at(self, corner: Corner | None) -> None:
        before, self.mirrored = self.mirrored, corner
        for each in (corner, before) if corner != before else ():
            self._dirty(self.outline.extent(each, each) if each else None)

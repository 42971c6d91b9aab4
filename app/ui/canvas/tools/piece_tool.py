"""What tools share that take up one connected piece of a class and change the mask by it."""

from __future__ import annotations

from collections.abc import Callable
from math import floor

from app.faces.classes import CLASSES
from app.faces.errors import FaceDataError
from app.faces.mask import Bits, MaskLayers
from app.imaging.components import Component, component_at, topmost_at
from app.imaging.compose import admitted
from app.imaging.footprint import Point
from app.imaging.raster import Rect
from app.ui.canvas.tools.area_tool import ERASING
from app.ui.canvas.tools.tool import NO_MASK, Tool
from app.ui.mask_change import change_mask, mask_on_screen


class PieceTool(Tool):
    """Finds the piece under a point, shows what would become of it, and does it."""

    def piece_at(self, point: Point) -> Component | None:
        """The piece of the topmost visible class at a mask point; where no class is, of the background."""
        mask = mask_on_screen(self.session)
        if mask is None:
            return None
        x, y = floor(point[0]), floor(point[1])
        seen = topmost_at(mask.bits, x, y, self.session.paint_order, self.session.open_eyes)
        return None if seen is None else component_at(mask.bits, x, y, seen)

    def against(self, *classes: int) -> str | None:
        """Why pieces of these classes cannot be changed now, in a sentence, or None."""
        if mask_on_screen(self.session) is None:
            return NO_MASK
        for face_class in (CLASSES[class_id] for class_id in classes):
            if face_class.bit & self.session.locked:
                return f"{face_class.title} is locked; unlock it first"
        return None

    def show(self, base: Bits, wanted: Bits, face_class: int) -> None:
        """Preview what would be gained for a class, after all restrictions."""
        after = admitted(base, wanted, self.session.rules(), self.session.within())
        held = CLASSES[face_class]
        changes = after != base
        if held.bit:
            changes &= (after & held.bit) != 0
        region = Rect.around(changes)
        colour = self.session.colour_of(held) if held.bit else ERASING
        if region.is_empty:
            self.preview.clear()
        else:
            self.preview.show_area(region, changes[region.slices], colour)

    def change(
        self,
        wanted: Callable[[MaskLayers], Bits],
        label: str,
        *,
        since: Bits | None = None,
        origin: object = None,
    ) -> bool:
        """One step through the gate; what stands against it is told. Returns whether anything changed."""
        try:
            change_mask(self.session, wanted, label, since=since, origin=origin)
        except FaceDataError as error:
            self.refuse(str(error))
            return False
        return True

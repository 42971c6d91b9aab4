"""What tools share that make an area and then paint or erase it at once: fills, lassos, wands, assistants."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from app.faces.classes import CLASSES, RGB
from app.faces.errors import FaceDataError
from app.faces.mask import MaskLayers
from app.imaging.compose import Erase, Operation, transition
from app.imaging.footprint import Coverage
from app.imaging.raster import Rect
from app.ui.canvas.tools.tool import Tool

ERASING: RGB = (220, 220, 220)


class AreaTool(Tool):
    """Shows what an area would change after all restrictions (``propose``), and does it as one step (``commit``)."""

    def mask(self) -> MaskLayers | None:
        """The mask on screen; it is read, never written."""
        document, sample = self.session.document, self.session.sample
        if document is None or sample is None or not document.is_open(sample):
            return None
        return document.mask(sample)

    def operation(self, *, erase: bool) -> Operation:
        """What the area is to do: paint the class held, or erase; for tools that mean another class."""
        operation = self.session.operation(erase)
        # An area begins nowhere.
        return replace(operation, erase=Erase.TOPMOST) if operation.erase is Erase.STARTED else operation

    def effect(self, covered: Coverage, region: Rect, operation: Operation) -> Coverage:
        """Of ``covered`` (bool, region's height × width, inside the mask) the pixels that would change."""
        mask = self.mask()
        assert mask is not None
        table = transition(replace(operation, exclusive=True) if mask.exclusive else operation)
        bits = mask.bits[region.slices]
        changes: Coverage = covered & (np.take(table, bits) != bits)
        within = self.session.within()
        return changes if within is None else changes & within[region.slices]

    def propose(self, covered: Coverage, region: Rect, *, erase: bool = False) -> None:
        """Show what ``commit`` would change; nothing where that is nothing, or the area is empty."""
        mask = self.mask()
        if mask is None or region.is_empty:
            self.preview.clear()
            return
        inside = region.clipped(mask.shape)
        if inside != region:
            left, top = inside.x - region.x, inside.y - region.y
            covered, region = covered[top : top + inside.height, left : left + inside.width], inside
        if region.is_empty:
            self.preview.clear()
            return
        operation = self.operation(erase=erase)
        changes = self.effect(covered, region, operation)
        if changes.any():
            self.preview.show_area(region, changes, self.colour(operation))
        else:
            self.preview.clear()

    def commit(self, covered: Coverage, region: Rect, *, erase: bool = False, verb: str = "") -> bool:
        """Paint or erase the area as one step named ``verb`` and its class; returns whether it was allowed.

        ``covered`` is bool, region's height × width; what lies outside the mask is ignored.
        """
        self.preview.clear()
        document, sample = self.session.document, self.session.sample
        if document is None or sample is None or region.is_empty:
            return False
        operation = self.operation(erase=erase)
        if reason := self.obstacle(erase=operation.erase is not None):
            self.refuse(reason)
            return False
        self.session.reveal(0 if operation.erase is not None else operation.face_class)
        try:
            within = self.session.within()
            stroke = document.begin_stroke(
                sample, operation, label=labelled(verb or self.name, operation), within=within
            )
        except FaceDataError as error:
            self.refuse(str(error))
            return False
        stroke.cover(region, covered)
        stroke.commit()
        return True

    def colour(self, operation: Operation) -> RGB:
        """The colour in which a proposal is shown."""
        held = CLASSES[operation.face_class]
        if operation.erase is not None or not held.bit:
            return ERASING
        return self.session.colour_of(held)


def labelled(verb: str, operation: Operation) -> str:
    """The step's name: ``Lasso hair``, ``Lasso, erasing hair``, ``Lasso, erasing``."""
    name = CLASSES[operation.face_class].name
    if operation.erase is None:
        return f"{verb} {name}"
    what = operation.label  # "erase hair" or "erase"
    return f"{verb}, {what.replace('erase', 'erasing', 1)}"

"""The pixels that may not be changed, darkened: shown while the range of the photo's values is being set."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from app.faces.classes import RGB
from app.imaging.compose import editable_sets
from app.imaging.raster import Rect
from app.ui.canvas.decorations.decoration import Decoration
from app.ui.canvas.preview import Preview

if TYPE_CHECKING:
    from app.ui.canvas.mask_canvas import MaskCanvas

_SHADE: RGB = (0, 0, 0)
_ALPHA = 0.62


class Protected(Decoration):
    """Shades what the editable area and the photo's range leave out."""

    def __init__(self, canvas: MaskCanvas) -> None:
        super().__init__(canvas)
        self._session = canvas.session
        self._shade = Preview()
        self._session.rules_changed.connect(self.view_changed)

    def view_changed(self) -> None:
        if not self.is_on:
            return
        self._shade.clear()
        picture = self.canvas.picture
        bits = picture.bits if picture is not None else None
        if bits is not None:
            editable = editable_sets(self._session.rules())[bits]
            within = self._session.within()
            closed = ~(editable if within is None else editable & within)
            if np.any(closed):
                self._shade.add_fill(Rect.whole((bits.shape[0], bits.shape[1])), closed, _SHADE, alpha=_ALPHA)
        self.canvas.update()

    def mask_changed(self, region: Rect) -> None:  # noqa: ARG002
        self.view_changed()

    def paint(self, painter: QPainter, exposed: QRect) -> None:  # noqa: ARG002
        self._shade.paint(painter, self.canvas.mask_place())

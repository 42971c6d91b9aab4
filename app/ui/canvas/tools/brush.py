"""Brush and eraser: a stroke of footprints from press to release."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt

from app.document.stroke import Stroke
from app.faces.errors import FaceDataError
from app.imaging.footprint import BrushShape, Point, swept
from app.ui.canvas.tools.tool import PLAIN, Hand, Tool
from app.ui.session import Session


class BrushTool(Tool):
    """Paints the class held; the right button erases, with Shift it draws straight from where the last stroke ended."""

    name = "brush"
    pointer = Qt.CursorShape.BlankCursor
    shows_footprint = True
    erases_with_right = True
    erases = False

    def __init__(self, session: Session, refuse: Callable[[str], None]) -> None:
        super().__init__(session, refuse)
        self._stroke: Stroke | None = None
        self._picture = (0, 0)
        self._size, self._shape = 1, BrushShape.ROUND
        self._last: Point | None = None
        self._line_start: Point | None = None

    @property
    def is_active(self) -> bool:
        return self._stroke is not None

    @property
    def line_start(self) -> Point | None:
        return self._line_start

    def press(self, point: Point, hand: Hand = PLAIN) -> None:
        document, sample = self.session.document, self.session.sample
        if self._stroke is not None or document is None or sample is None:
            return
        erase = hand.erase or self.erases
        if reason := self.obstacle(erase=erase):
            self.refuse(reason)
            return
        paints = not (erase or self.session.erasing)
        self.session.reveal(self.session.face_class if paints else 0)
        mask = document.mask(sample)
        assert mask is not None
        try:
            within = self.session.within()
            self._stroke = document.begin_stroke(sample, self.session.operation(erase), within=within)
        except FaceDataError as error:
            self.refuse(str(error))
            return
        self._picture = mask.shape
        # The footprint stays as it was at the press: a stroke is one thing.
        self._size, self._shape = self.session.brush_size, self.session.brush_shape
        start = self._line_start if hand.shift and self._line_start is not None else point
        self._cover(start, point)

    def move(self, point: Point | None, hand: Hand = PLAIN) -> None:  # noqa: ARG002
        if self._stroke is None:
            return
        if self._stroke.is_over:
            self._stroke = None
        elif point is None:
            self._last = None
        elif point != self._last:
            self._cover(self._last or point, point)

    def release(self) -> None:
        stroke, self._stroke = self._stroke, None
        if stroke is not None and not stroke.is_over:
            self._line_start = self._last
            stroke.commit()

    def cancel(self) -> None:
        stroke, self._stroke = self._stroke, None
        if stroke is not None:
            stroke.cancel()

    def forget(self) -> None:
        super().forget()
        self._line_start = None

    def _cover(self, start: Point, end: Point) -> None:
        assert self._stroke is not None
        region, covered = swept(start, end, self._size, self._shape, self._picture)
        self._last = end
        if region.width > 0 and region.height > 0:
            self._stroke.cover(region, covered)


class EraserTool(BrushTool):
    """Erases with either button."""

    name = "eraser"
    erases = True

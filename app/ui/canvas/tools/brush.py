"""Brush and eraser: a stroke of footprints from press to release."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt

from app.faces.classes import CLASSES
from app.faces.errors import FaceDataError
from app.faces.mask import MaskLayers, flatten_table
from app.imaging.compose import Erase, Operation
from app.imaging.face_axis import FaceAxis, face_axis
from app.imaging.footprint import Point
from app.imaging.stabiliser import string_length
from app.ui.canvas.tools.brush_options import CLOSE, HOLES, MIRROR, PRESSURE, SMUDGE, STABILISER
from app.ui.canvas.tools.drawing import Drawing, Help, HelpedDrawing, mirrored
from app.ui.canvas.tools.tool import PLAIN, Hand, Option, Tool
from app.ui.session import Session

NO_AXIS = "No eyes, nose or mouth are painted yet to mirror about; switch Mirror off (Shift+M) or paint them first"


class BrushTool(Tool):
    """Paints the class held; the right button erases, with Shift it draws straight from where the last stroke ended."""

    name = "brush"
    pointer = Qt.CursorShape.BlankCursor
    shows_footprint = True
    erases_with_right = True
    minds_keys = False
    erases = False
    options: tuple[Option, ...] = (STABILISER, MIRROR, CLOSE, HOLES, SMUDGE, PRESSURE)

    def __init__(self, session: Session, refuse: Callable[[str], None]) -> None:
        super().__init__(session, refuse)
        self._drawing: Drawing | None = None
        self._line_start: Point | None = None
        self._sought_axis = False
        """Whether the axis was looked for since it may have been there."""
        session.option_changed.connect(self._on_option_changed)

    @property
    def is_active(self) -> bool:
        return self._drawing is not None

    @property
    def line_start(self) -> Point | None:
        return self._line_start

    def press(self, point: Point, hand: Hand = PLAIN) -> None:
        document, sample = self.session.document, self.session.sample
        if self._drawing is not None or document is None or sample is None:
            return
        erase = hand.erase or self.erases or self.session.erasing
        smudges = bool(self.option(SMUDGE)) and not erase
        if reason := self.obstacle(erase=erase or smudges):
            self.refuse(reason)
            return
        mask = document.mask(sample)
        assert mask is not None
        operation = self._taken(mask, point) if smudges else self.session.operation(erase)
        if operation.erase is Erase.STARTED:
            operation = replace(operation, face_class=self._topmost(mask, point))
        held = CLASSES[operation.face_class]
        if smudges and operation.erase is None and held.bit & operation.locked:
            self.refuse(f"{held.title} is locked; unlock it to smudge it")
            return
        given = self._help(mask, hand)
        if given is None:
            self.refuse(NO_AXIS)
            return
        second = mirrored(operation) if given.axis else None
        for each in (operation, second):
            if each is not None:
                self.session.reveal(each.face_class if each.erase is None else 0)
        try:
            stroke = document.begin_stroke(sample, operation, within=self.session.within(), second=second)
        except FaceDataError as error:
            self.refuse(str(error))
            return
        brush = (stroke, mask, self.session.brush_size, self.session.brush_shape)
        self._drawing = HelpedDrawing(*brush, given=given, grain=self.grain) if given.is_any else Drawing(*brush)
        start = self._line_start if hand.shift and self._line_start is not None else point
        self._drawing.begin(start, point, hand)
        if given.is_any:
            self._follow(self._drawing)

    def move(self, point: Point | None, hand: Hand = PLAIN) -> None:
        drawing = self._drawing
        if drawing is None:
            return
        if drawing.stroke.is_over:
            self._put_down()
        elif point is None:
            drawing.lift()
        elif point != drawing.last:
            drawing.draw(point, hand)
            if drawing.is_helped:
                self._follow(drawing)

    def hover(self, point: Point | None, hand: Hand = PLAIN) -> None:  # noqa: ARG002
        if not self._sought_axis and self.option(MIRROR):
            self._show_help()

    def release(self) -> None:
        drawing = self._drawing
        if drawing is not None and not drawing.stroke.is_over:
            drawing.finish()
            self._line_start = drawing.last
            self._put_down()
            drawing.stroke.commit()

    def cancel(self) -> None:
        drawing = self._drawing
        self._put_down()
        if drawing is not None:
            drawing.stroke.cancel()

    def forget(self) -> None:
        super().forget()
        self._line_start = self.axis = None
        self._sought_axis = False
        self.preview.clear()

    def _taken(self, mask: MaskLayers, point: Point) -> Operation:
        """What a stroke does that smudges: it paints the topmost visible class under its start, or erases."""
        taken = self._topmost(mask, point)
        return self.session.rules().painting(taken) if taken else self.session.operation(True)

    def _topmost(self, mask: MaskLayers, point: Point) -> int:
        """The official id of the topmost visible class at a point; 0 where there is none."""
        x, y = int(point[0] // 1), int(point[1] // 1)
        is_inside = 0 <= y < mask.shape[0] and 0 <= x < mask.shape[1]
        topmost = flatten_table(self.session.paint_order, self.session.open_eyes)
        return int(topmost[mask.bits[y, x]]) if is_inside else 0

    def _help(self, mask: MaskLayers, hand: Hand) -> Help | None:
        """The help that the options ask for; None where there is nothing to mirror about."""
        mirrors = bool(self.option(MIRROR))
        axis = self._fitted_axis(mask) if mirrors else None
        if mirrors and axis is None:
            return None
        return Help(
            string=string_length(self.number(STABILISER), self.grain),
            has_pressure=hand.pressure < 1 and bool(self.option(PRESSURE)),
            axis=axis,
            closes=bool(self.option(CLOSE)),
            holes=self.number(HOLES),
        )

    def _fitted_axis(self, mask: MaskLayers) -> FaceAxis | None:
        """The axis, found once per sample: it does not move under the strokes that it mirrors."""
        if self.axis is None:
            self.axis = face_axis(mask.bits)
        self._sought_axis = True
        return self.axis

    def _show_help(self) -> None:
        """Show the axis, and of a helped drawing its ring and its string."""
        drawing, document, sample = self._drawing, self.session.document, self.session.sample
        self.preview.clear()
        if document is None or sample is None or not document.is_open(sample):
            return
        mask = document.mask(sample)
        if mask is not None and self.option(MIRROR):
            axis = self._fitted_axis(mask)
            segment = axis.segment(mask.shape) if axis else None
            if segment is not None:
                self.preview.add_path(segment, dashed=True)
        for line, is_closed, is_dashed in drawing.lines() if drawing else ():
            self.preview.add_path(line, closed=is_closed, dashed=is_dashed)

    def _follow(self, drawing: Drawing) -> None:
        """Show where a helped drawing has the brush now."""
        self.brush_at = drawing.brush
        if drawing.has_lines:
            self._show_help()

    def _put_down(self) -> None:
        drawing, self._drawing, self.brush_at = self._drawing, None, None
        if drawing is not None and drawing.is_helped:
            self._show_help()

    def _on_option_changed(self, key: str) -> None:
        if key == MIRROR.key:
            self.axis, self._sought_axis = None, False
            if self.session.tool == self.name:  # a tool not in hand finds the axis when it is, maybe of another face
                self._show_help()


class EraserTool(BrushTool):
    """Erases with either button."""

    name = "eraser"
    erases = True
    options = (STABILISER, MIRROR, CLOSE, HOLES, PRESSURE)

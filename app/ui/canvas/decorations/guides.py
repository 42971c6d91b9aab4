"""Lines to see proportions by: thirds of the picture, and the axis of the face."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLine, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.imaging.face_axis import FaceAxis, face_axis
from app.ui.canvas.aids import FACE_AXIS, THIRDS
from app.ui.canvas.decorations.decoration import Decoration

if TYPE_CHECKING:
    from app.imaging.raster import Rect
    from app.ui.canvas.mask_canvas import MaskCanvas

_DARK, _LIGHT = QColor(0, 0, 0, 150), QColor(255, 255, 255, 210)
_AMBER = QColor(255, 200, 60)


class Thirds(Decoration):
    """Two lines across and two down, at the thirds of the photo."""

    def __init__(self, canvas: MaskCanvas) -> None:
        super().__init__(canvas)
        session = canvas.session
        session.aids_changed.connect(lambda: self.turn(on=THIRDS in session.aids))

    def paint(self, painter: QPainter, exposed: QRect) -> None:  # noqa: ARG002
        covered = self.canvas.projection().covered
        left, top, width, height = covered.left(), covered.top(), covered.width(), covered.height()
        lines = []
        for part in (1, 2):
            x, y = left + width * part // 3, top + height * part // 3
            lines += [QLine(x, top, x, top + height - 1), QLine(left, y, left + width - 1, y)]
        draw_guides(painter, lines)


class Axis(Decoration):
    """The line that halves the face, as far as its mask tells; where the mirror brush paints over."""

    def __init__(self, canvas: MaskCanvas) -> None:
        super().__init__(canvas)
        self._axis: FaceAxis | None = None
        self._of: tuple[object, object] | None = None
        """The picture, and which of its states, that the axis was found in."""
        session = canvas.session
        session.aids_changed.connect(self._on_aids_changed)

    def _on_aids_changed(self) -> None:
        self.turn(on=FACE_AXIS in self.canvas.session.aids)
        self.view_changed()

    def view_changed(self) -> None:
        picture = self.canvas.picture
        bits = None if picture is None else picture.bits
        key = picture, picture and picture.revision
        if self.is_on and self._of != key:
            self._of = key
            self._axis = None if bits is None else face_axis(bits)
            self.canvas.update()

    def mask_changed(self, region: Rect) -> None:  # noqa: ARG002
        self._of = None
        self.view_changed()

    def paint(self, painter: QPainter, exposed: QRect) -> None:  # noqa: ARG002
        picture = self.canvas.picture
        if self._axis is None or picture is None or picture.bits is None:
            return
        ends = self._axis.segment((picture.bits.shape[0], picture.bits.shape[1]))
        if ends is not None:
            place = self.canvas.mask_place()
            (x0, y0), (x1, y1) = (place.corner(*end) for end in ends)
            draw_guides(painter, [QLine(x0, y0, x1, y1)], _AMBER, Qt.PenStyle.DashDotLine)


def draw_guides(
    painter: QPainter, lines: list[QLine], colour: QColor = _LIGHT, style: Qt.PenStyle = Qt.PenStyle.DashLine
) -> None:
    """Draw lines in two tones, so that they are seen on anything."""
    painter.setPen(QPen(_DARK, 3))
    painter.drawLines(lines)
    painter.setPen(QPen(colour, 1, style))
    painter.drawLines(lines)

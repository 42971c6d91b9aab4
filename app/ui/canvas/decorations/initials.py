"""The initials of the classes upon the mask, for eyes and screens that cannot tell its colours apart."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen, QPixmap

from app.imaging.initials import InitialPlace, initial_places
from app.imaging.overlay import top_table
from app.ui.canvas.decorations.decoration import Decoration
from app.ui.looks import INITIALS

if TYPE_CHECKING:
    from app.imaging.raster import Rect
    from app.ui.canvas.mask_canvas import MaskCanvas

_FONT_PX = 12
_LEAST_RADIUS_PX = 4
"""Pieces that are narrower on the screen get none until one zooms in."""
_DARK, _LIGHT = QColor(0, 0, 0, 230), QColor(255, 255, 255)


class Initials(Decoration):
    """Draws them in the middle of what is seen of each piece of a class in the view."""

    def __init__(self, canvas: MaskCanvas) -> None:
        super().__init__(canvas)
        self._places: list[InitialPlace] | None = None
        self._pictures: dict[tuple[int, float], QPixmap] = {}
        self._session = canvas.session
        self._is_on = self._is_wanted  # the canvas asks once all decorations are made
        self._session.view_changed.connect(self._on_view_changed)

    @property
    def _is_wanted(self) -> bool:
        return self._session.looks.has_initials and self.canvas.shows_overlay

    def _on_view_changed(self) -> None:
        self._places = None
        self.turn(on=self._is_wanted)

    def turn(self, *, on: bool) -> None:
        if on != self.is_on:
            self.canvas.update()
        super().turn(on=on)

    def view_changed(self) -> None:
        self._places = None

    def mask_changed(self, region: Rect) -> None:  # noqa: ARG002
        self._places = None
        self.canvas.update()

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        place, ratio = self.canvas.mask_place(), self.canvas.devicePixelRatioF()
        if self._places is None:
            self._places = self._find()
        for found in self._places:
            if found.radius * place.across < _LEAST_RADIUS_PX * ratio:
                continue
            picture = self._picture(found.class_id, ratio)
            width, height = picture.width(), picture.height()
            x, y = place.corner(found.x, found.y)
            target = QRect(QPoint(x - width // 2, y - height // 2), picture.size())
            if target.intersects(exposed):
                painter.drawPixmap(target.topLeft(), picture)

    def _find(self) -> list[InitialPlace]:
        """The places in the part of the mask that is in the view."""
        picture, place = self.canvas.picture, self.canvas.mask_place()
        if picture is None or picture.bits is None:
            return []
        bits, size = picture.bits, self.canvas.device_size()
        left, top = max(0, math.floor(-place.x / place.across)), max(0, math.floor(-place.y / place.down))
        right = max(left, math.ceil((size.width() - place.x) / place.across))
        bottom = max(top, math.ceil((size.height() - place.y) / place.down))
        part = bits[top:bottom, left:right]
        if not part.size:
            return []
        found = initial_places(part, top_table(self._session.outline_style()))
        return [each._replace(x=each.x + left, y=each.y + top) for each in found]

    def _picture(self, class_id: int, ratio: float) -> QPixmap:
        """The initials, light with a dark edge, in device pixels."""
        kept = self._pictures.get((class_id, ratio))
        if kept is not None:
            return kept
        font = QFont(self.canvas.font())
        font.setBold(True)
        font.setPixelSize(round(_FONT_PX * ratio))
        path = QPainterPath()
        path.addText(QPointF(0, 0), font, INITIALS[class_id])
        edge = 3 * ratio
        box = path.boundingRect().adjusted(-edge, -edge, edge, edge).toAlignedRect()
        picture = QPixmap(box.size())
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(-box.topLeft())
        join = Qt.PenJoinStyle.RoundJoin
        painter.strokePath(path, QPen(_DARK, edge, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, join))
        painter.fillPath(path, _LIGHT)
        painter.end()
        self._pictures[class_id, ratio] = picture
        return picture

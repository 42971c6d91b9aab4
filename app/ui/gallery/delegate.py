"""How a cell looks: the picture, its id under it, and what is to be known at a glance.

A plain painter instead of a Qt delegate: a style option per cell costs more than the picture.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetrics, QImage, QPainter, QPalette, QPen
from PySide6.QtWidgets import QWidget

from app.faces.review import ReviewState
from app.faces.sample import SampleId
from app.ui import icons
from app.ui.gallery.model import Badges
from app.ui.gallery.pictures import Kind, Thumbnail, drawn_area

PADDING = 6
"""From the edge of a cell to its picture."""
_LABEL_GAP = 2
_ROUND = 5.0
_FRAME = 2
_BADGE, _SMALL_BADGE = 17, 14
_SMALL_BELOW = 96
"""The side of a picture below which badges are small, not to hide the face."""
_TAG_DOT = 6
_MOST_TAG_DOTS = 3

_ROLE = QPalette.ColorRole
_STATES = {
    ReviewState.ACCEPTED: (QColor("#2e8b57"), "check"),
    ReviewState.REJECTED: (QColor("#c2413b"), "x"),
    ReviewState.PENDING: (QColor("#b7791f"), "clock"),
}
_FINDING = QColor("#a86a00")
_PROBLEM = QColor("#b3261e")
_ON_BADGE = QColor("#ffffff")
TAG_COLOURS = ("#4c8bd6", "#d97a34", "#4fa36a", "#b563b8", "#c9a227", "#3aa6a6", "#d4607c", "#8a78d0")
"""For telling tags apart, not for meaning something; which one a tag gets depends on its name alone."""
_PAPER_SHADE = QColor(0, 0, 0, 52)
"""Laid over a sketch in the dark theme: a sheet of white among dark ones is a lamp."""


def tag_colour(tag: str) -> QColor:
    """The same colour for the same tag, today and tomorrow."""
    return QColor(TAG_COLOURS[zlib.crc32(tag.encode("utf-8", "replace")) % len(TAG_COLOURS)])


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as it stands: whose, what is known of it, and how the view treats it."""

    sample: SampleId
    badges: Badges
    thumbnail: Thumbnail | None
    is_picked: bool = False
    is_current: bool = False
    is_hovered: bool = False
    has_focus: bool = False


class CellPainter:
    """Paints cells in the palette and font of a widget. Made anew when either changes, or the size of the pictures."""

    def __init__(self, widget: QWidget, side: int, kind: Kind) -> None:
        self.side = side
        self._kind = kind
        palette = widget.palette()
        self._scale = widget.devicePixelRatioF()
        self._metrics = QFontMetrics(widget.font())
        self._widest = self._metrics.horizontalAdvance("W")
        self._base = palette.color(_ROLE.Base)
        self._text = palette.color(_ROLE.Text)
        self._label = _mixed(self._base, self._text, 0.8)
        self._muted = palette.color(_ROLE.PlaceholderText)
        self._accent = palette.color(_ROLE.Highlight)
        self._is_dark = self._base.lightness() < 128
        self._ground = _mixed(self._base, self._text, 0.07)
        self._hover = _mixed(self._base, self._text, 0.06)
        self._tint = _mixed(self._base, self._accent, 0.42 if self._is_dark else 0.26)
        self._tint_edge = _mixed(self._base, self._accent, 0.75)
        self._unsaved = palette.color(_ROLE.Accent) if self._is_dark else self._accent

    @property
    def size(self) -> QSize:
        """A whole cell."""
        return cell_size(self.side, self._metrics.height())

    def shows_whole(self, text: str) -> bool:
        """Whether a label has room for the text."""
        return self._metrics.horizontalAdvance(text) <= self.side

    def square(self, rect: QRect) -> QRect:
        """Where in a cell its picture is, with the frame of the current one."""
        return QRect(rect.left() + PADDING, rect.top() + PADDING, self.side, self.side)

    def paint(self, painter: QPainter, rect: QRect, cell: Cell, *, label: bool = True) -> None:
        """Draw one cell into ``rect``; without its ``label`` where only the picture is to be painted anew."""
        self._paint_ground(painter, rect, cell)
        square = self.square(rect)
        image, problem = (cell.thumbnail.image, cell.thumbnail.problem) if cell.thumbnail is not None else (None, "")
        if image is not None:
            self._paint_picture(painter, square, image)
        else:
            self._paint_placeholder(painter, square, cell.thumbnail)
        if cell.is_current:
            self._paint_frame(painter, square if image is None else drawn_area(image, square))
        self._paint_badges(painter, square, cell.badges, image is not None and bool(problem))
        if label:
            self._paint_label(painter, square, cell)

    def _paint_ground(self, painter: QPainter, rect: QRect, cell: Cell) -> None:
        if not (cell.is_picked or cell.is_hovered or cell.has_focus):
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = QPen(Qt.PenStyle.NoPen)
        fill = QBrush(Qt.BrushStyle.NoBrush)
        if cell.is_picked:
            fill, edge = QBrush(self._tint), QPen(self._tint_edge, 1)
        elif cell.is_hovered:
            fill = QBrush(self._hover)
        if cell.has_focus:
            edge = QPen(self._text, 1, Qt.PenStyle.DotLine)
        painter.setPen(edge)
        painter.setBrush(fill)
        painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), _ROUND, _ROUND)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_picture(self, painter: QPainter, square: QRect, image: QImage) -> None:
        area = drawn_area(image, square)
        if self._kind is Kind.MASK:
            painter.fillRect(area, self._ground)
        is_exact = max(image.width(), image.height()) == round(self.side * self._scale)
        if not is_exact:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(area, image)
        if self._kind is Kind.SKETCH and self._is_dark:
            painter.fillRect(area, _PAPER_SHADE)

    def _paint_placeholder(self, painter: QPainter, square: QRect, thumbnail: Thumbnail | None) -> None:
        painter.fillRect(square, self._ground)
        if thumbnail is None:
            return
        name, colour = ("triangle-alert", self._warning) if thumbnail.problem else ("image-off", self._muted)
        side = max(18, min(32, self.side // 4))
        picture = icons.pixmap(name, colour, size=side, scale=self._scale)
        painter.drawPixmap(square.center() - QPoint(side // 2 - 1, side // 2 - 1), picture)

    @property
    def _warning(self) -> QColor:
        return QColor("#e0a94a") if self._is_dark else _FINDING

    def _paint_frame(self, painter: QPainter, area: QRect) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pen = QPen(self._accent, _FRAME)
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        out = 1.0 + _FRAME / 2
        painter.drawRect(QRectF(area).adjusted(-out, -out, out, out))

    def _paint_badges(self, painter: QPainter, square: QRect, badges: Badges, problem: bool) -> None:
        inset, badge = (4, _BADGE) if self.side >= _SMALL_BELOW else (2, _SMALL_BADGE)
        if badges.state in _STATES:
            colour, name = _STATES[badges.state]
            self._paint_disc(painter, square.topLeft() + QPoint(inset, inset), badge, colour, name)
        if problem:
            corner = square.bottomRight() + QPoint(1 - inset - badge, 1 - inset - badge)
            self._paint_disc(painter, corner, badge, _PROBLEM, "circle-alert")
        if badges.findings:
            corner = QPoint(square.right() + 1 - inset - badge, square.top() + inset)
            self._paint_disc(painter, corner, badge, _FINDING, "triangle-alert")

    def _paint_disc(self, painter: QPainter, corner: QPoint, side: int, colour: QColor, name: str) -> None:
        """A disc with a sign: told apart by shape too, not by colour alone; its rim sets it off any picture."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(255, 255, 255, 220), 1.2))
        painter.setBrush(colour)
        painter.drawEllipse(QRectF(corner.x() + 0.6, corner.y() + 0.6, side - 1.2, side - 1.2))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        sign = side - 6
        at = QPointF(corner.x() + (side - sign) / 2, corner.y() + (side - sign) / 2)
        painter.drawPixmap(at, icons.pixmap(name, _ON_BADGE, size=sign, scale=max(2.0, self._scale)))

    def _paint_label(self, painter: QPainter, square: QRect, cell: Cell) -> None:
        pen = self._text if cell.is_picked or cell.is_current else self._label
        label = QRect(square.left(), square.bottom() + 1 + _LABEL_GAP, self.side, self._metrics.height())
        badges = cell.badges
        fits = cell.sample.isascii() and len(cell.sample) * self._widest <= label.width()
        if fits and not (badges.tags or badges.is_unsaved):
            painter.setPen(pen)
            painter.drawText(label.left(), label.top() + self._metrics.ascent(), cell.sample)
            return
        dots = min(len(badges.tags), _MOST_TAG_DOTS)
        dots_width = dots * (_TAG_DOT + 2)
        dot_y = label.center().y() - _TAG_DOT / 2 + 1
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for number, tag in enumerate(badges.tags[:dots]):
            painter.setBrush(tag_colour(tag))
            x = label.right() + 1 - dots_width + 2 + number * (_TAG_DOT + 2)
            painter.drawEllipse(QRectF(x, dot_y, _TAG_DOT, _TAG_DOT))
        room = label.adjusted(0, 0, -(dots_width + 2) if dots else 0, 0)
        mark = _TAG_DOT + 4 if badges.is_unsaved else 0
        text: str = cell.sample
        width = self._metrics.horizontalAdvance(text)
        if width > room.width() - mark:
            text = self._metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, room.width() - mark)
            width = self._metrics.horizontalAdvance(text)
        if badges.is_unsaved:
            painter.setBrush(self._unsaved)
            painter.drawEllipse(QRectF(room.left() + width + 4, dot_y, _TAG_DOT, _TAG_DOT))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setPen(pen)
        painter.drawText(room.left(), label.top() + self._metrics.ascent(), text)


def cell_size(side: int, label_height: int) -> QSize:
    """The size of a cell whose picture is ``side`` wide."""
    return QSize(side + 2 * PADDING, side + 2 * PADDING + _LABEL_GAP + label_height - 2)


def _mixed(ground: QColor, colour: QColor, share: float) -> QColor:
    """``share`` of ``colour`` over ``ground``, opaque."""
    return QColor.fromRgbF(
        ground.redF() * (1 - share) + colour.redF() * share,
        ground.greenF() * (1 - share) + colour.greenF() * share,
        ground.blueF() * (1 - share) + colour.blueF() * share,
    )

"""Before and now in one picture: a line that is dragged across it, or all of it as before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QEnterEvent, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from app.ui.canvas.decorations.decoration import Decoration
from app.ui.canvas.decorations.rulers import inset
from app.ui.canvas.frames import draw_lines, draw_picture
from app.ui.canvas.labels import take_pointer
from app.ui.canvas.layers import ComposedPicture
from app.ui.messages import tooltip

if TYPE_CHECKING:
    from app.imaging.raster import Rect
    from app.ui.canvas.mask_canvas import MaskCanvas

_DARK, _LIGHT = QColor(0, 0, 0, 190), QColor(255, 255, 255)
_PAPER, _INK = QColor(0, 0, 0, 170), QColor("#f0f0f0")
_KEY_STEP = 0.02


class Handle(QWidget):
    """The grip on the line, dragged with the mouse or moved with the arrow keys."""

    moved = Signal(float)
    """It should be here: 0…1 of the view's width."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("wipeHandle")
        self.setAccessibleName(self.tr("Border between before and now"))
        self.setToolTip(tooltip(self.tr("Drag: before on the left, now on the right")))
        self.setCursor(Qt.CursorShape.SplitHCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.resize(18, 40)
        self._grabbed: float | None = None
        self.at = 0.5
        self.hide()

    def place(self, at: float) -> None:
        """Stand at ``at`` (0…1 of the parent's width), in the middle of its height."""
        self.at = at
        parent = self.parentWidget()
        assert parent is not None
        self.move(round(at * parent.width()) - self.width() // 2, (parent.height() - self.height()) // 2)

    def enterEvent(self, event: QEnterEvent) -> None:
        take_pointer(self)
        super().enterEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._grabbed = event.position().x() - self.width() / 2

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        parent = self.parentWidget()
        if self._grabbed is not None and parent is not None:
            x = self.mapTo(parent, QPointF(event.position())).x() - self._grabbed
            self._ask(x / max(1, parent.width()))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._grabbed = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -_KEY_STEP, Qt.Key.Key_Right: _KEY_STEP}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self._ask(self.at + step)

    def _ask(self, at: float) -> None:
        self.moved.emit(max(0.02, min(0.98, at)))

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.update()
        super().focusOutEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().highlight().color() if self.hasFocus() else _LIGHT, 1.5))
        painter.setBrush(QColor(0, 0, 0, 210))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 8, 8)
        painter.setPen(QPen(_LIGHT, 1.5))
        middle, centre = self.height() / 2, self.width() / 2
        for side in (-1, 1):
            tip, base = QPointF(centre + side * 6, middle), centre + side * 2.5
            painter.drawLine(tip, QPointF(base, middle - 4))
            painter.drawLine(tip, QPointF(base, middle + 4))
        painter.end()


class Wipe(Decoration):
    """Draws the mask as it was before over the left part of the picture, or over all of it.

    A stroke lifts it: what is being drawn is seen wherever the hand is. Any change ends the showing of all as before.
    """

    def __init__(self, canvas: MaskCanvas) -> None:
        super().__init__(canvas)
        self._session = canvas.session
        self._handle = Handle(canvas)
        self._handle.moved.connect(self._move)
        self._picture: ComposedPicture | None = None
        self._of: ComposedPicture | None = None
        """What ``_picture`` was made of."""
        self._is_lifted = False
        self._session.comparison_changed.connect(self._on_comparison_changed)
        self._session.view_changed.connect(self.before_changed)
        canvas.resized.connect(self._place_handle)

    @property
    def at(self) -> float:
        """Where the border is, 0…1 of the view's width."""
        return self._handle.at

    def _on_comparison_changed(self) -> None:
        comparison = self._session.comparison
        was_on = self.is_on
        self.turn(on=comparison.wipes or comparison.shows_before)
        self._handle.setVisible(comparison.wipes and not comparison.shows_before)
        self._place_handle()
        if not self.is_on:
            self._picture = self._of = None
        elif was_on:
            self.canvas.update()

    def _place_handle(self) -> None:
        if self.is_on:
            self._handle.place(self._handle.at)
            self._handle.raise_()

    def _move(self, at: float) -> None:
        before, self._handle.at = self._border(), at
        self._place_handle()
        after, label = self._border(), self._label_height()
        left, right = min(before, after) - 3, max(before, after) + 4
        self.canvas.update(QRect(left, 0, right - left, self.canvas.height()))
        if label:
            self.canvas.update(QRect(0, 0, self.canvas.width(), label))  # the words move along

    def _border(self) -> int:
        return round(self._handle.at * self.canvas.width())

    def _label_height(self) -> int:
        return self.canvas.fontMetrics().height() + 20 + inset(self._session)

    # What was before

    def view_changed(self) -> None:
        if self._of is not self.canvas.picture:
            self._picture = self._of = None

    def mask_changed(self, region: Rect) -> None:  # noqa: ARG002
        self._is_lifted = False
        self._end_before()
        self.canvas.update()

    def before_changed(self) -> None:
        """What was before is another mask, or has other colours."""
        if self.is_on:
            self.canvas.update()

    def _before(self) -> ComposedPicture | None:
        """The picture as it was before; None where nothing is different."""
        picture, source = self.canvas.picture, self.canvas.before
        if picture is None or source is None:
            return None
        bits, style = source.bits(), self._session.fill_style()
        if bits is picture.bits:
            return None
        shown = self._picture
        if shown is None or self._of is not picture or shown.bits is not bits or shown.adjustment != picture.adjustment:
            shown = picture.sibling()
            if bits is not None:
                shown.recolour(bits, style)
            self._picture, self._of = shown, picture
        elif bits is not None and shown.style != style:
            shown.recolour(bits, style)
        return shown

    # Drawing

    def paint(self, painter: QPainter, exposed: QRect) -> None:
        canvas, comparison = self.canvas, self._session.comparison
        if self._makes_way():
            return
        ratio = canvas.devicePixelRatioF()
        size = canvas.device_size()
        width = size.width() if comparison.shows_before else round(self._handle.at * size.width())
        projection = canvas.projection()
        side = QRect(0, 0, width, size.height()) & exposed & projection.covered
        picture = self._before()
        if picture is not None and not side.isEmpty() and canvas.shows_overlay:
            painter.save()
            painter.setClipRect(side, Qt.ClipOperation.IntersectClip)
            painter.save()
            painter.setWorldTransform(projection.transform, combine=True)
            draw_picture(painter, picture.image(bare=picture.bits is None, level=projection.level), projection)
            painter.restore()
            draw_lines(painter, side.adjusted(-1, -1, 1, 1), picture, canvas.framing(), projection)
            painter.restore()
        if comparison.shows_before:
            self._paint_words(painter, QPoint(size.width() // 2, 0), ratio, exposed, both=False)
            return
        for left, colour, thick in ((-2, _DARK, 5), (-1, _LIGHT, 2)):
            painter.fillRect(QRect(width + left, 0, thick, size.height()), colour)
        self._paint_words(painter, QPoint(width, 0), ratio, exposed, both=True)

    def _paint_words(self, painter: QPainter, at: QPoint, ratio: float, exposed: QRect, *, both: bool) -> None:
        """What is on which side of the border, or over all of it."""
        height = round(self._label_height() * ratio)
        if exposed.top() > height or self.canvas.before is None:
            return
        title = self.canvas.before.title
        painter.save()
        painter.scale(ratio, ratio)
        x = round(at.x() / ratio)
        if both:
            self._paint_word(painter, title, x - 10, -1)
            self._paint_word(painter, self.tr("Now"), x + 10, 1)
        else:
            self._paint_word(painter, title, x, 0)
        painter.restore()

    def _paint_word(self, painter: QPainter, text: str, x: int, side: int) -> None:
        size = self.canvas.fontMetrics().size(0, text) + QSize(16, 8)
        left = x - size.width() // 2 if side == 0 else x if side > 0 else x - size.width()
        box = QRect(QPoint(left, 8 + inset(self._session)), size)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_PAPER)
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(_INK)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)

    # A stroke

    def _makes_way(self) -> bool:
        """Whether a stroke is in progress: then nothing is drawn over it, and *before* is over for good."""
        document = self._session.document
        is_drawing = document is not None and document.stroke is not None
        if is_drawing != self._is_lifted:
            self._is_lifted = is_drawing
            QTimer.singleShot(0, self, self._after_making_way)
        return is_drawing

    def _after_making_way(self) -> None:
        if self._is_lifted:
            self._end_before()
        self.canvas.update()

    def _end_before(self) -> None:
        """What changes is to be seen: all of it as before was enough."""
        if self._session.comparison.shows_before:
            self._session.comparison = replace(self._session.comparison, shows_before=False)

"""All of the picture in small, with a frame around what is seen: only while not all of it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QEnterEvent, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from app.ui.canvas.aids import MINI_MAP
from app.ui.canvas.decorations.decoration import Decoration
from app.ui.canvas.labels import take_pointer
from app.ui.messages import tooltip

if TYPE_CHECKING:
    from app.imaging.raster import Rect
    from app.ui.canvas.mask_canvas import MaskCanvas

_SIDE = 132
_SETTLED_MS = 150
_DARK, _LIGHT, _SHADE = QColor(0, 0, 0), QColor(255, 255, 255), QColor(0, 0, 0, 90)


class Map(QWidget):
    """The small picture. A click or drag shows that part."""

    def __init__(self, canvas: MaskCanvas) -> None:
        super().__init__(canvas)
        self.setObjectName("miniMap")
        self.setAccessibleName(self.tr("Mini-map"))
        self.setToolTip(tooltip(self.tr("Click or drag to look at another part")))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._canvas = canvas
        self._image: QImage | None = None
        self.hide()

    def show_image(self, image: QImage | None) -> None:
        """Show this picture, already in its size."""
        self._image = image
        if image is not None:
            self.resize((image.size().toSizeF() / image.devicePixelRatio()).toSize())
        self.update()

    def seen(self) -> QRectF:
        """The part of the map that the canvas shows."""
        canvas = self._canvas
        covered, view = canvas.projection().covered, QRect(0, 0, *canvas.device_size().toTuple())
        part = covered & view
        if covered.isEmpty() or part.isEmpty():
            return QRectF(self.rect())
        across, down = self.width() / covered.width(), self.height() / covered.height()
        left, top = (part.left() - covered.left()) * across, (part.top() - covered.top()) * down
        return QRectF(left, top, part.width() * across, part.height() * down)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._image is not None:
            painter.drawImage(0, 0, self._image)
        frame = self.seen()
        rest = QRectF(self.rect())
        for shaded in (
            QRectF(0, 0, rest.width(), frame.top()),
            QRectF(0, frame.bottom(), rest.width(), rest.height() - frame.bottom()),
            QRectF(0, frame.top(), frame.left(), frame.height()),
            QRectF(frame.right(), frame.top(), rest.width() - frame.right(), frame.height()),
        ):
            painter.fillRect(shaded, _SHADE)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        inner = frame.toRect().adjusted(1, 1, -2, -2)
        painter.setPen(QPen(_DARK, 3))
        painter.drawRect(inner)
        painter.setPen(QPen(_LIGHT, 1))
        painter.drawRect(inner)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def enterEvent(self, event: QEnterEvent) -> None:
        take_pointer(self)
        super().enterEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._show_around(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._show_around(event.position())

    def wheelEvent(self, event: QWheelEvent) -> None:
        # The wheel zooms where the pointer is, also over the map: around what lies in the middle of the view.
        viewport = self._canvas.viewport
        (viewport.zoom_in if event.angleDelta().y() > 0 else viewport.zoom_out)()
        event.accept()

    def _show_around(self, position: QPointF) -> None:
        viewport = self._canvas.viewport
        viewport.show_at(viewport.zoom, QPointF(position.x() / self.width(), position.y() / self.height()))


class MiniMap(Decoration):
    """A map in the lower right corner of the canvas. It draws nothing on the canvas itself."""

    def __init__(self, canvas: MaskCanvas) -> None:
        super().__init__(canvas)
        self._session = canvas.session
        self.map = Map(canvas)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SETTLED_MS)
        self._timer.timeout.connect(self._draw)
        self._revision: tuple[object, ...] = ()
        self._session.aids_changed.connect(self._on_aids_changed)
        self._session.view_changed.connect(self._on_look_changed)
        canvas.resized.connect(self.view_changed)

    def _on_aids_changed(self) -> None:
        self.turn(on=MINI_MAP in self._session.aids)
        self._revision = ()
        self.view_changed()

    def _on_look_changed(self) -> None:
        if self.is_on and self.map.isVisible():
            self._timer.start()

    def mask_changed(self, region: Rect) -> None:  # noqa: ARG002
        self._on_look_changed()

    def view_changed(self) -> None:
        canvas = self.canvas
        covered, size = canvas.projection().covered, canvas.device_size()
        is_all_seen = covered.width() <= size.width() and covered.height() <= size.height()
        wanted = self.is_on and canvas.picture is not None and canvas.view is not None and not is_all_seen
        if wanted and self._revision[:1] != (canvas.picture,):
            self._draw()
        elif wanted and not self.map.isVisible():
            self._timer.start()
        self.map.setVisible(wanted)
        if wanted:
            self._place()
            self.map.update()

    def _place(self) -> None:
        canvas, drawn = self.canvas, self.map
        drawn.move(canvas.width() - drawn.width() - 8, canvas.height() - drawn.height() - 8)

    def _draw(self) -> None:
        """Draw the map as the picture is now, from the full picture: its halves would have to be kept under the brush.

        It takes a millisecond or two, hence only when the hand rests.
        """
        picture, document = self.canvas.picture, self._session.document
        if picture is None or not self.is_on:
            return
        if document is not None and document.stroke is not None:
            self._timer.start()
            return
        revision = (picture, picture.revision, self.canvas.is_bare)
        if revision == self._revision:
            return
        self._revision = revision
        ratio = self.canvas.devicePixelRatioF()
        full = picture.image(bare=self.canvas.is_bare)
        size = full.size().scaled(QSize(_SIDE, _SIDE) * ratio, Qt.AspectRatioMode.KeepAspectRatio)
        image = full.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
        image.setDevicePixelRatio(ratio)
        self.map.show_image(image)
        self._place()

"""A view of one picture: drawing it at the shared zoom and centre, zooming at the pointer, panning, placeholders."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QHideEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
    QTransform,
    QWheelEvent,
)
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from app.imaging.raster import Rect
from app.ui.canvas.frames import Frame, Framing, Projection, Role, draw_picture
from app.ui.canvas.layers import ComposedPicture
from app.ui.canvas.viewport import Placement, Viewport, logical, stepped
from app.ui.session import Session

SURROUND = QColor(64, 64, 64)
"""A mid-dark neutral in every theme: a coloured or bright surround shifts how the photo's tones look."""
_NOTCH = 120
_ANGLE_PER_PIXEL = 2
"""A notch moves the picture by sixty pixels of the widget."""
_WHEEL_KEYS = {"Ctrl": Qt.KeyboardModifier.ControlModifier, "Alt": Qt.KeyboardModifier.AltModifier}
_LEFT, _MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton


class Placeholder(QWidget):
    """A calm sentence where a picture would be, and a button where something can be done about it."""

    action_requested = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("placeholder")
        self._action = ""
        self._label = QLabel(self)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._label.setWordWrap(True)
        self._label.setStyleSheet(
            "color: #e4e4e4; background: rgba(0, 0, 0, 140); padding: 6px 10px; border-radius: 6px"
        )
        self._button = QPushButton(self)
        self._button.clicked.connect(lambda: self.action_requested.emit(self._action))
        column = QVBoxLayout(self)
        column.addWidget(self._label)
        column.addWidget(self._button, 0, Qt.AlignmentFlag.AlignHCenter)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence shown; empty while there is none."""
        return "" if self.isHidden() else self._label.text()

    def show_message(self, text: str, action: str = "", action_text: str = "") -> None:
        """Show a sentence, with a button that requests ``action``; an empty text hides the placeholder."""
        if not text and self.isHidden():
            return
        self._action = action
        self._label.setText(text)
        self._button.setText(action_text)
        self._button.setAccessibleName(action_text)
        self._button.setVisible(bool(action))
        self.setVisible(bool(text))


class PictureView(QWidget):
    """One picture at the shared zoom and centre. Subclasses say which picture; this class never touches data."""

    role: Role
    picture: ComposedPicture | None = None

    action_requested = Signal(str)
    """The button of a placeholder was pressed: the name of what to do."""
    resized = Signal()
    """Its size changed, or it came or went."""

    def __init__(self, session: Session, viewport: Viewport, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.viewport = viewport
        self._framing: Framing | None = None
        self._projection: Projection | None = None
        self._frame: Frame | None = None
        self._inside = QRect()
        self._to_device = QTransform()
        self._unscaled_at: QPoint | None = None
        self.exposed = QRect()
        """What is being repainted."""
        self._wheel_delta = 0
        self._pointer: Qt.CursorShape | None = None
        self._pan_from: QPointF | None = None
        self._space_held = False
        self.placeholder_actions: dict[str, tuple[str, str]] = {}
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(96, 96)
        self.placeholder = Placeholder(self)
        self.placeholder.action_requested.connect(self.action_requested)
        viewport.changed.connect(self._on_viewport_changed)

    # What is shown

    def picture_size(self) -> QSize:
        """The size of the picture in its own pixels; empty while there is none."""
        return self.picture.size if self.picture else QSize()

    @property
    def is_bare(self) -> bool:
        """Whether the photo is shown without its mask."""
        return True

    def picture_image(self, level: int) -> QImage | None:
        """The picture as it is shown, halved ``level`` times."""
        return self.picture.image(bare=self.is_bare, level=level) if self.picture else None

    def device_size(self) -> QSize:
        """The size of the view in device pixels."""
        ratio = self.devicePixelRatioF()
        return QSize(round(self.width() * ratio), round(self.height() * ratio))

    def framing(self) -> Framing:
        """What decides, besides the picture, what is to be seen here."""
        if self._framing is None:
            self._framing = self.make_framing()
        return self._framing

    def make_framing(self) -> Framing:
        """The framing of this moment; it is kept until ``refresh`` or ``reframe``."""
        ratio = self.devicePixelRatioF()
        return Framing(self.viewport.sight, (round(self.width() * ratio), round(self.height() * ratio)), ratio)

    def projection(self) -> Projection:
        """Where the picture lies, and how it is drawn."""
        if self._projection is None:
            size = self.picture_size()
            framing = self.framing()
            self._projection = projection = framing.projection(size)
            ratio, covered = framing.ratio, projection.covered
            inner = QRectF(QPointF(covered.topLeft()) / ratio, covered.size().toSizeF() / ratio)
            self._inside = inner.adjusted(1, 1, -1, -1).toRect() if ratio != 1.0 else covered
            is_unscaled = projection.place.scale == ratio == 1.0 and not size.isEmpty()
            self._unscaled_at = covered.topLeft() if is_unscaled else None
        return self._projection

    def placement(self) -> Placement:
        """Where the picture lies in the view."""
        return self.projection().place

    def show_frame(self, frame: Frame | None) -> None:
        """Paint from a frame drawn ahead, if it shows just what is to be seen, for as long as it does."""
        if frame is not None and self.picture is not None and frame.revision == self.picture.revision:
            self._frame = frame if frame.framing == self.framing() else None

    def refresh(self) -> None:
        """The picture is another one, or lies elsewhere: draw all of it."""
        self._projection = None
        self.reframe()
        self.update()

    def reframe(self) -> None:
        """What is to be seen of the picture is something else."""
        self._framing = self._frame = None

    def update_device(self, rect: Rect) -> None:
        """Repaint these device pixels soon."""
        self.update(logical(rect, self.devicePixelRatioF()))

    def _on_viewport_changed(self) -> None:
        self.refresh()

    # Drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self.exposed = exposed = event.rect()
        projection = self.projection()
        if not self._inside.contains(exposed):
            self._fill_surround(painter, exposed)
        frame, picture = self._frame, self.picture
        if frame is not None and picture is not None and frame.revision != picture.revision:
            frame = self._frame = None
        if self._unscaled_at is not None:
            if frame is not None:
                painter.drawImage(frame.at, frame.image)
            else:
                self.paint_unscaled(painter, self._unscaled_at, exposed)
                self.paint_lines(painter, exposed)
        else:
            self._paint_transformed(painter, exposed, projection, frame)
        if picture is not None:
            self.paint_over(painter, projection.place)
        painter.end()

    def _paint_transformed(
        self, painter: QPainter, exposed: QRect, projection: Projection, frame: Frame | None
    ) -> None:
        to_device, ratio = self._to_device, self.devicePixelRatioF()
        if ratio != 1.0:
            # Where the view begins on its screen buffer, on whole device pixels: a window scaled by 1.5 puts widgets at
            # half ones, and nothing would be sharp there.
            base = painter.deviceTransform()
            to_device = QTransform.fromTranslate(round(base.dx()), round(base.dy())) * base.inverted()[0]
            exposed = QRectF(exposed.topLeft() * ratio, exposed.size() * ratio).toAlignedRect()
        if frame is not None:
            painter.setWorldTransform(to_device)
            painter.drawImage(frame.at, frame.image)
        elif (image := self.picture_image(projection.level)) is not None:
            painter.setWorldTransform(projection.transform * to_device)
            draw_picture(painter, image, projection)
            painter.setWorldTransform(to_device)
            self.paint_lines(painter, exposed)

    def _fill_surround(self, painter: QPainter, exposed: QRect) -> None:
        """Fill what lies around the picture; nothing is painted twice, for that takes as long as the picture does."""
        inside = exposed.intersected(self._inside)
        if inside.isEmpty():
            painter.fillRect(exposed, SURROUND)
            return
        for left, top, right, bottom in (
            (exposed.left(), exposed.top(), exposed.right(), inside.top() - 1),
            (exposed.left(), inside.bottom() + 1, exposed.right(), exposed.bottom()),
            (exposed.left(), inside.top(), inside.left() - 1, inside.bottom()),
            (inside.right() + 1, inside.top(), exposed.right(), inside.bottom()),
        ):
            if left <= right and top <= bottom:
                painter.fillRect(left, top, right - left + 1, bottom - top + 1, SURROUND)

    def paint_unscaled(self, painter: QPainter, at: QPoint, exposed: QRect) -> None:  # noqa: ARG002
        """Draw the picture with its top left corner at ``at``, at least where ``exposed`` is."""
        image = self.picture_image(0)
        if image is not None:
            painter.drawImage(at, image)

    def paint_lines(self, painter: QPainter, device: QRect) -> None:
        """Draw the lines that belong to the mask where ``device`` is; one unit is one device pixel of the view."""

    def paint_over(self, painter: QPainter, place: Placement) -> None:
        """Draw what comes and goes over the picture; one unit is one device pixel from the view's top left corner."""

    # Zoom and pan

    def wheelEvent(self, event: QWheelEvent) -> None:
        zooms_with = _WHEEL_KEYS.get(self.session.wheel_zooms_with)
        if zooms_with is not None and not event.modifiers() & zooms_with:
            self._scroll(event)
            event.accept()
            return
        delta = event.angleDelta()  # some systems turn a wheel with Alt sideways
        notches = self.wheel_notches(delta.y() or delta.x())
        if notches and not self.picture_size().isEmpty():
            self.zoom_at(event.position(), notches)
        event.accept()

    def _scroll(self, event: QWheelEvent) -> None:
        """The picture moves as a page would, sideways with Ctrl; one that is seen whole stays where it is."""
        if self.viewport.fitting:
            return
        pixels = event.pixelDelta()
        offset = QPointF(event.angleDelta()) / _ANGLE_PER_PIXEL if pixels.isNull() else QPointF(pixels)
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            offset = QPointF(offset.y() or offset.x(), 0)
        self.viewport.pan(offset * self.devicePixelRatioF())

    def wheel_notches(self, delta: int) -> int:
        """Whole notches of the wheel, now that it turned by ``delta``; touchpads send fractions, which add up."""
        if delta * self._wheel_delta < 0:
            self._wheel_delta = 0
        self._wheel_delta += delta
        notches = int(self._wheel_delta / _NOTCH)
        self._wheel_delta -= notches * _NOTCH
        return notches

    def zoom_at(self, position: QPointF, steps: int) -> None:
        """Zoom by steps of the list around a position in the widget."""
        size = self.device_size()
        here = self.viewport.fit_zoom(size) if self.viewport.fitting else self.viewport.zoom
        self.viewport.set_zoom(stepped(here, steps), position * self.devicePixelRatioF(), view=size)

    @property
    def pans_with_left(self) -> bool:
        """Whether the left button moves the picture just now."""
        return self._space_held or self.session.tool == "hand"

    @property
    def is_panning(self) -> bool:
        """Whether the picture is being dragged."""
        return self._pan_from is not None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == _MIDDLE or (event.button() == _LEFT and self.pans_with_left):
            self._pan_from = event.position()
            self._update_pointer()
            event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pan_from is not None:
            if not event.buttons() & (_LEFT | _MIDDLE):
                self._stop_panning()
                return
            ratio = self.devicePixelRatioF()
            moved = (event.position() - self._pan_from) * ratio
            whole = QPointF(round(moved.x()), round(moved.y()))
            if not whole.isNull():
                self._pan_from += whole / ratio
                self.viewport.pan(whole)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pan_from is not None and event.button() in (_LEFT, _MIDDLE):
            self._stop_panning()

    def _stop_panning(self) -> None:
        self._pan_from = None
        self._update_pointer()

    def _update_pointer(self) -> None:
        if self.is_panning:
            shape = Qt.CursorShape.ClosedHandCursor
        else:
            shape = Qt.CursorShape.OpenHandCursor if self.pans_with_left else self.tool_pointer()
        if shape != self._pointer:  # setting the same again is not free: it goes through the window
            self._pointer = shape
            self.setCursor(shape)

    def tool_pointer(self) -> Qt.CursorShape:
        """The pointer while nothing is being dragged."""
        return Qt.CursorShape.ArrowCursor

    # Keys held over the view

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self._space_held = True
                self._update_pointer()
            return
        super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self._space_held = False
                self._update_pointer()
            return
        super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._space_held = False
        self._update_pointer()
        super().focusOutEvent(event)

    # Geometry

    def place_placeholder(self) -> None:
        """In the middle of an empty view; under the picture, where there is one."""
        if self.placeholder.isHidden():
            return
        hint = self.placeholder.sizeHint().expandedTo(QSize(min(self.width(), 280), 0))
        width = min(hint.width(), self.width())
        height = max(hint.height(), self.placeholder.heightForWidth(width))
        top = (self.height() - height) // 2 if self.picture_size().isEmpty() else self.height() - height - 8
        self.placeholder.setGeometry((self.width() - width) // 2, top, width, height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.place_placeholder()
        self.refresh()
        self.resized.emit()
        super().resizeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        self.resized.emit()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self.resized.emit()
        super().hideEvent(event)

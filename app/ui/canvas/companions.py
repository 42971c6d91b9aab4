"""The views beside the main canvas: the sketch, and the photo alone or with its mask as it was before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLine, QObject, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from app.faces.mask import Bits
from app.faces.sample import Modality
from app.imaging.raster import Rect
from app.ui.canvas.before import Before
from app.ui.canvas.frames import Role
from app.ui.canvas.layers import ComposedPicture
from app.ui.canvas.overlay_view import OverlayView
from app.ui.canvas.view import PictureView
from app.ui.canvas.viewport import Placement, Viewport
from app.ui.session import Session

if TYPE_CHECKING:
    from app.ui.sample_view import SampleView

_MARK_PX = 9
_CHIP = "background: rgba(0, 0, 0, 150); color: #e4e4e4; padding: 2px 7px; border: none; border-radius: 4px"
_CHIP_BUTTON = (
    f"QPushButton {{ {_CHIP} }} QPushButton:hover, QPushButton:focus {{ background: rgba(0, 0, 0, 220) }}"
    " QPushButton:checked { background: #e4e4e4; color: black }"
)


class Mark(QObject):
    """A small two-tone cross in a companion view, where the pointer is over the main one."""

    def __init__(self, view: PictureView) -> None:
        super().__init__(view)
        self._view = view
        self._drawn: tuple[int, int] | None = None
        view.session.pixel_hovered.connect(self._on_pointed)
        view.session.pixel_left.connect(self._on_pointed)

    def _on_pointed(self) -> None:
        if not self._view.isVisible():
            return
        reach = _MARK_PX + 2
        for at in {self._drawn, self._where()} - {None}:
            assert at is not None
            self._view.update_device(Rect(at[0] - reach, at[1] - reach, 2 * reach + 1, 2 * reach + 1))

    def _where(self) -> tuple[int, int] | None:
        pointer, size = self._view.viewport.pointer, self._view.picture_size()
        if pointer is None or size.isEmpty():
            return None
        place = self._view.placement()
        return place.edge_x(pointer[0] * size.width()), place.edge_y(pointer[1] * size.height())

    def paint(self, painter: QPainter) -> None:
        """Draw it; one unit is one device pixel."""
        self._drawn = self._where()
        if self._drawn is None:
            return
        x, y = self._drawn
        for colour, shift in ((QColor(0, 0, 0), 1), (QColor(255, 255, 255), 0)):
            painter.setPen(QPen(colour, 0))
            painter.drawLine(QLine(x - _MARK_PX, y + shift, x + _MARK_PX, y + shift))
            painter.drawLine(QLine(x + shift, y - _MARK_PX, x + shift, y + _MARK_PX))


class SketchCanvas(PictureView):
    """The sketch, over the same extent as the photo."""

    role = Role.SKETCH

    def __init__(self, session: Session, viewport: Viewport | None = None, parent: QWidget | None = None) -> None:
        super().__init__(session, viewport or Viewport(), parent)
        self.setObjectName("sketchCanvas")
        self.setAccessibleName(self.tr("Sketch"))
        self._mark = Mark(self)
        _caption(self, self.tr("Sketch"))
        self.touch_button = QPushButton(self.tr("Touch up…"), self)
        self.touch_button.setObjectName("touchUpSketch")
        self.touch_button.setAccessibleName(self.tr("Draw on the sketch with brush and eraser"))
        self.touch_button.setToolTip(self.tr("Draw on the sketch with brush and eraser"))
        self.touch_button.setCursor(Qt.CursorShape.ArrowCursor)
        self.touch_button.setStyleSheet(_CHIP_BUTTON)
        self.touch_button.clicked.connect(lambda: self.action_requested.emit("sketch.touch"))
        self.touch_button.hide()

    def show_view(self, view: SampleView) -> None:
        """Show a sample's sketch, or say that it has none."""
        self.picture = view.sketch
        reasons = [p.message for p in view.problems if p.modality is Modality.SKETCH]
        text = "" if view.sketch else (reasons[0] if reasons else self.tr("This sample has no sketch"))
        self.placeholder.show_message(text, *self.placeholder_actions.get("sketch", ("", "")))
        self.place_placeholder()
        self.refresh()
        self.show_frame(view.frames.get(self.role))
        self.touch_button.setVisible(view.sketch is not None)

    def show_message(self, text: str) -> None:
        """Show a sentence instead of a sketch."""
        self.picture = None
        self.touch_button.hide()
        self.placeholder.show_message(text)
        self.place_placeholder()
        self.refresh()

    def paint_over(self, painter: QPainter, place: Placement) -> None:  # noqa: ARG002
        self._mark.paint(painter)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        _to_the_right(self.touch_button, self)


class ReferenceCanvas(OverlayView):
    """The photo alone; or, switched to *before*, the photo under its mask as it was: ``source`` knows how."""

    role = Role.REFERENCE
    before_changed = Signal(bool)
    source: Before | None = None

    def __init__(self, session: Session, viewport: Viewport | None = None, parent: QWidget | None = None) -> None:
        super().__init__(session, viewport or Viewport(), parent)
        self.setObjectName("referenceCanvas")
        self.setAccessibleName(self.tr("Photo alone"))
        self._view: SampleView | None = None
        self._mark = Mark(self)
        self._of: tuple[ComposedPicture, Bits] | None = None
        """What the picture with the earlier mask was made of."""
        self._caption = _caption(self, self.tr("Photo"))
        self._switch = QPushButton(self.tr("Before"), self)
        self._switch.setObjectName("beforeSwitch")
        self._switch.setCheckable(True)
        self._switch.setAccessibleName(self.tr("Show the mask as it was before"))
        self._switch.setToolTip(self.tr("Show the mask as it was; the menu View, Compare says when"))
        self._switch.setCursor(Qt.CursorShape.ArrowCursor)
        self._switch.setStyleSheet(_CHIP_BUTTON)
        self._switch.toggled.connect(self._on_switched)
        session.view_changed.connect(self._on_view_changed)

    @property
    def before(self) -> bool:
        """Whether the mask as it was before is shown."""
        return self._switch.isChecked()

    @before.setter
    def before(self, before: bool) -> None:
        self._switch.setChecked(before)

    def show_view(self, view: SampleView) -> None:
        """Show a sample's photo."""
        self._view = view
        reasons = [p.message for p in view.problems if p.modality is Modality.PHOTO]
        text = "" if view.picture else (reasons[0] if reasons else self.tr("This sample has no photo"))
        self.placeholder.show_message(text)
        self._compose()

    def show_message(self, text: str) -> None:
        """Show a sentence instead of a photo."""
        self._view = self.picture = None
        self.placeholder.show_message(text)
        self.place_placeholder()
        self.refresh()

    @property
    def shows_overlay(self) -> bool:
        return self.before and super().shows_overlay

    @property
    def shows_grid(self) -> bool:
        return self.before and super().shows_grid

    def _compose(self) -> None:
        view = self._view
        if view is None or view.picture is None:
            self.picture = None
        elif self.before and (bits := self._earlier(view)) is not None:
            self._show_earlier(view.picture, bits)
        else:
            self.picture, self._of = view.picture, None
        self._switch.setEnabled(view is not None and view.as_read is not None)
        self.place_placeholder()
        self.refresh()
        if view is not None and self.picture is view.picture:
            self.show_frame(view.frames.get(self.role))

    def _earlier(self, view: SampleView) -> Bits | None:
        return view.before if self.source is None else self.source.bits()

    def _show_earlier(self, photo: ComposedPicture, bits: Bits) -> None:
        style = self.session.fill_style()
        if self.picture is None or self._of is None or self._of[0] is not photo or self._of[1] is not bits:
            self._of = photo, bits
            self.picture = photo.sibling()
            # While nothing was changed it is the mask on the other canvas: strokes must not be seen in this one.
            self.picture.recolour(bits.copy() if bits is photo.bits else bits, style)
        elif self.picture.style != style and self.picture.bits is not None:
            self.picture.recolour(self.picture.bits, style)
        self.picture.adjust(photo.adjustment)

    def source_changed(self) -> None:
        """What was before is another mask."""
        if self.before:
            self._say_what()
            self._compose()

    def _say_what(self) -> None:
        title = self.tr("Before") if self.source is None else self.source.title
        self._caption.setText(title if self.before else self.tr("Photo"))
        self._caption.adjustSize()

    def _on_switched(self, before: bool) -> None:
        self._say_what()
        self._compose()
        self.before_changed.emit(before)

    def _on_view_changed(self) -> None:
        if self.before:
            self._compose()

    def paint_over(self, painter: QPainter, place: Placement) -> None:  # noqa: ARG002
        self._mark.paint(painter)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        _to_the_right(self._switch, self)


def _to_the_right(button: QPushButton, view: PictureView) -> None:
    """In the top right corner."""
    button.adjustSize()
    button.move(view.width() - button.width() - 6, 6)


def _caption(view: PictureView, text: str) -> QLabel:
    label = QLabel(view)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setText(text)
    label.setStyleSheet(_CHIP)
    label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    label.adjustSize()
    label.move(6, 6)
    return label

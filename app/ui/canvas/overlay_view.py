"""A picture under its mask: outlines and pixel grid over the composed picture, and mask coordinates."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from app.imaging.adjustment import NEUTRAL, Adjustment
from app.imaging.footprint import Point
from app.imaging.raster import Rect
from app.ui.canvas.frames import Framing, draw_lines, outline_width, shows_grid
from app.ui.canvas.labels import SizeBubble
from app.ui.canvas.view import PictureView
from app.ui.canvas.viewport import MaskPlace, Viewport, logical
from app.ui.looks import OPACITY_STEP
from app.ui.session import Session


class OverlayView(PictureView):
    """Shows ``picture``, if there is one, with its overlay in the session's style."""

    pending: Rect | None = None
    _mask_place: MaskPlace | None = None
    _opacity_bubble: SizeBubble | None = None
    _adjustment: Adjustment = NEUTRAL

    def __init__(self, session: Session, viewport: Viewport, parent: QWidget | None = None) -> None:
        super().__init__(session, viewport, parent)
        session.view_changed.connect(self._on_looks_changed)

    @property
    def shows_overlay(self) -> bool:
        """Whether the mask is seen, or the bare photo."""
        return self.session.shows_mask

    @property
    def is_bare(self) -> bool:
        return not self.shows_overlay

    @property
    def shows_grid(self) -> bool:
        """Whether mask pixels are large enough for lines between them."""
        return self.session.grid_on and shows_grid(self.viewport.zoom)

    def make_framing(self) -> Framing:
        session = self.session
        has_lines = self.shows_overlay and session.overlay_style != "fill" and not session.mask_alone
        return replace(
            super().make_framing(),
            bare=self.is_bare,
            lines=session.outline_style() if has_lines else None,
            has_grid=self.shows_grid,
            line_px=session.looks.line_px,
            is_hatched=has_lines and session.overlay_style == "hatch",
        )

    def _on_looks_changed(self) -> None:
        self.reframe()
        picture, adjustment = self.picture, self.session.looks.adjustment
        if picture is not None and adjustment is not self._adjustment:
            picture.adjust(adjustment)
            self.update()
        self._adjustment = adjustment

    # Coordinates

    def mask_place(self) -> MaskPlace:
        """Where the mask's pixels lie in the view."""
        if self._mask_place is None or self._projection is None:
            ratio = self.picture.ratio if self.picture else (1.0, 1.0)
            self._mask_place = MaskPlace.of(self.placement(), ratio, self.devicePixelRatioF())
        return self._mask_place

    def mask_point(self, position: QPointF) -> Point:
        """The mask point (x, y) under a position in the widget."""
        return self.mask_place().point(position)

    def refresh(self) -> None:
        self._mask_place = None
        super().refresh()

    # Opacity

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not event.modifiers() & Qt.KeyboardModifier.AltModifier or self.session.wheel_zooms_with == "Alt":
            super().wheelEvent(event)
            return
        delta = event.angleDelta()  # some systems turn a wheel with Alt sideways
        notches = self.wheel_notches(delta.y() or delta.x())
        if notches and self.shows_overlay:
            session = self.session
            session.opacity = round(session.opacity + OPACITY_STEP * notches, 2)
            self._opacity_bubble = self._opacity_bubble or SizeBubble(self)
            text = self.tr("Opacity {0} %").format(round(100 * session.opacity))
            self._opacity_bubble.show_text(text, event.position())
        event.accept()

    # Repainting: one rectangle around everything since the last paint, because Qt clips to one faster than to many

    def dirty(self, rect: Rect | None) -> None:
        """These device pixels are to be repainted at the next ``flush``."""
        if rect is not None:
            self.pending = rect.united(self.pending)

    def flush(self) -> None:
        """Ask for what is dirty to be repainted soon."""
        pending = self.pending
        if pending is None or pending.is_empty:
            return
        if not self.placement().is_seamless:
            self.update()
        elif self.mask_place().ratio == 1.0:
            self.update(*pending)
        else:
            self.update(logical(pending, self.mask_place().ratio))

    def paint_unscaled(self, painter: QPainter, at: QPoint, exposed: QRect) -> None:
        if self.picture is not None and self.shows_overlay:
            self.picture.draw(painter, at, exposed)
        else:
            super().paint_unscaled(painter, at, exposed)

    def paintEvent(self, event: QPaintEvent) -> None:
        self.pending = None
        super().paintEvent(event)

    def paint_lines(self, painter: QPainter, device: QRect) -> None:
        framing = self.framing()
        if self.picture is not None and (framing.lines is not None or framing.has_grid):
            draw_lines(painter, device.adjusted(-1, -1, 1, 1), self.picture, framing, self.projection())

    def outline_width(self) -> int:
        """Device pixels on either side of a border."""
        return outline_width(self.devicePixelRatioF(), self.session.looks.line_px)

"""The main canvas as far as it only shows: a sample's photo under the document's mask, and what decorates it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF
from PySide6.QtWidgets import QWidget

from app.document.changes import Change
from app.faces.mask import Bits
from app.faces.sample import Modality
from app.imaging.raster import Rect
from app.ui.canvas.before import Before
from app.ui.canvas.frames import Role
from app.ui.canvas.labels import HiddenBadge
from app.ui.canvas.overlay_view import OverlayView
from app.ui.canvas.tools.tool import NO_MASK
from app.ui.canvas.viewport import Viewport
from app.ui.session import Session

if TYPE_CHECKING:
    from app.ui.canvas.decorations import Decoration
    from app.ui.sample_view import SampleView


class MaskCanvas(OverlayView):
    """Shows one sample's photo under its mask, and follows the document's changes of it."""

    role = Role.PHOTO
    before: Before | None = None
    """What the mask can be compared with."""

    def __init__(self, session: Session, viewport: Viewport, parent: QWidget | None = None) -> None:
        super().__init__(session, viewport, parent)
        self._view: SampleView | None = None
        self._badge = HiddenBadge(session, self)
        self._has_mask = False
        self._shown = self._manner()
        self._in_event = False
        """Whether an event is being handled that asks for repainting itself, once."""
        self._shown_decorations: tuple[Decoration, ...] = ()
        self.decorations: dict[type[Decoration], Decoration] = {}
        session.view_changed.connect(self._on_view_changed)

    def decorate(self, kinds: Sequence[type[Decoration]]) -> None:
        """These are drawn over the picture while they are on."""
        self.decorations = {kind: kind(self) for kind in kinds}
        self.note_decorations()

    @property
    def view(self) -> SampleView | None:
        """The sample on the canvas; None while there is none, or while another one is being read."""
        return self._view if self._view and self._view.sample == self.session.sample else None

    def show_view(self, view: SampleView) -> None:
        """Show a sample that is ready, with the document's mask; zoom and centre stay."""
        self._view = view
        self.picture = view.picture
        self.session.photo.show(view.picture)
        if view.picture is not None:
            self.viewport.set_picture(view.picture.photo_size)
        self._recolour()
        self._tell_what_is_missing()
        self.refresh()
        self._tell_decorations()
        self.show_frame(view.frames.get(self.role))

    def show_message(self, text: str) -> None:
        """Show a sentence instead of a sample."""
        self._view = self.picture = None
        self.session.photo.show(None)
        self._look_for_mask()
        self.placeholder.show_message(text)
        self.place_placeholder()
        self._badge.refresh(has_mask=False)
        self._update_pointer()
        self.refresh()

    def apply_changes(self, changes: tuple[Change, ...]) -> None:
        """The document changed for good: recolour what that touches."""
        view, picture = self._view, self.picture
        if view is None or picture is None:
            return
        for change in changes:
            if change.sample != view.sample or change.modality is not Modality.MASK:
                continue
            if change.region is None or self._mask_bits() is not picture.bits:
                view.is_stale = True
                self._recolour()
                self._tell_what_is_missing()
                self.refresh()
                self._tell_decorations()
            else:
                picture.patch(change.region)
                self.dirty(self._device_rect(change.region))
                for decoration in self._shown_decorations:
                    decoration.mask_changed(change.region)
        if not self._in_event:
            self.flush()

    def follow_stroke(self, changes: tuple[Change, ...]) -> None:
        """A stroke is in progress: recolour what the hand just touched."""
        view, picture = self._view, self.picture
        for change in changes:
            if view is not None and picture is not None and change.region is not None and change.sample == view.sample:
                picture.touch(change.region)
                self.dirty(self._device_rect(change.region))
        if not self._in_event:
            self.flush()

    def _mask_bits(self) -> Bits | None:
        document, view = self.session.document, self._view
        mask = document.mask(view.sample) if document and view else None
        return None if mask is None else mask.bits

    def _recolour(self) -> Rect | None:
        """Compose the picture anew, as far as its mask or its colours are others than those wanted.

        Returns the region of the mask outside which nothing changed, None if anything may have.
        """
        view, picture = self._view, self.picture
        if view is None or picture is None:
            return None
        bits, style = self._mask_bits(), self.session.fill_style()
        picture.adjust(self.session.looks.adjustment)
        region = None
        if bits is None:
            picture.clear()
        elif picture.bits is not bits or view.is_stale:
            picture.recolour(bits, style)
        elif picture.style != style:
            region = picture.restyle(style)
        view.is_stale = False
        self._look_for_mask()
        return region

    def _manner(self) -> tuple[object, ...]:
        """What makes all of the view look different when it changes, besides the colours."""
        session = self.session
        return self.shows_overlay, session.overlay_style, session.mask_alone, session.looks, session.grid_on

    def _look_for_mask(self) -> None:
        """Know whether there is a mask to work on: kept, because every mouse move asks."""
        self._has_mask = self.view is not None and self.picture is not None and self.picture.bits is not None

    def _tell_what_is_missing(self) -> None:
        view, document = self._view, self.session.document
        if view is None or document is None:
            return
        if view.picture is None:
            reasons = [p.message for p in view.problems if p.modality is Modality.PHOTO]
            self.placeholder.show_message(reasons[0] if reasons else self.tr("This sample has no photo"))
        elif self._mask_bits() is None:
            reasons = [p.message for p in document.problems(view.sample) if p.modality is Modality.MASK]
            why_not = document.read_only(view.sample, Modality.MASK)
            text = self.tr(NO_MASK) if why_not is None else f"{self.tr(NO_MASK)}: {why_not}"
            offer = self.placeholder_actions.get("mask", ("", "")) if why_not is None else ("", "")
            text = reasons[0] if reasons else text
            self.placeholder.show_message(text, *offer)
        else:
            self.placeholder.show_message("")
        self.place_placeholder()
        self._badge.refresh(has_mask=self._has_mask)
        self._update_pointer()

    def _device_rect(self, region: Rect) -> Rect:
        margin = 0 if self.session.overlay_style == "fill" else self.outline_width()
        return self.mask_place().dirty(region, margin)

    def _exposed_device(self) -> QRect:
        """What is being painted, in device pixels."""
        ratio = self.devicePixelRatioF()
        return QRectF(self.exposed.topLeft() * ratio, self.exposed.size() * ratio).toAlignedRect()

    def _on_view_changed(self) -> None:
        shown, self._shown = self._shown, self._manner()
        region = self._recolour()
        self._badge.refresh(has_mask=self._has_mask)
        if region is None or shown != self._shown:
            self.update()
        elif not region.is_empty:
            self.dirty(self._device_rect(region))
            self.flush()

    # Decorations

    def note_decorations(self) -> None:
        """A decoration was switched on or off."""
        self._shown_decorations = tuple(d for d in self.decorations.values() if d.is_on)
        self.update()

    def _tell_decorations(self) -> None:
        for decoration in self._shown_decorations:
            decoration.view_changed()
